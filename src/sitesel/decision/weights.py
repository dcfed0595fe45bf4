"""How much each indicator counts."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

TOLERANCE = 1e-6  # weights typed with three decimals add up to 1 within this


def fault_in(weights: Mapping[Any, float]) -> str | None:
    """Say what is wrong with weights that should add up to 1.

    Returns
    -------
    str or None
        One sentence with the remedy, or None where all is well.

    Examples
    --------
    >>> fault_in({"road": 0.5, "labour": 0.4})
    'weights add up to 0.9, not 1 (road 0.5, labour 0.4): raise them by 0.1 in all'
    >>> fault_in({"road": 0.6, "labour": 0.4})
    """
    total = sum(weights.values())
    if abs(total - 1) <= TOLERANCE:
        return None
    listed = ", ".join(f"{name} {weight:g}" for name, weight in weights.items())
    verb = "raise" if total < 1 else "lower"
    return f"weights add up to {total:.6g}, not 1 ({listed}): {verb} them by {abs(1 - total):.6g} in all"


def of_the_whole(criteria: Mapping[Any, float], within: pd.Series, criterion: pd.Series) -> pd.Series:
    """Weight of each indicator in the whole score.

    Parameters
    ----------
    criteria : mapping of str to float
        Weight of each criterion; they add up to 1. One that is not named weighs nothing.
    within : Series of float, index indicator
        Weight of each indicator within its criterion; they add up to 1 in each that weighs.
    criterion : Series of str, index indicator
        The criterion that each indicator belongs to.

    Returns
    -------
    Series of float, index indicator
        Adds up to 1.

    Examples
    --------
    >>> within = pd.Series({"border": 0.25, "trunk": 0.75, "pool": 1.0})
    >>> criterion = pd.Series({"border": "road", "trunk": "road", "pool": "labour"})
    >>> of_the_whole({"road": 0.4, "labour": 0.6}, within, criterion).round(3).to_dict()
    {'border': 0.1, 'trunk': 0.3, 'pool': 0.6}
    """
    return (within * criterion.map(dict(criteria)).astype(np.float64).fillna(0.0)).rename("weight")


def weighable(within: pd.Series, criterion: pd.Series) -> list[Any]:
    """Name the criteria that can have weight: those of which some indicator does; the others are told alone.

    Parameters
    ----------
    within, criterion : Series, index indicator
        As of :func:`of_the_whole`.

    Returns
    -------
    list
        In order of first appearance.

    Examples
    --------
    >>> criterion = pd.Series({"border": "road", "trunk": "road", "asks": "conformity"})
    >>> weighable(pd.Series({"border": 0.0, "trunk": 1.0, "asks": 0.0}), criterion)
    ['road']
    """
    return list(criterion[within.reindex(criterion.index) > 0].unique())


def rounded(weights: pd.Series, decimals: int = 3) -> pd.Series:
    """Round weights so that they still add up to 1: what is left over goes to those that were cut most.

    Parameters
    ----------
    weights : Series of float
        Add up to 1.
    decimals : int

    Returns
    -------
    Series of float

    Examples
    --------
    >>> rounded(pd.Series({"road": 1 / 3, "labour": 1 / 3, "ground": 1 / 3}), 2).to_dict()
    {'road': 0.34, 'labour': 0.33, 'ground': 0.33}
    """
    steps = 10**decimals
    whole = np.floor(weights * steps + TOLERANCE)
    left = round(steps - whole.sum())
    most_cut = (weights * steps - whole).sort_values(ascending=False, kind="stable").index[:left]
    whole[most_cut] += 1
    tidy: pd.Series = (whole / steps).rename("weight")
    return tidy
