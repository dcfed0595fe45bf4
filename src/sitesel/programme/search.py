"""The best combinations of plots, proven best."""

import heapq
import operator
from bisect import insort
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from sitesel.programme.case import Case, Places

MOST: Final = 20_000  # combinations to staff before the search gives up the proof
SAME: Final = 6  # decimals of jobs and points; figures that differ by less are one


class Tried(NamedTuple):
    """A combination that was staffed, in the order of what is better: the least of some is the best of them.

    Parameters
    ----------
    short : float
        Unfilled jobs.
    less : float
        Sum of the towns' scores, below 0.
    plots : tuple of int, one a town
    """

    short: float
    less: float
    plots: Places


class Found(NamedTuple):
    """Combinations and the proof that none is better.

    Parameters
    ----------
    best : list of Tried
        Best first.
    bound : tuple of (short, less)
        No combination that is not among them is better.
    tried : int
        Combinations staffed.
    """

    best: list[Tried]
    bound: tuple[float, float]
    tried: int

    @property
    def staffable(self) -> bool:
        """Whether a combination fills all jobs."""
        return bool(self.best) and self.best[0].short == 0


def search(case: Case, wanted: int) -> Found:
    """Find the best combinations, best bound first.

    What a town scores were it alone bounds what it scores with others, and how many jobs stay unfilled at least is soon
    counted. So combinations are walked in the order of these bounds, and staffed; when as many as wanted are no worse
    than the next bound, none better is left.

    Parameters
    ----------
    case : Case
    wanted : int
        How many of the best.

    Returns
    -------
    Found
        Where ``MOST`` combinations did not suffice, its bound is better than its last.
    """
    best: list[Tried] = []
    bound, tried = (np.inf, np.inf), 0
    for bound, plots in _falling(case):
        if tried == MOST or (len(best) == wanted and best[-1][:2] <= bound):
            return Found(best, bound, tried)
        scores = case.together(plots, case.drawn(plots))
        short, less = round(float(scores.short.sum()), SAME), round(-float(scores.score.sum()), SAME)
        insort(best, Tried(short, less, plots))
        del best[wanted:]
        tried += 1
    return Found(best, (np.inf, np.inf), tried)


def _falling(case: Case) -> Iterator[tuple[tuple[float, float], Places]]:
    """All combinations that no rule excludes, best bound first: each with its bound."""
    short, score = case.alone.short.tolist(), case.alone.score.tolist()
    ordered = [sorted((short[plot], -score[plot], plot) for plot in at.tolist()) for at in case.candidates]

    def state(ranks: Places) -> tuple[float, float, Places, bool]:
        shorts, losses, _ = zip(*map(operator.getitem, ordered, ranks), strict=True)
        return round(sum(shorts), SAME), round(sum(losses), SAME), ranks, False

    heap = [state((0,) * len(ordered))] if all(ordered) else []
    while heap:
        unfilled, less, ranks, counted = heapq.heappop(heap)
        plots = tuple(own[rank][-1] for own, rank in zip(ordered, ranks, strict=True))
        if counted:
            yield (unfilled, less), plots
            continue
        if case.allows(plots):
            heapq.heappush(heap, (max(unfilled, round(case.unfilled(plots), SAME)), less, ranks, True))
        last = max((town for town, rank in enumerate(ranks) if rank), default=0)
        for town in range(last, len(ranks)):  # each combination comes from one other alone
            if ranks[town] + 1 < len(ordered[town]):
                heapq.heappush(heap, state((*ranks[:town], ranks[town] + 1, *ranks[town + 1 :])))
