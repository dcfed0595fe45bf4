"""Figures that mappers write as text: people and volts. What is not understood stays unknown; nothing is guessed."""

import math
import re
from typing import Final

_PEOPLE: Final = re.compile(
    r"(?:~|≈|ca?\.?|about|около|примерно)?\s*"
    r"(?:(?:19|20)\d\d\s*(?:г\.?)?\s*[:=]\s*~?\s*)?"
    r"(\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+|\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:\.\d{3}){2,}|\d+)"
    r"\s*(?:\((?:[^()]*\D)?(?:19|20)\d\d[^()]*\)|people|inhabitants|hab\.?|чел\.?|человек|киши)?",
    re.IGNORECASE,
)
_VOLTS: Final = re.compile(r"(\d+(?:[.,]\d{1,2})?)\s*(kv|кв|v|в)?", re.IGNORECASE)
_KILO: Final = frozenset({"kv", "кв"})
LEAST_V: Final = 200.0  # no network has less: a bare 110 is meant as kilovolts or as nothing
MOST_KV: Final = 1200.0  # the highest that was ever built


def people(text: str | None) -> float:
    """Read a population.

    Parameters
    ----------
    text : str or None
        As tagged.

    Returns
    -------
    float
        NaN where it is not there or not understood: a span (``500-700``), a bound (``<100``), one mark that may stand
        between thousands or before decimals (``3.500``); two such (``1,234,567``) stand between thousands.

    Examples
    --------
    >>> [people(text) for text in ("12 345", "~500", "2009: 3400", "1,234,567", "1540 (2021)", "0")]
    [12345.0, 500.0, 3400.0, 1234567.0, 1540.0, 0.0]
    >>> [people(text) for text in ("500-700", "<100", "many", "1.5 million", "3.500", "3,500")]
    [nan, nan, nan, nan, nan, nan]
    """
    found = _PEOPLE.fullmatch((text or "").strip())
    return float(re.sub(r"\D", "", found[1])) if found else math.nan


def kilovolts(text: str | None) -> tuple[float, ...]:
    """Read the levels of a voltage, the highest first.

    Parameters
    ----------
    text : str or None
        As tagged: volts, by OpenStreetMap's own rule, where no unit stands beside.

    Returns
    -------
    tuple of float
        In kV; empty where none is told or understood.

    Examples
    --------
    >>> [kilovolts(text) for text in ("110000;35000", "110 kV", "35 кВ / 10 кВ", "400")]
    [(110.0, 35.0), (110.0,), (35.0, 10.0), (0.4,)]
    >>> [kilovolts(text) for text in ("medium", "110/10", "110000,35000", "9999999", None)]
    [(), (), (), (), ()]
    >>> [kilovolts(text) for text in ("330/220 kV", "110;35;10 kV", "10/0,4 кВ", "400;10 kV")]
    [(330.0, 220.0), (110.0, 35.0, 10.0), (10.0, 0.4), (10.0, 0.4)]
    """
    groups = [[_VOLTS.fullmatch(part.strip()) for part in group.split("/")] for group in (text or "").split(";")]
    in_kilo = any(found and _unit(found) in _KILO for group in groups for found in group)
    levels = {_level(found, group[-1], in_kilo=in_kilo) for group in groups for found in group if found}
    return tuple(sorted((level for level in levels if level), reverse=True))


def _unit(found: "re.Match[str]") -> str:
    return (found[2] or "").lower()


def _level(found: "re.Match[str]", last: "re.Match[str] | None", *, in_kilo: bool) -> float:
    """Read one level in kV; 0 where it can be none.

    A unit at the end of figures with strokes between is the unit of all (``330/220 kV``). Elsewhere a figure that is
    too small for volts is meant as kilovolts where another one is (``110;35;10 kV``).
    """
    figure = float(found[1].replace(",", "."))
    unit = _unit(found) or (_unit(last) if last and figure <= MOST_KV else "")
    if not unit and figure < LEAST_V and in_kilo:
        unit = "kv"
    volts = figure * 1000 if unit in _KILO else figure
    return volts / 1000 if LEAST_V <= volts <= MOST_KV * 1000 else 0.0
