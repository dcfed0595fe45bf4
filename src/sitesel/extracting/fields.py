"""Irrigated land: certain where it is mapped as such, possible wherever else there are fields or nobody looked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import box as rectangle

from sitesel.extracting.hazards import unseen, unseen_row
from sitesel.fetching import Box
from sitesel.layers.raster import opened
from sitesel.text import Message

IRRIGATED: Final = "irrigated_arable"
FIELDS: Final = "farmland"


def with_fields(
    irrigated: gpd.GeoDataFrame, fields: list[gpd.GeoDataFrame], tiles: tuple[Path, ...], box: Box
) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Put beside irrigated land the fields of which nobody knows, and the ground that no land cover tells of.

    Parameters
    ----------
    irrigated : GeoDataFrame, EPSG:4326
        Mapped as irrigated.
    fields : list of GeoDataFrame, EPSG:4326
        Farmland as OpenStreetMap and as land cover have it.
    tiles : tuple of Path
        Of land cover.
    box : tuple of float
        West, south, east, north in degrees.

    Returns
    -------
    frame : GeoDataFrame, EPSG:4326
        With ``doubtful``; empty where nothing at all was found: then nobody can say anything.
    told : list of Message
    """
    known = set(irrigated["id"])
    open_ = [each[~each["id"].isin(known)].assign(doubtful=True) for each in fields]
    parts = [irrigated.assign(doubtful=False), *open_]
    parts = [part.drop(columns="note", errors="ignore").assign(note=part.get("note")) for part in parts if len(part)]
    if not parts:
        return irrigated, []
    count = sum(map(len, open_))
    told = [Message("layers.irrigated", {"sure": len(irrigated), "open": count})]
    rest, share = unseen(shapely.union_all(list(_outlines(tiles))), box)
    if not rest.is_empty:
        told.append(Message("layers.irrigated.unseen", {"share": share}))
        row = unseen_row(IRRIGATED, "no land cover tells of this ground")
        parts.append(gpd.GeoDataFrame([row], geometry=[rest], crs=irrigated.crs))
    columns = ["id", "name_en", "kind", "precision_km", "doubtful", "note", "source", "geometry"]
    whole = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=irrigated.crs), told


def _outlines(tiles: tuple[Path, ...]) -> Iterator[shapely.Polygon]:
    for tile in tiles:
        with opened(tile, "land cover") as raster:
            yield rectangle(*raster.bounds)
