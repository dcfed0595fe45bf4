"""What drives the order, and what is worth finding out first: both from the draws at hand, no further runs.

A subject is one thing that could be found out. It may stand on several columns of the draws, such as the two by which
a place is moved. What the outputs are on average with the subject known is fitted: by cells of equally many draws for
a subject of one column, by a quadratic with its products for a subject of several.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sitesel.arrays import Floats

CELLS: Final = 16
"""Cells of a subject of one column: of equally many draws each, or one a value where there are no more values."""

SAME: Final = 1e-18  # a variance below is that of rounding
DECIMALS: Final = 9  # of shares and points: below these, machines differ

Subjects = Mapping[str, Sequence[str]]


def first_order(
    inputs: pd.DataFrame, output: npt.ArrayLike, subjects: Subjects | None = None, cells: int = CELLS
) -> pd.Series:
    """Share of an output's variance that goes with each subject alone.

    The given-data estimate (Plischke, Borgonovo and Smith, 2013): the share that a fit on the subject explains, less
    what as many terms explain by chance (Kelley's epsilon squared, 1935; for several columns the adjusted R squared).

    Parameters
    ----------
    inputs : DataFrame of float, draws x columns
        What was drawn.
    output : array of float, draws
        What is explained, such as the score of the first less that of the runner-up.
    subjects : mapping of str to sequence of str, optional
        The columns that each subject stands on, for a place by how much it is moved to the east and to the north; each
        column is its own where it is left out.
    cells : int
        Most cells of a subject of one column; few draws want few.

    Returns
    -------
    Series of float, index subject
        0..1, largest first. They add up to 1 at most, but for sampling error; what is missing is joint effects. All 0
        where the output does not vary.

    Examples
    --------
    >>> from sitesel.decision.drawing import quasi_random
    >>> drawn = quasi_random(1024, ["place", "cost"], seed=1)
    >>> first_order(drawn, 2 * drawn["place"] + drawn["cost"]).round(1).to_dict()
    {'place': 0.8, 'cost': 0.2}
    """
    told = np.asarray(output, dtype=np.float64)
    shares = {name: _explained(terms, told) for name, terms in _subjects(inputs, subjects, cells)}
    return pd.Series(shares, dtype=np.float64, name="share").round(DECIMALS).sort_values(ascending=False, kind="stable")


def total_order(output: npt.ArrayLike, anew: npt.ArrayLike) -> float:
    """Share of an output's variance that goes with a subject, alone or together with others.

    The estimate of Jansen (1999): half the mean square by which the output changes when the subject is drawn anew and
    all else stays. No estimate from given data: who asks must be able to work the output out again.

    Parameters
    ----------
    output : array of float, draws
    anew : array of float, draws
        The same with the subject drawn anew, apart from what it was.

    Returns
    -------
    float
        0 on; 0 where the output does not vary. What is above the share of the first order is joint with others.

    Examples
    --------
    >>> place, anew = np.array([0.0, 1.0] * 4), np.array([0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0])
    >>> cost = np.array([0.0, 0.0, 1.0, 1.0] * 2)
    >>> total_order(place * cost, anew * cost)
    0.666666667
    """
    before, after = np.asarray(output, dtype=np.float64), np.asarray(anew, dtype=np.float64)
    variance = float(before.var())
    return round(float(((before - after) ** 2).mean()) / 2 / variance, DECIMALS) if variance > SAME else 0.0


def expected_regret(scores: npt.ArrayLike) -> float:
    """Points that are lost on average because one plot is chosen before anything is known.

    The expected value of perfect information (Raiffa and Schlaifer, 1961): the mean over the draws of the best score,
    less the best mean score.

    Parameters
    ----------
    scores : array of float, draws x choices
        Of the plots of a town, or of the programmes at choice.

    Examples
    --------
    >>> expected_regret([[70.0, 60.0], [70.0, 90.0]])
    5.0
    """
    held = np.asarray(scores, dtype=np.float64)
    return float(held.max(axis=1).mean() - held.mean(axis=0).max())


def value_of_knowing(
    inputs: pd.DataFrame, scores: npt.ArrayLike, subjects: Subjects | None = None, cells: int = CELLS
) -> pd.Series:
    """By how much the expected regret of the choice would fall if one subject were known: what to ask for first.

    The expected value of partial perfect information by regression on the draws of one run (Strong, Oakley and Brennan,
    2014). So that chance is not taken for knowledge, what to choose is fitted in one half of the draws and valued in
    the other; so it is rather too small than too large.

    Parameters
    ----------
    inputs : DataFrame of float, draws x columns
        What was drawn. The halves are the first and the second: with draws of
        :func:`~sitesel.decision.drawing.quasi_random` each is even by itself.
    scores : array of float, draws x choices
        Of the plots of a town, or of the programmes at choice.
    subjects : mapping of str to sequence of str, optional
        As of :func:`first_order`.
    cells : int
        As of :func:`first_order`.

    Returns
    -------
    Series of float, index subject
        In points of the score, largest first; never below 0 nor above :func:`expected_regret`.

    Examples
    --------
    >>> from sitesel.decision.drawing import quasi_random
    >>> drawn = quasi_random(1024, ["capacity", "noise"], seed=1)
    >>> scores = np.stack([np.full(1024, 50.0), 40 + 20 * drawn["capacity"]], axis=1)
    >>> value_of_knowing(drawn, scores).round(1).to_dict()
    {'capacity': 2.5, 'noise': 0.0}
    """
    held = np.asarray(scores, dtype=np.float64)
    most = max(expected_regret(held), 0.0)
    worth = {name: min(max(_gain(terms, held), 0.0), most) for name, terms in _subjects(inputs, subjects, cells)}
    return pd.Series(worth, dtype=np.float64, name="points").round(DECIMALS).sort_values(ascending=False, kind="stable")


def _subjects(inputs: pd.DataFrame, subjects: Subjects | None, cells: int) -> Iterator[tuple[str, Floats]]:
    """Give each subject with what is fitted of it: draws x terms."""
    for name, columns in (subjects or {str(column): [column] for column in inputs.columns}).items():
        varying = [column for column in columns if len(np.unique(inputs[column])) > 1]
        held = inputs[varying].to_numpy(np.float64)
        yield name, _in_cells(held[:, 0], cells) if len(varying) == 1 else _quadratic(held)


def _in_cells(column: Floats, cells: int) -> Floats:
    """Tell in which cell each draw is: draws x cells, 0 or 1."""
    values, number = np.unique(column, return_inverse=True)
    if len(values) > cells:
        below = np.searchsorted(np.sort(column), values)  # equal numbers stay together
        number = (below * cells // len(column))[number]
    inside: Floats = (number[:, None] == np.unique(number)).astype(np.float64)
    return inside


def _quadratic(columns: Floats) -> Floats:
    """Give the terms of a quadratic with its products, each column on a scale of one standard deviation."""
    scaled = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    pairs = combinations_with_replacement(range(columns.shape[1]), 2)
    return np.column_stack(
        [np.ones(len(columns)), scaled, *(scaled[:, one] * scaled[:, other] for one, other in pairs)]
    )


def _fit(terms: Floats, outputs: Floats) -> tuple[Floats, int]:
    """Fit outputs by least squares: terms x outputs, and how many terms differ.

    By the normal equations, which are few; of terms that say the same (weights add up to 1) the smallest fit is taken.
    """
    fit, _, rank, _ = np.linalg.lstsq(terms.T @ terms, terms.T @ outputs, rcond=1e-10)
    return fit.astype(np.float64), int(rank)


def _explained(terms: Floats, output: Floats) -> float:
    """Share of an output's variance that a fit explains, less what as many terms explain by chance; at least 0."""
    draws, off = len(output), output - output.mean()
    total = float((off**2).sum())
    fit, rank = _fit(terms, off[:, None])
    if draws <= rank or total <= 1e-18 * draws:
        return 0.0
    left = float(((off - (terms @ fit)[:, 0]) ** 2).sum())
    return max(0.0, 1 - left / (draws - rank) / (total / (draws - 1)))


def _gain(terms: Floats, scores: Floats) -> float:
    """Mean gain of choosing by a fit over choosing once: fitted in each half of the draws, valued in the other.

    What a half has not seen (a value so rare that the other half alone drew it) leaves the means as they are.
    """
    now, half = int(scores.mean(axis=0).argmax()), len(scores) // 2
    first, second = slice(0, half), slice(half, None)
    gain = 0.0
    for learnt, valued in ((first, second), (second, first)):
        mean = scores[learnt].mean(axis=0)
        fit, _ = _fit(terms[learnt], scores[learnt] - mean)
        choice = (mean + terms[valued] @ fit).argmax(axis=1)
        held = scores[valued]
        gain += float((held[np.arange(len(held)), choice] - held[:, now]).sum())
    return gain / len(scores)
