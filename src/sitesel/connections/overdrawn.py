"""Sets of plots that what sources have to spare does not suffice for together."""

import itertools
from collections.abc import Hashable, Mapping, Sequence
from typing import Final

import pandas as pd

MOST: Final = 3
COLUMNS: Final = ["plots", "network", "sources", "asked", "capacity"]
Choice = tuple[Hashable, float]


def overdrawn(table: pd.DataFrame, town: pd.Series, most: int = MOST) -> pd.DataFrame:
    """Find the sets of plots of different towns that known spare capacity cannot serve together.

    Only what is known for certain counts: a plot that could draw on a source of unknown capacity, or join without
    drawing on any, is never part of a set. A set that holds a smaller one is left out.

    Parameters
    ----------
    table : DataFrame
        As from :func:`~sitesel.connections.offers`.
    town : Series, index plot
    most : int
        Plots in a set at most.

    Returns
    -------
    DataFrame
        ``plots`` (tuple), ``network``, ``sources`` (tuple: all that the plots could draw on), ``asked``, and
        ``capacity`` (what these sources have to spare in all).

    Examples
    --------
    >>> table = pd.DataFrame({"plot": ["a", "b"], "network": "power", "source": "station", "need": [6.0, 6.0]})
    >>> table = table.assign(spare=10.0, fits_optimistic=True)  # enough for either, not for both
    >>> overdrawn(table, pd.Series({"a": "north", "b": "south"}))[["plots", "asked", "capacity"]].to_dict("records")
    [{'plots': ('a', 'b'), 'asked': 12.0, 'capacity': 10.0}]
    """
    rows: list[tuple[tuple[Hashable, ...], Hashable, tuple[Hashable, ...], float, float]] = []
    towns = town.to_dict()
    bound = _bound(table[table["fits_optimistic"]])
    for size in range(2, most + 1):
        smaller = [set(row[0]) for row in rows]
        for network, own in bound.groupby("network", sort=False):
            spare = {str(source): float(left) for source, left in own.groupby("source")["spare"].first().items()}
            choices = {
                plot: list(zip(part["source"], part["need"], strict=True))
                for plot, part in own.groupby("plot", sort=False)
            }
            for plots in itertools.combinations(choices, size):
                if len({towns[plot] for plot in plots}) < size or any(held <= set(plots) for held in smaller):
                    continue
                if not servable([choices[plot] for plot in plots], spare):
                    sources = tuple(dict.fromkeys(source for plot in plots for source, _ in choices[plot]))
                    asked = float(sum(choices[plot][0][1] for plot in plots))
                    rows.append((plots, network, sources, asked, sum(spare[str(source)] for source in sources)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _bound(fitting: pd.DataFrame) -> pd.DataFrame:
    """Offers of plots that can join a network by nothing but sources of known capacity."""
    key = ["plot", "network"]
    free = fitting.loc[fitting["spare"].isna(), key].drop_duplicates()
    whose = pd.MultiIndex.from_frame(fitting[key]).isin(pd.MultiIndex.from_frame(free))
    return fitting[~whose].drop_duplicates([*key, "source"])


def servable(choices: Sequence[Sequence[Choice]], spare: Mapping[str, float]) -> bool:
    """Tell whether every plot can draw on one of its sources, none above what it has to spare.

    Parameters
    ----------
    choices : sequence of (sequence of (source, need))
        By plot.
    spare : mapping of source to float

    Examples
    --------
    >>> servable([[("a", 3.0), ("b", 3.0)], [("a", 3.0)]], {"a": 5.0, "b": 3.0})
    True
    >>> servable([[("a", 3.0)], [("a", 3.0)]], {"a": 5.0, "b": 3.0})
    False
    """
    if not choices:
        return True
    return any(
        servable(choices[1:], {**spare, str(source): spare[str(source)] - need})
        for source, need in choices[0]
        if spare[str(source)] >= need
    )
