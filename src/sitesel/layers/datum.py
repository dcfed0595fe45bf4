"""On what datum a CRS lies: one that is not known moves places by metres, and nobody sees it."""

import warnings
from functools import lru_cache
from typing import Final

import numpy as np
import pyproj
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

KRASSOWSKY_M: Final = 6_378_245.0
"""Half the equator's width of the ellipsoid of Pulkovo 1942."""

WORLD_M: Final = 6_378_137.0
"""The same of WGS 84 and of those that are within metres of it."""

_PULKOVO_1942: Final = "EPSG:4284"
_WORLD: Final = "EPSG:4326"


@lru_cache(maxsize=64)
def on_known_datum(crs: pyproj.CRS) -> tuple[pyproj.CRS | None, str]:
    """Put a CRS whose datum is not named on the one that its ellipsoid was used with.

    Parameters
    ----------
    crs : pyproj.CRS

    Returns
    -------
    crs : pyproj.CRS or None
        The same where its datum is known; None where nothing tells it.
    taken : str
        Name of the datum that it was put on; empty where its own is known.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # finer grids of shift that are not at hand
        try:
            ways = TransformerGroup(crs, _WORLD, always_xy=True).transformers
        except (IndexError, ProjError):  # no way at all: pyproj looks for the first of none
            return None, ""
    if not all("Ballpark" in way.description for way in ways):
        return crs, ""
    axis = 0.0 if crs.ellipsoid is None else crs.ellipsoid.semi_major_metre
    datum = {KRASSOWSKY_M: _PULKOVO_1942, WORLD_M: _WORLD}.get(axis)
    if datum is None:
        return None, ""
    geographic = pyproj.CRS(datum)
    told = crs.to_json_dict()
    if "base_crs" not in told:
        return (geographic if crs.is_geographic else None), geographic.name
    return pyproj.CRS.from_json_dict(told | {"base_crs": geographic.to_json_dict()}), geographic.name


def moved_m(crs: pyproj.CRS, other: pyproj.CRS, x: float, y: float) -> float:
    """Metres between a place in one CRS and the place of the same coordinates in another."""
    ends = [pyproj.Transformer.from_crs(one, _WORLD, always_xy=True).transform(x, y) for one in (crs, other)]
    return float(np.abs(pyproj.Geod(ellps="WGS84").inv(*ends[0], *ends[1])[2]))
