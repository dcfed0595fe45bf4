"""Who fills jobs if no employer draws more than so many workers of a settlement: nearest first, or several at once."""

from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from sitesel.arrays import Floats, Ints
from sitesel.decision.drawing import GOLDEN

UNFILLED: Final = 1e4  # minutes that an unfilled job counts; nobody travels so long: filling comes before all else
TIE: Final = 1e-5  # minutes by which equal ways are told apart: less than the thousandth of a second that routes count

# Transport problems are so degenerate that the plainest pricing is the fastest: 0.6 of the default's time, as measured.
# Ways told apart by less than TIE ask for the narrowest tolerance.
QUICK: Final = {
    "presolve": False,
    "simplex_dual_edge_weight_strategy": "dantzig",
    "dual_feasibility_tolerance": 1e-10,
}


def drawn_alone(minutes: Floats, most: Floats, jobs: Floats | float) -> Floats:
    """Fill the jobs of each outline by itself, nearest workers first: the least total minutes for one employer.

    Parameters
    ----------
    minutes : ndarray, shape (settlements, outlines)
        From home to work; NaN where there is no way, or none that anyone would travel.
    most : ndarray, shape (settlements,)
        Workers that one employer may draw there.
    jobs : float or ndarray, shape (outlines,)

    Returns
    -------
    ndarray, shape (settlements, outlines)
        Workers; of settlements equally near, the first goes first.

    Examples
    --------
    >>> drawn_alone(np.array([[30.0, 10.0], [20.0, np.nan]]), np.array([5.0, 5.0]), 7.0).tolist()
    [[2.0, 5.0], [5.0, 0.0]]
    """
    ways = np.ascontiguousarray(minutes.T)  # rows sort faster than columns
    order = np.argsort(ways, axis=1, kind="stable")  # NaN last
    there = np.where(np.isnan(np.take_along_axis(ways, order, axis=1)), 0.0, most[order])
    taken = np.clip(np.reshape(jobs, (-1, 1)) - (np.cumsum(there, axis=1) - there), 0.0, there)
    workers = np.zeros_like(taken)
    np.put_along_axis(workers, order, taken, axis=1)
    by_outline: Floats = workers.T
    return by_outline


def staffing_alone(minutes: Floats, most: Floats, jobs: Floats | float) -> tuple[Floats, Floats]:
    """Say how far the workers of each outline travel, were no other planned.

    Parameters
    ----------
    minutes, most, jobs
        As of :func:`drawn_alone`.

    Returns
    -------
    minutes_mean : ndarray, shape (outlines,)
        Of those who come; NaN where nobody does.
    unfilled : ndarray, shape (outlines,)
        Jobs that nobody fills.

    Examples
    --------
    >>> mean, unfilled = staffing_alone(np.array([[30.0, 10.0], [20.0, np.nan]]), np.array([6.0, 6.0]), 8.0)
    >>> mean.tolist(), unfilled.tolist()
    ([22.5, 10.0], [0.0, 2.0])
    """
    workers = drawn_alone(minutes, most, jobs)
    return mean_minutes(workers, minutes), np.maximum(jobs - workers.sum(axis=0), 0.0)


def mean_minutes(workers: Floats, minutes: Floats) -> Floats:
    """Mean minutes of the workers of each column; NaN where there are none.

    Examples
    --------
    >>> mean_minutes(np.array([[3.0, 0.0], [1.0, 0.0]]), np.array([[10.0, 5.0], [30.0, np.nan]])).tolist()
    [15.0, nan]
    """
    people, spent = workers.sum(axis=0), (workers * np.nan_to_num(minutes)).sum(axis=0)
    mean: Floats = np.divide(spent, people, out=np.full(people.shape, np.nan), where=people > 0)
    return mean


def near_home(
    minutes: Floats,
    most: Floats,
    jobs: Floats | float,
    home_minutes: float,
    worth_by_settlement: Floats,
) -> Floats:
    """Say which part of the jobs of each outline people can hold who live no farther than so many minutes.

    Parameters
    ----------
    minutes : ndarray, shape (settlements, outlines)
        From home to work; NaN where there is no way.
    most : ndarray, shape (settlements,) or (settlements, outlines)
        Workers that the employer may draw there.
    jobs : float or ndarray, shape (outlines,)
    home_minutes : float
    worth_by_settlement : ndarray, shape (settlements,)
        How much a job counts that is held from there: 0..1.

    Returns
    -------
    ndarray, shape (outlines,)
        0..1.

    Examples
    --------
    >>> minutes = np.array([[30.0, 10.0], [20.0, np.nan]])
    >>> near_home(minutes, np.array([6.0, 6.0]), 10.0, 25.0, np.array([1.0, 0.5])).tolist()
    [0.3, 0.6]
    """
    people = (most if most.ndim > 1 else most[:, None]) * worth_by_settlement[:, None]
    share: Floats = np.where(minutes <= home_minutes, people, 0.0).sum(axis=0) / jobs
    return np.minimum(share, 1.0)


def told_apart(minutes: Floats, column: Ints) -> Floats:
    """Tell equal ways apart, so that one staffing alone is of least minutes: lengthen each by less than ``TIE``.

    Parameters
    ----------
    minutes : ndarray, shape (settlements, employers)
    column : ndarray of int, shape (employers,)
        Employers of the same number have the same lengths added.

    Returns
    -------
    ndarray, shape (settlements, employers)

    Examples
    --------
    >>> told_apart(np.array([[10.0, 10.0], [10.0, 10.0]]), np.array([0, 1])).round(6).tolist()
    [[10.000006, 10.000002], [10.000002, 10.000005]]
    """
    number = np.arange(1, len(minutes) + 1)[:, None] * (column + 1)  # a product: sums along two ways round never agree
    return minutes + TIE * (number * GOLDEN % 1.0)


def drawn_together(minutes: Floats, most: Floats, left: Floats, jobs: Floats) -> Floats:
    """Fill the jobs of several employers at once: as many as can be, at least total minutes.

    The transport problem of Hitchcock (1941) with limits on each way, as a linear programme, solved by HiGHS (Huangfu
    and Hall, 2018).

    Parameters
    ----------
    minutes : ndarray, shape (settlements, employers)
        From home to work; NaN where there is no way, or none that anyone would travel.
    most : ndarray, shape (settlements,)
        Workers that one employer may draw there.
    left : ndarray, shape (settlements,)
        Workers that all of them together may draw there.
    jobs : ndarray, shape (employers,)

    Returns
    -------
    ndarray, shape (settlements, employers)
        Workers.

    Raises
    ------
    ArithmeticError
        HiGHS finds no optimum, though there always is one: a fault of ours.

    Examples
    --------
    >>> minutes = np.array([[10.0, 10.0], [np.nan, 50.0]])
    >>> drawn_together(minutes, np.array([10.0, 20.0]), np.array([10.0, 20.0]), np.array([10.0, 10.0])).tolist()
    [[10.0, 0.0], [0.0, 10.0]]
    """
    workers = np.zeros_like(minutes)
    open_ways = ~np.isnan(minutes) & (most > 0)[:, None] & (left > 0)[:, None]
    home, work = np.nonzero(open_ways)
    pairs, employers = len(home), len(jobs)
    if not pairs:
        return workers
    living, at = np.unique(home, return_inverse=True)
    at_home = sparse.csr_array((np.ones(pairs), (at, np.arange(pairs))), shape=(len(living), pairs + employers))
    rows = np.append(work, np.arange(employers))
    at_work = sparse.csr_array((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(employers, len(rows)))
    upper = np.append(np.minimum(most, left)[home], jobs)
    found: Any = linprog(
        np.append(minutes[home, work], np.full(employers, UNFILLED)),
        A_ub=at_home,
        b_ub=left[living],
        A_eq=at_work,
        b_eq=jobs,
        bounds=np.column_stack([np.zeros(len(upper)), upper]),
        method="highs-ds",
        options=QUICK,
    )  # type: ignore[call-overload] # its stubs know no sparse arrays
    if found.status != 0:
        raise ArithmeticError(f"HiGHS: {found.message}")
    workers[home, work] = np.maximum(found.x[:pairs], 0.0)
    return workers


def drawn_by_rivals(minutes: Floats, supply: Floats, jobs: Floats, cap: float) -> Floats:
    """Fill the jobs of existing employers, before any town is planned: as many as can be, at least total minutes.

    Parameters
    ----------
    minutes : ndarray, shape (settlements, rivals)
        From home to work; NaN where there is no way, or none that anyone would travel.
    supply : ndarray, shape (settlements,)
        Workers.
    jobs : ndarray, shape (rivals,)
    cap : float
        Share (0..1) of a settlement's workers that one employer draws at most.

    Returns
    -------
    ndarray, shape (settlements, rivals)
        Workers.

    Examples
    --------
    >>> drawn_by_rivals(np.array([[5.0], [10.0]]), np.array([4.0, 9.0]), np.array([6.0]), 0.5).tolist()
    [[2.0], [4.0]]
    """
    return drawn_together(told_apart(minutes, np.arange(len(jobs))), cap * supply, supply, jobs)
