"""A map made of public ground data shows what is owed for them, on screen and on paper; so do its files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest
from shapely import LineString, Point, box

import sitesel
from sitesel.extracting import Wish, make_layers, write_layers, write_study

pytestmark = [
    pytest.mark.browser,
    # playwright leaves the event loop's socket to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
OWED = "© OpenStreetMap contributors (ODbL 1.0)"
SMALL = (
    '<osm version="0.6"><node id="1" lon="1.50" lat="42.50" version="1"><tag k="place" v="town"/><tag k="name" v="A"/>'
    '<tag k="population" v="9000"/></node><node id="2" lon="1.52" lat="42.50" version="1"/>'
    '<node id="3" lon="1.505" lat="42.501" version="1"/><node id="4" lon="1.510" lat="42.501" version="1"/>'
    '<node id="5" lon="1.510" lat="42.504" version="1"/><node id="6" lon="1.505" lat="42.504" version="1"/>'
    '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="trunk"/></way>'
    '<way id="2" version="1"><nd ref="3"/><nd ref="4"/><nd ref="5"/><nd ref="6"/><nd ref="3"/>'
    '<tag k="landuse" v="industrial"/></way></osm>'
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a study that `sitesel layers` and `sitesel init` made."""
    folder = tmp_path_factory.mktemp("credits")
    (folder / "far.osm").write_text(SMALL, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        write_layers(make_layers(folder / "far.osm", Wish(working_age_share=0.6)), folder / "layers")
        write_study(folder / "study.toml", folder)
        sitesel.outputs.write_all(sitesel.run(folder / "study.toml", sure=False), folder / "out", "en")
    return folder


@pytest.fixture(scope="module")
def files(made: Path) -> dict[str, Path]:
    return {"map": made / "out" / "map.html"}


def test_the_credit_is_seen_on_screen_without_a_click(visit: Callable[..., Any]) -> None:
    for options in ({}, {"viewport": {"width": 390, "height": 844}}):
        page = visit("map", None, **options)
        credit = page.locator(".credit summary")
        assert credit.is_visible()
        assert OWED in credit.inner_text()


def test_the_credit_is_printed_with_and_without_script(visit: Callable[..., Any]) -> None:
    for options in ({}, {"java_script_enabled": False}):
        page = visit("map", None, **options)
        page.emulate_media(media="print")
        told = page.locator("#sheets table.sources")
        assert told.is_visible()
        assert "© OpenStreetMap contributors" in told.inner_text()
        assert "ODbL 1.0" in told.inner_text()


def test_files_carry_the_credit(made: Path) -> None:
    assert OWED in json.loads((made / "out" / "run.json").read_text(encoding="utf-8"))["credits"]
    packages = [made / "out" / "plots.gpkg", made / "study_plots.gpkg", *sorted((made / "layers").glob("*.gpkg"))]
    assert len(packages) > 3
    for path in packages:
        for layer in pyogrio.list_layers(path)[:, 0]:
            told = pyogrio.read_info(path, layer=layer)["layer_metadata"]
            assert OWED in told["ATTRIBUTION"], (path.name, layer)


def test_the_same_content_is_the_same_file_with_its_credit(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b", "c"]}, geometry=[Point(0, 0), LineString([(0, 0), (1, 1)]), box(0, 0, 1, 1)], crs="EPSG:32643"
    )
    for name in ("one", "two"):
        sitesel.outputs.layer_file.write_geopackage(
            frame, tmp_path / f"{name}.gpkg", layer="x", about={"ATTRIBUTION": OWED}
        )
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()
