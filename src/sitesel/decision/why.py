"""Why a plot stands where it stands, and the least that would make it first."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog

TOLERANCE = 1e-9  # points of worth (0..1) that differ by rounding alone


def contributions(worth: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Points of the score that each indicator brings.

    Parameters
    ----------
    worth : DataFrame of float, plots x indicators
        0..1.
    weights : Series of float, index indicator
        Of any sum above 0.

    Returns
    -------
    DataFrame of float, plots x indicators
        Worth times weight, of 100. A row adds up to the plot's score.

    Examples
    --------
    >>> worth = pd.DataFrame({"road": [1.0, 0.5], "power": [0.5, 0.0]}, index=["a", "b"])
    >>> contributions(worth, pd.Series({"road": 0.6, "power": 0.4}))
       road  power
    a  60.0   20.0
    b  30.0    0.0
    """
    return 100.0 * worth * (weights.reindex(worth.columns) / weights.sum())


def difference(points: pd.DataFrame, plot: Any, other: Any) -> pd.Series:  # noqa: ANN401 -- plots go by any id
    """Points by which a plot is ahead of another, by indicator.

    Parameters
    ----------
    points : DataFrame of float, plots x indicators
        As from :func:`contributions`; what is not known brings nothing.
    plot, other : hashable
        Ids in the index of ``points``.

    Returns
    -------
    Series of float, index indicator
        Below 0 where the other is ahead. Adds up to the difference of the two scores.

    Examples
    --------
    >>> points = pd.DataFrame({"road": [60.0, 30.0], "power": [20.0, 35.0]}, index=["a", "b"])
    >>> difference(points, "a", "b").to_dict()
    {'road': 30.0, 'power': -15.0}
    """
    ahead: pd.Series = points.loc[plot].fillna(0.0) - points.loc[other].fillna(0.0)
    return ahead.rename("points")


def dominated(worth: pd.DataFrame, plot: Any) -> Any | None:  # noqa: ANN401 -- plots go by any id
    """Name a plot that is nowhere worse than this one and somewhere better.

    A dominated plot is never ahead of the other, whatever the weights (Keeney and Raiffa, 1976, ch. 3.2).

    Parameters
    ----------
    worth : DataFrame of float, plots x indicators
        0..1, the plots of one town; none missing.
    plot : hashable
        Id in the index of ``worth``.

    Returns
    -------
    hashable or None
        The first such plot in the order of ``worth``; None where there is none.

    Examples
    --------
    >>> worth = pd.DataFrame({"road": [1.0, 0.5, 0.2], "power": [0.5, 0.5, 1.0]}, index=["a", "b", "c"])
    >>> dominated(worth, "b"), dominated(worth, "c")
    ('a', None)
    """
    lead = _lead(worth, plot)
    beats = np.flatnonzero((lead <= 0).all(axis=1) & (lead < 0).any(axis=1))
    return worth.index.drop(plot)[beats[0]] if len(beats) else None


def smallest_weights(worth: pd.DataFrame, weights: pd.Series, plot: Any) -> pd.Series | None:  # noqa: ANN401
    """Find the weights closest to the study's under which a plot is first of its town.

    Closest is the smallest sum of changes, up and down. The linear programme over the additive model is exact
    (Triantaphyllou and Sanchez, 1997, ask the same of one weight at a time); HiGHS solves it. Sharing the first place
    counts as first.

    Parameters
    ----------
    worth : DataFrame of float, plots x indicators
        0..1, the plots of one town that may be ranked; none missing.
    weights : Series of float, index indicator
        Not negative, of any sum above 0.
    plot : hashable
        Id in the index of ``worth``.

    Returns
    -------
    Series of float, index indicator, or None
        Add up to 1; the study's own where the plot is first already. None where no weights make it first: another
        plot dominates it, or a mix of others does.

    Raises
    ------
    ValueError
        A worth that is not known.

    Examples
    --------
    >>> worth = pd.DataFrame({"road": [1.0, 0.0, 0.9], "power": [0.0, 1.0, 0.0]}, index=["a", "b", "c"])
    >>> smallest_weights(worth, pd.Series({"road": 0.8, "power": 0.2}), "b").round(3).to_dict()
    {'road': 0.5, 'power': 0.5}
    >>> smallest_weights(worth, pd.Series({"road": 0.8, "power": 0.2}), "c")
    """
    now = (weights.reindex(worth.columns) / weights.sum()).rename("weight")
    lead = _lead(worth, plot)
    if (lead @ now.to_numpy(np.float64) >= -TOLERANCE).all():
        return now
    if dominated(worth, plot) is not None:
        return None
    return _closest(lead, now)


def smallest_improvement(worth: pd.DataFrame, weights: pd.Series, plot: Any) -> pd.DataFrame:  # noqa: ANN401
    """Find how much better a plot must be in one indicator, all else as it is, to be first of its town.

    Parameters
    ----------
    worth, weights, plot
        As of :func:`smallest_weights`.

    Returns
    -------
    DataFrame, index indicator
        ``worth`` that makes the plot first (0..1) and the ``gain`` over its own, the smallest gain first; only
        indicators of which a worth of 1 suffices. Empty where none does; gains of 0 where the plot is first already.

    Examples
    --------
    >>> worth = pd.DataFrame({"road": [1.0, 0.5], "power": [0.5, 0.5]}, index=["a", "b"])
    >>> smallest_improvement(worth, pd.Series({"road": 0.75, "power": 0.25}), "b")
          worth  gain
    road    1.0   0.5
    """
    now = (weights.reindex(worth.columns) / weights.sum()).to_numpy(np.float64)
    behind = max(0.0, -float(np.min(_lead(worth, plot) @ now, initial=0.0)))
    own = worth.loc[plot].to_numpy(np.float64)
    gain = np.divide(behind, now, out=np.full(len(now), np.inf if behind > 0 else 0.0), where=now > 0)
    enough = np.flatnonzero(own + gain <= 1 + TOLERANCE)
    order = enough[np.argsort(gain[enough], kind="stable")]
    reached = np.minimum(own + gain, 1.0)[order]
    return pd.DataFrame({"worth": reached, "gain": gain[order]}, index=worth.columns[order])


def _lead(worth: pd.DataFrame, plot: Any) -> npt.NDArray[np.float64]:  # noqa: ANN401
    """Give by how much a plot is ahead of each other plot: other plots x indicators, in worth."""
    table = worth.to_numpy(np.float64)
    if np.isnan(table).any():
        raise ValueError("a worth is not known: give the least that it can be (worth_range)")
    here = worth.index.get_loc(plot)
    lead: npt.NDArray[np.float64] = table[here] - np.delete(table, here, axis=0)
    return lead


def _closest(lead: npt.NDArray[np.float64], now: pd.Series) -> pd.Series | None:
    """Solve for the raises and the cuts of weights, least in sum, that leave no other plot ahead."""
    weight, count = now.to_numpy(np.float64), len(now)
    solved = linprog(
        np.ones(2 * count),  # raises, then cuts
        A_ub=np.hstack([-lead, lead]),
        b_ub=lead @ weight,
        A_eq=np.hstack([np.ones(count), -np.ones(count)])[None, :],
        b_eq=[0.0],
        bounds=[(0.0, None)] * count + [(0.0, each) for each in weight],
        method="highs",
    )
    if solved.x is None:
        return None
    found = np.clip(weight + solved.x[:count] - solved.x[count:], 0.0, None)
    return pd.Series(found / found.sum(), index=now.index, name="weight")
