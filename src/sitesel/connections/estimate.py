"""The estimate of a plot's connections, line by line, each with its basis."""

import numpy as np
import pandas as pd

from sitesel.connections.prices import Prices
from sitesel.schema import ESTIMATES, MONEY


def estimate(chosen: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Write the lines of the estimate.

    Parameters
    ----------
    chosen : DataFrame, index (plot, network)
        As from :func:`~sitesel.connections.cheapest`, :func:`~sitesel.connections.bounds.charged` or
        :func:`~sitesel.connections.share`; networks without a way get no line.
    prices : Prices

    Returns
    -------
    DataFrame
        ``plot view network source way item`` (id), ``name`` (English), ``quantity``, ``unit``, ``terrain`` (times the
        unit cost; 1 for plants), ``unit_cost`` (USD, middle), ``usd_low usd_mid usd_high``, ``local_low local_mid
        local_high``, ``basis source_of_cost confidence``. An item without a known cost keeps its line, with NaN.
        Quantity x terrain x unit cost = ``usd_mid``.

    Examples
    --------
    >>> from sitesel.connections import default_prices
    >>> pick = {"plot": "a", "network": "fibre", "view": "optimistic", "source": "s", "way": "fibre", "metres": 2000.0}
    >>> pick |= {"effective_m": 2000.0, "lines": 1.0, "plants": 0.0}
    >>> chosen = pd.DataFrame([pick]).set_index(["plot", "network"])
    >>> estimate(chosen, default_prices("kg"))[["item", "quantity", "unit"]].to_dict("records")
    [{'item': 'fibre', 'quantity': 2.0, 'unit': 'km'}]
    """
    rows = []
    ways = prices.ways.to_dict("index") | prices.bounds.to_dict("index")
    for _, pick in chosen[chosen["way"].notna()].reset_index().iterrows():
        way = ways[pick["way"]]
        head = {
            "plot": pick["plot"],
            "view": pick["view"],
            "network": pick["network"],
            "source": pick["source"],
            "way": pick["way"],
        }
        terrain = pick["effective_m"] / pick["metres"] if pick["metres"] > 0 else 1.0
        if way["line"] is not None:
            rows.append(head | _line(str(way["line"]), pick["metres"] / 1000 * pick["lines"], terrain, prices))
        if way["plant"] is not None:
            rows.append(head | _line(str(way["plant"]), pick["plants"], 1.0, prices))
    columns = ["plot", "view", "network", "source", "way", *_line("line_10kv", 0.0, 1.0, prices)]
    return pd.DataFrame(rows, columns=columns)


def _line(item: str, quantity: float, terrain: float, prices: Prices) -> dict[str, object]:
    told = prices.items.loc[item]
    usd = {f"usd_{estimate}": quantity * terrain * told[estimate] for estimate in ESTIMATES}
    local = {f"local_{estimate}": usd[f"usd_{estimate}"] * prices.per_usd for estimate in ESTIMATES}
    return {
        "item": item,
        "name": told["item"],
        "quantity": quantity,
        "unit": told["unit"],
        "terrain": terrain,
        "unit_cost": told["mid"],
        **usd,
        **local,
        "basis": told["basis"],
        "source_of_cost": told["source"],
        "confidence": told["confidence"],
    }


def totals(chosen: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Add each plot's estimate up over the networks whose cost is known.

    Parameters
    ----------
    chosen : DataFrame, index (plot, network)
        As given to :func:`estimate`: it says which networks each plot should have.
    lines : DataFrame
        As from :func:`estimate`.

    Returns
    -------
    DataFrame, index plot
        ``usd_low usd_mid usd_high local_low local_mid local_high`` over the known networks (NaN where none is known);
        ``missing``: tuple of the networks whose cost is not known, which the sum therefore lacks; and ``bounded``:
        tuple of those that it holds at their upper bound.

    Examples
    --------
    >>> from sitesel.connections import default_prices
    >>> told = {"plot": "a", "view": "optimistic", "source": "s", "lines": 1.0, "plants": 0.0}
    >>> told |= {"metres": 2000.0, "effective_m": 2000.0}
    >>> ways = {"gas": "gas_main", "water": None}  # nobody knows where water would come from
    >>> chosen = pd.DataFrame([{**told, "network": name, "way": way} for name, way in ways.items()])
    >>> chosen = chosen.set_index(["plot", "network"])
    >>> totals(chosen, estimate(chosen, default_prices("kg"))).loc["a", ["usd_mid", "missing"]].to_dict()
    {'usd_mid': 160000.0, 'missing': ('water',)}
    """
    grouped = lines.groupby(["plot", "network"])[list(MONEY)]
    known = grouped.count().eq(grouped.size(), axis=0)  # an item without a cost leaves its network's cost unknown
    by_network = grouped.sum().where(known)
    full = by_network.reindex(chosen.index).astype(np.float64)
    summed = full.groupby(level="plot", sort=False).sum(min_count=1)
    summed["missing"] = _networks(full.index[full["usd_mid"].isna()], summed.index)
    bounded = chosen["upper_bound"] if "upper_bound" in chosen else pd.Series(data=False, index=chosen.index)
    summed["bounded"] = _networks(chosen.index[bounded], summed.index)
    return summed


def _networks(pairs: pd.Index, plots: pd.Index) -> list[tuple[str, ...]]:
    by_plot = pairs.to_frame(index=False).groupby("plot")["network"].agg(tuple)
    return [by_plot.get(plot, ()) for plot in plots]
