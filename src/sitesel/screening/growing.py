"""Grow plots of the needed size from the best cells of a grid."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from scipy.ndimage import uniform_filter

from sitesel.layers.grid import Grid, Grid2D, Mask, grid_over

BESIDE: Final = ((-1, 0), (0, -1), (0, 1), (1, 0))


@dataclass(frozen=True)
class Wanted:
    """What is looked for.

    Parameters
    ----------
    need_ha : float
        Area of a plot.
    count : int
        How many to propose.
    apart_m : float
        Least distance between two of them.
    compact : float
        How much of the score (0..1) a cell gives up at one radius of the wanted area from the seed: 0 follows the best
        cells wherever they lead, more keeps plots round.
    """

    need_ha: float
    count: int
    apart_m: float = 0.0
    compact: float = 0.2


def grid_of_degrees(area: tuple[float, float, float, float], crs: str, cell_m: float) -> Grid:
    """Lay a grid over an area given in degrees.

    Parameters
    ----------
    area : (west, south, east, north)
        WGS 84.
    crs : str
        Projected, in metres.
    cell_m : float
    """
    bounds = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform_bounds(*area, densify_pts=21)
    return grid_over(bounds, crs, cell_m)


def candidates(grid: Grid, score: Grid2D, wanted: Wanted) -> gpd.GeoDataFrame:
    """Grow contiguous areas of the needed size from the best ground, one after another, and rank them.

    The seed is the free cell whose surroundings of the wanted size score best; the area grows by the best neighbour (by
    side), less what :attr:`Wanted.compact` takes for distance from the seed, until it is large enough. Ground shut in
    on less than the need is left out. Greedy: each area takes the best that is left, the set as a whole is not
    optimised.

    Parameters
    ----------
    grid : Grid
    score : ndarray, shape of the grid
        0..100; NaN, as where a rule excludes a cell, is never taken.
    wanted : Wanted

    Returns
    -------
    GeoDataFrame of Polygon, index ``c01``, ``c02`` ... in order of rank
        ``rank``, ``score`` (mean of its cells), ``least_score``, ``area_ha``, ``cells``; in the grid's CRS. Fewer than
        wanted where the ground does not hold more.
    """
    free = np.isfinite(score)
    filled = np.where(free, score, 0.0)
    cells = int(np.ceil(wanted.need_ha / grid.cell_ha - 1e-9))
    side = max(1, int(np.ceil(np.sqrt(cells))))
    around = uniform_filter(filled, size=side, mode="constant")
    open_cells = np.flatnonzero(free)
    order = open_cells[np.argsort(-(around.flat[open_cells] + 1e-6 * score.flat[open_cells]), kind="stable")]
    blocked = ~free
    grown: list[np.ndarray] = []
    for seed in order:
        if len(grown) == wanted.count:
            break
        row, column = divmod(int(seed), grid.shape[1])
        if blocked[row, column]:
            continue
        area, enough = _grow(score, blocked, (row, column), cells, wanted.compact)
        if enough:
            grown.append(area)
            _block(blocked, area, grid, wanted.apart_m)
        else:
            blocked[area[:, 0], area[:, 1]] = True  # all that hangs together here is too small
    return _as_plots(grid, score, grown)


def _grow(score: Grid2D, blocked: Mask, seed: tuple[int, int], cells: int, compact: float) -> tuple[np.ndarray, bool]:
    """Take the best neighbour, again and again; (n, 2) cells, and whether they are enough."""
    radius = max(1.0, float(np.sqrt(cells / np.pi)))
    rows, columns = score.shape
    seen = {seed}
    edge = [(0.0, seed)]
    taken: list[tuple[int, int]] = []
    while edge and len(taken) < cells:
        _, cell = heapq.heappop(edge)
        taken.append(cell)
        for down, right in BESIDE:
            beside = (cell[0] + down, cell[1] + right)
            if beside in seen or not (0 <= beside[0] < rows and 0 <= beside[1] < columns) or blocked[beside]:
                continue
            seen.add(beside)
            away = np.hypot(beside[0] - seed[0], beside[1] - seed[1]) / radius
            heapq.heappush(edge, (float(-score[beside] * (1 - compact * away)), beside))
    return np.array(taken), len(taken) == cells


def _block(blocked: Mask, area: np.ndarray, grid: Grid, apart_m: float) -> None:
    blocked[area[:, 0], area[:, 1]] = True
    if apart_m <= 0:
        return
    height, width = grid.cell_m
    down, across = int(np.ceil(apart_m / height)) + 1, int(np.ceil(apart_m / width)) + 1
    top, left = np.maximum(area.min(axis=0) - np.array([down, across]), 0)
    bottom, right = np.minimum(area.max(axis=0) + np.array([down + 1, across + 1]), blocked.shape)
    rows, columns = np.mgrid[top:bottom, left:right]
    gap_y = np.maximum(np.abs(rows[..., None] - area[:, 0]) - 1, 0) * height
    gap_x = np.maximum(np.abs(columns[..., None] - area[:, 1]) - 1, 0) * width
    blocked[top:bottom, left:right] |= (np.hypot(gap_y, gap_x) < apart_m).any(axis=-1)


def _as_plots(grid: Grid, score: Grid2D, grown: Sequence[np.ndarray]) -> gpd.GeoDataFrame:
    rows = []
    for area in grown:
        mask = np.zeros(grid.shape, dtype=bool)
        mask[area[:, 0], area[:, 1]] = True
        own = score[mask]
        rows.append(
            {
                "score": float(own.mean()),
                "least_score": float(own.min()),
                "area_ha": len(area) * grid.cell_ha,
                "cells": len(area),
                "geometry": shapely.union_all(grid.boxes(mask)),
            }
        )
    columns = ["score", "least_score", "area_ha", "cells", "geometry"]
    table = pd.DataFrame(rows, columns=columns).sort_values("score", ascending=False, kind="stable", ignore_index=True)
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    table.index = pd.Index([f"c{rank:02d}" for rank in table["rank"]], name="id")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=grid.crs)
