"""Speeds on grades from a grid of heights.

The steady speed at which the power at the wheels balances rolling, grade and air, and downhill the steady speed at
which the brakes' lasting power holds the vehicle: the driving-power and braking-power limits of the HDM-4 road model
(Bennett and Greenwood, "Modelling Road User and Environmental Effects in HDM-4", 2001), with our own vehicles. Momentum
over short climbs is left out, so short climbs are on the slow side. Grades between stations along the road come from
heights read bilinearly.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, overload

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from rasterio.windows import Window

from sitesel.arrays import Bools, Floats, Objects
from sitesel.layers.raster import between_cells, cell_m, opened
from sitesel.layers.tiles import Raster
from sitesel.network.roads import Roads, words_of
from sitesel.network.vehicles import Vehicle, grade_physics, vehicle

if TYPE_CHECKING:
    import networkx as nx

_GRAVITY: Final = 9.81
_STATION_M: Final = 100.0
_TILE: Final = 1024
_FASTEST_M_S: Final = 60.0


@overload
def slow_by_slope(roads: Roads, elevation: str | Raster, mode: str) -> Roads: ...
@overload
def slow_by_slope(roads: "nx.MultiDiGraph[Any]", elevation: str | Raster, mode: str) -> "nx.MultiDiGraph[Any]": ...
def slow_by_slope(
    roads: "nx.MultiDiGraph[Any] | Roads", elevation: str | Raster, mode: str
) -> "nx.MultiDiGraph[Any] | Roads":
    """Slow the edges of a network where they are steep.

    Parameters
    ----------
    roads : networkx.MultiDiGraph or Roads
        A graph with ``geometry length speed_kph travel_time`` on edges and ``crs``. Edges of setting ``mountain``
        stay as they are: their speed in the table is that of grades.
    elevation : path, or tuple of paths
        Raster of heights in metres, band 1, with a CRS; tiles are one raster.
    mode : {"car", "truck", "bus"}

    Returns
    -------
    networkx.MultiDiGraph or Roads
        A copy with new ``speed_kph`` and ``travel_time``. ``notices`` counts edges slowed and edges
        without heights, which stay as they are.

    Raises
    ------
    LayerError
        The raster cannot be read, or does not say where it lies.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import rasterio
    >>> from sitesel.network import from_lines
    >>> grid = {"width": 21, "height": 2, "count": 1, "dtype": "float32", "crs": "EPSG:32643"}
    >>> with rasterio.open("heights.tif", "w", **grid, transform=rasterio.Affine(100, 0, 0, 0, -100, 100)) as raster:
    ...     raster.write(np.tile(6 * np.arange(21), (1, 2, 1)))  # 6 %, rising to the east
    >>> road = gpd.GeoDataFrame({"highway": ["trunk"]}, geometry=[shapely.LineString([(500, 0), (1500, 0)])], crs=32643)
    >>> graph = slow_by_slope(from_lines(road, mode="truck"), "heights.tif", "truck")
    >>> [round(kph) for _, _, kph in graph.edges(data="speed_kph")]  # uphill, and down
    [33, 47]
    """
    own = vehicle(mode)
    if own.power_kw is None:
        raise ValueError(f"mode {mode!r} has no power; slopes slow car, truck and bus")
    path = Path(elevation) if isinstance(elevation, str) else elevation
    if isinstance(roads, Roads):
        table = roads.edges[["speed_kph", "travel_time"]].assign(length=roads.of_stretch("length"))
        steep = roads.words("setting") != "mountain"
        told = _slowed(table, roads.lines.drawn, steep, (roads.about["crs"], path, own))
        edges = roads.edges.assign(speed_kph=table["speed_kph"], travel_time=table["travel_time"])
        return replace(roads, edges=edges, about={**roads.about, "notices": roads.about["notices"] | told})
    graph = roads.copy()
    rows: list[dict[str, Any]] = [data for _, _, data in graph.edges(data=True)]
    if rows:
        table = pd.DataFrame(rows, columns=["speed_kph", "travel_time", "length"])
        steep = words_of(graph, "setting") != "mountain"
        told = _slowed(table, words_of(graph, "geometry"), steep, (graph.graph["crs"], path, own))
        for data, kph, seconds in zip(rows, table["speed_kph"].tolist(), table["travel_time"].tolist(), strict=True):
            data.update(speed_kph=kph, travel_time=seconds)
        graph.graph["notices"] = dict(graph.graph.get("notices", {})) | told
    return graph


def _slowed(edges: pd.DataFrame, lines: Objects, steep: Bools, on: tuple[str, Raster, Vehicle]) -> dict[str, int]:
    """Slow the rows of a table of edges that may be steep, in place; what is to be told."""
    at = np.flatnonzero(steep & (edges["length"] > 0))
    if not at.size:
        return {}
    table = edges.take(at)
    seconds = _seconds(table, lines[at], *on)
    slower = seconds > table["travel_time"].to_numpy() * (1 + 1e-9)
    edges.loc[at[slower], "travel_time"] = seconds[slower]
    edges.loc[at[slower], "speed_kph"] = table["length"].to_numpy()[slower] / seconds[slower] * 3.6
    return {"edge slowed by slope": int(slower.sum()), "edge without heights": int(np.isnan(seconds).sum())}


def _seconds(edges: pd.DataFrame, lines: Objects, crs: str, path: Raster, own: Vehicle) -> Floats:
    """Seconds of each edge on its grades; NaN where a height is missing."""
    length = edges["length"].to_numpy()
    free = edges["speed_kph"].to_numpy() / 3.6
    with opened(path, "heights") as heights:
        steps = np.ceil(length / max(_STATION_M, cell_m(heights))).astype(np.int64)
        edge = np.repeat(np.arange(length.size), steps + 1)
        station = np.arange(edge.size) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
        points = shapely.line_interpolate_point(lines[edge], station / steps[edge], normalized=True)
        x, y = Transformer.from_crs(crs, heights.crs, always_xy=True).transform(
            shapely.get_x(points), shapely.get_y(points)
        )
        metres = sample_heights(heights, np.asarray(x), np.asarray(y))
    onward = np.flatnonzero(edge[1:] == edge[:-1])
    here = edge[onward]
    run = length[here] / steps[here]
    grade = (metres[onward + 1] - metres[onward]) / run
    speed = np.minimum(free[here], grade_speed(grade, own))
    return np.bincount(here, weights=run / speed, minlength=length.size).astype(np.float64)


def sample_heights(heights: Any, x: Floats, y: Floats) -> Floats:  # noqa: ANN401
    """Heights at places, bilinear between the centres of cells, read tile by tile.

    Parameters
    ----------
    heights : rasterio.DatasetReader
    x, y : ndarray of float64, shape (n,)
        In the raster's CRS.

    Returns
    -------
    ndarray of float64, shape (n,)
        Metres; NaN outside the raster and where one of the four cells has no height.
    """
    column, row = ~heights.transform * (x, y)
    found = np.full(x.size, np.nan)
    inside = (column >= 0) & (row >= 0) & (column < heights.width) & (row < heights.height)
    tile = np.where(inside, (row // _TILE) * (heights.width // _TILE + 1) + column // _TILE, -1)
    for number in np.unique(tile[inside]):
        here = np.flatnonzero(tile == number)
        # A cell more on each side, for a place may lie between the centres of two tiles' cells.
        left, top = int(column[here].min()) - 1, int(row[here].min()) - 1
        window = Window(left, top, int(column[here].max()) + 2 - left, int(row[here].max()) + 2 - top)
        window = window.intersection(Window(0, 0, heights.width, heights.height))
        grid = heights.read(1, window=window, masked=True).astype(float).filled(np.nan)
        found[here] = between_cells(grid, row[here] - window.row_off, column[here] - window.col_off)
    return found


def grade_speed(grade: Floats, own: Vehicle) -> Floats:
    """Steady speed that a vehicle holds on a grade, uphill by its power, downhill by its brakes.

    Parameters
    ----------
    grade : ndarray of float64
        Rise over run; positive uphill. Cut at the steepest grade that is believed.
    own : Vehicle

    Returns
    -------
    ndarray of float64
        m/s, at most 60; NaN where the grade is.

    Examples
    --------
    >>> (grade_speed(np.array([0.06, 0.0, -0.09]), vehicle("truck")) * 3.6).round().tolist()
    [33.0, 110.0, 29.0]
    """
    physics = grade_physics()
    grade = np.clip(grade, -physics["steepest"], physics["steepest"])
    weight = own.gross_t * 1000 * _GRAVITY
    resistance = weight * (physics["rolling"] + grade)
    air = 0.5 * physics["air_kg_m3"] * (own.drag_m2 or 0.0)
    low, high = np.zeros_like(grade), np.full_like(grade, _FASTEST_M_S)
    for _ in range(40):
        middle = (low + high) / 2
        able = middle * (resistance + air * middle**2) <= (own.power_kw or 0.0) * 1000
        low, high = np.where(able, middle, low), np.where(able, high, middle)
    pull = np.maximum(-resistance, 1e-9)
    held = np.minimum((own.brake_kw or 0.0) * 1000 / pull, _FASTEST_M_S)
    return np.where(np.isnan(grade), np.nan, np.minimum(low, held))
