"""Roads that come together without a common end: found, told, and joined where asked."""

import geopandas as gpd
import hypothesis.strategies as st
import networkx as nx
import pytest
import shapely
from hypothesis import given
from shapely import LineString

from sitesel.network.lines import from_lines
from sitesel.network.noding import noded, unmet
from sitesel.region.reading import read_inputs
from sitesel.stages import source_of
from sitesel.study import load_study
from sitesel.text import say
from small_study import CRS, place, small_layers


def roads(*lines: LineString, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"highway": ["primary"] * len(lines), **columns}, geometry=list(lines), crs=CRS)


TRUNK = LineString([(0, 0), (1000, 0)])


@pytest.mark.parametrize("gap", [0.0, 0.002, 5.0, 29.9])
@pytest.mark.parametrize("turned", [False, True])
def test_a_side_road_that_ends_by_another_is_found_and_joined(gap, turned):
    side = LineString([(400, gap), (400, 700)])
    lines = roads(TRUNK, side.reverse() if turned else side, length_m=[2000.0, None])
    found = unmet(lines).ends
    assert found[["row", "end", "x", "y"]].to_numpy().tolist() == [[1, -1 if turned else 0, 400, 0]]
    whole, joined = noded(lines)
    assert len(joined.ends) == 1
    assert whole["length_m"].dropna().to_list() == pytest.approx([800, 1200])
    graph = from_lines(whole, mode="car")
    assert nx.is_strongly_connected(graph)
    assert graph.number_of_nodes() == 4
    assert unmet(whole).ends.empty


@pytest.mark.parametrize("gap", [30.1, 200.0])
def test_a_road_that_ends_far_off_is_left_alone(gap):
    assert unmet(roads(TRUNK, LineString([(400, gap), (400, 700)]))).ends.empty


@pytest.mark.parametrize("value", ["yes", "T", True, "viaduct"])
@pytest.mark.parametrize("column", ["bridge", "tunnel"])
def test_crossings_meet_but_for_bridges_and_tunnels(column, value):
    across = LineString([(400, -500), (400, 700)])
    found = unmet(roads(TRUNK, across)).crossings
    assert found.to_numpy().tolist() == [[0, 1, 400, 0]]
    whole, _ = noded(roads(TRUNK, across))
    assert nx.is_strongly_connected(from_lines(whole, mode="car"))
    assert unmet(roads(TRUNK, across, **{column: [None, value]})).crossings.empty
    assert len(unmet(roads(TRUNK, across, **{column: [None, "no"]})).crossings) == 1


def test_an_assumed_link_ends_where_people_live():
    assert unmet(roads(TRUNK, LineString([(400, 5), (400, 700)]), assumed=[False, True])).ends.empty


def test_roads_that_meet_at_their_ends_are_whole_already():
    lines = roads(TRUNK, LineString([(1000, 0), (2000, 0)]), LineString([(1000, 0), (1000, 500)]))
    whole, found = noded(lines)
    assert found.ends.empty
    assert found.crossings.empty
    assert len(whole) == len(lines)


streets = st.lists(
    st.tuples(*[st.integers(0, 40)] * 4).filter(lambda ends: ends[:2] != ends[2:]), min_size=2, max_size=9, unique=True
)


@given(streets)
def test_nothing_is_left_to_join_and_no_ground_is_lost(ends):
    lines = roads(*(LineString([(100 * a, 100 * b), (100 * c, 100 * d)]) for a, b, c, d in ends))
    whole, _ = noded(lines)
    assert unmet(whole, within_m=0.009).ends.empty
    there, before = whole.union_all().buffer(0.1), lines.union_all()
    assert there.covers(before)
    assert shapely.union_all([before.buffer(31.0)]).covers(whole.union_all())


@pytest.mark.parametrize("node_roads", [False, True])
def test_a_study_tells_or_joins(study_text, write_study, node_roads):
    study_text["study"]["node_roads"] = node_roads
    layer = small_layers()["roads"]
    side = layer.iloc[[0]].set_geometry([LineString([place(10, 0.01), place(10, 3)])], crs=layer.crs)
    study = load_study(write_study(roads=gpd.pd.concat([layer, side], ignore_index=True)))
    found = read_inputs(study.study, study.layers, source_of(study), lambda _: None)
    (told,) = [notice for notice in found.notices if notice.key.startswith("notice.roads_")]
    assert told.key == f"notice.roads_{'joined' if node_roads else 'unmet'}_ends"
    assert (told.params["count"], told.params["row"]) == (1, len(layer) + 1)
    assert len(found.frames["roads"]) == len(layer) + 1 + node_roads


@pytest.mark.parametrize(("settings", "unsaid"), [(["rural", "urban"], 0), (["urban", None], 1), (None, 2)])
def test_roads_whose_setting_nobody_states_are_told_once(write_study, settings, unsaid):
    layer = small_layers()["roads"].drop(columns="setting")
    study = load_study(write_study(roads=layer if settings is None else layer.assign(setting=settings)))
    found = read_inputs(study.study, study.layers, source_of(study), lambda _: None)
    told = [say(notice, "en") for notice in found.notices if notice.key == "notice.roads_no_setting"]
    assert len(told) == (unsaid > 0)
    assert all(f"setting is empty at {unsaid} of 2 roads; they count as rural" in line for line in told)
