"""OpenStreetMap files to road graphs.

What is modelled is listed at :func:`from_osm`; what is not: turn restrictions via a way, conditions on hours and
weekdays, ``access=destination`` as no through road, tolls, delays at lights and turns, ferries, and the mountain
setting (nothing in the file tells it; :func:`sitesel.network.slope.slow_by_slope` slows trucks by grade instead).
"""

from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sitesel.errors import NetworkError
from sitesel.layers.door import why_no_file
from sitesel.network.cache import digest_of, network_key, roads_cached
from sitesel.network.osm_file import OsmRoads, read_osm, roads_for
from sitesel.network.osm_opl import OsmFile
from sitesel.network.osm_tables import road_tables, runs
from sitesel.network.roads import Roads
from sitesel.schema import MissingNodes, RoadMode, Season

if TYPE_CHECKING:
    import networkx as nx


def from_osm(
    path: str | PathLike[str],
    mode: RoadMode,
    *,
    season: Season = "summer",
    crs: str | None = None,
    cache: str | PathLike[str] | None = None,
    missing_nodes: MissingNodes = "refuse",
) -> "nx.MultiDiGraph[int]":
    """Road graph of an OpenStreetMap file for one mode and season.

    Ways are taken by class, access, vehicle size, season and barriers; directions by one-way signs, roundabouts and
    motorways; seconds by the signed limit, else by the table of speeds, with surface, track grade and season. Turn
    restrictions split nodes (:mod:`sitesel.network.turns`). Nodes where nothing branches or changes are contracted.

    Parameters
    ----------
    path : path
        ``.osm.pbf`` or ``.osm``.
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}, default "summer"
        July or January.
    crs : str, optional
        CRS of ``x``, ``y`` and ``geometry``; WGS 84 degrees by default. Where given, nodes carry ``lon lat`` too.
    cache : path, optional
        Folder in which the network is kept by the hash of the file and of all that was asked; a second call reads it
        from there. Nothing is kept by default; where the folder cannot be written, ``notices`` says so.
    missing_nodes : {"refuse", "cut"}, default "refuse"
        What to do with ways whose nodes the file does not hold: raise, or cut them there and count them.

    Returns
    -------
    networkx.MultiDiGraph
        In OSMnx's conventions. Nodes: ``x y street_count``, ``via`` on copies made for turn restrictions, ``barrier``
        on the ends made by barriers (both hold the node's own number; such nodes have negative numbers). Edges:
        ``osmid`` (int or list), ``highway name ref lanes maxspeed surface tracktype`` as tagged, ``length`` (m, on the
        ellipsoid), ``oneway reversed setting speed_kph travel_time`` (s), ``assumed_speed``, ``turn_copy``,
        ``geometry``. Graph: ``crs simplified mode season dropped notices created_with``; the two counters by reason.

    Raises
    ------
    LayerError
        The file is missing, cut short, or not OSM.
    NetworkError
        It holds no roads for the mode, or ways without their nodes.

    Examples
    --------
    >>> road = '<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="trunk"/><tag k="oneway" v="yes"/></way>'
    >>> ends = '<node id="1" lon="74.5" lat="42.8"/><node id="2" lon="74.6" lat="42.8"/>'
    >>> _ = Path("road.osm").write_text(f'<osm version="0.6">{ends}{road}</osm>', encoding="utf-8")
    >>> [(u, v, round(seconds)) for u, v, seconds in from_osm("road.osm", "truck").edges(data="travel_time")]
    [(1, 2, 491)]
    """
    return Extract(path, crs=crs, cache=cache, missing_nodes=missing_nodes).roads(mode, season).graph()


class Extract:
    """An OpenStreetMap file, read once for all modes and seasons that are asked of it, when the first is.

    Parameters
    ----------
    path, crs, cache, missing_nodes
        As of :func:`from_osm`.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        crs: str | None = None,
        cache: str | PathLike[str] | None = None,
        missing_nodes: MissingNodes = "refuse",
    ) -> None:
        self.path, self.crs, self.missing_nodes = Path(path), crs, missing_nodes
        self.cache = None if cache is None else Path(cache)
        self._known: dict[tuple[str, str], Roads] = {}

    @cached_property
    def _file(self) -> OsmFile:
        return read_osm(self.path)

    @cached_property
    def _digest(self) -> bytes:
        return digest_of(self.path)

    def roads(self, mode: RoadMode, season: Season = "summer") -> Roads:
        """Roads of a mode in a season.

        Raises
        ------
        LayerError, NetworkError
            As of :func:`from_osm`.
        """
        if (mode, season) not in self._known:
            self._known[mode, season] = self._roads(mode, season)
        return self._known[mode, season]

    def _roads(self, mode: RoadMode, season: Season) -> Roads:
        def read() -> Roads:
            roads = roads_for(self._file, mode, season)
            _check(roads, self.path.name, mode, self.missing_nodes)
            return road_tables(roads, mode, season, self.crs)

        if self.cache is None or why_no_file(self.path):
            return read()
        asked = {"mode": mode, "season": season, "crs": self.crs or "", "missing_nodes": self.missing_nodes}
        return roads_cached(self.cache, network_key(self._digest, asked), read)


def _check(roads: OsmRoads, name: str, mode: str, missing_nodes: MissingNodes) -> None:
    missing = np.unique(roads.node_id[np.isnan(roads.lon)]).size
    if missing and (missing_nodes == "refuse" or missing == np.unique(roads.node_id).size):
        raise NetworkError(
            f"{name}: {missing} nodes of its roads are missing; make the extract with complete ways"
            ' (osmium extract --strategy=complete_ways) or write missing_nodes = "cut"'
        )
    if runs(roads).starts.all():
        raise NetworkError(
            f"{name}: no roads for {mode}; give an extract that holds roads (highway=*),"
            " or download it again where it should: it may be cut short"
        )
