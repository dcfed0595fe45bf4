"""Ground: enough of it, and flat enough."""

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio.warp
from affine import Affine
from rasterio.features import geometry_mask

from sitesel.layers.raster import Relief

Grid = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def area_ratio(plots: gpd.GeoDataFrame, need_ha: pd.Series) -> pd.Series:
    """Area of each plot against what its town needs.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
    need_ha : Series of float, index plot

    Returns
    -------
    Series of float, index plot
        1 where the plot is just large enough.
    """
    ratio: pd.Series = plots.area / 1e4 / need_ha.reindex(plots.index)
    return ratio.rename("area_ratio")


def slope_pct(plots: gpd.GeoDataFrame, relief: Relief) -> pd.DataFrame:
    """Mean and greatest slope of the cells that each plot touches.

    Slopes by Horn's method (1981) on the grid warped to the plots' CRS at its own resolution.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
    relief : Relief
        Heights in metres, any CRS.

    Returns
    -------
    DataFrame of float, index plot
        ``mean`` and ``max`` in percent, and ``cells``, how many were touched; NaN where a touched cell is unknown.
    """
    slope, transform = _slope(relief, plots.crs.to_wkt())
    rows: dict[object, tuple[float, float, float]] = {}
    for plot, outline in plots.geometry.items():
        touched = geometry_mask([outline], slope.shape, transform, all_touched=True, invert=True)
        cells = slope[touched]
        known = cells.size > 0 and not np.isnan(cells).any()
        mean, greatest = (float(cells.mean()), float(cells.max())) if known else (np.nan, np.nan)
        rows[plot] = (mean, greatest, float(cells.size))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["mean", "max", "cells"])
    return table.reindex(plots.index)


def _slope(relief: Relief, crs: str) -> tuple[Grid, Affine]:
    rows, columns = relief.metres.shape
    bounds = rasterio.transform.array_bounds(rows, columns, relief.transform)
    transform, width, height = rasterio.warp.calculate_default_transform(relief.crs, crs, columns, rows, *bounds)
    metres = np.full((height, width), np.nan, dtype=np.float32)
    rasterio.warp.reproject(
        relief.metres,
        metres,
        src_transform=relief.transform,
        src_crs=relief.crs,
        src_nodata=np.nan,
        dst_transform=transform,
        dst_crs=crs,
        dst_nodata=np.nan,
        resampling=rasterio.warp.Resampling.bilinear,
    )
    return horn(metres, transform.a, -transform.e), transform


def horn(metres: Grid, width_m: float, height_m: float) -> Grid:
    """Slope of each cell from its eight neighbours (Horn, 1981).

    Parameters
    ----------
    metres : ndarray, shape (rows, columns)
        Heights; NaN where unknown.
    width_m, height_m : float
        Size of a cell in metres.

    Returns
    -------
    ndarray of float32, same shape
        Percent; NaN on the edge and next to unknown cells.

    Examples
    --------
    >>> plane = np.add.outer(np.zeros(3), [0.0, 5.0, 10.0]).astype(np.float32)  # rises 5 m in each 100 m
    >>> float(horn(plane, 100.0, 100.0)[1, 1])
    5.0
    """
    slope = np.full(metres.shape, np.nan, dtype=np.float32)
    north, middle, south = metres[:-2], metres[1:-1], metres[2:]
    columns = (north + 2 * middle + south) / 4
    rows = (metres[:, :-2] + 2 * metres[:, 1:-1] + metres[:, 2:]) / 4
    east_west = (columns[:, 2:] - columns[:, :-2]) / (2 * width_m)
    north_south = (rows[:-2] - rows[2:]) / (2 * height_m)
    slope[1:-1, 1:-1] = 100 * np.hypot(east_west, north_south)
    return slope
