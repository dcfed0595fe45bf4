"""What drives the order and what is worth knowing, held to cases with a known answer."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sitesel.decision import displacement, expected_regret, first_order, quasi_random, total_order, value_of_knowing

DRAWS = 4096


@pytest.fixture
def drawn() -> pd.DataFrame:
    return quasi_random(DRAWS, ["x", "y", "z"], seed=1)


def test_first_order_shares_of_ishigamis_function(drawn):
    """Shares known in closed form: 0.3139, 0.4424 and 0 (Saltelli et al., 2000)."""
    x, y, z = (2 * np.pi * (drawn[name] - 0.5) for name in drawn)
    shares = first_order(drawn, np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))
    assert list(shares.index) == ["y", "x", "z"]
    assert shares["x"] == pytest.approx(0.3139, abs=0.02)
    assert shares["y"] == pytest.approx(0.4424, abs=0.03)
    assert shares["z"] == pytest.approx(0, abs=0.02)


def test_total_shares_of_ishigamis_function(drawn):
    """Known in closed form: 0.5576, 0.4424 and 0.2437 (Saltelli et al., 2000): z does nothing alone, much with x."""

    def output(inputs: pd.DataFrame) -> np.ndarray:
        x, y, z = (2 * np.pi * (inputs[name] - 0.5) for name in inputs)
        return (np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)).to_numpy()

    order = np.random.default_rng(1).permutation(DRAWS)
    shares = {
        one: total_order(output(drawn), output(drawn.assign(**{one: drawn[one].to_numpy()[order]}))) for one in drawn
    }
    assert shares == pytest.approx({"x": 0.5576, "y": 0.4424, "z": 0.2437}, abs=0.03)
    assert total_order(np.ones(4), np.ones(4)) == 0


def test_shares_of_a_sum_are_those_of_its_variances(drawn):
    inputs = drawn.assign(yes=(drawn["z"] < 0.5).astype(float), same=1.0).drop(columns="z")
    shares = first_order(inputs, 3 * inputs["x"] + inputs["y"] + 2 * inputs["yes"])
    total = 9 / 12 + 1 / 12 + 1
    assert shares["yes"] == pytest.approx(1 / total, abs=0.01)  # two values, two cells
    assert shares["x"] == pytest.approx(9 / 12 / total, abs=0.01)
    assert shares["same"] == 0
    assert first_order(inputs, np.ones(DRAWS)).tolist() == [0, 0, 0, 0]


def test_a_subject_of_two_columns_is_one_place(drawn):
    east, north = displacement(drawn["x"], drawn["y"], 5.0)
    inputs = pd.DataFrame({"east": east, "north": north, "cost": drawn["z"]})
    shares = first_order(inputs, east * north + 5 * drawn["z"], {"place": ["east", "north"], "cost": ["cost"]})
    total = 625 / 24 + 25 / 12  # of the product over a disc: r^4 / 24
    assert shares["place"] == pytest.approx(625 / 24 / total, abs=0.01)
    assert shares["cost"] == pytest.approx(25 / 12 / total, abs=0.02)
    assert first_order(inputs, east * north)["north"] == pytest.approx(0, abs=0.02)  # alone it tells nothing


def test_knowing_a_place_is_worth_what_an_independent_sum_over_the_disc_says(drawn):
    """A plot of 12 minutes against one as many kilometres off as its place says; the road's speed stays unknown."""
    east, north = displacement(drawn["x"], drawn["y"], 5.0)
    kilometres = np.hypot(east - 9, north + 8)
    scores = np.stack([np.full(DRAWS, -12.0), -kilometres * (0.8 + 0.4 * drawn["z"])], axis=1)
    known = np.stack([scores[:, 0], -kilometres], axis=1)  # the mean over speeds, place by place
    expected = known.max(axis=1).mean() - known.mean(axis=0).max()
    inputs = pd.DataFrame({"east": east, "north": north, "speed": drawn["z"]})
    worth = value_of_knowing(inputs, scores, {"speed": ["speed"], "place": ["east", "north"]})
    assert worth["place"] == pytest.approx(expected, rel=0.03)
    assert worth["place"] > worth["speed"] > 0


def test_a_subject_may_stand_on_many_columns_some_of_them_alike():
    inputs = quasi_random(1024, list("abcdefgh"), seed=1).assign(h=0.0)
    inputs["g"] = 1 - inputs["a"]
    shares = first_order(inputs, inputs["a"] + inputs["b"] * inputs["c"], {"lot": list("abcgh"), "rest": list("def")})
    assert shares["lot"] == pytest.approx(1)
    assert shares["rest"] == pytest.approx(0, abs=0.02)


def test_a_value_that_one_half_alone_drew_leaves_the_choice():
    inputs = pd.DataFrame({"rare": [0.0, 0.0, 0.0, 1.0]})
    scores = [[5.0, 4.0], [5.0, 4.0], [5.0, 4.0], [5.0, 9.0]]
    assert value_of_knowing(inputs, scores)["rare"] == 0
    assert first_order(inputs.iloc[:2].assign(rare=[0.0, 1.0]), [1.0, 2.0])["rare"] == 0  # as many terms as draws


def test_the_value_of_knowing_is_the_analytic_one(drawn):
    """A plot of 0 against one of x + y, normal: knowing x is worth ``sd(x) / sqrt(2 pi)``, all ``sd(x + y)`` of it."""
    normal = pd.DataFrame(norm.ppf(drawn), columns=drawn.columns)
    scores = np.stack([np.zeros(DRAWS), 3 * normal["x"] + normal["y"]], axis=1)
    worth = value_of_knowing(drawn, scores)
    assert expected_regret(scores) == pytest.approx(np.sqrt(10 / (2 * np.pi)), rel=0.02)
    assert worth["x"] == pytest.approx(3 / np.sqrt(2 * np.pi), rel=0.03)
    assert worth["y"] == pytest.approx(1 / np.sqrt(2 * np.pi), rel=0.06)
    assert worth["z"] == pytest.approx(0, abs=0.03)
    assert list(worth.index) == ["x", "y", "z"]


def test_knowing_what_changes_no_choice_is_worth_nothing(drawn):
    scores = np.stack([60 + 30 * drawn["x"], 50 + 9 * drawn["y"]], axis=1)
    assert value_of_knowing(drawn, scores).tolist() == [0, 0, 0]
    assert value_of_knowing(drawn, scores[:, :1]).tolist() == [0, 0, 0]
    assert expected_regret(scores) == pytest.approx(0)


def test_chance_is_not_taken_for_knowledge():
    """Of many plots alike but for noise, nothing can be known beforehand."""
    inputs = quasi_random(1024, ["x"], seed=2)
    scores = np.random.default_rng(4).normal(0, 1, (1024, 40))
    assert expected_regret(scores) > 2
    assert value_of_knowing(inputs, scores)["x"] < 0.1
