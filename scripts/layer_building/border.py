"""The national border and the neighbours', from OpenStreetMap by way of the time zones in ``timezonefinder-data``.

The zones of these countries end at their borders, and neighbours share their line to the last digit.
"""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import shapely
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry
from timezonefinder import TimezoneFinder

from layer_building.tables import GEOGRAPHIC

NEIGHBOURS_BOX: Final = box(71.0, 39.2, 77.5, 43.7)
"""Degrees; neighbours are drawn only around the study areas."""

TERRITORIES: Final = {
    "KGZ": ("Kyrgyzstan", "Кыргызстан", "Кыргызстан"),
    "KAZ": ("Kazakhstan", "Казахстан", "Казакстан"),
    "UZB": ("Uzbekistan", "Узбекистан", "Өзбекстан"),
    "TJK": ("Tajikistan", "Таджикистан", "Тажикстан"),
    "CHN": ("China", "Китай", "Кытай"),
}
ZONES: Final = {
    "KGZ": ("Asia/Bishkek",),
    "KAZ": ("Asia/Almaty",),
    "UZB": ("Asia/Tashkent", "Asia/Samarkand"),
    "TJK": ("Asia/Dushanbe",),
    "CHN": ("Asia/Urumqi", "Asia/Shanghai"),
}
"""Of each country, those that lie in the box."""

SIMPLER: Final = 0.002
"""Degrees: bends of less than the square of this go. The line then strays by 24 m in the mean, by 0.4 km at most."""

GRID_DEGREES: Final = 1e-5


def build_border() -> gpd.GeoDataFrame:
    """Cut the countries out of the world's time zones.

    Returns
    -------
    GeoDataFrame, EPSG:4326
        ``id name_en name_ru name_ky`` and polygons, Kyrgyzstan whole, its neighbours clipped. Where two of them meet,
        they have one line.
    """
    whole = zones()
    simpler = shapely.coverage_simplify(list(whole.values()), SIMPLER)
    rows = []
    for country, shape in zip(whole, simpler, strict=True):
        inside = shape if country == "KGZ" else shape.intersection(NEIGHBOURS_BOX)
        rows.append((country, *TERRITORIES[country], shapely.set_precision(inside, GRID_DEGREES).normalize()))
    border = gpd.GeoDataFrame(rows, columns=["id", "name_en", "name_ru", "name_ky", "geometry"], crs=GEOGRAPHIC)
    return border.sort_values("id", ignore_index=True)


def zones() -> Mapping[str, BaseGeometry]:
    """Shape of each country, to the last bend of OpenStreetMap."""
    finder = TimezoneFinder()
    return {
        country: shapely.union_all(
            [
                Polygon(outer, holes)
                for name in names
                for outer, *holes in finder.get_geometry(tz_name=name, coords_as_pairs=True)
            ]
        )
        for country, names in ZONES.items()
    }
