"""Draws of what is not known: their moments, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta, triang

from sitesel.decision import bernoulli, dirichlet, displacement, quasi_random, triangular


def test_another_seed_draws_other_numbers():
    one, other = quasi_random(64, ["a"], seed=1), quasi_random(64, ["a"], seed=2)
    assert not np.isclose(one, other).all()


@pytest.mark.parametrize(("draws", "remedy"), [(0, "1 or 2"), (1000, "512 or 1024")])
def test_draws_are_a_power_of_two(draws, remedy):
    with pytest.raises(ValueError, match=remedy):
        quasi_random(draws, ["a"], seed=1)


@pytest.mark.parametrize(("low", "mid", "high"), [(0, 2, 10), (3, 3, 4), (-5, 1, 1)])
def test_triangular_is_scipys(low, mid, high):
    u = np.linspace(0, 1, 41)
    expected = triang.ppf(u, (mid - low) / (high - low), loc=low, scale=high - low)
    assert triangular(u, low, mid, high) == pytest.approx(expected)


def test_triangular_takes_one_number_for_known_and_refuses_what_falls():
    assert triangular([0.1, 0.9], 7.0, 7.0, 7.0).tolist() == [7.0, 7.0]
    with pytest.raises(ValueError, match="in rising order"):
        triangular(0.5, 1.0, 0.0, 2.0)


def test_a_moved_place_is_as_likely_anywhere_in_its_disc():
    u = quasi_random(4096, ["radius", "angle"], seed=1)
    east, north = displacement(u["radius"], u["angle"], 2.0)
    assert np.hypot(east, north).max() <= 2
    assert (np.hypot(east, north) < 1).mean() == pytest.approx(0.25, abs=0.005)
    assert east.mean() == pytest.approx(0, abs=0.01)
    assert north.mean() == pytest.approx(0, abs=0.01)


def test_a_chance_comes_true_as_often_as_it_says():
    assert bernoulli(quasi_random(1024, ["u"], seed=1)["u"], 0.3).mean() == pytest.approx(0.3, abs=0.001)


def test_weights_spread_as_the_concentration_says():
    study = pd.Series({"road": 0.2, "labour": 0.5, "power": 0.3})
    drawn = dirichlet(quasi_random(8192, list(study.index), seed=5), study * 7, concentration=30)
    assert drawn.mean().to_numpy() == pytest.approx(study.to_numpy(), abs=0.002)
    assert drawn.std().to_numpy() == pytest.approx(np.sqrt(study * (1 - study) / 31).to_numpy(), rel=0.02)
    assert drawn["road"].quantile(0.9) == pytest.approx(beta.ppf(0.9, 6, 24), abs=0.003)


def test_weights_that_cannot_be_drawn_around_are_refused():
    u = quasi_random(4, ["road"], seed=1)
    with pytest.raises(ValueError, match="give at least 1"):
        dirichlet(u, pd.Series({"road": 1.0}), 0.5)
    for wrong in (0.0, -1.0):
        with pytest.raises(ValueError, match="must not be negative"):
            dirichlet(u, pd.Series({"road": wrong}), 10)
