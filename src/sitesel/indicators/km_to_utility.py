"""Straight kilometres to the nearest known source of a utility."""

from typing import Annotated, ClassVar, Literal

import geopandas as gpd
import pandas as pd
from pydantic import Field

from sitesel.indicators.kind import Indicator, Measured, places_told
from sitesel.indicators.nearest import nearest_km
from sitesel.layers.voltage import HIGH_KV, at_level
from sitesel.region import Outlines, Region
from sitesel.schema import Utility
from sitesel.settings import Positive
from sitesel.text import Message


class KmToUtility(Indicator):
    """Straight kilometres to the nearest known source of a utility.

    Layers of utilities are never complete. Beyond some distance, not knowing a nearer source says more about the layer
    than about the plot: there the measure is not known, but for its bound, the nearest source that is.
    """

    unit: ClassVar = "unit.km"

    measure: Literal["km_to_utility"]
    utility: Utility
    """Of which utility; says what the indicator is called."""
    kinds: Annotated[tuple[str, ...], Field(min_length=1)]
    """Kinds of the layers ``utilities`` and ``utility_lines`` that count."""
    only_110kv: bool = False
    """Whether, of points, only those count that are known to have 110 kV."""
    known_within_km: Positive
    """Beyond so many kilometres the measure is not known; it counts as its bound, the nearest source that is."""

    @property
    def label(self) -> Message:
        """Name of the indicator, with its utility."""
        return Message(f"indicator.km_to_{self.utility}")

    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Take the shortest straight line from each outline's edge, as far as sources are known."""
        known = self._sources(region)
        km, whose = nearest_km(outlines.frame, known)
        missing: dict[str, Message | float] = {
            "what": Message(f"utility.{self.utility}"),
            "km": self.known_within_km,
        }

        def told() -> dict[object, Message]:
            words = places_told(known)
            return {outline: words[source] for outline, source in whose.dropna().items()}

        near = km.where(km <= self.known_within_km)
        # A source known farther off bounds the distance from above: a nearer one may exist.
        nothing = km.isna() | near.notna()
        return Measured(near, Message("reason.none_known", missing), told, low=km.where(nothing, 0.0), high=km)

    def _sources(self, region: Region) -> gpd.GeoDataFrame:
        """Take the sources that count, points and lines."""
        points, lines = region.frames["utilities"], region.frames["utility_lines"]
        points = points[points["kind"].isin(list(self.kinds))]
        if self.only_110kv:
            points = points[at_level(points, HIGH_KV, HIGH_KV)]
        lines = lines[lines["kind"].isin(list(self.kinds))]
        return gpd.GeoDataFrame(pd.concat([points, lines.dropna(axis=1, how="all")]), crs=points.crs)
