"""What a town asks of the networks: power, water, wastewater, heat, gas."""

import pandas as pd

from sitesel.connections.prices import power_factor
from sitesel.data import data
from sitesel.schema import ASKED_OF, ESTIMATES


def demand_figures() -> pd.DataFrame:
    """Read the default figures for 1,000 jobs.

    Returns
    -------
    DataFrame, index (production, quantity)
        ``low mid high`` for 1,000 jobs, ``unit basis source confidence``.

    Examples
    --------
    >>> float(demand_figures().loc[("with_dyeing", "power_mw"), "mid"])
    3.0
    """
    table = pd.DataFrame(data("demand.toml")["figures"]["rows"]).set_index(["production", "quantity"])
    return table.astype(dict.fromkeys(ESTIMATES, float))


def town_demand(towns: pd.DataFrame, figures: pd.DataFrame | None = None) -> pd.DataFrame:
    """Work out what each town asks, from its jobs and kind of production.

    Parameters
    ----------
    towns : DataFrame, index town
        ``jobs``, and ``production`` (as the figures call it).
    figures : DataFrame, optional
        As from :func:`demand_figures`; the study's own.

    Returns
    -------
    DataFrame, index (town, quantity)
        ``low mid high``, ``unit basis source confidence``.

    Raises
    ------
    ValueError
        A kind of production without figures.

    Examples
    --------
    >>> towns = pd.DataFrame({"jobs": [10000], "production": ["sewing"]}, index=["chui"])
    >>> float(town_demand(towns).loc[("chui", "power_mw"), "mid"])
    8.0
    """
    table = demand_figures() if figures is None else figures
    known = set(table.index.get_level_values("production"))
    if strange := sorted(set(towns["production"]) - known):
        raise ValueError(f"no figures for production {strange[0]!r}; there are {', '.join(sorted(known))}")
    parts = {}
    for town, row in towns.iterrows():
        part = table.xs(row["production"], level="production").copy()
        part[list(ESTIMATES)] *= float(row["jobs"]) / 1000
        parts[town] = part
    return pd.concat(parts, names=["town", "quantity"])


def network_need(demand: pd.DataFrame, town: pd.Series, size: str = "mid") -> pd.DataFrame:
    """Work out what each plot would ask of each network, in the unit that the network's spare capacity is given in.

    Parameters
    ----------
    demand : DataFrame
        As from :func:`town_demand`.
    town : Series of str, index plot
    size : {"low", "mid", "high"}

    Returns
    -------
    DataFrame of float, plots x networks
        ``power`` in MVA, ``water`` and ``sewage`` in m3/day, ``gas`` in m3/h.

    Examples
    --------
    >>> towns = pd.DataFrame({"jobs": [10000], "production": ["sewing"]}, index=["chui"])
    >>> network_need(town_demand(towns), pd.Series({"plot": "chui"})).round(1).loc["plot"].to_dict()
    {'power': 8.9, 'water': 800.0, 'sewage': 720.0, 'gas': 1600.0}
    """
    wide = demand[size].unstack("quantity")  # noqa: PD010 -- there is nothing to sum up
    wide = wide[list(ASKED_OF.values())].set_axis(list(ASKED_OF), axis=1)
    wide["power"] /= power_factor()
    return wide.reindex(town).set_axis(town.index)
