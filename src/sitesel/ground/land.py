"""What of the ground of the plots can be used, and what it asks of the builder."""

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.ground.earthwork import earthwork
from sitesel.ground.factors import site_factors
from sitesel.ground.parts import compactness, frontage_m
from sitesel.ground.rectangles import fits_area, length_and_width
from sitesel.ground.settings import Ground
from sitesel.layers.raster import read_around
from sitesel.region import Outlines, Region
from sitesel.schema import ESTIMATES
from sitesel.text import Message


def _no_usable() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"plot": [], "kind": []}, geometry=[])


@dataclass(frozen=True, eq=False)
class Land:
    """What is known of the ground of the plots; both tables are empty where the study has no section ``ground``.

    Parameters
    ----------
    table : DataFrame, index plot
        ``slope_mean slope_max`` (%), ``over_8 over_15`` (0..1), ``cell_m``, ``regional``, ``cut_m3 usable_ha largest_ha
        need_ha fits rectangle_length_m rectangle_width_m compactness frontage_m``, factors on building cost ``seismic_*
        groundwater_*`` (low, mid, high), and Messages ``usable_reason`` (what could not be taken
        off: the area is then the most it can be) ``cut_reason seismic_reason groundwater_reason``.
    usable : GeoDataFrame
        ``plot kind`` (``usable``, ``rectangle``), in the study's CRS.
    """

    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    usable: gpd.GeoDataFrame = field(default_factory=_no_usable)


def land(region: Region, plots: Outlines, wanted: Ground | None, parts: gpd.GeoDataFrame | None) -> Land:
    """Measure the ground of the plots, where the study asks.

    Parameters
    ----------
    region : Region
    plots : Outlines
    wanted : Ground or None
    parts : GeoDataFrame or None
        What is left to build on, as :func:`~sitesel.ground.usable.usable` tells it.
    """
    if wanted is None or parts is None:
        return Land()
    rectangles = gpd.GeoSeries(parts["rectangle"], crs=region.crs)
    shapes = {"usable": parts.geometry, "rectangle": rectangles}
    drawn = [
        gpd.GeoDataFrame({"plot": shape.index, "kind": kind}, geometry=shape.to_numpy(), crs=region.crs)
        for kind, shape in shapes.items()
    ]
    usable = gpd.GeoDataFrame(pd.concat(drawn, ignore_index=True), crs=region.crs)
    return Land(_ground(region, plots, wanted, parts, rectangles), usable[~usable.geometry.is_empty])


def _ground(
    region: Region, plots: Outlines, wanted: Ground, parts: gpd.GeoDataFrame, rectangles: gpd.GeoSeries
) -> pd.DataFrame:
    slope, need = plots.slope, plots.frame["need_ha"]
    cell = slope[["cell_width_m", "cell_height_m"]].max(axis=1)
    known = slope["mean"].notna()
    # A slope that is not known is not the region's either.
    regional = slope["regional"].astype(bool) & known
    sides = rectangles.map(length_and_width)
    fits = [
        fits_area(shape, need[plot] * 1e4, wanted.longest_by_shortest, largest=rectangles[plot])
        for plot, shape in parts.geometry.items()
    ]
    table = pd.DataFrame(
        {
            "slope_mean": slope["mean"],
            "slope_max": slope["max"],
            "over_8": slope["over_8"],
            "over_15": slope["over_15"],
            "cell_m": cell,
            "regional": regional,
            "cut_m3": _cut(region, parts, known & ~regional),
            "usable_ha": parts["usable_ha"],
            "largest_ha": parts["largest_ha"],
            "usable_reason": parts["usable_reason"],
            "need_ha": need,
            "fits": pd.array(fits, dtype="boolean"),
            "rectangle_length_m": [length for length, _ in sides],
            "rectangle_width_m": [width for _, width in sides],
            "compactness": compactness(plots.frame),
            "frontage_m": frontage_m(plots.frame, region.frames["roads"], wanted.frontage_within_m),
        },
        index=parts.index,
    )
    return table.assign(**_factors(region, plots.frame), cut_reason=_why_no_cut(table, known))


def _cut(region: Region, parts: gpd.GeoDataFrame, measurable: pd.Series) -> pd.Series:
    """Earth to be moved in each usable part, where the heights are finer than the plot."""
    moved = pd.Series(np.nan, index=parts.index)
    for plot in parts.index[measurable]:
        for path in region.heights:
            only = parts.loc[[plot]]
            relief = None if only.is_empty.all() else read_around(path, only)
            if relief is not None and np.isnan(moved[plot]):  # the first layer that knows all heights in it
                moved[plot] = earthwork(only, relief)["cut_m3"].iloc[0]
    return moved


def _why_no_cut(table: pd.DataFrame, known: pd.Series) -> pd.Series:
    reasons: list[Message | None] = []
    for covered, regional, metres, moved in zip(
        known, table["regional"], table["cell_m"], table["cut_m3"], strict=True
    ):
        if not np.isnan(moved):
            reasons.append(None)
        elif not covered:
            reasons.append(Message("reason.no_heights"))
        elif regional:
            reasons.append(Message("reason.regional_heights", {"metres": float(np.round(metres, -1))}))
        else:
            reasons.append(Message("reason.no_usable_part"))
    return pd.Series(reasons, index=table.index, dtype="object")


def _factors(region: Region, plots: gpd.GeoDataFrame) -> dict[str, pd.Series]:
    """Look up what hard ground adds to the cost of building, and why it is not known."""
    columns: dict[str, pd.Series] = {}
    for hardship in ("seismic", "groundwater"):
        zones = region.frames.get(hardship)
        found = site_factors(plots, zones, hardship)
        columns |= {f"{hardship}_{estimate}": found[estimate] for estimate in ESTIMATES}
        reasons = [
            _why_no_factor(hardship, met, mid, given=zones is not None)
            for met, mid in zip(found["met"], found["mid"], strict=True)
        ]
        columns[f"{hardship}_reason"] = pd.Series(reasons, index=found.index, dtype="object")
    return columns


def _why_no_factor(hardship: str, met: float, mid: float, *, given: bool) -> Message | None:
    if not np.isnan(mid):
        return None
    layer = Message(f"layer.{hardship}")
    if not given:
        return Message("rule.not_checked", {"layer": layer})
    if np.isnan(met):
        return Message("reason.outside_zones", {"layer": layer})
    return Message("reason.no_factor", {"layer": layer, "figure": met})
