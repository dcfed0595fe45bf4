"""People in reach of a plot, as if no one else wanted them."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from sitesel.labour.decay import decayed, piecewise_linear
from sitesel.schema import BANDS


def decayed_people(seconds: pd.DataFrame, people: pd.Series, decay: Sequence[tuple[float, float]]) -> pd.Series:
    """People in reach of each plot, counted less the longer their way, by straight lines between points.

    Parameters
    ----------
    seconds : DataFrame of float, settlements x plots
        Travel time from home to work, waiting included; NaN where there is no way.
    people : Series of float, index settlement
        Working-age people; NaN (not known) counts nobody.
    decay : sequence of (minutes, share)
        ``share`` (0..1) of the people who would travel that long; straight lines between, nobody beyond the last point.

    Returns
    -------
    Series of float, index plot
        People. NaN where not one settlement with known people is connected.

    Examples
    --------
    >>> seconds = pd.DataFrame({"plot": [600.0, 2700.0]}, index=["near", "far"])
    >>> decayed_people(seconds, pd.Series({"near": 1000.0, "far": 2000.0}), [(0, 1), (15, 1), (45, 0.5), (75, 0)])
    plot    2000.0
    Name: people, dtype: float64
    """
    return people_reached(decayed(seconds, partial(piecewise_linear, points=decay)), people)


def people_reached(share: pd.DataFrame, people: pd.Series) -> pd.Series:
    """People in reach of each plot, each settlement's by the share of them who would come.

    Accessibility as a sum of opportunities weighted by an impedance function of travel time (Hansen, 1959).

    Parameters
    ----------
    share : DataFrame of float, settlements x plots
        0..1, as from :func:`~sitesel.labour.decayed` or :func:`~sitesel.labour.willing`; NaN where
        there is no way.
    people : Series of float, index settlement
        NaN (not known) counts nobody.

    Returns
    -------
    Series of float, index plot
        NaN where not one settlement with known people is connected.

    Examples
    --------
    >>> share = pd.DataFrame({"plot": [1.0, 0.5]}, index=["near", "far"])
    >>> people_reached(share, pd.Series({"near": 1000.0, "far": 2000.0}))["plot"]
    np.float64(2000.0)
    """
    return share.mul(people.reindex(share.index), axis=0).sum(axis=0, min_count=1).rename("people")


def people_within(seconds: pd.DataFrame, people: pd.Series, minutes: float) -> pd.Series:
    """People whose way to each plot takes no longer than a limit.

    Parameters
    ----------
    seconds : DataFrame of float, settlements x plots
    people : Series of float, index settlement
    minutes : float

    Returns
    -------
    Series of float, index plot

    Examples
    --------
    >>> seconds = pd.DataFrame({"plot": [600.0, 2700.0]}, index=["near", "far"])
    >>> people_within(seconds, pd.Series({"near": 1000.0, "far": 2000.0}), minutes=30).to_dict()
    {'plot': 1000.0}
    """
    return (seconds <= 60 * minutes).mul(people.reindex(seconds.index).fillna(0), axis=0).sum(axis=0).rename("people")


def people_by_band(seconds: pd.DataFrame, people: pd.Series, bands: Sequence[float] = BANDS) -> pd.DataFrame:
    """People whose way to each plot takes no longer than each of several limits.

    Parameters
    ----------
    seconds : DataFrame of float, settlements x plots
    people : Series of float, index settlement
    bands : sequence of float
        Minutes.

    Returns
    -------
    DataFrame of float, plots x minutes
        Each band holds those before it.

    Examples
    --------
    >>> seconds = pd.DataFrame({"plot": [600.0, 2700.0, np.nan]}, index=["near", "far", "island"])
    >>> people_by_band(seconds, pd.Series({"near": 1000.0, "far": 2000.0, "island": 5.0})).loc["plot"].tolist()
    [1000.0, 3000.0, 3000.0]
    """
    return pd.DataFrame({limit: people_within(seconds, people, limit) for limit in bands}, dtype=np.float64)
