"""Irrigated land: certain where it is mapped as such, possible wherever else there are fields or nobody looked.

Fields that are mapped as not irrigated are known, too: what is otherwise possible is cut back to their edges.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import box as rectangle
from shapely.geometry.base import BaseGeometry

from sitesel.extracting.hazards import unseen, unseen_row
from sitesel.extracting.rasters import hectares
from sitesel.extracting.shaping import MAPPED_KM, PRECISION
from sitesel.fetching import Box
from sitesel.layers.raster import opened
from sitesel.text import NOTES, Message

IRRIGATED: Final = "irrigated_arable"
FIELDS: Final = "farmland"
DRY: Final = "not_irrigated"
"""Kind of farmland that is tagged as not irrigated."""


def with_fields(
    irrigated: gpd.GeoDataFrame, fields: list[gpd.GeoDataFrame], tiles: tuple[Path, ...], box: Box
) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Put beside irrigated land the fields of which nobody knows, and the ground that no land cover tells of.

    Parameters
    ----------
    irrigated : GeoDataFrame, EPSG:4326
        Mapped as irrigated.
    fields : list of GeoDataFrame, EPSG:4326
        Farmland as OpenStreetMap and as land cover have it; of kind ``not_irrigated`` is known that it is not.
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
    unsure = [each[~each["id"].isin(known)] for each in fields]
    dry = [each.geometry[each["kind"] == DRY] for each in unsure]
    off = shapely.union_all([area for areas in dry for area in areas])
    open_ = [_cut_back(each[each["kind"] != DRY], off) for each in unsure]
    told = list(_told_of_dry(sum(map(len, dry)), off))
    parts = [part for part in (irrigated.assign(doubtful=False), *open_) if len(part)]
    if not parts:
        return irrigated, told
    told = [Message("layers.irrigated", {"sure": len(irrigated), "open": sum(map(len, open_))}), *told]
    rest, share = unseen(shapely.union_all([off, *_outlines(tiles)]), box)
    if not rest.is_empty:
        told.append(Message("layers.irrigated.unseen", {"share": share}))
        row = unseen_row(IRRIGATED, Message("layers.note.no_cover"))
        parts.append(gpd.GeoDataFrame([row], geometry=[rest], crs=irrigated.crs))
    columns = ["id", "name_en", "kind", PRECISION, "doubtful", *NOTES, "source", "geometry"]
    texts = dict.fromkeys(["kind", *NOTES], object)
    whole = pd.concat([part.reindex(columns=columns).astype(texts) for part in parts], ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=irrigated.crs), told


def _cut_back(fields: gpd.GeoDataFrame, off: BaseGeometry) -> gpd.GeoDataFrame:
    """Leave of fields of which nobody knows what lies beyond the ground of which it is known."""
    met = shapely.intersects(fields.geometry.array, off)
    cut = fields.assign(**{"doubtful": True, PRECISION: MAPPED_KM})
    cut.loc[met, "geometry"] = cut.geometry[met].difference(off)
    return cut[~cut.is_empty]


def _told_of_dry(count: int, off: BaseGeometry) -> Iterator[Message]:
    if count:
        ha = sum(hectares(part) for part in shapely.get_parts(off))
        yield Message("layers.irrigated.dry", {"count": count, "ha": round(ha, 1)})


def _outlines(tiles: tuple[Path, ...]) -> Iterator[shapely.Polygon]:
    for tile in tiles:
        with opened(tile, "land cover") as raster:
            yield rectangle(*raster.bounds)
