"""Freight and staffing on drawn road grids, held to networkx and to a plain loop."""

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from sitesel.indicators.freight_cost import FreightCost
from sitesel.region import Outlines, Region, survey
from sitesel.region.reading import read_inputs
from sitesel.routing import Places
from sitesel.stages import sites, source_of
from sitesel.study import load_study
from small_study import CRS, layer, place, plot

SIDE = 6  # streets each way, 4 km apart
STEP_KM = 4.0
ROADS = ("trunk", "secondary", "tertiary", "unclassified")


def grid_of_roads(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Streets between crossings, some missing, each with a class and a detour of its own."""
    streets = [((x, y), (x + 1, y)) for x in range(SIDE - 1) for y in range(SIDE)]
    streets += [((x, y), (x, y + 1)) for x in range(SIDE) for y in range(SIDE - 1)]
    kept = [street for street in streets if rng.random() < 0.85]
    lines = []
    for one, other in kept:
        ends = [np.array(end, dtype=float) * STEP_KM for end in (one, other)]
        lines.append(
            LineString([place(*ends[0]), place(*(sum(ends) / 2 + rng.uniform(-0.8, 0.8, 2))), place(*ends[1])])
        )
    classes = rng.choice(ROADS, len(kept))
    return gpd.GeoDataFrame(
        {"road": [f"r{n}" for n in range(len(kept))], "highway": classes, "setting": "rural", "surface": "asphalt",
         "assumed": False},
        geometry=lines, crs=CRS,
    )  # fmt: skip


def drawn_layers(seed: int) -> dict[str, gpd.GeoDataFrame]:
    rng = np.random.default_rng(seed)

    def somewhere(count: int) -> list:
        return [place(*xy) for xy in rng.uniform(0, (SIDE - 1) * STEP_KM, (count, 2))]

    kinds = ["border_freight", "border_freight", "rail_freight", "airport", "market", "market", "market"]
    return {
        "roads": grid_of_roads(rng),
        "settlements": layer(
            [f"s{n}" for n in range(12)], somewhere(12), population=rng.integers(500, 9000, 12) * 1.0,
            working_age_share=rng.uniform(0.4, 0.6, 12),
        ),
        "gateways": layer([f"g{n}" for n in range(7)], somewhere(7), kind=kinds),
        "rivals": layer(["park"], somewhere(1), kind=["park"], jobs=[float(rng.integers(100, 900))]),
        "plots": layer(
            ["a", "b", "c", "d"],
            [plot(*xy) for xy in rng.uniform(1, (SIDE - 1) * STEP_KM - 1, (4, 2))],
            town=["one", "one", "two", "two"], area_ha=25.0, outline="indicative",
        ),
    }  # fmt: skip


@pytest.fixture(params=[1, 2, 3])
def drawn(request, write_study, study_text) -> tuple[Region, Outlines, dict]:
    study_text["labour"]["draw_cap"] = {"low": 0.05, "mid": 0.3, "high": 0.5}
    study_text["towns"][0]["jobs"], study_text["towns"][1]["jobs"] = 1500, 4000
    study_text["off_road"]["cap_km"] = 8
    study = load_study(write_study(**drawn_layers(request.param)))
    inputs = read_inputs(study.study, study.layers, source_of(study), lambda _: None)
    region = survey(study.asked, inputs)
    return region, region.outlines(sites(study, inputs), study.modes), {part.id: part for part in study.indicators}


def cut_at_gates(region: Region, ends: dict[str, Places], usd: FreightCost) -> "nx.DiGraph":
    """Draw the roads as a graph of dollars, every street cut where a gate lies on it."""
    edges = list(region.road_graph("truck").edges(keys=True, data=True))
    on_arc: dict[int, list[tuple[float, tuple]]] = {arc: [] for arc in range(len(edges))}
    graph = nx.DiGraph()

    def add(one, other, cost):
        if not graph.has_edge(one, other) or cost < graph[one][other]["usd"]:
            graph.add_edge(one, other, usd=cost)

    for whose, places in ends.items():
        for number in range(len(places.arc)):
            gate, at = (whose, number), places.fraction[number]
            on_arc[places.arc[number]].append((at, gate))
            if places.twin[number] >= 0:
                on_arc[places.twin[number]].append((1 - at, gate))
            hours = places.off_road_s[number] / 3600
            off = hours * (usd.usd_per_hour.mid + 10 * usd.usd_per_km.mid)  # 10 km/h off the roads
            spot = (whose, places.ids[places.place[number]], "place")
            add(*((spot, gate) if whose == "plot" else (gate, spot)), off)  # nobody drives through a place
    for arc, (tail, head, _, data) in enumerate(edges):
        cost = data["length"] / 1000 * usd.usd_per_km.mid + data["travel_time"] / 3600 * usd.usd_per_hour.mid
        stops = [(0.0, tail), *sorted(on_arc[arc]), (1.0, head)]
        for (start, one), (end, other) in pairwise(stops):
            add(one, other, (end - start) * cost)
    return graph


def test_freight_is_the_least_cost_of_networkx(drawn):
    region, plots, parts = drawn
    freight: FreightCost = parts["freight"]
    ends = {"plot": plots.places["truck"], "gateway": region.joined["truck", "gateways"]}
    graph, gateways = cut_at_gates(region, ends, freight), region.frames["gateways"]
    expected = {}
    for name in plots.index:
        usd = nx.single_source_dijkstra_path_length(graph, ("plot", name, "place"), weight="usd")
        cheapest = {
            kind: min(usd.get(("gateway", gate, "place"), np.inf) for gate in gateways.index[gateways["kind"] == kind])
            for kind in freight.destinations
        }
        expected[name] = (
            2 * freight.trips_per_job.mid * sum(share * cheapest[kind] for kind, share in freight.destinations.items())
        )
    found = freight.measured(plots, region).amount.to_dict()
    assert found == pytest.approx(expected, rel=1e-4)
    assert len({round(usd, 2) for usd in found.values()}) > 1


def test_staffing_is_that_of_a_plain_loop(drawn):
    region, plots, parts = drawn
    staff = parts["staff"]
    homes = region.homes.places
    workers = (homes["population"] * homes["working_age_share"] * 0.6).to_dict()

    def filled(minutes: pd.Series, jobs: float, most: dict[str, float]) -> dict[str, float]:
        taken, left = {}, jobs
        for home, way in sorted(minutes.items(), key=lambda one: one[1]):
            if way <= 90 and left > 0:
                taken[home] = min(most[home], left)
                left -= taken[home]
        return taken

    to_park = region.seconds("bus", "homes", "rivals")["park"] / 60
    theirs = filled(to_park, float(region.frames["rivals"]["jobs"].iloc[0]), {k: 0.3 * n for k, n in workers.items()})
    left = {home: min(0.3 * n, n - theirs.get(home, 0.0)) for home, n in workers.items()}
    minutes, expected = region.seconds("bus", "homes", plots) / 60, {}
    for name, jobs in plots.frame["jobs"].items():
        taken = filled(minutes[name], jobs, left)
        spent = sum(people * minutes.loc[home, name] for home, people in taken.items())
        expected[name] = (spent + 90 * (jobs - sum(taken.values()))) / jobs
    assert staff.measured(plots, region).amount.to_dict() == pytest.approx(expected, rel=1e-9)
    near = {
        name: 100 * min(1.0, sum(left[home] for home in workers if minutes.loc[home, name] <= 45) / jobs)
        for name, jobs in plots.frame["jobs"].items()
    }
    assert parts["near_home"].measured(plots, region).amount.to_dict() == pytest.approx(near)
