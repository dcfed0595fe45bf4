"""Where places touch the roads: the nearest edge, split at the projected point."""

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sitesel.arrays import Bools, Floats, Ints, Objects, matches
from sitesel.errors import NetworkError
from sitesel.network.arcs import Arcs
from sitesel.network.streets import Streets, streets_of

NODE_M = 0.001  # nearer than this to an edge's end is the end
POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True)
class SnapRules:
    """How places may reach the road.

    Parameters
    ----------
    cap_m : float
        No place farther from the road than this touches the network.
    off_road_kmh : float
        Speed between place and road.
    gate_spacing_m : float
        Distance of the points along a polygon's boundary that are tried as gates.
    """

    cap_m: float = 5_000.0
    off_road_kmh: float = 5.0
    gate_spacing_m: float = 100.0


@dataclass(frozen=True, eq=False)
class _Streets:
    """Each street once.

    Parameters
    ----------
    arcs : Streets
    line : ndarray of LineString
    strong, joined : ndarray of bool
        Whether places may join it in the main network, and whether at all.
    standing : ndarray of bool
        Whether it is there already.
    """

    arcs: Streets
    line: Objects
    strong: Bools
    joined: Bools
    standing: Bools

    @cached_property
    def main(self) -> "_Some":
        """Those of the main network."""
        return _Some(self.strong, self.line)

    @cached_property
    def any(self) -> "_Some":
        """Those that are there and that places may join anywhere."""
        there = self.joined & self.standing
        return self.nearest_in_main[0] if (there == (self.strong & self.standing)).all() else _Some(there, self.line)

    @cached_property
    def nearest_in_main(self) -> tuple["_Some", ...]:
        """Those of the main network that are there, and those that are built.

        A place joins the nearest that is there, and a nearer one that is built beside it: in its place it could make a
        way longer.
        """
        built = self.strong & ~self.standing
        if not built.any():
            return (self.main,)
        return _Some(self.strong & self.standing, self.line), _Some(built, self.line)


class _Some:
    """Some of the streets, and a tree of their lines."""

    def __init__(self, which: Bools, line: Objects) -> None:
        self.number, self.tree = np.flatnonzero(which), shapely.STRtree(line[which])

    def nearest(self, points: Objects) -> tuple[Ints, Floats]:
        """Nearest street to each point, and its distance; of equally near ones the first."""
        if len(points) == 0:
            return np.empty(0, np.int64), np.empty(0)
        (point, place), distance = self.tree.query_nearest(points, return_distance=True)
        order = np.lexsort([place, point])
        first = order[np.unique(point[order], return_index=True)[1]]
        return self.number[place[first]], distance[first]


_held: WeakKeyDictionary[Arcs, tuple[Bools | None, _Streets]] = WeakKeyDictionary()  # by main network


def snap(
    arcs: Arcs, places: gpd.GeoDataFrame, rules: SnapRules | None = None, main: Bools | None = None
) -> pd.DataFrame:
    """Find where places touch the largest strongly connected part of a road network.

    Parameters
    ----------
    arcs : Arcs
        With coordinates in a projected CRS, in metres.
    places : GeoDataFrame
        Points, or polygons in the same CRS, by unique index. A polygon has many gates: points of its boundary at the
        rules' spacing and where it comes closest to the network, each joined to its nearest edge, and, without any
        off-road leg, where a road crosses it. A road inside a plot that never meets its boundary is no way in. A
        ``built`` road that is nearer is joined beside the nearest that is there.
    rules : SnapRules, optional
    main : ndarray of bool, length N, optional
        Nodes that count as the main network, such as those of before some roads were closed; by default those of the
        largest strongly connected part.

    Returns
    -------
    DataFrame, in the order of the places
        One row a gate, and more where turn restrictions made copies of its street or junction: one for each copy.
        ``place gate``; ``u v key`` (the edge), ``arc`` (its position) and ``twin`` (position of its other direction;
        -1 where there is none); ``fraction`` along it, 0..1; ``off_road_m off_road_s``; ``x y`` of the point on the
        road; ``moved_m`` (how much farther it is than the nearest edge of all, where that one is cut off from the main
        network); ``reason``, missing where snapped: ``"no_geometry"``, or ``"beyond_cap"`` with ``off_road_m`` to the
        nearest edge, edge -1.

    Raises
    ------
    NetworkError
        No edges or no coordinates, CRS in degrees or not that of the places, places neither points nor polygons,
        duplicate ids.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> from sitesel.network import arcs_of, from_lines
    >>> street = gpd.GeoDataFrame({"highway": ["trunk"]}, geometry=[LineString([(0, 0), (1000, 0)])], crs="EPSG:32643")
    >>> arcs = arcs_of(from_lines(street, mode="car"))
    >>> towns = gpd.GeoDataFrame(geometry=[Point(250, 50), Point(500, 9000)], index=["near", "far"], crs="EPSG:32643")
    >>> snap(arcs, towns).set_index("place")[["x", "off_road_m", "off_road_s", "reason"]].T
    place       near         far
    x          250.0         NaN
    off_road_m  50.0      9000.0
    off_road_s  36.0         NaN
    reason       NaN  beyond_cap
    """
    asked = SnapRules() if rules is None else rules
    _check(arcs, places)
    streets = _streets(arcs, main)
    shapes = np.asarray(places.geometry.array, dtype=object)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    points, owner = _gate_points(shapes, ~empty, asked.gate_spacing_m)
    closest, closest_owner = _closest_points(streets, shapes, ~empty)
    points, owner = np.concatenate([points, closest]), np.concatenate([owner, closest_owner])
    gates = pd.concat([_nearest(streets, points, owner), _crossings(streets, shapes)], ignore_index=True)
    gates.loc[gates["off_road_m"] > asked.cap_m, "reason"] = "beyond_cap"
    gates = pd.concat(
        [gates, pd.DataFrame({"owner": np.flatnonzero(empty), "reason": "no_geometry"})], ignore_index=True
    )
    return _table(arcs, streets.arcs, places.index, _best(gates), asked)


def strongest_component(arcs: Arcs) -> Bools:
    """Nodes of the largest strongly connected part, by position; closed (infinite) edges do not connect.

    Examples
    --------
    >>> import networkx as nx
    >>> from sitesel.network import arcs_of
    >>> graph = nx.MultiDiGraph([("a", "b"), ("b", "a"), ("b", "dead end")])  # nobody comes back from there
    >>> nx.set_edge_attributes(graph, 60.0, "travel_time")
    >>> strongest_component(arcs_of(graph)).tolist()
    [True, True, False]
    """
    n = len(arcs.nodes)
    is_open = np.isfinite(arcs.seconds)
    ones = np.ones(int(is_open.sum()))
    roads = coo_array((ones, (arcs.tail[is_open], arcs.head[is_open])), shape=(n, n)).tocsr()
    _, part = connected_components(roads, directed=True, connection="strong")
    return np.asarray(part == np.bincount(part).argmax())


def _check(arcs: Arcs, places: gpd.GeoDataFrame) -> None:
    """Refuse what cannot be measured in metres."""
    if len(arcs.tail) == 0:
        raise NetworkError("road network: no edges to snap to; give at least one road")
    if arcs.crs is not None and places.crs is not None:
        crs = pyproj.CRS(arcs.crs)
        if crs.is_geographic:
            raise NetworkError(
                "road network: coordinates are in degrees; project the network to metres before snapping"
            )
        if crs != places.crs:
            raise NetworkError(
                f"places: their CRS {places.crs.name!r} is not the network's {crs.name!r}; project the places to it"
            )
    if not places.index.is_unique:
        name = places.index[places.index.duplicated()][0]
        raise NetworkError(f"places: two of them are called {name!r}; give each its own id")
    shapes = np.asarray(places.geometry.array, dtype=object)
    kind = shapely.get_type_id(shapes)
    other = ~np.isin(kind, [shapely.GeometryType.POINT, *POLYGONS, shapely.GeometryType.MISSING])
    if other.any():
        place = int(np.flatnonzero(other)[0])
        raise NetworkError(f"places: {places.index[place]!r} is a {shapes[place].geom_type}; give points or polygons")


def lines_near(arcs: Arcs, main: Bools | None, bounds: tuple[float, float, float, float]) -> Objects:
    """Give the lines that places may join, each street once, whose own bounds meet some (west, south, east, north).

    Parameters
    ----------
    arcs, main
        As of :func:`snap`.
    bounds : tuple of float
    """
    some = _streets(arcs, main).main
    return np.asarray(some.tree.geometries[some.tree.query(shapely.box(*bounds))], dtype=object)


def _streets(arcs: Arcs, main: Bools | None) -> _Streets:
    """Take each street once, in the order of the arcs."""
    held = _held.get(arcs)
    if held is None or held[0] is not main:
        held = _held[arcs] = (main, _made_streets(arcs, strongest_component(arcs) if main is None else main))
    return held[1]


def _made_streets(arcs: Arcs, main: Bools) -> _Streets:
    streets = streets_of(arcs)
    is_open = np.isfinite(arcs.seconds)
    leads_in, leads_out = (np.zeros(len(streets.arc), dtype=bool) for _ in range(2))
    leads_in[streets.number[is_open & main[arcs.tail]]] = True
    leads_out[streets.number[is_open & main[arcs.head]]] = True
    joined = arcs.joined()[streets.arc]
    if not joined.any():  # a network of motorways alone
        joined[:] = True
    strong, standing = leads_in & leads_out & joined, arcs.standing()[streets.arc]
    return _Streets(streets, arcs.geometry()[streets.arc], strong, joined, standing)


def _gate_points(shapes: Objects, given: Bools, spacing_m: float) -> tuple[Objects, Ints]:
    """Points to join to roads, and the position of the place that each belongs to."""
    outline = given & np.isin(shapely.get_type_id(shapes), POLYGONS)
    parts, owner = shapely.get_parts(shapely.boundary(shapes[outline]), return_index=True)
    steps = np.maximum(np.ceil(shapely.length(parts) / spacing_m), 4).astype(np.int64)
    step = np.arange(steps.sum()) - np.repeat(np.cumsum(steps) - steps, steps)
    along = shapely.line_interpolate_point(np.repeat(parts, steps), step / np.repeat(steps, steps), normalized=True)
    point = np.flatnonzero(~outline & given)
    return np.concatenate([shapes[point], along]), np.concatenate(
        [point, np.repeat(np.flatnonzero(outline)[owner], steps)]
    )


def _closest_points(streets: _Streets, shapes: Objects, given: Bools) -> tuple[Objects, Ints]:
    """Find where each outline comes closest to the main network: between two steps along it, as a rule."""
    outline = np.flatnonzero(given & np.isin(shapely.get_type_id(shapes), POLYGONS))
    boundary = shapely.boundary(shapes[outline])
    some = [one for one in streets.nearest_in_main if len(one.number)]
    roads = [streets.line[one.nearest(boundary)[0]] for one in some]
    points = [shapely.get_point(shapely.shortest_line(boundary, road), 0) for road in roads]
    return np.concatenate([np.empty(0, dtype=object), *points]), np.tile(outline, len(some))


def _nearest(streets: _Streets, points: Objects, owner: Ints) -> pd.DataFrame:
    """Nearest street of the main network to each point, and how much farther it is than the nearest of all."""
    standing, *built = streets.nearest_in_main
    number, distance = streets.any.nearest(points)
    moved = np.zeros(len(points))
    cut_off = ~streets.strong[number]
    if cut_off.any() and len(standing.number):
        farther, metres = standing.nearest(points[cut_off])
        moved[cut_off] = metres - distance[cut_off]
        number[cut_off], distance[cut_off] = farther, metres
    found = [_gates(streets, owner, number, points).assign(off_road_m=distance, moved_m=moved)]
    for one in built:
        number, metres = one.nearest(points)
        nearer = metres < distance  # what is farther off than a road that is there is joined by nobody, as elsewhere
        gates = _gates(streets, owner[nearer], number[nearer], points[nearer])
        found.append(gates.assign(off_road_m=metres[nearer]))
    return pd.concat(found, ignore_index=True)


def _gates(streets: _Streets, owner: Ints, street: Ints, points: Objects) -> pd.DataFrame:
    """Lay gates out: each where its street comes nearest to a point, as if the point lay on it."""
    fraction, x, y = _projected(streets.line[street], points)
    return pd.DataFrame({
        "owner": owner, "street": street, "off_road_m": 0.0, "moved_m": 0.0,
        "fraction": fraction, "x": x, "y": y, "reason": None,
    })  # fmt: skip


def _projected(lines: Objects, points: Objects) -> tuple[Floats, Floats, Floats]:
    """Fraction along each line of its point nearest to a point, and that point; exactly 0 or 1 at the ends."""
    length = shapely.length(lines)
    along = shapely.line_locate_point(lines, points)
    along = np.where(along < NODE_M, 0.0, np.where(along > length - NODE_M, length, along))
    on_road = shapely.line_interpolate_point(lines, along)
    fraction = np.divide(along, length, out=np.zeros(len(along)), where=length > 0)
    return fraction, shapely.get_x(on_road), shapely.get_y(on_road)


def _crossings(streets: _Streets, shapes: Objects) -> pd.DataFrame:
    """Gates where roads of the main network cross or touch the boundaries of polygons: no off-road leg."""
    outline = np.flatnonzero(np.isin(shapely.get_type_id(shapes), POLYGONS))
    boundary = shapely.boundary(shapes[outline])
    plot, place = streets.main.tree.query(boundary, predicate="intersects")
    owner, street = outline[plot], streets.main.number[place]
    met, piece = shapely.get_parts(shapely.intersection(streets.line[street], boundary[plot]), return_index=True)
    is_line = shapely.get_dimensions(met) == 1  # the road runs along the boundary for a while
    met[is_line] = shapely.line_interpolate_point(met[is_line], 0.5, normalized=True)
    return _gates(streets, owner[piece], street[piece], met)


def _best(gates: pd.DataFrame) -> pd.DataFrame:
    """Keep every gate once: which is best depends on where the way leads; of a place with none, its nearest failure."""
    gates = gates.assign(failed=gates["reason"].notna())
    gates = gates.sort_values(["owner", "failed", "off_road_m", "street", "fraction"], kind="stable")
    gates = gates[~gates["failed"] | ~gates.duplicated("owner")]
    return gates.drop_duplicates(["owner", "street", "fraction"])


def _at_every_end(arcs: Arcs, streets: Streets, gates: pd.DataFrame) -> pd.DataFrame:
    """Put a gate that lies on a junction with copies on every street that ends there: it is the junction itself."""
    junction = arcs.junctions()
    copied = np.bincount(junction)[junction] > 1
    if not copied.any():  # no turn is restricted
        return gates
    tail, head = arcs.tail[streets.arc], arcs.head[streets.arc]
    ends = pd.concat([
        pd.DataFrame({"junction": junction[node], "street": np.arange(len(node)), "fraction": fraction})[copied[node]]
        for node, fraction in ((tail, 0.0), (head, 1.0))
    ])  # fmt: skip
    here = gates[gates["reason"].isna() & gates["fraction"].isin([0.0, 1.0])]
    street = here["street"].to_numpy(dtype=np.int64)
    at = junction[np.where(here["fraction"] == 0, tail[street], head[street])]
    more = here.drop(columns=["street", "fraction"]).assign(junction=at).merge(ends, on="junction")
    whole: pd.DataFrame = pd.concat([gates, more.drop(columns="junction")], ignore_index=True)
    return whole.drop_duplicates(["owner", "gate", "street", "fraction"]).sort_values(["owner", "gate"], kind="stable")


def _on_every_lane(streets: Streets, gates: pd.DataFrame) -> pd.DataFrame:
    """Put each gate on all arcs of its street, ``fraction`` along ``arc``; one that failed is on none (-1)."""
    lanes = streets.lanes
    gate, lane = matches(gates["street"].fillna(-1).to_numpy(np.int64), np.append(lanes.index, -1))
    arc, twin = (np.append(lanes[way], -1)[lane] for way in ("arc", "twin"))
    turned = np.append(lanes["turned"], False)[lane]
    fraction = gates["fraction"].to_numpy()[gate]
    return gates.iloc[gate].assign(arc=arc, twin=twin, fraction=np.where(turned, 1 - fraction, fraction))


def _table(arcs: Arcs, streets: Streets, ids: pd.Index, gates: pd.DataFrame, rules: SnapRules) -> pd.DataFrame:
    """Lay the gates out under the names of edges and places."""
    gates = gates.assign(gate=gates.groupby("owner").cumcount())
    gates.loc[gates["reason"].notna(), "street"] = np.nan
    gates = _on_every_lane(streets, _at_every_end(arcs, streets, gates))
    found = gates["reason"].isna().to_numpy()
    arc = gates["arc"].to_numpy()
    key = np.zeros(len(arcs.tail), dtype=np.int64) if arcs.key is None else arcs.key
    return pd.DataFrame({
        "place": ids[gates["owner"]],
        "gate": gates["gate"].to_numpy(),
        "u": pd.Series(arcs.nodes[arcs.tail[arc]], dtype=object).where(found).to_numpy(),
        "v": pd.Series(arcs.nodes[arcs.head[arc]], dtype=object).where(found).to_numpy(),
        "key": np.where(found, key[arc], -1),
        "arc": arc,
        "twin": gates["twin"].to_numpy(),
        "fraction": gates["fraction"].where(found).to_numpy(),
        "off_road_m": gates["off_road_m"].to_numpy(),
        "off_road_s": (gates["off_road_m"] / rules.off_road_kmh * 3.6).where(found).to_numpy(),
        "x": gates["x"].where(found).to_numpy(),
        "y": gates["y"].where(found).to_numpy(),
        "moved_m": gates["moved_m"].to_numpy(),
        "reason": gates["reason"].to_numpy(dtype=object),
    })  # fmt: skip
