"""What is drawn for a world is as wide as the study says: speeds by class and mode, and what a truck costs."""

from dataclasses import replace
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from scipy.stats import triang

from sitesel.decision import quasi_random
from sitesel.errors import StudyError
from sitesel.indicators import AnyIndicator
from sitesel.indicators.freight_cost import FreightCost
from sitesel.network import words_of
from sitesel.region import survey
from sitesel.region.reading import read_inputs
from sitesel.routing import CompiledNetwork
from sitesel.settings import Amounts
from sitesel.stages import sites, source_of
from sitesel.study import load_study
from sitesel.sureness import Sureness, displaced, draws
from sitesel.sureness.testing import _of_all_places, driven
from sitesel.sureness.worlds import drawn_world, inputs_of
from sitesel.text import LANGUAGES, Message, say
from small_study import leave_connections_out, small_layers

WIDE = {
    "trips_per_job": {"low": 0.3, "mid": 0.6, "high": 1.2},
    "usd_per_km": {"low": 0.3, "mid": 0.6, "high": 1.2},
    "usd_per_hour": {"low": 5, "mid": 10, "high": 20},
}
KPH = {"trunk": 60, "primary": 48}  # of trucks, outside villages
EXACT = {name: given["mid"] for name, given in WIDE.items()}


@pytest.fixture
def study(write_study, study_text):
    """The small study, with a trunk road in the west and a primary one in the east, every place as drawn."""
    leave_connections_out(study_text)
    layers = small_layers()
    roads, gateways = layers["roads"].assign(highway=["trunk", "primary"]), layers["gateways"].assign(precision_km=0.0)
    return load_study(write_study(roads=roads, gateways=gateways))


@pytest.fixture
def inputs(study):
    return read_inputs(study.study, study.layers, source_of(study), lambda _: None)


@pytest.fixture
def region(study, inputs):
    return survey(study.asked, inputs)


def slower(region, monkeypatch, worlds=512):
    """Logarithms of how much longer each arc takes in many worlds: by mode, worlds x arcs."""
    monkeypatch.setattr(
        CompiledNetwork, "customise", lambda _, seconds: SimpleNamespace(arcs=SimpleNamespace(seconds=seconds))
    )  # nothing is asked of these networks: making them takes the most time
    bare = replace(region, joined={})
    drawn = quasi_random(worlds, inputs_of(bare, ()), seed=5)
    made = [drawn_world(bare, Sureness(speed=0.15), world) for _, world in drawn.iterrows()]
    return {
        mode: np.log([world.networks[mode].arcs.seconds / network.arcs.seconds for world in made])
        for mode, network in region.networks.items()
    }


def test_one_road_s_speed_spreads_as_the_study_says_and_roads_go_together_by_class_and_mode(region, monkeypatch):
    assert {"speed bus", "speed truck"} < set(inputs_of(region, ()))
    found = slower(region, monkeypatch)
    classes = {mode: np.array(words_of(region.roads(mode), "highway")) for mode in found}
    one = {(mode, road): found[mode][:, np.flatnonzero(classes[mode] == road)[0]]
           for mode in ("bus", "truck") for road in ("trunk", "primary")}  # fmt: skip
    for (mode, road), logs in one.items():
        every = found[mode][:, classes[mode] == road]
        assert every == pytest.approx(np.broadcast_to(logs[:, None], every.shape), abs=1e-9)
        assert logs.mean() == pytest.approx(0, abs=0.01)
        assert logs.var() == pytest.approx(0.15**2, rel=0.08)  # a part left out or counted twice: a third off
    told = pd.DataFrame(one).corr()
    # Of three parts of one size two roads share that of all roads, and that of their class or of their mode.
    assert told.loc[("bus", "trunk"), ("truck", "trunk")] == pytest.approx(2 / 3, abs=0.06)
    assert told.loc[("bus", "trunk"), ("bus", "primary")] == pytest.approx(2 / 3, abs=0.06)
    assert told.loc[("bus", "trunk"), ("truck", "primary")] == pytest.approx(1 / 3, abs=0.08)
    assert (np.abs(one["bus", "trunk"] - one["truck", "trunk"]) > 1e-4).mean() > 0.99


def test_of_one_mode_alone_speeds_have_two_parts_and_spread_the_same(region, monkeypatch):
    alone = replace(region, networks={"bus": region.networks["bus"]})
    names = [name for name in inputs_of(alone, ()) if name.startswith("speed")]
    assert names == ["speed", "speed trunk", "speed main", "speed local"]
    logs = slower(alone, monkeypatch)["bus"]
    assert logs.var(axis=0) == pytest.approx(np.full(logs.shape[1], 0.15**2), rel=0.08)


@pytest.fixture
def drawn_for(study, inputs, region):
    """Give draws of freight alone, at other figures of a truck: what was drawn, and its ends at the plot alpha."""
    plots = region.outlines(sites(study, inputs), study.modes)
    places, ids = displaced(region, plots, 1), ["alpha", "beta"]
    ranking = pd.DataFrame({"town": "one", "rank": [1, 2]}, index=ids)
    wanted = Sureness(worlds=64, positions=1, draws=2, speed=0.0)

    def found(**figures):
        freight = with_figures(study, figures)
        tested = draws.Tested(
            [freight], pd.Series({freight.id: 1.0}), ranking, pd.DataFrame(0, ids, [freight.id], bool)
        )
        drawn = draws.drawn(region, places.only(ranking.index), wanted, tested, lambda *_: None)
        return tested, drawn, drawn.model.ends[:, :, 0, 0, 0]

    return found


def with_figures(study, figures):
    freight = next(part for part in study.indicators if isinstance(part, FreightCost))
    return FreightCost.model_validate(freight.model_dump() | figures)


def test_what_a_truck_costs_is_drawn_once_a_world_and_the_trips_cost_what_arithmetic_says(drawn_for):
    _, drawn, ends = drawn_for(**WIDE)
    assert (ends[:, 0] == ends[:, 1]).all()
    km, hour, trips = (
        triang.ppf(
            drawn.shared[f"{name} of freight"],
            (WIDE[name]["mid"] - WIDE[name]["low"]) / (WIDE[name]["high"] - WIDE[name]["low"]),
            loc=WIDE[name]["low"],
            scale=WIDE[name]["high"] - WIDE[name]["low"],
        )
        for name in ("usd_per_km", "usd_per_hour", "trips_per_job")
    )
    # Alpha's gates are 9.5 and 10 km from the west, on the trunk at KPH; the east, from 20 km on, is a primary road.
    off = 0.5 * km + 0.5 / 10 * hour
    trunk, primary = km + hour / KPH["trunk"], km + hour / KPH["primary"]
    east, west, middle = 9.5 * trunk + 20 * primary, 10 * trunk, 9.5 * trunk
    trip = 0.8 * (east + off) + 0.1 * (west + off) + 0.1 * (middle + off)
    assert ends[:, 0] == pytest.approx(2 * trips * trip, rel=1e-5)


def test_a_wide_range_of_what_a_truck_costs_spreads_the_scores_of_freight(drawn_for):
    exact, narrow, wide = (
        drawn_for(**EXACT | figures)[1].scores[:, 0]
        for figures in ({}, {"usd_per_km": {"low": 0.5, "mid": 0.6, "high": 0.7}}, WIDE)
    )
    assert np.ptp(exact) == 0
    assert 0 < narrow.std() < wide.std() / 3


def test_a_range_of_one_number_is_that_number_to_the_byte(drawn_for):
    _, number, _ = drawn_for(**EXACT)
    _, same, _ = drawn_for(**{name: dict.fromkeys(("low", "mid", "high"), mid) for name, mid in EXACT.items()})
    assert number.model.ends.tobytes() == same.model.ends.tobytes()
    assert number.scores.tobytes() == same.scores.tobytes()
    assert list(number.shared) == list(same.shared)
    assert not any("freight" in name for name in number.shared)


@pytest.mark.parametrize(
    ("name", "subject", "other"),
    [("usd_per_km", "truck_costs", "truck_trips"), ("trips_per_job", "truck_trips", "truck_costs")],
)
def test_what_drives_an_order_names_what_a_truck_costs(drawn_for, name, subject, other):
    tested, drawn, _ = drawn_for(**EXACT | {name: WIDE[name]})
    subjects = _of_all_places(list(drawn.shared), tested.indicators)
    drivers, knowing = driven(drawn, tested.ranking, "one", subjects)
    share = dict(zip(drivers["subject"].map(lambda one: one.key), drivers["share"], strict=True))
    assert share["subject.shared"] == pytest.approx(1)  # nothing else is drawn, but with others
    assert share[f"subject.{subject}"] > 0.8
    assert Message(f"subject.{other}") not in [*drivers["subject"], *knowing["subject"]]


def test_the_measure_itself_counts_the_middle(study, inputs, region):
    plots = region.outlines(sites(study, inputs), study.modes)
    wide, exact = (with_figures(study, figures).measured(plots, region) for figures in (WIDE, EXACT))
    assert wide.amount.equals(exact.amount)
    assert wide.amount.notna().all()


def kinds():
    return get_args(get_args(AnyIndicator)[0])


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_setting_of_an_indicator_that_may_have_a_doubt_is_drawn_and_has_a_name(kind):
    doubtful = {
        name
        for name, setting in kind.model_fields.items()
        if isinstance(setting.annotation, type) and issubclass(setting.annotation, Amounts)
    }
    asked = [name for names in kind.left_open.values() for name in names]
    assert sorted(asked) == sorted(doubtful)
    assert (kind is FreightCost) == bool(doubtful)
    for subject in kind.left_open:
        assert len({say(Message(f"subject.{subject}"), lang) for lang in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize("name", list(WIDE))
@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"low": 3, "mid": 2, "high": 4}, ": low, mid and high must rise, but are 3, 2 and 4"),
        ({"low": 1, "mid": 4, "high": 3}, ": low, mid and high must rise, but are 1, 4 and 3"),
        ({"low": -1, "mid": 2, "high": 4}, ".low: input should be greater than 0, not -1"),
        ({"low": 0, "mid": 2, "high": 4}, ".low: input should be greater than 0, not 0"),
        ({"low": 1, "high": 4}, ".mid: missing; add it"),
        ({"low": True, "mid": 2, "high": 4}, ": low is true where a figure or a word is due; write one"),
        (-2, ": input should be greater than 0, not -2"),
        (0, ": input should be greater than 0, not 0"),
        (float("inf"), ": input should be a finite number, not inf"),
        (True, ": true where a figure is due; write one"),
        ([1, 2, 3], ": input should be a valid number, not [1, 2, 3]"),
    ],
)
def test_a_range_that_is_none_is_refused_in_one_line(write_study, study_text, name, given, line):
    next(part for part in study_text["indicators"] if part["id"] == "freight")[name] = given
    with pytest.raises(StudyError) as refused:
        load_study(write_study())
    assert str(refused.value) == f"study.toml: indicators.freight.{name}{line}"
