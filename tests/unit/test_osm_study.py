"""A study on an OpenStreetMap extract: the same roads give the same answers as lines do."""

import gzip
import re
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest

from sitesel.network import osm_file
from sitesel.region.extracts import notices_of_extract
from sitesel.stages import check, run
from sitesel.text import say
from small_study import CRS, place


def draw_osm(path: Path) -> None:
    """Draw the small study's trunk road as OpenStreetMap would hold it."""
    stops = gpd.GeoSeries([place(0, 0), place(20, 0), place(40, 0)], crs=CRS).to_crs(4326)
    nodes = "".join(f'<node id="{n}" version="1" lat="{p.y:.7f}" lon="{p.x:.7f}"/>' for n, p in enumerate(stops, 1))
    ways = "".join(
        f'<way id="{n}" version="1"><nd ref="{n}"/><nd ref="{n + 1}"/>'
        '<tag k="highway" v="trunk"/><tag k="ref" v="A1"/></way>'
        for n in (1, 2)
    )
    path.write_text(f'<osm version="0.6">{nodes}{ways}</osm>', encoding="utf-8")


@pytest.fixture
def osm_study(write_study, study_text, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    study_text["layers"]["roads"] = "extract.osm"
    draw_osm(tmp_path / "extract.osm")
    return write_study()


def test_the_same_roads_give_the_same_measures(osm_study, write_study, study_text):
    from_extract = run(osm_study)
    study_text["layers"]["roads"] = "roads.gpkg"
    from_lines = run(write_study())
    # lengths on the ellipsoid and on UTM's plane differ by 0.04 %
    pd.testing.assert_frame_equal(from_extract.decision.measures, from_lines.decision.measures, rtol=2e-3)
    assert list(from_extract.layers["roads"]["highway"]) == ["trunk"]


def test_network_and_order_are_kept_and_read_again(osm_study, tmp_path):
    first = run(osm_study)
    kept = sorted(path.name for path in (tmp_path / "cache" / "sitesel").iterdir())
    assert [name.split("-")[0] for name in kept] == ["order", "roads", "roads", "roads"]
    pd.testing.assert_frame_equal(run(osm_study).decision.measures, first.decision.measures)


def test_an_extract_that_is_cut_short_is_one_line(osm_study, tmp_path):
    whole = (tmp_path / "extract.osm").read_bytes()
    (tmp_path / "extract.osm").write_bytes(whole[: len(whole) // 2])
    faults = check(osm_study)
    assert len(faults) == 1
    assert "extract.osm" in faults[0]


def test_roads_that_run_beyond_the_extract(osm_study, write_study, study_text, tmp_path):
    whole = (tmp_path / "extract.osm").read_text(encoding="utf-8")
    beyond = whole.replace('<nd ref="2"/><nd ref="3"/>', '<nd ref="2"/><nd ref="3"/><nd ref="4"/>')
    (tmp_path / "extract.osm").write_text(beyond, encoding="utf-8")
    (fault,) = check(osm_study)
    assert 'missing_nodes = "cut"' in fault
    study_text["study"]["missing_nodes"] = "cut"
    found = run(write_study())
    told = [notice for notice in found.notices if notice.key == "notice.roads_cut"]
    assert [notice.params["count"] for notice in told] == [1]
    (tmp_path / "extract.osm").write_text(whole, encoding="utf-8")
    pd.testing.assert_frame_equal(found.decision.measures, run(osm_study).decision.measures)


def test_what_is_not_understood_is_told(osm_study, tmp_path):
    whole = (tmp_path / "extract.osm").read_text(encoding="utf-8")
    misplaced = '<node id="9" version="1" lat="0" lon="0"/>'
    signs = '<tag k="maxspeed" v="1000000"/><tag k="oneway" v="F"/><tag k="maxheight" v="four metres"/></way>'
    strange = whole.replace("</way>", signs).replace("<way", f"{misplaced}<way", 1)
    (tmp_path / "extract.osm").write_text(
        strange.replace('<nd ref="1"/><nd ref="2"/>', '<nd ref="1"/><nd ref="9"/><nd ref="2"/>'), encoding="utf-8"
    )
    found = run(osm_study)
    (told,) = [notice for notice in found.notices if notice.key == "notice.extract"]
    assert say(told, "en") == (
        "extract.osm, of its roads: nodes far from their neighbours, left out: 1; speed limits not understood: 2; "
        "values of oneway not understood, taken as two-way: 2; "
        "limits of height, width, length or weight not understood: 2"
    )
    (tmp_path / "extract.osm").write_text(whole, encoding="utf-8")
    pd.testing.assert_frame_equal(found.decision.measures, run(osm_study).decision.measures)


def test_every_kind_that_the_reader_tells_of_has_words():
    reader = Path(osm_file.__file__).read_text(encoding="utf-8")
    kinds = re.findall(r'notices\["([^"]+)"|"([^"]+)": (?:[a-z_]+\(|)tags', reader)
    kinds = [kind for pair in kinds for kind in pair if kind]
    assert len(kinds) > 6
    graph = nx.MultiDiGraph(dropped={}, notices=dict.fromkeys(kinds, 3))
    (told,) = notices_of_extract([graph.graph], "x.pbf")
    assert len(say(told, "en").split("; ")) >= len(kinds)


def test_packed_extracts_are_read(osm_study, write_study, study_text, tmp_path):
    expected = run(osm_study).decision.measures
    with gzip.open(tmp_path / "extract.osm.gz", "wb") as stream:
        stream.write((tmp_path / "extract.osm").read_bytes())
    study_text["layers"]["roads"] = "extract.osm.gz"
    pd.testing.assert_frame_equal(run(write_study()).decision.measures, expected)


def test_openstreetmap_is_credited(osm_study):
    row = run(osm_study).sources.loc["extract.osm"]
    assert "OpenStreetMap contributors" in row["source"]
    assert row["licence"].startswith("ODbL")


def test_what_is_not_understood_of_another_mode_is_told(osm_study, tmp_path):
    whole = (tmp_path / "extract.osm").read_text(encoding="utf-8")
    signs = '<tag k="hgv" v="forbidden"/></way>'
    (tmp_path / "extract.osm").write_text(whole.replace("</way>", signs, 1), encoding="utf-8")
    (told,) = [notice for notice in run(osm_study).notices if notice.key == "notice.extract"]
    assert say(told, "en") == "extract.osm, of its roads: values of access not understood, taken as open: 1"
