"""Enough ground."""

import geopandas as gpd
import pandas as pd


def area_ratio(plots: gpd.GeoDataFrame, need_ha: pd.Series) -> pd.Series:
    """Area of each plot against what its town needs.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon, projected CRS in metres
    need_ha : Series of float, index plot

    Returns
    -------
    Series of float, index plot
        1 where the plot is just large enough.
    """
    ratio: pd.Series = plots.area / 1e4 / need_ha.reindex(plots.index)
    return ratio.rename("area_ratio")
