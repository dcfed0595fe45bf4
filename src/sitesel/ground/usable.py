"""What of each plot is left to build on, by the study's rules and layers."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from sitesel.ground.parts import largest_part, usable_parts
from sitesel.ground.rectangles import largest_rectangle
from sitesel.ground.settings import Ground
from sitesel.rules import Rule, layers_listed, rule_layers
from sitesel.text import Message

Frames = Mapping[str, gpd.GeoDataFrame]


def usable(
    wanted: Ground | None, rules: Mapping[str, Rule], frames: Frames, plots: gpd.GeoDataFrame
) -> gpd.GeoDataFrame | None:
    """Take off what rules exclude, and what is kept free beside rivers, power lines and housing.

    Parameters
    ----------
    wanted : Ground or None
    rules : mapping of str to Rule
    frames : mapping of str to GeoDataFrame
        The study's layers.
    plots : GeoDataFrame of Polygon
        ``production``.

    Returns
    -------
    GeoDataFrame or None
        As :func:`~sitesel.ground.parts.usable_parts` gives it, with ``usable_reason``: why it may be less, and the
        largest ``rectangle`` in it. None where the study says nothing of ground.
    """
    if wanted is None:
        return None
    given = rule_layers(frames)
    obstacles: dict[str, gpd.GeoDataFrame] = {}
    free: dict[str, float | pd.Series] = {}
    taking = {name: rule for name, rule in rules.items() if rule.leaves_unbuilt and rule.asked(given)}
    for name, rule in taking.items():
        if rule.layer in given:
            obstacles[name] = rule.counted(given[rule.layer])
            free[name] = plots["production"].map(rule.kept_m)
    beside = {"rivers": wanted.keep_from_rivers_m, "power_lines": wanted.keep_from_power_lines_m, "built_up": 0.0}
    for name, metres in beside.items():
        if name in frames:
            obstacles[name], free[name] = frames[name], metres
    parts = usable_parts(plots, obstacles, free)
    asked = dict.fromkeys([*beside, *(rule.layer for rule in taking.values())])
    missing = [name for name in asked if name not in given and name not in frames]
    rectangles = gpd.GeoSeries(parts.geometry.map(_rectangle), crs=parts.crs)
    return parts.assign(usable_reason=_why_at_most(parts["unsure"], missing, rules), rectangle=rectangles)


def _rectangle(shape: BaseGeometry) -> Polygon:
    return largest_rectangle(largest_part(shape))


def _why_at_most(unsure: pd.Series, missing: list[str], rules: Mapping[str, Rule]) -> pd.Series:
    """Say of usable ground why it may be less: nobody gave a layer, or a layer is too coarse to take ground off."""
    without = [Message("reason.at_most_without", {"what": layers_listed(missing, rules)})] if missing else []
    reasons: list[Message | None] = []
    for names in unsure:
        told = [*without, *([Message("reason.at_most_coarse", {"what": layers_listed(names, rules)})] if names else [])]
        both = Message("reason.both", dict(zip(("one", "other"), told, strict=False)))
        reasons.append(both if len(told) > 1 else next(iter(told), None))
    return pd.Series(reasons, index=unsure.index, dtype="object")
