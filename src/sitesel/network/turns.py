"""Turn restrictions by splitting nodes, so that plain shortest paths keep to them.

Where a stretch of road may not be left by some other, its end is moved to a copy of the junction from which only the
allowed stretches go on. Journeys that merely pass are exact; a journey that *ends* at a junction may end at any copy of
it (copies carry ``via``, the junction's own number), which is why places are snapped to edges. Restrictions whose
``via`` is a way are not modelled, and turning round further on is not forbidden by them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sitesel.arrays import Ints


@dataclass(frozen=True)
class Turn:
    """A restriction at a node.

    Parameters
    ----------
    kind : str
        As OSM has it: ``"no_..."`` forbids ``to`` after ``from_way``, ``"only_..."`` forbids all else, but for what
        another ``"only_..."`` of the same way and node allows.
    from_way, via, to_way : int
        OSM numbers of the way come by, the node and the way gone on by.
    """

    kind: str
    from_way: int
    via: int
    to_way: int


@dataclass(frozen=True)
class DirectedEdges:
    """Directed stretches of road.

    Parameters
    ----------
    tail, head : ndarray of int64, shape (edges,)
        Node that an edge leaves and enters.
    first_way, last_way : ndarray of int64, shape (edges,)
        OSM number of the way at its start and at its end.
    """

    tail: Ints
    head: Ints
    first_way: Ints
    last_way: Ints


@dataclass(frozen=True)
class SplitEdges:
    """Edges after splitting.

    Parameters
    ----------
    tail, head, source : ndarray of int64, shape (edges + copies,)
        Ends of each edge, and which edge it was made of: the first ones themselves, then the copies.
    copy_of : ndarray of int64, shape (new nodes,)
        Node that each new node copies; new nodes are numbered on from the old ones.
    not_applied : int
        Restrictions whose ways do not meet at the node in this network, or meet it more than once.
    """

    tail: Ints
    head: Ints
    source: Ints
    copy_of: Ints
    not_applied: int


def split_at_turns(edges: DirectedEdges, turns: Iterable[Turn], nodes: int) -> SplitEdges:
    """Split the nodes of turn restrictions.

    Parameters
    ----------
    edges : DirectedEdges
    turns : iterable of Turn
        ``via`` as a node number 0..nodes-1.
    nodes : int
        Number of nodes.

    Returns
    -------
    SplitEdges
    """
    by_node: defaultdict[int, list[Turn]] = defaultdict(list)
    for turn in turns:
        by_node[turn.via].append(turn)
    split = _Split(edges, nodes, sorted(by_node))
    missed = 0
    for via, here in by_node.items():
        missed += split.at(via, here)
    return SplitEdges(
        tail=np.array(split.tail, dtype=np.int64),
        head=np.array(split.head, dtype=np.int64),
        source=np.array(split.source, dtype=np.int64),
        copy_of=np.array(split.copy_of, dtype=np.int64),
        not_applied=missed,
    )


class _Split:
    def __init__(self, edges: DirectedEdges, nodes: int, vias: list[int]) -> None:
        self.nodes = nodes
        self.tail: list[int] = edges.tail.tolist()
        self.head: list[int] = edges.head.tolist()
        self.source: list[int] = list(range(len(self.tail)))
        self.first_way: list[int] = edges.first_way.tolist()
        self.last_way: list[int] = edges.last_way.tolist()
        self.copy_of: list[int] = []
        self.entering: defaultdict[int, list[int]] = defaultdict(list)
        self.leaving: defaultdict[int, list[int]] = defaultdict(list)
        # A country has few such junctions: only their edges are looked up.
        for ends, there in ((edges.tail, self.leaving), (edges.head, self.entering)):
            for edge in np.flatnonzero(np.isin(ends, vias)).tolist():
                there[int(ends[edge])].append(edge)

    def at(self, via: int, turns: list[Turn]) -> int:
        """Split one junction; the number of restrictions that do not apply to it."""
        banned: defaultdict[int, set[int]] = defaultdict(set)
        allowed: defaultdict[int, set[int]] = defaultdict(set)
        missed = 0
        for turn in turns:
            pair = self._speaks_of(via, turn)
            missed += pair is None
            if pair is not None:
                come, gone = pair
                for edge in come:
                    (allowed if turn.kind.startswith("only_") else banned)[edge].update(gone)
        for edge, alone in allowed.items():
            banned[edge].update(set(self.leaving[via]) - alone)
        groups: defaultdict[frozenset[int], list[int]] = defaultdict(list)
        for come_by, forbidden in banned.items():
            if forbidden:
                groups[frozenset(forbidden)].append(come_by)
        self._split(via, groups)
        return missed

    def _split(self, via: int, groups: Mapping[frozenset[int], list[int]]) -> None:
        """Give the edges that come to a junction a copy of it for each set of edges that they may not go on by."""
        leaving = list(self.leaving[via])
        copies = [(self._copy_node(via), forbidden) for forbidden in groups]
        # All entering edges are moved before any leaving edge is copied: a loop's copies must enter where it does now.
        for (node, _), entering in zip(copies, groups.values(), strict=True):
            for edge in entering:
                self._move_head(edge, via, node)
        for node, forbidden in copies:
            for edge in leaving:
                if edge not in forbidden:
                    self._copy_edge(edge, node)

    def _speaks_of(self, via: int, turn: Turn) -> tuple[list[int], list[int]] | None:
        """Entering and leaving edges that a restriction names; None where it does not tell which."""
        come = [edge for edge in self.entering[via] if self.last_way[edge] == turn.from_way]
        gone = [edge for edge in self.leaving[via] if self.first_way[edge] == turn.to_way]
        if len({self.source[edge] for edge in come}) != 1 or len({self.source[edge] for edge in gone}) != 1:
            return None
        return come, gone

    def _copy_node(self, node: int) -> int:
        self.copy_of.append(node)
        return self.nodes + len(self.copy_of) - 1

    def _move_head(self, edge: int, old: int, new: int) -> None:
        self.head[edge] = new
        self.entering[old].remove(edge)
        self.entering[new].append(edge)

    def _copy_edge(self, edge: int, tail: int) -> None:
        copy = len(self.tail)
        self.tail.append(tail)
        self.head.append(self.head[edge])
        for row in (self.source, self.first_way, self.last_way):
            row.append(row[edge])
        self.leaving[tail].append(copy)
        self.entering[self.head[edge]].append(copy)
