"""What if: who is first in each scenario, and who moves."""

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from sitesel.findings import Findings, told_once
from sitesel.report.sheet import DASH, Cell, Column, Row, Sheet
from sitesel.report.words import Words, as_is, joined, names, numbers, words
from sitesel.text import LANGUAGES, Message, names_of

MOST_MOVED: Final = 3
"""More plots that change their rank than this are counted, not named."""


def scenario_names(findings: Findings) -> Mapping[str, Mapping[str, str]]:
    """Name the study itself and each of its scenarios in each language."""
    if not findings.study.scenarios:
        return {}
    study = dict(zip(LANGUAGES, words(Message("scenarios.study")), strict=True))
    return {"study": study} | {one.id: one.name.by_language() for one in findings.study.scenarios}


def scenario_seasons(findings: Findings) -> Mapping[str, str]:
    """Say in which season the roads are driven in each scenario."""
    usual = findings.study.study.season
    return {"study": usual} | {one.id: one.season or usual for one in findings.study.scenarios}


def scenario_title(findings: Findings, one: str) -> Message:
    """Title of a scenario's results: the study's, the scenario's name and the season in which roads are driven."""
    season = Message(f"season.{scenario_seasons(findings)[one]}")
    study = Message("title.season", {"title": findings.study.study.title.by_language(), "season": season})
    return Message("title.scenario", {"title": study, "scenario": dict(scenario_names(findings)[one])})


@told_once  # the page and the report show it
def scenario_sheet(findings: Findings, town: str) -> Sheet:
    """Tell of a town's plots in each scenario.

    Parameters
    ----------
    findings : Findings
        Of a study with scenarios.
    town : str

    Returns
    -------
    Sheet
        A row a scenario: ``scenario`` (its name and season), ``first`` and its ``score``, and who ``moved``.
    """
    columns = (
        Column("scenario", words(Message("scenarios.scenario")), "l", names=True),
        Column("first", words(Message("scenarios.first")), "l"),
        Column("score", words(Message("table.score"))),
        Column("moved", words(Message("scenarios.moved")), "l"),
    )
    found = findings.scenarios[findings.scenarios["town"] == town]
    seasons = scenario_seasons(findings)
    rows = []
    for one, name in scenario_names(findings).items():
        season = Message(f"season.{seasons[one]}")
        called = words(Message("title.season", {"title": name, "season": season}))
        first = found.index[found[f"{one}_rank"] == 1]
        best = found[f"{one}_score"].reindex(first).max()
        moved = _moved(findings, found["study_rank"], found[f"{one}_rank"])
        led = joined((_called(findings, plot) for plot in first), ", ")
        rows.append(Row((Cell(called), Cell(led or as_is(DASH), "strong"), Cell(numbers(float(best), 1)), Cell(moved))))
    about = names_of(findings.towns.loc[town]) or {"en": town}
    return Sheet(words(Message("scenarios.title", {"town": about})), columns, tuple(rows))


def _called(findings: Findings, plot: str) -> Words:
    return names(dict(findings.plots.loc[plot, ["name_en", "name_ru", "name_ky"]]), plot)


def _moved(findings: Findings, before: pd.Series, after: pd.Series) -> Words:
    """Name the plots whose rank changes, those that are best in either first."""
    ranks = pd.DataFrame({"before": before, "after": after})
    ranks = ranks[ranks["before"].fillna(0) != ranks["after"].fillna(0)]
    ranks = ranks.assign(best=ranks.min(axis=1)).sort_values(["best", "after"], kind="stable")
    told = [_told(findings, str(plot), row) for plot, row in ranks.head(MOST_MOVED).iterrows()]
    if more := len(ranks) - len(told):
        told.append(words(Message("scenarios.more", {"count": more})))
    return joined(told, ", ") if told else as_is("")


def _told(findings: Findings, plot: str, row: pd.Series) -> Words:
    steps = "→".join(DASH if pd.isna(row[end]) else str(int(row[end])) for end in ("before", "after"))
    return joined([_called(findings, plot), as_is(steps)], " ")


def scenario_sheets(findings: Findings) -> Iterator[Sheet]:
    """Give a sheet a town; none where the study has no scenarios."""
    if len(findings.scenarios):
        for town in findings.scenarios["town"].unique():
            yield scenario_sheet(findings, str(town))
