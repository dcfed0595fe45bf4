"""A question as arrays, and who works where for one plot a town."""

import itertools
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from sitesel.arrays import Floats, Ints
from sitesel.errors import StudyError
from sitesel.labour.staffing import drawn_alone, drawn_by_rivals, drawn_together, mean_minutes, near_home, told_apart
from sitesel.programme.question import Question
from sitesel.programme.settings import Rules

Places = tuple[int, ...]  # positions of plots, one a town

TOO_MANY: Final = 1e-6  # workers; HiGHS keeps its rows to 1e-7


class Scores(NamedTuple):
    """What plots score, and by what: an array each, one a plot."""

    score: Floats
    minutes: Floats
    home_share: Floats
    short: Floats


@dataclass(frozen=True, eq=False)
class Case:
    """A question as arrays: what the search sees.

    Parameters
    ----------
    question : Question
    towns : tuple of str
        In the order of the phases, if there are any.
    candidates : tuple of ndarray of int, one a town
        Positions among the plots.
    excluded, overdrawn : tuple of set of int
        Plots that cannot all be chosen: by a rule, or because something that they share would not suffice.
    base : ndarray, one a plot
        Points that do not depend on the other towns.
    jobs : ndarray, one a plot
        Of its town.
    minutes, ways : ndarray, shape (settlements, plots)
        From home to work; NaN where nobody comes. The same, equal ways told apart.
    worth_at_home : ndarray, one a settlement
        How much a job counts that is held from there without moving house.
    supply : ndarray, one a settlement
        The whole pool.
    cap : float
        Share of it that one town draws at most.
    rival_workers : ndarray, shape (settlements, rivals)
        Who works for existing employers.
    in_turn : bool
        Whether the towns are staffed one after the other.
    """

    question: Question
    towns: tuple[str, ...]
    candidates: tuple[Ints, ...]
    excluded: tuple[frozenset[int], ...]
    overdrawn: tuple[frozenset[int], ...]
    base: Floats
    jobs: Floats
    minutes: Floats
    ways: Floats
    worth_at_home: Floats
    supply: Floats
    cap: float
    rival_workers: Floats
    in_turn: bool

    @cached_property
    def left(self) -> Floats:
        """What existing employers leave of the pool."""
        left: Floats = self.supply - self.rival_workers.sum(axis=1)
        return np.maximum(left, 0.0)

    @cached_property
    def most(self) -> Floats:
        """What one town may draw of it."""
        return np.minimum(self.cap * self.supply, self.left)

    @cached_property
    def nearest(self) -> Floats:
        """Workers of each plot, were no other town planned: settlements x plots."""
        return drawn_alone(self.ways, self.most, self.jobs)

    @cached_property
    def alone(self) -> Scores:
        """Scores of all plots, were no other town planned: never worse than with others."""
        return self.scored(np.arange(len(self.base)), self.nearest, self.most)

    @cached_property
    def within(self) -> Floats:
        """Workers that each plot may draw: settlements x plots."""
        return np.where(np.isnan(self.minutes), 0.0, self.most[:, None])

    @cached_property
    def groups(self) -> dict[Places, Floats]:
        """Workers of some, not all, of the towns staffed together: filled on the way."""
        return {}

    def of_towns(self, chosen: Collection[str]) -> "Case":
        """Keep some of the towns alone."""
        kept = [at for at, town in enumerate(self.towns) if town in chosen]
        towns = tuple(self.towns[at] for at in kept)
        return replace(self, towns=towns, candidates=tuple(self.candidates[at] for at in kept))

    def allows(self, plots: Places) -> bool:
        """Whether no rule excludes a combination."""
        return not any(together <= set(plots) for together in (*self.excluded, *self.overdrawn))

    def unfilled(self, plots: Places) -> float:
        """Fewest jobs that a combination leaves unfilled, all towns staffed at once.

        By the theorem of the least cut: as many as some of the towns want more than lies open to those.
        """
        at = list(plots)
        some = np.array(list(itertools.product((0.0, 1.0), repeat=len(at)))).T
        can_come = np.minimum(self.within[:, at] @ some, self.left[:, None]).sum(axis=0)
        return float((self.jobs[at] @ some - can_come).max())

    def scored(self, plots: Ints | Places, workers: Floats, near: Floats) -> Scores:
        """Score plots.

        Parameters
        ----------
        plots : sequence of int
            Positions.
        workers : ndarray, shape (settlements, plots)
        near : ndarray, shape (settlements,) or (settlements, plots)
            Workers that each could draw.

        Returns
        -------
        Scores
            An unfilled job counts as the longest way in the score; there is no home share without joint indicators.
        """
        at, joint = list(plots), self.question.joint
        jobs, minutes = self.jobs[at], self.minutes[:, at]
        short = jobs - workers.sum(axis=0)
        short = np.where(short > TOO_MANY, short, 0.0)
        mean = mean_minutes(workers, minutes)
        if joint is None:
            return Scores(self.base[at], mean, np.full(len(at), np.nan), short)
        spent = np.nan_to_num(mean) * (jobs - short) + self.question.limit_minutes * short
        home = near_home(minutes, near, jobs, joint.home_minutes, self.worth_at_home)
        return Scores(self.base[at] + joint.points(spent / jobs, home), mean, home, short)

    def together(self, plots: Places, workers: Floats) -> Scores:
        """Score the plots of a combination, each town having what the others leave near home."""
        others = workers.sum(axis=1, keepdims=True) - workers
        near = np.maximum(np.minimum(self.most[:, None], self.left[:, None] - others), 0.0)
        return self.scored(plots, workers, near)

    def drawn(self, plots: Places) -> Floats:
        """Say who works where for one combination: settlements x towns.

        Fewest unfilled jobs first, then least total minutes, or in the order of the phases. Each town takes its nearest
        as if it were alone. Where more are drawn than are left, the towns that draw there are staffed together; so on,
        until nobody is drawn twice. What is best for each group by itself and does for all is the best for all.
        """
        if self.in_turn:
            return self._one_after_another(plots)
        groups: list[Places] = [(town,) for town in range(len(plots))]
        while True:
            found = [self._group(tuple(plots[town] for town in group)) for group in groups]
            over = sum(workers.sum(axis=1) for workers in found) > self.left + TOO_MANY
            clash = [at for at, workers in enumerate(found) if (workers[over] > 0).any()]
            if len(clash) <= 1:
                break
            merged = tuple(sorted(town for at in clash for town in groups[at]))
            groups = [group for at, group in enumerate(groups) if at not in clash] + [merged]
        order = np.argsort([town for group in groups for town in group])
        return np.concatenate(found, axis=1)[:, order]

    def _group(self, plots: Places) -> Floats:
        if len(plots) == 1:
            return self.nearest[:, list(plots)]
        if plots in self.groups:
            return self.groups[plots]
        at = list(plots)
        workers = drawn_together(self.ways[:, at], self.most, self.left, self.jobs[at])
        if len(plots) < len(self.towns):
            self.groups[plots] = workers
        return workers

    def _one_after_another(self, plots: Places) -> Floats:
        left, drawn = self.left, []
        for plot in plots:
            most = np.minimum(self.most, left)
            drawn.append(drawn_alone(self.ways[:, [plot]], most, float(self.jobs[plot])))
            left = np.maximum(left - drawn[-1][:, 0], 0.0)
        return np.concatenate(drawn, axis=1)


def compiled(question: Question, rules: Rules, overdrawn: Collection[tuple[str, ...]] = ()) -> Case:
    """Turn a question into arrays, with existing employers staffed.

    Parameters
    ----------
    question : Question
    rules : Rules
    overdrawn : collection of tuple of plot
        Sets that something shared does not suffice for.

    Returns
    -------
    Case

    Raises
    ------
    StudyError
        Numbers that cannot be, or names that nothing bears.
    """
    if faults := question.faults(rules):
        raise StudyError(faults)
    towns, plots, joint = tuple(rules.phases or question.jobs.index), question.plots, question.joint
    at = {plot: place for place, plot in enumerate(plots.index)}
    number = plots["town"].map({town: place for place, town in enumerate(question.jobs.index)})
    minutes = _within(question, question.minutes, plots.index)
    workers = question.supply["workers"].fillna(0.0).to_numpy(np.float64)
    to_rivals = _within(question, question.rival_minutes, question.rivals.index)
    return Case(
        question=question,
        towns=towns,
        candidates=tuple(_candidates(plots, rules, town) for town in towns),
        excluded=tuple(frozenset(at[plot] for plot in together) for together in rules.excluded),
        overdrawn=tuple(frozenset(at[plot] for plot in together) for together in overdrawn),
        base=plots["base"].to_numpy(np.float64),
        jobs=plots["town"].map(question.jobs).to_numpy(np.float64),
        minutes=minutes,
        ways=told_apart(minutes, number.to_numpy(np.int64)),
        worth_at_home=joint.worth_by_settlement(question.supply) if joint else np.zeros(len(workers)),
        supply=workers,
        cap=question.cap,
        rival_workers=drawn_by_rivals(to_rivals, workers, question.rivals.to_numpy(np.float64), question.cap),
        in_turn=rules.phases is not None,
    )


def with_scores(question: Question, score: "pd.Series[float]") -> Question:
    """Give the plots of a question the scores that each has by itself, as a ranking tells them.

    Parameters
    ----------
    question : Question
    score : Series of float, index plot
        0..100; NaN where a plot is no candidate.

    Returns
    -------
    Question
        Whose ``base`` is what the score holds apart from the indicators that depend on the other towns.
    """
    own = score.reindex(question.plots.index)
    unscored = replace(question, plots=question.plots.assign(base=0.0))
    joint = compiled(unscored, Rules()).alone.score if question.joint else 0.0
    return replace(question, plots=question.plots.assign(base=own - joint))


def _within(question: Question, minutes: pd.DataFrame, columns: pd.Index) -> Floats:
    """Minutes of those who travel no longer than the limit."""
    table = minutes.reindex(index=question.supply.index, columns=columns)
    return table.where(table <= question.limit_minutes).to_numpy(np.float64)


def _candidates(plots: pd.DataFrame, rules: Rules, town: str) -> Ints:
    allowed = plots.index.isin([rules.fixed[town]] if town in rules.fixed else plots.index)
    return np.flatnonzero(allowed & plots["town"].eq(town) & plots["base"].notna())
