"""How well what a town builds fits on the ground: the largest rectangle against need, less what slopes take."""

import itertools
from collections.abc import Hashable
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, field_validator

from sitesel.indicators.kind import Indicator, Measured
from sitesel.region import Outlines, Region
from sitesel.settings import Points
from sitesel.text import Message


class FitOfGround(Indicator):
    """Largest rectangle that can be built on against the ground that the town needs, less what slopes take of it.

    1 where it is just enough and flat; more is room to grow. Production halls are rectangles: ground beside the largest
    one serves for little. Without ``[ground]`` all of a plot counts.
    """

    unit: ClassVar = "unit.ratio"

    measure: Literal["fit_of_ground"]
    slope_share: Annotated[Points, Field(min_length=2)]
    """Share of the ground that can be built on at a mean slope: a list of ``[percent, share]``, straight in between;
    percents rise, shares fall from at most 1.
    """

    @field_validator("slope_share")
    @classmethod
    def _falls(cls, given: Points) -> Points:
        for (before, more), (after, less) in itertools.pairwise(given):
            if not before < after or not 0 <= less <= more <= 1:
                raise ValueError(
                    f"percents must rise and shares fall from at most 1 to no less than 0, but {before:g}, {more:g} is "
                    f"followed by {after:g}, {less:g}"
                )
        return given

    def measured(self, outlines: Outlines, region: Region) -> Measured:  # noqa: ARG002 -- one signature for all
        """Divide rectangle by need, and take the share off that the slope leaves."""
        frame, slope = outlines.frame, outlines.slope["mean"].astype(np.float64)
        flat = (frame["rectangle_ha"] / frame["need_ha"]).astype(np.float64)
        percents, shares = np.asarray(self.slope_share, dtype=np.float64).T
        left = pd.Series(np.interp(slope, percents, shares), index=frame.index)
        fit = flat * left.where(slope.notna())

        def told() -> dict[Hashable, Message]:
            rows = zip(frame.index, frame["rectangle_ha"], frame["need_ha"], slope, strict=True)
            return {
                outline: Message(
                    "detail.fit", {"area": float(whole), "need": float(need), "slope": float(np.round(percent, 1))}
                )
                for outline, whole, need, percent in rows
                if np.isfinite(percent)
            }

        least, most = fit.fillna(flat * shares.min()), fit.fillna(flat)
        return Measured(fit, Message("reason.no_heights"), told, low=least, high=most)
