"""A road network made ready for many questions."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike

from sitesel.arrays import Bools, Ints, Ints32
from sitesel.errors import NetworkError
from sitesel.network.arcs import Arcs, arcs_of
from sitesel.network.cache import FORM, keep_arrays, load_arrays
from sitesel.routing.customise import DOWN, UP, Ladder, contract, ladder, perfect, slot_ms
from sitesel.routing.milliseconds import LONGEST_S, whole_ms
from sitesel.routing.topology import Topology, build_topology

if TYPE_CHECKING:
    import networkx as nx

Direction = Literal["from", "to"]


class Facing(NamedTuple):
    """One direction of travel: the arcs to climb from a place, those to descend to all others, and the exact times.

    ``exact[:, out]`` is from the lower rank of a slot to the higher, in this direction of travel, ``exact[:, back]``
    the other.
    """

    climb: Ladder
    descend: Ladder
    exact: Ints32
    out: int
    back: int


@dataclass(frozen=True, eq=False)
class CompiledNetwork:
    """A road network, ordered, filled and given its seconds. Made by :func:`compile_network`.

    Parameters
    ----------
    arcs : Arcs
        The network, with the seconds that the answers are for.
    ms : ndarray of int32, length M
        These seconds as the answers count them: whole milliseconds, rounded down
        (:func:`~sitesel.routing.milliseconds.whole_ms`).
    topology : Topology
        Order and fill: shared by all that :meth:`customise` makes.
    times, exact : ndarray of int32, shape (slots, 2)
        Times of roads and shortcuts, and the shortest ones between the same ends.
    up, down : Ladder
        The arcs that shortest paths need.
    lengths : Lengths
        Of the same roads: shared by all that :meth:`customise` makes.
    """

    arcs: Arcs
    ms: Ints32
    topology: Topology
    times: Ints32
    exact: Ints32
    up: Ladder
    down: Ladder
    lengths: "Lengths"

    def _repr_html_(self) -> str:
        """Tell its size, for a notebook."""
        hours = float(self.arcs.seconds[np.isfinite(self.arcs.seconds)].sum()) / 3600
        told = {"nodes": len(self.arcs.nodes), "arcs": len(self.arcs.seconds), "hours along all arcs": round(hours, 1)}
        return str(pd.DataFrame({type(self).__name__: told | {"CRS": self.arcs.crs or "not told"}}).to_html())

    def customise(self, seconds: ArrayLike) -> "CompiledNetwork":
        """Answer for other travel times: another mode, a closed pass, the peak hour.

        Costs milliseconds; this network stays as it is. A what-if is an edit of the vector ``network.arcs.seconds``.

        Parameters
        ----------
        seconds : array_like of float, length M
            One travel time an arc, in the order of ``arcs`` (the graph's own order of edges); infinite where closed.

        Returns
        -------
        CompiledNetwork

        Raises
        ------
        NetworkError
            Wrong length; a travel time that is negative, not a number, or longer than 12 days without being infinite.

        Examples
        --------
        >>> import networkx as nx
        >>> graph = nx.MultiDiGraph()
        >>> _ = graph.add_edge("Bishkek", "Naryn", travel_time=18_000)
        >>> network = compile_network(graph)
        >>> closed = network.arcs.seconds.copy()
        >>> closed[0] = np.inf
        >>> network.customise(closed).arcs.seconds
        array([inf])
        """
        arcs = replace(self.arcs, seconds=np.asarray(seconds, dtype=np.float64))
        if arcs.seconds.shape != self.arcs.tail.shape:
            raise NetworkError(
                f"seconds: {arcs.seconds.size} given for {self.arcs.tail.size} edges; give each one, in order"
            )
        _refuse(arcs, np.isnan(arcs.seconds) | (arcs.seconds < 0), "give 0 or more, or infinity where closed")
        _refuse_endless(arcs)
        return _customised(arcs, self.topology, self.lengths)

    @property
    def in_metres(self) -> "CompiledNetwork":
        """Ask for lengths along the same roads, one-way ones both ways: where answers say seconds, read metres.

        Order and fill are those of this network, made anew where turns are restricted: no pipe heeds that. Arc M + i
        is arc i driven back, so that a place on arc i touches both.

        Returns
        -------
        CompiledNetwork
            Of twice as many arcs; ways of more than 1,073 km are none.

        Examples
        --------
        >>> import networkx as nx
        >>> graph = nx.MultiDiGraph(crs="EPSG:32643")
        >>> _ = graph.add_node("a", x=0.0, y=0.0), graph.add_node("b", x=900.0, y=0.0)
        >>> _ = graph.add_edge("a", "b", travel_time=60)
        >>> compile_network(graph).in_metres.arcs.seconds.tolist()
        [900.0, 900.0]
        """
        return self.lengths.network

    def facing(self, direction: Direction) -> Facing:
        """Arcs for travel ``"from"`` the asked places, or ``"to"`` them (all roads turned round)."""
        if direction == "from":
            return Facing(self.up, self.down, self.exact, UP, DOWN)
        if direction == "to":
            return Facing(self.down, self.up, self.exact, DOWN, UP)
        raise ValueError(f"direction is 'from' or 'to', not {direction!r}")


class Lengths:
    """The network of metres of some roads, made when it is first asked for and once for all their seconds.

    Parameters
    ----------
    arcs : Arcs
    topology : Topology
        Theirs.
    """

    def __init__(self, arcs: Arcs, topology: Topology) -> None:
        self.arcs, self.topology = arcs, topology

    @cached_property
    def network(self) -> CompiledNetwork:
        """As :attr:`CompiledNetwork.in_metres` has it."""
        arcs, topology = self.arcs, self.topology
        lines, one = arcs.geometry(), _one_of_each(arcs)
        both = replace(
            arcs,
            tail=one[np.concatenate([arcs.tail, arcs.head])],
            head=one[np.concatenate([arcs.head, arcs.tail])],
            seconds=np.tile(arcs.metres(), 2),
            key=None if arcs.key is None else np.tile(arcs.key, 2),
            lines=np.concatenate([lines, shapely.reverse(lines)]),
            length_m=np.tile(arcs.metres(), 2),
            joinable=None if arcs.joinable is None else np.tile(arcs.joinable, 2),
            junction=None,
        )
        _refuse(both, np.isnan(both.seconds) | (both.seconds < 0), "give its length in metres, 0 or more")
        if arcs.junction is not None:
            return _customised(both, build_topology(len(both.nodes), both.tail, both.head))
        climbs = np.concatenate([topology.arc_climbs, ~topology.arc_climbs])
        turned = topology._replace(arc_slot=np.tile(topology.arc_slot, 2), arc_climbs=climbs)
        return _customised(both, turned)


def compile_network(graph: "nx.MultiDiGraph[Any] | Arcs", *, cache: Path | None = None) -> CompiledNetwork:
    """Order and fill a network once, and give it its own seconds.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or Arcs
        A graph in OSMnx's conventions, with its seconds as ``travel_time``, or arcs with theirs. Of parallel edges the
        fastest counts, loops are no help to anyone, zero seconds are a road.
    cache : Path, optional
        Folder in which order and fill are kept by the hash of the roads; the same roads, at whatever speeds, are read
        from there. Nothing is kept by default.

    Returns
    -------
    CompiledNetwork

    Raises
    ------
    NetworkError
        No nodes, or an edge whose seconds are missing, negative, not finite, or longer than 12 days.

    Notes
    -----
    Nested dissection by METIS; customizable contraction hierarchies (Dibbelt, Strasser, Wagner, 2016).

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> _ = graph.add_edge("Bishkek", "Naryn", travel_time=18_000)
    >>> compile_network(graph).arcs.nodes.tolist()
    ['Bishkek', 'Naryn']
    """
    arcs = graph if isinstance(graph, Arcs) else arcs_of(graph)
    if len(arcs.nodes) == 0:
        raise NetworkError("road network: no nodes; give at least one road")
    _refuse(arcs, ~np.isfinite(arcs.seconds) | (arcs.seconds < 0), "give a finite number, 0 or more")
    _refuse_endless(arcs)
    return _customised(arcs, _topology(arcs, cache))


def _one_of_each(arcs: Arcs) -> Ints:
    """One node of each junction, for all its copies."""
    _, first, junction = np.unique(arcs.junctions(), return_index=True, return_inverse=True)
    return np.asarray(first[junction])


def _topology(arcs: Arcs, cache: Path | None) -> Topology:
    """Order and fill, from the cache where it has them whole."""
    if cache is None:
        return build_topology(len(arcs.nodes), arcs.tail, arcs.head)
    roads = hashlib.sha256(f"{version('sitesel')} {FORM} {len(arcs.nodes)} ".encode())
    for ends in (arcs.tail, arcs.head):
        roads.update(np.ascontiguousarray(ends, dtype=np.int64).data)
    key = roads.hexdigest()
    arrays = load_arrays(cache, "order", key)
    if set(arrays) == set(Topology._fields):
        return Topology(**arrays)
    topology = build_topology(len(arcs.nodes), arcs.tail, arcs.head)
    keep_arrays(cache, "order", key, topology._asdict())
    return topology


def node_positions(network: CompiledNetwork, nodes: ArrayLike) -> Ints:
    """Positions of nodes by their identifiers.

    Raises
    ------
    NetworkError
        The network has no such node.
    """
    asked = (
        nodes
        if isinstance(nodes, pd.Index)
        else pd.Index(list(np.atleast_1d(np.asarray(nodes, dtype=object))), tupleize_cols=False)
    )
    positions = network.arcs.nodes.get_indexer(asked)
    if (positions < 0).any():
        raise NetworkError(f"road network: no node {asked[positions < 0][0]!r}; ask for nodes of this network")
    return positions.astype(np.int64)


def _refuse(arcs: Arcs, bad: Bools, remedy: str) -> None:
    """Name the first edge whose seconds cannot be."""
    if bad.any():
        arc = int(np.flatnonzero(bad)[0])
        raise NetworkError(f"road network: edge {arcs.name(arc)} takes {arcs.seconds[arc]} s; {remedy}")


def _refuse_endless(arcs: Arcs) -> None:
    """Name the first edge that would be no way at all among whole milliseconds in 32 bits."""
    endless = arcs.seconds > LONGEST_S
    if endless.any():
        remedy = f"give at most {LONGEST_S:,.0f} s (12 days), or infinity where closed; are these milliseconds?"
        _refuse(arcs, endless & np.isfinite(arcs.seconds), remedy)


def _customised(arcs: Arcs, topology: Topology, lengths: Lengths | None = None) -> CompiledNetwork:
    ms = whole_ms(arcs.seconds)
    times = slot_ms(topology, ms)
    contract(topology, times)
    exact = perfect(topology, times)
    up, down = ladder(topology, times, exact, UP), ladder(topology, times, exact, DOWN)
    return CompiledNetwork(arcs, ms, topology, times, exact, up, down, lengths or Lengths(arcs, topology))
