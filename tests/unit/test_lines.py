"""Road lines become a graph in OSMnx's conventions."""

import geopandas as gpd
import networkx as nx
import osmnx as ox
import pytest
import shapely
from shapely import LineString

from sitesel.errors import NetworkError
from sitesel.network import from_lines
from small_study import CRS, place


def roads(*stretches: tuple, **columns: object) -> gpd.GeoDataFrame:
    lines = [LineString([place(*tail), place(*head)]) for tail, head in stretches]
    told = {"highway": "trunk", "setting": "rural"} | columns
    return gpd.GeoDataFrame(told, index=range(len(lines)), geometry=lines, crs=CRS)


def seconds(graph: nx.MultiDiGraph, tail: tuple, head: tuple) -> float:
    nodes = {(data["x"], data["y"]): node for node, data in graph.nodes(data=True)}
    ends = (nodes[place(*end).coords[0]] for end in (tail, head))
    return nx.shortest_path_length(graph, *ends, weight="travel_time")


def test_lines_that_meet_share_a_node_and_go_both_ways():
    graph = from_lines(roads(((0, 0), (6, 0)), ((6, 0), (6, 6))), mode="truck")
    assert graph.number_of_nodes() == 3
    assert graph.number_of_edges() == 4
    assert seconds(graph, (0, 0), (6, 6)) == pytest.approx(12 / 60 * 3600)
    assert seconds(graph, (6, 6), (0, 0)) == pytest.approx(12 / 60 * 3600)


def test_the_road_s_own_length_counts_where_it_is_known():
    graph = from_lines(roads(((0, 0), (6, 0)), ((6, 0), (9, 0)), length_m=[9000.0, None]), mode="truck")
    assert sorted({data["length"] for *_, data in graph.edges(data=True)}) == [3000.0, 9000.0]


def test_a_setting_that_is_empty_throughout_is_not_said():
    unsaid = roads(((0, 0), (6, 0))).drop(columns="setting")
    unsaid, none = (from_lines(lines, mode="car") for lines in (unsaid, unsaid.assign(setting=float("nan"))))
    assert list(none.edges(data="travel_time")) == list(unsaid.edges(data="travel_time"))


@pytest.mark.parametrize(("oneway", "forward", "back"), [("yes", True, False), ("-1", False, True), ("no", True, True)])
def test_one_way(oneway, forward, back):
    graph = from_lines(roads(((0, 0), (6, 0)), oneway=oneway), mode="car")
    west, east = sorted(graph.nodes, key=lambda node: graph.nodes[node]["x"])
    assert graph.has_edge(west, east) == forward
    assert graph.has_edge(east, west) == back


def test_each_edge_s_line_runs_in_the_direction_of_travel():
    graph = from_lines(roads(((0, 0), (6, 0))), mode="car")
    for tail, head, data in graph.edges(data=True):
        start, end = shapely.get_coordinates(data["geometry"])[[0, -1]]
        assert (graph.nodes[tail]["x"], graph.nodes[head]["x"]) == (start[0], end[0])


def test_modes_and_seasons_differ():
    stretch = roads(((0, 0), (6, 0)), setting="mountain")
    summer, winter = (
        seconds(from_lines(stretch, mode="truck", season=s), (0, 0), (6, 0)) for s in ("summer", "winter")
    )
    assert seconds(from_lines(stretch, mode="car"), (0, 0), (6, 0)) < summer < winter


def test_a_line_of_several_parts_is_taken_apart():
    two = roads(((0, 0), (6, 0))).dissolve()
    two.geometry = [shapely.MultiLineString([[place(0, 0), place(3, 0)], [place(3, 0), place(6, 0)]])]
    assert from_lines(two, mode="car").number_of_nodes() == 3


def test_osmnx_reads_it():
    graph = from_lines(roads(((0, 0), (6, 0)), ((6, 0), (6, 6))), mode="car")
    nodes, edges = ox.graph_to_gdfs(graph)
    assert (len(nodes), len(edges)) == (3, 4)
    assert str(edges.crs) == CRS
    assert list(ox.routing.shortest_path(graph, 0, 2, weight="travel_time")) == [0, 1, 2]


def test_unknown_class_unprojected_lines_and_no_usable_road_are_refused():
    with pytest.raises(NetworkError, match=r"ministry\.gpkg: no speed for class 'chaussee'"):
        from_lines(roads(((0, 0), (6, 0)), highway="chaussee"), mode="car", called="ministry.gpkg")
    with pytest.raises(NetworkError, match="project the lines"):
        from_lines(roads(((0, 0), (6, 0))).to_crs(4326), mode="car")
    with pytest.raises(NetworkError, match="none that a truck can use"):
        from_lines(roads(((0, 0), (6, 0)), highway="footway"), mode="truck")
