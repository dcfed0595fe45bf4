"""Share of the jobs that people outside the big cities could hold without moving house."""

from collections.abc import Hashable
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from sitesel.arrays import Floats
from sitesel.indicators.kind import Indicator, Measured
from sitesel.labour.at_hand import at_hand, ways_in_blocks
from sitesel.labour.staffing import near_home
from sitesel.region import Outlines, Region
from sitesel.region.homes import homes_end_far
from sitesel.settings import District, Minutes, Share
from sitesel.text import Message


class JobsNearHome(Indicator):
    """Share of the jobs that people outside the big cities could hold without moving house, in percent.

    Who lives no farther than ``home_minutes`` keeps their home; of each settlement ``labour.draw_cap`` can come at
    most. The aim behind the towns: work in the regions, so that people need not move.
    """

    unit: ClassVar = "unit.percent"
    decimals: ClassVar = 0
    by_labour: ClassVar = True

    measure: Literal["jobs_near_home"]
    home_minutes: Minutes = 45.0
    """Who lives no farther keeps their home, in minutes."""
    district_weights: dict[District, Share] = Field(default_factory=dict)
    """How much a job held from a district counts: 0 for the big cities, more where more people leave; 1 where none is
    given.
    """

    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Add up who could come from near by."""
        counted = self.counted(region)
        hand = at_hand(region)["most"].to_numpy(np.float64)
        found = [
            near_home(minutes, hand, part.frame["jobs"].to_numpy(np.float64), self.home_minutes, counted)
            for part, minutes in ways_in_blocks(outlines, region)
        ]
        share = pd.Series(100 * np.concatenate(found), index=outlines.index)

        def told() -> dict[Hashable, Message]:
            near = {"minutes": self.home_minutes}
            return {
                outline: Message("detail.near_home", {**near, "jobs": float(np.round(part * jobs / 100, -2))})
                for outline, part, jobs in zip(share.index, share, outlines.frame["jobs"], strict=True)
            }

        # What is found is the least: beyond the edge of the layer more people may live.
        known = ~homes_end_far(outlines, region.homes)
        most = share.where(known, 100.0)
        return Measured(share.where(known), Message("reason.homes_far"), told, low=share, high=most)

    def counted(self, region: Region) -> Floats:
        """Tell how much a job held from each home counts.

        Returns
        -------
        ndarray, shape (homes,)
            0..1.
        """
        district = region.homes.places["settlement"].map(region.frames["settlements"]["district"])
        return np.asarray(district.map(self.district_weights).astype(np.float64).fillna(1.0))
