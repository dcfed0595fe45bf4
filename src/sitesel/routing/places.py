"""Where places touch the network, and what that costs in seconds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitesel.arrays import Bools, Floats, Ints, matches
from sitesel.routing.compiled import CompiledNetwork, node_positions
from sitesel.routing.lanes import LANES
from sitesel.routing.milliseconds import INFINITE, whole_ms
from sitesel.routing.sweep import Direct, Seeds


@dataclass(frozen=True, eq=False)
class Places:
    """Places and their gates on a network; made by :func:`places_on_edges` or :func:`places_at_nodes`.

    Holds no seconds of the network, so the same places serve every metric of it. A place without a gate is out of
    reach.

    Parameters
    ----------
    ids : Index, length P
        The places, unique.
    place : ndarray of int64, length G
        Position in ``ids`` of the place that each gate belongs to.
    arc : ndarray of int64, length G
        The arc that a gate lies on.
    twin : ndarray of int64, length G
        The same street the other way; -1 where it is one-way.
    fraction : ndarray of float64, length G
        How far along the arc the gate lies, 0 to 1. At 0 or 1 it is the node itself.
    off_road_s : ndarray of float64, length G
        Seconds between the place and the road, either way.
    node : ndarray of int64, length G
        Position of the node where a gate lies on no arc (``arc`` and ``twin`` are -1); else -1.
    """

    ids: pd.Index
    place: Ints
    arc: Ints
    twin: Ints
    fraction: Floats
    off_road_s: Floats
    node: Ints

    def __len__(self) -> int:
        """Count the places."""
        return len(self.ids)

    def only(self, wanted: pd.Index) -> "Places":
        """Take some of the places, in the order asked for; those that are not among them stay away."""
        ids = wanted[wanted.isin(self.ids)]
        at = ids.get_indexer(self.ids)[self.place]
        gates = np.flatnonzero(at >= 0)
        gates = gates[np.argsort(at[gates], kind="stable")]
        return Places(
            ids, at[gates], *(getattr(self, name)[gates] for name in ("arc", "twin", "fraction", "off_road_s", "node"))
        )


def places_at_nodes(network: CompiledNetwork, nodes: ArrayLike | None = None) -> Places:
    """Nodes of the network as places, named as the nodes.

    Parameters
    ----------
    network : CompiledNetwork
    nodes : array_like, optional
        Each is its junction: all copies that turn restrictions made of it. All nodes unless given, each copy then for
        itself.

    Raises
    ------
    NetworkError
        The network has no such node.

    Examples
    --------
    >>> import networkx as nx
    >>> from sitesel.routing import compile_network
    >>> network = compile_network(nx.MultiDiGraph([("Bishkek", "Naryn", {"travel_time": 18_000})]))
    >>> list(places_at_nodes(network, ["Naryn"]).ids)
    ['Naryn']
    """
    position = np.arange(len(network.arcs.nodes)) if nodes is None else node_positions(network, nodes)
    place, gate = np.arange(len(position)), position
    if nodes is not None and network.arcs.junction is not None:
        place, gate = matches(network.arcs.junction[position], network.arcs.junction)
    none = np.full(len(gate), -1)
    zero = np.zeros(len(gate))
    return Places(network.arcs.nodes[position], place, none, none, zero, zero, gate)


def places_on_edges(snapped: pd.DataFrame) -> Places:
    """Places as :func:`sitesel.network.snapping.snap` found them.

    Parameters
    ----------
    snapped : DataFrame
        Columns ``place arc twin fraction off_road_s reason``, one row a gate; a row with a reason has no gate.

    Returns
    -------
    Places
        In the order of first appearance; a place whose gates all failed stays, out of reach.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, Point
    >>> from sitesel.network import arcs_of, from_lines, snap
    >>> from sitesel.routing import compile_network, travel_times
    >>> street = gpd.GeoDataFrame({"highway": ["trunk"]}, geometry=[LineString([(0, 0), (1000, 0)])], crs="EPSG:32643")
    >>> arcs = arcs_of(from_lines(street, mode="car"))
    >>> towns = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(500, 0)], index=["a", "b"], crs="EPSG:32643")
    >>> places = places_on_edges(snap(arcs, towns))
    >>> float(travel_times(compile_network(arcs), places, places).loc["a", "b"])  # 500 m at 75 km/h
    24.0
    """
    place, ids = pd.factorize(snapped["place"])
    gates = snapped["reason"].isna().to_numpy()
    rows = snapped[gates]
    return Places(
        ids=pd.Index(ids),
        place=place[gates].astype(np.int64),
        arc=rows["arc"].to_numpy(dtype=np.int64),
        twin=rows["twin"].to_numpy(dtype=np.int64),
        fraction=rows["fraction"].to_numpy(dtype=np.float64),
        off_road_s=rows["off_road_s"].to_numpy(dtype=np.float64),
        node=np.full(len(rows), -1),
    )


def legs(network: CompiledNetwork, places: Places, *, leaving: bool) -> pd.DataFrame:
    """Ways between places and nodes: from a gate to the end of its edge, or into it from there.

    Parameters
    ----------
    network : CompiledNetwork
    places : Places
    leaving : bool
        From the place to the node; else from the node to the place.

    Returns
    -------
    DataFrame
        ``place`` and ``node`` (positions), ``arc`` (taken in part; -1 for none) from its fraction ``start`` to
        ``end``, ``ride_ms`` along it, ``ms`` with the off-road leg too.
    """
    arcs, on_edge = network.arcs, places.arc >= 0
    # Each direction has its own ends: where turns are restricted these are not the same copies of a junction.
    ends, starts = (arcs.head, arcs.tail) if leaving else (arcs.tail, arcs.head)
    first, second = places.node.copy(), places.node.copy()
    first[on_edge], second[on_edge] = ends[places.arc[on_edge]], starts[places.arc[on_edge]]
    second[places.twin >= 0] = ends[places.twin[places.twin >= 0]]
    arc, along = np.concatenate([places.arc, places.twin]), np.concatenate([places.fraction, 1 - places.fraction])
    turned = np.concatenate([_is_second(places), ~_is_second(places)])
    node_end = np.where(turned != leaving, 1.0, 0.0)  # which end of the street, by its first direction
    ride = _ride_ms(network, arc, np.tile(_along_street(places), 2), node_end)
    ride[np.tile(~on_edge, 2)] = 0
    table = pd.DataFrame(
        {
            "place": np.tile(places.place, 2),
            "node": np.concatenate([first, second]),
            "arc": arc,
            "start": along if leaving else 0.0,
            "end": 1.0 if leaving else along,
            "ride_ms": ride,
            "ms": ride + np.tile(whole_ms(places.off_road_s), 2),
        }
    )
    finite: pd.DataFrame = table[table["ms"] < INFINITE].reset_index(drop=True)
    return finite


def _is_second(places: Places) -> Bools:
    """Whether a gate's arc is the second of its street's two directions: positions are measured along the first."""
    return (places.twin >= 0) & (places.twin < places.arc)


def _along_street(places: Places) -> Floats:
    """Tell how far along the first direction of its street each gate lies, 0 to 1."""
    return np.where(_is_second(places), 1 - places.fraction, places.fraction)


def _ride_ms(network: CompiledNetwork, arc: Ints, start: Floats, end: Floats) -> Ints:
    """Milliseconds along arcs between two points of their streets, either way; ``INFINITE`` where closed or lacking.

    Points, not parts, are rounded: so the parts of an arc add up to the arc, wherever and however often it is cut.
    Nothing of an arc costs nothing, even of one closed or lacking.
    """
    whole = np.where(arc >= 0, network.ms[arc], INFINITE) if len(network.ms) else np.full(len(arc), INFINITE)
    ride = np.abs(np.rint(end * whole) - np.rint(start * whole)).astype(np.int64)
    return np.where(start == end, 0, np.where(whole < INFINITE, ride, INFINITE))


def seeds_of(network: CompiledNetwork, places: Places, *, leaving: bool) -> Seeds:
    """Ranks and extra milliseconds of all places' legs, place by place."""
    table = legs(network, places, leaving=leaving)
    table = table.sort_values("place", kind="stable")
    counts = np.bincount(table["place"], minlength=len(places))
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rank = network.topology.rank_of[table["node"].to_numpy()]
    return Seeds(first, rank, table["ms"].to_numpy(dtype=np.int32))


def direct_ways(network: CompiledNetwork, origins: Places, destinations: Places) -> pd.DataFrame:
    """Ways along one edge, from a gate to another on the same edge.

    Returns
    -------
    DataFrame
        ``origin`` and ``destination`` (positions of places), ``arc``, ``ms`` (not infinite), ``start`` and ``end``
        (fractions of that arc).
    """
    leave, arrive = _edge_gates(origins), _edge_gates(destinations)
    # Both gates lie on one street, but each may have been snapped to either of its two directions.
    both = leave.merge(arrive, on=["street", "back"], suffixes=("_from", "_to"))
    start, end = both["along_from"].to_numpy(), both["along_to"].to_numpy()
    ahead = end >= start
    arc = np.where(ahead, both["street"], both["back"])
    ways = pd.DataFrame({
        "origin": both["place_from"], "destination": both["place_to"], "arc": arc,
        "ms": _ride_ms(network, arc, start, end) + both["off_road_ms_from"] + both["off_road_ms_to"],
        "start": np.where(ahead, start, 1 - start), "end": np.where(ahead, end, 1 - end),
    })  # fmt: skip
    finite: pd.DataFrame = ways[ways["ms"] < INFINITE].reset_index(drop=True)
    return finite


def _edge_gates(places: Places) -> pd.DataFrame:
    """Gates on edges: their street by its first direction, and how far along that they lie."""
    second = _is_second(places)
    gates = pd.DataFrame({
        "place": places.place, "street": np.where(second, places.twin, places.arc),
        "back": np.where(second, places.arc, places.twin), "along": _along_street(places),
        "off_road_ms": whole_ms(places.off_road_s).astype(np.int64),
    })  # fmt: skip
    return gates[places.arc >= 0]


def by_batch(ways: pd.DataFrame, n_places: int) -> Direct:
    """Sort direct ways (columns ``place``, ``target``, ``ms``) for the sweep."""
    batch, lane = np.divmod(ways["place"].to_numpy(dtype=np.int64), LANES)
    order = np.lexsort([ways["target"].to_numpy(), batch])
    n_batches = -(-n_places // LANES)
    first = np.concatenate([[0], np.cumsum(np.bincount(batch, minlength=n_batches))]).astype(np.int64)
    target = ways["target"].to_numpy(dtype=np.int64)
    return Direct(first, target[order], lane[order], ways["ms"].to_numpy(dtype=np.int32)[order])
