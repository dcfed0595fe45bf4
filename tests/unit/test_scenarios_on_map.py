"""Scenarios on the map's page: what its switch and its sheet are given."""

import pandas as pd
import pytest

from page_text import island_of, sheets_of
from sitesel.findings import Findings
from sitesel.outputs.map import map_html
from sitesel.outputs.map.scenarios import scenarios
from varied import bare, turned_round


@pytest.fixture(scope="module")
def findings(whole: Findings) -> Findings:
    return turned_round(whole)


def test_a_page_without_scenarios_has_no_switch_and_no_sheet(whole: Findings) -> None:
    page = map_html(bare(whole), "en")
    assert island_of(page, "study")["scenarios"] == []
    assert 'class="scenarios"' not in sheets_of(page)


def test_ranks_and_scores_are_those_of_the_findings(findings: Findings) -> None:
    (told,) = scenarios(findings)
    assert told["name"] == ["Winter", "Зима", "Кыш"]
    assert told["title"][0] == "Three technology towns: where to build – winter – Winter"
    for place, plot in enumerate(findings.plots.index):
        row = findings.scenarios.loc[plot]
        assert told["ranks"][place] == (None if pd.isna(row["winter_rank"]) else row["winter_rank"])
        assert told["scores"][place] == pytest.approx(row["winter_score"], abs=0.051)


def test_paper_has_a_table_a_town(findings: Findings) -> None:
    sheets = sheets_of(map_html(findings, "en"))
    assert sheets.count('<table class="scenarios"') == len(findings.towns)
    assert "how sure their order is, was not tested" in sheets
