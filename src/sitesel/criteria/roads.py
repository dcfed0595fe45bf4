"""Road access: minutes to gateways, distance to a main road."""

from collections.abc import Collection

import geopandas as gpd
import pandas as pd

from sitesel.criteria.nearest import distances_km, least


def minutes_to_nearest(seconds: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Minutes to the nearest gateway, and which it is.

    Parameters
    ----------
    seconds : DataFrame of float, plots x gateways
        Travel times of one mode, off-road legs included; NaN where there is no way.

    Returns
    -------
    minutes : Series of float, index plot
        NaN where no gateway can be reached.
    gateway : Series of object, index plot
        Id of the nearest; None where there is none.
    """
    return least(seconds / 60)


def km_to_class(plots: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, classes: Collection[str]) -> pd.Series:
    """Straight kilometres from each plot's outline to the nearest road of some classes.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
    roads : GeoDataFrame of LineString, same CRS
        Column ``highway``.
    classes : collection of str
        OpenStreetMap's ``highway`` values, such as ``{"motorway", "trunk"}``.

    Returns
    -------
    Series of float, index plot
        NaN where the layer has no such road.
    """
    return least(distances_km(plots, roads[roads["highway"].isin(list(classes))]))[0]
