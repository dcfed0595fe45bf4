"""The nearest of several: how far, and which."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely


def nearest_km(outlines: gpd.GeoDataFrame, features: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
    """Straight kilometres from each outline to the nearest feature, and which it is.

    Parameters
    ----------
    outlines, features : GeoDataFrame
        In one projected CRS in metres; any geometry.

    Returns
    -------
    km : Series of float, index outline
        0 where they touch; NaN where there is no feature.
    whose : Series of object, index outline
        Index of the nearest, of several the first in the layer; None where there is none.

    Raises
    ------
    ValueError
        The two are in different CRS.

    Examples
    --------
    >>> outlines = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1000, 1000)], index=["a"], crs="EPSG:32643")
    >>> points = gpd.points_from_xy([4000, -2000], [0, 0])
    >>> places = gpd.GeoDataFrame(geometry=points, index=["x", "y"], crs="EPSG:32643")
    >>> [found["a"] for found in nearest_km(outlines, places)]
    [np.float64(2.0), 'y']
    """
    if outlines.crs != features.crs:
        raise ValueError(f"outlines are in {outlines.crs} but features in {features.crs}")
    km = pd.Series(np.nan, index=outlines.index)
    whose = pd.Series(None, index=outlines.index, dtype="object")
    if len(features) and len(outlines):
        parts, owner = shapely.get_parts(np.asarray(features.geometry.array), return_index=True)
        (at, part), metres = shapely.STRtree(parts).query_nearest(
            np.asarray(outlines.geometry.array), return_distance=True, all_matches=True
        )
        found = pd.DataFrame({"at": at, "owner": owner[part], "metres": metres}).sort_values(["at", "owner"])
        first = found.drop_duplicates("at")
        rows = outlines.index[first["at"].to_numpy()]
        km = pd.Series(first["metres"].to_numpy() / 1000, index=rows).reindex(outlines.index)
        owners = features.index.to_numpy(object)[first["owner"].to_numpy()]
        whose = pd.Series(owners, index=rows, dtype="object").reindex(outlines.index)
    return km, whose


def least(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Find the least of each row, and whose it is.

    Parameters
    ----------
    table : DataFrame of float, outlines x features
        NaN where there is no way.

    Returns
    -------
    amount : Series of float
        NaN where no feature counts.
    whose : Series of object
        Column of the least, of several the first; None where no feature counts.

    Examples
    --------
    >>> table = pd.DataFrame({"east": [5.0, float("nan")], "west": [float("nan")] * 2}, index=["p", "q"])
    >>> least(table)[0].tolist(), least(table)[1].tolist()
    ([5.0, nan], ['east', None])
    """
    amount = table.min(axis=1).astype(np.float64)
    names = np.array([*table.columns, None], dtype=object)
    none = np.full((len(table), 1), np.inf)  # a last column that is the least only where nothing else counts
    filled = np.hstack([table.fillna(np.inf).to_numpy(np.float64), none])
    chosen = np.where(amount.notna(), filled.argmin(axis=1), len(names) - 1)
    return amount, pd.Series(names[chosen], index=table.index, dtype="object")
