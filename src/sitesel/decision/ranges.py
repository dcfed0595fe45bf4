"""Weights that a study gives as ranges: drawn among all that lie within them."""

import itertools
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sitesel.arrays import Floats
from sitesel.decision.weights import TOLERANCE

HALVINGS: Final = 50


def tightened(low: npt.ArrayLike, high: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Cut from ranges of weights what no weights that add up to 1 can have.

    Parameters
    ----------
    low, high : array of float
        Ends of each weight's range, 0..1.

    Returns
    -------
    low, high : ndarray of float

    Raises
    ------
    ValueError
        No weights within the ranges add up to 1.

    Examples
    --------
    >>> low, high = tightened([0.5, 0.1], [0.8, 0.6])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.5, 0.2], [0.8, 0.5])
    """
    low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if fault := fault_in_ranges(low, high):
        raise ValueError(fault)
    least, most = np.maximum(low, 1 - (high.sum() - high)), np.minimum(high, 1 - (low.sum() - low))
    return np.minimum(least, most), most  # a single point may miss itself by its last bit


def fault_in_ranges(low: npt.ArrayLike, high: npt.ArrayLike) -> str | None:
    """Say what is wrong with ranges of weights that should add up to 1.

    Returns
    -------
    str or None
        One sentence with the remedy, or None where some weights within the ranges add up to 1.

    Examples
    --------
    >>> fault_in_ranges([0.2, 0.1], [0.5, 0.4])
    'weights at the high ends of their ranges add up to 0.9, less than 1: raise some of these'
    """
    least, most = float(np.sum(low)), float(np.sum(high))
    if least > 1 + TOLERANCE:
        return f"weights at the low ends of their ranges add up to {least:.6g}, more than 1: lower some of these"
    if most < 1 - TOLERANCE:
        return f"weights at the high ends of their ranges add up to {most:.6g}, less than 1: raise some of these"
    return None


def uniform_within(u: pd.DataFrame, low: pd.Series, high: pd.Series) -> pd.DataFrame:
    """Draw weights of which all that lie within given ranges and add up to 1 are as likely.

    One weight after the other, each by the inverse of its distribution given those before it: the share of the volume
    that is left, which is that of a sum of uniform numbers (by inclusion and exclusion; Feller, 1971, ch. I.9). So no
    draw is thrown away, and draws that are even stay even.

    Parameters
    ----------
    u : DataFrame of float, draws x weights
        Above 0 and below 1, as from :func:`quasi_random`; that of the last weight that is open is not used.
    low, high : Series of float, index weight
        Ends of the ranges, 0..1; few weights, for the work doubles with each.

    Returns
    -------
    DataFrame of float, draws x weights
        Rows add up to 1; columns in the order of ``low``.

    Raises
    ------
    ValueError
        As of :func:`tightened`.

    Examples
    --------
    >>> low, high = pd.Series({"road": 0.2, "labour": 0.0}), pd.Series({"road": 0.6, "labour": 1.0})
    >>> uniform_within(pd.DataFrame({"road": [0.25, 0.5], "labour": 0.5}), low, high).round(3).to_numpy().tolist()
    [[0.3, 0.7], [0.4, 0.6]]
    """
    least, most = tightened(low, high.reindex(low.index))
    width, drawn = most - least, np.tile(least, (len(u), 1))
    left = np.full(len(u), 1 - least.sum())
    still, names = np.flatnonzero(width > TOLERANCE).tolist(), list(low.index)
    while still:
        at, *still = still
        part = left if not still else _inverse(u[names[at]].to_numpy(np.float64), left, width[at], width[still])
        drawn[:, at] += part
        left = left - part
    drawn /= drawn.sum(axis=1, keepdims=True)  # ranges that admit one point may miss it by the tolerance
    columns: Any = low.index
    return pd.DataFrame(drawn, index=u.index, columns=columns)


def _inverse(u: Floats, left: Floats, width: float, others: Floats) -> Floats:
    """Find how much of what is left one weight takes, of which a share ``u`` of the volume lies below.

    By halving: fifty steps leave less than a number can tell.
    """
    low = np.clip(left - others.sum(), 0.0, width)
    high = np.clip(left, low, width)
    below, all_of_it = _volume(left - low, others), _volume(left - high, others)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        under = (below - _volume(left - middle, others)) < u * (below - all_of_it)
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    found: Floats = (low + high) / 2
    return found


def _volume(sums: Floats, widths: Floats) -> Floats:
    """Volume of the amounts, each between 0 and its width, that add up to no more than each sum; by one factor."""
    volume = np.zeros_like(sums)
    for taken in itertools.product((0.0, 1.0), repeat=len(widths)):
        beyond = np.maximum(sums - float(np.dot(taken, widths)), 0.0)
        volume += (-1) ** int(sum(taken)) * beyond ** len(widths)
    return volume
