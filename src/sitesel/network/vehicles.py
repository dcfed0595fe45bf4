"""The modes of travel: the OSM keys that speak of them and their sizes, from ``data/vehicles.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sitesel.data import data
from sitesel.schema import ROAD_MODES


@dataclass(frozen=True)
class Vehicle:
    """What moves on the roads.

    Parameters
    ----------
    mode : str
    keys : tuple of str
        OSM access keys that speak of it, the most particular first.
    gross_t, axle_t : float
        Loaded mass and heaviest axle, tonnes.
    height_m, width_m, length_m : float
    power_kw, brake_kw : float or None
        Power at the wheels, and power that its brakes bear for long; None for walkers.
    drag_m2 : float or None
        Drag coefficient times front area.
    """

    mode: str
    keys: tuple[str, ...]
    gross_t: float
    axle_t: float
    height_m: float
    width_m: float
    length_m: float
    power_kw: float | None = None
    brake_kw: float | None = None
    drag_m2: float | None = None


def _data() -> Mapping[str, Any]:
    return data("vehicles.toml")


@cache
def vehicle(mode: str) -> Vehicle:
    """Vehicle that a mode stands for.

    Examples
    --------
    >>> vehicle("truck").keys[1]
    'hgv'
    """
    if mode not in _data() or mode in {"access", "barriers", "grades", "smoothness"}:
        raise ValueError(f"no mode {mode!r}; choose one of car, truck, bus, foot")
    row = dict(_data()[mode])
    return Vehicle(mode=mode, keys=tuple(row.pop("keys")), **row)


@cache
def grade_physics() -> Mapping[str, float]:
    """Look up ``rolling`` (resistance over weight), ``air_kg_m3``, and ``steepest`` (the steepest grade believed)."""
    return {key: float(value) for key, value in _data()["grades"].items() if key not in {"source", "confidence"}}


@cache
def closed_values() -> frozenset[str]:
    """Values of an access key that shut the road to whom the key speaks of."""
    return frozenset(_data()["access"]["closed"])


@cache
def known_values() -> frozenset[str]:
    """Values of an access key that are understood."""
    keys = frozenset(key for mode in ROAD_MODES for key in vehicle(mode).keys)
    return closed_values() | frozenset(_data()["access"]["open"]) | keys


@cache
def rough_ground() -> frozenset[str]:
    """Values of ``smoothness`` that no motor vehicle of ours can drive on."""
    return frozenset(_data()["smoothness"]["closed"])


@cache
def known_smoothness() -> frozenset[str]:
    """Values of ``smoothness`` that are understood."""
    return rough_ground() | frozenset(_data()["smoothness"]["open"])


@cache
def barrier_passes(kind: str) -> frozenset[str] | None:
    """Modes that pass an untagged barrier of a kind; None where the kind is not known.

    Examples
    --------
    >>> sorted(barrier_passes("bollard"))
    ['foot']
    """
    modes = _data()["barriers"].get(kind)
    return None if modes is None else frozenset(modes)
