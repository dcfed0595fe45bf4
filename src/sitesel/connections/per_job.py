"""What it costs to join thousands of outlines to every network, without a table of offers; and that for each job."""

import itertools
from collections.abc import Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from sitesel.arrays import Floats
from sitesel.connections.bounds import upper_bounds
from sitesel.connections.connecting import Terms
from sitesel.connections.demand import network_need
from sitesel.connections.laying import NEAREST_ROAD, ON_PLOT, road_metres
from sitesel.connections.offers import able, built, spare_of
from sitesel.connections.prices import Prices
from sitesel.region import Outlines, Region
from sitesel.schema import ESTIMATES, VIEWS

MID: Final = ESTIMATES.index("mid")
NONE: Final = "none:"
STANDING: Final = pd.Series({NEAREST_ROAD: "road", ON_PLOT: "plot"}, name="kind")


def joining_cost(
    metres: pd.DataFrame,
    need: pd.DataFrame,
    sources: pd.DataFrame,
    prices: Prices,
    enough: "pd.Series[bool] | None" = None,
) -> pd.DataFrame:
    """Find the least cost of joining each outline to each network, in both views.

    Of ways that fit, the one with the least middle cost is taken, as :func:`~sitesel.connections.cheapest` does.

    Parameters
    ----------
    metres : DataFrame of float, outlines x sources
        As from :func:`~sitesel.connections.laying.road_metres`.
    need : DataFrame of float, outlines x networks
    sources : DataFrame, index source
        As for :func:`~sitesel.connections.offers`.
    prices : Prices
        The package's, a study's, or drawn ones.
    enough : Series of bool, index source, optional
        Whether capacity that is not known is enough, source by source, in both views.

    Returns
    -------
    DataFrame of float (USD), outlines x (network, view, estimate)
        NaN where nothing known serves, or its cost is not known.
    """
    about = _about(metres, sources)
    found: dict[tuple[Hashable, ...], Floats] = {}
    for network, ways in prices.ways.groupby("network", sort=False):
        asked = need[network].to_numpy(np.float64) if network in need else np.zeros(len(need))
        parts = [_from_sources(way, metres, asked[:, None], about, prices) for way in ways.to_dict("records")]
        usd = np.concatenate([part[0] for part in parts], axis=2)
        fits = np.concatenate([_fits(spare, asked[:, None], enough) for _, spare in parts], axis=2)
        usable = np.where(fits & np.isfinite(usd[MID]), usd[MID], np.inf)
        taken = usd[:, np.arange(len(usd[MID])), usable.argmin(axis=2)]
        taken[:, ~np.isfinite(usable.min(axis=2))] = np.nan
        cells = itertools.product(enumerate(VIEWS), enumerate(ESTIMATES))
        found |= {(network, view, which): taken[size, side] for (side, view), (size, which) in cells}
    return pd.DataFrame(found, index=metres.index).rename_axis(columns=["network", "view", "estimate"])


def _about(metres: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    points = pd.DataFrame(sources).drop(columns="geometry", errors="ignore")
    return pd.concat([points, STANDING.to_frame()]).reindex(metres.columns)


def _from_sources(
    way: Mapping[Hashable, Any], metres: pd.DataFrame, asked: Floats, about: pd.DataFrame, prices: Prices
) -> tuple[Floats, "pd.Series[float]"]:
    """USD of a way, estimates x outlines x sources; and what each source has to spare, infinite where none is drawn on.

    The last source is none, so that there is one.
    """
    starts = about.index[able(way, about)]
    length = np.pad(metres[starts].to_numpy(np.float64), ((0, 0), (0, 1)), constant_values=np.nan)
    usd = built(way, asked, (length, length), prices.items).usd
    spare = spare_of(way, about).reindex([*starts, NONE])
    return np.stack([usd[which] + 0 * length for which in ESTIMATES]), spare if way["spare"] else spare.fillna(np.inf)


def _fits(spare: "pd.Series[float]", asked: Floats, enough: "pd.Series[bool] | None") -> np.ndarray:
    """Tell whether sources have enough, views x outlines x sources."""
    hoped = np.array(VIEWS)[:, None, None] == VIEWS[0]
    if enough is not None:
        hoped = np.tile(enough.reindex(spare.index, fill_value=False).to_numpy(bool), (len(VIEWS), 1, 1))
    left = spare.to_numpy(np.float64)
    return np.asarray((left >= asked) | (np.isnan(left) & hoped))


def reached(metres: pd.DataFrame, sources: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Tell of each outline and network whether a source that it could be joined to is known within reach.

    Parameters
    ----------
    metres, sources, prices
        As for :func:`joining_cost`.

    Returns
    -------
    DataFrame of bool, outlines x networks
    """
    about, there = _about(metres, sources), metres.notna()
    there[ON_PLOT] = False
    found: dict[str, pd.Series[bool]] = {}
    for way in prices.ways.to_dict("records"):
        network, starts = str(way["network"]), there.loc[:, able(way, about).to_numpy()].any(axis=1)
        found[network] = found.get(network, starts) | starts
    return pd.DataFrame(found, index=metres.index)


def money_per_job(
    region: Region,
    outlines: Outlines,
    terms: Terms,
    *,
    metres: pd.DataFrame | None = None,
    enough: "pd.Series[bool] | None" = None,
) -> pd.DataFrame:
    """Work out what joining outlines to every network costs for each job, between the best and the worst that is known.

    Parameters
    ----------
    region : Region
    outlines : Outlines
        Plots, cells of a grid, or copies of a plot elsewhere; ``town`` and ``jobs`` are read.
    terms : Terms
        With the study's prices, or drawn ones by ``replace(terms, prices=...)``.
    metres : DataFrame, optional
        As from :func:`~sitesel.connections.laying.road_metres` of these outlines, where it is at hand.
    enough : Series of bool, index source, optional
        As for :func:`joining_cost`.

    Returns
    -------
    DataFrame, index outline
        ``low``: unknown capacity is enough; ``high``: it is none. In both a network without a known source, or whose
        known sources cannot serve, is charged at its upper bound, and none counts for more: to know a source never
        costs more than to know none. ``mid`` is half way.
        USD a job at middle prices; NaN where not even an upper bound has a price. ``known``: whether a source of at
        least one network, roads left aside, is known within reach.
    """
    if metres is None:
        metres = road_metres(region, outlines, terms.sources, terms.asked)
    need, jobs = network_need(terms.demand, outlines.frame["town"]), outlines.frame["jobs"].astype(float)
    costs = joining_cost(metres, need, terms.sources, terms.prices, enough)
    most = upper_bounds(need, terms.prices, terms.asked.within_km)["usd_mid"]
    bounded = most.index.unique("network")
    there = reached(metres, terms.sources, terms.prices)
    low, high = pd.Series(0.0, index=outlines.index), pd.Series(0.0, index=outlines.index)
    for network in there:
        none = pd.Series(np.nan, index=outlines.index)
        bound = most.xs(network, level="network") if network in bounded else none
        hoped, feared = (costs[network, view, "mid"].astype(float) for view in VIEWS)
        low += np.fmin(hoped, bound)  # the one that is known, where the other is not
        high += np.fmin(feared, bound)
    known = there.drop(columns="road", errors="ignore").any(axis=1)
    table = pd.DataFrame({"low": low, "mid": (low + high) / 2, "high": high}).div(jobs, axis=0)
    return table.assign(known=known)
