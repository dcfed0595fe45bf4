"""Who may use an OSM way, node or turn, and when: pure functions on a mapping of tags.

A season stands for its middle month: summer is July, winter January. Conditions on hours, weekdays or
weather are not modelled; :func:`conditions_not_modelled` says where they are.
"""

import re
from typing import Final, Literal

from sitesel.network.osm_tags import Tags, fits, parse_size
from sitesel.network.vehicles import barrier_passes, closed_values, vehicle

MONTH_OF: Final = {"summer": 7, "winter": 1}

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASON_MONTHS: Final = {"winter": {12, 1, 2}, "spring": {3, 4, 5}, "summer": {6, 7, 8}, "autumn": {9, 10, 11}}
_MONTH_SPAN: Final = re.compile(
    rf"({'|'.join(_MONTHS)})(?:\s*\d+)?(?:\s*-\s*({'|'.join(_MONTHS)})(?:\s*\d+)?)?", re.IGNORECASE
)
_COMPARISON: Final = re.compile(
    r"(weight|maxweight|axleload|height|length|width)\s*(>=|<=|>|<|=)\s*([^<>=]+)", re.IGNORECASE
)
_CLAUSE: Final = re.compile(r"\s*([^@;]+?)\s*@\s*(\([^)]*\)|[^;]+)")


def closed_reason(tags: Tags, mode: str, season: str) -> str | None:
    """Why a mode cannot use a way in a season.

    Parameters
    ----------
    tags : mapping of str to str
    mode : {"car", "truck", "marshrutka", "foot"}
    season : {"summer", "winter"}

    Returns
    -------
    str or None
        ``"access"``, ``"season"``, ``"vehicle size"``, ``"area"`` or ``"motorroad"``; None where it may be used.

    Examples
    --------
    >>> closed_reason({"highway": "service", "access": "no", "bus": "yes"}, "car", "summer")
    'access'
    >>> closed_reason({"highway": "service", "access": "no", "bus": "yes"}, "marshrutka", "summer") is None
    True
    >>> closed_reason({"highway": "trunk", "access:conditional": "no @ (Nov-Mar)"}, "car", "winter")
    'access'
    """
    if tags.get("area") == "yes" and mode != "foot":
        return "area"
    if tags.get("motorroad") == "yes" and mode == "foot":
        return "motorroad"
    if not season_open(tags, season):
        return "season"
    if not access_open(tags, mode, season):
        return "access"
    return None if fits(tags, mode) else "vehicle size"


def access_open(tags: Tags, mode: str, season: str, side: Literal["", ":forward", ":backward"] = "") -> bool:
    """Whether the access keys let a mode in; the most particular key that is tagged decides.

    Parameters
    ----------
    tags : mapping of str to str
    mode : {"car", "truck", "marshrutka", "foot"}
    season : {"summer", "winter"}
    side : {"", ":forward", ":backward"}
        Keys of this direction alone; where none is tagged the answer is True.
    """
    value = access_value(tags, mode, season, side)
    return value is None or value not in closed_values()


def access_value(tags: Tags, mode: str, season: str, side: str = "") -> str | None:
    """Value of the most particular access key tagged, with its condition where that holds in the season.

    Examples
    --------
    >>> access_value({"vehicle": "no", "hgv": "destination"}, "truck", "summer")
    'destination'
    """
    for key in vehicle(mode).keys:
        condition = tags.get(f"{key}{side}:conditional")
        value = conditional_value(condition, mode, season) if condition else None
        value = value or tags.get(f"{key}{side}")
        if value:
            return value.strip().lower()
    return None


def conditional_value(text: str, mode: str, season: str) -> str | None:
    """Value whose condition holds; of several the last, as OSM has it.

    Examples
    --------
    >>> conditional_value("no @ (Nov 1-Mar 31); destination @ (weight>7.5)", "truck", "winter")
    'destination'
    >>> conditional_value("no @ (Nov-Mar)", "car", "summer") is None
    True
    """
    held = [value for value, condition in _CLAUSE.findall(text) if condition_holds(condition, mode, season)]
    return str(held[-1]) if held else None


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


def _one_condition(text: str, mode: str, season: str) -> bool | None:
    if text.lower() in _SEASON_MONTHS:
        return MONTH_OF[season] in _SEASON_MONTHS[text.lower()]
    comparison = _COMPARISON.fullmatch(text)
    if comparison:
        return _compares(comparison[1].lower(), comparison[2], comparison[3], mode)
    months = _months(text)
    return None if months is None else MONTH_OF[season] in months


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


def _months(text: str) -> set[int] | None:
    months: set[int] = set()
    for part in text.split(","):
        span = _MONTH_SPAN.fullmatch(part.strip())
        if span is None:
            return None
        first = _MONTHS.index(span[1].lower())
        last = _MONTHS.index((span[2] or span[1]).lower())
        months |= {(first + step) % 12 + 1 for step in range((last - first) % 12 + 1)}
    return months


def season_open(tags: Tags, season: str) -> bool:
    """Whether a road is there in the season: winter and ice roads, and ``seasonal`` ones.

    ``seasonal=yes`` without more is taken as closed in winter.

    Examples
    --------
    >>> season_open({"ice_road": "yes"}, "summer"), season_open({"seasonal": "summer;autumn"}, "winter")
    (False, False)
    """
    if "yes" in (tags.get("winter_road"), tags.get("ice_road")):
        return season == "winter"
    value = tags.get("seasonal", "no").strip().lower()
    if value == "yes":
        return season != "winter"
    named = [name for name in re.split(r"[;,]\s*", value) if name in _SEASON_MONTHS]
    return not named or any(MONTH_OF[season] in _SEASON_MONTHS[name] for name in named)


def conditions_not_modelled(tags: Tags, mode: str, season: str) -> bool:
    """Whether an access condition that speaks of the mode is of a kind that is not modelled."""
    keys = {f"{key}{side}:conditional" for key in vehicle(mode).keys for side in ("", ":forward", ":backward")}
    return any(
        condition_holds(condition, mode, season) is None
        for key in keys & tags.keys()
        for _, condition in _CLAUSE.findall(tags[key])
    )


def barrier_open(tags: Tags, mode: str, season: str) -> bool:
    """Whether a mode passes a barrier node: by its access tags, else by its kind.

    Examples
    --------
    >>> barrier_open({"barrier": "bollard"}, "car", "summer"), barrier_open({"barrier": "bollard"}, "foot", "summer")
    (False, True)
    >>> barrier_open({"barrier": "gate", "access": "private"}, "car", "summer")
    False
    """
    if not fits(tags, mode) or tags.get("locked") == "yes":
        return False
    value = access_value(tags, mode, season)
    if value is not None:
        return value not in closed_values()
    passes = barrier_passes(tags.get("barrier", "no"))
    return passes is None or mode in passes


def turn_rule(tags: Tags, mode: str, season: str) -> str | None:
    """Turn restriction that binds a mode.

    Returns
    -------
    str or None
        As ``"no_left_turn"`` or ``"only_straight_on"``; None where none binds it (another vehicle's, an exception,
        out of season, or bound to hours).

    Examples
    --------
    >>> turn_rule({"restriction": "no_left_turn", "except": "psv;bicycle"}, "marshrutka", "summer") is None
    True
    >>> turn_rule({"restriction:hgv": "no_right_turn"}, "truck", "summer")
    'no_right_turn'
    """
    own = [key for key in vehicle(mode).keys if key != "access"]
    excepted = {name.strip() for name in tags.get("except", "").split(";")}
    if mode == "foot" or excepted.intersection(own):
        return None
    for key in [*(f"restriction:{name}" for name in own), "restriction"]:
        value = tags.get(key)
        condition = tags.get(f"{key}:conditional")
        if condition:
            value = conditional_value(condition, mode, season) or value
        if value:
            return value
    return None
