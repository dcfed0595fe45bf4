"""Where places touch the network, and what that costs in seconds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sitesel.network.arcs import Arcs
from sitesel.routing.compiled import CompiledNetwork, node_positions
from sitesel.routing.lanes import LANES
from sitesel.routing.sweep import Direct, Seeds

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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


def places_at_nodes(network: CompiledNetwork, nodes: ArrayLike | None = None) -> Places:
    """Nodes of the network as places, named as the nodes; all of them unless given.

    Raises
    ------
    NetworkError
        The network has no such node.
    """
    position = np.arange(len(network.arcs.nodes)) if nodes is None else node_positions(network, nodes)
    none = np.full(len(position), -1)
    zero = np.zeros(len(position))
    return Places(network.arcs.nodes[position], np.arange(len(position)), none, none, zero, zero, position)


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


def legs(arcs: Arcs, places: Places, *, leaving: bool) -> pd.DataFrame:
    """Ways between places and nodes: from a gate to the end of its edge, or into it from there.

    Parameters
    ----------
    arcs : Arcs
    places : Places
    leaving : bool
        From the place to the node; else from the node to the place.

    Returns
    -------
    DataFrame
        ``place`` and ``node`` (positions), ``arc`` (taken in part; -1 for none) from its fraction ``start`` to
        ``end``, ``seconds`` (finite).
    """
    on_edge = places.arc >= 0
    tail, head = places.node.copy(), places.node.copy()
    tail[on_edge], head[on_edge] = arcs.tail[places.arc[on_edge]], arcs.head[places.arc[on_edge]]
    ahead = _part(arcs, places.arc, 1 - places.fraction if leaving else places.fraction)
    astern = _part(arcs, places.twin, places.fraction if leaving else 1 - places.fraction)
    table = pd.DataFrame(
        {
            "place": np.concatenate([places.place, places.place]),
            "node": np.concatenate([head, tail] if leaving else [tail, head]),
            "arc": np.concatenate([places.arc, places.twin]),
            "start": np.concatenate([places.fraction, 1 - places.fraction]) if leaving else 0.0,
            "end": 1.0 if leaving else np.concatenate([places.fraction, 1 - places.fraction]),
            "seconds": np.concatenate([ahead, astern]) + np.concatenate([places.off_road_s, places.off_road_s]),
        }
    )
    at_node = np.concatenate([~on_edge, ~on_edge])
    table.loc[at_node, "seconds"] = np.concatenate([places.off_road_s, places.off_road_s])[at_node]
    finite: pd.DataFrame = table[np.isfinite(table["seconds"])].reset_index(drop=True)
    return finite


def _part(arcs: Arcs, arc: Ints, share: Floats) -> Floats:
    """Seconds of a share of arcs: nothing of an arc costs nothing, even of one closed or lacking."""
    whole = np.full(len(arc), np.inf)
    whole[arc >= 0] = arcs.seconds[arc[arc >= 0]]
    return np.where(share == 0, 0.0, whole * np.where(share == 0, 1.0, share))


def seeds_of(network: CompiledNetwork, places: Places, *, leaving: bool) -> Seeds:
    """Ranks and extra seconds of all places' legs, place by place."""
    table = legs(network.arcs, places, leaving=leaving)
    table = table.sort_values("place", kind="stable")
    counts = np.bincount(table["place"], minlength=len(places))
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rank = network.topology.rank_of[table["node"].to_numpy()]
    return Seeds(first, rank, table["seconds"].to_numpy(dtype=np.float32))


def direct_ways(arcs: Arcs, origins: Places, destinations: Places) -> pd.DataFrame:
    """Ways along one edge, from a gate to another on the same edge.

    Returns
    -------
    DataFrame
        ``origin`` and ``destination`` (positions of places), ``arc``, ``seconds`` (finite), ``start`` and ``end``
        (fractions of that arc).
    """
    leave, arrive = _edge_gates(origins), _edge_gates(destinations)
    both = leave.merge(arrive, on="street", suffixes=("_from", "_to"))
    # Both gates lie on one street, but each may have been snapped to either of its two directions.
    turned = both["arc_from"].to_numpy() != both["arc_to"].to_numpy()
    end = np.where(turned, 1 - both["fraction_to"], both["fraction_to"])
    start = both["fraction_from"].to_numpy()
    ahead = end >= start
    arc = np.where(ahead, both["arc_from"], both["twin_from"])
    seconds = _part(arcs, arc, np.abs(end - start)) + both["off_road_s_from"] + both["off_road_s_to"]
    ways = pd.DataFrame({
        "origin": both["place_from"], "destination": both["place_to"], "arc": arc, "seconds": seconds,
        "start": np.where(ahead, start, 1 - start), "end": np.where(ahead, end, 1 - end),
    })  # fmt: skip
    finite: pd.DataFrame = ways[np.isfinite(ways["seconds"])].reset_index(drop=True)
    return finite


def _edge_gates(places: Places) -> pd.DataFrame:
    """Gates on edges, with a name of the street that both its directions share."""
    street = np.where(places.twin >= 0, np.minimum(places.arc, places.twin), places.arc)
    gates = pd.DataFrame({
        "place": places.place, "arc": places.arc, "twin": places.twin, "street": street,
        "fraction": places.fraction, "off_road_s": places.off_road_s,
    })  # fmt: skip
    return gates[places.arc >= 0]


def by_batch(ways: pd.DataFrame, n_places: int) -> Direct:
    """Sort direct ways (columns ``place``, ``target``, ``seconds``) for the sweep."""
    batch, lane = np.divmod(ways["place"].to_numpy(dtype=np.int64), LANES)
    order = np.lexsort([ways["target"].to_numpy(), batch])
    n_batches = -(-n_places // LANES)
    first = np.concatenate([[0], np.cumsum(np.bincount(batch, minlength=n_batches))]).astype(np.int64)
    target = ways["target"].to_numpy(dtype=np.int64)
    seconds = ways["seconds"].to_numpy(dtype=np.float32)
    return Direct(first, target[order], lane[order], seconds[order])
