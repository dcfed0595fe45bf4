"""Bounds of the times into whole subtrees, so that a sum over the network need not enter most of them.

A subtree is joined to the rest of the network only through its root's upward neighbours. Knowing, for each of these,
the least and the greatest time to the valued nodes within, a sweep that has settled them can tell that all of the
subtree is within the limit (and add its total), or none of it is. Subtrees of several sizes, each within the next,
are prepared: the sweep enters a large one only where the limit runs through it.
"""

from typing import Final, NamedTuple

import numpy as np

from sitesel.arrays import Bools, Floats, Ints32
from sitesel.routing.compiled import Facing
from sitesel.routing.kernels import kernel
from sitesel.routing.lanes import LANES, all_lanes, load, sooner, store
from sitesel.routing.milliseconds import INFINITE
from sitesel.routing.sweep import Cells
from sitesel.routing.topology import Topology

SMALLEST: Final = 8
LARGEST: Final = (24, 96, 384, 1_536, 6_144, 24_576)


def cell_roots(topology: Topology) -> Ints32:
    """Roots of the greatest subtrees of at most each of the sizes ``LARGEST``, ascending.

    Examples
    --------
    >>> from sitesel.routing.topology import build_topology
    >>> street = build_topology(30, np.arange(29), np.arange(1, 30))
    >>> bool((np.diff(cell_roots(street)) > 0).all())
    True
    """
    size = np.arange(len(topology.parent)) - topology.first_in_subtree + 1
    parent_size = np.where(topology.parent >= 0, size[topology.parent], np.iinfo(np.int64).max)
    chosen = np.zeros(len(size), dtype=np.bool_)
    for largest in LARGEST:
        chosen |= (size <= largest) & (parent_size > largest)
    return np.flatnonzero(chosen & (size >= SMALLEST)).astype(np.int32)


def cells_of(topology: Topology, facing: Facing, values: Floats, in_full: Floats) -> Cells:
    """Prepare the cells of a network for one direction and one set of values.

    Parameters
    ----------
    topology : Topology
    facing : Facing
    values : ndarray of float64, length N, by rank
        Nodes of value 0 do not count, so they do not widen the bounds.
    in_full : ndarray of float64, length N, by rank
        What each node counts where all of its cell counts in full.
    """
    roots = cell_roots(topology)
    at = np.full(len(topology.parent), -1, np.int32)
    at[roots] = np.arange(len(roots), dtype=np.int32)
    first, entry, near, far, total = _bounds(topology, facing, roots, (values, in_full))
    return Cells(at, first, entry, near, far, total)


class _Tally(NamedTuple):
    """Of one cell, by boundary node: least and greatest time inwards, how many it misses; who was reached at all."""

    near: Ints32
    far: Ints32
    missed: Ints32
    reached: Bools
    entered: Ints32


@kernel()
def _bounds(
    topology: Topology, facing: Facing, roots: Ints32, worth: tuple[Floats, Floats]
) -> tuple[Ints32, Ints32, Ints32, Ints32, Floats]:
    values, in_full = worth
    n = len(topology.parent)
    times = np.empty((n, LANES), np.int32)
    entered = np.full(n, -1, np.int32)
    reached = np.empty(n, np.bool_)
    first = np.zeros(len(roots) + 1, np.int32)
    width = topology.up_first[roots + 1] - topology.up_first[roots]
    entry = np.empty(width.sum(), np.int32)
    near, far = np.empty(len(entry), np.int32), np.empty(len(entry), np.int32)
    total = np.zeros(len(roots))
    for cell in range(len(roots)):
        root, k = roots[cell], width[cell]
        lowest = topology.first_in_subtree[root]
        tally = _Tally(
            np.full(k, INFINITE, np.int32),
            np.zeros(k, np.int32),
            np.zeros(k, np.int32),
            reached[lowest : root + 1],
            entered,
        )
        tally.reached[:] = False
        for chunk in range(0, k, LANES):
            _start_at_boundary(topology, facing, root, chunk, times)
            _enter(facing, lowest, root, cell, times, entered)
            _weigh(times, values, lowest, chunk, tally)
        unreached = 0
        for place in range(len(tally.reached)):
            if tally.reached[place]:
                total[cell] += in_full[lowest + place]
            elif values[lowest + place] != 0:
                unreached += 1
        end = first[cell]
        for side in range(k):
            boundary = topology.up_head[topology.up_first[root] + side]
            if entered[boundary] == cell and tally.near[side] < INFINITE:
                entry[end], near[end] = boundary, tally.near[side]
                far[end] = tally.far[side] if tally.missed[side] == unreached else INFINITE
                end += 1
        first[cell + 1] = end
    return first, entry[: first[-1]].copy(), near[: first[-1]].copy(), far[: first[-1]].copy(), total


@kernel()
def _start_at_boundary(topology: Topology, facing: Facing, root: int, chunk: int, times: Ints32) -> None:
    """Write the rows of a root's upward neighbours: lane l holds the exact times from neighbour ``chunk + l``."""
    start, k = topology.up_first[root], topology.up_first[root + 1] - topology.up_first[root]
    for side in range(k):
        row = times[topology.up_head[start + side]]
        row[:] = INFINITE
        for source in range(chunk, min(chunk + LANES, k)):
            if source == side:
                row[source - chunk] = 0
            else:
                low, high = min(source, side), max(source, side)
                pair = topology.triangle_first[root] + low * k - low * (low + 1) // 2 + high - low - 1
                way = facing.out if source < side else facing.back
                row[source - chunk] = facing.exact[topology.triangle_slot[pair], way]


@kernel()
def _enter(facing: Facing, lowest: int, root: int, cell: int, times: Ints32, entered: Ints32) -> None:
    """Sweep the cell, noting who has an arc into it."""
    arcs = facing.descend
    for rank in range(root, lowest - 1, -1):
        row = all_lanes(INFINITE)
        for arc in range(arcs.first[rank], arcs.first[rank + 1]):
            entered[arcs.rank[arc]] = cell
            row = sooner(row, load(times, arcs.rank[arc]), arcs.ms[arc])
        store(times, rank, row)


@kernel()
def _weigh(times: Ints32, values: Floats, lowest: int, chunk: int, tally: _Tally) -> None:
    """Take least and greatest times to valued nodes, source by source."""
    sources = min(LANES, len(tally.near) - chunk)
    for place in range(len(tally.reached)):
        if values[lowest + place] != 0:
            for lane in range(sources):
                time = times[lowest + place, lane]
                if time < INFINITE:
                    tally.reached[place] = True
                    tally.near[chunk + lane] = min(tally.near[chunk + lane], time)
                    tally.far[chunk + lane] = max(tally.far[chunk + lane], time)
                else:
                    tally.missed[chunk + lane] += 1
