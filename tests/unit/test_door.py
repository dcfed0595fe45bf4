"""The door: what comes in is right, or is one clear line; each case stands for a kind."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from sitesel.errors import LayerError, NetworkError, SiteselError, StudyError
from sitesel.layers import ROLES, read_vector
from sitesel.layers.vector import checked
from sitesel.network.lines import from_lines
from sitesel.region.reading import read_inputs
from sitesel.stages import source_of
from sitesel.study import load_study
from small_study import CRS, small_layers

AREA = (69.0, 39.0, 80.5, 43.5)


def read(path: Path, role: str = "plots") -> gpd.GeoDataFrame:
    return read_vector(path, ROLES[role], crs=CRS, area=AREA)[0]


def held(name: str, **columns: Any) -> tuple[gpd.GeoDataFrame, list[Any]]:
    return checked(small_layers()[name].assign(**columns), f"{name}.gpkg", ROLES[name], crs=CRS, area=AREA)


def faults(write: Callable[..., Path]) -> str:
    study = load_study(write())
    with pytest.raises(SiteselError) as found:
        read_inputs(study.study, study.layers, source_of(study), lambda _: None)
    return "\n".join(found.value.faults)


@pytest.fixture
def plots(tmp_path: Path) -> Path:
    small_layers()["plots"].to_file(tmp_path / "plots.gpkg", driver="GPKG")
    return tmp_path / "plots.gpkg"


def test_a_layer_is_known_by_its_content(plots):
    frame = gpd.read_file(plots)
    frame.to_file(plots.parent / "plots.fgb", driver="FlatGeobuf")
    assert set(read(plots.parent / "plots.fgb").index) == set(frame["id"])


@pytest.mark.parametrize("srs", [-1, 0])
def test_a_crs_that_is_none_is_told(plots, srs):
    with sqlite3.connect(plots) as file:
        file.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", [srs])
        file.execute("UPDATE gpkg_contents SET srs_id = ?", [srs])
    with pytest.raises(LayerError, match=r"set the (one|CRS) it was made in"):
        read(plots)


def test_kinds_of_a_user_s_own_are_taken():
    assert set(held("utilities", kind="boiler_house")[0]["kind"]) == {"boiler_house"}


@pytest.mark.parametrize("given", [True, False, -1.0, 1.0, np.nan, None, "yes", "NO", "T", "reverse"])
def test_oneway_as_tables_have_it(given):
    frame, _ = held("roads", oneway=np.array([given] * len(small_layers()["roads"]), dtype=object))
    assert len(frame) == len(small_layers()["roads"])


@pytest.mark.parametrize(
    ("given", "people"),
    [
        (["10 000", "8\u00a0000"], [10_000, 8000]),
        (["10000", " 8000 "], [10_000, 8000]),
        (["1 234 567", "8'000"], [1_234_567, 8000]),
        (["10.5", "8,25"], [10.5, 8.25]),
        (["0.500", "8"], [0.5, 8]),
    ],
)
def test_numbers_in_text_are_read_by_rule(given, people):
    frame, _ = held("settlements", population=given)
    assert frame["population"].reindex(small_layers()["settlements"]["id"]).to_list() == people


def test_a_layer_that_changes_while_it_is_read_is_told(write_study, monkeypatch):
    path = write_study()
    moments = iter(range(1000))
    monkeypatch.setattr("sitesel.region.reading._state", lambda _: (next(moments), 0))
    assert "plots.gpkg: changed while it was read; run again" in faults(lambda: path)


def test_a_study_from_notepad_is_read(write_study):
    path = write_study()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_study(path).towns


@pytest.mark.parametrize("line", ["weight = 0,65", "weight = 0,65 # two thirds", "  weight=-0,65"])
def test_a_decimal_comma_is_named(write_study, line):
    path = write_study()
    path.write_text(path.read_text(encoding="utf-8").replace("weight = 0.65", line), encoding="utf-8")
    with pytest.raises(StudyError, match=r"line \d+: a decimal comma; write -?0\.65 with a point"):
        load_study(path)


@pytest.mark.parametrize(("column", "value"), [("access", "no"), ("access", "private"), ("closed", True)])
def test_closed_roads_are_closed(column, value):
    roads = small_layers()["roads"]
    some = roads.assign(**{column: [value, *[None] * (len(roads) - 1)]})
    assert from_lines(some, mode="car").number_of_edges() < from_lines(roads, mode="car").number_of_edges()
    with pytest.raises(NetworkError, match="none that a car can use"):
        from_lines(roads.assign(**{column: value}), mode="car")


def test_a_length_below_the_straight_way_is_refused():
    roads = small_layers()["roads"]
    with pytest.raises(NetworkError, match=r"length_m is 20 in row 1 .* less than the straight way of 20000 m"):
        from_lines(roads.assign(length_m=20.0), mode="car")  # kilometres
    assert from_lines(roads.assign(length_m=np.nan), mode="car").number_of_edges()


def test_parts_of_a_road_share_its_length():
    roads = small_layers()["roads"]
    whole = roads.dissolve().assign(length_m=50_000.0)
    edges = from_lines(whole, mode="car").edges(data="length")
    assert sum(length for _, _, length in edges) == pytest.approx(2 * 50_000)


@pytest.mark.parametrize("seed", [-1, 1.5, "1", True])
def test_a_seed_is_a_whole_number(study_text, write_study, seed):
    study_text["study"]["seed"] = seed
    with pytest.raises(StudyError, match=r"study[.: ]+seed"):
        load_study(write_study())
