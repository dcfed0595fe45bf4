"""Labour: answers worked by hand, and the floating catchments held to PySAL's ``access``."""

import warnings
from functools import partial

import numpy as np
import pandas as pd
import pytest

from sitesel import labour
from sitesel.labour.decay import DECAYS, gaussian, step

PARAMETERS = {
    "step": {"bands": [(15, 1), (30, 0.6), (60, 0.1)]},
    "piecewise_linear": {"points": [(0, 1), (20, 1), (60, 0)]},
    "exponential": {"half_minutes": 25},
    "gaussian": {"sigma_minutes": 25},
    "log_logistic": {"median_minutes": 40, "shape": 3},
}


@pytest.mark.parametrize("name", DECAYS)
def test_every_decay_starts_at_one_never_rises_and_keeps_no_way_unknown(name):
    minutes = np.append(np.linspace(0, 300, 301), np.nan)
    share = DECAYS[name](minutes, **PARAMETERS[name])
    assert share[0] == 1
    assert (np.diff(share[:-1]) <= 0).all()
    assert (share[:-1] >= 0).all()
    assert share[-2] < 0.005
    assert np.isnan(share[-1])


# -- PySAL access 1.1.10, its own hospital example: doctors are what is wanted, tracts ask. Times one way differ from
# the other. Figures below were made with it; the test after them asks it afresh.
TRACTS = pd.DataFrame({"pop": [100.0, 50.0, 10.0], "doc": [15.0, 20.0, 100.0]}, index=[1, 2, 3])
GRIDLOCK = {(1, 1): 1, (2, 2): 1, (3, 3): 1, (1, 3): 40, (2, 3): 40, (3, 1): 40, (3, 2): 40, (1, 2): 80, (2, 1): 80}
TO_THE_CITY = GRIDLOCK | {(1, 3): 20, (2, 3): 20}
OUT_OF_THE_CITY = GRIDLOCK | {(3, 1): 20, (3, 2): 20}
SCENARIOS = {"gridlock": GRIDLOCK, "to the city": TO_THE_CITY, "out of the city": OUT_OF_THE_CITY}
METHODS = ("two_stage_fca", "enhanced_two_stage_fca", "three_stage_fca")
LIMIT = 60
BANDS = {10: 0.962, 20: 0.704, 30: 0.377, 60: 0.042}
BY_ACCESS = {
    ("gridlock", "two_stage_fca"): [0.761363636, 0.958333333, 1.09469697],
    ("gridlock", "enhanced_two_stage_fca"): [0.413167057, 0.660356606, 6.066546405],
    ("gridlock", "three_stage_fca"): [0.169256631, 0.419137757, 9.711744906],
    ("to the city", "two_stage_fca"): [0.761363636, 0.958333333, 1.09469697],
    ("to the city", "enhanced_two_stage_fca"): [0.760352995, 1.007542544, 0.85875733],
    ("to the city", "three_stage_fca"): [0.70631214, 0.956114938, 1.656303914],
    ("out of the city", "two_stage_fca"): [0.761363636, 0.958333333, 1.09469697],
    ("out of the city", "enhanced_two_stage_fca"): [0.403590502, 0.612749092, 6.400349522],
    ("out of the city", "three_stage_fca"): [0.188822487, 0.424788114, 9.487834555],
}


def by_us(costs: dict, method: str) -> list[float]:
    minutes = pd.DataFrame({asks: {at: float(costs[asks, at]) for at in TRACTS.index} for asks in TRACTS.index})
    within = step(minutes.to_numpy(), [(LIMIT, 1)])
    share = within if method == "two_stage_fca" else within * step(minutes.to_numpy(), list(BANDS.items()))
    share = pd.DataFrame(share, index=minutes.index, columns=minutes.columns)
    measure = labour.three_step if method == "three_stage_fca" else labour.two_step
    return measure(share, TRACTS["doc"], TRACTS["pop"]).tolist()


def by_access(costs: dict, method: str) -> list[float]:
    access = pytest.importorskip("access", reason="PySAL's access is not installed; its figures are held above")
    warnings.simplefilter("ignore", DeprecationWarning)  # its calls of pandas, not ours; pytest restores the filters
    table = pd.DataFrame([{"origin": o, "dest": d, "cost": float(c)} for (o, d), c in costs.items()])
    tracts = TRACTS.rename_axis("geoid").reset_index()
    model = access.Access(
        demand_df=tracts,
        demand_index="geoid",
        demand_value="pop",
        supply_df=tracts,
        supply_index="geoid",
        supply_value="doc",
        cost_df=table,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    own = {} if method == "two_stage_fca" else {"weight_fn": access.weights.step_fn(BANDS)}
    return getattr(model, method)(name="it", max_cost=LIMIT, **own)["it_doc"].tolist()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_floating_catchments_agree_with_the_figures_of_pysal_access(scenario, method):
    assert by_us(SCENARIOS[scenario], method) == pytest.approx(BY_ACCESS[scenario, method], abs=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_floating_catchments_agree_with_pysal_access_itself(scenario, method):
    assert by_us(SCENARIOS[scenario], method) == pytest.approx(by_access(SCENARIOS[scenario], method), abs=1e-6)


def test_floating_catchments_count_no_employer_out_of_reach_and_divide_by_nothing():
    share = pd.DataFrame({"near": [1.0, np.nan], "lost": [np.nan, np.nan]}, index=["home", "island"])
    people, jobs = pd.Series({"home": 30.0, "island": 9.0}), pd.Series({"near": 10.0, "lost": 5.0})
    assert labour.two_step(share, people, jobs).tolist() == [3.0, 0.0]
    assert labour.three_step(share, people, jobs).tolist() == [3.0, 0.0]


def test_the_competitive_catchment_counts_each_worker_once():
    # Decay by 60-minute steps of 0.5. West (100): mill only. East (200): mill 0.5, park 1.
    # Of east's 200 the 100 who would go to either fall 1 : 3 by jobs (25 : 75), the other 100 go to the park alone.
    share = pd.DataFrame({"mill": [1.0, 0.5], "park": [np.nan, 1.0]}, index=["west", "east"])
    people, jobs = pd.Series({"west": 100.0, "east": 200.0}), pd.Series({"mill": 10.0, "park": 30.0})
    found = labour.competitive_catchment(share, people, jobs)
    assert found.people.tolist() == [125.0, 175.0]
    assert found.unassigned.tolist() == [0.0, 0.0]
    # As published, east falls by jobs times decay: 10 x 0.5 to 30 x 1, that is 1 : 6.
    published = labour.spatial_availability(share, people, jobs)
    assert published.people.tolist() == pytest.approx([100 + 200 / 7, 1200 / 7])


def test_a_far_employer_gets_no_more_than_would_travel_to_it():
    share = pd.DataFrame({"near": [1.0], "far": [0.1]}, index=["home"])
    people, jobs = pd.Series({"home": 100.0}), pd.Series({"near": 1.0, "far": 99.0})
    assert labour.spatial_availability(share, people, jobs).people["far"] == pytest.approx(100 * 9.9 / 10.9)
    assert labour.competitive_catchment(share, people, jobs).people["far"] == pytest.approx(10 * 0.99)


def test_each_plot_is_set_against_the_rivals_alone():
    # Both plots reach the whole village of 90. With the mill (30 jobs) a plot of 60 jobs gets 60, one of 15 gets 30.
    share = pd.DataFrame({"p": [1.0], "q": [1.0], "cut off": [np.nan]}, index=["home"])
    rivals, jobs = (
        pd.DataFrame({"mill": [1.0]}, index=["home"]),
        pd.Series({"p": 60, "q": 15, "cut off": 9, "mill": 30}),
    )
    found = labour.after_rivals(share, rivals, pd.Series({"home": 90.0}), jobs)
    assert found[["p", "q"]].tolist() == pytest.approx([60, 30])
    assert np.isnan(found["cut off"])


def test_a_fault_of_ours_in_sharing_out_is_not_passed_on():
    with pytest.raises(ArithmeticError, match="of a pool of 100"):
        labour.spatial_availability(
            pd.DataFrame({"mill": [1.0], "park": [-0.5]}, index=["home"]),
            pd.Series({"home": 100.0}),
            pd.Series({"mill": 1.0, "park": 1.0}),
        )


ONE_WAY = pd.DataFrame({"plot": [600.0, 600.0]}, index=["ring", "dead end"])  # home -> work
# Work -> home: round the one-way ring takes 30 minutes; there is no way back into the dead end.
BACK = pd.DataFrame([[1800.0, np.nan]], index=["plot"], columns=["ring", "dead end"])


def test_the_way_home_is_a_way_of_its_own():
    assert labour.there_and_back(ONE_WAY, BACK)["plot"].tolist() == pytest.approx([600, np.nan], nan_ok=True)
    swapped = labour.there_and_back(BACK.T, ONE_WAY.T)["plot"].tolist()  # not the same
    assert swapped == pytest.approx([1800, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("shift", "comes"),
    [
        (labour.Shift(6 * 60 + 10, 14 * 60), True),  # sets off at 6:00 with the first bus
        (labour.Shift(6 * 60 + 9, 14 * 60), False),  # would have to set off at 5:59
        (labour.Shift(14 * 60, 22 * 60), True),  # leaves at 22:00 with the last bus
        (labour.Shift(14 * 60, 22 * 60 + 1), False),
        (labour.Shift(22 * 60, 30 * 60), False),  # ends at 6:00 of the next day: counted against the same day's hours
    ],
)
def test_the_late_bus(shift, comes):
    hours = labour.Hours(first_min=6 * 60, last_min=22 * 60)
    assert labour.there_and_back(ONE_WAY, BACK, shift, hours)["plot"].notna().tolist() == [comes, False]
    assert labour.there_and_back(ONE_WAY, BACK, shift)["plot"].notna().tolist() == [True, False]  # by car, always


def test_a_shift_ends_after_it_starts():
    with pytest.raises(ValueError, match="ends after it starts"):
        labour.Shift(14 * 60, 6 * 60)


CAR = pd.DataFrame({"plot": [900.0, 900.0, np.nan]}, index=["a", "b", "c"])
BUS = pd.DataFrame({"plot": [2700.0, np.nan, np.nan]}, index=["a", "b", "c"])


def test_modes_each_person_by_their_own():
    decay = partial(step, bands=[(30, 1), (60, 0.5)])
    # A quarter by car (all come), three quarters by bus (half come from a, none from b, which has no bus).
    found = labour.willing({"car": CAR, "bus": BUS}, {"car": 0.25, "bus": 0.75}, decay, "own")
    assert found["plot"].tolist() == pytest.approx([0.25 + 0.375, 0.25, np.nan], nan_ok=True)
    seconds = labour.seconds_of({"car": CAR, "bus": BUS}, {"car": 0.25, "bus": 0.75}, "own")
    assert seconds["plot"].tolist() == pytest.approx([0.25 * 900 + 0.75 * 2700, 900, np.nan], nan_ok=True)


def test_modes_everyone_by_the_fastest():
    decay = partial(gaussian, sigma_minutes=15)
    found = labour.willing({"car": CAR, "bus": BUS}, {"car": 0.25, "bus": 0.75}, decay, "best")
    assert found["plot"].tolist() == pytest.approx([np.exp(-0.5), np.exp(-0.5), np.nan], nan_ok=True)
    alone = labour.seconds_of({"car": CAR, "bus": BUS}, {"car": 0, "bus": 1}, "best")  # no one has a car
    assert alone["plot"].tolist() == pytest.approx([2700, np.nan, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("shares", "told"), [({"car": 0.5}, "add up to 0.5"), ({"tram": 1.0}, "no travel times by tram")]
)
def test_shares_of_modes_are_checked(shares, told):
    with pytest.raises(ValueError, match=told):
        labour.seconds_of({"car": CAR}, shares, "own")


def test_the_pool_carries_low_mid_and_high():
    people = pd.Series({"kant": 1000.0, "unknown": np.nan})
    doubt = pd.Series({"kant": 0.2, "unknown": 0.2})
    age = labour.Estimate(low=0.5, mid=0.6, high=0.7)
    by_area = pd.DataFrame({"low": [0.1, 0.1], "mid": [0.2, 0.2], "high": [0.5, 0.5]}, index=["unknown", "kant"])
    found = labour.pool(people, doubt, {"working_age": age, "skill": by_area})
    assert found.loc["kant"].tolist() == pytest.approx([800 * 0.5 * 0.1, 1000 * 0.6 * 0.2, 1200 * 0.7 * 0.5])
    assert found.loc["unknown"].isna().all()
    without = labour.pool(people, doubt, {"working_age": age})
    assert without.loc["kant", "mid"] == pytest.approx(600)


@pytest.mark.parametrize(
    ("people", "doubt", "share", "told"),
    [
        (-1.0, 0.1, labour.Estimate.sure(0.5), "negative people in kant"),
        (1.0, 1.5, labour.Estimate.sure(0.5), "from 0 to 1"),
        (1.0, 0.1, labour.Estimate.sure(1.5), "share women of kant"),
    ],
)
def test_the_pool_refuses_what_cannot_be(people, doubt, share, told):
    with pytest.raises(ValueError, match=told):
        labour.pool(pd.Series({"kant": people}), pd.Series({"kant": doubt}), {"women": share})


def test_an_estimate_rises():
    with pytest.raises(ValueError, match="must rise"):
        labour.Estimate(0.3, 0.2, 0.4)
