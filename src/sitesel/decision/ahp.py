"""Weights from pairwise comparisons: the analytic hierarchy process."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

RANDOM_INDEX: Final = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Mean consistency index of random comparisons of 1, 2, ... things (Saaty, 1980, ch. 1)."""

LARGEST_RATIO: Final = 0.1
"""Consistency ratio above which comparisons are asked again (Saaty, 1980)."""


@dataclass(frozen=True, eq=False)
class Compared:
    """What pairwise comparisons come to.

    Parameters
    ----------
    weights : Series of float
        Add up to 1.
    ratio : float
        Consistency ratio: 0 where the comparisons agree with one another; above ``LARGEST_RATIO`` ask again.
    """

    weights: pd.Series
    ratio: float


def from_pairs(matrix: pd.DataFrame) -> Compared:
    """Make weights from a matrix of pairwise comparisons.

    The weights are the principal eigenvector (Saaty, 1980). The consistency ratio is ``(l - n) / (n - 1)``, with ``l``
    the principal eigenvalue, over that of random comparisons.

    Parameters
    ----------
    matrix : DataFrame of float, things x things
        By how many times the row counts more than the column, usually 1/9..9.

    Returns
    -------
    Compared

    Raises
    ------
    ValueError
        As :func:`fault_in_pairs` says.

    Examples
    --------
    >>> names = ["road", "labour", "power"]
    >>> found = from_pairs(pd.DataFrame([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]], index=names, columns=names))
    >>> found.weights.round(3).to_dict(), abs(round(found.ratio, 3))
    ({'road': 0.571, 'labour': 0.286, 'power': 0.143}, 0.0)
    """
    if fault := fault_in_pairs(matrix):
        raise ValueError(fault)
    values, vectors = np.linalg.eig(matrix.to_numpy(np.float64))
    largest = int(np.argmax(values.real))
    vector: npt.NDArray[np.float64] = np.abs(vectors[:, largest].real)
    count = len(matrix)
    by_chance = RANDOM_INDEX[count - 1]
    index = (float(values[largest].real) - count) / max(count - 1, 1)
    ratio = max(index, 0.0) / by_chance if by_chance > 0 else 0.0
    return Compared(pd.Series(vector / vector.sum(), index=matrix.index, name="weight"), ratio)


def fault_in_pairs(matrix: pd.DataFrame) -> str | None:
    """Say what is wrong with a matrix of pairwise comparisons.

    Returns
    -------
    str or None
        One sentence with the remedy, or None where all is well.

    Examples
    --------
    >>> fault_in_pairs(pd.DataFrame([[1.0, 3.0], [0.5, 1.0]], index=["road", "pool"], columns=["road", "pool"]))
    'road over pool is 3, so pool over road must be 0.333333, not 0.5'
    """
    if list(matrix.index) != list(matrix.columns):
        return "rows and columns must name the same things in the same order"
    if not 1 <= len(matrix) <= len(RANDOM_INDEX):
        return f"compare at most {len(RANDOM_INDEX)} things, not {len(matrix)}: group them"
    pairs = matrix.to_numpy(np.float64)
    if not (np.isfinite(pairs) & (pairs > 0)).all():
        return "every comparison must be a number above 0"
    wrong = np.argwhere(~np.isclose(pairs * pairs.T, 1.0, rtol=0.01))  # 0.33 is taken for a third
    if not len(wrong):
        return None
    row, column = wrong[0]
    if row == column:
        return f"{matrix.index[row]} over {matrix.index[row]} is {pairs[row, row]:g}; over itself a thing is 1"
    this, that = matrix.index[row], matrix.index[column]
    return (
        f"{this} over {that} is {pairs[row, column]:g}, so {that} over {this} must be {1 / pairs[row, column]:g}, "
        f"not {pairs[column, row]:g}"
    )
