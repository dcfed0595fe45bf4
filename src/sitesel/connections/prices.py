"""Unit costs and ways to join a network: data with sources, looked up."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from sitesel.country import PLAIN, country
from sitesel.data import data
from sitesel.schema import ESTIMATES


@dataclass(frozen=True)
class Prices:
    """What laying and building costs.

    Parameters
    ----------
    items : DataFrame, index item id
        ``item`` (English name), ``unit`` (``km``, ``each``, ``m3/day``), ``low mid high`` (USD a unit; NaN where no
        figure is known), ``capacity`` (of one line or plant in the network's unit; NaN where it does not bind),
        ``mva_km`` (load times length that one line can bear for its voltage; NaN where it does not bind), ``most``
        (lines side by side at most; NaN: any), ``basis source confidence``.
    ways : DataFrame, index way id
        ``network``, ``kinds`` (list), ``least_kv``, ``most_kv`` (NaN: any), ``spare`` (column of the source that must
        hold enough; None: draws on none), ``line``, ``plant`` (item ids; either may be None). The kind ``plot`` is no
        source: what is built on the plot itself.
    bounds : DataFrame, index bound id
        ``network line plant``: what a network costs at most that no known source serves.
    per_usd : float
        Of the country's own money; NaN where it has none.
    rate_date : str
        Of the rate.
    rate_source : str
    """

    items: pd.DataFrame
    ways: pd.DataFrame
    bounds: pd.DataFrame
    per_usd: float
    rate_date: str
    rate_source: str


@dataclass(frozen=True)
class Terrain:
    """How much dearer a metre is than on flat open ground.

    Parameters
    ----------
    slope_pct : tuple of (percent, factor)
        Straight lines between; the last factor holds beyond.
    factors : mapping of layer name to factor
        ``inf`` is never crossed.
    """

    slope_pct: tuple[tuple[float, float], ...]
    factors: dict[str, float]


def power_factor() -> float:
    """MW that a MVA of transformer gives."""
    return float(data("demand.toml")["power_factor"]["value"])


@cache
def default_prices(code: str = PLAIN) -> Prices:
    """Read the prices that travel with the package, as the pack of a country has them.

    Parameters
    ----------
    code : str
        Of the country.

    Examples
    --------
    >>> prices = default_prices("kg")
    >>> float(prices.items.loc["line_110kv", "mid"]), prices.per_usd
    (150000.0, 87.45)
    >>> bool(prices.items["mid"].isna()["fibre"])
    True
    >>> round(float(prices.items.loc["line_10kv", "mva_km"]), 1)  # 5 MVA over 5.4 km, at 10 % of voltage drop
    26.9
    """
    costs, numbers = (
        data("unit_costs.toml"),
        [*ESTIMATES, "capacity", "kv", "ohm_per_km", "reactance_ohm_per_km", "most"],
    )
    pack = country(code)
    told = {item: {**entry, **pack.costs.get(item, {})} for item, entry in costs["items"].items()}
    items = pd.DataFrame.from_dict(told, orient="index").astype(dict.fromkeys(numbers, float))
    items["mva_km"] = _mva_km(items, float(costs["voltage"]["drop_pct"]))
    ways = _with_none(costs["ways"], ["spare", "line", "plant"]).astype({"least_kv": float, "most_kv": float})
    bounds = _with_none(costs["bounds"], ["line", "plant"])
    rate = {"per_usd": math.nan, "date": "", "source": "", **pack.currency}
    return Prices(items, ways, bounds, float(rate["per_usd"]), str(rate["date"]), str(rate["source"]))


def _with_none(rows: dict[str, Any], columns: list[str]) -> pd.DataFrame:
    table = pd.DataFrame.from_dict(rows, orient="index")
    table[columns] = table[columns].astype("object").where(table[columns].notna(), None)
    return table


def _mva_km(lines: pd.DataFrame, drop_pct: float) -> pd.Series:
    """Load times length at which the voltage of a three-phase line has dropped as far as it may."""
    cos = power_factor()
    ohm_per_km = lines["ohm_per_km"] * cos + lines["reactance_ohm_per_km"] * np.sqrt(1 - cos**2)
    bearable: pd.Series = drop_pct / 100 * lines["kv"] ** 2 / ohm_per_km
    return bearable


def default_terrain() -> Terrain:
    """Read the factors of terrain that travel with the package.

    Examples
    --------
    >>> default_terrain().factors["protected"]
    inf
    """
    told = data("unit_costs.toml")["terrain"]
    layers = {name: float(factor) for name, factor in told.items() if isinstance(factor, float)}
    return Terrain(tuple((float(percent), float(factor)) for percent, factor in told["slope_pct"]), layers)
