"""Working-age people in reach, decayed by time, for each planned job."""

from collections.abc import Hashable, Sequence
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from sitesel.indicators.kind import Indicator, Measured
from sitesel.labour.settings import Decaying
from sitesel.region import Outlines, Region, waiting_minutes
from sitesel.region.homes import homes_end_far
from sitesel.region.settings import Way
from sitesel.routing import Decay, reach_sum, within
from sitesel.schema import DrivenMode, RoadMode
from sitesel.settings import Points
from sitesel.text import Message

WITHIN_MINUTES = 45.0


class PeoplePerJob(Indicator):
    """Working-age people in reach, decayed by time, for each planned job.

    Accessibility as a sum of opportunities weighted by an impedance function of travel time (Hansen, 1959).
    """

    unit: ClassVar = "unit.people_per_job"

    measure: Literal["people_per_job"]
    mode: DrivenMode
    """By what people come."""
    decay: Decaying
    """Share of people who would travel that long: a list of ``[minutes, share]``, minutes rising, shares falling."""

    @property
    def label(self) -> Message:
        """Name of the indicator, with its mode."""
        return Message("indicator.people_per_job", {"mode": Message(f"mode.{self.mode}")})

    @property
    def modes(self) -> frozenset[RoadMode]:
        """Its mode."""
        return frozenset({self.mode})

    @property
    def ways(self) -> frozenset[Way]:
        """From where people live."""
        return frozenset({(self.mode, "homes")})

    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Sum the people in reach.

        All places on a network's roads reach one another: where no home has known people, nothing is known at all.
        """
        wait = waiting_minutes(self.mode)
        # Waiting counts as part of the way: the points of the decay come so much earlier on the road.
        reached = self._sum(outlines, region, Decay([(minutes - wait, share) for minutes, share in self.decay]))

        def told() -> dict[Hashable, Message]:
            near = self._sum(outlines, region, within(60 * (WITHIN_MINUTES - wait))).to_dict()
            return {
                outline: Message("detail.people", {"people": _hundreds(there), "within": _hundreds(near[outline])})
                for outline, there in reached.dropna().items()
            }

        found = reached / outlines.frame["jobs"]
        known = found.notna() & ~homes_end_far(outlines, region.homes)
        key = "reason.nobody" if reached.isna().all() else "reason.homes_far"
        return Measured(found.where(known), Message(key), told, low=found.fillna(0.0), high=found.where(known))

    def _sum(self, outlines: Outlines, region: Region, decay: Decay) -> pd.Series:
        homes, joined = region.homes.places, region.joined[self.mode, "homes"]
        people = (homes["population"] * homes["working_age_share"]).reindex(joined.ids).to_numpy(np.float64)
        if not np.isfinite(people[np.unique(joined.place)]).any():
            return pd.Series(np.nan, index=outlines.index)
        worth = (np.nan_to_num(people), decay)
        found = reach_sum(region.networks[self.mode], outlines.places[self.mode], joined, worth)
        return found.reindex(outlines.index)


def _hundreds(people: float) -> float:
    """Round: villages of low confidence do not add up to single persons."""
    return float(np.round(people, -2))


def first_decay(indicators: Sequence[Indicator]) -> Points | None:
    """Share who would travel so many minutes: that of the first indicator of this kind, if there is one."""
    return next((part.decay for part in indicators if isinstance(part, PeoplePerJob)), None)
