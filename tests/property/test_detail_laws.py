"""Law of plots by the thousand: to tell only some in detail changes no score, no rank and no choice."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from sitesel.decision import could_be_first, foremost
from sitesel.findings import Findings
from sitesel.stages import run
from sitesel.text import say
from small_study import layer, plot, small_layers

PLOTS = {  # by town: where along the road, how far off it, side in metres
    "one": {"a": (4, 0.4, 550), "b": (10, 0.5, 500), "c": (18, -1.6, 600), "d": (30, 0.5, 520)},
    "two": {f"e{at}": (3 * at + 1.5, 0.7 if at % 2 else -1.2, 560 + 15 * at) for at in range(12)},
}


def alike(some: Findings, whole: Findings) -> None:
    """Hold what a run tells against one that tells all in detail."""
    for name in ("measures", "low", "high", "worth", "ranking"):
        assert_frame_equal(getattr(some.decision, name), getattr(whole.decision, name))
    assert_frame_equal(some.labour.catchments, whole.labour.catchments)
    assert_frame_equal(some.land.table, whole.land.table)
    assert some.programme.plots == whole.programme.plots
    for case, answer in some.programme.answers.items():
        other = whole.programme.answers[case]
        assert_frame_equal(answer.combinations, other.combinations)
        assert_frame_equal(answer.towns, other.towns)
        assert_series_equal(answer.left, other.left)
    assert_frame_equal(some.connections.shared, whole.connections.shared)
    told = set(some.detailed)
    assert set(some.programme.plots) <= told
    for table, other in ((some.connections.joined, whole.connections.joined), (some.labour.bands, whole.labour.bands)):
        assert set(table["plot"]) == told
        kept = other[other["plot"].isin(told)].reset_index(drop=True)
        assert_frame_equal(pd.DataFrame(table.reset_index(drop=True)), pd.DataFrame(kept))


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_detail_for_some_changes_no_score_no_rank_and_no_choice(write_study, study_text, data):
    labour, utilities = data.draw(st.floats(0.1, 0.5)), data.draw(st.floats(0.1, 0.3))
    study_text["weights"] = {"labour": labour, "road": 0.9 - labour - utilities, "utilities": utilities, "ground": 0.1}
    jobs = [town["jobs"] for town in study_text["towns"]]  # of whom 1,000 ask for 160 m3 of gas an hour
    spare = 0.16 * data.draw(st.sampled_from([max(jobs) + 10, sum(jobs) + 10]))  # enough for either town, or for both
    study_text["connection"]["within_km"] = data.draw(st.sampled_from([9, 20]))
    rows = [(name, town, plot(x, y, side_m=side)) for town, of in PLOTS.items() for name, (x, y, side) in of.items()]
    names, towns, shapes = zip(*rows, strict=True)
    frames = {
        "plots": layer(list(names), list(shapes), town=list(towns), area_ha=30.0, outline="surveyed"),
        "utility_lines": small_layers()["utility_lines"].assign(spare_m3_h=[spare]),
    }

    def found(detailed: int) -> Findings:
        study_text["study"]["detailed"] = detailed
        return run(write_study(**frames), sure=False)

    whole, some = found(60), found(data.draw(st.integers(1, 2)))
    assert whole.in_detail(whole.plots.index).all()
    assert not any(notice.key == "notice.detailed" for notice in whole.notices)
    alike(some, whole)
    left_out = len(some.plots) - len(some.detailed)
    assert any("told in detail" in say(notice, "en") for notice in some.notices) == (left_out > 0)
    passed_over = could_be_first(some.decision.ranking).difference(some.detailed)
    counts = [notice.params["count"] for notice in some.notices if notice.key == "notice.first_not_detailed"]
    assert counts == [len(passed_over)] * (len(passed_over) > 0)
    by_road = {"road": 1.0, "labour": 0.0, "utilities": 0.0, "ground": 0.0}
    again, all_again = some.with_weights(by_road), whole.with_weights(by_road)
    assert_frame_equal(again.decision.ranking, all_again.decision.ranking)
    assert set(again.programme.plots) <= set(some.detailed)
    assert len(again.with_weights(by_road).notices) == len(again.notices) == len(some.notices) + (left_out > 0)
    assert all_again.notices == whole.notices


@given(st.data())
def test_the_foremost_are_first_by_rank_or_by_what_they_can_score(data):
    size, count = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 5))
    numbers = st.lists(st.integers(0, 100), min_size=size, max_size=size)
    score, more = data.draw(numbers), data.draw(numbers)
    ranking = pd.DataFrame({"town": "a", "score": score, "high": [s + m for s, m in zip(score, more, strict=True)]})
    ranking["rankable"] = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    taken = foremost(ranking, count)
    assert len(taken) == min(size, count)
    able = ranking[ranking["rankable"]]
    for column in ("score", "high"):  # half of them, at least, by each
        best = able.sort_values(column, ascending=False, kind="stable").index[: (count + 1) // 2]
        assert (column == "high" and count % 2) or set(best) <= set(taken)  # the odd one goes by rank
    assert not set(able.index) - set(taken) or set(taken) <= set(able.index)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.floats(0, 1), st.booleans()), min_size=1))
def test_whoever_turns_out_first_was_among_those_that_could(plots):
    ranking = pd.DataFrame(plots, columns=["low", "more", "at", "rankable"]).assign(town="a")
    ranking["high"] = ranking["low"] + ranking["more"]
    true = (ranking["low"] + ranking["at"] * ranking["more"])[ranking["rankable"]]
    assert set(true.index[true == true.max()]) <= set(could_be_first(ranking))


def test_one_plot_a_town_is_told_where_one_is_asked():
    ranking = pd.DataFrame({"town": ["a", "a", "b"], "score": [2.0, 1, 3], "high": [2.0, 1, 3], "rankable": True})
    assert list(foremost(ranking, 1)) == [0, 2]
    with pytest.raises(KeyError):
        foremost(ranking.drop(columns="high"), 1)
