"""The engine on small networks drawn by hand: answers, what-ifs, lines, outlines, refusals."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from sitesel.errors import NetworkError
from sitesel.network.snapping import snap
from sitesel.routing.compiled import CompiledNetwork, compile_network
from sitesel.routing.decay import Decay, within
from sitesel.routing.isochrones import isochrones
from sitesel.routing.paths import paths
from sitesel.routing.places import Places, places_at_nodes, places_on_edges
from sitesel.routing.reach import reach_sum, reach_sum_of_nodes
from sitesel.routing.times import nearest, travel_times, why_unreachable

CRS = "EPSG:32643"


def road_over_the_pass() -> "nx.MultiDiGraph[str]":
    """Build town - pass - valley of 10 km each, two-way at 10 m/s, a bypass of two parallel edges, a one-way quarry."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(crs=CRS)
    for name, x, y in [("town", 0, 0), ("pass", 10_000, 0), ("valley", 20_000, 0), ("quarry", 20_000, 5_000)]:
        graph.add_node(name, x=float(x), y=float(y))
    for u, v in [("town", "pass"), ("pass", "valley")]:
        graph.add_edge(u, v, travel_time=1_000.0)
        graph.add_edge(v, u, travel_time=1_000.0)
    graph.add_edge("valley", "quarry", travel_time=500.0)
    bypass = shapely.LineString([(0, 0), (10_000, 20_000), (20_000, 0)])
    graph.add_edge("town", "valley", travel_time=9_000.0, geometry=bypass)
    graph.add_edge("town", "valley", travel_time=4_000.0, geometry=bypass)
    return graph


@pytest.fixture
def network() -> CompiledNetwork:
    return compile_network(road_over_the_pass())


def some_places(network: CompiledNetwork, **points: tuple[float, float]) -> Places:
    frame = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*zip(*points.values(), strict=True)), index=list(points), crs=CRS
    )
    return places_on_edges(snap(network.arcs, frame))


def test_a_closed_pass_leaves_the_faster_of_two_parallel_roads(network: CompiledNetwork) -> None:
    everywhere = places_at_nodes(network)
    arcs = network.arcs
    over_the_pass = (arcs.tail == 1) | (arcs.head == 1)
    closed = network.customise(np.where(over_the_pass, np.inf, arcs.seconds))
    assert travel_times(network, everywhere, everywhere).loc["town", "valley"] == 2_000
    times = travel_times(closed, everywhere, everywhere)
    assert times.loc["town", "valley"] == 4_000
    assert np.isnan(times.loc["town", "pass"])
    assert travel_times(network, everywhere, everywhere).loc["town", "valley"] == 2_000  # the first is as it was


def test_no_way_is_nan_with_a_reason(network: CompiledNetwork) -> None:
    origins = some_places(network, works=(2_000, 10), camp=(0, -90_000))
    destinations = places_at_nodes(network, ["quarry", "town"])
    times = travel_times(network, origins, destinations)
    assert np.isnan(times.loc["camp", "town"])
    back = travel_times(network, destinations, origins)
    reasons = why_unreachable(back, destinations, origins).set_index(["origin", "destination"])["reason"]
    assert reasons.to_dict() == {
        ("quarry", "works"): "no_way",
        ("quarry", "camp"): "destination_off_network",
        ("town", "camp"): "destination_off_network",
    }
    assert set(why_unreachable(times, origins, destinations)["reason"]) == {"origin_off_network"}


def test_off_road_legs_and_parts_of_edges_count(network: CompiledNetwork) -> None:
    place = some_places(network, works=(2_000, 100))
    times = travel_times(network, place, places_at_nodes(network))
    assert times.loc["works"].tolist() == pytest.approx([200 + 72, 800 + 72, 1_800 + 72, 2_300 + 72])


def test_neighbours_on_one_edge_do_not_go_round_by_a_node(network: CompiledNetwork) -> None:
    both = some_places(network, mill=(3_000, 0), works=(2_000, 0))
    times = travel_times(network, both, both)
    assert times.loc["mill", "works"] == pytest.approx(100)
    assert times.loc["works", "mill"] == pytest.approx(100)
    way = paths(network, both, both, pd.DataFrame({"origin": ["mill"], "destination": ["works"]})).iloc[0]
    assert (way.seconds, way.nodes, len(way.edges)) == (pytest.approx(100), [], 1)
    assert list(way.geometry.coords) == [(3_000, 0), (2_000, 0)]


def test_a_path_follows_the_roads(network: CompiledNetwork) -> None:
    origin, destination = some_places(network, works=(2_000, 0)), places_at_nodes(network, ["quarry"])
    way = paths(network, origin, destination, pd.DataFrame({"origin": ["works"], "destination": ["quarry"]})).iloc[0]
    assert way.nodes == ["pass", "valley", "quarry"]
    assert list(way.geometry.coords) == [(2_000, 0), (10_000, 0), (20_000, 0), (20_000, 5_000)]
    none = paths(network, destination, origin, pd.DataFrame({"origin": ["quarry"], "destination": ["works"]})).iloc[0]
    assert np.isnan(none.seconds)
    assert none.nodes is None
    assert none.geometry is None


def test_people_travel_to_a_place_and_trucks_from_it(network: CompiledNetwork) -> None:
    people = [10.0, 20.0, 40.0, 80.0]
    to = reach_sum_of_nodes(network, (people, within(1_000)), direction="to")
    assert to.to_dict() == {"town": 30, "pass": 70, "valley": 60, "quarry": 40 + 80}
    leaving = reach_sum_of_nodes(network, (people, within(1_000)), direction="from")
    assert leaving.to_dict() == {"town": 30, "pass": 70, "valley": 140, "quarry": 80}
    found = nearest(network, places_at_nodes(network, ["town"]), places_at_nodes(network, ["quarry"]), direction="to")
    assert found["nearest"].isna().all()
    assert found["seconds"].isna().all()


def test_places_off_the_network_have_no_sum_and_no_targets_count_nothing(network: CompiledNetwork) -> None:
    both = some_places(network, works=(2_000, 0), camp=(0, -90_000))
    sums = reach_sum(network, both, places_at_nodes(network, ["town"]), ([5.0], within(600)))
    assert sums["works"] == 5
    assert np.isnan(sums["camp"])
    nobody = places_at_nodes(network, [])
    assert reach_sum(network, both, nobody, ([], within(600)))["works"] == 0
    assert travel_times(network, both, nobody).shape == (2, 0)
    assert nearest(network, both, nobody)["nearest"].isna().all()


def test_an_outline_reaches_as_far_as_the_time(network: CompiledNetwork) -> None:
    place = some_places(network, works=(2_000, 0))
    bands = isochrones(network, place, minutes=[20, 10], buffer_m=100)
    assert bands["minutes"].tolist() == [10, 20]
    ten, twenty = bands.geometry
    main_road = shapely.LineString([(-500, 0), (20_500, 0)])
    assert ten.intersection(main_road).bounds == pytest.approx((-100, 0, 8_100, 0))
    assert ten.bounds[3] > 0.1 * 20_000  # 400 s of the bypass' 4,000
    assert ten.difference(twenty).area < 1e-3
    assert twenty.covers(shapely.Point(13_999, 0))
    assert not twenty.intersects(shapely.Point(14_101, 0))
    assert bands.crs == CRS


def test_an_outline_of_who_can_come_minds_one_way_roads(network: CompiledNetwork) -> None:
    quarry = places_at_nodes(network, ["quarry"])
    [outline] = isochrones(network, quarry, minutes=[5], direction="to", buffer_m=10).geometry
    assert outline.bounds == pytest.approx((19_990, 1_990, 20_010, 5_010))
    [nothing] = isochrones(network, quarry, minutes=[5], direction="from", buffer_m=10).geometry
    assert nothing.is_empty


@pytest.mark.parametrize("seconds", [None, np.nan, -1.0, np.inf])
def test_an_edge_without_sensible_seconds_is_named(seconds: float | None) -> None:
    graph = road_over_the_pass()
    graph.add_edge("quarry", "town", key=7, travel_time=seconds)
    with pytest.raises(NetworkError, match="'quarry' -> 'town', key 7"):
        compile_network(graph)


def test_other_seconds_are_refused_where_they_cannot_be(network: CompiledNetwork) -> None:
    with pytest.raises(NetworkError, match="3 given for 7 edges"):
        network.customise([1, 2, 3])
    with pytest.raises(NetworkError, match="'town' -> 'pass'"):
        network.customise([np.nan] * 7)


def test_faulty_questions_are_refused(network: CompiledNetwork) -> None:
    with pytest.raises(NetworkError, match="no nodes"):
        compile_network(nx.MultiDiGraph())
    with pytest.raises(NetworkError, match="no node 'nowhere'"):
        places_at_nodes(network, ["nowhere"])
    with pytest.raises(NetworkError, match="3 given for 4 nodes"):
        reach_sum_of_nodes(network, ([1, 2, 3], within(60)))
    with pytest.raises(NetworkError, match="number 1 of the nodes is nan"):
        reach_sum_of_nodes(network, ([1, np.nan, 3, 4], within(60)))
    town = places_at_nodes(network, ["town"])
    with pytest.raises(NetworkError, match="no place 'pass'"):
        paths(network, town, town, pd.DataFrame({"origin": ["pass"], "destination": ["town"]}))
    with pytest.raises(ValueError, match="direction"):
        network.facing("up")  # type: ignore[arg-type]
    for points in ([], [(10, 1), (5, 0)], [(np.nan, 1)]):
        with pytest.raises(ValueError, match="ascending"):
            Decay(points)


def test_a_compiled_network_is_kept_and_read_again_and_a_damaged_one_made_anew(tmp_path, monkeypatch):
    graph = nx.gnm_random_graph(60, 200, seed=1, directed=True)
    nx.set_edge_attributes(graph, 5.0, "travel_time")
    roads = nx.MultiDiGraph(graph)
    plain = compile_network(roads)
    assert_same_times(compile_network(roads, cache=tmp_path), plain)
    (kept,) = tmp_path.iterdir()
    monkeypatch.setattr("sitesel.routing.compiled.build_topology", lambda *_: pytest.fail("the cache was not read"))
    assert_same_times(compile_network(roads, cache=tmp_path), plain)
    monkeypatch.undo()
    kept.write_bytes(kept.read_bytes()[:-50])
    assert_same_times(compile_network(roads, cache=tmp_path), plain)


def assert_same_times(network: CompiledNetwork, other: CompiledNetwork) -> None:
    ours, theirs = (travel_times(each, places_at_nodes(each), places_at_nodes(each)) for each in (network, other))
    pd.testing.assert_frame_equal(ours, theirs)
