"""What is said of one plot: which plots that matters for, and for each its figures, points, workers and ground."""

import math
from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from sitesel.findings import Findings
from sitesel.report.answer import answers
from sitesel.report.central import central_line
from sitesel.report.figures import known_percent, per_job, rounded, share, whole_parts, whole_people
from sitesel.report.palette import PALETTE
from sitesel.report.ranking import LEAST_SHARE, contributions, ordered, percent, plot_names
from sitesel.report.sheet import NO_HEAD, Cell, Column, Mark, Row, Sheet, unknown
from sitesel.report.words import (
    Words,
    as_is,
    capital,
    confidence,
    figure,
    fill,
    joined,
    names,
    note,
    numbers,
    own,
    words,
)
from sitesel.schema import ESTIMATES
from sitesel.text import Message

INDICATORS: Final = "decision.indicators"
WORKERS: Final = {"reach": whole_people, "after": whole_people, "per_job": per_job}


def foremost(findings: Findings, of_town: int, most: int) -> tuple[list[str], list[str]]:
    """Name the plots that matter: in each town the first, its rivals for the first place, and the one chosen together.

    A rival is next to it, on the shortlist, or in its bracket; likelier ones come before.

    Parameters
    ----------
    findings : Findings
    of_town, most : int
        No more are told of a town, and in all: every town's first goes before any town's second.

    Returns
    -------
    told, left : list of plot ids
        By town and rank; ``left`` are those beyond.
    """
    drawn = findings.sureness.plots
    places: list[tuple[int, int, str]] = []
    towns = list(answers(findings).values())
    for number, answer in enumerate(towns):
        if answer.plot is not None:
            order = [str(plot) for plot in ordered(findings, answer.town, in_detail=True).index]
            alike = [plot for plot in order if plot in drawn.index and drawn["bracket"].to_dict()[plot] == 1]
            named = dict.fromkeys([answer.plot, answer.together, answer.runner_up, *answer.others, *alike])
            mine = [plot for plot in named if plot is not None and plot in order]
            places += [(place, number, plot) for place, plot in enumerate(mine)]
    told = sorted(one for one in places if one[0] < of_town)[:most]
    rank = findings.decision.ranking["rank"].to_dict()

    def by_town(some: list[tuple[int, int, str]]) -> list[str]:
        return [plot for _, _, plot in sorted(some, key=lambda one: (one[1], rank[one[2]]))]

    return by_town(told), by_town([one for one in places if one not in told])


def plot_title(findings: Findings, plot: str) -> Words:
    """Name a plot's rank, town and score."""
    row: dict[Hashable, Any] = findings.decision.ranking.loc[[plot]].iloc[0].to_dict()
    town = findings.decision.ranking["town"].eq(row["town"])
    ranked = numbers(int(findings.decision.ranking.loc[town, "rank"].notna().sum()))
    rank, called = numbers(row["rank"]), names(findings.towns.loc[row["town"]].to_dict(), row["town"])
    place = fill("rank.of", rank=rank, ranked=ranked, town=called)
    score = joined([figure("ranking.csv", "score", row["score"]), own("of.100")], " ")
    return joined([place, joined([own("score"), score], " ")], " · ")


def sure_lines(findings: Findings, plot: str) -> Iterator[Words]:
    """Say how sure a plot's place is: how often it is first, how far its score goes, and who cannot be told from it."""
    row: dict[Hashable, Any] = findings.decision.ranking.loc[[plot]].iloc[0].to_dict()
    if plot in findings.sureness.plots.index:
        drawn: dict[Hashable, Any] = findings.sureness.plots.loc[[plot]].iloc[0].to_dict()
        first = numbers(percent(drawn["first"]))
        few = 0 < drawn["first"] < LEAST_SHARE
        yield fill("card.first", share=tuple(f"<{text}" for text in numbers(1)) if few else first)
        yield fill("card.draws", **{end: numbers(drawn[end]) for end in ("low", "high")})
        if line := central_line(findings, plot):
            yield words(line)
    if pd.notna(row["low"]):
        yield fill("card.able", **{end: numbers(row[end]) for end in ("low", "high")})
    brackets = findings.sureness.plots
    if plot in brackets.index:
        mine = findings.decision.ranking["town"].reindex(brackets.index).eq(row["town"])
        alike = brackets.index[mine & brackets["bracket"].eq(brackets["bracket"][plot]) & (brackets.index != plot)]
        named = plot_names(findings)
        told = joined([named[one] for one in alike], "; ") if len(alike) else NO_HEAD
        yield fill("card.alike", names=told) if len(alike) else own("card.alike.none")


def fact_sheet(findings: Findings, plot: str) -> Sheet:
    """Tell where a plot is, how great, whose word that is, and how exactly its outline is known."""
    row: dict[Hashable, Any] = findings.plots.drop(columns="geometry").loc[[plot]].iloc[0].to_dict()
    need = findings.towns["area_need_ha"].to_dict().get(row["town"])
    area = fill("hectares", figure=figure("ranking.csv", "area_ha", row["area_ha"]))
    if need is not None and pd.notna(need):
        area = fill("area.need", area=area, need=fill("hectares", figure=figure("towns", "area_need_ha", need)))
    point = findings.plots.loc[[plot]].representative_point().to_crs("EPSG:4326").iloc[0]
    lies = fill("place.value", lat=numbers(point.y, 3), lon=numbers(point.x, 3))
    facts = {
        "area": area,
        "outline": _outline(row),
        "note": note(row),
        "place": lies,
        "source.plot": as_is(row.get("source")),
        "confidence": confidence(row.get("confidence")),
        "id": as_is(plot),
    }
    rows = [
        Row((Cell(own(key) if key != "outline" else NO_HEAD), Cell(text))) for key, text in facts.items() if any(text)
    ]
    return Sheet(NO_HEAD, _pair(), tuple(rows))


def _outline(row: dict[Hashable, Any]) -> Words:
    if row.get("outline") != "indicative":
        return NO_HEAD
    km = row.get("precision_km")
    if km is None or pd.isna(km) or km == 0:
        return own("outline.indicative")
    return fill("outline.indicative.km", figure=numbers(km, 0 if km % 1 == 0 else 1))


def _pair() -> tuple[Column, Column]:
    return Column("name", NO_HEAD, "l", names=True), Column("value", NO_HEAD, "l")


def measure_sheet(findings: Findings, plot: str) -> Sheet:
    """Tell what was measured of a plot, to what and between which bounds, and what it brings to the score.

    Parameters
    ----------
    findings : Findings
    plot : str

    Returns
    -------
    Sheet
        ``indicator measured points weight brings``; the last row is the score.
    """
    found, colours = findings.decision, PALETTE["criteria"]["colours"]
    criteria = list(dict.fromkeys(found.indicators["criterion"]))
    tables = (found.measures, found.low, found.high, found.reasons, found.details, found.worth)
    mine: list[dict[Hashable, Any]] = [table.loc[[plot]].iloc[0].to_dict() for table in tables]
    brings = whole_parts(contributions(findings).loc[[plot]].iloc[0].to_list())
    rows = []
    for (one, about), whole in zip(found.indicators.to_dict("index").items(), brings, strict=True):
        value, low, high, reason, detail, worth = (row.get(one) for row in mine)
        mark = Mark("criterion", "", (colours[criteria.index(about["criterion"]) % len(colours)],))
        counts = one in findings.weighed
        cells = (
            Cell(capital(words(about["label"])), mark=mark, remarks=() if counts else ((own("told"), ""),)),
            _measured(about, (value, low, high), reason if pd.isna(value) else detail),
            Cell(numbers(share(worth)) if counts else NO_HEAD),
            Cell(figure(INDICATORS, "weight", about["weight"])),
            Cell(numbers(whole) if counts else NO_HEAD, "strong"),
        )
        rows.append(Row(cells))
    row: dict[Hashable, Any] = found.ranking.loc[[plot]].iloc[0].to_dict()
    score = Cell(figure("ranking.csv", "score", row["score"]), "strong")
    columns = (
        Column("indicator", own("indicator"), "l", names=True),
        Column("measured", words(Message("report.measured")), "l"),
        Column("points", words(Message("workbook.head.worth"))),
        Column("weight", own("weight.percent")),
        Column("brings", words(Message("report.brings"))),
    )
    known = known_percent(row["known_weight"])
    notes = () if known == share(1) else ((fill("known.share", share=numbers(known)), ""),)
    total = Row((Cell(own("score")), Cell(NO_HEAD), Cell(NO_HEAD), Cell(NO_HEAD), score), "all")
    return Sheet(own("card.made"), columns, (*rows, total), notes)


def _measured(about: dict[Hashable, Any], known: tuple[Any, Any, Any], told: Any) -> Cell:  # noqa: ANN401 - cells of any type
    """Write a measure with its unit and bounds, and to what it was measured or why it is not known."""
    digits = int(about["decimals"])
    value, low, high = (rounded(one, digits) for one in known)
    remarks = [(words(told), "")] if isinstance(told, Message) else []
    between = low is not None and high is not None and low != high
    if between:
        ends = {"low": _number(low, digits), "high": _number(high, digits)}
        remarks.insert(0, (fill("measure.between", **ends), "soft"))
    if value is None:
        return Cell(own("unknown"), "why", tuple(remarks or [(own("unknown.why"), "")]))
    text = fill("measure.about", figure=_number(value, digits)) if between else _number(value, digits)
    return Cell(joined([text, words(about["unit"])], "\N{NO-BREAK SPACE}"), "strong", tuple(remarks))


def _number(value: float | None, digits: int) -> Words:
    return numbers(math.nan if value is None else float(value), digits)


def worker_sheet(findings: Findings, plot: str) -> Sheet:
    """Tell who can come to work at a plot: low, middle and high; without rows where nobody counted."""
    found = findings.labour.catchments
    columns = (
        Column("people", NO_HEAD, "l", names=True),
        *(Column(one, own(f"demand.{one}")) for one in ESTIMATES),
    )
    if plot not in found.index:
        return Sheet(own("labour.title"), columns, ())
    row: dict[Hashable, Any] = found.loc[[plot]].iloc[0].to_dict()
    rows = [
        Row((Cell(own(f"labour.{name}")), *(_people(rounding(row[f"{name}_{one}"])) for one in ESTIMATES)))
        for name, rounding in WORKERS.items()
    ]
    return Sheet(own("labour.title"), columns, tuple(rows))


def _people(value: float | None) -> Cell:
    return unknown() if value is None else Cell(numbers(value, 0 if value == int(value) else 1))


def turned(sheet: Sheet, row: Row, *, skip: int = 2) -> Sheet:
    """Make a list of one row of a sheet: each heading with its cell.

    Parameters
    ----------
    sheet : Sheet
    row : Row
    skip : int
        Columns at the left that are left out: rank and name.
    """
    pairs = zip(sheet.columns[skip:], row.cells[skip:], strict=False)
    rows = tuple(Row((Cell(capital(column.head)), replace(cell, span=1))) for column, cell in pairs)
    return Sheet(sheet.title, _pair(), rows, sheet.notes)
