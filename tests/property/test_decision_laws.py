"""Laws of values, weights, scores and ranks."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import rankdata

from sitesel.decision import drawing, drivers, effect, scoring, sureness, value, weights, why

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
    lambda columns: st.lists(st.lists(st.floats(0, 1), min_size=columns, max_size=columns), min_size=1, max_size=8)
)


@given(tables, st.data())
def test_score_lies_between_worst_and_best_value_and_is_the_plain_mean(rows, data):
    values = pd.DataFrame(rows, columns=[f"i{n}" for n in range(len(rows[0]))])
    raw = np.array(data.draw(st.lists(st.integers(1, 9), min_size=len(rows[0]), max_size=len(rows[0]))))
    weight = pd.Series(raw / raw.sum(), index=values.columns)
    known = pd.DataFrame(data.draw(hnp.arrays(bool, values.shape)), columns=values.columns)
    scores, share = scoring.score(values, weight), scoring.known_weight(known, weight)
    for plot, row in values.iterrows():
        assert share[plot] == pytest.approx(weight[known.loc[plot]].sum())
        assert row.min() * 100 - 1e-9 <= scores[plot] <= row.max() * 100 + 1e-9
        assert scores[plot] == pytest.approx(100 * np.average(row, weights=weight))


def test_a_value_that_is_not_known_is_refused():
    values = pd.DataFrame({"power": [1.0, math.nan]}, index=["a", "b"])
    with pytest.raises(ValueError, match="no value for b"):
        scoring.score(values, pd.Series({"power": 1.0}))


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.booleans()), min_size=1, max_size=12))
def test_rank_is_the_competition_rank_in_each_town(plots):
    scores, town = pd.Series([float(s) for _, s, _ in plots]), pd.Series([t for t, *_ in plots])
    passes = pd.Series([passed for *_, passed in plots])
    ranking = scoring.rank(scores, town, passes)
    assert sorted(ranking.index) == list(scores.index)
    assert ranking["rankable"].sort_index().equals(passes.rename("rankable"))
    assert ranking["score"].sort_index().equals(scores.rename("score"))
    for name, members in ranking.groupby("town"):
        ranked = members[members["rankable"]]
        expected = rankdata(-ranked["score"], method="min")
        assert list(ranked["rank"]) == list(expected), name
        assert list(ranked["rank"]) == sorted(ranked["rank"])
        assert members["rank"].isna().sum() == (~members["rankable"]).sum()
        assert members["rankable"].is_monotonic_decreasing  # who fails a gate stands below


def test_score_needs_a_weight_for_every_indicator():
    with pytest.raises(ValueError, match="no weight for power"):
        scoring.score(pd.DataFrame({"power": [1.0]}), pd.Series({"road": 1.0}))


@given(st.dictionaries(st.text(min_size=1), st.floats(0.001, 1), min_size=1, max_size=6))
def test_weights_that_were_scaled_to_one_have_no_fault(raw):
    total = sum(raw.values())
    assert weights.fault_in({name: weight / total for name, weight in raw.items()}) is None
    assert (weights.fault_in(raw) is None) == (abs(total - 1) <= weights.TOLERANCE)


@st.composite
def known_tables(draw, most_plots: int = 7):
    """Worth in steps of a twentieth (so that ties happen), and weights that add up to 1, some of them 0."""
    plots, columns = draw(st.integers(1, most_plots)), draw(st.integers(1, 5))
    twentieths = st.integers(0, 20).map(lambda n: n / 20)
    rows = draw(st.lists(st.lists(twentieths, min_size=columns, max_size=columns), min_size=plots, max_size=plots))
    raw = draw(st.lists(st.integers(0, 9), min_size=columns, max_size=columns).filter(any))
    names = [f"i{n}" for n in range(columns)]
    table = pd.DataFrame(rows, columns=names, index=[f"p{n}" for n in range(plots)])
    return table, pd.Series(raw, index=names, dtype=float) / sum(raw)


def ranks_of(table: pd.DataFrame, weight: pd.Series) -> pd.Series:
    town = pd.Series("one", index=table.index)
    ranked = pd.Series(data=True, index=table.index)
    return scoring.rank(scoring.score(table, weight / weight.sum()), town, ranked)["rank"].reindex(table.index)


@given(known_tables(), st.integers(0, 100), st.data())
def test_a_better_measure_never_lowers_a_score_or_a_rank(drawn, middle, data):
    kilometres, weight = drawn[0] * 40, drawn[1]
    plot, column = (data.draw(st.sampled_from(list(names))) for names in (kilometres.index, kilometres.columns))
    nearer = kilometres.copy()
    nearer.loc[plot, column] = data.draw(st.floats(0, kilometres.loc[plot, column]))
    line = [(0, 100), (20, middle), (40, 0)]
    table, better = (each.apply(value.worth, points=line) for each in (kilometres, nearer))
    assert scoring.score(better, weight)[plot] >= scoring.score(table, weight)[plot] - 1e-9
    assert ranks_of(better, weight)[plot] <= ranks_of(table, weight)[plot]


@given(points, st.data())
def test_the_worth_of_an_interval_holds_every_worth_in_it_and_no_more(line, data):
    low, high = sorted(data.draw(st.lists(st.floats(-1100, 1100), min_size=2, max_size=2)))
    low, high = data.draw(st.sampled_from([(low, high), (math.nan, high), (low, math.nan), (math.nan, math.nan)]))
    least, most = (each[0] for each in value.worth_range(pd.Series([low]), pd.Series([high]), line))
    left, right = (-1200 if math.isnan(low) else low), (1200 if math.isnan(high) else high)
    corners = [x for x, _ in line if left < x < right]
    held = value.worth(pd.Series([left, *np.linspace(left, right, 37), *corners, right]), line)
    assert least == pytest.approx(held.min(), abs=1e-12)
    assert most == pytest.approx(held.max(), abs=1e-12)


@given(st.data())
def test_learning_never_lowers_a_score_and_learning_the_bound_never_raises_it(data):
    """An unknown distance lies between 0 and the nearest known source, and counts at its worst end."""
    line = [(0, 100), (data.draw(st.integers(1, 20)), data.draw(st.integers(0, 100))), (40, 0)]
    bound = data.draw(st.floats(0, 60))
    learnt = data.draw(st.floats(0, bound))
    weight = pd.Series({"power": 0.3, "road": 0.7})
    road = data.draw(st.floats(0, 1))

    def scored(low: float, high: float) -> float:
        least, _ = value.worth_range(pd.Series([low], name="power"), pd.Series([high]), line)
        return scoring.score(pd.DataFrame({"power": least, "road": road}), weight)[0]

    unknown = scored(0, bound)
    assert scored(learnt, learnt) >= unknown - 1e-9
    assert scored(bound, bound) == pytest.approx(unknown, abs=1e-9)


@given(known_tables())
def test_contributions_add_up_to_the_score_and_differences_to_its_difference(drawn):
    table, weight = drawn
    parts = why.contributions(table, weight)
    scores = scoring.score(table, weight)
    assert parts.sum(axis=1).to_numpy() == pytest.approx(scores.to_numpy())
    first, last = table.index[0], table.index[-1]
    assert why.difference(parts, first, last).sum() == pytest.approx(scores[first] - scores[last], abs=1e-9)


@settings(max_examples=40)
@given(known_tables(), st.floats(0.01, 100))
def test_scaling_all_weights_changes_nothing(drawn, factor):
    table, weight = drawn
    assert why.contributions(table, weight * factor).to_numpy() == pytest.approx(
        why.contributions(table, weight).to_numpy()
    )
    assert ranks_of(table, weight * factor).tolist() == ranks_of(table, weight).tolist()
    for plot in table.index:
        one, other = why.smallest_weights(table, weight, plot), why.smallest_weights(table, weight * factor, plot)
        assert (one is None) == (other is None)


@given(known_tables(), st.data())
def test_a_dominated_plot_added_changes_no_order(drawn, data):
    table, weight = drawn
    better = table.loc[data.draw(st.sampled_from(list(table.index)))]
    more = pd.concat([table, pd.DataFrame([better * data.draw(st.floats(0, 1))], index=["added"])])
    before, after = ranks_of(table, weight), ranks_of(more, weight)
    order = np.sign(np.subtract.outer(before.to_numpy(int), before.to_numpy(int)))
    kept = after[table.index].to_numpy(int)
    assert (np.sign(np.subtract.outer(kept, kept)) == order).all()


@given(known_tables())
def test_effects_share_out_the_whole_variance(drawn):
    table, weight = drawn
    parts = why.contributions(table, weight)
    told = effect.weight_effects(parts, pd.Series("one", index=table.index))
    shares = told["share"].loc["one"]
    if parts.sum(axis=1).std(ddof=0) > 1e-6:
        assert shares.sum() == pytest.approx(1)
    else:
        assert shares.isna().all()
    assert (told["separates"] == (told["range"] >= effect.LEAST_RANGE)).all()


@st.composite
def drawn_scores(draw):
    """Scores of few steps, draws x plots, so that ties are many; and the towns of the plots."""
    draws, plots = draw(st.integers(1, 12)), draw(st.integers(1, 7))
    rows = st.lists(st.integers(0, 4), min_size=plots, max_size=plots)
    scores = np.array(draw(st.lists(rows, min_size=draws, max_size=draws)), dtype=float)
    names = [f"p{n}" for n in range(plots)]
    return scores, pd.Series(draw(st.lists(st.sampled_from("ab"), min_size=plots, max_size=plots)), index=names)


@given(drawn_scores())
def test_acceptabilities_add_up_and_are_those_counted_by_hand(drawn):
    scores, town = drawn
    told = sureness.acceptability(scores, town)
    for name in town.unique():
        here = [n for n, of in enumerate(town) if of == name]
        assert told["first"].iloc[here].sum() == pytest.approx(1)
        assert told["first_three"].iloc[here].sum() == pytest.approx(min(3, len(here)))
        by_hand = np.zeros(len(town))
        for row in scores:
            best = [n for n in here if row[n] == max(row[here])]
            by_hand[best] += 1 / len(best) / len(scores)
        assert told["first"].iloc[here].to_numpy() == pytest.approx(by_hand[here])
    assert (told["first"] <= told["first_three"] + 1e-9).all()
    assert (told["low"] <= told["high"]).all()


@given(drawn_scores(), st.floats(0.5, 9))
def test_a_dominated_plot_added_changes_no_acceptability(drawn, behind):
    scores, town = drawn
    more = np.column_stack([scores, scores[:, 0] - behind])
    wider = pd.concat([town, pd.Series([town.iloc[0]], index=["added"])])
    first = sureness.acceptability(more, wider)["first"]
    assert first[town.index].to_numpy() == pytest.approx(sureness.acceptability(scores, town)["first"].to_numpy())
    assert first["added"] == 0
    assert sureness.pairwise(more, wider).loc[town.index, town.index].equals(sureness.pairwise(scores, town))


@given(drawn_scores())
def test_the_shares_of_a_pair_add_up_to_one(drawn):
    scores, town = drawn
    ahead = sureness.pairwise(scores, town)
    same_town = town.to_numpy()[:, None] == town.to_numpy()
    np.fill_diagonal(same_town, val=False)
    assert (ahead.notna().to_numpy() == same_town).all()
    assert (ahead + ahead.T).to_numpy()[same_town] == pytest.approx(1)


@given(drawn_scores())
def test_verdicts_hold_to_their_rules(drawn):
    scores, town = drawn
    accepted, ahead = sureness.acceptability(scores, town), sureness.pairwise(scores, town)
    told = sureness.verdicts(accepted, ahead, town)
    for name, row in told.iterrows():
        first = accepted["first"][town == name].sort_values(ascending=False)
        assert row["first"] == first.iloc[0] == accepted["first"][row["plot"]]
        held, shortlist = first[list(row["shortlist"])], row["shortlist"]
        assert held.sum() >= 0.8 - 1e-9
        assert first.iloc[: len(shortlist) - 1].sum() < 0.8  # no fewer would do
        pairs = ahead.loc[row["plot"], town.index[town == name].drop(row["plot"])]
        clear = row["first"] >= 0.8 - 1e-9 and (pairs >= 0.9 - 1e-9).all()
        assert (row["sureness"] == "clear") == clear
        level = row["ahead"] <= 0.5 + 1e-9
        assert (row["sureness"] == "shortlist") == (row["first"] < 0.5 - 1e-9 or level)


@given(drawn_scores())
def test_brackets_run_down_the_ranking_and_hold_who_cannot_be_told_apart(drawn):
    scores, town = drawn
    ahead, expected = sureness.pairwise(scores, town), pd.Series(scores.mean(axis=0), town.index)
    found = sureness.brackets(ahead, expected, town)
    for name in town.unique():
        down = expected[town == name].sort_values(ascending=False, kind="stable").index
        numbers = found[down]
        assert numbers.iloc[0] == 1
        assert set(numbers.diff().dropna()) <= {0, 1}
        for bracket, plots in numbers.groupby(numbers).groups.items():
            best, *others = plots
            assert (ahead.loc[best, others] < 0.9).all()
            below = numbers.index[numbers == bracket + 1]
            assert not len(below) or ahead.loc[best, below[0]] >= 0.9 - 1e-9


@given(known_tables(most_plots=4), st.data())
def test_the_smallest_weights_are_no_worse_than_any_of_a_grid(drawn, data):
    table, weight = drawn
    table, weight = table.iloc[:, :3], weight.iloc[:3] + 1.0
    plot = data.draw(st.sampled_from(list(table.index)))
    now = weight / weight.sum()
    found = why.smallest_weights(table, weight, plot)
    lead = (table.loc[plot] - table.drop(plot)).to_numpy()
    grid = simplex(table.shape[1], 24)
    firsts = grid[(grid @ lead.T >= 0).all(axis=1)]
    if found is None:
        assert why.dominated(table, plot) is not None or not len(firsts)
        return
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    assert (lead @ found.to_numpy() >= -1e-6).all()
    if len(firsts):
        assert np.abs(found - now).sum() <= np.abs(firsts - now.to_numpy()).sum(axis=1).min() + 1e-6


def simplex(count: int, steps: int) -> np.ndarray:
    """All weights of so many indicators in whole steps."""
    whole = [each for each in itertools.product(range(steps + 1), repeat=count) if sum(each) == steps]
    return np.array(whole) / steps


@given(known_tables(), st.data())
def test_a_dominated_plot_is_ahead_of_its_better_under_no_weights(drawn, data):
    table, weight = drawn
    plot = data.draw(st.sampled_from(list(table.index)))
    better = why.dominated(table, plot)
    by_hand = [
        other
        for other in table.index.drop(plot)
        if (table.loc[other] >= table.loc[plot]).all() and (table.loc[other] > table.loc[plot]).any()
    ]
    assert better == (by_hand[0] if by_hand else None)
    if better is not None:
        scores = scoring.score(table, weight)
        assert scores[plot] <= scores[better] + 1e-9


@given(known_tables(), st.data())
def test_the_smallest_improvement_makes_first_and_a_smaller_one_does_not(drawn, data):
    table, weight = drawn
    plot = data.draw(st.sampled_from(list(table.index)))
    found = why.smallest_improvement(table, weight, plot)
    assert found["gain"].is_monotonic_increasing
    for column in table.columns:
        reached = table.copy()
        reached.loc[plot, column] = found["worth"].get(column, 1.0)
        first = ranks_of(reached, weight)[plot] == 1
        assert first == (column in found.index)
        if first and found["gain"][column] > 1e-6:
            reached.loc[plot, column] = found["worth"][column] - 1e-6
            assert ranks_of(reached, weight)[plot] > 1


@given(st.integers(0, 2**32 - 1), st.integers(0, 8), st.integers(1, 6))
def test_quasi_random_numbers_are_even_and_repeat(seed, power, columns):
    names = [f"c{n}" for n in range(columns)]
    drawn = drawing.quasi_random(2**power, names, seed)
    assert drawn.equals(drawing.quasi_random(2**power, names, seed))
    cells = np.floor(drawn.to_numpy() * 2**power).astype(int)
    assert all(sorted(column) == list(range(2**power)) for column in cells.T)
    assert ((drawn > 0) & (drawn < 1)).to_numpy().all()


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=6), st.floats(1, 500), st.integers(0, 99))
def test_drawn_weights_add_up_and_what_is_0_stays_0(raw, concentration, seed):
    weight = pd.Series([*raw, 0.0], index=[f"i{n}" for n in range(len(raw) + 1)])
    drawn = drawing.dirichlet(drawing.quasi_random(64, list(weight.index), seed), weight, concentration)
    assert drawn.sum(axis=1).to_numpy() == pytest.approx(1)
    assert (drawn >= 0).to_numpy().all()
    assert (drawn.iloc[:, -1] == 0).all()


@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3).map(sorted), st.floats(0, 1), st.floats(0, 1))
def test_triangular_amounts_rise_with_their_number_and_stay_between_the_ends(amounts, u, more):
    low, mid, high = amounts
    lower, upper = drawing.triangular(sorted([u, more]), low, mid, high)
    assert low - 1e-9 <= lower <= upper + 1e-9 <= high + 2e-9


@given(st.data())
def test_knowing_is_worth_no_less_than_nothing_and_no_more_than_knowing_all(data):
    seed, plots = data.draw(st.integers(0, 99)), data.draw(st.integers(1, 5))
    inputs = drawing.quasi_random(128, ["a", "b", "c"], seed)
    slopes = np.array(data.draw(st.lists(st.integers(-9, 9), min_size=3 * plots, max_size=3 * plots))).reshape(3, plots)
    scores = inputs.to_numpy() @ slopes
    worth = drivers.value_of_knowing(inputs, scores)
    assert worth.is_monotonic_decreasing
    assert (worth >= 0).all()
    assert (worth <= max(drivers.expected_regret(scores), 0)).all()
    shares = drivers.first_order(inputs, scores[:, 0])
    assert shares.is_monotonic_decreasing
    assert shares.between(0, 1).all()
