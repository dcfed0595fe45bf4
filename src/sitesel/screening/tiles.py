"""An area held against the rules and scored a square of cells at a time: what is held at once stays bounded.

A cell's answer is its own, whatever is asked with it, so tiles of any size give the same grid, whoever does them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.ndimage import distance_transform_edt

from sitesel.arrays import Bools, Floats, Ints, Objects
from sitesel.decision import score
from sitesel.findings import valued
from sitesel.layers import Grid
from sitesel.layers.grid import Grid2D, Mask
from sitesel.measuring import measure, silent
from sitesel.network.snapping import lines_near
from sitesel.region import Outlines, Region
from sitesel.region.homes import home_country
from sitesel.region.reading import DRAWN
from sitesel.rules import Zone, reach_of, rule_layers, zones_of
from sitesel.study import Study, Town

OCCUPIED: Final = ("built_up", "rivers")  # layers whose ground is no plot, whatever the rules say


class Tile(NamedTuple):
    """A window of a grid."""

    rows: slice
    columns: slice


class Scored(NamedTuple):
    """Cells of a tile that are scored, by their places in it row by row; and how many pass, scored or not."""

    at: Ints
    points: Floats
    passing: int

    def lay(self, points: Grid2D, tile: Tile) -> None:
        """Lay the points (0..100) into those of the whole grid."""
        width = tile.columns.stop - tile.columns.start
        points[tile.rows.start + self.at // width, tile.columns.start + self.at % width] = self.points


NOTHING: Final = Scored(np.empty(0, np.int64), np.empty(0), 0)


@dataclass(frozen=True, eq=False)
class Search:
    """For what an area is searched, and on what ground; made once by :func:`search_of`, asked tile by tile.

    Parameters
    ----------
    study : Study
    region : Region
    grid : Grid
        Of the whole area.
    town : Town
    taken : tuple of Zone
        Ground that is struck for certain.
    crossing : ndarray of geometry
        Lines that no plot lies on both sides of.
    home : GeoSeries
        The settlements' country; none: any ground.
    unchecked : tuple of str
        Layers that were not given.
    """

    study: Study
    region: Region
    grid: Grid
    town: Town
    taken: tuple[Zone, ...]
    crossing: Objects
    home: gpd.GeoSeries
    unchecked: tuple[str, ...]


def search_of(study: Study, region: Region, grid: Grid, town: Town) -> Search:
    """Put together what every tile of an area is asked."""
    frames, rules = region.frames, study.rules.all(study.study.country)
    zones, open_rules = zones_of(rule_layers(frames), rules, town.production)
    taken = [zone for name, zone in zones.items() if rules[name].mode == "exclude"]
    taken += [reach_of(frames[name], 0.0).certain for name in OCCUPIED if name in frames]
    missing = [rules[rule].layer for rule in open_rules] + [name for name in OCCUPIED if name not in frames]
    main = frames["roads"]["highway"].isin(list(DRAWN))
    return Search(
        study=study,
        region=region,
        grid=grid,
        town=town,
        taken=tuple(taken),
        crossing=np.asarray(frames["roads"].geometry[main], dtype=object),
        home=home_country(frames["border"], frames["settlements"]),
        unchecked=tuple(dict.fromkeys(missing)),
    )


def tiles_of(grid: Grid, side: int) -> list[Tile]:
    """Cut a grid into squares of cells; those at its southern and eastern edge are what is left.

    Examples
    --------
    >>> from affine import Affine
    >>> grid = Grid(Affine(10, 0, 0, 0, -10, 50), (5, 3), "EPSG:32643")
    >>> [(one.rows.start, one.rows.stop, one.columns.stop) for one in tiles_of(grid, 4)]
    [(0, 4, 3), (4, 5, 3)]
    """
    rows, columns = grid.shape
    return [
        Tile(slice(top, min(top + side, rows)), slice(left, min(left + side, columns)))
        for top in range(0, rows, side)
        for left in range(0, columns, side)
    ]


def scored(search: Search, tile: Tile) -> Scored:
    """Score the cells of a tile that pass the rules and that the roads of every mode reach, as plots are scored."""
    grid = search.grid.part(*tile)
    passes = _allowed(search, grid)
    if not passes.any():
        return NOTHING
    cells = cells_of(search, grid, passes)
    reached = _reached(cells)
    if not reached.any():
        return NOTHING
    points = _points(search, cells)
    known = reached & np.isfinite(points)
    return Scored(np.flatnonzero(passes)[known], points[known], int(reached.sum()))


def _allowed(search: Search, grid: Grid) -> Mask:
    """Hold cells against rules, border and ground that is taken; those out of reach of roads are left out at once."""
    passes, reasons = _at_home(search, grid), _refused(search, grid)
    while passes.any() and (refused := next(reasons, None)) is not None:
        passes &= ~refused
    return passes


def _refused(search: Search, grid: Grid) -> Iterator[Mask]:
    """Cells that cannot be, for one reason after another."""
    yield ~_near_roads(search.region, grid)
    yield grid.touched(search.crossing)
    for zone in search.taken:
        yield zone.cells(grid)


def _at_home(search: Search, grid: Grid) -> Mask:
    """Cells wholly in the settlements' country."""
    if search.home.empty:
        return np.ones(grid.shape, dtype=bool)
    return grid.touched(search.home, wholly=False) & ~grid.touched(search.home.boundary)


def _near_roads(region: Region, grid: Grid) -> Mask:
    """All cells that roads reach, and some that they do not: by middles of cells, a diagonal more than the cap."""
    height, width = grid.cell_m
    near = np.ones(grid.shape, dtype=bool)
    for mode, network in region.networks.items():
        cap_m = region.snap_rules(mode).cap_m
        down, across = int(np.ceil(cap_m / height)) + 1, int(np.ceil(cap_m / width)) + 1
        around = grid.part(slice(-down, grid.shape[0] + down), slice(-across, grid.shape[1] + across))
        road = around.touched(lines_near(network.arcs, region.main.get(mode), around.bounds))
        if not road.any():
            return np.zeros(grid.shape, dtype=bool)
        metres = distance_transform_edt(~road, sampling=(height, width))
        near &= (metres <= cap_m + np.hypot(height, width))[down:-down, across:-across]
    return near


def cells_of(search: Search, grid: Grid, chosen: Mask) -> Outlines:
    """Cells as plots of their own outline, with a gate at each corner, at the nearest road and where a road crosses.

    What is left to build on is that of the plot which is grown until it is large enough: so many whole cells.
    """
    town, study = search.town, search.study
    need_ha = town.jobs / study.programme.jobs_per_ha
    grown_ha = np.ceil(need_ha / grid.cell_ha - 1e-9) * grid.cell_ha
    frame = gpd.GeoDataFrame(geometry=grid.boxes(chosen), crs=grid.crs).assign(
        town=town.id,
        jobs=float(town.jobs),
        need_ha=need_ha,
        production=town.production,
        usable_ha=grown_ha,
        rectangle_ha=grown_ha,
    )
    return search.region.outlines(frame, study.modes, max(grid.cell_m), all_reached=False)


def _reached(cells: Outlines) -> Bools:
    """Cells that the roads of every mode of the study reach: a plot there can be measured."""
    there = np.ones(len(cells.frame), dtype=bool)
    for places in cells.places.values():
        there &= np.isin(np.arange(len(there)), np.asarray(places.ids)[np.unique(places.place)])
    return there


def _points(search: Search, cells: Outlines) -> Floats:
    """Score cells; NaN where too little is known of one to rank it."""
    study = search.study
    measured = measure(study, search.region, cells, silent, told=False)
    nowhere = pd.Series(np.zeros(len(cells.index)), index=cells.index).astype(bool)
    counted, _, gates = valued(study, measured, cells.frame, nowhere)
    points = score(counted, study.indicator_table()["weight"])
    return np.asarray(points.where(gates["gate"].isna()), dtype=np.float64)
