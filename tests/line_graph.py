"""Travel times between points of streets by a search that heeds each turn by itself, to hold the engine against."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    import networkx as nx

Turn = tuple[str, int, int, int]  # kind, way come by, node, way gone on by
ON_LINE_M = 1e-3


class Ride(NamedTuple):
    """A directed edge under a point: its number and how far along it the point lies."""

    edge: int
    fraction: float


class LineGraph:
    """Directed edges of a graph without turn restrictions as nodes; its arcs are the turns that are allowed."""

    def __init__(self, plain: "nx.MultiDiGraph[int]", turns: Iterable[Turn], ways: Mapping[int, Sequence[int]]) -> None:
        self.edges = list(plain.edges(data=True))
        self.seconds = np.array([data["travel_time"] for *_, data in self.edges])
        self.lines = np.array([data["geometry"] for *_, data in self.edges] + [None], dtype=object)[:-1]
        self.ways = ways
        self.entering: defaultdict[int, list[int]] = defaultdict(list)
        self.leaving: defaultdict[int, list[int]] = defaultdict(list)
        for number, (u, v, _) in enumerate(self.edges):
            self.leaving[u].append(number)
            self.entering[v].append(number)
        banned = self._banned(list(turns))
        pairs = [
            (come, gone)
            for node, into in self.entering.items()
            for come in into
            for gone in self.leaving[node]
            if (come, gone) not in banned
        ]
        come, gone = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        self.allowed = coo_array((np.ones(len(come)), (come, gone)), shape=(len(self.edges),) * 2).tocsr()
        # A zero would be no arc at all: every ride is a nanosecond longer.
        self.costs = coo_array((self.seconds[gone] + 1e-9, (come, gone)), shape=self.allowed.shape).tocsr()

    def _banned(self, turns: list[Turn]) -> set[tuple[int, int]]:
        banned, only = set(), defaultdict(set)
        for kind, come, via, gone in turns:
            before = [edge for edge in self.entering[via] if self._by(edge, come, via)]
            after = [edge for edge in self.leaving[via] if self._by(edge, gone, via)]
            if len(before) == len(after) == 1:
                if kind.startswith("no_"):
                    banned.add((before[0], after[0]))
                else:
                    only[via, before[0]].add(after[0])
        for (via, edge), allowed in only.items():
            banned |= {(edge, other) for other in self.leaving[via] if other not in allowed}
        return banned

    def _by(self, edge: int, way: int, node: int) -> bool:
        """Whether an edge meets a node along a way."""
        osmid = self.edges[edge][2]["osmid"]
        return way in (osmid if isinstance(osmid, list) else [osmid]) and node in self.ways[way]

    def rides(self, points: Sequence[shapely.Point]) -> list[list[Ride]]:
        """Edges under each point."""
        tree = shapely.STRtree(self.lines)
        found: list[list[Ride]] = [[] for _ in points]
        for at, edge in zip(*tree.query(points, predicate="dwithin", distance=ON_LINE_M), strict=True):
            found[at].append(Ride(int(edge), self.lines[edge].project(points[at], normalized=True)))
        return found

    def one_street(self, rides: list[Ride]) -> bool:
        """Whether a point lies on one street and no other."""
        reverse = [self.lines[ride.edge].reverse() for ride in rides]
        return len(rides) == 1 or (len(rides) == 2 and reverse[0].equals_exact(self.lines[rides[1].edge], ON_LINE_M))

    def times(self, rides: list[list[Ride]]) -> np.ndarray:
        """Seconds between all points."""
        whole = np.full((len(rides), len(rides)), np.inf)
        for row, starts in enumerate(rides):
            for start in starts:
                ahead = (1 - start.fraction) * self.seconds[start.edge]
                ends = ahead + dijkstra(self.costs, indices=start.edge)
                for column, targets in enumerate(rides):
                    for end in targets:
                        into = self.allowed[:, [end.edge]].nonzero()[0]
                        last = end.fraction * self.seconds[end.edge]
                        best = ends[into].min(initial=np.inf) + last
                        if end.edge == start.edge and end.fraction >= start.fraction:
                            best = min(best, (end.fraction - start.fraction) * self.seconds[end.edge])
                        whole[row, column] = min(whole[row, column], best)
        return whole
