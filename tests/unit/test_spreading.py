"""Large places spread over their ground: the density model, parts that are given, polygons, built-up ground."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.integrate import dblquad
from shapely import Point, box

from sitesel.errors import LayerError
from sitesel.layers import ROLES
from sitesel.layers.vector import checked
from sitesel.region import Outlines
from sitesel.region.homes import homes_end_far, homes_of_layer
from sitesel.region.settings import Spread
from sitesel.region.spreading import (
    Extent,
    Grounds,
    at_points,
    clark_shares,
    lattice,
    notices_of_spread,
    spread_places,
)

CRS = "EPSG:32643"
NOTHING = Grounds()


def places(people, geometry):
    table = pd.DataFrame({"population": people}, index=pd.Index([f"s{at}" for at in range(len(people))], name="id"))
    table = table.assign(
        name_en=[f"Town {at}" for at in range(len(people))],
        name_ru=None,
        name_ky="Шаар",
        district="R",
        working_age_share=0.5,
        population_confidence="high",
        source="census",
    )
    return gpd.GeoDataFrame(table, geometry=geometry, crs=CRS)


def parts(of, people, xs):
    table = {"name_en": "P", "name_ru": "П", "name_ky": "П", "part_of": of, "population": people}
    told = pd.DataFrame(table, index=pd.Index([f"p{at}" for at in range(len(people))], name="id"))
    told = told.assign(district=None, population_confidence="low", source=None)
    return gpd.GeoDataFrame(told, geometry=[Point(x, 0) for x in xs], crs=CRS)


def homes(spreading):
    return homes_of_layer(spreading.settlements).places


@pytest.mark.parametrize("gradient", [0.0, 0.15, 0.6])
def test_people_within_a_radius_follow_the_closed_form_of_clark(gradient):
    disc = Extent(Point(0, 0).buffer(8000, quad_segs=64), Point(0, 0))
    points = lattice(disc, 400)
    share = clark_shares(points, disc, gradient, 400)
    for km in (2.0, 4.0, 6.0):
        inside = share[np.hypot(*points.T) <= 1000 * km].sum()
        assert inside == pytest.approx(within(km, gradient) / within(8.0, gradient), abs=0.02)


def within(km, gradient):
    """Integral of exp(-g r) 2 pi r from 0 to r."""
    if not gradient:
        return np.pi * km**2
    return 2 * np.pi / gradient**2 * (1 - (1 + gradient * km) * np.exp(-gradient * km))


def test_the_shares_of_two_points_are_the_integrals_over_their_halves_of_a_rectangle():
    ground = Extent(box(-1000, -1000, 3000, 1000), Point(0, 0))
    share = clark_shares(np.array([[0.0, 0.0], [2000.0, 0.0]]), ground, 0.5, 600)

    def density(y, x):
        return np.exp(-0.5 * np.hypot(x, y))

    here, there = dblquad(density, -1, 1, -1, 1)[0], dblquad(density, 1, 3, -1, 1)[0]
    assert share == pytest.approx([here / (here + there), there / (here + there)], abs=2e-3)


def test_only_large_places_are_spread_and_their_parts_stand_for_them():
    given = places([500_000.0, 100_000.0, np.nan], [Point(0, 0), Point(60_000, 0), Point(90_000, 0)])
    found = spread_places(given, Spread(), NOTHING)
    lived = homes(found)
    assert lived["population"].sum() == 600_000
    assert {"s1", "s2"} <= set(lived.index)
    assert "s0" not in lived.index
    of_s0 = found.settlements[found.settlements["part_of"] == "s0"]
    assert of_s0.loc["s0/1", ["name_en", "name_ru", "name_ky", "district"]].tolist() == [
        "Town 0, part 1",
        None,
        "Шаар, 1-бөлүк",
        "R",
    ]
    radius_m = 1000 * np.sqrt(500_000 / 6000 / np.pi)
    assert of_s0.distance(Point(0, 0)).max() <= radius_m
    (row,) = found.record
    assert row == {
        "place": "s0",
        "over": "disc",
        "points": len(of_s0),
        "people": 500_000.0,
        "km2": pytest.approx(83.3, abs=0.3),
    }
    (notice,) = notices_of_spread(found, Spread())
    assert notice.params["names"]["en"] == "Town 0"
    assert notice.params["count"] == len(of_s0)


def test_parts_that_are_given_are_scaled_to_their_place_and_need_no_notice():
    given = places([150_000.0, 30.0], [Point(0, 0), Point(50_000, 0)])
    found = spread_places(
        given, Spread(), Grounds(city_parts=parts(["s0", "s0", "gone"], [1.0, 3.0, 9.0], [0, 3000, 9]))
    )
    assert homes(found)["population"].to_dict() == {"s1": 30.0, "p0": 37_500.0, "p1": 112_500.0}
    assert found.settlements.loc["p0", ["district", "working_age_share", "population_confidence"]].tolist() == [
        "R",
        0.5,
        "low",
    ]
    assert [notice.key for notice in notices_of_spread(found, Spread())] == ["notice.parts_of_none"]
    unknown = places([np.nan, 1.0], [Point(0, 0), Point(1, 0)])
    kept = spread_places(unknown, Spread(), Grounds(city_parts=parts(["s0", "s0"], [1.0, 3.0], [0, 3000])))
    assert homes(kept)["population"].sum() == 5.0


def test_a_part_under_a_settlement_s_id_is_refused():
    with pytest.raises(LayerError, match="the settlements hold s0, too"):
        spread_places(
            places([1.0], [Point(0, 0)]), Spread(), Grounds(city_parts=parts(["s0"], [1.0], [0]).set_axis(["s0"]))
        )


def test_a_polygon_or_the_built_up_ground_holds_the_points():
    drawn = box(0, 0, 12_000, 3000)
    by_polygon = spread_places(places([200_000.0], [drawn]), Spread(), NOTHING)
    assert by_polygon.record[0]["over"] == "polygon"
    assert homes(by_polygon).within(drawn).all()
    assert (by_polygon.settlements.geom_type == "Point").all()
    built = gpd.GeoDataFrame(geometry=[box(-9000, -800, 9000, 800), box(40_000, 0, 41_000, 900)], crs=CRS)
    over = spread_places(places([200_000.0], [Point(0, 0)]), Spread(), Grounds(built_up=built))
    assert over.record[0]["over"] == "built_up"
    assert homes(over).within(built.geometry[0]).all()
    beside = spread_places(places([200_000.0], [Point(0, 5000)]), Spread(), Grounds(built_up=built))
    assert beside.record[0]["over"] == "disc"


def test_ground_around_a_village_is_its_own():
    given = places([500_000.0, 900.0], [Point(0, 0), Point(2600, 0)])
    lived = homes(spread_places(given, Spread(), NOTHING))
    assert lived.drop("s1").distance(Point(2600, 0)).min() >= 745
    assert lived["population"].sum() == 500_900


def test_a_place_too_small_for_a_lattice_is_one_point():
    tiny = places([200_000.0], [box(0, 0, 60, 60)])
    lived = homes(spread_places(tiny, Spread(), NOTHING))
    assert lived["population"].tolist() == [200_000.0]


def test_settlements_may_be_polygons_but_no_lines():
    frame = places([1.0, 2.0], [box(4e5, 47e5, 401e3, 4701e3), Point(4e5, 47e5)])
    found, _ = checked(frame, "towns", ROLES["settlements"], crs=CRS, area=(69.0, 39.0, 80.5, 43.5))
    assert at_points(found).geom_type.tolist() == ["Point", "Point"]
    with pytest.raises(LayerError, match="LineString where points or polygons are due"):
        checked(
            frame.set_geometry(frame.boundary.where(frame.geom_type == "Polygon", frame.geometry)),
            "towns",
            ROLES["settlements"],
            crs=CRS,
            area=(69.0, 39.0, 80.5, 43.5),
        )


def outlines(*corners):
    frame = gpd.GeoDataFrame(geometry=[box(x, y, x + 500, y + 500) for x, y in corners], crs=CRS)
    return Outlines(frame.set_axis([f"plot{at}" for at in range(len(corners))]), {})


def test_homes_end_where_the_nearest_known_one_is_far_or_the_hull_is_left():
    known = places(
        [10.0, 10.0, 10.0, np.nan, 0.0], [Point(x, y) for x, y in ((0, 0), (90e3, 0), (45e3, 70e3), (2e5, 0), (3e5, 0))]
    )
    lived = homes_of_layer(at_points(known))
    asked = outlines((1e3, 1e3), (45e3, 36e3), (0, -12e3), (2e5, 0), (3e5, 0), (0, -9e3))
    far = homes_end_far(asked, lived)
    # Near a home; in the hull but 36 km from any; past the hull; beside people not known; beside nobody; at its edge.
    assert far.tolist() == [False, True, True, True, True, False]
    assert list(far.index) == list(asked.index)
    assert homes_end_far(asked, lived, km=45.0).tolist() == [False, False, False, True, True, False]
    nobody = homes_of_layer(at_points(places([np.nan], [Point(0, 0)])))
    assert homes_end_far(asked, nobody).all()
