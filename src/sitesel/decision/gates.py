"""What a plot must pass before it is ranked: rules, ground, and something known in every criterion."""

from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

LEAST_GROUND: Final = 0.8
"""Least usable ground of a ranked plot, as a share of what its town needs."""


class Gate(StrEnum):
    """A gate that a plot can fail, in the order in which they are tried."""

    RULE = "rule"
    GROUND = "ground"
    UNKNOWN = "unknown"


def failed_gates(
    barred: "pd.Series[bool]",
    ground: pd.Series,
    known: pd.DataFrame,
    *,
    criterion: pd.Series,
    weights: pd.Series,
    least_ground: float = LEAST_GROUND,
) -> pd.DataFrame:
    """Tell which gate each plot fails first.

    Screening before compensation: a score weighs good against bad, so what no score may buy back is asked before it
    (conjunctive rules; Hwang and Yoon, 1981, ch. 3).

    Parameters
    ----------
    barred : Series of bool, index plot
        Whether a rule excludes the plot for certain.
    ground : Series of float, index plot
        Usable ground over what the plot's town needs (1 is enough). Not known (NaN) fails: nobody has shown room.
    known : DataFrame of bool, plots x indicators
        Whether something is known of the indicator: less than its whole value function is possible.
    criterion : Series of str, index indicator
        The criterion that each indicator belongs to.
    weights : Series of float, index indicator
        Of the whole. An indicator of weight 0 makes nothing known in its criterion.
    least_ground : float
        Least ``ground``.

    Returns
    -------
    DataFrame, index plot
        ``gate`` (a :class:`Gate` as str, or None: the plot is ranked) and ``detail`` (the criterion of which nothing is
        known, the first in the order of ``criterion``; None at the other gates).

    Examples
    --------
    >>> plots = ["a", "b", "c", "d"]
    >>> known = pd.DataFrame({"road": True, "pool": [True, True, True, False]}, index=plots)
    >>> failed_gates(
    ...     pd.Series([False, True, False, False], index=plots),
    ...     pd.Series([1.2, 1.0, 0.3, 0.9], index=plots),
    ...     known,
    ...     criterion=pd.Series({"road": "road", "pool": "labour"}),
    ...     weights=pd.Series({"road": 0.4, "pool": 0.6}),
    ... )
          gate  detail
    a     None    None
    b     rule    None
    c   ground    None
    d  unknown  labour
    """
    plots = barred.index
    missing = _first_unknown(known.reindex(plots), criterion, weights)
    small = ~(ground.reindex(plots).to_numpy(np.float64) >= least_ground - 1e-9)  # 0.8 from a division may be less
    failed = [barred.to_numpy(bool), small, missing.notna().to_numpy(bool)]
    gate = pd.Series(np.select(failed, [each.value for each in Gate], ""), index=plots, dtype=object)
    return pd.DataFrame({"gate": gate.where(gate != "", None), "detail": missing.where(gate == Gate.UNKNOWN, None)})


def _first_unknown(known: pd.DataFrame, criterion: pd.Series, weights: pd.Series) -> pd.Series:
    """Name for each plot the first criterion with weight of which nothing is known; None where there is none."""
    weighted = known.columns[weights.reindex(known.columns).to_numpy(np.float64) > 0]
    of = criterion.reindex(weighted)
    some = known[weighted].T.groupby(of, sort=False).any().T
    order = [name for name in criterion.unique() if name in some.columns]
    told = [next((name for name in order if not row[name]), None) for row in some.to_dict("records")]
    return pd.Series(told, index=known.index, dtype=object)
