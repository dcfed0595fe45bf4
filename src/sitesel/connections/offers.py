"""Every way that a plot could join a network, and the cheapest with enough capacity."""

from collections.abc import Hashable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from sitesel.arrays import Floats
from sitesel.connections.prices import Prices
from sitesel.layers.voltage import at_level, no_voltage
from sitesel.schema import ESTIMATES, VIEWS, Estimate, View

ROUNDING: Final = 1e-9  # a need of just two lines takes two, not three


class Built(NamedTuple):
    """What a way takes: lines side by side (infinite: it cannot serve), plants or their capacity, USD by estimate."""

    lines: Floats
    plants: Floats
    usd: dict[Estimate, Floats]


def built(way: Mapping[Hashable, Any], need: Floats, lengths: tuple[Floats, Floats], items: pd.DataFrame) -> Built:
    """Size and price a way; arrays of any shapes that fit each other.

    Parameters
    ----------
    way : mapping
        With ``line`` and ``plant``, ids of items or None.
    need : array of float
        In the unit of the items' capacity.
    lengths : (metres, effective metres)
    items : DataFrame
        As :class:`Prices` has them.
    """
    metres, effective_m = lengths
    line, plant = (None if way[part] is None else items.loc[way[part]] for part in ("line", "plant"))
    usd = {estimate: np.zeros(np.broadcast_shapes(need.shape, metres.shape)) for estimate in ESTIMATES}
    lines, plants = np.zeros_like(metres), np.zeros_like(need)
    if line is not None:
        lines = _lines(need, metres / 1000, line)
        usd = {which: effective_m / 1000 * lines * line[which] for which in ESTIMATES}
    if plant is not None:
        plants = _how_many(need, plant["capacity"]) if plant["unit"] == "each" else need
        usd = {which: usd[which] + plants * plant[which] for which in ESTIMATES}
    return Built(lines, plants, usd)


def _lines(need: Floats, km: Floats, line: pd.Series) -> Floats:
    """Lines that carry the need, and keep the voltage over the length; infinite where they would be too many."""
    count = _how_many(need, line["capacity"]) + 0 * km
    if not np.isnan(line["mva_km"]):
        count = np.maximum(count, np.ceil(need * km / line["mva_km"] - ROUNDING))
    return np.where(count > line["most"], np.inf, count)


def _how_many(need: Floats, capacity: float) -> Floats:
    """How many of a capacity the need takes: one at least, and one where capacity does not bind; NaN stays NaN."""
    if np.isnan(capacity):
        return np.ones_like(need)
    return np.maximum(np.ceil(need / capacity - ROUNDING), 1.0)


def offers(lengths: pd.DataFrame, sources: pd.DataFrame, need: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Every way to join every plot to every source, with its price.

    A way that draws on a source's own capacity fits where what is spare is known and enough. Where it is not known it
    fits in the optimistic view and does not in the pessimistic one: both are kept, neither is chosen here. A power line
    over which the voltage would drop too far is no offer.

    Parameters
    ----------
    lengths : DataFrame
        ``plot source metres effective_m``: the length, and the length weighed by the terrain's factors (the same along
        roads). NaN where there is no way.
    sources : DataFrame, index source
        ``kind``, ``voltage_kv``, ``levels_kv`` (all its voltages: ``"500;110;35"``), ``has_110kv``, and
        the columns of spare capacity that the ways name; a column that is not there is unknown throughout.
    need : DataFrame of float, plots x networks
        In the unit of the spare capacity. A network that is no column here (road, telecom) needs no capacity.
    prices : Prices

    Returns
    -------
    DataFrame
        ``plot network source way metres effective_m need spare fits_optimistic fits_pessimistic lines plants`` and
        ``usd_low usd_mid usd_high`` (NaN where an item has no known cost).

    Examples
    --------
    >>> from sitesel.connections import default_prices
    >>> sources = pd.DataFrame({"kind": ["gas_main"], "voltage_kv": [np.nan]}, index=["main"])
    >>> lengths = pd.DataFrame({"plot": ["a"], "source": ["main"], "metres": [3000.0], "effective_m": [3600.0]})
    >>> table = offers(lengths, sources, pd.DataFrame({"gas": [1600.0]}, index=["a"]), default_prices("kg"))
    >>> told = table[["network", "fits_optimistic", "fits_pessimistic", "usd_mid"]]  # what it can spare is not known
    >>> told.to_dict("records")
    [{'network': 'gas', 'fits_optimistic': True, 'fits_pessimistic': False, 'usd_mid': 288000.0}]
    """
    tables = [_by_way(way, lengths, sources, need, prices) for way in prices.ways.index]
    columns = ["plot", "network", "source", "way", "metres", "effective_m", "need", "spare"]
    columns += [f"fits_{view}" for view in VIEWS] + ["lines", "plants"] + [f"usd_{estimate}" for estimate in ESTIMATES]
    return pd.concat(tables, ignore_index=True)[columns]


def _by_way(way: str, lengths: pd.DataFrame, sources: pd.DataFrame, need: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    told: dict[Hashable, Any] = prices.ways.loc[way].to_dict()
    table = lengths[lengths["source"].isin(sources.index[able(told, sources)]) & lengths["metres"].notna()].copy()
    network = str(told["network"])
    asked = need[network] if network in need else pd.Series(0.0, index=need.index)
    table["network"], table["way"] = network, way
    table["need"] = table["plot"].map(asked).astype(float)
    table["spare"] = table["source"].map(spare_of(told, sources)).astype(float)
    enough, draws = table["spare"] >= table["need"], told["spare"] is not None
    table["fits_optimistic"] = enough | table["spare"].isna() | (not draws)
    table["fits_pessimistic"] = enough | (not draws)
    amount, *both = (table[name].to_numpy(np.float64) for name in ("need", "metres", "effective_m"))
    found = built(told, amount, (both[0], both[1]), prices.items)
    usd = {f"usd_{estimate}": found.usd[estimate] for estimate in ESTIMATES}
    possible: pd.DataFrame = table.assign(lines=found.lines, plants=found.plants, **usd)[~np.isinf(found.lines)]
    return possible


def able(way: Mapping[Hashable, Any], sources: pd.DataFrame) -> "pd.Series[bool]":
    """Tell from which sources a way can start: any of their voltages will do, none known will not."""
    of_kind: pd.Series[bool] = sources["kind"].isin(way["kinds"])
    if np.isnan(way["least_kv"]):
        return of_kind
    return of_kind & at_level(sources, way["least_kv"], way["most_kv"])


def of_no_voltage(sources: pd.DataFrame, prices: Prices) -> int:
    """Count the sources of power that nothing can start from, for none of their voltages is known."""
    kinds = {kind for kinds in prices.ways.loc[prices.ways["least_kv"].notna(), "kinds"] for kind in kinds}
    return int((sources["kind"].isin(kinds) & no_voltage(sources)).sum())


def spare_of(way: Mapping[Hashable, Any], sources: pd.DataFrame) -> "pd.Series[float]":
    """Take what each source has to spare for a way; NaN where not known, or where the way draws on none."""
    if way["spare"] is None or way["spare"] not in sources:
        return pd.Series(np.nan, index=sources.index)
    spare: pd.Series[float] = sources[way["spare"]].astype(float)
    return spare


def every_connection(plots: pd.Index, prices: Prices) -> pd.MultiIndex:
    """Pair every plot with every network that the prices know: what a town must be joined to.

    Returns
    -------
    MultiIndex (plot, network)

    Examples
    --------
    >>> from sitesel.connections import default_prices
    >>> every_connection(pd.Index(["a"]), default_prices("kg")).get_level_values("network").tolist()
    ['power', 'water', 'sewage', 'gas', 'telecom', 'road']
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

    Examples
    --------
    >>> both = {"plot": "a", "network": "power", "way": "line_10kv", "effective_m": 1000.0}
    >>> near = {"source": "near", "usd_mid": 25_000.0, "fits_optimistic": True, "fits_pessimistic": False}
    >>> far = {"source": "far", "usd_mid": 75_000.0, "fits_optimistic": True, "fits_pessimistic": True}
    >>> table, wanted = pd.DataFrame([both | near, both | far]), pd.MultiIndex.from_tuples([("a", "power")])
    >>> [cheapest(table, wanted, view)["source"].iloc[0] for view in ("optimistic", "pessimistic")]
    ['near', 'far']
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
