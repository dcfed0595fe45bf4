"""Findings with some of their tables changed."""

from dataclasses import replace
from typing import Any, Final

from sitesel.findings import Findings

# By a table's own word: the room of the findings that holds it, and what it is called there.
TABLES: Final = {
    **{name: ("decision", name) for name in ("indicators", "measures", "reasons", "details", "worth", "ranking")},
    "labour": ("labour", "catchments"),
    **{name: ("labour", name) for name in ("homes", "ways", "bands", "stranded")},
    "programme": ("programme", "answers"),
    "connections": ("connections", "joined"),
    "connection_totals": ("connections", "totals"),
    "shared_sources": ("connections", "shared"),
    **{name: ("connections", name) for name in ("demand", "estimate", "exchange")},
    "rulings": ("rules", "rulings"),
    "rule_costs": ("rules", "costs"),
    "ground": ("land", "table"),
    "usable": ("land", "usable"),
}


def vary(findings: Findings, **tables: Any) -> Findings:
    """Change tables of findings, wherever they are kept."""
    for name, table in tables.items():
        if name in TABLES:
            room, called = TABLES[name]
            findings = replace(findings, **{room: replace(getattr(findings, room), **{called: table})})
        else:
            findings = replace(findings, **{name: table})
    return findings


def unnamed(told: dict[str, list[Any]]) -> list[dict[str, Any] | None]:
    """Put the page's rows back to their fields' names, as its script does."""
    fields = told["fields"]
    return [None if row is None else dict(zip(fields, row, strict=True)) for row in told["rows"]]
