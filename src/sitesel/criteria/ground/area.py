"""Enough ground."""

import pandas as pd


def area_ratio(hectares: pd.Series, need_ha: pd.Series) -> pd.Series:
    """Area that can be built on against what the town needs.

    Parameters
    ----------
    hectares : Series of float, index plot
    need_ha : Series of float, index plot

    Returns
    -------
    Series of float, index plot
        1 where the plot is just large enough.

    Examples
    --------
    >>> area_ratio(pd.Series({"kant": 30.0}), pd.Series({"kant": 40.0}))["kant"]
    np.float64(0.75)
    """
    ratio: pd.Series = hectares / need_ha.reindex(hectares.index)
    return ratio.rename("area_ratio")
