"""Scenarios: roads closed, slowed and built, winter, the peak hour, jobs, rivals and weights."""

from collections.abc import Callable

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from scenario_fixture import lines, two_ways
from sitesel.errors import StudyError
from sitesel.indicators import MetresToMainRoad
from sitesel.measuring import silent
from sitesel.network import from_lines, with_bypass
from sitesel.outputs.heads import names_in
from sitesel.outputs.scenarios import scenario_table
from sitesel.outputs.terminal import scenario_tables, title_line
from sitesel.region import read_inputs, survey
from sitesel.routing import compile_network, places_at_nodes, travel_times
from sitesel.scenarios import region_in
from sitesel.scenarios.roads import times_as_long
from sitesel.schema import check as check_table
from sitesel.schema import table as declared
from sitesel.stages import check, run, source_of
from sitesel.study import Study
from sitesel.text import LANGUAGES
from small_study import place


@pytest.fixture
def region_of() -> Callable[[Study], object]:
    def made(study: Study) -> object:
        return survey(study.asked, read_inputs(study.study, study.layers, source_of(study), silent))

    return made


def seconds_by_networkx(graph: nx.MultiDiGraph, nodes: list) -> np.ndarray:
    found = [nx.single_source_dijkstra_path_length(graph, node, weight="travel_time") for node in nodes]
    return np.array([[one.get(node, np.nan) for node in nodes] for one in found])


def test_a_scenario_without_a_change_ranks_as_the_study(study_with):
    found = run(study_with({"id": "same"})).scenarios
    assert list(found) == ["town", "study_score", "study_rank", "same_score", "same_rank"]
    pd.testing.assert_series_equal(found["same_score"], found["study_score"], check_names=False)
    pd.testing.assert_series_equal(found["same_rank"], found["study_rank"], check_names=False)


def test_a_scenario_without_a_change_is_told(study_with):
    keys = [notice.key for notice in run(study_with({"id": "same"}, {"id": "winter", "season": "winter"})).notices]
    assert keys.count("notice.idle_scenario") == 1


def test_a_run_of_a_scenario_gives_what_the_study_says_of_it(study_with):
    study = study_with({"id": "cold", "season": "winter", "closed": [{"ref": "A1"}], "rivals": 0.5}, {"id": "same"})
    told, alone = run(study).scenarios, run(study, scenario="cold")
    pd.testing.assert_series_equal(alone.decision.ranking["score"], told["cold_score"], check_names=False)
    assert title_line(alone, "en").endswith("cold – winter")
    with pytest.raises(StudyError, match="no scenario 'colt'; the study has cold, same"):
        run(study, scenario="colt")


@pytest.mark.parametrize("road", [{"ref": "a1"}, {"name": "Большая дорога"}, {"line": "drawn.gpkg"}])
def test_times_around_a_closed_road_are_those_of_the_graph_without_it(study_with, region_of, tmp_path, road):
    lines(LineString([place(1, 0.01), place(39, 0.01)])).to_file(tmp_path / "drawn.gpkg")
    study = study_with({"id": "closed", "closed": [road]})
    region, scenario = region_of(study), study.scenarios[0]
    world = region_in(region, study.under(scenario).asked, scenario)
    assert set(world.networks) == set(region.networks) != set()
    for mode, network in world.networks.items():
        graph = region.road_graph(mode)
        graph.remove_edges_from([edge[:3] for edge in graph.edges(keys=True, data=True) if edge[3].get("ref") == "A1"])
        nodes = list(graph.nodes)
        places = places_at_nodes(network, nodes)
        found = travel_times(network, places, places).to_numpy()
        np.testing.assert_allclose(found, seconds_by_networkx(graph, nodes), atol=0.01)
    assert world.joined.keys() == region.joined.keys()


def test_a_slowed_road_takes_so_much_longer_and_others_as_long(study_with, region_of):
    study = study_with({"id": "slow", "slowed": [{"ref": "A1", "factor": 3}]})
    region = region_of(study)
    graph = region.road_graph("truck")
    factor = times_as_long(region, "truck", study.scenarios[0], graph)
    assert [data.get("ref") == "A1" for *_, data in graph.edges(data=True)] == (factor == 3).tolist()
    assert set(factor) == {1.0, 3.0}


def test_winter_and_the_peak_hour_slow_as_the_table_of_speeds_says(study_with, region_of):
    study = study_with({"id": "winter", "season": "winter"}, {"id": "peak", "peak": True})
    region = region_of(study)
    before = region.networks["truck"].arcs.seconds
    winter, peak = (region_in(region, study.under(one).asked, one).networks["truck"] for one in study.scenarios)
    np.testing.assert_allclose(winter.arcs.seconds, before / 0.9)
    np.testing.assert_allclose(peak.arcs.seconds, before)  # no street in town


def test_a_bypass_is_joined_where_it_crosses_and_where_it_nearly_ends(study_with, region_of, tmp_path):
    bypass = lines(LineString([place(10, 0.02), place(10, -3), place(30, -3), place(30, -1)]), speed_kph=[100.0])
    bypass.to_file(tmp_path / "bypass.gpkg")
    study = study_with({"id": "built", "bypass": "bypass.gpkg"})
    region = region_of(study)
    world = region_in(region, study.under(study.scenarios[0]).asked, study.scenarios[0])
    graph = world.road_graph("truck")
    at = {(round(data["x"] - place(0, 0).x), round(data["y"] - place(0, 0).y)): n for n, data in graph.nodes(data=True)}
    assert {(10_000, 0), (10_000, -2000), (30_000, -2000), (30_000, -1000)} <= set(at)
    ways = nx.single_source_dijkstra_path_length(graph, at[10_000, 0], weight="travel_time")
    assert ways[at[10_000, -2000]] == pytest.approx(2000 / 80 * 3.6, rel=1e-6)
    assert [notice.params["notice"].key for notice in world.notices] == ["notice.bypass_last_end"]
    assert world.notices[0].params["notice"].params["km"] == pytest.approx(1.0, abs=0.01)
    lengths = [sum(data["length"] for *_, data in one.edges(data=True) if data.get("ref") == "A1") for one in
               (region.road_graph("truck"), graph)]  # fmt: skip
    assert lengths[0] == pytest.approx(lengths[1])


def test_times_with_a_bypass_are_those_of_networkx(study_with, region_of, tmp_path):
    lines(LineString([place(5, -4), place(35, 3)])).to_file(tmp_path / "bypass.gpkg")
    study = study_with({"id": "built", "bypass": "bypass.gpkg", "season": "winter"})
    region = region_of(study)
    world = region_in(region, study.under(study.scenarios[0]).asked, study.scenarios[0])
    for mode, network in world.networks.items():
        graph = world.road_graph(mode)
        nodes = list(graph.nodes)
        places = places_at_nodes(network, nodes)
        found = travel_times(network, places, places).to_numpy()
        np.testing.assert_allclose(found, seconds_by_networkx(graph, nodes), atol=0.02)


def test_a_built_main_road_is_one_to_indicators_and_connections(study_with, region_of, tmp_path):
    lines(LineString([place(5, -4), place(35, 3)])).to_file(tmp_path / "bypass.gpkg")
    study = study_with({"id": "built", "bypass": "bypass.gpkg"})
    region = region_of(study)
    world = region_in(region, study.under(study.scenarios[0]).asked, study.scenarios[0])
    beside = region.outlines(gpd.GeoDataFrame(geometry=[place(20, -0.6).buffer(50)], crs=region.crs), ["truck"])
    measured = MetresToMainRoad(
        id="main", criterion="road", measure="metres_to_main_road", classes=["trunk"],
        weight=1, value=[(0, 100), (1000, 0)],
    ).measured  # fmt: skip
    before, after = (float(measured(beside, one).amount.iloc[0]) for one in (region, world))
    assert after < 80 < before


def test_new_roads_meet_one_another():
    graph = from_lines(two_ways(), mode="car")
    new = lines(LineString([place(5, 0), place(5, 5)]), LineString([place(0, 3), place(9, 3)]))
    whole, gaps = with_bypass(graph, new, mode="car", season="summer", called="new.gpkg")
    assert {(gap.line, gap.end) for gap in gaps} == {(1, "last"), (2, "first"), (2, "last")}
    assert nx.number_strongly_connected_components(whole) == 1
    compile_network(whole)


def test_jobs_rivals_and_weights(study_with):
    study = study_with(
        {"id": "more", "jobs": {"one": 6000}},
        {"id": "grown", "rivals": 20},
        {"id": "ground", "weights": {"labour": 0.0, "road": 0.0, "ground": 1.0, "utilities": 0.0}},
    )
    findings = run(study)
    found, worth = findings.scenarios, findings.decision.worth["fit"] * 100
    pd.testing.assert_series_equal(found["ground_score"], worth.reindex(found.index), check_names=False)
    one, two = found[found["town"] == "one"], found[found["town"] == "two"]
    assert (one["more_score"] < one["study_score"]).any()
    pd.testing.assert_series_equal(two["more_score"], two["study_score"], check_names=False)
    assert (found["grown_score"] <= found["study_score"] + 1e-9).all()


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ({"closed": [{"ref": "A2"}]}, "scenarios.x: roads.gpkg has no road of the ref 'A2'; did you mean 'A1'?"),
        ({"slowed": [{"name": "Grate road", "factor": 2}]}, "did you mean 'Great road'?"),
        ({"closed": [{"line": "far.gpkg"}]}, "no road of roads.gpkg lies within 30 m along a line of far.gpkg"),
    ],
)
def test_a_road_that_is_none_is_one_line(study_with, tmp_path, scenario, told):
    lines(LineString([place(1, 5), place(39, 5)])).to_file(tmp_path / "far.gpkg")
    study = study_with({"id": "x", **scenario})
    with pytest.raises(StudyError) as found:
        run(study)
    assert len(found.value.faults) == 1
    assert told in found.value.faults[0]
    assert check(study) == found.value.faults


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ({"jobs": {"three": 5}}, "scenarios.x.jobs: no town three; the study's towns are one, two"),
        ({"weights": {"labour": 0.5, "road": 0.4, "ground": 0.2}}, "scenarios.x.weights: "),
        ({"weights": {"labour": 1.0}}, "scenarios.x.weights: nothing for ground, which has indicators"),
        ({"closed": [{}]}, "one of ref, name or line says which road, but none is given"),
        ({"closed": [{"ref": "A1", "name": "b"}]}, "but ref, name is given"),
        ({"id": "study"}, "give another id"),
        ({"slowed": [{"ref": "A1", "factor": 0.5}]}, "greater than or equal to 1"),
    ],
)
def test_a_faulty_scenario_is_refused_when_the_study_is_read(study_with, scenario, told):
    with pytest.raises(StudyError) as found:
        study_with({"id": "x", **scenario})
    assert any(told in fault for fault in found.value.faults)


def test_a_scenario_is_no_part_of_the_study_that_it_makes(study_with):
    study = study_with({"id": "winter", "season": "winter", "jobs": {"one": 10}})
    there = study.under(study.scenarios[0])
    assert (there.study.season, there.towns[0].jobs, there.scenarios) == ("winter", 10, ())
    assert (study.study.season, study.folder) == ("summer", there.folder)


def test_files_of_a_scenario_are_inputs_of_the_run(study_with, tmp_path):
    lines(LineString([place(1, 0), place(39, 0)])).to_file(tmp_path / "drawn.gpkg")
    found = run(study_with({"id": "slow", "slowed": [{"line": "drawn.gpkg", "factor": 2}]}))
    assert len(found.run["inputs"]["drawn.gpkg"]["sha256"]) == 64


def test_season_and_scenarios_stand_in_titles_and_files(study_with):
    findings = run(study_with({"id": "winter", "season": "winter"}, {"id": "shut", "closed": [{"ref": "A1"}]}))
    assert title_line(findings, "en").endswith("– summer")
    assert title_line(findings, "ru").endswith("– лето")
    names = names_in(findings)
    table = scenario_table(findings)
    assert check_table(findings.scenarios, "scenarios", names) == []
    assert check_table(declared("scenarios.csv").laid_out(table, names), "scenarios.csv", names) == []
    assert table.groupby("scenario")["season"].first().to_dict() == {
        "study": "summer",
        "winter": "winter",
        "shut": "summer",
    }
    assert (table.loc[table["scenario"] == "study", "score_change"] == 0).all()
    for lang in LANGUAGES:
        told = list(scenario_tables(findings, lang))
        assert [len(one.rows) for one in told] == [3, 3]
