"""Official totals of people by area: read, joined to ground, and held against a raster of people."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from rasterio.features import rasterize
from rasterio.windows import Window
from shapely import box

from sitesel.arrays import Floats
from sitesel.country import WORLD
from sitesel.errors import LayerError
from sitesel.extracting.passing import Feature
from sitesel.layers import Column, Role
from sitesel.layers.door import vector_format
from sitesel.layers.naming import by_synonyms
from sitesel.layers.raster import opened
from sitesel.layers.tabular import WKT, cells_of
from sitesel.layers.vector import checked, read_vector
from sitesel.text import NAMES, Message

DISTRICTS: Final = "districts"
"""Layer of the extract that a table without outlines is joined to."""
PLAUSIBLE: Final = (0.3, 3.0)
"""Factors beyond which figures, names or years do not belong together, most likely."""
ROWS_AT_ONCE: Final = 512
SHARED: Final = 0.01  # of the smaller of two areas: neighbours that are drawn apart overlap by slivers
ALIKE: Final = 0.99  # of the ground of two outlines: one place, mapped twice
BEYOND: Final = 0.01  # of an area's ground beyond the raster that goes untold
EQUAL_AREA: Final = "EPSG:6933"
_ROLE: Final = Role(
    "polygon",
    {
        **dict.fromkeys(NAMES, Column("text")),
        NAMES[0]: Column("text", required=True),
        "people": Column("number", required=True, least=0, most=2e9),
        "source": Column("text"),
    },
    identified=False,
)


@dataclass(frozen=True)
class Official:
    """Totals by area, and what a raster has there.

    Parameters
    ----------
    areas : GeoDataFrame of Polygon, EPSG:4326
        ``name_en``, ``people`` (of the table), ``counted`` (of the raster, before), ``factor`` (what each cell is
        multiplied by) and ``beyond`` (share of the ground that lies beyond the raster, 0..1).
    elsewhere : float
        People of the raster in no area: they stay as they are.
    credit : str
        Whose figures they are: the table's ``source``, else its name.
    notices : tuple of Message
        What was repaired in the table's outlines.
    """

    areas: gpd.GeoDataFrame
    elsewhere: float
    credit: str
    notices: tuple[Message, ...] = ()

    def factors_on(self, raster: rasterio.DatasetReader) -> Callable[[Window], Floats]:
        """Give what lays the factors out by cell of a window; 1 in no area.

        A cell belongs to the area that its middle lies in. The areas are projected once, for all windows.
        """
        there = self.areas.to_crs(raster.crs)
        return lambda window: _by_cell(there, there["factor"], 1.0, raster, window)


def official_totals(table: Path, districts: Sequence[Feature] | None, raster: Path) -> Official:
    """Read a table of people by area and work out by what the raster's cells are multiplied in each.

    Parameters
    ----------
    table : Path
        A layer of polygons (GeoPackage, CSV with a column ``wkt`` ...) or a table (CSV, XLSX), with ``name`` and
        ``people``.
    districts : sequence of Feature or None
        Whole areas of the extract, which a table without outlines is joined to by its names; None where the tags take
        none.
    raster : Path
        People by cell.

    Raises
    ------
    LayerError
        Not such a table; an area that stands twice, overlaps another, is on no map, or where the raster has nobody.
    """
    areas, notices = _areas(table, districts)
    areas = areas.sort_values(NAMES[0], kind="stable", ignore_index=True)
    _refuse_doubtful(areas, table.name)
    with opened(raster, "population") as people:
        areas = areas.to_crs(people.crs)
        counted, elsewhere = _counted(areas, people, raster)
        shapes = np.asarray(areas.geometry.array)
        beyond = 1 - shapely.area(shapely.intersection(shapes, box(*people.bounds))) / shapely.area(shapes)
    nobody = (counted == 0) & (areas["people"] > 0)
    if bool(nobody.any()):
        raise LayerError(
            f"{table.name}: {_named(areas[nobody])}: {raster.name} has nobody there, and what is nothing cannot be "
            "scaled; look at the outlines, or delete the row"
        )
    factor = np.where(counted > 0, areas["people"] / np.where(counted > 0, counted, 1.0), 1.0)
    told = areas.assign(counted=counted, factor=factor, beyond=np.where(beyond > BEYOND, beyond, 0.0)).to_crs(
        "EPSG:4326"
    )
    sources = "; ".join(dict.fromkeys(areas["source"].dropna().astype(str)))
    return Official(told, elsewhere, sources or table.name, tuple(notices))


def people_of(raster: rasterio.DatasetReader, window: Window, path: Path) -> Floats:
    """Read people by cell; NaN where nothing is known.

    Raises
    ------
    LayerError
        Fewer than none.
    """
    given = raster.read(1, window=window, masked=True)
    people = given.astype(np.float64).filled(np.nan) * raster.scales[0] + raster.offsets[0]
    if bool((people < 0).any()):
        lowest = f"{np.nanmin(people):g}"
        raise LayerError(
            f"{path.name}: {lowest} people in a cell; if {lowest} means no data, declare it "
            f"(gdal_edit.py -a_nodata {lowest}), else correct the cell"
        )
    return np.asarray(people)


def strips(raster: rasterio.DatasetReader) -> Iterator[Window]:
    """Cut a raster into strips; whoever asks which area a cell lies in asks by the same ones."""
    for top in range(0, raster.height, ROWS_AT_ONCE):
        yield Window(0, top, raster.width, min(ROWS_AT_ONCE, raster.height - top))


def _counted(areas: gpd.GeoDataFrame, raster: rasterio.DatasetReader, path: Path) -> tuple[Floats, float]:
    """Sum the raster's people by area, and those in none."""
    sums = np.zeros(len(areas) + 1)
    numbers = pd.Series(np.arange(1, len(areas) + 1), index=areas.index)
    for window in strips(raster):
        people = np.nan_to_num(people_of(raster, window, path))
        whose = _by_cell(areas, numbers, 0.0, raster, window).astype(np.int64)
        sums += np.bincount(whose.ravel(), weights=people.ravel(), minlength=len(sums))
    return sums[1:], float(sums[0])


def _by_cell(
    areas: gpd.GeoDataFrame, values: pd.Series, otherwise: float, raster: rasterio.DatasetReader, window: Window
) -> Floats:
    """Burn values of areas, which are in the raster's CRS, into the cells of a window."""
    shape = (int(window.height), int(window.width))
    there = areas.geometry
    met = there.intersects(box(*raster.window_bounds(window)))
    if not bool(met.any()):
        return np.full(shape, otherwise)
    burnt: Floats = rasterize(
        zip(there[met], values[met].astype(np.float64), strict=True),
        out_shape=shape,
        transform=raster.window_transform(window),
        fill=otherwise,
        dtype="float64",
    )
    return burnt


def _areas(path: Path, districts: Sequence[Feature] | None) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Read the table as areas: with its own outlines, or those of the extract."""
    found = vector_format(path, path.name)
    if found in {"CSV", "XLSX"}:
        cells = cells_of(path, path.name, is_csv=found == "CSV").dropna(how="all")
        table = by_synonyms(cells, _ROLE.columns, path.name)
        if WKT not in by_synonyms(table, [WKT], path.name):
            joined = _joined(table.reset_index(drop=True), districts, path.name)
            return checked(joined, path.name, _ROLE, crs=EQUAL_AREA, area=WORLD)
    return read_vector(path, _ROLE, crs=EQUAL_AREA, area=WORLD)


def _joined(table: pd.DataFrame, districts: Sequence[Feature] | None, called: str) -> gpd.GeoDataFrame:
    """Give each row of a table the outline of the area that has its name."""
    columns = [name for name in NAMES if name in table]
    if not columns or "people" not in table:
        there = ", ".join(map(str, table.columns)) or "none"
        raise LayerError(f"{called}: no column {'people' if columns else 'name'}; add it (there are: {there})")
    if not districts:
        raise LayerError(
            f"{called}: has names alone, and the extract no whole district (boundary=administrative) to join them to; "
            "give outlines: a layer of polygons, or a column wkt"
        )
    by_name: dict[str, list[Feature]] = {}
    for district in districts:
        for name in _names(district):
            by_name.setdefault(name, []).append(district)
    faults: list[str] = []
    shapes = []
    for row in table[columns].itertuples(index=False):
        names = [str(name) for name in row if isinstance(name, str) and name.strip()]
        fitting = _one_each(each for name in names for each in by_name.get(_plain(name), ()))
        if len(fitting) != 1:
            faults.append(_unmatched(called, names, fitting))
        shapes.append(fitting[0].shape if fitting else None)
    if faults:
        raise LayerError(faults)
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def _unmatched(called: str, names: Sequence[str], fitting: Sequence[Feature]) -> str:
    name = names[0] if names else "a row without a name"
    if fitting:
        ids = ", ".join(each.id for each in fitting)
        return f"{called}: {name} is the name of several districts ({ids}); give outlines, or another of its names"
    return (
        f"{called}: {name} is the name of no whole district of the extract; write it as OpenStreetMap does (layer "
        f"{DISTRICTS}), give outlines in a column wkt, or delete the row"
    )


def _one_each(found: Iterable[Feature]) -> list[Feature]:
    """Leave one of those that are mapped twice, as a district and as the city that it is."""
    kept: list[Feature] = []
    for each in found:
        if not any(_same_ground(each, other) for other in kept):
            kept.append(each)
    return kept


def _same_ground(one: Feature, other: Feature) -> bool:
    if one.id == other.id:
        return True
    a, b = (shapely.make_valid(each.shape) for each in (one, other))
    return bool(a.intersection(b).area >= ALIKE * a.union(b).area)


def _names(district: Feature) -> set[str]:
    given = (value for key, value in district.tags.items() if "name" in key)
    return {_plain(name) for value in given for name in value.split(";") if name.strip()}


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip().casefold()


def _refuse_doubtful(areas: gpd.GeoDataFrame, called: str) -> None:
    faults = []
    unknown = areas["people"].isna()
    if bool(unknown.any()):
        faults.append(f"{called}: people is empty at {_named(areas[unknown])}; fill it in, or delete the row")
    names = areas[NAMES[0]].map(_plain)
    twice = names.duplicated()
    if bool(twice.any()):
        faults.append(f"{called}: {_named(areas[twice])} stands twice; leave one row of it")
    one, other = areas.sindex.query(areas.geometry, predicate="intersects")
    for a, b in zip(one, other, strict=True):
        if a < b and not (twice.iloc[a] or twice.iloc[b]):
            first, second = areas.iloc[a], areas.iloc[b]
            common = first.geometry.intersection(second.geometry).area
            if common > SHARED * min(first.geometry.area, second.geometry.area):
                faults.append(
                    f"{called}: {first[NAMES[0]]} and {second[NAMES[0]]} overlap, and people there would be counted "
                    "twice; leave one of them, or give the total of what the other leaves"
                )
    if faults:
        raise LayerError(faults)


def _named(areas: gpd.GeoDataFrame) -> str:
    return ", ".join(areas[NAMES[0]].astype(str))
