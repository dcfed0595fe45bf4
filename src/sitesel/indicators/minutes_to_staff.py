"""Mean minutes of the workers who would fill the town's jobs."""

from collections.abc import Hashable
from typing import ClassVar, Literal

from sitesel.indicators.kind import Indicator, Measured
from sitesel.labour.at_hand import labour_of, staffed
from sitesel.region import Outlines, Region
from sitesel.region.homes import homes_end_far
from sitesel.settings import Positive
from sitesel.text import Message


class MinutesToStaff(Indicator):
    """Mean minutes of the workers who would fill the town's jobs.

    The nearest come first, after today's employers have taken theirs; no settlement gives more of its workers than
    ``labour.draw_cap``. Jobs that nobody can fill count as the longest way, ``labour.limit_minutes``.
    """

    unit: ClassVar = "unit.minutes"
    decimals: ClassVar = 0
    by_labour: ClassVar = True

    measure: Literal["minutes_to_staff"]
    usd_per_hour: Positive = 1.5
    """What an hour on the way to work costs a worker, in US dollars: about half of a mean wage. It changes no score:
    weights are told beside money by it.
    """
    work_days: Positive = 250
    """Days of work in a year; a way there and a way back on each. For money alone, too."""

    @property
    def usd_per_job_year(self) -> float:
        """A minute on each of a year's ways to work and back."""
        return 2 * self.work_days / 60 * self.usd_per_hour

    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Fill the jobs of each outline's town there, were it built alone."""
        found = staffed(outlines, region)
        jobs = outlines.frame["jobs"]
        longest = labour_of(region).limit_minutes or self.value[-1][0]
        filled = jobs - found["unfilled"]
        minutes = (found["minutes"].fillna(0.0) * filled + longest * found["unfilled"]) / jobs
        known = ~homes_end_far(outlines, region.homes)

        def told() -> dict[Hashable, Message]:
            cap = float(100 * labour_of(region).draw_cap.mid)
            short = found["unfilled"].round()
            return {
                outline: Message("detail.staffed_short", {"jobs": float(left), "cap": cap})
                if left
                else Message("detail.staffed", {"jobs": float(jobs[outline]), "cap": cap})
                for outline, left in short.items()
            }

        return Measured(minutes.where(known), Message("reason.homes_far"), told, low=minutes.where(known, 0.0))
