"""The main-road atlas: roads as ordered lists of stations become legs with a length that counts."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from pyproj import Geod
from shapely import LineString

from layer_building.tables import DEGREE_DECIMALS, GEOGRAPHIC, NAMES
from sitesel.errors import LayerError

COLUMNS: Final = [
    *["road", "leg", "ref", "name_en", "name_ru", "name_ky", "from_place", "to_place", "highway", "setting"],
    *["surface", "lanes", "oneway", "length_m", "length_basis", "winter", "assumed", "source", "confidence"],
]
ELLIPSOID: Final = Geod(ellps="WGS84")
INHERITED: Final = ["highway", "surface", "lanes", "winter", "setting", "source", "confidence"]
"""What a stretch says itself or takes from its road."""


class Gazetteer:
    """Places by the words with which a road names them.

    Parameters
    ----------
    settlements : DataFrame
        ``id name_en name_ru name_ky raion lon lat``.
    others : DataFrame
        Junctions, waypoints and gateways: ``id name_en name_ru name_ky lon lat``; named by id.
    """

    def __init__(self, settlements: pd.DataFrame, others: pd.DataFrame) -> None:
        columns = ["id", *NAMES, "lon", "lat"]
        self.places = pd.concat([settlements[columns], others[columns]]).set_index("id")
        if not self.places.index.is_unique:
            twice = ", ".join(self.places.index[self.places.index.duplicated()])
            raise LayerError(f"layers/sources: id given twice: {twice}; rename one")
        names = settlements["name_en"]
        spoken = pd.concat([names, names + ", " + settlements["raion"], names + " #" + settlements["id"], others["id"]])
        ids = pd.concat([settlements["id"]] * 3 + [others["id"]])
        self._ids = ids.groupby(spoken.to_numpy()).unique()

    def identify(self, station: str, road: str) -> str:
        """Id of the place that a road calls by a station's name.

        Raises
        ------
        LayerError
            No place, or more than one, answers to it.
        """
        found = list(self._ids.get(station, []))
        if len(found) != 1:
            choice = ", ".join(found) or "none"
            raise LayerError(f"roads.toml: road {road}: station {station!r} is not one place ({choice}); add ' #id'")
        return str(found[0])


def legs_of(road: Mapping[str, Any], atlas: Mapping[str, Any], gazetteer: Gazetteer) -> pd.DataFrame:
    """Legs of one road, in order.

    Parameters
    ----------
    road : mapping
        An entry of ``roads.toml``.
    atlas : mapping
        The whole of ``roads.toml``, for its ``detour`` factors and ``defaults``.
    gazetteer : Gazetteer

    Returns
    -------
    DataFrame
        :data:`COLUMNS`, with ``from_id``, ``to_id`` and ``straight_m``.
    """
    rows: list[dict[str, Any]] = []
    for stretch in road["stretch"]:
        said = {**atlas["defaults"], **road, **stretch}
        detour = said.get("detour", atlas["detour"][said["setting"]])
        ids = [gazetteer.identify(station, road["id"]) for station in stretch["stations"]]
        if rows and rows[-1]["to_id"] != ids[0]:
            raise LayerError(
                f"roads.toml: road {road['id']}: a stretch must begin at {rows[-1]['to_id']}, not {ids[0]}"
            )
        rows += [
            {**{key: said.get(key) for key in INHERITED}, "from_id": start, "to_id": end, "detour": detour}
            for start, end in pairwise(ids)
        ]
    legs = pd.DataFrame(rows)
    start, end = gazetteer.places.loc[legs["from_id"]], gazetteer.places.loc[legs["to_id"]]
    legs["from_place"], legs["to_place"] = start["name_en"].to_numpy(), end["name_en"].to_numpy()
    here, there = start[["lon", "lat"]].to_numpy(), end[["lon", "lat"]].to_numpy()
    legs["straight_m"] = ELLIPSOID.inv(here[:, 0], here[:, 1], there[:, 0], there[:, 1])[2]
    for name in NAMES:
        legs[name] = road.get(name) or between(start[name].iloc[0], end[name].iloc[-1])
    return scaled(legs.assign(road=road["id"], leg=range(1, len(legs) + 1), ref=road.get("ref")), road)


def between(start: str | None, end: str | None) -> str | None:
    """Name of a road that has none: its two ends; None where one of them has no name in the language."""
    return f"{start} - {end}" if start and end else None


def scaled(legs: pd.DataFrame, road: Mapping[str, Any]) -> pd.DataFrame:
    """Give legs the length that counts: straight times detour, scaled to the published length where there is one."""
    length_m = legs["straight_m"] * legs["detour"]
    if "length_km" not in road:
        basis = "detour factor " + legs["detour"].map("{:.2f}".format)
        return legs.assign(length_m=length_m.round(1), length_basis=basis)
    published_m = road["length_km"] * 1000
    basis_of_all = f"published: legs add up to {road['length_km']:g} km ({road['length_note']})"
    return legs.assign(length_m=(length_m * published_m / length_m.sum()).round(1), length_basis=basis_of_all)


def lines(legs: pd.DataFrame, places: pd.DataFrame) -> gpd.GeoDataFrame:
    """Draw legs as straight lines between their two places, whose coordinates they share exactly."""
    xy = places[["lon", "lat"]].round(DEGREE_DECIMALS)
    ends: Iterable[tuple[str, str]] = zip(legs["from_id"], legs["to_id"], strict=True)
    geometry = [LineString([tuple(xy.loc[start]), tuple(xy.loc[end])]) for start, end in ends]
    return gpd.GeoDataFrame(legs, geometry=geometry, crs=GEOGRAPHIC)


def build_atlas(atlas: Mapping[str, Any], gazetteer: Gazetteer) -> gpd.GeoDataFrame:
    """All legs of all roads of the atlas, before the access links.

    Returns
    -------
    GeoDataFrame, EPSG:4326
        :data:`COLUMNS` with ``from_id``, ``to_id`` and ``straight_m``, sorted by road and leg.

    Raises
    ------
    LayerError
        An unknown station, a broken stretch, or one pair of neighbours joined by two roads.
    """
    legs = pd.concat([legs_of(road, atlas, gazetteer) for road in atlas["road"]], ignore_index=True)
    pair = pd.Series([tuple(sorted(ends)) for ends in zip(legs["from_id"], legs["to_id"], strict=True)])
    twice = legs[pair.duplicated(keep=False)]
    if not twice.empty:
        found = "; ".join(twice["road"] + ": " + twice["from_place"] + " - " + twice["to_place"])
        raise LayerError(f"roads.toml: joined twice: {found}; take one of them out")
    legs = legs.assign(oneway=False, assumed=False, lanes=legs["lanes"].astype(float))
    return lines(legs.sort_values(["road", "leg"], ignore_index=True), gazetteer.places)
