"""What the tags of one OSM way say of speed and direction: pure functions on a mapping of tags."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final, NamedTuple

from sitesel.network.osm_conditions import conditional_value
from sitesel.network.speeds import implied_limits, road_classes
from sitesel.network.vehicles import vehicle

Tags = Mapping[str, str]

KPH_PER_MPH: Final = 1.609344
KPH_PER_KNOT: Final = 1.852

_SPEED: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots)?", re.IGNORECASE)
_SPEED_UNITS: Final = {"mph": KPH_PER_MPH, "knots": KPH_PER_KNOT}
_FASTEST_KPH: Final = 325.0  # above 200 mph: no sign anywhere states so much
_FULL_CIRCLE: Final = frozenset({"roundabout", "circular"})
_FORWARD: Final = frozenset({"yes", "true", "1"})
_BACKWARD: Final = frozenset({"-1", "reverse"})
_EITHER: Final = frozenset({"no", "false", "0"})

_BUSWAYS: Final = ("busway", "busway:left", "busway:right", "busway:both")
_LANES: Final = frozenset({"lane", "opposite_lane", "no", "none", "yes", "separate", "shared_lane"})

UNJOINED: Final = frozenset({"motorway", "motorway_link"})
_ABOVE_GROUND: Final = frozenset({"no", "building_passage", "avalanche_protector"})

#: Classes of OSM's own that look like a road's misspelt: rest areas by motorways.
_NEARLY_ROADS: Final = frozenset({"services"})

#: Words in ``maxspeed`` that are understood and state no figure.
LIMITS_WITHOUT_FIGURE: Final = frozenset(
    {"none", "no", "signals", "variable", "unposted", "default", "implicit", "national"}
)


class Ways(NamedTuple):
    """Directions in which a way may be used, against the order of its nodes."""

    forward: bool
    backward: bool


def parse_maxspeed(text: str) -> float | None:
    """Limit that a ``maxspeed`` value states.

    Of several (``"50;70"``) the lowest counts; words such as ``"KG:urban"`` stand for the figure in the speed data.

    Parameters
    ----------
    text : str

    Returns
    -------
    float or None
        km/h; None where the value states no figure or is not understood.

    Examples
    --------
    >>> [parse_maxspeed(text) for text in ("60", "60 km/h", "KG:rural", "50;70", "walk", "none", "schnell")]
    [60.0, 60.0, 90.0, 50.0, 5.0, None, None]
    >>> round(parse_maxspeed("40 mph"), 1)
    64.4
    """
    limits = [_one_limit(part.strip()) for part in re.split(r"[;|]", text)]
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def _one_limit(text: str) -> float | None:
    match = _SPEED.fullmatch(text)
    if match:
        kph = float(match[1]) * _SPEED_UNITS.get((match[2] or "").lower(), 1.0)
        return kph if 0 < kph <= _FASTEST_KPH else None
    return _implied().get(text.lower().removeprefix("maxspeed:"))


@cache
def _implied() -> Mapping[str, float]:
    return implied_limits()


def limit_kph(tags: Tags, mode: str, season: str, *, backward: bool = False) -> float | None:
    """Limit that binds a mode in one direction and season.

    A key for the vehicle goes before the general one, a direction's before both directions', and where its condition
    holds a conditional limit before the plain one. A vehicle's own limit never lifts the general one.

    Examples
    --------
    >>> tags = {"maxspeed": "90", "maxspeed:hgv": "70", "maxspeed:backward": "50"}
    >>> [limit_kph(tags, mode, "summer") for mode in ("truck", "car")], limit_kph(tags, "car", "summer", backward=True)
    ([70.0, 90.0], 50.0)
    >>> limit_kph({"maxspeed": "90", "maxspeed:conditional": "60 @ (Nov-Mar)"}, "car", "winter")
    60.0
    """
    if mode == "foot" or not any("maxspeed" in key for key in tags):
        return None
    side = ":backward" if backward else ":forward"
    held = _Held(tags, mode, season)
    general = held.first(
        (
            f"maxspeed:seasonal:{season}",
            f"maxspeed{side}",
            "maxspeed",
            "maxspeed:type",
            "source:maxspeed",
            "zone:maxspeed",
        )
    )
    own = [key for key in vehicle(mode).keys if key != "access"]
    special = held.first([f"maxspeed:{key}{end}" for key in own for end in (side, "")])
    known = [limit for limit in (general, special) if limit is not None]
    return min(known) if known else None


class _Held(NamedTuple):
    """Limits as they hold for a mode in a season."""

    tags: Tags
    mode: str
    season: str

    def first(self, keys: "list[str] | tuple[str, ...]") -> float | None:
        """Limit of the first key that states one."""
        for key in keys:
            condition = self.tags.get(f"{key}:conditional")
            value = conditional_value(condition, self.mode, self.season) if condition else None
            for text in (value, self.tags.get(key)):
                if text is not None and (limit := parse_maxspeed(text)) is not None:
                    return limit
        return None


def limit_not_understood(tags: Tags, mode: str = "car") -> bool:
    """Whether a limit for the mode is there and can be neither read as a figure nor as a word that states none.

    Examples
    --------
    >>> [limit_not_understood({"maxspeed": text}) for text in ("60", "signals", "sixty")]
    [False, False, True]
    """
    whose = ("maxspeed", *(f"maxspeed:{key}" for key in vehicle(mode).keys if key != "access"))
    signed = [tags[key + side] for key in whose for side in ("", ":forward", ":backward") if key + side in tags]
    return any(text.strip().lower() not in LIMITS_WITHOUT_FIGURE and parse_maxspeed(text) is None for text in signed)


def directions(tags: Tags, mode: str, season: str = "summer") -> Ways:
    """Directions that a mode may use: one-way streets, roundabouts, motorways, and the exceptions signed for the mode.

    Where its condition holds in the season a conditional value goes before the plain one. ``reversible`` and
    ``alternating`` are taken as two-way. Walkers heed ``oneway:foot`` alone.

    Examples
    --------
    >>> directions({"highway": "residential", "oneway": "-1"}, "car")
    Ways(forward=False, backward=True)
    >>> directions({"highway": "primary", "oneway": "yes", "oneway:psv": "no"}, "bus")
    Ways(forward=True, backward=True)
    """
    for key in vehicle(mode).keys:
        signed = _oneway_of(tags, f"oneway:{key}", mode, season)
        if key != "access" and signed is not None:
            return signed
    if mode == "foot" or (mode == "bus" and "opposite_lane" in _busways(tags)):
        return Ways(forward=True, backward=True)
    signed = _oneway_of(tags, "oneway", mode, season)
    if signed is not None:
        return signed
    implied = tags.get("junction") in _FULL_CIRCLE or tags.get("highway") in {"motorway", "motorway_link"}
    return Ways(forward=True, backward=not implied)


def busway_not_understood(tags: Tags, mode: str) -> bool:
    """Whether a lane for buses is tagged in a word of no known meaning.

    Examples
    --------
    >>> [busway_not_understood({"busway:right": text}, "bus") for text in ("lane", "opposite_lane", "opposite")]
    [False, False, True]
    """
    return mode == "bus" and not _busways(tags) <= _LANES


def _busways(tags: Tags) -> set[str]:
    return {tags[key].strip().lower() for key in _BUSWAYS if key in tags}


def _oneway_of(tags: Tags, key: str, mode: str, season: str) -> Ways | None:
    condition = tags.get(f"{key}:conditional")
    held = conditional_value(condition, mode, season) if condition else None
    return _oneway_value(held or tags.get(key))


@cache
def misspelt_class(highway: str) -> bool:
    """Whether a class is none of ours and nearly one, or several, so that a road is lost by a slip of the pen.

    Examples
    --------
    >>> [misspelt_class(text) for text in ("resedential", "trunk_link", "construction", "raceway", "Primary")]
    [True, False, False, False, True]
    >>> misspelt_class("primary;secondary")
    True
    """
    known = sorted(road_classes("car") | road_classes("foot"))
    parts = [part.strip().lower() for part in highway.split(";")]
    return highway not in {*known, *_NEARLY_ROADS} and any(
        get_close_matches(part, known, n=1, cutoff=0.8) for part in parts
    )


def joinable(tags: Tags) -> bool:
    """Whether places beside a road may join it between its ends: not a motorway, a motorroad or a tunnel.

    Examples
    --------
    >>> [joinable({"highway": kind}) for kind in ("trunk", "motorway")], joinable({"highway": "trunk", "tunnel": "yes"})
    ([True, False], False)
    """
    closed = tags.get("highway") in UNJOINED or tags.get("motorroad") == "yes"
    return not closed and tags.get("tunnel", "no") in _ABOVE_GROUND


def oneway_not_understood(tags: Tags) -> bool:
    """Whether ``oneway`` has a value that OSM does not have.

    Examples
    --------
    >>> [oneway_not_understood({"oneway": text}) for text in ("yes", "-1", "alternating", "F")]
    [False, False, False, True]
    """
    return "oneway" in tags and _oneway_value(tags["oneway"]) is None


def _oneway_value(text: str | None) -> Ways | None:
    value = (text or "").strip().lower()
    if value in _FORWARD:
        return Ways(forward=True, backward=False)
    if value in _BACKWARD:
        return Ways(forward=False, backward=True)
    if value in _EITHER or value in {"reversible", "alternating"}:
        return Ways(forward=True, backward=True)
    return None
