"""Chains of road between junctions: nodes where nothing branches are contracted, their positions kept.

Arrays in, arrays out; nothing here knows of OSM or of coordinates.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from sitesel.arrays import Bools, Ints

_HEAD: Final = 0
_TAIL: Final = 1
_PASSED: Final = 2  # stretches at a node where nothing branches


@dataclass(frozen=True)
class Lines:
    """Runs of nodes along ways.

    Parameters
    ----------
    node : ndarray of int64, shape (n,)
        Node of each position, 0..m-1, run after run; no two neighbours in a run are equal.
    start : ndarray of int64, shape (runs + 1,)
        Where each run starts in ``node``, and n.
    way : ndarray of int64, shape (runs,)
        Way that each run belongs to.
    """

    node: Ints
    start: Ints
    way: Ints


@dataclass(frozen=True)
class Chains:
    """Stretches of road between junctions.

    Parameters
    ----------
    position : ndarray of int64, shape (p,)
        Positions in :attr:`Lines.node`, chain after chain, in the order of travel.
    start : ndarray of int64, shape (chains + 1,)
        Where each chain starts in ``position``, and p.
    way : ndarray of int64, shape (w,)
        Ways of each chain in order of travel, chain after chain.
    way_start : ndarray of int64, shape (chains + 1,)
        Where each chain starts in ``way``, and w.
    """

    position: Ints
    start: Ints
    way: Ints
    way_start: Ints


def streets_at(lines: Lines, nodes: int) -> Ints:
    """Count the streets that meet at each node: one for each other node next to it, however many ways lead there.

    Parameters
    ----------
    lines : Lines
    nodes : int

    Returns
    -------
    ndarray of int64, shape (nodes,)
    """
    here = _followers(lines)
    ends = np.sort(np.column_stack([lines.node[here - 1], lines.node[here]]), axis=1)
    return np.bincount(np.unique(ends, axis=0).ravel(), minlength=nodes)


class Repeated(NamedTuple):
    """Steps between two nodes that were left out.

    Parameters
    ----------
    way, stands_for : ndarray of int64, shape (steps,)
        The way that took the step again, and the one that stands for it.
    ends : ndarray of int64, shape (steps, 2)
        The two nodes.
    """

    way: Ints
    stands_for: Ints
    ends: Ints


def drop_repeated(lines: Lines, alike: Ints, symmetric: Bools) -> tuple[Lines, Repeated]:
    """Leave out the steps between two nodes that a way of the same kind has taken before.

    Parameters
    ----------
    lines : Lines
    alike : ndarray of int64, shape (ways,)
        Equal for ways of one kind.
    symmetric : ndarray of bool, shape (ways,)
        Whether a way is the same in both directions.

    Returns
    -------
    lines : Lines
    left_out : Repeated

    Examples
    --------
    >>> twice = Lines(np.array([0, 1, 2, 2, 1, 3]), np.array([0, 3, 6]), np.array([0, 1]))
    >>> kept, left_out = drop_repeated(twice, np.array([0, 0]), np.array([True, True]))
    >>> kept.node.tolist(), kept.start.tolist(), kept.way.tolist(), left_out.way.tolist()
    ([0, 1, 2, 1, 3], [0, 3, 5], [0, 1], [1])
    """
    here = _followers(lines)
    way = np.repeat(lines.way, np.diff(lines.start))[here]
    ends = np.column_stack([lines.node[here - 1], lines.node[here]])
    ends = np.where(symmetric[way][:, None], np.sort(ends, axis=1), ends)
    order = np.lexsort([way, ends[:, 1], ends[:, 0], alike[way]])
    sorted_ends, sorted_way = ends[order], way[order]
    again = (sorted_ends[1:] == sorted_ends[:-1]).all(axis=1) & (alike[sorted_way[1:]] == alike[sorted_way[:-1]])
    again &= sorted_way[1:] != sorted_way[:-1]  # a way may itself go back and forth
    cut = here[order[1:][again]]
    first = np.maximum.accumulate(np.where(np.append(True, ~again), np.arange(order.size), 0))
    left_out = Repeated(sorted_way[1:][again], sorted_way[first[1:]][again], sorted_ends[1:][again])
    return (_without(lines, cut) if cut.size else lines), left_out


def _followers(lines: Lines) -> Ints:
    """Positions that are not the first of their run."""
    inner = np.ones(lines.node.size, dtype=bool)
    inner[lines.start[:-1][np.diff(lines.start) > 0]] = False
    return np.flatnonzero(inner)


def _without(lines: Lines, cut: Ints) -> Lines:
    """Take out the steps that end at some positions and part the runs there; runs of one node are gone."""
    starts = np.zeros(lines.node.size, dtype=bool)
    starts[lines.start[:-1][np.diff(lines.start) > 0]] = True
    starts[cut] = True
    run = np.cumsum(starts) - 1
    long = np.bincount(run) > 1
    way = np.repeat(lines.way, np.diff(lines.start))[starts][long]
    size = np.bincount(run)[long]
    return Lines(lines.node[long[run]], np.concatenate([[0], np.cumsum(size)]), way)


def contract(lines: Lines, profile: Ints, symmetric: Bools, kept: Bools) -> Chains:
    """Join the stretches of road that meet where nothing branches and nothing changes.

    A node is contracted where exactly two stretches meet, both of one profile, unless it is to be kept. Stretches
    whose two directions differ are joined head to tail only. A ring without junctions becomes one loop.

    Parameters
    ----------
    lines : Lines
    profile : ndarray of int64, shape (ways,)
        Ways with equal numbers are alike in all that an edge carries.
    symmetric : ndarray of bool, shape (ways,)
        Whether a way is the same in both directions.
    kept : ndarray of bool, shape (m,)
        Nodes that must stay.

    Returns
    -------
    Chains

    Examples
    --------
    >>> lines = Lines(np.array([0, 1, 2, 2, 3]), np.array([0, 3, 5]), np.array([0, 1]))
    >>> both = np.array([True, True])
    >>> contract(lines, np.array([7, 7]), both, np.zeros(4, bool)).position.tolist()
    [0, 1, 2, 4]
    >>> contract(lines, np.array([7, 8]), both, np.zeros(4, bool)).start.tolist()
    [0, 3, 5]
    """
    passed = (_degree(lines, kept.size) == _PASSED) & ~kept
    pieces, way = _split(lines, ~passed)
    ends = lines.node[pieces]
    link = _links(ends, profile[way], symmetric[way], passed)
    order, turned, first = _walk(link)
    position, start = _positions(pieces[order], turned, first)
    return Chains(
        position=position, start=start, way=way[order], way_start=np.append(np.flatnonzero(first), order.size)
    )


def _degree(lines: Lines, nodes: int) -> Ints:
    follower = _followers(lines)
    return np.bincount(lines.node[follower], minlength=nodes) + np.bincount(lines.node[follower - 1], minlength=nodes)


def _split(lines: Lines, junction: Bools) -> tuple[Ints, Ints]:
    """First and last position of each piece of a run between junctions, shape (pieces, 2), and its way."""
    runs = np.repeat(np.arange(lines.way.size), np.diff(lines.start))
    cut = junction[lines.node]
    long = np.diff(lines.start) > 0
    cut[lines.start[:-1][long]] = True
    cut[lines.start[1:][long] - 1] = True
    at = np.flatnonzero(cut)
    same_run = runs[at[:-1]] == runs[at[1:]]
    return np.column_stack([at[:-1], at[1:]])[same_run], lines.way[runs[at[:-1]][same_run]]


def _links(ends: Ints, profile: Ints, symmetric: Bools, free: Bools) -> Ints:
    """Piece-end (2 * piece + side) that each piece-end goes on to; -1 where the chain ends. Shape (2 * pieces,)."""
    link = np.full(ends.size, -1, dtype=np.int64)
    flat = ends.ravel()
    candidates = np.flatnonzero(free[flat])
    candidates = candidates[np.argsort(flat[candidates], kind="stable")]
    paired = np.flatnonzero(flat[candidates[:-1]] == flat[candidates[1:]])
    one, other = candidates[paired], candidates[paired + 1]
    alike = (one // 2 != other // 2) & (profile[one // 2] == profile[other // 2])
    alike &= symmetric[one // 2] | (one % 2 != other % 2)
    link[one[alike]] = other[alike]
    link[other[alike]] = one[alike]
    return link


def _walk(link: Ints) -> tuple[Ints, Bools, Bools]:
    """Pieces in the order of chains, whether each is turned round, and whether it is its chain's first."""
    linked = (link >= 0).reshape(-1, 2).any(axis=1)
    single = np.flatnonzero(~linked)
    order, turned, first = _walk_linked(link, np.flatnonzero(linked))
    return (
        np.concatenate([single, np.array(order, dtype=np.int64)]),
        np.concatenate([np.zeros(single.size, dtype=bool), np.array(turned, dtype=bool)]),
        np.concatenate([np.ones(single.size, dtype=bool), np.array(first, dtype=bool)]),
    )


def _walk_linked(link: Ints, pieces: Ints) -> tuple[list[int], list[bool], list[bool]]:
    onward = link.tolist()
    seen: set[int] = set()
    order: list[int] = []
    turned: list[bool] = []
    first: list[bool] = []
    # Chains are entered at an open end, at a head before a tail, so that one-way chains run in their own direction;
    # what then is left unseen are rings, entered anywhere.
    heads = [2 * piece + _HEAD for piece in pieces.tolist()]
    tails = [2 * piece + _TAIL for piece in pieces.tolist()]
    entries = [end for end in heads + tails if onward[end] < 0] + heads
    for entry in entries:
        end = entry
        while end >= 0 and end // 2 not in seen:
            seen.add(end // 2)
            order.append(end // 2)
            turned.append(end % 2 == _TAIL)
            first.append(end == entry)
            end = onward[end ^ 1]
    return order, turned, first


def _positions(pieces: Ints, turned: Bools, first: Bools) -> tuple[Ints, Ints]:
    """Positions of all pieces in order; the node where two pieces join is written once."""
    low, high = pieces[:, 0], pieces[:, 1]
    step = np.where(turned, -1, 1)
    begin = np.where(turned, high, low) + np.where(first, 0, step)
    count = high - low + first
    offset = np.cumsum(count) - count
    within = np.arange(int(count.sum())) - np.repeat(offset, count)
    position = np.repeat(begin, count) + np.repeat(step, count) * within
    return position, np.append(offset[first], position.size)
