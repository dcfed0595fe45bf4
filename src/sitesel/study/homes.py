"""Where people live: the settlements of the layer, or the road nodes that a raster of population is shared out to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.errors import LayerError
from sitesel.layers import share_population
from sitesel.network import SnapRules, snap
from sitesel.routing import CompiledNetwork, nearest, places_at_nodes, places_on_edges
from sitesel.study.models import Study

UNRATED = "unrated"


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

    places: gpd.GeoDataFrame
    stranded: pd.DataFrame
    record: dict[str, Any]


def homes_of_layer(settlements: gpd.GeoDataFrame) -> Homes:
    """Take the settlements with their own people.

    Parameters
    ----------
    settlements : GeoDataFrame
        As its role has it.
    """
    told = settlements["population_confidence"].fillna(UNRATED).astype(str)
    columns = ["population", "working_age_share", "geometry"]
    places = settlements[columns].assign(population_confidence=told, settlement=settlements.index)
    return Homes(places, pd.DataFrame(), {})


def homes_of_raster(study: Study, path: Path, network: CompiledNetwork, settlements: gpd.GeoDataFrame) -> Homes:
    """Share a raster's people out to the road nodes; each node counts to the settlement nearest to it by road.

    Parameters
    ----------
    study : Study
    path : Path
        People counted in each cell, any CRS.
    network : CompiledNetwork
        With coordinates in the study's CRS.
    settlements : GeoDataFrame
        Their ``working_age_share`` is that of the nodes that count to them.

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
    cap_m = study.off_road.cap_km * 1000
    arcs = network.arcs
    # The position names a node: a network's own names may be of any kind.
    nodes = pd.DataFrame({"x": arcs.x, "y": arcs.y})
    found = share_population(path, nodes, crs=study.study.crs, cap_m=cap_m, area=study.study.area)
    people = found.people[found.people > 0]
    points = gpd.points_from_xy(nodes.loc[people.index, "x"], nodes.loc[people.index, "y"], crs=study.study.crs)
    at_nodes = gpd.GeoDataFrame({"population": people.to_numpy()}, geometry=points, index=people.index)
    whose = _settlement_of(network, at_nodes, settlements, cap_m)
    places = at_nodes.assign(
        working_age_share=settlements["working_age_share"].reindex(whose).to_numpy(np.float64),
        population_confidence=UNRATED,
        settlement=whose,
    )
    record = {
        "file": path.name,
        "people": found.total,
        "at_nodes": float(found.people.sum()),
        "nodes": len(people),
        "stranded": float(found.stranded["people"].sum()),
        "stranded_cells": len(found.stranded),
        "cells_without_data": found.unknown_cells,
        "nodata": found.nodata,
    }
    return Homes(places.set_axis("node:" + people.index.astype(str)).rename_axis("id"), found.stranded, record)


def _settlement_of(
    network: CompiledNetwork, at_nodes: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame, cap_m: float
) -> "np.ndarray[Any, np.dtype[Any]]":
    joined = snap(network.arcs, settlements, SnapRules(cap_m=cap_m))
    homes = places_at_nodes(network, network.arcs.nodes[at_nodes.index])
    by_road = nearest(network, homes, places_on_edges(joined))["nearest"].to_numpy(dtype=object)
    straight = settlements.index[settlements.sindex.nearest(at_nodes.geometry, return_all=False)[1]]
    return np.where(pd.isna(by_road), straight, by_road)


def checked_share(homes: Homes, called: str) -> pd.Series:
    """Refuse working-age shares above 1.

    Parameters
    ----------
    homes : Homes
    called : str
        The settlements' layer, to name it in a fault.

    Returns
    -------
    Series of float, index home

    Raises
    ------
    LayerError
    """
    age: pd.Series = homes.places["working_age_share"].astype(np.float64)
    wrong = homes.places.loc[age > 1, "settlement"].drop_duplicates()
    if not wrong.empty:
        raise LayerError(
            [
                f"{called}: working_age_share of {name} is {age[home]:g}; give a part of the people, 0 to 1"
                for home, name in wrong.items()
            ]
        )
    return age
