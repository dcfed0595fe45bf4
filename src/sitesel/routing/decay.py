"""What a place counts by its travel time: all up to a limit, or less and less."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitesel.arrays import Floats
from sitesel.routing.milliseconds import NEVER, limit_ms
from sitesel.routing.sweep import Pieces, Worth


@dataclass(frozen=True)
class Decay:
    """Share that counts, by minutes: straight lines between points, the first share before them, nothing after them.

    Parameters
    ----------
    points : sequence of (minutes, share)
        Minutes ascending. Two points at the same minute are a step; at that minute itself the first of them holds.

    Raises
    ------
    ValueError
        No point, minutes not finite or not ascending, shares not finite.

    Examples
    --------
    >>> Decay([(30, 1), (60, 0)]).share(np.array([600.0, 2_700.0, 3_601.0]))
    array([1. , 0.5, 0. ])
    >>> within(3_600).share(np.array([3_600.0, 3_600.5]))
    array([1., 0.])
    """

    points: Sequence[tuple[float, float]]

    def __post_init__(self) -> None:
        """Refuse points that are no function of time."""
        table = np.asarray(self.points, dtype=np.float64).reshape(-1, 2)
        if len(table) == 0 or not np.isfinite(table).all() or (np.diff(table[:, 0]) < 0).any():
            raise ValueError(f"decay points are finite (minutes, share) with ascending minutes, not {self.points!r}")

    def pieces(self) -> Pieces:
        """Spell the function piece by piece, in whole milliseconds."""
        minutes, share = np.asarray(self.points, dtype=np.float64).reshape(-1, 2).T
        seconds = minutes * 60
        rising = np.diff(seconds) > 0
        run = np.where(rising, np.diff(seconds) * 1000, 1.0)
        slope = np.where(rising, np.diff(share) / run, 0.0)
        ends = limit_ms(seconds)
        low = np.concatenate([[NEVER], ends[:-1][rising]])
        high = np.concatenate([ends[:1], ends[1:][rising]])
        base = np.concatenate([share[:1], (share[:-1] - slope * seconds[:-1] * 1000)[rising]])
        slopes = np.concatenate([[0.0], slope[rising]])
        flat = np.flatnonzero(np.cumsum((slopes != 0) | (base != base[0])) == 0)[-1]
        return Pieces(low, high, base, slopes, high[flat], np.float64(base[0]), high[-1])

    def worth_of(self, values: Floats) -> Worth:
        """Join the function to the values that it weighs."""
        greatest = np.abs(np.asarray(self.points, dtype=np.float64).reshape(-1, 2)[:, 1]).max()
        _, power = np.frexp(np.abs(values).sum() * greatest)
        # No sum reaches 2^power. To it and 3 * 2^power float64 gives 51 binary digits after the first; sums have 53.
        return Worth(values, self.pieces(), np.ldexp(3.0, power))

    def share(self, seconds: NDArray[np.floating]) -> Floats:
        """Share that counts at each time, to the nearest millisecond; 0 where there is none (infinite or NaN)."""
        time = np.rint(np.asarray(seconds, dtype=np.float64) * 1000)
        result = np.zeros(time.shape)
        for low, high, base, slope in zip(*self.pieces()[:4], strict=True):
            here = (time > low) & (time <= high)
            result[here] = base + slope * time[here]
        return result


def within(limit_s: float) -> Decay:
    """Count all up to and including a limit in seconds, nothing beyond.

    Examples
    --------
    >>> within(1_800).share(np.array([1_800.0, 1_801.0])).tolist()
    [1.0, 0.0]
    """
    return Decay([(limit_s / 60, 1.0)])
