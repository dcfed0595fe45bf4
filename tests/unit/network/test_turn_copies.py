"""Places see every copy that a turn restriction makes of their street or junction."""

from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from osm_drawing import Drawing, place
from sitesel.connections.along_roads import road_ways
from sitesel.network import Arcs, SnapRules, arcs_of, snap
from sitesel.network.streets import streets_of, twins
from sitesel.routing import (
    compile_network,
    isochrones,
    places_at_nodes,
    places_on_edges,
    reach_sum_of_nodes,
    travel_times,
    within,
)

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


def banned(corner: Drawing) -> Drawing:
    return corner.turn("no_left_turn", 10, 2, 12).turn("no_right_turn", 14, 12, 13)


def test_places_of_nodes_reach_as_far_by_all_their_copies(corner: Drawing) -> None:
    network = compile_network(banned(corner).read(crs=CRS))
    junctions = places_at_nodes(network, [2, 12])
    worth = np.ones(len(network.arcs.nodes))
    for direction in ("to", "from"):
        assert reach_sum_of_nodes(network, (worth, within(3600)), places=junctions, direction=direction).tolist() == [
            len(worth)
        ] * len(junctions)


def test_isochrones_hold_what_is_reached_in_time(corner: Drawing) -> None:
    where = points(**WHERE)
    for graph in (corner.read(crs=CRS), banned(corner).read(crs=CRS)):
        network = compile_network(graph)
        joined = places_on_edges(snap(network.arcs, where))
        for direction in ("from", "to"):
            minutes = travel_times(network, joined, joined) / 60
            minutes = minutes if direction == "from" else minutes.T
            for limit in (0.2, 0.5, 2.0):
                ground = isochrones(network, joined, minutes=[limit], direction=direction, buffer_m=1.0)
                inside = np.array([where.geometry.within(outline).to_numpy() for outline in ground.geometry])
                near = np.abs(minutes - limit) < 0.01
                assert ((inside == (minutes <= limit)) | near).all(axis=None)


def test_pipes_are_laid_as_without_restrictions(corner: Drawing) -> None:
    plot = points(plot=between(1, 2, 0.5)).buffer(40)
    outlines = gpd.GeoDataFrame(geometry=plot)
    sources = points(left=between(2, 12, 0.4), far=between(89, 12, 0.5), at=place(2)).rename_axis("source")
    found = []
    for graph in (corner.read(crs=CRS), banned(corner).read(crs=CRS)):
        network = compile_network(graph)
        ways = road_ways(network, outlines, places_on_edges(snap(network.arcs, outlines)), sources, 5000)
        pairs = pd.DataFrame({"plot": "plot", "source": sources.index})
        lengths = [line.length for line in ways.lines(pairs)]
        np.testing.assert_allclose(lengths, ways.metres.loc["plot", sources.index], rtol=1e-3, atol=0.1)
        found.append(ways.metres)
    pd.testing.assert_frame_equal(*found)


def test_pipes_are_ordered_once_for_all_speeds(corner: Drawing) -> None:
    network = compile_network(banned(corner).read(crs=CRS))
    assert network.customise(network.arcs.seconds * 2).in_metres is network.in_metres


def test_networks_with_other_copies_are_not_the_same_streets(corner: Drawing) -> None:
    free, arcs = arcs_of(corner.read(crs=CRS)), arcs_of(banned(corner).read(crs=CRS))
    assert arcs.same_streets(arcs_of(corner.read(crs=CRS)))
    assert not arcs.same_streets(free)
    copy = replace(arcs, junction=arcs.junctions()[::-1])
    assert not arcs.same_streets(copy)
    assert not arcs.same_streets(replace(arcs, joinable=np.arange(len(arcs.tail)) > 0))
