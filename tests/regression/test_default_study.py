"""The three technology towns as they were when a person last looked at them.

Where a change means to move the ranking, look at the new one, then write it: pytest tests/regression --write-golden
"""

import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sitesel.findings import Findings
from sitesel.layers import embedded_study
from sitesel.outputs.tables import ranking_table
from sitesel.programme import Joint, choose
from sitesel.stages import run

GOLDEN = Path(__file__).parent / "technology_towns.csv"
HELD = ["town", "rank", "score", "known_weight"]


@pytest.fixture(scope="module")
def findings() -> Findings:
    return run(embedded_study())


def test_ranking_is_the_golden_one(findings, request):
    table = ranking_table(findings)
    measures = [*HELD, *findings.decision.indicators.index]
    if request.config.getoption("--write-golden"):
        table[measures].round(4).to_csv(GOLDEN, lineterminator="\n")
    golden = pd.read_csv(GOLDEN, index_col="plot", dtype={"rank": "Int64"})
    pd.testing.assert_frame_equal(table[measures], golden, check_dtype=False, rtol=1e-3, atol=1e-3)


def test_each_town_has_eight_candidates_or_more(findings):
    assert list(findings.towns.index) == ["bishkek", "chui", "osh"]
    assert findings.decision.ranking.groupby("town").size().min() >= 8


def test_every_unknown_has_a_reason_and_every_known_has_none(findings):
    assert ((findings.decision.reasons.notna()) == findings.decision.measures.isna()).all(axis=None)


def test_what_is_assumed_says_so(findings):
    assert findings.towns.loc["osh", "assumed"] == ["jobs"]
    assert (findings.plots["outline"] == "indicative").all()
    assert findings.layers["roads"]["assumed"].eq(True).any()  # noqa: FBT003 -- empty is not assumed


def test_no_measure_is_beyond_belief(findings):
    minutes = [name for name, unit in findings.decision.indicators["unit"].items() if unit.key == "unit.minutes"]
    assert findings.decision.measures[minutes].min().min() >= 0
    assert findings.decision.measures[["border", "market", "rail", "airport"]].max().max() < 300
    assert findings.decision.measures["slope_mean"].max() < 20


@pytest.mark.parametrize("case", ["low", "mid", "high"])
def test_the_plots_are_chosen_together_in_less_than_a_second(findings, case):
    question = findings.programme.questions[case]
    near = pd.Series(~question.supply.index.isin(["bishkek", "osh"]), index=question.supply.index)
    joint = Joint(0.2, ((15, 100), (60, 0)), 0.15, ((0, 0), (1, 100)), 45, near)
    start = time.perf_counter()
    found = choose(replace(question, plots=question.plots.assign(base=0.65 * question.plots["base"]), joint=joint))
    assert time.perf_counter() - start < 1
    assert found.proof["proven"] == 11
    to_towns = found.workers[found.workers["kind"] == "town"]
    drawn = to_towns["workers"].to_numpy() / question.supply["workers"].reindex(to_towns["settlement"]).to_numpy()
    assert drawn.max() <= question.cap + 1e-9  # nobody's jobs are filled from one place alone
