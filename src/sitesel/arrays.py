"""Types of arrays, by what they hold."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Bools = NDArray[np.bool_]
Objects = NDArray[np.object_]


def matches(these: Ints, others: Ints) -> tuple[Ints, Ints]:
    """Find equal numbers: positions among these, in their order, and for each of them all those among the others.

    Examples
    --------
    >>> here, there = matches(np.array([7, 5, 9]), np.array([5, 7, 5]))
    >>> here.tolist(), there.tolist()
    ([0, 1, 1], [1, 0, 2])
    """
    order = np.argsort(others, kind="stable")
    first, last = (np.searchsorted(others[order], these, side) for side in ("left", "right"))
    count = last - first
    here = np.repeat(np.arange(len(these)), count)
    within = np.arange(len(here)) - np.repeat(np.cumsum(count) - count, count)
    return here, order[np.repeat(first, count) + within]
