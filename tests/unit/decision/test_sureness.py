"""How sure a ranking is, held to a published analysis and to cases worked by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

from sitesel.decision import (
    SureWord,
    acceptability,
    brackets,
    central_weights,
    dirichlet,
    pairwise,
    programme_plots,
    programmes,
    quasi_random,
    verdicts,
    word,
)

# Heparin against enoxaparin after injury (Lynd and O'Brien, 2004): events and others, by criterion, and the scale.
EVENTS = {"proximal": ((20, 116), (8, 121)), "distal": ((40, 96), (32, 97)), "bleed": ((1, 135), (5, 124))}
SCALES = {"proximal": (0.0, 0.25), "distal": (0.15, 0.40), "bleed": (0.0, 0.10)}
DRUGS = pd.Series("drug", index=["heparin", "enoxaparin"])


@pytest.fixture
def thrombolytics() -> tuple[np.ndarray, pd.DataFrame]:
    """Scores and weights of the example of R's smaa, drawn by our own means: betas, and any weights alike."""
    drawn = quasi_random(8192, [*(f"{name}{n}" for name in EVENTS for n in (0, 1)), *EVENTS], seed=3)
    weights = dirichlet(drawn[list(EVENTS)], pd.Series(1.0, index=list(EVENTS)), concentration=3)
    scores = np.zeros((len(drawn), 2))
    for name, counts in EVENTS.items():
        best, worst = SCALES[name]
        for drug, shape in enumerate(counts):
            risk = beta.ppf(drawn[f"{name}{drug}"], *shape)
            scores[:, drug] += 100 * weights[name] * (worst - risk) / (worst - best)
    return scores, weights


def test_published_acceptabilities_and_central_weights_come_out(thrombolytics):
    """R's smaa 0.3 prints these from 10,000 draws (``?smaa``): a standard error of half a per cent."""
    scores, weights = thrombolytics
    told = acceptability(scores, DRUGS)
    assert told["first"].to_numpy() == pytest.approx([0.3504, 0.6496], abs=0.015)
    assert told["expected"].to_numpy() == pytest.approx([58.95, 65.84], abs=0.5)
    assert pairwise(scores, DRUGS).loc["enoxaparin", "heparin"] == pytest.approx(told["first"]["enoxaparin"])
    central = central_weights(scores, weights, DRUGS)
    assert central.loc["heparin"].to_numpy() == pytest.approx([0.1865, 0.2772, 0.5363], abs=0.015)
    assert central.loc["enoxaparin"].to_numpy() == pytest.approx([0.4073, 0.3642, 0.2285], abs=0.015)
    assert verdicts(told, pairwise(scores, DRUGS), DRUGS).loc["drug", "sureness"] == SureWord.LEANING


def test_two_plots_of_known_spread_are_first_as_often_as_arithmetic_says():
    drawn = quasi_random(4096, ["a", "b"], seed=1)
    scores = np.stack([55 + 10 * (drawn["a"] - 0.5), 50 + 20 * (drawn["b"] - 0.5)], axis=1)
    # a - b is 5 + 10 (U - 1/2) - 20 (V - 1/2): above 0 for a share of 3/4 of V on average over U
    assert acceptability(scores, pd.Series("t", index=["a", "b"]))["first"]["a"] == pytest.approx(0.75, abs=0.003)


def test_a_plot_that_is_never_first_has_no_central_weights():
    scores = np.array([[2.0, 1.0], [2.0, 1.0]])
    weights = pd.DataFrame({"road": [0.2, 0.4], "pool": [0.8, 0.6]})
    central = central_weights(scores, weights, pd.Series("t", index=["a", "b"]))
    assert central.loc["a"].tolist() == pytest.approx([0.3, 0.7])
    assert central.loc["b"].isna().all()


@pytest.mark.parametrize(
    ("first", "ahead", "told"),
    [
        (0.8, 0.9, "clear"),
        (0.8, 0.89, "leaning"),
        (0.79, 1.0, "leaning"),
        (0.5, 0.51, "leaning"),
        (0.5, 0.5, "shortlist"),
        (0.49, 1, "shortlist"),
    ],
)
def test_the_word_goes_by_the_stated_shares(first, ahead, told):
    assert word(first, ahead) == told


def test_a_town_with_one_plot_is_clear():
    town = pd.Series("one", index=["a"])
    scores = np.array([[50.0], [60.0]])
    told = verdicts(acceptability(scores, town), pairwise(scores, town), town).loc["one"]
    assert (told["plot"], told["sureness"], told["shortlist"]) == ("a", "clear", ("a",))
    assert brackets(pairwise(scores, town), pd.Series([55.0], index=["a"]), town).to_dict() == {"a": 1}


def test_plots_that_are_always_alike_share_all_evenly():
    town = pd.Series("t", index=list("abcd"))
    scores = np.full((5, 4), 0.1 + 0.2)
    scores[:, 1] = 0.3  # the same but for rounding
    told = acceptability(scores, town)
    assert told["first"].tolist() == [0.25] * 4
    assert told["first_three"].tolist() == [0.75] * 4
    assert verdicts(told, pairwise(scores, town), town).loc["t", "sureness"] == "shortlist"
    assert set(brackets(pairwise(scores, town), told["expected"], town)) == {1}


def test_the_programme_is_told_by_set_and_by_plot():
    chosen = [["a", "x"], ["b", "x"], ["a", None], ["a", "x"]]
    sets = programmes(chosen, ["osh", "chui"])
    assert sets.loc[0].tolist() == ["a", "x", 0.5]
    assert sets["share"].sum() == 1
    plots = programme_plots(chosen, ["osh", "chui"])
    assert plots["osh"].to_dict() == {"a": 0.75, "b": 0.25}
    assert plots["chui"].to_dict() == {"x": 0.75}


def test_scores_that_do_not_fit_are_refused():
    town = pd.Series("t", index=["a", "b"])
    with pytest.raises(ValueError, match=r"scores of shape \(1, 3\) for 2 plots"):
        acceptability(np.zeros((1, 3)), town)
    with pytest.raises(ValueError, match="a score is not known"):
        pairwise(np.array([[1.0, np.nan]]), town)


def test_benchmark_sureness_of_60_plots_in_each_of_3_towns(benchmark):
    scores = np.random.default_rng(1).normal(70, 8, (1024, 180))
    town = pd.Series(np.repeat(["a", "b", "c"], 60), index=[f"p{n}" for n in range(180)])

    def all_of_it() -> pd.DataFrame:
        accepted, ahead = acceptability(scores, town), pairwise(scores, town)
        brackets(ahead, accepted["expected"], town)
        return verdicts(accepted, ahead, town)

    assert len(benchmark(all_of_it)) == 3
