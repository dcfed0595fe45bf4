"""Who may use an OSM way, node or turn, and when: pure functions on a mapping of tags.

A season stands for its middle month: summer is July, winter January. Conditions on hours, weekdays or
weather are not modelled; :func:`conditions_not_modelled` says where they are.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from sitesel.network.osm_conditions import MONTH_OF, SEASON_MONTHS, conditional_value, not_modelled
from sitesel.network.osm_sizes import parse_size
from sitesel.network.speeds import known_factors, road_classes
from sitesel.network.vehicles import (
    Vehicle,
    barrier_passes,
    closed_values,
    known_smoothness,
    known_values,
    rough_ground,
    vehicle,
)

Tags = Mapping[str, str]

#: Keys of sizes on a way and what of a vehicle each binds; the first four bind walkers too.
_SIZES: Final = {
    "maxheight": "height_m", "maxheight:physical": "height_m", "maxwidth": "width_m", "maxwidth:physical": "width_m",
    "maxlength": "length_m", "maxweight": "gross_t", "maxweightrating": "gross_t", "maxgcweight": "gross_t",
    "maxaxleload": "axle_t",
}  # fmt: skip
_ON_FOOT: Final = tuple(_SIZES)[:4]
_SIDES: Final = ("", ":forward", ":backward")
_WIDTHS: Final = ("width", "est_width")
_ON_ICE: Final = ("winter_road", "ice_road")
#: Keys that say that a way with a class is no road yet, or no more. What is proposed of a road shuts nothing.
OUT_OF_USE: Final = ("construction", "disused", "abandoned", "razed", "demolished", "impassable", "status")
#: Words of these keys that leave a road open.
_IN_USE: Final = frozenset({"no", "minor", "widening", "open", "active"})
_TO_NOBODY: Final = frozenset({"no", "private"})
_TO_ALL: Final = frozenset({"yes", "permissive", "designated", "official", "public", "allowed", "permitted"})
_OFF_ROAD_ONLY: Final = frozenset({"yes", "required"})
#: Words of these keys that are understood and state no figure.
_WITHOUT_FIGURE: Final = frozenset(
    {"none", "no", "default", "below_default", "unsigned", "no_sign", "no_indications", "unknown", "physical"}
    | {"narrow", "wide", "variable"}
)


def closed_reason(tags: Tags, mode: str, season: str) -> str | None:
    """Why a mode cannot use a way in a season, in either direction.

    Parameters
    ----------
    tags : mapping of str to str
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}

    Returns
    -------
    str or None
        ``"access"``, ``"season"``, ``"vehicle size"``, ``"smoothness"``, ``"area"``, ``"motorroad"`` or
        ``"out of use"``; None where it may be used.

    Examples
    --------
    >>> closed_reason({"highway": "service", "access": "no", "bus": "yes"}, "car", "summer")
    'access'
    >>> closed_reason({"highway": "service", "access": "no", "bus": "yes"}, "bus", "summer") is None
    True
    >>> closed_reason({"highway": "trunk", "access:conditional": "no @ (Nov-Mar)"}, "car", "winter")
    'access'
    """
    if other := _no_road(tags, mode):
        return other
    if not season_open(tags, season):
        return "season"
    if not any(access_open(tags, mode, season, side) for side in (":forward", ":backward")):
        return "access"
    off_road_only = tags.get("4wd_only", "no").strip().lower() in _OFF_ROAD_ONLY
    if mode != "foot" and (off_road_only or tags.get("smoothness", "").strip().lower() in rough_ground()):
        return "smoothness"
    some_way = any(fits(tags, mode, season, side) for side in (":forward", ":backward"))
    return None if some_way and wide_enough(tags, mode) else "vehicle size"


def _no_road(tags: Tags, mode: str) -> str | None:
    """Why a way is no road of a mode's, whoever may use it."""
    shut = [key for key in OUT_OF_USE if tags.get(key, "no").strip().lower() not in _IN_USE]
    if shut and not (shut == ["construction"] and to_be_of_a_class(tags)):
        return "out of use"
    if tags.get("area") == "yes" and mode != "foot":
        return "area"
    return "motorroad" if tags.get("motorroad") == "yes" and mode == "foot" else None


def to_be_of_a_class(tags: Tags) -> bool:
    """Whether a road that has a class is under construction to one: most are built, and the tag is left over.

    Examples
    --------
    >>> [to_be_of_a_class({"highway": "primary", "construction": kind}) for kind in ("primary", "minor", "yes")]
    [True, False, False]
    """
    classes = _parts(tags.get("construction", "no").lower())
    return bool(classes - _IN_USE) and classes <= _any_class() | _IN_USE


@cache
def _any_class() -> frozenset[str]:
    return road_classes("car") | road_classes("foot")


def access_open(tags: Tags, mode: str, season: str, side: str = "") -> bool:
    """Whether the access keys let a mode in; the most particular key that is tagged decides.

    Parameters
    ----------
    tags : mapping of str to str
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}
    side : {"", ":forward", ":backward"}
        In this direction; of one vehicle's keys that of the direction is the more particular.

    Examples
    --------
    >>> access_open({"access": "no", "access:forward": "yes"}, "car", "summer", ":forward")
    True
    >>> access_open({"motor_vehicle": "agricultural;forestry"}, "car", "summer")
    False
    """
    value = access_value(tags, mode, season, side)
    return value is None or not shuts_out(value, mode)


def access_value(tags: Tags, mode: str, season: str, side: str = "") -> str | None:
    """Value of the most particular access key tagged, with its condition where that holds in the season.

    Examples
    --------
    >>> access_value({"vehicle": "no", "hgv": "destination"}, "truck", "summer")
    'destination'
    """
    for key in vehicle(mode).keys:
        for tagged in dict.fromkeys((f"{key}{side}", key)):
            condition = tags.get(f"{tagged}:conditional")
            value = conditional_value(condition, mode, season) if condition else None
            value = value or tags.get(tagged)
            if value:
                return value.strip().lower()
    return None


def shuts_out(value: str, mode: str) -> bool:
    """Whether a value of an access key keeps a mode out: each of several does.

    A value that names the mode itself, as ``bus`` does a bus, lets it in.

    Examples
    --------
    >>> [shuts_out(value, "car") for value in ("no", "agricultural;forestry", "private, delivery", "bus")]
    [True, True, False, True]
    >>> shuts_out("bus", "bus")
    False
    """
    named = _parts(value)
    return bool(named) and named <= closed_values() - set(vehicle(mode).keys)


def access_not_understood(tags: Tags, mode: str) -> bool:
    """Whether an access key that speaks of a mode has a value of no known meaning, or says both yes and no.

    Examples
    --------
    >>> [access_not_understood({"access": text}, "car") for text in ("private", "destination", "forbiden", "no;yes")]
    [False, False, True, True]
    """
    values = (_parts(tags.get(f"{key}{side}", "").lower()) for key in vehicle(mode).keys for side in _SIDES)
    return any(named - known_values() or (named & _TO_NOBODY and named & _TO_ALL) for named in values)


def _parts(value: str) -> set[str]:
    return {part.strip() for part in re.split("[;,|]", value)} - {""}


def fits(tags: Tags, mode: str, season: str = "summer", side: str = "") -> bool:
    """Whether the mode's vehicle is within the signed height, width, length, mass and axle load, in a direction.

    Examples
    --------
    >>> fits({"maxheight": "3.5"}, "truck"), fits({"maxheight": "3.5"}, "car")
    (False, True)
    >>> [fits({"maxweight:forward": "8"}, "truck", "summer", side) for side in (":forward", ":backward")]
    [False, True]
    """
    if not any(key.startswith("max") for key in tags):
        return True
    own = vehicle(mode)
    keys = _ON_FOOT if mode == "foot" else tuple(_SIZES)
    return not any(_too_large(tags, key, own, season, side) for key in keys)


def train_not_modelled(tags: Tags, mode: str) -> bool:
    """Whether a way keeps trailers or many axles out, and the mode's vehicle has them: an articulated lorry.

    ``hazmat`` keeps out dangerous goods, which nobody here carries.

    Examples
    --------
    >>> [train_not_modelled({"trailer": "no"}, mode) for mode in ("truck", "car")]
    [True, False]
    """
    trailer = _parts(tags.get("trailer", "").lower())
    return mode == "truck" and (bool(trailer & closed_values()) or "maxaxles" in tags)


def _too_large(tags: Tags, key: str, own: Vehicle, season: str, side: str) -> bool:
    plain = [*(f"{key}:{name}" for name in own.keys), key]
    for tagged in dict.fromkeys(name + end for name in plain for end in (side, "")):
        condition = tags.get(f"{tagged}:conditional")
        signed = conditional_value(condition, own.mode, season) if condition else None
        signed = signed or tags.get(tagged)
        if signed is not None:
            limit = parse_size(signed)
            return limit is not None and getattr(own, _SIZES[key]) > limit
    return False


def size_not_understood(tags: Tags, mode: str) -> bool:
    """Whether a sign of size that speaks of a mode states a figure that cannot be read.

    Examples
    --------
    >>> [size_not_understood({"maxheight": text}, "car") for text in ("3.5", "default", "four metres")]
    [False, False, True]
    """
    whose = ("", *(f":{name}" for name in vehicle(mode).keys))
    signs = {f"{key}{name}{side}" for key in _SIZES for name in whose for side in _SIDES}
    keys = {*signs, *_WIDTHS} & tags.keys()
    return any(tags[key].strip().lower() not in _WITHOUT_FIGURE and parse_size(tags[key]) is None for key in keys)


def wide_enough(tags: Tags, mode: str) -> bool:
    r"""Whether a way is as wide as the mode's vehicle; walkers need no width.

    Examples
    --------
    >>> [wide_enough({"width": text}, "car") for text in ("3", "1.8", "6'0\"", "narrow")]
    [True, False, False, True]
    """
    widths = [parse_size(tags[key]) for key in _WIDTHS if key in tags]
    width = next((width for width in widths if width), None)
    return mode == "foot" or width is None or width >= vehicle(mode).width_m


def season_open(tags: Tags, season: str) -> bool:
    """Whether a road is there in the season: winter and ice roads, and ``seasonal`` ones.

    ``seasonal=yes`` without more is taken as closed in winter.

    Examples
    --------
    >>> season_open({"ice_road": "yes"}, "summer"), season_open({"seasonal": "summer;autumn"}, "winter")
    (False, False)
    """
    if "yes" in (tags.get(key, "").strip().lower() for key in _ON_ICE):
        return season == "winter"
    value = tags.get("seasonal", "no").strip().lower()
    if value == "yes":
        return season != "winter"
    named = [name for name in re.split(r"[;,]\s*", value) if name in SEASON_MONTHS]
    return not named or any(MONTH_OF[season] in SEASON_MONTHS[name] for name in named)


def ground_not_understood(tags: Tags) -> bool:
    """Whether what is said of a way's surface, smoothness or season is of no known meaning.

    Examples
    --------
    >>> [ground_not_understood({"smoothness": text}) for text in ("horrible", "intermediate", "terrible")]
    [False, False, True]
    >>> [ground_not_understood({"seasonal": text}) for text in ("yes", "summer;autumn", "May-Oct")]
    [False, False, True]
    """
    known = {
        "smoothness": known_smoothness(),
        "4wd_only": _OFF_ROAD_ONLY | {"no", "recommended"},
        **dict.fromkeys(_ON_ICE, frozenset({"yes", "no"})),
    }
    strange = any(tags[key].strip().lower() not in words for key, words in known.items() if key in tags)
    strange |= any(tags[key] not in known_factors(key) for key in ("surface", "tracktype") if key in tags)
    return strange or bool(_parts(tags.get("seasonal", "").lower()) - {*SEASON_MONTHS, "yes", "no"})


def conditions_not_modelled(tags: Tags, mode: str, season: str) -> bool:
    """Whether a condition on access or size that speaks of the mode is of a kind that is not modelled."""
    keys = {f"{key}{side}:conditional" for key in (*vehicle(mode).keys, *_SIZES) for side in _SIDES}
    return any(not_modelled(tags[key], mode, season) for key in keys & tags.keys())


def sign_condition_not_modelled(tags: Tags, sign: str, mode: str, season: str) -> bool:
    """Whether a conditional ``maxspeed`` or ``oneway`` is of a kind that is not modelled, as one for the night."""
    keys = [key for key in tags if key.startswith(sign) and key.endswith(":conditional")]
    return any(not_modelled(tags[key], mode, season) for key in keys)


def barrier_open(tags: Tags, mode: str, season: str) -> bool:
    """Whether a mode passes a node: by its access tags, else by its kind of barrier.

    Access tags on a crossing speak of those who cross.

    Examples
    --------
    >>> barrier_open({"barrier": "bollard"}, "car", "summer"), barrier_open({"barrier": "bollard"}, "foot", "summer")
    (False, True)
    >>> barrier_open({"barrier": "gate", "access": "private"}, "car", "summer")
    False
    >>> barrier_open({"access": "no"}, "car", "summer")
    False
    """
    if "barrier" not in tags and "crossing" in (tags.get("highway"), tags.get("railway")):
        return True
    if not fits(tags, mode, season) or (tags.get("locked", "").lower() == "yes" and "barrier" in tags):
        return False
    value = access_value(tags, mode, season)
    if value is not None:
        return not shuts_out(value, mode)
    passes = barrier_passes(tags.get("barrier", "no"))
    return passes is None or mode in passes


def node_keys(mode: str) -> list[str]:
    """Keys of nodes that may keep a mode from passing."""
    ends = ("", ":conditional")
    return ["barrier", *(f"{key}{end}" for key in (*vehicle(mode).keys, *_SIZES) for end in ends)]


def turn_condition_not_modelled(tags: Tags, mode: str, season: str) -> bool:
    """Whether a turn restriction is bound to what is not modelled, as to hours: then it binds nobody."""
    own = [f"restriction:{key}:conditional" for key in vehicle(mode).keys]
    keys = {*own, "restriction:conditional"} & tags.keys()
    return mode != "foot" and (_by_hours(tags) or any(not_modelled(tags[key], mode, season) for key in keys))


def _by_hours(tags: Tags) -> bool:
    """Whether a turn restriction has hours or days of its own, as they were once written."""
    return not tags.keys().isdisjoint({"day_on", "day_off", "hour_on", "hour_off"})


def turn_rule(tags: Tags, mode: str, season: str) -> str | None:
    """Turn restriction that binds a mode.

    Returns
    -------
    str or None
        As ``"no_left_turn"`` or ``"only_straight_on"``; None where none binds it (another vehicle's, an exception,
        out of season, or bound to hours).

    Examples
    --------
    >>> turn_rule({"restriction": "no_left_turn", "except": "psv;bicycle"}, "bus", "summer") is None
    True
    >>> turn_rule({"restriction:hgv": "no_right_turn"}, "truck", "summer")
    'no_right_turn'
    """
    own = [key for key in vehicle(mode).keys if key != "access"]
    excepted = {name.strip() for name in tags.get("except", "").split(";")}
    if mode == "foot" or excepted.intersection(own) or _by_hours(tags):
        return None
    for key in [*(f"restriction:{name}" for name in own), "restriction"]:
        value = tags.get(key)
        condition = tags.get(f"{key}:conditional")
        if condition:
            value = conditional_value(condition, mode, season) or value
        if value:
            return value
    return None
