"""Figures of OSM's size signs: ``maxheight``, ``maxweight``, ``width`` and their kin."""

import re
from typing import Final

METRES_PER_FOOT: Final = 0.3048

_FIGURE: Final = re.compile(r"[~<≤]?\s*(\d[\d ]*(?:[.,]\d+)*)\s*([a-zмткг]*)\.?")
_FEET: Final = re.compile(
    r"""(?P<feet>\d+(?:\.\d+)?)\s*(?:'|′|’|ft\.?|feet|foot)\s*-?\s*(?:(?P<inches>\d+(?:\.\d+)?)\s*(?:"|″|”|''|in\.?|inch(?:es)?)?)?"""
)
_INCHES: Final = re.compile(r"""(\d+(?:\.\d+)?)\s*(?:"|″|”|''|in|inch(?:es)?)""")
_METRES_AND_CM: Final = re.compile(r"(\d+)\s*m\s*(\d{2})(?:\s*cm)?")
_RANGE: Final = re.compile(r"(?<=\d)\s*[-–]\s*(?=\d)")
_MOST_WITHOUT_UNIT: Final = 200.0  # more is in another unit: no road is signed for so many metres or tonnes
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+")
_UNITS: Final = {
    **dict.fromkeys(("", "t", "to", "ton", "tons", "tonne", "tonnes", "tn", "mt", "metrictons", "т"), 1.0),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "mtr", "м"), 1.0),
    **dict.fromkeys(("kg", "kgs", "kilogram", "kilograms", "кг"), 0.001),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), 0.00045359237),
    **dict.fromkeys(("st", "shortton", "shorttons"), 0.90718474),
    **dict.fromkeys(("lt", "longton", "longtons"), 1.0160469088),
    "cwt": 0.05080234544,
    "cm": 0.01,
    "mm": 0.001,
}


def parse_size(text: str) -> float | None:
    r"""Figure of a size sign, in metres or tonnes; of several (``"3.5;4"``) and of a range the smallest.

    Parameters
    ----------
    text : str
        In metres or tonnes where no unit is written; a comma before three digits of a figure in kilograms or pounds
        parts thousands, else it is a decimal one.

    Returns
    -------
    float or None
        None where it states no figure or is not understood.

    Examples
    --------
    >>> [parse_size(text) for text in ("3.5", "7,5 t", "7.5 tonnes", "3500 kg", "320 cm", "4 m; 3.8 m", "default")]
    [3.5, 7.5, 7.5, 3.5, 3.2, 3.8, None]
    >>> [round(parse_size(text), 2) for text in ("12'6\"", "12 ft 6 in", "12'", "26,000 lbs")]
    [3.81, 3.81, 3.66, 11.79]
    """
    parts = re.split(r"[;|/]", _RANGE.sub(";", text.lower()))
    known = [size for part in parts if (size := _one_size(part.strip())) is not None]
    return min(known) if known else None


def _one_size(text: str) -> float | None:
    if feet := _FEET.fullmatch(text):
        return (float(feet["feet"]) + float(feet["inches"] or 0) / 12) * METRES_PER_FOOT
    if inches := _INCHES.fullmatch(text):
        return float(inches[1]) / 12 * METRES_PER_FOOT
    if both := _METRES_AND_CM.fullmatch(text):
        return int(both[1]) + int(both[2]) / 100
    match = _FIGURE.fullmatch(re.sub(r"(metric|short|long)\s+(?=ton)", r"\1", text))
    if match is None or match[2] not in _UNITS:
        return None
    figure = match[1].replace(" ", "")
    if _THOUSANDS.fullmatch(figure) and _UNITS[match[2]] < 0.001 + 1e-9:
        figure = figure.replace(",", "")
    try:
        size = round(float(figure.replace(",", ".")) * _UNITS[match[2]], 9)
    except ValueError:
        return None
    return size if match[2] or size < _MOST_WITHOUT_UNIT else None
