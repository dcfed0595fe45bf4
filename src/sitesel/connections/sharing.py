"""Capacity shared by the plots chosen together: no source serves more than it has to spare."""

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from sitesel.connections.offers import cheapest
from sitesel.schema import View


def share(table: pd.DataFrame, wanted: pd.MultiIndex, view: View) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Join plots that are chosen together at the least cost in all, no source above what it has to spare.

    An exact integer programme (HiGHS): one way for each plot and network; where capacity cannot serve all, as few as
    possible go without, and they are told apart.

    Parameters
    ----------
    table : DataFrame
        As from :func:`~sitesel.connections.offers`.
    wanted : MultiIndex (plot, network)
        Of the plots chosen together; as from :func:`~sitesel.connections.every_connection`.
    view : {"optimistic", "pessimistic"}
        Whether unknown capacity counts as enough (for all together) or as none.

    Returns
    -------
    chosen : DataFrame, index (plot, network)
        As from :func:`~sitesel.connections.cheapest`; ``reason`` may also be ``"shared_out"``: alone the plot
        would be served, with the others it is not.
    bottlenecks : DataFrame, index (network, source)
        Sources that the plots, each for itself, would draw too much from: ``capacity``, ``asked``, ``served``, and
        ``plots`` (tuple of those who asked). Empty where nothing is short.

    Examples
    --------
    >>> near = {"source": "near", "spare": 10.0, "usd_mid": 1e5}
    >>> far = {"source": "far", "spare": np.nan, "usd_mid": 9e5}
    >>> told = {"network": "power", "way": "line_10kv", "need": 6.0, "effective_m": 1.0, "fits_optimistic": True}
    >>> table = pd.DataFrame([{"plot": plot, **told, **source} for plot in ("a", "b") for source in (near, far)])
    >>> wanted = pd.MultiIndex.from_product([["a", "b"], ["power"]], names=["plot", "network"])
    >>> chosen, bottlenecks = share(table, wanted, "optimistic")
    >>> sorted(chosen["source"]), bottlenecks["served"].to_dict()  # near has enough for one of them
    (['far', 'near'], {('power', 'near'): 6.0})
    """
    own = table[pd.MultiIndex.from_frame(table[["plot", "network"]]).isin(wanted)]
    alone = cheapest(own, wanted, view)
    fitting = own[own[f"fits_{view}"]].reset_index(drop=True)
    together = alone.copy()
    if not fitting.empty:
        picked = fitting[_solved(fitting)].set_index(["plot", "network"])
        together = picked.reindex(alone.index).assign(view=view, reason=alone["reason"])
        together.loc[together["source"].isna() & alone["source"].notna(), "reason"] = "shared_out"
    return together, _bottlenecks(alone, together)


def _solved(fitting: pd.DataFrame) -> np.ndarray:
    """Which offers are taken: one for each plot and network, or none at a price above all others together."""
    pairs = fitting.groupby(["plot", "network"], sort=False).ngroup().to_numpy()
    count, groups = len(fitting), int(pairs.max()) + 1
    cost = fitting["usd_mid"].fillna(fitting["usd_mid"].max() if fitting["usd_mid"].notna().any() else 1.0)
    scaled = (cost / max(float(cost.max()), 1.0)).to_numpy(np.float64)
    rows, columns = np.concatenate([pairs, np.arange(groups)]), np.arange(count + groups)
    with_none = sparse.coo_array((np.ones(count + groups), (rows, columns)), shape=(groups, count + groups)).tocsr()
    constraints = [LinearConstraint(with_none, 1.0, 1.0)]
    limited = fitting["spare"].notna().to_numpy()
    if limited.any():
        whose = fitting[limited].groupby(["network", "source"], sort=False)
        rows = whose.ngroup().to_numpy()
        spare = whose["spare"].first().to_numpy(np.float64)
        drawn = fitting.loc[limited, "need"].to_numpy(np.float64) / np.maximum(spare[rows], 1e-9)
        shape = (len(spare), count + groups)
        load = sparse.coo_array((drawn, (rows, np.flatnonzero(limited))), shape=shape).tocsr()
        constraints.append(LinearConstraint(load, -np.inf, 1.0))
    weights = np.concatenate([scaled, np.full(groups, float(groups + 1))])
    found = milp(weights, constraints=constraints, bounds=Bounds(0, 1), integrality=np.ones(count + groups, dtype=int))
    return np.asarray(found.x)[:count] > 0.5  # noqa: PLR2004 -- whole numbers, to rounding


def _bottlenecks(alone: pd.DataFrame, together: pd.DataFrame) -> pd.DataFrame:
    asked = alone[alone["spare"].notna()].reset_index()
    served = together[together["spare"].notna()].reset_index().groupby(["network", "source"])["need"].sum()
    by_source = asked.groupby(["network", "source"]).agg(
        capacity=("spare", "first"), asked=("need", "sum"), plots=("plot", tuple)
    )
    by_source.insert(2, "served", served.reindex(by_source.index).fillna(0.0))
    return by_source[by_source["asked"] > by_source["capacity"]]
