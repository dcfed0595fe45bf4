"""Offers, the cheapest of them, the estimate, shared capacity, lengths along roads: against figures by hand."""

import itertools
import math

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from sitesel.connections import (
    cheapest,
    default_prices,
    estimate,
    every_connection,
    offers,
    overdrawn,
    share,
    taps,
    totals,
)
from sitesel.connections.along_roads import road_ways
from sitesel.connections.offers import of_no_voltage
from sitesel.network import snap
from sitesel.routing import compile_network, places_on_edges

PRICES = default_prices("kg")
SOURCES = pd.DataFrame(
    {
        "kind": ["substation", "substation", "substation", "sewage_works", "gas_main"],
        "voltage_kv": [110.0, 110.0, 500.0, np.nan, np.nan],
        "spare_mva": [2.0, np.nan, np.nan, np.nan, np.nan],
        "spare_m3_day": [np.nan, np.nan, np.nan, 100.0, np.nan],
    },
    index=["full", "unknown", "grid", "works", "main"],
)
NEED = pd.DataFrame({"power": [8.0, 1.0], "sewage": [500.0, 50.0], "gas": [10.0, 10.0]}, index=["big", "small"])


def power(*plots: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_product([plots, ["power"]], names=["plot", "network"])


def lengths(**km: float) -> pd.DataFrame:
    rows = [(plot, source, 1000 * far, 1000 * far) for plot in NEED.index for source, far in km.items()]
    return pd.DataFrame(rows, columns=["plot", "source", "metres", "effective_m"])


ALL = offers(lengths(full=1, unknown=4, grid=0.1, works=2, main=3), SOURCES, NEED, PRICES)
WANTED = every_connection(NEED.index, PRICES)
USD = ["usd_low", "usd_mid", "usd_high"]


def test_unknown_capacity_gives_both_answers():
    hoped, feared = (cheapest(ALL, WANTED, view) for view in ("optimistic", "pessimistic"))
    # enough, if there is: two 10 kV lines of 5 MVA over 4 km; else 1 km of 110 kV line and a new substation
    assert hoped.loc[("big", "power"), ["source", "way", "lines"]].tolist() == ["unknown", "line_10kv", 2]
    assert hoped.loc[("big", "power"), "usd_mid"] == 2 * 4 * 25_000
    assert feared.loc[("big", "power"), ["source", "way", "plants"]].tolist() == ["full", "new_110kv", 1]
    assert feared.loc[("big", "power"), USD].tolist() == [90_000 + 2.8e6, 150_000 + 3.5e6, 250_000 + 6e6]
    for view in (hoped, feared):  # 2 MVA are known to be spare, and serve 1
        assert view.loc[("small", "power"), ["source", "way", "usd_mid"]].tolist() == ["full", "line_10kv", 25_000]
    assert hoped.loc[("big", "gas"), "reason"] is None
    assert feared.loc[("big", "gas"), "reason"] == "capacity_unknown"


def test_a_source_known_to_be_short_is_not_used_but_paid_for():
    for view in ("optimistic", "pessimistic"):
        chosen = cheapest(ALL, WANTED, view)
        assert chosen.loc[("big", "sewage"), "way"] == "new_treatment"
        assert chosen.loc[("big", "sewage"), "usd_mid"] == 2 * 120_000 + 500 * 480
        assert chosen.loc[("small", "sewage"), ["way", "usd_mid"]].tolist() == ["sewer_main", 240_000]


def test_a_network_nobody_reaches_says_so_and_one_without_room_too():
    none = offers(lengths(works=math.nan, full=1), SOURCES, NEED, PRICES)
    assert set(none["network"]) == {"power"}
    dry = pd.DataFrame({"kind": ["water_works"], "voltage_kv": [math.nan], "spare_m3_day": [10.0]}, index=["dry"])
    need = pd.DataFrame({"water": [80.0]}, index=["big"])
    table = offers(lengths(dry=1).query("plot == 'big'"), dry, need, PRICES)
    assert (
        cheapest(table, every_connection(need.index, PRICES), "optimistic").loc[("big", "water"), "reason"]
        == "no_capacity"
    )
    both = cheapest(table, every_connection(pd.Index(["big", "far"]), PRICES), "optimistic")
    assert both.loc[("far", "water"), "reason"] == "none_known"


def test_any_voltage_of_a_source_will_do_and_none_known_is_no_source():
    levels = {"grid": "500;110;35", "regional": "220;35;10", "high": "500", "street": None, "own": None}
    kv = [500.0, 220.0, 500.0, math.nan, 110.0]
    sources = pd.DataFrame({"levels_kv": pd.Series(levels), "kind": "substation", "spare_mva": math.nan})
    sources["voltage_kv"] = kv
    table = offers(lengths(**dict.fromkeys(levels, 1)).query("plot == 'big'"), sources, NEED, PRICES)
    ways = table.groupby("source")["way"].agg(set).to_dict()
    assert ways == {source: {"line_10kv", "new_35kv", "new_110kv"} for source in ("grid", "regional", "own")}
    assert of_no_voltage(sources, PRICES) == 1
    together = share(table, power("big"), "optimistic")[0]
    assert together["source"].isin(["grid", "regional", "own"]).all()


def test_a_substation_of_several_voltages_spares_once():
    sources = pd.DataFrame(
        {"kind": "substation", "voltage_kv": 110.0, "levels_kv": "110;35", "spare_mva": [6.0]}, index=["one"]
    )
    need = pd.DataFrame({"power": [4.0, 4.0]}, index=["a", "b"])
    rows = [(plot, "one", 1000.0, 1000.0) for plot in need.index]
    table = offers(pd.DataFrame(rows, columns=["plot", "source", "metres", "effective_m"]), sources, need, PRICES)
    drawing = table[table["way"].isin(["line_10kv", "new_35kv"])]
    short = share(drawing, power("a", "b"), "optimistic")[1]
    assert short["capacity"].to_dict() == {("power", "one"): 6.0}
    assert short["served"].to_dict() == {("power", "one"): 4.0}


def test_every_line_names_its_basis_and_the_lines_add_up():
    terrain = ALL.assign(effective_m=1.5 * ALL["metres"])
    rows = [(plot, "full", 1000.0, 1500.0) for plot in NEED.index]
    hilly = offers(pd.DataFrame(rows, columns=["plot", "source", "metres", "effective_m"]), SOURCES, NEED, PRICES)
    chosen = cheapest(hilly, WANTED, "pessimistic")
    lines = estimate(chosen, PRICES)
    assert terrain["effective_m"].notna().all()
    assert lines[["basis", "source_of_cost", "confidence", "name", "unit"]].ne("").all(axis=None)
    assert (lines["quantity"] * lines["terrain"] * lines["unit_cost"]).tolist() == pytest.approx(
        lines["usd_mid"].tolist()
    )
    assert (lines["usd_mid"] * 87.45).tolist() == pytest.approx(lines["local_mid"].tolist())
    by_plot = lines.groupby("plot")["usd_mid"].sum()
    assert by_plot["big"] == pytest.approx(1.5 * 150_000 + 3.5e6) == chosen.loc[("big", "power"), "usd_mid"]
    summed = totals(chosen, lines)
    assert summed.loc["big", "usd_mid"] == pytest.approx(by_plot["big"])
    assert set(summed.loc["big", "missing"]) == {"water", "sewage", "gas", "telecom", "road"}


def test_what_has_no_known_cost_is_missing_from_the_sum_and_named():
    sources = pd.concat([SOURCES, pd.DataFrame({"kind": ["telecom_node"]}, index=["node"])])
    table = offers(lengths(full=1, node=1, main=2), sources, NEED, PRICES)
    chosen = cheapest(table, WANTED, "pessimistic")
    lines = estimate(chosen, PRICES)
    assert lines.loc[lines["item"].eq("fibre"), USD].isna().all(axis=None)
    summed = totals(chosen, lines)
    assert summed.loc["small", "usd_mid"] == 25_000
    assert set(summed.loc["small", "missing"]) == {"telecom", "gas", "water", "sewage", "road"}
    assert chosen.loc["small"]["reason"].to_dict() == {
        "power": None,
        "telecom": None,
        "gas": "capacity_unknown",
        "water": "none_known",
        "sewage": "none_known",
        "road": "none_known",
    }


def test_two_plots_do_not_share_what_serves_one():
    sources = pd.DataFrame(
        {"kind": "substation", "voltage_kv": 110.0, "spare_mva": [6.0, 6.0]}, index=["near", "farther"]
    )
    need = pd.DataFrame({"power": [4.0, 4.0, 4.0]}, index=["a", "b", "c"])
    km = {
        ("a", "near"): 1,
        ("b", "near"): 1,
        ("c", "near"): 1,
        ("a", "farther"): 9,
        ("b", "farther"): 5,
        ("c", "farther"): 60,
    }
    rows = [(plot, source, 1000.0 * far, 1000.0 * far) for (plot, source), far in km.items()]
    table = offers(pd.DataFrame(rows, columns=["plot", "source", "metres", "effective_m"]), sources, need, PRICES)
    alone = cheapest(table, power("a", "b"), "pessimistic")
    assert alone["source"].tolist() == ["near", "near"]
    chosen, short = share(table, power("a", "b"), "pessimistic")
    assert chosen["source"].to_dict() == {("a", "power"): "near", ("b", "power"): "farther"}
    assert short.loc[("power", "near")].to_dict() == {"capacity": 6.0, "asked": 8.0, "served": 4.0, "plots": ("a", "b")}
    only_lines = table[table["way"].eq("line_10kv")]
    three, _ = share(only_lines, power("a", "b", "c"), "pessimistic")
    assert sorted(three["reason"].fillna("served")) == ["served", "served", "shared_out"]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_sharing_is_as_cheap_as_trying_everything(data):
    plots, sources = ["a", "b", "c"], ["s", "t"]
    whole = st.integers(1, 9)
    need = {plot: data.draw(whole) for plot in plots}
    spare = {source: data.draw(st.one_of(st.integers(0, 20), st.none())) for source in sources}
    rows = []
    for plot, source, draws in itertools.product(plots, sources, (True, False)):
        if data.draw(st.booleans()):
            room = spare[source] if draws else None
            usd = float(data.draw(st.integers(1, 1000)))
            enough = room is not None and room >= need[plot]
            rows.append(
                (
                    plot,
                    "power",
                    source,
                    need[plot],
                    room,
                    room is None or enough,
                    not draws or enough,
                    usd,
                    1.0,
                    str(draws),
                )
            )
    columns = [
        "plot",
        "network",
        "source",
        "need",
        "spare",
        "fits_optimistic",
        "fits_pessimistic",
        "usd_mid",
        "effective_m",
        "way",
    ]
    table = pd.DataFrame(rows, columns=columns).astype({"spare": float, "need": float, "usd_mid": float})
    if table.empty:
        return
    view = data.draw(st.sampled_from(["optimistic", "pessimistic"]))
    chosen, _ = share(table, power(*plots), view)
    got = (chosen["source"].notna().sum(), -chosen["usd_mid"].sum())
    assert got == pytest.approx(by_trying(table[table[f"fits_{view}"]], plots))
    load = chosen.dropna(subset=["spare"]).groupby("source")["need"].sum()
    assert all(load[source] <= spare[source] for source in load.index)


def by_trying(fitting: pd.DataFrame, plots: list[str]) -> tuple[int, float]:
    """Most plots served, then least cost."""
    best = (0, -0.0)
    picks = [[None, *fitting.index[fitting["plot"] == plot]] for plot in plots]
    for pick in itertools.product(*picks):
        rows = fitting.loc[[number for number in pick if number is not None]]
        limited = rows.dropna(subset=["spare"]).groupby("source").agg({"need": "sum", "spare": "first"})
        if (limited["need"] <= limited["spare"]).all():
            best = max(best, (len(rows), -rows["usd_mid"].sum()))
    return best


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_overdrawn_sets_are_those_that_sharing_leaves_short(data):
    town = pd.Series({"a": "one", "b": "two", "c": "three", "d": "three"})
    whole = st.integers(1, 9)
    need = {plot: float(data.draw(whole)) for plot in town.index}
    spare = {source: data.draw(st.one_of(st.integers(0, 20).map(float), st.just(math.nan))) for source in "stu"}
    rows = []
    for plot, source in itertools.product(town.index, spare):
        if data.draw(st.booleans()):
            room = spare[source]
            hoped = math.isnan(room) or room >= need[plot]
            rows.append((plot, "gas", source, need[plot], room, hoped, room >= need[plot], 1.0, 1.0, "gas_main"))
    columns = ["plot", "network", "source", "need", "spare", "fits_optimistic", "fits_pessimistic", "usd_mid"]
    table = pd.DataFrame(rows, columns=[*columns, "effective_m", "way"])
    if table.empty:
        return
    found = {frozenset(plots) for plots in overdrawn(table, town)["plots"]}
    short: set[frozenset[str]] = set()
    for size in (2, 3):
        for plots in itertools.combinations(town.index, size):
            wanted = pd.MultiIndex.from_product([plots, ["gas"]], names=["plot", "network"])
            chosen, _ = share(table, wanted, "optimistic")
            one_a_town = town.loc[list(plots)].is_unique
            if one_a_town and (chosen["reason"] == "shared_out").any() and not any(held < set(plots) for held in short):
                short.add(frozenset(plots))
    assert found == short


def test_along_roads_the_shortest_counts_whatever_the_traffic():
    graph = nx.MultiDiGraph(crs="EPSG:32643")
    for node, x in (("p", 0), ("m", 100), ("s", 300)):
        graph.add_node(node, x=float(x), y=0.0)
    graph.add_edge("m", "p", length=150.0, geometry=LineString([(100, 0), (50, 50), (0, 0)]))  # one-way against us
    graph.add_edge("m", "s", length=900.0)
    graph.add_edge("s", "p", length=5000.0)  # all of it is one network
    graph.add_edge("m", "s", length=250.0, geometry=LineString([(100, 0), (200, 10), (300, 0)]))
    nx.set_edge_attributes(graph, 1.0, "travel_time")
    network = compile_network(graph)
    plots = gpd.GeoDataFrame(geometry=[box(-1, -1, 0, 1)], index=["plot"], crs="EPSG:32643")
    ends = {"source": Point(300, 0), "near": Point(100, 0), "far": Point(9999, 0)}
    sources = gpd.GeoDataFrame(geometry=list(ends.values()), index=list(ends), crs="EPSG:32643")
    places = places_on_edges(snap(network.arcs, plots))
    ways = road_ways(network, plots, places, sources, 1000)
    metres = ways.metres.loc["plot"]
    assert metres["source"] - metres["near"] == pytest.approx(250)
    assert metres["near"] == pytest.approx(150, abs=0.2)  # the plot's corner cuts a little off
    assert math.isnan(metres["far"])
    (route,) = ways.lines(pd.DataFrame({"plot": ["plot"], "source": ["source"]}))
    assert list(route.coords)[-4:] == [(50, 50), (100, 0), (200, 10), (300, 0)]
    assert route.distance(plots.geometry["plot"]) == 0


def test_taps_lie_on_the_line_no_farther_apart_than_asked():
    main = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (1000, 0)])], index=["main"], crs="EPSG:32643")
    points = taps(main, 300)
    assert points["source"].tolist() == ["main"] * 5
    assert points.geometry.distance(main.geometry["main"]).max() == 0
    assert points.geometry.iloc[0] == Point(0, 0)
    assert max(a.distance(b) for a, b in itertools.pairwise(points.geometry)) <= 300
