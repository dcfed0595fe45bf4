"""Filling jobs from the nearest homes, no home giving more than its most: for one employer, the least minutes there are.

Arrays only: thousands of outlines at once.
"""

from typing import Any

import numpy as np

FloatArray = np.ndarray[Any, np.dtype[np.float64]]


def nearest_first(minutes: FloatArray, most: FloatArray, jobs: float) -> FloatArray:
    """Workers from each home for one employer, the nearest first.

    Parameters
    ----------
    minutes : ndarray, shape (homes,)
        NaN where there is no way.
    most : ndarray, shape (homes,)
        Workers that each home can give.
    jobs : float

    Returns
    -------
    ndarray, shape (homes,)
        Of homes equally near, the first in the table goes first.

    Examples
    --------
    >>> nearest_first(np.array([10.0, np.nan, 5.0]), np.array([5.0, 9.0, 4.0]), 6.0).tolist()
    [2.0, 0.0, 4.0]
    """
    given = np.zeros_like(most)
    order = np.argsort(minutes, kind="stable")
    order = order[np.isfinite(minutes[order])]
    before = np.cumsum(most[order]) - most[order]
    given[order] = np.clip(jobs - before, 0.0, most[order])
    return given


def staffing_alone(
    minutes: FloatArray, most: FloatArray, jobs: FloatArray, limit_minutes: float = np.inf
) -> tuple[FloatArray, FloatArray]:
    """Mean minutes of the workers who fill each outline's jobs, were it built alone.

    Parameters
    ----------
    minutes : ndarray, shape (homes, outlines)
        NaN where there is no way.
    most : ndarray, shape (homes,)
        Workers that each home can give.
    jobs : ndarray, shape (outlines,)
    limit_minutes : float
        Nobody travels longer.

    Returns
    -------
    mean : ndarray, shape (outlines,)
        Minutes, over the jobs that are filled; NaN where none is.
    unfilled : ndarray, shape (outlines,)
        Jobs.

    Examples
    --------
    >>> minutes = np.array([[10.0, np.nan], [30.0, 20.0]])
    >>> mean, unfilled = staffing_alone(minutes, np.array([5.0, 5.0]), np.array([10.0, 8.0]))
    >>> mean.tolist(), unfilled.tolist()
    ([20.0, 20.0], [0.0, 3.0])
    """
    ways = np.ascontiguousarray(np.where(minutes <= limit_minutes, minutes, np.inf).T)  # rows sort faster than columns
    order = np.argsort(ways, axis=1, kind="stable")
    nearest = np.take_along_axis(ways, order, axis=1)
    way = np.isfinite(nearest)
    there = np.where(way, most[order], 0.0)
    taken = np.clip(jobs[:, None] - (np.cumsum(there, axis=1) - there), 0.0, there)
    filled = taken.sum(axis=1)
    spent = (taken * np.where(way, nearest, 0.0)).sum(axis=1)
    mean = np.divide(spent, filled, out=np.full(len(filled), np.nan), where=filled > 0)
    return mean, np.maximum(jobs - filled, 0.0)


def near_home(
    minutes: FloatArray, most: FloatArray, jobs: FloatArray, home_minutes: float, counted: FloatArray
) -> FloatArray:
    """Share of each outline's jobs that people could hold from where they live.

    Parameters
    ----------
    minutes : ndarray, shape (homes, outlines)
        NaN where there is no way.
    most : ndarray, shape (homes,)
        Workers that each home can give.
    jobs : ndarray, shape (outlines,)
    home_minutes : float
        Who lives no farther keeps their home.
    counted : ndarray, shape (homes,)
        How much a job held from there counts, 0..1.

    Returns
    -------
    ndarray, shape (outlines,)
        0..1.

    Examples
    --------
    >>> minutes = np.array([[10.0, 50.0], [30.0, np.nan]])
    >>> near_home(minutes, np.array([5.0, 5.0]), np.array([10.0, 10.0]), 45.0, np.array([1.0, 0.5])).tolist()
    [0.75, 0.0]
    """
    held = ((minutes <= home_minutes) * (most * counted)[:, None]).sum(axis=0)
    return np.minimum(held / jobs, 1.0)
