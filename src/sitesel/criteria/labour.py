"""Labour: the working-age people who can come to work."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def decayed_people(seconds: pd.DataFrame, people: pd.Series, decay: Sequence[tuple[float, float]]) -> pd.Series:
    """People in reach of each plot, counted less the longer their way.

    Accessibility as a sum of opportunities weighted by an impedance function of travel time (Hansen, 1959), here
    piecewise linear.

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
    minutes, share = np.asarray(decay, dtype=np.float64).T
    counted = people.reindex(seconds.index)
    reached = np.interp(seconds.to_numpy() / 60, minutes, share, right=0.0)
    weighed = pd.DataFrame(reached, index=seconds.index, columns=seconds.columns).mul(counted, axis=0)
    return weighed.sum(axis=0, min_count=1).rename("people")


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
    """
    return (seconds <= 60 * minutes).mul(people.reindex(seconds.index).fillna(0), axis=0).sum(axis=0).rename("people")
