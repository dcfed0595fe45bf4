"""The table of speeds: complete, and derived by the rules that it states."""

import pandas as pd
import pytest

from sitesel.network.osm_access import fits
from sitesel.network.osm_file import judge
from sitesel.network.osm_sizes import parse_size
from sitesel.network.osm_tags import parse_maxspeed
from sitesel.network.speeds import SETTINGS, kph, road_classes, speed_table
from sitesel.network.vehicles import vehicle

MOTOR = ["car", "truck", "bus"]
CLASSES = ["motorway", "trunk", "primary", "secondary", "tertiary"]
TABLE = speed_table()


def speeds(highway: str, setting: str) -> pd.Series:
    return TABLE.loc[(highway, setting), MOTOR].astype(float)


def whole(values: pd.Series) -> pd.Series:
    return (values + 0.5).astype(int).astype(float)


def test_every_class_has_every_setting_once() -> None:
    assert TABLE.index.is_unique
    assert (TABLE.groupby("highway").size() == len(SETTINGS)).all()
    assert set(CLASSES) | {f"{name}_link" for name in CLASSES} <= road_classes("truck")
    assert TABLE[["source", "confidence"]].notna().all(axis=None)


@pytest.mark.parametrize("highway", sorted(road_classes("car") - {"trunk", "living_street", "service"}))
def test_rules_of_derived_rows(highway: str) -> None:
    rural = speeds(highway, "rural")
    bends = whole(rural * speeds("trunk", "mountain") / speeds("trunk", "rural"))
    pd.testing.assert_series_equal(speeds(highway, "mountain"), bends, check_names=False)
    for setting in ("ribbon", "urban"):
        cap = rural if highway == "motorway" else rural.combine(speeds("trunk", setting), min)
        pd.testing.assert_series_equal(speeds(highway, setting), cap, check_names=False)


@pytest.mark.parametrize("highway", CLASSES)
def test_a_ramp_is_driven_as_a_tertiary_road(highway: str) -> None:
    ramp = speeds(highway, "rural").combine(speeds("tertiary", "rural"), min)
    pd.testing.assert_series_equal(speeds(f"{highway}_link", "rural"), ramp, check_names=False)


def test_no_speed_is_over_its_limit_and_none_faster_than_the_car() -> None:
    motor = TABLE.dropna(subset="car")
    assert (motor["car"] <= motor["legal"].fillna(200)).all()
    assert (motor["truck"] <= motor["car"]).all()


def test_unknown_class_or_setting_has_no_speed() -> None:
    road = pd.DataFrame({"highway": ["trunk", "canal", "trunk", None], "setting": ["moon", "rural", None, "rural"]})
    none = pd.Series([None] * 4, dtype=object)
    assert kph(road["highway"], road["setting"], none, "car").isna().all()


def test_unknown_mode_or_season_is_refused() -> None:
    one = pd.Series(["trunk"])
    with pytest.raises(ValueError, match="no mode 'ox'"):
        kph(one, pd.Series(["rural"]), one, "ox")
    with pytest.raises(ValueError, match="no season 'monsoon'"):
        kph(one, pd.Series(["rural"]), one, "car", "monsoon")
    with pytest.raises(ValueError, match="no mode 'barriers'"):
        vehicle("barriers")


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("60", 60),
        ("60 km/h", 60),
        ("50;70", 50),
        ("RU:urban", 60),
        ("ru:rural", 90),
        ("KG:rural", 90),
        ("KG:motorway", 110),
        ("walk", 5),
        ("none", None),
        ("signals", None),
        ("", None),
        ("0", None),
        ("-5", None),
        ("60 parsecs", None),
        ("1e3", None),
    ],
)
def test_maxspeed(text: str, limit: float | None) -> None:
    assert parse_maxspeed(text) == limit


def test_knots() -> None:
    assert parse_maxspeed("10 knots") == pytest.approx(18.52)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4", 4),
        ("4.0 m", 4),
        ("3,8", 3.8),
        ("13'", 3.9624),
        ("13'6\"", 4.1148),
        ("10 ft", 3.048),
        ("20000 lbs", 9.07185),
    ],
)
def test_size(text: str, size: float) -> None:
    assert parse_size(text) == pytest.approx(size, rel=1e-4)


def test_a_vehicles_own_size_limit_goes_before_the_general_one() -> None:
    assert fits({"maxweight": "3.5", "maxweight:hgv": "40"}, "truck")
    assert not fits({"maxweight": "3.5"}, "truck")
    assert fits({"maxweight": "below_default"}, "truck")


def test_a_size_limit_of_one_direction_shuts_that_direction_alone() -> None:
    tags = {"highway": "primary", "maxweight:forward": "8"}
    assert judge(tags, "truck", "summer")[:3] == (None, False, True)
    assert judge(tags, "car", "summer")[:3] == (None, True, True)
    both = tags | {"maxweight": "3.5"}
    assert judge(both, "truck", "summer").closed == "vehicle size"
