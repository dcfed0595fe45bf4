"""Laws of the choice of plots together, and an independent model of it: every combination, by minimum-cost flows."""

import itertools
from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sitesel.labour.staffing import (
    drawn_alone,
    drawn_together,
    mean_minutes,
    near_home,
    staffing_alone,
    told_apart,
)
from sitesel.programme import Joint, Question, Rules, choose
from sitesel.programme.case import compiled
from sitesel.programme.search import search

LIMIT, HOME, TOWNS = 60.0, 30.0, ("north", "south", "west")
PICO = 10**9  # costs of flows are whole numbers


@st.composite
def questions(draw, towns: int = 3) -> Question:
    """Towns with one or two plots, one rival, few homes of tens of people; round figures, so that ties abound."""
    homes, sizes = draw(st.integers(1, 5)), [draw(st.integers(1, 2)) for _ in range(towns)]
    town = [name for name, size in zip(TOWNS, sizes, strict=False) for _ in range(size)]
    plots, settlements = [f"p{at}" for at in range(len(town))], [f"s{at}" for at in range(homes)]
    way = st.sampled_from([5.0, 10.0, 10.0, 20.0, 40.0, 70.0, np.nan])
    minutes = draw(hnp.arrays(np.float64, (homes, len(plots) + 1), elements=way))
    supply = pd.DataFrame(
        {
            "workers": draw(hnp.arrays(np.float64, homes, elements=st.integers(0, 4).map(lambda tens: 10.0 * tens))),
            "district": draw(st.lists(st.sampled_from("abc"), min_size=homes, max_size=homes)),
        },
        index=settlements,
    )
    joint = Joint(
        weight_minutes=0.3,
        minutes_points=((10, 100), (30, 40), (60, 0)),
        weight_home=0.2,
        home_points=((0, 0), (0.5, 80), (1, 100)),
        home_minutes=HOME,
        district_weight={"a": 0.5, "c": 0.0},
    )
    return Question(
        jobs=pd.Series({name: float(draw(st.integers(1, 12))) for name in TOWNS[:towns]}),
        plots=pd.DataFrame(
            {
                "town": town,
                "base": draw(hnp.arrays(np.float64, len(plots), elements=st.sampled_from([10.0, 25.0, 50.0]))),
            },
            index=plots,
        ),
        supply=supply,
        minutes=pd.DataFrame(minutes[:, :-1], settlements, plots),
        rivals=pd.Series({"mill": float(draw(st.integers(0, 9)))}),
        rival_minutes=pd.DataFrame(minutes[:, -1:], settlements, ["mill"]),
        limit_minutes=LIMIT,
        cap=draw(st.sampled_from([0.1, 0.2, 0.5, 1.0])),
        joint=draw(st.sampled_from([None, joint, joint])),
    )


def flow(ways: np.ndarray, most: np.ndarray, left: np.ndarray, jobs: np.ndarray) -> np.ndarray:
    """Workers of least total minutes by the network simplex of networkx, in whole people."""
    net = nx.DiGraph()
    for work, wanted in enumerate(jobs):
        net.add_edge("pool", ("work", work), weight=10_000 * PICO)
        net.add_edge(("work", work), "sink", capacity=round(wanted), weight=0)
    for home, people in enumerate(left):
        net.add_edge("pool", ("home", home), capacity=round(people), weight=0)
        for work in np.nonzero(~np.isnan(ways[home]))[0].tolist():
            cost = round(ways[home, work] * PICO)
            net.add_edge(("home", home), ("work", work), capacity=round(most[home]), weight=cost)
    net.add_node("pool", demand=-round(jobs.sum()))
    net.add_node("sink", demand=round(jobs.sum()))
    taken = nx.min_cost_flow(net)
    found = np.zeros(ways.shape)
    for home, work in np.ndindex(ways.shape):
        found[home, work] = taken.get(("home", home), {}).get(("work", work), 0)
    return found


def model(question: Question, rules: Rules, overdrawn: tuple = ()) -> dict[tuple[str, ...], tuple[float, float]]:
    """Unfilled jobs and mean of scores of every allowed combination."""
    towns = list(rules.phases or question.jobs.index)
    workers = question.supply["workers"].to_numpy()
    to_rivals = question.rival_minutes.where(question.rival_minutes <= LIMIT).to_numpy()
    cap = (question.cap * workers).round()
    rivals = flow(told_apart(to_rivals, np.arange(1)), cap, workers, question.rivals.to_numpy())
    left = workers - rivals.sum(axis=1)
    most = np.minimum(cap, left)
    number = {town: at for at, town in enumerate(question.jobs.index)}
    ways = question.minutes.where(question.minutes <= LIMIT)
    ways = pd.DataFrame(
        told_apart(ways.to_numpy(), question.plots["town"].map(number).to_numpy()), ways.index, ways.columns
    )
    own = [
        [rules.fixed[town]] if town in rules.fixed else question.plots.index[question.plots["town"] == town].tolist()
        for town in towns
    ]
    found = {}
    for plots in itertools.product(*own):
        if any(set(together) <= set(plots) for together in (*rules.excluded, *overdrawn)):
            continue
        jobs = question.jobs[towns].to_numpy()
        if rules.phases is None:
            taken = flow(ways[list(plots)].to_numpy(), most, left, jobs)
        else:
            taken, still = np.zeros((len(left), len(towns))), left
            for at, plot in enumerate(plots):
                step = flow(ways[[plot]].to_numpy(), np.minimum(most, still), still, jobs[[at]])
                taken[:, [at]], still = step, still - step[:, 0]
        scores = [scored(question, plot, taken, at, (most, left, jobs[at])) for at, plot in enumerate(plots)]
        found[plots] = (float(jobs.sum() - taken.sum()), float(np.mean(scores)))
    return found


def scored(question: Question, plot: str, taken: np.ndarray, at: int, pool: tuple) -> float:
    """Score of one plot of a combination, person by person."""
    most, left, jobs = pool
    base, joint = question.plots.loc[plot, "base"], question.joint
    if joint is None:
        return float(base)
    spent, near = LIMIT * (jobs - taken[:, at].sum()), 0.0
    for home, minutes in enumerate(question.minutes[plot]):
        if taken[home, at]:
            spent += taken[home, at] * minutes
        if minutes <= HOME:
            worth = joint.district_weight.get(question.supply["district"].iloc[home], 1.0)
            near += worth * min(most[home], left[home] - taken[home].sum() + taken[home, at])
    by_minutes = np.interp(spent / jobs, *zip(*joint.minutes_points, strict=True))
    by_home = np.interp(min(1.0, near / jobs), *zip(*joint.home_points, strict=True))
    return float(base + joint.weight_minutes * by_minutes + joint.weight_home * by_home)


@settings(deadline=None, max_examples=150)
@given(question=questions(), data=st.data())
def test_the_choice_is_that_of_an_independent_model_of_every_combination(question, data):
    plots = st.lists(st.sampled_from(list(question.plots.index)), min_size=2, max_size=3, unique=True).map(tuple)
    sets = data.draw(st.lists(plots, max_size=3))
    fixed = data.draw(st.sampled_from([{}, {"north": "p0"}]))
    phases = data.draw(st.sampled_from([None, None, ("west", "north", "south")]))
    rules, overdrawn = Rules(fixed=fixed, excluded=tuple(sets[1:]), phases=phases), tuple(sets[:1])
    every = model(question, rules, overdrawn)
    found = choose(question, rules, overdrawn)
    best = sorted(every.values(), key=lambda one: (one[0], -round(one[1], 6)))[:11]
    told = found.combinations
    assert len(told) == len(best)
    if best:
        assert told["short"].to_numpy() == pytest.approx([short for short, _ in best], abs=1e-5)
        assert told["points"].to_numpy() == pytest.approx([points for _, points in best], abs=1e-4)
        for row in told.to_dict("records"):
            assert every[tuple(row[town] for town in found.towns.index)][1] == pytest.approx(row["points"], abs=1e-4)
    assert found.staffable == (bool(best) and best[0][0] == 0)
    assert found.proof["proven"] == len(best)
    assert bool(found.bindings) != found.staffable


@settings(deadline=None, max_examples=60)
@given(question=questions())
def test_no_town_scores_more_with_others_than_alone(question):
    found = choose(question)
    assert (found.towns["score"].astype(float) <= found.towns["alone_score"].astype(float) + 1e-6).all()
    assert (found.combinations["points"] <= found.combinations["score"] + 1e-6).all()
    case = compiled(question, Rules())
    for plots in itertools.product(*(at.tolist() for at in case.candidates)):
        scores = case.together(plots, case.drawn(plots))
        assert (scores.score <= case.alone.score[list(plots)] + 1e-6).all()
        assert scores.short.sum() >= case.alone.short[list(plots)].sum() - 1e-6


@settings(deadline=None, max_examples=60)
@given(question=questions(), tighter=st.sampled_from([0.05, 0.15, 0.4]))
def test_a_tighter_cap_never_raises_the_score_of_a_town_alone(question, tighter):
    loose = compiled(question, Rules()).alone
    tight = compiled(replace(question, cap=tighter * question.cap), Rules()).alone
    assert (tight.score <= loose.score + 1e-6).all()
    assert (tight.short >= loose.short - 1e-6).all()


@settings(deadline=None, max_examples=60)
@given(question=questions(), worse=st.sampled_from([1.0, 5.0]))
def test_a_dominated_plot_added_changes_nothing(question, worse):
    """The same ground with fewer points: every combination with it is worse than the one without."""
    best = choose(question, wanted=1)
    more = pd.concat([question.plots, question.plots.iloc[[0]].rename(index={"p0": "added"})])
    more.loc["added", "base"] -= worse
    again = choose(
        replace(question, plots=more, minutes=question.minutes.assign(added=question.minutes["p0"])), wanted=1
    )
    pd.testing.assert_frame_equal(again.towns, best.towns)
    pd.testing.assert_frame_equal(again.workers, best.workers)


@settings(deadline=None, max_examples=60)
@given(question=questions(), in_turn=st.booleans())
def test_every_worker_is_counted_once_and_no_town_draws_more_than_the_cap(question, in_turn):
    found = choose(question, Rules(phases=("south", "west", "north") if in_turn else None))
    pool = question.supply["workers"]
    assert found.workers["workers"].sum() + found.left.sum() == pytest.approx(pool.sum(), abs=1e-5)
    per_home = found.workers.groupby("settlement")["workers"].sum()
    assert (per_home <= pool[per_home.index] + 1e-5).all()
    to_towns = found.workers[found.workers["kind"] == "town"]
    assert (to_towns["workers"] <= question.cap * pool.reindex(to_towns["settlement"]).to_numpy() + 1e-5).all()
    assert (found.workers["minutes"] <= LIMIT).all()
    assert found.districts["workers"].sum() == pytest.approx(to_towns["workers"].sum(), abs=1e-6)
    if found.staffable:
        assert (found.towns["staffed"] == found.towns["jobs"]).all()


@settings(deadline=None, max_examples=60)
@given(question=questions(), wanted=st.integers(1, 3))
def test_what_is_proven_is_as_long_as_asked_for(question, wanted):
    assume(all(at.size for at in compiled(question, Rules()).candidates))
    every = search(compiled(question, Rules()), 100)
    few = search(compiled(question, Rules()), wanted)
    assert [one[:2] for one in few.best] == [one[:2] for one in every.best][:wanted]


@given(
    supply=hnp.arrays(np.float64, 5, elements=st.integers(0, 20).map(float)),
    minutes=hnp.arrays(np.float64, (5, 3), elements=st.sampled_from([5.0, 10.0, 10.0, 45.0, np.nan])),
    jobs=hnp.arrays(np.float64, 3, elements=st.integers(1, 60).map(float)),
)
@settings(deadline=None, max_examples=60)
def test_the_nearest_first_are_the_optimum_for_one_employer_and_do_not_depend_on_the_others(supply, minutes, jobs):
    mean, unfilled = staffing_alone(minutes, supply, jobs)
    share = near_home(minutes, supply, jobs, 30.0, np.array([1.0, 1.0, 0.5, 0.5, 0.0]))
    for at in range(3):
        column = minutes[:, [at]]
        by_highs = drawn_together(column, supply, supply, jobs[[at]])
        assert mean_minutes(by_highs, column)[0] == pytest.approx(mean[at], nan_ok=True)
        assert jobs[at] - by_highs.sum() == pytest.approx(unfilled[at], abs=1e-6)
        assert drawn_alone(column, supply, float(jobs[at])).sum() == pytest.approx(jobs[at] - unfilled[at])
        held = sum(w * s for m, s, w in zip(column[:, 0], supply, [1, 1, 0.5, 0.5, 0], strict=True) if m <= 30)
        assert share[at] == pytest.approx(min(1.0, held / jobs[at]))
