"""The best combinations of plots, proven best."""

from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

import numpy as np

from sitesel.programme.question import UNFILLED, Case, FloatArray, IntArray
from sitesel.programme.transport import KEPT, Staffing, alone, nearest_first, staff

TOO_SHORT: Final = 1e-6  # jobs; HiGHS keeps its rows to 1e-7
SAME: Final = 1e-9  # losses a job that differ by less are one


@dataclass(frozen=True)
class Found:
    """Combinations and the proof that none is better.

    Parameters
    ----------
    places : list of tuple of int
        In the array of all combinations, best first: those that can be staffed, or, where none can, those tried.
    losses : list of float
        Of each, per planned job; unfilled jobs at their penalty.
    short : list of float
        Unfilled jobs of each.
    staffable : bool
    bound : float
        No combination that is not among ``places`` has a lesser loss (among those that can be staffed, if any can).
    tried : int
        Transport problems solved.
    """

    places: list[tuple[int, ...]]
    losses: list[float]
    short: list[float]
    staffable: bool
    bound: float
    tried: int


@dataclass(frozen=True)
class _Tried:
    place: tuple[int, ...]
    loss: float
    short: float

    @property
    def staffable(self) -> bool:
        return self.short <= TOO_SHORT


def staffed(case: Case, plots: IntArray) -> Staffing:
    """Staff one combination and all rivals together.

    Parameters
    ----------
    case : Case
    plots : ndarray of int, one a town

    Returns
    -------
    Staffing
        Employers are the towns, then the rivals.
    """
    loss = np.column_stack([case.loss[:, plots], case.rival_loss])
    unfilled = np.append(np.full(len(plots), UNFILLED), np.full(len(case.rival_jobs), KEPT))
    return staff(case.supply, np.append(case.jobs, case.rival_jobs), loss, unfilled)


def search(case: Case, wanted: int, most: int = 20_000) -> Found:
    """Find the best combinations by bounds from prices.

    Benders' decomposition (1962) with all combinations listed. The optimal prices of one combination's workers give a
    lower bound for every other: at those prices each town and each rival takes its workers for itself, and the sum
    falls into one term a town. So the bounds of all combinations are one broadcast sum, and the greatest over all
    prices seen so far holds. The combination with the least bound is staffed next, by HiGHS, and gives new prices. When
    as many as wanted are staffed at no more than the least bound, none better is left.

    Parameters
    ----------
    case : Case
    wanted : int
        How many of the best.
    most : int
        Transport problems to solve at most; where it does not suffice, ``bound`` stays below the last loss.

    Returns
    -------
    Found
    """
    jobs, ceiling = float(case.jobs.sum()), _ceiling(case)
    bounds = np.where(case.allowed(), -np.inf, np.inf)
    tried: list[_Tried] = []
    prices = np.zeros(len(case.supply))
    for _ in range(most):
        np.maximum(bounds, _bounds(case, prices) / jobs, out=bounds)
        place = tuple(int(at) for at in np.unravel_index(int(bounds.argmin()), bounds.shape)) if bounds.size else ()
        if bounds.size == 0 or not bounds[place] < _enough(tried, wanted, ceiling) - SAME:
            break
        plots = case.combination(place)
        staffing = staffed(case, plots)
        loss = (staffing.loss + case.plot_loss[plots].sum()) / jobs
        tried.append(_Tried(place, float(loss), float(staffing.short.sum())))
        bounds[place] = np.inf
        prices = staffing.prices
    return _sorted(tried, wanted, float(bounds.min(initial=np.inf)))


def _bounds(case: Case, prices: FloatArray) -> FloatArray:
    """Lower bounds of all combinations at some prices: one axis a town."""
    rivals = alone(case.supply, case.rival_jobs, case.rival_loss + prices[:, None], KEPT).sum()
    own = [
        alone(case.supply, np.full(len(positions), jobs), case.loss[:, positions] + prices[:, None], UNFILLED)
        + case.plot_loss[positions]
        for jobs, positions in zip(case.jobs, case.candidates, strict=True)
    ]
    bounds: FloatArray = reduce(np.add.outer, own) + rivals - prices @ case.supply
    return bounds


def _enough(tried: list[_Tried], wanted: int, ceiling: float) -> float:
    """Loss which a combination must be below to be of interest."""
    losses = sorted(one.loss for one in tried if one.staffable)
    if len(losses) >= wanted:
        return losses[wanted - 1]
    if losses:
        return ceiling
    unstaffed = sorted(one.loss for one in tried)
    return max(ceiling, unstaffed[wanted - 1]) if len(unstaffed) >= wanted else np.inf


def _ceiling(case: Case) -> float:
    """More than the loss of the worst combination that can be staffed."""
    here = [case.loss[:, positions] for positions in case.candidates]
    worst = [float(loss[np.isfinite(loss)].max(initial=0.0)) for loss in [*here, case.rival_loss]]
    plots = sum(float(case.plot_loss[positions].max(initial=0.0)) for positions in case.candidates)
    return float((np.append(case.jobs, case.rival_jobs.sum()) @ np.array(worst) + plots) / case.jobs.sum()) + 1.0


def _sorted(tried: list[_Tried], wanted: int, bound: float) -> Found:
    staffable = any(one.staffable for one in tried)
    kept = sorted(
        (one for one in tried if one.staffable or not staffable), key=lambda one: (round(one.loss, 9), one.place)
    )[:wanted]
    return Found(
        places=[one.place for one in kept],
        losses=[one.loss for one in kept],
        short=[one.short for one in kept],
        staffable=staffable,
        bound=bound,
        tried=len(tried),
    )


def by_phases(case: Case, wanted: int) -> Found:
    """Find the best combinations where each town in turn is staffed from what the ones before have left.

    Every combination is staffed: what one town alone takes is its nearest workers, without a programme to solve.

    Parameters
    ----------
    case : Case
        Rivals already served.
    wanted : int

    Returns
    -------
    Found
    """
    losses, short = _in_turn(case, case.supply, 0)
    losses = (losses + _plots_alone(case)) / case.jobs.sum()
    losses[~case.allowed()] = np.inf
    ranked = np.lexsort((losses.round(9).ravel(), short.ravel() > TOO_SHORT))
    ranked = ranked[np.isfinite(losses.ravel()[ranked])]
    tried = [
        _Tried(
            tuple(int(at) for at in np.unravel_index(one, case.shape)), float(losses.flat[one]), float(short.flat[one])
        )
        for one in ranked[: wanted + 1]
    ]
    beyond = tried[wanted].loss if len(tried) > wanted else np.inf
    return replace(_sorted(tried, wanted, beyond), tried=losses.size)


def phased(case: Case, plots: IntArray) -> Staffing:
    """Staff one combination, each town from what the ones before have left.

    Parameters
    ----------
    case : Case
        Rivals already served.
    plots : ndarray of int, one a town

    Returns
    -------
    Staffing
        Without prices: there are none.
    """
    left, workers, short, loss = case.supply[None, :], [], [], 0.0
    for jobs, plot in zip(case.jobs, plots, strict=True):
        taken, spent, unfilled = nearest_first(left, jobs, case.loss[:, plot])
        left = left - taken
        workers.append(taken[0])
        short.append(unfilled[0])
        loss += float(spent[0])
    return Staffing(np.column_stack(workers), np.array(short), np.zeros_like(case.supply), loss)


def _in_turn(case: Case, left: FloatArray, turn: int) -> tuple[FloatArray, FloatArray]:
    """Losses and unfilled jobs of all ways to go on from one state of the pool: one axis a town to come."""
    steps = [nearest_first(left[None, :], case.jobs[turn], case.loss[:, plot]) for plot in case.candidates[turn]]
    ahead = len(case.towns) - turn - 1
    loss, short = (np.array([step[part][0] for step in steps]).reshape(-1, *[1] * ahead) for part in (1, 2))
    if not steps or ahead == 0:
        return np.broadcast_to(loss, case.shape[turn:]).copy(), np.broadcast_to(short, case.shape[turn:]).copy()
    after = left - np.concatenate([step[0] for step in steps])
    if ahead == 1:  # all states at once: most of the work is here
        last = [nearest_first(after, case.jobs[-1], case.loss[:, plot])[1:] for plot in case.candidates[-1]]
        rest = np.array(last).reshape(-1, 2, len(after)).transpose(1, 2, 0)
    else:
        rest = np.stack([np.stack(_in_turn(case, state, turn + 1)) for state in after], axis=1)
    return loss + rest[0], short + rest[1]


def _plots_alone(case: Case) -> FloatArray:
    """Loss of choosing the plots, of all combinations: one axis a town."""
    return reduce(np.add.outer, [case.plot_loss[positions] for positions in case.candidates])
