"""Join places to the roads nearest to them."""

import itertools
from dataclasses import dataclass

import geopandas as gpd
import networkx as nx
import pandas as pd
import shapely
from shapely.ops import substring


@dataclass(frozen=True)
class OffRoad:
    """The leg from a place to the road.

    Parameters
    ----------
    cap_m : float
        A place farther from every road than this is not joined.
    speed_kph : float
        Speed on this leg.
    """

    cap_m: float
    speed_kph: float


def attach(graph: nx.MultiDiGraph, places: gpd.GeoDataFrame, off_road: OffRoad) -> tuple[nx.MultiDiGraph, pd.DataFrame]:
    """Add each place as a node of its own, joined to the nearest road of the strongest component.

    The nearest edge is split where it comes closest to the place; both ways of a road are split at the same point. A
    polygon is joined where its outline comes closest to a road; a road that crosses it is reached at no distance.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        As from :func:`sitesel.network.from_lines`.
    places : GeoDataFrame, in the graph's CRS
        Points or polygons; the index becomes the node's name.
    off_road : OffRoad

    Returns
    -------
    graph : networkx.MultiDiGraph
        A copy with the places in it.
    snaps : DataFrame, index place
        ``distance_m``, ``highway`` of the edge, ``assumed`` (bool), ``x``, ``y`` (m) of the point on the road, and
        ``reason`` (``"too far"``; None where joined).
    """
    strongest = max(nx.strongly_connected_components(graph), key=len)
    edges: list[tuple[int, int, int, shapely.LineString]] = [
        (u, v, key, data["geometry"])
        for u, v, key, data in graph.edges(keys=True, data=True)
        if u in strongest and v in strongest
    ]
    tree = shapely.STRtree([line for *_, line in edges])
    pairs, distance = tree.query_nearest(places.geometry.array, all_matches=False, return_distance=True)
    joined = graph.copy()
    twins = _two_way(graph)
    cuts: dict[tuple[int, int, int], list[tuple[float, object]]] = {}
    rows = []
    for place, shape, edge, metres in zip(places.index, places.geometry, pairs[1], distance, strict=True):
        u, v, key, line = edges[edge]
        gate = shapely.get_point(shapely.shortest_line(line, shape), 0)
        data = graph.edges[u, v, key]
        near = metres <= off_road.cap_m
        told = {"highway": data["highway"], "assumed": data["assumed"], "x": gate.x, "y": gate.y}
        rows.append({"distance_m": metres, **told, "reason": None if near else "too far"})
        if near:
            point = ("gate", place)
            joined.add_node(point, x=gate.x, y=gate.y)
            _join(joined, place, point, float(metres), off_road.speed_kph)
            for way in twins[u, v, key]:
                fraction = float(shapely.line_locate_point(graph.edges[way]["geometry"], gate, normalized=True))
                cuts.setdefault(way, []).append((fraction, point))
    for way, points in cuts.items():
        _split(joined, way, sorted(points, key=lambda cut: cut[0]))
    return joined, pd.DataFrame(rows, index=places.index)


def _two_way(graph: nx.MultiDiGraph) -> dict[tuple[int, int, int], list[tuple[int, int, int]]]:
    """For each edge, itself and its twin in the other direction, if there is one."""
    by_line: dict[tuple[object, ...], list[tuple[int, int, int]]] = {}
    for u, v, key, data in graph.edges(keys=True, data=True):
        line = data["geometry"]
        ends = frozenset([u, v]), round(line.length, 3), data.get("osmid")
        by_line.setdefault(ends, []).append((u, v, key))
    return {way: ways for ways in by_line.values() for way in ways}


def _join(graph: nx.MultiDiGraph, place: object, point: object, metres: float, speed_kph: float) -> None:
    graph.add_node(place, **{axis: graph.nodes[point][axis] for axis in ("x", "y")})
    seconds = metres / speed_kph * 3.6
    for ends in ((place, point), (point, place)):
        graph.add_edge(*ends, length=metres, speed_kph=speed_kph, travel_time=seconds, highway="off_road", assumed=True)


def _split(graph: nx.MultiDiGraph, way: tuple[int, int, int], points: list[tuple[float, object]]) -> None:
    u, v, key = way
    data = dict(graph.edges[way])
    graph.remove_edge(u, v, key)
    stations = [(0.0, u), *points, (1.0, v)]
    for (start, tail), (end, head) in itertools.pairwise(stations):
        share = end - start
        piece = {name: data[name] * share for name in ("length", "travel_time")}
        line = substring(data["geometry"], start, end, normalized=True)
        graph.add_edge(tail, head, **{**data, **piece, "geometry": line})
