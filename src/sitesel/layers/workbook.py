"""A workbook's sheet: its cells as the file has them where GDAL makes something else of them, and what nobody sees.

Of TRUE after a number GDAL makes 1, of 3 after TRUE true, of a formula that was never worked out an empty cell. Beside
text it writes numbers as text, so that a typed "10.500" would pass for 10.5: no number was written with a point.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

import pandas as pd
import pyogrio
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from sitesel.errors import LayerError
from sitesel.layers.figures import BLANKS, thousands_or_decimals
from sitesel.layers.ids import listed

BOOK: Final = "xl/workbook.xml"
LINKS: Final = "xl/_rels/workbook.xml.rels"
FIGURE: Final = re.compile(rf"(?:[-+\d.,]|{BLANKS})+")
TRUTH: Final = {"0": "false", "1": "true"}
KINDS: Final = {"n": "number", "b": "truth", "e": "error"}
"""Of cells; all others are text."""

YES: Final = frozenset({"1", "true"})


class Cell(NamedTuple):
    """A cell that is not empty.

    ``row`` is its number as a spreadsheet shows it, ``column`` its position from 0; ``kind`` is ``"number"``,
    ``"truth"``, ``"error"`` or ``"text"``; ``value`` is as stored: of text it may be a number of a list.
    """

    row: int
    column: int
    kind: str
    value: str
    is_formula: bool
    is_hidden: bool


def read_sheet(path: Path, name: str, layer: str | None) -> pd.DataFrame:
    """Read a sheet with its heads in the first row.

    Parameters
    ----------
    path : Path
        An XLSX file.
    name : str
        What to call it in a fault.
    layer : str or None
        Which sheet; None: the only one that is shown and has anything in it.

    Raises
    ------
    LayerError
        No such sheet, or several; a formula without its value, an error in a cell, rows that are hidden, cells that
        are one over several rows, or a column without a heading.
    """
    there = [str(row[0]) for row in pyogrio.list_layers(path)]
    if layer is not None and layer not in there:
        raise LayerError(f"{name}: no sheet {layer!r} in it (there are: {', '.join(there)})")
    with zipfile.ZipFile(path) as book:
        about = ET.fromstring(book.read(BOOK))  # noqa: S314 -- as below
        hidden = {str(one.get("name")) for one in _all(about, "sheet") if one.get("state", "visible") != "visible"}
        sheets: dict[str, pd.DataFrame] = {
            one: pyogrio.read_dataframe(path, layer=one, HEADERS="FORCE") for one in ([layer] if layer else there)
        }
        full = {one: sheet for one, sheet in sheets.items() if len(sheet.dropna(how="all"))} or sheets
        shown = {one: sheet for one, sheet in full.items() if one not in hidden or one == layer}
        if not shown:
            raise LayerError(
                f"{name}: its sheet {next(iter(full))} is hidden; show it, or name it in the study as "
                f"{path.name}|{next(iter(full))}"
            )
        if len(shown) > 1:
            raise LayerError(
                f"{name}: several sheets with rows in it ({', '.join(shown)}); name one in the study as "
                f"{path.name}|SHEET"
            )
        sheet, frame = next(iter(shown.items()))
        part = _part(book, about, sheet)
        cells = list(_cells(book, part))
        joined = list(_joined(book, part))
        unsure = any(one.get("fullCalcOnLoad") in YES for one in _all(about, "calcPr"))
    _refuse_unseen(cells, name, unsure=unsure)
    _refuse_unshared(cells, joined, name)
    return _as_stored(cells, frame)


def _refuse_unseen(cells: list[Cell], name: str, *, unsure: bool) -> None:
    """Refuse what the one who looks at the sheet sees otherwise: formulas, errors, hidden rows."""
    not_known = [one for one in cells if one.is_formula and (unsure or not (one.value or one.kind == "text"))]
    errors = [one for one in cells if one.kind == "error"]
    hidden = sorted({one.row for one in cells if one.is_hidden})
    faults = [
        f"cell {xl_col_to_name(one.column)}{one.row} is a formula, and the file does not hold its value; "
        "open it in a spreadsheet and save it again"
        for one in not_known[:1]
    ]
    faults += [
        f"cell {xl_col_to_name(one.column)}{one.row} is an error ({one.value}); correct or empty it"
        for one in errors[:1]
    ]
    if hidden:
        faults.append(f"row {listed(hidden)} is hidden, by a filter or by hand; show it, or delete it")
    if faults:
        raise LayerError([f"{name}: {fault}" for fault in faults])


def _refuse_unshared(cells: list[Cell], joined: list[str], name: str) -> None:
    """Refuse cells that are one: only the first holds what is seen beside all; and columns that nothing names."""
    heads = {one.column for one in cells if one.row == 1}
    strange = [one for one in cells if one.row > 1 and heads and one.column not in heads]
    faults = [f"cells {where} are one, so that one row alone has its value; split them, fill each" for where in joined]
    faults += [
        f"column {xl_col_to_name(one.column)} has no heading (cell {xl_col_to_name(one.column)}{one.row} is filled); "
        "the first row holds the headings, one for each column"
        for one in strange[:1]
    ]
    if faults:
        raise LayerError([f"{name}: {fault}" for fault in faults])


def _as_stored(cells: list[Cell], frame: pd.DataFrame) -> pd.DataFrame:
    """Put the file's own values in place of those of columns that hold several kinds."""
    by_column: dict[int, list[Cell]] = {}
    for cell in cells:
        if cell.row > 1:
            by_column.setdefault(cell.column, []).append(cell)
    mixed = {place: held for place, held in by_column.items() if len({one.kind for one in held}) > 1}
    return frame.assign(**{str(frame.columns[place]): _column(frame.iloc[:, place], mixed[place]) for place in mixed})


def _column(given: pd.Series, cells: list[Cell]) -> pd.Series:
    values = given.astype(object)
    text = [str(values.iloc[one.row - 2]) for one in cells if one.kind == "text"]
    # Beside other text, as in names, they are text.
    own_numbers = all(FIGURE.fullmatch(one) for one in text) or bool(thousands_or_decimals(text))
    for one in cells:
        if one.kind == "truth":
            values.iloc[one.row - 2] = TRUTH.get(one.value, one.value)
        elif one.kind == "number" and own_numbers and not _is_date(values.iloc[one.row - 2]):
            number = float(one.value)
            values.iloc[one.row - 2] = int(number) if number.is_integer() else number
    return values


def _is_date(read: object) -> bool:
    """Tell a number that the sheet shows as a date, of which GDAL makes text."""
    return isinstance(read, str) and ("/" in read or ":" in read)


def _joined(book: zipfile.ZipFile, part: str) -> Iterator[str]:
    """Give the first cells under the headings that are one over several rows, as ``A2:A4``."""
    with book.open(part) as file:
        for _, one in ET.iterparse(file):  # noqa: S314 -- as below
            if _tag(one) == "row":
                one.clear()
            elif _tag(one) == "mergeCell":
                where = str(one.get("ref"))
                first, last = (xl_cell_to_rowcol(corner)[0] for corner in (where.split(":") * 2)[:2])
                if 0 < first < last:
                    yield where
                    return


def _cells(book: zipfile.ZipFile, part: str) -> Iterator[Cell]:
    """Give the cells of a sheet that hold something, row by row."""
    number = 0
    with book.open(part) as file:
        for _, row in ET.iterparse(file):  # noqa: S314 -- expat ends what grows without end
            if _tag(row) != "row":
                continue
            number = int(row.get("r", number + 1))
            column = -1
            for one in _all(row, "c"):
                column = xl_cell_to_rowcol(one.get("r"))[1] if one.get("r") else column + 1
                held = {_tag(part): part.text or "" for part in one}
                kind, value, is_formula = KINDS.get(one.get("t", "n"), "text"), held.get("v", ""), "f" in held
                if value or is_formula or "is" in held:
                    yield Cell(number, column, kind, value, is_formula, row.get("hidden") in YES)
            row.clear()


def _part(book: zipfile.ZipFile, about: ET.Element, sheet: str) -> str:
    """Find the file of a sheet in the archive."""
    links = ET.fromstring(book.read(LINKS))  # noqa: S314 -- as there
    targets = {one.get("Id"): one.get("Target") for one in _all(links, "Relationship")}
    told = next(one for one in _all(about, "sheet") if one.get("name") == sheet)
    target = str(targets[next(value for key, value in told.attrib.items() if key.endswith("}id"))])
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _all(within: ET.Element, tag: str) -> Iterator[ET.Element]:
    """Find elements in whichever of the formats' two name spaces."""
    return (one for one in within.iter() if _tag(one) == tag)


def _tag(one: ET.Element) -> str:
    return one.tag.rpartition("}")[2]
