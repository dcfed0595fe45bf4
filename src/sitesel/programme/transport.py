"""Workers to jobs at least loss: the transport problem, its prices, and bounds from them."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from sitesel.programme.question import UNFILLED, FloatArray

KEPT = 2 * UNFILLED  # an existing job counts twice: a programme that cannot be staffed is short before rivals are

# Transport problems are so degenerate that the plainest pricing is the fastest: 0.6 of the default's time, as measured.
QUICK: Final = {"presolve": False, "simplex_dual_edge_weight_strategy": "dantzig"}


@dataclass(frozen=True)
class Staffing:
    """Who works where.

    Parameters
    ----------
    workers : ndarray, shape (settlements, employers)
    short : ndarray, shape (employers,)
        Jobs unfilled.
    prices : ndarray, shape (settlements,)
        By how much one worker more there would lessen the loss: the dual solution.
    loss : float
        With unfilled jobs at their penalty.
    """

    workers: FloatArray
    short: FloatArray
    prices: FloatArray
    loss: float


def staff(supply: FloatArray, jobs: FloatArray, loss: FloatArray, unfilled: FloatArray) -> Staffing:
    """Give workers to jobs at least loss.

    The transport problem of Hitchcock (1941) as a linear programme, solved by HiGHS (Huangfu and Hall, 2018).

    Parameters
    ----------
    supply : ndarray, shape (settlements,)
        Workers.
    jobs : ndarray, shape (employers,)
    loss : ndarray, shape (settlements, employers)
        Of each worker; infinite where nobody comes.
    unfilled : ndarray, shape (employers,)
        Loss of an unfilled job.

    Returns
    -------
    Staffing

    Raises
    ------
    ArithmeticError
        HiGHS finds no optimum, though there always is one: a fault of ours.
    """
    if not jobs.size:
        return Staffing(np.zeros_like(loss), np.zeros(0), np.zeros_like(supply), 0.0)
    home, work = np.nonzero(np.isfinite(loss))
    pairs, employers = len(home), len(jobs)
    ones = np.ones(pairs)
    at_home = sparse.csr_array((ones, (home, np.arange(pairs))), shape=(len(supply), pairs + employers))
    columns = np.append(np.arange(pairs), pairs + np.arange(employers))
    rows = np.append(work, np.arange(employers))
    at_work = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(employers, pairs + employers))
    each = np.append(loss[home, work], unfilled)
    found: Any = linprog(each, A_ub=at_home, b_ub=supply, A_eq=at_work, b_eq=jobs, method="highs-ds", options=QUICK)  # type: ignore[call-overload] # its stubs know no sparse arrays
    if found.status != 0:
        raise ArithmeticError(f"HiGHS: {found.message}")
    workers = np.zeros_like(loss)
    workers[home, work] = found.x[:pairs]
    return Staffing(
        workers=np.maximum(workers, 0.0),
        short=np.maximum(found.x[pairs:], 0.0),
        prices=np.maximum(-found.ineqlin.marginals, 0.0),
        loss=float(found.fun),
    )


def alone(supply: FloatArray, jobs: FloatArray, loss: FloatArray, unfilled: float) -> FloatArray:
    """Least loss of each employer if it could take its workers before all others.

    Parameters
    ----------
    supply : ndarray, shape (settlements,)
    jobs : ndarray, shape (employers,)
    loss : ndarray, shape (settlements, employers)
    unfilled : float

    Returns
    -------
    ndarray, shape (employers,)
        Unfilled jobs at their penalty.

    Examples
    --------
    >>> alone(np.array([5.0, 5.0]), np.array([7.0, 12.0]), np.array([[0.1, 0.1], [0.3, 0.3]]), 10.0).round(9).tolist()
    [1.1, 22.0]
    """
    reduced = np.minimum(loss, unfilled)
    order = np.argsort(reduced, axis=0, kind="stable")
    least, most = np.take_along_axis(reduced, order, axis=0), supply[order]
    taken = np.clip(jobs - (np.cumsum(most, axis=0) - most), 0.0, most)
    found: FloatArray = (taken * least).sum(axis=0) + unfilled * np.maximum(jobs - taken.sum(axis=0), 0.0)
    return found


def nearest_first(left: FloatArray, jobs: float, loss: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Fill one employer from several states of the pool, least loss first: the optimum for one employer.

    Parameters
    ----------
    left : ndarray, shape (states, settlements)
        Workers.
    jobs : float
    loss : ndarray, shape (settlements,)
        Of each worker; infinite where nobody comes.

    Returns
    -------
    workers : ndarray, shape (states, settlements)
        Of settlements at equal loss, the first in the table goes first.
    loss : ndarray, shape (states,)
        Unfilled jobs at their penalty.
    short : ndarray, shape (states,)
        Jobs unfilled.

    Examples
    --------
    >>> workers, loss, short = nearest_first(np.array([[5.0, 5.0], [0.0, 5.0]]), 7.0, np.array([0.1, 0.3]))
    >>> workers.tolist(), loss.round(9).tolist(), short.tolist()
    ([[5.0, 2.0], [0.0, 5.0]], [1.1, 20001.5], [0.0, 2.0])
    """
    order: np.ndarray[Any, np.dtype[np.int64]] = np.argsort(loss, kind="stable")
    order = order[np.isfinite(loss[order])]
    most = left[:, order]
    taken = np.clip(jobs - (np.cumsum(most, axis=1) - most), 0.0, most)
    workers = np.zeros_like(left)
    workers[:, order] = taken
    short = np.maximum(jobs - taken.sum(axis=1), 0.0)
    return workers, taken @ loss[order] + UNFILLED * short, short
