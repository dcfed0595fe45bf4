"""Labour and programme of the small study, worked out by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely import box
from typer.testing import CliRunner

from sitesel.cli import app
from sitesel.errors import LayerError, StudyError
from sitesel.outputs.geopackage import write_layers
from sitesel.outputs.tables import programme_table, worker_table
from sitesel.stages import check, run
from small_study import CRS, NORTH, WEST, ask_every_kind, leave_connections_out, read_json, small_layers


@pytest.fixture
def few_jobs(study_text):
    """Towns small enough to be staffed; doubt only from participation, for no population is rated."""
    study_text["towns"][0]["jobs"], study_text["towns"][1]["jobs"] = 1000, 2000
    study_text["labour"]["doubt"]["unrated"] = study_text["labour"]["doubt"]["working_age"] = 0.0
    study_text["study"]["rankable_from"] = 0.1
    return study_text


@pytest.fixture
def small_jobs(few_jobs):
    leave_connections_out(few_jobs)
    return few_jobs


@pytest.fixture
def findings(run_once, small_jobs):
    assert small_jobs["towns"][0]["jobs"] == 1000
    return run_once()


def test_reach_and_what_rivals_leave_of_it(findings):
    # Workers: west 10,000 x 0.5 x 0.6 = 3,000, east 6,000. Gamma's gates lie 0.9 km off the road, from km 20 to 20.6:
    # 12 + 20 + 5.4 = 37.4 min from west, share 0.85 - 0.3 * 7.4 / 15 = 0.702; 36.8 from east, share 0.714.
    # The park (500 jobs) lies 1 km off the road at km 30: 12 + 10 + 6 = 28 min from east, share 0.87; 12 + 30 + 6 = 48
    # from west, share 0.55 - 0.35 * 3 / 15 = 0.48. Gamma has 2,000 jobs: 4 of 5 parts, of east 0.8 * 0.714 (all who
    # bear gamma bear the park), of west 0.8 * 0.48 and alone 0.702 - 0.48.
    row = findings.labour.catchments.loc["gamma"]
    assert row["reach_mid"] == pytest.approx(0.702 * 3000 + 0.714 * 6000, rel=1e-3)
    assert row["after_mid"] == pytest.approx(0.8 * 0.714 * 6000 + (0.8 * 0.48 + 0.222) * 3000, rel=1e-3)
    assert row["per_job_mid"] == pytest.approx(row["after_mid"] / 2000)
    assert row[["within_30_mid", "within_45_mid", "within_60_mid"]].tolist() == pytest.approx([0, 9000, 9000])
    assert findings.labour.catchments.loc["alpha", "within_30_mid"] == pytest.approx(
        3000
    )  # 25 min from west, 45 from east


def test_plots_and_bands_open_in_qgis_with_all_that_is_known_of_labour(findings, tmp_path):
    write_layers(findings, tmp_path / "plots.gpkg")
    assert set(gpd.list_layers(tmp_path / "plots.gpkg")["name"]) >= {"plots", "bands", "homes", "ways"}
    plots = gpd.read_file(tmp_path / "plots.gpkg", layer="plots").set_index("plot")
    assert plots.loc["gamma", "labour_after_mid"] == pytest.approx(
        findings.labour.catchments.loc["gamma", "after_mid"], abs=1e-5
    )
    assert len(gpd.read_file(tmp_path / "plots.gpkg", layer="bands")) == 9


def test_low_and_high_follow_participation(findings):
    ratio = findings.labour.catchments["reach_high"] / findings.labour.catchments["reach_low"]
    assert ratio.to_numpy() == pytest.approx(0.7 / 0.5)


def test_towns_take_the_nearest_workers_and_all_add_up_to_the_pool(findings):
    # The park at km 30 takes its 500 from east (28 min, not 48). Gamma is as far from both. Alpha (km 10) is near west:
    # 12 + 10 + 3 = 25 min; beta (km 30) as near to east. Whichever plot is chosen, town one's 1,000 are its own end's.
    answer = findings.programme.answers["mid"]
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
    best = findings.decision.ranking.loc[["alpha", "beta"], "score"]
    lost = best.max() - of_mid["one"].map(best)
    assert of_mid["one_lost"].to_numpy() == pytest.approx(lost.to_numpy())
    assert (of_mid["two_lost"] == 0).all()


def test_bands_hold_one_another_and_count_the_wait(findings):
    outline = findings.labour.bands.set_index(["plot", "minutes"]).geometry
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
    assert "8,500 workers are left in all" in " ".join(done.output.split())
    assert (out / "workers.csv").exists()
    assert "With the low estimate of workers not all jobs can be filled." in " ".join(done.output.split())


def test_the_reason_why_the_low_estimate_fails_is_named(write_study, small_jobs, tmp_path):
    # Low: 7,500 workers, of whom the park takes 500; middle: 9,000.
    small_jobs["towns"][0]["jobs"], small_jobs["towns"][1]["jobs"] = 3000, 5000
    done = CliRunner().invoke(app, ["run", str(write_study()), "--out", str(tmp_path / "out")])
    words = " ".join(done.output.split())
    assert "Proven best" in words
    assert "after existing employers 7,000 workers are left in all, fewer than the jobs of One and Two." in words


def test_a_study_without_labour_goes_on_as_before(write_study, few_jobs):
    del few_jobs["labour"]
    few_jobs["indicators"] = [part for part in few_jobs["indicators"] if part["criterion"] != "labour"]
    few_jobs["weights"]["labour"], few_jobs["weights"]["road"] = 0.0, 0.63
    found = run(write_study())
    assert found.decision.ranking["rank"].notna().all()
    assert found.labour.catchments.empty
    assert found.labour.bands.empty
    assert found.programme.answers == {}
    assert "labour" not in found.run


@pytest.mark.usefixtures("small_jobs")
def test_a_rival_without_jobs_is_named_and_not_counted(write_study):
    rivals = small_layers()["rivals"].assign(jobs=np.nan)
    found = run(write_study(rivals=rivals))
    assert [notice.key for notice in found.notices if "rivals" in notice.key] == ["notice.rivals_without_jobs"]
    pd.testing.assert_series_equal(
        found.labour.catchments["after_mid"], found.labour.catchments["reach_mid"], check_names=False
    )


def write_people(path, rows, *, nodata=None):
    """Cells of 1 km, the first of the first row around km 0 of the road; rows go south. Two empty rows lie north."""
    cells = np.array(rows, dtype="float32")
    cells = np.vstack([np.zeros((2, cells.shape[1]), dtype="float32"), cells])
    place = from_origin(WEST - 500, NORTH + 2500, 1000, 1000)
    profile = {"driver": "GTiff", "dtype": "float32", "crs": CRS, "count": 1}
    with rasterio.open(
        path, "w", height=cells.shape[0], width=cells.shape[1], transform=place, nodata=nodata, **profile
    ) as raster:
        raster.write(cells, 1)


def test_a_raster_of_population_goes_to_the_road_nodes(write_study, few_jobs, tmp_path):
    # The road's nodes: km 0, 20 and 40. 50 people live 8 km south of km 20, beyond the cap of 6 km.
    ask_every_kind(few_jobs)
    few_jobs["labour"]["population"] = "people.tif"
    people = np.zeros((9, 41))
    people[0, [0, 20, 40]], people[8, 20] = [4000, 500, 8000], 50
    write_people(tmp_path / "people.tif", people)
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["run", str(write_study()), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "50 people live farther than 6 km from every road" in " ".join(done.output.split())
    told = read_json(out / "run.json")["labour"]
    assert told["population"]["at_nodes"] + told["population"]["stranded"] == pytest.approx(12_550, abs=1e-6)
    assert told["population"]["nodes"] == 3
    assert told["shared_out"]["mid"]["pool"] == pytest.approx(12_500 * 0.5 * 0.6)
    stranded = pd.read_csv(out / "stranded.csv")
    assert stranded[["row", "column", "people"]].to_numpy().tolist() == [[10, 20, 50]]
    # From km 20 to gamma's gates 12 + 5.4 min: share 1 - 0.15 * 2.4 / 15 = 0.976; the others as in the first test.
    found = run(tmp_path / "study.toml")
    working_age = 0.5 * (4000 * 0.702 + 8000 * 0.714 + 500 * 0.976)
    assert found.labour.catchments.loc["gamma", "reach_mid"] == pytest.approx(0.6 * working_age, rel=1e-3)
    assert found.decision.measures.loc["gamma", "pool"] == pytest.approx(working_age / 2000, rel=1e-3)
    table = worker_table(found)
    assert set(table["settlement"]) <= {"west", "east"}
    assert table["workers"].sum() == pytest.approx(3750, abs=1e-6)


def test_a_raster_that_does_not_cover_the_plots_is_refused(write_study, small_jobs, tmp_path):
    # 25 km of it: beta lies at 30, and nobody near it would read as nobody living there.
    small_jobs["labour"]["population"] = "people.tif"
    write_people(tmp_path / "people.tif", np.full((9, 25), 100.0))
    with pytest.raises(LayerError, match=r"people.tif: does not cover 1 of 3 plots, beta among them; give"):
        run(write_study())


def test_a_raster_without_anybody_where_a_settlement_lies_does_not_cover_it(write_study, small_jobs, tmp_path):
    # Alpha and beta lie 10 km from west and from east; the raster has no data from km 15 on.
    small_jobs["labour"]["population"] = "people.tif"
    people = np.full((9, 41), np.nan)
    people[:, :15] = 100.0
    write_people(tmp_path / "people.tif", people)
    with pytest.raises(LayerError, match=r"people.tif: does not cover 1 of 3 plots, beta among them; give"):
        run(write_study())


def test_what_a_raster_lacks_is_told(write_study, small_jobs, tmp_path):
    # 38 km of the road's 40: east's 20,000 people live beyond. The 30,000 around km 20 live in another country.
    small_jobs["labour"]["population"] = "people.tif"
    people = np.zeros((9, 38))
    people[0, [0, 20, 37]] = 60_000, 30_000, 10
    write_people(tmp_path / "people.tif", people)
    home = box(WEST - 1e5, NORTH - 1e5, WEST + 2e5, NORTH + 1e5) - box(WEST + 1e4, NORTH - 1e5, WEST + 3e4, NORTH + 1e5)
    border = small_layers()["border"].set_geometry([home], crs=CRS)
    told = {notice.key: notice.params for notice in run(write_study(border=border)).notices}
    assert told["notice.people_abroad"]["people"] == 30_000
    assert (told["notice.people_beyond"]["count"], told["notice.people_beyond"]["people"]) == (1, 20_000)
    assert (told["notice.people_unlike"]["people"], told["notice.people_unlike"]["known"]) == (60_010, 10_000)


def reach_of_gamma(write_study):
    return float(run(write_study()).labour.catchments.loc["gamma", "reach_mid"])


def test_each_mode_has_its_own_times(write_study, small_jobs):
    # To gamma from west: a company's bus 5 + 20 + 5.4 = 30.4 min, share 0.842; from east 29.8, share 0.852.
    labour = small_jobs["labour"]
    labour["modes"], labour["company_bus_fixed_minutes"] = {"company_bus": 1.0}, 5.0
    assert reach_of_gamma(write_study) == pytest.approx(0.842 * 3000 + 0.852 * 6000, rel=1e-3)
    # A car drives 75 km/h: 16 + 5.4 = 21.4 min, share 0.936; from east 20.92, share 0.9408.
    labour["modes"] = {"car": 1.0}
    by_car = 0.936 * 3000 + 0.9408 * 6000
    assert reach_of_gamma(write_study) == pytest.approx(by_car, rel=1e-3)
    labour["modes"] = {"car": 0.5, "bus": 0.5}
    assert reach_of_gamma(write_study) == pytest.approx((by_car + 0.702 * 3000 + 0.714 * 6000) / 2, rel=1e-3)
    labour["how"] = "best"
    assert reach_of_gamma(write_study) == pytest.approx(by_car, rel=1e-3)


def test_who_walks_does_not_come_from_ten_kilometres(write_study, small_jobs, tmp_path):
    small_jobs["labour"]["modes"] = {"walk": 1.0}  # 4.5 km/h: the nearest way, from west to alpha, takes over two hours
    done = CliRunner().invoke(app, ["run", str(write_study()), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    words = " ".join(done.output.split())
    assert "One: only 0 workers live in reach of its best plot, for 1,000 jobs." in words
    assert "Two: only 0 workers live in reach" in words
    told = read_json(tmp_path / "out" / "run.json")["programme"]["mid"]
    assert {one["kind"] for one in told["bindings"]} == {"reach"}


def test_planned_parks_draw_nobody(write_study, small_jobs):
    assert list(small_jobs["labour"]["rival_states"]) == ["working", "being relocated"]
    found = run(write_study(rivals=small_layers()["rivals"].assign(state="planned")))
    pd.testing.assert_series_equal(
        found.labour.catchments["after_mid"], found.labour.catchments["reach_mid"], check_names=False
    )
    assert [notice.key for notice in found.notices if "rivals" in notice.key] == ["notice.rivals_in_other_states"]
    assert "rival" not in set(worker_table(found)["kind"])


def test_a_district_may_have_its_own_share(write_study, small_jobs):
    small_jobs["labour"]["participation"]["by_district"] = {"Sokuluk": {"low": 0.3, "mid": 0.3, "high": 0.3}}
    found = run(write_study(settlements=small_layers()["settlements"].assign(district=["Sokuluk", "Chuy"])))
    pool = {case: told["pool"] for case, told in found.run["labour"]["shared_out"].items()}
    assert pool == pytest.approx({"low": 1500 + 5000, "mid": 1500 + 6000, "high": 1500 + 7000})


def test_working_age_carries_its_doubt(write_study, small_jobs):
    small_jobs["labour"]["doubt"]["working_age"] = 0.1
    told = run(write_study()).run["labour"]["shared_out"]
    assert told["low"]["pool"] == pytest.approx(30_000 * 0.4 * 0.5)
    assert told["high"]["pool"] == pytest.approx(30_000 * 0.6 * 0.7)


def chosen(write_study):
    answer = run(write_study()).programme.answers["mid"]
    return answer, answer.towns["plot"].to_dict()


def test_fixed_plots_and_excluded_pairs_are_kept_to(write_study, small_jobs):
    small_jobs["programme"]["fixed"] = {"one": "beta"}
    assert chosen(write_study)[1] == {"one": "beta", "two": "gamma"}
    small_jobs["programme"]["fixed"] = {"one": "alpha"}
    assert chosen(write_study)[1] == {"one": "alpha", "two": "gamma"}
    small_jobs["programme"]["fixed"], small_jobs["programme"]["excluded"] = {}, [["beta", "gamma"]]
    assert chosen(write_study)[1] == {"one": "alpha", "two": "gamma"}
    small_jobs["programme"]["fixed"] = {"one": "beta"}
    answer, none = chosen(write_study)
    assert len(answer.combinations) == 0
    assert pd.isna(none["one"])
    assert {one.kind for one in answer.bindings} == {"rules"}


def test_what_is_built_first_takes_the_nearest(write_study, small_jobs):
    # 2,000 jobs at gamma and 1,000 at alpha, 3,000 workers west and 6,000 east, 500 of these at the park. Gamma built
    # first fills from east, 36.8 min, not west, 37.4.
    small_jobs["programme"]["phases"], small_jobs["programme"]["fixed"] = ["two", "one"], {"one": "alpha"}
    held = chosen(write_study)[0].workers.set_index(["employer", "settlement"])["workers"]
    assert held["two", "east"] == pytest.approx(2000)
    assert held["one", "west"] == pytest.approx(1000)


@pytest.mark.parametrize("shift_end", [16 * 60, 23 * 60])
def test_the_late_bus_decides_who_gets_home(write_study, small_jobs, shift_end):
    hours = {"first_bus_min": 360, "last_bus_min": 1320}
    small_jobs["labour"]["shift"] = {"start_min": 480, "end_min": shift_end, **hours}
    late = run(write_study()).labour.catchments["reach_mid"]
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
        ("labour", "modes", {"bus": 0.5}, "labour.modes: "),
        ("labour", "participation", {"low": 0.7, "mid": 0.6, "high": 0.5}, "low, mid and high must rise"),
        ("labour", "population", "none.tif", "none.tif: no such file"),
        ("labour", "modes", {"company_bus": 1.0}, "company_bus_fixed_minutes: "),
        ("labour", "modes", {"horse": 1.0}, "horse"),
    ],
)
def test_settings_that_cannot_be_are_one_line(write_study, small_jobs, section, key, given, words):
    small_jobs[section][key] = given
    assert words in only_fault(write_study())


def test_a_programme_without_labour_and_one_with_the_aim_of_old(write_study, small_jobs):
    small_jobs["programme"]["aim"] = {"score": 0.5, "minutes": 0.3, "regional": 0.2}
    told = only_fault(write_study())
    assert told.startswith("study.toml: programme: the section [programme.aim] is gone")
    assert "by the weights of the indicators" in told
    del small_jobs["programme"]["aim"]
    del small_jobs["labour"]
    faults = check(write_study())
    assert [fault.split(": ")[1] for fault in faults] == ["indicators.staff", "indicators.near_home"]
    assert all("add [labour]" in fault for fault in faults)
    with pytest.raises(StudyError):
        run(write_study())


def test_layers_that_cannot_be_are_one_line(write_study, small_jobs, tmp_path):
    layers = small_layers()
    assert "jobs" in only_fault(write_study(rivals=layers["rivals"].assign(jobs=[-5.0])))
    assert "working_age_share is above 1 in west (57)" in only_fault(
        write_study(settlements=layers["settlements"].assign(working_age_share=[57.0, 0.5]))
    )
    strange = layers["settlements"].assign(population_confidence=["certain", "high"])
    assert "population_confidence of west is 'certain'" in only_fault(write_study(settlements=strange))
    small_jobs["labour"]["population"] = "people.tif"
    write_people(tmp_path / "people.tif", [[-9999.0, 10.0]])
    assert "declare it" in only_fault(write_study())


def test_the_cap_of_the_study_holds_by_estimate(write_study, small_jobs):
    # Middle: a fifth of west's 3,000 and of east's 6,000; alpha reaches both, 600 and 1,200 for its 1,000 jobs.
    small_jobs["labour"]["draw_cap"] = {"low": 0.1, "mid": 0.2, "high": 0.5}
    small_jobs["programme"]["fixed"] = {"one": "alpha"}
    answers = run(write_study()).programme.answers
    held = answers["mid"].workers.set_index(["employer", "settlement"])["workers"]
    assert (held["one", "west"], held["one", "east"]) == pytest.approx((600, 400))
    assert {one.kind for one in answers["mid"].bindings} == {"cap"}  # gamma may have 1,800 of 2,000
    assert answers["high"].staffable
    assert {one.town: one.workers for one in answers["low"].bindings} == pytest.approx({"one": 750, "two": 750})
