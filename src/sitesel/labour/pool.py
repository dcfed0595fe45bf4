"""The pool of workers, settlement by settlement, with its doubt."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sitesel.schema import ESTIMATES


@dataclass(frozen=True)
class Estimate:
    """A figure with its doubt.

    Parameters
    ----------
    low, mid, high : float
        In this order.
    """

    low: float
    mid: float
    high: float

    def __post_init__(self) -> None:
        """Refuse figures out of order."""
        if not self.low <= self.mid <= self.high:
            raise ValueError(f"low, mid and high must rise, but are {self.low:g}, {self.mid:g} and {self.high:g}")

    @classmethod
    def sure(cls, figure: float) -> "Estimate":
        """Give a figure without doubt.

        Examples
        --------
        >>> Estimate.sure(0.6)
        Estimate(low=0.6, mid=0.6, high=0.6)
        """
        return cls(figure, figure, figure)


def pool(population: pd.Series, doubt: pd.Series, shares: Mapping[str, Estimate | pd.DataFrame]) -> pd.DataFrame:
    """Workers of each settlement: its people times each share, low with low and high with high.

    Multiplying all the lows and all the highs gives the widest bounds that the figures allow: the truth lies inside if
    each figure's does.

    Parameters
    ----------
    population : Series of float, index settlement
        NaN where not known.
    doubt : Series of float, index settlement
        Part by which the population may be wrong either way, such as 0.1.
    shares : mapping of str to Estimate or DataFrame
        Working-age share, participation and whatever else counts, such as women's share or skill (leave them out and
        they do not). One estimate for all, or a table ``low mid high`` by settlement. All between 0 and 1.

    Returns
    -------
    DataFrame of float, index settlement
        ``low mid high``; NaN where a figure is not known.

    Raises
    ------
    ValueError
        A share outside 0..1, or a negative population or doubt.

    Examples
    --------
    >>> people, doubt = pd.Series({"kant": 1000.0}), pd.Series({"kant": 0.1})
    >>> shares = {"working_age": Estimate(0.5, 0.6, 0.6), "participation": Estimate.sure(0.5)}
    >>> pool(people, doubt, shares).loc["kant"].round(9).tolist()
    [225.0, 300.0, 330.0]
    """
    if (population < 0).any():
        raise ValueError(f"negative people in {population.index[population < 0][0]}")
    if not doubt.dropna().between(0, 1).all():
        raise ValueError("the doubt of a population is a part of it, from 0 to 1")
    spread = doubt.reindex(population.index)
    workers = pd.DataFrame({"low": 1 - spread, "mid": 1.0, "high": 1 + spread}).mul(population, axis=0)
    for name, share in shares.items():
        workers = workers * _by_settlement(name, share, population.index)
    return workers


def _by_settlement(name: str, share: Estimate | pd.DataFrame, settlements: pd.Index) -> pd.DataFrame:
    if isinstance(share, Estimate):
        row = {case: getattr(share, case) for case in ESTIMATES}
        table = pd.DataFrame(row, index=settlements, dtype=np.float64)
    else:
        table = share[list(ESTIMATES)].reindex(settlements)
    outside = (table < 0) | (table > 1)
    if outside.any(axis=None):
        raise ValueError(f"share {name} of {table.index[outside.any(axis=1)][0]} is not between 0 and 1")
    return table
