"""What the rules say of the plots of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from sitesel.rules.judging import Rule, cost_of_rules, judge, rule_layers, ruled_out


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What the rules say.

    Parameters
    ----------
    rulings : DataFrame, index (rule, plot)
        As from :func:`sitesel.rules.judge`.
    costs : DataFrame, index rule
        As from :func:`sitesel.rules.cost_of_rules`.
    barred : Series of bool, index plot
        A rule excludes it for certain.
    """

    rulings: pd.DataFrame
    costs: pd.DataFrame
    barred: "pd.Series[bool]"


def verdicts(plots: gpd.GeoDataFrame, frames: Mapping[str, gpd.GeoDataFrame], rules: Mapping[str, Rule]) -> Verdicts:
    """Hold plots against the rules.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon
        ``production``.
    frames : mapping of str to GeoDataFrame
        The study's layers.
    rules : mapping of str to Rule

    Examples
    --------
    >>> from shapely import Point, box
    >>> from sitesel.rules import default_rules
    >>> plots = gpd.GeoDataFrame({"production": ["sewing"]}, geometry=[box(0, 0, 9, 9)], index=["a"], crs="EPSG:32643")
    >>> gateways = gpd.GeoDataFrame({"kind": ["airport"]}, geometry=[Point(60, 0)], crs=plots.crs)
    >>> found = verdicts(plots, {"gateways": gateways}, default_rules("kg"))
    >>> found.rulings["struck"].dropna().to_dict(), found.barred.to_dict()  # layers not given are not checked
    ({('airport_heights', 'a'): True}, {'a': False})
    """
    rulings = judge(plots, rule_layers(frames), rules)
    return Verdicts(rulings, cost_of_rules(rulings, plots), ruled_out(rulings, plots.index))


def rule_record(found: Verdicts, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """Say for the record of the run which rules were asked, what each costs and which could not be checked.

    Parameters
    ----------
    found : Verdicts
    rules : mapping of str to Rule

    Returns
    -------
    dict
        One key ``rules``: by rule ``mode clause date within_m`` and, where it is not off, what it costs.
    """
    costs = found.costs.astype("object").where(found.costs.notna(), None).to_dict(orient="index")
    asked = set(found.rulings.index.get_level_values("rule"))
    said = {name: rule for name, rule in rules.items() if name in asked or not rule.stand_in}
    told = {name: _told(rule) | costs.get(name, {}) for name, rule in said.items()}
    return {"rules": told | {"all": costs.get("(all)", {})}}


def _told(rule: Rule) -> dict[str, Any]:
    within = dict(rule.by_production) if rule.by_production else rule.within_m
    return {"mode": rule.mode, "clause": rule.clause, "date": rule.date, "within_m": within}
