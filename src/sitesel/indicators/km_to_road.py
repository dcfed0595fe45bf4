"""Straight kilometres to a road of some classes."""

from typing import ClassVar, Literal

from sitesel.indicators.kind import Indicator, Measured
from sitesel.indicators.nearest import nearest_km
from sitesel.region import Outlines, Region
from sitesel.region.settings import RoadClasses
from sitesel.text import Message


class KmToRoad(Indicator):
    """Straight kilometres to a road of some classes."""

    unit: ClassVar = "unit.km"

    measure: Literal["km_to_road"]
    classes: RoadClasses
    """Values of OpenStreetMap's ``highway`` that count."""

    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Take the shortest straight line from each outline's edge."""
        roads = region.frames["roads"]
        km, _ = nearest_km(outlines.frame, roads[roads["highway"].isin(list(self.classes))])
        return Measured(km, Message("reason.no_road", {"classes": ", ".join(self.classes)}))
