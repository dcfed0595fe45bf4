"""Least-cost routes over a surface of cost."""

import heapq
from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import ndimage
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from sitesel.arrays import Bools, Floats, Ints, Objects
from sitesel.connections.surface import CostSurface
from sitesel.layers.grid import Grid
from sitesel.routing.kernels import kernel

Cells = np.ndarray[tuple[int, int], np.dtype[np.intp]]
STEPS: Final = np.array([(0, 1), (1, 0), (1, 1), (1, -1)])
"""Steps to four neighbours, in rows and columns; the other four are these taken back."""


def grid_costs(
    factor: np.ndarray, starts: Cells, cell_m: tuple[float, float], barred: Bools | None = None
) -> tuple[Floats, Ints]:
    """Least cost from the nearest of some cells to every cell, in metres of flat open ground.

    Steps go to the eight neighbours; half of each step is paid at either cell's factor. A slanting step passes between
    two cells: it pays the cheaper of them where that is dearer, so none slips between two that may not be entered.
    Cells may be oblong: steps are measured by their true size.

    Parameters
    ----------
    factor : ndarray, shape (rows, columns)
        Not negative; ``inf`` is never entered.
    starts : ndarray of int, shape (n, 2)
        Row and column; starting there costs nothing.
    cell_m : (height, width)
    barred : ndarray of bool, shape (4, rows, columns), optional
        Steps from each cell, by :data:`STEPS`, that are not taken, nor taken back.

    Returns
    -------
    costs : ndarray of float64, shape (rows, columns)
        ``inf`` where there is no way.
    before : ndarray of int, same shape
        The cell (row times columns plus column) that each is reached from; -1 for starts and where there is no way.

    Examples
    --------
    >>> costs, _ = grid_costs(np.ones((3, 3)), np.array([[0, 0]]), (100.0, 100.0))
    >>> [round(float(cost), 1) for cost in (costs[0, 2], costs[2, 2], costs[1, 2])]
    [200.0, 282.8, 241.4]
    """
    none = np.zeros((len(STEPS), *factor.shape), dtype=np.bool_) if barred is None else barred
    return _spread(np.asarray(factor, dtype=np.float64), np.asarray(starts, dtype=np.int64), cell_m, none)


@kernel()
def _step_factor(factor: Floats, row: int, column: int, other: int, beside: int) -> float:
    """Mean of both cells; of a slanting step no less than the cheaper of the two that it passes between."""
    mean = (factor[row, column] + factor[other, beside]) / 2
    return float(
        max(mean, min(factor[other, column], factor[row, beside])) if row != other and column != beside else mean
    )


@kernel()
def _spread(factor: Floats, starts: Ints, cell_m: tuple[float, float], barred: Bools) -> tuple[Floats, Ints]:
    """Search from the cheapest cell on (Dijkstra)."""
    rows, columns = factor.shape
    costs, before = np.full(factor.shape, np.inf), np.full(factor.shape, -1)
    queue = [(0.0, np.int64(0)) for _ in range(0)]
    for row, column in starts:
        costs[row, column] = 0.0
        heapq.heappush(queue, (0.0, row * columns + column))
    while queue:
        cost, cell = heapq.heappop(queue)
        row, column = cell // columns, cell % columns
        if cost > costs[row, column]:
            continue
        for step in range(2 * len(STEPS)):
            kind, way = step // 2, 1 - 2 * (step % 2)
            other, beside = row + way * STEPS[kind, 0], column + way * STEPS[kind, 1]
            if not (0 <= other < rows and 0 <= beside < columns):
                continue
            shut = barred[kind, row, column] if way > 0 else barred[kind, other, beside]
            metres = np.inf if shut else np.hypot(cell_m[0] * (other != row), cell_m[1] * (beside != column))
            reached = cost + metres * _step_factor(factor, row, column, other, beside)
            if reached < costs[other, beside]:
                costs[other, beside], before[other, beside] = reached, cell
                heapq.heappush(queue, (reached, other * columns + beside))
    return costs, before


def barred_steps(grid: Grid, barriers: Objects) -> Bools:
    """Tell which steps from cell to cell meet a line, wherever in the cells it runs.

    Parameters
    ----------
    grid : Grid
    barriers : ndarray of LineString or MultiLineString
        In the grid's CRS.

    Returns
    -------
    ndarray of bool, shape (4, rows, columns)
        By :data:`STEPS`.
    """
    barred = np.zeros((len(STEPS), *grid.shape), dtype=np.bool_)
    near = _inside_grid(grid, barriers)
    if not len(near):
        return barred
    rows, columns = np.nonzero(
        ndimage.binary_dilation(grid.touched(near), np.ones((3, 3), dtype=np.bool_), iterations=2)
    )
    cells = np.column_stack([rows, columns])
    tree = shapely.STRtree(near)
    for step, way in enumerate(STEPS):
        segments = shapely.linestrings(np.stack([_centre(grid, cells), _centre(grid, cells + way)], axis=1))
        met = np.unique(tree.query(segments, predicate="intersects")[0])
        barred[step, rows[met], columns[met]] = True
    return barred


def _inside_grid(grid: Grid, shapes: Objects) -> Objects:
    return shapes[shapely.intersects(shapes, shapely.box(*grid.bounds))]


def least_cost_routes(
    surface: CostSurface, plots: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, within_m: float
) -> gpd.GeoDataFrame:
    """Lay the cheapest route from each plot to each source.

    A route starts at the centre of a cell inside the plot (in a plot smaller than a cell: at a point in it) and ends at
    the source itself, so it is never shorter than the straight distance. On open ground a route of eight directions is
    up to 8.2 % longer than the straight line; where the straight line itself is cheaper, it is taken.

    Parameters
    ----------
    surface : CostSurface
    plots : GeoDataFrame of Polygon
    sources : GeoDataFrame
        Points or lines; a line may be met anywhere.
    within_m : float
        Sources farther than this, straight, are not tried; routes stay within this of the plot.

    Returns
    -------
    GeoDataFrame
        ``plot source metres effective_m straight_m``, the route as geometry (empty where there is none) and ``reason``
        (``"too_far"``, ``"outside_surface"``, ``"no_way"``; None where laid). ``effective_m`` is the cost in metres of
        flat open ground: times a unit cost it is money.

    Examples
    --------
    >>> from sitesel.connections import cost_surface, default_terrain
    >>> from sitesel.layers import grid_over
    >>> park = gpd.GeoDataFrame(geometry=[shapely.box(300, 0, 500, 800)], crs="EPSG:32643")  # not to be crossed
    >>> surface = cost_surface(grid_over((0, 0, 1000, 1000), park.crs, 100), {"protected": park}, default_terrain())
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 200, 200)], index=["plot"], crs=park.crs)
    >>> sources = gpd.GeoDataFrame(geometry=[shapely.Point(750, 50)], index=["station"], crs=park.crs)
    >>> routes = least_cost_routes(surface, plots, sources, within_m=2000)
    >>> routes["metres"].round().tolist()  # round the park: 550 m away, as the crow flies
    [1807.0]
    """
    for name, frame in (("plots", plots), ("sources", sources)):
        if frame.crs != surface.grid.crs:
            raise ValueError(f"{name} are in {frame.crs}, the surface in {surface.grid.crs}")
    rows = [row for plot in plots.index for row in _from_plot(surface, plot, plots.geometry[plot], sources, within_m)]
    columns = ["plot", "source", "metres", "effective_m", "straight_m", "reason", "geometry"]
    table = pd.DataFrame(rows, columns=columns)
    table["reason"] = pd.Series([row["reason"] for row in rows], dtype="object")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=plots.crs)


def _from_plot(
    surface: CostSurface, plot: object, outline: BaseGeometry, sources: gpd.GeoDataFrame, within_m: float
) -> list[dict[str, Any]]:
    west, south, east, north = outline.bounds
    part = surface.grid.window((west - within_m, south - within_m, east + within_m, north + within_m))
    grid = _cut(surface.grid, part)
    factor = surface.factor[part]
    barriers = _inside_grid(grid, surface.barriers)
    starts = _starts(CostSurface(grid, factor, barriers=barriers), outline)
    search = None
    rows = []
    for source, shape in sources.geometry.items():
        straight = float(outline.distance(shape))
        row: dict[str, Any] = {"plot": plot, "source": source, "straight_m": straight, "reason": None}
        row |= {"metres": np.nan, "effective_m": np.nan, "geometry": LineString()}
        if straight > within_m:
            row["reason"] = "too_far"
        elif straight == 0:
            row |= {"metres": 0.0, "effective_m": 0.0}
        elif len(starts) == 0:
            row["reason"] = "outside_surface"
        else:
            search = search or grid_costs(factor, starts, grid.cell_m, barred_steps(grid, barriers))
            row |= _route(CostSurface(grid, factor, barriers=barriers), search, outline, shape)
        rows.append(row)
    return rows


def _cut(grid: Grid, part: tuple[slice, slice]) -> Grid:
    top, left = part[0].start, part[1].start
    transform = grid.transform * grid.transform.translation(left, top)
    return Grid(transform, (part[0].stop - top, part[1].stop - left), grid.crs)


def _starts(surface: CostSurface, outline: BaseGeometry) -> Cells:
    """Cells of the plot that can be left; of a plot smaller than a cell, those about a point of it."""
    grid = surface.grid
    if 0 in grid.shape:
        return np.empty((0, 2), dtype=np.intp)
    inside = np.argwhere(grid.touched([outline], wholly=False) & np.isfinite(surface.factor))
    if len(inside):
        return inside
    gate = outline.representative_point()
    near = np.argwhere(_about(surface, gate))
    legs = np.asarray(shapely.shortest_line(gate, shapely.points(_centre(grid, near))), dtype=object)
    return near[~_meet(legs, surface.barriers)]


def _about(surface: CostSurface, shape: BaseGeometry) -> Bools:
    """Tell the cells that a shape touches; where lines may part it from their centres, those beside them too."""
    own = surface.grid.touched([shape])
    return ndimage.binary_dilation(own, np.ones((3, 3), dtype=np.bool_)) if len(surface.barriers) else own


def _inside(grid: Grid, points: list[shapely.Point]) -> Cells:
    """Cells that hold the points; those outside the grid left out."""
    xy = shapely.get_coordinates(points)
    rows = np.floor((xy[:, 1] - grid.transform.f) / grid.transform.e).astype(np.intp)
    columns = np.floor((xy[:, 0] - grid.transform.c) / grid.transform.a).astype(np.intp)
    held = (rows >= 0) & (rows < grid.shape[0]) & (columns >= 0) & (columns < grid.shape[1])
    return np.column_stack([rows[held], columns[held]])


def _route(
    surface: CostSurface, search: tuple[Floats, Ints], outline: BaseGeometry, shape: BaseGeometry
) -> dict[str, Any]:
    grid, factor, (costs, before) = surface.grid, surface.factor, search
    ends = np.argwhere(_about(surface, shape) & np.isfinite(costs) & np.isfinite(factor))
    if len(ends) == 0:
        return {"reason": "no_way" if grid.touched([shape]).any() else "outside_surface"}
    # from the last cell to the source itself
    legs = np.asarray(shapely.shortest_line(shapely.points(_centre(grid, ends)), shape), dtype=object)
    total = costs[ends[:, 0], ends[:, 1]] + shapely.length(legs) * factor[ends[:, 0], ends[:, 1]]
    total[_meet(legs, surface.barriers)] = np.inf
    best = int(total.argmin())
    cells = [int(np.ravel_multi_index(ends[best], grid.shape))]
    while (cell := int(before.flat[cells[-1]])) >= 0:
        cells.append(cell)
    line = _centre(grid, np.column_stack(np.unravel_index(cells[::-1], grid.shape)))
    effective = float(total[best])
    if not outline.covers(shapely.points(line[0])):
        line = np.vstack([shapely.get_coordinates(outline.representative_point()), line])
        effective += _along(surface, LineString(line[:2]))
    route = LineString(np.vstack([line, shapely.get_coordinates(legs[best])[1]]))
    direct = shapely.shortest_line(outline, shape)
    plain = _along(surface, direct)
    if plain <= effective:
        route, effective = direct, plain
    if not np.isfinite(effective):
        return {"reason": "no_way"}
    return {"metres": float(route.length), "effective_m": effective, "geometry": route}


def _meet(lines: Objects, barriers: Objects) -> Bools:
    """Tell which lines meet any of the barriers."""
    met = np.zeros(len(lines), dtype=np.bool_)
    met[shapely.STRtree(barriers).query(lines, predicate="intersects")[0]] = True
    return met


def _centre(grid: Grid, cells: Cells) -> np.ndarray:
    x = grid.transform.c + (cells[:, 1] + 0.5) * grid.transform.a
    y = grid.transform.f + (cells[:, 0] + 0.5) * grid.transform.e
    return np.column_stack([x, y])


def _along(surface: CostSurface, line: LineString) -> float:
    """Cost of a straight line: length by cell times factor; ``inf`` where it leaves the surface or meets a barrier."""
    grid, factor = surface.grid, surface.factor
    if _meet(np.array([line], dtype=object), surface.barriers).any():
        return np.inf
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    cuts = [np.array([0.0, 1.0])]
    for start, end, origin, size in (
        (x0, x1, grid.transform.c, grid.transform.a),
        (y0, y1, grid.transform.f, grid.transform.e),
    ):
        if start != end:
            first, last = sorted(((start - origin) / size, (end - origin) / size))
            edges = np.arange(np.ceil(first), np.floor(last) + 1) * size + origin
            cuts.append((edges - start) / (end - start))
    fraction = np.unique(np.clip(np.concatenate(cuts), 0.0, 1.0))
    middle = (fraction[1:] + fraction[:-1]) / 2
    points = shapely.points(x0 + middle * (x1 - x0), y0 + middle * (y1 - y0))
    cells = _inside(grid, list(points))
    if len(cells) < len(middle):
        return np.inf
    return float(np.sum(np.diff(fraction) * line.length * factor[cells[:, 0], cells[:, 1]]))


def crossings(routes: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    """Tell what each route crosses.

    Parameters
    ----------
    routes : GeoDataFrame of LineString
    layers : mapping of str to GeoDataFrame
        Lines (rivers, roads) or polygons (built-up, protected), in the routes' CRS.

    Returns
    -------
    DataFrame
        ``route`` (the routes' index), ``layer``, ``times`` (places where a line is crossed; stretches within polygons)
        and ``metres`` (within polygons, or along a line that the route follows). Only what is crossed has a row.

    Examples
    --------
    >>> routes = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (1000, 0)])], index=["cable"], crs="EPSG:32643")
    >>> river = gpd.GeoDataFrame(geometry=[LineString([(200, -50), (200, 50)])], crs=routes.crs)
    >>> town = gpd.GeoDataFrame(geometry=[shapely.box(400, -100, 700, 100)], crs=routes.crs)
    >>> crossings(routes, {"rivers": river, "built_up": town})
       route     layer  times  metres
    0  cable    rivers      1     0.0
    1  cable  built_up      1   300.0
    """
    rows = []
    for layer, frame in layers.items():
        if frame.crs != routes.crs:
            raise ValueError(f"{layer} is in {frame.crs}, the routes in {routes.crs}")
        tree = shapely.STRtree(frame.geometry.array)
        for route, line in routes.geometry.items():
            near = frame.geometry.array[tree.query(line, predicate="intersects")]
            if len(near):
                met = shapely.intersection(line, shapely.union_all(near))
                parts = shapely.get_parts(shapely.line_merge(met) if met.geom_type == "MultiLineString" else met)
                rows.append({"route": route, "layer": layer, "times": len(parts), "metres": float(met.length)})
    return pd.DataFrame(rows, columns=["route", "layer", "times", "metres"])
