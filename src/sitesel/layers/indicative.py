"""Outlines of plots of which no more than a place and hectares are known."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

INDICATIVE = "indicative"
M2_PER_HA: Final = 1e4


def with_squares(frame: gpd.GeoDataFrame, crs: str) -> tuple[gpd.GeoDataFrame, "pd.Series[bool]"]:
    """Draw a square of the stated area round each point that has one, and mark its outline as indicative.

    Parameters
    ----------
    frame : GeoDataFrame
        With ``area_ha`` and ``outline``.
    crs : str
        In metres: the squares have their area, and lie square, in it.

    Returns
    -------
    frame : GeoDataFrame
        In its own CRS.
    drawn : Series of bool
        For which features.
    """
    shapes = frame.geometry
    drawn = (shapes.geom_type == "Point") & ~shapes.is_empty & (frame["area_ha"] > 0)
    if not bool(drawn.any()):
        return frame, drawn
    middle = shapely.force_2d(shapes[drawn].to_crs(crs).array)
    half = np.sqrt(frame.loc[drawn, "area_ha"].to_numpy(np.float64) * M2_PER_HA) / 2
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    squares = gpd.GeoSeries(shapely.box(x - half, y - half, x + half, y + half), index=frame.index[drawn], crs=crs)
    outlines = pd.Series(np.asarray(shapes.array, dtype=object), index=frame.index)
    outlines[drawn] = np.asarray(squares.to_crs(frame.crs).array, dtype=object)
    told = frame.set_geometry(gpd.GeoSeries(outlines, index=frame.index, crs=frame.crs))
    return told.assign(outline=told["outline"].mask(drawn, INDICATIVE)), drawn
