"""Whether a plot may be built on, and what of its ground can be used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from sitesel import constraints
from sitesel.constraints import Rule
from sitesel.criteria import ground
from sitesel.findings import no_usable
from sitesel.i18n import Message
from sitesel.layers.raster import read_around
from sitesel.study.land_models import Ground
from sitesel.study.measuring import Terrain
from sitesel.study.usable import rule_layers, study_rules, with_production

SIZES: Final = ("low", "mid", "high")


@dataclass(frozen=True)
class Land:
    """What findings hold of rules and ground.

    Parameters
    ----------
    rulings, rule_costs, ground, usable
        As in :class:`~sitesel.findings.Findings`.
    barred : Series of bool, index plot
        A rule excludes it for certain.
    """

    rulings: pd.DataFrame
    rule_costs: pd.DataFrame
    barred: pd.Series
    ground: pd.DataFrame = field(default_factory=pd.DataFrame)
    usable: gpd.GeoDataFrame = field(default_factory=no_usable)


def land(terrain: Terrain) -> Land:
    """Hold the plots against the rules and, where the study asks, measure their ground.

    Parameters
    ----------
    terrain : Terrain

    Returns
    -------
    Land
    """
    study, parts = terrain.study, terrain.usable
    plots = with_production(terrain.plots, study)
    rulings = constraints.judge(plots, rule_layers(terrain.inputs.frames), study_rules(study))
    judged = Land(rulings, constraints.cost_of_rules(rulings, plots), constraints.ruled_out(rulings, plots.index))
    if study.ground is None or parts is None:
        return judged
    rectangles = gpd.GeoSeries(parts.geometry.map(_rectangle), crs=plots.crs)
    table = _ground(terrain, study.ground, parts, rectangles)
    shapes = {"usable": parts.geometry, "rectangle": rectangles}
    drawn = [
        gpd.GeoDataFrame({"plot": shape.index, "kind": kind}, geometry=shape.to_numpy(), crs=plots.crs)
        for kind, shape in shapes.items()
    ]
    usable = gpd.GeoDataFrame(pd.concat(drawn, ignore_index=True), crs=plots.crs)
    return Land(judged.rulings, judged.rule_costs, judged.barred, table, usable[~usable.geometry.is_empty])


def _rectangle(shape: BaseGeometry) -> Polygon:
    return ground.largest_rectangle(ground.largest_part(shape))


def _ground(terrain: Terrain, wanted: Ground, parts: gpd.GeoDataFrame, rectangles: gpd.GeoSeries) -> pd.DataFrame:
    slope, need = terrain.slope, terrain.per_town["need_ha"]
    cell = slope[["cell_width_m", "cell_height_m"]].max(axis=1)
    known = slope["mean"].notna()
    # A slope that is not known is not the region's either.
    regional = slope["regional"].astype(bool) & known
    sides = rectangles.map(_length_and_width)
    fits = [
        ground.fits_area(shape, need[plot] * 1e4, wanted.longest_by_shortest, largest=rectangles[plot])
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
            "cut_m3": _cut(terrain, parts, known & ~regional),
            "usable_ha": parts["usable_ha"],
            "largest_ha": parts["largest_ha"],
            "usable_reason": parts["usable_reason"],
            "need_ha": need,
            "fits": pd.array(fits, dtype="boolean"),
            "rectangle_length_m": [length for length, _ in sides],
            "rectangle_width_m": [width for _, width in sides],
            "compactness": ground.compactness(terrain.plots),
            "frontage_m": ground.frontage_m(terrain.plots, terrain.inputs.frames["roads"], wanted.frontage_within_m),
        },
        index=parts.index,
    )
    return table.assign(**_factors(terrain), cut_reason=_why_no_cut(table, known))


def _length_and_width(shape: Polygon) -> tuple[float, float]:
    if shape.is_empty:
        return np.nan, np.nan
    corners = np.asarray(shape.exterior.coords)[:3]
    sides = np.hypot(*np.diff(corners, axis=0).T)
    return float(sides.max()), float(sides.min())


def _cut(terrain: Terrain, parts: gpd.GeoDataFrame, measurable: pd.Series) -> pd.Series:
    """Earth to be moved in each usable part, where the heights are finer than the plot."""
    moved = pd.Series(np.nan, index=parts.index)
    for plot in parts.index[measurable]:
        for given in terrain.study.layers.elevation:
            only = parts.loc[[plot]]
            relief = None if only.is_empty.all() else read_around(terrain.inputs.files[f"elevation {given}"], only)
            if relief is not None and np.isnan(moved[plot]):  # the first layer that knows all heights in it
                moved[plot] = ground.earthwork(only, relief)["cut_m3"].iloc[0]
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


def _factors(terrain: Terrain) -> dict[str, pd.Series]:
    """Look up what hard ground adds to the cost of building, and why it is not known."""
    columns: dict[str, pd.Series] = {}
    for hardship in ("seismic", "groundwater"):
        zones = terrain.inputs.frames.get(hardship)
        found = ground.site_factors(terrain.plots, zones, hardship)
        columns |= {f"{hardship}_{size}": found[size] for size in SIZES}
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


def land_record(found: Land, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """Say for the record of the run which rules were asked, what each costs and which could not be checked.

    Parameters
    ----------
    found : Land
    rules : mapping of str to Rule

    Returns
    -------
    dict
        One key ``rules``: by rule ``mode clause date within_m`` and, where it is not off, what it costs.
    """
    costs = found.rule_costs.astype("object").where(found.rule_costs.notna(), None).to_dict(orient="index")
    told = {name: _told(rule) | costs.get(name, {}) for name, rule in rules.items()}
    return {"rules": told | {"all": costs.get("(all)", {})}}


def _told(rule: Rule) -> dict[str, Any]:
    within = dict(rule.by_production) if rule.by_production else rule.within_m
    return {"mode": rule.mode, "clause": rule.clause, "date": rule.date, "within_m": within}
