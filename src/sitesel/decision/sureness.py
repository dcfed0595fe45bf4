"""How sure a ranking is: in what share of the draws a plot is first, ahead of another, or part of the programme.

Stochastic multicriteria acceptability analysis (Lahdelma, Hokkanen and Salminen, 1998; Tervonen and Figueira, 2008):
the score is asked for in many draws of all that is not known, and shares of the draws are told. Plots that share a
place share it evenly; scores that differ by rounding alone are one score.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sitesel.arrays import Floats

CLEAR_FIRST: Final = 0.8
"""Least share of first places of a clear answer; a shortlist holds this share of them, too."""

CLEAR_AHEAD: Final = 0.9
"""Least share of draws in which a clear answer is ahead of each other plot; above it two plots are told apart."""

LEANING_FIRST: Final = 0.5
"""Least share of first places of an answer that the draws lean to."""

LEVEL: Final = 0.5  # share of draws ahead of a plot that is as good

SAME: Final = 1e-9  # shares of draws and scores that differ by this are one


class SureWord(StrEnum):
    """How sure the first place is."""

    CLEAR = "clear"
    LEANING = "leaning"
    SHORTLIST = "shortlist"


def acceptability(scores: Floats, town: pd.Series) -> pd.DataFrame:
    """Tell how often each plot is first of its town, and how far its score goes.

    Parameters
    ----------
    scores : ndarray of float, draws x plots
        0..100, columns in the order of ``town``.
    town : Series of str, index plot
        The town that a plot is a candidate for.

    Returns
    -------
    DataFrame, index plot
        ``first`` and ``first_three`` (shares of the draws, 0..1; the first places of a town add up to 1), ``expected``
        (mean score), ``low`` and ``high`` (5 % and 95 % quantile of the score).

    Raises
    ------
    ValueError
        A score that is not known, or as many columns as there are no plots.

    Examples
    --------
    >>> scores = np.array([[70.0, 60.0], [70.0, 80.0], [70.0, 70.0], [70.0, 50.0]])
    >>> acceptability(scores, pd.Series("osh", index=["a", "b"]))[["first", "first_three", "expected"]]
       first  first_three  expected
    a  0.625          1.0      70.0
    b  0.375          1.0      65.0
    """
    first, three = np.zeros(len(town)), np.zeros(len(town))
    for _, here, held in _by_town(scores, town):
        first[here] = _places(held, 1).mean(axis=0)
        three[here] = _places(held, 3).mean(axis=0)
    low, high = np.quantile(scores, [0.05, 0.95], axis=0)
    return pd.DataFrame(
        {"first": first, "first_three": three, "expected": scores.mean(axis=0), "low": low, "high": high},
        index=town.index,
    )


def pairwise(scores: Floats, town: pd.Series) -> pd.DataFrame:
    """Tell in what share of the draws each plot is ahead of each other plot of its town.

    Parameters
    ----------
    scores, town
        As of :func:`acceptability`.

    Returns
    -------
    DataFrame of float, plots x plots
        The plot of the row ahead of the plot of the column, 0..1; a tie counts half, so the two of a pair add up to 1.
        NaN between towns and on the diagonal.

    Examples
    --------
    >>> scores = np.array([[70.0, 60.0], [70.0, 80.0], [70.0, 70.0], [70.0, 50.0]])
    >>> pairwise(scores, pd.Series("osh", index=["a", "b"]))
           a      b
    a    NaN  0.625
    b  0.375    NaN
    """
    ahead = np.full((len(town), len(town)), np.nan)
    for _, here, held in _by_town(scores, town):
        above = np.array([(held[:, [plot]] > held).mean(axis=0) for plot in range(held.shape[1])])
        shares = above + (1 - above - above.T) / 2
        np.fill_diagonal(shares, np.nan)
        ahead[np.ix_(here, here)] = shares
    return pd.DataFrame(ahead, index=town.index, columns=town.index)


def central_weights(scores: Floats, weights: pd.DataFrame, town: pd.Series) -> pd.DataFrame:
    """Tell which weights, on average, make each plot first of its town.

    Parameters
    ----------
    scores, town
        As of :func:`acceptability`.
    weights : DataFrame of float, draws x indicators
        Drawn with the scores.

    Returns
    -------
    DataFrame of float, plots x indicators
        Mean of the weights over the draws in which the plot is first; NaN where it never is.

    Examples
    --------
    >>> weights = pd.DataFrame({"road": [0.8, 0.6, 0.2], "pool": [0.2, 0.4, 0.8]})
    >>> scores = weights.to_numpy() * 100
    >>> central_weights(scores, weights, pd.Series("osh", index=["a", "b"])).round(3)
       road  pool
    a   0.7   0.3
    b   0.2   0.8
    """
    first = np.zeros(np.shape(scores))
    for _, here, held in _by_town(scores, town):
        first[:, here] = _places(held, 1)
    total = first.sum(axis=0)[:, None]
    means = np.divide(
        first.T @ weights.to_numpy(np.float64),
        total,
        out=np.full((len(town), weights.shape[1]), np.nan),
        where=total > 0,
    )
    return pd.DataFrame(means, index=town.index, columns=weights.columns)


def word(first: float, ahead: float = 1.0) -> SureWord:
    """Say in a word how sure a first place is.

    Parameters
    ----------
    first : float
        Share of the draws in which the answer is first.
    ahead : float
        Least share of the draws in which it is ahead of another answer; 1 where pairs are not asked.

    Returns
    -------
    SureWord
        ``clear`` from ``CLEAR_FIRST`` on, if ``ahead`` is at least ``CLEAR_AHEAD``; ``leaning`` from
        ``LEANING_FIRST`` on, unless another is level with it; else ``shortlist``.

    Examples
    --------
    >>> [word(0.85, 0.95).value, word(0.85, 0.88).value, word(0.35, 0.6).value]
    ['clear', 'leaning', 'shortlist']
    """
    if first >= CLEAR_FIRST - SAME and ahead >= CLEAR_AHEAD - SAME:
        return SureWord.CLEAR
    leads = first >= LEANING_FIRST - SAME and ahead > LEVEL + SAME
    return SureWord.LEANING if leads else SureWord.SHORTLIST


def verdicts(accepted: pd.DataFrame, ahead: pd.DataFrame, town: pd.Series) -> pd.DataFrame:
    """Give each town's verdict: the plot that is first most often, how sure it is, and who else could be.

    Parameters
    ----------
    accepted : DataFrame, index plot
        As from :func:`acceptability`.
    ahead : DataFrame, plots x plots
        As from :func:`pairwise`.
    town : Series of str, index plot

    Returns
    -------
    DataFrame, index town in order of first appearance
        ``plot`` (first most often; of equals the higher expected score), ``sureness`` (of :func:`word`), ``first`` (its
        share of first places), ``ahead`` (its least share of draws ahead of another plot; 1 where it is alone) and
        ``shortlist`` (tuple: the fewest plots that hold ``CLEAR_FIRST`` of the first places, most often first before).

    Examples
    --------
    >>> town = pd.Series("osh", index=["a", "b", "c"])
    >>> scores = np.array([[70.0, 60.0, 0.0], [70.0, 80.0, 0.0], [70.0, 65.0, 0.0], [70.0, 50.0, 90.0]])
    >>> verdicts(acceptability(scores, town), pairwise(scores, town), town)
         plot sureness  first  ahead  shortlist
    town
    osh     a  leaning    0.5   0.75  (a, b, c)
    """
    told = {name: _verdict(accepted[town == name], ahead) for name in town.unique()}
    table = pd.DataFrame.from_dict(told, orient="index", columns=["plot", "sureness", "first", "ahead", "shortlist"])
    return table.rename_axis(index="town")


def brackets(ahead: pd.DataFrame, score: pd.Series, town: pd.Series) -> pd.Series:
    """Join plots that the draws cannot tell apart.

    Down the ranking: a plot belongs to the bracket above it unless the bracket's best is ahead of it in at least
    ``CLEAR_AHEAD`` of the draws; then it begins the next bracket and is its best.

    Parameters
    ----------
    ahead : DataFrame, plots x plots
        As from :func:`pairwise`.
    score : Series of float, index plot
        That the ranking goes by: brackets follow its order. Equals stand in the order of ``town``.
    town : Series of str, index plot

    Returns
    -------
    Series of int, index plot
        1 for the bracket at the top of the town, 2 for the next.

    Examples
    --------
    >>> town = pd.Series("osh", index=["a", "b", "c"])
    >>> scores = np.array([[70.0, 60.0, 9.0], [70.0, 80.0, 9.0], [70.0, 65.0, 9.0], [70.0, 50.0, 9.0]])
    >>> brackets(pairwise(scores, town), pd.Series(scores.mean(axis=0), town.index), town).to_dict()
    {'a': 1, 'b': 1, 'c': 2}
    """
    found: dict[Any, int] = {}
    for name in town.unique():
        down = score.reindex(town.index[town == name]).sort_values(ascending=False, kind="stable").index
        best, bracket = down[0], 1
        for plot in down:
            if plot != best and _share(ahead, best, plot) >= CLEAR_AHEAD - SAME:
                best, bracket = plot, bracket + 1
            found[plot] = bracket
    return pd.Series(found, dtype="int64").reindex(town.index).rename("bracket")


def programmes(chosen: npt.ArrayLike, towns: Sequence[str]) -> pd.DataFrame:
    """Tell in what share of the draws each set of plots, one a town, is the programme.

    Parameters
    ----------
    chosen : array of plot ids, draws x towns
        The plot chosen for each town in each draw; None where none was.
    towns : sequence of str
        Names of the columns.

    Returns
    -------
    DataFrame
        One row a set, most often chosen first: a column a town with the plot's id, and ``share`` (0..1; they add up
        to 1).

    Examples
    --------
    >>> programmes([["a", "x"], ["b", "x"], ["a", "x"], ["a", "y"]], ["osh", "chui"])
      osh chui  share
    0   a    x   0.50
    1   b    x   0.25
    2   a    y   0.25
    """
    table = pd.DataFrame(np.asarray(chosen, dtype=object), columns=pd.Index(list(towns)))
    counts = table.groupby(list(towns), sort=False, dropna=False).size() / len(table)
    return counts.sort_values(ascending=False, kind="stable").rename("share").reset_index()


def programme_plots(chosen: npt.ArrayLike, towns: Sequence[str]) -> pd.Series:
    """Tell in what share of the draws the programme takes each plot for its town.

    Parameters
    ----------
    chosen, towns
        As of :func:`programmes`.

    Returns
    -------
    Series of float, index (town, plot)
        0..1, a town's plots most often chosen first; they add up to 1 where each draw has a plot for the town.

    Examples
    --------
    >>> programme_plots([["a", "x"], ["b", "x"], ["a", "x"], ["a", "y"]], ["osh", "chui"]).to_dict()
    {('osh', 'a'): 0.75, ('osh', 'b'): 0.25, ('chui', 'x'): 0.75, ('chui', 'y'): 0.25}
    """
    table = pd.DataFrame(np.asarray(chosen, dtype=object), columns=pd.Index(list(towns)))
    shares = {name: table[name].value_counts() / len(table) for name in towns}
    return pd.concat(shares, names=["town", "plot"]).rename("share")


def _by_town(scores: Floats, town: pd.Series) -> Iterator[tuple[Any, npt.NDArray[np.intp], Floats]]:
    """Give each town's name, columns and scores, freed of differences by rounding."""
    if np.shape(scores)[1:] != (len(town),):
        raise ValueError(f"scores of shape {np.shape(scores)} for {len(town)} plots: give draws x plots")
    if np.isnan(scores).any():
        raise ValueError("a score is not known: give a draw for every plot that is ranked")
    for name in town.unique():
        here = np.flatnonzero(town.to_numpy() == name)
        yield name, here, np.round(scores[:, here], 9)


def _places(scores: Floats, places: int) -> Floats:
    """Share of the first so many places that each plot holds in each draw, 0..1; ties share theirs evenly."""
    from scipy.stats import rankdata  # noqa: PLC0415 -- it takes long to load, and only a study with draws needs it

    before = rankdata(-scores, axis=1, method="min") - 1
    tied = rankdata(-scores, axis=1, method="max") - before
    held: Floats = np.clip(places - before, 0, tied) / tied
    return held


def _verdict(accepted: pd.DataFrame, ahead: pd.DataFrame) -> tuple[Any, SureWord, float, float, tuple[Any, ...]]:
    order = accepted.sort_values(["first", "expected"], ascending=False, kind="stable")
    plot, first = order.index[0], float(order["first"].iloc[0])
    pairs = ahead.loc[plot, order.index[1:]].to_numpy(np.float64)
    least = float(np.min(pairs, initial=1.0))
    enough = int((order["first"].cumsum().to_numpy() < CLEAR_FIRST - SAME).sum()) + 1
    return plot, word(first, least), first, least, tuple(order.index[:enough])


def _share(ahead: pd.DataFrame, plot: Any, other: Any) -> float:  # noqa: ANN401 -- plots go by any id
    return float(ahead.to_numpy()[ahead.index.get_loc(plot), ahead.columns.get_loc(other)])
