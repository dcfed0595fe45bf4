"""Draws of what is not known: quasi-random numbers, and what they become."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaincinv

from sitesel.arrays import Floats

GOLDEN: Final = 0.6180339887498949
"""Multiples of it, less their whole part, spread evenly and never recur."""


def quasi_random(draws: int, inputs: Sequence[str], seed: int) -> pd.DataFrame:
    """Draw numbers that fill the unit cube evenly: one column for each thing that is not known.

    Scrambled Sobol points (Owen, 1998) shifted by half their step, so that no number is 0 or 1. The first half of the
    draws is as even as the whole. A column depends on its place in ``inputs``, not on its name.

    Parameters
    ----------
    draws : int
        A power of two: Sobol points are even only then.
    inputs : sequence of str
        Names of the columns.
    seed : int

    Returns
    -------
    DataFrame of float, draws x inputs
        Each above 0 and below 1.

    Raises
    ------
    ValueError
        ``draws`` is no power of two.

    Examples
    --------
    >>> drawn = quasi_random(8, ["time", "cost"], seed=1)
    >>> ((drawn["time"] * 8).astype(int)).sort_values().tolist()
    [0, 1, 2, 3, 4, 5, 6, 7]
    """
    if draws < 1 or draws & (draws - 1):
        below = 1 << max(draws.bit_length() - 1, 0)
        raise ValueError(f"{draws} draws: ask for a power of two, such as {below} or {2 * below}")
    from scipy.stats import qmc  # noqa: PLC0415 -- it takes long to load, and only a study with draws needs it

    numbers = qmc.Sobol(d=len(inputs), scramble=True, bits=30, rng=seed).random(draws)
    return pd.DataFrame(numbers + 2.0**-31, columns=pd.Index(list(inputs)))


def triangular(u: npt.ArrayLike, low: npt.ArrayLike, mid: npt.ArrayLike, high: npt.ArrayLike) -> Floats:
    """Turn numbers between 0 and 1 into amounts between low and high that are likeliest at mid.

    Inverse of the triangular distribution's share below (Johnson, 1997).

    Parameters
    ----------
    u : array of float
        Between 0 and 1.
    low, mid, high : array of float
        In one unit, in rising order; each goes with ``u`` by NumPy's broadcasting. Where all three are one, so is the
        amount.

    Returns
    -------
    ndarray of float
        In the unit of ``low``.

    Raises
    ------
    ValueError
        Amounts that fall from low to mid or from mid to high.

    Examples
    --------
    >>> triangular([0.0, 0.25, 0.5, 1.0], 0.0, 2.0, 8.0).round(3).tolist()
    [0.0, 2.0, 3.101, 8.0]
    """
    u, low, mid, high = np.broadcast_arrays(*(np.asarray(each, dtype=np.float64) for each in (u, low, mid, high)))
    if not ((low <= mid) & (mid <= high)).all():
        raise ValueError("low, mid and high must not fall: give them in rising order")
    rising = low + np.sqrt(u * (high - low) * (mid - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mid))
    drawn: Floats = np.where(u * (high - low) <= mid - low, rising, falling)
    return drawn


def displacement(u_radius: npt.ArrayLike, u_angle: npt.ArrayLike, radius: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Move a place known to a radius: every spot of the disc is as likely.

    Parameters
    ----------
    u_radius, u_angle : array of float
        Between 0 and 1.
    radius : array of float
        How exactly the place is known, in any unit of length.

    Returns
    -------
    east, north : ndarray of float
        By how much to move, in the unit of ``radius``.

    Examples
    --------
    >>> east, north = displacement([0.25, 1.0], [0.0, 0.25], 2000.0)
    >>> east.round(6).tolist(), north.round(6).tolist()
    ([1000.0, 0.0], [0.0, 2000.0])
    """
    distance = np.asarray(radius, dtype=np.float64) * np.sqrt(np.asarray(u_radius, dtype=np.float64))
    angle = 2 * np.pi * np.asarray(u_angle, dtype=np.float64)
    return distance * np.cos(angle), distance * np.sin(angle)


def bernoulli(u: npt.ArrayLike, chance: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Turn numbers between 0 and 1 into yes or no.

    Parameters
    ----------
    u : array of float
        Between 0 and 1.
    chance : array of float
        Of a yes, 0..1.

    Examples
    --------
    >>> bernoulli([0.1, 0.6, 0.9], 0.7).tolist()
    [True, True, False]
    """
    yes: npt.NDArray[np.bool_] = np.less(np.asarray(u, dtype=np.float64), np.asarray(chance, dtype=np.float64))
    return yes


def dirichlet(u: pd.DataFrame, weights: pd.Series, concentration: float) -> pd.DataFrame:
    """Draw weights around those of a study.

    Dirichlet distribution with the study's weights as its mean: gamma amounts of shape ``concentration`` times weight,
    divided by their sum (Devroye, 1986, ch. XI.4). They come from the inverse of the gamma distribution, one number
    for each, so no draw depends on what a generator threw away. A weight ``w`` spreads by a standard deviation of
    ``sqrt(w (1 - w) / (concentration + 1))``.

    Parameters
    ----------
    u : DataFrame of float, draws x indicators
        Above 0 and below 1, as from :func:`quasi_random`.
    weights : Series of float, index indicator
        Not negative, of any sum above 0. A weight of 0 stays 0.
    concentration : float
        At least 1. The larger, the closer to the study: at 1 any weights are likely, at 100 a weight of 0.3 spreads
        by 0.046.

    Returns
    -------
    DataFrame of float, draws x indicators
        Rows add up to 1; columns in the order of ``weights``.

    Raises
    ------
    ValueError
        ``concentration`` below 1, or weights of which none is above 0 or one is below.

    Examples
    --------
    >>> study = pd.Series({"road": 0.3, "labour": 0.7, "conformity": 0.0})
    >>> drawn = dirichlet(quasi_random(1024, study.index, seed=1), study, concentration=50)
    >>> drawn.mean().round(2).to_dict()
    {'road': 0.3, 'labour': 0.7, 'conformity': 0.0}
    """
    if concentration < 1:
        raise ValueError(f"a concentration of {concentration:g} leaves nothing of the study's weights: give at least 1")
    if (weights < 0).any() or weights.sum() <= 0:
        raise ValueError("weights must not be negative, and one must be above 0")
    shape = concentration * (weights / weights.sum()).to_numpy(np.float64)
    counts = shape > 0
    amounts = np.zeros((len(u), len(weights)))
    amounts[:, counts] = gammaincinv(shape[counts], u[weights.index].to_numpy(np.float64)[:, counts])
    columns: Any = weights.index
    return pd.DataFrame(amounts / amounts.sum(axis=1, keepdims=True), index=u.index, columns=columns)
