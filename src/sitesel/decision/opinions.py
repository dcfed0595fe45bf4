"""Second opinions: what other methods of decision make of the same worth and weights."""

from types import ModuleType
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

INDIFFERENCE: Final = 0.05
"""Difference in worth (0..1) up to which PROMETHEE II prefers neither of two plots."""

PREFERENCE: Final = 0.25
"""Difference in worth (0..1) from which on PROMETHEE II prefers one of two plots wholly."""

LEAST_WORTH: Final = 0.01
"""Worth that the weighted product takes for less: a factor of 0 would make equals of all that is bad."""

METHODS: Final = ("topsis", "promethee_2", "weighted_product")
"""Methods that give a second opinion."""


def second_opinions(worth: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Ask TOPSIS, PROMETHEE II and the weighted product, as ``pymcdm`` makes them, about the plots of one town.

    Worth is on one scale already, so the methods scale nothing anew. Unlike the score, TOPSIS and PROMETHEE II judge a
    plot by the others: adding one may reverse the order of two. They are offered as a check, none is the ranking.

    Parameters
    ----------
    worth : DataFrame of float, plots x indicators
        0..1, the plots of one town; none missing.
    weights : Series of float, index indicator
        Not negative, of any sum above 0.

    Returns
    -------
    DataFrame of float, index plot
        ``topsis`` (0..1; Hwang and Yoon, 1981), ``promethee_2`` (net flow, -1..1; Brans and Vincke, 1985) and
        ``weighted_product`` (0..1; Fishburn, 1968). More is better in each.

    Raises
    ------
    ImportError
        ``pymcdm`` is not installed.
    ValueError
        A worth that is not known, or fewer than two plots.

    Examples
    --------
    >>> worth = pd.DataFrame({"road": [1.0, 0.2], "power": [0.5, 0.6]}, index=["a", "b"])
    >>> second_opinions(worth, pd.Series({"road": 0.6, "power": 0.4})).idxmax().to_dict()  # doctest: +SKIP
    {'topsis': 'a', 'promethee_2': 'a', 'weighted_product': 'a'}
    """
    methods = _methods()
    if worth.isna().to_numpy().any():
        raise ValueError("a worth is not known: give the least that it can be (worth_range)")
    if len(worth) < 2:  # noqa: PLR2004 -- the methods compare
        raise ValueError("a second opinion compares plots: give at least two")
    matrix, weight = worth.to_numpy(np.float64), weights.reindex(worth.columns).to_numpy(np.float64)
    weight, count = weight / weight.sum(), worth.shape[1]
    promethee = methods.PROMETHEE_II("vshape_2", p=[PREFERENCE] * count, q=[INDIFFERENCE] * count)
    asked = {
        "topsis": (methods.TOPSIS(_as_it_is), matrix),
        "promethee_2": (promethee, matrix),
        "weighted_product": (methods.WPM(_as_it_is), np.maximum(matrix, LEAST_WORTH)),
    }
    more_is_better = np.ones(count)
    # Its validation only warns of plots that are best or worst in everything, which is no fault here.
    told = {name: body(table, weight, more_is_better, validation=False) for name, (body, table) in asked.items()}
    return pd.DataFrame(told, index=worth.index)


def opinions_missing() -> str | None:
    """Say why no second opinion can be had.

    Returns
    -------
    str or None
        One sentence with the remedy, or None where ``pymcdm`` is installed.
    """
    try:
        _methods()
    except ImportError as missing:
        return str(missing)
    return None


def ranks_by_method(worth: pd.DataFrame, weights: pd.Series, town: pd.Series) -> pd.DataFrame:
    """Rank the plots of each town by each second opinion.

    Parameters
    ----------
    worth, weights
        As of :func:`second_opinions`, of all towns.
    town : Series of str, index plot
        The town that a plot is a candidate for.

    Returns
    -------
    DataFrame of int, plots x methods
        ``topsis promethee_2 weighted_product``. 1 is the best of the town, and the only plot of a town; equals share
        the better rank.

    Raises
    ------
    ImportError
        ``pymcdm`` is not installed.

    Examples
    --------
    >>> worth = pd.DataFrame({"road": [1.0, 0.2], "power": [0.5, 0.6]}, index=["a", "b"])
    >>> weights, town = pd.Series({"road": 0.6, "power": 0.4}), pd.Series("osh", index=["a", "b"])
    >>> ranks_by_method(worth, weights, town)  # doctest: +SKIP
       topsis  promethee_2  weighted_product
    a       1            1                 1
    b       2            2                 2
    """
    told = [_ranks(plots, weights) for _, plots in worth.groupby(town.reindex(worth.index), sort=False)]
    return pd.concat(told).reindex(worth.index) if told else pd.DataFrame(columns=list(METHODS), dtype="int64")


def _ranks(worth: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Ranks of one town's plots."""
    _methods()
    if len(worth) < 2:  # noqa: PLR2004 -- nothing to compare
        return pd.DataFrame(1, index=worth.index, columns=list(METHODS))
    return second_opinions(worth, weights).round(9).rank(ascending=False, method="min").astype("int64")


def _methods() -> ModuleType:
    try:
        from pymcdm import methods  # noqa: PLC0415 -- an optional extra
    except ImportError as missing:
        raise ImportError("second opinions need pymcdm: pip install 'sitesel[opinions]'") from missing
    return methods  # type: ignore[no-any-return, unused-ignore]


def _as_it_is(column: npt.NDArray[np.float64], cost: bool = False) -> npt.NDArray[np.float64]:  # noqa: ARG001, FBT001, FBT002 -- pymcdm's form
    return column
