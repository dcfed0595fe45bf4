"""Screening a study: cells are measured and scored as plots of their outlines; what is proposed is a list of plots."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import rasterio
import tomlkit
from rasterio.transform import from_origin
from shapely import LineString, box

from sitesel import cli
from sitesel.errors import StudyError
from sitesel.layers import ROLES, Grid, grid_over, read_vector
from sitesel.outputs import write_all
from sitesel.outputs.folder import whole_folder
from sitesel.region import Region, survey
from sitesel.region.reading import read_inputs
from sitesel.region.slope import slopes
from sitesel.screening import screen
from sitesel.screening.tiles import Search, _allowed, cells_of, search_of
from sitesel.stages import run, source_of
from sitesel.study import Study, load_study
from small_study import CRS, NORTH, WEST, ask_every_kind, layer, place

JOBS_A_CELL = 1250  # of 200 jobs a hectare: 6.25 ha
POINTS = 0.02  # a plot has gates each 50 m, a cell at its corners, its nearest point and every crossing


def degrees(west_km: float, south_km: float, east_km: float, north_km: float) -> list[float]:
    """An area wholly within the corners given."""
    lonlat = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    corners = [place(x, y) for x in (west_km, east_km) for y in (south_km, north_km)]
    lon, lat = lonlat.transform([corner.x for corner in corners], [corner.y for corner in corners])
    return [max(lon[:2]), max(lat[0], lat[2]), min(lon[2:]), min(lat[1], lat[3])]


@pytest.fixture
def asked(study_text: tomlkit.TOMLDocument) -> tomlkit.TOMLDocument:
    """A study of every kind of indicator whose first town needs one cell, and screens ground from km 8 to km 12."""
    ask_every_kind(study_text)
    study_text["towns"][0]["jobs"] = JOBS_A_CELL
    study_text["study"]["rankable_from"] = 0.5
    areas = [{"town": "one", "area": degrees(8, -3, 12, 3)}]
    study_text["screening"] = {"cell_m": 250, "count": 6, "apart_km": 0.5, "compact": 0.2, "areas": areas}
    return study_text


def silent(_: object) -> None:
    pass


class Ground(NamedTuple):
    study: Study
    region: Region

    def searched(self, grid: Grid) -> Search:
        return search_of(self.study, self.region, grid, self.study.towns[0])


def ground_of(study_file: Path) -> Ground:
    study = load_study(study_file)
    inputs = read_inputs(study.study, study.layers, source_of(study), silent, without={"plots"})
    return Ground(study, survey(study.asked, inputs))


@pytest.mark.usefixtures("asked")
def test_every_measure_of_a_cell_is_that_of_a_plot_of_its_outline(write_study, study_text):
    grid = grid_over((*place(2, -3).coords[0], *place(38, 4).coords[0]), CRS, 250.0)
    chosen = np.zeros(grid.shape, dtype=bool)
    rng = np.random.default_rng(5)
    chosen.flat[rng.choice(chosen.size, 25, replace=False)] = True
    ids = [f"cell{number:02d}" for number in range(25)]
    plots = layer(ids, list(grid.boxes(chosen)), town=["one"] * 24 + ["two"], outline="indicative")
    study_text["layers"]["mudflows"] = "mudflows.gpkg"  # one that but flags: all of a plot can still be built on
    fans = [box(*place(4, -3).coords[0], *place(12, 2).coords[0]), place(25, 0).buffer(3000)]
    mudflows = layer(["fan", "other"], fans, grade=["moderate", "low"], precision_km=[0.0, 1.0])
    findings = run(write_study(plots=plots, mudflows=mudflows))
    assert findings.decision.high["buyers"].nunique() == findings.decision.low["buyers"].nunique() == 2
    ground = ground_of(write_study(mudflows=mudflows))
    study = ground.study
    cells = cells_of(ground.searched(grid), grid, chosen)
    same = ids[:24]  # the last is of another town, whose jobs are others
    for indicator in study.indicators:
        found, told = indicator.measured(cells, ground.region), findings.decision
        table = {"measures": found.amount, "low": found.bounds[0], "high": found.bounds[1]}
        for name, amount in table.items():
            expected = getattr(told, name).loc[same, indicator.id].to_numpy(float)
            # A cell is foreseen as the plot that is grown from it: of one cell here, be its ground cut by the road.
            sized = indicator.id in {"area", "fit"}
            whole = told.measures.loc[same, "area"].to_numpy(float) > 1 - 1e-9 if sized else np.ones(24, dtype=bool)
            assert whole.sum() > 12
            assert amount.set_axis(ids)[same].to_numpy(float)[whole] == pytest.approx(
                expected[whole], abs=0.03, rel=1e-4, nan_ok=True
            ), (indicator.id, name)


@pytest.mark.usefixtures("asked")
def test_minutes_of_a_cell_by_hand(write_study):
    # a cell at km 10.00 to 10.25, its south side 1 km north of the road: 6 min off it, then 29.75 km at 60 km/h
    ground = ground_of(write_study())
    grid = grid_over((*place(10, 1).coords[0], *place(10.25, 1.25).coords[0]), CRS, 250.0)
    cells = cells_of(ground.searched(grid), grid, np.ones((1, 1), dtype=bool))
    by_id = {part.id: float(part.measured(cells, ground.region).amount.iloc[0]) for part in ground.study.indicators}
    assert by_id["border"] == pytest.approx(6 + 29.75, abs=1e-3)
    assert by_id["trunk"] == pytest.approx(1.0)
    assert by_id["power"] == pytest.approx(1.75)
    assert by_id["gas"] == 0
    assert by_id["area"] == 1
    assert by_id["fit"] == pytest.approx(1.0)
    assert by_id["main_road"] == pytest.approx(1000)
    assert by_id["slope_mean"] == by_id["slope_max"] == pytest.approx(1.0, abs=0.01)
    # west: 12 + 10 + 6 = 28 min of 5,000, 3,000 of them workers; east: 12 + 29.75 + 6 = 47.75 min of 10,000
    assert by_id["staff"] == pytest.approx(28)
    assert by_id["near_home"] == 100
    km, off = 0.60 + 10 / 60, 0.60 + 10 * 6 / 60
    trips = 0.8 * 29.75 + 0.1 * 10 + 0.1 * 9.75
    assert by_id["freight"] == pytest.approx(1.2 * (trips * km + off), rel=1e-5)
    west, east = 0.85 + 0.15 * 2 / 15, 0.55 - 0.35 * 2.75 / 15
    assert by_id["pool"] * JOBS_A_CELL == pytest.approx(5_000 * west + 10_000 * east, rel=1e-5)


@pytest.mark.usefixtures("asked")
def test_the_score_of_a_cell_is_that_of_the_plot_in_its_place(write_study):
    found = screen(write_study())
    findings = found.findings
    assert list(findings.plots.index) == [f"one-s0{rank}" for rank in range(1, 7)]
    assert findings.plots.area.to_numpy() == pytest.approx(np.full(6, 62_500))
    (area,) = found.suitability
    with_row = ~area.grid.transform
    for plot, outline in findings.plots.geometry.items():
        column, row = with_row * (outline.centroid.x, outline.centroid.y)
        assert area.score[int(row), int(column)] == pytest.approx(
            findings.decision.ranking.loc[plot, "score"], abs=POINTS
        )
    proposed = findings.run["screening"]["one"]
    assert proposed["scores"] == pytest.approx(findings.decision.ranking["score"].sort_index().to_list(), abs=POINTS)
    assert proposed["scores"][0] == pytest.approx(np.nanmax(area.score), abs=1e-5)
    assert proposed["proposed"] == 6
    assert proposed["cells"] >= proposed["passing"] >= proposed["scored"] == int(np.isfinite(area.score).sum())


def test_the_proposed_plots_serve_a_study_as_its_list(write_study, asked, tmp_path):
    asked["towns"][0]["jobs"] = 6000
    asked["screening"]["areas"].append({"town": "two", "area": degrees(18, -3, 22, 3)})
    study = write_study()
    first = screen(study).findings
    write_all(first, tmp_path / "proposed", "en")
    assert sorted(path.name for path in (tmp_path / "proposed").iterdir() if "suit" in path.name) == [
        "suitability_one.tif",
        "suitability_two.tif",
    ]
    asked["layers"]["plots"] = "proposed/candidates.gpkg"
    study.write_text(tomlkit.dumps(asked), encoding="utf-8")
    again = run(study)
    pd.testing.assert_frame_equal(again.decision.ranking, first.decision.ranking, check_exact=False, rtol=1e-6)
    pd.testing.assert_frame_equal(again.decision.measures, first.decision.measures, check_exact=False, rtol=1e-6)
    assert (again.plots["outline"] == "indicative").all()
    assert again.plots.loc["one-s01", "name_ru"].startswith("Найденный участок 1 (")
    assert "screening" in again.plots.loc["one-s01", "source"]
    read, _ = read_vector(
        tmp_path / "proposed" / "candidates.gpkg", ROLES["plots"], crs=CRS, area=(69.0, 39.0, 80.5, 43.5)
    )
    assert read["area_ha"].to_numpy() == pytest.approx(read.area.to_numpy() / 1e4)


def test_ground_that_two_towns_want_goes_to_one(write_study, asked):
    asked["towns"][0]["jobs"] = asked["towns"][1]["jobs"] = 5000
    asked["screening"]["count"] = 2
    asked["screening"]["areas"].append({"town": "two", "area": degrees(8, -3, 12, 3)})
    asked["programme"]["fixed"] = {"one": "alpha"}
    found = screen(write_study())
    plots = found.findings.plots
    assert plots.geometry["one-s01"].equals(plots.geometry["two-s01"])
    chosen = found.findings.programme.answers["mid"].combinations
    assert len(chosen) > 0
    assert not (chosen["one"].str[-3:] == chosen["two"].str[-3:]).any()
    assert "screen.rules_by_name" in {message.key for message in found.told}


@pytest.mark.usefixtures("asked")
def test_rules_roads_border_and_buildings_strike_cells(write_study):
    ground = ground_of(write_study())
    grid = grid_over((*place(8, -3).coords[0], *place(12, 3).coords[0]), CRS, 250.0)
    search = ground.searched(grid)
    plain, unchecked = _allowed(search, grid), search.unchecked
    assert np.flatnonzero((~plain).any(axis=1)).tolist() == [12]  # the road's row: no plot crosses it
    assert not plain[12].any()
    assert "faults" in unchecked
    assert "built_up" in unchecked
    frames: Mapping[str, gpd.GeoDataFrame] = ground.region.frames
    fault = gpd.GeoDataFrame(geometry=[LineString([place(9.1, -9), place(9.1, 9)])], crs=CRS)
    houses = gpd.GeoDataFrame(geometry=[box(*place(11.1, 1.1).coords[0], *place(11.2, 1.2).coords[0])], crs=CRS)
    west = layer(["kg", "kz"], [box(WEST - 1e5, NORTH - 1e5, WEST + 1e4, NORTH + 1e5),
                                box(WEST + 1e4, NORTH - 1e5, WEST + 2e5, NORTH + 1e5)])  # fmt: skip
    assert len(frames["settlements"]) == 2
    frames |= {"faults": fault, "built_up": houses}
    search = ground.searched(grid)
    passes, unchecked = _allowed(search, grid), search.unchecked
    x, y = grid.centres()
    struck = plain & ~passes
    near = np.abs(x - place(9.1, 0).x) < 200 + 125
    house = (np.abs(x - place(11.125, 0).x) < 1) & (np.abs(y - place(0, 1.125).y) < 1)
    assert (struck == (plain & (near | house))).all()
    assert not {"faults", "built_up"} & set(unchecked)
    frames |= {"border": west, "settlements": frames["settlements"].loc[["west", "west"]]}
    abroad = _allowed(ground.searched(grid), grid)
    assert not abroad[:, x[0] > WEST + 1e4 - 125].any()
    assert (abroad[:, x[0] < WEST + 9600] == passes[:, x[0] < WEST + 9600]).all()


def test_no_plot_is_proposed_that_the_run_s_rules_would_bar(write_study, asked, tmp_path):
    asked["screening"]["count"] = 40
    free = screen(write_study()).findings
    strip = gpd.GeoDataFrame({"id": ["fault"]}, geometry=[LineString([place(9.1, -9), place(9.1, 9)])], crs=CRS)
    strip.to_file(tmp_path / "faults.gpkg", layer="faults", driver="GPKG")
    asked["layers"]["faults"] = "faults.gpkg"
    barred = screen(write_study()).findings
    assert (free.plots.distance(strip.geometry[0]) < 200).any()
    assert not (barred.plots.distance(strip.geometry[0]) < 200).any()
    assert not barred.rules.rulings.xs("fault_zone_1", level="rule")["struck"].any()
    asked["rules"] = {"fault_zone_1": "flag"}
    flagged = screen(write_study()).findings
    assert flagged.plots.geometry.geom_equals(free.plots.geometry).all()


def test_where_nothing_passes_a_line_says_so(write_study, asked, tmp_path, monkeypatch, capsys):
    asked["study"]["rankable_from"] = 1.0
    asked["layers"]["elevation"] = []  # of no cell all is known
    found = screen(write_study())
    assert found.findings is None
    assert found.told[0].key == "screen.nothing"
    assert found.told[0].params["scored"] == 0
    out = tmp_path / "out"
    with whole_folder(out) as before:  # of an earlier run, which must not stand beside the new raster
        for name in ("ranking.csv", "map.html", "candidates.gpkg", "run.json"):
            (before / name).write_text("old", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["sitesel", "screen", str(tmp_path / "study.toml"), "--out", str(out)])
    with pytest.raises(SystemExit) as done:
        cli.main()
    assert done.value.code == 0
    assert "One: no plot can be proposed" in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == [".sitesel.json", "suitability.tif"]


def test_a_town_that_nothing_is_found_for_is_named_and_the_others_are_ranked(write_study, asked):
    far = degrees(8, 12, 9, 13)  # beyond off_road.cap_km of the road
    asked["screening"]["areas"].append({"town": "two", "area": far})
    asked["programme"]["phases"] = ["two", "one"]
    found = screen(write_study())
    assert set(found.findings.decision.ranking["town"]) == {"one"}
    assert [message.key for message in found.told] == ["screen.found", "screen.nothing", "screen.unchecked"]
    assert np.isnan(found.suitability[1].score).all()


@pytest.mark.parametrize(("lang", "words"), [("en", "Screened plot 1"), ("ru", "Найденный"), ("ky", "Табылган")])
@pytest.mark.usefixtures("asked")
def test_the_command_writes_one_whole_folder(write_study, tmp_path, monkeypatch, capsys, lang, words):
    out = tmp_path / "out"
    monkeypatch.setattr("sys.argv", ["sitesel", "screen", str(write_study()), "--lang", lang, "--out", str(out)])
    with pytest.raises(SystemExit) as done:
        cli.main()
    assert done.value.code == 0
    assert {"map.html", "ranking.csv", "plots.gpkg", "run.json", "candidates.gpkg", "suitability.tif"} <= {
        path.name for path in out.iterdir()
    }
    assert words in " ".join(capsys.readouterr().out.split())
    with rasterio.open(out / "suitability.tif") as raster:
        assert raster.tags()["town"] == "one"
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"


def refused(study: Path, *words: str) -> None:
    with pytest.raises(StudyError) as found:
        screen(study)
    assert len(found.value.faults) == 1, found.value.faults
    for word in words:
        assert word in found.value.faults[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.remove("screening"), ["no section [screening]"]),
        (lambda text: text["screening"].update(areas=[]), ["screening.areas: none"]),
        (lambda text: text["screening"]["areas"][0].update(town="three"), ["no town three", "one, two"]),
        (lambda text: text["screening"]["areas"][0].update(area=[60.0, 42.0, 74.0, 43.0]), ["one", "outside"]),
        (
            lambda text: text["screening"]["areas"][0].update(area=[74.0, 42.0, 73.0, 43.0]),
            ["one.area", "holds nothing"],
        ),
        (lambda text: text["screening"]["areas"].append(text["screening"]["areas"][0]), ["one", "more than once"]),
        (lambda text: text["screening"].update(cell_m=0.5), ["one", "cells of 0.5 m", "larger"]),
        (lambda text: text["screening"].update(cells_m=1), ["screening.cells_m", "did you mean"]),
    ],
)
def test_bad_input(write_study, asked, change: Callable[[tomlkit.TOMLDocument], object], words):
    change(asked)
    refused(write_study(), "study.toml" if "cells of 0.5 m" not in words else "screening", *words)


def test_a_refused_screening_exits_2_and_writes_nothing(write_study, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["sitesel", "screen", str(write_study()), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as done:
        cli.main()
    assert done.value.code == 2
    assert capsys.readouterr().err.strip().splitlines()[-1].startswith("sitesel: study.toml: no section [screening]")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("cell", "crs"), [(90.0, CRS), (430.0, CRS), (0.004, "EPSG:4326")])
def test_slopes_of_cells_are_those_of_plots(tmp_path, cell, crs):
    rng = np.random.default_rng(2)
    side = 60 if cell > 100 or crs != CRS else 120
    west, north = (WEST + 7, NORTH + 8007) if crs == CRS else (73.75, 42.95)
    metres = (900 + 20 * rng.normal(size=(side, side)).cumsum(0).cumsum(1) / side).astype("float32")
    metres[side // 2, side // 2] = -9999
    profile = {"driver": "GTiff", "height": side, "width": side, "count": 1, "dtype": "float32", "nodata": -9999.0}
    with rasterio.open(
        tmp_path / "heights.tif", "w", crs=crs, transform=from_origin(west, north, cell, cell), **profile
    ) as raster:
        raster.write(metres, 1)
    middle = gpd.GeoSeries.from_xy([west + cell * side / 2], [north - cell * side / 2], crs=crs).to_crs(CRS).iloc[0]
    grid = grid_over((middle.x - 3000, middle.y - 3000, middle.x + 3000, middle.y + 3000), CRS, 250.0)
    cells = gpd.GeoDataFrame(geometry=grid.boxes(np.ones(grid.shape, dtype=bool)), crs=CRS)
    together = slopes(cells, tmp_path / "heights.tif")
    chosen = np.zeros(grid.shape, dtype=bool)
    chosen[::5, ::5] = True
    found = slopes(cells[chosen.ravel()], tmp_path / "heights.tif")
    for column in ("mean", "max"):
        one, other = together.loc[chosen.ravel(), column].to_numpy(float), found[column].to_numpy(float)
        np.testing.assert_array_equal(one, other)
    assert together["mean"].isna().any()
    assert together["mean"].notna().mean() > 0.85
