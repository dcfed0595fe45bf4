"""What is asked of networks and land over all plots: demand of the towns, shared sources, the cost of rules."""

from typing import Any

from sitesel.findings import Findings
from sitesel.report.connections import rate
from sitesel.report.demand import basis_sheet, demand_sheet
from sitesel.report.rules import cost_sheet, unchecked_sheet
from sitesel.report.shared import shared_sheet
from sitesel.report.sheet import Cell, Sheet
from sitesel.report.words import short


def asked_sheets(findings: Findings) -> list[Sheet]:
    """All of it, as sheets; what there is nothing to tell of is left out."""
    told = (demand_sheet, basis_sheet, shared_sheet, cost_sheet, unchecked_sheet)
    return [sheet for sheet in (write(findings) for write in told) if sheet.rows]


def asked(findings: Findings) -> dict[str, Any] | None:
    """All of it, for the page's section.

    Returns
    -------
    dict or None
        ``sheets`` and the ``rate`` of exchange; ``None`` where there is nothing to tell.
    """
    sheets = asked_sheets(findings)
    if not sheets and findings.connections.joined.empty:
        return None
    return {"sheets": [for_the_page(sheet) for sheet in sheets], "rate": short(rate(findings))}


def for_the_page(sheet: Sheet) -> dict[str, Any]:
    """Write a sheet as plain data."""
    return {
        "title": short(sheet.title),
        "columns": [
            {"head": short(column.head), "side": column.side, "names": column.names} for column in sheet.columns
        ],
        "rows": [{"look": row.look, "cells": [_cell(cell) for cell in row.cells]} for row in sheet.rows],
        "notes": [short(text) for text, _ in sheet.notes],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    remarks = [{"text": short(text), "look": look} for text, look in cell.remarks]
    return {"text": short(cell.text), "look": cell.look, "span": cell.span, "remarks": remarks}
