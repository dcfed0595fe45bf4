"""The door: what comes in is right, or is one clear line; each case stands for a kind."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from sitesel.errors import LayerError, NetworkError, SiteselError, StudyError
from sitesel.layers import ROLES, read_relief, read_vector
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


@pytest.mark.parametrize("called", ["plots.geojson", "plots.gpkg.vrt", "plots.kml", "plots.shp", "plots.csv"])
@pytest.mark.parametrize("head", ["", "\ufeff", "  \n", '<?xml version="1.0"?>\n'])
def test_a_description_of_data_elsewhere_is_not_opened_under_any_name(plots, called, head):
    for elsewhere in (plots, "http://127.0.0.1:9/plots.gpkg"):
        source = f"<OGRVRTLayer><SrcDataSource>{elsewhere}</SrcDataSource></OGRVRTLayer>"
        text = f"{head}<OGRVRTDataSource>{source}</OGRVRTDataSource>"
        plots.with_name(called).write_text(text, encoding="utf-8")
        with pytest.raises(LayerError, match="whatever its name says"):
            read(plots.with_name(called))


def test_a_raster_of_data_elsewhere_is_not_opened(tmp_path):
    (tmp_path / "heights.tif").write_text("<VRTDataset rasterXSize='1' rasterYSize='1'></VRTDataset>", encoding="utf-8")
    with pytest.raises(LayerError, match="neither GeoTIFF nor netCDF"):
        read_relief(tmp_path / "heights.tif")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_folders_and_nothing_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.gpkg")
    (tmp_path / "folder.gpkg").mkdir()
    (tmp_path / "empty.gpkg").touch()
    (tmp_path / "device.gpkg").symlink_to("/dev/zero")
    for name, said in (("pipe", "a pipe"), ("folder", "a folder"), ("device", "a device"), ("empty", "an empty file")):
        with pytest.raises(LayerError, match=said):
            read(tmp_path / f"{name}.gpkg")


def test_a_layer_is_known_by_its_content(plots):
    frame = gpd.read_file(plots)
    frame.to_file(plots.parent / "plots.fgb", driver="FlatGeobuf")
    assert set(read(plots.parent / "plots.fgb").index) == set(frame["id"])


def test_a_geopackage_that_miscounts_its_rows_is_told(plots):
    with sqlite3.connect(plots) as file:
        file.execute("UPDATE gpkg_ogr_contents SET feature_count = 1")
    with pytest.raises(LayerError, match=r"plots\.gpkg: holds 3 features and says 1"):
        read(plots)


@pytest.mark.parametrize("srs", [-1, 0])
def test_a_crs_that_is_none_is_told(plots, srs):
    with sqlite3.connect(plots) as file:
        file.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", [srs])
        file.execute("UPDATE gpkg_contents SET srs_id = ?", [srs])
    with pytest.raises(LayerError, match=r"set the (one|CRS) it was made in"):
        read(plots)


@pytest.mark.parametrize(
    ("layer", "column", "word", "said"),
    [
        ("roads", "setting", "mountian", "setting is 'mountian'.*write one of rural, ribbon, mountain, urban"),
        ("roads", "setting", "Rural", "write one of"),
        ("roads", "oneway", "forward", "oneway is 'forward'"),
        ("utilities", "kind", "substatoin", "did you mean substation"),
        ("utilities", "kind", "sewage-works", "did you mean sewage_works"),
        ("gateways", "kind", "borderfreight", "did you mean border_freight"),
        ("rivals", "state", "workin", "did you mean working"),
    ],
)
def test_a_misspelt_word_is_refused_with_the_likely_one(layer, column, word, said):
    with pytest.raises(LayerError, match=said):
        held(layer, **{column: word})


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
    assert frame["population"].to_list() == people


@pytest.mark.parametrize("given", ["10.000", "10,000", "1.234.567"])
def test_thousands_or_decimals_is_asked_not_guessed(given):
    with pytest.raises(LayerError, match="thousands, or three decimals"):
        held("settlements", population=[given, "8000"])


def test_people_that_are_not_known_are_told_with_their_number():
    _, notices = held("settlements", population=[np.nan, 8000.0])
    (told,) = [notice for notice in notices if notice.key == "notice.not_known"]
    assert (told.params["column"], told.params["count"], told.params["features"]) == ("population", 1, "west")


@pytest.mark.parametrize("twice", [["alpha ", "alpha", "gamma"], ["cafe\u0301", "caf\u00e9", "gamma"]])
def test_ids_that_look_alike_are_one(twice):
    with pytest.raises(LayerError, match="stands more than once"):
        held("plots", id=twice)


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:32642", "EPSG:32644"])
def test_a_crs_in_which_a_metre_is_none_is_refused(study_text, write_study, crs):
    study_text["study"]["crs"] = crs
    assert "write one that is true to length there, such as EPSG:32643" in faults(write_study)


def test_a_layer_in_another_zone_is_named(study_text, write_study, tmp_path):
    flood = small_layers()["plots"][["geometry"]].assign(grade="severe").set_crs("EPSG:32644", allow_override=True)
    flood.to_file(tmp_path / "floods.gpkg")
    study_text["layers"]["floods"] = "floods.gpkg"
    assert "floods.gpkg: lies 4" in faults(write_study)


def test_a_layer_that_changes_while_it_is_read_is_told(write_study, monkeypatch):
    path = write_study()
    moments = iter(range(1000))
    monkeypatch.setattr("sitesel.region.reading._state", lambda _: (next(moments), 0))
    assert "plots.gpkg: changed while it was read; run again" in faults(lambda: path)


@pytest.mark.parametrize("section", ["indicators", "towns"])
@pytest.mark.parametrize("word", ["rank", "score", "points"])
def test_ids_that_are_columns_of_results_are_refused(study_text, write_study, section, word):
    taken = {"indicators": {"rank", "score"}, "towns": {"rank", "score", "points"}}
    study_text[section][0]["id"] = word
    path = write_study()
    if word in taken[section]:
        with pytest.raises(StudyError, match=f"{section}: id {word} is a column's name"):
            load_study(path)


def test_an_id_that_is_a_figure_of_another_is_refused(study_text, write_study):
    study_text["indicators"][1]["id"] = f"{study_text['indicators'][0]['id']}_value"
    with pytest.raises(StudyError, match="is what the results call a figure of"):
        load_study(write_study())


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


@pytest.mark.parametrize("column", ["maxspeed", "MAXSPEED", "speed_kph"])
def test_speeds_that_are_not_read_are_named(write_study, column):
    study = load_study(write_study(roads=small_layers()["roads"].assign(**{column: 10})))
    found = read_inputs(study.study, study.layers, source_of(study), lambda _: None)
    told = [notice for notice in found.notices if notice.key == "notice.speeds_unread"]
    assert [notice.params["column"] for notice in told] == [column]


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
    with pytest.raises(StudyError, match=r"study\.seed"):
        load_study(write_study())


def test_too_few_draws_are_no_draws(study_text, write_study):
    study_text["sureness"] = {"worlds": 4, "draws": 8}
    with pytest.raises(StudyError, match="4 worlds of 8 draws tell nothing; let there be 64 in all"):
        load_study(write_study())
