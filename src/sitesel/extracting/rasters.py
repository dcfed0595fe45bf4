"""Rasters of a fetched folder: tiles that lie under the area, people cut to it, what land cover tells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
from affine import Affine
from rasterio.enums import Resampling
from rasterio.features import shapes
from rasterio.warp import transform_bounds
from rasterio.windows import Window, intersect
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sitesel.arrays import Floats
from sitesel.errors import LayerError
from sitesel.extracting.official import Official, people_of, strips
from sitesel.fetching import Box, Held, entry_of
from sitesel.layers.grid import M_PER_DEGREE
from sitesel.layers.indicative import M2_PER_HA
from sitesel.layers.raster import opened, window_within
from sitesel.text import NOTES, Message, note_in_columns


class Cover(NamedTuple):
    """A class of WorldCover that makes a layer.

    Attributes
    ----------
    value : int
        Of its cells.
    kind : str
        What stands in the layer's rows.
    note : str or None
        Key of the message that their note says.
    """

    value: int
    kind: str
    note: str | None = None


COVER: Final = {
    "built_up": Cover(50, "built_up"),
    "rivers": Cover(80, "water"),
    "farmland": Cover(40, "cropland", "layers.note.cropland"),
}
FROM_COVER: Final = "cover/"
"""What ids of such rows begin with."""
CELLS_AT_ONCE: Final = 16_000_000
LEAST_HA: Final = 1.0  # of ground in one piece: a lone farm is none


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
    return tuple(path for path in files_of(folder, source) if path.suffix == ".tif" and _under(path, source, box))


def files_of(folder: Path, source: str) -> tuple[Path, ...]:
    """Find the files of a source in a folder; an extract in its place has none."""
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    told = ((path, entry_of(path)) for path in there if path.is_file())
    return tuple(path for path, entry in told if entry is not None and entry.source == source)


def _under(path: Path, source: str, box: Box | None) -> bool:
    with opened(path, source) as raster:
        return box is None or window_of(raster, box) is not None


def window_of(raster: rasterio.DatasetReader, box: Box) -> Window | None:
    """Find the cells that a box in degrees touches; None where it touches none."""
    return window_within(raster, transform_bounds("EPSG:4326", raster.crs, *box))


def write_people(path: Path, box: Box | None, out: Path, official: Official | None = None) -> None:
    """Cut a raster of people to a box, and write what is owed for it into it.

    Parameters
    ----------
    path : Path
    box : tuple of float or None
        West, south, east, north in degrees; cells that it touches stay.
    out : Path
        Written anew: a GeoTIFF.
    official : Official or None
        Totals that cells are scaled to, area by area; None: cells stay as they are, in their own unit.
    """
    with opened(path, "population") as raster:
        whole = Window(0, 0, raster.width, raster.height)
        window = whole if box is None else window_of(raster, box)
        if window is None:
            raise LayerError(f"{path.name}: does not meet the area; fetch the people of its country")
        profile = {
            "driver": "GTiff",
            "count": 1,
            "dtype": raster.dtypes[0] if official is None else _of_scaled(raster),
            "crs": raster.crs,
            "nodata": raster.nodata if official is None else np.nan,
            "width": window.width,
            "height": window.height,
            "transform": raster.window_transform(window),
            "compress": "deflate",
            "tiled": True,
        }
        told = entry_of(path)
        factors = None if official is None else official.factors_on(raster)
        with rasterio.open(out, "w", **profile) as cut:
            if official is None:
                cut.scales, cut.offsets = raster.scales, raster.offsets
            if told is not None:
                cut.update_tags(TIFFTAG_COPYRIGHT=f"{credited(told, official)} ({told.licence})")
            for strip in strips(raster):
                if not intersect(strip, window):
                    continue
                part = strip.intersection(window)
                values = raster.read(1, window=part)
                if factors is not None:
                    values = _scaled(raster, path, strip, part, factors(strip))
                below = Window(0, part.row_off - window.row_off, window.width, part.height)
                cut.write(values.astype(profile["dtype"]), 1, window=below)


def credited(told: Held, official: Official | None) -> str:
    """Give the credit of the people; that they were changed has to be told with it."""
    return told.attribution if official is None else f"{told.attribution}; scaled to totals of {official.credit}"


def _of_scaled(raster: rasterio.DatasetReader) -> str:
    return "float64" if raster.dtypes[0] == "float64" else "float32"


def _scaled(raster: rasterio.DatasetReader, path: Path, strip: Window, part: Window, factors: Floats) -> Floats:
    """Scale a strip as it was counted, and take of it what is wanted."""
    people = people_of(raster, strip, path) * factors
    top, left = int(part.row_off - strip.row_off), int(part.col_off)
    return people[top : top + int(part.height), left : left + int(part.width)]


def cover_of(tiles: tuple[Path, ...], box: Box | None) -> dict[str, gpd.GeoDataFrame]:
    """Outline the ground that land cover tells of, by layer.

    Parameters
    ----------
    tiles : tuple of Path
        Of ESA WorldCover.
    box : tuple of float or None
        West, south, east, north in degrees.

    Returns
    -------
    dict of layer to GeoDataFrame of Polygon, EPSG:4326
        ``built_up``, ``rivers`` (water) and ``farmland``: ``id name_en kind note source``; pieces of a hectare or more,
        coarser than the tiles where the area is large.
    """
    pieces = [piece for tile in tiles for piece in _pieces(tile, box)]
    return {
        layer: _layer(of, [outline for value, outline in pieces if value == of.value]) for layer, of in COVER.items()
    }


def _layer(of: Cover, pieces: list[BaseGeometry]) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        {"id": [f"{FROM_COVER}{of.kind}/{n}" for n in range(1, len(pieces) + 1)]}, geometry=pieces, crs="EPSG:4326"
    )
    return frame.assign(
        name_en=frame["id"],
        precision_km=0.0,
        kind=of.kind,
        **(note_in_columns(Message(of.note)) if of.note else dict.fromkeys(NOTES)),
        source=f"ESA WorldCover 2021, class {of.value}",
    )


def with_cover(layer: str, mapped: gpd.GeoDataFrame, seen: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put what land cover sees beside, or in place of, what OpenStreetMap has.

    Parameters
    ----------
    layer : str
    mapped, seen : GeoDataFrame, EPSG:4326
        The layer as OpenStreetMap and as land cover have it.

    Returns
    -------
    GeoDataFrame
        Of water, OpenStreetMap's and the pieces that no area of its meets; of others what land cover sees, if anything.
    """
    if seen.empty:
        return mapped
    if layer != "rivers" or mapped.empty:
        return seen
    areas = mapped.geometry[mapped.geom_type.isin(["Polygon", "MultiPolygon"])]
    met = seen.index[np.unique(seen.sindex.query(areas, predicate="intersects")[1])]
    new = seen.drop(index=met)
    return gpd.GeoDataFrame(pd.concat([mapped, new], ignore_index=True), crs=mapped.crs) if len(new) else mapped


def _pieces(path: Path, box: Box | None) -> Iterator[tuple[int, BaseGeometry]]:
    with opened(path, "land cover") as raster:
        window = Window(0, 0, raster.width, raster.height) if box is None else window_of(raster, box)
        if window is None:
            return
        coarser = cells_together(window)
        rows, columns = max(1, window.height // coarser), max(1, window.width // coarser)
        cover = raster.read(1, window=window, out_shape=(rows, columns), resampling=Resampling.mode)
        stretch = Affine.scale(window.width / columns, window.height / rows)
        transform = raster.window_transform(window) * stretch
        wanted = np.isin(cover, [of.value for of in COVER.values()])
        for outline, value in shapes(cover, mask=wanted, connectivity=8, transform=transform):
            piece = shape(outline)
            if hectares(piece) >= LEAST_HA:
                yield int(value), piece


def cells_together(window: Window) -> int:
    """Along how many cells of a window one is read, so that no more than can be held at once are."""
    return max(1, int(np.ceil(np.sqrt(window.width * window.height / CELLS_AT_ONCE))))


def hectares(piece: BaseGeometry) -> float:
    """Area of a small polygon in degrees."""
    shrunk = float(np.cos(np.radians(piece.bounds[1])))
    return float(piece.area * M_PER_DEGREE**2 * shrunk / M2_PER_HA)
