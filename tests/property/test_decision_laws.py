"""Laws of values, weights, scores and ranks."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from sitesel.decision import scoring, value, weights

finite = st.floats(-1e6, 1e6)
points = st.lists(st.tuples(st.integers(-1000, 1000), st.integers(0, 100)), min_size=2, unique_by=lambda p: p[0]).map(
    sorted
)


@given(points, st.lists(finite | st.just(math.nan), min_size=1))
def test_worth_is_the_hand_made_interpolation(line, measures):
    found = value.worth(pd.Series(measures), line)
    for x, y in zip(measures, found, strict=True):
        assert math.isnan(y) if math.isnan(x) else y == pytest.approx(by_hand(x, line), abs=1e-9)


def by_hand(x: float, line: list[tuple[int, int]]) -> float:
    if x <= line[0][0]:
        return line[0][1] / 100
    for (left, low), (right, high) in itertools.pairwise(line):
        if x <= right:
            return (low + (high - low) * (x - left) / (right - left)) / 100
    return line[-1][1] / 100


@pytest.mark.parametrize("line", [[(0, 0)], [(1, 0), (0, 1)], [(0, 0), (0, 1)], [(0, 0), (1, 101)]])
def test_worth_refuses_bad_points(line):
    with pytest.raises(ValueError):  # noqa: PT011 -- the text is fault_in's, tested by its doctest
        value.worth(pd.Series([1.0]), line)


tables = st.integers(1, 6).flatmap(
    lambda columns: st.lists(
        st.lists(st.floats(0, 1) | st.just(math.nan), min_size=columns, max_size=columns), min_size=1, max_size=8
    )
)


@given(tables, st.data())
def test_score_lies_between_worst_and_best_known_value_and_full_weight_is_the_plain_mean(rows, data):
    values = pd.DataFrame(rows, columns=[f"i{n}" for n in range(len(rows[0]))])
    raw = np.array(data.draw(st.lists(st.integers(1, 9), min_size=len(rows[0]), max_size=len(rows[0]))))
    weight = pd.Series(raw / raw.sum(), index=values.columns)
    scores = scoring.score(values, weight)
    for plot, row in values.iterrows():
        known = row.dropna()
        assert scores.loc[plot, "known_weight"] == pytest.approx(weight[known.index].sum())
        if known.empty:
            assert math.isnan(scores.loc[plot, "score"])
        else:
            assert known.min() * 100 - 1e-9 <= scores.loc[plot, "score"] <= known.max() * 100 + 1e-9
            assert scores.loc[plot, "score"] == pytest.approx(100 * np.average(known, weights=weight[known.index]))


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.booleans()), min_size=1, max_size=12))
def test_rank_is_the_competition_rank_in_each_town(plots):
    scores = pd.DataFrame(
        {"score": [float(s) for _, s, _ in plots], "known_weight": [0.7 if k else 0.5 for *_, k in plots]}
    )
    town = pd.Series([t for t, *_ in plots])
    ranking = scoring.rank(scores, town, 0.7)
    assert sorted(ranking.index) == list(scores.index)
    for name, members in ranking.groupby("town"):
        ranked = members[members["rankable"]]
        expected = rankdata(-ranked["score"], method="min")
        assert list(ranked["rank"]) == list(expected), name
        assert list(ranked["rank"]) == sorted(ranked["rank"])
        assert members["rank"].isna().sum() == (~members["rankable"]).sum()


def test_score_needs_a_weight_for_every_indicator():
    with pytest.raises(ValueError, match="no weight for power"):
        scoring.score(pd.DataFrame({"power": [1.0]}), pd.Series({"road": 1.0}))


@given(st.dictionaries(st.text(min_size=1), st.floats(0.001, 1), min_size=1, max_size=6))
def test_weights_that_were_scaled_to_one_have_no_fault(raw):
    total = sum(raw.values())
    assert weights.fault_in({name: weight / total for name, weight in raw.items()}) is None
    assert (weights.fault_in(raw) is None) == (abs(total - 1) <= weights.TOLERANCE)
