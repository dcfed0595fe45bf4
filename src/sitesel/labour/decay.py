"""How the share of people who would come to work falls with the minutes of their way.

Each function takes minutes of any shape and gives shares 0..1 of the same shape; NaN (no way) stays NaN. None rises
with time.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from sitesel.arrays import Floats


def step(minutes: Floats, bands: Sequence[tuple[float, float]]) -> Floats:
    """One share for each time band, nobody beyond the last.

    With one band of share 1 this counts opportunities within a limit (Wachs and Kumagai, 1973); several bands are the
    zones of the enhanced two-step method (Luo and Qi, 2009).

    Parameters
    ----------
    minutes : ndarray of float
    bands : sequence of (minutes, share)
        ``share`` of those whose way takes no longer than ``minutes`` and longer than the band before; minutes rise.

    Returns
    -------
    ndarray of float, same shape

    Examples
    --------
    >>> step(np.array([10.0, 30.0, 31.0, 90.0, np.nan]), [(30, 1), (60, 0.4)])
    array([1. , 1. , 0.4, 0. , nan])
    """
    ends, shares = np.asarray(bands, dtype=np.float64).T
    found = np.append(shares, 0.0)[np.searchsorted(ends, minutes, side="left")]
    return _unknown_where(minutes, found)


def piecewise_linear(minutes: Floats, points: Sequence[tuple[float, float]]) -> Floats:
    """Straight lines between given points, nobody beyond the last.

    The negative linear function of Black and Conroy (1977), in as many pieces as surveys give.

    Parameters
    ----------
    minutes : ndarray of float
    points : sequence of (minutes, share)
        Minutes rise, shares fall.

    Returns
    -------
    ndarray of float, same shape

    Examples
    --------
    >>> piecewise_linear(np.array([10.0, 30.0, 80.0]), [(0, 1), (15, 1), (45, 0.5), (75, 0)])
    array([1.  , 0.75, 0.  ])
    """
    ends, shares = np.asarray(points, dtype=np.float64).T
    return np.asarray(np.interp(minutes, ends, shares, right=0.0), dtype=np.float64)


def exponential(minutes: Floats, half_minutes: float) -> Floats:
    """Halve the share with each so many minutes.

    Negative exponential impedance, as entropy maximisation gives it (Wilson, 1971); its rate is ln 2 /
    ``half_minutes``.

    Parameters
    ----------
    minutes : ndarray of float
    half_minutes : float
        After which half the people would still come.

    Returns
    -------
    ndarray of float, same shape

    Examples
    --------
    >>> exponential(np.array([0.0, 30.0, 60.0]), half_minutes=30)
    array([1.  , 0.5 , 0.25])
    """
    return np.asarray(np.exp2(-minutes / half_minutes), dtype=np.float64)


def gaussian(minutes: Floats, sigma_minutes: float) -> Floats:
    """Fall slowly at first, then fast, then slowly: a bell.

    Modified Gaussian impedance (Ingram, 1971), 1 at no time.

    Parameters
    ----------
    minutes : ndarray of float
    sigma_minutes : float
        Where the curve is steepest; 61 % would still come.

    Returns
    -------
    ndarray of float, same shape

    Examples
    --------
    >>> gaussian(np.array([0.0, 30.0, 60.0]), sigma_minutes=30).round(3)
    array([1.   , 0.607, 0.135])
    """
    return np.asarray(np.exp(-0.5 * (minutes / sigma_minutes) ** 2), dtype=np.float64)


def log_logistic(minutes: Floats, median_minutes: float, shape: float) -> Floats:
    """Hardly fall for short ways, then along an S in the logarithm of time.

    The log-logistic curve of Dutch accessibility studies (Hilbers and Verroen, 1993), 1 / (1 + exp(a + b ln t)) with
    b = ``shape`` and a = -b ln ``median_minutes``: the share of people whose greatest bearable time is longer.

    Parameters
    ----------
    minutes : ndarray of float
    median_minutes : float
        Which half the people would bear.
    shape : float
        The greater, the sharper the fall about the median.

    Returns
    -------
    ndarray of float, same shape

    Examples
    --------
    >>> log_logistic(np.array([0.0, 22.5, 45.0, 90.0]), median_minutes=45, shape=2)
    array([1. , 0.8, 0.5, 0.2])
    """
    return np.asarray(1 / (1 + (minutes / median_minutes) ** shape), dtype=np.float64)


DECAYS: Final[Mapping[str, Callable[..., Floats]]] = MappingProxyType(
    {
        "step": step,
        "piecewise_linear": piecewise_linear,
        "exponential": exponential,
        "gaussian": gaussian,
        "log_logistic": log_logistic,
    }
)


def decayed(seconds: pd.DataFrame, decay: Callable[[Floats], Floats]) -> pd.DataFrame:
    """Share of each settlement's people who would come to each plot.

    Parameters
    ----------
    seconds : DataFrame of float, settlements x plots
        From home to work; NaN where there is no way.
    decay : callable
        One of the functions above with its parameters set (:func:`functools.partial`).

    Returns
    -------
    DataFrame of float, settlements x plots
        0..1; NaN where there is no way.

    Examples
    --------
    >>> from functools import partial
    >>> decayed(pd.DataFrame({"plot": [1800.0]}, index=["home"]), partial(exponential, half_minutes=30))
          plot
    home   0.5
    """
    shares = decay(seconds.to_numpy(np.float64) / 60)
    return pd.DataFrame(shares, index=seconds.index, columns=seconds.columns)


def _unknown_where(minutes: Floats, shares: Floats) -> Floats:
    return np.asarray(np.where(np.isnan(minutes), np.nan, shares), dtype=np.float64)
