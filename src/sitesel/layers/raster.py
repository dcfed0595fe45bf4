"""Read heights from a raster."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.errors import RasterioIOError
from rasterio.windows import Window, from_bounds

from sitesel.errors import LayerError

LOWEST_M, HIGHEST_M = -430.0, 8850.0  # shore of the Dead Sea, top of Everest: no plot lies beyond


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


def read_relief(path: Path, bounds: tuple[float, float, float, float] | None = None) -> Relief:
    """Read heights in metres, by windows.

    Parameters
    ----------
    path : Path
        A raster of one band; its CRS is geographic or projected in metres.
    bounds : (left, bottom, right, top), optional
        In the raster's CRS; only this part is read.

    Returns
    -------
    Relief
        NaN where the raster has no data.

    Raises
    ------
    LayerError
        Not a raster, no CRS, rotated, or heights that cannot be metres.
    """
    if not path.exists():
        raise LayerError(f"{path.name}: no such file; put it there or name another raster of heights in the study")
    try:
        with rasterio.open(path) as raster:
            refuse_unplaced(raster, path)
            if raster.crs.is_projected and raster.crs.linear_units_factor[1] != 1:
                raise LayerError(f"{path.name}: its CRS is not in metres; warp it to one that is, such as EPSG:32643")
            window = Window(0, 0, raster.width, raster.height)
            if bounds is not None:
                inside = window_within(raster, bounds)
                if inside is None:
                    raise LayerError(f"{path.name}: does not cover the plots; give a raster of heights that does")
                window = inside
            masked = raster.read(1, window=window, masked=True)
            transform = raster.window_transform(window)
            crs = f"EPSG:{raster.crs.to_epsg()}" if raster.crs.to_epsg() else raster.crs.to_wkt()
    except RasterioIOError as cause:
        raise LayerError(f"{path.name}: not a raster that GDAL reads; give a GeoTIFF ({cause})") from cause
    metres = np.where(np.ma.getmaskarray(masked), np.nan, masked.data.astype(np.float32)).astype(np.float32)
    known = metres[np.isfinite(metres)]
    if known.size and not (known.min() >= LOWEST_M and known.max() <= HIGHEST_M):
        raise LayerError(
            f"{path.name}: heights from {known.min():.0f} to {known.max():.0f} cannot be metres above the sea; "
            "set the raster's nodata value, or convert feet to metres"
        )
    return Relief(metres=metres, transform=transform, crs=crs)


def window_within(raster: rasterio.DatasetReader, bounds: tuple[float, float, float, float]) -> Window | None:
    """Find the whole cells that bounds touch.

    Parameters
    ----------
    raster : rasterio.DatasetReader
    bounds : (left, bottom, right, top)
        In the raster's CRS.

    Returns
    -------
    rasterio.windows.Window or None
        None where bounds and raster do not meet.
    """
    wanted = from_bounds(*bounds, transform=raster.transform)
    left, top = max(0, math.floor(wanted.col_off)), max(0, math.floor(wanted.row_off))
    right = min(raster.width, math.ceil(wanted.col_off + wanted.width))
    bottom = min(raster.height, math.ceil(wanted.row_off + wanted.height))
    return Window(left, top, right - left, bottom - top) if left < right and top < bottom else None


def refuse_unplaced(raster: rasterio.DatasetReader, path: Path) -> None:
    """Refuse a raster that does not say where it lies.

    Parameters
    ----------
    raster : rasterio.DatasetReader
    path : Path
        Named in the error.

    Raises
    ------
    LayerError
        No CRS, or rotated.
    """
    if raster.crs is None:
        raise LayerError(f"{path.name}: no CRS; set the one it was made in (QGIS: Raster > Projections > Assign)")
    if raster.transform.b or raster.transform.d:
        raise LayerError(f"{path.name}: rotated; warp it to a north-up grid (gdalwarp)")
