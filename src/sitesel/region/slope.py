"""Slope of plots and of grids."""

from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import rasterio
import rasterio.warp
import shapely
from affine import Affine
from rasterio.enums import Resampling
from rasterio.features import geometry_mask
from shapely.geometry.base import BaseGeometry

from sitesel.layers.grid import Grid as Lattice
from sitesel.layers.grid import warped
from sitesel.layers.raster import Relief, covered, opened, read_around, strips
from sitesel.layers.tiles import Raster

LIMITS_PCT: Final = (8.0, 15.0)
FINE: Final = 30  # cells to a plot: with fewer, most of what is measured lies in cells that its edge cuts
MANY: Final = 100  # outlines; of more, a window each would read the same heights over and over
MANY_IN_ONE: Final = 50  # outlines of one window; of more, rectangles are measured at once
TILE_M: Final = 20_000.0
TILE_CELLS: Final = 1_500  # of the raster, to a side: no more are held at once
DEGREE_M: Final = 111_000.0
GATHERED: Final = 4_000_000  # cells held at a time
EDGE: Final = 1e-6  # of a cell: an edge on another is not across it
COLUMNS: Final = ["mean", "max", "over_8", "over_15", "cells", "cell_width_m", "cell_height_m", "regional"]

Grid = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def unknown_slopes(outlines: pd.Index) -> pd.DataFrame:
    """Tell that nothing is known of the slope of some ground, with the columns of :func:`slope_pct`."""
    return pd.DataFrame(np.nan, columns=COLUMNS, index=outlines).assign(cells=0.0, regional=True)


def slopes(outlines: gpd.GeoDataFrame, path: Raster) -> pd.DataFrame:
    """Slope of some ground from a raster file, of which only the surroundings are read.

    Each outline by a window of its own; of more than :data:`MANY`, neighbours share one.

    Parameters
    ----------
    outlines : GeoDataFrame of Polygon, projected CRS in metres
    path : Path or tuple of Path
        Heights in metres, of any size; tiles are one raster.

    Returns
    -------
    DataFrame of float, index outline
        As from :func:`slope_pct`. An outline that the raster does not cover has NaN.

    Raises
    ------
    LayerError
        The raster cannot be used.
    """
    inside = outlines[covered(path, outlines)] if len(outlines) else outlines
    unknown = unknown_slopes(outlines.index)
    parts = [
        slope_pct(part, relief) for part in _windows(inside, path) if (relief := read_around(path, part)) is not None
    ]
    known = pd.concat(parts) if parts else unknown.iloc[:0]
    return known.reindex(outlines.index).fillna(unknown).astype({"regional": bool})


def _windows(outlines: gpd.GeoDataFrame, path: Raster) -> Iterator[gpd.GeoDataFrame]:
    """Outlines of which one window of a raster is read."""
    tiles = np.column_stack([np.arange(len(outlines)), np.zeros(len(outlines))])
    if len(outlines) > MANY:
        with opened(path, "heights") as raster:
            metres = max(raster.res) * (DEGREE_M if raster.crs.is_geographic else 1.0)
        middles = outlines.centroid
        tiles = np.column_stack([middles.x, middles.y]) // min(TILE_M, TILE_CELLS * metres)
    for _, part in outlines.groupby([tiles[:, 0], tiles[:, 1]], sort=False):
        yield part


def slope_pct(outlines: gpd.GeoDataFrame, relief: Relief) -> pd.DataFrame:
    """Mean and greatest slope of the cells that each outline touches.

    Slopes by Horn's method (1981) on the grid warped to the outlines' CRS at its own resolution.

    Parameters
    ----------
    outlines : GeoDataFrame of Polygon, projected CRS in metres
    relief : Relief
        Heights in metres, any CRS.

    Returns
    -------
    DataFrame of float, index outline
        ``mean`` and ``max`` in percent; ``over_8`` and ``over_15``, the share (0..1) of touched cells that are steeper;
        ``cells``, how many were touched; ``cell_width_m``, ``cell_height_m``; and ``regional`` (bool): the grid is
        coarser than the outline (fewer than :data:`FINE` cells to its area), so its slope is the region's class, not
        the ground's own. NaN where a touched cell is unknown.
    """
    slope, transform = _slope(relief, outlines.crs.to_wkt())
    shapes = np.asarray(outlines.geometry.array)
    found = np.full((len(shapes), 5), np.nan)
    boxes = _boxes(shapes) if len(shapes) > MANY_IN_ONE else np.zeros(len(shapes), dtype=bool)
    found[boxes] = _of_boxes(slope, transform, shapely.bounds(shapes[boxes]))
    for place in np.flatnonzero(~boxes):
        found[place] = _of_plot(slope, transform, shapes[place])
    width, height = _cell_of(relief, outlines)
    table = pd.DataFrame(found, columns=COLUMNS[:5], index=outlines.index)
    regional = shapely.area(shapes) / (width * height) < FINE
    return table.assign(cell_width_m=width, cell_height_m=height, regional=regional)


def slope_grid(path: Raster, grid: Lattice) -> Grid:
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


def _boxes(shapes: np.ndarray) -> np.ndarray:
    """Tell which shapes are rectangles along the axes, as a grid's cells are."""
    west, south, east, north = shapely.bounds(shapes).T
    same: np.ndarray = np.isclose(shapely.area(shapes), (east - west) * (north - south), rtol=1e-12, atol=0)
    return same


def _of_boxes(slope: Grid, transform: Affine, bounds: np.ndarray) -> np.ndarray:
    """As :func:`_of_plot`, for many rectangles along the axes at once: rows of their bounds."""
    rows = _touched((bounds[:, [3, 1]] - transform.f) / transform.e, slope.shape[0])
    columns = _touched((bounds[:, [0, 2]] - transform.c) / transform.a, slope.shape[1])
    found = np.full((len(bounds), 5), np.nan)
    if not len(bounds):
        return found
    across = int((columns[:, 1] - columns[:, 0]).max())
    at_once = max(1, GATHERED // (across * int((rows[:, 1] - rows[:, 0]).max())))
    for start in range(0, len(bounds), at_once):
        part = slice(start, start + at_once)
        down, there = _runs(rows[part], slope.shape[0])
        right, beside = _runs(columns[part], slope.shape[1])
        touched = there[:, :, None] & beside[:, None, :]
        cells = np.where(touched, slope[down[:, :, None], right[:, None, :]], 0.0)
        count = touched.sum(axis=(1, 2))
        told = [cells.sum(axis=(1, 2)) / count, cells.max(axis=(1, 2), initial=0.0)]
        told += [(cells > limit).sum(axis=(1, 2)) / count for limit in LIMITS_PCT]
        unknown = np.isnan(told[0])
        found[part] = np.column_stack([*(np.where(unknown, np.nan, one) for one in told), count])
    return found


def _touched(edges: np.ndarray, size: int) -> np.ndarray:
    """First cell, and the one after the last, that lie in part or whole between two edges (in cells, rising)."""
    first = np.floor(edges[:, 0] + EDGE).astype(int)
    last = np.ceil(edges[:, 1] - EDGE).astype(int)
    return np.column_stack([np.clip(first, 0, size - 1), np.clip(last, 1, size)])


def _runs(ranges: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Lay runs of cells out side by side, the shorter ones filled up; and which of them count."""
    steps = ranges[:, :1] + np.arange(int((ranges[:, 1] - ranges[:, 0]).max()))
    return np.minimum(steps, size - 1), steps < ranges[:, 1:]


def _of_plot(slope: Grid, transform: Affine, outline: BaseGeometry) -> tuple[float, ...]:
    west, south, east, north = outline.bounds
    (top, bottom), (left, right) = (
        _touched(np.array([edges]), size)[0]
        for edges, size in (
            (((north - transform.f) / transform.e, (south - transform.f) / transform.e), slope.shape[0]),
            (((west - transform.c) / transform.a, (east - transform.c) / transform.a), slope.shape[1]),
        )
    )
    top, left = max(top - 1, 0), max(left - 1, 0)
    under = slope[top : bottom + 1, left : right + 1]
    at = transform * Affine.translation(left, top)
    cells = under[geometry_mask([outline], under.shape, at, all_touched=True, invert=True)]
    known = cells.size > 0 and not np.isnan(cells).any()
    told = (cells.mean(), cells.max(), *(np.mean(cells > limit) for limit in LIMITS_PCT)) if known else (np.nan,) * 4
    return (*(float(number) for number in told), float(cells.size))


def _cell_of(relief: Relief, outlines: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Width and height (m) of the raster's own cells at each outline."""
    to_metres = pyproj.Transformer.from_crs(relief.crs, outlines.crs, always_xy=True)
    middles = shapely.centroid(np.asarray(outlines.geometry.array))
    x, y = to_metres.transform(shapely.get_x(middles), shapely.get_y(middles), direction="INVERSE")
    here = np.array(to_metres.transform(x, y))
    east = np.array(to_metres.transform(x + relief.transform.a, y))
    south = np.array(to_metres.transform(x, y + relief.transform.e))
    return np.hypot(*(east - here)), np.hypot(*(south - here))


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
