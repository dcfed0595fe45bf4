"""Slope of plots and of grids."""

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

from sitesel.layers.grid import M_PER_DEGREE, warped
from sitesel.layers.grid import Grid as Lattice
from sitesel.layers.raster import Relief, covered, opened, read_around, strips
from sitesel.layers.tiles import Raster
from sitesel.routing.kernels import kernel

LIMITS_PCT: Final = (8.0, 15.0)
FINE: Final = 30  # cells to a plot: with fewer, most of what is measured lies in cells that its edge cuts
TILE_M: Final = 20_000.0
TILE_CELLS: Final = 1_500  # of the raster, to a side: no more are held at once
MARGIN: Final = 6  # cells read around an outline: its squares, their neighbours, and what their heights lie between
BLOCK: Final = 16  # squares of the lattice between two corners that are placed on the raster
EDGE: Final = 1e-6  # of a cell: an edge on another is not across it
COLUMNS: Final = ["mean", "max", "over_8", "over_15", "cells", "cell_width_m", "cell_height_m", "regional"]

Grid = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def unknown_slopes(outlines: pd.Index) -> pd.DataFrame:
    """Tell that nothing is known of the slope of some ground, with the columns of :func:`slope_pct`."""
    return pd.DataFrame(np.nan, columns=COLUMNS, index=outlines).assign(cells=0.0, regional=True)


def slopes(outlines: gpd.GeoDataFrame, path: Raster) -> pd.DataFrame:
    """Slope of some ground from a raster file, of which only the surroundings are read.

    Neighbours share a window.

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
    if inside.empty:
        return unknown
    with opened(path, "heights") as raster:
        whole, crs = raster.transform, raster.crs
    tiles = _tiles(inside, whole, geographic=crs.is_geographic)
    parts = [
        slope_pct(part, relief, whole)
        for _, part in inside.groupby([tiles[:, 0], tiles[:, 1]], sort=False)
        if (relief := read_around(path, part, MARGIN)) is not None
    ]
    known = pd.concat(parts) if parts else unknown.iloc[:0]
    return known.reindex(outlines.index).fillna(unknown).astype({"regional": bool})


def _tiles(outlines: gpd.GeoDataFrame, raster: Affine, *, geographic: bool) -> np.ndarray:
    """Tile of each outline's middle: heights are read, and their lattice is laid, tile by tile."""
    middles = shapely.centroid(np.asarray(outlines.geometry.array))
    side_m = _tile_m(raster, geographic=geographic)
    tile: np.ndarray = np.column_stack([shapely.get_x(middles), shapely.get_y(middles)]) // side_m
    return tile


def _tile_m(raster: Affine, *, geographic: bool) -> float:
    """Side of a tile."""
    return min(TILE_M, TILE_CELLS * (max(raster.a, -raster.e) * (M_PER_DEGREE if geographic else 1.0)))


def slope_pct(outlines: gpd.GeoDataFrame, relief: Relief, whole: Affine | None = None) -> pd.DataFrame:
    """Mean and greatest slope of the cells that each outline touches.

    Slopes by Horn's method (1981): on the raster's own grid, where it is in the outlines' CRS; else on a lattice of
    that CRS, as fine as the raster is where the outline lies, that nothing else moves. So an outline's slope is its
    own, whatever is asked with it, and whichever window is read.

    Parameters
    ----------
    outlines : GeoDataFrame of Polygon, projected CRS in metres
    relief : Relief
        Heights in metres, any CRS.
    whole : affine.Affine, optional
        Of the raster that the relief is a window of.

    Returns
    -------
    DataFrame of float, index outline
        ``mean`` and ``max`` in percent; ``over_8`` and ``over_15``, the share (0..1) of touched cells that are steeper;
        ``cells``, how many were touched; ``cell_width_m``, ``cell_height_m``; and ``regional`` (bool): the grid is
        coarser than the outline (fewer than :data:`FINE` cells to its area), so its slope is the region's class, not
        the ground's own. NaN where a touched cell is unknown.
    """
    if pyproj.CRS(relief.crs) == outlines.crs:
        return _measured(
            outlines, relief, horn(relief.metres, relief.transform.a, -relief.transform.e), relief.transform
        )
    tiles = _tiles(outlines, relief.transform, geographic=pyproj.CRS(relief.crs).is_geographic)
    groups = outlines.groupby([tiles[:, 0], tiles[:, 1]], sort=False)
    parts = [
        _measured(part, relief, *_on_lattice(part, relief, whole or relief.transform, np.array(tile)))
        for tile, part in groups
    ]
    return pd.concat(parts).reindex(outlines.index) if parts else unknown_slopes(outlines.index)


def _measured(outlines: gpd.GeoDataFrame, relief: Relief, slope: Grid, transform: Affine) -> pd.DataFrame:
    shapes = np.asarray(outlines.geometry.array)
    found = np.full((len(shapes), 5), np.nan)
    boxes = _boxes(shapes)
    bounds = shapely.bounds(shapes[boxes])
    rows = _touched((bounds[:, [3, 1]] - transform.f) / transform.e, slope.shape[0])
    columns = _touched((bounds[:, [0, 2]] - transform.c) / transform.a, slope.shape[1])
    found[boxes] = _of_boxes(slope, rows, columns, np.array(LIMITS_PCT))
    for place in np.flatnonzero(~boxes):
        found[place] = _of_plot(slope, transform, shapes[place])
    width, height = _cell_of(relief, outlines)
    table = pd.DataFrame(found, columns=COLUMNS[:5], index=outlines.index)
    regional = shapely.area(shapes) / (width * height) < FINE
    return table.assign(cell_width_m=width, cell_height_m=height, regional=regional)


def _on_lattice(outlines: gpd.GeoDataFrame, relief: Relief, whole: Affine, tile: np.ndarray) -> tuple[Grid, Affine]:
    """Slopes about outlines of one tile, on squares as fine as the raster is in the tile's middle, from 0, 0 on."""
    to_raster = pyproj.Transformer.from_crs(outlines.crs, relief.crs, always_xy=True)
    middle = (tile + 0.5) * _tile_m(whole, geographic=pyproj.CRS(relief.crs).is_geographic)
    lon, lat = to_raster.transform(*middle)
    sides = np.array(to_raster.transform([lon + whole.a, lon], [lat, lat + whole.e], direction="INVERSE"))
    step = float(np.sqrt((np.hypot(*(sides - middle[:, None])) ** 2).mean()))
    west, south, east, north = outlines.total_bounds
    # Whole blocks: what lies between their corners is placed by straight lines, whichever window is asked for.
    left, right = int(np.floor((west / step - 2) / BLOCK)), int(np.ceil((east / step + 2) / BLOCK))
    low, high = int(np.floor((south / step - 2) / BLOCK)), int(np.ceil((north / step + 2) / BLOCK))
    x, y = np.arange(left, right + 1) * BLOCK * step, np.arange(high, low - 1, -1) * BLOCK * step
    lon, lat = to_raster.transform(*(side.ravel() for side in np.meshgrid(x, y)))
    columns, rows = ~whole * (np.asarray(lon), np.asarray(lat))
    off = np.rint(~whole * (relief.transform.c, relief.transform.f)).astype(np.int64)
    shape = (len(y), len(x))
    metres_there = _between_corners(
        relief.metres, off, (np.asarray(rows) - 0.5).reshape(shape), (np.asarray(columns) - 0.5).reshape(shape)
    )
    return horn(metres_there, step, step), Affine(step, 0, left * BLOCK * step, 0, -step, high * BLOCK * step)


@kernel()
def _between_corners(metres: Grid, off: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> Grid:
    """Heights at the middles of the lattice's squares, of which ``BLOCK`` lie between two corners each way.

    ``rows`` and ``columns`` place the corners among the middles of the whole raster's cells, of which ``metres`` are
    those from column and row ``off`` on: so no window moves the last digit of a place.
    """
    down, across = (rows.shape[0] - 1) * BLOCK, (rows.shape[1] - 1) * BLOCK
    found = np.full((down, across), np.nan, np.float32)
    for i in range(down):
        top, v = i // BLOCK, (i % BLOCK + 0.5) / BLOCK
        for j in range(across):
            left, u = j // BLOCK, (j % BLOCK + 0.5) / BLOCK
            nw, ne, sw, se = (1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u
            row = nw * rows[top, left] + ne * rows[top, left + 1]
            row += sw * rows[top + 1, left] + se * rows[top + 1, left + 1]
            column = nw * columns[top, left] + ne * columns[top, left + 1]
            column += sw * columns[top + 1, left] + se * columns[top + 1, left + 1]
            if not (0 <= row - off[1] <= metres.shape[0] - 1 and 0 <= column - off[0] <= metres.shape[1] - 1):
                continue
            above, before = min(int(row) - off[1], metres.shape[0] - 2), min(int(column) - off[0], metres.shape[1] - 2)
            v_in, u_in = row - off[1] - above, column - off[0] - before
            upper = (1 - u_in) * metres[above, before] + u_in * metres[above, before + 1]
            lower = (1 - u_in) * metres[above + 1, before] + u_in * metres[above + 1, before + 1]
            found[i, j] = (1 - v_in) * upper + v_in * lower
    return found


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


@kernel()
def _of_boxes(slope: Grid, rows: np.ndarray, columns: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """As :func:`_of_plot`, for many rectangles along the axes at once: first cells, and those after the last."""
    found = np.full((len(rows), 5), np.nan)
    for box in range(len(rows)):
        total, most, steep, steeper = 0.0, 0.0, 0, 0
        for row in range(rows[box, 0], rows[box, 1]):
            for column in range(columns[box, 0], columns[box, 1]):
                one = slope[row, column]
                total += one
                most = max(most, one)
                steep += one > limits[0]
                steeper += one > limits[1]
        count = (rows[box, 1] - rows[box, 0]) * (columns[box, 1] - columns[box, 0])
        found[box, 4] = count
        if count and not np.isnan(total):
            found[box, :4] = total / count, most, steep / count, steeper / count
    return found


def _touched(edges: np.ndarray, size: int) -> np.ndarray:
    """First cell, and the one after the last, that lie in part or whole between two edges (in cells, rising)."""
    first = np.floor(edges[:, 0] + EDGE).astype(int)
    last = np.ceil(edges[:, 1] - EDGE).astype(int)
    return np.column_stack([np.clip(first, 0, size - 1), np.clip(last, 1, size)])


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
