"""Earth to be moved to level the ground."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from shapely import contains_xy

from sitesel.layers.raster import Relief, heights_at

SAMPLES_A_SIDE = 60  # of the plot's longer side


def earthwork(plots: gpd.GeoDataFrame, relief: Relief) -> pd.DataFrame:
    """Volume to level each plot to one height where cut and fill are equal.

    Heights are read between the grid's cells by straight lines (bilinear) at evenly spaced points; the level is their
    mean, for there cut equals fill. Loosening of the soil and slopes at the edge are not counted.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
        Or their usable parts; empty ones have NaN.
    relief : Relief
        Heights in metres, any CRS.

    Returns
    -------
    DataFrame of float, index plot
        ``level_m`` above the sea, ``cut_m3`` (= fill), ``m3_per_m2``; NaN where a height inside is not known.
    """
    to_grid = pyproj.Transformer.from_crs(plots.crs, relief.crs, always_xy=True)
    rows = {plot: _level(outline, relief, to_grid) for plot, outline in plots.geometry.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["level_m", "cut_m3", "m3_per_m2"]).reindex(plots.index)


def _level(outline: gpd.array.BaseGeometry, relief: Relief, to_grid: pyproj.Transformer) -> tuple[float, float, float]:
    if outline is None or outline.is_empty:
        return np.nan, np.nan, np.nan
    west, south, east, north = outline.bounds
    step = max(east - west, north - south) / SAMPLES_A_SIDE
    x = np.arange(west + step / 2, east, step)
    y = np.arange(south + step / 2, north, step)
    xs, ys = (axis.ravel() for axis in np.meshgrid(x, y))
    inside = contains_xy(outline, xs, ys)
    metres = heights_at(relief, *to_grid.transform(xs[inside], ys[inside]))
    if metres.size == 0 or np.isnan(metres).any():
        return np.nan, np.nan, np.nan
    level = float(metres.mean())
    depth = float(np.clip(metres - level, 0, None).mean())
    return level, depth * outline.area, depth
