"""Propose plots where there is no list: cells that pass the rules, scored, grown to areas of the needed size."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import rasterio
import rasterio.shutil
import shapely
from rasterio.io import MemoryFile
from scipy.ndimage import uniform_filter
from shapely.geometry.base import BaseGeometry

from sitesel.constraints import Rule
from sitesel.layers.grid import Grid, Grid2D, Mask, grid_over

NODATA: Final = -1.0
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


def cells_judged(
    grid: Grid, layers: Mapping[str, gpd.GeoDataFrame], rules: Mapping[str, Rule], production: str
) -> tuple[Mask, dict[str, Mask], tuple[str, ...]]:
    """Hold every cell against the rules, as :func:`sitesel.constraints.judge` holds plots.

    A cell is struck where any part of it is; features whose place is known to some kilometres strike only what they
    reach for certain.

    Parameters
    ----------
    grid : Grid
    layers : mapping of str to GeoDataFrame
        Those given, in the grid's CRS.
    rules : mapping of str to Rule
    production : {"sewing", "with_knitting", "with_dyeing"}
        Sets the sanitary distance.

    Returns
    -------
    passes : ndarray of bool
        No rule in mode ``exclude`` strikes the cell.
    struck : mapping of rule to ndarray of bool
        Rules checked, flags included.
    not_checked : tuple of str
        Rules whose layer was not given.
    """
    passes, struck, unchecked = np.ones(grid.shape, dtype=bool), {}, []
    for name, rule in rules.items():
        if rule.mode == "off":
            continue
        if rule.layer not in layers:
            unchecked.append(name)
            continue
        layer = layers[rule.layer]
        counted = layer[layer[rule.column].isin(list(rule.kinds))] if rule.column else layer
        struck[name] = grid.touched(_zones(counted, (rule.by_production or {}).get(production, rule.within_m)))
        if rule.mode == "exclude":
            passes &= ~struck[name]
    return passes, struck, tuple(unchecked)


def _zones(layer: gpd.GeoDataFrame, within_m: float) -> list[BaseGeometry]:
    """Ground that features reach for certain."""
    blur = 1000 * layer["precision_km"].fillna(0.0) if "precision_km" in layer else pd.Series(0.0, layer.index)
    reach = within_m - blur.to_numpy(np.float64)
    shapes = np.asarray(layer.geometry.array)
    return [
        shape if metres == 0 and kept == 0 else shapely.buffer(shape, metres)
        for shape, metres, kept in zip(shapes, reach, blur, strict=True)
    ]


def metres_to(outlines: np.ndarray, shapes: gpd.GeoSeries) -> np.ndarray:
    """Straight metres from each cell's outline to the nearest of some shapes, as from a plot's.

    Parameters
    ----------
    outlines : ndarray of shapely Polygon, length n
        As from :meth:`sitesel.layers.Grid.boxes`.
    shapes : GeoSeries
        In the same CRS; any geometry.

    Returns
    -------
    ndarray of float64, length n
        0 where they touch; NaN where there is no shape.
    """
    if len(shapes) == 0:
        return np.full(len(outlines), np.nan)
    tree = shapely.STRtree(shapely.get_parts(np.asarray(shapes.array)))
    _, metres = tree.query_nearest(outlines, return_distance=True, all_matches=False)
    return np.asarray(metres, dtype=np.float64)


def score_cells(
    measures: Mapping[str, Grid2D],
    values: Mapping[str, Sequence[tuple[float, float]]],
    weights: Mapping[str, float],
    known_from: float,
) -> tuple[Grid2D, Grid2D]:
    """Score cells as plots are scored: weighted mean of the values known.

    Parameters
    ----------
    measures : mapping of indicator to ndarray
        In the indicator's unit; NaN where not known.
    values : mapping of indicator to points (x, 0..100)
        Value functions, straight between points.
    weights : mapping of indicator to weight
        Adding up to 1 over all the study's indicators, those without a grid included: they count as not known.
    known_from : float
        Cells of which less of the weight is known have no score.

    Returns
    -------
    score : ndarray
        0..100; NaN where too little is known.
    known : ndarray
        Share of weight known, 0..1.
    """
    shape = next(iter(measures.values())).shape
    total, known = np.zeros(shape), np.zeros(shape)
    for name, measure in measures.items():
        x, points = np.asarray(values[name], dtype=np.float64).T
        there = np.isfinite(measure)
        worth = np.interp(np.where(there, measure, 0.0), x, points)
        total += np.where(there, weights[name] * worth, 0.0)
        known += np.where(there, weights[name], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where((known >= known_from - 1e-9) & (known > 0), total / known, np.nan)
    return score, known


def candidates(grid: Grid, score: Grid2D, passes: Mask, wanted: Wanted) -> gpd.GeoDataFrame:
    """Grow contiguous areas of the needed size from the best ground, one after another, and rank them.

    The seed is the free cell whose surroundings of the wanted size score best; the area grows by the best neighbour (by
    side), less what :attr:`Wanted.compact` takes for distance from the seed, until it is large enough. Ground shut in
    on less than the need is left out. Greedy: each area takes the best that is left, the set as a whole is not
    optimised.

    Parameters
    ----------
    grid : Grid
    score : ndarray, shape of the grid
        0..100; NaN is never taken.
    passes : ndarray of bool
        Cells that no rule excludes.
    wanted : Wanted

    Returns
    -------
    GeoDataFrame of Polygon, index ``c01``, ``c02`` ... in order of rank
        ``rank``, ``score`` (mean of its cells), ``least_score``, ``area_ha``, ``cells``; in the grid's CRS. Fewer than
        wanted where the ground does not hold more.
    """
    free = passes & np.isfinite(score)
    filled = np.where(free, score, 0.0)
    cells = int(np.ceil(wanted.need_ha / grid.cell_ha - 1e-9))
    side = max(1, int(np.ceil(np.sqrt(cells))))
    around = uniform_filter(filled, size=side, mode="constant")
    order = np.argsort(-np.where(free, around + 1e-6 * filled, -np.inf), axis=None, kind="stable")
    blocked = ~free
    grown: list[np.ndarray] = []
    for seed in order[: int(free.sum())]:
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


def write_suitability(path: Path, grid: Grid, score: Grid2D, tags: Mapping[str, str]) -> None:
    """Write a map of suitability as a Cloud-Optimised GeoTIFF.

    Parameters
    ----------
    path : Path
    grid : Grid
    score : ndarray, shape of the grid
        0..100; NaN becomes the file's nodata, -1.
    tags : mapping of str to str
        Written into the file: title, run, date, sources.
    """
    profile = {
        "driver": "GTiff",
        "height": grid.shape[0],
        "width": grid.shape[1],
        "count": 1,
        "dtype": "float32",
        "crs": grid.crs,
        "transform": grid.transform,
        "nodata": NODATA,
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as raster:
            raster.write(np.where(np.isfinite(score), score, NODATA).astype(np.float32), 1)
            raster.update_tags(**tags)
            raster.set_band_description(1, "suitability, 0 to 100")
            raster.set_band_unit(1, "points")
        with memory.open() as raster:
            rasterio.shutil.copy(
                raster,
                path,
                driver="COG",
                compress="DEFLATE",
                predictor="YES",
                blocksize=256,
                overview_resampling="average",
            )
