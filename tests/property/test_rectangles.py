"""Rectangles on rough outlines: cases by hand, ground built round a rectangle or too narrow for it, and another way."""

import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box
from shapely.affinity import rotate

from sitesel.ground import fits, fits_area, largest_part, largest_rectangle


def in_steps(shape: Polygon, step: float) -> Polygon:
    """The cells whose centre a shape holds: an outline as it comes from a raster."""
    west, south, east, north = np.floor(np.array(shape.bounds) / step).astype(int)
    x, y = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    own = shapely.contains_xy(shape, (x + 0.5) * step, (y + 0.5) * step)
    x, y = x[own], y[own]
    return largest_part(shapely.union_all(shapely.box(x * step, y * step, (x + 1) * step, (y + 1) * step)))


def wavy(corners: int, radius: float, by: float, waves: int, *, rough: float = 0.0) -> Polygon:
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    out = radius + by * np.sin(waves * turn) + rough * np.random.default_rng(1).standard_normal(corners)
    return Polygon(np.column_stack([out * np.cos(turn), out * np.sin(turn)]))


@pytest.mark.parametrize(("angle", "step"), [(8, 10), (3, 5), (21, 10), (37.3, 7), (44, 10), (81.5, 5)])
def test_a_strip_drawn_in_raster_steps_holds_nearly_all_of_the_strip(angle, step):
    strip = in_steps(rotate(box(0, 0, 1000, 100), angle), step)
    assert fits(strip, 1000 - 2 * step, 100 - 2 * step)
    assert not fits(strip, 1000, 100 + step)
    assert not fits(strip, 1000 + 2 * step, 100 - step)
    found = largest_rectangle(strip)
    assert shapely.covers(strip.buffer(1e-3), found)
    assert (1000 - 2 * step) * (100 - 2 * step) <= found.area <= strip.area
    assert fits_area(strip, found.area, 20)
    assert not fits_area(strip, found.area / 2, 2)


def test_what_is_longer_than_the_bounding_circle_is_wide_does_not_fit():
    for by, waves in itertools.product((20, 60, 79), (3, 11, 40)):
        ground = wavy(500, 400, by, waves)
        assert not fits(ground, 710, 710)
        half = min(math.hypot(*corner) for corner in ground.exterior.coords) / math.sqrt(2)
        assert fits(ground, 1.99 * half, 1.99 * half)


def test_a_square_in_a_circle_and_in_a_ring_to_the_thousandth():
    circle = Point(0, 0).buffer(1000, quad_segs=250)
    inner = 1000 * math.cos(math.pi / 1000)  # of the polygon
    assert fits(circle, math.sqrt(2) * inner, math.sqrt(2) * inner)
    assert not fits(circle, 1415, 1415)
    assert largest_rectangle(circle).area == pytest.approx(2e6, rel=1e-3)
    ring = circle - Point(0, 0).buffer(900, quad_segs=250)
    longest = 2 * math.sqrt(1000**2 - 950**2)
    assert fits(ring, 0.998 * longest, 49.9)
    assert not fits(ring, 1.002 * longest, 50.1)


def test_a_turned_angle_and_a_courtyard():
    angled = rotate(box(0, 0, 500, 500) - box(200, 200, 500, 500), 20)
    assert fits(angled, 500, 200)
    assert not fits(angled, 500, 200.1)
    assert not fits(angled, 501, 150)
    assert largest_rectangle(angled).area == pytest.approx(100_000, rel=1e-6)
    court = rotate(box(0, 0, 300, 300) - box(100, 100, 200, 200), 61)
    assert fits(court, 300, 100)
    assert not fits(court, 300, 100.1)
    assert not fits_area(court, 300 * 100 + 100, 10)
    assert fits_area(court, 300 * 100, 3)
    assert not fits_area(court, 300 * 100, 2.9)


def test_slits_of_a_hairs_width_are_closed():
    slit = box(0, 0, 300, 200) - box(100, 50, 100 + 1e-7, 200)
    assert fits(slit, 300, 199.99)
    assert not fits(box(0, 0, 300, 200) - box(100, 50, 100.1, 200), 300, 50.1)


def test_a_side_without_length_is_refused():
    with pytest.raises(ValueError, match="0 by 5 m has no area"):
        fits(box(0, 0, 10, 10), 0, 5)


junk = st.lists(
    st.tuples(st.floats(-100, 100), st.floats(-60, 60), st.floats(5, 60), st.integers(3, 9)), min_size=0, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(st.floats(20, 150), st.floats(20, 150), st.floats(0, 180), junk)
def test_ground_built_round_a_rectangle_holds_it(length, width, angle, around):
    needed = rotate(box(-length / 2, -width / 2, length / 2, width / 2), angle)
    blots = [Point(x, y).buffer(r).simplify(r / sides) for x, y, r, sides in around]
    ground = largest_part(shapely.union_all([needed, *blots]))
    if not shapely.covers(ground.buffer(1e-9), needed):
        return
    assert fits(ground, length * (1 - 1e-5), width * (1 - 1e-5))
    assert fits_area(ground, length * width, max(length, width) / min(length, width) + 1e-9)
    assert largest_rectangle(ground).area >= length * width / 1.03


@settings(max_examples=60, deadline=None)
@given(st.floats(20, 150), st.floats(0.5, 0.995), st.floats(0, 180), junk)
def test_ground_within_a_strip_holds_nothing_wider(width, share, angle, around):
    strip = rotate(box(-500, -width * share / 2, 500, width * share / 2), angle, origin=(0, 0))
    blots = [Point(x, y).buffer(r).simplify(r / sides) for x, y, r, sides in around]
    ground = largest_part(shapely.union_all([LineString([(-90, 3), (90, -3)]).buffer(20), *blots]).intersection(strip))
    assert not fits(ground, width, width * 1.5)
    assert not fits(ground, width, width)


def has_room(shape: Polygon, wide: float, high: float) -> bool:
    """Another way, in one direction: the polygon less what its edges, swept by the rectangle, cover (Minkowski)."""
    rings = [shapely.get_coordinates(ring) for ring in (shape.exterior, *shape.interiors)]
    edge = np.vstack([np.stack([corners[:-1], corners[1:]], axis=1) for corners in rings])
    reach = np.array([(0.0, 0.0), (-wide, 0.0), (0.0, -high), (-wide, -high)])
    swept = shapely.convex_hull(shapely.multipoints((edge[:, :, None, :] + reach).reshape(len(edge), -1, 2)))
    return shape.difference(shapely.union_all(swept)).area > 1e-9 * shape.area


def by_sweeping(shape: Polygon, length: float, width: float) -> bool:
    turned = (rotate(shape, -angle, origin=(0, 0)) for angle in np.arange(0, 180, 1.5))
    return any(has_room(one, length, width) for one in turned)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(8, 40)), min_size=2, max_size=5),
    st.floats(0.3, 1.1), st.floats(1, 3),
)  # fmt: skip
def test_another_way_agrees(blots, size, proportion):
    ground = largest_part(shapely.union_all([Point(x, y).buffer(r, quad_segs=2) for x, y, r in blots]))
    width = size * math.sqrt(ground.area / proportion)
    length = width * proportion
    if fits(ground, length, width):  # turned by half a step at most it has shrunk by that
        less = 1 - math.sin(math.radians(0.75)) * (proportion + 1)
        assert by_sweeping(ground, length * less * 0.999, width * less * 0.999)
    else:
        assert not by_sweeping(ground, length * 1.005, width * 1.005)


def thin_ring() -> Polygon:
    turn = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    wave, rng = 1 + 0.1 * np.sin(3 * turn) + 0.05 * np.sin(7 * turn), np.random.default_rng(2)
    inner, outer = (
        Polygon(np.column_stack([out * np.cos(turn), out * np.sin(turn)]))
        for out in (radius * wave + 2 * rng.standard_normal(2000) for radius in (900, 1000))
    )
    return outer - inner


ROUGH = {
    "blob": lambda: wavy(4000, 400, 40, 11, rough=8),
    "round": lambda: wavy(4000, 400, 4, 11, rough=1),
    "ring": thin_ring,
    "steps": lambda: in_steps(rotate(box(0, 0, 1000, 12), 8), 0.4),
}


@pytest.mark.parametrize("name", ROUGH)
def test_rectangles_on_four_thousand_corners_are_exact(name):
    ground = ROUGH[name]()
    assert len(shapely.get_coordinates(ground)) > 3500
    found = largest_rectangle(ground)
    assert shapely.covers(ground.buffer(1e-3), found)
    length, width = sorted(np.hypot(*np.diff(shapely.get_coordinates(found)[:3], axis=0).T))[::-1]
    for size, expected in ((0.97, True), (0.999, True), (1.03, False), (1.2, False)):
        assert fits(ground, size * length, size * width) == expected
        assert fits_area(ground, size**2 * found.area, 1.001 * length / width) == expected


@pytest.mark.parametrize("name", ROUGH)
def test_benchmark_rectangles_on_four_thousand_corners(benchmark, name):
    ground = ROUGH[name]()
    found = benchmark(largest_rectangle, ground)
    assert shapely.covers(ground.buffer(1e-3), found)
