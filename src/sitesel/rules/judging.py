"""Rules that land must keep: one function a rule, with its reason, legal clause, date and mode.

A rule answers with True (struck), False (clear) or ``<NA>`` (not checked, or too coarse to tell) for each plot, never
with "passes" where it could not look.
"""

import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sitesel.layers.grid import Grid, Mask
from sitesel.text import Message, listed

Mode = Literal["exclude", "flag", "off"]
MODES: Final[tuple[Mode, ...]] = ("exclude", "flag", "off")


@dataclass(frozen=True)
class Rule:
    """What is said of a rule.

    Parameters
    ----------
    id : str
    layer : str
        Name of the layer that it reads.
    mode : {"exclude", "flag", "off"}
    clause : str
        Of what law or norm.
    date : str
        ISO, or the year; empty where not known.
    source, confidence : str
    within_m : float
        Metres from a feature that count as on it.
    by_production : mapping of str to float
        Metres by kind of production, where they differ.
    column : str
        Only features whose column holds one of ``kinds``; empty: all.
    kinds : tuple of str
    """

    id: str
    layer: str
    mode: Mode
    clause: str
    date: str
    source: str
    confidence: str
    within_m: float = 0.0
    by_production: Mapping[str, float] | None = None
    column: str = ""
    kinds: tuple[str, ...] = ()


@cache
def default_rules() -> Mapping[str, Rule]:
    """Read the rules that travel with the package.

    Examples
    --------
    >>> default_rules()["fault_zone_1"].mode, default_rules()["irrigated_arable"].mode
    ('exclude', 'flag')
    """
    text = resources.files("sitesel.data").joinpath("rules.toml").read_text(encoding="utf-8")
    return {name: _rule(name, entry) for name, entry in tomllib.loads(text).items()}


def _rule(name: str, entry: dict[str, Any]) -> Rule:
    kinds_made = [kind for kind in ("sewing", "with_knitting", "with_dyeing") if kind in entry]
    production = {str(kind): float(entry.pop(kind)) for kind in kinds_made}
    kinds = tuple(entry.pop("kinds", ()))
    return Rule(id=name, kinds=kinds, by_production=production or None, **entry)


def set_modes(rules: Mapping[str, Rule], modes: Mapping[str, Mode]) -> dict[str, Rule]:
    """Give rules other modes.

    Raises
    ------
    ValueError
        An unknown rule or mode.
    """
    for name, mode in modes.items():
        if name not in rules:
            close = difflib.get_close_matches(name, rules, n=1)
            likely = f"did you mean {close[0]}? The rules" if close else "the rules"
            raise ValueError(f"no rule {name!r}; {likely} are {', '.join(rules)}")
        if mode not in MODES:
            raise ValueError(f"rule {name}: no mode {mode!r}; write {', '.join(MODES)}")
    return {name: replace(rule, mode=modes.get(name, rule.mode)) for name, rule in rules.items()}


def irrigated_arable(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, rule: Rule) -> pd.DataFrame:
    """Irrigated arable land: its transfer takes a decision of the Cabinet.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
        The sanitary rule also reads their column ``production``.
    layer : GeoDataFrame
        Same CRS. Where it has ``precision_km``, plots that might or might not be struck within it are ``<NA>``.
    rule : Rule

    Returns
    -------
    DataFrame, index plot
        ``struck`` (nullable boolean), ``hectares`` (of the plot that is struck; NaN where not known), ``reason``
        (Message; None where clear).
    """
    return _near(plots, layer, rule, rule.within_m)


def fault_zone_1(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, rule: Rule) -> pd.DataFrame:
    """Zone 1 of the Issyk-Ata fault; arguments as :func:`irrigated_arable`."""
    return _near(plots, layer, rule, rule.within_m)


def hazard_grade(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, rule: Rule) -> pd.DataFrame:
    """Mudflow or flood of some grades; arguments as :func:`irrigated_arable`."""
    return _near(plots, layer, rule, rule.within_m)


def protected_area(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, rule: Rule) -> pd.DataFrame:
    """Protected nature; arguments as :func:`irrigated_arable`."""
    return _near(plots, layer, rule, rule.within_m)


def sanitary_distance(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, rule: Rule) -> pd.DataFrame:
    """Housing within the sanitary zone of the plot's production; arguments as :func:`irrigated_arable`."""
    by_production = rule.by_production or {}
    metres = plots["production"].map(by_production).astype(float)
    if metres.isna().any():
        raise ValueError(f"no sanitary zone for production {plots.loc[metres.isna(), 'production'].iloc[0]!r}")
    return _near(plots, layer, rule, metres)


def airport_heights(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, rule: Rule) -> pd.DataFrame:
    """Near an airport, where heights are limited; arguments as :func:`irrigated_arable`."""
    return _near(plots, layer, rule, rule.within_m)


def border_strip(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, rule: Rule) -> pd.DataFrame:
    """State border strip; arguments as :func:`irrigated_arable`."""
    return _near(plots, layer, rule, rule.within_m)


RULES: Final[dict[str, Callable[[gpd.GeoDataFrame, gpd.GeoDataFrame, Rule], pd.DataFrame]]] = {
    "irrigated_arable": irrigated_arable,
    "fault_zone_1": fault_zone_1,
    "mudflow_severe": hazard_grade,
    "mudflow_moderate": hazard_grade,
    "flood_severe": hazard_grade,
    "flood_moderate": hazard_grade,
    "protected_area": protected_area,
    "sanitary_distance": sanitary_distance,
    "airport_heights": airport_heights,
    "border_strip": border_strip,
}


def judge(plots: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], rules: Mapping[str, Rule]) -> pd.DataFrame:
    """Hold every plot against every rule that is not off.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
    layers : mapping of str to GeoDataFrame
        Those given; a rule whose layer is not among them is not checked. An empty layer was looked into: nothing there.
    rules : mapping of str to Rule

    Returns
    -------
    DataFrame, index (rule, plot)
        ``struck`` (nullable boolean; ``<NA>``: not checked or not to be told), ``hectares``, ``reason`` (Message; None
        where clear), ``mode``, ``clause``, ``date``.
    """
    parts = {}
    for name, rule in rules.items():
        if rule.mode == "off":
            continue
        layer = layers.get(rule.layer)
        part = _not_checked(plots, rule) if layer is None else RULES[name](plots, layer, rule)
        parts[name] = part.assign(mode=rule.mode, clause=rule.clause, date=rule.date)
    if not parts:
        columns = ["struck", "hectares", "reason", "mode", "clause", "date"]
        return pd.DataFrame(columns=columns, index=pd.MultiIndex.from_arrays([[], []], names=["rule", "plot"]))
    return pd.concat(parts, names=["rule", "plot"])


def _not_checked(plots: gpd.GeoDataFrame, rule: Rule) -> pd.DataFrame:
    why = Message("rule.not_checked", {"layer": Message(f"layer.{rule.layer}")})
    return pd.DataFrame(
        {
            "struck": pd.array([pd.NA] * len(plots), dtype="boolean"),
            "hectares": np.nan,
            "reason": pd.Series([why] * len(plots), index=plots.index, dtype="object"),
        },
        index=plots.index,
    )


def _near(
    plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, rule: Rule, within_m: "float | pd.Series[float]"
) -> pd.DataFrame:
    if layer.crs != plots.crs:
        raise ValueError(f"{rule.layer} is in {layer.crs}, the plots in {plots.crs}")
    counted = layer[layer[rule.column].isin(list(rule.kinds))] if rule.column else layer
    metres = within_m if isinstance(within_m, pd.Series) else pd.Series(float(within_m), index=plots.index)
    blur = 1000 * counted["precision_km"].fillna(0.0) if "precision_km" in counted else pd.Series(0.0, counted.index)
    surely, maybe, hectares = _reach(plots, counted, metres.to_numpy(np.float64), blur.to_numpy(np.float64))
    struck = pd.Series(surely, index=plots.index, dtype="boolean").mask(maybe & ~surely)
    words = {
        True: Message(f"rule.{rule.id}", {"clause": rule.clause}),
        None: Message("rule.too_coarse", {"layer": Message(f"layer.{rule.layer}")}),
    }
    reason = [None if state is False else words[state] for state in struck.astype("object").where(struck.notna(), None)]
    known = np.where(struck.isna(), np.nan, hectares)
    return pd.DataFrame(
        {"struck": struck, "hectares": known, "reason": pd.Series(reason, index=plots.index, dtype="object")}
    )


def _reach(
    plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame, metres: np.ndarray, blur: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which plots features reach for certain, which perhaps (a place is known to its blur), and how many hectares."""
    surely, maybe = np.zeros(len(plots), dtype=bool), np.zeros(len(plots), dtype=bool)
    hectares = np.zeros(len(plots))
    if layer.empty:
        return surely, maybe, hectares
    shapes = np.asarray(layer.geometry.array)
    outlines = np.asarray(plots.geometry.array)
    tree = shapely.STRtree(shapes)
    plot, feature = tree.query(outlines, predicate="dwithin", distance=metres + float(blur.max()))
    away = shapely.distance(outlines[plot], shapes[feature])
    area = shapely.get_dimensions(shapes[feature]) == 2  # noqa: PLR2004 -- polygons that only touch do not strike
    inside = away + blur[feature] < metres[plot]
    bare = (blur[feature] == 0) & (metres[plot] == 0) & (away == 0)
    overlaps = np.zeros(len(plot), dtype=bool)
    overlaps[bare] = ~area[bare] | ~shapely.touches(outlines[plot[bare]], shapes[feature[bare]])
    surely[plot[inside | overlaps]] = True
    maybe[plot[~(inside | overlaps) & (away - blur[feature] < metres[plot])]] = True
    for number in np.flatnonzero(surely):
        mine = plot == number
        near = shapes[feature[mine]]
        widened = shapely.buffer(near, metres[number]) if metres[number] > 0 else near
        hectares[number] = shapely.area(shapely.intersection(outlines[number], shapely.union_all(widened))) / 1e4
    return surely, maybe, hectares


def not_checked(rulings: pd.DataFrame) -> pd.DataFrame:
    """Rules that could not be checked on all plots.

    Parameters
    ----------
    rulings : DataFrame
        As from :func:`judge`.

    Returns
    -------
    DataFrame, index rule
        ``plots`` (how many were not checked), ``reason`` (Message), ``clause``.
    """
    open_ = rulings[rulings["struck"].isna()]
    by_rule = open_.groupby(level="rule", sort=False)
    return pd.DataFrame(
        {"plots": by_rule.size(), "reason": by_rule["reason"].first(), "clause": by_rule["clause"].first()}
    )


def ruled_out(rulings: pd.DataFrame, plots: pd.Index) -> pd.Series:
    """Tell plots that a rule in mode ``exclude`` strikes for certain.

    Returns
    -------
    Series of bool, index plot
    """
    hit = rulings[rulings["mode"].eq("exclude") & rulings["struck"].fillna(value=False)]
    return pd.Series(plots.isin(hit.index.get_level_values("plot")), index=plots, name="ruled_out")


def cost_of_rules(rulings: pd.DataFrame, plots: gpd.GeoDataFrame) -> pd.DataFrame:
    """Count what each rule costs, alone and beside the others.

    Parameters
    ----------
    rulings : DataFrame
        As from :func:`judge`.
    plots : GeoDataFrame of Polygon, projected CRS in metres

    Returns
    -------
    DataFrame, index rule
        ``mode``; ``plots_alone`` and ``hectares_alone``: plots struck by the rule, and their whole area, if it were the
        only rule; ``plots_more`` and ``hectares_more``: what it strikes that no other rule of its mode does;
        ``hectares_on_it``: struck ground itself; ``not_checked``: plots. A last row ``(all)`` counts what the excluding
        rules strike together.
    """
    area = plots.area / 1e4
    hit = rulings["struck"].fillna(value=False).astype(bool).rename("hit").reset_index()
    hit = hit.pivot_table(index="rule", columns="plot", values="hit", aggfunc="any", fill_value=False)
    hit = hit.reindex(columns=plots.index, fill_value=False)
    mode = rulings["mode"].groupby(level="rule").first()
    rows = {}
    for rule in rulings.index.get_level_values("rule").unique():
        others = hit[(mode.reindex(hit.index) == mode[rule]) & (hit.index != rule)].any()
        mine = hit.loc[rule]
        own = rulings.xs(rule, level="rule")
        rows[rule] = {
            "mode": mode[rule],
            "plots_alone": int(mine.sum()),
            "hectares_alone": float(area[mine].sum()),
            "plots_more": int((mine & ~others).sum()),
            "hectares_more": float(area[mine & ~others].sum()),
            "hectares_on_it": float(own["hectares"].sum()),
            "not_checked": int(own["struck"].isna().sum()),
        }
    out = ruled_out(rulings, plots.index)
    together = {"plots_alone": int(out.sum()), "hectares_alone": float(area[out].sum())}
    table = pd.DataFrame.from_dict(rows | {"(all)": {"mode": "exclude", **together}}, orient="index")
    return table.rename_axis("rule")


def rule_layers(frames: Mapping[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
    """Give the layers that rules read, of those that the study gives; else airports are those among the gateways.

    Parameters
    ----------
    frames : mapping of str to GeoDataFrame
        The study's layers.
    """
    wanted = {rule.layer for rule in default_rules().values()}
    given = {name: frames[name] for name in sorted(wanted) if name in frames}
    airports = frames["gateways"][frames["gateways"]["kind"] == "airport"]
    known = {} if airports.empty else {"airports": airports}  # gateways without any were no search for airports
    return known | given


def layers_listed(given: Iterable[str]) -> dict[str, str]:
    """Name layers, and rules whose features stand in the way, in each language.

    Parameters
    ----------
    given : iterable of str
        Ids of layers and of rules.
    """
    return listed(Message(f"rule.{name}.name" if name in RULES else f"layer.{name}") for name in given)


def cells_judged(
    grid: Grid, layers: Mapping[str, gpd.GeoDataFrame], rules: Mapping[str, Rule], production: str
) -> tuple[Mask, dict[str, Mask], tuple[str, ...]]:
    """Hold every cell against the rules, as :func:`sitesel.rules.judging.judge` holds plots.

    A cell is struck where any part of it is; features whose place is known to some kilometres strike only what they
    reach for certain.

    Parameters
    ----------
    grid : Grid
    layers : mapping of str to GeoDataFrame
        Those given, in the grid's CRS.
    rules : mapping of str to Rule
    production : {"sewing", "with_knitting", "with_dyeing"}
        Sets the sanitary distance.

    Returns
    -------
    passes : ndarray of bool
        No rule in mode ``exclude`` strikes the cell.
    struck : mapping of rule to ndarray of bool
        Rules checked, flags included.
    not_checked : tuple of str
        Rules whose layer was not given.
    """
    passes, struck, unchecked = np.ones(grid.shape, dtype=bool), {}, []
    for name, rule in rules.items():
        if rule.mode == "off":
            continue
        if rule.layer not in layers:
            unchecked.append(name)
            continue
        layer = layers[rule.layer]
        counted = layer[layer[rule.column].isin(list(rule.kinds))] if rule.column else layer
        struck[name] = grid.touched(_zones(counted, (rule.by_production or {}).get(production, rule.within_m)))
        if rule.mode == "exclude":
            passes &= ~struck[name]
    return passes, struck, tuple(unchecked)


def _zones(layer: gpd.GeoDataFrame, within_m: float) -> list[BaseGeometry]:
    """Ground that features reach for certain."""
    blur = 1000 * layer["precision_km"].fillna(0.0) if "precision_km" in layer else pd.Series(0.0, layer.index)
    reach = within_m - blur.to_numpy(np.float64)
    shapes = np.asarray(layer.geometry.array)
    return [
        shape if metres == 0 and kept == 0 else shapely.buffer(shape, metres)
        for shape, metres, kept in zip(shapes, reach, blur, strict=True)
    ]
