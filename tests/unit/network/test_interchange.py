"""Graphs go to OSMnx and come from it."""

from pathlib import Path

import networkx as nx
import osmnx as ox
import pytest

from osm_drawing import Drawing
from sitesel.errors import LayerError, NetworkError
from sitesel.network.interchange import from_graphml, from_osmnx
from sitesel.network.report import report

ONE_NODE = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed">'
    '<node id="{}"/></graph></graphml>'
)


@pytest.fixture
def ours(drawing: Drawing) -> nx.MultiDiGraph:
    drawing.way(1, [11, 12, 13], {"name": "Чүй", "maxspeed": "60", "highway": "primary", "lanes": "2"})
    drawing.way(2, [13, 14, 24, 22]).way(3, [12, 22], {"oneway": "yes"}).way(4, [12, 2]).way(5, [22, 32])
    return drawing.way(6, [32, 33]).turn("no_left_turn", 4, 12, 3).read("truck")


def save_as_osmnx_does(drawing: Drawing) -> tuple[nx.MultiDiGraph, Path]:
    """OSMnx's own reading of a file, simplified and saved."""
    drawing.way(1, [11, 12, 13], {"name": "A", "maxspeed": "60", "highway": "primary"})
    drawing.way(2, [13, 14, 24], {"highway": "track", "maxspeed": "40"}).way(3, [12, 22], {"oneway": "yes"})
    graph = ox.graph_from_xml(drawing.save(), retain_all=True)
    path = drawing.folder / "theirs.graphml"
    ox.save_graphml(graph, path)
    return graph, path


def test_ours_opens_in_osmnx(ours: nx.MultiDiGraph, tmp_path: Path) -> None:
    path = tmp_path / "ours.graphml"
    ox.save_graphml(ours, path)
    theirs = ox.load_graphml(path)
    assert set(theirs) == set(ours)
    assert theirs.number_of_edges() == ours.number_of_edges()
    assert ox.routing.shortest_path(theirs, 2, 22, weight="travel_time") == ox.routing.shortest_path(
        ours, 2, 22, weight="travel_time"
    )
    nodes, edges = ox.graph_to_gdfs(ours)
    assert nodes.crs == edges.crs == "EPSG:4326"
    assert edges["length"].sum() == pytest.approx(sum(data["length"] for _, _, data in ours.edges(data=True)))
    again = ox.graph_from_gdfs(nodes, edges, graph_attrs=ours.graph)
    assert again.number_of_edges() == ours.number_of_edges()
    projected = ox.project_graph(ours, to_crs="EPSG:32643")
    assert ox.distance.nearest_edges(projected, 467410, 4746456) is not None


def test_ours_saved_by_osmnx_comes_back_whole(ours: nx.MultiDiGraph, tmp_path: Path) -> None:
    path = tmp_path / "ours.graphml"
    ox.save_graphml(ours, path)
    back = from_graphml(path, "truck")
    assert set(back) == set(ours)
    assert sorted(back.edges()) == sorted(ours.edges())
    for u, v, key, data in ours.edges(keys=True, data=True):
        other = next(there for there in back.get_edge_data(u, v).values() if there["geometry"].equals(data["geometry"]))
        assert other.keys() == data.keys(), key
        assert {name: other[name] for name in data if name != "geometry"} == {
            name: value for name, value in data.items() if name != "geometry"
        }
    assert back.graph["dropped"] == ours.graph["dropped"]
    assert dict(back.nodes(data=True)) == dict(ours.nodes(data=True))
    assert report(back).length_km == pytest.approx(report(ours).length_km)


def test_a_graph_of_osmnx_gets_seconds(drawing: Drawing) -> None:
    theirs, path = save_as_osmnx_does(drawing)
    read, given = from_graphml(path, "car"), from_osmnx(theirs, "car")
    assert sorted(read.edges()) == sorted(given.edges()) == sorted(theirs.edges())
    for u, v, key, data in read.edges(keys=True, data=True):
        assert data["travel_time"] == pytest.approx(data["length"] / (data["speed_kph"] / 3.6))
        assert data["travel_time"] == pytest.approx(given.edges[u, v, key]["travel_time"])
        assert data["geometry"].length > 0
    first = next(data for u, v, data in read.edges(data=True) if {u, v} == {11, 12})
    assert (first["highway"], first["assumed_speed"]) == ("primary", False)
    # OSMnx joined a primary road at 60 and a track at 40 to one edge: the slower class and the lower limit count.
    joined = next(data for u, v, data in read.edges(data=True) if {u, v} == {12, 24})
    assert joined["highway"] == "track"
    assert joined["speed_kph"] == 20  # never faster than a track without a sign


def test_classes_without_a_speed_are_dropped_and_counted(drawing: Drawing) -> None:
    theirs, _ = save_as_osmnx_does(drawing)
    theirs.add_edge(11, 12, key=5, highway="canal", length=100.0, oneway=False)
    theirs.add_node(99, x=1.0, y=2.0)
    graph = from_osmnx(theirs, "car")
    assert graph.graph["dropped"] == {"class canal": 1}
    assert 99 not in graph
    for edge in theirs.edges(keys=True):
        theirs.edges[edge]["highway"] = "canal"
    with pytest.raises(NetworkError, match="graph: no roads for car"):
        from_osmnx(theirs, "car")


def test_seconds_that_are_there_stay(drawing: Drawing) -> None:
    theirs, _ = save_as_osmnx_does(drawing)
    timed = ox.add_edge_travel_times(ox.add_edge_speeds(theirs))
    graph = from_osmnx(timed, "car")
    for u, v, key, data in graph.edges(keys=True, data=True):
        assert data["travel_time"] == timed.edges[u, v, key]["travel_time"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", "not a graph saved by OSMnx"),
        ("<graphml><graph", "not a graph saved by OSMnx"),
        ("<osm/>", "not a graph saved by OSMnx"),
        (ONE_NODE.format("bishkek"), "not a graph saved by OSMnx"),
        (ONE_NODE.format(1), "no CRS"),
    ],
)
def test_bad_graphml_is_one_line(tmp_path: Path, content: str, line: str) -> None:
    path = tmp_path / "bad.graphml"
    path.write_text(content)
    with pytest.raises(LayerError, match=line) as caught:
        from_graphml(path, "car")
    assert len(caught.value.faults) == 1
    assert "\n" not in str(caught.value)


def test_missing_graphml(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match=r"none.graphml: no such file"):
        from_graphml(tmp_path / "none.graphml", "car")


def test_graphs_lacking_positions_or_lengths(drawing: Drawing) -> None:
    theirs, _ = save_as_osmnx_does(drawing)
    del theirs.edges[11, 12, 0]["length"]
    with pytest.raises(LayerError, match="edge 11-12 has no length"):
        from_osmnx(theirs, "car")
    del theirs.nodes[11]["x"]
    with pytest.raises(LayerError, match="node 11 has no x and y"):
        from_osmnx(theirs, "car")


def test_motorways_and_tunnels_of_osmnx_are_not_joined(drawing: Drawing) -> None:
    graph = drawing.way(7, [1, 2], {"highway": "motorway"}).way(8, [2, 3], {"tunnel": "yes"}).way(9, [3, 4]).read()
    for *_, data in graph.edges(data=True):
        data.pop("joinable", None)
    graph.edges[2, 3, 0]["tunnel"] = "yes"
    found = from_osmnx(graph, "car")
    assert {(u, v): data.get("joinable", True) for u, v, data in found.edges(data=True)} == {
        (1, 2): False, (2, 3): False, (3, 2): True, (3, 4): True, (4, 3): True,
    }  # fmt: skip
