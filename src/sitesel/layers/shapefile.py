"""Shapefiles: whether their parts belong together, and how the letters of their table are written.

A table of dBASE seldom says how, and what stands beside it may be wrong: its own bytes are asked.
"""

import codecs
import re
import struct
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np

from sitesel.errors import LayerError

TRIED: Final = ("cp1251", "cp866", "koi8_r")
"""Encodings in which Cyrillic letters were written before UTF-8."""

_STRANGE: Final = re.compile(
    "[\u0080-\u009f\u2500-\u259f√■∙ЄєЇїЎў]"  # control characters, frames of tables, letters of other alphabets
    "|[À-ÿ]{3}"  # no word of the west has three letters with accents in a row
    "|[а-яё][А-ЯЁ]{2}"
    "|[^\\W\\d_][®©¤¦§¬¶†‡€‰\u00ad]|[®©¤¦¬¶†‡€‰\u00ad][^\\W\\d_]"
)
_BESIDE: Final = (".shx", ".dbf")
_ROWS: Final = 4  # bytes before the number of rows in a .dbf
_FIELD: Final = 32  # bytes that tell of a field
_NUMBERS: Final = "NF"  # kinds of fields
_NUMBER: Final = re.compile(r"([-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)?")  # or nothing


def encoding_of(path: Path, name: str) -> str:
    """Tell how the letters of a shapefile are encoded.

    Parameters
    ----------
    path : Path
    name : str
        What to call it in a fault.

    Returns
    -------
    str
        As Python calls it: UTF-8 where all that is not ASCII is that; else what the ``.cpg`` says, if the text then
        looks like text.

    Raises
    ------
    LayerError
        A part is missing or does not belong to the others, or the letters are in no encoding that is said.
    """
    parts = {ending: _part(path, ending) for ending in (*_BESIDE, ".cpg")}
    for ending in _BESIDE:
        if parts[ending] is None:
            raise LayerError(f"{name}: no {path.stem}{ending} beside it; copy all files of the shapefile")
    table, index = (_whole(parts[ending]) for ending in (".dbf", ".shx"))
    rows, shapes = int.from_bytes(table[_ROWS : _ROWS + 4], "little"), (len(index) - 100) // 8
    if rows != shapes:
        raise LayerError(
            f"{name}: {shapes} shapes and {rows} rows in {path.stem}.dbf; copy all files of the shapefile "
            "anew, or save it as a GeoPackage"
        )
    said = parts[".cpg"] and parts[".cpg"].read_bytes().decode("ascii", "replace").strip("\0\r\n ")
    cells = list(_cells(table, name))
    if _reads(cells, "utf-8"):
        return "utf-8"
    named = _codec(said or "")
    if named and named != "utf-8" and _reads(cells, named):
        return named
    likely = next((one for one in TRIED if _reads(cells, one)), None)
    wrong = f"{path.stem}.cpg says {said!r}, and they are not" if said else "nothing says how"
    looks = f" they look like {likely.upper()} ({cells[0].decode(likely)!r}):" if likely else ""
    raise LayerError(
        f"{name}: how are its letters encoded? {wrong};{looks} write {likely.upper() if likely else 'CP1251'} into "
        f"{path.stem}.cpg if they are, or save the layer as a GeoPackage"
    )


def _part(path: Path, ending: str) -> Path | None:
    return next((part for end in (ending, ending.upper()) if (part := path.with_suffix(end)).is_file()), None)


def _whole(path: Path | None) -> bytes:
    return path.read_bytes() if path else b""


def with_cells_as_written(path: Path, name: str, letters: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put a table's own cells in place of columns of numbers that hold something else.

    GDAL reads what they begin with: ``12 000`` as 12, ``many`` as 0.

    Parameters
    ----------
    path : Path
        Of a shapefile whose parts belong together.
    name : str
        What to call it in a fault.
    letters : str
        Encoding of its table.
    frame : GeoDataFrame
        As read.

    Raises
    ------
    LayerError
        Its table is cut short.
    """
    fields, columns = list(_fields(_whole(_part(path, ".dbf")), name)), frame.columns.drop(frame.geometry.name)
    written = {}
    for column, (kind, cells) in zip(columns, fields, strict=len(fields) == len(columns)):
        texts = [bytes(cell).strip(b"\0 *").decode(letters, "replace") for cell in cells] if kind in _NUMBERS else []
        if len(texts) == len(frame) and not all(_NUMBER.fullmatch(text) for text in texts):
            written[column] = [text or None for text in texts]
    return frame.assign(**written)


def _cells(table: bytes, name: str) -> Iterator[bytes]:
    """Give the cells of text that hold more than ASCII, each once."""
    seen = set()
    for kind, cells in _fields(table, name):
        if kind == "C":
            seen |= {bytes(cell).strip(b"\0 ") for cell in cells[(cells > 127).any(axis=1)]}  # noqa: PLR2004 -- ASCII
    yield from sorted(seen)


def _fields(table: bytes, name: str) -> Iterator[tuple[str, np.ndarray]]:
    """Give the kind of each field and its cells, bytes by row; rows that are marked as deleted are none."""
    try:
        rows, head, width = struct.unpack_from("<IHH", table, _ROWS)
        body = np.frombuffer(table, np.uint8, rows * width, head).reshape(rows, width)
        body, start = body[body[:, 0] != ord("*")], 1
        for at in range(_FIELD, head - _FIELD + 1, _FIELD):
            yield chr(table[at + 11]), body[:, start : start + table[at + 16]]
            start += table[at + 16]
    except (struct.error, ValueError, IndexError) as cause:
        raise LayerError(f"{name}: its table (.dbf) is cut short; copy all files of the shapefile anew") from cause


def _codec(said: str) -> str | None:
    """Find Python's name for what a .cpg says: ``UTF-8``, ``65001``, ``1251``, ``ANSI 1251``, ``88595``."""
    digits = re.sub(r"\D", "", said)
    page = {"65001": "utf-8"}.get(digits, f"iso8859-{digits[4:]}" if digits.startswith("8859") else f"cp{digits}")
    for one in (said, page):
        try:
            return codecs.lookup(one).name
        except (LookupError, ValueError):
            continue
    return None


def _reads(cells: Collection[bytes], encoding: str) -> bool:
    """Tell whether cells are text in an encoding, as far as letters tell."""
    try:
        texts = [cell.decode(encoding) for cell in cells]
    except (UnicodeDecodeError, LookupError):
        return False
    return encoding == "utf-8" or not any(_STRANGE.search(text) for text in texts)
