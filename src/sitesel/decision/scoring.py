"""From values and weights to scores and ranks."""

import numpy as np
import pandas as pd


def score(values: pd.DataFrame, weights: pd.Series) -> "pd.Series[float]":
    """Score each plot: the weighted mean of what its measures are worth.

    The additive value model (Keeney and Raiffa, 1976). What is not known has a value too, the worst that it can be:
    so it never raises a plot, and learning more never lowers one.

    Parameters
    ----------
    values : DataFrame of float, plots x indicators
        0..1, as from :func:`sitesel.decision.counted_worth`.
    weights : Series of float, index indicator
        Add up to 1.

    Returns
    -------
    Series of float, index plot
        0..100.

    Raises
    ------
    ValueError
        An indicator without weight, or a value that is not known.

    Examples
    --------
    >>> values = pd.DataFrame({"road": [1.0, 0.5], "power": [0.5, 0.0]}, index=["a", "b"])
    >>> score(values, pd.Series({"road": 0.6, "power": 0.4})).to_dict()
    {'a': 80.0, 'b': 30.0}
    """
    weights = weights.reindex(values.columns)
    if weights.isna().any():
        raise ValueError(f"no weight for {', '.join(weights.index[weights.isna()])}")
    if values.isna().any(axis=None):
        raise ValueError(f"no value for {values.index[values.isna().any(axis=1)][0]}: count what is not known, too")
    points = np.zeros(len(values))
    for name, weight in weights.items():  # one after another: the same to the last digit, whichever plots are asked
        points += values[name].to_numpy(np.float64) * weight
    return pd.Series(100 * points, index=values.index, name="score")


def known_weight(known: pd.DataFrame, weights: pd.Series) -> "pd.Series[float]":
    """Share of the weight that is known of each plot.

    Parameters
    ----------
    known : DataFrame of bool, plots x indicators
    weights : Series of float, index indicator
        Add up to 1.

    Returns
    -------
    Series of float, index plot
        0..1.

    Examples
    --------
    >>> known = pd.DataFrame({"road": [True], "pool": [False]}, index=["plot"])
    >>> known_weight(known, pd.Series({"road": 0.4, "pool": 0.6})).to_dict()
    {'plot': 0.4}
    """
    return (known * weights.reindex(known.columns)).sum(axis=1).rename("known_weight")


def rank(scores: pd.Series, group: pd.Series, rankable: "pd.Series[bool]") -> pd.DataFrame:
    """Rank the plots of each town against one another.

    Parameters
    ----------
    scores : Series of float, index plot
        0..100.
    group : Series of str, index plot
        The town that a plot is a candidate for.
    rankable : Series of bool, index plot
        Plots that fail a gate are listed without a rank.

    Returns
    -------
    DataFrame, index plot
        ``town score rankable rank``, sorted by town in order of first appearance, then rank, then id. Equal scores
        share the better rank.

    Examples
    --------
    >>> plots = ["a", "b", "c"]
    >>> gates = pd.Series([True, True, False], index=plots)
    >>> rank(pd.Series([70.0, 90.0, 95.0], index=plots), pd.Series("osh", index=plots), gates)["rank"].tolist()
    [1, 2, <NA>]
    """
    ranking = pd.DataFrame({"town": group, "score": scores.reindex(group.index)})
    ranking["rankable"] = rankable.reindex(group.index).astype(bool)
    # Scores that differ by rounding alone are one score.
    compared = ranking["score"].round(9).where(ranking["rankable"])
    ranking["rank"] = compared.groupby(ranking["town"], sort=False).rank(ascending=False, method="min").astype("Int64")
    order = pd.Categorical(ranking["town"], categories=group.unique(), ordered=True)
    keys = ranking.assign(_town=order, _unranked=~ranking["rankable"], _score=-compared.fillna(-1), _id=ranking.index)
    return ranking.loc[keys.sort_values(["_town", "_unranked", "_score", "_id"]).index]
