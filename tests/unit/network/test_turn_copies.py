"""Places see every copy that a turn restriction makes of their street or junction."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from osm_drawing import Drawing, place
from sitesel.network import Arcs, SnapRules, arcs_of, snap
from sitesel.network.streets import streets_of, twins
from sitesel.routing import compile_network, places_at_nodes, places_on_edges, travel_times

CRS = "EPSG:32643"
TO_METRES = Transformer.from_crs(4326, CRS, always_xy=True)


def points(**lonlat: tuple[float, float]) -> gpd.GeoDataFrame:
    shapes = [shapely.Point(TO_METRES.transform(*xy)) for xy in lonlat.values()]
    return gpd.GeoDataFrame(index=pd.Index(lonlat), geometry=shapes, crs=CRS)


def between(one: int, other: int, share: float) -> tuple[float, float]:
    (x, y), (u, v) = place(one), place(other)
    return x + share * (u - x), y + share * (v - y)


def times(graph: nx.MultiDiGraph, places: gpd.GeoDataFrame) -> pd.DataFrame:
    network = compile_network(graph)
    joined = places_on_edges(snap(network.arcs, places))
    return travel_times(network, joined, joined)


@pytest.fixture
def corner(drawing: Drawing) -> Drawing:
    """Way 10 comes to node 2 from the west, 11 goes on east and one way only, 12 goes north; far back by 13 and 14."""
    one_way = {"oneway": "yes", "highway": "primary"}
    return (
        drawing.way(10, [1, 2], {"highway": "primary"})
        .way(11, [2, 4], one_way)
        .way(12, [2, 12], {"highway": "primary"})
        .way(13, [4, 89, 12], {"highway": "primary"})
        .way(14, [12, 1], {"highway": "primary"})
    )


WHERE = {
    "a": between(1, 2, 0.3), "b": between(1, 2, 0.8), "on": between(2, 4, 0.3), "left": between(2, 12, 0.4),
    "far": between(89, 12, 0.5), "at": place(2),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["no_left_turn", "only_straight_on"])
def test_only_the_banned_turn_is_longer(corner: Drawing, kind: str) -> None:
    before = times(corner.read(crs=CRS), points(**WHERE))
    to = 12 if kind == "no_left_turn" else 11
    after = times(corner.turn(kind, 10, 2, to).read(crs=CRS), points(**WHERE))
    same = np.isclose(before, after, atol=0.01)
    changed = {(before.index[i], before.columns[j]) for i, j in zip(*np.nonzero(~same), strict=True)}
    assert {("b", "left")} <= changed <= {("b", "left"), ("a", "left"), ("b", "far"), ("a", "far")}
    assert (after >= before - 0.01).all().all()


def test_nodes_asked_for_are_their_junctions(corner: Drawing) -> None:
    network = compile_network(corner.turn("no_left_turn", 10, 2, 12).read(crs=CRS))
    asked = places_at_nodes(network, [2, 4, 12])
    found = travel_times(network, asked, asked)
    network = compile_network(corner.read(crs=CRS))
    corner.relations.clear()
    free = compile_network(corner.read(crs=CRS))
    ends = places_at_nodes(free, [2, 4, 12])
    pd.testing.assert_frame_equal(found, travel_times(free, ends, ends))


def test_pipes_heed_no_turns(corner: Drawing) -> None:
    free = compile_network(corner.read(crs=CRS)).in_metres
    bound = compile_network(
        corner.turn("no_left_turn", 10, 2, 12).turn("no_left_turn", 13, 12, 12).read(crs=CRS)
    ).in_metres
    ends = [places_at_nodes(network, [2, 4, 12]) for network in (free, bound)]
    one, two = (travel_times(network, end, end) for network, end in zip((free, bound), ends, strict=True))
    pd.testing.assert_frame_equal(one, two)


def test_a_two_way_loop_is_left_by_the_nearer_side(drawing: Drawing) -> None:
    graph = drawing.way(10, [1, 2]).way(11, [2, 12, 13, 3, 2]).read(crs=CRS)
    found = times(graph, points(stem=between(1, 2, 0.5), near=between(2, 12, 0.5), last=between(3, 2, 0.5)))
    np.testing.assert_allclose(found, found.T, atol=0.01)
    assert found.loc["near", "stem"] < 25


def test_a_one_way_loop_stays_one(drawing: Drawing) -> None:
    graph = drawing.way(10, [1, 2]).way(11, [2, 12, 13, 3, 2], {"oneway": "yes"}).read(crs=CRS)
    found = times(graph, points(stem=between(1, 2, 0.5), near=between(2, 12, 0.5)))
    assert found.loc["near", "stem"] > 2 * found.loc["stem", "near"]


def test_copies_are_one_street() -> None:
    # Node 2 is a copy of node 1: the street 0-1 enters the copy and leaves both.
    tail, head = np.array([0, 1, 2, 0]), np.array([2, 0, 0, 2])
    arcs = Arcs(
        pd.Index(list("abc")),
        tail,
        head,
        np.full(4, 9.0),
        np.array([0.0, 5, 5]),
        np.zeros(3),
        junction=np.array([0, 1, 1]),
    )
    assert streets_of(arcs).number.tolist() == [0, 0, 0, 1]  # the last is a parallel street of its own
    assert streets_of(arcs).ahead.tolist() == [True, False, False, True]
    assert twins(arcs).tolist() == [1, 0, -1, -1]
    found = snap(arcs, gpd.GeoDataFrame(geometry=[shapely.Point(1, 0)]), SnapRules())
    assert found[["gate", "arc", "twin"]].to_numpy().tolist() == [[0, 0, 1], [0, 2, -1]]
    assert found["fraction"].tolist() == [0.2, 0.8]


def test_junctions_of_a_graph(corner: Drawing) -> None:
    assert arcs_of(corner.read(crs=CRS)).junction is None
    arcs = arcs_of(corner.turn("no_left_turn", 10, 2, 12).read(crs=CRS))
    junction = arcs.junctions()
    assert len(junction) == len(set(junction)) + 1
