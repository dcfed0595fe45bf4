"""Figures as they are told: no finer than they are known."""

import math
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from sitesel.schema import column

THOUSAND: Final = 1_000.0
MONEY: Final = frozenset({"USD", "of the currency"})
EXACT_BELOW: Final = 1000
FEW_JOBS: Final = 10


def rounded(value: Any, decimals: int) -> float | int | None:  # noqa: ANN401 - cells of any number type
    """Round a cell as it will be shown; ``None`` where nothing is known."""
    if value is None or pd.isna(value) or not math.isfinite(float(value)):
        return None
    figure = round(float(value), decimals)
    return int(figure) if figure == int(figure) else figure


def share(value: Any) -> float:  # noqa: ANN401 - cells of any number type
    """Share 0..1 as percent; NaN stays NaN."""
    return float(value) * 100.0 if pd.notna(value) else math.nan


def shown(table: str, name: str, value: Any) -> float | int | None:  # noqa: ANN401 - cells of any number type
    """Round a figure as its column is shown to a reader: a share in percent, money in thousands.

    Parameters
    ----------
    table, name : str
        As :mod:`sitesel.schema` has them.
    value : number
        NaN where not known.

    Examples
    --------
    >>> shown("land.table", "over_8", 0.254), shown("connections.joined", "usd_mid", 5_287_449.0)
    (25, 5287.4)
    """
    told = column(table, name)
    if pd.notna(value):
        value = share(value) if told.unit == "share" else float(value) / THOUSAND if told.unit in MONEY else value
    return rounded(value, told.shown or 0)


def truth(value: Any) -> bool | None:  # noqa: ANN401 - cells of any type
    """Tell whether a flag is set; ``None`` where it cannot be told."""
    return None if value is None or pd.isna(value) else bool(value)


def known_percent(known_weight: Any) -> float:  # noqa: ANN401 - cells of any number type
    """Known weight in whole percent, never more than there is; a sum of weights may lack its last bit."""
    return float(np.floor(share(known_weight) + 1e-9))


def whole_people(value: Any) -> int | None:  # noqa: ANN401 - cells of any number type
    """Round people as a rough count is told: to hundreds, below a thousand to tens.

    Parameters
    ----------
    value : number
        NaN where not known.

    Returns
    -------
    int or None

    Examples
    --------
    >>> whole_people(430_161.5), whole_people(578.2), whole_people(float("nan"))
    (430200, 580, None)
    """
    figure = rounded(value, 0)
    if figure is None:
        return None
    return int(round(figure, -1 if abs(figure) < EXACT_BELOW else -2))


def per_job(value: Any) -> float | int | None:  # noqa: ANN401 - cells of any number type
    """Round people for each job: a decimal where there are few.

    Examples
    --------
    >>> per_job(39.19), per_job(6.51)
    (39, 6.5)
    """
    known = rounded(value, 1)
    return known if known is None or known < FEW_JOBS else rounded(known, 0)


def whole_parts(parts: Iterable[float]) -> list[int]:
    """Round parts of a sum to whole ones that add up to the sum as it is rounded itself.

    The parts that lost most by rounding down are rounded up (Hare's largest remainders).

    Parameters
    ----------
    parts : iterable of float
        NaN counts as nothing.

    Examples
    --------
    >>> whole_parts([10.4, 20.4, 30.4]), whole_parts([0.5, float("nan")])
    ([11, 20, 30], [0, 0])
    """
    known = np.nan_to_num(np.fromiter(parts, dtype=np.float64))
    whole = np.floor(known + 1e-9)
    left = round(float(known.sum())) - int(whole.sum())
    whole[np.argsort(whole - known, kind="stable")[:left]] += 1
    return [int(part) for part in whole]
