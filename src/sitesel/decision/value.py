"""What a measure is worth: piecewise-linear value functions."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd


def worth(measure: pd.Series, points: Sequence[tuple[float, float]]) -> pd.Series:
    """Turn a measure into a value between 0 and 1.

    Straight lines between the given points; beyond the first and the last point their value holds. This is the
    bisection form of a value function in multi-attribute value theory (Keeney and Raiffa, 1976, ch. 3).

    Parameters
    ----------
    measure : Series of float
        In any unit; NaN where not known.
    points : sequence of (x, points)
        ``x`` in the measure's unit, strictly increasing; ``points`` between 0 and 100.

    Returns
    -------
    Series of float
        0..1 on the same index and with the same name; NaN where the measure is NaN.

    Raises
    ------
    ValueError
        Fewer than two points, ``x`` not increasing, or ``points`` outside 0..100.

    Examples
    --------
    >>> worth(pd.Series([30.0, float("nan"), 500.0], name="border"), [(20, 100), (40, 80), (150, 0)]).tolist()
    [0.9, nan, 0.0]
    """
    if fault := fault_in(points):
        raise ValueError(fault)
    x, y = np.asarray(points, dtype=np.float64).T
    return pd.Series(np.interp(measure.to_numpy(np.float64), x, y) / 100, index=measure.index, name=measure.name)


def worth_range(low: pd.Series, high: pd.Series, points: Sequence[tuple[float, float]]) -> tuple[pd.Series, pd.Series]:
    """Turn an interval of a measure into the least and the most that it can be worth.

    A line of straight pieces takes its extremes at the ends of the interval or at a corner between them, so the two
    are exact for a value function that rises and falls, too.

    Parameters
    ----------
    low, high : Series of float
        Ends of the interval, in the measure's unit, on one index. NaN where an end has no bound: the value function is
        then taken to its own end on that side, and with both NaN as a whole.
    points : sequence of (x, points)
        As of :func:`worth`.

    Returns
    -------
    least, most : Series of float
        0..1 on the index and with the name of ``low``; never NaN.

    Raises
    ------
    ValueError
        As of :func:`worth`, or an interval that ends before it begins.

    Examples
    --------
    >>> least, most = worth_range(pd.Series([0.0, 30.0]), pd.Series([30.0, float("nan")]), [(0, 0), (20, 100), (40, 0)])
    >>> least.tolist(), most.tolist()
    ([0.0, 0.0], [1.0, 0.5])
    """
    if fault := fault_in(points):
        raise ValueError(fault)
    x, y = np.asarray(points, dtype=np.float64).T
    left = np.nan_to_num(low.to_numpy(np.float64), nan=-np.inf)
    right = np.nan_to_num(high.reindex(low.index).to_numpy(np.float64), nan=np.inf)
    if (left > right).any():
        wrong = low.index[left > right][0]
        raise ValueError(f"an interval ends before it begins: low {low[wrong]:g}, high {high[wrong]:g} ({wrong})")
    inside = (left[:, None] < x) & (x < right[:, None])
    ends = np.stack([np.interp(left, x, y), np.interp(right, x, y)], axis=1)
    least = np.minimum(ends.min(axis=1), np.where(inside, y, np.inf).min(axis=1)) / 100
    most = np.maximum(ends.max(axis=1), np.where(inside, y, -np.inf).max(axis=1)) / 100
    return pd.Series(least, index=low.index, name=low.name), pd.Series(most, index=low.index, name=low.name)


def counted_worth(
    measure: pd.Series, low: pd.Series, high: pd.Series, points: Sequence[tuple[float, float]]
) -> pd.DataFrame:
    """Turn a measure and its bounds into what is counted: what is not known counts as the worst that it can be.

    Parameters
    ----------
    measure : Series of float
        NaN where not known.
    low, high : Series of float
        As of :func:`worth_range`.
    points : sequence of (x, points)

    Returns
    -------
    DataFrame of float
        ``counted least most``, 0..1, never NaN.

    Examples
    --------
    >>> unknown = pd.Series([float("nan"), 5.0])
    >>> counted_worth(unknown, pd.Series([0.0, 5.0]), pd.Series([20.0, 5.0]), [(0, 100), (40, 0)])["counted"].tolist()
    [0.5, 0.875]
    """
    least, most = worth_range(low, high, points)
    return pd.DataFrame({"counted": worth(measure, points).fillna(least), "least": least, "most": most})


def fault_in(points: Sequence[tuple[float, float]]) -> str | None:
    """Say what is wrong with the points of a value function.

    Returns
    -------
    str or None
        One sentence with the remedy, or None where all is well.

    Examples
    --------
    >>> fault_in([(0, 100), (0, 50)])
    'x must rise from point to point, but 0 is followed by 0'
    """
    if len(points) < 2:  # noqa: PLR2004 -- a line has two ends
        return "give at least two points [x, points]"
    for (left, _), (right, _) in itertools.pairwise(points):
        if not left < right:
            return f"x must rise from point to point, but {left:g} is followed by {right:g}"
    outside = [y for _, y in points if not 0 <= y <= 100]  # noqa: PLR2004 -- points are percent
    return f"points go from 0 to 100, not {outside[0]:g}" if outside else None


def measure_for(value: float, points: Sequence[tuple[float, float]], near: float) -> float:
    """Turn a value back into a measure: the nearest to a plot's own that is worth so much.

    Parameters
    ----------
    value : float
        0..1.
    points : sequence of (x, points)
        As of :func:`worth`.
    near : float
        The plot's own measure; NaN where it is not known, and then the worst is taken for it.

    Returns
    -------
    float
        NaN where no measure is worth so much.

    Examples
    --------
    >>> measure_for(0.75, [(20, 100), (60, 0)], 50.0)
    30.0
    >>> measure_for(0.9, [(0, 0), (20, 80)], 5.0)
    nan
    """
    x, y = np.asarray(points, dtype=np.float64).T
    target = 100 * value - 1e-9  # a value worked out may miss a corner by its last bit
    own = float(x[y.argmin()]) if np.isnan(near) else near
    if np.interp(own, x, y) >= target:
        return own
    crossed = np.flatnonzero((y[:-1] < target) != (y[1:] < target))
    ways = (target - y[crossed]) / (y[crossed + 1] - y[crossed])
    found = x[crossed] + ways * (x[crossed + 1] - x[crossed])
    return float(np.round(found[np.abs(found - own).argmin()], 9)) if len(found) else float("nan")
