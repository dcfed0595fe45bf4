"""The ground of a study as it would be in a scenario."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.network import Arcs, Gap, strongest_component, with_bypass
from sitesel.region import Asked, Region, layers_joined
from sitesel.routing import CompiledNetwork
from sitesel.scenarios.roads import BUILT, lines_of, notices_of_lines, times_as_long
from sitesel.scenarios.settings import Scenario
from sitesel.schema import RoadMode
from sitesel.text import Message


def roads_differ(one: Region, other: Region) -> bool:
    """Whether places may meet the roads of two regions differently: some are closed, or built, or shut in winter."""
    return not all(_same_roads(network.arcs, other.networks[mode].arcs) for mode, network in one.networks.items())


def _same_roads(one: Arcs, other: Arcs) -> bool:
    return one.same_streets(other) and np.array_equal(np.isfinite(one.seconds), np.isfinite(other.seconds))


def region_in(region: Region, asked: Asked, scenario: Scenario) -> Region:
    """Make the region of a scenario; that of the study stays as it is.

    Parameters
    ----------
    region : Region
        Of the study.
    asked : Asked
        What the study asks in the scenario.
    scenario : Scenario

    Returns
    -------
    Region
        Its notices tell only of its files of lines, of ends of a bypass that meet no road, and of places that no road
        reaches any more.

    Raises
    ------
    NetworkError
        A bypass is of a class that has no speed.
    LayerError
        A file of lines cannot be read.
    """
    frames = {**region.frames}
    if "rivals" in frames:
        frames["rivals"] = frames["rivals"].assign(jobs=frames["rivals"]["jobs"] * scenario.rivals)
    world = replace(region, asked=asked, frames=frames, notices=())
    told = notices_of_lines(region, scenario)
    if scenario.bypass is not None:
        world, gaps = _with_bypass(world, scenario, lines_of(region, scenario.bypass, BUILT)[0])
        told += gaps
    built = {mode: _before_closing(region, world, mode, scenario) for mode in region.networks}
    world = replace(world, networks=built, main={mode: strongest_component(one.arcs) for mode, one in built.items()})
    world = replace(world, networks={mode: _driven(world, mode, scenario) for mode in built})
    if roads_differ(region, world):
        joined, unjoined = layers_joined(world)
        told += [notice for notice in unjoined if notice not in region.notices]
        world = replace(world, joined=joined)
    name = scenario.name.by_language()
    return replace(world, notices=tuple(Message("notice.in_scenario", {"name": name, "notice": one}) for one in told))


def _with_bypass(world: Region, scenario: Scenario, lines: gpd.GeoDataFrame) -> tuple[Region, list[Message]]:
    """Build a bypass into the roads of each mode, and add it to the layer that indicators and connections read."""
    season, called = world.asked.where.season, str(scenario.bypass)
    graphs: dict[str, Any] = {}
    gaps: list[dict[tuple[int, str], Gap]] = []
    for mode in world.networks:
        graphs[mode], found = with_bypass(world.road_graph(mode), lines, mode=mode, season=season, called=called)
        gaps.append({(gap.line, gap.end): gap for gap in found})
    everywhere = [end for end in gaps[0] if all(end in found for found in gaps)]  # what one mode's roads meet is met
    roads = pd.concat([world.frames["roads"], lines], ignore_index=True)
    built = gpd.GeoDataFrame(roads[world.frames["roads"].columns], crs=world.crs)
    told = [_told(scenario, min((found[end] for found in gaps), key=lambda gap: gap.metres)) for end in everywhere]
    return replace(world, frames={**world.frames, "roads": built}, graphs={**world.graphs, **graphs}), told


def _told(scenario: Scenario, gap: Gap) -> Message:
    file = str(scenario.bypass)
    return Message(f"notice.bypass_{gap.end}_end", {"file": file, "line": gap.line, "km": gap.metres / 1000})


def _before_closing(before: Region, world: Region, mode: RoadMode, scenario: Scenario) -> CompiledNetwork:
    """Give the network of a mode its season and its bypass, without ordering it anew where the roads are the same."""
    known = before.networks[mode]
    if world.asked.where.season == before.asked.where.season and scenario.bypass is None:
        return known
    arcs = world.driven_arcs(mode)
    return known.customise(arcs.seconds) if arcs.same_streets(known.arcs) else world.compiled(arcs)


def _driven(world: Region, mode: RoadMode, scenario: Scenario) -> CompiledNetwork:
    """Close and slow roads of a mode."""
    network = world.networks[mode]
    factor = times_as_long(world, mode, scenario, world.roads(mode))
    is_open = np.isfinite(factor)
    return network.customise(np.where(is_open, network.arcs.seconds * np.where(is_open, factor, 1.0), np.inf))
