"""Candidate plots: indicative rectangles of the stated area beside the nearest road of the atlas."""

import math
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString, Point, Polygon

from layer_building.tables import DEGREE_DECIMALS, GEOGRAPHIC, METRIC, points

LENGTH_TO_DEPTH: Final = 1.5
"""Rectangles are three to two, the long side along the road."""

VERGE_M: Final = 60.0
"""Least distance between the road's axis and the plot's edge."""

ROAD_REACH_M: Final = 5000.0
"""A road further off than this does not turn a plot."""

SQUARE_M_PER_HA: Final = 10_000.0


def build_plots(table: pd.DataFrame, atlas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Draw the plots of ``plots.csv``.

    Parameters
    ----------
    table : DataFrame
        ``id town name_en name_ru name_ky area_ha lon lat`` and what else a plot carries along; positions in degrees.
    atlas : GeoDataFrame, EPSG:4326
        Legs of the roads beside which the rectangles lie; assumed links left out.

    Returns
    -------
    GeoDataFrame, EPSG:4326
        Polygons whose area in EPSG:32643 is ``area_ha``, with ``outline = "indicative"``, sorted by id.
    """
    centres = points(table)
    roads = atlas.loc[~atlas["assumed"].astype(bool)].to_crs(METRIC).geometry.to_numpy()
    middles = centres.to_crs(METRIC).geometry
    shapes = [rectangle(middle, area, roads) for middle, area in zip(middles, centres["area_ha"], strict=True)]
    outlines = gpd.GeoSeries(shapes, crs=METRIC).to_crs(GEOGRAPHIC)
    plots = centres.assign(outline="indicative", cadastral_code=pd.Series([None] * len(centres), dtype=object))
    return plots.set_geometry(
        shapely.set_precision(outlines.to_numpy(), 10.0 ** -(DEGREE_DECIMALS + 1)), crs=GEOGRAPHIC
    )


def rectangle(middle: Point, area_ha: float, roads: np.ndarray) -> Polygon:
    """Rectangle of an area around a point, along the nearest road and clear of it.

    Parameters
    ----------
    middle : Point
        In metres.
    area_ha : float
    roads : ndarray of LineString
        In metres.
    """
    depth_m = math.sqrt(area_ha * SQUARE_M_PER_HA / LENGTH_TO_DEPTH)
    road = roads[int(np.argmin(shapely.distance(roads, middle)))]
    if road.distance(middle) > ROAD_REACH_M:
        return oriented(middle, depth_m, 0.0)
    return oriented(clear_of(road, middle, depth_m / 2 + VERGE_M), depth_m, bearing_of(road))


def bearing_of(road: LineString) -> float:
    """Angle (radians, anticlockwise from east) of a straight road."""
    (x0, y0), (x1, y1) = road.coords[0], road.coords[-1]
    return math.atan2(y1 - y0, x1 - x0)


def clear_of(road: LineString, middle: Point, clearance_m: float) -> Point:
    """Move a point straight away from a road's line until it is clear; it stays on its side."""
    (x0, y0), (x1, y1) = road.coords[0], road.coords[-1]
    along = np.array([x1 - x0, y1 - y0]) / math.hypot(x1 - x0, y1 - y0)
    across = np.array([-along[1], along[0]])
    offset = float(np.dot(np.array([middle.x - x0, middle.y - y0]), across))
    side = 1.0 if offset >= 0 else -1.0
    short_by = max(clearance_m - abs(offset), 0.0)
    return Point(*(np.array([middle.x, middle.y]) + across * side * short_by))


def oriented(middle: Point, depth_m: float, angle: float) -> Polygon:
    """Rectangle, its long side turned by an angle in radians."""
    half = np.array([LENGTH_TO_DEPTH * depth_m, depth_m]) / 2
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return Polygon(corners @ turn + np.array([middle.x, middle.y]))
