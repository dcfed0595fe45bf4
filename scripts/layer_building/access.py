"""Access links: every settlement off the atlas is joined to the nearest point of it."""

from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString, Point

from layer_building.atlas import ELLIPSOID
from layer_building.tables import DEGREE_DECIMALS, GEOGRAPHIC, METRIC

DETOUR: Final = 1.3
"""Length of an access link over the straight line: assumed, no source."""

STATION_REACH_M: Final = 200.0
"""A link that would meet a leg this near to a station meets the station."""

BORDER_DOUBT_M: Final = 500.0
"""The border as drawn strays by 400 m from OpenStreetMap's, and a settlement by more: a link may stray so far."""

CHOICES: Final = 12
"""Nearest legs tried before a link that crosses the border is accepted."""


def join_settlements(
    atlas: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame, country: gpd.GeoSeries
) -> gpd.GeoDataFrame:
    """Add one assumed leg for each settlement off the atlas, and split the legs that they meet.

    Parameters
    ----------
    atlas : GeoDataFrame, EPSG:4326
        As :func:`layer_building.atlas.build_atlas` gives it.
    settlements : GeoDataFrame, EPSG:4326
        ``id name_en name_ru name_ky``, points.
    country : GeoSeries, EPSG:4326
        One polygon that links should not leave.

    Returns
    -------
    GeoDataFrame, EPSG:4326
        Legs of the atlas, split, and the links, sorted by road and leg.
    """
    off = settlements[~settlements["id"].isin({*atlas["from_id"], *atlas["to_id"]})]
    meetings = meeting_points(atlas, off, country)
    split = pd.concat([split_leg(leg, meetings[meetings["at"] == at]) for at, leg in atlas.iterrows()])
    links = access_links(off, meetings)
    legs = gpd.GeoDataFrame(pd.concat([split, links], ignore_index=True), crs=GEOGRAPHIC)
    legs = legs.sort_values(["assumed", "road", "leg", "part"], ignore_index=True)
    return legs.assign(leg=legs.groupby("road").cumcount() + 1)


def meeting_points(atlas: gpd.GeoDataFrame, off: gpd.GeoDataFrame, country: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Where each settlement's link meets the atlas.

    Returns
    -------
    GeoDataFrame, index as ``off``
        ``at`` (row of ``atlas``), ``share`` (0..1 of the leg's way), ``name`` of the meeting place, point geometry.
    """
    legs, origins = atlas.to_crs(METRIC).geometry.to_numpy(), off.to_crs(METRIC).geometry.to_numpy()
    ground = country.to_crs(METRIC).buffer(BORDER_DOUBT_M).iloc[0]
    shapely.prepare(ground)
    found = [nearest_leg(origin, legs, ground) for origin in origins]
    meetings = pd.DataFrame(found, index=off.index, columns=["at", "share"]).assign(name="turn to " + off["name_en"])
    spans = atlas.geometry.loc[meetings["at"]]
    places = shapely.line_interpolate_point(spans.to_numpy(), meetings["share"].to_numpy(), normalized=True)
    places = shapely.set_precision(places, 10**-DEGREE_DECIMALS)
    return gpd.GeoDataFrame(meetings, geometry=places, crs=GEOGRAPHIC)


def nearest_leg(origin: Point, legs: np.ndarray, ground: shapely.Geometry) -> tuple[int, float]:
    """Nearest leg whose link stays in the country, else the nearest, and the share of its way where they meet."""
    order = np.argsort(shapely.distance(legs, origin), kind="stable")[:CHOICES]
    shares = [meeting_share(legs[at], origin) for at in order]
    inside = [
        bool(shapely.covers(ground, LineString([origin, legs[at].interpolate(share, normalized=True)])))
        for at, share in zip(order, shares, strict=True)
    ]
    best = int(np.argmax(inside))
    return int(order[best]), shares[best]


def meeting_share(leg: LineString, origin: Point) -> float:
    """Share of a leg's way (0..1) nearest to a point, moved to a station where one is near."""
    share = float(leg.project(origin, normalized=True))
    reach = STATION_REACH_M / leg.length
    return 0.0 if share < reach else 1.0 if share > 1 - reach else share


def split_leg(leg: pd.Series, meetings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut a leg at its meeting points; its length is shared by the straight parts."""
    inner = meetings[meetings["share"].between(0, 1, inclusive="neither")].sort_values("share")
    inner = inner.drop_duplicates("geometry")
    shares = np.array([0.0, *inner["share"], 1.0])
    names = [leg["from_place"], *inner["name"], leg["to_place"]]
    ends = [Point(leg.geometry.coords[0]), *inner.geometry, Point(leg.geometry.coords[-1])]
    parts = pd.DataFrame([leg] * (len(ends) - 1)).assign(
        part=range(len(ends) - 1),
        from_place=names[:-1],
        to_place=names[1:],
        length_m=(np.diff(shares) * leg["length_m"]).round(1),
    )
    return gpd.GeoDataFrame(parts, geometry=[LineString(pair) for pair in pairwise(ends)], crs=GEOGRAPHIC)


def access_links(off: gpd.GeoDataFrame, meetings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Legs from the settlements to where they meet the atlas."""
    here, there = off.geometry, meetings.geometry
    straight_m = ELLIPSOID.inv(here.x.to_numpy(), here.y.to_numpy(), there.x.to_numpy(), there.y.to_numpy())[2]
    links = off[["name_en", "name_ru", "name_ky"]].assign(
        road="access:" + off["id"],
        leg=1,
        part=0,
        from_place=off["name_en"],
        to_place=meetings["name"],
        highway="unclassified",
        setting="rural",
        oneway=False,
        length_m=np.maximum(straight_m * DETOUR, 1.0).round(1),
        length_basis=f"detour factor {DETOUR}",
        assumed=True,
        source="assumed: no road data; straight line from the settlement to the nearest point of the atlas",
        confidence="very low",
    )
    geometry = [LineString(pair) for pair in zip(here, there, strict=True)]
    return gpd.GeoDataFrame(links, geometry=geometry, crs=GEOGRAPHIC)
