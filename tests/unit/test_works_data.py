"""Figures of demand, costs and rules: what the facts say, and what follows from them by the rules stated."""

import csv
import math
import tomllib
from pathlib import Path
from typing import get_args

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from sitesel.connections import default_prices, default_terrain, demand_figures, network_need, town_demand
from sitesel.connections.settings import Production
from sitesel.ground import ground_factors, site_factors
from sitesel.rules.judging import default_rules
from sitesel.text import LANGUAGES, catalogue

PRODUCTIONS = get_args(Production)

# not in the project: the test runs where the folder stands beside it
FACTS = next(
    (found for above in Path(__file__).parents if (found := above / "shared/facts/unit_costs.csv").exists()), None
)


def test_every_production_has_every_quantity_with_low_below_high():
    table = demand_figures()
    quantities = table.index.get_level_values("quantity").unique()
    assert set(table.index) == {(production, quantity) for production in PRODUCTIONS for quantity in quantities}
    assert (table["low"] < table["mid"]).all()
    assert (table["mid"] < table["high"]).all()
    assert table[["basis", "source", "confidence", "unit"]].ne("").all(axis=None)


def test_derived_demand_follows_its_rules():
    table = demand_figures()
    power = table.xs("power_mw", level="quantity")
    sewing, knitting, dyeing = (power.loc[name] for name in PRODUCTIONS)
    assert dyeing["low"] / dyeing["mid"] == pytest.approx(sewing["low"] / sewing["mid"])
    assert dyeing["high"] / dyeing["mid"] == pytest.approx(sewing["high"] / sewing["mid"])
    assert (knitting["low"], knitting["high"]) == (sewing["mid"], dyeing["mid"])
    assert knitting["mid"] == pytest.approx(math.sqrt(sewing["mid"] * dyeing["mid"]), abs=0.05)
    for production in PRODUCTIONS:
        water, waste = table.loc[(production, "water_m3_day")], table.loc[(production, "wastewater_m3_day")]
        heat, gas = table.loc[(production, "heating_mw")], table.loc[(production, "gas_m3_h")]
        for size, floor, watts in (("low", 8500, 100), ("mid", 12000, 116.7), ("high", 16000, 120)):
            assert waste[size] == pytest.approx(0.9 * water[size])
            assert heat[size] == pytest.approx(floor * watts / 1e6, abs=0.005)
            assert gas[size] == pytest.approx(heat[size] * 1000 / 8.75, abs=0.6)


def test_demand_grows_with_jobs_and_refuses_an_unknown_production():
    towns = pd.DataFrame({"jobs": [1000, 2500], "production": ["sewing", "with_dyeing"]}, index=["a", "b"])
    found = town_demand(towns)
    assert found.loc[("a", "water_m3_day"), ["low", "mid", "high"]].tolist() == [40, 80, 120]
    assert found.loc[("b", "power_mw"), "mid"] == 7.5
    need = network_need(found, pd.Series({"p": "b", "q": "a"}))
    assert need.loc["p", "power"] == pytest.approx(7.5 / 0.9)
    assert need.loc["q", "sewage"] == pytest.approx(72)
    with pytest.raises(ValueError, match="no figures for production 'weaving'"):
        town_demand(towns.assign(production="weaving"))


def test_costs_are_whole_and_name_their_basis():
    prices = default_prices("kg")
    known = prices.items[prices.items["mid"].notna()]
    assert (known["low"] < known["mid"]).all()
    assert (known["mid"] < known["high"]).all()
    assert prices.items[["basis", "source", "confidence"]].ne("").all(axis=None)
    parts = pd.concat([prices.ways, prices.bounds])[["line", "plant"]]
    assert parts.notna().any(axis=1).all()
    assert {*parts["line"].dropna(), *parts["plant"].dropna()} <= set(prices.items.index)
    assert set(prices.bounds["network"]) == set(prices.ways["network"])  # each has what it costs at most
    assert set(default_terrain().factors) == {"rivers", "built_up", "roads", "protected"}


@pytest.mark.skipif(FACTS is None, reason="the facts are not part of the project")
def test_costs_are_those_of_the_facts():
    rows = list(csv.DictReader(FACTS.read_text(encoding="utf-8").splitlines()))
    told = sorted((float(row["default_usd"]), float(row["low"]), float(row["high"])) for row in rows)
    ours = default_prices("kg").items.dropna(subset="mid")
    assumed = ours["source"] == "assumed"
    assert ours.loc[assumed, "basis"].str.startswith("assumed").all()
    ours = ours[~assumed]
    assert sorted(ours[["mid", "low", "high"]].itertuples(index=False, name=None)) == told


def test_every_rule_has_words():
    for lang in LANGUAGES:
        assert {f"rule.{name}{part}" for name in default_rules("kg") for part in ("", ".name")} <= set(catalogue(lang))


def test_no_number_in_the_rules_is_lost_on_reading():
    text = (Path(__file__).parents[2] / "src/sitesel/data/rules.toml").read_text(encoding="utf-8")
    for name, entry in tomllib.loads(text).items():
        rule = default_rules("kg")[name]
        assert rule.within_m == entry.get("within_m", 0)
        assert rule.kinds == tuple(entry.get("kinds", ()))
        assert rule.by_production == entry.get("by_production")
        assert rule.by_production is None or set(rule.by_production) == set(PRODUCTIONS)


def test_the_worst_zone_counts_and_no_zone_is_unknown():
    plots = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(10, 0, 11, 1)], index=["p", "q"], crs="EPSG:32643")
    zones = gpd.GeoDataFrame({"intensity": [8, 9]}, geometry=[box(-5, -5, 5, 5), box(0.5, 0, 5, 5)], crs="EPSG:32643")
    found = site_factors(plots, zones, "seismic")
    assert found.loc["p", ["met", "mid"]].tolist() == [9, ground_factors("seismic").loc[9, "mid"]]
    assert found.loc["q"].isna().all()
    wet = zones.rename(columns={"intensity": "depth_m"}).assign(depth_m=[4.0, 2.0])
    assert site_factors(plots, wet, "groundwater").loc["p", ["met", "mid"]].tolist() == [2.0, 1.06]
    assert site_factors(plots, None, "groundwater").isna().all(axis=None)
