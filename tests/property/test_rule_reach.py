"""One rule engine: plots, cells and usable land are told the same of any rule, for layers of any kind."""

import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, box
from shapely.affinity import translate

from sitesel.ground import usable_parts
from sitesel.layers import grid_over
from sitesel.rules import default_rules, judge, reach_of, zones_of
from sitesel.rules.reach import HAIR_M

CRS = "EPSG:32643"
RULE = replace(default_rules("kg")["protected_area"], id="any", layer="any")

# Corners of cells and half metres: edges that only touch, and shapes just as far off as the rule says, are met often.
corner = st.tuples(*[st.integers(-2, 10).map(lambda n: 250.0 * n)] * 2)
place = st.one_of(corner, corner, st.tuples(*[st.integers(-800, 5000).map(lambda n: n / 2)] * 2))
pair = st.tuples(place, place).filter(lambda ends: ends[0] != ends[1])
shape = st.one_of(
    place.map(Point),
    pair.map(LineString),
    st.lists(place, min_size=3, max_size=3).map(LineString),
    pair.filter(lambda ends: ends[0][0] != ends[1][0] and ends[0][1] != ends[1][1]).map(
        lambda ends: box(*np.sort(ends, axis=0).ravel())
    ),
    st.lists(place, min_size=3, max_size=6).map(lambda corners: MultiPoint(corners).convex_hull),
)
precision = st.one_of(st.none(), st.just(0.0), st.sampled_from([0.05, 0.2, 0.25]), st.floats(0.001, 0.8))
within = st.one_of(st.sampled_from([0.0, 1e-140, 50.0, 200.0, 250.0, 500.0]), st.floats(0, 1500))
grids = st.sampled_from([(0, 0, 3000, 2000, 250.0), (0, 0, 1000, 750, 50.0), (130, -70, 2900, 2100, 170.0)])


def frame(shapes: list, **columns: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


@st.composite
def layers(draw: st.DrawFn) -> gpd.GeoDataFrame:
    drawn = draw(st.lists(shape, max_size=4))
    if draw(st.booleans()):
        return frame(drawn)
    return frame(drawn, precision_km=[draw(precision) for _ in drawn])


def judged(outlines: list, layer: gpd.GeoDataFrame, metres: float) -> np.ndarray:
    rule = replace(RULE, within_m=metres)
    return judge(frame(outlines, production=["sewing"] * len(outlines)), {"any": layer}, {"any": rule})["struck"]


@settings(max_examples=60, deadline=None)
@given(layers(), within, grids, st.randoms(use_true_random=False))
def test_under_a_plot_struck_for_certain_there_is_no_allowed_cell_that_is_reached(layer, metres, laid, chance):
    grid = grid_over(laid[:4], CRS, laid[4])
    zones, _ = zones_of({"any": layer}, {"any": replace(RULE, within_m=metres)}, "sewing")
    struck = zones["any"].cells(grid)
    boxes = grid.boxes(np.ones(grid.shape, dtype=bool))
    alone = judged(list(boxes), layer, metres).fillna(value=False).to_numpy(bool)
    assert (struck.ravel() == alone).all()  # a cell is an outline
    several = chance.sample(range(len(boxes)), 5)
    together = judged([shapely.union_all(boxes[several])], layer, metres).fillna(value=False)
    assert together.iloc[0] == alone[several].any()  # a plot of cells is struck where one of them is


@settings(max_examples=60, deadline=None)
@given(layers(), within, grids, pair)
def test_ground_taken_off_a_plot_lies_under_struck_cells_only(layer, metres, laid, corners):
    grid = grid_over(laid[:4], CRS, laid[4])
    plot = box(*np.sort(corners, axis=0).ravel())
    assume(plot.area > 0)
    zone = reach_of(layer, metres).certain
    free = shapely.union_all(grid.boxes(~zone.cells(grid)))
    left = usable_parts(frame([plot]), {"any": layer}, {"any": metres})
    taken = plot.difference(left.geometry[0])
    assert taken.intersection(free).area == pytest.approx(0, abs=1e-3)
    if left.loc[0, "lost_any_ha"] > 1e-6:
        assert judged([plot], layer, metres).iloc[0]


@settings(max_examples=60, deadline=None)
@given(layers(), within, st.lists(pair, min_size=1, max_size=4))
@example(frame([box(0, 0, 250, 250)]), 0.0, [((250.0, 0.0), (500.0, 250.0))])  # beside it
@example(frame([LineString([(0, 0), (0, 0), (0, 0)])]), 200.0, [((90.0, 0.0), (95.0, 5.0))])
@example(frame([box(0, 0, 250, 250)]), 500.0, [((750.0, 0.0), (1000.0, 250.0))])  # as far as the rule says
def test_exact_features_strike_what_plain_distances_say(layer, metres, corners):
    outlines = [box(*np.sort(ends, axis=0).ravel()) for ends in corners]
    assume(all(outline.area > 0 for outline in outlines))
    for outline, struck in zip(outlines, judged(outlines, layer[["geometry"]], metres), strict=True):
        if metres > HAIR_M:
            near = [outline.distance(feature) < metres - HAIR_M for feature in layer.geometry]
        else:
            near = [
                outline.intersection(feature).area > 0 if feature.area else outline.intersects(feature)
                for feature in layer.geometry
            ]
        assert struck == any(near)


@settings(max_examples=60, deadline=None)
@given(layers(), within, pair, st.lists(st.floats(0, 2 * math.pi), min_size=4, max_size=4), st.floats(0, 0.999))
def test_certain_is_wherever_they_lie_and_clear_is_nowhere(layer, metres, corners, ways, share):
    """Features of a convex form, moved within their precision: never is a plot told for certain what may be wrong."""
    plot = box(*np.sort(corners, axis=0).ravel())
    assume(plot.area > 0 and "precision_km" in layer)
    off = 1000 * share * layer["precision_km"].astype(float).fillna(0.0)
    moved = [
        translate(feature, far * math.cos(way), far * math.sin(way))
        for feature, far, way in zip(layer.geometry, off, ways, strict=False)
    ]
    told = judged([plot], layer, metres)
    if told.notna().iloc[0]:
        there = judged([plot], frame(moved), metres).iloc[0]
        assert there == told.iloc[0]


def test_what_is_known_coarsely_is_there_for_certain_at_its_core():
    lake = frame([box(0, 0, 1000, 1000)], precision_km=[0.2])
    plots = [box(400, 400, 600, 600), box(-100, 0, 150, 1000), box(1100, 0, 1500, 500), box(1200, 0, 1500, 500)]
    assert judged(plots, lake, 0.0).astype("object").tolist()[::3] == [True, False]
    assert judged(plots, lake, 0.0).isna().tolist() == [False, True, True, False]
    canal = frame([LineString([(0, 500), (1000, 500)])], precision_km=[0.2])
    assert judged(plots, canal, 200.0).isna().tolist() == [True, True, True, True]  # a line has no core
    assert judged(plots, canal, 201.0).fillna(value=False).tolist() == [True, True, False, False]


def test_metres_of_a_features_own_count_before_the_rules():
    lines = frame([LineString([(0, 0), (0, 1000)]), LineString([(5000, 0), (5000, 1000)])], setback_m=[100.0, None])
    plots = [box(50, 0, 90, 100), box(5050, 0, 5090, 100)]
    assert judged(plots, lines, 30.0).tolist() == [True, False]
    assert reach_of(lines, 30.0).certain.metres.tolist() == [100, 30]
    with pytest.raises(ValueError, match="a set-back is not known"):
        reach_of(lines, math.nan)


def test_another_crs_is_refused():
    with pytest.raises(ValueError, match="any is in EPSG:32642, the plots in EPSG:32643"):
        judged([box(0, 0, 1, 1)], frame([Point(0, 0)]).to_crs("EPSG:32642"), 1.0)
