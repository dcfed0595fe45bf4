"""Laws of scenarios: nothing changed changes nothing, closing never shortens, building never lengthens."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import LineString

from sitesel.connections.laying import along_roads
from sitesel.connections.settings import Connection
from sitesel.network import arcs_of, strongest_component, with_bypass
from sitesel.region import Asked, Region
from sitesel.region.settings import Layers, OffRoad, Where
from sitesel.routing import CompiledNetwork, compile_network, places_at_nodes, travel_times
from sitesel.scenarios import Scenario, region_in, roads_differ
from small_study import CRS

ASKED = Asked(
    Where(crs=CRS),
    Layers(plots="plots", settlements="settlements", roads="roads"),
    OffRoad(speed_kph=10, cap_km=5),
    ["car"],
)
SIDE = 4


@st.composite
def streets(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Streets of a grid, some missing, each of one of three numbers."""
    corners = [(x, y) for x in range(SIDE) for y in range(SIDE)]
    ends = [(one, (one[0] + dx, one[1] + dy)) for one in corners for dx, dy in ((1, 0), (0, 1))]
    ends = [(one, other) for one, other in ends if max(other) < SIDE]
    kept = draw(st.lists(st.sampled_from(ends), min_size=6, unique=True))
    refs = draw(st.lists(st.sampled_from(["A1", "B2", "C3"]), min_size=len(kept), max_size=len(kept)))
    classes = draw(st.lists(st.sampled_from(["trunk", "track"]), min_size=len(kept), max_size=len(kept)))
    shapes = [LineString([(1000 * x, 1000 * y) for x, y in pair]) for pair in kept]
    return gpd.GeoDataFrame(
        {"highway": classes, "setting": "urban", "ref": ["A1", *refs[1:]]}, geometry=shapes, crs=CRS
    )


def region_of(roads: gpd.GeoDataFrame) -> Region:
    bare = Region(ASKED, {"roads": roads}, {})
    return Region(ASKED, {"roads": roads}, {}, networks={"car": compile_network(bare.road_graph("car"))})


def scenario(**changed: object) -> Scenario:
    return Scenario(id="x", name={"en": "x"}, **changed)


def seconds(network: CompiledNetwork, nodes: list) -> np.ndarray:
    places = places_at_nodes(network, nodes)
    return np.nan_to_num(travel_times(network, places, places).to_numpy(), nan=np.inf)


def times_in(region: Region, changed: Scenario) -> tuple[np.ndarray, np.ndarray]:
    nodes = list(region.networks["car"].arcs.nodes)
    there = region_in(region, region.asked, changed)
    return seconds(region.networks["car"], nodes), seconds(there.networks["car"], nodes)


@given(streets())
def test_a_scenario_without_a_change_changes_nothing(roads):
    region = region_of(roads)
    before, after = times_in(region, scenario())
    np.testing.assert_array_equal(before, after)
    assert not roads_differ(region, region_in(region, region.asked, scenario()))


@given(streets())
def test_closing_slowing_and_the_peak_hour_never_shorten_a_way(roads):
    region = region_of(roads)
    road = {"ref": "A1"}
    before, closed = times_in(region, scenario(closed=[road]))
    _, slowed = times_in(region, scenario(slowed=[road | {"factor": 2.5}]))
    _, peak = times_in(region, scenario(peak=True))
    assert (before <= slowed).all()
    assert (slowed <= closed).all()
    assert (before <= peak).all()


def test_what_a_closed_road_cuts_off_keeps_its_own_roads():
    shapes = [LineString([(x, 0), (x + 10_000, 0)]) for x in (0, 10_000, 20_000)]
    told = {"highway": "trunk", "setting": "rural", "ref": ["A1", "B2", "C3"]}
    region = region_of(gpd.GeoDataFrame(told, geometry=shapes, crs=CRS))
    there = region_in(region, region.asked, scenario(closed=[{"ref": "b2"}]))
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([5_000, 14_000, 25_000], [10, 10, 10]), crs=CRS)
    joined = there.joins("car", homes)
    assert joined["reason"].tolist() == [None, None, None]
    assert joined["x"].tolist() == [5_000, 10_000, 25_000]  # who lives on the closed road goes to the nearest open one
    assert set(times_in(region, scenario(closed=[{"ref": "b2"}]))[1].ravel()) > {0.0, np.inf}


@given(streets(), st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=2, max_size=4, unique=True))
def test_a_bypass_never_lengthens_a_way(roads, corners):
    region = region_of(roads)
    graph = region.road_graph("car")
    nodes = list(graph.nodes)
    built = pd.DataFrame({"highway": ["trunk"], "setting": ["rural"]})
    new = gpd.GeoDataFrame(built, geometry=[LineString(corners)], crs=CRS)
    whole, _ = with_bypass(graph, new, mode="car", season="summer", called="new.gpkg")
    before, after = seconds(region.networks["car"], nodes), seconds(compile_network(whole), nodes)
    assert (after <= before + 0.1).all()  # parts of a street are rounded down to milliseconds, one by one
    lengths = [sum(data["length"] for *_, data in one.edges(data=True) if data.get("ref")) for one in (graph, whole)]
    np.testing.assert_allclose(*lengths)


@given(streets(), st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=2, max_size=4, unique=True))
def test_a_bypass_never_lengthens_a_way_from_door_to_door(roads, corners):
    region = region_of(roads)
    built = pd.DataFrame({"highway": ["trunk"], "setting": ["rural"]})
    new = gpd.GeoDataFrame(built, geometry=[LineString(corners)], crs=CRS)
    graph, _ = with_bypass(region.road_graph("car"), new, mode="car", season="summer", called="new.gpkg")
    arcs, built_arcs = region.networks["car"].arcs, arcs_of(graph)
    main, after_it = (set(one.nodes[strongest_component(one)]) for one in (arcs, built_arcs))
    assume(main <= after_it)  # else the new road has made an island the main network
    points = shapely.points(np.random.default_rng(0).uniform(0, 3000, (6, 2)))
    doors = gpd.GeoDataFrame(geometry=[*points[:3], *shapely.buffer(points[3:], 120)], crs=CRS)
    there = replace(region, networks={"car": compile_network(built_arcs)})
    before, after = (one.seconds("car", *[one.outlines(doors, ["car"])] * 2).to_numpy() for one in (region, there))
    assert (np.nan_to_num(after, nan=np.inf) <= np.nan_to_num(before, nan=np.inf) + 0.1).all()
    before, after = (metres_along_roads(one, doors) for one in (region, there))
    assert (np.nan_to_num(after, nan=np.inf) <= np.nan_to_num(before, nan=np.inf) + 0.1).all()


def metres_along_roads(region: Region, doors: gpd.GeoDataFrame) -> np.ndarray:
    """Lengths of connections from the outlines to the points."""
    plots, sources = region.outlines(doors[3:], ["car"]), doors[:3]
    frames = {"roads": gpd.GeoDataFrame({"highway": [], "ref": []}, geometry=[], crs=CRS)}
    asked = Connection(lay="roads", within_km=5, cell_m=50, access_classes=["trunk"])
    return along_roads(replace(region, frames=frames), plots, sources, asked).metres.to_numpy()
