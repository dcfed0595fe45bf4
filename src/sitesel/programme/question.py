"""What is asked of a programme, and its tables as arrays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from sitesel.decision import weights
from sitesel.errors import StudyError

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
IntArray = np.ndarray[Any, np.dtype[np.int64]]

UNFILLED: Final = 1e4  # loss of an unfilled job, where a filled one's is at most 1: filling comes before all else
PARTS: Final = ("score", "minutes", "regional")


@dataclass(frozen=True)
class Aim:
    """What is to be had, and how much each counts.

    The loss of a combination, 0 at best, is the weighted sum of three parts, each about 0..1:

    - score: 1 - score / 100 of the chosen plots, mean over all planned jobs;
    - minutes: minutes of all workers on their way, those of rivals included, less what rivals' workers alone would
      spend; divided by planned jobs and by ``limit_minutes``;
    - regional: part of the planned jobs not held by someone who lives within ``home_minutes``, so need not move house;
    a job
      held from a raion of ``raion_weights`` 0.5 is half held.

    Workers are given to jobs so that the last two parts are least.

    Parameters
    ----------
    score, minutes, regional : float
        Weights; add up to 1. That of minutes is above 0, for otherwise nothing says who goes where.
    limit_minutes : float
        Nobody travels longer.
    home_minutes : float
        Who lives no farther keeps their home.
    raion_weights : mapping of str to float
        0..1; a raion not named counts 1.
    """

    score: float
    minutes: float
    regional: float
    limit_minutes: float
    home_minutes: float
    raion_weights: Mapping[str, float] = field(default_factory=dict)

    def faults(self) -> list[str]:
        """List what is wrong, one line each."""
        found = []
        if fault := weights.fault_in({part: getattr(self, part) for part in PARTS}):
            found.append(f"programme: {fault}")
        if min(self.score, self.regional) < 0 or self.minutes <= 0:
            found.append("programme: a weight is below 0, or that of minutes is not above 0; raise it")
        if not 0 < self.home_minutes <= self.limit_minutes:
            found.append("programme: home_minutes must lie between 0 and limit_minutes; change one of them")
        outside = [raion for raion, weight in self.raion_weights.items() if not 0 <= weight <= 1]
        return found + [f"programme: weight of raion {raion} is not between 0 and 1; change it" for raion in outside]


@dataclass(frozen=True)
class Rules:
    """What the choice must keep to.

    Parameters
    ----------
    fixed : mapping of town to plot
        Already chosen.
    excluded : collection of tuple of plot
        Sets of two plots or more that cannot all be chosen.
    overdrawn : collection of tuple of plot
        As ``excluded``, because something that they share would not suffice.
    phases : tuple of town, optional
        Towns in the order in which they are built, one at a time, each staffed at least loss from what the ones before
        have left; existing jobs before all. Without it, all are staffed together.
    """

    fixed: Mapping[str, str] = field(default_factory=dict)
    excluded: Collection[tuple[str, ...]] = ()
    overdrawn: Collection[tuple[str, ...]] = ()
    phases: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Question:
    """A programme: which plot for each town, and whose workers.

    Parameters
    ----------
    jobs : Series of float, index town
        Planned; all above 0.
    plots : DataFrame, index plot
        ``town`` and ``score`` (0..100; a plot whose score is NaN is no candidate).
    supply : DataFrame, index settlement
        ``workers`` (NaN counts nobody) and ``raion``.
    minutes : DataFrame of float, settlements x plots
        From home to work; NaN where there is no way.
    rivals : Series of float, index rival
        Existing jobs.
    rival_minutes : DataFrame of float, settlements x rivals
    """

    jobs: pd.Series
    plots: pd.DataFrame
    supply: pd.DataFrame
    minutes: pd.DataFrame
    rivals: pd.Series
    rival_minutes: pd.DataFrame

    def faults(self, rules: Rules) -> list[str]:
        """List what is wrong with the question and with the rules asked of it, one line each."""
        return [*self._wrong_numbers(), *self._unknown_names(rules)]

    def _wrong_numbers(self) -> list[str]:
        workers = self.supply["workers"]
        return [
            *(
                f"towns: {town} has {jobs:g} jobs; plan at least one"
                for town, jobs in _where(self.jobs, ~(self.jobs > 0))
            ),
            *(f"settlements: {home} has {count:g} workers; correct it" for home, count in _where(workers, workers < 0)),
            *(
                f"rivals: {rival} has {jobs:g} jobs; give a number, or leave it out"
                for rival, jobs in _where(self.rivals, ~(self.rivals >= 0))
            ),
        ]

    def _unknown_names(self, rules: Rules) -> list[str]:
        town_of = self.plots["town"].to_dict()
        found = [
            f"programme.fixed: {plot} is not a plot of {town}; name one that is"
            for town, plot in rules.fixed.items()
            if town_of.get(plot) != town
        ]
        found += [
            f"programme.excluded: no plot is called {plot}; name one that is in the plots' layer"
            for together in [*rules.excluded, *rules.overdrawn]
            for plot in together
            if plot not in town_of
        ]
        found += [
            f"programme.excluded: {', '.join(together)} is no set of two plots or more; name each plot once"
            for together in rules.excluded
            if len(set(together)) < max(2, len(together))
        ]
        if rules.phases is not None and sorted(rules.phases) != sorted(self.jobs.index):
            found.append(f"programme.phases: name each of {', '.join(self.jobs.index)} once")
        return found


@dataclass(frozen=True)
class Case:
    """A question as arrays: what the solvers see. Losses are per worker, not yet divided by all planned jobs.

    Parameters
    ----------
    towns : tuple of str
    jobs : ndarray, shape (towns,)
    candidates : tuple of ndarray of int, one a town
        Positions among the plots.
    plots, settlements, rivals : Index
    plot_loss : ndarray, shape (plots,)
        Of choosing a plot.
    supply : ndarray, shape (settlements,)
    loss : ndarray, shape (settlements, plots)
        Of a worker from there holding a job here; infinite where nobody comes.
    rival_jobs : ndarray, shape (rivals,)
        As many as can be filled today.
    rival_loss : ndarray, shape (settlements, rivals)
    excluded : tuple of tuple of int
        Positions of plots that cannot all be chosen; a set binds where each is a candidate of another town.
    """

    towns: tuple[str, ...]
    jobs: FloatArray
    candidates: tuple[IntArray, ...]
    plots: pd.Index
    settlements: pd.Index
    rivals: pd.Index
    plot_loss: FloatArray
    supply: FloatArray
    loss: FloatArray
    rival_jobs: FloatArray
    rival_loss: FloatArray
    excluded: tuple[tuple[int, ...], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many candidates each town has."""
        return tuple(len(positions) for positions in self.candidates)

    def combination(self, place: tuple[int, ...]) -> IntArray:
        """Positions of the plots at a place of the array of all combinations."""
        return np.array([positions[at] for positions, at in zip(self.candidates, place, strict=True)])

    def of_towns(self, chosen: Collection[str]) -> "Case":
        """Keep some of the towns alone."""
        kept = [at for at, town in enumerate(self.towns) if town in chosen]
        return replace(
            self,
            towns=tuple(self.towns[at] for at in kept),
            jobs=self.jobs[kept],
            candidates=tuple(self.candidates[at] for at in kept),
        )

    def without_rivals(self) -> "Case":
        """Leave all rivals out."""
        return replace(self, rivals=self.rivals[:0], rival_jobs=self.rival_jobs[:0], rival_loss=self.rival_loss[:, :0])

    def allowed(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which combinations no rule excludes: one axis a town."""
        free = np.ones(self.shape, dtype=bool)
        for together in self.binding_sets():
            place: list[Any] = [slice(None)] * len(self.candidates)
            for town, at in together:
                place[town] = at
            free[tuple(place)] = False
        return free

    def binding_sets(self) -> list[tuple[tuple[int, int], ...]]:
        """Excluded sets that a combination could hold, each plot as its town and its place among the candidates."""
        where = {
            int(plot): (town, at)
            for town, positions in enumerate(self.candidates)
            for at, plot in enumerate(positions.tolist())
        }
        known = [
            tuple(where[plot] for plot in set(together)) for together in self.excluded if set(together) <= set(where)
        ]
        return [places for places in known if len({town for town, _ in places}) == len(places)]


def compiled(question: Question, aim: Aim, rules: Rules) -> Case:
    """Turn a question into arrays.

    Parameters
    ----------
    question : Question
    aim : Aim
    rules : Rules

    Returns
    -------
    Case
        Towns in the order of the phases, if there are any.

    Raises
    ------
    StudyError
        Numbers that cannot be, weights that do not add up, names that nothing bears.
    """
    if faults := [*aim.faults(), *question.faults(rules)]:
        raise StudyError(faults)
    towns = tuple(rules.phases or question.jobs.index)
    jobs = question.jobs.reindex(towns).to_numpy(np.float64)
    plots, settlements = question.plots.index, question.supply.index
    order = list(plots)
    minutes = question.minutes.reindex(index=settlements, columns=plots).to_numpy(np.float64)
    rival_minutes = question.rival_minutes.reindex(index=settlements, columns=question.rivals.index).to_numpy(
        np.float64
    )
    held = _held(minutes, question.supply["raion"], aim)
    share = question.plots["town"].map(dict(zip(towns, jobs, strict=True))).to_numpy(np.float64)
    return Case(
        towns=towns,
        jobs=jobs,
        candidates=tuple(_candidates(question.plots, rules, town) for town in towns),
        plots=plots,
        settlements=settlements,
        rivals=question.rivals.index,
        plot_loss=aim.score * (1 - question.plots["score"].to_numpy(np.float64) / 100) * share,
        supply=question.supply["workers"].fillna(0.0).to_numpy(np.float64),
        loss=_on_the_way(minutes, aim) + aim.regional * (1 - held),
        rival_jobs=question.rivals.to_numpy(np.float64),
        rival_loss=_on_the_way(rival_minutes, aim),
        excluded=tuple(
            tuple(order.index(plot) for plot in together) for together in [*rules.excluded, *rules.overdrawn]
        ),
    )


def _where(figures: pd.Series, wrong: pd.Series) -> list[tuple[str, float]]:
    return [(str(name), float(figure)) for name, figure in figures[wrong].items()]


def _candidates(plots: pd.DataFrame, rules: Rules, town: str) -> IntArray:
    eligible = (plots["town"] == town) & plots["score"].notna()
    if town in rules.fixed:
        eligible &= plots.index == rules.fixed[town]
    return np.nonzero(eligible.to_numpy())[0]


def _on_the_way(minutes: FloatArray, aim: Aim) -> FloatArray:
    within = minutes <= aim.limit_minutes
    return np.where(within, aim.minutes * minutes / aim.limit_minutes, np.inf)


def _held(minutes: FloatArray, raion: pd.Series, aim: Aim) -> FloatArray:
    """How far each worker's job would be held without moving house: 0..1."""
    weight = raion.map(dict(aim.raion_weights)).astype(np.float64).fillna(1.0).to_numpy(np.float64)
    return np.where(minutes <= aim.home_minutes, weight[:, None], 0.0)
