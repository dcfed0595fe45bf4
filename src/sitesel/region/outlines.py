"""Outlines on a region: candidate plots, or cells of a grid, with what is found for them once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from sitesel.arrays import Ints
from sitesel.layers import Raster
from sitesel.region.slope import slopes, unknown_slopes
from sitesel.routing import Places
from sitesel.schema import RoadMode


@dataclass(frozen=True, eq=False)
class Outlines:
    """Pieces of ground that are measured, each for its town.

    Parameters
    ----------
    frame : GeoDataFrame of Polygon, index outline, the region's CRS
        ``town jobs need_ha`` (that the town asks for), ``production``, ``usable_ha`` (that is left to build on) and
        ``rectangle_ha`` (the largest rectangle in it).
    places : mapping of mode to Places
        Where each touches the roads of a mode; those out of reach have no gate.
    heights : sequence of Path, or of tuples of Path
        Elevation layers, the first that knows an outline's heights first.
    """

    frame: gpd.GeoDataFrame
    places: Mapping[RoadMode, Places]
    heights: Sequence[Raster] = ()

    @property
    def index(self) -> pd.Index:
        """Names of the outlines."""
        index: pd.Index = self.frame.index
        return index

    def some(self, rows: slice | Ints) -> "Outlines":
        """Take some of the outlines, by their positions."""
        frame = self.frame.iloc[rows]
        part = Outlines(frame, {mode: places.only(frame.index) for mode, places in self.places.items()}, self.heights)
        return part.on_the_ground_of(self)

    def on_the_ground_of(self, other: "Outlines") -> "Outlines":
        """Take the slopes that others had, of which these are some: whatever roads lead to it, ground is the same."""
        if "slope" in other.__dict__:  # measured already: not again
            self.__dict__["slope"] = other.slope.loc[self.index]
        return self

    @cached_property
    def slope(self) -> pd.DataFrame:
        """Slope of each, as :func:`sitesel.region.slope.slopes` tells it, from the first layer that knows it."""
        if not self.heights:
            return unknown_slopes(self.index)
        tables, left = [], self.frame
        for path in self.heights:
            found = slopes(left, path)
            unknown = found["mean"].isna()
            tables.append(found[~unknown] if path != self.heights[-1] else found)
            left = left.loc[found.index[unknown]]
        return pd.concat(tables).reindex(self.index)
