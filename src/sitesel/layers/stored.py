"""What a layer's file holds where its reader makes something else of it: rows left out, text among numbers, an abyss.

SQLite keeps text in a column of numbers, and GDAL reads what it begins with: ``"12 000"`` as 12, ``"many"`` as 0; of
0.58 in a column of whole numbers it makes 0, and of 12,000 in one of truth 1. A shapefile's numbers are text, too. Of
GeoJSON whose values are of several kinds it leaves text that no longer tells "10.000" from 10, and of "2024/01/05" a
date. So values are taken as the file has them, and the rules for columns judge them as they do a table's.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from sitesel.errors import LayerError

NUMBERS: Final = "iufb"  # kinds of columns that are numbers or truth
DEGREES: Final = "EPSG:4326"
GEOJSON: Final = "GeoJSON"  # as GDAL calls it
DATES: Final = ("DATE", "DATETIME", "TIME")  # kinds of columns, as a GeoPackage and as GDAL call them
REALS: Final = ("REAL", "DOUBLE", "FLOAT")
MOST: Final = {
    "BOOLEAN": 1,
    "SMALLINT": 2**15 - 1,
    "MEDIUMINT": 2**31 - 1,
    **dict.fromkeys(("TINYINT", "INT", "INTEGER"), 2**63 - 1),
}
"""Kinds of columns of whole numbers, and the largest that is read of each."""
DEEPEST: Final = 100
"""Collections in one shape: GEOS goes down into each, and what is deep enough ends the process."""
COLLECTIONS: Final = (b"\x01\x07\x00\x00\x00", b"\x00\x00\x00\x00\x07")
WAIT_S: Final = 1.0
"""For another program that writes into a file."""


def as_stored(path: Path, name: str, layer: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put a GeoPackage's own values in place of columns of which others were read, or none.

    Parameters
    ----------
    path : Path
    name : str
        What to call it in a fault.
    layer : str
    frame : GeoDataFrame
        As read.

    Raises
    ------
    LayerError
        There are other rows than it says, or another program holds it.
    """
    table = _quoted(layer)
    try:
        with closing(_to_read(path)) as file:
            there = int(file.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])  # noqa: S608 -- quoted
            again = [*_read_otherwise(file, layer, frame), *_not_read(file, layer, frame)]
            # In the table's order, which is GDAL's.
            stored = {column: file.execute(f"SELECT {_quoted(column)} FROM {table}").fetchall() for column in again}  # noqa: S608 -- quoted
    except sqlite3.Error as cause:
        raise LayerError(
            f"{name}: cannot be read ({cause}); close the program that has it open, or save it again as a GeoPackage"
        ) from cause
    if there != len(frame):
        raise LayerError(f"{name}: holds {there} features and says {len(frame)}; save it again as a GeoPackage")
    return frame.assign(**{column: [_plain(value) for (value,) in rows] for column, rows in stored.items()})


def _to_read(path: Path) -> sqlite3.Connection:
    """Open a database to read; beside one that keeps a log of changes a file is written, where that can be."""
    address = f"{path.resolve().as_uri()}?mode=ro"
    file = sqlite3.connect(address, timeout=WAIT_S, uri=True)
    try:
        file.execute("PRAGMA schema_version")
    except sqlite3.OperationalError as cause:
        file.close()
        unwritable = cause.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
        if not unwritable or any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
            raise
        file = sqlite3.connect(f"{address}&immutable=1", uri=True)
    return file


def _read_otherwise(file: sqlite3.Connection, layer: str, frame: gpd.GeoDataFrame) -> Iterator[str]:
    """Find columns that hold what their kind does not, and dates, which are written in many ways."""
    for column, kind, _ in _columns(file, layer):
        own = _quoted(column)
        wrong = f"typeof({own}) IN ('text', 'blob')"
        if kind in MOST:
            wrong += f" OR {own} <> CAST({own} AS INTEGER) OR {own} NOT BETWEEN -{MOST[kind]} AND {MOST[kind]}"
        asked = f"SELECT EXISTS (SELECT 1 FROM {_quoted(layer)} WHERE {wrong})"  # noqa: S608 -- quoted
        numbers = kind in MOST or kind in REALS
        if column in frame and (kind in DATES or (numbers and file.execute(asked).fetchone()[0])):
            yield column


def _not_read(file: sqlite3.Connection, layer: str, frame: gpd.GeoDataFrame) -> Iterator[str]:
    """Find columns that are left out: of a kind that GeoPackages do not have; and ids that number the rows."""
    asked = "SELECT column_name FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)"
    geometry = {row[0] for row in file.execute(asked, (layer,))}
    for column, _, numbers_rows in _columns(file, layer):
        if column not in frame and column not in geometry and (not numbers_rows or column.lower() == "id"):
            yield column


def _columns(file: sqlite3.Connection, layer: str) -> list[tuple[str, str, bool]]:
    """Give each column's name, its kind, and whether it numbers the rows."""
    told = file.execute(f"PRAGMA table_info({_quoted(layer)})").fetchall()
    return [(row[1], row[2].upper(), bool(row[5])) for row in told]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def with_values_as_written(text: str, name: str, told: Mapping[str, Any], frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put a GeoJSON file's own values in place of columns whose values are dates or of several kinds.

    Parameters
    ----------
    text : str
        The file.
    name : str
        What to call it in a fault.
    told : mapping
        What pyogrio tells of it.
    frame : GeoDataFrame
        As read.

    Raises
    ------
    ValueError
        It is no JSON.
    LayerError
        It names a CRS that is not known, of which GDAL makes degrees of WGS 84; it says that the service that wrote it
        held features back; or it holds what is no feature, which GDAL leaves out.
    """
    given = json.loads(text)
    crs = json.dumps(given.get("crs") or "")
    if len(crs) > len('""') and frame.crs == DEGREES and not re.search("CRS:?84|4326", crs):
        raise LayerError(f"{name}: its CRS {crs} is not known; set the one it was made in and save it as a GeoPackage")
    there = [one for one in given.get("features", [given]) if one]
    whole = told["driver"] == GEOJSON  # Esri's services write JSON of their own, which begins alike
    if lines := [*_held_back(given, len(there)), *(_no_features(there) if whole else ())]:
        raise LayerError([f"{name}: {line}" for line in lines])
    if not whole:
        return frame
    rows = [feature.get("properties") or {} for feature in there]

    def otherwise(column: str, kind: str, subtype: str) -> bool:
        numbers = frame[column].dtype.kind in NUMBERS and subtype != "OFSTBoolean"
        among = numbers and any(isinstance(row.get(column), bool) for row in rows)
        return subtype == "OFSTJSON" or kind.removeprefix("OFT").upper() in DATES or among

    kinds = zip(map(str, told["fields"]), told["ogr_types"], told["ogr_subtypes"], strict=True)
    again = [column for column, kind, subtype in kinds if column in frame and otherwise(column, kind, subtype)]
    return frame.assign(**{column: [_plain(row.get(column)) for row in rows] for column in again}) if again else frame


def _held_back(given: Mapping[str, Any], there: int) -> Iterator[str]:
    """Tell of features that the service that wrote a file had and did not give, as it says itself."""
    about = given.get("properties")
    parts = (given, about if isinstance(about, dict) else {})  # Esri's services write either
    matched = [part.get(key) for part in parts for key in ("numberMatched", "totalFeatures")]
    most = max((one for one in matched if type(one) is int), default=0)
    if most > there or any(part.get("exceededTransferLimit") is True for part in parts):
        held = f"{there:,} of {most:,} features" if most > there else f"{there:,} features and says there are more"
        yield f"holds {held}: the service that wrote it held others back; download it in parts"


def _no_features(there: list[Any]) -> Iterator[str]:
    """Tell of what stands among the features of a file and is none."""
    for place, one in enumerate(there, start=1):
        if not isinstance(one, dict) or one.get("type") != "Feature":
            what = one.get("type") if isinstance(one, dict) else one
            yield f"feature {place} is {what!r}, no 'Feature'; write each feature by itself"
            return


def _plain(value: Any) -> Any:  # noqa: ANN401 -- whatever JSON holds
    """Write what is neither number nor text as text: true among numbers is no number."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if value is None or isinstance(value, str) or type(value) in (int, float) else json.dumps(value)


def refuse_abyss(path: Path, name: str) -> None:
    """Look at the shapes of a GeoParquet file before they are made.

    Raises
    ------
    LayerError
        One of them is made of more than :data:`DEEPEST` collections.
    """
    file = pq.ParquetFile(path)
    binary = [field.name for field in file.schema_arrow if pa.types.is_binary(field.type)]
    for row, values in enumerate(zip(*file.read(binary).to_pydict().values(), strict=True)):
        if any(value and max(value.count(mark) for mark in COLLECTIONS) > DEEPEST for value in values):
            raise LayerError(nested(name, row + 1))


def nested(name: str, row: int) -> str:
    """Say that a shape is made of too many collections."""
    return (
        f"{name}: row {row} is a collection in a collection more than {DEEPEST} times; give points, lines or outlines"
    )
