"""What a network costs at most that no known source serves."""

import numpy as np
import pandas as pd

from sitesel.connections.offers import built
from sitesel.connections.prices import Prices
from sitesel.schema import ESTIMATES


def upper_bounds(need: pd.DataFrame, prices: Prices, within_km: float) -> pd.DataFrame:
    """Price what stands in where nothing known serves: something of the plot's own, or the farthest source tried.

    Parameters
    ----------
    need : DataFrame of float, plots x networks
    prices : Prices
    within_km : float
        Length of a line from the farthest source.

    Returns
    -------
    DataFrame, index (plot, network)
        ``way need metres effective_m lines plants usd_low usd_mid usd_high``.
    """
    metres, parts = np.full(len(need), within_km * 1000), []
    for bound, told in prices.bounds.to_dict("index").items():
        asked = need[told["network"]].to_numpy(np.float64) if told["network"] in need else np.zeros(len(need))
        length = metres if told["line"] is not None else 0 * metres
        found = built(told, asked, (length, length), prices.items)
        usd = {f"usd_{estimate}": found.usd[estimate] for estimate in ESTIMATES}
        told_of = {"network": told["network"], "way": bound, "need": need.get(told["network"], np.nan)}
        sizes = {"metres": length, "effective_m": length, "lines": found.lines, "plants": found.plants}
        parts.append(pd.DataFrame(told_of | sizes | usd, index=need.index.rename("plot")))
    return pd.concat(parts).set_index("network", append=True)


def charged(chosen: pd.DataFrame, bounds: pd.DataFrame) -> pd.DataFrame:
    """Charge each network that has no way at its upper bound.

    Parameters
    ----------
    chosen : DataFrame, index (plot, network)
        As from :func:`~sitesel.connections.cheapest`.
    bounds : DataFrame, index (plot, network)
        As from :func:`upper_bounds`.

    Returns
    -------
    DataFrame
        ``chosen``, and ``upper_bound``: whether the cost is one. ``reason`` stays; ``source`` stays empty.
    """
    without = chosen["source"].isna()
    filled = chosen.copy()
    own = bounds.reindex(chosen.index[without])
    filled.loc[without, own.columns] = own
    return filled.assign(upper_bound=without & filled["way"].notna())
