"""Other weights in the page: its scores and ranks are Python's."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from page_text import island_of
from sitesel import decision
from sitesel.decision.weights import of_the_whole
from sitesel.findings import Findings
from sitesel.outputs.map import map_html

RESCORE = Path(__file__).parents[1] / "javascript" / "rescore.js"
WEIGHTS = 1000


def in_page(study: dict[str, object], weights: list[list[float]]) -> list[dict[str, list[float]]]:
    given = json.dumps({"study": study, "weights": weights})
    done = subprocess.run(
        ["node", RESCORE], input=given, capture_output=True, text=True, check=True, encoding="utf-8", timeout=120
    )
    told: list[dict[str, list[float]]] = json.loads(done.stdout)
    return told


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here")
def test_the_page_ranks_by_other_weights_as_python_does(whole: Findings) -> None:
    study = island_of(map_html(whole, "en"), "study")
    criteria = [one["id"] for one in study["criteria"]]
    assert [one["share"] for one in study["criteria"]] == [whole.study.weights.get(name) for name in criteria]
    weighs = np.isin(criteria, whole.criteria)  # the others have no slider
    drawn = np.zeros((WEIGHTS, len(criteria)))
    drawn[:, weighs] = np.random.default_rng(0).dirichlet(np.ones(weighs.sum()), WEIGHTS)
    found = whole.decision
    within = pd.Series({part.id: part.weight for part in whole.study.indicators})
    town = found.ranking["town"]
    plots = [plot["id"] for plot in study["plots"]]
    for weights, page in zip(drawn, in_page(study, drawn.tolist()), strict=True):
        shares = of_the_whole(dict(zip(criteria, weights, strict=True)), within, found.indicators["criterion"])
        ranked = decision.rank(decision.score(found.worth, shares), town, found.ranking["gate"].isna()).loc[plots]
        np.testing.assert_allclose(page["scores"], ranked["score"], rtol=0, atol=1e-9)
        assert page["ranks"] == [None if pd.isna(rank) else rank for rank in ranked["rank"]]


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here")
def test_findings_by_other_weights_say_the_same(whole: Findings) -> None:
    study = island_of(map_html(whole, "en"), "study")
    given = dict(zip(whole.criteria, [10.0, 20.0, 30.0, 40.0], strict=False))
    again = whole.with_weights({name: weight / sum(given.values()) for name, weight in given.items()})
    (page,) = in_page(study, [[given.get(one["id"], 0.0) for one in study["criteria"]]])
    told = again.decision.ranking.loc[[plot["id"] for plot in study["plots"]]]
    np.testing.assert_allclose(page["scores"], told["score"], rtol=0, atol=1e-9)
    assert page["ranks"] == [None if pd.isna(rank) else rank for rank in told["rank"]]
