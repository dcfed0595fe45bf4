"""The two ways to lay a connection, from every plot to every source in reach: along roads, and over the terrain."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sitesel.connections.along_roads import RoadWays, nearest_of, road_ways, straight_metres
from sitesel.connections.least_cost import least_cost_routes
from sitesel.connections.prices import default_terrain
from sitesel.connections.settings import Connection
from sitesel.connections.surface import CostSurface, cost_surface
from sitesel.crew import ALONE, Crew
from sitesel.layers import grid_over
from sitesel.region import Outlines, Region
from sitesel.region.slope import slope_grid
from sitesel.routing import places_on_edges
from sitesel.schema import RoadMode
from sitesel.text import LANGUAGES, Message, quoted

OBSTACLES: Final = ("rivers", "built_up", "protected")  # layers that a study may give
NAMED_CLASSES: Final = ("motorway", "trunk", "primary", "secondary")
COLUMNS: Final = ["plot", "source", "metres", "effective_m", "straight_m", "geometry"]
LAID_BY: Final[tuple[RoadMode, ...]] = ("truck", "car", "bus")  # along whose roads, the first that is known
NEAREST_ROAD: Final = "road:nearest"
"""Column of tables of metres: the nearest road that an access road may lead to."""
ON_PLOT: Final = "plot:own"
"""Column of tables of metres, and a source of its own kind: what is built on the plot itself, at no distance."""


def laid_over_terrain(
    region: Region, plots: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, asked: Connection, crew: Crew = ALONE
) -> gpd.GeoDataFrame:
    """Lay the cheapest route over a surface of cost from each plot to each source, plot by plot.

    Parameters
    ----------
    region : Region
    plots : GeoDataFrame of Polygon
    sources : GeoDataFrame, index source
    asked : Connection
    crew : Crew

    Returns
    -------
    GeoDataFrame
        ``plot source metres effective_m straight_m`` and the route; only what was laid.
    """
    ground = (region, plots[["geometry"]], sources[["geometry"]], asked)
    return _laid([part for part in crew.each(_from_one, ground, list(plots.index)) if part is not None], region)


def _from_one(
    ground: tuple[Region, gpd.GeoDataFrame, gpd.GeoDataFrame, Connection], plot: Hashable
) -> gpd.GeoDataFrame | None:
    """Lay the routes of a plot; None where no source is within reach."""
    region, plots, sources, asked = ground
    within_m, alone = asked.within_km * 1000, plots.loc[[plot]]
    near = _with_access(alone, sources, access_roads(region, asked), within_m)
    return None if near.empty else least_cost_routes(_surface(region, alone, asked), alone, near, within_m)


def _with_access(
    plot: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, access: gpd.GeoDataFrame, within_m: float
) -> gpd.GeoDataFrame:
    """Find sources within reach of a plot, and the nearest road of the classes that its access must meet."""
    near = sources.loc[sources.distance(plot.geometry.iloc[0]) <= within_m, ["geometry"]]
    road = nearest_roads(plot, access, within_m).drop(columns="metres").set_index("road")
    return near if road.empty else gpd.GeoDataFrame(pd.concat([near, road]), crs=sources.crs)


def access_roads(region: Region, asked: Connection) -> gpd.GeoDataFrame:
    """Take the roads of the classes that an access road may lead to."""
    roads = region.frames["roads"]
    return roads[roads["highway"].isin(asked.access_classes)]


def nearest_roads(plots: gpd.GeoDataFrame, access: gpd.GeoDataFrame, within_m: float) -> gpd.GeoDataFrame:
    """Find the road that each plot's access road would lead to.

    Returns
    -------
    GeoDataFrame, index plot
        ``road`` as :func:`road_id` names it, ``metres``, and its line; only plots that have one within reach.
    """
    found = nearest_of(plots, np.asarray(access.geometry, dtype=object), within_m)
    nearest = access.iloc[found["at"].to_numpy()]
    ids = [
        road_id({"ref": ref, "highway": highway})
        for ref, highway in zip(nearest["ref"], nearest["highway"], strict=True)
    ]
    return gpd.GeoDataFrame(
        {"road": pd.Series(ids, found.index, object), "metres": found["metres"]},
        geometry=nearest.geometry.array,
        crs=plots.crs,
    )


def road_id(road: pd.Series | Mapping[str, Any]) -> str:
    """Name a road as a source: by its number, or else its class."""
    return f"road:{road_name(road)}"


def road_name(road: pd.Series | Mapping[str, Any]) -> str:
    """Call a road by its number, or else its class."""
    return str(road["ref"] if isinstance(road["ref"], str) and road["ref"] else road["highway"])


def road_words(road: pd.Series) -> Message:
    """Call a road by its number, or else its class, in words."""
    if road_name(road) != road["highway"]:
        return Message("connection.road", {"name": {lang: quoted(road_name(road), lang) for lang in LANGUAGES}})
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


def road_mode(used: Collection[RoadMode]) -> RoadMode:
    """Choose along whose roads connections are laid: those of trucks before cars before buses."""
    return next((mode for mode in LAID_BY if mode in used), "car")


@dataclass(frozen=True, eq=False)
class AlongRoads:
    """Ways along roads from outlines to sources in reach, lines not yet joined; made by :func:`along_roads`.

    Parameters
    ----------
    ways : RoadWays
    metres : DataFrame of float, outlines x sources
        NaN where there is no way, or the source is beyond reach.
    straight_m : DataFrame of float, outlines x sources
        NaN beyond reach.
    roads : GeoDataFrame, index outline
        As from :func:`nearest_roads`.
    """

    ways: RoadWays
    metres: pd.DataFrame
    straight_m: pd.DataFrame
    roads: gpd.GeoDataFrame

    @property
    def table(self) -> pd.DataFrame:
        """Ways to all sources and the nearest road: ``plot source metres effective_m straight_m``."""
        both = pd.DataFrame({"metres": self.metres.stack(), "straight_m": self.straight_m.stack()}).dropna()  # noqa: PD013
        access = self.roads[["road", "metres"]].set_index("road", append=True)
        table = pd.concat([both, pd.DataFrame(access)]).rename_axis(["plot", "source"]).reset_index()
        return table.assign(effective_m=table["metres"], straight_m=table["straight_m"].fillna(table["metres"]))

    def drawn(self, pairs: pd.DataFrame, plots: gpd.GeoDataFrame, sources: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Join the lines of some ways of the table, by ``plot source``: as straight as they were measured."""
        laid = pairs.drop_duplicates().merge(self.table, on=["plot", "source"])
        known, road = laid["source"].isin(sources.index), self.roads.geometry
        ends = np.empty(len(laid), dtype=object)
        ends[known] = sources.geometry.loc[laid.loc[known, "source"]]
        ends[~known] = road.loc[laid.loc[~known, "plot"]]
        starts = np.asarray(plots.geometry.loc[laid["plot"]], dtype=object)
        lines = np.asarray(shapely.shortest_line(starts, ends), dtype=object)
        by_road = (laid["metres"] != laid["straight_m"]).to_numpy()
        lines[by_road] = self.ways.lines(laid[by_road])
        return gpd.GeoDataFrame(laid, geometry=lines, crs=plots.crs)


def along_roads(region: Region, outlines: Outlines, sources: gpd.GeoDataFrame, asked: Connection) -> AlongRoads:
    """Measure from outlines to every source in reach, as :func:`road_metres` does.

    Of the modes that the region has, trucks' roads are taken if they are among them.
    """
    mode, within_m = road_mode(region.networks), asked.within_km * 1000
    network, frame = region.networks[mode], outlines.frame
    places = outlines.places.get(mode) or places_on_edges(region.joins(mode, frame))
    ways = road_ways(network, frame, places, sources, within_m)
    straight = straight_metres(frame, sources, within_m)
    # A road that is built makes no straight way a longer one.
    standing = network.arcs.geometry()[network.arcs.standing()]
    direct = straight.le(nearest_of(frame, standing)["metres"], axis=0)
    along = ways.metres.reindex(frame.index).where(straight.notna()).mask(direct, straight)
    return AlongRoads(ways, along, straight, nearest_roads(frame, access_roads(region, asked), within_m))


def road_metres(region: Region, outlines: Outlines, sources: gpd.GeoDataFrame, asked: Connection) -> pd.DataFrame:
    """Measure along roads from outlines, be they plots, cells or copies of a plot, to every source.

    Where a source is nearer than any road the way is straight. The length depends on the outline alone, whatever is
    asked with it.

    Parameters
    ----------
    region : Region
    outlines : Outlines
    sources : GeoDataFrame, index source
        Points, or lines that may be met anywhere.
    asked : Connection

    Returns
    -------
    DataFrame of float, outlines x sources
        NaN where there is no way or the source is farther off, straight, than ``within_km``. The last columns are
        :data:`NEAREST_ROAD`, straight, and :data:`ON_PLOT`, which is 0.
    """
    along = along_roads(region, outlines, sources, asked)
    return along.metres.assign(**{NEAREST_ROAD: along.roads["metres"].reindex(outlines.index), ON_PLOT: 0.0})
