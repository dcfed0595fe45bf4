"""Programmes small enough to be worked by hand."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from sitesel.errors import StudyError
from sitesel.programme import Aim, Question, Rules, choose
from sitesel.programme.choosing import by_milp
from sitesel.programme.milp import optimum
from sitesel.programme.question import compiled
from sitesel.programme.search import search, staffed
from sitesel.programme.transport import staff

MINUTES_ALONE = Aim(score=0, minutes=1, regional=0, limit_minutes=60, home_minutes=60)


def asked(jobs: dict, plots: dict, workers: dict, minutes: dict, rivals: dict | None = None) -> Question:
    """Plots as {plot: (town, score)}; minutes as {plot or rival: {settlement: minutes}}; rivals as {rival: jobs}."""
    rivals = rivals or {}
    table = pd.DataFrame(minutes, dtype=float).reindex(list(workers))
    return Question(
        jobs=pd.Series(jobs, dtype=float),
        plots=pd.DataFrame(plots, index=["town", "score"]).T.astype({"score": float}),
        supply=pd.DataFrame({"workers": pd.Series(workers, dtype=float), "raion": [name[0] for name in workers]}),
        minutes=table.reindex(columns=list(plots)),
        rivals=pd.Series(rivals, dtype=float),
        rival_minutes=table.reindex(columns=list(rivals)),
    )


def pond() -> Question:
    """Two towns of 10 jobs fish in one pond.

    North has plots n1 (10 minutes from the pond of 10 workers) and n2 (20 minutes from it, 15 from the hill of 20);
    south has s1 (10 minutes from the pond, 50 from the hill).

    Both at the pond: n1 and s1 share its 10 workers. The hill is out of n1's reach, so n1 takes the pond (10 x 10) and
    s1 the hill (10 x 50): 600 minutes. With n2: n2 takes the hill (10 x 15), s1 the pond (10 x 10): 250 minutes.
    """
    return asked(
        {"north": 10, "south": 10},
        {"n1": ("north", 90), "n2": ("north", 60), "s1": ("south", 50)},
        {"pond": 10, "hill": 20},
        {"n1": {"pond": 10}, "n2": {"pond": 20, "hill": 15}, "s1": {"pond": 10, "hill": 50}},
    )


def test_the_town_that_would_take_the_best_plot_alone_makes_way():
    found = choose(pond(), MINUTES_ALONE)
    assert found.staffable
    best, next_one = found.combinations.itertuples(index=False)
    assert (best.north, best.south, next_one.north) == ("n2", "s1", "n1")
    # 250 of 20 jobs x 60 minutes, 600 of 1200
    assert [best.points, next_one.points] == pytest.approx([100 * (1 - 250 / 1200), 50])
    assert [best.minutes, next_one.minutes] == pytest.approx([12.5, 30])
    who = found.workers.set_index(["settlement", "employer"])["workers"]
    assert who.to_dict() == {("pond", "south"): 10, ("hill", "north"): 10}
    assert found.left.to_dict() == {"pond": 0, "hill": 10}


def test_what_a_town_loses_against_its_own_best_plot():
    found = choose(pond(), MINUTES_ALONE).towns
    assert found.loc["north", ["plot", "best_plot", "score_lost"]].tolist() == ["n2", "n1", 30]
    assert found.loc["north", ["minutes", "minutes_first_pick"]].tolist() == [15, 10]
    assert found.loc["south", ["plot", "best_plot", "score_lost", "minutes"]].tolist() == ["s1", "s1", 0, 10]


def test_weights_are_heeded():
    # Scores alone are 90 + 50 against 60 + 50 of 200: 0.15 of the loss. Minutes alone: 350 of 1200, 0.2917.
    # n1 wins as soon as its weight of score w has 0.15 w > 0.2917 (1 - w), that is w > 0.6604.
    for weight, plot in ((0.65, "n2"), (0.67, "n1")):
        aim = Aim(score=weight, minutes=1 - weight, regional=0, limit_minutes=60, home_minutes=60)
        best = choose(pond(), aim).combinations.iloc[0]
        assert best["north"] == plot
    assert best["points"] == pytest.approx(100 * (1 - 0.67 * (1 - 140 / 200) - 0.33 * 0.5))


def test_the_regional_aim_counts_jobs_held_without_moving_house_by_raion():
    # s1's workers from the hill live 50 minutes away: beyond 30, they would move. Raion h(ill) counts half.
    aim = Aim(score=0, minutes=0.5, regional=0.5, limit_minutes=60, home_minutes=30, raion_weights={"h": 0.5})
    found = choose(pond(), aim)
    best, other = found.combinations.itertuples(index=False)
    # n2 from the hill at home: 10 x 0.5, s1 from the pond: 10; of 20 jobs. n1 from the pond: 10, s1 from the hill: 0.
    assert [best.home_share, other.home_share] == pytest.approx([0.75, 0.5])
    assert best.points == pytest.approx(100 * (1 - 0.5 * 250 / 1200 - 0.5 * 0.25))
    assert found.raions["home_share"].to_dict() == {("h", "north"): 1.0, ("p", "south"): 1.0}


def test_phases_staff_the_first_town_first():
    # Together n2 is best. Where south is built after north, and north has n1 alone: n1 takes the pond, south the hill.
    # Where south is first, it takes the pond, and n1 gets nobody.
    fixed = Rules(fixed={"north": "n1"}, phases=("north", "south"))
    found = choose(pond(), MINUTES_ALONE, fixed)
    assert found.staffable
    assert found.combinations.loc[1, "points"] == pytest.approx(50)
    backward = choose(pond(), MINUTES_ALONE, Rules(fixed={"north": "n1"}, phases=("south", "north")))
    assert not backward.staffable
    assert backward.combinations.loc[1, "short"] == 10
    assert [(one.town, one.kind) for one in backward.bindings] == [("north", "phases")]  # together, south had the hill
    free = choose(pond(), MINUTES_ALONE, Rules(phases=("south", "north")))
    assert free.combinations.loc[1, ["south", "north"]].tolist() == ["s1", "n2"]
    assert free.combinations.loc[1, "points"] == pytest.approx(100 * (1 - 250 / 1200))


def test_where_only_the_order_of_building_leaves_a_town_short_it_says_so():
    # a (reaches x, y) is first and takes x, its nearest; b reaches x alone.
    question = asked(
        {"first": 5, "second": 5},
        {"a": ("first", 50), "b": ("second", 50)},
        {"x": 5, "y": 5},
        {"a": {"x": 10, "y": 20}, "b": {"x": 10}},
    )
    assert choose(question, MINUTES_ALONE).staffable
    found = choose(question, MINUTES_ALONE, Rules(phases=("first", "second")))
    assert not found.staffable
    assert [(one.town, one.kind) for one in found.bindings] == [("second", "phases")]
    assert found.towns["staffed"].to_dict() == {"first": 5, "second": 0}


def test_excluded_pairs_and_fixed_plots_are_kept_to():
    apart = choose(pond(), MINUTES_ALONE, Rules(excluded=[("n2", "s1")]))
    assert apart.combinations["north"].tolist() == ["n1"]
    fixed = choose(pond(), MINUTES_ALONE, Rules(fixed={"north": "n1"}))
    assert fixed.combinations["north"].tolist() == ["n1"]
    none = choose(pond(), MINUTES_ALONE, Rules(excluded=[("n2", "s1"), ("s1", "n1")]))
    assert not none.staffable
    assert none.combinations.empty
    assert {one.kind for one in none.bindings} == {"rules"}
    assert none.left.sum() == 30


def test_where_only_shared_capacity_stands_in_the_way_it_says_so():
    bound = choose(pond(), MINUTES_ALONE, Rules(overdrawn=[("n2", "s1"), ("s1", "n1")]))
    assert not bound.staffable
    assert {one.kind for one in bound.bindings} == {"capacity"}
    both = choose(pond(), MINUTES_ALONE, Rules(excluded=[("n2", "s1")], overdrawn=[("s1", "n1")]))
    assert {one.kind for one in both.bindings} == {"capacity"}
    phased = choose(pond(), MINUTES_ALONE, Rules(overdrawn=[("n2", "s1")], phases=("south", "north")))
    assert "n2" not in phased.combinations["north"].tolist()


def test_existing_jobs_stay_filled_and_their_workers_minutes_count():
    # The mill (6 jobs) has the pond at 5 minutes, the hill at 10. Alone it takes 6 of the pond: 30 minutes.
    # n1 needs the whole pond, so the mill moves to the hill: 60 minutes, 30 more. Loss of n1: (100 + 30) / 600.
    question = asked(
        {"north": 10},
        {"n1": ("north", 50)},
        {"pond": 10, "hill": 20},
        {"n1": {"pond": 10}, "mill": {"pond": 5, "hill": 10}},
        {"mill": 6},
    )
    found = choose(question, MINUTES_ALONE)
    assert found.combinations.loc[1, "points"] == pytest.approx(100 * (1 - 130 / 600))
    assert found.combinations.loc[1, "rival_minutes"] == pytest.approx(5)
    assert found.workers.set_index(["settlement", "employer"])["workers"].to_dict() == {
        ("pond", "north"): 10,
        ("hill", "mill"): 6,
    }
    # Built in phases, the mill is served first and keeps the pond: 4 are left for n1.
    phased = choose(question, MINUTES_ALONE, Rules(phases=("north",)))
    assert not phased.staffable
    assert phased.towns.loc["north", "staffed"] == 4
    assert phased.workers.set_index(["settlement", "employer"])["workers"].to_dict() == {
        ("pond", "north"): 4,
        ("pond", "mill"): 6,
    }


def test_existing_jobs_that_nobody_reaches_are_told_and_hinder_nobody():
    question = asked(
        {"north": 10},
        {"n1": ("north", 50)},
        {"pond": 12},
        {"n1": {"pond": 10}, "mill": {"pond": 5}, "lost": {}},
        {"mill": 2, "lost": 7},
    )
    found = choose(question, MINUTES_ALONE)
    assert found.staffable
    assert found.rivals["staffed"].to_dict() == {"mill": 2, "lost": 0}


def test_times_there_and_back_are_not_the_same():
    # One-way road round a hill: from east to west 10 minutes, from west to east 50. Only home -> work counts.
    there = pd.DataFrame({"west": {"east": 10.0}, "east": {"west": 50.0}})  # home x work
    plots = {"at west": ("town", 50), "at east": ("town", 50)}
    minutes = {"at west": there["west"].to_dict(), "at east": there["east"].to_dict()}
    found = choose(asked({"town": 5}, plots, {"west": 5, "east": 5}, minutes), MINUTES_ALONE)
    assert found.combinations["town"].tolist() == ["at west", "at east"]
    assert found.combinations["minutes"].tolist() == [10, 50]


def binding_of(question: Question, rules: Rules | None = None) -> dict:
    found = choose(question, MINUTES_ALONE, rules)
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
    found = choose(asked({"north": 5}, plots, {"x": 2, "y": 4}, {"n1": {"x": 9}, "n2": {"y": 9}}), MINUTES_ALONE)
    assert found.combinations.loc[1, ["north", "short"]].tolist() == ["n2", 1]
    assert 0 < found.combinations.loc[1, "points"] < 100  # the penalty orders, and is not told
    assert found.towns.loc["north", ["jobs", "staffed"]].tolist() == [5, 4]


@pytest.mark.parametrize(
    ("changed", "rules", "told"),
    [
        ({"workers": {"x": -3.0}}, Rules(), "settlements: x has -3 workers"),
        ({"jobs": {"north": 0.0}}, Rules(), "towns: north has 0 jobs"),
        ({"rivals": {"mill": -1.0}}, Rules(), "rivals: mill has -1 jobs"),
        ({}, Rules(fixed={"north": "s"}), "programme.fixed: s is not a plot of north"),
        ({}, Rules(excluded=[("n", "q")]), "programme.excluded: no plot is called q"),
        ({}, Rules(excluded=[("n", "n")]), "programme.excluded: n, n is no set of two plots"),
        ({}, Rules(phases=("south",)), "programme.phases: name each of north once"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(changed, rules, told):
    given = {"jobs": {"north": 5}, "plots": {"n": ("north", 50)}, "workers": {"x": 9}, "minutes": {"n": {"x": 9}}}
    with pytest.raises(StudyError, match=told) as found:
        choose(asked(**(given | changed)), MINUTES_ALONE, rules)
    assert len(found.value.faults) == 1


@pytest.mark.parametrize(
    ("aim", "told"),
    [
        (Aim(0.5, 0.6, 0, 60, 45), "weights add up to 1.1"),
        (Aim(1, 0, 0, 60, 45), "that of minutes is not above 0"),
        (Aim(0.5, 0.5, 0, 60, 75), "home_minutes must lie between"),
        (Aim(0.5, 0.5, 0, 60, 45, {"kant": 2}), "weight of raion kant"),
    ],
)
def test_aims_that_cannot_be_are_told(aim, told):
    with pytest.raises(StudyError, match=told):
        choose(pond(), aim)


def country(seed: int, plots: int, homes: int, rivals: int, tight: float) -> Question:
    """Three towns, two of them close, on a plain; times one way differ from the other."""
    rng = np.random.default_rng(seed)
    centres = np.array([[0.0, 0.0], [30.0, 0.0], [90.0, -40.0]])
    towns = np.repeat(np.arange(3), plots)
    at = {
        "home": centres[rng.integers(0, 3, homes)] + rng.normal(0, 30, (homes, 2)),
        "plot": centres[towns] + rng.normal(0, 15, (3 * plots, 2)),
        "rival": centres[rng.integers(0, 3, rivals)] + rng.normal(0, 10, (rivals, 2)),
    }
    workers = rng.lognormal(0, 1, homes)
    jobs, existing = np.array([75.0, 100.0, 70.0]), rng.integers(3, 20, rivals).astype(float)
    settlements = [f"s{number}" for number in range(homes)]

    def minutes(kind: str) -> pd.DataFrame:
        apart = np.linalg.norm(at["home"][:, None] - at[kind][None], axis=2)
        slope = at["home"][:, None, 0] - at[kind][None, :, 0]
        return pd.DataFrame(8 + 1.9 * apart + 0.1 * slope, settlements, [f"{kind}{n}" for n in range(len(at[kind]))])

    return Question(
        jobs=pd.Series(jobs, ["b", "c", "o"]),
        plots=pd.DataFrame(
            {"town": np.array(["b", "c", "o"])[towns], "score": rng.uniform(30, 90, 3 * plots)},
            index=[f"plot{n}" for n in range(3 * plots)],
        ),
        supply=pd.DataFrame(
            {"workers": workers * tight * (jobs.sum() + existing.sum()) / workers.sum(), "raion": "r"},
            index=settlements,
        ),
        minutes=minutes("plot"),
        rivals=pd.Series(existing, [f"rival{n}" for n in range(rivals)]),
        rival_minutes=minutes("rival"),
    )


AIM = Aim(score=0.4, minutes=0.4, regional=0.2, limit_minutes=75, home_minutes=45)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("tight", [1.2, 2.0, 5.0])
def test_the_search_agrees_with_staffing_every_combination(seed, tight):
    question = country(seed, plots=4, homes=40, rivals=3, tight=tight)
    case = compiled(question, AIM, Rules())
    every = []
    for place in itertools.product(range(4), repeat=3):
        plots = case.combination(place)
        staffing = staffed(case, plots)
        loss = (staffing.loss + case.plot_loss[plots].sum()) / case.jobs.sum()
        every.append((staffing.short.sum() >= 1e-6, round(loss, 9), place))
    can = [one for one in every if not one[0]]
    best = sorted(can or every)[:11]  # where nothing can be staffed, the least short
    found = search(case, 11)
    assert found.staffable == bool(can)
    assert found.losses == pytest.approx([loss for _, loss, _ in best], abs=1e-6)
    assert found.places == [place for _, _, place in best]
    assert found.bound >= found.losses[-1] - 1e-9
    assert found.tried <= 64


@pytest.mark.parametrize("seed", range(1, 5))
def test_the_search_agrees_with_one_mixed_integer_programme(seed):
    question = country(seed, plots=6, homes=60, rivals=2, tight=5.0)
    case = compiled(question, AIM, Rules(excluded=[("plot0", "plot6"), ("plot1", "plot12")]))
    listed, solved = search(case, 3), by_milp(case, 3)
    assert listed.staffable
    assert solved.losses == pytest.approx(listed.losses, abs=1e-9)
    assert solved.places == listed.places
    assert optimum(case).gap == 0


def test_both_ways_say_that_nothing_can_be_staffed():
    case = compiled(country(0, plots=6, homes=60, rivals=2, tight=2.5), AIM, Rules())
    assert not search(case, 1).staffable
    assert optimum(case) is None


def in_turn(question: Question, order: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    """Points of every combination by one transport problem after another: rivals first, then each town."""
    case = compiled(question, AIM, Rules(phases=order))
    today = staff(case.supply, case.rival_jobs, case.rival_loss, np.full(len(case.rival_jobs), 1e4))
    points = {}
    for plots in itertools.product(*case.candidates):
        left, loss, short = case.supply - today.workers.sum(axis=1), case.plot_loss[list(plots)].sum(), 0.0
        for jobs, plot in zip(case.jobs, plots, strict=True):
            step = staff(np.maximum(left, 0), np.array([jobs]), case.loss[:, [plot]], np.array([1e4]))
            left, loss, short = left - step.workers[:, 0], loss + step.loss, short + step.short[0]
        if short < 1e-6:
            points[tuple(case.plots[list(plots)])] = 100 * (1 - loss / case.jobs.sum())
    return points


@pytest.mark.parametrize("seed", range(4))
def test_phases_agree_with_one_transport_problem_after_another(seed):
    order = ("o", "b", "c")
    question = country(seed, plots=4, homes=40, rivals=2, tight=4.0)
    found = choose(question, AIM, Rules(phases=order))
    every = in_turn(question, order)
    best = sorted(every.values(), reverse=True)[:11]
    assert len(best) > 1
    assert found.combinations["points"].tolist() == pytest.approx(best, abs=1e-6)
    for row in found.combinations.itertuples(index=False):
        assert every[row.o, row.b, row.c] == pytest.approx(row.points, abs=1e-6)
    assert best[0] <= choose(question, AIM).combinations["points"].iloc[0] + 1e-9  # one after another is never better
    assert abs(found.proof["balance"]) < 1e-6


def test_every_worker_is_counted_once_and_the_proof_is_told():
    question = country(1, plots=6, homes=80, rivals=4, tight=2.0)
    found = choose(question, AIM)
    assert found.proof["gap"] == 0
    assert found.proof["proven"] == 11
    per_home = found.workers.groupby("settlement")["workers"].sum().reindex(question.supply.index, fill_value=0)
    assert (per_home + found.left).to_numpy() == pytest.approx(question.supply["workers"].to_numpy(), abs=1e-6)
    assert found.workers.loc[found.workers["kind"] == "town"].groupby("employer")["workers"].sum().to_dict() == (
        pytest.approx(question.jobs.to_dict(), abs=1e-6)
    )
    assert (found.workers["minutes"] <= 75).all()


def test_more_combinations_than_can_be_listed_are_solved_as_one_programme(monkeypatch):
    question = country(2, plots=4, homes=40, rivals=2, tight=2.5)
    listed = choose(question, AIM, wanted=3)
    monkeypatch.setattr("sitesel.programme.choosing.LISTED", 10)
    solved = choose(question, AIM, wanted=3)
    assert (listed.proof["method"], solved.proof["method"]) == ("search", "milp")
    pd.testing.assert_frame_equal(listed.combinations, solved.combinations)
