"""Bad input is answered by one line that names file, feature and remedy; nothing is half-written."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.transform import from_origin
from rasterio.windows import Window
from shapely import Point, Polygon

from sitesel.cli import main
from sitesel.errors import LayerError, NetworkError, SiteselError, StudyError
from sitesel.layers import embedded_file, read_relief
from sitesel.stages import check, run
from small_study import NORTH, WEST, ask_every_kind, place, plot, small_layers, write_heights


def refused(study: Path, *words: str, error: type[SiteselError] = LayerError) -> str:
    """The one line that a study is refused with; it holds all the words."""
    with pytest.raises(error) as found:
        run(study)
    assert len(found.value.faults) == 1, found.value.faults
    for word in words:
        assert word in found.value.faults[0]
    assert check(study) == found.value.faults
    return found.value.faults[0]


def test_unknown_key_with_its_likely_meaning(write_study, study_text):
    study_text["towns"][0]["enterprizes"] = 3
    refused(write_study(), "study.toml", "towns.one.enterprizes", "did you mean enterprises?", error=StudyError)


def test_key_in_the_wrong_section(write_study, study_text):
    study_text["programme"]["season"] = "winter"
    refused(write_study(), "programme.season", "belongs to another section", error=StudyError)


def test_weights_that_do_not_add_up(write_study, study_text):
    study_text["weights"]["labour"] = 0.30
    refused(write_study(), "study.toml", "weights", "add up to 0.94", "raise them by 0.06", error=StudyError)


def test_weights_within_a_criterion_that_do_not_add_up(write_study, study_text):
    study_text["indicators"][1]["weight"] = 0.5
    refused(write_study(), "indicators of labour", "add up to 1.15", "lower them", error=StudyError)


def test_value_function_that_runs_backwards_names_its_indicator(write_study, study_text):
    study_text["indicators"][1]["value"] = [[5, 100], [1, 0]]
    refused(write_study(), "indicators.near_home.value", "x must rise", error=StudyError)


def test_every_fault_of_a_study_at_once(write_study, study_text):
    study_text["programme"]["jobs_per_ha"] = -1
    study_text["towns"][0]["jobs"] = "many"
    study_text["study"]["crs"] = "EPSG:4326"
    faults = check(write_study())
    assert len(faults) == 3
    assert all(fault.startswith("study.toml: ") for fault in faults)


def test_study_that_is_not_toml_or_not_there(tmp_path):
    (tmp_path / "broken.toml").write_text("[study\n", encoding="utf-8")
    refused(tmp_path / "broken.toml", "broken.toml", "not TOML", "line 1", error=StudyError)
    refused(tmp_path / "none.toml", "none.toml", "no such study file", error=StudyError)


def test_study_that_is_not_utf8(tmp_path):
    (tmp_path / "old.toml").write_bytes('[study]\ntitle = "Ош"\n'.encode("cp1251"))
    refused(tmp_path / "old.toml", "old.toml", "not UTF-8", "save it again in UTF-8", error=StudyError)


def test_missing_layer_file(write_study, tmp_path):
    study = write_study()
    (tmp_path / "gateways.gpkg").unlink()
    refused(study, "gateways.gpkg", "no such file")


def test_unknown_embedded_layer(write_study, study_text):
    study_text["layers"]["rivals"] = "rival"
    refused(write_study(), "rival", "no embedded layer", "rivals")


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_layer_without_crs(write_study):
    settlements = small_layers()["settlements"]
    refused(
        write_study(settlements=settlements.set_crs(None, allow_override=True)), "settlements.gpkg", "no CRS", "set"
    )


def test_swapped_coordinates(write_study):
    degrees = small_layers()["settlements"].to_crs(4326)
    swapped = degrees.set_geometry(degrees.geometry.map(lambda point: Point(point.y, point.x)))
    refused(write_study(settlements=swapped), "settlements.gpkg", "look swapped", "west, east")


def test_swapped_projected_coordinates(write_study):
    plots = small_layers()["plots"]
    swapped = plots.set_geometry(shapely.transform(plots.geometry.array, lambda xy: xy[:, ::-1]))
    refused(write_study(plots=swapped), "plots.gpkg", "look swapped", "alpha")


def test_metres_labelled_as_degrees(write_study):
    plots = small_layers()["plots"].set_crs(4326, allow_override=True)
    refused(write_study(plots=plots), "plots.gpkg", "EPSG:4326", "metres", "set the CRS")


def test_layer_in_another_country(write_study):
    rivals = small_layers()["rivals"].to_crs(4326).set_geometry([Point(2.3, 48.9)], crs=4326)
    refused(write_study(rivals=rivals), "rivals.gpkg", "park", "outside the study's area")


def test_plot_out_of_the_network_s_reach(write_study):
    plots = small_layers()["plots"]
    plots.loc[1, "geometry"] = plot(30, 9)
    refused(write_study(plots=plots), "plots.gpkg", "beta", "9.0 km", "off_road.cap_km", error=NetworkError)


def test_empty_layer(write_study):
    refused(write_study(roads=small_layers()["roads"].iloc[:0]), "roads.gpkg", "empty")


def test_duplicate_ids(write_study):
    plots = small_layers()["plots"].assign(id=["alpha", "alpha", "gamma"])
    refused(write_study(plots=plots), "plots.gpkg", "alpha", "more than once")


def test_points_where_polygons_are_due(write_study):
    plots = small_layers()["plots"]
    refused(
        write_study(plots=plots.set_geometry(plots.centroid)), "plots.gpkg", "Point where polygons are due", "alpha"
    )


def bow_tie(x_km: float, y_km: float) -> Polygon:
    x, y = place(x_km, y_km).coords[0]
    return Polygon([(x, y), (x + 600, y + 600), (x + 600, y), (x, y + 600)])


def test_invalid_geometry_that_would_change_its_area_is_refused(write_study):
    plots = small_layers()["plots"]
    plots.loc[0, "geometry"] = bow_tie(10, 0.5)
    refused(write_study(plots=plots), "plots.gpkg", "outline of alpha is not valid", "draw it again")


def test_invalid_geometry_that_keeps_its_area_is_mended_with_notice(write_study):
    x, y = place(10, 0.5).coords[0]
    spiked = Polygon([(x, y), (x + 500, y), (x + 500, y + 500), (x + 900, y + 500), (x + 500, y + 500), (x, y + 500)])
    assert not spiked.is_valid
    plots = small_layers()["plots"]
    plots.loc[0, "geometry"] = spiked
    findings = run(write_study(plots=plots))
    assert findings.plots.geometry["alpha"].area == pytest.approx(250_000)
    assert [notice.key for notice in findings.notices] == ["notice.outline_mended"]


def test_geojson_that_is_not_utf8(write_study, study_text, tmp_path):
    study_text["layers"]["rivals"] = "rivals.geojson"
    study = write_study()
    text = small_layers()["rivals"].to_crs(4326).assign(name_ru="Ош").to_json(ensure_ascii=False)
    (tmp_path / "rivals.geojson").write_bytes(text.encode("cp1251"))
    refused(study, "rivals.geojson", "not UTF-8")


def test_shapefile_that_hides_its_encoding(write_study, study_text, tmp_path):
    study_text["layers"]["rivals"] = "rivals.shp"
    study = write_study()
    small_layers()["rivals"].to_file(tmp_path / "rivals.shp", encoding="CP1251")
    (tmp_path / "rivals.cpg").unlink()
    refused(study, "rivals.shp", "encoded", "rivals.cpg")


@pytest.mark.parametrize(
    ("given", "words"), [("many", "not a number"), (-5, "below 0"), ("12 500 people", "not a number")]
)
def test_population_that_is_no_number_or_negative(write_study, given, words):
    settlements = small_layers()["settlements"]
    settlements["population"] = settlements["population"].astype(object)
    settlements.loc[1, "population"] = given
    settlements["population"] = settlements["population"].astype(str)
    refused(write_study(settlements=settlements), "settlements.gpkg", "population", "east", words)


def test_plot_of_an_unknown_town(write_study):
    plots = small_layers()["plots"].assign(town=["one", "bishkek", "two"])
    refused(write_study(plots=plots), "plots.gpkg", "beta", "'bishkek'", "one, two")


def test_missing_column_and_missing_geometry(write_study):
    refused(write_study(gateways=small_layers()["gateways"].drop(columns="kind")), "gateways.gpkg", "no column kind")
    rivals = small_layers()["rivals"]
    rivals.loc[0, "geometry"] = None
    refused(write_study(rivals=rivals), "rivals.gpkg", "no geometry in park")


def test_road_class_without_a_speed(write_study):
    roads = small_layers()["roads"].assign(highway=["trunk", "autobahn"])
    refused(write_study(roads=roads), "roads.gpkg", "'autobahn'", "row 2", error=NetworkError)


def test_file_that_is_no_layer(write_study, tmp_path):
    study = write_study()
    (tmp_path / "border.gpkg").write_text("not a GeoPackage", encoding="utf-8")
    refused(study, "border.gpkg", "whatever its name says")


def test_two_layers_in_one_file_need_a_name(write_study, tmp_path):
    study = write_study()
    small_layers()["rivals"].to_file(tmp_path / "plots.gpkg", layer="other")
    refused(study, "plots.gpkg", "several layers", "plots.gpkg|LAYER")


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ({"crs": None}, "no CRS"),
        ({"nodata": None, "slope_pct": 9000.0}, "cannot be metres"),
        ({"crs": "EPSG:2229"}, "not in metres"),
    ],
)
def test_heights_that_cannot_be_used(write_study, tmp_path, profile, words):
    study = write_study()
    write_heights(tmp_path / "heights.tif", **profile)
    refused(study, "heights.tif", words)


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ({"crs": None}, "heights.tif: no CRS; set the one it was made in"),
        (
            {"transform": Affine.translation(WEST, NORTH) * Affine.rotation(10) * Affine.scale(200, -200)},
            "rotated; warp",
        ),
        ({"transform": Affine(200, 0, WEST, 0, 200, NORTH)}, "upside down"),
        ({"transform": from_origin(73.0, 43.2, 0.002, 0.002)}, "which are degrees, but its CRS counts in metres"),
        ({"crs": "EPSG:4326"}, "which are metres, but its CRS counts in degrees"),
        ({"times": 20.0}, "cannot be metres above the sea"),
        ({"slope_pct": 5.0}, "off those known here; check its place, its unit and its nodata value"),
        ({"nodata": None, "hole": 0.0}, "height 0 beside heights from 700 m up, and no nodata value; set nodata to 0"),
        ({"nodata": None, "hole": -9999.0}, "heights from -9999 to 1298 cannot be metres"),
    ],
)
def test_wrong_heights_are_one_line_and_nothing_is_written(write_study, tmp_path, capsys, monkeypatch, profile, words):
    study = write_study()
    write_heights(tmp_path / "heights.tif", **{name: value for name, value in profile.items() if name != "hole"})
    if "hole" in profile:
        with rasterio.open(tmp_path / "heights.tif", "r+") as raster:
            raster.write(np.full((5, 5), profile["hole"], "float32"), 1, window=Window(3, 3, 5, 5))
    (fault,) = check(study)
    assert fault.startswith("heights.tif: ")
    assert words in fault
    monkeypatch.setattr("sys.argv", ["sitesel", "run", str(study), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"sitesel: {fault}"
    assert not (tmp_path / "out").exists()


def test_heights_in_feet_are_told_by_those_known(write_study, tmp_path):
    """In a valley they are plausible metres: 700 m are 2,300 feet."""
    study = write_study()
    known = read_relief(embedded_file("elevation_chui"))
    north = known.metres[:125, :400] / np.float32(0.3048)
    feet = np.where(north < 8000, north, -9999).astype("float32")
    shape = {"height": feet.shape[0], "width": feet.shape[1]}
    write_heights(tmp_path / "heights.tif", crs=known.crs, transform=known.transform, metres=feet, **shape)
    (fault,) = check(study)
    assert "heights 3.28 times those known here: feet, not metres; multiply them by 0.3048" in fault


def test_plots_beyond_the_heights_have_unknown_slope_with_a_reason(write_study, study_text):
    ask_every_kind(study_text)
    layers = small_layers()
    far = {name: layers[name].set_geometry(layers[name].translate(xoff=80_000)) for name in layers}
    findings = run(write_study(**far))
    for name in ("slope_mean", "fit"):
        assert findings.decision.measures[name].isna().all()
        assert {reason.key for reason in findings.decision.reasons[name]} == {"reason.no_heights"}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("towns", 0, "production"), "weaving", ("towns.one.production", "'sewing'", "'weaving'")),
        (("connection", "lay"), "air", ("connection.lay", "'roads'", "'air'")),
        (("connection", "cell_m"), 5, ("connection", "cells of 5 m are too many within 20 km", "40")),
        (("connection", "rate", "per_usd"), 0, ("connection.rate.per_usd", "greater than 0")),
        (
            ("connection", "costs"),
            {"line_10kv": {"low": 9, "mid": 5, "high": 7}},
            ("connection.costs.line_10kv", "must rise", "9, 5 and 7"),
        ),
        (
            ("connection", "costs"),
            {"line_10kv": {"low": -1, "mid": 5, "high": 7}},
            ("connection.costs.line_10kv.low", "greater than or equal to 0", "-1"),
        ),
        (
            ("connection", "costs"),
            {"line_10": {"low": 1, "mid": 5, "high": 7}},
            ("connection.costs", "'line_10'", "did you mean line_10kv?"),
        ),
        (
            ("demand",),
            {"sewing": {"power_mw": {"low": 3, "mid": 2, "high": 4}}},
            ("demand.sewing.power_mw", "must rise", "3, 2 and 4"),
        ),
        (("demand",), {"sewing": {"steam": {"low": 1, "mid": 2, "high": 4}}}, ("demand.sewing.steam", "'steam'")),
        (("programme", "excluded"), [["alpha"]], ("programme.excluded.number 1", "at least 2")),
        (("programme", "excluded"), [["alpha", "alpha"]], ("programme.excluded", "no set of two plots")),
    ],
)
def test_settings_of_connection_that_cannot_be(write_study, study_text, path, value, words):
    part = study_text
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    refused(write_study(), *words, error=StudyError)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("item,low,mid\nline_10kv,1,2\n", ("no column high",)),
        ("item,low,mid,high\nline_10_kv,1,2,3\n", ("row 2", "'line_10_kv'", "did you mean line_10kv?")),
        ("item,low,mid,high\nline_10kv,1,-2,3\n", ("row 2", "'-2'", "not below 0")),
        ("item,low,mid,high\nline_10kv,1,2 000,3\n", ("row 2", "'2 000'")),
        ("item,low,mid,high\nline_10kv,5,2,3\n", ("row 2", "must rise", "5, 2 and 3")),
        ("item,low,mid,high\nline_10kv,,2,3\n", ("row 2", "needs low, mid and high")),
        ("item,unit,low,mid,high\nline_10kv,USD/m,1,2,3\n", ("row 2", "counted in km, not in m")),
        ("item,low,mid,high\nline_10kv,1,2,3\nline_10kv,1,2,3\n", ("row 3", "stands twice")),
    ],
)
def test_price_lists_that_cannot_be(write_study, study_text, tmp_path, text, words):
    study_text["connection"]["prices"] = "costs.csv"
    (tmp_path / "costs.csv").write_text(text, encoding="utf-8")
    refused(write_study(), "costs.csv", *words, error=StudyError)


def test_price_list_that_is_not_there_or_not_utf8(write_study, study_text, tmp_path):
    study_text["connection"]["prices"] = "costs.csv"
    refused(write_study(), "costs.csv", "no such file", error=StudyError)
    (tmp_path / "costs.csv").write_bytes("item,low,mid,high\nлиния,1,2,3\n".encode("cp1251"))
    refused(write_study(), "costs.csv", "not UTF-8", error=StudyError)


def test_negative_spare_capacity_and_a_source_s_id_used_twice(write_study):
    layers = small_layers()
    refused(
        write_study(utilities=layers["utilities"].assign(spare_mva=-3.0)),
        "utilities.gpkg",
        "spare_mva",
        "station",
        "-3",
    )
    refused(
        write_study(utility_lines=layers["utility_lines"].assign(id="station")), "utility_lines.gpkg", "station", "id"
    )


def sitesel(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sitesel", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def test_a_refused_run_exits_2_with_one_line_and_writes_nothing(write_study, tmp_path):
    out = tmp_path / "out"
    done = sitesel("run", write_study(roads=small_layers()["roads"].iloc[:0]), "--out", out)
    assert done.returncode == 2
    faults = [line for line in done.stderr.splitlines() if line.startswith("sitesel: ")]
    assert faults == [line for line in faults if "roads.gpkg: empty" in line]
    assert len(faults) == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert not out.exists()


def test_check_lists_every_fault_and_exits_2(write_study):
    layers = small_layers()
    study = write_study(roads=layers["roads"].iloc[:0], plots=layers["plots"].assign(id=["a", "a", "b"]))
    done = sitesel("check", study)
    assert done.returncode == 2
    assert {line.split(":")[0] for line in done.stderr.splitlines()} == {"roads.gpkg", "plots.gpkg"}
