"""Weights of several people: how far they differ, and what it does to the ranks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sitesel.decision.scoring import score
from sitesel.decision.weights import of_the_whole, weighable


@dataclass(frozen=True, eq=False)
class Panel:
    """What several people's weights come to.

    Parameters
    ----------
    weights : DataFrame of float, people x criteria
        Add up to 1 for each person.
    spread : DataFrame of float, index criterion
        As from :func:`spread`.
    ranks : DataFrame of int, plots x people
        As from :func:`ranks_by_person`.
    agreement : Series of float, index town
        As from :func:`agreement`.
    """

    weights: pd.DataFrame
    spread: pd.DataFrame
    ranks: pd.DataFrame
    agreement: pd.Series


def panel_of(people: pd.DataFrame, indicators: pd.DataFrame, worth: pd.DataFrame, town: pd.Series) -> Panel:
    """Rank the plots by each person's weights of the criteria; within a criterion the indicators' weights stay.

    Parameters
    ----------
    people : DataFrame of float, people x criteria
        Not negative; each person's of any sum above 0.
    indicators : DataFrame, index indicator
        ``criterion weight_within``.
    worth : DataFrame of float, plots x indicators
        0..1, of the plots that are ranked.
    town : Series of str, index plot

    Returns
    -------
    Panel

    Raises
    ------
    ValueError
        As :func:`fault_in_panel` says.

    Examples
    --------
    >>> people = pd.DataFrame({"road": [4, 1], "labour": [1, 1]}, index=["Aida", "Bek"])
    >>> indicators = pd.DataFrame({"criterion": ["road", "labour"], "weight_within": 1.0}, index=["km", "pool"])
    >>> worth = pd.DataFrame({"km": [1.0, 0.0], "pool": [0.2, 1.0]}, index=["a", "b"])
    >>> found = panel_of(people, indicators, worth, pd.Series("osh", index=["a", "b"]))
    >>> found.ranks
       Aida  Bek
    a     1    1
    b     2    2
    >>> found.weights.loc["Aida"].to_dict()
    {'road': 0.8, 'labour': 0.2}
    """
    criterion = indicators["criterion"]
    if fault := fault_in_panel(people, weighable(indicators["weight_within"], criterion)):
        raise ValueError(fault)
    weights = _to_one(people)
    within = indicators["weight_within"]
    whole = pd.DataFrame({who: of_the_whole(row.to_dict(), within, criterion) for who, row in weights.iterrows()}).T
    ranks = ranks_by_person(whole, worth, town)
    return Panel(weights, spread(people), ranks, agreement(ranks, town.reindex(worth.index)))


def fault_in_panel(people: pd.DataFrame, criteria: Sequence[Any]) -> str | None:
    """Say what is wrong with weights of several people.

    Returns
    -------
    str or None
        One sentence with the remedy, or None where all is well.

    Examples
    --------
    >>> fault_in_panel(pd.DataFrame({"road": [0.5], "labor": [0.5]}, index=["Aida"]), ["road", "labour"])
    'no column labour; give a column for each of road, labour'
    """
    asked = ", ".join(criteria)
    if missing := [name for name in criteria if name not in people.columns]:
        return f"no column {missing[0]}; give a column for each of {asked}"
    if strange := [name for name in people.columns if name not in criteria]:
        return f"{strange[0]} is no criterion that has indicators; give a column for each of {asked}"
    if people.empty:
        return "nobody is in it; give a row for each person"
    twice = people.index[people.index.duplicated()]
    return f"{twice[0]} stands more than once; give each person one row" if len(twice) else _wrong_weights(people)


def spread(panel: pd.DataFrame) -> pd.DataFrame:
    """Tell how far people's weights lie apart.

    Parameters
    ----------
    panel : DataFrame of float, people x indicators
        Not negative; each person's of any sum above 0.

    Returns
    -------
    DataFrame of float, index indicator
        ``least median mean most`` and ``deviation`` (standard deviation; 0 of one person), of weights that add up to
        1 for each person. The means add up to 1.

    Raises
    ------
    ValueError
        A weight that is missing or below 0, or a person without any above 0.

    Examples
    --------
    >>> panel = pd.DataFrame({"road": [3.0, 0.5], "labour": [1.0, 0.5]}, index=["Aida", "Bek"])
    >>> spread(panel)[["least", "mean", "most"]]
            least   mean  most
    road     0.50  0.625  0.75
    labour   0.25  0.375  0.50
    """
    weights = _to_one(panel)
    return pd.DataFrame(
        {
            "least": weights.min(),
            "median": weights.median(),
            "mean": weights.mean(),
            "most": weights.max(),
            "deviation": weights.std(ddof=0),
        }
    )


def ranks_by_person(panel: pd.DataFrame, worth: pd.DataFrame, town: pd.Series) -> pd.DataFrame:
    """Rank the plots of each town by each person's weights.

    Parameters
    ----------
    panel : DataFrame of float, people x indicators
        As of :func:`spread`.
    worth : DataFrame of float, plots x indicators
        0..1, of the plots that are ranked.
    town : Series of str, index plot
        The town that a plot is a candidate for.

    Returns
    -------
    DataFrame of int, plots x people
        1 is the best of the town; equal scores share the better rank.

    Examples
    --------
    >>> panel = pd.DataFrame({"road": [0.8, 0.2], "labour": [0.2, 0.8]}, index=["Aida", "Bek"])
    >>> worth = pd.DataFrame({"road": [1.0, 0.0], "labour": [0.0, 1.0]}, index=["a", "b"])
    >>> ranks_by_person(panel, worth, pd.Series("osh", index=["a", "b"]))
       Aida  Bek
    a     1    2
    b     2    1
    """
    weights = _to_one(panel)
    scores = pd.DataFrame({person: score(worth, row).round(9) for person, row in weights.iterrows()})
    return scores.groupby(town.reindex(worth.index)).rank(ascending=False, method="min").astype("int64")


def agreement(ranks: pd.DataFrame, town: pd.Series) -> pd.Series:
    """Tell by town how far people agree on the order.

    Kendall's coefficient of concordance, with its correction for ties (Kendall and Babington Smith, 1939).

    Parameters
    ----------
    ranks : DataFrame of int, plots x people
        As from :func:`ranks_by_person`.
    town : Series of str, index plot

    Returns
    -------
    Series of float, index town in order of first appearance
        0 (none) to 1 (one order for all); NaN with one person, one plot, or where nobody tells the plots apart.

    Examples
    --------
    >>> ranks = pd.DataFrame({"Aida": [1, 2, 3], "Bek": [1, 3, 2]}, index=["a", "b", "c"])
    >>> agreement(ranks, pd.Series("osh", index=["a", "b", "c"])).to_dict()
    {'osh': 0.75}
    """
    of = town.reindex(ranks.index)
    told: dict[Any, float] = {name: _concordance(ranks[of == name]) for name in of.unique()}
    return pd.Series(told, dtype=np.float64, name="agreement").rename_axis("town")


def _to_one(panel: pd.DataFrame) -> pd.DataFrame:
    if fault := _wrong_weights(panel):
        raise ValueError(fault)
    return panel.div(panel.sum(axis=1), axis="index")


def _wrong_weights(panel: pd.DataFrame) -> str | None:
    given = panel.to_numpy(np.float64)
    wrong = ~(np.isfinite(given) & (given >= 0)).all(axis=1) | (given.sum(axis=1) <= 0)
    if not wrong.any():
        return None
    return f"weights of {panel.index[wrong][0]}: none may be missing or below 0, and one must be above 0"


def _concordance(ranks: pd.DataFrame) -> float:
    """Kendall's W of one town's plots x people."""
    plots, people = ranks.shape
    mean_ranks = ranks.rank(method="average")  # ties at their middle
    sums = mean_ranks.sum(axis=1)
    ties = sum(float((count**3 - count).sum()) for count in (ranks[person].value_counts() for person in ranks))
    most = people**2 * (plots**3 - plots) - people * ties
    if people < 2 or most <= 0:  # noqa: PLR2004 -- one person agrees with nobody
        return float("nan")
    return 12 * float(((sums - sums.mean()) ** 2).sum()) / most
