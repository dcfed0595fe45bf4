"""Give an ordered network its times: all shortcuts' times, then only the arcs that shortest paths need.

Arrays by slot have two columns: ``[slot, UP]`` from the lower rank to the higher, ``[slot, DOWN]`` from the higher to
the lower.

Source of the method: Dibbelt, Strasser, Wagner, "Customizable contraction hierarchies" (2016), basic and perfect
customisation.
"""

from typing import Final, NamedTuple

import numpy as np

from sitesel.arrays import Bools, Ints, Ints32
from sitesel.routing.kernels import kernel
from sitesel.routing.milliseconds import INFINITE
from sitesel.routing.topology import Topology

UP: Final = 0
DOWN: Final = 1


class Ladder(NamedTuple):
    """The needed arcs of one direction, listed by their lower rank.

    Rank v's arcs are ``first[v]:first[v + 1]``: ``rank`` is the other end, ``ms`` the time along the arc.
    """

    first: Ints32
    rank: Ints32
    ms: Ints32


def slot_ms(topology: Topology, ms: Ints32) -> Ints32:
    """Take the times of the roads alone: the fastest arc of each slot and direction, infinite where there is none.

    Parameters
    ----------
    topology : Topology
    ms : ndarray of int32, length M
        Travel time of each arc; ``INFINITE`` where closed.

    Returns
    -------
    ndarray of int32, shape (slots, 2)
    """
    times = np.full((len(topology.up_head), 2), INFINITE, dtype=np.int32)
    _take_fastest(times, topology.arc_slot, topology.arc_climbs, ms)
    return times


@kernel()
def _take_fastest(times: Ints32, arc_slot: Ints32, arc_climbs: Bools, ms: Ints32) -> None:
    for arc in range(len(ms)):
        if arc_slot[arc] >= 0:
            way = UP if arc_climbs[arc] else DOWN
            times[arc_slot[arc], way] = min(times[arc_slot[arc], way], ms[arc])


def contract(topology: Topology, times: Ints32) -> None:
    """Lower each slot's times to the fastest way through lower ranks, in place (basic customisation)."""
    _contract(times, topology.up_first, topology.triangle_first, topology.triangle_slot)


# Numba would look at each index with a sign whether it counts from the end: those of the innermost loops have none.
_TWO: Final = np.uint64(2)
_ONE: Final = np.uint64(1)


@kernel()
def _contract(times: Ints32, up_first: Ints32, triangle_first: Ints, triangle_slot: Ints32) -> None:
    for v in range(len(up_first) - 1):
        triangle = np.uint64(triangle_first[v])
        for low in range(np.uint64(up_first[v]), np.uint64(up_first[v + 1])):
            from_low, to_low = times[low, DOWN], times[low, UP]
            for high in range(low + _ONE, np.uint64(up_first[v + 1])):
                slot = np.uint32(triangle_slot[triangle])
                triangle += _ONE
                times[slot, UP] = min(times[slot, UP], np.int32(from_low + times[high, UP]))
                times[slot, DOWN] = min(times[slot, DOWN], np.int32(times[high, DOWN] + to_low))


def perfect(topology: Topology, times: Ints32) -> Ints32:
    """Shortest times between the ends of each slot over the whole network (perfect customisation).

    Parameters
    ----------
    topology : Topology
    times : ndarray of int32, shape (slots, 2)
        As :func:`contract` leaves them; not changed.

    Returns
    -------
    ndarray of int32, shape (slots, 2)
        An arc that came out faster than in ``times`` lies on no shortest path.
    """
    exact = times.copy()
    _perfect(exact.reshape(-1), topology.up_first, topology.triangle_first, topology.triangle_slot)
    return exact


@kernel()
def _perfect(exact: Ints32, up_first: Ints32, triangle_first: Ints, triangle_slot: Ints32) -> None:
    """Work on ``exact`` row after row in one line: up at twice the slot, down behind it."""
    # Ranks above v are exact already. A shortest path between v and an upward neighbour leaves the ranks below v at
    # some upward neighbour for good, so that one look at every pair of them is enough, in any order.
    for v in range(len(up_first) - 2, -1, -1):
        triangle, end = np.uint64(triangle_first[v]), _TWO * np.uint64(up_first[v + 1])
        for low in range(_TWO * np.uint64(up_first[v]), end, _TWO):
            up_low, down_low = exact[low], exact[low + _ONE]
            for high in range(low + _TWO, end, _TWO):
                slot = _TWO * np.uint64(np.uint32(triangle_slot[triangle]))
                triangle += _ONE
                climb, descent = exact[slot], exact[slot + _ONE]
                up_high, down_high = exact[high], exact[high + _ONE]
                exact[high] = min(up_high, np.int32(up_low + climb))
                exact[high + _ONE] = min(down_high, np.int32(descent + down_low))
                up_low = min(up_low, np.int32(up_high + descent))
                down_low = min(down_low, np.int32(climb + down_high))
            exact[low], exact[low + _ONE] = up_low, down_low


def ladder(topology: Topology, times: Ints32, exact: Ints32, way: int) -> Ladder:
    """Keep the arcs of one direction that are shortest paths themselves.

    Parameters
    ----------
    topology : Topology
    times, exact : ndarray of int32, shape (slots, 2)
        As :func:`contract` and :func:`perfect` leave them.
    way : {UP, DOWN}
    """
    return Ladder(*_needed(topology.up_first, topology.up_head, times[:, way], exact[:, way]))


@kernel()
def _needed(up_first: Ints32, up_head: Ints32, times: Ints32, exact: Ints32) -> tuple[Ints32, Ints32, Ints32]:
    first = np.zeros_like(up_first)
    rank = np.empty_like(up_head)
    ms = np.empty(len(up_head), np.int32)
    end = 0
    for v in range(len(up_first) - 1):
        for slot in range(up_first[v], up_first[v + 1]):
            # Equal is needed: of equally fast ways at least this one must stay. Only one that improved may go: its
            # place is written over by the next.
            rank[end], ms[end] = up_head[slot], times[slot]
            end += times[slot] == exact[slot] and times[slot] < INFINITE
        first[v + 1] = end
    return first, rank[:end].copy(), ms[:end].copy()
