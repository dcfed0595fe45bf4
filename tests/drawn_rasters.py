"""Small rasters around the village that tests draw."""

from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_origin


def raster(path: Path, values: np.ndarray, *, nodata: float | None = None) -> Path:
    """A raster of 0.3 by 0.3 degrees around the village."""
    rows, columns = values.shape
    profile = {"driver": "GTiff", "count": 1, "dtype": values.dtype, "width": columns, "height": rows}
    transform = from_origin(74.7, 42.95, 0.3 / columns, 0.3 / rows)
    with rasterio.open(path, "w", crs="EPSG:4326", transform=transform, nodata=nodata, **profile) as out:
        out.write(values, 1)
    return path
