"""Mean minutes of the workers who would fill the town's jobs."""

from collections.abc import Hashable
from typing import ClassVar, Literal

from sitesel.indicators.kind import Indicator, Measured
from sitesel.labour.at_hand import labour_of, staffed
from sitesel.region import Outlines, Region
from sitesel.region.homes import homes_end_far
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
