"""Each indicator of a study measured on the cells of a grid, as if each cell were a plot."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from sitesel.criteria import ground, roads
from sitesel.layers.grid import Grid, Grid2D, Mask
from sitesel.network import snap
from sitesel.routing import Decay, Places, places_on_edges, reach_sum, travel_times
from sitesel.screening import metres_to
from sitesel.study import models
from sitesel.study.measuring import Terrain, known_sources, waiting_minutes
from sitesel.study.models import ROADS_OF, RoadMode, Study, Town

if TYPE_CHECKING:
    import pandas as pd

Amounts = np.ndarray[tuple[int], np.dtype[np.float64]]


class Cells:
    """Some cells of a grid, with what is found for them once: where they touch the roads, their slopes.

    A cell is a plot of its own outline, with a gate at each corner, at its nearest point to a road and wherever a road
    crosses it.

    Parameters
    ----------
    terrain : Terrain
        Its plots are not asked for.
    grid : Grid
        In the study's CRS.
    chosen : ndarray of bool, shape of the grid
        The cells to measure.
    town : Town
        For which plots are looked for.
    """

    def __init__(self, terrain: Terrain, grid: Grid, chosen: Mask, town: Town) -> None:
        self.terrain, self.grid, self.chosen, self.town = terrain, grid, chosen, town
        self.outlines = grid.boxes(chosen)
        self._places: dict[RoadMode, Places] = {}

    @property
    def need_ha(self) -> float:
        """Ground that the town needs."""
        return self.town.jobs / self.terrain.study.programme.jobs_per_ha

    def on_grid(self, amounts: "Amounts | pd.Series[float]") -> Grid2D:
        """Lay amounts of the chosen cells out on the grid; NaN elsewhere."""
        laid: Grid2D = np.full(self.grid.shape, np.nan)
        laid[self.chosen] = np.asarray(amounts, dtype=np.float64)
        return laid

    def places(self, mode: RoadMode) -> Places:
        """Find where the cells touch the roads of a mode, once; those beyond the cap are out of reach."""
        if mode not in self._places:
            alike = next((other for other in self._places if self._same_streets(mode, other)), None)
            self._places[mode] = self._joined(mode) if alike is None else self._places[alike]
        return self._places[mode]

    def _joined(self, mode: RoadMode) -> Places:
        rules = replace(self.terrain.snap_rules(mode), gate_spacing_m=max(self.grid.cell_m))
        frame = gpd.GeoDataFrame(geometry=self.outlines, crs=self.grid.crs)
        return places_on_edges(snap(self.terrain.road_network(mode).arcs, frame, rules))

    def _same_streets(self, mode: RoadMode, other: RoadMode) -> bool:
        """Two modes differ in seconds alone: the places, which hold none of the roads', serve both."""
        one, two = self.terrain.road_network(mode).arcs, self.terrain.road_network(other).arcs
        return (
            self.terrain.snap_rules(mode) == self.terrain.snap_rules(other)
            and np.array_equal(one.tail, two.tail)
            and np.array_equal(one.head, two.head)
            and np.array_equal(np.isfinite(one.seconds), np.isfinite(two.seconds))
            and bool(shapely.equals_exact(one.geometry(), two.geometry()).all())
        )

    def reached(self) -> Mask:
        """Cells that the roads of every mode of the study reach: a plot there can be measured."""
        there = np.ones(len(self.outlines), dtype=bool)
        if not there.any():
            return self.chosen
        for mode in modes_of(self.terrain.study):
            places = self.places(mode)
            there &= np.isin(np.arange(len(there)), np.asarray(places.ids)[np.unique(places.place)])
        found: Mask = np.zeros(self.grid.shape, dtype=bool)
        found[self.chosen] = there
        return found

    @cached_property
    def slopes(self) -> dict[str, Grid2D]:
        """Mean and greatest slope, from the first elevation layer that knows it; each of the grid's shape."""
        found = {name: np.full(self.grid.shape, np.nan) for name in ("mean", "max")}
        for given in self.terrain.study.layers.elevation:
            layer = ground.slopes_touched(self.terrain.inputs.files[f"elevation {given}"], self.grid)
            known = np.isfinite(found["mean"])
            found = {name: np.where(known, found[name], part) for name, part in zip(found, layer, strict=True)}
        return found


def modes_of(study: Study) -> list[RoadMode]:
    """Modes by which a study asks for ways to its plots."""
    asked: set[RoadMode] = {
        part.mode for part in study.indicators if isinstance(part, models.MinutesToGateway | models.PeoplePerJob)
    }
    if study.labour is not None:
        # The bands of a plot are always those by marshrutka.
        asked |= {ROADS_OF[mode] for mode, share in study.labour.modes.items() if share} | {"marshrutka"}
    return sorted(asked)


def measure_cells(indicator: models.AnyIndicator, cells: Cells) -> Grid2D:
    """Measure one indicator on the chosen cells.

    Parameters
    ----------
    indicator : one of the indicator models
    cells : Cells

    Returns
    -------
    ndarray of float64, shape of the grid
        In the indicator's unit; NaN where not known or not chosen. What :func:`sitesel.study.measuring.measure` finds
        for plots of the cells' outlines.
    """
    return cells.on_grid(MEASURES[type(indicator)](indicator, cells))


def _gateway(indicator: models.MinutesToGateway, cells: Cells) -> Amounts:
    terrain, mode = cells.terrain, indicator.mode
    gateways = terrain.inputs.frames["gateways"]
    wanted = list(gateways.index[gateways["kind"] == indicator.gateway])
    times = travel_times(terrain.road_network(mode), cells.places(mode), terrain.places(mode, "gateways"))
    seconds = times[wanted].astype(np.float64) + 60 * waiting_minutes(mode)
    return _in_order(roads.minutes_to_nearest(seconds)[0], cells)


def _people(indicator: models.PeoplePerJob, cells: Cells) -> Amounts:
    """Sum the people in reach; all places on a network's roads reach one another, so with none there it is unknown."""
    terrain, mode = cells.terrain, indicator.mode
    homes, joined = terrain.homes.places, terrain.places(mode, "homes")
    people = (homes["population"] * homes["working_age_share"]).reindex(joined.ids).to_numpy(np.float64)
    if not np.isfinite(people[np.unique(joined.place)]).any():
        return np.full(len(cells.outlines), np.nan)
    # Waiting counts as part of the way: the points of the decay come so much earlier on the road.
    decay = Decay([(minutes - waiting_minutes(mode), share) for minutes, share in indicator.decay])
    worth = (np.nan_to_num(people), decay)
    reached = reach_sum(terrain.road_network(mode), cells.places(mode), joined, worth)
    return _in_order(reached, cells) / cells.town.jobs


def _in_order(found: "pd.Series[float]", cells: Cells) -> Amounts:
    return np.asarray(found.reindex(np.arange(len(cells.outlines))), dtype=np.float64)


def _road(indicator: models.KmToRoad, cells: Cells) -> Amounts:
    lines = cells.terrain.inputs.frames["roads"]
    return metres_to(cells.outlines, lines.geometry[lines["highway"].isin(list(indicator.classes))]) / 1000


def _utility(indicator: models.KmToUtility, cells: Cells) -> Amounts:
    km = metres_to(cells.outlines, known_sources(indicator, cells.terrain).geometry) / 1000
    return np.where(km <= indicator.known_within_km, km, np.nan)


def _area(indicator: models.AreaRatio, cells: Cells) -> Amounts:  # noqa: ARG001 -- one signature for all
    """Foresee the plot that is grown until it is large enough: so many whole cells."""
    whole = np.ceil(cells.need_ha / cells.grid.cell_ha - 1e-9) * cells.grid.cell_ha
    return np.full(len(cells.outlines), whole / cells.need_ha)


def _slope(indicator: models.Slope, cells: Cells) -> Amounts:
    found: Amounts = cells.slopes[indicator.measure.removesuffix("_slope")][cells.chosen]
    return found


MEASURES: Final[dict[type, Callable[[Any, Cells], Amounts]]] = {
    models.MinutesToGateway: _gateway,
    models.KmToRoad: _road,
    models.PeoplePerJob: _people,
    models.KmToUtility: _utility,
    models.AreaRatio: _area,
    models.Slope: _slope,
}
