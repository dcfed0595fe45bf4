"""Laws of the decision, held to through whole studies: layers and settings in, ranking and programme out."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sitesel.findings import Decision, Findings, decide
from sitesel.stages import run
from small_study import CRS, layer, place, plot, small_layers, write_heights

PLOTS = {  # by town: where along the road, how far off it, side in metres
    "one": {"a": (4, 0.4, 550), "b": (10, 0.5, 500), "c": (18, -1.6, 600), "d": (30, 0.5, 450)},
    "two": {"e": (8, -1.2, 600), "f": (21, 0.7, 560), "g": (35, -2.4, 700)},
}
SURE_KINDS = {"staff": -1, "near_home": 1, "freight": -1, "main_road": -1, "connection": -1, "fit": 1, "buyers": 1}


def plots_of(outlines: dict[str, dict[str, tuple]] = PLOTS) -> gpd.GeoDataFrame:
    rows = [(name, town, plot(x, y, side_m=side)) for town, of in outlines.items() for name, (x, y, side) in of.items()]
    names, towns, shapes = zip(*rows, strict=True)
    area = [round(shape.area / 1e4, 2) for shape in shapes]
    return layer(list(names), list(shapes), town=list(towns), area_ha=area, outline="indicative")


@pytest.fixture
def asked(study_text):
    """Two towns of 5,000 and 6,000 jobs, each with plots enough to be ranked, under a cap of a third.

    What buyers ask weighs a tenth: to lie away from the airport among the gateways.
    """
    study_text["labour"]["draw_cap"] = {"low": 0.2, "mid": 0.33, "high": 0.5}
    study_text["weights"] = {"labour": 0.32, "road": 0.24, "utilities": 0.24, "ground": 0.1, "conformity": 0.1}
    next(part for part in study_text["indicators"] if part["id"] == "buyers").update(
        {"weight": 1.0, "asks": ["airport_heights"]}
    )
    return study_text


@pytest.fixture(scope="module")
def found() -> dict[str, Findings]:
    return {}


@pytest.fixture
def before(found, write_study, asked) -> Findings:
    """Run once for all tests of this file."""
    assert asked["labour"]["draw_cap"]["mid"] == 0.33
    if "before" not in found:
        found["before"] = run(write_study(plots=plots_of()))
    return found["before"]


def ranked_anew(findings: Findings, decision: Decision) -> pd.DataFrame:
    return decide(findings.study, decision, findings.sites, findings.rules.barred).ranking


def held(before: pd.DataFrame, after: pd.DataFrame, plot_: str) -> None:
    """Hold that a plot stands no worse than before."""
    assert after.loc[plot_, "score"] >= before.loc[plot_, "score"] - 1e-9
    assert after.loc[plot_, "rankable"] >= before.loc[plot_, "rankable"]
    if before.loc[plot_, "rankable"]:
        assert after.loc[plot_, "rank"] <= before.loc[plot_, "rank"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])  # one run for all draws
@given(st.data())
def test_a_better_measure_never_lowers_a_rank(before, data):
    decision, ranking = before.decision, before.decision.ranking
    name, sense = data.draw(st.sampled_from(list(SURE_KINDS.items())))
    plot_ = data.draw(st.sampled_from(list(ranking.index)))
    by = sense * data.draw(st.floats(0, 2)) * max(1.0, abs(decision.measures.loc[plot_, name]))
    tables = {table: getattr(decision, table).copy() for table in ("measures", "low", "high")}
    for table in tables.values():
        table.loc[plot_, name] += by
    held(ranking, ranked_anew(before, replace(decision, **tables)), plot_)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])  # one run for all draws
@given(st.data())
def test_learning_never_lowers_and_learning_the_bound_never_raises(before, data):
    decision, sites, barred = before.decision, before.sites, before.rules.barred
    name = data.draw(st.sampled_from(list(SURE_KINDS)))
    plot_ = data.draw(st.sampled_from(list(decision.measures.index)))
    x = [x for x, _ in next(part.value for part in before.study.indicators if part.id == name)]
    low, high = sorted(data.draw(st.lists(st.floats(0, 1.2 * x[-1]), min_size=2, max_size=2)))
    truth = data.draw(st.floats(low, high))

    def with_bounds(amount: float, least: float, most: float) -> pd.DataFrame:
        tables = {table: getattr(decision, table).copy() for table in ("measures", "low", "high")}
        for table, value in zip(tables.values(), (amount, least, most), strict=True):
            table.loc[plot_, name] = value
        return decide(before.study, replace(decision, **tables), sites, barred).ranking

    unknown = with_bounds(np.nan, low, high)
    held(unknown, with_bounds(truth, truth, truth), plot_)
    worst = high if SURE_KINDS[name] < 0 else low
    learnt = with_bounds(worst, worst, worst)
    assert learnt.loc[plot_, "score"] == pytest.approx(unknown.loc[plot_, "score"])
    assert unknown.loc[plot_, "low"] - 1e-9 <= learnt.loc[plot_, "score"] <= unknown.loc[plot_, "high"] + 1e-9
    open_ended = with_bounds(np.nan, np.nan, np.nan)  # nothing bounds it: never better than what is bounded
    assert open_ended.loc[plot_, "score"] <= unknown.loc[plot_, "score"] + 1e-9


def test_more_room_a_nearer_road_and_more_workers_never_lower_a_rank(write_study, asked, before):
    ranking = before.decision.ranking
    roomy = {"one": {**PLOTS["one"], "d": (30, 0.5, 600)}, "two": PLOTS["two"]}
    held(ranking, run(write_study(plots=plots_of(roomy))).decision.ranking, "d")
    lane = small_layers()["roads"].iloc[[0]].assign(road="new", highway="secondary")
    beside = lane.set_geometry([small_layers()["roads"].geometry[0].parallel_offset(1650, "right")], crs=CRS)
    joined = beside.set_geometry([_closed(beside.geometry.iloc[0])])  # a loop along c, joined to the trunk's ends
    roads = gpd.GeoDataFrame(pd.concat([small_layers()["roads"], joined], ignore_index=True), crs=CRS)
    nearer = run(write_study(plots=plots_of(), roads=roads)).decision
    assert nearer.measures.loc["c", "main_road"] < before.decision.measures.loc["c", "main_road"]
    assert nearer.ranking.loc["c", "score"] >= ranking.loc["c", "score"]
    asked["labour"]["participation"] = {"low": 0.7, "mid": 0.8, "high": 0.9}
    more = run(write_study(plots=plots_of())).decision
    assert (more.ranking["score"] >= ranking["score"].reindex(more.ranking.index) - 1e-9).all()


def _closed(line):
    ends = list(line.coords)
    ends = ends if ends[0][0] < ends[-1][0] else ends[::-1]
    return type(line)([place(0, 0).coords[0], *ends, place(20, 0).coords[0]])


@pytest.mark.parametrize("km", [1.0, 9.0, 19.0, 40.0])
def test_learning_of_a_source_never_lowers_a_score(write_study, before, km):
    """No water works are known: wherever one turns out to be, it is no worse than having known of none."""
    known = small_layers()["utilities"]
    new = layer(["works"], [place(20, km)], kind=["water_works"], spare_m3_day=[100_000.0])
    utilities = gpd.GeoDataFrame(pd.concat([known, new], ignore_index=True), crs=CRS)
    after = run(write_study(plots=plots_of(), utilities=utilities)).decision
    ranking = before.decision.ranking
    for name in ranking.index:
        assert after.ranking.loc[name, "score"] >= ranking.loc[name, "score"] - 1e-9
        assert after.high.loc[name, "connection"] <= before.decision.high.loc[name, "connection"] + 1e-9


def test_learning_spare_capacity_keeps_within_the_bounds(write_study, before):
    """That the substation has nothing to spare was counted with already; that it has plenty never lowers a score."""
    none, plenty = (
        run(write_study(plots=plots_of(), utilities=small_layers()["utilities"].assign(spare_mva=[spare]))).decision
        for spare in (0.0, 1e4)
    )
    score = before.decision.ranking["score"]
    assert (none.ranking["score"].reindex(score.index) <= score + 1e-9).all()
    assert (plenty.ranking["score"].reindex(score.index) >= score - 1e-9).all()
    assert (plenty.ranking["score"].reindex(score.index) > score + 0.01).any()


@pytest.mark.parametrize(("slope_pct", "sign"), [(0.5, 1), (27.0, 0)])
def test_learning_the_heights_keeps_within_the_bounds(write_study, asked, tmp_path, monkeypatch, slope_pct, sign):
    monkeypatch.setattr("sitesel.region.reading.refuse_unlike", lambda *_: None)
    asked["layers"]["elevation"] = []
    unknown = run(write_study(plots=plots_of())).decision.ranking["score"]
    asked["layers"]["elevation"] = ["heights.tif"]
    study = write_study(plots=plots_of())
    # The steep one rises for 16 km at most, cell by cell up and down, as no plain of 60 km can.
    steps = np.abs((np.arange(300) + 20) % 80 - 40) * 200.0
    rising = np.tile(700 + slope_pct / 100 * steps, (200, 1)).astype("float32")
    write_heights(tmp_path / "heights.tif", metres=rising)
    learnt = run(study).decision.ranking["score"].reindex(unknown.index)
    assert (learnt >= unknown - 1e-9).all() if sign else learnt.to_numpy() == pytest.approx(unknown.to_numpy())


def test_the_same_weights_change_nothing_and_weights_are_shares(before):
    weights = before.study.weights
    again = before.with_weights(weights)
    pd.testing.assert_frame_equal(again.decision.ranking, before.decision.ranking)
    assert again.programme.plots == before.programme.plots
    table = before.programme.answers["mid"].combinations
    pd.testing.assert_frame_equal(again.programme.answers["mid"].combinations, table)
    with pytest.raises(ValidationError, match="add up to"):
        before.study.replace(weights={name: 2 * weight for name, weight in weights.items()})


def test_other_weights_give_the_programme_that_a_run_by_them_gives(write_study, asked):
    asked["labour"]["draw_cap"] = {"low": 1, "mid": 1, "high": 1}  # the two towns want the same workers
    weights = {"labour": 0.1, "road": 0.5, "utilities": 0.2, "ground": 0.1, "conformity": 0.1}
    before = run(write_study(plots=plots_of()))
    told = before.with_weights(weights)
    asked["weights"] = weights
    ran = run(write_study(plots=plots_of()))
    pd.testing.assert_frame_equal(told.decision.ranking, ran.decision.ranking)
    for case, answer in ran.programme.answers.items():
        pd.testing.assert_frame_equal(told.programme.answers[case].combinations, answer.combinations)


@pytest.mark.parametrize(("side_m", "jobs"), [(9, 7500), (707, 200_000)])
def test_ground_that_is_far_too_small_is_neither_ranked_nor_chosen(write_study, asked, side_m, jobs):
    """Case S1: 0.008 ha for 37.5 ha needed; 50 ha for 1,000."""
    asked["towns"][0]["jobs"] = jobs
    tiny = {"one": {name: (x, y, side_m) for name, (x, y, _) in PLOTS["one"].items()}, "two": PLOTS["two"]}
    found = run(write_study(plots=plots_of(tiny)))
    of_one = found.decision.ranking[found.decision.ranking["town"] == "one"]
    assert set(of_one["gate"]) == {"ground"}
    assert of_one["rank"].isna().all()
    assert found.sites.loc["a", "need_ha"] == jobs / 200
    assert found.sites.loc["a", "usable_ha"] == pytest.approx(side_m**2 / 1e4, rel=0.01)
    answer = found.programme.answers["mid"]
    assert not answer.staffable
    assert len(answer.combinations) == 0
    assert {(one.town, one.kind) for one in answer.bindings} >= {("one", "no_plot")}
    assert not set(found.programme.plots) & set(of_one.index)


def test_plots_that_share_ground_are_never_chosen_together(write_study, asked):
    """Case S2, also where the two only overlap; a common edge is no shared ground."""
    asked["labour"]["draw_cap"] = {"low": 1, "mid": 1, "high": 1}
    asked["towns"][0]["jobs"] = asked["towns"][1]["jobs"] = 2000
    side = {"one": {"same": (10, 0.5, 500), "far": (33, 3.5, 500)}, "two": {"twin": (10, 0.5, 500)}}
    side["two"] |= {"lapping": (10.4, 0.5, 500), "touching": (10.5, 0.5, 500)}
    found = run(write_study(plots=plots_of(side)))
    for answer in found.programme.answers.values():
        pairs = set(zip(answer.combinations["one"], answer.combinations["two"], strict=True))
        assert not pairs & {("same", "twin"), ("same", "lapping")}
        assert ("same", "touching") in pairs
        assert ("far", "twin") in pairs
    assert set(found.programme.plots) == {"same", "touching"}
