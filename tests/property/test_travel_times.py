"""Laws of travel times, and equality with networkx, on random multigraphs.

Nothing here is approximate. The engine rounds every edge down to whole milliseconds once, and from there on times are
whole numbers: networkx, asked of the same milliseconds, must answer the very same.
"""

from fractions import Fraction
from itertools import combinations, pairwise
from math import floor

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitesel.errors import NetworkError
from sitesel.network.arcs import Arcs
from sitesel.routing.compiled import CompiledNetwork, compile_network
from sitesel.routing.decay import Decay, within
from sitesel.routing.paths import paths
from sitesel.routing.places import Places, places_at_nodes
from sitesel.routing.reach import reach_sum, reach_sum_of_nodes
from sitesel.routing.times import _some, nearest, travel_times

LONGEST_MS = 2**30 - 2  # longer than 12 days is no way

# Small whole numbers make many ties and zero seconds; fractions make none.
SECONDS = st.one_of(st.integers(0, 4).map(float), st.floats(0, 5_000, allow_nan=False))


@st.composite
def multigraphs(draw: st.DrawFn) -> nx.MultiDiGraph:
    """Several parts, parallel edges, loops, one-way dead ends, zero seconds; nodes named by words."""
    n = draw(st.integers(1, 24))
    ends = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    edges = draw(st.lists(st.tuples(ends, SECONDS, st.booleans()), max_size=3 * n))
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(f"n{number}" for number in range(n))
    for (u, v), seconds, two_way in edges:
        graph.add_edge(f"n{u}", f"n{v}", travel_time=seconds)
        if two_way:
            graph.add_edge(f"n{v}", f"n{u}", travel_time=seconds)
    return graph


def streets(side: int, seed: int) -> nx.MultiDiGraph:
    """Make a larger network, with one-way and missing streets: enough for whole subtrees to be settled at once."""
    random = np.random.default_rng(seed)
    grid = nx.MultiDiGraph(nx.grid_2d_graph(side, side, create_using=nx.DiGraph))
    grid.remove_edges_from([edge for edge in list(grid.edges(keys=True)) if random.uniform() < 0.15])
    for *_, data in grid.edges(data=True):
        data["travel_time"] = float(random.integers(0, 40)) / 4
    return grid


def whole(seconds: float) -> int:
    """Round an edge as the engine promises to: down to milliseconds, but nothing that takes time to nothing."""
    exact = floor(Fraction(seconds) * 1000 + Fraction(1, 10**6))
    return max(exact, 1) if seconds > 0 else exact


def in_ms(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Give the edges whole milliseconds; closed ones go."""
    rounded = nx.MultiDiGraph()
    rounded.add_nodes_from(graph)
    for u, v, data in graph.edges(data=True):
        if data["travel_time"] < np.inf:
            rounded.add_edge(u, v, ms=whole(data["travel_time"]))
    return rounded


def expected_times(graph: nx.MultiDiGraph) -> np.ndarray:
    times = dict(nx.all_pairs_dijkstra_path_length(in_ms(graph), weight="ms"))
    ms = np.array([[times[u].get(v, np.inf) for v in graph] for u in graph])
    return np.where(ms <= LONGEST_MS, ms / 1000, np.nan)


def all_times(network: CompiledNetwork) -> np.ndarray:
    places = places_at_nodes(network)
    return travel_times(network, places, places).to_numpy()


def same(left: np.ndarray, right: np.ndarray) -> None:
    np.testing.assert_array_equal(left, right)


def ms_of(seconds: np.ndarray) -> np.ndarray:
    """Whole milliseconds again, so that sums are exact; infinite where there is no way."""
    return np.nan_to_num(np.rint(seconds * 1000), nan=np.inf)


@settings(max_examples=400, deadline=None)
@given(multigraphs())
def test_times_are_those_of_networkx(graph: nx.MultiDiGraph) -> None:
    same(all_times(compile_network(graph)), expected_times(graph))


@settings(max_examples=150, deadline=None)
@given(multigraphs(), st.data())
def test_some_places_get_the_same_times_as_all(graph: nx.MultiDiGraph, data: st.DataObject) -> None:
    network = compile_network(graph)
    everything = all_times(network)
    subset = st.lists(st.sampled_from(range(len(graph))), min_size=1, unique=True)
    rows, columns = data.draw(subset), data.draw(subset)
    nodes = network.arcs.nodes
    some = travel_times(network, places_at_nodes(network, nodes[rows]), places_at_nodes(network, nodes[columns]))
    np.testing.assert_array_equal(some.to_numpy(), everything[np.ix_(rows, columns)])


@settings(max_examples=150, deadline=None)
@given(multigraphs())
def test_reversed_roads_give_transposed_times(graph: nx.MultiDiGraph) -> None:
    same(all_times(compile_network(graph.reverse())), all_times(compile_network(graph)).T)


@settings(max_examples=150, deadline=None)
@given(multigraphs())
def test_a_detour_is_never_shorter(graph: nx.MultiDiGraph) -> None:
    times = ms_of(all_times(compile_network(graph)))
    by_way = (times[:, :, None] + times[None, :, :]).min(axis=1)
    assert (times <= by_way).all()


@settings(max_examples=150, deadline=None)
@given(multigraphs(), st.data())
def test_a_slower_edge_never_shortens_and_a_closed_one_is_as_if_removed(
    graph: nx.MultiDiGraph, data: st.DataObject
) -> None:
    network = compile_network(graph)
    if graph.number_of_edges() == 0:
        return
    edge = data.draw(st.sampled_from(range(graph.number_of_edges())))
    slower = network.arcs.seconds.copy()
    slower[edge] += data.draw(st.floats(0, 1_000))
    before = np.nan_to_num(all_times(network), nan=np.inf)
    assert (np.nan_to_num(all_times(network.customise(slower)), nan=np.inf) >= before).all()
    closed = network.arcs.seconds.copy()
    closed[edge] = np.inf
    without = graph.copy()
    without.remove_edge(*list(graph.edges(keys=True))[edge])
    same(all_times(network.customise(closed)), expected_times(without))


@settings(max_examples=100, deadline=None)
@given(multigraphs(), st.randoms(use_true_random=False))
def test_other_names_and_another_order_change_nothing(graph: nx.MultiDiGraph, random: st.DataObject) -> None:
    order = list(range(len(graph)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis' Random
    new = dict(zip(graph, order, strict=True))
    shuffled = nx.MultiDiGraph()
    shuffled.add_nodes_from(sorted(order))
    shuffled.add_edges_from((new[u], new[v], data) for u, v, data in graph.edges(data=True))
    same(all_times(compile_network(shuffled))[np.ix_(order, order)], all_times(compile_network(graph)))


@settings(max_examples=100, deadline=None)
@given(multigraphs(), st.integers(1, 100))
def test_scaled_seconds_scale_the_answers(graph: nx.MultiDiGraph, factor: int) -> None:
    network = compile_network(graph)
    same(ms_of(all_times(network.customise(network.ms / 1000 * factor))), ms_of(all_times(network)) * factor)


@settings(max_examples=100, deadline=None)
@given(multigraphs(), st.floats(0.01, 10_000))
def test_seconds_scaled_by_any_factor_are_those_of_networkx(graph: nx.MultiDiGraph, factor: float) -> None:
    network = compile_network(graph)
    scaled = graph.copy()
    for *_, data in scaled.edges(data=True):
        data["travel_time"] *= factor
    seconds = network.arcs.seconds * factor
    if (seconds * 1000 > LONGEST_MS).any():
        with pytest.raises(NetworkError, match="12 days"):
            network.customise(seconds)
    else:
        same(all_times(network.customise(seconds)), expected_times(scaled))


# Fractions of people, of sizes far apart: their sums in float64 would depend on the order.
PEOPLE = st.one_of(st.integers(0, 3).map(lambda n: n * 1.5), st.floats(0, 1e6, allow_nan=False), st.just(1 / 3))


@settings(max_examples=200, deadline=None)
@given(multigraphs(), st.sampled_from(["from", "to"]), st.floats(0, 100), st.integers(0, 3), st.data())
def test_reach_sums_count_what_the_times_say(
    graph: nx.MultiDiGraph, direction: str, limit_s: float, shape: int, data: st.DataObject
) -> None:
    network = compile_network(graph)
    places = places_at_nodes(network)
    decay = [
        within(limit_s),
        Decay([(0.02, 1), (limit_s / 60 + 0.03, 0)]),
        Decay([(0, 1), (1, 0.5), (1, 0.25), (3, 0)]),
        Decay([(0.01, 0.5), (0.05, 0.5), (0.05, 1), (2, 0.2)]),
    ][shape]
    values = np.array(data.draw(st.lists(PEOPLE, min_size=len(graph), max_size=len(graph))))
    times = all_times(network) if direction == "from" else all_times(network).T
    expected = (decay.share(times) * values).sum(axis=1)
    by_targets = reach_sum(network, places, places, (values, decay), direction=direction)  # type: ignore[arg-type]
    by_nodes = reach_sum_of_nodes(network, (values, decay), direction=direction)  # type: ignore[arg-type]
    np.testing.assert_allclose(by_nodes, expected, rtol=1e-12, atol=1e-14 * values.sum())
    pd.testing.assert_series_equal(by_targets, by_nodes, check_exact=True)
    few = places_at_nodes(
        network, network.arcs.nodes[data.draw(st.lists(st.sampled_from(range(len(graph))), min_size=1, unique=True))]
    )
    for some in (
        reach_sum(network, few, places, (values, decay), direction=direction),  # type: ignore[arg-type]
        reach_sum_of_nodes(network, (values, decay), places=few, direction=direction),  # type: ignore[arg-type]
    ):
        pd.testing.assert_series_equal(some, by_nodes[few.ids], check_exact=True)


@pytest.mark.parametrize("direction", ["from", "to"])
@pytest.mark.parametrize("decay", [within(60), Decay([(0.5, 1), (2, 0)])], ids=["limit", "decay"])
def test_sums_of_some_places_of_a_town_are_those_of_all_to_the_last_digit(direction: str, decay: Decay) -> None:
    graph = streets(40, 5)  # large enough for cells: which are settled whole depends on who is asked together
    network = compile_network(graph)
    values = np.random.default_rng(5).uniform(0, 1, len(graph)) ** 9 * 1000
    everywhere = reach_sum_of_nodes(network, (values, decay), direction=direction)  # type: ignore[arg-type]
    everyone = places_at_nodes(network)
    one_by_one = reach_sum(network, everyone, everyone, (values, decay), direction=direction)  # type: ignore[arg-type]
    pd.testing.assert_series_equal(one_by_one, everywhere, check_exact=True)
    for start, step in ((0, 97), (3, 16), (1, 5)):
        few = places_at_nodes(network, network.arcs.nodes[start::step])
        some = reach_sum_of_nodes(network, (values, decay), places=few, direction=direction)  # type: ignore[arg-type]
        pd.testing.assert_series_equal(some, everywhere[few.ids], check_exact=True)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("direction", ["from", "to"])
def test_reach_sums_of_a_town_are_those_of_networkx_to_the_last_digit(seed: int, direction: str) -> None:
    graph = streets(40, seed)
    network = compile_network(graph)
    values = np.random.default_rng(seed).integers(0, 5, len(graph)).astype(float)
    value_of = dict(zip(graph, values, strict=True))
    asked = graph if direction == "from" else graph.reverse()
    some = list(graph)[::97]
    for limit_s in (0, 20, 60, 150, 400):
        sums = reach_sum_of_nodes(network, (values, within(limit_s)), direction=direction)  # type: ignore[arg-type]
        for node in some:
            reached = nx.single_source_dijkstra_path_length(asked, node, cutoff=limit_s, weight="travel_time")
            assert sums[node] == sum(value_of[other] for other in reached)


@settings(max_examples=150, deadline=None)
@given(multigraphs(), st.sampled_from(["from", "to"]), st.integers(1, 6))
def test_nearest_is_the_least_of_the_times(graph: nx.MultiDiGraph, direction: str, n_targets: int) -> None:
    network = compile_network(graph)
    places, targets = places_at_nodes(network), places_at_nodes(network, network.arcs.nodes[:n_targets])
    found = nearest(network, places, targets, direction=direction)  # type: ignore[arg-type]
    table = travel_times(network, places, targets) if direction == "from" else travel_times(network, targets, places).T
    same(found["seconds"].to_numpy(), table.min(axis=1).to_numpy())
    reached = found["nearest"].notna()
    assert (reached == table.notna().any(axis=1)).all()
    chosen = [table.loc[place, target] for place, target in found.loc[reached, "nearest"].items()]
    assert found.loc[reached, "nearest"].tolist() == table[reached].idxmin(axis=1).tolist()  # of equals the first
    same(np.array(chosen, dtype=float), found.loc[reached, "seconds"].to_numpy())


@settings(max_examples=200, deadline=None)
@given(multigraphs())
def test_paths_are_permitted_and_take_the_times(graph: nx.MultiDiGraph) -> None:
    network = compile_network(graph)
    places = places_at_nodes(network)
    pairs = pd.DataFrame([(u, v) for u in graph for v in graph], columns=["origin", "destination"])
    found = paths(network, places, places, pairs)
    same(found["seconds"].to_numpy(), all_times(network).ravel())
    for row in found.itertuples():
        if row.nodes is None:
            assert np.isnan(row.seconds)
            continue
        assert (row.nodes[0], row.nodes[-1]) == (row.origin, row.destination)
        steps = [min(whole(data["travel_time"]) for data in graph[u][v].values()) for u, v in pairwise(row.nodes)]
        assert sum(steps) / 1000 == row.seconds


@st.composite
def places_on_streets(draw: st.DrawFn, arcs: Arcs, twins: np.ndarray, name: str) -> Places:
    """Up to five places with up to three gates anywhere on the network's edges."""
    gate = st.tuples(
        st.integers(0, 4),
        st.integers(0, len(arcs.tail) - 1),
        st.one_of(st.sampled_from([0, 0.25, 0.5, 0.9, 1]), st.floats(0, 1)),
        st.one_of(st.integers(0, 30), st.floats(0, 30)),
    )
    gates = draw(st.lists(gate, min_size=1, max_size=10))
    place, arc, fraction, off_road = (np.array(column) for column in zip(*gates, strict=True))
    ids = pd.Index([f"{name}{number}" for number in range(5)])
    nowhere = np.full(len(place), -1)
    return Places(ids, place, arc, twins[arc], fraction.astype(float), off_road.astype(float), nowhere)


def pairs_of_directions(arcs: Arcs) -> np.ndarray:
    """Pair each arc with one back, at most, as the two directions of a street."""
    twins = np.full(len(arcs.tail), -1)
    for arc, other in combinations(range(len(arcs.tail)), 2):
        back = (arcs.tail[arc], arcs.head[arc]) == (arcs.head[other], arcs.tail[other])
        if back and twins[arc] == twins[other] == -1:
            twins[arc], twins[other] = other, arc
    return twins


@settings(max_examples=250, deadline=None)
@given(multigraphs(), st.data())
def test_places_on_edges_are_as_if_the_edges_were_split(graph: nx.MultiDiGraph, data: st.DataObject) -> None:
    arcs = compile_network(graph).arcs
    if len(arcs.tail) == 0:
        return
    twins = pairs_of_directions(arcs)
    origins = data.draw(places_on_streets(arcs, twins, "o"))
    destinations = data.draw(places_on_streets(arcs, twins, "d"))
    network = compile_network(arcs)
    times = travel_times(network, origins, destinations)
    split = in_ms(graph)
    split_at(split, arcs, origins, leaving=True)
    split_at(split, arcs, destinations, leaving=False)
    split.add_nodes_from([*origins.ids, *destinations.ids])
    found = {o: nx.single_source_dijkstra_path_length(split, o, weight="ms") for o in origins.ids}
    expected = np.array([[found[o].get(d, np.nan) for d in destinations.ids] for o in origins.ids]) / 1000
    same(times.to_numpy(), expected)
    few = _some(destinations, 0, 2)  # fewer destinations than origins: asked the other way round
    same(travel_times(network, origins, few).to_numpy(), expected[:, :2])
    values, decay = np.arange(5) + 1.0, Decay([(0, 1), (10, 0)])
    sums = reach_sum(network, origins, destinations, (values, decay), direction="from")
    off = ~np.isin(np.arange(5), origins.place)
    weighed = np.where(off, np.nan, (decay.share(times.to_numpy()) * values).sum(axis=1))
    np.testing.assert_allclose(sums.to_numpy(), weighed, rtol=1e-12, atol=1e-12)
    one = _some(origins, 1, 2)
    alone = reach_sum(network, one, destinations, (values, decay), direction="from")
    pd.testing.assert_series_equal(alone, sums[1:2], check_exact=True)
    pairs = pd.DataFrame([(o, d) for o in origins.ids for d in destinations.ids], columns=["origin", "destination"])
    same(paths(network, origins, destinations, pairs)["seconds"].to_numpy(), times.to_numpy().ravel())


def split_at(graph: nx.MultiDiGraph, arcs: Arcs, places: Places, *, leaving: bool) -> None:
    """Hang every gate into the graph as a node of its own between all other gates of its street."""
    for gate in range(len(places.place)):
        place = places.ids[places.place[gate]]
        arc, twin, fraction = int(places.arc[gate]), int(places.twin[gate]), float(places.fraction[gate])
        off_road = whole(places.off_road_s[gate])
        # Where a gate lies is measured along the first direction of its street.
        along, against = (arc, twin) if twin < 0 or arc < twin else (twin, arc)
        share = fraction if along == arc else 1 - fraction
        for way, turned in ((along, False), (against, True)):
            if way >= 0:
                point = ("on", way, share)
                point_chain(graph, way)[point] = None
                weave(graph, arcs, way, turned=turned)
                graph.add_edge(*((place, point) if leaving else (point, place)), ms=off_road)
        for end, there in ((arcs.tail[arc], 0), (arcs.head[arc], 1)):
            if fraction == there:  # at the node itself every road of the node is open
                graph.add_edge(*((place, arcs.nodes[end]) if leaving else (arcs.nodes[end], place)), ms=off_road)


def point_chain(graph: nx.MultiDiGraph, arc: int) -> dict[tuple[str, int, float], None]:
    return graph.graph.setdefault("chains", {}).setdefault(arc, {})  # type: ignore[no-any-return]


def weave(graph: nx.MultiDiGraph, arcs: Arcs, arc: int, *, turned: bool) -> None:
    """Join an arc's points in their order, from its tail to its head: the parts add up to the arc."""
    ms = whole(arcs.seconds[arc])
    points = sorted(point_chain(graph, arc), key=lambda point: point[2])
    ends = [arcs.nodes[arcs.tail[arc]], arcs.nodes[arcs.head[arc]]]
    chain = [
        (ends[turned], 0),
        *((point, round(point[2] * ms)) for point in points),
        (ends[not turned], ms),
    ]
    for (left, start), (right, end) in pairwise(reversed(chain) if turned else chain):
        graph.add_edge(left, right, ms=abs(end - start))
