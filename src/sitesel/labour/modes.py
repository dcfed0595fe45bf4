"""Who travels how: several modes, each with its own network times, mixed."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Literal

import numpy as np
import pandas as pd

from sitesel.arrays import Floats
from sitesel.decision import weights
from sitesel.labour.decay import decayed

How = Literal["own", "best"]


def willing(
    seconds: Mapping[str, pd.DataFrame],
    shares: Mapping[str, float],
    decay: Callable[[Floats], Floats],
    how: How,
) -> pd.DataFrame:
    """Share of each settlement's people who would come to each plot, by all modes together.

    Parameters
    ----------
    seconds : mapping of mode to DataFrame of float, settlements x plots
        From home to work; NaN where there is no way by that mode. All on the same index and columns.
    shares : mapping of mode to float
        Part of the people who travel so; together 1.
    decay : callable
        Minutes to shares.
    how : {"own", "best"}
        ``own``: each person by their own mode, so the shares are averaged. ``best``: everyone by the fastest mode of
        those with a share, which says what the roads would allow.

    Returns
    -------
    DataFrame of float, settlements x plots
        0..1; NaN where no mode has a way.

    Examples
    --------
    >>> from functools import partial
    >>> from sitesel.labour.decay import exponential
    >>> half = partial(exponential, half_minutes=30)
    >>> seconds = {"car": pd.DataFrame({"plot": [1800.0]}), "walk": pd.DataFrame({"plot": [3600.0]})}
    >>> willing(seconds, {"car": 0.4, "walk": 0.6}, half, "own").loc[0, "plot"].round(9)  # 0.4 x 0.5 + 0.6 x 0.25
    np.float64(0.35)
    >>> willing(seconds, {"car": 0.4, "walk": 0.6}, half, "best").loc[0, "plot"]
    np.float64(0.5)
    """
    used = _used(seconds, shares)
    if how == "best":
        return decayed(_fastest(used), decay)
    return _over_modes({mode: decayed(table, decay) for mode, table in used.items()}, shares).where(
        _fastest(used).notna()
    )


def seconds_of(seconds: Mapping[str, pd.DataFrame], shares: Mapping[str, float], how: How) -> pd.DataFrame:
    """One travel time a pair: the fastest mode's, or the mean over the people who have a way by their own.

    Parameters
    ----------
    seconds : mapping of mode to DataFrame of float, settlements x plots
    shares : mapping of mode to float
        Together 1.
    how : {"own", "best"}
        As for :func:`willing`.

    Returns
    -------
    DataFrame of float, settlements x plots
        NaN where no mode has a way.

    Examples
    --------
    >>> seconds = {"car": pd.DataFrame({"p": [600.0, 600.0]}), "walk": pd.DataFrame({"p": [1800.0, np.nan]})}
    >>> seconds_of(seconds, {"car": 0.25, "walk": 0.75}, "own")["p"].tolist()
    [1500.0, 600.0]
    """
    used = _used(seconds, shares)
    if how == "best" or len(used) == 1:
        return _fastest(used)
    able = _over_modes({mode: table.notna().astype(np.float64) for mode, table in used.items()}, shares)
    return _over_modes(used, shares) / able.where(able > 0)


def _used(seconds: Mapping[str, pd.DataFrame], shares: Mapping[str, float]) -> dict[str, pd.DataFrame]:
    if fault := weights.fault_in(shares):
        raise ValueError(f"shares of modes: {fault}")
    if missing := sorted(mode for mode, part in shares.items() if part > 0 and mode not in seconds):
        raise ValueError(f"shares of modes: no travel times by {', '.join(missing)}")
    return {mode: seconds[mode] for mode, part in shares.items() if part > 0}


def _over_modes(tables: Mapping[str, pd.DataFrame], shares: Mapping[str, float]) -> pd.DataFrame:
    """Sum of the tables, each times its mode's share; NaN counts as 0."""
    return reduce(pd.DataFrame.add, (table.fillna(0.0) * shares[mode] for mode, table in tables.items()))


def _fastest(seconds: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    tables = list(seconds.values())
    least = np.fmin.reduce([table.to_numpy(np.float64) for table in tables])
    return pd.DataFrame(least, index=tables[0].index, columns=tables[0].columns)
