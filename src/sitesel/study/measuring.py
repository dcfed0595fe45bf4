"""Each indicator of a study measured: numbers, why a number is missing, and what it was measured to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd

from sitesel.criteria import ground, labour, roads, utilities
from sitesel.errors import NetworkError
from sitesel.i18n import LANGUAGES, Message, name_column
from sitesel.network import (
    SnapRules,
    from_lines,
    marshrutka_fixed_minutes,
    slow_by_slope,
    snap,
    user_cache_folder,
    walking_kph,
)
from sitesel.routing import CompiledNetwork, Places, compile_network, places_on_edges, travel_times
from sitesel.study import models
from sitesel.study.homes import Homes, homes_of_layer, homes_of_raster, notices_of_raster
from sitesel.study.inputs import Inputs, is_osm, osm_graph
from sitesel.study.models import RoadMode, Study
from sitesel.study.usable import usable

A_TENTH_OF_AN_ARE = 1e-3  # hectares


@dataclass(frozen=True)
class Measured:
    """One indicator over all plots, three Series on the same index.

    Parameters
    ----------
    amount : Series of float
        NaN where not known.
    reason : Series of Message or None
        Why it is NaN.
    detail : Series of Message or None
        What it was measured to.
    """

    amount: pd.Series
    reason: pd.Series
    detail: pd.Series


class Terrain:
    """A study's layers with what is computed from them once: networks by mode, places on them, slopes.

    Parameters
    ----------
    study : Study
    inputs : Inputs
    """

    def __init__(self, study: Study, inputs: Inputs) -> None:
        self.study, self.inputs, self.notices = study, inputs, list[Message]()
        self._networks: dict[RoadMode, CompiledNetwork] = {}
        self._places: dict[tuple[RoadMode, str], Places] = {}

    @property
    def plots(self) -> gpd.GeoDataFrame:
        """The candidate plots, in the study's CRS."""
        return self.inputs.frames["plots"]

    def road_network(self, mode: RoadMode) -> CompiledNetwork:
        """Compile the roads that a mode can use, once."""
        if mode not in self._networks:
            self._networks[mode] = self._compiled(mode)
        return self._networks[mode]

    def _compiled(self, mode: RoadMode) -> CompiledNetwork:
        cache = user_cache_folder() if is_osm(self.inputs.files["roads"]) else None
        return compile_network(self._sloped(self.road_graph(mode), mode), cache=cache)

    def road_graph(self, mode: RoadMode) -> nx.MultiDiGraph:
        """Read the roads that a mode can use, slopes left aside."""
        file = self.inputs.files["roads"]
        if is_osm(file):
            return osm_graph(self.study, file, mode)
        season, called = self.study.study.season, self.study.layers.roads
        return from_lines(self.inputs.frames["roads"], mode=mode, season=season, called=called)

    def _sloped(self, graph: nx.MultiDiGraph, mode: RoadMode) -> nx.MultiDiGraph:
        """Slow trucks on grades where the study asks; where no elevation layer lies under a road it stays as it is."""
        if mode == "truck" and self.study.study.trucks_slowed_by_slope:
            for given in self.study.layers.elevation:
                graph = slow_by_slope(graph, self.inputs.files[f"elevation {given}"], mode)
        return graph

    def places(self, mode: RoadMode, layer: str) -> Places:
        """Find where the features of a layer touch the roads of a mode, once.

        Raises
        ------
        NetworkError
            A plot is out of the network's reach.
        """
        if (mode, layer) not in self._places:
            places = self.homes.places if layer == "homes" else self.inputs.frames[layer]
            snapped = snap(self.road_network(mode).arcs, places, self.snap_rules(mode))
            self._tell_unjoined(layer, snapped[snapped["reason"].notna()])
            self._places[mode, layer] = places_on_edges(snapped)
        return self._places[mode, layer]

    def snap_rules(self, mode: RoadMode) -> SnapRules:
        """Say how places may reach the roads of a mode."""
        off_road = self.study.off_road
        kph = min(off_road.speed_kph, walking_kph()) if mode == "foot" else off_road.speed_kph
        return SnapRules(cap_m=off_road.cap_km * 1000, off_road_kmh=kph, gate_spacing_m=50)

    def _tell_unjoined(self, layer: str, far: pd.DataFrame) -> None:
        """Refuse a plot that no road reaches; tell of other places, once, for most modes share the roads."""
        if layer == "plots" and not far.empty:
            cap = self.study.off_road.cap_km
            raise NetworkError(
                [
                    f"{self.study.layers.plots}: plot {place} lies {metres / 1000:.1f} km from the nearest road, "
                    f"beyond the cap of {cap:g} km; add its road, or raise off_road.cap_km"
                    for place, metres in zip(far["place"], far["off_road_m"], strict=True)
                ]
            )
        layer = "settlements" if layer == "homes" else layer
        names = ", ".join(str(place) for place in far["place"])
        notice = Message(f"notice.{layer}_unjoined", {"count": len(far), "names": names})
        if names and notice not in self.notices:
            self.notices.append(notice)

    def seconds(self, mode: RoadMode, origins: str, destinations: str) -> pd.DataFrame:
        """Travel times between two layers, off-road legs and waiting included.

        Returns
        -------
        DataFrame of float, origins x destinations
            NaN where there is no way.
        """
        ends = (self.places(mode, layer) for layer in (origins, destinations))
        table = travel_times(self.road_network(mode), *ends).astype(np.float64)
        return table + 60 * waiting_minutes(mode)

    @cached_property
    def homes(self) -> Homes:
        """Where people live: settlements, or the road nodes of the first mode that a raster is shared out to."""
        settlements, labour = self.inputs.frames["settlements"], self.study.labour
        if labour is None or labour.population is None:
            return homes_of_layer(settlements)
        path = self.inputs.files["population"]
        found = homes_of_raster(self.study, path, self.road_network(labour.roads_of_homes), self.inputs.frames)
        self.notices.extend(notices_of_raster(found.record, self.study.off_road.cap_km))
        return found

    @cached_property
    def usable(self) -> gpd.GeoDataFrame | None:
        """What of each plot is left to build on; None where the study says nothing of ground."""
        return usable(self.study, self.inputs.frames, self.plots)

    @cached_property
    def slope(self) -> pd.DataFrame:
        """Mean and greatest slope of each plot, from the first elevation layer that covers it."""
        tables, left = [], self.plots
        for given in self.study.layers.elevation:
            found = ground.slope_pct_by_window(left, self.inputs.files[f"elevation {given}"])
            unknown = found["mean"].isna()
            tables.append(found[~unknown])
            left = left.loc[found.index[unknown]]
        return pd.concat(tables).reindex(self.plots.index)

    @cached_property
    def per_town(self) -> pd.DataFrame:
        """Jobs and hectares needed, by plot."""
        jobs = {town.id: float(town.jobs) for town in self.study.towns}
        by_plot = self.plots["town"].map(jobs)
        return pd.DataFrame({"jobs": by_plot, "need_ha": by_plot / self.study.programme.jobs_per_ha})


def waiting_minutes(mode: RoadMode) -> float:
    """Minutes of walk and wait that every way of a mode has."""
    return marshrutka_fixed_minutes() if mode == "marshrutka" else 0.0


def measure(indicator: models.AnyIndicator, terrain: Terrain) -> Measured:
    """Measure one indicator on all plots.

    Parameters
    ----------
    indicator : one of the indicator models
    terrain : Terrain

    Returns
    -------
    Measured
    """
    return MEASURES[type(indicator)](indicator, terrain)


def _gateway(indicator: models.MinutesToGateway, terrain: Terrain) -> Measured:
    gateways = terrain.inputs.frames["gateways"]
    wanted = gateways[gateways["kind"] == indicator.gateway]
    seconds = terrain.seconds(indicator.mode, "plots", "gateways")[list(wanted.index)]
    minutes, whose = roads.minutes_to_nearest(seconds)
    key = "reason.no_gateway" if wanted.empty else "reason.no_way"
    return _told(minutes, Message(key, {"what": label(indicator)}), whose.map(_places(wanted), na_action="ignore"))


def _road(indicator: models.KmToRoad, terrain: Terrain) -> Measured:
    km = roads.km_to_class(terrain.plots, terrain.inputs.frames["roads"], indicator.classes)
    return _told(km, Message("reason.no_road", {"classes": ", ".join(indicator.classes)}))


def _people(indicator: models.PeoplePerJob, terrain: Terrain) -> Measured:
    homes = terrain.homes.places
    people = homes["population"] * homes["working_age_share"]
    seconds = terrain.seconds(indicator.mode, "homes", "plots")
    reach = labour.decayed_people(seconds, people, indicator.decay)
    within = labour.people_within(seconds, people, minutes=45)
    detail = pd.Series(
        {
            plot: Message("detail.people", {"people": _hundreds(reach[plot]), "within": _hundreds(within[plot])})
            for plot in reach.index
        },
        dtype="object",
    )
    return _told(reach / terrain.per_town["jobs"], Message("reason.nobody"), detail)


def _hundreds(people: float) -> float:
    """Round: villages of low confidence do not add up to single persons."""
    return float(np.round(people, -2))


def _utility(indicator: models.KmToUtility, terrain: Terrain) -> Measured:
    known = known_sources(indicator, terrain)
    km, whose = utilities.km_to_known(terrain.plots, known, indicator.known_within_km)
    reason = Message(
        "reason.none_known", {"what": Message(f"utility.{indicator.utility}"), "km": indicator.known_within_km}
    )
    return _told(km, reason, whose.map(_places(known), na_action="ignore"))


def known_sources(indicator: models.KmToUtility, terrain: Terrain) -> gpd.GeoDataFrame:
    """Take the sources of a utility that an indicator counts, points and lines."""
    points, lines = terrain.inputs.frames["utilities"], terrain.inputs.frames["utility_lines"]
    points = points[points["kind"].isin(list(indicator.kinds))]
    if indicator.only_110kv:
        points = points[points["has_110kv"].eq(True)]  # noqa: FBT003 -- unknown is not 110 kV
    lines = lines[lines["kind"].isin(list(indicator.kinds))]
    return gpd.GeoDataFrame(pd.concat([points, lines.dropna(axis=1, how="all")]), crs=points.crs)


def _area(indicator: models.AreaRatio, terrain: Terrain) -> Measured:  # noqa: ARG001 -- one signature for all
    need, whole = terrain.per_town["need_ha"], terrain.plots.area / 1e4
    left = whole if terrain.usable is None else terrain.usable["usable_ha"]
    detail = pd.Series({plot: _hectares(whole[plot], left[plot], need[plot]) for plot in whole.index})
    ratio = ground.area_ratio(left, need)
    return _told(ratio, Message("reason.no_area"), detail)


def _hectares(whole: float, left: float, need: float) -> Message:
    if np.isclose(left, whole, rtol=0, atol=A_TENTH_OF_AN_ARE):
        return Message("detail.area", {"area": whole, "need": need})
    return Message("detail.area_left", {"area": left, "whole": whole, "need": need})


def _slope(indicator: models.Slope, terrain: Terrain) -> Measured:
    column = {"mean_slope": "mean", "max_slope": "max"}[indicator.measure]
    detail = pd.Series(
        {plot: _cells(cells) for plot, cells in terrain.slope.dropna(subset=["mean"]).to_dict("index").items()},
        dtype="object",
    )
    return _told(terrain.slope[column], Message("reason.no_heights"), detail)


def _cells(slope: Mapping[Any, Any]) -> Message:
    """Tell how fine the heights under a plot are, and where they are too coarse for the plot itself."""
    size = {"width": float(slope["cell_width_m"]), "height": float(slope["cell_height_m"])}
    key = "detail.slope_regional" if slope["regional"] else "detail.slope_fine"
    return Message(key, {"cells": int(slope["cells"]), **{name: float(round(side)) for name, side in size.items()}})


MEASURES: Final[dict[type, Callable[[Any, Terrain], Measured]]] = {
    models.MinutesToGateway: _gateway,
    models.KmToRoad: _road,
    models.PeoplePerJob: _people,
    models.KmToUtility: _utility,
    models.AreaRatio: _area,
    models.Slope: _slope,
}


def _told(amount: pd.Series, reason: Message, detail: pd.Series | None = None) -> Measured:
    """Give every unknown its reason and every known its detail."""
    known = amount.notna()
    nothing = pd.Series(None, index=amount.index, dtype="object")
    told = nothing if detail is None else detail.reindex(amount.index).astype("object")
    return Measured(
        amount=amount.astype(float),
        reason=pd.Series([None if ok else reason for ok in known], index=amount.index, dtype="object"),
        detail=told.where(known & told.notna(), None),
    )


def _places(features: gpd.GeoDataFrame) -> dict[str, Message]:
    """Name of each feature with how exactly its place is known."""
    words = {}
    for name, row in features.iterrows():
        called = names(row) if isinstance(row.get("name_en"), str) else Message(f"kind.{row['kind']}")
        precise = pd.notna(row.get("precision_km"))
        params = {"name": called, **({"km": float(row["precision_km"])} if precise else {})}
        words[str(name)] = Message("detail.place_within" if precise else "detail.place", params)
    return words


def names(row: pd.Series) -> dict[str, str]:
    """Names of a feature by language; those not given are left out."""
    given = {lang: row.get(name_column(lang)) for lang in LANGUAGES}
    return {lang: text for lang, text in given.items() if isinstance(text, str) and text}


def label(indicator: models.AnyIndicator) -> Message:
    """Name an indicator."""
    match indicator:
        case models.MinutesToGateway():
            return Message(f"indicator.minutes_to_{indicator.gateway}", {"mode": Message(f"mode.{indicator.mode}")})
        case models.KmToRoad():
            return Message("indicator.km_to_road")
        case models.PeoplePerJob():
            return Message("indicator.people_per_job", {"mode": Message(f"mode.{indicator.mode}")})
        case models.KmToUtility():
            return Message(f"indicator.km_to_{indicator.utility}")
        case _:
            return Message(f"indicator.{indicator.measure}")


UNITS: Final = {
    "minutes_to_gateway": "unit.minutes",
    "km_to_road": "unit.km",
    "people_per_job": "unit.people_per_job",
    "km_to_utility": "unit.km",
    "area_ratio": "unit.ratio",
    "mean_slope": "unit.percent",
    "max_slope": "unit.percent",
}
