"""Weights from swings: how much it would be worth to go from the worst to the best."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def from_swings(points: Mapping[Any, float]) -> pd.Series:
    """Make weights from the points that swings were given.

    Swing weighting (von Winterfeldt and Edwards, 1986, ch. 8): of all things at their worst, the one that one would
    first take to its best gets 100 points; each other the share of it that its own swing is worth.

    Parameters
    ----------
    points : mapping of str to float
        0..100; the largest is 100.

    Returns
    -------
    Series of float
        Add up to 1.

    Raises
    ------
    ValueError
        As :func:`fault_in_swings` says.

    Examples
    --------
    >>> from_swings({"labour": 100, "road": 60, "utilities": 40}).to_dict()
    {'labour': 0.5, 'road': 0.3, 'utilities': 0.2}
    """
    if fault := fault_in_swings(points):
        raise ValueError(fault)
    given = pd.Series(dict(points), dtype=np.float64, name="weight")
    weights: pd.Series = given / given.sum()
    return weights


def from_swings_within(within: Mapping[Any, Mapping[Any, float]]) -> pd.Series:
    """Make weights within each criterion from the points that the swings of its indicators were given.

    With :func:`from_swings` of the criteria, :func:`~sitesel.decision.weights.of_the_whole` makes the weights of the
    whole.

    Parameters
    ----------
    within : mapping of criterion to mapping of indicator to float
        0..100; the largest of each criterion is 100.

    Returns
    -------
    Series of float, index indicator
        Add up to 1 in each criterion.

    Examples
    --------
    >>> from_swings_within({"labour": {"staff": 100, "home": 25}, "ground": {"fit": 100}}).to_dict()
    {'staff': 0.8, 'home': 0.2, 'fit': 1.0}
    """
    weights: pd.Series = pd.concat([from_swings(points) for points in within.values()])
    return weights


def fault_in_swings(points: Mapping[Any, float]) -> str | None:
    """Say what is wrong with the points of swings.

    Returns
    -------
    str or None
        One sentence with the remedy, or None where all is well.

    Examples
    --------
    >>> fault_in_swings({"labour": 80, "road": 60})
    'the swing that matters most gets 100 points, not 80 (labour)'
    """
    for name, given in points.items():
        if not 0 <= given <= 100:  # noqa: PLR2004 -- points of 100
            return f"points go from 0 to 100, not {given:g} ({name})"
    largest = max(points, key=lambda name: points[name], default=None)
    if largest is None:
        return "give points to at least one swing"
    if points[largest] < 100:  # noqa: PLR2004 -- as above
        return f"the swing that matters most gets 100 points, not {points[largest]:g} ({largest})"
    return None
