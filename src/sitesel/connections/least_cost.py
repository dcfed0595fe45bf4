"""Least-cost routes over a surface of cost."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry
from skimage.graph import MCP_Geometric

from sitesel.connections.surface import CostSurface
from sitesel.layers.grid import Grid

Cells = np.ndarray[tuple[int, int], np.dtype[np.intp]]


def grid_costs(factor: np.ndarray, starts: Cells, cell_m: tuple[float, float]) -> tuple[np.ndarray, MCP_Geometric]:
    """Least cost from the nearest of some cells to every cell, in metres of flat open ground.

    Steps go to the eight neighbours; half of each step is paid at either cell's factor. Cells may be oblong: steps are
    measured by their true size. (MCP_Geometric of scikit-image.)

    Parameters
    ----------
    factor : ndarray, shape (rows, columns)
        Not negative; ``inf`` is never entered.
    starts : ndarray of int, shape (n, 2)
        Row and column; starting there costs nothing.
    cell_m : (height, width)

    Returns
    -------
    costs : ndarray, same shape
        ``inf`` where there is no way.
    search : MCP_Geometric
        To trace routes back.

    Examples
    --------
    >>> costs, _ = grid_costs(np.ones((3, 3)), np.array([[0, 0]]), (100.0, 100.0))
    >>> [round(float(cost), 1) for cost in (costs[0, 2], costs[2, 2], costs[1, 2])]
    [200.0, 282.8, 241.4]
    """
    search = MCP_Geometric(np.asarray(factor, dtype=np.float64), sampling=cell_m)
    costs, _ = search.find_costs([tuple(cell) for cell in starts.tolist()])
    return np.asarray(costs), search


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
    starts = _starts(grid, outline, factor)
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
            search = search or grid_costs(factor, starts, grid.cell_m)
            row |= _route(grid, factor, search, outline, shape)
        rows.append(row)
    return rows


def _cut(grid: Grid, part: tuple[slice, slice]) -> Grid:
    top, left = part[0].start, part[1].start
    transform = grid.transform * grid.transform.translation(left, top)
    return Grid(transform, (part[0].stop - top, part[1].stop - left), grid.crs)


def _starts(grid: Grid, outline: BaseGeometry, factor: np.ndarray) -> Cells:
    """Cells of the plot that can be left; of a plot smaller than a cell, the one that holds a point of it."""
    if 0 in grid.shape:
        return np.empty((0, 2), dtype=np.intp)
    inside = np.argwhere(grid.touched([outline], wholly=False) & np.isfinite(factor))
    return inside if len(inside) else _inside(grid, [outline.representative_point()])


def _inside(grid: Grid, points: list[shapely.Point]) -> Cells:
    """Cells that hold the points; those outside the grid left out."""
    xy = shapely.get_coordinates(points)
    rows = np.floor((xy[:, 1] - grid.transform.f) / grid.transform.e).astype(np.intp)
    columns = np.floor((xy[:, 0] - grid.transform.c) / grid.transform.a).astype(np.intp)
    held = (rows >= 0) & (rows < grid.shape[0]) & (columns >= 0) & (columns < grid.shape[1])
    return np.column_stack([rows[held], columns[held]])


def _route(
    grid: Grid, factor: np.ndarray, search: tuple[np.ndarray, MCP_Geometric], outline: BaseGeometry, shape: BaseGeometry
) -> dict[str, Any]:
    costs, tracer = search
    ends = np.argwhere(grid.touched([shape]) & np.isfinite(costs) & np.isfinite(factor))
    if len(ends) == 0:
        return {"reason": "outside_surface" if not grid.touched([shape]).any() else "no_way"}
    xy = _centre(grid, ends)
    leg = shapely.distance(shapely.points(xy), shape)  # from the last cell's centre to the source itself
    total = costs[ends[:, 0], ends[:, 1]] + leg * factor[ends[:, 0], ends[:, 1]]
    best = int(total.argmin())
    cells = np.asarray(tracer.traceback(tuple(ends[best].tolist())), dtype=np.intp)
    line = _centre(grid, cells)
    target = shapely.get_point(shapely.shortest_line(shapely.points(line[-1]), shape), 1)
    first = shapely.points(line[0])
    effective = float(total[best])
    if not outline.covers(first):
        gate = outline.representative_point()
        effective += float(gate.distance(first)) * float(factor[tuple(cells[0])])
        line = np.vstack([shapely.get_coordinates(gate), line])
    route = LineString(np.vstack([line, shapely.get_coordinates(target)]))
    direct = shapely.shortest_line(outline, shape)
    plain = _along(grid, factor, direct)
    if plain <= effective:
        route, effective = direct, plain
    if not np.isfinite(effective):
        return {"reason": "no_way"}
    return {"metres": float(route.length), "effective_m": effective, "geometry": route}


def _centre(grid: Grid, cells: Cells) -> np.ndarray:
    x = grid.transform.c + (cells[:, 1] + 0.5) * grid.transform.a
    y = grid.transform.f + (cells[:, 0] + 0.5) * grid.transform.e
    return np.column_stack([x, y])


def _along(grid: Grid, factor: np.ndarray, line: LineString) -> float:
    """Cost of a straight line: its length in each cell times the cell's factor; ``inf`` where it leaves the surface."""
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
