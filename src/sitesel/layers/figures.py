"""Figures in text: whether a mark in them stands between thousands or before decimals."""

import re
from collections.abc import Iterable
from typing import Final

BLANKS: Final = r"[\s\u00a0\u202f']"
"""What stands between thousands and is no comma or point."""

_MARK: Final = re.compile("[.,]")
_EITHER: Final = re.compile(
    r"[-+]?[1-9]\d{0,2}(?:(?:[.,]\d{3})+"
    # 1,2000: a slip in 12,000 or in 1,200; machines, which fill up with noughts, write six decimals and more.
    r"|[.,]\d{3,4}0)"
)
_NEVER: Final = re.compile(rf"[-+]?\d+[.,]\d+(?:{BLANKS}\d+)+")  # 1.200 000: blanks behind the mark


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
    >>> thousands_or_decimals(["1,2000"]), thousands_or_decimals(["1,2000", "0,8500"])
    (['1,2000'], [])
    >>> thousands_or_decimals(["1.200 000", "0.85"])
    ['1.200 000']
    """
    told = [figure.strip() for figure in figures]
    never = [figure for figure in told if _NEVER.fullmatch(figure)]
    unsure = [figure for figure in told if _EITHER.fullmatch(figure)]
    others = [figure for figure in told if not (_EITHER.fullmatch(figure) or _NEVER.fullmatch(figure))]
    mark, shown = (set(_MARK.findall("".join(some))) for some in (unsure, others))
    return never if len(mark) == 1 and mark == shown else never + unsure
