"""Money per job of the small study, worked out by hand, and what more knowledge may do to it."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from sitesel.connections import default_prices, offers
from sitesel.connections.bounds import upper_bounds
from sitesel.connections.laying import along_roads, road_metres
from sitesel.connections.per_job import money_per_job
from sitesel.region import survey
from sitesel.region.reading import read_inputs
from sitesel.stages import connection_terms, sites, source_of
from sitesel.study import load_study
from small_study import place

JOBS = {"one": 5000, "two": 6000}


@pytest.fixture
def asked(write_study):
    study = load_study(write_study())
    inputs = read_inputs(study.study, study.layers, source_of(study), lambda _: None)
    region = survey(study.asked, inputs)
    plots = region.outlines(sites(study, inputs), study.modes)
    return region, plots, connection_terms(study, region, plots)


def test_between_the_best_and_the_worst_by_hand(asked):
    region, plots, terms = asked
    told = money_per_job(region, plots, terms)
    # Alpha: 3.5 km of 10 kV line, the main at its edge, 500 m of road; nothing known of water, sewage and telecom.
    power, gas, sewage = 3.5 * 150_000 + 3.5e6, 800 * 800, 360 * 1200
    at_most = 80_000 + sewage + 30_000  # boreholes, a treatment plant and radio of its own
    assert told.loc["alpha", "low"] == pytest.approx((3.5 * 25_000 + 0.5 * 400_000 + at_most) / 5000)
    assert told.loc["alpha", "high"] == pytest.approx((power + 80_000 + sewage + gas + 30_000 + 200_000) / 5000)
    assert told["mid"].to_numpy() == pytest.approx((told["low"] + told["high"]).to_numpy() / 2)
    assert told["known"].all()
    within = replace(terms, asked=terms.asked.model_copy(update={"within_km": 0.6}))
    near = money_per_job(region, plots, within)
    assert near["known"].to_dict() == {"alpha": True, "beta": False, "gamma": False}  # roads alone are no knowledge


def test_copies_elsewhere_cost_what_they_would_alone(asked):
    region, plots, terms = asked
    copies = gpd.GeoDataFrame(pd.concat([plots.frame] * 3).set_axis([f"copy {n}" for n in range(9)]), crs=region.crs)
    moved = copies.set_geometry(
        [shapely.affinity.translate(shape, 40.0 * n) for n, shape in enumerate(copies.geometry)]
    )
    outlines = region.outlines(moved, list(plots.places))
    together = money_per_job(region, outlines, terms)
    alone = money_per_job(region, replace(outlines, frame=moved.iloc[[4]], places={}), terms)
    pd.testing.assert_frame_equal(alone, together.iloc[[4]])
    metres = road_metres(region, outlines, terms.sources, terms.asked)
    pd.testing.assert_frame_equal(money_per_job(region, outlines, terms, metres=metres), together)


def test_what_a_draw_decides_lies_between_the_views(asked):
    region, plots, terms = asked
    wide = money_per_job(region, plots, terms)
    for hoped in (True, False):
        enough = pd.Series(hoped, index=terms.sources.index)
        drawn = money_per_job(region, plots, terms, enough=enough)
        assert (drawn["low"] >= wide["low"] - 1e-9).all()
        assert (drawn["high"] <= wide["high"] + 1e-9).all()
    dear = default_prices("kg")
    dear = replace(dear, items=dear.items.assign(mid=2 * dear.items["mid"]))
    twice = money_per_job(region, plots, replace(terms, prices=dear))
    assert twice["high"].to_numpy() == pytest.approx(2 * wide["high"].to_numpy())


def test_learning_of_a_source_never_costs_more_than_the_bound(asked):
    region, plots, terms = asked
    before = money_per_job(region, plots, terms)
    for kind in ("water_works", "sewage_works", "telecom_node"):
        for km in (1, 18):
            new = terms.sources.loc[["station"]].assign(kind=kind, geometry=[place(20 + km, 2)]).set_axis(["new"])
            more = replace(terms, sources=gpd.GeoDataFrame(pd.concat([terms.sources, new]), crs=region.crs))
            after = money_per_job(region, plots, more)
            assert (after["high"] <= before["high"] + 1e-9).all()
            assert (after["low"] <= before["low"] + 1e-9).all()
            assert (after["low"] <= after["high"]).all()


def test_a_network_that_nothing_stands_in_for_has_no_dearest_case(asked):
    region, plots, terms = asked
    bounds = terms.prices.bounds
    without = replace(terms.prices, bounds=bounds[bounds["network"] != "water"])  # no source of it is known
    told = money_per_job(region, plots, replace(terms, prices=without))
    assert told[["low", "high"]].isna().all(axis=None)


def test_a_line_whose_voltage_cannot_serve_is_no_offer(asked):
    region, plots, terms = asked
    along = along_roads(region, plots, terms.sources, terms.asked)
    at = {km: along.table.assign(metres=1000.0 * km, effective_m=1000.0 * km) for km in (5, 10, 30)}
    ways = {km: offers(laid, terms.sources, terms.need, terms.prices) for km, laid in at.items()}
    by_km = {km: found[found["plot"] == "alpha"].set_index("way")["lines"] for km, found in ways.items()}
    # 4.4 MVA x km over 26.9 MVA km a line: one line to 6.0 km, four to 24.2 km; 35 kV and 110 kV go on.
    assert [by_km[km].get("line_10kv") for km in (5, 10, 30)] == [1, 2, None]
    assert by_km[30].to_dict() == {"new_35kv": 1, "new_110kv": 1, "gas_main": 1}
    drop = 4 / 0.9 * 6 * (0.244 * 0.9 + 0.35 * np.sqrt(1 - 0.9**2)) / 10**2
    assert drop == pytest.approx(0.1, abs=0.002)


def test_every_network_has_an_upper_bound(asked):
    _, plots, terms = asked
    bounds = upper_bounds(terms.need, terms.prices, 20.0)
    assert len(bounds) == len(plots.index) * 6
    assert (bounds["usd_low"] < bounds["usd_mid"]).all()
    assert (bounds["usd_mid"] < bounds["usd_high"]).all()
