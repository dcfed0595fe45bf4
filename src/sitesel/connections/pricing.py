"""The prices and figures of demand that a study goes by: the package's own, where it gives none."""

import csv
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from sitesel.connections.demand import demand_figures
from sitesel.connections.prices import Prices, default_prices
from sitesel.connections.settings import Connection, Demand, fault_in_item
from sitesel.country import PLAIN
from sitesel.errors import StudyError
from sitesel.layers.door import why_no_file
from sitesel.layers.figures import thousands_or_decimals
from sitesel.schema import ESTIMATES

COLUMNS: Final = ("item", *ESTIMATES)
TOLD: Final = ("basis", "source", "confidence")


@dataclass(frozen=True)
class _Row:
    """A row of a price list: where it stands, and its cells by column."""

    where: str
    cells: dict[str, str]


def study_prices(asked: Connection, file: Path | None, code: str = PLAIN) -> Prices:
    """Put the price list of a study together: the package's, then its file, then items in the study itself.

    Parameters
    ----------
    asked : Connection
    file : Path or None
        CSV in UTF-8 with columns ``item low mid high`` (``default_usd`` serves for ``mid``), and, where known, ``unit
        basis source confidence``. ``item`` is an id of the package's list or its English name. Empty costs mean: not
        known.
    code : str
        Of the country whose prices the package's are.

    Returns
    -------
    Prices

    Raises
    ------
    StudyError
        Every fault of the file, one line each.
    """
    prices = default_prices(code)
    items = prices.items.copy()
    if file is not None:
        for item, told in _listed(file, items).items():
            _write(items, item, told)
    for item, cost in asked.costs.items():
        _write(items, item, cost.model_dump())
    if asked.rate is None:
        return replace(prices, items=items)
    rate = asked.rate
    return replace(
        prices, items=items, per_usd=rate.per_usd, rate_date=rate.date, rate_source=rate.source or "the study"
    )


def _write(table: pd.DataFrame, row: Hashable, told: dict[str, Any]) -> None:
    for column, cell in told.items():
        table.at[row, column] = cell  # noqa: PD008 -- one cell, whose row may be a pair


def _listed(file: Path, items: pd.DataFrame) -> dict[str, dict[str, object]]:
    rows = list(_rows(file))
    found: dict[str, dict[str, object]] = {}
    faults: list[str] = []
    ids = {str(name).casefold(): str(item) for item, name in items["item"].items()}
    for row in rows:
        given = row.cells["item"]
        item = ids.get(given.casefold(), given)
        wrong = list(_faults(item, row.cells, items)) + ([f"{item} stands twice"] if item in found else [])
        faults += [f"{row.where}: {fault}" for fault in wrong]
        if not wrong:
            costs = {estimate: _amount(row.cells[estimate]) for estimate in ESTIMATES}
            found[item] = costs | {name: row.cells.get(name) or "not said" for name in TOLD}
    if faults:
        raise StudyError(faults)
    return found


def _rows(file: Path) -> Iterator[_Row]:
    if fault := why_no_file(file):
        raise StudyError(f"{file.name}: {fault}; put the price list there or correct connection.prices")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as cause:
        raise StudyError(f"{file.name}: text that is not UTF-8 (byte {cause.start}); save it again in UTF-8") from cause
    lines = text.splitlines()
    between = max(",;\t", key=lines[0].count) if lines else ","
    reader = csv.DictReader(lines, delimiter=between)
    heads = ["mid" if head.strip() == "default_usd" else head.strip() for head in reader.fieldnames or []]
    if missing := [column for column in COLUMNS if column not in heads]:
        there = ", ".join(heads) or "none"
        raise StudyError([f"{file.name}: no column {column}; add it (there are: {there})" for column in missing])
    reader.fieldnames = heads
    rows = [(reader.line_num, row) for row in reader]
    unsure = thousands_or_decimals(row[name] or "" for _, row in rows for name in ESTIMATES)
    for number, row in rows:
        if None in row:  # csv's key for cells beyond the headings
            raise StudyError(f"{file.name}: row {number} has more cells than headings; give as many")
        cells = {head: (cell or "").strip() for head, cell in row.items() if isinstance(head, str)}
        for cell in (cells[name] for name in ESTIMATES if cells[name] in unsure):
            raise StudyError(f"{file.name}: row {number}: {cell!r}: thousands, or decimals? write digits only")
        if between != ",":  # as a Russian spreadsheet writes them
            cells |= {name: cells[name].replace(",", ".") for name in ESTIMATES}
        yield _Row(f"{file.name}: row {number}", cells)


def _faults(item: str, cells: dict[str, str], items: pd.DataFrame) -> Iterator[str]:
    if fault := fault_in_item(item):
        yield fault
        return
    unit = cells.get("unit", "").removeprefix("USD").strip(" /").removeprefix("per ")
    due = str(items.loc[item, "unit"])
    if unit and unit != due:
        yield f"{item} is counted in {due}, not in {unit}; convert its cost"
    costs = [_amount(cells[estimate]) for estimate in ESTIMATES]
    wrong = [
        cells[estimate]
        for estimate, cost in zip(ESTIMATES, costs, strict=True)
        if cells[estimate] and not 0 <= cost < float("inf")
    ]
    if wrong:
        yield f"{item} costs {wrong[0]!r}; write a number not below 0, with a point for decimals"
    elif np.isnan(costs).any() and not np.isnan(costs).all():
        yield f"{item} needs low, mid and high, or none of them where its cost is not known"
    elif not np.isnan(costs).any() and not costs[0] <= costs[1] <= costs[2]:
        yield f"{item}: low, mid and high must rise, but are {costs[0]:g}, {costs[1]:g} and {costs[2]:g}"


def _amount(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def study_figures(given: Demand) -> pd.DataFrame:
    """Put the figures for 1,000 jobs together: the package's, but for those that the study gives.

    Parameters
    ----------
    given : mapping of production and quantity to Figures

    Returns
    -------
    DataFrame, index (production, quantity)
        As from :func:`sitesel.connections.demand_figures`.
    """
    table = demand_figures().copy()
    for production, quantities in given.items():
        for quantity, figures in quantities.items():
            _write(table, (production, quantity), figures.model_dump() | {"basis": "the study"})
    return table
