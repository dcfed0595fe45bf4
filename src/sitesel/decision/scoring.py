"""From values and weights to scores and ranks."""

import numpy as np
import pandas as pd


def score(values: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Score each plot over the weights that are known for it.

    The additive value model (Keeney and Raiffa, 1976) over what is known: the weighted mean of the known values. What
    is missing neither lowers nor raises the score; the share of weight that it stands on says how much is missing.

    Parameters
    ----------
    values : DataFrame of float, plots x indicators
        0..1; NaN where not known.
    weights : Series of float, index indicator
        Add up to 1.

    Returns
    -------
    DataFrame, index plot
        ``score`` (0..100; NaN where no weight is known) and ``known_weight`` (0..1).

    Examples
    --------
    >>> values = pd.DataFrame({"road": [1.0, 0.5], "power": [0.5, float("nan")]}, index=["a", "b"])
    >>> score(values, pd.Series({"road": 0.6, "power": 0.4}))
       score  known_weight
    a   80.0           1.0
    b   50.0           0.6
    """
    weights = weights.reindex(values.columns)
    if weights.isna().any():
        raise ValueError(f"no weight for {', '.join(weights.index[weights.isna()])}")
    known = values.notna().to_numpy() * weights.to_numpy()
    known_weight = known.sum(axis=1)
    points = 100 * (np.nan_to_num(values.to_numpy(np.float64)) * known).sum(axis=1)
    with np.errstate(invalid="ignore"):
        scores = np.where(known_weight > 0, points / known_weight, np.nan)
    return pd.DataFrame({"score": scores, "known_weight": known_weight}, index=values.index)


def rankable(scores: pd.DataFrame, rankable_from: float) -> "pd.Series[bool]":
    """Tell of which plots, or cells, enough is known for a rank.

    Parameters
    ----------
    scores : DataFrame
        As from :func:`score`.
    rankable_from : float
        Least ``known_weight``.
    """
    # A share typed as 0.7 and a sum of weights that make 0.7 may differ in the last bit.
    enough: pd.Series[bool] = scores["score"].notna() & (scores["known_weight"] >= rankable_from - 1e-9)
    return enough


def rank(scores: pd.DataFrame, group: pd.Series, rankable_from: float, barred: pd.Series | None = None) -> pd.DataFrame:
    """Rank the plots of each town against one another.

    Parameters
    ----------
    scores : DataFrame, index plot
        As from :func:`score`.
    group : Series of str, index plot
        The town that a plot is a candidate for.
    rankable_from : float
        A plot with a smaller ``known_weight`` (0..1) is listed without a rank.
    barred : Series of bool, index plot, optional
        Plots that are out whatever their score: listed without a rank too.

    Returns
    -------
    DataFrame, index plot
        ``town score known_weight rankable rank``, sorted by town in order of first appearance, then rank, then id.
        Equal scores share the better rank.

    Examples
    --------
    >>> scores = pd.DataFrame({"score": [70.0, 90.0, 95.0], "known_weight": [1.0, 0.9, 0.3]}, index=["a", "b", "c"])
    >>> rank(scores, pd.Series("osh", index=["a", "b", "c"]), 0.7)["rank"].tolist()
    [1, 2, <NA>]
    """
    ranking = pd.DataFrame({"town": group, "score": scores["score"], "known_weight": scores["known_weight"]})
    ranking["rankable"] = rankable(ranking, rankable_from)
    if barred is not None:
        ranking["rankable"] &= ~barred.reindex(ranking.index)
    # Scores that differ by rounding alone are one score.
    compared = ranking["score"].round(9).where(ranking["rankable"])
    ranking["rank"] = compared.groupby(ranking["town"], sort=False).rank(ascending=False, method="min").astype("Int64")
    order = pd.Categorical(ranking["town"], categories=group.unique(), ordered=True)
    keys = ranking.assign(_town=order, _unranked=~ranking["rankable"], _score=-compared.fillna(-1), _id=ranking.index)
    return ranking.loc[keys.sort_values(["_town", "_unranked", "_score", "_id"]).index]
