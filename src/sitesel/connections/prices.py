"""Unit costs and ways to join a network: data with sources, looked up."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from sitesel.schema import ESTIMATES


@dataclass(frozen=True)
class Prices:
    """What laying and building costs.

    Parameters
    ----------
    items : DataFrame, index item id
        ``item`` (English name), ``unit`` (``km``, ``each``, ``m3/day``), ``low mid high`` (USD a unit; NaN where no
        figure is known), ``capacity`` (of one line or plant in the network's unit; NaN where it does not bind),
        ``basis source confidence``.
    ways : DataFrame, index way id
        ``network``, ``kinds`` (list), ``least_kv``, ``most_kv`` (NaN: any), ``spare`` (column of the source that must
        hold enough; None: draws on none), ``line``, ``plant`` (item ids; plant may be None).
    som_per_usd : float
    rate_date : str
        Of the rate.
    rate_source : str
    """

    items: pd.DataFrame
    ways: pd.DataFrame
    som_per_usd: float
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


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("sitesel.data").joinpath("unit_costs.toml").read_text(encoding="utf-8"))


def default_prices() -> Prices:
    """Read the prices that travel with the package.

    Examples
    --------
    >>> prices = default_prices()
    >>> float(prices.items.loc["line_110kv", "mid"]), prices.som_per_usd
    (150000.0, 87.45)
    >>> bool(prices.items["mid"].isna()["fibre"])
    True
    """
    data, numbers = _data(), [*ESTIMATES, "capacity"]
    items = pd.DataFrame.from_dict(data["items"], orient="index").astype(dict.fromkeys(numbers, float))
    ways = pd.DataFrame.from_dict(data["ways"], orient="index")
    ways = ways.astype({"least_kv": float, "most_kv": float})
    ways[["spare", "plant"]] = ways[["spare", "plant"]].astype("object").where(ways[["spare", "plant"]].notna(), None)
    rate = data["exchange"]
    return Prices(items, ways, float(rate["som_per_usd"]), str(rate["date"]), str(rate["source"]))


def default_terrain() -> Terrain:
    """Read the factors of terrain that travel with the package.

    Examples
    --------
    >>> default_terrain().factors["protected"]
    inf
    """
    data = _data()["terrain"]
    layers = {name: float(factor) for name, factor in data.items() if isinstance(factor, float)}
    return Terrain(tuple((float(percent), float(factor)) for percent, factor in data["slope_pct"]), layers)
