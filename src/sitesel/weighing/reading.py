"""Weights as people hand them in: a line of swings, a table of pairs, a table of weights by person."""

import csv
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

import pandas as pd

from sitesel.errors import StudyError
from sitesel.layers.door import why_no_file

SPREADSHEET: Final = b"PK\x03\x04"  # the first bytes of an XLSX or ODS file


def read_swings(text: str) -> dict[str, float]:
    """Read points of swings from a line.

    Parameters
    ----------
    text : str
        ``name=points`` with commas between.

    Returns
    -------
    dict of name to points

    Raises
    ------
    StudyError
        Every part that is none, one line each.

    Examples
    --------
    >>> read_swings("labour=100, road=80")
    {'labour': 100.0, 'road': 80.0}
    """
    points: dict[str, float] = {}
    faults = []
    for part in filter(str.strip, text.split(",")):
        name, _, given = (piece.strip() for piece in part.partition("="))
        if name in points:
            faults.append(f"swing: {name} stands more than once; give each its points once")
        try:
            points[name] = float(given)
        except ValueError:
            faults.append(f"swing: {part.strip()!r} is no name=points; write it as labour=100,road=80")
    if faults:
        raise StudyError(faults)
    return points


def read_pairs(path: Path) -> pd.DataFrame:
    r"""Read pairwise comparisons from a CSV file.

    Parameters
    ----------
    path : Path
        The first row and the first column name the things; a cell says by how much its row counts more than its
        column: ``3``, ``1/3`` or ``0,33``. Of each pair one cell is enough; the other and the diagonal may be empty.

    Returns
    -------
    DataFrame of float, things x things
        In the order of the rows.

    Raises
    ------
    StudyError
        No such file, or a cell that is no number.

    Examples
    --------
    >>> _ = Path("pairs.csv").write_text(",road,labour\nroad,1,1/3\nlabour,,1\n", encoding="utf-8")
    >>> read_pairs(Path("pairs.csv")).loc["labour", "road"].item()  # the other cell of the pair, turned over
    3.0
    """
    table = _numbers(path, lambda cell: float(Fraction(cell)) if "/" in cell else float(cell))
    if set(table.index) != set(table.columns) or not table.index.is_unique:
        raise StudyError(f"{path.name}: rows and columns must name the same things, each once")
    table = table[list(table.index)]
    mirrored = (1 / table).T
    pairs = table.fillna(mirrored)
    for name in pairs.index:
        if pd.isna(pairs.loc[name, name]):
            pairs.loc[name, name] = 1.0
    return pairs


def read_panel(path: Path) -> pd.DataFrame:
    r"""Read weights by person from a CSV file.

    Parameters
    ----------
    path : Path
        A row a person: the first column has the name, each other a criterion's weight, of any sum.

    Returns
    -------
    DataFrame of float, people x criteria

    Raises
    ------
    StudyError
        No such file, or a cell that is no number.

    Examples
    --------
    >>> _ = Path("panel.csv").write_text("who,road,labour\nenergy,50,20\n", encoding="utf-8")
    >>> read_panel(Path("panel.csv")).loc["energy"].to_dict()
    {'road': 50.0, 'labour': 20.0}
    """
    return _numbers(path, float)


def _numbers(path: Path, number: Callable[[str], float]) -> pd.DataFrame:
    """Read a table of numbers whose first column has names; an empty cell is NaN.

    Raises
    ------
    StudyError
        One line a fault.
    """
    (_, *heads), *rows = _rows(path)
    faults = [
        f"{path.name}: column {head} stands twice; leave one of them"
        for head in dict.fromkeys(heads)
        if heads.count(head) > 1
    ]

    def read(row: str, column: str, cell: str) -> float:
        try:
            return number(cell.replace(",", ".")) if cell else float("nan")
        except (ValueError, ZeroDivisionError):
            faults.append(f"{path.name}: row {row}, column {column}: {cell!r} is no number; write one")
            return float("nan")

    cells = [[read(row[0], *one) for one in zip(heads, row[1:], strict=True)] for row in rows]
    if faults:
        raise StudyError(faults)
    return pd.DataFrame(cells, index=[row[0] for row in rows], columns=heads, dtype="float64")


def _rows(path: Path) -> list[list[str]]:
    """Read the cells of a CSV file, with commas, semicolons or tabs between, as a reader's spreadsheet writes them."""
    if fault := why_no_file(path):
        raise StudyError(f"{path}: {fault}; give the path of a .csv file")
    content = path.read_bytes()
    if content.startswith(SPREADSHEET):
        raise StudyError(f"{path.name}: a spreadsheet; save it as CSV")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise StudyError(f"{path.name}: text that is not UTF-8 (byte {cause.start}); save it again in UTF-8") from cause
    lines = [line for line in text.splitlines() if line.strip(" ;,\t")]
    if len(lines) < 2:  # noqa: PLR2004 -- headings and a row
        raise StudyError(f"{path.name}: no rows; give a row of headings and a row for each name")
    between = max(";\t,", key=lines[0].count)
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=between)]
    if nameless := [place for place, row in enumerate(rows[1:], start=2) if not row[0]]:
        raise StudyError(f"{path.name}: row {nameless[0]} has no name in its first column; give each one")
    uneven = [row for row in rows if len(row) != len(rows[0])]
    if uneven:
        told = f"row {uneven[0][0]} has {len(uneven[0])} cells, the headings {len(rows[0])}"
        raise StudyError(f"{path.name}: {told}; give as many")
    return rows
