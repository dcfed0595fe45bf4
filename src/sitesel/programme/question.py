"""What is asked of a programme."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from sitesel.arrays import Floats
from sitesel.decision.value import fault_in
from sitesel.programme.settings import Rules
from sitesel.settings import Points

NO_RULES: Final = Rules()


@dataclass(frozen=True, eq=False)
class Joint:
    """How the two indicators that depend on the other towns count in a plot's score.

    Parameters
    ----------
    weight_minutes : float
        Weight (0..1, of the whole score) of the mean minutes to staff.
    minutes_points : sequence of (minutes, points)
        Their value function; more minutes never earn more points.
    weight_home : float
        Weight of the share of jobs that people near home can hold.
    home_points : sequence of (share, points)
        Its value function; more jobs never earn fewer points.
    home_minutes : float
        Who lives no farther keeps their home.
    district_weight : mapping of district to float
        How much such a job counts, 0..1; a district not named counts 1.
    """

    weight_minutes: float
    minutes_points: Points
    weight_home: float
    home_points: Points
    home_minutes: float
    district_weight: Mapping[str, float] = field(default_factory=dict)

    def faults(self) -> list[str]:
        """List what is wrong, one line each."""
        found = []
        for what, points, sense in (("minutes", self.minutes_points, -1), ("home", self.home_points, 1)):
            if fault := fault_in(points):
                found.append(f"programme: {what}: {fault}")
            elif (sense * np.diff([worth for _, worth in points]) < 0).any():
                found.append(f"programme: {what}: what is worse earns more points; turn them round")
        if min(self.weight_minutes, self.weight_home) < 0:
            found.append("programme: a weight is below 0; raise it")
        outside = [district for district, weight in self.district_weight.items() if not 0 <= weight <= 1]
        return found + [
            f"programme: weight of district {district} is not between 0 and 1; change it" for district in outside
        ]

    def points(self, minutes: Floats, home: Floats) -> Floats:
        """Points of 100 that minutes to staff and share of jobs near home add to a score."""
        by_minutes = np.interp(minutes, *np.transpose(self.minutes_points))
        by_home = np.interp(home, *np.transpose(self.home_points))
        added: Floats = self.weight_minutes * by_minutes + self.weight_home * by_home
        return added

    def worth_by_settlement(self, supply: pd.DataFrame) -> Floats:
        """How much a job counts that is held from each settlement."""
        return np.asarray(supply["district"].map(dict(self.district_weight)).astype(np.float64).fillna(1.0))


@dataclass(frozen=True, eq=False)
class Question:
    """A programme: which plot for each town, and whose workers.

    Parameters
    ----------
    jobs : Series of float, index town
        Planned; all above 0.
    plots : DataFrame, index plot
        ``town`` and ``base``: points (0..100) of all that does not depend on the other towns. A plot whose base is NaN
        is no candidate.
    supply : DataFrame, index home
        ``workers`` (NaN counts nobody), ``district`` and, where a settlement has several homes, ``settlement``.
    minutes : DataFrame of float, settlements x plots
        From home to work; NaN where there is no way.
    rivals : Series of float, index rival
        Existing jobs; they take their nearest workers before any town does.
    rival_minutes : DataFrame of float, settlements x rivals
    limit_minutes : float
        Nobody travels longer.
    cap : float
        Share (0..1) of a settlement's workers that one town draws at most.
    joint : Joint, optional
        What of a score depends on the other towns; without it, ``base`` is the score.
    """

    jobs: pd.Series
    plots: pd.DataFrame
    supply: pd.DataFrame
    minutes: pd.DataFrame
    rivals: pd.Series
    rival_minutes: pd.DataFrame
    limit_minutes: float
    cap: float = 1.0
    joint: Joint | None = None

    def faults(self, rules: Rules = NO_RULES) -> list[str]:
        """List what is wrong with the question and with the rules asked of it, one line each."""
        joint = self.joint.faults() if self.joint else []
        return [*joint, *self._wrong_numbers(), *self._unknown_names(rules)]

    def _wrong_numbers(self) -> Iterator[str]:
        workers = self.supply["workers"]
        for town, jobs in self.jobs[~(self.jobs > 0)].items():
            yield f"towns: {town} has {jobs:g} jobs; plan at least one"
        for home, count in workers[workers < 0].items():
            yield f"settlements: {home} has {count:g} workers; correct it"
        for rival, jobs in self.rivals[~(self.rivals >= 0)].items():
            yield f"rivals: {rival} has {jobs:g} jobs; give a number, or leave it out"

    def _unknown_names(self, rules: Rules) -> Iterator[str]:
        town_of = self.plots["town"].to_dict()
        for town, plot in rules.fixed.items():
            if town_of.get(plot) != town:
                yield f"programme.fixed: {plot} is not a plot of {town}; name one that is"
        for together in rules.excluded:
            for plot in together:
                if plot not in town_of:
                    yield f"programme.excluded: no plot is called {plot}; name one that is in the plots' layer"
            if len(set(together)) < len(together):
                yield (f"programme.excluded: {', '.join(together)} is no set of two plots or more; name each plot once")
        if rules.phases is not None and sorted(rules.phases) != sorted(self.jobs.index):
            yield f"programme.phases: name each of {', '.join(self.jobs.index)} once"
