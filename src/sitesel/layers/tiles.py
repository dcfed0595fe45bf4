"""Tiles of heights that lie beside one another, read as one raster of which only windows are ever held."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import MaskFlags
from rasterio.errors import RasterioIOError
from shapely import STRtree, box

Raster = Path | tuple[Path, ...]
"""A file, or tiles that are one raster; where they overlap, the first that knows a cell counts."""

SAME_ROWS: Final = 0.01  # heights of cells that differ by a smaller part are one
ALIGNED: Final = 0.01  # of a cell: grids that are off by less are one grid


@dataclass(frozen=True)
class _Tile:
    path: Path
    crs: CRS
    transform: Affine
    width: int
    height: int
    nodata: float | None
    masked: bool
    scale: float
    offset: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, north = self.transform.c, self.transform.f
        return west, north + self.height * self.transform.e, west + self.width * self.transform.a, north

    def joins(self, other: "_Tile") -> bool:
        """Whether both count in one CRS by rows of one height: GLO-30 widens its columns towards the pole."""
        rows, others = abs(self.transform.e), abs(other.transform.e)
        return self.crs == other.crs and abs(rows - others) <= SAME_ROWS * max(rows, others)


def called(raster: Raster) -> str:
    """Name a raster in a message."""
    if isinstance(raster, Path):
        return raster.name
    return f"{raster[0].name} and {len(raster) - 1} more"


def joined(files: Iterable[Path]) -> tuple[Raster, ...]:
    """Join tiles that meet or overlap into one raster each; others, and what is no raster, stay alone.

    Parameters
    ----------
    files : iterable of Path

    Returns
    -------
    tuple of Path or tuple of Path
        In the order of their first file. Tiles are of one raster where they have one CRS and rows of one height.

    Examples
    --------
    >>> grid = {"width": 1, "height": 1, "count": 1, "dtype": "float32", "crs": "EPSG:32643"}
    >>> for name, west in (("west.tif", 0), ("east.tif", 100), ("far.tif", 9000)):
    ...     rasterio.open(name, "w", **grid, transform=Affine(100, 0, west, 0, -100, 100)).close()
    >>> [called(raster) for raster in joined(map(Path, ("west.tif", "far.tif", "east.tif")))]
    ['west.tif and 1 more', 'far.tif']
    """
    paths = tuple(files)
    tiles = {place: tile for place, path in enumerate(paths) if (tile := _tile(path)) is not None}
    group = list(range(len(paths)))
    grown = [
        box(*tile.bounds).buffer(max(tile.transform.a, -tile.transform.e), join_style="mitre")
        for tile in tiles.values()
    ]
    places = list(tiles)
    for one, other in STRtree(grown).query(grown, predicate="intersects").T if grown else ():
        here, there = places[one], places[other]
        if here < there and tiles[here].joins(tiles[there]):
            old, new = sorted((group[here], group[there]), reverse=True)
            group = [new if of == old else of for of in group]
    members = {first: tuple(path for path, of in zip(paths, group, strict=True) if of == first) for first in group}
    return tuple(member if len(member) > 1 else member[0] for member in members.values())


def _tile(path: Path) -> _Tile | None:
    try:
        with rasterio.open(path) as raster:
            if raster.crs is None or raster.transform.b or raster.transform.d or raster.transform.e >= 0:
                return None
            masked = MaskFlags.per_dataset in raster.mask_flag_enums[0]
            return _Tile(
                path.resolve(), raster.crs, raster.transform, raster.width, raster.height, raster.nodata, masked,
                raster.scales[0], raster.offsets[0],
            )  # fmt: skip
    except RasterioIOError:
        return None


def as_vrt(files: Iterable[Path]) -> str:
    """Describe tiles that :func:`joined` found as one raster, in GDAL's words.

    Cells are as narrow as those of the narrowest tile; wider ones, and grids that are off by part of a cell, are read
    between their cells by straight lines.

    Parameters
    ----------
    files : iterable of Path
    """
    tiles = [tile for path in files if (tile := _tile(path)) is not None]
    grid = min(tiles, key=lambda tile: tile.transform.a)
    wide, deep = grid.transform.a, -grid.transform.e
    bounds = [tile.bounds for tile in tiles]
    left, top = min(each[0] for each in bounds), max(each[3] for each in bounds)
    left += _off((grid.bounds[0] - left) / wide) * wide  # its cells are those of the narrowest tile
    top -= _off((top - grid.bounds[3]) / deep) * deep
    columns = round((max(each[2] for each in bounds) - left) / wide)
    rows = round((top - min(each[1] for each in bounds)) / deep)
    sources = "".join(
        _source(tile, (left, top), (wide, deep)) for tile in reversed(tiles)
    )  # the last one covers others
    return (
        f'<VRTDataset rasterXSize="{columns}" rasterYSize="{rows}"><SRS>{escape(grid.crs.to_wkt())}</SRS>'
        f"<GeoTransform>{left!r}, {wide!r}, 0, {top!r}, 0, {-deep!r}</GeoTransform>"
        '<VRTRasterBand dataType="Float32" band="1"><NoDataValue>nan</NoDataValue>'
        f"{sources}</VRTRasterBand></VRTDataset>"
    )


def _off(cells: float) -> float:
    """By what part of a cell a place is off the grid."""
    part = cells - round(cells)
    return 0.0 if abs(part) < ALIGNED else part


def _source(tile: _Tile, corner: tuple[float, float], cell: tuple[float, float]) -> str:
    west, south, east, north = tile.bounds
    x, y = (west - corner[0]) / cell[0], (corner[1] - north) / cell[1]
    width, height = (east - west) / cell[0], (north - south) / cell[1]
    one_grid = not (_off(x) or _off(y)) and round(width) == tile.width and round(height) == tile.height
    if one_grid:
        x, y, width, height = (float(round(each)) for each in (x, y, width, height))
    between = "" if one_grid else ' resampling="bilinear"'
    known = "<UseMaskBand>true</UseMaskBand>" if tile.masked else ""
    known += f"<NODATA>{tile.nodata!r}</NODATA>" if tile.nodata is not None else ""
    scaled = f"<ScaleOffset>{tile.offset!r}</ScaleOffset><ScaleRatio>{tile.scale!r}</ScaleRatio>"
    return (
        f"<ComplexSource{between}>"
        f'<SourceFilename relativeToVRT="0">{escape(str(tile.path))}</SourceFilename><SourceBand>1</SourceBand>'
        f'<SrcRect xOff="0" yOff="0" xSize="{tile.width}" ySize="{tile.height}"/>'
        f'<DstRect xOff="{x!r}" yOff="{y!r}" xSize="{width!r}" ySize="{height!r}"/>'
        f"{scaled if (tile.scale, tile.offset) != (1.0, 0.0) else ''}{known}</ComplexSource>"
    )
