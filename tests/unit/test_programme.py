"""Programmes small enough to be worked by hand."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sitesel.errors import StudyError
from sitesel.programme import Joint, Question, Rules, choose
from sitesel.programme.case import compiled
from sitesel.programme.search import search

LIMIT = 60


def joint(*, minutes: float = 1.0, home: float = 0.0, **others: object) -> Joint:
    """Minutes are worth 100 points at 0 and none at the limit; the share near home as many as its percent."""
    told = {"home_minutes": 30, "district_weight": {}} | others
    return Joint(minutes, ((0, 100), (LIMIT, 0)), home, ((0, 0), (1, 100)), **told)


def asked(jobs: dict, plots: dict, workers: dict, minutes: dict, rivals: dict | None = None) -> Question:
    """Plots as {plot: (town, base)}; minutes as {plot or rival: {settlement: minutes}}; rivals as {rival: jobs}."""
    rivals = rivals or {}
    table = pd.DataFrame(minutes, dtype=float).reindex(list(workers))
    return Question(
        jobs=pd.Series(jobs, dtype=float),
        plots=pd.DataFrame(plots, index=["town", "base"]).T.astype({"base": float}),
        supply=pd.DataFrame({"workers": pd.Series(workers, dtype=float), "district": [name[0] for name in workers]}),
        minutes=table.reindex(columns=list(plots)),
        rivals=pd.Series(rivals, dtype=float),
        rival_minutes=table.reindex(columns=list(rivals)),
        limit_minutes=LIMIT,
        joint=joint(),
    )


def pond(north: float = 0, **scores: object) -> Question:
    """Two towns of 10 jobs fish in one pond.

    North has plots n1 (10 minutes from the pond of 10 workers) and n2 (20 minutes from it, 15 from the hill of 20);
    south has s1 (10 minutes from the pond, 50 from the hill).

    Both at the pond: n1 and s1 share its 10 workers. The hill is out of n1's reach, so n1 takes the pond (mean 10) and
    s1 the hill (mean 50): 83.3 and 16.7 points. With n2: n2 takes the hill (15), s1 the pond (10): 75 and 83.3 points.
    """
    question = asked(
        {"north": 10, "south": 10},
        {"n1": ("north", north), "n2": ("north", 0), "s1": ("south", 0)},
        {"pond": 10, "hill": 20},
        {"n1": {"pond": 10}, "n2": {"pond": 20, "hill": 15}, "s1": {"pond": 10, "hill": 50}},
    )
    return replace(question, joint=joint(**scores))


def who(found) -> dict:
    return found.workers.set_index(["settlement", "employer"])["workers"].round(6).to_dict()


def test_the_town_that_would_take_the_best_plot_alone_makes_way():
    found = choose(pond())
    assert found.staffable
    best, next_one = found.combinations.itertuples(index=False)
    assert (best.north, best.south, next_one.north) == ("n2", "s1", "n1")
    assert [best.points, next_one.points] == pytest.approx([(75 + 250 / 3) / 2, 50])
    assert [best.minutes, next_one.minutes] == pytest.approx([12.5, 30])
    assert [best.score, next_one.score] == pytest.approx([(75 + 250 / 3) / 2, 250 / 3])  # were each alone
    assert who(found) == {("pond", "south"): 10, ("hill", "north"): 10}
    assert found.left.round(6).to_dict() == {"pond": 0, "hill": 10}


def test_what_a_town_loses_against_its_own_best_plot():
    found = choose(pond()).towns
    assert found.loc["north", ["plot", "best_plot"]].tolist() == ["n2", "n1"]
    assert found.loc["north", ["score_lost", "best_score"]].tolist() == pytest.approx([250 / 3 - 75, 250 / 3])
    assert found.loc["north", ["minutes", "alone_minutes", "best_minutes"]].tolist() == pytest.approx([15, 15, 10])
    assert found.loc["south", ["plot", "best_plot"]].tolist() == ["s1", "s1"]
    assert found.loc["south", ["score_lost", "minutes"]].tolist() == pytest.approx([0, 10])
    fixed = choose(pond(), Rules(fixed={"north": "n1"})).towns.loc["south"]
    assert fixed[["score", "alone_score"]].tolist() == pytest.approx([100 / 6, 250 / 3])
    assert fixed[["minutes", "alone_minutes", "score_lost"]].tolist() == pytest.approx([50, 10, 400 / 6])


def test_points_of_the_plot_itself_are_weighed_against_the_ways():
    # n2 and s1 are 158.3 points together, n1 and s1 100: n1 wins as soon as its own points are 58.3 more.
    for north, plot in ((58, "n2"), (59, "n1")):
        assert choose(pond(north)).combinations.loc[1, "north"] == plot


def test_without_joint_indicators_the_base_is_the_score():
    found = choose(replace(pond(5), joint=None))
    assert found.combinations["north"].tolist() == ["n1", "n2"]
    assert found.combinations["points"].tolist() == [2.5, 0]
    assert found.combinations["home_share"].isna().all()
    assert found.towns["minutes"].to_dict() == pytest.approx({"north": 10, "south": 50})


def test_jobs_near_home_are_those_that_the_others_leave():
    # Within 30 minutes: n1 the pond; n2 pond and hill; s1 the pond. Together n2 takes the hill, south the pond.
    found = choose(pond(minutes=0.5, home=0.5, district_weight={"h": 0.25}))
    assert found.combinations.loc[1, ["north", "south"]].tolist() == ["n2", "s1"]
    # n2 could draw the hill's 20, that count a quarter each, and nobody of the pond: 5 of 10 jobs.
    assert found.towns["home_share"].to_dict() == pytest.approx({"north": 0.5, "south": 1})
    assert found.towns["score"].to_dict() == pytest.approx({"north": 0.5 * 75 + 25, "south": 0.5 * 250 / 3 + 50})
    assert found.combinations.loc[1, "home_share"] == pytest.approx(0.75)
    assert found.towns.loc["north", "alone_score"] == pytest.approx(0.5 * 75 + 50)  # the pond's 10 count whole
    cities = pond(minutes=0.5, home=0.5, district_weight={"p": 0})
    assert choose(cities).towns["home_share"].to_dict() == pytest.approx({"north": 1, "south": 0})


def test_no_town_draws_more_of_a_settlement_than_the_cap():
    # Half of the pond and of the hill: south takes 5 of the pond at 10 and 5 of the hill at 50, whoever else comes.
    found = choose(replace(pond(), cap=0.5))
    assert who(found) == {("pond", "south"): 5, ("hill", "north"): 10, ("hill", "south"): 5}
    assert found.towns["minutes"].to_dict() == pytest.approx({"north": 15, "south": 30})
    assert found.towns.loc["north", "best_plot"] == "n2"  # n1 would have 5 workers alone


def test_phases_staff_the_first_town_first():
    # Together n2 is best. Where south is built after north, and north has n1 alone: n1 takes the pond, south the hill.
    # Where south is first, it takes the pond, and n1 gets nobody.
    found = choose(pond(), Rules(fixed={"north": "n1"}, phases=("north", "south")))
    assert found.staffable
    assert found.combinations.loc[1, "points"] == pytest.approx(50)
    backward = choose(pond(), Rules(fixed={"north": "n1"}, phases=("south", "north")))
    assert not backward.staffable
    assert backward.combinations.loc[1, "short"] == 10
    assert backward.towns["score"].to_dict() == pytest.approx({"south": 250 / 3, "north": 0})  # unfilled: the limit
    assert [(one.town, one.kind) for one in backward.bindings] == [("north", "phases")]  # together, south had the hill
    free = choose(pond(), Rules(phases=("south", "north")))
    assert free.combinations.loc[1, ["south", "north"]].tolist() == ["s1", "n2"]
    assert free.combinations.loc[1, "points"] == pytest.approx((75 + 250 / 3) / 2)
    assert free.proof["method"] == "phases"


def test_where_only_the_order_of_building_leaves_a_town_short_it_says_so():
    # a (reaches x, y) is first and takes x, its nearest; b reaches x alone.
    question = asked(
        {"first": 5, "second": 5},
        {"a": ("first", 50), "b": ("second", 50)},
        {"x": 5, "y": 5},
        {"a": {"x": 10, "y": 20}, "b": {"x": 10}},
    )
    assert choose(question).staffable
    found = choose(question, Rules(phases=("first", "second")))
    assert not found.staffable
    assert [(one.town, one.kind) for one in found.bindings] == [("second", "phases")]
    assert found.towns["staffed"].to_dict() == {"first": 5, "second": 0}


def test_excluded_pairs_and_fixed_plots_are_kept_to():
    apart = choose(pond(), Rules(excluded=(("n2", "s1"),)))
    assert apart.combinations["north"].tolist() == ["n1"]
    fixed = choose(pond(), Rules(fixed={"north": "n1"}))
    assert fixed.combinations["north"].tolist() == ["n1"]
    none = choose(pond(), Rules(excluded=(("n2", "s1"), ("s1", "n1"))))
    assert not none.staffable
    assert none.combinations.empty
    assert none.towns["plot"].isna().all()
    assert {one.kind for one in none.bindings} == {"rules"}
    assert none.left.sum() == 30


def test_where_only_shared_capacity_stands_in_the_way_it_says_so():
    bound = choose(pond(), overdrawn=[("n2", "s1"), ("s1", "n1")])
    assert not bound.staffable
    assert {one.kind for one in bound.bindings} == {"capacity"}
    both = choose(pond(), Rules(excluded=(("n2", "s1"),)), [("s1", "n1")])
    assert {one.kind for one in both.bindings} == {"capacity"}
    phased = choose(pond(), Rules(phases=("south", "north")), [("n2", "s1")])
    assert "n2" not in phased.combinations["north"].tolist()


def test_existing_employers_take_their_nearest_first():
    # The mill (6 jobs) has the pond at 5 minutes, the hill at 10: it keeps 6 of the pond, so 4 are left for n1.
    question = asked(
        {"north": 10},
        {"n1": ("north", 50)},
        {"pond": 10, "hill": 20},
        {"n1": {"pond": 10, "hill": 40}, "mill": {"pond": 5, "hill": 10}},
        {"mill": 6},
    )
    found = choose(question)
    assert who(found) == {("pond", "north"): 4, ("hill", "north"): 6, ("pond", "mill"): 6}
    assert found.towns.loc["north", "minutes"] == pytest.approx((4 * 10 + 6 * 40) / 10)
    assert found.workers.set_index("employer").loc["mill", ["kind", "minutes"]].tolist() == ["rival", 5]
    # Of the pond's ten half may be drawn, by the mill too: it takes 5 there and 1 of the hill, and leaves north 5.
    assert who(choose(replace(question, cap=0.5)))["pond", "north"] == 5
    assert who(choose(replace(question, cap=0.3)))["pond", "north"] == 3


def test_existing_jobs_that_nobody_reaches_are_told_and_hinder_nobody():
    question = asked(
        {"north": 10},
        {"n1": ("north", 50)},
        {"pond": 12},
        {"n1": {"pond": 10}, "mill": {"pond": 5}, "lost": {}},
        {"mill": 2, "lost": 7},
    )
    found = choose(question)
    assert found.staffable
    assert found.rivals["staffed"].to_dict() == {"mill": 2, "lost": 0}


def test_times_there_and_back_are_not_the_same():
    # One-way road round a hill: from east to west 10 minutes, from west to east 50. Only home -> work counts.
    there = pd.DataFrame({"west": {"east": 10.0}, "east": {"west": 50.0}})  # home x work
    plots = {"at west": ("town", 0), "at east": ("town", 0)}
    minutes = {"at west": there["west"].to_dict(), "at east": there["east"].to_dict()}
    found = choose(asked({"town": 5}, plots, {"west": 5, "east": 5}, minutes))
    assert found.combinations["town"].tolist() == ["at west", "at east"]
    assert found.combinations["minutes"].tolist() == [10, 50]


def test_of_equal_staffings_it_is_always_the_same_one():
    # Both towns are as near to both homes: whoever takes whom, the minutes are the same.
    plots, ways = {"a": ("first", 0), "b": ("second", 0)}, {"x": 10, "y": 10}
    question = asked({"first": 5, "second": 5}, plots, {"x": 5, "y": 5}, {"a": ways, "b": ways})
    found = choose(question)
    assert len(found.workers) == 2  # not five half people
    turned = replace(question, plots=question.plots[::-1], minutes=question.minutes[["b", "a"]])
    assert who(choose(turned)) == who(found)


def binding_of(question: Question, rules: Rules | None = None) -> dict:
    found = choose(question, rules or Rules())
    assert not found.staffable
    return {one.town: one for one in found.bindings}


def test_no_plot():
    question = asked({"north": 5, "south": 5}, {"n": ("north", 50)}, {"x": 50}, {"n": {"x": 10}})
    found = binding_of(question)
    assert {town: one.kind for town, one in found.items()} == {"south": "no_plot"}
    unscored = asked({"north": 5}, {"n": ("north", math.nan)}, {"x": 50}, {"n": {"x": 10}})
    assert binding_of(unscored)["north"].kind == "no_plot"


def test_too_few_in_reach():
    # 4 workers at 10 minutes, 90 at 61: beyond the limit of 60.
    found = binding_of(asked({"north": 5}, {"n": ("north", 50)}, {"x": 4, "y": 90}, {"n": {"x": 10, "y": 61}}))
    assert (found["north"].kind, found["north"].jobs, found["north"].workers) == ("reach", 5, 4)


def test_jobs_without_a_place():
    found = binding_of(asked({"north": 5}, {"n": ("north", 50)}, {"x": 90}, {}))
    assert (found["north"].kind, found["north"].workers) == ("reach", 0)


def test_rivals_take_too_many():
    # 8 workers; the mill has 4 of them.
    question = asked({"north": 5}, {"n": ("north", 50)}, {"x": 8}, {"n": {"x": 9}, "mill": {"x": 9}}, {"mill": 4})
    assert binding_of(question)["north"].kind == "rivals"


def test_enough_within_reach_but_too_few_under_the_cap():
    # 20 workers in reach, of whom a fifth may be drawn: 4, for 5 jobs.
    question = asked({"north": 5}, {"n": ("north", 50)}, {"x": 10, "y": 10}, {"n": {"x": 10, "y": 20}})
    found = binding_of(replace(question, cap=0.2))["north"]
    assert (found.kind, found.workers, found.others) == ("cap", 4, ())


def test_under_the_cap_each_town_alone_has_enough_and_both_together_have_not():
    # The mill leaves 7 of x. North needs 5 of them; south may have the other 2 and 4 of y's 8, for 7 jobs.
    plots, ways = {"n": ("north", 50), "s": ("south", 50)}, {"n": {"x": 9}, "s": {"x": 9, "y": 30}, "mill": {"x": 1}}
    question = asked({"north": 5, "south": 7}, plots, {"x": 10, "y": 8}, ways, {"mill": 3})
    assert choose(question).staffable
    found = binding_of(replace(question, cap=0.5))
    assert {town: (one.kind, one.others) for town, one in found.items()} == {
        "north": ("cap", ("south",)),
        "south": ("cap", ("north",)),
    }


def test_supply_below_demand():
    # 9 workers for 5 + 5 jobs.
    plots, minutes = {"n": ("north", 50), "s": ("south", 50)}, {"n": {"x": 9}, "s": {"x": 9}}
    found = binding_of(asked({"north": 5, "south": 5}, plots, {"x": 9}, minutes))
    assert {town: (one.kind, one.workers, one.others) for town, one in found.items()} == {
        "north": ("pool", 9, ("south",)),
        "south": ("pool", 9, ("north",)),
    }


def test_two_towns_want_the_same_workers_and_a_third_is_well():
    # North and south both live from x (9 workers for 10 jobs); west has its own.
    plots = {"n": ("north", 50), "s": ("south", 50), "w": ("west", 50)}
    minutes = {"n": {"x": 9}, "s": {"x": 9}, "w": {"y": 9}}
    found = binding_of(asked({"north": 5, "south": 5, "west": 5}, plots, {"x": 9, "y": 90}, minutes))
    assert {town: (one.kind, one.others) for town, one in found.items()} == {
        "north": ("towns", ("south",)),
        "south": ("towns", ("north",)),
    }


def test_the_least_short_combination_is_shown_where_none_can_be_staffed():
    plots = {"n1": ("north", 90), "n2": ("north", 10)}
    found = choose(asked({"north": 5}, plots, {"x": 2, "y": 4}, {"n1": {"x": 9}, "n2": {"y": 9}}))
    assert found.combinations.loc[1, ["north", "short"]].tolist() == ["n2", 1]
    assert found.combinations.loc[1, "points"] == pytest.approx(10 + 100 * 4 / 5 * (1 - 9 / 60))  # unfilled: the limit
    assert found.towns.loc["north", ["jobs", "staffed"]].tolist() == [5, 4]


@pytest.mark.parametrize(
    ("changed", "rules", "told"),
    [
        ({"workers": {"x": -3.0}}, Rules(), "settlements: x has -3 workers"),
        ({"jobs": {"north": 0.0}}, Rules(), "towns: north has 0 jobs"),
        ({"rivals": {"mill": -1.0}}, Rules(), "rivals: mill has -1 jobs"),
        ({}, Rules(fixed={"north": "s"}), "programme.fixed: s is not a plot of north"),
        ({}, Rules(excluded=(("n", "q"),)), "programme.excluded: no plot is called q"),
        ({}, Rules(excluded=(("n", "n"),)), "programme.excluded: n, n is no set of two plots"),
        ({}, Rules(phases=("south",)), "programme.phases: name each of north once"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(changed, rules, told):
    given = {"jobs": {"north": 5}, "plots": {"n": ("north", 50)}, "workers": {"x": 9}, "minutes": {"n": {"x": 9}}}
    with pytest.raises(StudyError, match=told) as found:
        choose(asked(**(given | changed)), rules)
    assert len(found.value.faults) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"minutes_points": ((0, 100),)}, "minutes: give at least two points"),
        ({"minutes_points": ((0, 0), (60, 100))}, "minutes: what is worse earns more points"),
        ({"home_points": ((0, 100), (1, 0))}, "home: what is worse earns more points"),
        ({"weight_home": -0.1}, "a weight is below 0"),
        ({"district_weight": {"kant": 2}}, "weight of district kant"),
    ],
)
def test_joint_indicators_that_cannot_be_are_told(changed, told):
    question = pond()
    with pytest.raises(StudyError, match=told):
        choose(replace(question, joint=replace(question.joint, **changed)))


def country(seed: int, plots: int, homes: int, tight: float) -> Question:
    """Three towns, two of them close, on a plain; times one way differ from the other."""
    rng = np.random.default_rng(seed)
    centres = np.array([[0.0, 0.0], [30.0, 0.0], [90.0, -40.0]])
    towns = np.repeat(np.arange(3), plots)
    at = {
        "home": centres[rng.integers(0, 3, homes)] + rng.normal(0, 30, (homes, 2)),
        "plot": centres[towns] + rng.normal(0, 15, (3 * plots, 2)),
        "rival": centres + rng.normal(0, 10, (3, 2)),
    }
    jobs, existing = np.array([75.0, 100.0, 70.0]), rng.integers(3, 20, 3).astype(float)
    workers = rng.lognormal(0, 1, homes)
    settlements = [f"s{number}" for number in range(homes)]

    def minutes(kind: str) -> pd.DataFrame:
        apart = np.linalg.norm(at["home"][:, None] - at[kind][None], axis=2)
        slope = at["home"][:, None, 0] - at[kind][None, :, 0]
        return pd.DataFrame(8 + 1.9 * apart + 0.1 * slope, settlements, [f"{kind}{n}" for n in range(len(at[kind]))])

    return Question(
        jobs=pd.Series(jobs, ["b", "c", "o"]),
        plots=pd.DataFrame(
            {"town": np.array(["b", "c", "o"])[towns], "base": rng.uniform(10, 50, 3 * plots)},
            index=[f"plot{n}" for n in range(3 * plots)],
        ),
        supply=pd.DataFrame(
            {"workers": workers * tight * (jobs.sum() + existing.sum()) / workers.sum(), "district": "r"},
            index=settlements,
        ),
        minutes=minutes("plot"),
        rivals=pd.Series(existing, [f"rival{n}" for n in range(3)]),
        rival_minutes=minutes("rival"),
        limit_minutes=75,
        cap=0.5,
        joint=joint(minutes=0.3, home=0.2, home_minutes=45),
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("tight", [1.2, 3.0, 8.0])
def test_the_search_agrees_with_staffing_every_combination(seed, tight):
    case = compiled(country(seed, plots=4, homes=40, tight=tight), Rules())
    every, best = search(case, 64), search(case, 11)
    assert every.tried == 64  # all, of whatever bound
    assert [one[:2] for one in every.best] == sorted(one[:2] for one in every.best)
    assert [one.plots for one in best.best] == [one.plots for one in every.best[:11]]
    assert best.bound >= best.best[-1][:2]


def test_a_search_cut_short_tells_by_how_much_it_may_miss(monkeypatch):
    question = country(7, plots=6, homes=60, tight=4.0)
    whole = choose(question)
    assert (whole.proof["gap"], whole.proof["proven"]) == (0, 11)
    monkeypatch.setattr("sitesel.programme.search.MOST", 2)
    cut = choose(question)
    assert len(cut.combinations) == 2
    best, found = whole.combinations.loc[1, "points"], cut.combinations.loc[1, "points"]
    assert cut.proof["gap"] > 0
    assert cut.proof["gap"] >= best - found
    assert max(cut.proof["bound"], found) >= best - 1e-6


def test_every_worker_is_counted_once_and_the_proof_is_told():
    question = country(1, plots=6, homes=80, tight=4.0)
    found = choose(question)
    assert found.staffable
    assert found.proof["combinations"] == 216
    assert abs(found.proof["balance"]) < 1e-6
    per_home = found.workers.groupby("settlement")["workers"].sum().reindex(question.supply.index, fill_value=0)
    assert (per_home + found.left).to_numpy() == pytest.approx(question.supply["workers"].to_numpy(), abs=1e-6)
    assert found.workers.loc[found.workers["kind"] == "town"].groupby("employer")["workers"].sum().to_dict() == (
        pytest.approx(question.jobs.to_dict(), abs=1e-6)
    )
    assert (found.workers["minutes"] <= 75).all()
