"""Straight metres to a road that trucks use all year."""

from typing import ClassVar, Final, Literal

from sitesel.indicators.kind import Indicator, Measured
from sitesel.indicators.nearest import nearest_km
from sitesel.region import Outlines, Region
from sitesel.region.settings import RoadClasses
from sitesel.text import Message

M_PER_KM: Final = 1000.0


class MetresToMainRoad(Indicator):
    """Straight metres from the edge to a road of some classes: one that trucks use all year."""

    unit: ClassVar = "unit.metres"
    decimals: ClassVar = 0

    measure: Literal["metres_to_main_road"]
    classes: RoadClasses
    """Values of OpenStreetMap's ``highway`` that count."""

    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Take the shortest straight line from each outline's edge."""
        roads = region.frames["roads"]
        km, _ = nearest_km(outlines.frame, roads[roads["highway"].isin(list(self.classes))])
        return Measured(km * M_PER_KM, Message("reason.no_road", {"classes": ", ".join(self.classes)}))
