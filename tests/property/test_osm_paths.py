"""Shortest paths of a read network equal those of a search over its raw segments that heeds each turn by itself."""

import tempfile
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from osm_drawing import Drawing, place

GEOD = Geod(ellps="WGS84")
GRID = [1 + east + 10 * north for north in range(3) for east in range(4)]


@st.composite
def walks(draw: st.DrawFn) -> list[int]:
    """Draw a walk along the grid."""
    walk = [draw(st.sampled_from(GRID))]
    for step in draw(st.lists(st.sampled_from([1, -1, 10, -10]), min_size=1, max_size=4)):
        if walk[-1] + step in GRID:
            walk.append(walk[-1] + step)
    return walk


WAYS = st.lists(st.tuples(walks(), st.sampled_from([None, None, "yes", "-1"])), min_size=2, max_size=10)
TURNS = st.lists(
    st.tuples(
        st.sampled_from(["no_left_turn", "only_straight_on"]),
        st.integers(1, 10),
        st.sampled_from(GRID),
        st.integers(1, 10),
    ),
    max_size=12,
)

Segment = tuple[int, int, int]  # from, to, way


def segments(ways: list[tuple[list[int], str | None]]) -> list[Segment]:
    found = []
    for number, (walk, oneway) in enumerate(ways, 1):
        for u, v in pairwise(walk):
            found += [(u, v, number)] if oneway != "-1" else []
            found += [(v, u, number)] if oneway != "yes" else []
    return found


def raw_search(pieces: list[Segment], turns: list[tuple[str, int, int, int]], nodes: set[int]) -> "nx.DiGraph[object]":
    """Graph whose nodes are the segments, with ``("from", n)`` and ``("to", n)`` where journeys begin and end.

    Nobody turns round in the middle of a road: only at the nodes given.
    """
    banned, only = set(), defaultdict(set)
    for kind, come, via, gone in turns:
        before = [row for row, (_, v, way) in enumerate(pieces) if (v, way) == (via, come)]
        after = [row for row, (u, _, way) in enumerate(pieces) if (u, way) == (via, gone)]
        if len(before) == len(after) == 1:
            if kind.startswith("no_"):
                banned.add((before[0], after[0]))
            else:
                only[via, before[0]].add(after[0])
    for (via, come), allowed in only.items():
        banned |= {(come, row) for row, (u, _, _) in enumerate(pieces) if u == via and row not in allowed}
    graph: nx.DiGraph[object] = nx.DiGraph()
    for row, (u, v, _) in enumerate(pieces):
        length = GEOD.line_length(*zip(place(u), place(v), strict=True))
        graph.add_edge(("from", u), row, length=length)
        graph.add_edge(row, ("to", v), length=0.0)
        for other, (start, end, _) in enumerate(pieces):
            if start == v and (row, other) not in banned and (end != u or v in nodes):
                graph.add_edge(row, other, length=GEOD.line_length(*zip(place(start), place(end), strict=True)))
    return graph


@settings(max_examples=40, deadline=None)
@given(WAYS, TURNS)
def test_paths(ways: list[tuple[list[int], str | None]], turns: list[tuple[str, int, int, int]]) -> None:
    pieces = segments(ways)
    if not pieces:
        return
    with tempfile.TemporaryDirectory() as folder:
        drawing = Drawing(Path(folder))
        for number, (walk, oneway) in enumerate(ways, 1):
            drawing.way(number, walk, {} if oneway is None else {"oneway": oneway})
        for turn in turns:
            drawing.turn(*turn)
        graph = drawing.read()
    raw = raw_search(pieces, turns, set(graph))
    for start in [node for node in graph if node > 0]:
        if ("from", start) not in raw:
            continue
        expected = nx.single_source_dijkstra_path_length(raw, ("from", start), weight="length")
        found: dict[int, float] = {}
        for node, metres in nx.single_source_dijkstra_path_length(graph, start, weight="length").items():
            place_of = graph.nodes[node].get("via", node)
            found[place_of] = min(metres, found.get(place_of, float("inf")))
        for end in [node for node in graph if node > 0 and node != start]:
            assert found.get(end, -1) == pytest.approx(expected.get(("to", end), -1), rel=1e-5)
