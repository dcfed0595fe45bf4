"""The nearest of several: how far, and which."""

import geopandas as gpd
import numpy as np
import pandas as pd


def distances_km(plots: gpd.GeoDataFrame, features: gpd.GeoDataFrame) -> pd.DataFrame:
    """Straight distances from each plot's outline to each feature.

    Parameters
    ----------
    plots, features : GeoDataFrame
        In one projected CRS in metres; any geometry.

    Returns
    -------
    DataFrame of float, plots x features
        Kilometres; 0 where they touch.
    """
    if plots.crs != features.crs:
        raise ValueError(f"plots are in {plots.crs} but features in {features.crs}")
    metres = [plots.distance(geometry).to_numpy() for geometry in features.geometry]
    table = np.column_stack(metres) if metres else np.empty((len(plots), 0))
    return pd.DataFrame(table / 1000, index=plots.index, columns=features.index)


def least(table: pd.DataFrame, within: float = np.inf) -> tuple[pd.Series, pd.Series]:
    """Find the least of each row, and whose it is.

    Parameters
    ----------
    table : DataFrame of float, plots x features
        Minutes or kilometres; NaN where there is no way.
    within : float
        What lies beyond is not counted.

    Returns
    -------
    amount : Series of float
        NaN where no feature counts.
    whose : Series of object
        Column of the least; None where no feature counts.

    Examples
    --------
    >>> table = pd.DataFrame({"east": [5.0, 40.0], "west": [float("nan"), 30.0]}, index=["p", "q"])
    >>> least(table, within=20)[0].tolist(), least(table, within=20)[1].tolist()
    ([5.0, nan], ['east', None])
    """
    counted = table.where(table <= within)
    amount = counted.min(axis=1).astype(np.float64)
    names = np.array([*counted.columns, None], dtype=object)
    none = np.full((len(counted), 1), np.inf)  # a last column that is the least only where nothing else counts
    filled = np.hstack([counted.fillna(np.inf).to_numpy(np.float64), none])
    chosen = np.where(amount.notna(), filled.argmin(axis=1), len(names) - 1)
    return amount, pd.Series(names[chosen], index=table.index, dtype="object")
