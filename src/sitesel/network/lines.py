"""A networkx graph from a layer of road lines."""

from collections.abc import Collection

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely

from sitesel.errors import NetworkError
from sitesel.network.speeds import kph, speed_table
from sitesel.text import NAMES

ONEWAY = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}  # other spellings mean both ways
UNSAID = "rural"  # as speeds.toml says: where nothing is said of a road's setting, it runs between villages
SAME_PLACE_M = 0.01  # ends closer than this are one node


def from_lines(lines: gpd.GeoDataFrame, *, mode: str, season: str = "summer", called: str = "roads") -> nx.MultiDiGraph:
    """Build a road graph from lines that meet at their ends.

    Parameters
    ----------
    lines : GeoDataFrame of LineString, projected CRS in metres
        ``highway`` (OpenStreetMap's classes) and, where known, ``setting`` (``rural ribbon mountain urban``),
        ``surface``, ``oneway`` (``yes``, ``-1``; else both ways), ``length_m`` (the road's own length where the line is
        coarse; else that of the line), ``road``, ``ref``, ``name_en name_ru name_ky``,
        ``assumed``.
    mode : {"car", "truck", "marshrutka"}
    season : {"summer", "winter"}
    called : str
        How faults name the layer: its file, where there is one.

    Returns
    -------
    networkx.MultiDiGraph
        In OSMnx's conventions: ``graph["crs"]``; nodes numbered from 0 with ``x``, ``y`` (m); edges with ``osmid``,
        ``highway``, ``ref``, ``name`` (a list where languages differ), ``setting``, ``oneway``, ``reversed``,
        ``length`` (m), ``speed_kph``, ``travel_time`` (s), ``geometry`` (in the direction of travel), and our own
        ``assumed``. Roads closed to the mode are left out.

    Raises
    ------
    NetworkError
        No road that the mode can use, or a class that has no speed.
    """
    roads = (
        lines.explode(ignore_index=True)
        if bool((lines.geom_type == "MultiLineString").any())
        else lines.reset_index(drop=True)
    )
    if roads.crs is None or not roads.crs.is_projected:
        raise NetworkError(f"{called}: lengths are measured in metres; project the lines first, such as to EPSG:32643")
    _refuse_unknown_classes(roads["highway"], called)
    setting = _column(roads, "setting").fillna(UNSAID)
    speed = kph(roads["highway"], setting, _column(roads, "surface"), mode=mode, season=season)
    roads = roads[speed.notna()].assign(speed_kph=speed[speed.notna()])
    if roads.empty:
        raise NetworkError(
            f"{called}: none that a {mode} can use; check the column highway against OpenStreetMap's classes"
        )
    own = _column(roads, "length_m").astype(np.float64)
    roads = roads.assign(length=own.where(own > 0, roads.length))
    tails, heads, xy = _nodes(roads.geometry)
    graph: nx.MultiDiGraph = nx.MultiDiGraph(crs=roads.crs.to_string(), mode=mode, season=season)
    graph.add_nodes_from((node, {"x": float(x), "y": float(y)}) for node, (x, y) in enumerate(xy))
    ways = _column(roads, "oneway").astype("str").str.lower().map(ONEWAY).fillna(0).astype(int)
    attributes = {
        "osmid": _column(roads, "road").to_numpy(),
        "highway": roads["highway"].to_numpy(),
        "ref": _column(roads, "ref").to_numpy(),
        "name": _called(roads),
        "setting": _column(roads, "setting").fillna(UNSAID).to_numpy(),
        "length": roads["length"].to_numpy(),
        "speed_kph": roads["speed_kph"].to_numpy(),
        "travel_time": (roads["length"] / roads["speed_kph"] * 3.6).to_numpy(),
        "assumed": _column(roads, "assumed").eq(True).to_numpy(),  # noqa: FBT003 -- unknown is not assumed
    }
    geometry = roads.geometry.to_numpy()
    for direction in (1, -1):
        along = np.flatnonzero(ways != -direction)
        ends = (tails, heads) if direction == 1 else (heads, tails)
        lines_along = geometry[along] if direction == 1 else shapely.reverse(geometry[along])
        for row, line in zip(along, lines_along, strict=True):
            edge = {name: _plain(column[row]) for name, column in attributes.items()}
            oneway = bool(ways.iloc[row])
            graph.add_edge(
                int(ends[0][row]), int(ends[1][row]), **edge, oneway=oneway, reversed=direction == -1, geometry=line
            )
    return graph


def to_lines(graph: nx.MultiDiGraph, classes: Collection[str]) -> gpd.GeoDataFrame:
    """Draw the roads of some classes as lines, each street once.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        In OSMnx's conventions, with ``geometry`` on its edges.
    classes : collection of str
        OpenStreetMap's ``highway`` values.

    Returns
    -------
    GeoDataFrame of LineString, in the graph's CRS
        ``highway ref oneway assumed``; what :func:`from_lines` takes.
    """
    rows = [
        (data["highway"], _first(data.get("ref")), "yes" if data["oneway"] else "no", False, data["geometry"])
        for _, _, data in graph.edges(data=True)
        if data["highway"] in classes and not data["reversed"] and not data.get("turn_copy")
    ]
    columns = ["highway", "ref", "oneway", "assumed", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), crs=graph.graph["crs"])


def _first(value: object) -> object:
    """Take the first of several: a road of two numbers is drawn with one."""
    return value[0] if isinstance(value, list) else value


def _refuse_unknown_classes(highway: pd.Series, called: str) -> None:
    known = speed_table().index.get_level_values("highway")
    unknown = highway[~highway.isin(known)]
    if not unknown.empty:
        raise NetworkError(
            f"{called}: no speed for class {unknown.iloc[0]!r} (row {unknown.index[0] + 1}, {len(unknown)} in all); "
            f"write one of OpenStreetMap's classes: {', '.join(dict.fromkeys(known))}"
        )


def _nodes(lines: gpd.GeoSeries) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give each place where lines end a number; ends at one place share it."""
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(lines.array, end)) for end in (0, -1)])
    xy, number = np.unique(np.round(ends / SAME_PLACE_M).astype(np.int64), axis=0, return_inverse=True)
    tails, heads = number.reshape(2, -1)
    return tails, heads, xy * SAME_PLACE_M


def _column(roads: gpd.GeoDataFrame, name: str) -> pd.Series:
    return roads[name] if name in roads else pd.Series(None, index=roads.index, dtype="object", name=name)


def _called(roads: gpd.GeoDataFrame) -> np.ndarray:
    """Name of each road; where it has another in another language, all of them."""
    found = np.empty(len(roads), dtype=object)
    columns = [_column(roads, name).to_numpy(object) for name in NAMES]
    for row, names in enumerate(zip(*columns, strict=True)):
        given = list(dict.fromkeys(name for name in names if isinstance(name, str) and name))
        found[row] = given[0] if len(given) == 1 else given or None
    return found


def _plain(value: object) -> object:
    """Numbers as Python's own, so that a saved graph holds no NumPy types; nothing as None."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if value is None or value != value else value  # noqa: PLR0124 -- NaN differs from itself
