"""Slope of plots and of grids."""

from pathlib import Path
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import rasterio.warp
from affine import Affine
from rasterio.enums import Resampling
from rasterio.features import geometry_mask
from shapely.geometry.base import BaseGeometry

from sitesel.layers.grid import Grid as Lattice
from sitesel.layers.grid import warped
from sitesel.layers.raster import Relief, read_around, strips

LIMITS_PCT: Final = (8.0, 15.0)
FINE: Final = 30  # cells to a plot: with fewer, most of what is measured lies in cells that its edge cuts
EDGE: Final = 1e-6  # of a cell: an edge on another is not across it
COLUMNS: Final = ["mean", "max", "over_8", "over_15", "cells", "cell_width_m", "cell_height_m", "regional"]

Grid = np.ndarray[tuple[int, int], np.dtype[np.float32]]


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
        ``mean`` and ``max`` in percent; ``over_8`` and ``over_15``, the share (0..1) of touched cells that are steeper;
        ``cells``, how many were touched; ``cell_width_m``, ``cell_height_m``; and ``regional`` (bool): the grid is
        coarser than the plot (fewer than :data:`FINE` cells to its area), so its slope is the region's class, not the
        plot's. NaN where a touched cell is unknown.
    """
    slope, transform = _slope(relief, plots.crs.to_wkt())
    rows = {
        plot: (*_of_plot(slope, transform, outline), *_cell_of(relief, plots.crs, outline))
        for plot, outline in plots.geometry.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).reindex(plots.index).astype({"regional": bool})


def slope_pct_by_window(plots: gpd.GeoDataFrame, path: Path) -> pd.DataFrame:
    """As :func:`slope_pct`, from a raster file of which only each plot's surroundings are read.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
    path : Path
        Heights in metres, of any size.

    Returns
    -------
    DataFrame of float, index plot
        As from :func:`slope_pct`. A plot that the raster does not cover has NaN.

    Raises
    ------
    LayerError
        The raster cannot be used.
    """
    parts = []
    for plot in plots.index:
        only = plots.loc[[plot]]
        relief = read_around(path, only)
        row = (np.nan, np.nan, np.nan, np.nan, 0.0, np.nan, np.nan, True)
        parts.append(pd.DataFrame([row], columns=COLUMNS, index=[plot]) if relief is None else slope_pct(only, relief))
    return pd.concat(parts) if parts else pd.DataFrame(columns=COLUMNS, index=plots.index)


def slope_grid(path: Path, grid: Lattice) -> Grid:
    """Mean slope of each cell of a grid, from a raster of any size, a strip at a time.

    Slopes are taken at the raster's own resolution, but no finer than an eighth of a cell's side, and then averaged; a
    raster coarser than the grid is read between its cells by straight lines.

    Parameters
    ----------
    path : Path
        Heights in metres.
    grid : Grid

    Returns
    -------
    ndarray of float32, shape of the grid
        Percent; NaN where not known.
    """
    found = np.full(grid.shape, np.nan, dtype=np.float32)
    for rows, relief in strips(path, grid):
        slope, transform = _slope(relief, grid.crs)
        coarse = transform.a * -transform.e >= grid.cell_ha * 1e4
        strip = Lattice(
            grid.transform * Affine.translation(0, rows.start), (rows.stop - rows.start, grid.shape[1]), grid.crs
        )
        found[rows] = warped(slope, transform, grid.crs, strip, Resampling.bilinear if coarse else Resampling.average)
    return found


def slopes_touched(path: Path, grid: Lattice) -> tuple[Grid, Grid]:
    """Mean and greatest slope of the raster's cells that each cell of a grid touches, a strip at a time.

    As :func:`slope_pct` takes them for plots, but from no more than eight heights to a side of a grid's cell.

    Parameters
    ----------
    path : Path
        Heights in metres.
    grid : Grid

    Returns
    -------
    mean, greatest : ndarray of float32, shape of the grid
        Percent; NaN where a touched cell of the raster is not known.
    """
    found = (np.full(grid.shape, np.nan, dtype=np.float32), np.full(grid.shape, np.nan, dtype=np.float32))
    west, _, _, north = grid.bounds
    height, width = grid.cell_m
    across = west + width * np.arange(grid.shape[1] + 1)
    for rows, relief in strips(path, grid):
        slope, transform = _slope(relief, grid.crs)
        down = north - height * np.arange(rows.start, rows.stop + 1)
        beside = _ranges((across - transform.c) / transform.a, slope.shape[1])
        under = _ranges((down - transform.f) / transform.e, slope.shape[0])
        padded = np.pad(slope, ((0, 1), (0, 1)), constant_values=np.nan)  # a range may end where the raster does
        unknown = ~(under.inside[:, None] & beside.inside[None, :])
        count = np.maximum(np.multiply.outer(under.last - under.first, beside.last - beside.first), 1)
        for part, over, share in zip(found, (np.add, np.maximum), (count, 1), strict=True):
            by_row = over.reduceat(padded, under.pairs(), axis=0)[::2]
            part[rows] = np.where(unknown, np.nan, over.reduceat(by_row, beside.pairs(), axis=1)[:, ::2] / share)
    return found


class _Ranges(NamedTuple):
    """Runs of a raster's rows or columns, from the first up to, not including, the last; and which lie wholly on it."""

    first: np.ndarray
    last: np.ndarray
    inside: np.ndarray

    def pairs(self) -> np.ndarray:
        """Lay them out as NumPy's ``reduceat`` takes them: every second of its results is a run's."""
        return np.column_stack([self.first, self.last]).ravel()


def _ranges(edges: np.ndarray, size: int) -> _Ranges:
    """Cells that lie, in part or whole, between each edge and the next (in cells of a raster, rising)."""
    first = np.floor(edges[:-1] + EDGE).astype(int)
    last = np.ceil(edges[1:] - EDGE).astype(int)
    inside = (first >= 0) & (last <= size)
    return _Ranges(np.clip(first, 0, size - 1), np.clip(last, 1, size), inside)


def _of_plot(slope: Grid, transform: Affine, outline: BaseGeometry) -> tuple[float, ...]:
    touched = geometry_mask([outline], slope.shape, transform, all_touched=True, invert=True)
    cells = slope[touched]
    known = cells.size > 0 and not np.isnan(cells).any()
    told = (cells.mean(), cells.max(), *(np.mean(cells > limit) for limit in LIMITS_PCT)) if known else (np.nan,) * 4
    return (*(float(number) for number in told), float(cells.size))


def _cell_of(relief: Relief, crs: object, outline: BaseGeometry) -> tuple[float, float, bool]:
    """Width and height (m) of the raster's own cells at the plot, and whether they are too coarse for it."""
    to_metres = pyproj.Transformer.from_crs(relief.crs, crs, always_xy=True)
    x, y = to_metres.transform(outline.centroid.x, outline.centroid.y, direction="INVERSE")
    xs, ys = to_metres.transform([x, x + relief.transform.a, x], [y, y, y + relief.transform.e])
    width, height = (float(np.hypot(xs[end] - xs[0], ys[end] - ys[0])) for end in (1, 2))
    return width, height, outline.area / (width * height) < FINE


def _slope(relief: Relief, crs: str) -> tuple[Grid, Affine]:
    rows, columns = relief.metres.shape
    bounds = rasterio.transform.array_bounds(rows, columns, relief.transform)
    transform, width, height = rasterio.warp.calculate_default_transform(relief.crs, crs, columns, rows, *bounds)
    metres = warped(relief.metres, relief.transform, relief.crs, Lattice(transform, (height, width), crs))
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
