"""What each weight does in fact: a heavy weight on what is alike everywhere separates nobody."""

from typing import Any, Final

import numpy as np
import pandas as pd

LEAST_RANGE: Final = 1.0
"""Points of the score: an indicator whose points differ by less among a town's plots separates none of them."""


def weight_effects(points: pd.DataFrame, town: pd.Series) -> pd.DataFrame:
    """Tell by town what each indicator's weight does among the plots that are ranked.

    The share is the covariance of the indicator's points with the score over the variance of the score, which splits
    the variance of a sum among its parts (Paruolo, Saisana and Saltelli, 2013, on nominal and effective weights). It
    is below 0 where an indicator pulls against the rest.

    Parameters
    ----------
    points : DataFrame of float, plots x indicators
        As from :func:`~sitesel.decision.why.contributions`, of the ranked plots; what is not known brings nothing.
    town : Series of str, index plot
        The town that a plot is a candidate for.

    Returns
    -------
    DataFrame, index (town, indicator), towns in order of first appearance
        ``range`` (points between the least and the most), ``share`` (of the variance of the score; a town's add up to
        1; NaN where all its scores are alike) and ``separates`` (bool: the range is at least ``LEAST_RANGE``).

    Examples
    --------
    >>> points = pd.DataFrame({"road": [40.0, 20.0], "pool": [36.0, 36.0]}, index=["a", "b"])
    >>> weight_effects(points, pd.Series("osh", index=points.index))
                    range  share  separates
    town indicator
    osh  road        20.0    1.0       True
         pool         0.0    0.0      False
    """
    brought = points.fillna(0.0)
    of = town.reindex(brought.index)
    parts: dict[Any, pd.DataFrame] = {name: _in_one_town(brought[of == name]) for name in of.unique()}
    effects: pd.DataFrame = pd.concat(parts, names=["town", "indicator"])
    return effects


def _in_one_town(points: pd.DataFrame) -> pd.DataFrame:
    centred = points - points.mean()
    scores = centred.sum(axis=1)
    variance = float((scores**2).sum())
    # Scores that differ by rounding alone have no variance to share out.
    share = centred.mul(scores, axis="index").sum() / (variance if variance > 1e-12 * len(points) else np.nan)
    spread = points.max() - points.min()
    return pd.DataFrame({"range": spread, "share": share, "separates": spread >= LEAST_RANGE})
