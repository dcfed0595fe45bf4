"""Minutes by road to the nearest gateway of a kind."""

from typing import ClassVar, Literal

import numpy as np

from sitesel.indicators.kind import Indicator, Measured, places_told
from sitesel.indicators.nearest import least
from sitesel.region import Outlines, Region
from sitesel.region.settings import Way
from sitesel.schema import DrivenMode, Gateway, RoadMode
from sitesel.text import Message


class MinutesToGateway(Indicator):
    """Minutes by road to the nearest gateway of a kind, off-road leg included."""

    unit: ClassVar = "unit.minutes"
    decimals: ClassVar = 0  # a screening network knows no fractions of a minute

    measure: Literal["minutes_to_gateway"]
    gateway: Gateway
    """Kind of the layer ``gateways``."""
    mode: DrivenMode
    """By what it is driven."""

    @property
    def label(self) -> Message:
        """Name of the indicator, with its gateway and mode."""
        return Message(f"indicator.minutes_to_{self.gateway}", {"mode": Message(f"mode.{self.mode}")})

    @property
    def modes(self) -> frozenset[RoadMode]:
        """Its mode."""
        return frozenset({self.mode})

    @property
    def ways(self) -> frozenset[Way]:
        """To the gateways."""
        return frozenset({(self.mode, "gateways")})

    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Take the quickest way from each outline, off-road legs and waiting included."""
        gateways = region.frames["gateways"]
        wanted = gateways[gateways["kind"] == self.gateway]
        seconds = region.seconds(self.mode, outlines, "gateways")
        minutes, whose = least(seconds.reindex(outlines.index)[list(wanted.index)].astype(np.float64) / 60)
        key = "reason.no_gateway" if wanted.empty else "reason.no_way"

        def told() -> dict[object, Message]:
            words = places_told(wanted)
            return {outline: words[place] for outline, place in whose.dropna().items()}

        return Measured(minutes, Message(key, {"what": self.label}), told)
