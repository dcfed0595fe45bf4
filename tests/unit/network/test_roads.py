"""Roads in arrays are the graph's own arcs, lines and words."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from test_extracts import EXTRACTS
from test_same_networks import drawn
from test_slope import heights

from osm_drawing import Drawing
from sitesel.network import Arcs, Extract, arcs_of, slow_by_slope, to_lines, words_of
from sitesel.network.osm_file import read_osm

CLASSES = ("primary", "residential", "motorway")


def alike(one: Arcs, other: Arcs) -> None:
    for field in fields(Arcs):
        if field.name == "lines":
            assert shapely.equals_exact(one.geometry(), other.geometry()).all()
        elif field.name == "nodes":
            pd.testing.assert_index_equal(one.nodes, other.nodes)
        else:
            mine, theirs = getattr(one, field.name), getattr(other, field.name)
            np.testing.assert_array_equal(mine, theirs)
            assert getattr(mine, "dtype", None) == getattr(theirs, "dtype", None)


@pytest.fixture(params=["drawn", "andorra", "monaco"])
def extract(request: pytest.FixtureRequest, drawing: Drawing) -> Extract:
    if request.param == "drawn":
        return Extract(drawn(drawing), crs="EPSG:32643", missing_nodes="cut")
    if not EXTRACTS.is_dir():
        pytest.skip("needs OSM extracts in ../shared/external/osm")
    return Extract(EXTRACTS / f"{request.param}.osm.pbf", crs="EPSG:32631", missing_nodes="cut")


@pytest.mark.parametrize("mode", ["car", "truck", "bus", "foot"])
def test_arcs_lines_and_words_are_the_graphs_own(extract: Extract, mode: str) -> None:
    roads = extract.roads(mode)
    graph = roads.graph()
    alike(roads.arcs(), arcs_of(graph))
    assert_geodataframe_equal(to_lines(roads, CLASSES), to_lines(graph, CLASSES), check_dtype=False)
    for column in ("highway", "ref", "name", "setting"):
        assert words_of(roads, column).tolist() == words_of(graph, column).tolist()


def test_slopes_slow_roads_as_they_slow_their_graph(drawing: Drawing, tmp_path: Path) -> None:
    roads = Extract(drawn(drawing), crs="EPSG:32643", missing_nodes="cut").roads("truck")
    relief = heights(tmp_path / "dem.tif", 8000)
    slowed, graph = slow_by_slope(roads, relief, "truck"), slow_by_slope(roads.graph(), relief, "truck")
    assert slowed.about["notices"] == graph.graph["notices"]
    assert graph.graph["notices"]["edge slowed by slope"] > 0
    alike(slowed.arcs(), arcs_of(graph))


def test_text_in_between_holds_any_words(drawing: Drawing) -> None:
    strange = {"name": 'а,б=в @%20% г\tд\n"<&>\x7f', "note": "", "ref": "%", "x y": "🛣"}
    file = read_osm(drawing.way(7, [1, 2], strange).way(8, [], {"highway": "path"}).save())
    assert file.tags[0] == {"highway": "residential"} | strange
    assert file.start.tolist() == [0, 2, 2]
