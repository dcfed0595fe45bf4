"""The small study with a second road, and scenarios of it."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import tomlkit
from shapely import LineString

from sitesel.study import Study, load_study
from small_study import CRS, leave_connections_out, place


def lines(*shapes: LineString, **columns: object) -> gpd.GeoDataFrame:
    told = {"highway": "trunk", "setting": "rural"} | columns
    return gpd.GeoDataFrame(told, index=range(len(shapes)), geometry=list(shapes), crs=CRS)


def two_ways() -> gpd.GeoDataFrame:
    """The road of the small study, and a second one 2 km to the south that joins it at both ends."""
    straight, around = (
        [place(0, 0), place(20, 0), place(40, 0)],
        [place(0, 0), place(0, -2), place(40, -2), place(40, 0)],
    )
    roads = lines(
        LineString(straight[:2]),
        LineString(straight[1:]),
        LineString(around),
        ref=["A1", "A1", None],
        name_en=["Great road", "Great road", "Field lane"],
        name_ru=["Большая дорога", "Большая дорога", None],
    )
    return roads.assign(highway=["trunk", "trunk", "tertiary"], surface="asphalt", assumed=False)


@pytest.fixture
def study_with(write_study: Callable[..., Path], study_text: tomlkit.TOMLDocument) -> Callable[..., Study]:
    """The small study with scenarios, without what takes long and has no part in them."""

    def write(*scenarios: dict[str, object]) -> Study:
        for section in ("sureness", "scenarios"):
            study_text.pop(section, None)
        for part in study_text["indicators"]:
            part.pop("cities", None)
        study_text["layers"].pop("city_parts", None)
        leave_connections_out(study_text)
        study_text["scenarios"] = [{"name": {"en": str(one["id"])}, **one} for one in scenarios]
        return load_study(write_study(roads=two_ways()))

    return write
