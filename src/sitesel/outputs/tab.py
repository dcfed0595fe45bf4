"""A sheet of a workbook: what stands on it, and how it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any, Final, TypeAlias

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from sitesel.report.words import plain
from sitesel.text import typed

MOST_LETTERS: Final = 32_000  # of a cell; Excel takes 32,767
WIDTHS: Final = (8, 60)
CHANGED: Final = "#DDEBF7"  # ground of what may be changed

LINE: Final = 15.0  # points
A4: Final = 9  # as workbooks number papers


@dataclass(frozen=True)
class Live:
    """A formula, and what it gives as things stand, for viewers that do not calculate."""

    formula: str
    value: float | str


Value: TypeAlias = str | float | Live | None


@dataclass(frozen=True)
class Tab:
    """A sheet of the workbook: heads in the first row, values below, notes under them.

    Parameters
    ----------
    name : str
        As ``workbook.<name>`` says it.
    heads : sequence of str
    rows : sequence of sequence of str, float, Live or None
    formats : mapping of int to str
        Number formats by column.
    changed : frozenset of int
        Columns that a planner may change.
    still : int
        Columns on the left that stay when the sheet is moved.
    notes : sequence of str
    """

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]
    formats: dict[int, str] = field(default_factory=dict)
    changed: frozenset[int] = frozenset()
    still: int = 1
    notes: Sequence[str] = ()


def write_tab(book: xlsxwriter.Workbook, tab: Tab, title: str) -> None:
    """Write a sheet under its title, with frozen heads, filters and widths."""
    page = book.add_worksheet(title)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    looks = {
        place: book.add_format(
            {"valign": "top", "text_wrap": True}
            | ({"num_format": tab.formats[place]} if place in tab.formats else {})
            | ({"bg_color": CHANGED} if place in tab.changed else {})
        )
        for place in range(len(tab.heads))
    }
    widths = [
        _width(text, [row[place] for row in tab.rows if place < len(row)]) for place, text in enumerate(tab.heads)
    ]
    page.set_row(0, _height(tab.heads, widths))
    for place, text in enumerate(tab.heads):
        page.write_string(0, place, text, head)
        page.set_column(place, place, widths[place])
    for number, row in enumerate(tab.rows, 1):
        page.set_row(number, _height(row, widths))  # not every program makes room for text that is wrapped
        for place, value in enumerate(row):
            _put(page, (number, place), value, looks[place])
    page.freeze_panes(1, tab.still)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)  # on paper no column stands alone
    page.repeat_rows(0)
    page.autofilter(0, 0, len(tab.rows), len(tab.heads) - 1)
    for number, note in enumerate(tab.notes, len(tab.rows) + 2):
        page.write_string(number, 0, _fitting(note))


def _put(page: Worksheet, at: tuple[int, int], value: Value, look: Any) -> None:  # noqa: ANN401 -- a format of theirs
    """Write a value; text is written as text, whatever it looks like."""
    if isinstance(value, Live):
        page.write_formula(*at, value.formula, look, value.value)
    elif value is None or value == "":
        page.write_blank(*at, None, look)
    elif isinstance(value, str):
        page.write_string(*at, _fitting(value), look)
    else:
        page.write_number(*at, float(value), look)


def _fitting(text: str) -> str:
    return typed(plain(text))[:MOST_LETTERS]


def _height(row: Sequence[Value], widths: Sequence[int]) -> float:
    """Points that the longest text of a row takes, broken at its words."""
    lines = (
        len(wrap(value, max(width - 1, 1))) for value, width in zip(row, widths, strict=False) if isinstance(value, str)
    )
    return LINE * max(1, *lines, 1)


def _width(head: str, values: Sequence[Value]) -> int:
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    least, most = WIDTHS
    return min(max(least, longest + 2, max(map(len, head.split()), default=0) + 2), most)
