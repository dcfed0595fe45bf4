"""The ranking of a town: in which order its plots stand, and what each score is made of."""

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Final

import pandas as pd

from sitesel import decision
from sitesel.findings import Findings, told_once
from sitesel.report.figures import known_percent, whole_parts
from sitesel.report.gates import gate_reasons
from sitesel.report.palette import rank_colours
from sitesel.report.rules import excluded
from sitesel.report.sheet import CROSS, DASH, Cell, Column, Mark, Row, Sheet, declared, plot_rows
from sitesel.report.words import Words, as_is, capital, figure, fill, joined, names, numbers, words
from sitesel.text import LANGUAGES, NAMES, Message

RANKING: Final = "ranking.csv"
LEAST_SHARE: Final = 0.005
LEAST_TOLD: Final = 0.5
"""Points: less is no reason and no risk, for it rounds to none."""
MOST_ROWS: Final = 100
"""More plots of a town than this stand in the page's cards alone: without a script such a list is of little use."""


def ordered(findings: Findings, town: str, *, in_detail: bool = False) -> pd.DataFrame:
    """Ranking of one town: first the ranked plots, then the others by id, last those that a rule excludes.

    Parameters
    ----------
    findings : Findings
    town : str
    in_detail : bool
        Leave the plots that are not told in detail.
    """
    rows = findings.decision.ranking[findings.decision.ranking["town"] == town]
    struck = rows.index.isin(list(excluded(findings))) & rows["rank"].isna().to_numpy(bool)
    keyed = rows.assign(_struck=struck, _id=rows.index.astype(str))
    found = keyed.sort_values(["_struck", "rank", "_id"], na_position="last").drop(columns=["_struck", "_id"])
    return found[findings.in_detail(found.index)] if in_detail else found


def contributions(findings: Findings) -> pd.DataFrame:
    """Points of the score that each indicator brings.

    Returns
    -------
    DataFrame, plots x indicators
        Value times weight, of 100; what is not known brings the least that it can. A row adds up to the plot's score.
    """
    return decision.contributions(findings.decision.worth, findings.decision.indicators["weight"])


def by_criterion(table: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Sum a table of indicators by criterion, in the study's order; NaN where nothing of a criterion is known."""
    return table.T.groupby(findings.decision.indicators["criterion"], sort=False).sum(min_count=1).T


def criterion_points(findings: Findings) -> pd.DataFrame:
    """Points of each plot in each criterion, 0..100 over the weights known in it; NaN where nothing is known."""
    worth, weight = findings.decision.worth, findings.decision.indicators["weight"]
    known = by_criterion(worth.notna().mul(weight, axis=1), findings)
    return 100 * by_criterion(worth.mul(weight, axis=1), findings) / known.where(known > 0)


def indicator_label(findings: Findings, indicator: Hashable) -> Message:
    """Name of an indicator."""
    label: Message = findings.decision.indicators["label"].to_dict()[indicator]
    return label


def differences(findings: Findings, apart: pd.Series, most: int | None = None) -> Iterator[Message]:
    """Tell the points of each indicator that differ, the greatest difference first.

    Parameters
    ----------
    findings : Findings
    apart : Series of float, index indicator
        Points more, or below 0 fewer.
    most : int, optional
        Indicators told; None: all that differ.
    """
    told = apart[apart.abs() >= LEAST_TOLD].sort_values(key=abs, ascending=False, kind="stable").iloc[:most]
    if told.empty:
        yield Message("answer.no_difference")
    for indicator, points in told.items():
        key = "answer.more" if points > 0 else "answer.fewer"
        yield Message(key, {"indicator": indicator_label(findings, indicator), "points": round(abs(points))})


def criterion_name(criterion: str) -> Words:
    """Name of a criterion in each language."""
    return capital(words(Message(f"criterion.{criterion}")))


@told_once  # the page and the report show it
def ranking_sheet(findings: Findings, town: str) -> Sheet:
    """Ranking of a town.

    Parameters
    ----------
    findings : Findings
    town : str

    Returns
    -------
    Sheet
        ``rank plot score range``, where the study asks for draws ``first bracket``, where something is not known of a
        plot ``known_weight``, of each criterion that weighs the points that it ``brings_<...>`` to the score and
        its own ``points_<...>``, and ``area_ha``; plots without rank look ``dim`` and have the reason below their
        names.
    """
    criteria = findings.criteria
    brings, points = by_criterion(contributions(findings), findings)[criteria], criterion_points(findings)[criteria]
    drawn, sure = drawn_scores(findings), findings.sureness.draws > 0
    whole = bool(findings.decision.ranking["known_weight"].map(known_percent).eq(100).all())
    columns = [
        *plot_columns(),
        declared(RANKING, "score"),
        Column(
            "range", words(Message("table.drawn" if sure else "table.bounds")), brief=words(Message("table.between"))
        ),
        *((declared(RANKING, "first"), declared(RANKING, "bracket")) if sure else ()),
        *(() if whole else (declared(RANKING, "known_weight"),)),
        *(Column(f"brings_{one}", criterion_name(str(one))) for one in brings),
        *(Column(f"points_{one}", criterion_name(str(one)), brief=words(Message(f"table.{one}"))) for one in points),
        declared(RANKING, "area_ha"),
    ]
    named, area = plot_names(findings), findings.plots["area_ha"]
    ranking, reasons, struck = ordered(findings, town, in_detail=True), gate_reasons(findings), excluded(findings)
    ranked = int(findings.decision.ranking.loc[findings.decision.ranking["town"] == town, "rank"].notna().sum())
    rows = []
    for plot, row, beyond in plot_rows(ranking):
        cells = (
            Cell(as_is(""), mark=_badge(row["rank"], ranked, out=plot in struck)),
            Cell(named[plot], remarks=((words(reasons[plot]), ""),) if plot in reasons else ()),
            Cell(figure(RANKING, "score", row["score"]), "strong"),
            *_sure_cells(drawn.loc[[plot]].iloc[0].to_dict(), sure=sure),
            *(() if whole else (Cell(fill("percent", figure=numbers(known_percent(row["known_weight"])))),)),
            *(Cell(numbers(one)) for one in whole_parts(brings.loc[[plot]].iloc[0])),
            *(Cell(numbers(float(one))) for one in points.loc[[plot]].iloc[0]),
            Cell(fill("hectares", figure=figure(RANKING, "area_ha", area[plot]))),
        )
        rows.append(Row(cells, "" if row["rankable"] else "dim", beyond))
    return Sheet(_title(findings.towns.loc[[town]].iloc[0].to_dict(), town), tuple(columns), tuple(rows))


def drawn_scores(findings: Findings) -> pd.DataFrame:
    """Give how far each plot's score goes and how often it is first.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    DataFrame, index plot
        ``low high first bracket``: of the draws, empty for plots without rank; where the study asks for no draws,
        ``low high`` are the scores between which the truth lies.
    """
    ranking, tested = findings.decision.ranking, findings.sureness.plots
    if tested.empty:
        return ranking[["low", "high"]].assign(first=math.nan, bracket=math.nan)
    return tested[["low", "high", "first", "bracket"]].reindex(ranking.index)


def _sure_cells(drawn: dict[Hashable, Any], *, sure: bool) -> Iterator[Cell]:
    ends = [figure(RANKING, name, drawn[name]) for name in ("low", "high")]
    none = pd.isna(drawn["low"])
    yield Cell(as_is(DASH) if none else joined(ends, "–"))
    if sure:
        yield Cell(as_is(DASH) if none else fill("percent", figure=_few(drawn["first"])))
        yield Cell(numbers(float(drawn["bracket"])))


def _few(share: float) -> Words:
    """Share in whole percent; less than one is told as such, so that what is told adds up."""
    return tuple(f"<{text}" for text in numbers(1)) if 0 < share < LEAST_SHARE else numbers(percent(share))


def percent(share: float) -> int:
    """Round a share to whole percent, but never to all or nothing of what is neither.

    Examples
    --------
    >>> percent(0.354), percent(0.998), percent(0.001), percent(1.0)
    (35, 99, 1, 100)
    """
    whole = round(100 * share)
    return whole if share in (0.0, 1.0) else min(max(whole, 1), 99)


def _title(town: Mapping[Hashable, Any], otherwise: str) -> Words:
    called = names(town, otherwise)
    if any(pd.isna(town.get(size)) for size in ("jobs", "area_need_ha")):
        return called
    name = dict(zip(LANGUAGES, called, strict=True))
    return words(
        Message("table.town", {"name": name, "jobs": float(town["jobs"]), "area": float(town["area_need_ha"])})
    )


def _badge(rank: Any, ranked: int, *, out: bool) -> Mark:  # noqa: ANN401 - a nullable number
    if pd.isna(rank):
        return Mark("badge none out", CROSS) if out else Mark("badge none", DASH, rank_colours(None, ranked))
    return Mark("badge", str(int(rank)), rank_colours(int(rank), ranked))


def plot_names(findings: Findings) -> dict[Hashable, Words]:
    """Name of each plot in each language."""
    named = findings.plots[findings.plots.columns.intersection(list(NAMES))]
    return {plot: names(row, plot) for plot, row in zip(named.index, named.to_dict("records"), strict=True)}


def plot_cells(findings: Findings, town: str) -> Iterator[tuple[Hashable, tuple[Cell, Cell], bool]]:
    """Rank and name of a town's plots in the order of the ranking, and whether they are beyond what a page holds."""
    named, struck = plot_names(findings), excluded(findings)
    for plot, row, beyond in plot_rows(ordered(findings, town).head(MOST_ROWS)):
        none = CROSS if plot in struck else DASH
        rank = none if pd.isna(row["rank"]) else str(int(row["rank"]))
        yield plot, (Cell(as_is(rank), "strong"), Cell(named[plot])), beyond


def plot_columns() -> tuple[Column, Column]:
    """Columns of :func:`plot_cells`."""
    return declared(RANKING, "rank"), declared(RANKING, "plot", names=True)
