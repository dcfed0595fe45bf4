"""Sixteen places at once: climb from them to the top of the order, then sweep down over what is asked.

Source of the method: Delling, Goldberg, Nowatzyk, Werneck, "PHAST" (2011); Buchhold, Sanders, Wagner, "Real-time
traffic assignment using engineered customizable contraction hierarchies" (2019) for climbing the elimination tree in
batches.
"""

from typing import NamedTuple

import numpy as np

from sitesel.arrays import Floats, Ints, Ints32
from sitesel.routing.customise import Ladder
from sitesel.routing.kernels import kernel
from sitesel.routing.lanes import (
    LANES,
    add_flat,
    add_lines,
    all_lanes,
    load,
    no_sums,
    settled,
    sooner,
    store,
    store_sums,
    take_after,
)
from sitesel.routing.milliseconds import INFINITE, NEVER


class Roads(NamedTuple):
    """A compiled network facing one way: arcs to climb and to descend, and the elimination tree."""

    climb: Ladder
    descend: Ladder
    parent: Ints32
    first_in_subtree: Ints32


class Seeds(NamedTuple):
    """Where places touch the network: place p at ``rank[first[p]:first[p + 1]]``, each with its extra ``ms``."""

    first: Ints
    rank: Ints32
    ms: Ints32


class Direct(NamedTuple):
    """Ways along one edge from a place to another, by batch and target.

    Batch b's are ``first[b]:first[b + 1]``, ascending by ``target``.
    """

    first: Ints
    target: Ints
    lane: Ints
    ms: Ints32


class Targets(NamedTuple):
    """What is asked: where targets touch the network, the ranks on the way there (descending), direct ways to them."""

    entries: Seeds
    wanted: Ints32
    direct: Direct


class Cells(NamedTuple):
    """Subtrees that a sweep may settle as a whole, with bounds of the time from each entry to the valued nodes within.

    Parameters
    ----------
    at : ndarray of int32, length N
        The cell whose root is at a rank; -1 elsewhere.
    first : ndarray of int32, length cells + 1
        Cell c's entries (ranks above it with an arc into it) are ``entry[first[c]:first[c + 1]]``.
    entry : ndarray of int32
    near, far : ndarray of int32
        Least and greatest time from the entry to any valued node of the cell that can be reached from outside it.
    total : ndarray of float64, length cells
        What those nodes count, all in full.
    """

    at: Ints32
    first: Ints32
    entry: Ints32
    near: Ints32
    far: Ints32
    total: Floats


class Pieces(NamedTuple):
    """What a place counts by its time: ``base + slope * ms`` where ``low < ms <= high``; elsewhere nothing.

    Each piece begins where the one before ends.
    Of times up to ``flat_until`` all count ``flat``; of those above ``nothing_after`` none counts.
    """

    low: Ints32
    high: Ints32
    base: Floats
    slope: Floats
    flat_until: np.int32
    flat: np.float64
    nothing_after: np.int32


class Worth(NamedTuple):
    """Values by target or by rank, what they count by time (as :class:`Pieces`), and the grain of the sums.

    Adding ``grain`` and taking it away again rounds what is counted to a multiple of a power of two, so coarse that
    sums of all values in any order are exact. Else the last digits would tell which places were asked together.
    """

    values: Floats
    pieces: Pieces
    grain: np.float64


class _Work(NamedTuple):
    """A row of times by rank, the batch in which each rank was last climbed, and the ranks climbed in this one."""

    times: Ints32
    climbed: Ints32
    path: Ints32


@kernel(nogil=True)
def _work(n_nodes: int) -> _Work:
    """Make room; rows are written before they are read."""
    return _Work(np.empty((n_nodes, LANES), np.int32), np.full(n_nodes, -1, np.int32), np.empty(n_nodes, np.int32))


@kernel(nogil=True)
def _climb(roads: Roads, seeds: Seeds, batch: int, work: _Work) -> None:
    """Take sixteen places up to all their ancestors, whose rows then hold times over climbing arcs only."""
    end = 0
    for lane in range(LANES):
        place = batch * LANES + lane
        if place >= len(seeds.first) - 1:
            break
        for seed in range(seeds.first[place], seeds.first[place + 1]):
            rank = seeds.rank[seed]
            while rank != -1 and work.climbed[rank] != batch:
                work.climbed[rank] = batch
                store(work.times, rank, all_lanes(INFINITE))
                work.path[end] = rank
                end += 1
                rank = roads.parent[rank]
            rank = seeds.rank[seed]
            work.times[rank, lane] = min(work.times[rank, lane], seeds.ms[seed])
    path = work.path[:end]
    path.sort()
    for rank in path:
        row = load(work.times, rank)
        for arc in range(roads.climb.first[rank], roads.climb.first[rank + 1]):
            above = roads.climb.rank[arc]
            store(work.times, above, sooner(load(work.times, above), row, roads.climb.ms[arc]))


@kernel(nogil=True)
def _settle(roads: Roads, rank: int, batch: int, work: _Work):  # type: ignore[no-untyped-def]  # noqa: ANN202  # a row
    """Settle a rank's row: all above it are settled already."""
    row = load(work.times, rank) if work.climbed[rank] == batch else all_lanes(INFINITE)
    for arc in range(np.uint64(roads.descend.first[rank]), np.uint64(roads.descend.first[rank + 1])):  # see customise
        row = sooner(row, load(work.times, roads.descend.rank[arc]), roads.descend.ms[arc])
    store(work.times, rank, row)
    return row


@kernel(nogil=True)
def _arrive(entries: Seeds, target: int, work: _Work):  # type: ignore[no-untyped-def]  # noqa: ANN202  # a row
    """Take the times to a target, by the best of its entries."""
    row = all_lanes(INFINITE)
    for entry in range(entries.first[target], entries.first[target + 1]):
        row = sooner(row, load(work.times, entries.rank[entry]), entries.ms[entry])
    return row


@kernel(nogil=True)
def _take_direct(direct: Direct, way: int, last: int, row, scratch: Ints32):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Take the direct ways to one target where they are shorter; returns the row and the next target's first way."""
    target = direct.target[way]
    store(scratch, 0, row)
    while way < last and direct.target[way] == target:
        lane = direct.lane[way]
        scratch[0, lane] = min(scratch[0, lane], direct.ms[way])
        way += 1
    return load(scratch, 0), way


@kernel(nogil=True)
def _count(sums, row, value: float, worth: Worth):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # rows
    """Add what a value counts in each lane."""
    pieces = worth.pieces
    if len(pieces.low) == 1:
        flat = value * pieces.flat + worth.grain - worth.grain
        return add_flat(sums, row, (NEVER, pieces.flat_until), flat)
    bases, slopes = no_sums(), no_sums()
    for piece in range(len(pieces.low)):  # ascending: each lane ends with the piece it lies in
        bases = take_after(bases, row, pieces.low[piece], value * pieces.base[piece])
        slopes = take_after(slopes, row, pieces.low[piece], value * pieces.slope[piece])
    bases = take_after(bases, row, pieces.nothing_after, 0.0)
    slopes = take_after(slopes, row, pieces.nothing_after, 0.0)
    return add_lines(sums, row, (bases, slopes), worth.grain)


@kernel(nogil=True)
def times_to_targets(roads: Roads, seeds: Seeds, targets: Targets, span: tuple[int, int], out: Ints32) -> None:
    """Write the times of the batches of seeds in a span: ``out[target, place]``, as wide as whole batches."""
    work = _work(len(roads.parent))
    scratch = np.empty((1, LANES), np.int32)
    rows = out.reshape(-1, LANES)
    for batch in range(span[0], span[1]):
        _climb(roads, seeds, batch, work)
        for rank in targets.wanted:
            _settle(roads, rank, batch, work)
        way, last = targets.direct.first[batch], targets.direct.first[batch + 1]
        for target in range(len(targets.entries.first) - 1):
            row = _arrive(targets.entries, target, work)
            if way < last and targets.direct.target[way] == target:
                row, way = _take_direct(targets.direct, way, last, row, scratch)
            store(rows, target * (out.shape[1] // LANES) + batch, row)


@kernel(nogil=True)
def sums_over_targets(
    roads: Roads, seeds: Seeds, targets: Targets, worth: Worth, span: tuple[int, int], out: Floats
) -> None:  # fmt: skip
    """Write what the targets count for each place of the batches in a span: ``out[batch, lane]``."""
    work = _work(len(roads.parent))
    scratch = np.empty((1, LANES), np.int32)
    for batch in range(span[0], span[1]):
        _climb(roads, seeds, batch, work)
        for rank in targets.wanted:
            _settle(roads, rank, batch, work)
        way, last = targets.direct.first[batch], targets.direct.first[batch + 1]
        sums = no_sums()
        for target in range(len(targets.entries.first) - 1):
            row = _arrive(targets.entries, target, work)
            if way < last and targets.direct.target[way] == target:
                row, way = _take_direct(targets.direct, way, last, row, scratch)
            sums = _count(sums, row, worth.values[target], worth)
        store_sums(out[batch], sums)


@kernel(nogil=True)
def sums_over_nodes(
    roads: Roads, seeds: Seeds, cells: Cells, worth: Worth, span: tuple[int, int], out: Floats
) -> None:  # fmt: skip
    """Write what the nodes of the whole network count for each place of the batches in a span: ``out[batch, lane]``.

    A subtree whose nodes are, for every lane, all near enough to count in full or all too far to count is not entered.
    """
    work = _work(len(roads.parent))
    pieces = worth.pieces
    for batch in range(span[0], span[1]):
        _climb(roads, seeds, batch, work)
        sums = no_sums()
        rank = len(roads.parent) - 1
        while rank >= 0:
            cell = cells.at[rank]
            if cell >= 0 and work.climbed[rank] != batch:
                soonest, latest = all_lanes(INFINITE), all_lanes(INFINITE)
                for place in range(np.uint64(cells.first[cell]), np.uint64(cells.first[cell + 1])):
                    row = load(work.times, cells.entry[place])
                    soonest = sooner(soonest, row, cells.near[place])
                    latest = sooner(latest, row, cells.far[place])
                if settled(soonest, latest, pieces.flat_until, pieces.nothing_after):
                    sums = add_flat(sums, latest, (NEVER, pieces.flat_until), cells.total[cell])
                    rank = roads.first_in_subtree[rank] - 1
                    continue
            row = _settle(roads, rank, batch, work)
            if worth.values[rank] != 0:
                sums = _count(sums, row, worth.values[rank], worth)
            rank -= 1
        store_sums(out[batch], sums)
