"""Where each plot stands in each scenario as plain data for the page, and the sheet that tells it on paper."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sitesel.findings import Findings
from sitesel.outputs.map.cards import title
from sitesel.outputs.map.elements import Element, Scribe, open_sheet, write_sheet
from sitesel.report.figures import rounded
from sitesel.report.scenarios import scenario_sheets, scenario_title
from sitesel.report.words import names, own, short, words


def scenarios(findings: Findings) -> list[dict[str, Any]]:
    """All that the page tells of scenarios.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    list of dict
        Ready for JSON; without the study itself. ``ranks`` and ``scores`` in the order of the findings' plots;
        nothing where the study has no scenarios.
    """
    if findings.scenarios.empty:
        return []
    return [_scenario(findings, one.id, one.name.by_language()) for one in findings.study.scenarios]


def _scenario(findings: Findings, one: str, called: Mapping[str, str]) -> dict[str, Any]:
    found = findings.scenarios.reindex(findings.plots.index)
    ranks = [None if pd.isna(rank) else int(rank) for rank in found[f"{one}_rank"]]
    return {
        "id": one,
        "name": short(names({f"name_{lang}": text for lang, text in called.items()}, one)),
        "title": short(words(scenario_title(findings, one))),
        "ranks": ranks,
        "scores": [rounded(score, 1) for score in found[f"{one}_score"]],
    }


def scenario_sheet(findings: Findings, scribe: Scribe) -> list[Element]:
    """Write one sheet of what happens in each scenario, a table a town; none where the study has no scenarios."""
    tables = list(scenario_sheets(findings))
    if not tables:
        return []
    sheet, _ = open_sheet(scribe, title(findings), own("scenarios.title"), "site-sheet")
    for told in tables:
        scribe.add(sheet, "h3", told.title)
        write_sheet(told, scribe, sheet, "scenarios")
    scribe.add(sheet, "p", own("scenarios.note"), klass="note")
    return [sheet]
