"""Figures that nobody published: assumed, judged without a figure, or known to be coarse."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, Final

from sitesel.findings import Findings
from sitesel.report.programme import town_name
from sitesel.report.sheet import Cell, Column, Row, Sheet
from sitesel.report.words import Words, as_is, capital, confidence, figure, joined, known, numbers, own, plain, words
from sitesel.schema import ESTIMATES
from sitesel.text import Message

POOR: Final = frozenset({"low", "very low", "low-medium", "medium-low"})
"""Confidence that makes a figure an assumption."""


def assumption_sheet(findings: Findings) -> Sheet:
    """List the assumptions rated red, each with what it rests on.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    Sheet
        ``about what basis``: assumed figures of towns, judged settings of labour, indicators, demand and prices of low
        confidence, layers of poor quality.
    """
    rows = [
        Row(tuple(map(Cell, row)))
        for told in (_towns, _labour, _indicators, _demand, _prices, _layers)
        for row in told(findings)
    ]
    columns = (
        Column("about", words(Message("workbook.head.about")), "l", names=True),
        Column("what", words(Message("workbook.head.what")), "l"),
        Column("basis", words(Message("workbook.head.basis")), "l"),
    )
    return Sheet(words(Message("report.assumptions")), columns, tuple(rows))


def _towns(findings: Findings) -> Iterator[tuple[Words, Words, Words]]:
    for town, row in zip(findings.towns.index, findings.towns.to_dict("records"), strict=True):
        for fact in row["assumed"]:
            what = joined([own(f"fact.{fact}"), figure("towns", fact, row.get(fact))], ": ")
            yield town_name(findings, town), what, joined([own("assumed"), as_is(row.get("source"))], " · ")


def _labour(findings: Findings) -> Iterator[tuple[Words, Words, Words]]:
    labour = findings.study.labour
    if labour is None:
        return
    for name, subject in (("participation", "subject.workers"), ("draw_cap", "subject.draw_cap")):
        shares = (100 * float(getattr(getattr(labour, name), estimate)) for estimate in ESTIMATES)
        percent = joined([numbers(one) for one in shares], "–")
        yield capital(words(Message(subject))), tuple(f"{text} %" for text in percent), as_is(labour.source)


def _indicators(findings: Findings) -> Iterator[tuple[Words, Words, Words]]:
    table = findings.decision.indicators
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
            item = plain(row["item"])
            called = known(f"connections.item.{item}", plain(row["name"]) or item.replace("_", " "))
            yield capital(called), as_is(row["basis"]), _basis(row, "source_of_cost")


def _layers(findings: Findings) -> Iterator[tuple[Words, Words, Words]]:
    rows = findings.sources.to_dict("index")
    for layer, row in rows.items():
        if plain(row["quality"]) == "red":
            yield known(f"layer.{layer}", plain(layer).replace("_", " ")), as_is(row["why"]), own("quality.red")


def _basis(row: dict[Hashable, Any], source: str) -> Words:
    return joined(_distinct([as_is(row[source]), confidence(row["confidence"])]), " · ")


def _distinct(parts: Iterable[Words]) -> list[Words]:
    return list(dict.fromkeys(parts))
