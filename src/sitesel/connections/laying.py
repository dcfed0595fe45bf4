"""The two ways to lay a connection, from every plot to every source in reach: along roads, and over the terrain."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Hashable
from typing import Final

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from sitesel.connections.along_roads import road_lengths, taps
from sitesel.connections.least_cost import least_cost_routes
from sitesel.connections.prices import default_terrain
from sitesel.connections.settings import Connection
from sitesel.connections.surface import CostSurface, cost_surface
from sitesel.layers import grid_over
from sitesel.network import SnapRules, snap
from sitesel.region import Outlines, Region
from sitesel.region.slope import slope_grid
from sitesel.schema import RoadMode
from sitesel.text import Message

OBSTACLES: Final = ("rivers", "built_up", "protected")  # layers that a study may give
NAMED_CLASSES: Final = ("motorway", "trunk", "primary", "secondary")
TAP_M: Final = 500.0
GATE_M: Final = 50.0
COLUMNS: Final = ["plot", "source", "metres", "effective_m", "straight_m", "geometry"]
LAID_BY: Final[tuple[RoadMode, ...]] = ("truck", "car", "marshrutka")  # along whose roads, the first that is known
Gate = tuple[str, int]


def laid_over_terrain(
    region: Region, plots: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, asked: Connection
) -> gpd.GeoDataFrame:
    """Lay the cheapest route over a surface of cost from each plot to each source.

    Parameters
    ----------
    region : Region
    plots : GeoDataFrame of Polygon
    sources : GeoDataFrame, index source
    asked : Connection

    Returns
    -------
    GeoDataFrame
        ``plot source metres effective_m straight_m`` and the route; only what was laid.
    """
    within_m, access = asked.within_km * 1000, access_roads(region, asked)
    parts = []
    for plot in plots.index:
        alone = plots.loc[[plot]]
        near = _with_access(alone, sources, access, within_m)
        if not near.empty:
            parts.append(least_cost_routes(_surface(region, alone, asked), alone, near, within_m))
    return _laid(parts, region)


def _with_access(
    plot: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, access: gpd.GeoDataFrame, within_m: float
) -> gpd.GeoDataFrame:
    """Find sources within reach of a plot, and the nearest road of the classes that its access must meet."""
    outline = plot.geometry.iloc[0]
    near = sources.loc[sources.distance(outline) <= within_m, ["geometry"]]
    road = nearest_road(outline, access, within_m)
    return near if road.empty else gpd.GeoDataFrame(pd.concat([near, road]), crs=sources.crs)


def access_roads(region: Region, asked: Connection) -> gpd.GeoDataFrame:
    """Take the roads of the classes that an access road may lead to."""
    roads = region.frames["roads"]
    return roads[roads["highway"].isin(asked.access_classes)]


def nearest_road(outline: BaseGeometry, access: gpd.GeoDataFrame, within_m: float) -> gpd.GeoDataFrame:
    """Find the road that a plot's access road would lead to.

    Returns
    -------
    GeoDataFrame
        One row, indexed as :func:`road_id` names it; none where none is within reach.
    """
    at = access.sindex.nearest(outline, return_all=False, max_distance=within_m)[1]
    nearest = access.iloc[at]
    return nearest[["geometry"]].set_axis([road_id(road) for _, road in nearest.iterrows()], axis=0)


def road_id(road: pd.Series) -> str:
    """Name a road as a source: by its number, or else its class."""
    return f"road:{road_name(road)}"


def road_name(road: pd.Series) -> str:
    """Call a road by its number, or else its class."""
    return str(road["ref"] if isinstance(road["ref"], str) and road["ref"] else road["highway"])


def road_words(road: pd.Series) -> Message:
    """Call a road by its number, or else its class, in words."""
    if road_name(road) != road["highway"]:
        return Message("connection.road", {"name": road_name(road)})
    return Message(f"road.{road['highway']}" if road["highway"] in NAMED_CLASSES else "road.other")


def _surface(region: Region, plot: gpd.GeoDataFrame, asked: Connection) -> CostSurface:
    west, south, east, north = plot.total_bounds
    reach = asked.within_km * 1000
    sides = (west - reach, south - reach, east + reach, north + reach)
    grid = grid_over(sides, region.crs, asked.cell_m)
    slope = np.full(grid.shape, np.nan, dtype=np.float32)
    for path in region.heights:
        if np.isnan(slope).any():
            slope = np.where(np.isnan(slope), slope_grid(path, grid), slope)
    layers = {name: region.frames[name] for name in ("roads", *OBSTACLES) if name in region.frames}
    return cost_surface(grid, {name: _within(frame, sides) for name, frame in layers.items()}, default_terrain(), slope)


def _within(frame: gpd.GeoDataFrame, sides: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    return frame.iloc[np.sort(frame.sindex.query(shapely.box(*sides)))]


def _laid(parts: list[gpd.GeoDataFrame], region: Region) -> gpd.GeoDataFrame:
    found = [part.loc[part["metres"].notna(), COLUMNS] for part in parts]
    whole = [part for part in found if not part.empty]
    empty = pd.DataFrame({name: pd.Series(dtype="object" if name in {"plot", "source"} else float) for name in COLUMNS})
    table = pd.concat(whole, ignore_index=True) if whole else empty
    return gpd.GeoDataFrame(table, geometry="geometry", crs=region.crs)


def laid_along_roads(region: Region, plots: Outlines, sources: gpd.GeoDataFrame, asked: Connection) -> gpd.GeoDataFrame:
    """Lay the shortest route along roads from each plot to each source.

    From a plot's edge and from a source the line runs straight to the road. Where a source is nearer than any road the
    line is straight, and so is an access road.

    Parameters
    ----------
    region : Region
    plots : Outlines
        Of the modes that reach them, trucks' roads are taken if they are among them.
    sources : GeoDataFrame, index source
        Points, or lines that may be met anywhere (every :data:`TAP_M` metres).
    asked : Connection

    Returns
    -------
    GeoDataFrame
        As from :func:`laid_over_terrain`. Routes stay within ``within_km`` of the plots.
    """
    mode = road_mode(plots.places)
    ways = _RoadWays(region, mode, plots.frame, sources, asked.within_km * 1000)
    straight = _straight(region, plots.frame, sources, asked, ways.metres_to_road(plots.frame))
    direct = straight[straight["metres"].notna()]
    along = road_lengths(ways.graph, ways.gates["plot"], ways.gates["source"]).merge(
        straight.loc[straight["metres"].isna(), ["plot", "source", "straight_m"]], on=["plot", "source"]
    )
    return _laid([direct, along], region)


def road_mode(used: Collection[RoadMode]) -> RoadMode:
    """Choose along whose roads connections are laid: those of trucks before cars before marshrutkas."""
    return next((mode for mode in LAID_BY if mode in used), "car")


def _straight(
    region: Region, plots: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, asked: Connection, to_road: pd.Series
) -> gpd.GeoDataFrame:
    """Straight distances to what is in reach; with a length and a line where the connection itself is straight."""
    access, rows = access_roads(region, asked), []
    for plot, outline in plots.geometry.items():
        metres = sources.distance(outline)
        rows += [
            (plot, source, sources.geometry[source], far, far <= to_road[plot])
            for source, far in metres[metres <= asked.within_km * 1000].items()
        ]
        for road, shape in nearest_road(outline, access, asked.within_km * 1000).geometry.items():
            rows.append((plot, road, shape, float(outline.distance(shape)), True))
    table = pd.DataFrame(rows, columns=["plot", "source", "shape", "straight_m", "straight"])
    length = table["straight_m"].where(table["straight"].astype(bool))
    outlines = plots.geometry.reindex(table["plot"]).array
    lines = shapely.shortest_line(np.asarray(outlines, dtype=object), table["shape"].to_numpy(dtype=object))
    table = table.assign(metres=length, effective_m=length, geometry=lines)
    return gpd.GeoDataFrame(table[COLUMNS], geometry="geometry", crs=region.crs)


class _RoadWays:
    """The roads around the plots as a graph of lengths, with plots and sources joined to them.

    Parameters
    ----------
    region : Region
    mode : RoadMode
    plots : GeoDataFrame of Polygon
    sources : GeoDataFrame, index source
    within_m : float
        Roads that come no nearer to any plot's box are left out, so that an extract of a country stays light.
    """

    def __init__(
        self, region: Region, mode: RoadMode, plots: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, within_m: float
    ) -> None:
        self._arcs = region.networks[mode].arcs
        self._roads = region.road_graph(mode)
        self.graph: nx.MultiGraph = nx.MultiGraph(crs=self._roads.graph["crs"])
        self.gates: dict[str, dict[Hashable, list[Gate]]] = {"plot": defaultdict(list), "source": defaultdict(list)}
        self._take_roads(plots, within_m)
        starts = plots.geometry.to_frame("geometry").assign(owner=plots.index)
        joined = [
            self._joined("plot", starts.reset_index(drop=True), region.asked.off_road.cap_km * 1000),
            self._joined("source", _places_of(sources), within_m),
        ]
        self._split(pd.concat(joined, ignore_index=True))

    def _take_roads(self, plots: gpd.GeoDataFrame, within_m: float) -> None:
        boxes = shapely.box(*plots.bounds.to_numpy().T)
        tree = shapely.STRtree(self._arcs.geometry())
        near = np.unique(tree.query(boxes, predicate="dwithin", distance=within_m)[1])
        edges = list(self._roads.edges(keys=True))
        for at in near:
            self._take(*edges[at])

    def metres_to_road(self, plots: gpd.GeoDataFrame) -> pd.Series:
        """Straight metres from each plot to the nearest road of any class."""
        tree = shapely.STRtree(self._arcs.geometry())
        found, metres = tree.query_nearest(plots.geometry.to_numpy(), return_distance=True, all_matches=False)
        return pd.Series(metres, index=plots.index[found[0]])

    def _take(self, tail: Hashable, head: Hashable, key: Hashable) -> None:
        data = self._roads.edges[tail, head, key]
        for node in (tail, head):
            self.graph.add_node(node, x=self._roads.nodes[node]["x"], y=self._roads.nodes[node]["y"])
        self.graph.add_edge(tail, head, length=data["length"], geometry=data.get("geometry"))

    def _joined(self, kind: str, places: gpd.GeoDataFrame, cap_m: float) -> pd.DataFrame:
        """Join places to the roads by straight legs; tell where on which road each leg ends."""
        if places.empty:
            return pd.DataFrame({"u": [], "v": [], "key": [], "fraction": [], "node": []})
        found = snap(self._arcs, places, SnapRules(cap_m=cap_m, gate_spacing_m=GATE_M))
        found = found[found["reason"].isna()].reset_index(drop=True)
        found["node"] = [(f"road at {kind}", number) for number in found.index]
        ends = np.asarray(shapely.points(found["x"].to_numpy(), found["y"].to_numpy()))
        legs = np.asarray(shapely.shortest_line(places.geometry.loc[found["place"]].to_numpy(), ends))
        starts = np.asarray(shapely.get_point(legs, 0))
        owners = places["owner"].loc[found["place"]]
        for number, (owner, node) in enumerate(zip(owners, found["node"], strict=True)):
            gate = (kind, number)
            self.graph.add_node(gate, x=starts[number].x, y=starts[number].y)
            self.graph.add_node(node, x=ends[number].x, y=ends[number].y)
            self.graph.add_edge(gate, node, length=float(legs[number].length), geometry=legs[number])
            self.gates[kind][owner].append(gate)
        return found[["u", "v", "key", "fraction", "node"]]

    def _split(self, found: pd.DataFrame) -> None:
        """Cut each road at the places on it, in their order along it."""
        for (tail, head, key), on_it in found.groupby(["u", "v", "key"], sort=False):
            self._take(tail, head, key)
            data = self._roads.edges[tail, head, key]
            ends = (self.graph.nodes[node] for node in (tail, head))
            line = data.get("geometry") or LineString([(node["x"], node["y"]) for node in ends])
            ordered = on_it.sort_values("fraction", kind="stable")
            stops = [(tail, 0.0), *zip(ordered["node"], ordered["fraction"], strict=True), (head, 1.0)]
            for (one, start), (other, end) in itertools.pairwise(stops):
                piece = substring(line, start, end, normalized=True)
                geometry = piece if isinstance(piece, LineString) else None
                self.graph.add_edge(one, other, length=(end - start) * data["length"], geometry=geometry)


def _places_of(sources: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Where a connection may start: points, and lines every so many metres."""
    points = sources[sources.geom_type == "Point"]
    lines = sources.loc[~sources.index.isin(points.index)]
    parts = [points.geometry.to_frame("geometry").assign(owner=points.index)]
    if not lines.empty:
        parts.append(taps(lines, TAP_M).rename(columns={"source": "owner"}))
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=sources.crs)
