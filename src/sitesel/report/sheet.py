"""A sheet: columns, rows and notes, each text in every language, for terminal, page and paper to write in their way."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from sitesel.report.words import Words, as_is, words
from sitesel.schema import column
from sitesel.text import Message

CROSS: Final = "×"
DASH: Final = "–"
NO_HEAD: Final = as_is("")
ON_PAPER: Final = 16
"""More rows than this are left off a printed page, which says so."""


@dataclass(frozen=True)
class Mark:
    """A sign before a text: a rank's badge, a town's dot, a layer's grade.

    Parameters
    ----------
    kind : str
        ``badge``, ``badge none``, ``badge none out``, ``dot``, ``grade <colour>``.
    sign : str
        What stands on it.
    colours : tuple of str
        Of the ground, then of the sign; empty where the kind says it.
    """

    kind: str
    sign: str = ""
    colours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A text, and what is remarked below it.

    Parameters
    ----------
    text : tuple of str
        In each language.
    look : str
        How it stands out: ``strong``, ``soft``, ``why``.
    remarks : tuple of (text, look)
        Beside the text where the look is ``soft``, else below it.
    mark : Mark, optional
    span : int
        Columns that it takes.
    """

    text: Words
    look: str = ""
    remarks: tuple[tuple[Words, str], ...] = ()
    mark: Mark | None = None
    span: int = 1


@dataclass(frozen=True)
class Column:
    """A column: its name in the code, its heading, a shorter heading for narrow places, and its side.

    Parameters
    ----------
    key : str
    head, brief : tuple of str
        In each language.
    side : str
        ``n`` for figures, which stand on the right; ``l`` for words, ``l whole`` for words that are not broken.
    names : bool
        Whether it names the row.
    """

    key: str
    head: Words
    side: str = "n"
    brief: Words | None = None
    names: bool = False


def declared(table: str, name: str, *, key: str = "", side: str = "", names: bool = False) -> Column:
    """Make a column of a sheet out of a table's: its headings, and the side that its kind of cells stands on.

    Parameters
    ----------
    table, name : str
        As :mod:`sitesel.schema` has them.
    key, side : str
        Where they are others than the column's.
    names : bool
        Whether it names the row.

    Examples
    --------
    >>> declared("ranking.csv", "score").head[0], declared("ranking.csv", "score").side
    ('Score', 'n')
    """
    told = column(table, name)
    head = words(Message(told.label)) if told.label else NO_HEAD
    brief = words(Message(told.brief)) if told.brief else None
    return Column(key or name, head, side or ("n" if told.kind in ("number", "whole") else "l"), brief, names)


@dataclass(frozen=True)
class Row:
    """Cells in the columns' order; ``beyond``: not on paper, and only for readers without a script."""

    cells: tuple[Cell, ...]
    look: str = ""
    beyond: bool = False


@dataclass(frozen=True)
class Sheet:
    """What is said in one table."""

    title: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[tuple[Words, str], ...] = ()

    def only(self, keys: Iterable[str]) -> "Sheet":
        """Leave the columns of these names, in this order, and the rows that have a cell for each column."""
        places = {column.key: place for place, column in enumerate(self.columns)}
        chosen = [places[key] for key in keys]
        whole = (row for row in self.rows if len(row.cells) == len(self.columns))
        rows = (replace(row, cells=tuple(row.cells[place] for place in chosen)) for row in whole)
        return replace(self, columns=tuple(self.columns[place] for place in chosen), rows=tuple(rows))


def plot_rows(ranking: pd.DataFrame) -> Iterator[tuple[Hashable, pd.Series, bool]]:
    """Give the plots of a ranking with their rows, and whether they are beyond what a page holds."""
    for number, (plot, row) in enumerate(ranking.iterrows()):
        yield plot, row, number >= ON_PAPER


def unknown() -> Cell:
    """Make the cell of what is not known."""
    return Cell(as_is(DASH))
