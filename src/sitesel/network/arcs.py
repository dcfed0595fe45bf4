"""A road network as a table of one-way arcs: what the routing engine and the snapping read."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sitesel.arrays import Bools, Floats, Ints, Objects
from sitesel.errors import NetworkError

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of arcs as coordinates; shapely's own are made when they are first asked for.

    Parameters
    ----------
    xy : ndarray of float64, shape (p, 2)
        Coordinates, line after line.
    start : ndarray of int64, shape (lines + 1,)
        Where each line starts in ``xy``, and p.
    of : ndarray of int, length M
        Line of each arc.
    against : ndarray of bool, length M
        Whether the arc runs against its line.
    """

    xy: Floats
    start: Ints
    of: Ints
    against: Bools

    @cached_property
    def drawn(self) -> Objects:
        """Line of each arc, from tail to head."""
        lines = np.asarray(shapely.from_ragged_array(shapely.GeometryType.LINESTRING, self.xy, (self.start,)))
        drawn = lines[self.of]
        drawn[self.against] = shapely.reverse(drawn[self.against])
        return np.asarray(drawn, dtype=object)


@dataclass(frozen=True, eq=False)
class Arcs:
    """One-way arcs between nodes; parallel arcs and loops allowed, order kept by all that reads them.

    Parameters
    ----------
    nodes : Index, length N
        Identifiers of the nodes, unique.
    tail, head : ndarray of int64, length M
        Positions in ``nodes`` of where an arc starts and ends.
    seconds : ndarray of float64, length M
        Travel time along each arc.
    x, y : ndarray of float64, length N, optional
        Coordinates of the nodes in ``crs``; needed to snap places and to draw.
    key : ndarray of int64, length M, optional
        Tells parallel arcs apart, as networkx does; 0 where not given.
    lines : ndarray of shapely LineString or None, length M, or Lines, optional
        From tail to head; None (for an arc or for all) is a straight line.
    crs : str, optional
        Of the coordinates, as WKT or ``"EPSG:..."``.
    length_m : ndarray of float64, length M, optional
        Own length of each arc, where it is not that of its line.
    junction : ndarray of int64, length N, optional
        Equal for the copies of one junction that turn restrictions made; every node is its own where not given.
    joinable : ndarray of bool, length M, optional
        Whether a place beside the road may join it between its ends, as it may not join a motorway; all where not
        given.
    built : ndarray of bool, length M, optional
        Whether an arc is of a road that is not there yet, such as a bypass; none where not given.

    Examples
    --------
    >>> arcs = Arcs(pd.Index(["a", "b"]), np.array([0, 1]), np.array([1, 0]), np.array([60.0, 70.0]))
    >>> arcs.name(1)
    "'b' -> 'a', key 0"
    """

    nodes: pd.Index
    tail: Ints
    head: Ints
    seconds: Floats
    x: Floats | None = None
    y: Floats | None = None
    key: Ints | None = None
    lines: Objects | Lines | None = None
    crs: str | None = None
    length_m: Floats | None = None
    junction: Ints | None = None
    joinable: Bools | None = None
    built: Bools | None = None

    def name(self, arc: int) -> str:
        """Name an arc for a message."""
        key = 0 if self.key is None else int(self.key[arc])
        return f"{self.nodes[self.tail[arc]]!r} -> {self.nodes[self.head[arc]]!r}, key {key}"

    def junctions(self) -> Ints:
        """Tell which junction each node is, or is a copy of."""
        return np.arange(len(self.nodes)) if self.junction is None else self.junction

    def same_streets(self, other: "Arcs") -> bool:
        """Tell whether another network has the same streets, so that the two differ in seconds at most."""
        mine, theirs = ((arcs.tail, arcs.head, arcs.junctions(), arcs.joined()) for arcs in (self, other))
        return self.nodes.equals(other.nodes) and all(map(np.array_equal, mine, theirs))

    def joined(self) -> Bools:
        """Tell which arcs a place beside the road may join between their ends."""
        return np.ones(len(self.tail), dtype=bool) if self.joinable is None else self.joinable

    def standing(self) -> Bools:
        """Tell which arcs are of roads that are there already."""
        return np.ones(len(self.tail), dtype=bool) if self.built is None else ~self.built

    def geometry(self) -> Objects:
        """Lines of all arcs, straight where none is given.

        Returns
        -------
        ndarray of shapely LineString, length M

        Raises
        ------
        NetworkError
            The nodes carry no coordinates.
        """
        if self.x is None or self.y is None:
            raise NetworkError("road network: the nodes have no coordinates; give every node an x and a y")
        if isinstance(self.lines, Lines):
            return self.lines.drawn.copy()
        xy = np.column_stack([self.x, self.y])
        lines = np.full(len(self.tail), None, dtype=object) if self.lines is None else self.lines.copy()
        bare = shapely.is_missing(lines)
        lines[bare] = shapely.linestrings(np.stack([xy[self.tail[bare]], xy[self.head[bare]]], axis=1))
        return lines

    def metres(self) -> Floats:
        """Lengths of all arcs: their own, else those of their lines."""
        return np.asarray(shapely.length(self.geometry())) if self.length_m is None else self.length_m


def arcs_of(graph: "nx.MultiDiGraph[Any]", *, weight: str = "travel_time") -> Arcs:
    """Read a graph in OSMnx's conventions as arcs, in the graph's own order of nodes and edges.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Nodes may carry ``x``, ``y`` and ``via`` (the node that they are a copy of), edges ``geometry``, ``length``,
        ``joinable`` and ``built``, the graph ``crs``.
    weight : str
        Edge attribute that holds the seconds.

    Returns
    -------
    Arcs

    Raises
    ------
    NetworkError
        No nodes, or an edge without ``weight``.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> _ = graph.add_edge("a", "b", travel_time=60)
    >>> arcs_of(graph).seconds
    array([60.])
    """
    if len(graph) == 0:
        raise NetworkError("road network: no nodes; give at least one road")
    nodes = pd.Index(list(graph.nodes), tupleize_cols=False)
    position = {node: place for place, node in enumerate(graph.nodes)}
    edges = list(graph.edges(keys=True, data=True))
    bare = next((edge for edge in edges if edge[3].get(weight) is None), None)
    if bare is not None:
        raise NetworkError(
            f"road network: edge {bare[0]!r} -> {bare[1]!r}, key {bare[2]} has no {weight!r}; give its seconds"
        )
    lines = np.array([data.get("geometry") for *_, data in edges] + [None], dtype=object)[:-1]
    lengths = [data.get("length") for *_, data in edges]
    crs = graph.graph.get("crs")
    return Arcs(
        nodes=nodes,
        tail=np.array([position[u] for u, *_ in edges], dtype=np.int64),
        head=np.array([position[v] for _, v, *_ in edges], dtype=np.int64),
        seconds=np.array([data[weight] for *_, data in edges], dtype=np.float64),
        x=_coordinates(graph, "x"),
        y=_coordinates(graph, "y"),
        key=np.array([key if isinstance(key, int) else 0 for _, _, key, _ in edges], dtype=np.int64),
        lines=None if shapely.is_missing(lines).all() else lines,
        crs=None if crs is None else str(crs),
        length_m=None if None in lengths else np.array(lengths, dtype=np.float64),
        junction=_junctions(graph),
        joinable=_told(edges, "joinable", usual=True),
        built=_told(edges, "built", usual=False),
    )


def _junctions(graph: "nx.MultiDiGraph[Any]") -> Ints | None:
    """Give each junction a number; None where no node is a copy of another."""
    copied = {node: data["via"] for node, data in graph.nodes(data=True) if data.get("via") is not None}
    if not copied:
        return None
    number: dict[Any, int] = {}
    return np.array([number.setdefault(copied.get(node, node), len(number)) for node in graph.nodes], dtype=np.int64)


def _told(edges: list[tuple[Any, Any, Any, dict[str, Any]]], what: str, *, usual: bool) -> Bools | None:
    """Read what edges say of themselves; None where all are as usual."""
    told = np.array([data.get(what, usual) for *_, data in edges], dtype=bool)
    return None if (told == usual).all() else told


def _coordinates(graph: "nx.MultiDiGraph[Any]", axis: str) -> Floats | None:
    """Read one coordinate of all nodes; None where any node lacks it."""
    values = [data.get(axis) for _, data in graph.nodes(data=True)]
    return None if any(value is None for value in values) else np.array(values, dtype=np.float64)
