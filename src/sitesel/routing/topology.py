"""What of a network depends on its roads alone, not on their speeds: order, fill, triangles.

Nodes are renumbered to *ranks*. A node's upward neighbours are those of higher rank that it is joined to, by a road
or by a shortcut through lower ranks; all of them are its ancestors in the elimination tree. Ranks follow a postorder
of that tree, so that a subtree is a contiguous range of ranks ending at its root.

Sources of the method: J. W. H. Liu, "The role of elimination trees in sparse factorization" (1990) for tree and fill;
Dibbelt, Strasser, Wagner, "Customizable contraction hierarchies" (2016) for their use on roads.
"""

from typing import NamedTuple

import numpy as np
import pymetis

from sitesel.arrays import Bools, Ints, Ints32
from sitesel.routing.kernels import kernel


class Topology(NamedTuple):
    """Order and fill of a network of N nodes and M arcs.

    Parameters
    ----------
    rank_of : ndarray of int32, length N
        Rank of each node by its position; ``node_at`` is the inverse.
    node_at : ndarray of int32, length N
    parent : ndarray of int32, length N
        Lowest upward neighbour of each rank; -1 at a root.
    first_in_subtree : ndarray of int32, length N
        Lowest rank in the subtree of each rank.
    up_first : ndarray of int32, length N + 1
        Upward neighbours of rank v are ``up_head[up_first[v]:up_first[v + 1]]``, ascending; the places in ``up_head``
        are called *slots*.
    up_head : ndarray of int32
    triangle_first : ndarray of int64, length N + 1
        Rank v with upward neighbours u0 < u1 < ... has, from here on in ``triangle_slot``, the slots of the pairs
        (u0, u1), (u0, u2), ..., (u1, u2), ...
    triangle_slot : ndarray of int32
    down_first : ndarray of int32, length N + 1
        Downward neighbours of rank u are ``down_tail[down_first[u]:down_first[u + 1]]``, ascending; their arcs to u
        have the slots ``down_slot[...]``.
    down_tail, down_slot : ndarray of int32
    arc_slot : ndarray of int32, length M
        Slot of each arc of the network; -1 for a loop.
    arc_climbs : ndarray of bool, length M
        Whether the arc leads from the lower rank to the higher.
    """

    rank_of: Ints32
    node_at: Ints32
    parent: Ints32
    first_in_subtree: Ints32
    up_first: Ints32
    up_head: Ints32
    triangle_first: Ints
    triangle_slot: Ints32
    down_first: Ints32
    down_tail: Ints32
    down_slot: Ints32
    arc_slot: Ints32
    arc_climbs: Bools


def build_topology(n_nodes: int, tail: Ints, head: Ints) -> Topology:
    """Order the nodes by nested dissection, then eliminate them symbolically.

    Parameters
    ----------
    n_nodes : int
    tail, head : ndarray of int64, length M
        Positions of nodes; parallel arcs and loops allowed.

    Returns
    -------
    Topology
    """
    first, neighbour = _simple_adjacency(n_nodes, tail, head)
    dissected = _nested_dissection(first, neighbour)
    parent = _elimination_tree(first, neighbour, dissected, _inverse(dissected))
    # Renumbering by a postorder leaves the fill as it is and makes subtrees contiguous.
    post, parent, first_in_subtree = _postorder(parent)
    node_at = dissected[post]
    rank_of = _inverse(node_at)
    up_first, unsorted_head = _fill(first, neighbour, node_at, rank_of, parent)
    down_first, down_tail, _ = _transpose(up_first, unsorted_head)
    # Transposing twice sorts: a counting sort of all lists at once.
    up_first, up_head, _ = _transpose(down_first, down_tail)
    down_first, down_tail, down_slot = _transpose(up_first, up_head)
    triangle_first = _count_triangles(up_first)
    triangle_slot = _index_triangles(up_first, up_head, triangle_first)
    low, high = np.minimum(rank_of[tail], rank_of[head]), np.maximum(rank_of[tail], rank_of[head])
    return Topology(
        rank_of, node_at, parent, first_in_subtree, up_first, up_head, triangle_first, triangle_slot,
        down_first, down_tail, down_slot, _slots(up_first, up_head, low, high), rank_of[tail] < rank_of[head],
    )  # fmt: skip


def _simple_adjacency(n_nodes: int, tail: Ints, head: Ints) -> tuple[Ints32, Ints32]:
    """Neighbours of each node in the undirected simple graph, ascending, without loops."""
    street = tail != head
    pair = np.concatenate([tail[street] * n_nodes + head[street], head[street] * n_nodes + tail[street]])
    left, right = np.divmod(np.unique(pair), n_nodes)
    first = np.zeros(n_nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(left, minlength=n_nodes), out=first[1:])
    return first, right.astype(np.int32)


def _nested_dissection(first: Ints32, neighbour: Ints32) -> Ints32:
    """Elimination order by METIS: positions of nodes, first eliminated first."""
    if len(neighbour) == 0:  # METIS refuses a graph without edges
        return np.arange(len(first) - 1, dtype=np.int32)
    # METIS reads 64-bit integers; the width is given here so that it need not convert.
    adjacency = pymetis.CSRAdjacency(first.astype(np.int64), neighbour.astype(np.int64))
    order, _ = pymetis.nested_dissection(adjacency)
    return np.asarray(order, dtype=np.int32)


def _inverse(permutation: Ints32) -> Ints32:
    inverse = np.empty_like(permutation)
    inverse[permutation] = np.arange(len(permutation), dtype=np.int32)
    return inverse


@kernel()
def _elimination_tree(first: Ints32, neighbour: Ints32, node_at: Ints32, rank_of: Ints32) -> Ints32:
    """Parent of each rank in the elimination tree (Liu 1990, with path compression)."""
    n = len(node_at)
    parent = np.full(n, -1, np.int32)
    shortcut = np.full(n, -1, np.int32)
    for rank in range(n):
        for place in range(first[node_at[rank]], first[node_at[rank] + 1]):
            lower = rank_of[neighbour[place]]
            while lower < rank and lower != -1:
                above = shortcut[lower]
                shortcut[lower] = rank
                if above == -1:
                    parent[lower] = rank
                lower = above if above != -1 else rank
    return parent


@kernel()
def _postorder(parent: Ints32) -> tuple[Ints32, Ints32, Ints32]:
    """Postorder of a forest whose parents have higher numbers than their children.

    Returns the old numbers in their new order, the parents in new numbers, and the first number in each subtree.
    """
    n = len(parent)
    size = np.ones(n, np.int32)
    for old in range(n):
        if parent[old] != -1:
            size[parent[old]] += size[old]
    # A subtree takes the numbers just before the room already given to its parent's other children.
    room_end = np.empty(n, np.int32)
    roots_end = n
    post = np.empty(n, np.int32)
    new_of = np.empty(n, np.int32)
    first_in_subtree = np.empty(n, np.int32)
    for old in range(n - 1, -1, -1):
        if parent[old] == -1:
            last = roots_end - 1
            roots_end -= size[old]
        else:
            last = room_end[parent[old]] - 1
            room_end[parent[old]] -= size[old]
        room_end[old] = last
        new_of[old] = last
        post[last] = old
        first_in_subtree[last] = last - size[old] + 1
    new_parent = np.full(n, -1, np.int32)
    for old in range(n):
        if parent[old] != -1:
            new_parent[new_of[old]] = new_of[parent[old]]
    return post, new_parent, first_in_subtree


@kernel()
def _fill(first: Ints32, neighbour: Ints32, node_at: Ints32, rank_of: Ints32, parent: Ints32) -> tuple[Ints32, Ints32]:
    """Upward neighbours of each rank (unsorted): its own roads' and those that its children leave behind."""
    n = len(node_at)
    up_first = np.zeros(n + 1, np.int32)
    up_head = np.empty(max(4 * len(neighbour), 16), np.int32)
    child = np.full(n, -1, np.int32)
    sibling = np.full(n, -1, np.int32)
    seen = np.full(n, -1, np.int32)
    end = 0
    for v in range(n):
        if end + n > len(up_head):
            grown = np.empty(2 * len(up_head) + n, np.int32)
            grown[:end] = up_head[:end]
            up_head = grown
        end = _take_new(rank_of[neighbour[first[node_at[v]] : first[node_at[v] + 1]]], v, seen, up_head, end)
        c = child[v]
        while c != -1:
            end = _take_new(up_head[up_first[c] : up_first[c + 1]], v, seen, up_head, end)
            c = sibling[c]
        up_first[v + 1] = end
        if parent[v] != -1:
            sibling[v] = child[parent[v]]
            child[parent[v]] = v
    return up_first, up_head[:end].copy()


@kernel()
def _take_new(ranks: Ints32, v: int, seen: Ints32, up_head: Ints32, end: int) -> int:
    """Append those of some ranks that are above v and not yet its neighbours; returns the new end."""
    for u in ranks:
        if u > v and seen[u] != v:
            seen[u] = v
            up_head[end] = u
            end += 1
    return end


@kernel()
def _transpose(first: Ints32, head: Ints32) -> tuple[Ints32, Ints32, Ints32]:
    """List who lists each number: the lists' starts, the listers ascending, and the slots in ``head``."""
    n = len(first) - 1
    starts = np.zeros(n + 1, np.int32)
    for h in head:
        starts[h + 1] += 1
    for v in range(n):
        starts[v + 1] += starts[v]
    place = starts[:-1].copy()
    tails = np.empty(len(head), np.int32)
    slots = np.empty(len(head), np.int32)
    for v in range(n):
        for slot in range(first[v], first[v + 1]):
            h = head[slot]
            tails[place[h]] = v
            slots[place[h]] = slot
            place[h] += 1
    return starts, tails, slots


def _count_triangles(up_first: Ints32) -> Ints:
    """Where each rank's pairs of upward neighbours start."""
    degree = np.diff(up_first).astype(np.int64)
    return np.concatenate([[0], np.cumsum(degree * (degree - 1) // 2)])


@kernel()
def _index_triangles(up_first: Ints32, up_head: Ints32, triangle_first: Ints) -> Ints32:
    """Slots of the arcs that close each rank's triangles, by merging sorted lists."""
    triangle_slot = np.empty(triangle_first[-1], np.int32)
    for v in range(len(up_first) - 1):
        place = triangle_first[v]
        for low in range(up_first[v], up_first[v + 1] - 1):
            slot = up_first[up_head[low]]
            for high in range(low + 1, up_first[v + 1]):
                while up_head[slot] < up_head[high]:
                    slot += 1
                triangle_slot[place] = slot
                place += 1
    return triangle_slot


@kernel()
def _slots(up_first: Ints32, up_head: Ints32, low: Ints32, high: Ints32) -> Ints32:
    """Slot of each pair of ranks; -1 where both are the same."""
    slots = np.full(len(low), -1, np.int32)
    for arc in range(len(low)):
        if low[arc] != high[arc]:
            start, end = up_first[low[arc]], up_first[low[arc] + 1]
            slots[arc] = start + np.searchsorted(up_head[start:end], high[arc])
    return slots
