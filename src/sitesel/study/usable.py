"""What of each plot is left to build on, by the study's rules and layers."""

from collections.abc import Iterable, Mapping

import geopandas as gpd
import pandas as pd

from sitesel import constraints
from sitesel.constraints import Rule
from sitesel.criteria import ground
from sitesel.i18n import LANGUAGES, Message, say
from sitesel.study.models import Study

Frames = Mapping[str, gpd.GeoDataFrame]


def study_rules(study: Study) -> dict[str, Rule]:
    """Give the rules with the modes that the study sets.

    Parameters
    ----------
    study : Study
    """
    return constraints.set_modes(constraints.default_rules(), study.rules.root)


def rule_layers(frames: Frames) -> dict[str, gpd.GeoDataFrame]:
    """Give the layers that rules read, of those that the study gives; else airports are those among the gateways.

    Parameters
    ----------
    frames : mapping of str to GeoDataFrame
        The study's layers.
    """
    wanted = {rule.layer for rule in constraints.default_rules().values()}
    given = {name: frames[name] for name in sorted(wanted) if name in frames}
    airports = frames["gateways"][frames["gateways"]["kind"] == "airport"]
    known = {} if airports.empty else {"airports": airports}  # gateways without any were no search for airports
    return known | given


def with_production(plots: gpd.GeoDataFrame, study: Study) -> gpd.GeoDataFrame:
    """Add to plots what their towns make: some rules go by it.

    Parameters
    ----------
    plots : GeoDataFrame
        ``town``.
    study : Study
    """
    return plots.assign(production=plots["town"].map({town.id: town.production for town in study.towns}))


def usable(study: Study, frames: Frames, plots: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """Take off what rules exclude, and what is kept free beside rivers, power lines and housing.

    Parameters
    ----------
    study : Study
    frames : mapping of str to GeoDataFrame
        The study's layers.
    plots : GeoDataFrame of Polygon
        ``town``.

    Returns
    -------
    GeoDataFrame or None
        As :func:`~sitesel.criteria.ground.usable_parts` gives it, with ``usable_reason``: why it may be less. None
        where the study says nothing of ground.
    """
    wanted = study.ground
    if wanted is None:
        return None
    given, rules, plots = rule_layers(frames), study_rules(study), with_production(plots, study)
    obstacles: dict[str, gpd.GeoDataFrame] = {}
    free: dict[str, float | pd.Series] = {}
    for name, rule in rules.items():
        if rule.layer not in given or not _takes_ground(rule):
            continue
        layer = given[rule.layer]
        obstacles[name] = layer[layer[rule.column].isin(list(rule.kinds))] if rule.column else layer
        by_production = rule.by_production
        free[name] = plots["production"].map(by_production) if by_production else rule.within_m
    beside = {"rivers": wanted.keep_from_rivers_m, "power_lines": wanted.keep_from_power_lines_m, "built_up": 0.0}
    for name, metres in beside.items():
        if name in frames:
            obstacles[name], free[name] = frames[name], metres
    parts = ground.usable_parts(plots, obstacles, free)
    asked = dict.fromkeys([*beside, *(rule.layer for rule in rules.values() if _takes_ground(rule))])
    missing = [name for name in asked if name not in given and name not in frames]
    return parts.assign(usable_reason=_why_at_most(parts["unsure"], missing))


def _takes_ground(rule: Rule) -> bool:
    """Tell whether a rule leaves a part of a plot unbuilt: as excluded, or as the zone kept from housing."""
    return rule.mode == "exclude" or (rule.id == "sanitary_distance" and rule.mode != "off")


def _why_at_most(unsure: pd.Series, missing: list[str]) -> pd.Series:
    """Say of usable ground why it may be less: nobody gave a layer, or a layer is too coarse to take ground off."""
    without = [Message("reason.at_most_without", {"what": layers_listed(missing)})] if missing else []
    reasons: list[Message | None] = []
    for names in unsure:
        told = [*without, *([Message("reason.at_most_coarse", {"what": layers_listed(names)})] if names else [])]
        both = Message("reason.both", dict(zip(("one", "other"), told, strict=False)))
        reasons.append(both if len(told) > 1 else next(iter(told), None))
    return pd.Series(reasons, index=unsure.index, dtype="object")


def layers_listed(given: Iterable[str]) -> dict[str, str]:
    """Name layers, and rules whose features stand in the way, in each language.

    Parameters
    ----------
    given : iterable of str
        Ids of layers and of rules.
    """
    keys = [f"rule.{name}.name" if name in constraints.RULES else f"layer.{name}" for name in given]
    return {lang: ", ".join(say(Message(key), lang) for key in keys) for lang in LANGUAGES}
