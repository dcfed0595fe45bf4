"""Rasters of a fetched folder: tiles that lie under the area, people cut to it, built-up ground of the land cover."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import rasterio
from affine import Affine
from rasterio.enums import Resampling
from rasterio.features import shapes
from rasterio.warp import transform_bounds
from rasterio.windows import Window
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sitesel.errors import LayerError
from sitesel.fetching import Box, entry_of
from sitesel.layers.raster import opened, window_within

BUILT_UP: Final = 50  # class of WorldCover
CELLS_AT_ONCE: Final = 16_000_000
ROWS_AT_ONCE: Final = 512
LEAST_HA: Final = 1.0  # of built-up ground in one piece: a lone farm is none
DEGREE_M: Final = 111_320.0
M2_PER_HA: Final = 10_000.0


def rasters_in(folder: Path, source: str, box: Box | None) -> tuple[Path, ...]:
    """Find the rasters of a source that lie under a box.

    Parameters
    ----------
    folder : Path
        An extract in its place has none.
    source : str
        As ``data/sources.toml`` names it: ``population``, ``heights`` or ``cover``.
    box : tuple of float or None
        West, south, east, north in degrees; None: all.

    Raises
    ------
    LayerError
        One of them is no raster.
    """
    tiles = sorted(folder.glob("*.tif")) if folder.is_dir() else []
    return tuple(path for path in tiles if _is_of(path, source) and _under(path, source, box))


def _is_of(path: Path, source: str) -> bool:
    told = entry_of(path)
    return told is not None and told.source == source


def _under(path: Path, source: str, box: Box | None) -> bool:
    with opened(path, source) as raster:
        return box is None or _window(raster, box) is not None


def _window(raster: rasterio.DatasetReader, box: Box) -> Window | None:
    return window_within(raster, transform_bounds("EPSG:4326", raster.crs, *box))


def write_people(path: Path, box: Box | None, out: Path) -> None:
    """Cut a raster of people to a box; its cells stay as they are.

    Parameters
    ----------
    path : Path
    box : tuple of float or None
        West, south, east, north in degrees; cells that it touches stay.
    out : Path
        Written anew: a GeoTIFF.
    """
    with opened(path, "population") as raster:
        whole = Window(0, 0, raster.width, raster.height)
        window = whole if box is None else _window(raster, box)
        if window is None:
            raise LayerError(f"{path.name}: does not meet the area; fetch the people of its country")
        profile = {
            "driver": "GTiff",
            "count": 1,
            "dtype": raster.dtypes[0],
            "crs": raster.crs,
            "nodata": raster.nodata,
            "width": window.width,
            "height": window.height,
            "transform": raster.window_transform(window),
            "compress": "deflate",
            "tiled": True,
        }
        with rasterio.open(out, "w", **profile) as cut:
            for top in range(0, window.height, ROWS_AT_ONCE):
                rows = min(ROWS_AT_ONCE, window.height - top)
                strip = Window(window.col_off, window.row_off + top, window.width, rows)
                cut.write(raster.read(1, window=strip), 1, window=Window(0, top, window.width, rows))


def built_up_of(tiles: tuple[Path, ...], box: Box | None) -> gpd.GeoDataFrame:
    """Outline the built-up ground of land cover.

    Parameters
    ----------
    tiles : tuple of Path
        Of ESA WorldCover.
    box : tuple of float or None
        West, south, east, north in degrees.

    Returns
    -------
    GeoDataFrame of Polygon, EPSG:4326
        ``id name_en kind note source``; pieces of a hectare or more, coarser than the tiles where the area is large.
    """
    found = [piece for tile in tiles for piece in _pieces(tile, box)]
    frame = gpd.GeoDataFrame({"id": [f"cover/{n}" for n in range(1, len(found) + 1)]}, geometry=found, crs="EPSG:4326")
    return frame.assign(name_en=frame["id"], kind="built_up", note=None, source="ESA WorldCover 2021, class 50")


def _pieces(path: Path, box: Box | None) -> Iterator[BaseGeometry]:
    with opened(path, "land cover") as raster:
        window = Window(0, 0, raster.width, raster.height) if box is None else _window(raster, box)
        if window is None:
            return
        coarser = max(1, int(np.ceil(np.sqrt(window.width * window.height / CELLS_AT_ONCE))))
        rows, columns = max(1, window.height // coarser), max(1, window.width // coarser)
        cover = raster.read(1, window=window, out_shape=(rows, columns), resampling=Resampling.mode)
        stretch = Affine.scale(window.width / columns, window.height / rows)
        transform = raster.window_transform(window) * stretch
        built = (cover == BUILT_UP).astype(np.uint8)
        for outline, _ in shapes(built, mask=built == 1, connectivity=8, transform=transform):
            piece = shape(outline)
            if _hectares(piece) >= LEAST_HA:
                yield piece


def _hectares(piece: BaseGeometry) -> float:
    """Area of a small polygon in degrees."""
    shrunk = float(np.cos(np.radians(piece.bounds[1])))
    return float(piece.area * DEGREE_M**2 * shrunk / M2_PER_HA)
