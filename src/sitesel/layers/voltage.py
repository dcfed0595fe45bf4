"""Voltages of sources: the highest, all levels, and whether 110 kV is one are three ways to tell the same."""

from typing import Final

import pandas as pd

LEVELS: Final = "levels_kv"
HIGH: Final = "has_110kv"
HIGH_KV: Final = 110.0


def at_level(sources: pd.DataFrame, least_kv: float, most_kv: float) -> "pd.Series[bool]":
    """Tell which sources have a voltage within bounds: any of theirs will do, none known will not.

    Parameters
    ----------
    sources : DataFrame
        ``voltage_kv``, and where they are there ``levels_kv`` (``"220;110;35"``) and ``has_110kv``.
    least_kv, most_kv : float
        Both count.

    Examples
    --------
    >>> told = pd.DataFrame({"voltage_kv": [220.0, 220.0, 500.0, None], "levels_kv": [None, None, "500;110", None],
    ...                      "has_110kv": [True, False, None, None]})
    >>> at_level(told, 110, 110).tolist()
    [True, False, True, False]
    """
    fits: pd.Series[bool] = sources["voltage_kv"].astype(float).between(least_kv, most_kv)
    if LEVELS in sources:
        known = sources[LEVELS].dropna().unique()  # few: judged once each
        fits |= sources[LEVELS].isin([levels for levels in known if _one_between(str(levels), least_kv, most_kv)])
    if HIGH in sources and least_kv <= HIGH_KV <= most_kv:
        fits |= sources[HIGH].eq(True)  # noqa: FBT003 -- not known is not 110 kV
    return fits


def no_voltage(sources: pd.DataFrame) -> "pd.Series[bool]":
    """Tell of which sources no voltage is known at all."""
    told: pd.Series[bool] = sources["voltage_kv"].notna()
    if LEVELS in sources:
        told |= sources[LEVELS].notna()
    if HIGH in sources:
        told |= sources[HIGH].eq(True)  # noqa: FBT003 -- as above
    return ~told


def _one_between(levels: str, least_kv: float, most_kv: float) -> bool:
    return any(least_kv <= float(kv) <= most_kv for kv in levels.split(";") if kv.strip())
