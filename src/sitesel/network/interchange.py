"""Graphs in OSMnx's conventions from elsewhere: read, typed, and given seconds."""

import ast
from collections import Counter
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import networkx as nx
import pandas as pd
import shapely

from sitesel.errors import LayerError, NetworkError
from sitesel.layers.door import why_no_file
from sitesel.network import speeds
from sitesel.network.assembly import first_of, with_travel_times
from sitesel.network.osm_tags import joinable, limit_kph
from sitesel.schema import RoadMode, Season

_TRUTH: Final = {"true": True, "false": False}


def _truth(text: str) -> bool:
    return _TRUTH[text.lower()]


def _or_list(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Read one, or the list that OSMnx writes out where it joined several ways."""
    return lambda text: ast.literal_eval(text) if text.startswith("[") and text.endswith("]") else read(text)


_Readers = Mapping[str, Callable[[str], Any]]

_NODE: Final[_Readers] = {"x": float, "y": float, "lon": float, "lat": float, "street_count": int, "via": int}
_EDGE: Final[_Readers] = {
    "osmid": _or_list(int),
    "length": float,
    "speed_kph": float,
    "travel_time": float,
    "oneway": _truth,
    "reversed": _or_list(_truth),
    "assumed_speed": _truth,
    "turn_copy": _truth,
    "joinable": _truth,
    "geometry": shapely.from_wkt,
}
_GRAPH: Final[_Readers] = {
    "simplified": _truth,
    "dropped": ast.literal_eval,
    "notices": ast.literal_eval,
}


def from_graphml(path: str | PathLike[str], mode: RoadMode, *, season: Season = "summer") -> "nx.MultiDiGraph[int]":
    """Read a graph saved by ``osmnx.save_graphml``.

    Parameters
    ----------
    path : path
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}, default "summer"

    Returns
    -------
    networkx.MultiDiGraph
        As of :func:`from_osmnx`.

    Raises
    ------
    LayerError
        The file is missing, not GraphML, or not in OSMnx's conventions.
    NetworkError
        As of :func:`from_osmnx`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> street = nx.MultiDiGraph([(1, 2, {"highway": "primary", "length": 500.0})], crs="EPSG:32643")
    >>> nx.set_node_attributes(street, {1: {"x": 0.0, "y": 0.0}, 2: {"x": 500.0, "y": 0.0}})
    >>> with TemporaryDirectory() as folder:
    ...     nx.write_graphml(street, Path(folder) / "street.graphml")
    ...     read = from_graphml(Path(folder) / "street.graphml", "car")
    >>> read.edges[1, 2, 0]["speed_kph"]
    60.0
    """
    source = Path(path)
    if wrong := why_no_file(source):
        raise LayerError(f"{source.name}: {wrong}; give the path of a .graphml saved by OSMnx")
    try:
        read = nx.read_graphml(source, node_type=int, force_multigraph=True)
        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(**_typed(read.graph, _GRAPH))
        graph.add_nodes_from((node, _typed(data, _NODE)) for node, data in read.nodes(data=True))
        for u, v, data in read.edges(data=True):
            graph.add_edge(u, v, **_typed(data, _EDGE))
    except (ParseError, nx.NetworkXError, ValueError, KeyError, SyntaxError, shapely.GEOSException) as fault:
        reason = " ".join(str(fault).split())
        raise LayerError(
            f"{source.name}: not a graph saved by OSMnx ({reason}); save it with osmnx.save_graphml"
        ) from fault
    return from_osmnx(graph, mode, season=season, name=source.name)


def _typed(data: Mapping[str, Any], readers: _Readers) -> dict[str, Any]:
    return {
        key: readers.get(key, _or_list(str))(value) if isinstance(value, str) else value
        for key, value in data.items()
        if value != "None"
    }


def from_osmnx(
    graph: "nx.MultiDiGraph[int]", mode: RoadMode, *, season: Season = "summer", name: str = "graph"
) -> "nx.MultiDiGraph[int]":
    """Give a graph of OSMnx what a network of ours has.

    Access, barriers and turn restrictions are as OSMnx left them. Of several classes on one edge the slowest is kept,
    of several limits the lowest. Seconds that the graph has stay; settings are ``rural`` where none is given.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Nodes with ``x y``, edges with ``length`` (m) and ``highway``; ``crs``.
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}, default "summer"
    name : str
        What to call it in a fault.

    Returns
    -------
    networkx.MultiDiGraph
        A copy with ``highway`` (one class), ``oneway setting speed_kph travel_time assumed_speed geometry`` on every
        edge; edges of classes that the mode has no speed on are dropped and counted.

    Raises
    ------
    LayerError
        No CRS, a node without a position, or an edge without a length.
    NetworkError
        No edge for the mode.

    Examples
    --------
    >>> street = nx.MultiDiGraph([(1, 2, {"highway": "primary", "length": 500.0})], crs="EPSG:32643")
    >>> nx.set_node_attributes(street, {1: {"x": 0.0, "y": 0.0}, 2: {"x": 500.0, "y": 0.0}})
    >>> round(from_osmnx(street, "car").edges[1, 2, 0]["travel_time"])  # seconds
    30
    """
    _check(graph, name)
    ends = list(graph.edges(keys=True))
    given = [dict(data) for _, _, data in graph.edges(data=True)]
    table = _timed(given, mode, season)
    whole: nx.MultiDiGraph[int] = nx.MultiDiGraph(**graph.graph)
    whole.add_nodes_from(graph.nodes(data=True))
    dropped = Counter(whole.graph.get("dropped", {}))
    for (u, v, key), data, row in zip(ends, given, table.to_dict("records"), strict=True):
        if pd.isna(row["travel_time"]):
            dropped[f"class {row['highway']}"] += 1
            continue
        tags = {key: str(first_of(data[key])) for key in ("motorroad", "tunnel") if data.get(key)}
        if not joinable(tags | {"highway": str(row["highway"])}):
            data["joinable"] = False
        line = data.get("geometry") or shapely.LineString([_place(graph, u), _place(graph, v)])
        whole.add_edge(u, v, key, **(data | {"oneway": data.get("oneway", False)} | row | {"geometry": line}))
    if not whole.number_of_edges():
        raise NetworkError(f"{name}: no roads for {mode}; give a graph with highway=* on its edges")
    whole.remove_nodes_from([node for node in graph if whole.degree(node) == 0])
    whole.graph |= {"dropped": dict(dropped), "mode": mode, "season": season}
    return whole


def _timed(given: list[dict[str, Any]], mode: str, season: str) -> pd.DataFrame:
    speed = speeds.speed_table()[mode].xs("rural", level="setting").to_dict()
    edges = pd.DataFrame(
        {
            "highway": [_slowest(data.get("highway"), speed) for data in given],
            "setting": [data.get("setting", "rural") for data in given],
            "length": [float(data["length"]) for data in given],
            "limit_kph": pd.Series([limit_kph(_limits(data), mode, season) for data in given], dtype=float),
        }
    )
    for column in ("surface", "tracktype"):
        edges[column] = pd.Series([first_of(data.get(column)) for data in given], dtype=object)
    timed = with_travel_times(edges, mode, season)
    for column in ("speed_kph", "travel_time"):
        kept = pd.Series([data.get(column) for data in given], dtype=float)
        timed[column] = kept.where(kept.notna(), timed[column])
    kept = pd.Series([data.get("assumed_speed") for data in given], dtype=object)
    timed["assumed_speed"] = kept.where(kept.notna(), timed["assumed_speed"]).astype(bool)
    return timed[["highway", "setting", "speed_kph", "travel_time", "assumed_speed"]]


def _slowest(highway: object, speed: Mapping[Any, float]) -> str | None:
    classes = [str(name) for name in (highway if isinstance(highway, list) else [highway]) if name is not None]
    known = [name for name in classes if speed.get(name, float("nan")) > 0]
    return min(known, key=speed.__getitem__) if known else next(iter(classes), None)


def _limits(data: Mapping[str, Any]) -> dict[str, str]:
    limit = data.get("maxspeed")
    if limit is None:
        return {}
    return {"maxspeed": ";".join(map(str, limit)) if isinstance(limit, list) else str(limit)}


def _place(graph: "nx.MultiDiGraph[int]", node: int) -> tuple[float, float]:
    return graph.nodes[node]["x"], graph.nodes[node]["y"]


def _check(graph: "nx.MultiDiGraph[int]", name: str) -> None:
    if "crs" not in graph.graph:
        raise LayerError(f"{name}: no CRS; set graph.graph['crs']")
    for node, data in graph.nodes(data=True):
        if "x" not in data or "y" not in data:
            raise LayerError(f"{name}: node {node} has no x and y; save it with osmnx.save_graphml")
    for u, v, data in graph.edges(data=True):
        if "length" not in data:
            raise LayerError(f"{name}: edge {u}-{v} has no length; add it with osmnx.distance.add_edge_lengths")
