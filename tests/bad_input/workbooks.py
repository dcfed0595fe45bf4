"""Workbooks (XLSX): what their cells hold, and what of them is not seen."""

import datetime as dt
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from bad_input.cases import Put, table
from bad_input.files import DEGREES, as_table
from bad_input.layers_in import AREA, named, read
from sitesel.layers import ROLES, read_vector
from sitesel.text import Message
from small_study import CRS

TRUE = bool(1)


def sheet(
    *then: Callable[[openpyxl.Workbook], object], role: str = "plots", truth: Mapping[str, Any] | None = None
) -> Put:
    """Write a layer as a workbook, change it, and read it; what comes back must be the truth, where that is given."""

    def put(folder: Path) -> list[Message]:
        path = folder / f"{role}.xlsx"
        with pd.ExcelWriter(path) as book:
            as_table(named(role).to_crs(DEGREES)).to_excel(book, sheet_name="ours", index=False)
        book = openpyxl.load_workbook(path)
        for step in then:
            step(book)
        book.save(path)
        # Of openpyxl's own words: that all is to be worked out anew.
        replaced(path, "xl/workbook.xml", b' fullCalcOnLoad="1"', b"")
        frame, notices = read_vector(path, ROLES[role], crs=CRS, area=AREA)
        for column, values in (truth or {}).items():
            assert frame[column].reindex(named(role)["id"]).to_list() == list(values), frame[column]
        return notices

    return put


def replaced(path: Path, part: str, old: bytes, new: bytes) -> None:
    """Write other bytes into a part of an archive."""
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, content.replace(old, new) if one == part else content)


def among_people(*given: object, truth: tuple[float, ...] | None = None) -> Put:
    return sheet(cells("population", *given), role="settlements", truth={"population": truth} if truth else None)


def one_of(book: openpyxl.Workbook, where: str) -> None:
    """Make one of cells."""
    book["ours"].merge_cells(where)


def cells(column: str | None, *values: Any) -> Callable[[openpyxl.Workbook], None]:
    """Put values under a heading, a new one or one that is there."""

    def act(book: openpyxl.Workbook) -> None:
        page = book["ours"]
        heads = [one.value for one in page[1]]
        place = (heads.index(column) if column in heads else len(heads)) + 1
        for row, value in enumerate([column, *values], start=1):
            page.cell(row, place).value = value

    return act


def hidden_sheet(book: openpyxl.Workbook) -> None:
    book.copy_worksheet(book["ours"]).title = "aside"
    book["aside"].sheet_state = "hidden"


def only_hidden(book: openpyxl.Workbook) -> None:
    book.create_sheet("empty")
    book.active = 1
    book["ours"].sheet_state = "veryHidden"


def hidden_row(book: openpyxl.Workbook) -> None:
    book["ours"].row_dimensions[3].hidden = True


def never_worked_out(folder: Path) -> None:
    """XlsxWriter's way: a formula whose value is 0, and a word that all is to be worked out."""
    with pd.ExcelWriter(folder / "plots.xlsx", engine="xlsxwriter") as book:
        as_table(named().to_crs(DEGREES)).to_excel(book, sheet_name="ours", index=False)
        book.sheets["ours"].write_formula("A2", "=1+1")
    read(folder / "plots.xlsx")


WORKBOOKS = table(
    "Layers as workbooks (XLSX with a column wkt)",
    ("a hidden sheet beside the one that is seen", "read", sheet(hidden_sheet)),
    ("a hidden sheet alone has rows", "refused", sheet(only_hidden)),
    ("a hidden row, as a filter leaves it", "refused", sheet(hidden_row)),
    ("a formula without its value", "refused", sheet(cells("note", "x", "=1+1", "y"))),
    ("a formula that its writer never worked out", "refused", never_worked_out),
    ("an error in a cell (#N/A)", "refused", sheet(cells("note", "x", "#N/A", "y"))),
    ("cells that are one over several rows", "refused", sheet(cells("note", "x"), lambda book: one_of(book, "A2:A3"))),
    ("headings that are one", "read", sheet(cells("note", "x"), lambda book: one_of(book, "K1:L1"))),
    ("a column without a heading", "refused", sheet(cells(None, "x", "y", "z"))),
    ("true after a number, among people", "refused", among_people(12_000, TRUE)),
    ("a number after true, among people", "refused", among_people(TRUE, 12_000)),
    ("a date among people", "refused", among_people(12_000, dt.date(2024, 5, 1))),
    ("text 10.500 beside a number 2.5", "refused", among_people("10.500", 2.5)),
    ("text 10 500 beside a number 2.5", "read", among_people("10 500", 2.5, truth=(10_500, 2.5))),
    ("text 15 beside a number 10.125", "read", among_people("15", 10.125, truth=(15, 10.125))),
    ("text 1,5 beside a number 2.5", "read", among_people("1,5", 2.5, truth=(1.5, 2.5))),
    ("numbers beside text among names", "read", sheet(cells("name_en", 12, "Beta", 1.5))),
)
