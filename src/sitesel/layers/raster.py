"""Read heights from a raster."""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyproj
import rasterio
import rasterio.warp
from affine import Affine
from rasterio.enums import ColorInterp
from rasterio.errors import CRSError, RasterioError
from rasterio.windows import Window, from_bounds
from scipy.ndimage import map_coordinates
from shapely import box

from sitesel.errors import LayerError
from sitesel.layers.datum import on_known_datum
from sitesel.layers.door import refuse_other_rasters, why_no_file
from sitesel.layers.grid import M_PER_DEGREE, Grid
from sitesel.layers.tiles import Raster, as_vrt, called

if TYPE_CHECKING:
    import pandas as pd

LOWEST_M, HIGHEST_M = -430.0, 8850.0  # shore of the Dead Sea, top of Everest: no plot lies beyond
MOST_CELLS = 16_000_000  # held at once: 64 MB of heights
CACHE_MB = 64
STRIP_CELLS = 4_000_000
SAMPLES_A_CELL = 8
MARGIN = 3  # cells read around a plot: a slope needs a neighbour on each side, a warp two more
SLIVER = 1e-6  # of a cell: rounding must not add a row
LONGITUDES, LATITUDES = 361.0, 91.0  # some count eastwards to 360; rounding goes beyond
SMALLEST_CELL_M = 1.0  # of a raster that lies within 180 and 90 of its CRS's origin: smaller, it is one of degrees
FAR_ABOVE_SEA_M = 100.0
FEET_PER_METRE, FEET_TOLERANCE = 3.2808, 0.08
UNLIKE_M = 250.0  # a coarse grid is 80-180 m too low on ridges
SAMPLES = 60
SPIKE_M, SPIKE_STEEP = 300.0, 5.0  # and times the side of a cell: 79 degrees on all sides
FEET = re.compile(r"(?i)\bf(t|oot|eet)|фут")
METRES = re.compile(r"(?i)(m|meters?|metres?|м|метр\w*)([\s(,.;].*)?|unknown|none")  # metres above the sea
HALF_BITS = "16"  # of a number with decimals, as GDAL tells it
MOST_SPIKES = 1_000  # looked at


@dataclass(frozen=True)
class Relief:
    """A grid of heights.

    Parameters
    ----------
    metres : ndarray of float32, shape (rows, columns)
        Height in metres; NaN where nothing is known. Row 0 is the northern edge.
    transform : affine.Affine
        From (column, row) to (x, y) in ``crs``.
    crs : str
        As ``"EPSG:4326"``.
    """

    metres: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    transform: Affine
    crs: str


def read_relief(path: Path) -> Relief:
    """Read heights in metres.

    Parameters
    ----------
    path : Path
        A raster of one band; its CRS is geographic or projected in metres.

    Returns
    -------
    Relief
        NaN where the raster has no data. A raster of more than :data:`MOST_CELLS` is read coarser: as
        many times as it takes, each cell the height at about its middle.

    Raises
    ------
    LayerError
        Not a raster, no CRS, rotated, more than one band, degrees under a CRS of metres or the other way round, or
        heights that cannot be metres.

    Examples
    --------
    >>> grid = {"width": 2, "height": 1, "count": 1, "dtype": "float32", "crs": "EPSG:32643", "nodata": -9999}
    >>> with rasterio.open("heights.tif", "w", **grid, transform=Affine(100, 0, 0, 0, -100, 100)) as raster:
    ...     raster.write(np.array([[[700, -9999]]]))
    >>> read_relief(Path("heights.tif")).metres.tolist()
    [[700.0, nan]]
    """
    with _opened(path) as raster:
        relief = _read(raster, path, Window(0, 0, raster.width, raster.height))
    if not np.isfinite(relief.metres).any():
        raise LayerError(f"{path.name}: holds no height at all, only nodata; give another raster")
    return relief


def read_around(path: Raster, plots: gpd.GeoDataFrame, margin: int = MARGIN) -> Relief | None:
    """Read the heights on and around some plots: a few cells more on every side.

    Parameters
    ----------
    path : Path
    plots : GeoDataFrame
        In any CRS.
    margin : int
        Cells more on every side.

    Returns
    -------
    Relief or None
        None where the raster does not cover all of the plots.

    Raises
    ------
    LayerError
        As from :func:`read_relief`.

    Examples
    --------
    >>> grid = {"width": 50, "height": 50, "count": 1, "dtype": "float32", "crs": "EPSG:32643"}
    >>> with rasterio.open("heights.tif", "w", **grid, transform=Affine(100, 0, 0, 0, -100, 5000)) as raster:
    ...     raster.write(np.full((1, 50, 50), 700.0))
    >>> plots = gpd.GeoDataFrame(geometry=[box(2000, 2000, 2200, 2100)], crs="EPSG:32643")  # 2 x 1 cells
    >>> read_around(Path("heights.tif"), plots).metres.shape
    (7, 8)
    """
    with _opened(path) as raster:
        if not inside(raster, plots.geometry).all():
            return None
        window = window_within(raster, tuple(plots.to_crs(raster.crs).total_bounds), margin)
        return None if window is None else _read(raster, path, window)


def covered(path: Raster, plots: gpd.GeoDataFrame) -> "pd.Series[bool]":
    """Tell which plots lie wholly on a raster.

    Parameters
    ----------
    path : Path
    plots : GeoDataFrame
        In any CRS.
    """
    with _opened(path) as raster:
        return inside(raster, plots.geometry)


def inside(raster: rasterio.DatasetReader, places: gpd.GeoSeries) -> "pd.Series[bool]":
    """Tell which places, in any CRS, lie wholly on an open raster."""
    found: pd.Series[bool] = places.to_crs(raster.crs).covered_by(box(*raster.bounds))
    return found


def heights_at(relief: Relief, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Heights between cell centres by straight lines.

    Parameters
    ----------
    relief : Relief
    x, y : ndarray of float
        In the relief's CRS.

    Returns
    -------
    ndarray of float
        NaN outside the cells' centres and where one of the four cells around is unknown.

    Examples
    --------
    >>> relief = Relief(np.array([[700.0, 720.0]], dtype=np.float32), Affine(100, 0, 0, 0, -100, 100), "EPSG:32643")
    >>> heights_at(relief, np.array([50.0, 100.0, 500.0]), np.array([50.0, 50.0, 50.0])).tolist()
    [700.0, 710.0, nan]
    """
    columns, rows = ~relief.transform * (np.asarray(x), np.asarray(y))
    return between_cells(relief.metres, np.atleast_1d(rows), np.atleast_1d(columns))


def between_cells(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Values of a grid between the centres of its cells by straight lines; as :func:`heights_at`.

    Parameters
    ----------
    values : ndarray of float, shape (rows, columns)
    rows, columns : ndarray of float
        In cells from the outer corner of the first.

    Examples
    --------
    >>> between_cells(np.array([[0.0, 10.0], [20.0, 30.0]]), np.array([1.0, 0.2]), np.array([0.5, 0.5]))
    array([10., nan])
    """
    found: np.ndarray = map_coordinates(
        values.astype(np.float64), [rows - 0.5, columns - 0.5], order=1, cval=np.nan, prefilter=False
    )
    return found


def strips(path: Raster, grid: Grid) -> Iterator[tuple[slice, Relief]]:
    """Read a raster of any size under a grid, a few of the grid's rows at a time.

    A raster much finer than the grid is read coarser: :data:`SAMPLES_A_CELL` heights to a side of a cell are enough.

    Parameters
    ----------
    path : Path
    grid : Grid

    Yields
    ------
    rows : slice
        Of the grid.
    relief : Relief
        The heights under them with a margin; rows with no height at all are left out.
    """
    with _opened(path) as raster:
        rows, columns = grid.shape
        height, width = grid.cell_m
        west, _, _, north = grid.bounds
        under = _under(raster, grid, grid.bounds)
        if under is None:
            return
        per_cell = max(1.0, under.width * under.height / (rows * columns))
        coarser = max(1, int(np.sqrt(per_cell) / SAMPLES_A_CELL))
        deep = max(1, int(STRIP_CELLS * coarser**2 / per_cell / columns))
        for top in range(0, rows, deep):
            part = slice(top, min(top + deep, rows))
            south_edge, north_edge = north - (part.stop + 1) * height, north - (top - 1) * height
            beneath = _under(raster, grid, (west - width, south_edge, west + (columns + 1) * width, north_edge))
            relief = None if beneath is None else _read(raster, path, beneath, coarser)
            if relief is not None and np.isfinite(relief.metres).any():
                yield part, relief


def _under(raster: rasterio.DatasetReader, grid: Grid, sides: tuple[float, float, float, float]) -> Window | None:
    return window_within(raster, rasterio.warp.transform_bounds(grid.crs, raster.crs, *sides, densify_pts=21), MARGIN)


@contextmanager
def opened(path: Raster, of_what: str) -> Iterator[rasterio.DatasetReader]:
    """Open a raster with a small block cache, for GDAL's own grows with the machine's memory.

    Parameters
    ----------
    path : Path or tuple of Path
        Tiles, as :func:`sitesel.layers.tiles.joined` gives them, are one raster.
    of_what : str
        As "heights"; for the message where it is not there.

    Raises
    ------
    LayerError
        No such file, not a raster, or one that does not say where it lies: no CRS, rotated or upside down.
    """
    for file in [path] if isinstance(path, Path) else path:
        if fault := why_no_file(file):
            raise LayerError(f"{file.name}: {fault}; name another raster of {of_what} in the study")
        refuse_other_rasters(file, file.name)
    try:
        whole = path if isinstance(path, Path) else as_vrt(path)
        with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), rasterio.open(whole) as raster:
            _refuse_unplaced(raster, path)
            yield raster
    except (RasterioError, CRSError, pyproj.exceptions.CRSError) as cause:
        raise LayerError(f"{called(path)}: not a raster that GDAL reads; give a GeoTIFF ({cause})") from cause


@contextmanager
def _opened(path: Raster) -> Iterator[rasterio.DatasetReader]:
    """Open heights; refuse other rasters."""
    with opened(path, "heights") as raster:
        _refuse_other_units(raster, path)
        _refuse_other_than_heights(raster, path)
        yield raster


def _read(raster: rasterio.DatasetReader, path: Raster, window: Window, coarser: int = 1) -> Relief:
    coarser = max(coarser, int(np.ceil(np.sqrt(window.width * window.height / MOST_CELLS))))
    shape = (max(1, int(window.height) // coarser), max(1, int(window.width) // coarser))
    masked = raster.read(1, window=window, masked=True, out_shape=shape)
    metres = masked.astype(np.float32).filled(np.nan) * np.float32(raster.scales[0]) + np.float32(raster.offsets[0])
    _refuse_implausible(metres, raster, path)
    _refuse_spikes(metres, cell_m(raster) * window.width / shape[1], path)
    corner = raster.window_transform(window)
    stretch = Affine.scale(window.width / shape[1], window.height / shape[0])
    crs = f"EPSG:{raster.crs.to_epsg()}" if raster.crs.to_epsg() else raster.crs.to_wkt()
    return Relief(metres=metres, transform=corner * stretch, crs=crs)


def window_within(
    raster: rasterio.DatasetReader, bounds: tuple[float, float, float, float], margin: int = 0
) -> Window | None:
    """Find the whole cells that bounds touch.

    Parameters
    ----------
    raster : rasterio.DatasetReader
    bounds : (left, bottom, right, top)
        In the raster's CRS.
    margin : int
        Cells more on every side, as far as the raster has them.

    Returns
    -------
    rasterio.windows.Window or None
        None where they do not meet.
    """
    wanted = from_bounds(*bounds, transform=raster.transform)
    if not np.isfinite([wanted.col_off, wanted.row_off, wanted.width, wanted.height]).all():
        return None
    left, top = math.floor(wanted.col_off + SLIVER) - margin, math.floor(wanted.row_off + SLIVER) - margin
    right = math.ceil(wanted.col_off + wanted.width - SLIVER) + margin
    bottom = math.ceil(wanted.row_off + wanted.height - SLIVER) + margin
    left, top, right, bottom = max(0, left), max(0, top), min(raster.width, right), min(raster.height, bottom)
    return Window(left, top, right - left, bottom - top) if left < right and top < bottom else None


def _refuse_unplaced(raster: rasterio.DatasetReader, path: Raster) -> None:
    if raster.crs is None:
        raise LayerError(f"{called(path)}: no CRS; set the one it was made in (QGIS: Raster > Projections > Assign)")
    known, taken = on_known_datum(pyproj.CRS(raster.crs.to_wkt()))
    if known is None or taken not in {"", "WGS 84"}:
        raise LayerError(
            f"{called(path)}: the datum of its CRS is not known, and it may lie tens of metres off; set the CRS it was "
            "made in, such as EPSG:28413 (QGIS: Raster > Projections > Assign)"
        )
    if np.dtype(raster.dtypes[0]).kind == "c":
        raise LayerError(f"{called(path)}: holds complex numbers; give a raster of plain ones")
    if raster.transform.is_degenerate or not np.isfinite(raster.transform).all():
        raise LayerError(f"{called(path)}: its cells have no size; save it again with the place of its corner")
    if raster.transform.b or raster.transform.d:
        raise LayerError(f"{called(path)}: rotated; warp it to a north-up grid (gdalwarp)")
    if raster.transform.e > 0:
        raise LayerError(
            f"{called(path)}: upside down, its first row in the south; warp it to a north-up grid (gdalwarp)"
        )


def _refuse_other_units(raster: rasterio.DatasetReader, path: Raster) -> None:
    """Refuse degrees under a CRS of metres, metres under one of degrees, and a CRS in feet."""
    if raster.crs.is_projected and raster.crs.linear_units_factor[1] != 1:
        raise LayerError(f"{called(path)}: its CRS is not in metres; warp it to one that is, such as EPSG:32643")
    left, bottom, right, top = raster.bounds
    in_degrees = max(abs(left), abs(right)) <= LONGITUDES and max(abs(bottom), abs(top)) <= LATITUDES
    if raster.crs.is_projected and in_degrees and raster.transform.a < SMALLEST_CELL_M:
        raise LayerError(
            f"{called(path)}: lies at {left:g} to {right:g}, {bottom:g} to {top:g}, which are degrees, but its CRS "
            "counts in metres; set EPSG:4326 (QGIS: Raster > Projections > Assign)"
        )
    if raster.crs.is_geographic and not in_degrees:
        raise LayerError(
            f"{called(path)}: lies at {left:.0f} to {right:.0f}, {bottom:.0f} to {top:.0f}, which are metres, but its "
            "CRS counts in degrees; set the one it was made in (QGIS: Raster > Projections > Assign)"
        )


def told_units(raster: rasterio.DatasetReader) -> list[str]:
    """Give what an open raster of one band says that it counts in: in GDAL's place for it, and in others'."""
    tags = raster.tags() | raster.tags(1)
    told = (raster.units[0], *(tags[key] for key in tags if key.lower() in {"unit", "units"}))
    return [unit for unit in told if unit]


def refuse_colours(raster: rasterio.DatasetReader, path: Raster, of_what: str) -> None:
    """Refuse a raster whose figures are numbers of colours.

    Parameters
    ----------
    raster : rasterio.DatasetReader
    path : Path or tuple of Path
    of_what : str
        As "heights".

    Raises
    ------
    LayerError
        It has a palette.
    """
    if ColorInterp.palette in raster.colorinterp:
        raise LayerError(f"{called(path)}: a picture of colours by number (a palette); give a raster of {of_what}")


def _refuse_other_than_heights(raster: rasterio.DatasetReader, path: Raster) -> None:
    if raster.count != 1:
        raise LayerError(
            f"{called(path)}: {raster.count} bands, as a picture has; give a raster of heights, of one band"
        )
    refuse_colours(raster, path, "heights")
    if raster.dtypes[0].startswith("float") and raster.tags(1, ns="IMAGE_STRUCTURE").get("NBITS") == HALF_BITS:
        raise LayerError(
            f"{called(path)}: numbers of 16 bits, which know heights above 2,048 m by steps of 2 m, and slopes not at "
            "all; give heights of 32 bits"
        )
    if raster.dtypes[0] in {"uint8", "int8"}:
        raise LayerError(
            f"{called(path)}: holds whole numbers to 255, as a picture does; give a raster of heights in metres"
        )
    for unit in told_units(raster):
        if FEET.search(unit):
            raise LayerError(f"{called(path)}: heights in feet ({unit}); multiply them by 0.3048 (gdal_calc)")
        if not METRES.fullmatch(unit.strip()):
            raise LayerError(
                f"{called(path)}: heights in {unit!r}, by its own word; give a raster of heights in metres"
            )


def _refuse_implausible(metres: np.ndarray, raster: rasterio.DatasetReader, path: Raster) -> None:
    known = metres[np.isfinite(metres)]
    if known.size and not (known.min() >= LOWEST_M and known.max() <= HIGHEST_M):
        raise LayerError(
            f"{called(path)}: heights from {known.min():.0f} to {known.max():.0f} cannot be metres above the sea; "
            "set the raster's nodata value, or convert feet to metres"
        )
    zero = known == 0
    if zero.any() and not zero.all() and known[~zero].min() > FAR_ABOVE_SEA_M:
        said = "no nodata value" if raster.nodata is None else f"a nodata value of {raster.nodata:g}"
        raise LayerError(
            f"{called(path)}: height 0 beside heights from {known[~zero].min():.0f} m up, and {said}; "
            "set nodata to 0 (gdal_edit -a_nodata 0)"
        )


def cell_m(raster: rasterio.DatasetReader) -> float:
    """Give the longer side of an open raster's cells in metres; of one in degrees as if it lay on the equator."""
    return float(max(raster.res)) * (M_PER_DEGREE if raster.crs.is_geographic else 1.0)


def _refuse_spikes(metres: np.ndarray, side_m: float, path: Raster) -> None:
    """Refuse cells far above or below the middle of those around: no ground is so steep on all sides.

    Only where two neighbours differ by so much are middles looked for: most rasters have no such place.
    """
    least = max(SPIKE_M, SPIKE_STEEP * side_m)
    steep = np.zeros(metres.shape, dtype=bool)
    steep[1:] |= np.abs(np.diff(metres, axis=0)) > least
    steep[:, 1:] |= np.abs(np.diff(metres, axis=1)) > least
    wide = np.pad(metres, 2, constant_values=np.nan)
    near = sorted({(r + dr, c + dc) for r, c in np.argwhere(steep)[:MOST_SPIKES] for dr in (-1, 0) for dc in (-1, 0)})
    for row, column in near:
        height, middle = wide[row + 2, column + 2], np.nanmedian(wide[row + 1 : row + 4, column + 1 : column + 4])
        if np.isfinite(height) and abs(height - middle) > least:
            raise LayerError(
                f"{called(path)}: a height of {height:.0f} m amid {middle:.0f} m, steeper than any ground; if "
                f"{height:g} means no data, declare it (gdal_edit -a_nodata {height:g}), else correct the cell"
            )


def refuse_unlike(relief: Relief, reference: Relief, name: str) -> None:
    """Hold heights against known ones, such as the embedded coarse grid: feet and shifts stand out.

    Parameters
    ----------
    relief, reference : Relief
    name : str
        Of the file, for the message.

    Raises
    ------
    LayerError
        The middle ratio of heights is that of feet to metres, or the middle difference is beyond :data:`UNLIKE_M`.
    """
    rows, columns = relief.metres.shape
    row = np.linspace(0, rows - 1, min(rows, SAMPLES)).round().astype(int)
    column = np.linspace(0, columns - 1, min(columns, SAMPLES)).round().astype(int)
    row, column = (index.ravel() for index in np.meshgrid(row, column, indexing="ij"))
    x, y = relief.transform * (column + 0.5, row + 0.5)
    there = pyproj.Transformer.from_crs(relief.crs, reference.crs, always_xy=True).transform(x, y)
    given, known = relief.metres[row, column], heights_at(reference, *there)
    both = np.isfinite(given) & np.isfinite(known) & (known > FAR_ABOVE_SEA_M)
    if not both.any():
        return
    ratio = float(np.median(given[both] / known[both]))
    off = float(np.median(given[both] - known[both]))
    if abs(ratio / FEET_PER_METRE - 1) < FEET_TOLERANCE:
        raise LayerError(
            f"{name}: heights {ratio:.2f} times those known here: feet, not metres; multiply them by 0.3048 (gdal_calc)"
        )
    if abs(off) > UNLIKE_M:
        raise LayerError(
            f"{name}: heights {off:+.0f} m off those known here; check its place, its unit and its nodata value"
        )
