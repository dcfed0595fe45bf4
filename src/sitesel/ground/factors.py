"""What hard ground adds to the cost of building: seismic intensity, groundwater."""

from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.data import data
from sitesel.schema import ESTIMATES

Hardship = Literal["seismic", "groundwater"]
_STEP = {"seismic": "intensity", "groundwater": "depth_m"}
_WORST = {"seismic": "max", "groundwater": "min"}


def ground_factors(hardship: Hardship) -> pd.DataFrame:
    """Read the factors on building cost.

    Returns
    -------
    DataFrame, index intensity (MSK-64 points) or depth of groundwater (m)
        ``low mid high``, and in ``attrs`` their ``source`` and ``confidence``.

    Examples
    --------
    >>> float(ground_factors("seismic").loc[9, "mid"])
    1.12
    """
    known = data("ground_factors.toml")[hardship]
    table = pd.DataFrame(known["rows"]).set_index(_STEP[hardship]).astype(float)
    table.attrs = {"source": known["source"], "confidence": known["confidence"]}
    return table


def site_factors(plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame | None, hardship: Hardship) -> pd.DataFrame:
    """Factor on each plot's building cost, from the worst zone that it touches.

    Parameters
    ----------
    plots : GeoDataFrame of Polygon
    zones : GeoDataFrame of Polygon or None
        Same CRS; column ``intensity`` (seismic) or ``depth_m`` (groundwater). None: not given.
    hardship : {"seismic", "groundwater"}

    Returns
    -------
    DataFrame of float, index plot
        ``met`` (intensity or depth), ``low mid high``; NaN where no zone is known, or one that the plot touches has no
        figure: it may be the worst.
    """
    columns = ["met", *ESTIMATES]
    nothing = pd.DataFrame(np.nan, index=plots.index, columns=columns)
    if zones is None or zones.empty:
        return nothing
    name = _STEP[hardship]
    pairs = gpd.sjoin(plots[["geometry"]], zones[[name, "geometry"]], predicate="intersects")
    met = pairs.groupby(level=0)[name].agg(_WORST[hardship], skipna=False).reindex(plots.index).astype(float)
    steps = ground_factors(hardship)
    row = np.searchsorted(steps.index.to_numpy(np.float64), met.to_numpy(np.float64), side="right") - 1
    known = met.notna().to_numpy() & (row >= 0)
    nothing.loc[known, list(ESTIMATES)] = steps.to_numpy()[row[known]]
    nothing["met"] = met
    return nothing
