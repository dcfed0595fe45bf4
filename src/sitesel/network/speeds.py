"""Speeds by road class, setting, surface and season: data with sources, looked up.

The figures and the rules that derive them stand in ``data/speeds.toml``. Nothing here knows of files or graphs.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from sitesel.country import countries
from sitesel.data import data
from sitesel.schema import DRIVEN_MODES, ROAD_MODES, SEASONS, SETTINGS


def _data() -> Mapping[str, Any]:
    return data("speeds.toml")


@cache
def speed_table() -> pd.DataFrame:
    """Free speeds by class and setting, off peak, dry road.

    Returns
    -------
    DataFrame, index (highway, setting)
        ``car truck bus foot`` in km/h (NaN where the mode does not use the class), ``legal`` (limit for cars,
        km/h, NaN where none is stated), ``source``, ``confidence``.

    Examples
    --------
    >>> table = speed_table()
    >>> float(table.loc[("trunk", "mountain"), "truck"])
    35.0
    >>> bool(table.loc[("motorway", "rural"), "foot"] > 0)
    False
    """
    motor = pd.DataFrame(_data()["speeds"]["rows"]).astype(dict.fromkeys((*DRIVEN_MODES, "legal"), float))
    foot = _data()["foot"]
    motor["foot"] = foot["kph"]
    motor.loc[motor["highway"].isin(foot["never"]), "foot"] = float("nan")
    walked = pd.DataFrame(
        [
            (highway, setting, foot.get(highway, foot["kph"]), foot["source"], foot["confidence"])
            for highway in foot["only"]
            for setting in SETTINGS
        ],
        columns=["highway", "setting", "foot", "source", "confidence"],
    )
    columns = [*ROAD_MODES, "legal", "source", "confidence"]
    return pd.concat([motor, walked]).set_index(["highway", "setting"])[columns]


def road_classes(mode: str) -> frozenset[str]:
    """OSM highway classes that a mode has a speed on.

    Examples
    --------
    >>> "steps" in road_classes("foot"), "steps" in road_classes("truck")
    (True, False)
    """
    speeds = speed_table()[_known(mode, ROAD_MODES, "mode")].dropna()
    return frozenset(speeds.index.get_level_values("highway"))


def kph(
    highway: pd.Series, setting: pd.Series, surface: pd.Series, mode: str, season: str = "summer"
) -> "pd.Series[float]":
    """Speed on each stretch of road by its class, where no limit is signed.

    Parameters
    ----------
    highway : Series of str
        OSM class, as ``"trunk"`` or ``"primary_link"``.
    setting : Series of {"rural", "ribbon", "mountain", "urban"}, same index
    surface : Series of str, same index
        OSM ``surface``; missing or unknown surfaces slow nothing.
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}, default "summer"

    Returns
    -------
    Series of float, same index
        km/h; NaN where the class or the setting is unknown or the mode cannot use it.

    Examples
    --------
    >>> road = pd.DataFrame({"highway": ["trunk", "trunk", "canal"], "setting": ["rural", "mountain", "rural"],
    ...                      "surface": ["asphalt", "gravel", None]})
    >>> kph(road.highway, road.setting, road.surface, "truck").round(2).tolist()
    [60.0, 22.75, nan]
    >>> kph(road.highway, road.setting, road.surface, "truck", season="winter").round(2).tolist()
    [54.0, 13.65, nan]
    """
    index = pd.MultiIndex.from_arrays([highway.to_numpy(dtype=object), setting.to_numpy(dtype=object)])
    free = speed_table()[_known(mode, ROAD_MODES, "mode")].reindex(index).to_numpy()
    factors = surface_factor(highway, surface, mode) * season_factor(setting, mode, season)
    return pd.Series(free, index=highway.index, name="speed_kph") * factors


def surface_factor(highway: pd.Series, surface: pd.Series, mode: str) -> "pd.Series[float]":
    """How far a surface slows a mode, against the class's usual surface.

    Parameters
    ----------
    highway, surface : Series of str, same index
    mode : {"car", "truck", "bus", "foot"}

    Returns
    -------
    Series of float, same index
        In (0, 1]; 1 where the surface is missing or unknown, and always for walkers.

    Examples
    --------
    >>> road = pd.DataFrame({"highway": ["tertiary", "track", "track"], "surface": ["gravel", "gravel", "mud"]})
    >>> surface_factor(road.highway, road.surface, "car").round(2).tolist()
    [0.65, 1.0, 0.46]
    """
    return _factor("surface", highway, surface, mode)


def tracktype_factor(highway: pd.Series, tracktype: pd.Series, mode: str) -> "pd.Series[float]":
    """How far an OSM ``tracktype`` slows a mode, against the class's usual one; as :func:`surface_factor`."""
    return _factor("tracktype", highway, tracktype, mode)


def _factor(table: str, highway: pd.Series, value: pd.Series, mode: str) -> "pd.Series[float]":
    if mode == "foot":
        return pd.Series(1.0, index=highway.index)
    factors = _data()[table]["factors"]
    usual = {name: factors[of] for name, of in _data()[table]["usual"].items()}
    of_class = highway.map(usual).astype(float).fillna(1.0)
    return (value.map(factors).astype(float).fillna(1.0) / of_class).clip(upper=1.0)


@cache
def known_factors(table: str) -> frozenset[str]:
    """Words of OSM's ``surface`` or ``tracktype`` that have a factor."""
    return frozenset(_data()[table]["factors"])


def density_settings() -> Mapping[str, float]:
    """When a road counts as urban and as ribbon, as ``data/speeds.toml`` explains."""
    return {key: float(value) for key, value in _data()["setting"].items() if key not in {"source", "confidence"}}


def season_factor(setting: pd.Series, mode: str, season: str) -> "pd.Series[float]":
    """How far the season slows a mode in each setting; 1 in summer, and always for walkers."""
    if _known(season, SEASONS, "season") == "summer" or mode == "foot":
        return pd.Series(1.0, index=setting.index)
    winter = _data()["winter"]
    return setting.map({name: winter[name] for name in SETTINGS}).astype(float)


def peak_factor(setting: pd.Series, mode: str) -> "pd.Series[float]":
    """How far the peak hour slows a mode in each setting: in town alone; 1 elsewhere, and always for walkers.

    Examples
    --------
    >>> peak_factor(pd.Series(["urban", "rural"]), "truck").tolist()
    [0.6, 1.0]
    """
    if _known(mode, ROAD_MODES, "mode") == "foot":
        return pd.Series(1.0, index=setting.index)
    off_peak = kph(pd.Series(["trunk"]), pd.Series(["urban"]), pd.Series([None], dtype=object), mode)
    slowed = float(_data()["peak"][mode] / off_peak.iloc[0])
    return setting.eq("urban").map({True: slowed, False: 1.0}).astype(float)


def kph_under_limit(
    highway: pd.Series, setting: pd.Series, limit_kph: "pd.Series[float]", mode: str
) -> "pd.Series[float]":
    """Speed driven under a signed limit: the share of it that is driven in the setting, at the mode's ratio to the car.

    Never faster than the class is driven there without a sign. On a motorway the share is that of open country.

    Parameters
    ----------
    highway, setting : Series of str, same index
    limit_kph : Series of float, same index
        The limit that binds the mode, km/h; NaN where none is signed.
    mode : {"car", "truck", "bus"}

    Returns
    -------
    Series of float, same index
        km/h; NaN where no limit is signed or the class is unknown.

    Examples
    --------
    >>> one = pd.Series(["trunk"])
    >>> kph_under_limit(one, pd.Series(["rural"]), pd.Series([90.0]), "truck").round().tolist()
    [60.0]
    >>> kph_under_limit(one, pd.Series(["ribbon"]), pd.Series([90.0]), "car").tolist()
    [55.0]
    """
    index = pd.MultiIndex.from_arrays([highway.to_numpy(dtype=object), setting.to_numpy(dtype=object)])
    table = speed_table().reindex(index).set_axis(highway.index)
    share = setting.where(~highway.isin(_data()["limit"]["without_settings"]), "rural")
    share = share.map(_data()["limit"]["driven_share"]).astype(float)
    ratio = (table[mode] / table["car"]).clip(upper=1.0)
    return limit_kph.astype(float).mul(share).mul(ratio).clip(upper=table[mode])


def implied_limits() -> Mapping[str, float]:
    """Limits in km/h that words in ``maxspeed`` stand for, as ``"KG:urban"``, keys in lower case."""
    told = [_data()["limit"]["implied"], *(each.maxspeed for each in countries())]
    return {str(word).lower(): float(limit) for words in told for word, limit in words.items()}


def bus_fixed_minutes() -> float:
    """Minutes a trip by bus takes beside the ride: the walk to the stop and the wait.

    Examples
    --------
    >>> bus_fixed_minutes()
    12.0
    """
    return float(_data()["bus"]["fixed_minutes"])


def walking_kph() -> float:
    """Speed of walkers, on roads and off them.

    Examples
    --------
    >>> walking_kph()
    4.5
    """
    return float(_data()["foot"]["kph"])


def _known(value: str, values: Iterable[str], what: str) -> str:
    if value not in values:
        raise ValueError(f"no {what} {value!r}; choose one of {', '.join(values)}")
    return value
