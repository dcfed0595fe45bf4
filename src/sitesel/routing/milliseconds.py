"""Whole milliseconds: what times are inside, so that sums are exact, the same in any order, and limits sharp."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sitesel.arrays import Floats, Ints32
from sitesel.routing.kernels import kernel

# No way. Two of them still add in int32 (2^30 would not: twice that is one too many), and since every kernel keeps the
# lesser of what it knows and a sum, all that is stored stays at or below it: what is longer is no way either.
INFINITE: Final = np.int32(2**30 - 1)
NEVER: Final = np.int32(-1)  # below every time
LONGEST_S: Final = float(INFINITE - 1) / 1000  # 12.4 days
DUST_MS: Final = 1e-6  # far more than float64 loses of 12 days, far less than anybody means


@kernel()
def _round_down(seconds: Floats) -> Ints32:
    whole = np.empty(len(seconds), np.int32)
    for place in range(len(seconds)):
        thousandths = seconds[place] * 1000 + DUST_MS
        if not thousandths < INFINITE:
            whole[place] = INFINITE
        elif seconds[place] > 0:
            whole[place] = max(np.int32(thousandths), np.int32(1))
        else:
            whole[place] = 0
    return whole


def whole_ms(seconds: ArrayLike) -> Ints32:
    """Round travel times down to whole milliseconds, but none that takes time to nothing.

    Down, because a road's pieces must not take longer than the road: ``floor(a) + floor(b) <= floor(a + b)``. What is
    a hair below a whole millisecond for want of binary digits is taken for that millisecond.

    Parameters
    ----------
    seconds : array_like of float
        0 or more; infinite or NaN where there is no way.

    Returns
    -------
    ndarray of int32
        ``INFINITE`` where there is no way, or one longer than 12 days.

    Examples
    --------
    >>> whole_ms([0, 1e-9, 0.0019, 0.3 / 3, np.inf, 2e6]).tolist()
    [0, 1, 1, 100, 1073741823, 1073741823]
    """
    return np.asarray(_round_down(np.asarray(seconds, dtype=np.float64)))


def limit_ms(seconds: Floats) -> Ints32:
    """Greatest whole milliseconds that are at most some seconds; never infinite, and ``NEVER`` below zero.

    Examples
    --------
    >>> limit_ms(np.array([0.1 * 3, 1800, -5, np.inf])).tolist()
    [300, 1800000, -1, 1073741822]
    """
    return np.floor(np.clip(seconds * 1000 + DUST_MS, NEVER, INFINITE - 1)).astype(np.int32)


def seconds_of_ms(ms: NDArray[np.integer]) -> Floats:
    """Spell whole milliseconds in seconds, the nearest that float64 has; NaN where there is no way.

    Examples
    --------
    >>> seconds_of_ms(np.array([1_800_001, INFINITE]))
    array([1800.001,      nan])
    """
    seconds: Floats = ms / 1000
    seconds[ms == INFINITE] = np.nan
    return seconds
