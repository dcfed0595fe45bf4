"""What of a plot can be built on, and in what shape."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from sitesel.rules.reach import ground_taken


def usable_parts(
    plots: gpd.GeoDataFrame, obstacles: Mapping[str, gpd.GeoDataFrame], setbacks_m: Mapping[str, float | pd.Series]
) -> gpd.GeoDataFrame:
    """Take exclusions and set-backs off the plots.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
    obstacles : mapping of str to GeoDataFrame
        Same CRS: housing, power lines, rivers, protected land ...
    setbacks_m : mapping of str to float or Series
        Metres to keep from each; a Series gives each *plot* its own (a sanitary zone by kind of production). 0: only
        the obstacle itself. An obstacle with a column ``setback_m`` of its own (a corridor by voltage) adds to neither:
        the column counts where it is known. Of a feature known to some ``precision_km`` only that ground is taken that
        it reaches wherever within them it lies.

    Returns
    -------
    GeoDataFrame, index plot
        What is left as geometry (may be in parts, or empty), ``usable_ha``, ``largest_ha`` (of its parts),
        for every obstacle ``lost_<name>_ha``, what it costs alone, and ``unsure``: tuple of the obstacles that may take
        more, for they are known too coarsely.
    """
    left = plots.geometry.copy()
    lost = {}
    unsure: dict[object, tuple[str, ...]] = dict.fromkeys(plots.index, ())
    for name, frame in obstacles.items():
        taken = ground_taken(name, plots, frame, setbacks_m[name])
        for plot in plots.index[taken["possible"]]:
            unsure[plot] += (name,)
        lost[f"lost_{name}_ha"] = shapely.area(shapely.intersection(plots.geometry.array, taken.geometry.array)) / 1e4
        left = left.difference(taken.geometry)
    largest = left.map(lambda shape: largest_part(shape).area)
    open_ = pd.Series(unsure, index=plots.index, dtype="object")
    table = {"usable_ha": left.area / 1e4, "largest_ha": largest / 1e4, **lost, "unsure": open_}
    return gpd.GeoDataFrame(table, geometry=left, index=plots.index, crs=plots.crs)


def largest_part(shape: BaseGeometry) -> Polygon:
    """Largest polygon of a shape; an empty one where it has none.

    Examples
    --------
    >>> shapely.union_all([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 8, 8)]).geom_type
    'MultiPolygon'
    >>> largest_part(shapely.union_all([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 8, 8)])).area
    9.0
    """
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: part.area, default=Polygon())


def compactness(plots: gpd.GeoDataFrame) -> pd.Series:
    """How round each outline is (Polsby and Popper, 1991): 4 pi area / perimeter squared.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres

    Returns
    -------
    Series of float, index plot
        1 for a circle, 0.785 for a square; NaN for an empty shape.

    Examples
    --------
    >>> square = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10)], crs="EPSG:32643")
    >>> round(float(compactness(square)[0]), 3)
    0.785
    """
    around = plots.length
    found: pd.Series = (4 * np.pi * plots.area / around**2).where(around > 0)
    return found.rename("compactness")


def frontage_m(plots: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, within_m: float) -> pd.Series:
    """Metres of each plot's outer boundary that lie near a road.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
    roads : GeoDataFrame of LineString, same CRS
    within_m : float
        What counts as near.

    Returns
    -------
    Series of float, index plot
        0 where no road is near.
    """
    if plots.crs != roads.crs:
        raise ValueError(f"plots are in {plots.crs}, roads in {roads.crs}")
    tree = shapely.STRtree(roads.geometry.array)
    metres = []
    for outline in plots.geometry:
        near = roads.geometry.array[tree.query(outline, predicate="dwithin", distance=within_m)]
        edge = shapely.union_all([shapely.LineString(part.exterior) for part in shapely.get_parts(outline)])
        band = shapely.union_all(shapely.buffer(near, within_m)) if len(near) else Polygon()
        metres.append(float(edge.intersection(band).length))
    return pd.Series(metres, index=plots.index, name="frontage_m")
