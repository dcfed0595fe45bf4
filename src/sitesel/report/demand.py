"""What the towns ask of the networks."""

from collections.abc import Hashable
from typing import Any, Final

from sitesel.findings import Findings
from sitesel.report.figures import shown
from sitesel.report.programme import town_name
from sitesel.report.sheet import NO_HEAD, Cell, Column, Row, Sheet, declared, unknown
from sitesel.report.words import (
    Words,
    as_is,
    capital,
    confidence,
    fill,
    joined,
    known,
    least_decimals,
    own,
    plain,
    worded,
)
from sitesel.schema import ESTIMATES

DEMAND: Final = "connections.demand"
WHOLE_FROM: Final = 100.0
"""Figures from which on a decimal does not matter."""


def demand_sheet(findings: Findings) -> Sheet:
    """Tell what each town asks of the networks, quantity by quantity: middle, and low to high."""
    told = _rows(findings)
    towns = list(dict.fromkeys(row["town"] for row in told))
    columns = (
        declared(DEMAND, "quantity", names=True),
        *(Column(str(town), town_name(findings, town)) for town in towns),
    )
    rows = []
    for quantity in dict.fromkeys(row["quantity"] for row in told):
        mine = {row["town"]: row for row in told if row["quantity"] == quantity}
        first = next(iter(mine.values()))
        name = Cell(_quantity(first), remarks=((worded("unit", first["unit"]), ""),))
        rows.append(Row((name, *(_spread(mine[town]) if town in mine else unknown() for town in towns))))
    return Sheet(own("demand.title"), columns, tuple(rows), ((own("demand.note"), ""),))


def _spread(row: dict[Hashable, Any]) -> Cell:
    low, mid, high = (least_decimals(shown(DEMAND, estimate, row[estimate]), WHOLE_FROM) for estimate in ESTIMATES)
    return Cell(mid, remarks=((tuple(f"{a}–{b}" for a, b in zip(low, high, strict=True)), ""),))


def basis_sheet(findings: Findings) -> Sheet:
    """Tell on what the demand rests, quantity by quantity."""
    rows = {row["quantity"]: row for row in _rows(findings)}
    columns = (Column("quantity", NO_HEAD, "l", names=True), Column("basis", NO_HEAD, "l"))
    return Sheet(NO_HEAD, columns, tuple(Row((Cell(_called(row)), Cell(_basis(row)))) for row in rows.values()))


def _rows(findings: Findings) -> list[dict[Hashable, Any]]:
    demand = findings.connections.demand
    return [] if demand.empty else demand.rename_axis(["town", "quantity"]).reset_index().to_dict("records")


def _quantity(row: dict[Hashable, Any]) -> Words:
    return capital(worded("demand", row["quantity"]))


def _called(row: dict[Hashable, Any]) -> Words:
    return tuple(f"{text}:" for text in _quantity(row))


def _basis(row: dict[Hashable, Any]) -> Words:
    basis = known(f"demand.basis.{plain(row.get('basis'))}", plain(row.get("basis")))
    sure = fill("connections.confidence", confidence=confidence(row.get("confidence")))
    return joined([basis, as_is(row.get("source")), sure], " · ")
