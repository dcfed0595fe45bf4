"""How sure a study's ranking is: the small study in drawn worlds."""

import itertools
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sitesel import stages
from sitesel.crew import beside
from sitesel.decision import quasi_random
from sitesel.indicators.freight_cost import FreightCost
from sitesel.outputs.tables import laid_out
from sitesel.region import Region, survey
from sitesel.region.reading import read_inputs
from sitesel.report.central import central_line, central_sheet, central_weights
from sitesel.report.sure import drawn_how
from sitesel.stages import run, sites, source_of
from sitesel.study import Study, load_study
from sitesel.sureness import Sureness, displaced, draws, testing
from sitesel.sureness.draws import Drawn, drawn_weights
from sitesel.sureness.testing import Subject, Sure, _told, _told_apart, chosen_together, driven
from sitesel.sureness.worlds import drawn_world, inputs_of
from sitesel.text import LANGUAGES, Message, say
from small_study import small_layers

FEW = {"worlds": 4, "positions": 6, "draws": 16}


@pytest.fixture
def asked(study_text):
    study_text["towns"][0]["jobs"], study_text["towns"][1]["jobs"] = 4000, 5000
    study_text["sureness"] = FEW
    return study_text


def unsure_plots(**km: float):
    return small_layers()["plots"].assign(precision_km=[km.get(name, 0.0) for name in ("alpha", "beta", "gamma")])


@pytest.fixture
def region_and_plots(write_study, asked):
    assert asked["sureness"]["worlds"] == 4
    study = load_study(write_study(plots=unsure_plots(alpha=1.0, beta=2.0)))
    inputs = read_inputs(study.study, study.layers, source_of(study), lambda _: None)
    region = survey(study.asked, inputs)
    return region, region.outlines(sites(study, inputs), study.modes), study


def test_whoever_draws_the_worlds_and_tries_the_scenarios_finds_the_same(write_study, asked):
    asked["scenarios"] = [{"id": name, "name": {"en": name}, "season": name} for name in ("winter", "summer")]
    study = write_study(plots=unsure_plots(alpha=1.0, beta=2.0, gamma=0.5))
    alone = run(study)
    with beside(2) as crew:
        together = run(study, crew=crew)
    assert pickle.dumps(alone.sureness) == pickle.dumps(together.sureness)
    pd.testing.assert_frame_equal(alone.scenarios, together.scenarios, check_exact=True)
    assert [notice.key for notice in alone.notices] == [notice.key for notice in together.notices]


def test_shares_add_to_one_and_the_same_seed_gives_the_same_bytes(write_study, asked):
    assert asked["sureness"] == FEW
    study = write_study(plots=unsure_plots(alpha=1.0, beta=2.0, gamma=0.5))
    first, again = run(study).sureness, run(study).sureness
    assert first.draws == 64
    assert first.plots.groupby(pd.Series({"alpha": "one", "beta": "one", "gamma": "two"}))["first"].sum().to_dict() == (
        pytest.approx({"one": 1.0, "two": 1.0})
    )
    assert first.programmes["share"].sum() == pytest.approx(1)
    assert first.plots.loc[["alpha", "beta"], "programme"].sum() == pytest.approx(1)
    assert (first.plots[["first", "first_three", "programme"]] <= 1).all(axis=None)
    assert 0 < first.plots.loc["alpha", "first"] < 1
    assert (first.plots["low"] <= first.plots["expected"]).all()
    assert (first.plots["expected"] <= first.plots["high"]).all()
    for name in ("plots", "ahead", "towns", "programmes", "drivers", "knowing"):
        one, other = getattr(first, name), getattr(again, name)
        assert one.to_csv().encode() == other.to_csv().encode(), name
        assert pickle.dumps(one.to_numpy()) == pickle.dumps(other.to_numpy()), name
    asked["study"]["seed"] = 7
    other = run(write_study(plots=unsure_plots(alpha=1.0, beta=2.0, gamma=0.5)))
    assert not other.sureness.plots.equals(first.plots)


def certain(asked, write_study, **drawn):
    """Run with exact places, people, speeds and weights but for what is drawn, and without connections, open always."""
    asked["sureness"] = FEW | {"speed": 0.0, "concentration": 1e12} | drawn
    asked["indicators"] = [part for part in asked["indicators"] if part["id"] != "connection"]
    asked["weights"] = {"labour": 0.4, "road": 0.4, "utilities": 0.0, "ground": 0.2}
    del asked["connection"]
    for name in ("participation", "draw_cap"):
        asked["labour"][name] = {"low": 0.6, "mid": 0.6, "high": 0.6}
    asked["labour"]["doubt"] = dict.fromkeys(asked["labour"]["doubt"], 0.0)
    next(part for part in asked["indicators"] if part["id"] == "freight").update(
        trips_per_job=0.6, usd_per_km=0.6, usd_per_hour=10
    )
    return run(write_study(gateways=small_layers()["gateways"].assign(precision_km=0.0)))


def test_where_weights_alone_are_drawn_they_drive_the_order_and_nobody_can_find_them_out(write_study, asked):
    sure = certain(asked, write_study, concentration=5.0).sureness
    main = sure.drivers.iloc[0]
    assert main["subject"] == Message("subject.weights")
    assert main["share"] > 0.5
    assert Message("subject.weights") not in list(sure.knowing["subject"])


def test_where_nothing_is_uncertain_the_draws_give_the_ranking_itself(write_study, asked):
    found = certain(asked, write_study)
    ranking, sure = found.decision.ranking, found.sureness
    assert ranking["rankable"].all()
    for column in ("expected", "low", "high"):
        off = (sure.plots[column] - ranking["score"]).abs()
        assert off[["alpha", "beta"]].max() < 1e-3
        assert off["gamma"] < 0.1  # of its 600 m, draws try a way in each 250
    assert ranking[["low", "high"]].to_numpy() == pytest.approx(ranking[["score", "score"]].to_numpy())
    assert (sure.plots["first"] == (ranking["rank"] == 1).reindex(sure.plots.index)).all()
    assert (sure.plots["programme"] == sure.plots.index.isin(found.programme.plots)).all()
    assert (sure.towns["first"] == 1).all()
    assert set(sure.towns["sureness"]) == {"clear"}
    assert sure.drivers.empty
    assert sure.knowing.empty


RANGES = {"labour": (0.2, 0.6), "road": (0.1, 0.5), "utilities": (0.1, 0.3), "ground": (0.0, 0.2)}


def test_weights_of_criteria_lie_within_the_ranges_and_those_within_a_criterion_around_the_studys(study_text):
    ranges = {name: {"low": low, "high": high} for name, (low, high) in RANGES.items()}
    study_text["sureness"] = FEW | {"weights": ranges, "concentration": 40}
    study = Study.model_validate(study_text.unwrap())
    table = study.indicator_table().loc[[part.id for part in study.weighed]]
    tested = draws.Tested(study.weighed, table["weight"], pd.DataFrame(), pd.DataFrame())
    names = [*table.index, *(f"weight of {name}" for name in RANGES)]
    drawn = drawn_weights(quasi_random(4096, names, 3), study.sureness, tested)
    assert list(drawn) == list(table.index)
    assert drawn.sum(axis=1).to_numpy() == pytest.approx(1)
    whole = drawn.T.groupby(table["criterion"]).sum().T
    for name, (low, high) in RANGES.items():
        assert whole[name].between(low - 1e-9, high + 1e-9).all()
    # As likely on either side of the middle of the ranges, which is the middle of what they leave.
    every = np.random.default_rng(5).dirichlet(np.ones(4), 400_000)
    ends = np.array([RANGES[name] for name in whole])
    kept = every[((every >= ends[:, 0]) & (every <= ends[:, 1])).all(axis=1)]
    assert whole.mean().to_numpy() == pytest.approx(kept.mean(axis=0), abs=0.004)
    split = drawn["staff"] / whole["labour"]
    share = table["weight_within"]["staff"]
    assert split.mean() == pytest.approx(share, abs=0.005)
    assert split.corr(whole["labour"]) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(("labour", "told"), [((0.2, 0.6), False), ((0.0, 0.2), True)])
def test_ranges_are_told_and_so_is_that_they_leave_out_the_studys_own_weight(write_study, asked, labour, told):
    asked["sureness"] = FEW | {
        "weights": {name: {"low": low, "high": high} for name, (low, high) in (RANGES | {"labour": labour}).items()}
    }
    found = run(write_study(plots=unsure_plots(alpha=1.0)))
    (ranges,) = (one for one in drawn_how(found) if one.key == "sure.ranges")
    assert f"labour catchment {100 * labour[0]:.0f} to {100 * labour[1]:.0f}" in say(ranges, "en")
    assert ("notice.weights_outside" in {one.key for one in found.notices}) == told


def drawn_with(region: Region, wanted: Sureness, **u: float) -> Region:
    middle = pd.Series(0.5, index=inputs_of(region, ()))
    return drawn_world(region, wanted, middle.mask(middle.index.isin([name.replace("_", " ") for name in u]), 0.9))


def test_slower_roads_lengthen_ways_and_raise_costs(region_and_plots):
    region, plots, study = region_and_plots
    wanted = Sureness(**FEW)
    freight = next(part for part in study.indicators if isinstance(part, FreightCost))
    same, slow = drawn_with(region, wanted), drawn_with(region, wanted, speed=1, speed_trunk=1)
    assert inputs_of(region, ())[:6] == [
        "speed", "speed trunk", "speed main", "speed local", "speed bus", "speed truck",
    ]  # fmt: skip
    for mode, network in region.networks.items():
        assert same.networks[mode].arcs.seconds == pytest.approx(network.arcs.seconds)
        # The normal quantile of 0.9 is 1.2816; two of three parts, each over the root of 3, at 15 %.
        times = np.exp(0.15 * 2 * 1.2815516 / np.sqrt(3))
        assert slow.networks[mode].arcs.seconds == pytest.approx(network.arcs.seconds * times)
    assert drawn_with(region, wanted, speed_local=1).networks["truck"].arcs.seconds == pytest.approx(
        region.networks["truck"].arcs.seconds  # all roads here are trunks
    )
    minutes = {name: world.seconds("bus", "homes", plots) for name, world in {"b": region, "s": slow}.items()}
    assert (minutes["s"] > minutes["b"]).all(axis=None)
    costs = [freight.measured(plots, world).amount for world in (region, slow)]
    assert (costs[1] > costs[0]).all()


def test_what_else_is_drawn_moves_the_way_it_should(region_and_plots):
    region, plots, study = region_and_plots
    by_id = {part.id: part for part in study.indicators}
    wanted = Sureness(**FEW)
    before = drawn_with(region, wanted)
    more = drawn_with(region, wanted, participation=1, people=1, working_age=1)
    dear = drawn_with(region, wanted, line_costs=1, plant_costs=1)
    enough = drawn_with(region, wanted, spare_station=1)
    of = {name: lambda world, part=part: part.measured(plots, world) for name, part in by_id.items()}
    assert (of["staff"](more).amount <= of["staff"](before).amount + 1e-9).all()
    assert (of["connection"](dear).amount > of["connection"](before).amount).all()
    capacity = {name: world.frames["utilities"]["spare_mva"].iloc[0] for name, world in {"e": enough}.items()}
    assert capacity["e"] in {0.0, 1e9}
    assert of["main_road"](more).amount.equals(of["main_road"](before).amount)


def test_places_lie_within_the_precision_and_do_not_hang_on_one_another(region_and_plots):
    region, plots, _ = region_and_plots
    many = displaced(region, plots, 64)
    far = np.hypot(many.east, many.north)
    assert (far.max(axis=0) <= [1000, 2000, 0]).all()
    assert far.max(axis=0)[:2] == pytest.approx([1000, 2000], rel=0.02)
    assert np.abs(many.east.mean(axis=0)).max() < 40
    assert np.abs(many.north.mean(axis=0)).max() < 40
    # Every spot is as likely: a quarter of the places lies within half the radius.
    assert (far[:, 0] < 500).mean() == pytest.approx(0.25, abs=0.02)
    shapes = many.outlines.frame.geometry
    for number, (place, plot) in enumerate(itertools.product(range(64), plots.index)):
        own = plots.frame.geometry[plot].centroid
        there = shapes.iloc[many.rows[place, number % 3]]
        assert there.centroid.distance(own) == pytest.approx(far[place, number % 3], abs=1e-6)
        assert there.area == pytest.approx(plots.frame.area[plot])
    assert len(shapes) == 64 + 64 + 1  # the place of the third is exact
    alone = displaced(region, plots.some(slice(1, 2)), 64)
    assert alone.east[:, 0] == pytest.approx(many.east[:, 1])
    only = many.only(pd.Index(["gamma", "beta"]))
    assert only.east == pytest.approx(many.east[:, [2, 1]])
    assert only.outlines.frame.geometry.iloc[only.rows[0, 0]].equals(plots.frame.geometry["gamma"])


def test_a_plot_of_uncertain_place_is_told_over_its_places(write_study, asked):
    asked["sureness"] = FEW | {"positions": 64}
    here = run(write_study(plots=unsure_plots())).decision
    spread = run(write_study(plots=unsure_plots(alpha=1.0))).decision
    assert spread.measures.drop("alpha").equals(here.measures.drop("alpha"))
    # Alpha lies 500 m north of the road, 500 m deep, give or take a kilometre.
    north = np.linspace(-1000, 1000, 20_001)
    metres = np.maximum(500 + north, 0)
    chord = np.sqrt(1000**2 - north**2)
    assert spread.measures.loc["alpha", "main_road"] == pytest.approx(np.average(metres, weights=chord), rel=0.02)
    share = np.cumsum(chord) / chord.sum()
    assert spread.high.loc["alpha", "main_road"] == pytest.approx(np.interp(0.95, share, metres), abs=40)
    assert spread.low.loc["alpha", "main_road"] == pytest.approx(np.interp(0.05, share, metres), abs=40)


@st.composite
def drawn_scores(draw):
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    town = pd.Series({f"{t}{n}": f"t{t}" for t, size in enumerate(sizes) for n in range(size)})
    scores = draw(hnp.arrays(np.float64, (3, len(town)), elements=st.integers(0, 40).map(float)))
    plots = st.sampled_from(list(town.index))
    sets = draw(st.lists(st.lists(plots, min_size=2, max_size=3, unique=True).map(tuple), max_size=4))
    return scores, town, sets


@given(drawn_scores())
def test_what_is_chosen_together_in_a_draw_is_the_best_that_no_set_excludes(drawn):
    scores, town, sets = drawn
    chosen = chosen_together(scores, town, sets)
    at = {plot: column for column, plot in enumerate(town.index)}
    by_town = [list(town.index[town == name]) for name in town.unique()]
    allowed = [one for one in itertools.product(*by_town) if not any(set(out) <= set(one) for out in sets)]
    for draw, plots in enumerate(chosen):
        if not allowed:
            assert list(plots) == [None] * len(by_town)
            continue
        assert tuple(plots) in allowed
        best = max(sum(scores[draw, at[plot]] for plot in one) for one in allowed)
        assert sum(scores[draw, at[plot]] for plot in plots) == best


@pytest.mark.usefixtures("asked")
def test_what_nothing_bounds_is_open(write_study, monkeypatch):
    caught = []
    monkeypatch.setattr(stages, "put_to_the_test", lambda *given: caught.append(given[3]) or Sure())
    nobody_known = small_layers()["settlements"].assign(population=np.nan)
    decision = run(write_study(settlements=nobody_known)).decision
    unbounded = (decision.low.isna() | decision.high.isna()).to_numpy()
    assert unbounded.any()
    (tested,) = caught
    assert tested.open.to_numpy()[unbounded].all()
    assert not tested.open.to_numpy()[decision.low.eq(decision.high)].any()


def test_subjects_called_alike_are_told_apart():
    twin = Message("subject.place", {"what": dict.fromkeys(LANGUAGES, "Twin")})
    alike = [Subject(twin, (f"east of {one}",), shared=False) for one in "ab"]
    named = _told_apart([*alike, Subject(Message("subject.speeds"), ("speed",), shared=True)])
    assert len({say(one.label, "ru") for one in named}) == 3
    assert named[2].label == Message("subject.speeds")


def test_many_weights_do_not_drive_by_chance():
    """Of 64 draws of eight weights that have nothing to do with the scores, two fifths passed for driving them."""
    ranked = pd.DataFrame({"town": ["one", "one"], "rank": [1, 2]}, index=["a", "b"])
    names = [f"w{number}" for number in range(8)]
    subject = Subject(Message("subject.weights"), tuple(names), shared=False, known=False)
    told = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        drawn = Drawn(
            rng.normal(50, 9, (64, 2)), pd.DataFrame(index=range(4)), pd.DataFrame(rng.random((64, 8)), columns=names)
        )
        told += len(driven(drawn, ranked, "one", [subject])[0])
    assert told <= 2


def test_what_is_drawn_anew_has_the_total_share_that_arithmetic_says():
    """A plot of u x b x s points against one of none: b and u uniform, s of two worlds 1 or 2."""
    count = 4096
    u, b, other = quasi_random(count, ["u", "b", "other"], seed=2).to_numpy().T
    ends = np.zeros((2, 2, 1, 1, 2))
    ends[:, 1, 0, 0, 0] = [1.0, 2.0]
    model = draws.Model(
        curves=[(np.array([0.0, 4.0]), np.array([0.0, 100.0]))],
        ends=ends,
        world=np.repeat([0, 1], count // 2),
        at=np.zeros((count, 2), dtype=int),
        between=np.array([np.column_stack([b, other])]),
        weights=u[:, None],
        order=np.random.default_rng(3).permutation(count),
        columns={"east of a": (-1, 0), "m of a": (0, 0), "m of b": (0, 1)},
    )
    drawn = Drawn(model.scores(), pd.DataFrame(index=range(2)), pd.DataFrame(), model)
    assert drawn.scores[:, 0] == pytest.approx(25 * u * b * (1 + np.repeat([0, 1], count // 2)))
    variance = 2.5 / 9 - (1.5 / 4) ** 2  # of u b s, with the mean of s squared 2.5
    anew = {
        "m of a": 2.5 * (1 / 9 - 1 / 12) / variance,
        "m": 2.5 * (1 / 9 - 1 / 12) / variance,  # the weight
        "m of b": 0.0,
        "east of a": 0.0,
    }
    for name, share in anew.items():
        assert drawn.total(np.array([0, 1]), [name]) == pytest.approx(share, abs=0.02), name
    assert drawn.total(np.array([0, 1]), []) == pytest.approx((1 / 2) / 9 / variance, abs=0.02)
    assert np.isnan(Drawn(drawn.scores, pd.DataFrame(index=[0]), pd.DataFrame(), model).total(np.array([0, 1]), []))


def test_a_figure_too_small_to_tell_is_not_told_beside_one_that_is():
    label = [Message("subject.weights"), Message("subject.speeds"), Message("subject.costs")]
    rows = [(label[0], 0.01, 0.4), (label[1], 0.2, np.nan), (label[2], 0.01, 0.02)]
    told = _told("one", ("share", "total"), rows)
    assert list(told["subject"]) == [label[1], label[0]]
    assert told["total"].isna().tolist() == [True, False]
    assert told["share"].isna().tolist() == [False, True]


def test_central_weights_are_the_means_of_the_draws_in_which_a_plot_is_first(write_study, asked, monkeypatch):
    kept = []
    monkeypatch.setattr(testing, "drawn", lambda *given: kept.append(draws.drawn(*given)) or kept[0])
    asked["sureness"] = {"worlds": 4, "positions": 6, "draws": 64, "concentration": 5}
    found = run(write_study(plots=unsure_plots(alpha=1.0, beta=2.0, gamma=0.5)))
    scores, own = np.round(kept[0].scores, 9), kept[0].own
    labour = own["staff"] + own["near_home"]
    at = {plot: column for column, plot in enumerate(found.sureness.plots.index)}
    ahead = scores[:, at["alpha"]] - scores[:, at["beta"]]
    direct = {"alpha": labour[ahead > 0].mean(), "beta": labour[ahead < 0].mean()}
    told = central_weights(found).set_index("plot")
    assert told.loc[["alpha", "beta"], "labour"].to_dict() == pytest.approx(direct)
    assert told["first"].equals(found.sureness.plots["first"].reindex(told.index))
    assert told[["labour", "road", "utilities", "ground"]].sum(axis=1).to_numpy() == pytest.approx(1)
    assert told.loc["gamma", "labour"] == pytest.approx(labour.mean())  # alone in its town, it is always first
    assert central_line(found, "gamma") is None
    lines = [central_line(found, plot) for plot in ("alpha", "beta")]
    often = [plot for plot in ("alpha", "beta") if told.loc[plot, "first"] * 256 >= 50]
    assert [line is not None for line in lines] == [plot in often for plot in ("alpha", "beta")]
    for plot, line in zip(("alpha", "beta"), lines, strict=True):
        if line is not None and abs(direct[plot] - labour.mean()) >= 0.02:
            weight, usual = (round(100 * one) for one in (direct[plot], labour.mean()))
            assert f"labour catchment {weight} (in all draws {usual})" in say(line, "en")
    assert "central.weights" in {line.key for line in lines if line is not None}
    table = laid_out(found, "central_weights.csv", "en")
    assert list(table.columns)[:2] == ["plot", "town"]
    assert len(central_sheet(found).rows) == (told["first"] > 0).sum()
