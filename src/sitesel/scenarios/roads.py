"""Which roads a scenario speaks of, and how long they take in it."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sitesel.errors import LayerError, StudyError
from sitesel.layers import ROLES, read_vector
from sitesel.layers.roles import FILE_ROW, Column, Role
from sitesel.network import Roads, peak_factor, words_of
from sitesel.network.lines import SAME_PLACE_M, refuse_unknown_classes
from sitesel.region import Region
from sitesel.region.reading import SPEEDS
from sitesel.scenarios.settings import Scenario, Stretch
from sitesel.schema import RoadMode
from sitesel.text import NAMES, Message

Flags = NDArray[np.bool_]
Network: TypeAlias = Roads | nx.MultiDiGraph

UNREAD: Final = frozenset({*SPEEDS, "access", "closed", "length_m"} - {"speed_kph"})
"""Columns that a layer of roads may have, and roads to be built may not: they are open, and as long as drawn."""

NEAR_M: Final = 30.0
"""A road no farther from a drawn line lies along it, if half of either does."""
MARKED: Final = Role("line", identified=False)
BUILT: Final = Role(
    "line",
    {
        **{column: ROLES["roads"].columns[column] for column in ("setting", "surface", "oneway", "ref")},
        "highway": Column("text", required=True),
        **dict.fromkeys(NAMES, Column("text")),
        "speed_kph": Column("number", least=1, most=200),
    },
    identified=False,
)


@dataclass(frozen=True)
class Borne:
    """What each road of a network bears, in the order of its edges.

    Parameters
    ----------
    ref, name : tuple of frozenset of str
        Numbers, and names in all languages, in lower case.
    setting : tuple of str
    """

    ref: tuple[frozenset[str], ...]
    name: tuple[frozenset[str], ...]
    setting: tuple[str, ...]


@lru_cache(maxsize=4)
def borne(roads: Network) -> Borne:
    """Read what each edge of a network bears."""
    ref, name = (tuple(map(_folded, words_of(roads, what))) for what in ("ref", "name"))
    return Borne(ref, name, tuple(str(setting or "") for setting in words_of(roads, "setting")))


def _folded(value: object) -> frozenset[str]:
    return _one_folded(value) if isinstance(value, str) else frozenset(one.casefold() for one in _spelt(value))


@lru_cache(maxsize=100_000)
def _one_folded(value: str) -> frozenset[str]:
    return frozenset(one.casefold() for one in _spelt(value))


def _spelt(value: object) -> Iterator[str]:
    """Split what OpenStreetMap joins by semicolons."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield from filter(None, (part.strip() for part in one.split(";")))


def lines_of(region: Region, file: str, role: Role) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Read a file of lines that a scenario names, and what is to be told of it.

    Raises
    ------
    LayerError
        It cannot be read, a line has no length, or it says of a road to be built what is not read.
    NetworkError
        A road to be built is of a class that has no speed.
    """
    where = region.asked.where
    lines, notices = read_vector(region.files[file], role, crs=where.crs, area=where.area)
    if bool((short := lines.length < SAME_PLACE_M).any()):
        row = 1 + int(lines[FILE_ROW][short].iloc[0])
        raise LayerError(f"{file}: the line in row {row} has no length; draw it again")
    if role is not BUILT:
        return lines, notices
    refuse_unknown_classes(lines, file)
    said = [column for column in lines if str(column).lower() in UNREAD]
    if unread := [column for column in said if any(one for one in lines[column] if pd.notna(one))]:
        raise LayerError(
            f"{file}: its column {unread[0]} is not read of roads to be built; leave it out, and write speeds, in "
            "km/h, into speed_kph"
        )
    return lines, notices


def notices_of_lines(region: Region, scenario: Scenario) -> list[Message]:
    """Give what is to be told of the files of lines that a scenario names.

    Raises
    ------
    LayerError
        As of :func:`lines_of`.
    """
    files = {file: BUILT if file == scenario.bypass else MARKED for file in scenario.files}
    return [notice for file, role in files.items() for notice in lines_of(region, file, role)[1]]


def meant(region: Region, mode: RoadMode, road: Stretch, roads: Network) -> Flags:
    """Say of each edge of a mode's roads whether it is part of a road that a scenario names.

    Parameters
    ----------
    region : Region
        Whose network of the mode has the roads' edges as arcs.
    mode : str
    road : Stretch
    roads : Roads or MultiDiGraph
    """
    if road.line is not None:
        return _along(region.networks[mode].arcs.geometry(), lines_of(region, road.line, MARKED)[0])
    sought = str(road.ref or road.name).strip().casefold()
    bears = borne(roads).ref if road.ref is not None else borne(roads).name
    return np.array([sought in one for one in bears], dtype=bool)


def _along(roads: NDArray[np.object_], drawn: gpd.GeoDataFrame) -> Flags:
    """Whether each road lies along a drawn line: half of it, or half of the line, is near the other."""
    found = np.zeros(len(roads), dtype=bool)
    lines = drawn.geometry.to_numpy()
    line, road = shapely.STRtree(roads).query(lines, predicate="dwithin", distance=NEAR_M)
    near_road = shapely.length(shapely.intersection(lines[line], shapely.buffer(roads[road], NEAR_M)))
    near_line = shapely.length(shapely.intersection(roads[road], shapely.buffer(lines[line], NEAR_M)))
    along = (near_road >= shapely.length(lines[line]) / 2) | (near_line >= shapely.length(roads[road]) / 2)
    found[road[along]] = True
    return found


def times_as_long(region: Region, mode: RoadMode, scenario: Scenario, roads: Network) -> NDArray[np.float64]:
    """How many times as long each edge of a mode's roads takes in a scenario; infinite where it is closed."""
    factor = np.ones(len(region.networks[mode].arcs.tail))
    if scenario.peak:
        factor /= peak_factor(pd.Series(borne(roads).setting, dtype="str"), mode).to_numpy(np.float64)
    for road in scenario.slowed:
        factor[meant(region, mode, road, roads)] *= road.factor
    for shut in scenario.closed:
        factor[meant(region, mode, shut, roads)] = np.inf
    return factor


def refuse_strange_roads(region: Region, scenarios: Iterable[Scenario]) -> None:
    """Refuse roads that no road of the study's is called, or that lie along none of its roads.

    Parameters
    ----------
    region : Region
    scenarios : iterable of Scenario

    Raises
    ------
    StudyError
        One line each.
    LayerError
        A file of lines cannot be read.
    """
    networks: Mapping[RoadMode, Network] = {mode: region.roads(mode) for mode in region.networks}
    faults = []
    for one in scenarios:
        if one.bypass is not None:
            lines_of(region, one.bypass, BUILT)
        faults += [
            f"scenarios.{one.id}: {_strange(road, list(networks.values()), region.asked.layers.roads)}"
            for road in (*one.closed, *one.slowed)
            if not any(meant(region, mode, road, roads).any() for mode, roads in networks.items())
        ]
    if faults:
        raise StudyError(faults)


def _strange(road: Stretch, networks: Sequence[Network], called: str) -> str:
    if road.line is not None:
        return f"no road of {called} lies within {NEAR_M:g} m along a line of {road.line}; draw it along the road"
    what = "ref" if road.ref is not None else "name"
    sought = str(road.ref or road.name)
    told = {one.casefold(): one for roads in networks for word in words_of(roads, what) for one in _spelt(word)}
    close = difflib.get_close_matches(sought.strip().casefold(), told, n=1, cutoff=0.4)
    remedy = f"did you mean {told[close[0]]!r}?" if close else f"none there has a {what}; give a line drawn along it"
    return f"{called} has no road of the {what} {sought!r}; {remedy if close or not told else 'look it up there'}"
