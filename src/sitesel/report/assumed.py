"""What nobody checked and what is assumed without a source, with the study's own figures: a list for page and paper."""

from collections.abc import Iterator
from typing import Final

from sitesel.findings import Findings
from sitesel.report.programme import town_name
from sitesel.report.rules import rule_name, rulings_by_rule, unchecked
from sitesel.report.sheet import NO_HEAD, Cell, Column, Row, Sheet
from sitesel.report.words import Words, fill, joined, numbers, own

RATED_RED: Final = {
    "draw_cap": "labour.draw_cap.mid",
    "participation": "labour.participation.mid",
    "jobs": "towns.osh.jobs",
    "value": "indicators.connection.value",
    "prices": "unit costs",
    "spare": "sureness.enough",
    "speeds": "sureness.speed",
}
"""What is told, and the row of ``docs/assumptions.md`` that rates it; a test holds both together."""


def assumed_sheet(findings: Findings) -> Sheet:
    """List what is not checked of any plot, then what is assumed, each with the figure that the study takes.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    Sheet
        Without heads: what, and why it is open.
    """
    rows = tuple(Row((Cell(what), Cell(why))) for what, why in (*_open(findings), *_assumed(findings)))
    columns = (Column("what", NO_HEAD, "l", names=True), Column("why", NO_HEAD, "l"))
    return Sheet(own("assumed.title"), columns, rows, ((own("assumed.note"), ""),))


def _open(findings: Findings) -> Iterator[tuple[Words, Words]]:
    yield own("assumed.land"), own("assumed.land.why")
    rules = [rule for rule, rows in rulings_by_rule(findings).items() if all(unchecked(row) for row in rows)]
    if rules:
        yield own("assumed.rules"), joined([rule_name(findings, rule) for rule in rules], "; ")


def _assumed(findings: Findings) -> Iterator[tuple[Words, Words]]:
    study = findings.study
    if study.labour is not None:
        cap, shares = study.labour.draw_cap, study.labour.participation
        ends = {"draw_cap": (cap.low, cap.high), "participation": (shares.low, shares.high)}
        for name, (low, high) in ends.items():
            why = fill(f"assumed.{name}.why", low=numbers(100 * low), high=numbers(100 * high))
            yield own(f"assumed.{name}"), why
    for town in study.towns:
        if "jobs" in town.assumed and town.jobs is not None:
            yield (
                fill("assumed.jobs", town=town_name(findings, town.id)),
                fill("assumed.jobs.why", jobs=numbers(town.jobs)),
            )
    yield own("assumed.value"), own("assumed.value.why")
    if not findings.connections.joined.empty:
        yield own("assumed.prices"), own("assumed.prices.why")
    if study.sureness is not None:
        for name, share in (("spare", study.sureness.enough), ("speeds", study.sureness.speed)):
            yield own(f"assumed.{name}"), fill(f"assumed.{name}.why", percent=numbers(100 * share))
