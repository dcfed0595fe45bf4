"""Laws of staffing and of the bounds that the search stands on."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sitesel.programme import Aim, Question, Rules, choose
from sitesel.programme.choosing import by_milp
from sitesel.programme.question import compiled
from sitesel.programme.search import _bounds, search, staffed
from sitesel.programme.transport import alone, nearest_first, staff

AIM = Aim(score=0.3, minutes=0.5, regional=0.2, limit_minutes=60, home_minutes=30)


@st.composite
def questions(draw):
    """Two towns with up to three plots, one rival, few homes; round figures, so that ties abound."""
    homes, north, south = draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    plots = north + south
    way = st.sampled_from([5.0, 10.0, 10.0, 20.0, 40.0, 70.0, np.nan])
    names, settlements = [f"p{at}" for at in range(plots)], [f"s{at}" for at in range(homes)]
    minutes = draw(hnp.arrays(np.float64, (homes, plots + 1), elements=way))
    return Question(
        jobs=pd.Series({"north": float(draw(st.integers(1, 9))), "south": float(draw(st.integers(1, 9)))}),
        plots=pd.DataFrame(
            {
                "town": ["north"] * north + ["south"] * south,
                "score": draw(hnp.arrays(np.float64, plots, elements=st.sampled_from([20.0, 50.0, 80.0]))),
            },
            index=names,
        ),
        supply=pd.DataFrame(
            {"workers": draw(hnp.arrays(np.float64, homes, elements=st.integers(0, 12).map(float))), "raion": "r"},
            index=settlements,
        ),
        minutes=pd.DataFrame(minutes[:, :plots], settlements, names),
        rivals=pd.Series({"mill": float(draw(st.integers(0, 5)))}),
        rival_minutes=pd.DataFrame(minutes[:, plots:], settlements, ["mill"]),
    )


@settings(deadline=None, max_examples=60)
@given(question=questions(), data=st.data())
def test_bounds_from_any_prices_hold_for_every_combination(question, data):
    case = compiled(question, AIM, Rules())
    prices = data.draw(hnp.arrays(np.float64, len(case.supply), elements=st.floats(0, 3)))
    bounds = _bounds(case, prices)
    for place in itertools.product(*(range(length) for length in case.shape)):
        plots = case.combination(place)
        whole = staffed(case, plots)
        assert bounds[place] <= (whole.loss + case.plot_loss[plots].sum()) * (1 + 1e-9) + 1e-6
        tight = _bounds(case, whole.prices)[place]  # its own prices give its own loss
        assert tight == pytest.approx(whole.loss + case.plot_loss[plots].sum(), rel=1e-9, abs=1e-5)


@settings(deadline=None, max_examples=60)
@given(question=questions())
def test_the_search_finds_what_staffing_every_combination_finds(question):
    case = compiled(question, AIM, Rules())
    losses = []
    for place in itertools.product(*(range(length) for length in case.shape)):
        plots = case.combination(place)
        whole = staffed(case, plots)
        if whole.short.sum() <= 1e-6:
            losses.append((whole.loss + case.plot_loss[plots].sum()) / case.jobs.sum())
    found = search(case, 3)
    assert found.staffable == bool(losses)
    if losses:
        assert found.losses == pytest.approx(sorted(losses)[:3], abs=1e-9)


def three_towns(draw) -> Question:
    """Three towns of two or three plots each, whose workers all come from one place in plenty."""
    sizes = {town: draw(st.integers(2, 3)) for town in ("north", "south", "west")}
    town = [name for name, size in sizes.items() for _ in range(size)]
    plots = [f"p{at}" for at in range(len(town))]
    scores = draw(st.permutations(range(10, 10 * (len(plots) + 1), 10)))
    return Question(
        jobs=pd.Series(dict.fromkeys(sizes, 1.0)),
        plots=pd.DataFrame({"town": town, "score": [float(score) for score in scores]}, index=plots),
        supply=pd.DataFrame({"workers": [9.0], "raion": "r"}, index=["home"]),
        minutes=pd.DataFrame(10.0, ["home"], plots),
        rivals=pd.Series(dtype=float),
        rival_minutes=pd.DataFrame(index=["home"]),
    )


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_excluded_sets_of_any_size_are_kept_to_by_the_search_and_by_highs(data):
    question = three_towns(data.draw)
    plots = st.lists(st.sampled_from(list(question.plots.index)), min_size=2, max_size=4, unique=True)
    sets = data.draw(st.lists(plots.map(tuple), max_size=8))
    case = compiled(question, AIM, Rules(excluded=sets[::2], overdrawn=sets[1::2]))
    losses = {}
    for place in itertools.product(*(range(length) for length in case.shape)):
        chosen = case.combination(place)
        held = set(case.plots[chosen])
        if not any(set(together) <= held for together in sets):  # two plots of one town are never held
            losses[place] = (staffed(case, chosen).loss + case.plot_loss[chosen].sum()) / 3
    best = sorted(losses.values())[:3]
    for found in (search(case, 3), by_milp(case, 3)):
        assert found.staffable == bool(losses)
        assert found.losses == pytest.approx(best, abs=1e-9)
        assert all(place in losses for place in found.places)


@settings(deadline=None, max_examples=60)
@given(question=questions(), in_turn=st.booleans())
def test_every_worker_is_counted_once_and_every_town_left_short_has_its_reason(question, in_turn):
    found = choose(question, AIM, Rules(phases=("south", "north") if in_turn else None))
    pool = question.supply["workers"]
    assert found.workers["workers"].sum() + found.left.sum() == pytest.approx(pool.sum(), abs=1e-6)
    per_home = found.workers.groupby("settlement")["workers"].sum()
    assert (per_home <= pool[per_home.index] + 1e-6).all()
    assert (found.workers["minutes"] <= 60).all()
    assert found.proof["gap"] <= 1e-9
    assert bool(found.bindings) != found.staffable
    if found.staffable:
        assert found.towns["staffed"].to_numpy() == pytest.approx(question.jobs.to_numpy()[:: -1 if in_turn else 1])


@given(
    supply=hnp.arrays(np.float64, 5, elements=st.integers(0, 20).map(float)),
    loss=hnp.arrays(np.float64, 5, elements=st.sampled_from([0.1, 0.2, 0.2, 0.7, np.inf])),
    jobs=st.integers(1, 60),
)
@settings(deadline=None, max_examples=60)
def test_the_nearest_first_are_the_optimum_for_one_employer(supply, loss, jobs):
    by_highs = staff(supply, np.array([float(jobs)]), loss[:, None], np.array([1e4]))
    workers, lost, short = nearest_first(supply[None, :], float(jobs), loss)
    assert lost[0] == pytest.approx(by_highs.loss, rel=1e-9, abs=1e-6)
    assert short[0] == pytest.approx(by_highs.short[0], abs=1e-6)
    assert workers.sum() + short[0] == pytest.approx(jobs)
    assert alone(supply, np.array([float(jobs)]), loss[:, None], 1e4)[0] == pytest.approx(lost[0], rel=1e-9, abs=1e-6)
