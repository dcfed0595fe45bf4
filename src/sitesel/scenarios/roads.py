"""Which roads a scenario speaks of, and how long they take in it."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sitesel.errors import StudyError
from sitesel.layers import read_vector
from sitesel.layers.roles import Column, Role
from sitesel.network import peak_factor
from sitesel.region import Region
from sitesel.scenarios.settings import Scenario, Stretch
from sitesel.schema import RoadMode

Flags = NDArray[np.bool_]

NEAR_M: Final = 30.0
"""A road no farther from a drawn line lies along it, if half of either does."""
_TEXT, _SPEED = Column("text"), Column("number", least=0)
MARKED: Final = Role("line", identified=False)
BUILT: Final = Role(
    "line",
    {
        "highway": Column("text", required=True),
        **dict.fromkeys(("setting", "surface", "oneway", "ref", "name_en", "name_ru", "name_ky"), _TEXT),
        "speed_kph": _SPEED,
    },
    identified=False,
)


@dataclass(frozen=True)
class Borne:
    """What each road of a graph bears, in the order of its edges.

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
def borne(graph: nx.MultiDiGraph) -> Borne:
    """Read what each edge of a graph bears."""
    edges = [data for *_, data in graph.edges(data=True)]
    ref, name = (tuple(frozenset(_folded(data.get(what))) for data in edges) for what in ("ref", "name"))
    return Borne(ref, name, tuple(str(data.get("setting") or "") for data in edges))


def _folded(value: object) -> Iterator[str]:
    for one in _spelt(value):
        yield one.casefold()


def _spelt(value: object) -> Iterator[str]:
    """Split what OpenStreetMap joins by semicolons."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield from filter(None, (part.strip() for part in one.split(";")))


def lines_of(region: Region, file: str, role: Role) -> gpd.GeoDataFrame:
    """Read a file of lines that a scenario names.

    Raises
    ------
    LayerError
        It cannot be read.
    """
    where = region.asked.where
    return read_vector(region.files[file], role, crs=where.crs, area=where.area)[0]


def meant(region: Region, mode: RoadMode, road: Stretch, graph: nx.MultiDiGraph) -> Flags:
    """Say of each edge of a mode's graph whether it is part of a road that a scenario names.

    Parameters
    ----------
    region : Region
        Whose network of the mode has the graph's edges as arcs.
    mode : str
    road : Stretch
    graph : MultiDiGraph
    """
    if road.line is not None:
        return _along(region.networks[mode].arcs.geometry(), lines_of(region, road.line, MARKED))
    sought = str(road.ref or road.name).strip().casefold()
    bears = borne(graph).ref if road.ref is not None else borne(graph).name
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


def times_as_long(region: Region, mode: RoadMode, scenario: Scenario, graph: nx.MultiDiGraph) -> NDArray[np.float64]:
    """How many times as long each edge of a mode's graph takes in a scenario; infinite where it is closed."""
    factor = np.ones(graph.number_of_edges())
    if scenario.peak:
        factor /= peak_factor(pd.Series(borne(graph).setting, dtype="str"), mode).to_numpy(np.float64)
    for road in scenario.slowed:
        factor[meant(region, mode, road, graph)] *= road.factor
    for shut in scenario.closed:
        factor[meant(region, mode, shut, graph)] = np.inf
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
    graphs: Mapping[RoadMode, nx.MultiDiGraph] = {mode: region.road_graph(mode) for mode in region.networks}
    faults = []
    for one in scenarios:
        if one.bypass is not None:
            lines_of(region, one.bypass, BUILT)
        faults += [
            f"scenarios.{one.id}: {_strange(road, list(graphs.values()), region.asked.layers.roads)}"
            for road in (*one.closed, *one.slowed)
            if not any(meant(region, mode, road, graph).any() for mode, graph in graphs.items())
        ]
    if faults:
        raise StudyError(faults)


def _strange(road: Stretch, graphs: Sequence[nx.MultiDiGraph], called: str) -> str:
    if road.line is not None:
        return f"no road of {called} lies within {NEAR_M:g} m along a line of {road.line}; draw it along the road"
    what = "ref" if road.ref is not None else "name"
    sought = str(road.ref or road.name)
    told = {
        one.casefold(): one for graph in graphs for *_, data in graph.edges(data=True) for one in _spelt(data.get(what))
    }
    close = difflib.get_close_matches(sought.strip().casefold(), told, n=1, cutoff=0.4)
    remedy = f"did you mean {told[close[0]]!r}?" if close else f"none there has a {what}; give a line drawn along it"
    return f"{called} has no road of the {what} {sought!r}; {remedy if close or not told else 'look it up there'}"
