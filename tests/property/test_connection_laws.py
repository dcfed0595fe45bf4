"""Lengths along roads against a networkx Dijkstra; prices without a table of offers against the table."""

import itertools
from collections.abc import Hashable

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from sitesel.connections import cheapest, default_prices, every_connection, offers, taps
from sitesel.connections.along_roads import road_ways
from sitesel.connections.laying import NEAREST_ROAD, ON_PLOT
from sitesel.connections.per_job import joining_cost
from sitesel.network import SnapRules, snap
from sitesel.routing import compile_network, places_on_edges
from sitesel.schema import ESTIMATES, VIEWS

CRS = "EPSG:32643"
PRICES = default_prices("kg")
PLOTS = ["p", "q", "r"]
RULES = SnapRules(cap_m=5_000.0)
SEEDS = st.integers(0, 10_000)


def streets(draw: np.random.Generator, n_nodes: int, *, stated: bool) -> nx.MultiDiGraph:
    """Crossroads strung together, with more streets between them: one-way, parallel, with bends."""
    graph = nx.MultiDiGraph(crs=CRS)
    for node, (x, y) in enumerate(draw.uniform(0, 3000, (n_nodes, 2))):
        graph.add_node(node, x=float(x), y=float(y))
    chain = [*itertools.pairwise(range(n_nodes)), *((head, tail) for tail, head in itertools.pairwise(range(n_nodes)))]
    more = [tuple(ends) for ends in draw.integers(0, n_nodes, (n_nodes, 2)).tolist() if ends[0] != ends[1]]
    for number, (tail, head) in enumerate(chain + more):
        start, end = (np.array([graph.nodes[node]["x"], graph.nodes[node]["y"]]) for node in (tail, head))
        bend = (start + end) / 2 + (0 if number < len(chain) else draw.uniform(-200, 200, 2))
        line = LineString([start, bend, end])
        length = line.length * (draw.uniform(0.8, 1.4) if stated else 1.0)
        graph.add_edge(tail, head, length=length, geometry=line, travel_time=1.0)
    return graph


def by_dijkstra(graph: nx.MultiDiGraph, plot: tuple, source: tuple) -> float:
    """Join one plot and one source to the streets, cut these at their gates, and let networkx look for the way."""
    plain: nx.Graph = nx.Graph()
    stops: dict[Hashable, list[tuple[float, Hashable]]] = {}

    def edge(one: Hashable, other: Hashable, metres: float) -> None:
        if not plain.has_edge(one, other) or metres < plain.edges[one, other]["length"]:
            plain.add_edge(one, other, length=metres)

    for end, (gates, shapes) in (("plot", plot), ("source", source)):
        for number, gate in enumerate(gates.itertuples()):
            edge(end, (end, number), shapes[gate.place].distance(Point(gate.x, gate.y)))
            stops.setdefault((gate.u, gate.v, gate.key), []).append((gate.fraction, (end, number)))
    for tail, head, key, data in graph.edges(keys=True, data=True):
        edge(tail, head, data["length"])
        on_it = sorted(stops.get((tail, head, key), []), key=lambda stop: stop[0])
        for (start, one), (end, other) in itertools.pairwise([(0.0, tail), *on_it, (1.0, head)]):
            edge(one, other, (end - start) * data["length"])
    return float(nx.dijkstra_path_length(plain, "plot", "source", weight="length"))


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(3, 14), st.booleans())
def test_lengths_are_those_of_dijkstra_and_lines_lead_from_plot_to_source(seed, n_nodes, stated):
    draw = np.random.default_rng(seed)
    graph = streets(draw, n_nodes, stated=stated)
    x, y = draw.uniform(0, 3000, (2, len(PLOTS)))
    side = draw.uniform(50, 400, len(PLOTS))
    plots = gpd.GeoDataFrame(geometry=shapely.box(x, y, x + side, y + side), index=PLOTS, crs=CRS)
    shapes = [Point(draw.uniform(0, 3000, 2)), LineString(draw.uniform(0, 3000, (2, 2))), Point(x[0] + 1, y[0] + 1)]
    sources = gpd.GeoDataFrame(geometry=shapes, index=["well", "main", "inside"], crs=CRS)
    network = compile_network(graph)
    joined = snap(network.arcs, plots, RULES)
    ways = road_ways(network, plots, places_on_edges(joined), sources, RULES.cap_m)
    alone = road_ways(
        network, plots.loc[["q"]], places_on_edges(joined[joined["place"] == "q"]), sources, RULES.cap_m
    ).metres
    pd.testing.assert_frame_equal(alone, ways.metres.loc[["q"]])  # whatever is asked with it
    starts = {name: gpd.GeoDataFrame(geometry=[sources.geometry[name]], crs=CRS) for name in ("well", "inside")}
    starts["main"] = taps(sources.loc[["main"]], 500.0)
    pairs = pd.DataFrame(itertools.product(PLOTS, sources.index), columns=["plot", "source"])
    for (plot, source), line in zip(pairs.itertuples(index=False), ways.lines(pairs), strict=True):
        gates = joined[joined["place"] == plot], plots.geometry
        points = starts[source].geometry.reset_index(drop=True)
        tapped = snap(network.arcs, points.to_frame("geometry"), RULES), points
        metres = ways.metres.loc[plot, source]
        assert metres == pytest.approx(by_dijkstra(graph, gates, tapped), abs=0.05)
        assert line.distance(plots.geometry[plot]) < 1e-6
        assert line.distance(sources.geometry[source]) < 1e-6
        if not stated:
            assert line.length == pytest.approx(metres, abs=0.05)


def drawn_sources(draw: np.random.Generator, count: int) -> pd.DataFrame:
    kinds = sorted({kind for kinds in PRICES.ways["kinds"] for kind in kinds} - {"plot", "road"})
    spare = {
        column: np.where(draw.random(count) < 0.5, np.nan, draw.uniform(0, most, count))
        for column, most in (("spare_mva", 20), ("spare_m3_day", 900), ("spare_m3_h", 1500))
    }
    volts = draw.choice([35.0, 110.0, 220.0], count)
    return pd.DataFrame({"kind": draw.choice(kinds, count), "voltage_kv": volts, **spare}).rename(
        lambda number: f"s{number}"
    )


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(0, 12), st.booleans())
def test_prices_without_a_table_are_those_of_the_table(seed, count, drawn):
    draw = np.random.default_rng(seed)
    sources = drawn_sources(draw, count)
    plots = pd.Index(PLOTS)
    columns = [*sources.index, NEAREST_ROAD, ON_PLOT]
    metres = pd.DataFrame(draw.uniform(10, 30_000, (len(plots), len(columns))), index=plots, columns=columns)
    metres = metres.where(draw.random(metres.shape) < 0.8).assign(**{ON_PLOT: 0.0})
    amounts = {"power": draw.uniform(1, 20, 3), "water": draw.uniform(50, 900, 3)}
    amounts |= {"sewage": draw.uniform(50, 900, 3), "gas": draw.uniform(50, 1500, 3)}
    need = pd.DataFrame(amounts, index=plots)
    enough = pd.Series(draw.random(count) < 0.5, index=sources.index, dtype=bool) if drawn else None
    found = joining_cost(metres, need, sources, PRICES, enough)
    long = metres.rename_axis("plot").reset_index().melt("plot", var_name="source", value_name="metres").dropna()
    standing = pd.DataFrame({"kind": ["road", "plot"]}, index=[NEAREST_ROAD, ON_PLOT])
    table = offers(long.assign(effective_m=long["metres"]), pd.concat([sources, standing]), need, PRICES)
    if enough is not None:
        hoped = table["spare"].isna() & table["source"].map(enough).eq(True)  # noqa: FBT003 -- roads have none
        for view in VIEWS:
            table[f"fits_{view}"] = table["fits_pessimistic"] | hoped
    wanted = every_connection(plots, PRICES)
    for view in VIEWS:
        chosen = cheapest(table, wanted, view)
        for (plot, network), row in chosen.iterrows():
            for estimate in ESTIMATES:
                assert found.loc[plot, (network, view, estimate)] == pytest.approx(row[f"usd_{estimate}"], nan_ok=True)
