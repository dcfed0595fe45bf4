"""The parts of Bishkek and Osh: people spread by a density model that is held to the known figures of districts."""

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from layer_building.tables import GEOGRAPHIC, METRIC, NAMES
from sitesel.region.spreading import Extent, clark_shares, lattice, part_name, whole_people, without_villages

NEAR: Final = 0.6
"""A point of the lattice this near to a known neighbourhood, in spacings, gives way to it."""

CONFIDENCE: Final = "low"


def build_parts(
    cities: list[Mapping[str, Any]], known: pd.DataFrame, settlements: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Spread each city over its parts.

    Parameters
    ----------
    cities : list of mapping
        Entries of ``cities.toml``.
    known : DataFrame
        ``city_parts.csv``: districts with people, neighbourhoods with a place.
    settlements : GeoDataFrame of Point, EPSG:4326
        ``id``, names, ``raion``, ``population``: the cities', and the villages', whose ground is left out.

    Returns
    -------
    GeoDataFrame of Point, EPSG:4326
        ``id part_of population population_confidence raion source`` and names; those of a city add up to its people.
    """
    points = gpd.points_from_xy(known["lon"], known["lat"], crs=GEOGRAPHIC)
    placed = gpd.GeoDataFrame(known, geometry=points).to_crs(METRIC)
    ground = settlements.to_crs(METRIC).set_index("id")
    parts = pd.concat([_parts_of(city, placed[placed["city"] == city["id"]], ground) for city in cities])
    return gpd.GeoDataFrame(parts, geometry="geometry", crs=METRIC).to_crs(GEOGRAPHIC)


def _parts_of(city: Mapping[str, Any], known: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    place, spacing_m = ground.loc[city["id"]], 1000 * city["spacing_km"]
    named, districts = known[known["kind"] == "neighbourhood"], known[known["kind"] == "district"]
    extent = _extent(city, named, ground)
    xy = _points(extent, named, spacing_m)
    share = clark_shares(xy, extent, city["gradient_per_km"], spacing_m)
    at = _nearest(districts, xy)
    people = whole_people(float(place["population"]), held_to(share, at, districts["population"].to_numpy(np.float64)))
    parts = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T, crs=METRIC)).assign(
        id=[f"{city['id']}/{number + 1}" for number in range(len(xy))],
        part_of=city["id"],
        raion=place["raion"],
        population=people,
        population_confidence=CONFIDENCE,
        source=_source(city, districts),
    )
    return parts.assign(**{name: _names(name, place, _called(name, xy, named, districts, at)) for name in NAMES})


def _extent(city: Mapping[str, Any], named: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> Extent:
    """Take the hull of the known neighbourhoods with some ground around it, else a disc; villages are left out."""
    centre = ground.geometry[city["id"]]
    if "around_km" in city:
        whole = named.union_all().convex_hull.buffer(1000 * city["around_km"])
    else:
        whole = centre.buffer(1000 * np.sqrt(ground["population"][city["id"]] / city["people_per_km2"] / np.pi))
    return Extent(without_villages(whole, ground, city["id"]), centre)


def _points(extent: Extent, named: gpd.GeoDataFrame, spacing_m: float) -> np.ndarray:
    """Known neighbourhoods and, between them, a lattice; nearest to the centre first."""
    laid = lattice(extent, spacing_m)
    known = shapely.get_coordinates(named.geometry.to_numpy())
    if len(known):
        laid = np.vstack([known, laid[cKDTree(known).query(laid)[0] >= NEAR * spacing_m]])
    laid = laid.round(1)
    metres = np.hypot(*(laid - [extent.centre.x, extent.centre.y]).T).round(1)
    return laid[np.lexsort((laid[:, 0], laid[:, 1], metres))]


def _nearest(districts: gpd.GeoDataFrame, xy: np.ndarray) -> np.ndarray:
    """District of each point, by its middle: no boundary is known."""
    if districts.empty:
        return np.zeros(len(xy), dtype=int)
    return np.asarray(cKDTree(shapely.get_coordinates(districts.geometry.to_numpy())).query(xy)[1])


def held_to(share: np.ndarray, at: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """Scale shares within each district, so that districts are to one another as their figures.

    Parameters
    ----------
    share : ndarray of float, shape (parts,)
    at : ndarray of int, shape (parts,)
        District of each part.
    figures : ndarray of float, shape (districts,)
        People; none: the shares stay.
    """
    if not len(figures):
        return share
    modelled = np.bincount(at, weights=share, minlength=len(figures))
    return np.asarray(share * (figures / figures.sum() / modelled)[at])


def _called(
    name: str, xy: np.ndarray, named: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, at: np.ndarray
) -> list[Any]:
    """Neighbourhood that a point stands for, else its district, else nothing."""
    known = {
        tuple(point): word
        for point, word in zip(shapely.get_coordinates(named.geometry.to_numpy()).round(1), named[name], strict=True)
    }
    district = [None] * len(xy) if districts.empty else list(districts[name].to_numpy()[at])
    return [known.get(tuple(point), other) for point, other in zip(xy, district, strict=True)]


def _names(name: str, place: pd.Series, called: list[Any]) -> list[str]:
    lang = name.removeprefix("name_")
    numbered = [part_name(place[name], str(number + 1), lang) for number in range(len(called))]
    return [f"{part} ({word})" if word else str(part) for part, word in zip(numbered, called, strict=True)]


def _source(city: Mapping[str, Any], districts: gpd.GeoDataFrame) -> str:
    held = "" if districts.empty else "; districts (told by their middles, +-3 km) in proportion to the census of 2009"
    return (
        f"population: density of Clark (1951), gradient {city['gradient_per_km']} a km ({city['gradient_source']})"
        f"{held}; extent: {city['extent_source']}"
    )
