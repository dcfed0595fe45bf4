"""Values of ``...:conditional`` keys: which of them hold for a mode in a season.

A season stands for its middle month: summer is July, winter January. Dates count by the month: one holds where it
covers most of that month. Hours, weekdays and weather are not modelled.
"""

import calendar
import re
from typing import Final

from sitesel.network.osm_sizes import parse_size
from sitesel.network.vehicles import vehicle

MONTH_OF: Final = {"summer": 7, "winter": 1}
SEASON_MONTHS: Final = {"winter": {12, 1, 2}, "spring": {3, 4, 5}, "summer": {6, 7, 8}, "autumn": {9, 10, 11}}

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = rf"(?:{'|'.join(_MONTHS)})"
_SPAN: Final = re.compile(
    rf"(?:\d{{4}}\s+)?(?P<first>{_MONTH})[a-z]*\.?(?:\s*(?P<from>\d{{1,2}}))?"
    rf"(?:\s*[-–]\s*(?:\d{{4}}\s+)?(?P<last>{_MONTH})?[a-z]*\.?(?:\s*(?P<to>\d{{1,2}}))?)?",
    re.IGNORECASE,
)
_COMPARISON: Final = re.compile(
    r"(weight|maxweight|axleload|height|length|width)\s*(>=|<=|>|<|=)\s*([^<>=]+)", re.IGNORECASE
)
_DAYS: Final = (0, *(calendar.monthrange(2001, month)[1] for month in range(1, 13)))
_CLAUSE: Final = re.compile(r"\s*([^@;]+?)\s*@\s*(\([^)]*\)|[^;]+)")


def clauses(text: str) -> list[tuple[str, str]]:
    """Each value of a conditional key and its condition.

    Examples
    --------
    >>> clauses("no @ (Nov-Mar); 60 @ wet")
    [('no', '(Nov-Mar)'), ('60', 'wet')]
    """
    return [(str(value), str(condition)) for value, condition in _CLAUSE.findall(text)]


def conditional_value(text: str, mode: str, season: str) -> str | None:
    """Value whose condition holds; of several the last, as OSM has it.

    Examples
    --------
    >>> conditional_value("no @ (Nov 1-Mar 31); destination @ (weight>7.5)", "truck", "winter")
    'destination'
    >>> conditional_value("no @ (Nov-Mar)", "car", "summer") is None
    True
    """
    held = [value for value, condition in clauses(text) if condition_holds(condition, mode, season)]
    return held[-1] if held else None


def condition_holds(text: str, mode: str, season: str) -> bool | None:
    """Whether a condition holds for a mode in a season.

    Returns
    -------
    bool or None
        None where it is of a kind that is not modelled.

    Examples
    --------
    >>> condition_holds("(Oct-Apr AND weight>3.5)", "truck", "winter")
    True
    >>> condition_holds("Mo-Fr 07:00-09:00", "car", "winter") is None
    True
    """
    parts = re.split(r"\s+AND\s+", text.strip().strip("()"), flags=re.IGNORECASE)
    answers = [_one_condition(part.strip(), mode, season) for part in parts]
    if False in answers:
        return False
    return None if None in answers else True


def not_modelled(text: str, mode: str, season: str) -> bool:
    """Whether a conditional key has a condition of a kind that is not modelled, or none at all.

    Examples
    --------
    >>> [not_modelled(text, "car", "summer") for text in ("no @ (Nov-Mar)", "no @ (22:00-06:00)", "no")]
    [False, True, True]
    """
    given = clauses(text)
    return not given or any(condition_holds(condition, mode, season) is None for _, condition in given)


def _one_condition(text: str, mode: str, season: str) -> bool | None:
    if text.lower() in SEASON_MONTHS:
        return MONTH_OF[season] in SEASON_MONTHS[text.lower()]
    comparison = _COMPARISON.fullmatch(text)
    if comparison:
        return _compares(comparison[1].lower(), comparison[2], comparison[3], mode)
    spans = [_SPAN.fullmatch(part.strip()) for part in re.split("[,;]", text)]
    if None in spans:
        return None
    days = sum(_days_of_month(span, MONTH_OF[season]) for span in spans if span is not None)
    return 2 * days > _DAYS[MONTH_OF[season]]


def _compares(what: str, sign: str, figure: str, mode: str) -> bool | None:
    limit = parse_size(figure)
    if limit is None:
        return None
    own = vehicle(mode)
    size = {
        "weight": own.gross_t,
        "maxweight": own.gross_t,
        "axleload": own.axle_t,
        "height": own.height_m,
        "length": own.length_m,
        "width": own.width_m,
    }[what]
    return {">": size > limit, ">=": size >= limit, "<": size < limit, "<=": size <= limit, "=": size == limit}[sign]


def _days_of_month(span: "re.Match[str]", month: int) -> int:
    """How many days of a month a span of dates covers; spans may run over the new year."""
    first = _MONTHS.index(span["first"].lower()) + 1
    alone = span["last"] is None and span["to"] is None
    last = first if span["last"] is None else _MONTHS.index(span["last"].lower()) + 1
    begin = int(span["from"] or 1)
    end = begin if alone and span["from"] else int(span["to"] or _DAYS[last])
    low, high = (first, begin), (last, end)
    days = [(month, day) for day in range(1, _DAYS[month] + 1)]
    if low <= high:
        return sum(low <= day <= high for day in days)
    return sum(day >= low or day <= high for day in days)
