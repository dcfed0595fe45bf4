"""Area against need."""

from collections.abc import Hashable
from typing import ClassVar, Literal

import numpy as np

from sitesel.indicators.kind import Indicator, Measured
from sitesel.region import Outlines, Region
from sitesel.text import Message

A_TENTH_OF_AN_ARE = 1e-3  # hectares


class AreaRatio(Indicator):
    """Area that is left to build on against what the town needs: 1 where it is just enough.

    Without ``[ground]`` all of a plot is left to build on.
    """

    unit: ClassVar = "unit.ratio"

    measure: Literal["area_ratio"]

    def measured(self, outlines: Outlines, region: Region) -> Measured:  # noqa: ARG002 -- one signature for all
        """Divide the one by the other."""
        frame = outlines.frame

        def told() -> dict[Hashable, Message]:
            rows = zip(frame.index, frame.area / 1e4, frame["usable_ha"], frame["need_ha"], strict=True)
            return {outline: _hectares(whole, left, need) for outline, whole, left, need in rows}

        return Measured((frame["usable_ha"] / frame["need_ha"]).astype(float), Message("reason.no_area"), told)


def _hectares(whole: float, left: float, need: float) -> Message:
    if np.isclose(left, whole, rtol=0, atol=A_TENTH_OF_AN_ARE):
        return Message("detail.area", {"area": whole, "need": need})
    return Message("detail.area_left", {"area": left, "whole": whole, "need": need})
