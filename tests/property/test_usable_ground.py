"""Usable ground: rectangles against brute force, earthwork against integrals, set-backs by hand."""

import itertools
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box
from shapely.affinity import rotate, translate

from sitesel.ground import (
    compactness,
    earthwork,
    fits,
    fits_area,
    frontage_m,
    largest_part,
    largest_rectangle,
    usable_parts,
)
from sitesel.layers import Relief, heights_at

CRS = "EPSG:32643"


def frame(*shapes: object, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


cells = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=25)


def stairs(taken: set[tuple[int, int]]) -> Polygon:
    """A polygon of unit cells times 10 m: the largest that hangs together."""
    return largest_part(shapely.union_all([box(10 * x, 10 * y, 10 * x + 10, 10 * y + 10) for x, y in taken]))


def by_trying(shape: Polygon) -> float:
    """Every rectangle on the cells' lines."""
    best = 0.0
    for west, east in itertools.combinations(range(0, 60, 10), 2):
        for south, north in itertools.combinations(range(0, 60, 10), 2):
            tried = box(west, south, east, north)
            if tried.area > best and shape.buffer(1e-6).covers(tried):
                best = tried.area
    return best


@settings(max_examples=80, deadline=None)
@given(cells)
def test_of_right_angled_ground_the_largest_rectangle_is_found(taken):
    shape = stairs(taken)
    found = largest_rectangle(shape, [0])
    assert found.area == pytest.approx(by_trying(shape), rel=1e-5)
    assert shape.buffer(1e-3).covers(found)


@settings(max_examples=40, deadline=None)
@given(cells, st.integers(1, 5), st.integers(1, 5))
def test_whether_a_rectangle_fits_is_what_trying_says(taken, wide, high):
    shape = stairs(taken)
    sizes = {(wide, high), (high, wide)}
    places = itertools.product(sizes, range(0, 50, 10), range(0, 50, 10))
    expected = any(shape.buffer(1e-6).covers(box(x, y, x + 10 * w, y + 10 * h)) for (w, h), x, y in places)
    assert fits(shape, 10 * wide, 10 * high, [0]) == expected


@settings(max_examples=20, deadline=None)
@given(cells, st.floats(0, 89), st.floats(-1e5, 1e6))
def test_turning_and_moving_the_ground_changes_no_area(taken, angle, far):
    shape = stairs(taken)
    turned = translate(rotate(shape, angle), far, -far)
    assert largest_rectangle(turned).area >= by_trying(shape) * (1 - 1e-4)


corners = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=3, max_size=8)


@settings(max_examples=30, deadline=None)
@given(corners, st.sampled_from([0.0, 15.0, 30.0]))
def test_in_any_ground_the_rectangle_lies_inside_fits_and_no_sampled_one_is_much_larger(points, angle):
    shape = shapely.convex_hull(shapely.multipoints(points))
    if shape.geom_type != "Polygon" or shape.area < 50 or shape.minimum_clearance < 1:
        return
    found = largest_rectangle(shape, [angle])
    assert shape.buffer(1e-3).covers(found)
    flat = rotate(found, -angle, origin=(0, 0))
    west, south, east, north = flat.bounds
    assert fits(shape, (east - west) * 0.999, (north - south) * 0.999, [angle])
    # trying: rectangles of even proportions about even points, in the same direction
    turned = rotate(shape, -angle, origin=(0, 0))
    low = turned.bounds
    xs, ys = np.linspace(low[0], low[2], 18), np.linspace(low[1], low[3], 18)
    west, east, south, north = np.meshgrid(xs, xs, ys, ys, indexing="ij")
    some = (west < east) & (south < north)
    tried = shapely.box(west[some], south[some], east[some], north[some])
    tried = tried[shapely.covers(turned.buffer(1e-9), tried)]
    best = max((one.area for one in tried), default=0.0)
    assert found.area >= 0.93 * best


def test_holes_are_respected_and_directions_followed():
    ring = box(0, 0, 300, 300).difference(box(100, 100, 200, 200))
    assert largest_rectangle(ring).area == pytest.approx(300 * 100, rel=1e-5)
    assert fits(ring, 300, 100)
    assert not fits(ring, 150, 150)
    strip = rotate(box(0, 0, 500, 100), 33.3)
    assert largest_rectangle(strip).area == pytest.approx(50_000, rel=1e-4)
    assert fits(strip, 100, 500)
    assert fits_area(strip, 20_000)
    assert not fits_area(strip, 30_000)  # 2:1 at most: 245 x 122 m
    assert largest_rectangle(Polygon()).is_empty
    assert not fits(Polygon(), 1, 1)


def plane(slope_x: float, slope_y: float = 0.0) -> Relief:
    rows, columns, cell = 80, 80, 20.0
    x, y = np.meshgrid((np.arange(columns) + 0.5) * cell, -(np.arange(rows) + 0.5) * cell)
    return Relief((1000 + slope_x * x + slope_y * y).astype("float32"), Affine(cell, 0, 0, 0, -cell, 0), CRS)


@pytest.mark.parametrize("slope", [0.0, 0.01, 0.08])
def test_levelling_a_sloping_square_moves_an_eighth_of_slope_times_side_cubed(slope):
    found = earthwork(frame(box(200, -900, 700, -400)), plane(slope)).loc[0]
    assert found["cut_m3"] == pytest.approx(slope * 500**3 / 8, rel=1e-3, abs=1)
    assert found["level_m"] == pytest.approx(1000 + slope * 450, abs=0.01)


def test_earthwork_is_unknown_where_a_height_is():
    relief = plane(0.01)
    relief.metres[30, 30] = np.nan
    assert earthwork(frame(box(200, -900, 700, -400), Polygon(), box(-500, 0, -100, 400)), relief).isna().all(axis=None)


def test_heights_between_cells_lie_on_the_plane():
    x, y = np.array([33.0, 444.4]), np.array([-77.0, -123.4])
    assert heights_at(plane(0.1, 0.02), x, y) == pytest.approx(1000 + 0.1 * x + 0.02 * y, abs=1e-3)
    assert math.isnan(heights_at(plane(0.1), np.array([-1.0]), np.array([-50.0]))[0])


def test_setbacks_come_off_by_hand():
    plots = frame(box(0, 0, 1000, 1000), box(5000, 0, 6000, 1000))
    obstacles = {
        "river": frame(LineString([(500, -100), (500, 1100)])),
        "housing": frame(box(-500, 0, 0, 1000)),
        "park": frame(box(900, 900, 2000, 2000)),
    }
    found = usable_parts(plots, obstacles, {"river": 100, "housing": pd.Series([50.0, 300.0]), "park": 0})
    assert found.loc[0, "lost_river_ha"] == pytest.approx(20)
    assert found.loc[0, "lost_housing_ha"] == pytest.approx(5)
    assert found.loc[0, "lost_park_ha"] == pytest.approx(1)
    assert found.loc[0, "usable_ha"] == pytest.approx(74)
    assert found.loc[0, "largest_ha"] == pytest.approx(39)
    assert found.loc[1, "usable_ha"] == 100
    corridor = frame(
        LineString([(500, -100), (500, 1100)]), LineString([(800, -100), (800, 1100)]), setback_m=[20.0, None]
    )
    by_line = usable_parts(plots, {"lines": corridor}, {"lines": 30})
    assert by_line.loc[0, "lost_lines_ha"] == pytest.approx(4 + 6)
    with pytest.raises(ValueError, match="the plots in EPSG:32643"):
        usable_parts(plots, {"river": obstacles["river"].to_crs("EPSG:32642")}, {"river": 100})
    with pytest.raises(ValueError, match="set-back is not known"):
        usable_parts(plots, {"river": obstacles["river"]}, {"river": math.nan})


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 300), st.floats(0, 300))
def test_a_wider_setback_never_leaves_more(one, other):
    plots, river = frame(box(0, 0, 1000, 1000)), {"river": frame(LineString([(0, 300), (1000, 800)]))}
    left = {metres: usable_parts(plots, river, {"river": metres})["usable_ha"][0] for metres in (one, other)}
    assert left[max(one, other)] <= left[min(one, other)] + 1e-9


def test_shape_measures():
    plots = frame(box(0, 0, 100, 100), Point(500, 500).buffer(50, quad_segs=64))
    assert compactness(plots).tolist() == pytest.approx([math.pi / 4, 1], rel=1e-3)
    road = frame(LineString([(-100, -10), (200, -10)]))
    # the southern side, and of the two beside it what lies within 30 m of the road
    assert frontage_m(plots, road, 30).tolist() == pytest.approx([100 + 2 * 20, 0], abs=0.1)


@settings(max_examples=40, deadline=None)
@given(st.floats(20, 900), st.floats(20, 900), st.floats(0, 90), st.floats(0.2, 1.0))
def test_a_turned_rectangle_is_its_own_largest_and_a_notched_one_is_not(length, width, turn, cut):
    whole = rotate(box(0, 0, length, width), turn)
    assert largest_rectangle(whole).area == pytest.approx(whole.area, rel=1e-5)
    notched = rotate(box(0, 0, length, width) - box(0, 0, cut * length / 2, cut * width / 2), turn, origin=(0, 0))
    found = largest_rectangle(notched)
    assert notched.buffer(1e-3).covers(found)
    assert found.area < notched.area


@settings(max_examples=40, deadline=None)
@given(st.floats(-300, 1300), st.floats(0, 400), st.one_of(st.just(0.0), st.floats(0.001, 0.3)))
@example(0.0, 1e-140, 0.125)  # a buffer of next to nothing came out empty
def test_a_coarse_feature_takes_no_more_than_any_of_its_possible_places(x, metres, precision_km):
    """What is taken for certain is taken wherever within its precision the feature lies."""
    plot = gpd.GeoDataFrame(geometry=[box(0, 0, 1000, 1000)], index=["p"], crs=CRS)
    blurred = usable_parts(
        plot, {"pond": frame(box(x, 200, x + 400, 900), precision_km=[precision_km])}, {"pond": metres}
    )
    for east, north in itertools.product((-1, 0, 1), repeat=2):
        off = 1000 * precision_km / max(1.0, math.hypot(east, north))
        there = translate(box(x, 200, x + 400, 900), east * off, north * off)
        exact = usable_parts(plot, {"pond": frame(there)}, {"pond": metres})
        left, at_most = exact.geometry["p"], blurred.geometry["p"]
        assert left.difference(at_most).area < 1.0 + 0.002 * left.area  # rounded corners are drawn with 16 sides
    touched = usable_parts(plot, {"pond": frame(box(x, 200, x + 400, 900))}, {"pond": metres + 1000 * precision_km})
    assert blurred.loc["p", "unsure"] == () or precision_km > 0
    if precision_km > 0 and touched.loc["p", "usable_ha"] < 100 - 1e-6:
        assert blurred.loc["p", "unsure"] == ("pond",)
