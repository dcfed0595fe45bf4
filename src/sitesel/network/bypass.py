"""Roads that are not there yet, joined to a road graph where they meet it."""

import itertools
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from sitesel.network.arcs import arcs_of
from sitesel.network.lines import SAME_PLACE_M, UNSAID, from_lines
from sitesel.network.snapping import strongest_component
from sitesel.network.speeds import kph, road_classes

Shapes = NDArray[np.object_]
Place = tuple[int, int]
"""A place in whole steps of :data:`SAME_PLACE_M`, so that what meets there is one node."""

MEETS_M: Final = 30.0
"""An end of a new road that lies no farther from a road is led to it."""
CARRIED: Final = ("highway", "setting", "surface", "oneway", "ref", "name_en", "name_ru", "name_ky", "speed_kph")


@dataclass(frozen=True)
class Gap:
    """An end of a new road that meets no road.

    Parameters
    ----------
    line : int
        Row of the layer, from 1.
    end : {"first", "last"}
    metres : float
        To the nearest road that was there before.
    """

    line: int
    end: str
    metres: float


def with_bypass(
    graph: nx.MultiDiGraph, lines: gpd.GeoDataFrame, *, mode: str, season: str, called: str
) -> tuple[nx.MultiDiGraph, list[Gap]]:
    """Add new roads to a road graph: nodes are made wherever they meet or cross a road or one another.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        In OSMnx's conventions, in a projected CRS in metres.
    lines : GeoDataFrame of LineString, same CRS
        As :func:`~sitesel.network.from_lines` has it; ``speed_kph``, the speed of cars, stands in place of the
        class's; other vehicles are as much slower as on the class.
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}
    called : str
        What faults call the lines.

    Returns
    -------
    graph : networkx.MultiDiGraph
        A new one; roads that are met are cut there, their length and seconds shared by the parts' lengths. New edges
        are ``built``.
    gaps : list of Gap
        Ends that meet nothing.

    Raises
    ------
    NetworkError
        A class of road that has no speed.

    Examples
    --------
    >>> from shapely import LineString
    >>> line = LineString([(0, 0), (2000, 0)])
    >>> old = gpd.GeoDataFrame({"highway": ["trunk"]}, geometry=[line], crs="EPSG:32643")
    >>> new = old.assign(highway="primary").set_geometry([LineString([(1000, 0), (1000, 900)])], crs=old.crs)
    >>> graph, gaps = with_bypass(from_lines(old, mode="car"), new, mode="car", season="summer", called="new roads")
    >>> sorted(round(length) for _, _, length in graph.edges(data="length"))  # cut in two where they meet
    [900, 900, 1000, 1000, 1000, 1000]
    >>> gaps
    [Gap(line=1, end='last', metres=900.0)]
    """
    parts = lines.explode(ignore_index=True) if bool((lines.geom_type == "MultiLineString").any()) else lines
    whole = _reached_marked(graph)
    edges = list(whole.edges(keys=True, data=True))
    roads = np.array([_line(graph, *edge) for edge in edges], dtype=object)
    led, gaps = _led_to_roads(parts, roads)
    cuts = _cuts(roads, led)
    pieces = _pieces(led, cuts)
    kept = pieces[pieces["highway"].isin(list(road_classes(mode))) | ~pieces["highway"].isin(_every_class())]
    if kept.empty:
        return graph, gaps
    new = from_lines(kept.drop(columns="speed_kph"), mode=mode, season=season, called=called)
    at = _cut(whole, edges, roads, cuts)
    _merge(whole, at, _at_given_speeds(new, pieces, mode, season))
    return whole, gaps


def _reached_marked(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Copy a graph; what its main network does not reach is as good as built, if a new road should reach it."""
    arcs = arcs_of(graph)
    reached = dict(zip(arcs.nodes, strongest_component(arcs), strict=True))
    whole = graph.copy()
    for u, v, data in whole.edges(data=True):
        if not (reached[u] and reached[v]):
            data["built"] = True
    return whole


def _every_class() -> frozenset[str]:
    return road_classes("car") | road_classes("foot")


def _line(graph: nx.MultiDiGraph, u: Hashable, v: Hashable, _: Hashable, data: dict[str, Any]) -> shapely.LineString:
    ends = [(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in (u, v)]
    return data.get("geometry") or shapely.LineString(ends)


def _led_to_roads(lines: gpd.GeoDataFrame, roads: Shapes) -> tuple[gpd.GeoDataFrame, list[Gap]]:
    """Lead each end of the lines to the road that it nearly meets; ends that meet one another need none."""
    tree, shapes, gaps = shapely.STRtree(roads), [], []
    own = lines.geometry.to_numpy()
    for row, line in enumerate(own):
        coordinates = [tuple(xy) for xy in shapely.get_coordinates(line)]
        others = [other for place, other in enumerate(own) if place != row]
        for end, at in (("first", 0), ("last", -1)):
            point = shapely.Point(coordinates[at])
            road = roads[tree.nearest(point)]
            metres = float(shapely.distance(point, road))
            crossed = shapely.distance(shapely.intersection(line, road), point) <= 2 * MEETS_M  # it ends just beyond
            if SAME_PLACE_M < metres <= MEETS_M and not crossed:
                met = shapely.get_coordinates(shapely.shortest_line(road, point))[0]
                coordinates.insert(0 if at == 0 else len(coordinates), tuple(met))
            elif metres > MEETS_M and not any(shapely.dwithin(point, other, SAME_PLACE_M) for other in others):
                gaps.append(Gap(row + 1, end, metres))
        shapes.append(shapely.LineString(coordinates))
    return lines.set_geometry(gpd.GeoSeries(shapes, index=lines.index, crs=lines.crs)), gaps


def _cuts(roads: Shapes, lines: gpd.GeoDataFrame) -> Shapes:
    """Find all points where the lines meet roads or one another, and their own ends."""
    own = lines.geometry.to_numpy()
    alike = shapely.normalize(roads)  # both directions of a street give the very same points
    line, road = shapely.STRtree(alike).query(own, predicate="dwithin", distance=SAME_PLACE_M)
    one, other = shapely.STRtree(own).query(own, predicate="intersects")
    met = [
        *shapely.intersection(own[line], alike[road]),
        *shapely.intersection(own[one[one < other]], own[other[one < other]]),
    ]
    ends = [shapely.get_point(own, 0), shapely.get_point(own, -1)]
    corners = shapely.points(shapely.get_coordinates(np.array(met, dtype=object))) if met else np.empty(0, dtype=object)
    points = np.concatenate([corners, *ends])
    _, first = np.unique([_place(point) for point in points], axis=0, return_index=True)
    return np.asarray(points[np.sort(first)], dtype=object)


def _place(point: shapely.Point) -> Place:
    return round(point.x / SAME_PLACE_M), round(point.y / SAME_PLACE_M)


def between(line: shapely.LineString, points: Shapes) -> Iterator[tuple[shapely.LineString, float]]:
    """Cut a line at points that lie on it: its parts in order, each with its share of the length.

    Parameters
    ----------
    line : LineString
    points : ndarray of Point
        On the line, or no farther from it than :data:`SAME_PLACE_M`.
    """
    along = np.unique([0.0, line.length, *shapely.line_locate_point(line, points)])
    along = along[np.concatenate([[True], np.diff(along) > SAME_PLACE_M])]
    if line.length - along[-1] > 0:
        along[-1] = line.length
    ends = [line.coords[0], *(_exact(line, points, at) for at in along[1:-1]), line.coords[-1]]
    for place, (start, end) in enumerate(itertools.pairwise(along)):
        inner = shapely.get_coordinates(substring(line, start, end))[1:-1]
        yield shapely.LineString([ends[place], *inner, ends[place + 1]]), (end - start) / line.length


def _exact(line: shapely.LineString, points: Shapes, at: float) -> tuple[float, float]:
    """Give the point that is met there, not the one that rounding finds on the line."""
    nearest = points[int(np.argmin(np.abs(shapely.line_locate_point(line, points) - at)))]
    return nearest.x, nearest.y


def _pieces(lines: gpd.GeoDataFrame, cuts: Shapes) -> gpd.GeoDataFrame:
    """Cut the lines wherever they meet anything; ``road`` is the number of the piece."""
    table = pd.DataFrame(lines.drop(columns=lines.geometry.name)).reindex(columns=list(CARRIED))
    near = shapely.STRtree(cuts)
    found = []
    for (_, row), line in zip(table.iterrows(), lines.geometry, strict=True):
        points = cuts[near.query(line, predicate="dwithin", distance=SAME_PLACE_M)]
        found += [{**row, "geometry": part} for part, _ in between(line, points)]
    return gpd.GeoDataFrame(found, crs=lines.crs).assign(road=np.arange(len(found)))


def _cut(
    whole: nx.MultiDiGraph, edges: list[tuple[Any, ...]], roads: Shapes, cuts: Shapes
) -> dict[Place, list[Hashable]]:
    """Cut the edges of a graph that are met, in place, and say which nodes stand at each place."""
    at: dict[Place, list[Hashable]] = {}
    for node, data in whole.nodes(data=True):
        at.setdefault(_place(shapely.Point(data["x"], data["y"])), []).append(node)
    fresh = 1 + max((node for node in whole if isinstance(node, int)), default=0)
    cut, edge = shapely.STRtree(roads).query(cuts, predicate="dwithin", distance=SAME_PLACE_M)
    for number in np.unique(edge):
        u, v, key, data = edges[number]
        inner = [point for point in cuts[cut[edge == number]] if not {u, v} & set(at.get(_place(point), ()))]
        if not inner:
            continue
        for point in inner:
            if _place(point) not in at:
                at[_place(point)] = [fresh]
                whole.add_node(fresh, x=point.x, y=point.y)
                fresh += 1
        whole.remove_edge(u, v, key)
        _add_parts(whole, (u, v, data), list(between(roads[number], np.array(inner, dtype=object))), at)
    return at


def _add_parts(
    whole: nx.MultiDiGraph,
    edge: tuple[Any, Any, dict[str, Any]],
    parts: list[tuple[shapely.LineString, float]],
    at: dict[Place, list[Hashable]],
) -> None:
    u, v, data = edge
    inner = [at[_place(shapely.get_point(line, -1))][0] for line, _ in parts[:-1]]
    for start, end, (line, share) in zip([u, *inner], [*inner, v], parts, strict=True):
        shared = {name: data[name] * share for name in ("length", "travel_time") if data.get(name) is not None}
        whole.add_edge(start, end, **{**data, **shared, "geometry": line})


def _at_given_speeds(new: nx.MultiDiGraph, pieces: gpd.GeoDataFrame, mode: str, season: str) -> nx.MultiDiGraph:
    """Put the lines' own speeds in place of their classes'; walkers keep theirs."""
    if mode == "foot":
        return new
    setting = pieces["setting"].astype(object).fillna(UNSAID)
    unsaid = pd.Series(None, index=pieces.index, dtype=object)
    of_class = kph(pieces["highway"], setting, unsaid, mode, season) / kph(pieces["highway"], setting, unsaid, "car")
    given = pieces["speed_kph"].astype(np.float64) * of_class
    for _, _, data in new.edges(data=True):
        speed = float(given[data["osmid"]])
        if speed > 0:
            data.update(speed_kph=speed, travel_time=data["length"] / speed * 3.6)
    return new


def _merge(whole: nx.MultiDiGraph, at: dict[Place, list[Hashable]], new: nx.MultiDiGraph) -> None:
    """Put the edges of new roads between the nodes that stand at their ends.

    Where a ban on turns has made several nodes of one, a new road leaves from each of them, and leads to the one
    without a ban.
    """
    fresh = 1 + max((node for node in whole if isinstance(node, int)), default=0)
    for node, data in new.nodes(data=True):
        place = _place(shapely.Point(data["x"], data["y"]))
        if place not in at:
            at[place] = [fresh + node]
            whole.add_node(fresh + node, x=data["x"], y=data["y"])
    here = {node: at[_place(shapely.Point(data["x"], data["y"]))] for node, data in new.nodes(data=True)}
    for u, v, data in new.edges(data=True):
        end = min(here[v], key=lambda node: "via" in whole.nodes[node])
        for start in here[u]:
            whole.add_edge(start, end, **{**data, "built": True})
