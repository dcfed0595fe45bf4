"""Labour and programme of the small study, worked out by hand."""

import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.transform import from_origin
from typer.testing import CliRunner

from sitesel.cli import app
from sitesel.errors import StudyError
from sitesel.outputs.tables import programme_table, worker_table
from sitesel.study import check, run
from small_study import CRS, NORTH, WEST, read_json, small_layers


@pytest.fixture
def small_jobs(study_text):
    """Towns small enough to be staffed; doubt only from participation, for no population is rated."""
    study_text["towns"][0]["jobs"], study_text["towns"][1]["jobs"] = 1000, 2000
    study_text["labour"]["doubt"]["unrated"] = 0.0
    study_text["study"]["rankable_from"] = 0.1
    return study_text


@pytest.fixture
def findings(write_study, small_jobs):
    assert small_jobs["towns"][0]["jobs"] == 1000
    return run(write_study())


def test_reach_and_what_rivals_leave_of_it(findings):
    # Workers: west 10,000 x 0.5 x 0.6 = 3,000, east 6,000. To gamma both take about 37.4 min (see test_study_run):
    # share s = 0.702, reach 6,318. The park (500 jobs) lies 1 km off the road at km 30: 12 + 10 + 6 = 28 min from east,
    # share 0.87; 12 + 30 + 6 = 48 min from west, share 0.55 - 0.35 * 3 / 15 = 0.48. Gamma has 2,000 jobs: 4 of 5 parts,
    # of east 0.8 * 0.702 (all who bear gamma bear the park), of west 0.8 * 0.48 and alone 0.702 - 0.48.
    row = findings.labour.loc["gamma"]
    assert row["reach_mid"] == pytest.approx(0.702 * 9000, rel=0.01)
    assert row["after_mid"] == pytest.approx(0.8 * 0.702 * 6000 + (0.8 * 0.48 + 0.222) * 3000, rel=0.01)
    assert row["per_job_mid"] == pytest.approx(row["after_mid"] / 2000)


def test_low_and_high_follow_participation(findings):
    ratio = findings.labour["reach_high"] / findings.labour["reach_low"]
    assert ratio.to_numpy() == pytest.approx(0.7 / 0.5)


def test_towns_take_the_nearest_workers_and_all_add_up_to_the_pool(findings):
    # The park at km 30 takes its 500 from east (28 min, not 48). Gamma is as far from both. Alpha (km 10) is near west:
    # 12 + 10 + 3 = 25 min; beta (km 30) as near to east. Whichever plot is chosen, town one's 1,000 are its own end's.
    answer = findings.programme["mid"]
    near = {"alpha": "west", "beta": "east"}[answer.towns.loc["one", "plot"]]
    held = answer.workers.set_index(["employer", "settlement"])["workers"]
    assert held["one", near] == pytest.approx(1000)
    assert held["park", "east"] == pytest.approx(500)
    assert answer.towns.loc["two", "plot"] == "gamma"
    table = worker_table(findings)
    assert table["workers"].sum() == pytest.approx(9000, abs=1e-6)
    assert set(table["kind"]) == {"town", "rival", "unassigned"}
    assert table.loc[table["kind"] == "town", "plot"].notna().all()


def test_the_record_holds_the_balance_and_the_proof(findings):
    for case, pool in (("low", 7500), ("mid", 9000), ("high", 10_500)):
        told = findings.run["labour"]["shared_out"][case]
        assert told["pool"] == pytest.approx(pool)
        assert told["plots"] + told["rivals"] + told["unassigned"] == pytest.approx(pool, abs=1e-6)
        assert findings.run["programme"][case]["gap"] == 0
        assert findings.run["programme"][case]["staffable"]


def test_programme_table_tells_what_each_town_loses(findings):
    table = programme_table(findings)
    of_mid = table[table["estimate"] == "mid"]
    assert list(of_mid["rank"]) == [1, 2]  # alpha or beta, each with gamma
    best = findings.ranking.loc[["alpha", "beta"], "score"]
    lost = best.max() - of_mid["one"].map(best)
    assert of_mid["one_lost"].to_numpy() == pytest.approx(lost.to_numpy())
    assert (of_mid["two_lost"] == 0).all()


def test_bands_hold_one_another_and_count_the_wait(findings):
    outline = findings.bands.set_index(["plot", "minutes"]).geometry
    for plot in findings.plots.index:
        assert outline[plot, 45].buffer(60).contains(outline[plot, 30])  # simplified to 50 m
        assert outline[plot, 60].buffer(60).contains(outline[plot, 45])
    assert outline["gamma", 45].area > outline["gamma", 30].area
    # Within 30 min of gamma: 30 - 12 wait - 5.4 off the road = 12.6 min at 60 km/h, 12.6 km to either side of km 20,
    # give or take its frontage of 600 m and the 500 m beside a road.
    west, _, east, _ = outline["gamma", 30].bounds
    assert (west - WEST) / 1000 == pytest.approx(20 - 12.6 - 0.5, abs=0.7)
    assert (east - WEST) / 1000 == pytest.approx(20 + 12.6 + 0.5, abs=0.7)


def test_more_jobs_than_workers_is_an_answer_with_its_reason(write_study, small_jobs, tmp_path):
    small_jobs["towns"][0]["jobs"], small_jobs["towns"][1]["jobs"] = 5000, 6000  # 11,000 and the park's 500, of 9,000
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["run", str(write_study()), "--out", str(out)])
    assert done.exit_code == 0, done.output
    told = read_json(out / "run.json")["programme"]["mid"]
    assert not told["staffable"]
    assert {one["kind"] for one in told["bindings"]} == {"pool"}
    assert "8,500 workers in all" in " ".join(done.output.split())
    assert (out / "workers.csv").exists()
    assert "With the low estimate of workers not all jobs can be filled." in " ".join(done.output.split())


def test_a_study_without_labour_goes_on_as_before(write_study, small_jobs):
    del small_jobs["labour"], small_jobs["programme"]["aim"]
    found = run(write_study())
    assert found.labour.empty
    assert found.bands.empty
    assert found.programme == {}
    assert "labour" not in found.run


@pytest.mark.usefixtures("small_jobs")
def test_a_rival_without_jobs_is_named_and_not_counted(write_study):
    rivals = small_layers()["rivals"].assign(jobs=np.nan)
    found = run(write_study(rivals=rivals))
    assert [notice.key for notice in found.notices if "rivals" in notice.key] == ["notice.rivals_without_jobs"]
    pd.testing.assert_series_equal(found.labour["after_mid"], found.labour["reach_mid"], check_names=False)


def write_people(path, people, *, nodata=None):
    cells = np.array([people], dtype="float32")
    place = from_origin(WEST - 500, NORTH + 500, 1000, 1000)
    profile = {"driver": "GTiff", "height": 1, "width": len(people), "count": 1, "dtype": "float32", "crs": CRS}
    with rasterio.open(path, "w", transform=place, nodata=nodata, **profile) as raster:
        raster.write(cells, 1)


def test_a_raster_of_population_replaces_the_layer_s(write_study, small_jobs, tmp_path):
    small_jobs["labour"]["population"] = "people.tif"
    write_people(tmp_path / "people.tif", [4000.0] + [0.0] * 19 + [50.0] + [0.0] * 19 + [8000.0])  # 50 at km 20
    found = run(write_study())
    assert found.run["labour"]["shared_out"]["mid"]["pool"] == pytest.approx(12_000 * 0.5 * 0.6)
    assert "people.tif" in found.run["inputs"]["population"]["file"]
    (notice,) = (notice for notice in found.notices if notice.key == "notice.people_stranded")
    assert notice.params["people"] == 50


@pytest.mark.parametrize("shift_end", [16 * 60, 23 * 60])
def test_the_late_bus_decides_who_gets_home(write_study, small_jobs, shift_end):
    hours = {"first_marshrutka_min": 360, "last_marshrutka_min": 1320}
    small_jobs["labour"]["shift"] = {"start_min": 480, "end_min": shift_end, **hours}
    late = run(write_study()).labour["reach_mid"]
    assert late.isna().all() if shift_end > 1320 else (late > 0).all()


def only_fault(study):
    (fault,) = check(study)
    with pytest.raises(Exception, match=r".") as found:
        run(study)
    assert found.value.faults == (fault,)
    return fault


@pytest.mark.parametrize(
    ("section", "key", "given", "words"),
    [
        ("programme", "phases", ["one", "three"], "programme.phases: name each of one, two once"),
        ("programme", "fixed", {"one": "delta"}, "programme.fixed: delta is not a plot of one"),
        ("programme", "excluded", [["alpha", "delta"]], "no plot is called delta"),
        ("labour", "modes", {"marshrutka": 0.5}, "labour.modes: "),
        ("labour", "participation", {"low": 0.7, "mid": 0.6, "high": 0.5}, "low, mid and high must rise"),
        ("labour", "population", "none.tif", "none.tif: no such file"),
    ],
)
def test_settings_that_cannot_be_are_one_line(write_study, small_jobs, section, key, given, words):
    small_jobs[section][key] = given
    assert words in only_fault(write_study())


def test_aim_without_labour_and_weights_that_do_not_add_up(write_study, small_jobs):
    small_jobs["programme"]["aim"]["score"] = 0.1
    assert "programme.aim: " in only_fault(write_study())
    small_jobs["programme"]["aim"]["score"] = 0.5
    del small_jobs["labour"]
    assert "add [labour]" in only_fault(write_study())
    with pytest.raises(StudyError):
        run(write_study())


def test_layers_that_cannot_be_are_one_line(write_study, small_jobs, tmp_path):
    layers = small_layers()
    assert "jobs" in only_fault(write_study(rivals=layers["rivals"].assign(jobs=[-5.0])))
    assert "working_age_share of west is 57" in only_fault(
        write_study(settlements=layers["settlements"].assign(working_age_share=[57.0, 0.5]))
    )
    strange = layers["settlements"].assign(population_confidence=["certain", "high"])
    assert "population_confidence of west is 'certain'" in only_fault(write_study(settlements=strange))
    small_jobs["labour"]["population"] = "people.tif"
    write_people(tmp_path / "people.tif", [-9999.0, 10.0])
    assert "declare it" in only_fault(write_study())
