"""Worlds that may be the true one: a region whose speeds, people, costs, spare capacity and places are drawn.

So are the figures that indicators leave open. What a world shares among all plots is drawn here; what each plot has for
itself is drawn in :mod:`sitesel.sureness.testing`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.special import ndtri

from sitesel.connections.pricing import study_prices
from sitesel.connections.settings import Connection, Cost
from sitesel.decision.drawing import bernoulli, displacement
from sitesel.indicators import AnyIndicator
from sitesel.labour.settings import Labour
from sitesel.layers.roles import SPARE
from sitesel.network import words_of
from sitesel.region import Homes, Region
from sitesel.routing import CompiledNetwork, places_on_edges
from sitesel.schema import RoadMode
from sitesel.settings import Part
from sitesel.sureness.places import METRES, shifted
from sitesel.sureness.settings import Sureness

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "trunk": ("motorway", "trunk"),
    "main": ("primary", "secondary"),
}
LOCAL: Final = "local"
MOVED: Final = ("gateways", "utilities")
"""Layers of points whose places are known to a precision."""
PLENTY: Final = 1e9


def inputs_of(region: Region, indicators: Iterable[AnyIndicator]) -> list[str]:
    """Name what is drawn for each world, for :func:`sitesel.decision.drawing.quasi_random`.

    Parameters
    ----------
    region : Region
    indicators : iterable of Indicator
        Each may leave figures of its own open.
    """
    names = ["speed", *(f"speed {part}" for part in (*GROUPS, LOCAL, *_modes_apart(region)))]
    if region.asked.section(Labour) is not None:
        names += ["participation", "working age", "people", "draw cap"]
    if region.asked.section(Connection) is not None:
        names += ["line costs", "plant costs", *(f"spare {source}" for source in _unsure_of_capacity(region))]
    for layer in MOVED:
        for place in _imprecise(region, layer):
            names += [f"{axis} of {layer} {place}" for axis in ("distance", "direction")]
    return [*names, *(name for part in indicators for name in figures_of(part, part.unsure))]


def figures_of(indicator: AnyIndicator, settings: Iterable[str]) -> list[str]:
    """Name figures of an indicator as :func:`inputs_of` does."""
    return [f"{setting} of {indicator.id}" for setting in settings]


def drawn_indicator(indicator: AnyIndicator, drawn: "pd.Series[float]") -> AnyIndicator:
    """Give an indicator as it is in a world; ``drawn`` as of :func:`drawn_world`."""
    return indicator.drawn(dict(zip(indicator.unsure, drawn[figures_of(indicator, indicator.unsure)], strict=True)))


def _modes_apart(region: Region) -> list[RoadMode]:
    """Name the modes whose roads are wrong apart from one another; none where there is one alone."""
    return sorted(region.networks) if len(region.networks) > 1 else []


def _imprecise(region: Region, layer: str) -> pd.Index:
    frame = region.frames.get(layer)
    if frame is None or "precision_km" not in frame:
        return pd.Index([])
    places: pd.Index = frame.index[frame["precision_km"].fillna(0) > 0]
    return places


def _unsure_of_capacity(region: Region) -> pd.Index:
    frame = region.frames["utilities"]
    unsure: pd.Index = frame.index[frame.reindex(columns=list(SPARE)).isna().all(axis=1)]
    return unsure


def drawn_world(region: Region, wanted: Sureness, drawn: "pd.Series[float]") -> Region:
    """Make a world.

    Parameters
    ----------
    region : Region
        As the study knows it.
    wanted : Sureness
    drawn : Series of float, index of :func:`inputs_of`
        Between 0 and 1.

    Returns
    -------
    Region
    """
    frames = {**region.frames, **{layer: _moved(region, layer, drawn) for layer in MOVED if layer in region.frames}}
    if region.asked.section(Connection) is not None:
        frames["utilities"] = _capacity(region, frames["utilities"], wanted, drawn)
    asked = replace(region.asked, sections=tuple(_section(part, region, drawn) for part in region.asked.sections))
    networks = {mode: _at_speeds(region, mode, wanted.speed, drawn) for mode in region.networks}
    world = replace(region, asked=asked, frames=frames, networks=networks, homes=_homes(region, drawn))
    joined = {
        (mode, layer): places_on_edges(world.joins(mode, frames[layer])) if layer in MOVED else places
        for (mode, layer), places in region.joined.items()
    }
    return replace(world, joined=joined)


def _moved(region: Region, layer: str, drawn: "pd.Series[float]") -> gpd.GeoDataFrame:
    """Move each place of a layer within the circle that it is known to."""
    frame, places = region.frames[layer].copy(), _imprecise(region, layer)
    far, way = (
        drawn[[f"{end} of {layer} {place}" for place in places]].to_numpy() for end in ("distance", "direction")
    )
    radius = METRES * frame.loc[places, "precision_km"].to_numpy(np.float64)
    frame.loc[places, "geometry"] = shifted(frame.geometry[places], *displacement(far, way, radius))
    return frame


def _capacity(region: Region, frame: gpd.GeoDataFrame, wanted: Sureness, drawn: "pd.Series[float]") -> gpd.GeoDataFrame:
    """Say of spare capacity that is not known that it is enough, or none."""
    unsure = _unsure_of_capacity(region)
    enough = bernoulli(drawn[[f"spare {source}" for source in unsure]], wanted.enough)
    told = frame.reindex(columns=list(SPARE)).astype(np.float64)
    told.loc[unsure] = np.where(enough, PLENTY, 0.0)[:, None]
    return frame.assign(**told)


def _section(part: Part, region: Region, drawn: "pd.Series[float]") -> Part:
    """Draw what a section of the study leaves open."""
    if isinstance(part, Labour):
        return part.model_copy(
            update={
                "participation": part.participation.drawn(drawn["participation"]),
                "draw_cap": part.draw_cap.drawn(drawn["draw cap"]),
            }
        )
    if isinstance(part, Connection):
        items = study_prices(part, region.files.get("prices"), region.asked.where.country).items
        costs = {
            str(item): _drawn_cost(row, drawn["line costs" if row["unit"].endswith("/km") else "plant costs"])
            for item, row in items.iterrows()
            if pd.notna(row["mid"])
        }
        return part.model_copy(update={"costs": costs})
    return part


def _drawn_cost(row: "pd.Series[Any]", u: float) -> Cost:
    return Cost(low=row["low"], mid=row["mid"], high=row["high"]).drawn(u)


def _homes(region: Region, drawn: "pd.Series[float]") -> Homes:
    """Draw how many people there are: all figures of one confidence are wrong the same way."""
    labour, places = region.asked.section(Labour), region.homes.places
    if labour is None:
        return region.homes
    part = labour.doubt.model_dump()
    doubt = places["population_confidence"].str.replace(" ", "_").map(part).astype(np.float64)
    people = places["population"] * (1 + doubt * (2 * drawn["people"] - 1))
    age = places["working_age_share"] + part["working_age"] * (2 * drawn["working age"] - 1)
    return replace(region.homes, places=places.assign(population=people, working_age_share=age.clip(0, 1)))


def _at_speeds(region: Region, mode: RoadMode, spread: float, drawn: "pd.Series[float]") -> CompiledNetwork:
    """Give a network drawn speeds: of all roads, of each class of roads and of each mode, wrong apart from one another.

    Each of these parts has the same share of the variance, so that a single road's speed spreads as the study says.
    """
    network = region.networks[mode]
    each = {group: ndtri(drawn[f"speed {group}"]) for group in (*GROUPS, LOCAL)}
    wrong, parts = ndtri(drawn["speed"]) + pd.Series(_classes(region, mode)).map(each).to_numpy(np.float64), 2
    if mode in _modes_apart(region):
        wrong, parts = wrong + ndtri(drawn[f"speed {mode}"]), 3
    return network.customise(network.arcs.seconds * np.exp(spread * wrong / np.sqrt(parts)))


@lru_cache(maxsize=8)
def _classes(region: Region, mode: RoadMode) -> tuple[str, ...]:
    """Group of each arc's class of road."""
    group = {road: name for name, roads in GROUPS.items() for road in roads}
    classes = words_of(region.roads(mode), "highway")
    return tuple(group.get(road if isinstance(road, str) else "", LOCAL) for road in classes)
