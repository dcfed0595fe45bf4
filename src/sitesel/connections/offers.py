"""Every way that a plot could join a network, and the cheapest with enough capacity."""

from collections.abc import Hashable
from typing import Any, Final

import numpy as np
import pandas as pd

from sitesel.connections.prices import Prices
from sitesel.schema import ESTIMATES, VIEWS, View

ROUNDING: Final = 1e-9  # a need of just two lines takes two, not three


def offers(lengths: pd.DataFrame, sources: pd.DataFrame, need: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Every way to join every plot to every source, with its price.

    A way that draws on a source's own capacity fits where what is spare is known and enough. Where it is not known it
    fits in the optimistic view and does not in the pessimistic one: both are kept, neither is chosen here.

    Parameters
    ----------
    lengths : DataFrame
        ``plot source metres effective_m``: the length, and the length weighed by the terrain's factors (the same along
        roads). NaN where there is no way.
    sources : DataFrame, index source
        ``kind``, ``voltage_kv``, and the columns of spare capacity that the ways name; a column that is not there is
        unknown throughout.
    need : DataFrame of float, plots x networks
        In the unit of the spare capacity. A network that is no column here (road, telecom) needs no capacity.
    prices : Prices

    Returns
    -------
    DataFrame
        ``plot network source way metres effective_m need spare fits_optimistic fits_pessimistic lines plants`` and
        ``usd_low usd_mid usd_high`` (NaN where an item has no known cost).
    """
    tables = [_by_way(way, lengths, sources, need, prices) for way in prices.ways.index]
    columns = ["plot", "network", "source", "way", "metres", "effective_m", "need", "spare"]
    columns += [f"fits_{view}" for view in VIEWS] + ["lines", "plants"] + [f"usd_{estimate}" for estimate in ESTIMATES]
    return pd.concat(tables, ignore_index=True)[columns]


def _by_way(way: str, lengths: pd.DataFrame, sources: pd.DataFrame, need: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    told: dict[Hashable, Any] = prices.ways.loc[way].to_dict()
    able = sources["kind"].isin(told["kinds"])
    if not np.isnan(told["least_kv"]):
        able &= sources["voltage_kv"].between(told["least_kv"], told["most_kv"])
    table = lengths[lengths["source"].isin(sources.index[able]) & lengths["metres"].notna()].copy()
    network = str(told["network"])
    asked = need[network] if network in need else pd.Series(0.0, index=need.index)
    table["network"], table["way"] = network, way
    table["need"] = table["plot"].map(asked).astype(float)
    column: str | None = told["spare"]
    table["spare"] = _spare(column, table["source"], sources)
    enough = table["spare"] >= table["need"]
    draws = column is not None
    table["fits_optimistic"] = enough | table["spare"].isna() | (not draws)
    table["fits_pessimistic"] = enough | (not draws)
    items: dict[Hashable, dict[Hashable, Any]] = prices.items.to_dict(orient="index")
    line, plant = items[told["line"]], items.get(told["plant"])
    table["lines"] = _how_many(table["need"], line["capacity"])
    table["plants"] = 0.0 if plant is None else _plants(table["need"], plant)
    for estimate in ESTIMATES:
        laid = table["effective_m"] / 1000 * table["lines"] * line[estimate]
        table[f"usd_{estimate}"] = laid if plant is None else laid + table["plants"] * plant[estimate]
    return table


def _spare(column: str | None, whose: pd.Series, sources: pd.DataFrame) -> pd.Series:
    if column is None or column not in sources:
        return pd.Series(np.nan, index=whose.index, dtype=float)
    return whose.map(sources[column]).astype(float)


def _how_many(need: pd.Series, capacity: float) -> pd.Series:
    """How many of a capacity the need takes: one at least, and one where capacity does not bind; NaN stays NaN."""
    if np.isnan(capacity):
        return pd.Series(1.0, index=need.index)
    count: pd.Series = (need / capacity - ROUNDING).apply(np.ceil).clip(lower=1.0)
    return count


def _plants(need: pd.Series, plant: dict[Hashable, Any]) -> pd.Series:
    return _how_many(need, plant["capacity"]) if plant["unit"] == "each" else need


def every_connection(plots: pd.Index, prices: Prices) -> pd.MultiIndex:
    """Pair every plot with every network that the prices know: what a town must be joined to.

    Returns
    -------
    MultiIndex (plot, network)
    """
    return pd.MultiIndex.from_product([plots, prices.ways["network"].unique()], names=["plot", "network"])


def cheapest(table: pd.DataFrame, wanted: pd.MultiIndex, view: View) -> pd.DataFrame:
    """Choose the cheapest way that fits, for each plot and network apart.

    Among ways without a known cost the shortest is chosen; any known cost comes before them.

    Parameters
    ----------
    table : DataFrame
        As from :func:`offers`.
    wanted : MultiIndex (plot, network)
        As from :func:`every_connection`.
    view : {"optimistic", "pessimistic"}
        Whether unknown capacity counts as enough or as none.

    Returns
    -------
    DataFrame, index (plot, network)
        Every wanted one: the columns of :func:`offers`, ``view``, and ``reason``:
        ``"none_known"`` (no source can be reached), ``"no_capacity"`` (none has enough, known for certain) or
        ``"capacity_unknown"`` (enough only if what is not known is enough); None where a way was chosen.
    """
    sorted_ = table.sort_values(["usd_mid", "effective_m", "source", "way"], na_position="last", kind="stable")
    fitting = sorted_[sorted_[f"fits_{view}"]]
    best = fitting.drop_duplicates(["plot", "network"]).set_index(["plot", "network"])
    chosen = best.reindex(wanted)
    reached = pd.MultiIndex.from_frame(table[["plot", "network"]])
    hoped = pd.MultiIndex.from_frame(table.loc[table["fits_optimistic"], ["plot", "network"]])
    reason = np.select(
        [chosen["source"].notna(), ~wanted.isin(reached), wanted.isin(hoped)],
        ["", "none_known", "capacity_unknown"],
        "no_capacity",
    )
    chosen["view"] = view
    chosen["reason"] = pd.Series([text or None for text in reason], index=wanted, dtype="object")
    return chosen
