"""Utilities: distance to the nearest known source of each network."""

import geopandas as gpd
import pandas as pd

from sitesel.criteria.nearest import distances_km, least


def km_to_known(plots: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, within_km: float) -> tuple[pd.Series, pd.Series]:
    """Straight kilometres to the nearest source known within a distance, and which it is.

    Layers of utilities are never complete. Beyond some distance, not knowing a nearer source says more about the layer
    than about the plot: there the measure is unknown, not bad.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
    sources : GeoDataFrame, same CRS
        Points or lines of one kind.
    within_km : float

    Returns
    -------
    km : Series of float, index plot
        NaN where no source is known within the distance.
    source : Series of object, index plot
        Index of the nearest; None where none is known.
    """
    return least(distances_km(plots, sources), within_km)
