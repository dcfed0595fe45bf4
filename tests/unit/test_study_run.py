"""The small study worked out by hand."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import tomlkit
from shapely import LineString, box

from sitesel.findings import Findings
from sitesel.stages import check, run
from small_study import ask_every_kind, layer, place, small_layers, write_heights

TRUNK_TRUCK_KPH = 60


@pytest.fixture
def findings(run_once: Callable[[], Findings], study_text: tomlkit.TOMLDocument):
    ask_every_kind(study_text)
    return run_once()


def off_road_minutes(km: float) -> float:
    return km / 10 * 60


def test_minutes_to_the_border_count_the_off_road_leg(findings):
    # alpha's outline lies 500 m north of the road from km 10 to 10.5; eastwards its eastern gate is best, 29.5 km off
    expected = 29.5 / TRUNK_TRUCK_KPH * 60 + off_road_minutes(0.5)
    assert findings.decision.measures.loc["alpha", "border"] == pytest.approx(expected, rel=1e-6)


def test_people_per_job_decays_with_bus_time_and_its_wait(findings):
    # gamma's 600 m of frontage lie 900 m south of the road from km 20.0 to 20.6, 5.4 min at 10 km/h. Its best gate:
    # from the west  12 min wait + 20.0 min ride + 5.4 = 37.4 min: share 0.85 - 0.3 * 7.4 / 15 = 0.702, of 5,000
    # from the east  12 min wait + 19.4 min ride + 5.4 = 36.8 min: share 0.85 - 0.3 * 6.8 / 15 = 0.714, of 10,000
    people = findings.decision.measures.loc["gamma", "pool"] * 6000
    assert people == pytest.approx(0.702 * 5_000 + 0.714 * 10_000, rel=1e-6)


def test_utilities_beyond_what_is_known_are_unknown_not_far(findings):
    assert findings.decision.measures.loc["alpha", "power"] == pytest.approx(2.0, abs=0.01)  # 3.0 km less 0.5 + 0.5
    assert pd.isna(findings.decision.measures.loc["beta", "power"])
    assert findings.decision.reasons.loc["beta", "power"].key == "reason.none_known"
    assert findings.decision.reasons.loc["alpha", "power"] is None
    assert findings.decision.measures["water"].isna().all()


def test_ground(findings):
    assert findings.decision.measures.loc["alpha", "area"] == pytest.approx(25 / 25)
    assert findings.decision.measures.loc["gamma", "area"] == pytest.approx(36 / 30)
    assert findings.decision.measures.loc["alpha", "slope_mean"] == pytest.approx(1.0, abs=0.01)


def test_the_slope_tells_how_fine_its_heights_are(findings):
    detail = findings.decision.details.loc["alpha", "slope_mean"]
    assert (detail.params["width"], detail.params["height"]) == (200, 200)


# -- The six of the default study. Workers: west 10,000 x 0.5 x 0.6 = 3,000, east 6,000; the park takes 500 from east,
# 28 min off. Ways with 12 min of waiting, at 60 km/h; alpha and beta lie 0.5 km off the road, 3 min at 10 km/h.


def test_minutes_to_staff(findings):
    # The cap is lifted. Alpha's 5,000: all 3,000 of west, 12 + 10 + 3 = 25 min, 2,000 of east, 12 + 29.5 + 3 = 44.5.
    staff = findings.decision.measures["staff"]
    assert staff["alpha"] == pytest.approx((3000 * 25 + 2000 * 44.5) / 5000)
    assert staff["beta"] == pytest.approx(12 + 9.5 + 3)  # all 5,000 of the 5,500 that the park leaves in the east
    assert staff["gamma"] == pytest.approx((5500 * 36.8 + 500 * 37.4) / 6000)


def test_nobody_draws_more_than_the_cap_and_what_is_unfilled_counts_as_the_longest_way(write_study, study_text):
    # A tenth: 300 of west, 600 of east; the park's 500 are within its own cap and leave 5,500, so 600 of these.
    study_text["labour"]["draw_cap"] = {"low": 0.05, "mid": 0.1, "high": 0.15}
    found = run(write_study()).decision
    assert found.measures.loc["alpha", "staff"] == pytest.approx((300 * 25 + 600 * 44.5 + 4100 * 90) / 5000)
    assert found.details.loc["alpha", "staff"].key == "detail.staffed_short"
    assert found.details.loc["alpha", "staff"].params == {"jobs": 4100.0, "cap": 10.0}
    assert found.measures.loc["gamma", "near_home"] == pytest.approx(100 * 900 / 6000)
    # A park of 1,600 takes 300 and 600, and leaves more than the cap again.
    crowded = run(write_study(rivals=small_layers()["rivals"].assign(jobs=[1600.0]))).decision
    assert crowded.measures.loc["alpha", "staff"] == pytest.approx(found.measures.loc["alpha", "staff"])
    # Of a pool of which it takes 0.6, only 0.4 are left to draw.
    study_text["labour"]["draw_cap"] = {"low": 0.6, "mid": 0.6, "high": 0.6}
    emptied = run(write_study(rivals=small_layers()["rivals"].assign(jobs=[9000.0]))).decision
    left = {"west": 0.4 * 3000, "east": 0.4 * 6000}
    minutes = left["west"] * 25 + left["east"] * 44.5 + (5000 - left["west"] - left["east"]) * 90
    assert emptied.measures.loc["alpha", "staff"] == pytest.approx(minutes / 5000)


def test_jobs_near_home(write_study, study_text):
    study_text["labour"]["draw_cap"] = {"low": 0.05, "mid": 0.1, "high": 0.15}
    (near,) = (part for part in study_text["indicators"] if part["id"] == "near_home")

    def shares():
        settlements = small_layers()["settlements"].assign(district=["Jayyl", "Panfilov"])
        return run(write_study(settlements=settlements)).decision.measures["near_home"].to_dict()

    both, west, east = 100 * 900 / 5000, 100 * 300 / 5000, 100 * 600 / 5000
    assert shares() == pytest.approx({"alpha": both, "beta": both, "gamma": 100 * 900 / 6000})
    near["home_minutes"] = 44
    assert shares() == pytest.approx({"alpha": west, "beta": east, "gamma": 100 * 900 / 6000})
    near["home_minutes"], near["district_weights"] = 60, {"Panfilov": 0}
    assert shares() == pytest.approx({"alpha": west, "beta": west, "gamma": 100 * 300 / 6000})
    near["district_weights"] = {"Panfilov": 0.5}
    assert shares() == pytest.approx({"alpha": (300 + 300) / 50, "beta": (300 + 300) / 50, "gamma": (300 + 300) / 60})


def test_freight_cost(findings):
    # A km of the trunk costs 0.60 USD and a minute of a truck at 10 USD an hour; 0.5 km off the road 0.30 + 3 min.
    km, off = 0.60 + 10 / 60, 0.30 + 10 * 3 / 60
    border, yard, field = 29.5 * km + off, 10 * km + off, 9.5 * km + off  # from alpha's eastern or western gate
    expected = 2 * 0.6 * (0.8 * border + 0.1 * yard + 0.1 * field)  # the market lies at the crossing
    assert findings.decision.measures.loc["alpha", "freight"] == pytest.approx(expected, rel=1e-6)
    # To the nearest of each kind; the market lies at the crossing.
    places = findings.decision.details.loc["alpha", "freight"].params["places"]
    assert [name in places["en"] for name in ("Crossing", "Yard", "Field", "Bazaar")] == [True] * 4


def test_freight_without_a_destination_is_not_known(write_study):
    gateways = small_layers()["gateways"]
    found = run(write_study(gateways=gateways[gateways["kind"] != "market"])).decision
    assert found.measures["freight"].isna().all()
    assert found.reasons.loc["alpha", "freight"].key == "reason.no_destination"
    assert found.low["freight"].isna().all()
    assert (found.worth["freight"] == 0).all()
    assert found.ranking["rankable"].all()  # the main road is known


def test_metres_to_main_road(findings, write_study):
    assert findings.decision.measures["main_road"].to_dict() == pytest.approx({"alpha": 500, "beta": 500, "gamma": 900})
    # A lane is none, be it nearer.
    lane = gpd.GeoDataFrame(
        {"road": ["l"], "highway": ["residential"], "setting": "rural", "surface": "asphalt", "assumed": False},
        geometry=[LineString([place(12, 0), place(12, 0.6), place(10.6, 0.6)])],
        crs=small_layers()["roads"].crs,
    )
    with_lane = run(write_study(roads=pd.concat([small_layers()["roads"], lane], ignore_index=True))).decision
    assert with_lane.measures.loc["alpha", "main_road"] == pytest.approx(500)


@pytest.mark.parametrize(("slope_pct", "share"), [(1.0, 1.0), (5.5, 0.875), (11.5, 0.475)])
def test_fit_of_ground(write_study, tmp_path, monkeypatch, slope_pct, share):
    monkeypatch.setattr("sitesel.region.reading.refuse_unlike", lambda *_: None)
    study = write_study()
    write_heights(tmp_path / "heights.tif", slope_pct=slope_pct)
    fit = run(study).decision.measures["fit"]
    assert fit.to_dict() == pytest.approx({"alpha": share, "beta": share, "gamma": 1.2 * share}, rel=2e-3)


def test_fit_asks_for_a_rectangle_not_for_ground(write_study):
    # Gamma is cut to an L of 600 m with arms of 300 m: 27 ha of 30, its largest rectangle 600 x 300 m.
    plots = small_layers()["plots"]
    corner = place(20, -1.5)
    plots.loc[2, "geometry"] = plots.geometry[2] - box(corner.x + 300, corner.y + 300, corner.x + 600, corner.y + 600)
    found = run(write_study(plots=plots))
    assert found.decision.measures.loc["gamma", "fit"] == pytest.approx(18 / 30, rel=0.02)
    assert found.sites.loc["gamma", "usable_ha"] == pytest.approx(27, rel=0.02)
    assert found.decision.ranking.loc["gamma", "gate"] is None  # 27 of 30 ha are enough to be ranked


def test_connection_per_job(findings):
    # Power at the dearest 3.5 km of 110 kV and a substation of 3.5 million; the others as in test_money_per_job.
    without = (
        80_000 + 360 * 1200 + 30_000
    )  # nothing is known of water, sewage and telecom, and they are charged at most
    dearest = 3.5 * 150_000 + 3.5e6 + 800 * 800 + 200_000 + without
    assert findings.decision.measures.loc["alpha", "connection"] == pytest.approx(dearest / 5000)
    assert findings.decision.high.loc["alpha", "connection"] == pytest.approx(dearest / 5000)
    cheapest = 3.5 * 25_000 + 0.5 * 400_000 + without
    assert findings.decision.low.loc["alpha", "connection"] == pytest.approx(cheapest / 5000)


def test_what_is_not_known_counts_as_the_worst_it_can_be(write_study, study_text):
    study_text["layers"]["elevation"] = []
    found = run(write_study()).decision
    weight = found.indicators["weight"]
    assert found.measures["fit"].isna().all()
    assert (found.low.loc["alpha", "fit"], found.high.loc["alpha", "fit"]) == (0.0, pytest.approx(1.0))
    others = 100 * (found.worth.loc["alpha"] * weight).drop("fit").sum()
    row = found.ranking.loc["alpha"]
    assert row["score"] == pytest.approx(others)
    assert row["low"] == pytest.approx(row["score"] - _unsure(found, weight))
    assert row["high"] > others + 70 * weight["fit"] - 1e-9  # a plot just large enough is worth 70 where it is flat
    assert row["known_weight"] == pytest.approx(1 - weight["fit"])
    assert row["gate"] is None  # that it is no more than just enough is known


def _unsure(found, weight):
    """Points between what is counted of alpha and the least that it can be."""
    least = {}
    for name, points in found.indicators["value"].items():
        x, y = np.array(points).T
        low, high = found.low.loc["alpha", name], found.high.loc["alpha", name]
        least[name] = min(np.interp([low, high], x, y)) / 100 if name != "fit" else 0.0
    return 100 * ((found.worth.loc["alpha"] - pd.Series(least)) * weight).sum()


def test_where_the_settlements_end_far_labour_is_not_known(write_study):
    """The case of Naryn: the nearest known settlement lies 135 km off."""
    crs = small_layers()["roads"].crs
    road = {"road": ["A"], "ref": "A1", "highway": "trunk", "setting": "rural", "surface": "asphalt", "assumed": False}
    layers = {
        "roads": gpd.GeoDataFrame(road, geometry=[LineString([place(-140, 0), place(40, 0)])], crs=crs),
        "settlements": layer(
            ["one", "two"], [place(-140, 0), place(-125, 0)], population=[9e4, 5e4], working_age_share=0.5
        ),
        "border": layer(["kg"], [box(place(-200, 0).x, place(0, -100).y, place(200, 0).x, place(0, 100).y)]),
    }
    found = run(write_study(**layers)).decision
    assert found.measures[["staff", "near_home"]].isna().all(axis=None)
    assert {reason.key for reason in found.reasons[["staff", "near_home"]].to_numpy().ravel()} == {"reason.homes_far"}
    assert (found.low[["staff", "near_home"]] == 0).all(axis=None)
    assert found.high["staff"].isna().all()
    assert (found.high["near_home"] == 100).all()
    assert (found.worth[["staff", "near_home"]] == 0).all(axis=None)
    assert set(found.ranking["gate"]) == {"unknown"}
    assert set(found.ranking["detail"]) == {"labour"}
    assert found.ranking["rank"].isna().all()
    assert (found.ranking["high"] - found.ranking["score"] >= 36 - 1e-9).all()


def test_where_nobody_near_can_come_that_is_known(write_study, study_text):
    study_text["labour"]["modes"] = {"walk": 1.0}  # 10 km at 4.5 km/h: longer than anyone travels
    found = run(write_study()).decision
    assert (found.measures["staff"] == 90).all()
    assert (found.measures["near_home"] == 0).all()
    assert found.ranking["gate"].isna().all()


@pytest.mark.parametrize("km", [None, 60])
def test_a_study_without_a_utility_within_reach_is_carried_out(write_study, km):
    known = {name: small_layers()[name] for name in ("utilities", "utility_lines")}
    if km is None:
        study = write_study(**{name: frame.iloc[:0] for name, frame in known.items()})
    else:
        study = write_study(
            **{name: frame.set_geometry(frame.translate(0, -1000 * km)) for name, frame in known.items()}
        )
    assert check(study) == ()
    found = run(study)
    assert {reason.key for reason in found.decision.reasons["connection"]} == {"reason.no_source"}
    assert set(found.connections.joined["source"].dropna()) == {"road:A1", "plot:own"}
    assert set(found.decision.ranking["gate"]) == {"unknown"}
    assert set(found.decision.ranking["detail"]) == {"utilities"}


def test_a_plot_is_ranked_by_one_known_source_and_not_by_bounds_alone(write_study):
    mast = small_layers()["utilities"].assign(kind="telecom_node")  # 20.1 km from beta, and nothing else is known
    found = run(write_study(utilities=mast, utility_lines=small_layers()["utility_lines"].iloc[:0])).decision
    assert found.ranking["gate"].to_dict() == {"alpha": None, "gamma": None, "beta": "unknown"}
    assert found.ranking.loc["beta", "detail"] == "utilities"
    assert found.low.loc["beta", "connection"] == found.high.loc["beta", "connection"] > 0  # its bound, as counted


def test_each_town_ranks_its_own_plots_in_the_study_order(findings):
    assert list(findings.decision.ranking["town"]) == ["one", "one", "two"]
    assert findings.decision.ranking.loc["gamma", "rank"] == 1


def test_a_plot_with_too_little_known_is_listed_but_not_ranked(write_study, study_text):
    study_text["study"]["rankable_from"] = 0.95
    study_text["layers"]["elevation"] = []  # of the fit, a tenth of the weight
    ranking = run(write_study()).decision.ranking
    assert not ranking["rankable"].any()
    assert ranking["rank"].isna().all()
    assert ranking["score"].notna().all()
    assert set(ranking["gate"]) == {"known"}


def test_the_same_inputs_give_the_same_run_id_and_others_another(write_study, study_text):
    study = write_study()
    first, again = run(study).run["id"], run(study).run["id"]
    study_text["towns"][0]["jobs"] = 5001
    study.write_text(tomlkit.dumps(study_text), encoding="utf-8")
    assert first == again != run(study).run["id"]


def test_trucks_climb_slowly_where_the_study_asks(write_study, study_text, tmp_path, monkeypatch):
    # A plane that climbs 6 % for 60 km is not the land that is known here.
    monkeypatch.setattr("sitesel.region.reading.refuse_unlike", lambda *_: None)
    ask_every_kind(study_text)
    study = write_study()
    write_heights(tmp_path / "heights.tif", slope_pct=6.0)
    flat = run(study).decision.measures
    study_text["study"]["trucks_slowed_by_slope"] = True
    study.write_text(tomlkit.dumps(study_text), encoding="utf-8")
    steep = run(study).decision.measures
    assert (steep["border"] > flat["border"] + 5).all()  # eastwards, uphill
    assert (steep["freight"] > flat["freight"]).all()
    assert steep[["pool", "staff"]].equals(flat[["pool", "staff"]])  # buses are not asked about


def test_check_finds_nothing_wrong(write_study):
    assert check(write_study()) == ()
