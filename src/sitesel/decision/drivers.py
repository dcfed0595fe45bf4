"""What drives the order, and what is worth finding out first: both from the draws at hand, no further runs.

A subject is one thing that could be found out. It may stand on several columns of the draws, such as the two by which
a place is moved. The draws are sorted into cells that are alike in the subject; what a mean over a cell says is what
one would know with the subject known.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

CELLS: Final = 16
"""Cells of a subject of one column: of equally many draws each, or one a value where there are no more values."""

SEVERAL: Final = 4
"""Times as many cells has a subject of several columns: of two columns eight parts each, of six two."""

SLACK: Final = 1e-9  # the cube root of 64 may come out just below 4

Subjects = Mapping[str, Sequence[str]]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]


def first_order(
    inputs: pd.DataFrame, output: npt.ArrayLike, subjects: Subjects | None = None, cells: int = CELLS
) -> pd.Series:
    """Share of an output's variance that goes with each subject alone.

    The given-data estimate by cells (Plischke, Borgonovo and Smith, 2013), in the form of Kelley's epsilon squared
    (1935), which takes off what chance alone puts between the means of cells.

    Parameters
    ----------
    inputs : DataFrame of float, draws x columns
        What was drawn.
    output : array of float, draws
        What is explained, such as the score of the first less that of the runner-up.
    subjects : mapping of str to sequence of str, optional
        The columns that each subject stands on; each column is its own where it is left out.
    cells : int
        Of a subject of one column; one of several has up to four times as many. Few draws want few.

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
    shares = {name: _explained(cell, told) for name, cell in _cells(inputs, subjects, cells)}
    return pd.Series(shares, dtype=np.float64, name="share").sort_values(ascending=False, kind="stable")


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

    The expected value of partial perfect information, from the draws of one run (Strong, Oakley and Brennan, 2014; by
    cells as in Strong and Oakley, 2013). So that chance is not taken for knowledge, the best choice of each cell is
    found in one half of the draws and valued in the other.

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
    worth = {name: min(max(_gain(cell, held), 0.0), most) for name, cell in _cells(inputs, subjects, cells)}
    return pd.Series(worth, dtype=np.float64, name="points").sort_values(ascending=False, kind="stable")


def _cells(inputs: pd.DataFrame, subjects: Subjects | None, cells: int) -> Iterator[tuple[str, Integers]]:
    """Give for each subject the number of the cell, from 0 on without a gap, of each draw."""
    for name, columns in (subjects or {str(column): [column] for column in inputs.columns}).items():
        varying = [column for column in columns if len(np.unique(inputs[column])) > 1]
        each = cells if len(varying) <= 1 else int((cells * SEVERAL) ** (1 / len(varying)) + SLACK)
        if each < 2:  # noqa: PLR2004 -- one part tells nothing apart
            raise ValueError(f"{name} stands on {len(varying)} columns that vary: split it, six can be told apart")
        parts = [_parts(inputs[column].to_numpy(np.float64), each) for column in varying]
        joint = np.zeros((len(inputs), 1), dtype=np.intp) if not parts else np.stack(parts, axis=1)
        yield name, np.unique(joint, axis=0, return_inverse=True)[1].ravel()


def _parts(column: Floats, most: int) -> Integers:
    """Sort numbers into parts of equally many, or one a value where there are no more values."""
    values, number = np.unique(column, return_inverse=True)
    if len(values) <= most:
        return number
    below = np.searchsorted(np.sort(column), values)  # equal numbers stay together
    return (below * most // len(column))[number]


def _means(cells: Integers, output: Floats, count: int) -> tuple[Floats, Floats]:
    """Draws in each cell, and mean of each column of the output there (0 where there is no draw)."""
    draws = np.bincount(cells, minlength=count).astype(np.float64)
    sums = np.stack([np.bincount(cells, weights=column, minlength=count) for column in output.T], axis=1)
    return draws, sums / np.maximum(draws, 1)[:, None]


def _explained(cells: Integers, output: Floats) -> float:
    """Epsilon squared of an output on cells, at least 0."""
    count, draws = int(cells.max()) + 1, len(output)
    total = float(((output - output.mean()) ** 2).sum())
    if count < 2 or draws <= count or total <= 1e-18 * draws:  # noqa: PLR2004 -- one cell explains nothing
        return 0.0
    means = _means(cells, output[:, None], count)[1][:, 0]
    within = float(((output - means[cells]) ** 2).sum())
    return max(0.0, 1 - within / (draws - count) / (total / (draws - 1)))


def _gain(cells: Integers, scores: Floats) -> float:
    """Mean gain of choosing by cell over choosing once; chosen in each half of the draws and valued in the other."""
    now = int(scores.mean(axis=0).argmax())
    count, half = int(cells.max()) + 1, len(scores) // 2
    first, second = slice(0, half), slice(half, None)
    gain = 0.0
    for learnt, valued in ((first, second), (second, first)):
        draws, means = _means(cells[learnt], scores[learnt], count)
        choice = np.where(draws > 0, means.argmax(axis=1), now)[cells[valued]]
        held = scores[valued]
        gain += float((held[np.arange(len(held)), choice] - held[:, now]).sum())
    return gain / len(scores)
