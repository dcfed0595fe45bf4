"""Weights of several people."""

import math

import pandas as pd
import pytest

from sitesel.decision import agreement, ranks_by_person, spread

PANEL = pd.DataFrame({"road": [40.0, 1.0, 0.0], "labour": [60.0, 3.0, 2.0]}, index=["Aida", "Bek", "Cholpon"])


def test_the_spread_is_of_weights_that_add_up_to_one():
    told = spread(PANEL)
    assert told.loc["road"].tolist() == pytest.approx([0, 0.25, 0.65 / 3, 0.4, 0.1650], abs=1e-4)
    assert told["mean"].sum() == pytest.approx(1)


def test_a_panel_of_one_mind_agrees_wholly():
    worth = pd.DataFrame({"road": [0.9, 0.5, 0.1, 0.3], "labour": [0.9, 0.5, 0.1, 0.3]}, index=list("abcd"))
    town = pd.Series(["one", "one", "one", "two"], index=list("abcd"))
    ranks = ranks_by_person(PANEL, worth, town)
    assert ranks["Bek"].tolist() == [1, 2, 3, 1]
    told = agreement(ranks, town)
    assert told["one"] == pytest.approx(1)
    assert math.isnan(told["two"])


def test_agreement_with_ties_is_the_textbooks():
    """Two people's ranks of four plots with ties, worked by hand; alike for all is no order at all."""
    ranks = pd.DataFrame({"p": [1, 2, 2, 4], "q": [1, 1, 3, 4]}, index=list("abcd"))
    # middles: p 1 2.5 2.5 4, q 1.5 1.5 3 4; sums 2.5 4 5.5 8 about 5: S = 6.25 + 1 + 0.25 + 9 = 16.5
    assert agreement(ranks, pd.Series("t", index=list("abcd")))["t"] == pytest.approx(12 * 16.5 / (4 * 60 - 2 * 12))
    alike = pd.DataFrame({"p": [1, 1], "q": [1, 1]}, index=["a", "b"])
    assert math.isnan(agreement(alike, pd.Series("t", index=["a", "b"]))["t"])
    assert math.isnan(agreement(alike[["p"]], pd.Series("t", index=["a", "b"]))["t"])


@pytest.mark.parametrize("wrong", [[float("nan"), 1.0], [-1.0, 2.0], [0.0, 0.0]])
def test_weights_that_say_nothing_are_refused_by_name(wrong):
    panel = PANEL.copy()
    panel.loc["Bek"] = wrong
    with pytest.raises(ValueError, match="weights of Bek"):
        spread(panel)
