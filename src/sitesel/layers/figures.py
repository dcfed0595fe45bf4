"""Figures in text: whether a mark in them stands between thousands or before decimals."""

import re
from collections.abc import Iterable
from typing import Final

_EITHER: Final = re.compile(r"[-+]?[1-9]\d{0,2}(?:[.,]\d{3})+")
_MARK: Final = re.compile("[.,]")


def thousands_or_decimals(figures: Iterable[str]) -> list[str]:
    """Find figures of which nobody can tell: 1.200, unless others show by the same mark, and no other, what it is.

    Parameters
    ----------
    figures : iterable of str
        That stand together: a column, a list.

    Examples
    --------
    >>> thousands_or_decimals(["1.200", "8"]), thousands_or_decimals(["1.200", "0,85"])
    (['1.200'], ['1.200'])
    >>> thousands_or_decimals(["1.200", "0.85"])
    []
    """
    told = [figure.strip() for figure in figures]
    unsure = [figure for figure in told if _EITHER.fullmatch(figure)]
    others = [figure for figure in told if not _EITHER.fullmatch(figure)]
    mark, shown = (set(_MARK.findall("".join(some))) for some in (unsure, others))
    return [] if len(mark) == 1 and mark == shown else unsure
