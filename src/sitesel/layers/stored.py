"""What a layer's file holds where its reader makes something else of it: rows left out, text among numbers, an abyss.

SQLite keeps text in a column of numbers, and GDAL reads what it begins with: ``"12 000"`` as 12, ``"many"`` as 0. Of
GeoJSON whose values are of several kinds it leaves text that no longer tells "10.000" from 10.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from sitesel.errors import LayerError

NUMBERS: Final = "iufb"  # kinds of columns that are numbers or truth
DEEPEST: Final = 100
"""Collections in one shape: GEOS goes down into each, and what is deep enough ends the process."""
COLLECTIONS: Final = (b"\x01\x07\x00\x00\x00", b"\x00\x00\x00\x00\x07")
WAIT_S: Final = 1.0
"""For another program that writes into a file."""


def refuse_what_is_not_read(path: Path, name: str, layer: str, frame: gpd.GeoDataFrame) -> None:
    """Hold what was read from a GeoPackage against its table.

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
        There are other rows than it says, or text where numbers are due; or another program holds it.
    """
    table = _quoted(layer)
    numbers = [str(column) for column in frame if frame[column].dtype.kind in NUMBERS]
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", timeout=WAIT_S, uri=True)) as file:
            there = int(file.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])  # noqa: S608 -- quoted
            found = [one for column in numbers if (one := _no_number(file, table, column)) is not None]
    except sqlite3.Error as cause:
        raise LayerError(
            f"{name}: cannot be read ({cause}); close the program that has it open, or save it again as a GeoPackage"
        ) from cause
    if there != len(frame):
        raise LayerError(f"{name}: holds {there} features and says {len(frame)}; save it again as a GeoPackage")
    if found:
        raise LayerError([f"{name}: {fault}" for fault in found])


def _no_number(file: sqlite3.Connection, table: str, column: str) -> str | None:
    """Name the first row of a column of numbers that holds something else."""
    own = _quoted(column)
    asked = f"SELECT rowid, {own} FROM {table} WHERE typeof({own}) IN ('text', 'blob') ORDER BY rowid LIMIT 1"  # noqa: S608 -- quoted
    row = file.execute(asked).fetchone()
    return None if row is None else f"{column} is {row[1]!r} in feature {row[0]}, no number; write digits only"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def with_values_as_written(text: str, told: Mapping[str, Any], frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put a GeoJSON file's own values in place of columns whose values are of several kinds.

    Parameters
    ----------
    text : str
        The file.
    told : mapping
        What pyogrio tells of it.
    frame : GeoDataFrame
        As read.

    Raises
    ------
    ValueError
        It is no JSON.
    """
    given = json.loads(text)
    rows = [feature.get("properties") or {} for feature in given.get("features", [given])]

    def mixed(column: str, subtype: str) -> bool:
        numbers = frame[column].dtype.kind in NUMBERS and subtype != "OFSTBoolean"
        return subtype == "OFSTJSON" or (numbers and any(isinstance(row.get(column), bool) for row in rows))

    kinds = zip(map(str, told["fields"]), told["ogr_subtypes"], strict=True)
    again = [column for column, subtype in kinds if column in frame and mixed(column, subtype)]
    return frame.assign(**{column: [_plain(row.get(column)) for row in rows] for column in again}) if again else frame


def _plain(value: Any) -> Any:  # noqa: ANN401 -- whatever JSON holds
    """Write what is neither number nor text as text: true among numbers is no number."""
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
