"""The ways themselves: which nodes and edges a shortest travel time goes along."""

import itertools
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from sitesel.arrays import Bools, Floats, Ints, Ints32, Objects
from sitesel.errors import NetworkError
from sitesel.routing.compiled import CompiledNetwork
from sitesel.routing.customise import DOWN, UP
from sitesel.routing.kernels import kernel
from sitesel.routing.milliseconds import INFINITE
from sitesel.routing.places import Places, direct_ways, legs
from sitesel.routing.topology import Topology


class _Legs(NamedTuple):
    """Legs of one place, as :func:`~sitesel.routing.places.legs` gives them."""

    node: Ints
    arc: Ints
    start: Floats
    end: Floats
    ms: Ints

    def part(self, leg: int) -> tuple[int, float, float]:
        """Say what a leg drives of which arc."""
        return int(self.arc[leg]), float(self.start[leg]), float(self.end[leg])


class _Way(NamedTuple):
    """A way found: its milliseconds, the nodes passed (positions), the parts driven as (arc, start, end fraction)."""

    ms: int
    nodes: list[int]
    driven: list[tuple[int, float, float]]


def paths(network: CompiledNetwork, origins: Places, destinations: Places, pairs: pd.DataFrame) -> pd.DataFrame:
    """Trace the shortest ways between pairs of places.

    Parameters
    ----------
    network : CompiledNetwork
    origins, destinations : Places
    pairs : DataFrame
        Columns ``origin`` and ``destination``: ids of the places.

    Returns
    -------
    DataFrame, or GeoDataFrame where the nodes have coordinates; index of ``pairs``
        ``origin destination``; ``seconds`` (float64; NaN where there is no way); ``nodes`` (ids of the nodes passed;
        empty for a way along one edge, None where there is no way); ``edges`` (positions of the edges driven, in part
        or in full; None likewise); ``geometry`` (LineString along the roads; None where there is no way or it has no
        length).

    Raises
    ------
    NetworkError
        A pair names a place that is not given.

    Examples
    --------
    >>> import networkx as nx
    >>> from sitesel.routing import compile_network, places_at_nodes
    >>> graph = nx.MultiDiGraph()
    >>> nx.add_path(graph, ["mine", "pass", "town"], travel_time=600)
    >>> network = compile_network(graph)
    >>> all_nodes = places_at_nodes(network)
    >>> way = paths(network, all_nodes, all_nodes, pd.DataFrame({"origin": ["mine"], "destination": ["town"]}))
    >>> way.loc[0, "nodes"], float(way.loc[0, "seconds"])
    (['mine', 'pass', 'town'], 1200.0)
    """
    leave = legs(network, origins, leaving=True)
    arrive = legs(network, destinations, leaving=False)
    starts, ends = _by_place(leave), _by_place(arrive)
    along = _along_edges(network, origins, destinations)
    fastest = _fastest_arcs(network)
    ways: list[_Way | None] = []
    for pair in zip(_positions(origins, pairs["origin"]), _positions(destinations, pairs["destination"]), strict=True):
        way = None
        if pair[0] in starts and pair[1] in ends:
            way = _way(network, starts[pair[0]], ends[pair[1]], fastest)
        edge = along.get(pair)
        if edge is not None and (way is None or edge.ms <= way.ms):
            way = edge
        ways.append(way)
    return _table(network, pairs, ways)


def _along_edges(network: CompiledNetwork, origins: Places, destinations: Places) -> dict[tuple[int, int], _Way]:
    """Fastest way along one edge for each pair of positions that has one."""
    ways: dict[tuple[int, int], _Way] = {}
    edges = direct_ways(network, origins, destinations).sort_values("ms", kind="stable")
    for edge in edges.drop_duplicates(["origin", "destination"]).to_dict("records"):
        part = int(edge["arc"]), float(edge["start"]), float(edge["end"])
        pair = int(edge["origin"]), int(edge["destination"])
        ways[pair] = _Way(int(edge["ms"]), [], [part] if part[1] < part[2] else [])
    return ways


def _positions(places: Places, ids: pd.Series) -> list[int]:
    positions = places.ids.get_indexer(pd.Index(ids, tupleize_cols=False))
    if (positions < 0).any():
        raise NetworkError(f"pairs: no place {ids[positions < 0].iloc[0]!r}; pair only places that are given")
    return [int(position) for position in positions]


def _by_place(table: pd.DataFrame) -> dict[int, _Legs]:
    """Legs of each place, by its position."""
    table = table.sort_values("place", kind="stable")
    places, first = np.unique(table["place"].to_numpy(), return_index=True)
    columns = [table[name].to_numpy() for name in _Legs._fields]
    runs = itertools.pairwise([*first, len(table)])
    return {
        int(place): _Legs(*(c[start:end] for c in columns)) for place, (start, end) in zip(places, runs, strict=True)
    }


def _way(network: CompiledNetwork, leave: _Legs, arrive: _Legs, fastest: Ints) -> _Way | None:
    """Find the shortest way from any of the leaving legs to any of the arriving ones."""
    topology = network.topology
    from_rank, to_rank = topology.rank_of[leave.node], topology.rank_of[arrive.node]
    steps, start, end = _shortest(
        topology,
        network.times,
        (from_rank, leave.ms.astype(np.int32)),
        (to_rank, arrive.ms.astype(np.int32)),
    )
    if start < 0:
        return None
    arcs = _unpacked(topology, network.times, network.ms, steps, fastest)
    first = int(np.where(from_rank == start, leave.ms, INFINITE).argmin())
    last = int(np.where(to_rank == end, arrive.ms, INFINITE).argmin())
    nodes = [int(topology.node_at[start]), *(int(network.arcs.head[arc]) for arc in arcs)]
    parts = [leave.part(first), *((int(arc), 0.0, 1.0) for arc in arcs), arrive.part(last)]
    total = int(leave.ms[first] + network.ms[arcs].sum() + arrive.ms[last])
    return _Way(total, nodes, [part for part in parts if part[0] >= 0 and part[1] < part[2]])


@kernel()
def _fastest(arc_slot: Ints32, arc_climbs: Bools, ms: Ints32, slots: int) -> Ints:
    best = np.full((slots, 2), -1, np.int64)
    for arc in range(len(arc_slot)):
        if arc_slot[arc] >= 0:
            way = UP if arc_climbs[arc] else DOWN
            known = best[arc_slot[arc], way]
            if known < 0 or ms[arc] < ms[known]:
                best[arc_slot[arc], way] = arc
    return best


def _fastest_arcs(network: CompiledNetwork) -> Ints:
    """Fastest arc of each slot and way; -1 where there is none."""
    topology = network.topology
    return np.asarray(_fastest(topology.arc_slot, topology.arc_climbs, network.ms, len(topology.up_head)))


@kernel()
def _climb_one(
    topology: Topology, times: Ints32, way: int, seeds: tuple[Ints32, Ints32]
) -> tuple[Ints32, Ints32, Ints32]:
    """Find the seeds' ancestors (ascending), times to them, and the slot each was reached by (-1: itself a seed)."""
    n = len(topology.parent)
    soonest, by = np.full(n, INFINITE, np.int32), np.full(n, -1, np.int32)
    seen = np.zeros(n, np.bool_)
    for seed in range(len(seeds[0])):
        rank = seeds[0][seed]
        soonest[rank] = min(soonest[rank], seeds[1][seed])
        while rank != -1 and not seen[rank]:
            seen[rank] = True
            rank = topology.parent[rank]
    path = np.flatnonzero(seen).astype(np.int32)
    for rank in path:
        for slot in range(topology.up_first[rank], topology.up_first[rank + 1]):
            above, time = topology.up_head[slot], soonest[rank] + times[slot, way]
            if time < soonest[above]:
                soonest[above], by[above] = time, slot
    return path, soonest, by


@kernel()
def _low_end(topology: Topology, slot: int) -> int:
    """Rank that a slot climbs from."""
    return int(np.searchsorted(topology.up_first, slot, side="right")) - 1


@kernel()
def _shortest(
    topology: Topology, times: Ints32, origin: tuple[Ints32, Ints32], destination: tuple[Ints32, Ints32]
) -> tuple[Ints, int, int]:
    """Find a shortest way over roads and shortcuts: its steps (slot, way), the ranks it joins; -1, -1 for none."""
    path, out, out_by = _climb_one(topology, times, UP, origin)
    _, into, into_by = _climb_one(topology, times, DOWN, destination)
    top, best = -1, np.int64(INFINITE)
    for rank in path:
        if out[rank] + into[rank] < best:
            top, best = rank, out[rank] + into[rank]
    if top < 0:
        return np.empty((0, 2), np.int64), -1, -1
    steps = []
    start, end = top, top
    while out_by[start] >= 0:
        steps.append((np.int64(out_by[start]), np.int64(UP)))
        start = _low_end(topology, out_by[start])
    steps.reverse()
    while into_by[end] >= 0:
        steps.append((np.int64(into_by[end]), np.int64(DOWN)))
        end = _low_end(topology, into_by[end])
    table = np.empty((len(steps), 2), np.int64)
    for place in range(len(steps)):
        table[place, 0], table[place, 1] = steps[place]
    return table, start, end


@kernel()
def _middle(topology: Topology, times: Ints32, slot: int, way: int) -> tuple[int, int]:
    """Slots, to the lower and to the higher end, of the lower rank that a shortcut leads through."""
    low, high = _low_end(topology, slot), topology.up_head[slot]
    left, right = topology.down_first[low], topology.down_first[high]
    while left < topology.down_first[low + 1] and right < topology.down_first[high + 1]:
        if topology.down_tail[left] < topology.down_tail[right]:
            left += 1
        elif topology.down_tail[left] > topology.down_tail[right]:
            right += 1
        else:
            to_low, to_high = topology.down_slot[left], topology.down_slot[right]
            first, second = (to_low, to_high) if way == UP else (to_high, to_low)
            if times[slot, way] == times[first, DOWN] + times[second, UP]:
                return to_low, to_high
            left += 1
            right += 1
    return -1, -1


@kernel()
def _unpacked(topology: Topology, times: Ints32, ms: Ints32, steps: Ints, fastest: Ints) -> Ints:
    """Arcs of the network that roads and shortcuts stand for, in the order driven."""
    arcs = []
    stack = [(steps[place, 0], steps[place, 1]) for place in range(len(steps) - 1, -1, -1)]
    while len(stack) > 0:
        slot, way = stack.pop()
        arc = fastest[slot, way]
        if arc >= 0 and ms[arc] == times[slot, way]:
            arcs.append(arc)
            continue
        to_low, to_high = _middle(topology, times, slot, way)
        # Down to the middle from the end where the way starts, then up from it to the other end.
        first, second = (to_low, to_high) if way == UP else (to_high, to_low)
        stack.append((np.int64(second), np.int64(UP)))
        stack.append((np.int64(first), np.int64(DOWN)))
    return np.array(arcs, dtype=np.int64) if len(arcs) > 0 else np.empty(0, np.int64)


def _table(network: CompiledNetwork, pairs: pd.DataFrame, ways: list[_Way | None]) -> pd.DataFrame:
    """Lay the ways out as a table, with lines where the network has coordinates."""
    names = network.arcs.nodes
    nodes = [None if way is None else [names[node] for node in way.nodes] for way in ways]
    edges = [None if way is None else [arc for arc, *_ in way.driven] for way in ways]
    table = pd.DataFrame(
        {
            "origin": pairs["origin"],
            "destination": pairs["destination"],
            "seconds": [np.nan if way is None else way.ms / 1000 for way in ways],
            "nodes": pd.Series(nodes, index=pairs.index, dtype=object),
            "edges": pd.Series(edges, index=pairs.index, dtype=object),
        }
    )
    if network.arcs.x is None:
        return table
    lines = network.arcs.geometry()
    drawn: pd.DataFrame = gpd.GeoDataFrame(table, geometry=[_line(way, lines) for way in ways], crs=network.arcs.crs)
    return drawn


def _line(way: _Way | None, lines: Objects) -> shapely.LineString | None:
    """Join what is driven of each arc's line."""
    parts = [] if way is None else [_part(lines[arc], start, end) for arc, start, end in way.driven]
    points = [part.coords[:] for part in parts if part.length > 0]
    if not points:
        return None
    return shapely.LineString([points[0][0], *(point for part in points for point in part[1:])])


def _part(line: shapely.LineString, start: float, end: float) -> BaseGeometry:
    """Cut a part out of a line; all of it as it is."""
    return line if (start, end) == (0.0, 1.0) else substring(line, start, end, normalized=True)
