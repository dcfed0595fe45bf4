"""Whole milliseconds: limits are sharp however a road is cut, nothing overflows, nothing takes no time."""

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sitesel.errors import NetworkError
from sitesel.network import from_lines
from sitesel.routing.compiled import CompiledNetwork, compile_network
from sitesel.routing.decay import within
from sitesel.routing.milliseconds import INFINITE, whole_ms
from sitesel.routing.paths import paths
from sitesel.routing.places import Places, places_at_nodes
from sitesel.routing.reach import reach_sum, reach_sum_of_nodes
from sitesel.routing.times import nearest, travel_times, why_unreachable

HALF_HOUR_MS = 1_800_000
CUTS = range(1, 51)


def chain(seconds: list[float] | np.ndarray) -> CompiledNetwork:
    """Build a two-way road of pieces, from node 0 on."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for node, piece in enumerate(seconds):
        graph.add_edge(node, node + 1, travel_time=float(piece))
        graph.add_edge(node + 1, node, travel_time=float(piece))
    return compile_network(graph)


def end_to_end(network: CompiledNetwork, *, back: bool = False) -> float:
    ends = [places_at_nodes(network, [node]) for node in (0, len(network.arcs.nodes) - 1)]
    return float(travel_times(network, *(reversed(ends) if back else ends)).iloc[0, 0])


def within_reach(network: CompiledNetwork, limit_s: float) -> bool:
    """Whether the far end is within a limit; asked in every way there is."""
    n = len(network.arcs.nodes)
    people = np.append(np.zeros(n - 1), 1)
    start, end = (places_at_nodes(network, [node]) for node in (0, n - 1))
    counted = [
        reach_sum_of_nodes(network, (people, within(limit_s)), places=start, direction=direction).iloc[0]
        for direction in ("from", "to")
    ]
    counted += [
        reach_sum(network, start, end, ([1], within(limit_s)), direction=direction).iloc[0]
        for direction in ("from", "to")
    ]
    answers = {float(count) for count in counted} | {float(end_to_end(network) <= limit_s)}
    assert answers in ({0.0}, {1.0})  # all say the same
    return answers == {1.0}


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("kph", [75, 4.5, 37, 90])
def test_half_an_hour_of_road_is_within_half_an_hour_however_it_is_cut(cuts: int, kph: float) -> None:
    metres = kph * 500 / cuts
    network = chain([metres / kph * 3.6] * cuts)
    taken = end_to_end(network)
    assert within_reach(network, 1_800)
    assert end_to_end(network, back=True) == taken
    assert 1_800 - cuts / 1000 < taken <= 1_800  # what rounding gives away is below a millisecond a piece
    assert not within_reach(network, 1_800 - cuts / 1000)
    if HALF_HOUR_MS % cuts == 0:
        assert taken == 1_800
        assert not within_reach(network, 1_799.999)
    assert within_reach(network, taken)  # the limit itself is sharp
    assert not within_reach(network, taken - 0.001)


@pytest.mark.parametrize("mode", ["car", "truck", "bus", "foot"])
@pytest.mark.parametrize("cuts", [1, 2, 3, 7, 11, 49])
def test_so_it_is_with_lines_of_every_mode(mode: str, cuts: int) -> None:
    def road(metres: float, pieces: int) -> "nx.MultiDiGraph[int]":
        x = np.linspace(500_000, 500_000 + metres, pieces + 1)
        lines = [shapely.LineString([(a, 4_700_000), (b, 4_700_000)]) for a, b in pairwise(x)]
        roads = gpd.GeoDataFrame(
            {"highway": "secondary", "length_m": metres / pieces}, geometry=lines, crs="EPSG:32643", index=range(pieces)
        )
        return from_lines(roads, mode=mode)  # type: ignore[arg-type]

    [(_, _, kph), *_] = road(1_000, 1).edges(data="speed_kph")
    graph = road(kph * 500, cuts)
    west, east = sorted(graph.nodes, key=lambda node: graph.nodes[node]["x"])[:: len(graph) - 1]
    network = compile_network(graph)
    there = travel_times(network, places_at_nodes(network, [west]), places_at_nodes(network, [east])).iloc[0, 0]
    turned = compile_network(graph.reverse())
    back = travel_times(turned, places_at_nodes(turned, [east]), places_at_nodes(turned, [west])).iloc[0, 0]
    assert 1_800 - cuts / 1000 < there <= 1_800
    assert back == there


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=60), st.integers(1, 600))
def test_pieces_never_take_longer_than_the_road(parts: list[int], minutes: int) -> None:
    shares = np.array(parts) / sum(parts)
    pieces = whole_ms(shares * minutes * 60)
    long_enough = shares * minutes * 60 >= 0.001  # a piece of less than a millisecond takes one
    if long_enough.all():
        assert minutes * 60_000 - len(parts) < pieces.sum() <= minutes * 60_000


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(0.001, 10_000), st.floats(0.001, 10_000))
def test_a_road_that_places_cut_takes_what_it_took_whole(cuts: list[float], there_s: float, back_s: float) -> None:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_edge(0, 1, travel_time=there_s)
    graph.add_edge(1, 0, travel_time=back_s)
    network = compile_network(graph)
    n, ends = len(cuts), places_at_nodes(network)
    along = np.sort(cuts)
    zero = np.zeros(n)
    on_road = Places(
        pd.RangeIndex(n), np.arange(n), np.zeros(n, int), np.ones(n, int), along, zero, np.full(n, -1)
    )  # the first arc leads from 0 to 1, its twin is the second
    stops = travel_times(network, on_road, on_road).to_numpy()
    out, into = travel_times(network, on_road, ends).to_numpy(), travel_times(network, ends, on_road).to_numpy()
    for order, first, last, whole in ((1, 0, 1, network.ms[0]), (-1, 1, 0, network.ms[1])):
        way = np.arange(n)[::order]
        legs = [into[first, way[0]], *stops[way[:-1], way[1:]], out[way[-1], last]]
        assert np.rint(np.array(legs) * 1000).sum() == whole


def test_zero_is_zero_and_nothing_else_is() -> None:
    network = chain([0, 1e-12, 0.0009, 0.0019999999999])
    assert network.ms[:2].tolist() == [0, 0]
    assert end_to_end(network) == 0.004


def test_two_infinite_times_still_add_and_what_is_too_long_is_no_way() -> None:
    assert int(INFINITE) * 2 <= np.iinfo(np.int32).max
    ten_days = 864_000.0
    network = chain([ten_days] * 5)
    everywhere = places_at_nodes(network)
    times = travel_times(network, everywhere, everywhere)
    near = np.abs(np.subtract.outer(np.arange(6), np.arange(6))) <= 1
    assert (times.notna().to_numpy() == near).all()
    assert (times.to_numpy()[near] <= ten_days).all()
    assert set(why_unreachable(times, everywhere, everywhere)["reason"]) == {"no_way"}
    sums = reach_sum_of_nodes(network, (np.ones(6), within(1e12)))
    assert sums.tolist() == [2, 3, 3, 3, 3, 2]
    pairs = pd.DataFrame({"origin": [0, 0], "destination": [1, 2]})
    assert paths(network, everywhere, everywhere, pairs)["seconds"].tolist()[0] == ten_days
    assert paths(network, everywhere, everywhere, pairs)["nodes"].isna().tolist() == [False, True]
    far = Places(
        pd.Index(["camp"]), np.array([0]), np.array([-1]), np.array([-1]), np.zeros(1), np.array([2e6]), np.array([0])
    )
    assert np.isnan(travel_times(network, far, everywhere)).all(axis=None)
    assert nearest(network, far, everywhere)["seconds"].isna().all()


@pytest.mark.parametrize("seconds", [1_073_741.83, 1e9, 1e300])
def test_an_edge_of_more_than_twelve_days_is_named(seconds: float) -> None:
    with pytest.raises(NetworkError, match=r"edge .*0.* -> .*1.*, key 0 takes .* give at most 1,073,742 s \(12 days\)"):
        chain([seconds])
    network = chain([60, 60])
    with pytest.raises(NetworkError, match="12 days"):
        network.customise([60, 60, seconds, 60])
    assert np.isnan(end_to_end(network.customise([60, 60, np.inf, 60])))
    assert end_to_end(chain([1_073_741.8])) == 1_073_741.8


def test_a_limit_before_now_counts_nobody() -> None:
    network = chain([60, 60])
    everywhere = places_at_nodes(network)
    assert reach_sum_of_nodes(network, (np.ones(3), within(-1))).tolist() == [0, 0, 0]
    assert reach_sum(network, everywhere, everywhere, (np.ones(3), within(-0.0001))).tolist() == [0, 0, 0]
    assert reach_sum_of_nodes(network, (np.ones(3), within(0))).tolist() == [1, 1, 1]
