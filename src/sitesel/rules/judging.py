"""Rules that land must keep, as data: each with its layer, metres, legal clause, date and mode.

A rule answers with True (struck), False (clear) or ``<NA>`` (not checked, or too coarse to tell) for each plot, never
with "passes" where it could not look.
"""

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.country import PLAIN, Word, country, in_words_of
from sitesel.data import data
from sitesel.rules.reach import Zone, doubtful, ground_met, ground_taken, reach_of
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
    takes_ground : bool
        What it strikes stays unbuilt even where the rule but flags.
    column : str
        Only features whose column holds one of ``kinds``; empty: all.
    kinds : tuple of str
    stand_in : bool
        No law speaks of its layer, which stands in for a surveyed one: it is asked only where that layer is given.
    words : mapping of placeholder to words by language
        Of the country, for its messages.
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
    takes_ground: bool = False
    column: str = ""
    kinds: tuple[str, ...] = ()
    stand_in: bool = False
    words: Mapping[str, Word] = field(default_factory=dict, repr=False)

    def counted(self, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Choose the features of its layer that it is about."""
        return layer[layer[self.column].isin(list(self.kinds))] if self.column else layer

    def kept_m(self, production: str) -> float:
        """Metres from a feature that count as on it, for a kind of production."""
        if self.by_production is None:
            return self.within_m
        if production not in self.by_production:
            raise ValueError(
                f"{self.id}: no metres for production {production!r}; give {', '.join(self.by_production)}"
            )
        return self.by_production[production]

    def asked(self, given: Collection[str]) -> bool:
        """Whether land is held against it where layers are given: not if off, nor a stand-in without its layer."""
        return self.mode != "off" and (self.layer in given or not self.stand_in)

    @property
    def leaves_unbuilt(self) -> bool:
        """Whether nothing is built on what it strikes: it excludes, or is a zone kept free wherever it is asked."""
        return self.mode == "exclude" or (self.takes_ground and self.mode != "off")


@cache
def default_rules(code: str = PLAIN) -> Mapping[str, Rule]:
    """Read the rules that travel with the package, as the pack of a country has them.

    Parameters
    ----------
    code : str
        Of the country.

    Examples
    --------
    >>> default_rules("kg")["fault_zone_1"].mode, default_rules()["fault_zone_1"].mode
    ('exclude', 'off')
    """
    pack = country(code)
    told = {name: {**entry, **pack.rules.get(name, {})} for name, entry in data("rules.toml").items()}
    kinds = {name: tuple(entry.get("kinds", ())) for name, entry in told.items()}
    return {name: Rule(id=name, **{**entry, "kinds": kinds[name]}, words=pack.words) for name, entry in told.items()}


def set_modes(rules: Mapping[str, Rule], modes: Mapping[str, Mode]) -> dict[str, Rule]:
    """Give rules other modes.

    Raises
    ------
    ValueError
        An unknown rule or mode.

    Examples
    --------
    >>> set_modes(default_rules("kg"), {"fault_zone_1": "flag"})["fault_zone_1"].mode
    'flag'
    """
    for name, mode in modes.items():
        refuse_unknown(name, rules)
        if mode not in MODES:
            raise ValueError(f"rule {name}: no mode {mode!r}; write {', '.join(MODES)}")
    return {name: replace(rule, mode=modes.get(name, rule.mode)) for name, rule in rules.items()}


def refuse_unknown(name: str, rules: Collection[str]) -> None:
    """Refuse the name of a rule that there is not.

    Raises
    ------
    ValueError
        With the likely meaning, and all names that there are.

    Examples
    --------
    >>> refuse_unknown("flood_sever", ["flood_severe", "fault_near"])
    Traceback (most recent call last):
    ValueError: no rule 'flood_sever'; did you mean flood_severe? The rules are flood_severe, fault_near
    """
    if name not in rules:
        close = difflib.get_close_matches(name, rules, n=1)
        likely = f"did you mean {close[0]}? The rules" if close else "the rules"
        raise ValueError(f"no rule {name!r}; {likely} are {', '.join(rules)}")


def judge(plots: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], rules: Mapping[str, Rule]) -> pd.DataFrame:
    """Hold every plot against every rule that is not off.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
        ``production``.
    layers : mapping of str to GeoDataFrame
        Those given, in the plots' CRS; a rule whose layer is not among them is not checked. An empty layer was looked
        into: nothing there.
    rules : mapping of str to Rule

    Returns
    -------
    DataFrame, index (rule, plot)
        ``struck`` (nullable boolean; ``<NA>``: not checked, or not to be told where features lie), ``hectares`` (of the
        plot that is taken for certain; NaN where not known), ``reason`` (Message; None where clear), ``mode``,
        ``clause``, ``date``.

    Examples
    --------
    >>> from shapely import LineString, box
    >>> plots = gpd.GeoDataFrame({"production": ["sewing"] * 2}, geometry=[box(0, 0, 500, 500), box(900, 0, 999, 500)],
    ...                          index=["on it", "beside it"], crs="EPSG:32643")
    >>> faults = gpd.GeoDataFrame(geometry=[LineString([(250, -100), (250, 600)])], crs=plots.crs)
    >>> rule = {"fault_zone_1": default_rules("kg")["fault_zone_1"]}
    >>> judge(plots, {"faults": faults}, rule)["struck"].to_dict()
    {('fault_zone_1', 'on it'): True, ('fault_zone_1', 'beside it'): False}
    """
    parts = {}
    for name, rule in rules.items():
        if not rule.asked(layers):
            continue
        part = _judged(plots, layers.get(rule.layer), rule)
        parts[name] = part.assign(mode=rule.mode, clause=rule.clause, date=rule.date)
    if not parts:
        columns = ["struck", "hectares", "reason", "mode", "clause", "date"]
        return pd.DataFrame(columns=columns, index=pd.MultiIndex.from_arrays([[], []], names=["rule", "plot"]))
    return pd.concat(parts, names=["rule", "plot"])


def _judged(plots: gpd.GeoDataFrame, layer: gpd.GeoDataFrame | None, rule: Rule) -> pd.DataFrame:
    struck, hectares = pd.Series(pd.NA, index=plots.index, dtype="boolean"), pd.Series(np.nan, index=plots.index)
    if layer is not None:
        taken = ground_taken(rule.layer, plots, rule.counted(layer), plots["production"].map(rule.kept_m))
        struck = _struck(taken)
        hectares = (plots.intersection(taken.geometry).area / 1e4).where(struck.notna())
    hit = in_words_of(rule.words, Message(f"rule.{rule.id}", {"clause": rule.clause}))
    open_ = Message(_why_open(layer), {"layer": Message(f"layer.{rule.layer}")})
    reason = [open_ if pd.isna(state) else hit if state else None for state in struck]
    return pd.DataFrame(
        {"struck": struck, "hectares": hectares, "reason": pd.Series(reason, index=plots.index, dtype="object")}
    )


def _struck(taken: pd.DataFrame) -> pd.Series:
    """Give True where ground is taken for certain, False where none can be, and ``<NA>`` in between."""
    return taken["certain"].astype("boolean").mask(taken["possible"] & ~taken["certain"])


def strikes(
    outlines: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], rules: Mapping[str, Rule]
) -> pd.DataFrame:
    """Tell what each rule strikes, whatever its mode and without a word of why: what :func:`judge` says of ``struck``.

    Parameters
    ----------
    outlines : GeoDataFrame of Polygon, projected CRS in metres
        ``production``.
    layers : mapping of str to GeoDataFrame
    rules : mapping of str to Rule
        As of :func:`judge`.

    Returns
    -------
    DataFrame of nullable boolean, outlines x rules
        ``<NA>``: no layer was given, or it is too coarse to tell.

    Examples
    --------
    >>> from shapely import Point, box
    >>> plots = gpd.GeoDataFrame({"production": ["sewing"]}, geometry=[box(0, 0, 9, 9)], index=["a"], crs="EPSG:32643")
    >>> homes = gpd.GeoDataFrame(geometry=[Point(40, 5)], crs=plots.crs)
    >>> rules = {name: default_rules()[name] for name in ("sanitary_distance", "fault_zone_1")}
    >>> strikes(plots, {"housing": homes}, rules)
       sanitary_distance  fault_zone_1
    a               True          <NA>
    """
    found = {}
    for name, rule in rules.items():
        found[name] = pd.Series(pd.NA, index=outlines.index, dtype="boolean")
        if rule.layer in layers:
            kept = outlines["production"].map(rule.kept_m)
            found[name] = _struck(ground_met(rule.layer, outlines, rule.counted(layers[rule.layer]), kept))
    return pd.DataFrame(found)


def _why_open(layer: gpd.GeoDataFrame | None) -> str:
    if layer is None:
        return "rule.not_checked"
    return "rule.doubtful" if doubtful(layer).any() else "rule.too_coarse"


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

    Examples
    --------
    >>> outline = gpd.GeoSeries.from_wkt(["POLYGON ((0 0, 100 0, 100 100, 0 0))"], index=["a"], crs="EPSG:32643")
    >>> plots = gpd.GeoDataFrame({"production": ["sewing"]}, geometry=outline)
    >>> not_checked(judge(plots, {}, {"fault_zone_1": default_rules("kg")["fault_zone_1"]}))["plots"].to_dict()
    {'fault_zone_1': 1}
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

    Examples
    --------
    >>> pairs = pd.MultiIndex.from_tuples([("floods", "a"), ("fault_zone_1", "b")], names=["rule", "plot"])
    >>> rulings = pd.DataFrame({"mode": ["exclude", "flag"], "struck": [True, True]}, index=pairs)
    >>> ruled_out(rulings, pd.Index(["a", "b"])).to_dict()
    {'a': True, 'b': False}
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

    Examples
    --------
    >>> from shapely import box
    >>> plots = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 100), box(0, 0, 300, 100)], index=["a", "b"], crs=32643)
    >>> pairs = pd.MultiIndex.from_product([["floods", "faults"], ["a", "b"]], names=["rule", "plot"])
    >>> rulings = pd.DataFrame({"mode": "exclude", "struck": [True, True, True, False], "hectares": 0.5}, index=pairs)
    >>> cost_of_rules(rulings, plots)[["hectares_alone", "hectares_more"]].T  # faults strike nothing that floods leave
    rule            floods  faults  (all)
    hectares_alone     4.0     1.0    4.0
    hectares_more      3.0     0.0    NaN
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

    Examples
    --------
    >>> from shapely import Point
    >>> gateways = gpd.GeoDataFrame({"kind": ["airport", "market"]}, geometry=[Point(0, 0), Point(9, 9)])
    >>> {name: len(frame) for name, frame in rule_layers({"gateways": gateways}).items()}
    {'airports': 1}
    """
    wanted = {rule.layer for rule in default_rules().values()}
    given = {name: frames[name] for name in sorted(wanted) if name in frames}
    airports = frames["gateways"][frames["gateways"]["kind"] == "airport"]
    known = {} if airports.empty else {"airports": airports}  # gateways without any were no search for airports
    return known | given


def layers_listed(given: Iterable[str], rules: Mapping[str, Rule]) -> dict[str, str]:
    """Name layers, and rules whose features stand in the way, in each language.

    Parameters
    ----------
    given : iterable of str
        Ids of layers and of rules.
    rules : mapping of str to Rule

    Examples
    --------
    >>> layers_listed(["floods", "protected_area"], default_rules("kg"))["en"]
    'floods, protected areas'
    """
    return listed(
        Message(f"rule.{name}.name", rules[name].words) if name in rules else Message(f"layer.{name}") for name in given
    )


def zones_of(
    layers: Mapping[str, gpd.GeoDataFrame], rules: Mapping[str, Rule], production: str
) -> tuple[dict[str, Zone], tuple[str, ...]]:
    """Work out the ground that rules strike for certain, which cells are asked about.

    Parameters
    ----------
    layers : mapping of str to GeoDataFrame
        Those given.
    rules : mapping of str to Rule
    production : {"sewing", "with_knitting", "with_dyeing"}
        Sets the sanitary distance.

    Returns
    -------
    zones : dict of rule to Zone
        Rules that are not off, flags included.
    not_checked : tuple of str
        Rules whose layer was not given.

    Examples
    --------
    >>> from shapely import LineString
    >>> faults = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (0, 900)])], crs="EPSG:32643")
    >>> rules = {name: default_rules("kg")[name] for name in ("fault_zone_1", "protected_area")}
    >>> zones, unchecked = zones_of({"faults": faults}, rules, "sewing")
    >>> zones["fault_zone_1"].metres.tolist(), unchecked
    ([200.0], ('protected_area',))
    """
    asked = {name: rule for name, rule in rules.items() if rule.asked(layers)}
    zones = {
        name: reach_of(rule.counted(layers[rule.layer]), rule.kept_m(production)).certain
        for name, rule in asked.items()
        if rule.layer in layers
    }
    return zones, tuple(name for name in asked if name not in zones)
