"""A place of which nobody says how exactly it is known is no better placed than those of which somebody does."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString

from sitesel.connections.offers import able, of_no_voltage
from sitesel.connections.prices import default_prices
from sitesel.layers import ROLES
from sitesel.layers.vector import checked
from sitesel.layers.voltage import at_level
from sitesel.stages import run
from small_study import CRS, place, small_layers

AREA = (70.0, 40.0, 80.0, 45.0)


def test_what_is_empty_is_as_coarse_as_the_layer_gets_and_told():
    given = small_layers()["gateways"].assign(precision_km=[2.0, None, 0.5, 0.0])
    frame, notices = checked(given, "gates.gpkg", ROLES["gateways"], crs=CRS, area=AREA)
    assert frame["precision_km"].to_dict() == {"bazaar": 0.0, "crossing": 2.0, "field": 0.5, "yard": 2.0}
    (notice,) = notices
    assert notice.key == "notice.precision_taken"
    assert notice.params == {"file": "gates.gpkg", "count": 1.0, "features": "yard", "km": 2.0}


@pytest.mark.parametrize("zones", ["faults", "protected"])
def test_zones_too(zones):
    shape = place(0, 0).buffer(100) if zones == "protected" else LineString([place(0, 0), place(1, 0)])
    given = gpd.GeoDataFrame({"precision_km": [1.5, None]}, geometry=[shape, shape], crs=CRS)
    frame, notices = checked(given, "zones.gpkg", ROLES[zones], crs=CRS, area=AREA)
    assert frame["precision_km"].tolist() == [1.5, 1.5]
    assert [notice.key for notice in notices] == ["notice.precision_taken"]


def test_a_layer_that_states_none_is_told_of_once(write_study):
    layers = {name: small_layers()[name].drop(columns="precision_km") for name in ("plots", "rivals")}
    found = run(write_study(**layers), sure=False)
    (notice,) = [notice for notice in found.notices if notice.key == "notice.places_as_drawn"]
    assert notice.params["layers"] == "plots, rivals"
    assert not [notice for notice in run(write_study(), sure=False).notices if "precision" in notice.key]


def test_each_way_of_telling_a_voltage_counts_and_none_is_no_voltage():
    sources = pd.DataFrame(
        {
            "kind": "substation",
            "voltage_kv": [220.0, 220.0, 110.0, 220.0, None, None, None],
            "levels_kv": [None, None, None, "220;110", "110;10", None, None],
            "has_110kv": [True, None, None, False, None, True, None],
        },
        index=["flag", "high", "own", "levels", "levels alone", "flag alone", "nothing"],
    )
    assert at_level(sources, 110, 110).to_dict() == {
        "flag": True,
        "high": False,
        "own": True,
        "levels": True,
        "levels alone": True,
        "flag alone": True,
        "nothing": False,
    }
    prices = default_prices()
    at_35 = able(prices.ways.loc["new_35kv"].to_dict(), sources)
    assert at_35["flag"]  # a side of 110 kV, which a line of 220 alone would not tell
    assert not at_35["high"]
    assert of_no_voltage(sources, prices) == 1
