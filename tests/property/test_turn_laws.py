"""Times between places on streets are those of a search that heeds each turn by itself."""

import tempfile
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from test_osm_paths import TURNS, WAYS

from line_graph import LineGraph, Turn
from osm_drawing import Drawing, place
from sitesel.network import arcs_of, from_osm, snap, with_bypass
from sitesel.routing import compile_network, places_on_edges, travel_times

CRS = "EPSG:32643"
BESIDE = [folder / "shared" / "external" / "osm" for folder in Path(__file__).resolve().parents[3:]]
EXTRACTS = next((folder for folder in BESIDE if folder.is_dir()), BESIDE[0])


def hold_against(graph: nx.MultiDiGraph, line_graph: LineGraph, points: list[shapely.Point], within_s: float) -> int:
    """Compare all times between those of the points that lie on one street of the main part; how many these are."""
    rides = line_graph.rides(points)
    alone = [at for at, ride in enumerate(rides) if ride and line_graph.one_street(ride)]
    if not alone:
        return 0
    places = gpd.GeoDataFrame(geometry=[points[at] for at in alone], crs=graph.graph["crs"])
    arcs = arcs_of(graph)
    found = snap(arcs, places)
    apart = found.groupby("place")[["off_road_m", "moved_m"]].max().max(axis=1)
    main = [at for at in range(len(alone)) if apart[at] < 1e-3]
    joined = places_on_edges(found[found["place"].isin(main)].assign(off_road_s=0.0))
    times = travel_times(compile_network(arcs), joined, joined).to_numpy()
    expected = line_graph.times([rides[alone[at]] for at in main])
    np.testing.assert_allclose(np.where(np.isnan(times), np.inf, times), expected, atol=within_s, rtol=0)
    return len(main)


@settings(max_examples=60, deadline=None)
@given(WAYS, TURNS, st.lists(st.floats(0.05, 0.95), min_size=8, max_size=8), st.randoms(use_true_random=False))
def test_drawn(ways: list, turns: list[Turn], fractions: list[float], chance) -> None:
    with tempfile.TemporaryDirectory() as folder:
        drawing = Drawing(Path(folder))
        for number, (walk, oneway) in enumerate(ways, 1):
            drawing.way(number, walk, {"name": str(number)} | ({} if oneway is None else {"oneway": oneway}))
        if not any(len(walk) > 1 for walk, _ in ways):
            return
        plain = drawing.read(crs=CRS)
        for turn in turns:
            drawing.turn(*turn)
        graph = drawing.read(crs=CRS)
    # Restricted junctions stay nodes: without restrictions they may be passed over, and nobody could turn there.
    if {node for node in graph if node > 0} - set(plain):
        return
    line_graph = LineGraph(plain, turns, {number: walk for number, (walk, _) in enumerate(ways, 1)})
    lines = [chance.choice(line_graph.lines) for _ in fractions]
    points = [line.interpolate(share, normalized=True) for line, share in zip(lines, fractions, strict=True)]
    hold_against(graph, line_graph, points, 0.1)


@pytest.mark.parametrize("ends", [(2, 77), (77, 2), (1, 77), (23, 5)])
def test_new_roads_at_restricted_junctions(tmp_path: Path, ends: tuple[int, int]) -> None:
    turns = [("no_left_turn", 10, 2, 12), ("only_right_turn", 14, 12, 13)]
    ways = {10: [1, 2], 11: [2, 4], 12: [2, 12], 13: [4, 89, 12], 14: [12, 1]}
    drawing = Drawing(tmp_path)
    for number, walk in ways.items():
        drawing.way(number, walk, {"highway": "primary"} | ({"oneway": "yes"} if number == 11 else {}))
    plain = drawing.read(crs=CRS)
    for turn in turns:
        drawing.turn(*turn)
    line = gpd.GeoSeries([shapely.LineString([place(end) for end in ends])], crs=4326).to_crs(CRS)
    road = gpd.GeoDataFrame({"highway": ["secondary"], "setting": ["rural"], "speed_kph": [50.0]}, geometry=line)
    free, bound = (
        with_bypass(graph, road, mode="car", season="summer", called="new.gpkg")[0]
        for graph in (plain, drawing.read(crs=CRS))
    )
    line_graph = LineGraph(free, turns, ways)
    points = [one.interpolate(share, normalized=True) for one in line_graph.lines for share in (0.3, 0.7)]
    assert hold_against(bound, line_graph, points, 0.1) > 10


@pytest.mark.skipif(not EXTRACTS.is_dir(), reason="needs OSM extracts in ../shared/external/osm")
@pytest.mark.parametrize(("name", "crs"), [("monaco", "EPSG:32632"), ("andorra", "EPSG:32631")])
def test_real(tmp_path: Path, name: str, crs: str) -> None:
    file, bare = EXTRACTS / f"{name}.osm.pbf", tmp_path / "bare.osm.pbf"
    turns, ways = [], {}
    with osmium.SimpleWriter(str(bare)) as writer:
        for thing in osmium.FileProcessor(str(file)):
            if thing.is_relation() and "restriction" in thing.tags:
                turns += _turns(thing)
            else:
                writer.add(thing)
            if thing.is_way() and "highway" in thing.tags:
                ways[thing.id] = [node.ref for node in thing.nodes]
    plain, graph = (from_osm(path, "car", crs=crs) for path in (bare, file))
    line_graph = LineGraph(plain, turns, ways)
    chance = np.random.default_rng(7)
    points = [line.interpolate(chance.uniform(), normalized=True) for line in chance.choice(line_graph.lines, 250)]
    assert hold_against(graph, line_graph, points, 0.5) > 150


def _turns(relation: osmium.osm.Relation) -> list[Turn]:
    kind = relation.tags["restriction"]
    roles = {role: [] for role in ("from", "via", "to")}
    for member in relation.members:
        roles.setdefault(member.role, []).append((member.type, member.ref))
    excepted = set(relation.tags.get("except", "").split(";")) & {"motorcar", "motor_vehicle", "vehicle"}
    if excepted or len(roles["via"]) != 1 or roles["via"][0][0] != "n":
        return []
    return [(kind, come, roles["via"][0][1], gone) for _, come in roles["from"] for _, gone in roles["to"]]
