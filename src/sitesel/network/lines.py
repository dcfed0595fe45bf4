"""A networkx graph from a layer of road lines."""

from collections.abc import Collection
from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely

from sitesel.errors import NetworkError
from sitesel.layers.roles import FILE_ROW
from sitesel.network.assembly import RoadTables, first_of, to_graph
from sitesel.network.osm_tags import UNJOINED
from sitesel.network.roads import Roads
from sitesel.network.speeds import kph, speed_table
from sitesel.schema import ONEWAY
from sitesel.text import NAMES

NOT_OPEN = ("no", "private")
AT_LEAST = 0.99  # of the straight way: no road is shorter; a coarse line's ends are a little off
AT_MOST = 5.0  # of the line: bends that a line cuts off do not make a road longer than that
ROUNDED_M = 100.0
UNSAID = "rural"  # as speeds.toml says: where nothing is said of a road's setting, it runs between villages
SAME_PLACE_M = 0.01  # ends closer than this are one node


def from_lines(lines: gpd.GeoDataFrame, *, mode: str, season: str = "summer", called: str = "roads") -> nx.MultiDiGraph:
    """Build a road graph from lines that meet at their ends.

    Parameters
    ----------
    lines : GeoDataFrame of LineString, projected CRS in metres
        ``highway`` (OpenStreetMap's classes) and, where known, ``setting`` (``rural ribbon mountain urban``),
        ``surface``, ``oneway`` (``yes`` or ``F``, ``-1`` or ``T``; else both ways), ``length_m`` (the road's own length
        where the line is coarse; else that of the line; parts of one road share it), ``access`` (``no`` and ``private``
        are left out) or ``closed``, ``road``, ``ref``, ``name_en name_ru name_ky``, ``assumed``.
    mode : {"car", "truck", "bus"}
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
        No road that the mode can use, a class that has no speed, or a length below that of the straight way.

    Examples
    --------
    >>> from shapely import LineString
    >>> street = LineString([(0, 0), (1000, 0)])
    >>> roads = gpd.GeoDataFrame({"highway": ["trunk"]}, geometry=[street], crs="EPSG:32643")
    >>> list(from_lines(roads, mode="car").edges(data="travel_time"))
    [(0, 1, 48.0), (1, 0, 48.0)]
    """
    roads = single_parts(lines)
    if roads.crs is None or not roads.crs.is_projected:
        raise NetworkError(f"{called}: lengths are measured in metres; project the lines first, such as to EPSG:32643")
    refuse_unknown_classes(roads, called)
    setting = _column(roads, "setting").astype(object).fillna(UNSAID)
    speed = kph(roads["highway"], setting, _column(roads, "surface"), mode=mode, season=season)
    closed = _column(roads, "access").isin(NOT_OPEN) | _column(roads, "closed").eq(True)  # noqa: FBT003 -- unknown is open
    usable = speed.notna() & ~closed
    roads = roads[usable].assign(speed_kph=speed[usable])
    if roads.empty:
        raise NetworkError(
            f"{called}: none that a {mode} can use; check the column highway against OpenStreetMap's classes"
        )
    own = _column(roads, "length_m").astype(np.float64)
    _refuse_short(roads, own, called)
    roads = roads.assign(length=own.where(own > 0, roads.length))
    tails, heads, xy = _nodes(roads.geometry)
    way = _column(roads, "oneway").astype("str").str.lower().map(ONEWAY).fillna(0).astype(int)  # else both ways
    there = pd.DataFrame(
        {
            "u": tails,
            "v": heads,
            "osmid": _column(roads, "road"),
            "highway": roads["highway"],
            "ref": _column(roads, "ref"),
            "name": _called(roads),
            "setting": _column(roads, "setting").astype(object).fillna(UNSAID),
            "length": roads["length"],
            "speed_kph": roads["speed_kph"],
            "travel_time": roads["length"] / roads["speed_kph"] * 3.6,
            "assumed": _column(roads, "assumed").eq(True),  # noqa: FBT003 -- unknown is not assumed
            "joinable": [False if highway in UNJOINED else None for highway in roads["highway"]],  # as of an extract
            "oneway": way != 0,
            "reversed": False,
            "geometry": roads.geometry.to_numpy(),
        }
    )
    back = there.assign(u=heads, v=tails, reversed=True, geometry=shapely.reverse(roads.geometry.to_numpy()))
    edges = pd.concat([there[way >= 0], back[way <= 0]], ignore_index=True)
    nodes = pd.DataFrame(xy, columns=["x", "y"])
    return to_graph(RoadTables(nodes, edges, {"crs": roads.crs.to_string(), "mode": mode, "season": season}))


def to_lines(roads: Roads | nx.MultiDiGraph, classes: Collection[str]) -> gpd.GeoDataFrame:
    """Draw the roads of some classes as lines, each street once.

    Parameters
    ----------
    roads : Roads or networkx.MultiDiGraph
        In OSMnx's conventions, with ``geometry`` on its edges.
    classes : collection of str
        OpenStreetMap's ``highway`` values.

    Returns
    -------
    GeoDataFrame of LineString, in the network's CRS
        ``highway ref oneway assumed``; what :func:`from_lines` takes.

    Examples
    --------
    >>> from shapely import LineString
    >>> street = LineString([(0, 0), (1000, 0)])
    >>> roads = gpd.GeoDataFrame({"highway": ["trunk"]}, geometry=[street], crs="EPSG:32643")
    >>> to_lines(from_lines(roads, mode="car"), ["trunk"])[["highway", "oneway"]].to_dict("list")
    {'highway': ['trunk'], 'oneway': ['no']}
    """
    columns = ["highway", "ref", "oneway", "assumed", "geometry"]
    if isinstance(roads, Roads):
        edges = roads.edges
        there = ~edges["turn_copy"].to_numpy() & (~edges["against"] | edges["oneway"]).to_numpy()
        at = np.flatnonzero(
            there & np.isin(roads.of_stretch("kind"), np.flatnonzero(roads.kinds["highway"].isin(classes)))
        )
        drawn = replace(roads, edges=edges.take(at))
        oneway = np.where(drawn.edges["oneway"], "yes", "no")
        table = dict(
            zip(columns, (drawn.words("highway"), drawn.words("ref"), oneway, False, drawn.lines.drawn), strict=True)
        )
        return gpd.GeoDataFrame(table, crs=roads.about["crs"])
    rows = [
        (data["highway"], first_of(data.get("ref")), "yes" if data["oneway"] else "no", False, data["geometry"])
        for _, _, data in roads.edges(data=True)
        if data["highway"] in classes and not data["reversed"] and not data.get("turn_copy")
    ]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), crs=roads.graph["crs"])


def single_parts(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make a row of each part of a road; parts share the road's own length as they are long."""
    if not bool((lines.geom_type == "MultiLineString").any()):
        return lines.reset_index(drop=True)
    roads = lines.reset_index(drop=True).explode()
    whole = roads.length.groupby(level=0).transform("sum")
    if "length_m" in roads:
        roads["length_m"] = roads["length_m"].astype(np.float64) * roads.length / whole
    return roads.reset_index(drop=True)


def row_of(roads: pd.DataFrame, at: int) -> int:
    """Say in which row of its file a road stands, from 1; of roads that are of no file, in which of theirs."""
    return 1 + int(roads[FILE_ROW].iloc[at] if FILE_ROW in roads else at)


def overlong(lines: gpd.GeoDataFrame) -> "pd.Series[bool]":
    """Tell roads whose own length is more than :data:`AT_MOST` times that of their line.

    Parameters
    ----------
    lines : GeoDataFrame of LineString, projected CRS in metres
        As of :func:`from_lines`.
    """
    own = _column(lines, "length_m").astype(np.float64)
    found: pd.Series[bool] = own.gt(AT_MOST * lines.length) & own.gt(lines.length + ROUNDED_M)
    return found


def stretch(lines: gpd.GeoDataFrame) -> float:
    """Tell how many times as long as drawn roads are by their own lengths, in the middle: 3.28 where those are feet.

    Parameters
    ----------
    lines : GeoDataFrame of LineString, projected CRS in metres
        As of :func:`from_lines`.

    Returns
    -------
    float
        NaN where no road gives a length.
    """
    return float((_column(lines, "length_m").astype(np.float64) / lines.length.clip(lower=ROUNDED_M)).median())


def _refuse_short(roads: gpd.GeoDataFrame, own: pd.Series, called: str) -> None:
    """Refuse lengths in other units than metres: no road is shorter than the straight way between its ends."""
    ends = [shapely.get_point(roads.geometry.array, end) for end in (0, -1)]
    short = own.gt(0) & own.lt(AT_LEAST * shapely.distance(*ends) - 1)
    if bool(short.any()):
        at = int(np.argmax(short.to_numpy()))
        raise NetworkError(
            f"{called}: length_m is {own.iloc[at]:g} in row {row_of(roads, at)} ({int(short.sum())} in all), less than "
            f"the straight way of {shapely.distance(*ends)[at]:.0f} m; write metres, or leave it empty"
        )


def refuse_unknown_classes(roads: gpd.GeoDataFrame, called: str) -> None:
    """Refuse roads of a class that has no speed.

    Parameters
    ----------
    roads : GeoDataFrame
        ``highway``, and the row of the file where it is known.
    called : str
        What the fault calls them.

    Raises
    ------
    NetworkError
        There is one.
    """
    known = speed_table().index.get_level_values("highway")
    unknown = roads["highway"][~roads["highway"].isin(known)]
    if not unknown.empty:
        row = row_of(roads, unknown.index[0])
        raise NetworkError(
            f"{called}: no speed for class {unknown.iloc[0]!r} (row {row}, {len(unknown)} in all); "
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
