"""Connections laid along roads: network metres, whatever the direction of traffic."""

import itertools
from collections.abc import Hashable, Mapping, Sequence
from typing import cast

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from shapely import LineString


def taps(lines: gpd.GeoDataFrame, spacing_m: float) -> gpd.GeoDataFrame:
    """Points along lines where a connection may start, to be joined to the roads as places are.

    Parameters
    ----------
    lines : GeoDataFrame of LineString, projected CRS in metres
        Such as gas mains.
    spacing_m : float
        At most so far apart.

    Returns
    -------
    GeoDataFrame of Point, index ``(line, number)``
        Column ``source``: the line's index.
    """
    names: list[tuple[Hashable, int]] = []
    points = []
    for name, line in lines.geometry.items():
        count = int(np.ceil(line.length / spacing_m)) + 1
        along = shapely.line_interpolate_point(shapely.line_merge(line), np.linspace(0, 1, count), normalized=True)
        names += [(name, number) for number in range(count)]
        points += list(along)
    index = pd.Index(names, tupleize_cols=False)
    return gpd.GeoDataFrame({"source": [name[0] for name in names]}, geometry=points, index=index, crs=lines.crs)


def road_lengths(
    graph: nx.Graph, plots: Mapping[Hashable, Sequence[Hashable]], sources: Mapping[Hashable, Sequence[Hashable]]
) -> gpd.GeoDataFrame:
    """Shortest way along roads from each plot to each source, in metres.

    One-way roads are followed both ways, for cables and pipes may; of parallel roads the shortest counts.

    Parameters
    ----------
    graph : networkx graph
        Edges with ``length`` (m) and, where known, ``geometry``; nodes with ``x``, ``y``. Plots and sources are joined
        to it.
    plots : mapping of plot to nodes
        One for each of its gates: the nearest counts.
    sources : mapping of source to nodes
        A point has one node; a line has one for each of its :func:`taps`: the nearest counts.

    Returns
    -------
    GeoDataFrame
        ``plot source metres effective_m`` (the same: the terrain's factors are not asked along roads), the route as
        geometry, and ``reason`` (``"no_way"``; None where laid).
    """
    plain = _undirected(graph)
    rows = []
    for source, nodes in sources.items():
        there = [node for node in nodes if node in plain]
        found = nx.multi_source_dijkstra(plain, set(there), weight="length") if there else ({}, {})
        metres, ways = cast("tuple[dict[Hashable, float], dict[Hashable, list[Hashable]]]", found)
        for plot, gates in plots.items():
            row: dict[str, object] = {"plot": plot, "source": source, "geometry": LineString(), "reason": "no_way"}
            row |= {"metres": np.nan, "effective_m": np.nan}
            reached = [gate for gate in gates if gate in metres]
            if reached:
                node = min(reached, key=metres.__getitem__)
                line = _line(plain, ways[node])
                length = float(metres[node])
                row |= {"metres": length, "effective_m": length, "geometry": line, "reason": None}
            rows.append(row)
    table = pd.DataFrame(rows, columns=["plot", "source", "metres", "effective_m", "reason", "geometry"])
    table["reason"] = pd.Series([row["reason"] for row in rows], dtype="object")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=graph.graph.get("crs"))


def _undirected(graph: nx.Graph) -> nx.Graph:
    """Keep the shortest of all edges between two nodes, either way."""
    plain: nx.Graph = nx.Graph()
    plain.add_nodes_from(graph.nodes(data=True))
    for tail, head, data in graph.edges(data=True):
        if not plain.has_edge(tail, head) or data["length"] < plain.edges[tail, head]["length"]:
            plain.add_edge(tail, head, length=data["length"], geometry=data.get("geometry"))
    return plain


def _line(graph: nx.Graph, nodes: Sequence[Hashable]) -> LineString:
    """Join the edges' lines, each turned the way it is walked, from the plot to the source."""
    walked = list(reversed(nodes))
    coordinates = [_place(graph, walked[0])]
    for tail, head in itertools.pairwise(walked):
        line = graph.edges[tail, head]["geometry"]
        if line is None:
            coordinates.append(_place(graph, head))
            continue
        points = shapely.get_coordinates(line)
        last = coordinates[-1][-1]
        turned = np.hypot(*(points[-1] - last)) < np.hypot(*(points[0] - last))
        coordinates.append(points[::-1] if turned else points)
    together = np.vstack(coordinates)
    moved = np.concatenate([[True], (np.diff(together, axis=0) != 0).any(axis=1)])
    return LineString(together[moved] if moved.sum() > 1 else together[[0, 0]])


def _place(graph: nx.Graph, node: Hashable) -> np.ndarray:
    return np.array([[graph.nodes[node]["x"], graph.nodes[node]["y"]]], dtype=np.float64)
