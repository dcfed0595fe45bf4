"""A study's ground, made once: its layers, the networks of its modes, where people live, and who touches which road."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sitesel.errors import NetworkError
from sitesel.layers import Raster, joined
from sitesel.network import (
    Arcs,
    Extract,
    Roads,
    SnapRules,
    arcs_of,
    bus_fixed_minutes,
    from_lines,
    slow_by_slope,
    snap,
    user_cache_folder,
    walking_kph,
)
from sitesel.region.extracts import notices_of_extract
from sitesel.region.homes import Homes, homes_of_layer, homes_of_raster, notices_of_raster
from sitesel.region.outlines import Outlines
from sitesel.region.reading import Inputs
from sitesel.region.settings import Layers, OffRoad, Spread, Way, Where
from sitesel.region.spreading import Grounds, Spreading, at_points, notices_of_spread, spread_places
from sitesel.routing import CompiledNetwork, Places, compile_network, places_on_edges, travel_times
from sitesel.schema import RoadMode
from sitesel.settings import Part
from sitesel.text import Message, SetAside

Section = TypeVar("Section", bound=Part)
GATE_M = 50.0  # along a plot's boundary, points that are tried as ways in


@dataclass(frozen=True)
class Asked:
    """What a study asks of its region.

    Parameters
    ----------
    where : Where
    layers : Layers
        What each layer is called, for faults.
    off_road : OffRoad
    modes : collection of mode
        Whose networks are compiled.
    ways : collection of (mode, layer)
        Layers whose features are joined to the roads of a mode; ``homes`` are where people live.
    people_on : mode, optional
        On whose roads the people of a raster are shared out, where the study has one.
    spread : Spread
        How large places are spread over their ground, where no raster tells of people.
    sections : tuple of Part
        Sections of the study that its indicators read, such as that of labour.
    """

    where: Where
    layers: Layers
    off_road: OffRoad
    modes: Collection[RoadMode]
    ways: Collection[Way] = ()
    people_on: RoadMode | None = None
    spread: Spread = field(default_factory=Spread)
    sections: tuple[Part, ...] = ()

    def section(self, kind: type[Section]) -> Section | None:
        """Find the section of a kind; None where the study has none."""
        return next((part for part in self.sections if isinstance(part, kind)), None)


@dataclass(frozen=True, eq=False)
class Region:
    """The ground that plots are measured on; nothing of it changes once it is made by :func:`survey`.

    Parameters
    ----------
    asked : Asked
    frames : mapping of str to GeoDataFrame
        Layers by name, in the study's CRS; to the ``settlements`` the parts of those that are spread are added, as
        :class:`sitesel.region.spreading.Spreading` has them.
    files : mapping of str to Path
    graphs : mapping of str to MultiDiGraph
        ``roads``, where they were given as a network; by mode, where they were changed for it.
    extract : Extract, optional
        The roads, where they are an OpenStreetMap file.
    networks : mapping of mode to CompiledNetwork
    main : mapping of mode to ndarray of bool
        Nodes that places are joined to, where it is not the largest part of the network: what closed roads cut off is
        still lived in.
    homes : Homes
    joined : mapping of (mode, layer) to Places
    spread : tuple of mapping
        For the record of the run: the places that are spread, as :class:`sitesel.region.spreading.Spreading` has it.
    notices : tuple of Message
        What lies too far from any road, what of a raster's people is not counted, and which places are spread.
    """

    sent_once: ClassVar = True
    """To each worker of a :class:`sitesel.crew.Crew`."""

    asked: Asked
    frames: Mapping[str, gpd.GeoDataFrame]
    files: Mapping[str, Path]
    graphs: Mapping[str, nx.MultiDiGraph] = field(default_factory=dict)
    extract: Extract | None = None
    networks: Mapping[RoadMode, CompiledNetwork] = field(default_factory=dict)
    main: Mapping[RoadMode, NDArray[np.bool_]] = field(default_factory=dict)
    homes: Homes = field(default_factory=Homes)
    joined: Mapping[Way, Places] = field(default_factory=dict)
    spread: tuple[Mapping[str, Any], ...] = ()
    notices: tuple[Message, ...] = ()

    def _repr_html_(self) -> str:
        """Tell its layers and the size of its networks, for a notebook."""
        layers = {name: f"{len(frame)} × {', '.join(frame.geom_type.unique())}" for name, frame in self.frames.items()}
        networks = {f"network: {mode}": f"{len(one.arcs.seconds)} arcs" for mode, one in self.networks.items()}
        told = layers | networks | {"homes": str(len(self.homes.places)), "CRS": self.crs}
        return str(pd.DataFrame({type(self).__name__: told}).to_html())

    @property
    def crs(self) -> str:
        """CRS of the study, projected, in metres."""
        return self.asked.where.crs

    @property
    def heights(self) -> tuple[Raster, ...]:
        """Elevation layers, in the study's order: the first that knows a height is asked."""
        return joined(self.files[f"elevation {given}"] for given in self.asked.layers.elevation)

    def roads(self, mode: RoadMode) -> Roads | nx.MultiDiGraph:
        """Read the roads that a mode can use, slopes left aside: a graph, but for those of an extract."""
        where = self.asked.where
        given = self.graphs.get(mode, self.graphs.get("roads"))
        if given is not None:
            return given
        if self.extract is not None:
            return self.extract.roads(mode, where.season)
        return from_lines(self.frames["roads"], mode=mode, season=where.season, called=self.asked.layers.roads)

    def road_graph(self, mode: RoadMode) -> nx.MultiDiGraph:
        """Make the graph of the roads that a mode can use, slopes left aside."""
        roads = self.roads(mode)
        return roads.graph() if isinstance(roads, Roads) else roads

    def driven_arcs(self, mode: RoadMode) -> Arcs:
        """Read the roads that a mode can use with the seconds that it takes on their slopes."""
        roads = self.roads(mode)
        if mode == "truck" and self.asked.where.trucks_slowed_by_slope:
            for heights in self.heights:  # where no elevation layer lies under a road it stays as it is
                roads = slow_by_slope(roads, heights, mode)
        return roads.arcs() if isinstance(roads, Roads) else arcs_of(roads)

    def compiled(self, arcs: Arcs) -> CompiledNetwork:
        """Compile roads; the order of those of an extract is kept on disk."""
        return compile_network(arcs, cache=None if self.extract is None else user_cache_folder())

    def snap_rules(self, mode: RoadMode, gate_m: float = GATE_M) -> SnapRules:
        """Say how places may reach the roads of a mode."""
        off_road = self.asked.off_road
        kph = min(off_road.speed_kph, walking_kph()) if mode == "foot" else off_road.speed_kph
        return SnapRules(cap_m=off_road.cap_km * 1000, off_road_kmh=kph, gate_spacing_m=gate_m)

    def joins(self, mode: RoadMode, places: gpd.GeoDataFrame, gate_m: float = GATE_M) -> pd.DataFrame:
        """Find where places touch the roads of a mode, as :func:`sitesel.network.snap` tells it."""
        return snap(self.networks[mode].arcs, places, self.snap_rules(mode, gate_m), self.main.get(mode))

    def outlines(
        self, frame: gpd.GeoDataFrame, modes: Collection[RoadMode], gate_m: float = GATE_M, *, all_reached: bool = True
    ) -> Outlines:
        """Join pieces of ground to the roads of some modes.

        Parameters
        ----------
        frame : GeoDataFrame
            As :class:`Outlines` has it.
        modes : collection of mode
        gate_m : float
            Distance of the points along a boundary that are tried as ways in.
        all_reached : bool
            Whether one that no road reaches is refused; else it has no gate.

        Raises
        ------
        NetworkError
            One line for each that no road reaches.
        """
        places: dict[RoadMode, Places] = {}
        for mode in modes:
            alike = next((other for other in places if self._same_streets(mode, other)), None)
            if alike is not None:
                places[mode] = places[alike]
                continue
            joined = self.joins(mode, frame, gate_m)
            if all_reached:
                self._refuse_far(joined[joined["reason"].notna()])
            places[mode] = places_on_edges(joined)
        return Outlines(frame, places, self.heights)

    def _refuse_far(self, far: pd.DataFrame) -> None:
        cap = self.asked.off_road.cap_km
        if not far.empty:
            raise NetworkError(
                [
                    f"{self.asked.layers.plots_called}: plot {place} lies {metres / 1000:.1f} km from the nearest "
                    f"road, beyond the cap of {cap:g} km; add its road, or raise off_road.cap_km"
                    for place, metres in zip(far["place"], far["off_road_m"], strict=True)
                ]
            )

    def _same_streets(self, mode: RoadMode, other: RoadMode) -> bool:
        """Two modes differ in seconds alone: the places, which hold none of the roads', serve both."""
        one, two = self.networks[mode].arcs, self.networks[other].arcs
        return (
            self.snap_rules(mode) == self.snap_rules(other)
            and one.same_streets(two)
            and np.array_equal(np.isfinite(one.seconds), np.isfinite(two.seconds))
            and bool(shapely.equals_exact(one.geometry(), two.geometry()).all())
        )

    def seconds(self, mode: RoadMode, origins: str | Outlines, destinations: str | Outlines) -> pd.DataFrame:
        """Travel times between layers or outlines, off-road legs and waiting included.

        Returns
        -------
        DataFrame of float, origins x destinations
            NaN where there is no way.
        """
        ends = [
            end.places[mode] if isinstance(end, Outlines) else self.joined[mode, end] for end in (origins, destinations)
        ]
        return travel_times(self.networks[mode], *ends).astype(np.float64) + 60 * waiting_minutes(mode)


def waiting_minutes(mode: RoadMode) -> float:
    """Minutes of walk and wait that every way of a mode has."""
    return bus_fixed_minutes() if mode == "bus" else 0.0


def survey(asked: Asked, inputs: Inputs) -> Region:
    """Make a region: compile the networks, find where people live, and join the layers to the roads.

    Parameters
    ----------
    asked : Asked
    inputs : Inputs

    Returns
    -------
    Region

    Raises
    ------
    NetworkError
        Nothing to route on.
    LayerError
        A raster of population or of heights cannot be used.
    """
    settled = _settled(asked, inputs)
    frames = {**inputs.frames, "settlements": settled.settlements}
    extract = inputs.extracts.get("roads")
    bare = Region(asked, frames, inputs.files, inputs.graphs, extract, spread=settled.record)
    region = replace(bare, networks={mode: bare.compiled(bare.driven_arcs(mode)) for mode in asked.modes})
    region = replace(region, homes=_homes(region))
    notices = [] if extract is None else _told_of(extract, asked)
    notices += notices_of_spread(settled, asked.spread)
    notices += notices_of_raster(region.homes.record, asked.off_road.cap_km)
    joined, told = layers_joined(region)
    return replace(region, joined=joined, notices=(*notices, *told))


def _told_of(extract: Extract, asked: Asked) -> list[Message]:
    """Tell what of an extract is to be known, by all modes of the study."""
    abouts = [extract.roads(mode, asked.where.season).about for mode in dict.fromkeys(("car", *asked.modes))]
    return list(notices_of_extract(abouts, asked.layers.roads))


def layers_joined(region: Region) -> tuple[dict[Way, Places], list[Message]]:
    """Join the layers that a study asks for to the roads of its modes.

    Returns
    -------
    joined : dict of (mode, layer) to Places
    notices : list of Message
        What lies too far from any road.
    """
    joined, notices = {}, []
    for mode, layer in region.asked.ways:
        found = region.joins(mode, region.homes.places if layer == "homes" else region.frames[layer])
        told = _unjoined(layer, found[found["reason"].notna()])  # most modes share the roads: once is enough
        notices += [notice for notice in told if notice not in notices]
        joined[mode, layer] = places_on_edges(found)
    return joined, notices


def _settled(asked: Asked, inputs: Inputs) -> Spreading:
    """Spread the large places; where a raster tells of people, there is nothing to spread."""
    settlements = inputs.frames["settlements"]
    if asked.people_on is not None:
        return Spreading(at_points(settlements))
    grounds = Grounds(inputs.frames.get("city_parts"), inputs.frames.get("built_up"))
    return spread_places(settlements, asked.spread, grounds)


def _homes(region: Region) -> Homes:
    """Find where people live: in the settlements, or at the road nodes that a raster is shared out to."""
    asked = region.asked
    if asked.people_on is None:
        return homes_of_layer(region.frames["settlements"])
    network = region.networks[asked.people_on]
    return homes_of_raster(asked.where, asked.off_road, region.files["population"], network, region.frames)


def _unjoined(layer: str, far: pd.DataFrame) -> list[Message]:
    """Tell of places that no road reaches."""
    if far.empty:
        return []
    layer = "settlements" if layer == "homes" else layer
    rows = tuple(str(place) for place in far["place"])
    params: dict[str, str | float] = {"count": len(rows), "names": ", ".join(rows)}
    return [SetAside(f"notice.{layer}_unjoined", params, layer, rows, Message("rejected.unjoined"))]
