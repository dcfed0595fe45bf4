"""Floods, active faults and shaking, as maps of the world have them: modelled or coarse, and said to be so.

No law speaks of these maps: each stands in for a surveyed one that is not given. What they do not cover is not known,
and never counts as free of danger.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
import shapely
from affine import Affine
from rasterio.features import shapes
from rasterio.windows import Window
from scipy import ndimage
from shapely.geometry import box as rectangle
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sitesel.arrays import Bools, Floats
from sitesel.data import data
from sitesel.errors import LayerError
from sitesel.extracting.rasters import cells_together, files_of, hectares, rasters_in, window_of
from sitesel.fetching import Box
from sitesel.layers.door import ARCHIVE_FAULTS
from sitesel.layers.raster import opened
from sitesel.text import NOTES, Message, note_in_columns

FLOODS: Final = "floods_modelled"
FAULTS: Final = "faults_coarse"
SEISMIC: Final = "seismic"
LEAST_DEPTH_M: Final = 0.1
"""Of water, in a flood of 100 years: what the model has as less is no flood, for it knows heights to a metre."""
UNKNOWN_SCALE_KM: Final = 5.0
"""How far off a fault may lie whose map's scale is not told."""
KM_OF_A_MILLIMETRE: Final = 1e-6
MOST_G: Final = 5.0  # no ground was ever shaken so: such figures count in other units
MOST_BYTES: Final = 4 << 30  # of a raster that is unpacked
SLIVER: Final = 1e-6  # of an area: rounding leaves no ground
_NEIGHBOURS: Final = np.ones((3, 3), dtype=int)
_CRS: Final = "EPSG:4326"


@dataclass(frozen=True)
class Hazards:
    """What of the folder's maps of hazards lies in the area.

    Parameters
    ----------
    frames : dict of layer to GeoDataFrame, EPSG:4326
        ``floods_modelled`` (polygons, ``depth_m``), ``faults_coarse`` (lines, ``precision_km``), ``seismic`` (polygons,
        ``intensity``), each with ``id name_en source`` and its note in
        each language; a layer is here where its map is in the folder.
    of : dict of layer to Path
        A file that it was made of.
    told : tuple of Message
        What was found and left out, and what is not known.
    """

    frames: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    of: dict[str, Path] = field(default_factory=dict)
    told: tuple[Message, ...] = ()


def hazards_in(folder: Path, box: Box) -> Hazards:
    """Make layers of the maps of hazards that a folder holds.

    Parameters
    ----------
    folder : Path
        As `sitesel fetch --only flood,seismic,faults` fills it; an extract in its place has none.
    box : tuple of float
        West, south, east, north in degrees.

    Raises
    ------
    LayerError
        One of them is not what it is named as.
    """
    frames, of, told = {}, {}, []
    for layer, files, make in (
        (FLOODS, rasters_in(folder, "flood", box), _floods),
        (FAULTS, files_of(folder, "faults"), _faults),
        (SEISMIC, files_of(folder, "seismic"), _seismic),
    ):
        if files:
            frames[layer], lines = make(files, box)
            of[layer] = files[0]
            told += lines
    return Hazards(frames, of, tuple(told))


def unseen(covered: BaseGeometry, box: Box) -> tuple[BaseGeometry, float]:
    """Give the part of a box that maps do not cover, and its percentage; empty where it is no more than a sliver."""
    whole = rectangle(*box)
    rest = whole.difference(covered)
    share = rest.area / whole.area
    return (rest, 100 * share) if share > SLIVER else (shapely.Polygon(), 0.0)


def unseen_row(kind: str, note: Message) -> dict[str, Any]:
    """Describe ground that maps do not cover: it may be what its layer is about."""
    called = f"{kind}/unseen"
    return {"id": called, "name_en": called, "precision_km": 0.0, "doubtful": True, **note_in_columns(note)}


def _framed(rows: list[dict[str, Any]], shapes_of: list[BaseGeometry], columns: list[str]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows, columns=["id", "name_en", *columns, *NOTES, "source"])
    if "precision_km" not in table:
        table["precision_km"] = 0.0  # of its own cells
    return gpd.GeoDataFrame(table, geometry=shapes_of, crs=_CRS)


def _floods(tiles: tuple[Path, ...], box: Box) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Outline the ground under water in the model, and what no tile covers: whether that is flooded is not known."""
    pieces: list[tuple[float, BaseGeometry]] = []
    sides, shallow = [], 0
    for tile in tiles:
        with opened(tile, "floods") as raster:
            if not raster.crs.is_geographic:
                raise LayerError(f"{tile.name}: its CRS counts in metres; the model's tiles count in degrees")
            sides.append(rectangle(*raster.bounds))
            found, left_out = _under_water(raster, box)
            pieces += found
            shallow += left_out
    source = "JRC, model of rivers, flood of 100 years"
    note = note_in_columns(Message("layers.note.flood", {"depth": LEAST_DEPTH_M}))
    rows = [
        {
            "id": f"flood/{n}",
            "name_en": f"flood/{n}",
            "depth_m": depth,
            "doubtful": False,
            **note,
            "source": source,
        }
        for n, (depth, _) in enumerate(pieces, 1)
    ]
    outlines = [outline for _, outline in pieces]
    rest, share = unseen(shapely.union_all(sides), box)
    told = [_told_of_floods(pieces, shallow)]
    if not rest.is_empty:
        rows.append(unseen_row("flood", Message("layers.note.no_flood_tile")) | {"depth_m": np.nan, "source": source})
        outlines.append(rest)
        told.append(Message("layers.unseen", {"layer": FLOODS, "share": share}))
    return _framed(rows, outlines, ["depth_m", "doubtful"]), told


def _told_of_floods(pieces: list[tuple[float, BaseGeometry]], shallow: int) -> Message:
    ha = sum(hectares(part) for _, outline in pieces for part in shapely.get_parts(outline))
    return Message(
        "layers.floods",
        {"layer": FLOODS, "count": len(pieces), "ha": round(ha), "depth": LEAST_DEPTH_M, "shallow": shallow},
    )


def _under_water(raster: rasterio.DatasetReader, box: Box) -> tuple[list[tuple[float, BaseGeometry]], int]:
    """Give each piece of ground under water with its greatest depth, and how many cells have too little.

    A large area is read coarser, and then by its deepest cells.
    """
    window = window_of(raster, box)
    if window is None:
        return [], 0
    depth, transform = _read(raster, window)
    labels, count = ndimage.label(depth >= LEAST_DEPTH_M, structure=_NEIGHBOURS)
    deepest: Floats = np.asarray(ndimage.maximum(depth, labels, index=np.arange(1, count + 1)), dtype=np.float64)
    found = [
        (float(deepest[int(label) - 1]), outline)
        for outline, label in _outlines(labels.astype(np.int32), labels > 0, transform, box)
    ]
    return found, int(((depth > 0) & (depth < LEAST_DEPTH_M)).sum())


def _outlines(
    values: np.ndarray[Any, np.dtype[Any]], wanted: Bools, transform: Affine, box: Box
) -> Iterator[tuple[BaseGeometry, float]]:
    """Outline the cells of each value within a box."""
    limits = rectangle(*box)
    for outline, value in shapes(values, mask=wanted, connectivity=8, transform=transform):
        whole = shapely.make_valid(shape(outline), method="structure", keep_collapsed=False)
        piece = whole.intersection(limits)
        if piece.area > 0:
            yield piece, float(value)


def _read(raster: rasterio.DatasetReader, window: Window) -> tuple[Floats, Affine]:
    """Read figures by cell, 0 where there are none; of a large window several cells together, by the highest."""
    wide, high = int(window.width), int(window.height)
    coarser = cells_together(window)
    columns, strips = np.arange(0, wide, coarser), []
    for top in range(0, high, coarser):
        strip = Window(window.col_off, window.row_off + top, wide, min(coarser, high - top))
        figures = raster.read(1, window=strip, masked=True).astype(np.float64).filled(0.0)
        strips.append(np.maximum.reduceat(np.nan_to_num(figures).max(axis=0), columns))
    return np.array(strips), raster.window_transform(window) * Affine.scale(coarser)


def _faults(files: tuple[Path, ...], box: Box) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Cut the lines to the area; how exactly each is known follows from its map's scale: a millimetre on it."""
    (path,) = files
    try:
        lines = gpd.read_file(path, bbox=box)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as cause:
        raise LayerError(f"{path.name}: cannot be read as a layer ({cause}); fetch it again: --only faults") from cause
    lines = lines.to_crs(_CRS)
    cut = lines.geometry.intersection(rectangle(*box))
    kept = cut.geom_type.isin(["LineString", "MultiLineString"]) & ~cut.is_empty
    lines, cut = lines[kept], cut[kept]
    scale = pd.to_numeric(lines.get("accuracy", pd.Series(np.nan, index=lines.index)), errors="coerce")
    told = scale > 0
    precision = (scale * KM_OF_A_MILLIMETRE).where(told, UNKNOWN_SCALE_KM)
    names = lines.get("name", pd.Series(None, index=lines.index, dtype=object))
    ids = [f"fault/{n}" for n in range(1, len(lines) + 1)]
    rows = [
        {
            "id": called,
            "name_en": name.strip() if isinstance(name, str) and name.strip() else called,
            "precision_km": float(km),
            **note_in_columns(
                Message("layers.note.fault", {"scale": int(of)}) if known else Message("layers.note.fault_untold")
            ),
            "source": "GEM Global Active Faults",
        }
        for called, name, km, known, of in zip(ids, names, precision, told, scale.fillna(0), strict=True)
    ]
    line = Message(
        "layers.faults", {"layer": FAULTS, "count": len(rows), "untold": int((~told).sum()), "km": UNKNOWN_SCALE_KM}
    )
    return _framed(rows, list(cut), ["precision_km"]), [line]


def _seismic(files: tuple[Path, ...], box: Box) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Make zones of design intensity of the acceleration on rock in 475 years."""
    (path,) = files
    with TemporaryDirectory(prefix="sitesel-") as folder:
        unpacked = _unpacked(path, Path(folder))
        with opened(unpacked, "shaking") as raster:
            window = window_of(raster, box)
            if window is None:
                raise LayerError(f"{path.name}: does not meet the area; fetch it again: --only seismic")
            shaken, transform = _read(raster, window)
    if shaken.max(initial=0.0) > MOST_G:
        raise LayerError(
            f"{path.name}: shaking of {shaken.max():g}, which is no share of g; fetch it again: --only seismic"
        )
    grades = grades_of(shaken)
    zones: dict[int, list[BaseGeometry]] = {}
    for piece, grade in _outlines(grades, shaken > 0, transform, box):
        zones.setdefault(int(grade), []).append(piece)
    note = note_in_columns(Message("layers.note.seismic"))
    rows = [
        {
            "id": f"seismic/{grade}",
            "name_en": f"seismic/{grade}",
            "intensity": float(grade),
            **note,
            "source": "GEM Global Seismic Hazard Map 2023.1, 475 years",
        }
        for grade in sorted(zones)
    ]
    found = [shapely.union_all(zones[grade]) for grade in sorted(zones)]
    told = Message("layers.seismic", {"layer": SEISMIC, "grades": ", ".join(map(str, sorted(zones))) or "-"})
    return _framed(rows, found, ["intensity"]), [told]


def grades_of(shaken: Floats) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Give the design intensity, MSK-64: the lowest whose acceleration is not exceeded, the highest beyond.

    Parameters
    ----------
    shaken : ndarray of float
        Shares of g.

    Examples
    --------
    >>> grades_of(np.array([0.02, 0.1, 0.11, 0.35, 0.9])).tolist()
    [6, 7, 8, 9, 10]
    """
    table = data("ground_factors.toml")["seismic_grades"]["rows"]
    most, grade = (np.array([row[name] for row in table]) for name in ("most_g", "intensity"))
    found = grade[np.minimum(np.searchsorted(most, shaken, side="left"), len(grade) - 1)]
    return np.asarray(found, dtype=np.int16)


def _unpacked(path: Path, folder: Path) -> Path:
    """Take the one raster out of an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            rasters = [info for info in archive.infolist() if info.filename.lower().endswith((".tif", ".tiff"))]
            if len(rasters) != 1:
                raise LayerError(f"{path.name}: {len(rasters)} rasters in it, not one; fetch it again: --only seismic")
            info = rasters[0]
            if info.file_size > MOST_BYTES:
                raise LayerError(f"{path.name}: its raster is of {info.file_size:,} bytes, more than is unpacked")
            target = folder / "shaking.tif"
            with archive.open(info) as packed, target.open("wb") as out:
                while piece := packed.read(1 << 20):
                    out.write(piece)
            return target
    except ARCHIVE_FAULTS as cause:
        raise LayerError(
            f"{path.name}: an archive that is not whole ({cause}); fetch it again: --only seismic"
        ) from cause
