"""Which plots can still matter."""

import pandas as pd


def foremost(ranking: pd.DataFrame, count: int) -> pd.Index:
    """Take the first plots of each town by its ranking and by the most that each can score, in turns.

    A plot of which little is known may stand low and still be the best: it is among those that can score most. Plots
    that pass no gate come last, so that a town of few plots has all of them.

    Parameters
    ----------
    ranking : DataFrame, index plot
        ``town score high rankable``.
    count : int
        Plots of each town.

    Returns
    -------
    Index
        In the order of the ranking.

    Examples
    --------
    >>> ranking = pd.DataFrame(
    ...     {"town": "a", "score": [60.0, 50, 40], "high": [61.0, 55, 90], "rankable": True}, index=["x", "y", "z"]
    ... )
    >>> list(foremost(ranking, 2))
    ['x', 'z']
    """
    shut, town = ~ranking["rankable"].astype(bool), ranking["town"]
    places = []
    for column in ("score", "high"):
        order = pd.DataFrame({"shut": shut, "points": -ranking[column]}).sort_values(["shut", "points"], kind="stable")
        places.append(town.loc[order.index].groupby(town).cumcount().reindex(ranking.index))
    turn = pd.DataFrame({"first": pd.concat(places, axis=1).min(axis=1), "score": places[0]})
    in_turn = turn.sort_values(["first", "score"], kind="stable").index
    taken = town.loc[in_turn].groupby(town).cumcount() < count
    return ranking.index[taken.reindex(ranking.index)]


def could_be_first(ranking: pd.DataFrame) -> pd.Index:
    """Name the plots that can be the first of their town: none is sure to score more than the most that they can.

    Parameters
    ----------
    ranking : DataFrame, index plot
        ``town low high rankable``: scores between which the truth lies, by the study's own weights.

    Returns
    -------
    Index
        In the order of the ranking; only plots with a rank.

    Examples
    --------
    >>> ranking = pd.DataFrame(
    ...     {"town": "a", "low": [60.0, 50, 40], "high": [61.0, 55, 90], "rankable": True}, index=["x", "y", "z"]
    ... )
    >>> list(could_be_first(ranking))
    ['x', 'z']
    """
    able = ranking[ranking["rankable"].astype(bool)]
    return able.index[able["high"] >= able["low"].groupby(able["town"]).transform("max")]
