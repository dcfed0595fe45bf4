"""Where people live: the settlements of the layer, or the road nodes that a raster of population is shared out to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.errors import LayerError
from sitesel.layers.population import beyond_raster, share_population
from sitesel.network import SnapRules, snap
from sitesel.region.outlines import Outlines
from sitesel.region.settings import OffRoad, Where
from sitesel.routing import CompiledNetwork, nearest, places_at_nodes, places_on_edges
from sitesel.text import Message

UNRATED = "unrated"
NEAR_M = 10_000.0  # where a settlement lies so near to a plot, a raster without anybody there has no data
END_KM = 30.0  # from a plot to the nearest known home, beyond which the layer of homes is taken to have ended before it
BEYOND_HULL = 1 / 3  # of that distance, from the hull of all known homes
UNLIKE = 3.0  # times the settlements' people, or a part of them: another unit, or another country, rather than doubt


@dataclass(frozen=True)
class Homes:
    """Where people live.

    Parameters
    ----------
    places : GeoDataFrame of Point, the study's CRS
        ``population``, ``working_age_share``, ``population_confidence``, and ``settlement``: the one that they count to
        in tables and in the programme.
    stranded : DataFrame
        Cells of the raster that reach no road: ``row column`` in it, ``x y`` in the study's CRS, ``people``.
    record : dict
        For the record of the run: how the raster's people were shared out. Empty without one.
    """

    places: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    stranded: pd.DataFrame = field(default_factory=pd.DataFrame)
    record: dict[str, Any] = field(default_factory=dict)


def homes_of_layer(settlements: gpd.GeoDataFrame) -> Homes:
    """Take the settlements with their own people, a place that has parts by these alone.

    Parameters
    ----------
    settlements : GeoDataFrame
        As :class:`sitesel.region.spreading.Spreading` has it.
    """
    lived = settlements[~settlements.index.isin(list(settlements["part_of"].dropna().unique()))]
    told = lived["population_confidence"].fillna(UNRATED).astype(str)
    columns = ["population", "working_age_share", "geometry"]
    return Homes(lived[columns].assign(population_confidence=told, settlement=lived.index))


def homes_of_raster(
    where: Where, off_road: OffRoad, path: Path, network: CompiledNetwork, frames: Mapping[str, gpd.GeoDataFrame]
) -> Homes:
    """Share a raster's people out to the road nodes; each node counts to the settlement nearest to it by road.

    Parameters
    ----------
    where : Where
    off_road : OffRoad
    path : Path
        People counted in each cell, any CRS.
    network : CompiledNetwork
        With coordinates in the study's CRS.
    frames : mapping of GeoDataFrame
        ``settlements``, whose ``working_age_share`` is that of the nodes that count to them; ``border``, for people of
        the settlements' country alone are counted; and ``plots``, where there are any, all of which the raster must
        cover.

    Returns
    -------
    Homes
        A place for each node with people. A node from which no settlement can be reached counts to the one nearest in a
        straight line.

    Raises
    ------
    LayerError
        The raster cannot be used.
    """
    cap_m = off_road.cap_km * 1000
    settlements, arcs = frames["settlements"], network.arcs
    country = home_country(frames["border"], settlements)
    # The position names a node: a network's own names may be of any kind.
    nodes = pd.DataFrame({"x": arcs.x, "y": arcs.y})
    found = share_population(
        path, nodes, crs=where.crs, cap_m=cap_m, area=where.area, country=None if country.empty else country
    )
    people = found.people[found.people > 0]
    points = gpd.points_from_xy(nodes.loc[people.index, "x"], nodes.loc[people.index, "y"], crs=where.crs)
    at_nodes = gpd.GeoDataFrame({"population": people.to_numpy()}, geometry=points, index=people.index)
    if "plots" in frames:
        _refuse_uncovered(path, frames["plots"].geometry, at_nodes, settlements)
    whose = _settlement_of(network, at_nodes, settlements, cap_m)
    places = at_nodes.assign(
        working_age_share=settlements["working_age_share"].reindex(whose).to_numpy(np.float64),
        population_confidence=UNRATED,
        settlement=whose,
    )
    left_out = beyond_raster(path, settlements.geometry)
    record = {
        "file": path.name,
        "people": found.total,
        "at_nodes": float(found.people.sum()),
        "nodes": len(people),
        "stranded": float(found.stranded["people"].sum()),
        "stranded_cells": len(found.stranded),
        "abroad": found.abroad,
        "settlements_beyond": int(left_out.sum()),
        "people_beyond": float(settlements.loc[left_out, "population"].sum()),
        "people_of_settlements": float(settlements.loc[~left_out, "population"].sum()),
        "cells_without_data": found.unknown_cells,
        "nodata": found.nodata,
    }
    return Homes(places.set_axis("node:" + people.index.astype(str)).rename_axis("id"), found.stranded, record)


def notices_of_raster(record: Mapping[str, Any], cap_km: float) -> Iterator[Message]:
    """Say what of a raster's people is not counted, and whether they are strangely many or few.

    Parameters
    ----------
    record : mapping
        As :class:`Homes` has it; empty without a raster.
    cap_km : float
        A cell farther from every road is stranded.

    Yields
    ------
    Message
    """
    if not record:
        return
    file, known = record["file"], record["people_of_settlements"]
    if record["stranded_cells"]:
        count = {"count": record["stranded_cells"], "people": record["stranded"], "km": cap_km}
        yield Message("notice.people_stranded", {"file": file, **count})
    if record["abroad"]:
        yield Message("notice.people_abroad", {"file": file, "people": record["abroad"]})
    if record["settlements_beyond"]:
        count = {"count": record["settlements_beyond"], "people": record["people_beyond"]}
        yield Message("notice.people_beyond", {"file": file, **count})
    if not known / UNLIKE <= record["people"] <= known * UNLIKE:
        yield Message("notice.people_unlike", {"file": file, "people": record["people"], "known": known})


def homes_end_far(outlines: Outlines, homes: Homes, km: float = END_KM) -> "pd.Series[bool]":
    """Tell where the knowledge of homes ends: whoever lives near such an outline is not known to be nobody.

    Parameters
    ----------
    outlines : Outlines
    homes : Homes
        In the outlines' CRS. Those without known people are not known.
    km : float
        The nearest known home may lie no farther from an outline; nor may the outline lie farther than a third of it
        from the hull of all known homes, for beyond its edge half of the country is missing.

    Returns
    -------
    Series of bool, index outline
        True for all where no home is known.
    """
    ground = outlines.frame.geometry
    known = homes.places.geometry[homes.places["population"] > 0] if len(homes.places) else gpd.GeoSeries()
    if known.empty:
        return pd.Series(data=True, index=outlines.index)
    near: np.ndarray[Any, np.dtype[np.bool_]] = np.zeros(len(ground), dtype=bool)
    near[known.sindex.nearest(ground, return_all=False, max_distance=1000 * km)[0]] = True
    held = ground.dwithin(known.union_all().convex_hull, 1000 * km * BEYOND_HULL)
    ends: pd.Series[bool] = ~(held & near)
    return ends


def home_country(border: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Find the country where most of the settlements lie; a layer of borders may hold its neighbours too.

    Parameters
    ----------
    border : GeoDataFrame of Polygon
    settlements : GeoDataFrame of Point, the border's CRS

    Returns
    -------
    GeoSeries
        One outline; none where no settlement lies in any country.
    """
    lying = border.sindex.query(settlements.geometry, predicate="within")[1]
    return border.geometry.iloc[[int(np.bincount(lying).argmax())] if len(lying) else []]


def _refuse_uncovered(
    path: Path, plots: gpd.GeoSeries, at_nodes: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame
) -> None:
    """Nobody in reach of a plot beyond the raster, or where it has no data, would read as nobody living there."""
    uncovered = beyond_raster(path, plots) | (_near(plots, settlements) & ~_near(plots, at_nodes))
    if uncovered.any():
        raise LayerError(
            f"{path.name}: does not cover {int(uncovered.sum())} of {len(plots)} plots, {uncovered.idxmax()} among "
            "them; give a raster of all the ground that workers come from, or leave these plots out"
        )


def _near(plots: gpd.GeoSeries, peopled: gpd.GeoDataFrame) -> "pd.Series[bool]":
    lived = peopled.geometry[peopled["population"] > 0]
    at = lived.sindex.query(plots, predicate="dwithin", distance=NEAR_M)[0]
    return pd.Series(np.isin(np.arange(len(plots)), at), index=plots.index)


def _settlement_of(
    network: CompiledNetwork, at_nodes: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame, cap_m: float
) -> "np.ndarray[Any, np.dtype[Any]]":
    joined = snap(network.arcs, settlements, SnapRules(cap_m=cap_m))
    homes = places_at_nodes(network, network.arcs.nodes[at_nodes.index])
    by_road = nearest(network, homes, places_on_edges(joined))["nearest"].to_numpy(dtype=object)
    straight = settlements.index[settlements.sindex.nearest(at_nodes.geometry, return_all=False)[1]]
    return np.where(pd.isna(by_road), straight, by_road)
