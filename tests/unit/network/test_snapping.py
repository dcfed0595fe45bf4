"""Places snapped to edges: where, how far, and why not."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from sitesel.errors import NetworkError
from sitesel.network.arcs import Arcs
from sitesel.network.snapping import SnapRules, snap, strongest_component
from sitesel.network.streets import twins

CRS = "EPSG:32643"


def ring_and_stub() -> Arcs:
    """Build a two-way square of 1 km sides, and beyond a river a one-way dead end that no way leads back from."""
    x = np.array([0, 1_000, 1_000, 0, 1_200, 2_000], dtype=float)
    y = np.array([0, 0, 1_000, 1_000, 500, 500], dtype=float)
    there = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])
    tail, head = np.concatenate([there, there[:, ::-1], [[4, 5]]]).T
    return Arcs(pd.Index(list("abcdpq")), tail, head, np.full(9, 60.0), x, y, crs=CRS)


def places(**shapes: shapely.Geometry | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes.values()), index=pd.Index(list(shapes), name="id"), crs=CRS)


def test_a_point_touches_the_nearest_edge_where_it_projects() -> None:
    row = snap(ring_and_stub(), places(shop=shapely.Point(250, -50))).iloc[0]
    assert (row.place, row.u, row.v, row.key) == ("shop", "a", "b", 0)
    assert (row.fraction, row.off_road_m, row.x, row.y) == pytest.approx((0.25, 50, 250, 0))
    assert row.off_road_s == pytest.approx(50 / 5 * 3.6)
    assert row.twin == 4
    assert pd.isna(row.reason)


def test_a_point_beside_a_corner_is_at_the_node_itself() -> None:
    row = snap(ring_and_stub(), places(corner=shapely.Point(-30, -40))).iloc[0]
    assert row.fraction in {0, 1}
    assert (row.off_road_m, row.x, row.y) == (50, 0, 0)


def test_a_place_nearest_to_a_cut_off_road_is_moved_to_the_main_network() -> None:
    snapped = snap(ring_and_stub(), places(farm=shapely.Point(1_300, 450), shop=shapely.Point(250, -50)))
    assert snapped.loc[0, "off_road_m"] == 300
    assert snapped.loc[0, "moved_m"] == pytest.approx(250)


def test_what_is_too_far_or_nowhere_says_so() -> None:
    snapped = snap(ring_and_stub(), places(far=shapely.Point(0, -900), none=None), SnapRules(cap_m=800)).set_index(
        "place"
    )
    assert snapped.loc["far", "reason"] == "beyond_cap"
    assert snapped.loc["far", "off_road_m"] == 900
    assert snapped.loc["none", "reason"] == "no_geometry"
    assert (snapped["arc"] == -1).all()
    assert snapped["fraction"].isna().all()


def test_a_plot_has_gates_along_each_road_about_it() -> None:
    snapped = snap(ring_and_stub(), places(plot=shapely.box(800, 800, 950, 950)))
    assert set(zip(snapped.u, snapped.v, strict=True)) == {("b", "c"), ("c", "d")}
    assert snapped["off_road_m"].min() == 50
    assert snapped["gate"].tolist() == list(range(len(snapped)))
    frontage = snapped.groupby(["u", "v"])["fraction"].agg(["min", "max"])
    assert (frontage["max"] - frontage["min"] > 0.09).all()


def test_an_outline_is_joined_where_it_comes_closest_between_two_steps() -> None:
    wedge = shapely.Polygon([(330, -400), (470, -400), (433, -37)])
    snapped = snap(ring_and_stub(), places(plot=wedge), SnapRules(gate_spacing_m=1_000))
    assert snapped["off_road_m"].min() == pytest.approx(37)
    assert snapped.loc[snapped["off_road_m"].idxmin(), "fraction"] == pytest.approx(0.433)


def test_a_road_through_a_plot_needs_no_off_road_leg() -> None:
    snapped = snap(ring_and_stub(), places(plot=shapely.box(400, -100, 600, 100)))
    crossing = snapped[snapped["off_road_m"] == 0]
    assert sorted(crossing["fraction"]) == pytest.approx([0.4, 0.6])
    assert snapped["off_road_m"].iloc[0] == 0


def test_a_polygon_of_parts_and_holes_and_a_touching_road_are_taken() -> None:
    two = shapely.union_all([shapely.box(100, 1_020, 200, 1_100), shapely.box(300, 1_000, 400, 1_100)])
    snapped = snap(ring_and_stub(), places(plot=two))
    assert snapped["off_road_m"].iloc[0] == 0


def test_two_directions_pair_only_along_the_same_line() -> None:
    arcs = ring_and_stub()
    assert twins(arcs).tolist() == [4, 5, 6, 7, 0, 1, 2, 3, -1]
    bent = np.full(9, None, dtype=object)
    bent[4] = shapely.LineString([(1_000, 0), (500, -300), (0, 0)])
    detour = Arcs(arcs.nodes, arcs.tail, arcs.head, arcs.seconds, arcs.x, arcs.y, lines=bent, crs=CRS)
    assert twins(detour)[[0, 4]].tolist() == [-1, -1]


def test_a_closed_road_does_not_connect() -> None:
    arcs = ring_and_stub()
    assert strongest_component(arcs).tolist() == [True] * 4 + [False] * 2
    closed = arcs.seconds.copy()
    closed[[0, 4, 2, 6]] = np.inf  # both directions of two opposite sides
    assert strongest_component(Arcs(arcs.nodes, arcs.tail, arcs.head, closed)).sum() == 2


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (places(a=shapely.Point(0, 0)).to_crs("EPSG:32642"), "is not the network's"),
        (pd.concat([places(a=shapely.Point(0, 0))] * 2), "two of them are called 'a'"),
        (places(a=shapely.LineString([(0, 0), (1, 1)])), "'a' is a LineString"),
    ],
)
def test_places_that_cannot_be_snapped_are_refused_by_name(frame: gpd.GeoDataFrame, fault: str) -> None:
    with pytest.raises(NetworkError, match=fault):
        snap(ring_and_stub(), frame)


def test_networks_that_cannot_be_snapped_to_are_refused() -> None:
    arcs = ring_and_stub()
    nothing = np.empty(0, dtype=np.int64)
    with pytest.raises(NetworkError, match="no edges"):
        snap(Arcs(arcs.nodes, nothing, nothing, np.empty(0), arcs.x, arcs.y), places(a=shapely.Point(0, 0)))
    with pytest.raises(NetworkError, match="no coordinates"):
        snap(Arcs(arcs.nodes, arcs.tail, arcs.head, arcs.seconds), places(a=shapely.Point(0, 0)))
    degrees = Arcs(arcs.nodes, arcs.tail, arcs.head, arcs.seconds, arcs.x, arcs.y, crs="EPSG:4326")
    with pytest.raises(NetworkError, match="degrees"):
        snap(degrees, places(a=shapely.Point(0, 0)))
