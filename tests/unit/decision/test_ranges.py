"""Weights that a study gives as ranges: held to a plain rejection of uniform draws, and to arithmetic."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitesel.decision import fault_in_ranges, quasi_random, tightened, uniform_within

CRITERIA = ["labour", "road", "utilities", "ground"]


def drawn_within(low: pd.Series, high: pd.Series, draws: int = 4096) -> pd.DataFrame:
    return uniform_within(quasi_random(draws, list(low.index), seed=1), low, high)


def test_draws_lie_as_those_of_all_weights_that_fall_within_the_ranges():
    low, high = pd.Series([0.2, 0.1, 0.05, 0.0], CRITERIA), pd.Series([0.6, 0.3, 0.5, 0.25], CRITERIA)
    drawn = drawn_within(low, high)
    every = np.random.default_rng(5).dirichlet(np.ones(4), 600_000)
    kept = every[((every >= low.to_numpy()) & (every <= high.to_numpy())).all(axis=1)]
    assert len(kept) > 50_000
    assert drawn.mean().to_numpy() == pytest.approx(kept.mean(axis=0), abs=0.002)
    assert np.corrcoef(drawn.T) == pytest.approx(np.corrcoef(kept.T), abs=0.02)
    for share in (0.1, 0.5, 0.9):
        assert drawn.quantile(share).to_numpy() == pytest.approx(np.quantile(kept, share, axis=0), abs=0.004)


def test_no_ranges_at_all_are_the_whole_simplex():
    drawn = drawn_within(pd.Series(0.0, CRITERIA), pd.Series(1.0, CRITERIA))
    assert drawn.mean().to_numpy() == pytest.approx(0.25, abs=0.002)
    assert drawn.std().to_numpy() == pytest.approx(np.sqrt(0.25 * 0.75 / 5), abs=0.002)  # Dirichlet of ones


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=5))
def test_all_weights_lie_within_their_ranges_and_add_up_to_one(ends):
    table = pd.DataFrame([sorted(one) for one in ends], [f"c{n}" for n in range(len(ends))], ["low", "high"])
    if fault_in_ranges(table["low"], table["high"]):
        with pytest.raises(ValueError, match="add up to"):
            tightened(table["low"], table["high"])
        return
    drawn = drawn_within(table["low"], table["high"], 64)
    assert drawn.sum(axis=1).to_numpy() == pytest.approx(1)
    assert (drawn >= table["low"] - 2e-6).all(axis=None)
    assert (drawn <= table["high"] + 2e-6).all(axis=None)


def test_a_weight_that_the_others_leave_no_choice_is_what_they_leave():
    low, high = pd.Series({"a": 0.3, "b": 0.2, "c": 0.0}), pd.Series({"a": 0.3, "b": 0.2, "c": 1.0})
    assert drawn_within(low, high, 4).to_numpy() == pytest.approx(np.tile([0.3, 0.2, 0.5], (4, 1)))
