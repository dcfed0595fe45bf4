"""Least-cost routes held against an independent Dijkstra on the grid, known cases and the straight line."""

import itertools
import math

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from shapely import LineString, MultiLineString, Point, Polygon, box

from sitesel.connections import CostSurface, Terrain, cost_surface, crossings, least_cost_routes
from sitesel.connections.least_cost import grid_costs
from sitesel.layers.grid import Grid

CRS = "EPSG:32643"


def dijkstra(factor: np.ndarray, start: tuple[int, int], cell: tuple[float, float]) -> np.ndarray:
    """Another way: a graph of cells, half of each step paid on either side, or what lies between."""
    graph = nx.Graph()
    around = itertools.product(np.ndindex(factor.shape), ((0, 1), (1, -1), (1, 0), (1, 1)))
    for (row, column), (down, right) in around:
        there = row + down, column + right
        if there[0] < factor.shape[0] and 0 <= there[1] < factor.shape[1]:
            between = min(factor[row + down, column], factor[row, column + right]) if down and right else 0
            times = max((factor[row, column] + factor[there]) / 2, between)
            if np.isfinite(times):
                graph.add_edge((row, column), there, weight=times * math.hypot(down * cell[0], right * cell[1]))
    found = np.full(factor.shape, np.inf)
    if start in graph:
        for place, cost in nx.single_source_dijkstra_path_length(graph, start).items():
            found[place] = cost
    found[start] = 0
    return found


factors = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9),
    elements=st.one_of(st.floats(0.5, 50), st.sampled_from([1.0, 5.0, math.inf])),
)


@settings(max_examples=300, deadline=None)
@given(factors, st.floats(20, 500), st.floats(20, 500), st.data())
def test_costs_are_those_of_an_independent_dijkstra(factor, height, width, data):
    start = (data.draw(st.integers(0, factor.shape[0] - 1)), data.draw(st.integers(0, factor.shape[1] - 1)))
    factor[start] = 1.0
    found, _ = grid_costs(factor, np.array([start]), (height, width))
    expected = dijkstra(factor, start, (height, width))
    assert np.array_equal(np.isinf(found), np.isinf(expected))
    finite = np.isfinite(expected)
    np.testing.assert_allclose(found[finite], expected[finite], rtol=1e-6)


def surface(factor: np.ndarray, width: float = 100.0, height: float = 100.0) -> CostSurface:
    grid = Grid(Affine(width, 0, 0, 0, -height, factor.shape[0] * height), factor.shape, CRS)
    return CostSurface(grid, factor)


def frame(**shapes: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes.values()), index=list(shapes), crs=CRS)


def test_a_wall_is_walked_round_through_its_gap():
    factor = np.ones((5, 5))
    factor[:, 2] = math.inf
    factor[4, 2] = 1.0  # gap in the bottom row
    found = least_cost_routes(surface(factor), frame(p=box(10, 210, 90, 290)), frame(s=Point(450, 250)), 1e4).iloc[0]
    # two diagonals down to the gap, two up; the last cell's centre is the source
    assert found["effective_m"] == pytest.approx(4 * math.sqrt(2) * 100)
    assert found["metres"] == pytest.approx(found["effective_m"])
    assert found.geometry.coords[-1] == (450.0, 250.0)
    assert min(y for _, y in found.geometry.coords) == 50.0


def test_a_dear_band_costs_its_factor():
    factor = np.ones((1, 10))
    factor[0, 4] = 5.0
    found = least_cost_routes(surface(factor), frame(p=box(0, 0, 100, 100)), frame(s=Point(950, 50)), 1e4).iloc[0]
    # 850 m from the plot's edge, 100 of them five times as dear
    assert found["metres"] == pytest.approx(850)
    assert found["effective_m"] == pytest.approx(750 + 500)


@settings(max_examples=300, deadline=None)
@given(factors, st.floats(30, 300), st.floats(30, 300), st.data())
def test_a_route_is_never_shorter_than_straight_nor_cheaper_than_the_least_factor(factor, height, width, data):
    ground = surface(factor, width, height)
    west, south, east, north = ground.grid.bounds
    share = st.floats(0, 1)
    x, y = (west + data.draw(share) * (east - west), south + data.draw(share) * (north - south))
    a, b = (west + data.draw(share) * (east - west), south + data.draw(share) * (north - south))
    side = data.draw(st.floats(5, 400))
    plots, sources = (
        frame(p=box(x, y, x + side, y + side)),
        frame(s=Point(a, b), line=LineString([(a, b), (a + 50, b + 90)])),
    )
    for _, found in least_cost_routes(ground, plots, sources, 1e5).iterrows():
        assert found["straight_m"] == pytest.approx(plots.geometry["p"].distance(sources.geometry[found["source"]]))
        if found["reason"] is None:
            assert found["metres"] >= found["straight_m"] - 1e-6
            assert math.isfinite(found["effective_m"])
            if found["straight_m"] > 0:
                assert found["effective_m"] >= factor[np.isfinite(factor)].min() * found["straight_m"] - 1e-6
            if found["metres"]:
                assert found.geometry.length == pytest.approx(found["metres"])
                assert found.geometry.distance(plots.geometry["p"]) < 1e-6
                assert found.geometry.distance(sources.geometry[found["source"]]) < 1e-6
        else:
            assert math.isnan(found["metres"])


def test_open_ground_is_crossed_in_a_straight_line():
    found = least_cost_routes(surface(np.ones((20, 20))), frame(p=box(0, 0, 90, 90)), frame(s=Point(1510, 640)), 1e4)
    assert found["metres"][0] == pytest.approx(found["straight_m"][0]) == found["effective_m"][0]


def test_what_cannot_be_reached_says_why():
    factor = np.ones((5, 5))
    factor[:, 2] = math.inf
    sources = frame(beyond=Point(450, 250), far=Point(99_000, 0), outside=Point(700, 250), here=Point(50, 250))
    found = least_cost_routes(surface(factor), frame(p=box(10, 210, 90, 290)), sources, 1000).set_index("source")
    assert found["reason"].to_dict() == {
        "beyond": "no_way",
        "far": "too_far",
        "outside": "outside_surface",
        "here": None,
    }
    assert found.loc["here", "metres"] == 0


def test_surface_multiplies_and_refuses_what_it_does_not_know():
    grid = Grid(Affine(100, 0, 0, 0, -100, 300), (3, 3), CRS)
    terrain = Terrain(((0.0, 1.0), (10.0, 2.0)), {"rivers": 5.0, "protected": math.inf})
    slope = np.full((3, 3), 5.0)
    slope[0, 0] = np.nan
    river = frame(r=LineString([(150, 10), (150, 290)]))
    found = cost_surface(grid, {"rivers": river}, terrain, slope)
    assert found.factor.tolist() == [[1.0, 7.5, 1.5], [1.5, 7.5, 1.5], [1.5, 7.5, 1.5]]
    assert (found.layers, found.not_given) == (("rivers",), ("protected",))
    with pytest.raises(ValueError, match="no factor for 'swamps'"):
        cost_surface(grid, {"swamps": river}, terrain)
    with pytest.raises(ValueError, match="the grid in EPSG:32643"):
        cost_surface(grid, {"rivers": river.to_crs("EPSG:32642")}, terrain)
    with pytest.raises(ValueError, match="shape"):
        cost_surface(grid, {}, terrain, np.zeros((2, 2)))


FLAT = ((0.0, 1.0), (1.0, 1.0))


def laid_past(
    river: LineString | MultiLineString, plot: Polygon, source: object, *, offset: float = 0.0, times=math.inf
):
    grid = Grid(Affine(100, 0, offset, 0, -100, 2000 + offset), (20, 20), CRS)
    ground = cost_surface(grid, {"rivers": frame(r=river)}, Terrain(FLAT, {"rivers": times}))
    return least_cost_routes(ground, frame(p=plot), frame(s=source), 1e5).iloc[0]


def test_a_slanting_river_leaves_no_gap_to_slip_through():
    for line in ([(-10, 37), (2010, 1941)], [(0, 0), (2000, 2000)], [(-50, -50), (2050, 2050)]):
        assert laid_past(LineString(line), box(0, 1800, 90, 1890), Point(1850, 150))["reason"] == "no_way"
        dear = laid_past(LineString(line), box(0, 1800, 90, 1890), Point(1850, 150), times=5.0)
        assert dear["effective_m"] > dear["straight_m"] + 4 * 100  # no corner is crossed for nothing


def test_no_diagonal_step_slips_between_two_blocked_cells():
    factor = np.where(np.eye(6, dtype=bool), math.inf, 1.0)
    costs, _ = grid_costs(factor, np.array([[0, 5]]), (100.0, 100.0))
    assert np.array_equal(np.isfinite(costs), np.triu(np.ones((6, 6), bool), 1))
    dear, _ = grid_costs(np.where(np.eye(6, dtype=bool), 5.0, 1.0), np.array([[2, 3]]), (100.0, 100.0))
    assert dear[3, 2] == pytest.approx(600)  # the slanting step would be dearer


@settings(max_examples=60, deadline=None)
@given(st.floats(0, math.pi), st.floats(-500, 500), st.floats(-100, 100), st.booleans(), st.data())
def test_a_line_that_may_not_be_crossed_cuts_the_area_in_two_unless_it_has_a_gap(
    angle, aside, offset, on_corners, data
):
    """Whatever its angle and the grid's offset."""
    if on_corners:
        angle, aside, offset = data.draw(st.sampled_from([0, 1, 2, 3])) * math.pi / 4, 0.0, 0.0
    along, across = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    middle = np.array([1000.0, 1000.0]) + aside * across
    bends = [
        middle + t * along + data.draw(st.floats(-40, 40)) * across * (not on_corners) for t in range(-2000, 2001, 250)
    ]
    river = LineString(bends)
    near, far = (Point(*(middle + way * across)) for way in (-400, 400))
    assert laid_past(river, near.buffer(70), far, offset=offset)["reason"] == "no_way"
    at = data.draw(st.floats(-400, 400))
    open_ = river - Point(*(middle + at * along)).buffer(160)
    through = laid_past(open_, near.buffer(70), far, offset=offset)
    assert through["reason"] is None
    assert not through.geometry.intersects(open_)
    assert through.geometry.intersects(Point(*(middle + at * along)).buffer(160))
    # the ground beside the line is open: its own bank is reached
    bank = Point(*(middle - 60 * across))
    assert laid_past(river, near.buffer(70), bank, offset=offset)["reason"] is None
    assert laid_past(river, bank.buffer(9), near, offset=offset)["reason"] is None
    assert laid_past(river, bank.buffer(9), far, offset=offset)["reason"] == "no_way"


def test_oblong_cells_are_measured_truly_and_rotated_ones_refused():
    found, _ = grid_costs(np.ones((2, 2)), np.array([[0, 0]]), (300.0, 400.0))
    assert found.tolist() == [[0.0, 400.0], [300.0, 500.0]]
    with pytest.raises(ValueError, match="rotated"):
        Grid(Affine(100, 5, 0, 5, -100, 0), (2, 2), CRS)
    with pytest.raises(ValueError, match="degrees"):
        Grid(Affine(0.1, 0, 74, 0, -0.1, 43), (2, 2), "EPSG:4326")


def test_crossings_count_lines_crossed_and_metres_within():
    routes = frame(one=LineString([(0, 0), (1000, 0)]), none=LineString([(0, 50), (10, 50)]))
    rivers = frame(a=LineString([(100, -10), (100, 10)]), b=LineString([(300, -10), (300, 10)]))
    built = frame(town=box(500, -100, 700, 20))
    found = crossings(routes, {"rivers": rivers, "built_up": built}).set_index("layer")
    assert found.loc["rivers", ["route", "times", "metres"]].tolist() == ["one", 2, 0]
    assert found.loc["built_up", ["route", "times", "metres"]].tolist() == ["one", 1, pytest.approx(200)]
