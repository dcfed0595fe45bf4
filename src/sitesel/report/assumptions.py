"""What nobody checked, what is assumed, and figures that rest on little: for page, paper and workbook."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, Final

from sitesel.findings import Findings
from sitesel.report.connections import item_name
from sitesel.report.programme import town_name
from sitesel.report.rules import rule_name, rulings_by_rule, unchecked
from sitesel.report.sheet import NO_HEAD, Cell, Column, Row, Sheet
from sitesel.report.words import Words, as_is, capital, confidence, fill, joined, known, numbers, own, plain, words
from sitesel.text import Message

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

POOR: Final = frozenset({"low", "very low", "low-medium", "medium-low"})
"""Confidence that makes a figure an assumption."""


def assumed_sheet(findings: Findings) -> Sheet:
    """List what is not checked of any plot, then what is assumed, each with the figure that the study takes.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    Sheet
        Without heads: what, and why it is open, with what the study says of it.
    """
    told = (*_open(findings), *_assumed(findings))
    rows = tuple(
        Row((Cell(what), Cell(why, remarks=((basis, "soft"),) if basis[0] else ()))) for what, why, basis in told
    )
    columns = (Column("what", NO_HEAD, "l", names=True), Column("why", NO_HEAD, "l"))
    return Sheet(own("assumed.title"), columns, rows, ((own("assumed.note"), ""),))


def _open(findings: Findings) -> Iterator[tuple[Words, Words, Words]]:
    yield own("assumed.land"), own("assumed.land.why"), NO_HEAD
    rules = [rule for rule, rows in rulings_by_rule(findings).items() if all(unchecked(row) for row in rows)]
    if rules:
        yield own("assumed.rules"), joined([rule_name(findings, rule) for rule in rules], "; "), NO_HEAD


def _assumed(findings: Findings) -> Iterator[tuple[Words, Words, Words]]:
    study = findings.study
    if study.labour is not None:
        cap, shares = study.labour.draw_cap, study.labour.participation
        ends = {"draw_cap": (cap.low, cap.high), "participation": (shares.low, shares.high)}
        for name, (low, high) in ends.items():
            why = fill(f"assumed.{name}.why", low=numbers(100 * low), high=numbers(100 * high))
            yield own(f"assumed.{name}"), why, NO_HEAD
    for town in study.towns:
        if "jobs" in town.assumed and town.jobs is not None:
            yield (
                fill("assumed.jobs", town=town_name(findings, town.id)),
                fill("assumed.jobs.why", jobs=numbers(town.jobs)),
                as_is(town.source),
            )
    yield own("assumed.value"), own("assumed.value.why"), NO_HEAD
    if not findings.connections.joined.empty:
        yield own("assumed.prices"), own("assumed.prices.why"), NO_HEAD
    if study.sureness is not None:
        for name, share in (("spare", study.sureness.enough), ("speeds", study.sureness.speed)):
            yield (
                own(f"assumed.{name}"),
                fill(f"assumed.{name}.why", percent=numbers(100 * share)),
                as_is(study.sureness.source),
            )


def figure_sheet(findings: Findings) -> Sheet:
    """List the figures that rest on little, each with what it rests on.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    Sheet
        ``about what basis``: indicators, demand and prices of low confidence, layers of poor quality.
    """
    rows = [Row(tuple(map(Cell, row))) for told in (_indicators, _demand, _prices, _layers) for row in told(findings)]
    columns = (
        Column("about", words(Message("workbook.head.about")), "l", names=True),
        Column("what", words(Message("workbook.head.what")), "l"),
        Column("basis", words(Message("workbook.head.basis")), "l"),
    )
    return Sheet(words(Message("report.poor")), columns, tuple(rows))


def _indicators(findings: Findings) -> Iterator[tuple[Words, Words, Words]]:
    table = findings.decision.indicators.loc[findings.weighed]
    for about in table[table["confidence"].isin(POOR)].to_dict("records"):
        yield capital(words(about["label"])), words(Message("report.value")), _basis(about, "source")


def _demand(findings: Findings) -> Iterator[tuple[Words, Words, Words]]:
    demand = findings.connections.demand
    rows = demand.reset_index().drop_duplicates("quantity").to_dict("records") if len(demand) else []
    for row in rows:
        if plain(row["confidence"]) in POOR:
            told = known(f"demand.basis.{plain(row['basis'])}", plain(row["basis"]))
            what = joined([own("demand.title"), words(Message(f"demand.{row['quantity']}"))], ": ")
            yield what, told, _basis(row, "source")


def _prices(findings: Findings) -> Iterator[tuple[Words, Words, Words]]:
    estimate = findings.connections.estimate
    rows = estimate.drop_duplicates("item").to_dict("records") if len(estimate) else []
    for row in rows:
        if plain(row["confidence"]) in POOR:
            yield capital(item_name(row["item"], row["name"])), as_is(row["basis"]), _basis(row, "source_of_cost")


def _layers(findings: Findings) -> Iterator[tuple[Words, Words, Words]]:
    rows = findings.sources.to_dict("index")
    for layer, row in rows.items():
        if plain(row["quality"]) == "red":
            yield known(f"layer.{layer}", plain(layer).replace("_", " ")), as_is(row["why"]), own("quality.red")


def _basis(row: dict[Hashable, Any], source: str) -> Words:
    return joined(_distinct([as_is(row[source]), confidence(row["confidence"])]), " · ")


def _distinct(parts: Iterable[Words]) -> list[Words]:
    return list(dict.fromkeys(parts))
