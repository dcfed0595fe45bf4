"""Slope of the ground, mean or greatest, in percent."""

from collections.abc import Hashable, Mapping
from typing import Any, ClassVar, Literal

from sitesel.indicators.kind import Indicator, Measured
from sitesel.region import Outlines, Region
from sitesel.text import Message


class Slope(Indicator):
    """Slope of the ground, mean or greatest, in percent."""

    unit: ClassVar = "unit.percent"

    measure: Literal["mean_slope", "max_slope"]

    def measured(self, outlines: Outlines, region: Region) -> Measured:  # noqa: ARG002 -- one signature for all
        """Take it from the first elevation layer that knows the outline."""
        table = outlines.slope

        def told() -> dict[Hashable, Message]:
            return {outline: _cells(row) for outline, row in table.dropna(subset=["mean"]).to_dict("index").items()}

        return Measured(table[self.measure.removesuffix("_slope")].astype(float), Message("reason.no_heights"), told)


def _cells(slope: Mapping[Any, Any]) -> Message:
    """Tell how fine the heights under an outline are, and where they are too coarse for the outline itself."""
    size = {"width": float(slope["cell_width_m"]), "height": float(slope["cell_height_m"])}
    key = "detail.slope_regional" if slope["regional"] else "detail.slope_fine"
    return Message(key, {"cells": int(slope["cells"]), **{name: float(round(side)) for name, side in size.items()}})
