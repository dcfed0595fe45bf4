"""Each rule of reading OSM, on files of a few ways."""

from typing import Any

import networkx as nx
import pytest
import shapely
from pyproj import Geod, Transformer

from osm_drawing import Drawing, place

Graph = nx.MultiDiGraph


def pairs(graph: Graph) -> list[tuple[int, int]]:
    return sorted((u, v) for u, v, _ in graph.edges(keys=True))


def only(graph: Graph) -> dict[str, Any]:
    (edge,) = [data for u, v, data in graph.edges(data=True) if u < v]
    return edge


def test_a_plain_street_is_one_edge_each_way_with_its_bends(drawing: Drawing) -> None:
    graph = drawing.way(7, [1, 2, 12, 13], {"name": "Чүй", "lanes": "2", "surface": "asphalt"}).read()
    assert pairs(graph) == [(1, 13), (13, 1)]
    there, back = graph.edges[1, 13, 0], graph.edges[13, 1, 0]
    assert list(there["geometry"].coords) == list(back["geometry"].coords)[::-1]
    assert len(there["geometry"].coords) == 4
    assert (there["osmid"], there["name"], there["lanes"], there["surface"]) == (7, "Чүй", "2", "asphalt")
    assert (there["oneway"], there["reversed"], back["reversed"]) == (False, False, True)
    assert there["assumed_speed"] is True
    assert "ref" not in there
    assert "maxspeed" not in there
    assert there["length"] == pytest.approx(Geod(ellps="WGS84").geometry_length(there["geometry"]), rel=1e-6)
    assert there["travel_time"] == pytest.approx(there["length"] / (there["speed_kph"] / 3.6))
    assert graph.graph["crs"] == "EPSG:4326"
    assert graph.nodes[1]["street_count"] == 1


def test_projected_where_asked(drawing: Drawing) -> None:
    drawing.way(7, [1, 2, 12, 13])
    graph = drawing.read(crs="EPSG:32643")
    node = graph.nodes[1]
    expected = Transformer.from_crs(4326, 32643, always_xy=True).transform(*place(1))
    assert (node["x"], node["y"]) == pytest.approx(expected)
    assert node["lon"] == pytest.approx(74.601)
    assert graph.edges[1, 13, 0]["geometry"].coords[0] == (node["x"], node["y"])
    assert graph.edges[1, 13, 0]["length"] == drawing.read().edges[1, 13, 0]["length"]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"oneway": "yes"}, [(1, 2)]),
        ({"oneway": "-1"}, [(2, 1)]),
        ({"oneway": "no"}, [(1, 2), (2, 1)]),
        ({"oneway": "reversible"}, [(1, 2), (2, 1)]),
        ({"junction": "roundabout"}, [(1, 2)]),
        ({"junction": "circular"}, [(1, 2)]),
        ({"highway": "motorway"}, [(1, 2)]),
        ({"highway": "motorway_link"}, [(1, 2)]),
        ({"highway": "motorway", "oneway": "no"}, [(1, 2), (2, 1)]),
        ({"highway": "trunk"}, [(1, 2), (2, 1)]),
        ({"motor_vehicle:backward": "no"}, [(1, 2)]),
    ],
)
def test_directions(drawing: Drawing, tags: dict[str, str], expected: list[tuple[int, int]]) -> None:
    graph = drawing.way(7, [1, 2], tags).read()
    assert pairs(graph) == expected
    assert all(data["oneway"] == (len(expected) == 1) for _, _, data in graph.edges(data=True))
    assert only_start(graph, expected)


def only_start(graph: Graph, expected: list[tuple[int, int]]) -> bool:
    u, v = expected[0]
    return graph.edges[u, v, 0]["geometry"].coords[0] == (graph.nodes[u]["x"], graph.nodes[u]["y"])


def test_walkers_go_against_one_way_streets_and_buses_where_signed(drawing: Drawing) -> None:
    drawing.way(7, [1, 2], {"oneway": "yes", "oneway:psv": "no"})
    assert len(pairs(drawing.read("foot"))) == 2
    assert len(pairs(drawing.read("bus"))) == 2
    assert len(pairs(drawing.read("truck"))) == 1


@pytest.mark.parametrize(
    ("tags", "modes"),
    [
        ({}, "car truck bus foot"),
        ({"access": "no"}, ""),
        ({"access": "private"}, ""),
        ({"access": "destination"}, "car truck bus foot"),
        ({"access": "no", "bus": "yes"}, "bus"),
        ({"access": "no", "psv": "designated", "foot": "yes"}, "bus foot"),
        ({"motor_vehicle": "no"}, "foot"),
        ({"vehicle": "no", "motorcar": "yes"}, "car foot"),
        ({"hgv": "no"}, "car bus foot"),
        ({"motor_vehicle": "no", "hgv": "delivery"}, "truck foot"),
        ({"maxweight": "3.5"}, "car foot"),
        ({"maxweight": "8"}, "car bus foot"),
        ({"maxheight": "2.2"}, "car foot"),
        ({"maxheight": "3.8 m"}, "car bus foot"),
        ({"maxweight": "default"}, "car truck bus foot"),
        ({"highway": "footway"}, "foot"),
        ({"highway": "steps"}, "foot"),
        ({"highway": "motorway"}, "car truck bus"),
        ({"motorroad": "yes"}, "car truck bus"),
        ({"area": "yes"}, "foot"),
        ({"highway": "construction", "construction": "trunk"}, ""),
        ({"highway": "proposed"}, ""),
        ({"access:conditional": "no @ (weight>7.5)"}, "car bus foot"),
    ],
)
def test_who_may_use_a_way(drawing: Drawing, tags: dict[str, str], modes: str) -> None:
    # The second way keeps every mode's network from being empty.
    drawing.way(7, [1, 2], tags).way(8, [31, 32])
    users = [mode for mode in ("car", "truck", "bus", "foot") if drawing.read(mode).has_node(1)]
    assert " ".join(users) == modes


@pytest.mark.parametrize(
    ("tags", "seasons"),
    [
        ({"winter_road": "yes"}, "winter"),
        ({"ice_road": "yes"}, "winter"),
        ({"seasonal": "yes"}, "summer"),
        ({"seasonal": "winter"}, "winter"),
        ({"seasonal": "spring;summer"}, "summer"),
        ({"seasonal": "no"}, "summer winter"),
        ({"access:conditional": "no @ (Nov-Mar)"}, "summer"),
        ({"motor_vehicle:conditional": "no @ (Oct 15-May 1)"}, "summer"),
        ({"motor_vehicle:conditional": "no @ winter"}, "summer"),
        ({"motor_vehicle": "no", "motor_vehicle:conditional": "yes @ (May-Sep)"}, "summer"),
        ({"motor_vehicle:conditional": "no @ (Mo-Fr 07:00-09:00)"}, "summer winter"),
    ],
)
def test_when_a_way_is_open(drawing: Drawing, tags: dict[str, str], seasons: str) -> None:
    drawing.way(7, [1, 2], tags).way(8, [31, 32])
    assert " ".join(s for s in ("summer", "winter") if drawing.read(season=s).has_node(1)) == seasons


def test_what_was_left_out_is_counted(drawing: Drawing) -> None:
    graph = (
        drawing.way(7, [1, 2])
        .way(8, [2, 3], {"access": "private"})
        .way(9, [3, 4], {"highway": "construction"})
        .way(10, [4, 5], {"highway": "footway"})
        .way(11, [5, 6], {"highway": "footway"})
        .way(12, [11, 12], {"maxspeed": "sixty", "oneway": "reversible", "access:conditional": "no @ (Mo 10:00-12:00)"})
        .read()
    )
    assert graph.graph["dropped"] == {"access": 1, "not built yet": 1, "class footway": 2}
    assert graph.graph["notices"] == {
        "condition on access not modelled": 1,
        "maxspeed not understood": 1,
        "reversible or alternating, taken as two-way": 1,
    }


def test_ferries_are_left_out_and_counted(drawing: Drawing) -> None:
    drawing.way(7, [1, 2]).ways.append((8, [2, 3], {"route": "ferry"}))
    graph = drawing.node(3).read()
    assert pairs(graph) == [(1, 2), (2, 1)]
    assert graph.graph["dropped"] == {"ferry": 1}


@pytest.mark.parametrize(
    ("tags", "passing"),
    [
        ({"barrier": "bollard"}, "foot"),
        ({"barrier": "block"}, "foot"),
        ({"barrier": "gate"}, "car truck foot"),
        ({"barrier": "gate", "access": "private"}, ""),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, "foot"),
        ({"barrier": "gate", "locked": "yes"}, ""),
        ({"barrier": "lift_gate"}, "car truck foot"),
        ({"barrier": "lift_gate", "motor_vehicle": "no"}, "foot"),
        ({"barrier": "bollard", "motorcar": "yes"}, "car foot"),
        ({"barrier": "height_restrictor", "maxheight": "2.5"}, "car foot"),
        ({"barrier": "toll_booth"}, "car truck foot"),
        ({"barrier": "dragon"}, "car truck foot"),
    ],
)
def test_barriers(drawing: Drawing, tags: dict[str, str], passing: str) -> None:
    drawing.node(2, **tags).way(7, [1, 2, 3])
    passed = [mode for mode in ("car", "truck", "foot") if nx.has_path(drawing.read(mode), 1, 3)]
    assert " ".join(passed) == passing


def test_both_sides_of_a_barrier_stay_roads(drawing: Drawing) -> None:
    graph = drawing.node(2, barrier="bollard").way(7, [1, 2, 3]).way(8, [2, 12]).read()
    ends = {node: data["barrier"] for node, data in graph.nodes(data=True) if "barrier" in data}
    assert list(ends.values()) == [2, 2, 2]
    assert min(ends) < 0
    assert graph.graph["dropped"] == {"passage at a barrier": 1}
    assert sum(data["length"] for _, _, data in graph.edges(data=True)) == pytest.approx(
        2 * (81.7 * 2 + 111.1), rel=1e-3
    )


class TestSpeed:
    def test_the_table_is_asked_where_no_limit_is_signed(self, drawing: Drawing) -> None:
        edge = only(drawing.way(7, [1, 2], {"highway": "trunk"}).read("truck"))
        assert (edge["speed_kph"], edge["assumed_speed"]) == (60, True)

    def test_a_limit_is_not_a_speed(self, drawing: Drawing) -> None:
        edge = only(drawing.way(7, [1, 2], {"highway": "trunk", "maxspeed": "60"}).read())
        assert edge["speed_kph"] == pytest.approx(50, abs=0.1)
        assert (edge["assumed_speed"], edge["maxspeed"]) == (False, "60")

    def test_each_direction_and_each_vehicle_has_its_limit(self, drawing: Drawing) -> None:
        tags = {"highway": "trunk", "maxspeed:forward": "90", "maxspeed:backward": "60", "maxspeed:hgv": "50"}
        drawing.way(7, [1, 2], tags)
        car, truck = drawing.read(), drawing.read("truck")
        assert car.edges[1, 2, 0]["speed_kph"] == pytest.approx(1.5 * car.edges[2, 1, 0]["speed_kph"])
        assert truck.edges[1, 2, 0]["speed_kph"] == truck.edges[2, 1, 0]["speed_kph"] == pytest.approx(33.3, abs=0.1)

    def test_loose_surface_track_grade_and_winter_slow(self, drawing: Drawing) -> None:
        def seconds(tags: dict[str, str], **options: Any) -> float:
            drawing.ways.clear()
            return only(drawing.way(7, [1, 2], {"highway": "tertiary"} | tags).read(**options))["travel_time"]

        plain = seconds({})
        assert seconds({"surface": "gravel"}) == pytest.approx(plain / 0.65)
        assert seconds({"tracktype": "grade5"}) == pytest.approx(plain / 0.45)
        assert seconds({"surface": "mud", "tracktype": "grade5"}) == pytest.approx(plain / 0.3)
        assert seconds({}, season="winter") == pytest.approx(plain / 0.9)
        assert seconds({"surface": "mud"}, mode="foot") == seconds({}, mode="foot", season="winter")

    def test_signs_tell_the_setting(self, drawing: Drawing) -> None:
        drawing.way(7, [1, 2], {"highway": "primary", "source:maxspeed": "KG:urban"})
        edge = only(drawing.read())
        assert edge["setting"] == "ribbon"
        assert not edge["assumed_speed"]

    def test_many_junctions_make_a_town(self, drawing: Drawing) -> None:
        for line in range(10):
            drawing.way(100 + line, [10 * line + east for east in range(10)])
            drawing.way(200 + line, [10 * north + line for north in range(10)])
        far = drawing.way(300, [0, 5000], {"highway": "primary"}).read()
        assert far.edges[44, 45, 0]["setting"] == "urban"
        assert far.edges[0, 5000, 0]["setting"] == "rural"


class TestContraction:
    def test_ways_alike_become_one_edge(self, drawing: Drawing) -> None:
        graph = drawing.way(7, [1, 2]).way(8, [3, 2]).way(9, [3, 4]).read()
        assert pairs(graph) == [(1, 4), (4, 1)]
        assert sorted(graph.edges[1, 4, 0]["osmid"]) == [7, 8, 9]
        assert [round(x, 3) for x, _ in graph.edges[1, 4, 0]["geometry"].coords] == [74.601, 74.602, 74.603, 74.604]

    @pytest.mark.parametrize(
        "other",
        [
            {"highway": "service"},
            {"name": "B"},
            {"maxspeed": "40"},
            {"surface": "mud"},
            {"oneway": "yes"},
            {"ref": "M41"},
        ],
    )
    def test_a_change_stays_a_node(self, drawing: Drawing, other: dict[str, str]) -> None:
        graph = drawing.way(7, [1, 2]).way(8, [2, 3], other).read()
        assert sorted(graph) == [1, 2, 3]

    def test_one_way_streets_join_head_to_tail_only(self, drawing: Drawing) -> None:
        oneway = {"oneway": "yes"}
        graph = drawing.way(7, [1, 2], oneway).way(8, [2, 3], oneway).way(9, [4, 3], oneway).read()
        assert pairs(graph) == [(1, 3), (4, 3)]

    def test_one_way_streets_drawn_backwards_join_too(self, drawing: Drawing) -> None:
        graph = drawing.way(7, [2, 1], {"oneway": "-1"}).way(8, [3, 2], {"oneway": "-1"}).read()
        assert pairs(graph) == [(1, 3)]
        assert graph.edges[1, 3, 0]["geometry"].coords[0][0] == pytest.approx(74.601)

    def test_junctions_stay(self, drawing: Drawing) -> None:
        graph = drawing.way(7, [1, 2, 3]).way(8, [2, 12]).read()
        assert sorted(graph) == [1, 2, 3, 12]
        assert graph.nodes[2]["street_count"] == 3

    def test_a_ring_on_a_street_and_a_ring_alone(self, drawing: Drawing) -> None:
        graph = drawing.way(7, [1, 2]).way(8, [2, 3, 13, 2], {"junction": "roundabout"}).way(9, [30, 31, 41, 30]).read()
        assert (2, 2) in pairs(graph)
        loops = [data for u, v, data in graph.edges(data=True) if u == v]
        assert len(loops) == 3
        assert all(data["geometry"].is_closed for data in loops)

    def test_parallel_streets_stay_apart(self, drawing: Drawing) -> None:
        graph = drawing.way(7, [1, 2, 3]).way(8, [1, 12, 3]).way(9, [1, 11]).way(10, [3, 4]).read()
        assert graph.number_of_edges(1, 3) == 2

    def test_length_is_kept(self, drawing: Drawing) -> None:
        drawing.way(7, [1, 2, 12, 22]).way(8, [22, 23, 33]).way(9, [22, 32], {"name": "x"}).way(10, [32, 42, 41])
        graph = drawing.read()
        drawn = sum(
            Geod(ellps="WGS84").geometry_length(shapely.LineString([place(node) for node in refs]))
            for _, refs, _ in drawing.ways
        )
        assert sum(data["length"] for _, _, data in graph.edges(data=True)) == pytest.approx(2 * drawn, rel=1e-6)


class TestTurns:
    """A crossing at 12: way 1 comes from the west (11), 2 goes east (13), 3 north (22), 4 south (2)."""

    @pytest.fixture
    def crossing(self, drawing: Drawing) -> Drawing:
        for way, far in enumerate((11, 13, 22, 2), 1):
            drawing.way(way, [12, far] if way > 1 else [far, 12])
        return drawing

    @staticmethod
    def reached(graph: Graph, start: int) -> list[int]:
        """Far ends that a journey from one far end reaches without passing another."""
        stops = {11, 13, 22, 2} - {start}
        inner = graph.copy()
        inner.remove_edges_from([(u, v, k) for u, v, k in graph.edges(keys=True) if u in stops])
        return sorted(stops & nx.descendants(inner, start))

    def test_no_turn(self, crossing: Drawing) -> None:
        graph = crossing.turn("no_left_turn", 1, 12, 3).read()
        assert self.reached(graph, 11) == [2, 13]
        assert self.reached(graph, 13) == [2, 11, 22]
        assert self.reached(graph, 2) == [11, 13, 22]

    def test_only_turn(self, crossing: Drawing) -> None:
        graph = crossing.turn("only_straight_on", 1, 12, 2).read()
        assert self.reached(graph, 11) == [13]
        assert self.reached(graph, 22) == [2, 11, 13]

    def test_several_at_one_crossing(self, crossing: Drawing) -> None:
        graph = (
            crossing.turn("no_left_turn", 1, 12, 3)
            .turn("no_right_turn", 1, 12, 4)
            .turn("no_left_turn", 4, 12, 1)
            .read()
        )
        assert self.reached(graph, 11) == [13]
        assert self.reached(graph, 2) == [13, 22]
        assert self.reached(graph, 13) == [2, 11, 22]

    def test_no_u_turn(self, crossing: Drawing) -> None:
        graph = crossing.turn("no_u_turn", 1, 12, 1).read()
        (entered,) = list(graph.successors(11))
        assert 11 not in graph[entered]
        assert graph.nodes[entered]["via"] == 12

    def test_the_shortest_path_goes_round(self, crossing: Drawing) -> None:
        crossing.way(5, [13, 23], {"name": "B"}).way(6, [23, 22], {"name": "C"})
        assert nx.shortest_path_length(crossing.read(), 11, 22, "length") == pytest.approx(193, abs=1)
        graph = crossing.turn("no_left_turn", 1, 12, 3).read()
        assert nx.shortest_path_length(graph, 11, 22, "length") == pytest.approx(82 * 3 + 111, abs=1)

    def test_a_chain_of_restrictions(self, drawing: Drawing) -> None:
        # From 1 straight on to 5; at 2 and at 3 the way north is forbidden: the copies of 2 must enter the copies of 3.
        drawing.way(1, [1, 2]).way(2, [2, 3]).way(3, [3, 4]).way(4, [2, 12]).way(5, [3, 13])
        graph = drawing.turn("no_left_turn", 1, 2, 4).turn("no_left_turn", 2, 3, 5).read()
        assert nx.has_path(graph, 1, 4)
        forward = graph.copy()
        forward.remove_node(4)
        forward.remove_edges_from([(u, v, k) for u, v, k, d in graph.edges(keys=True, data=True) if d["reversed"]])
        assert not {12, 13} & nx.descendants(forward, 1)

    def test_a_loop_at_the_crossing(self, drawing: Drawing) -> None:
        drawing.way(1, [11, 12]).way(2, [12, 13]).way(3, [12, 22, 23, 12])
        graph = drawing.turn("no_straight_on", 1, 12, 2).read()
        # Straight on is forbidden, round the loop and then on is not.
        assert nx.shortest_path_length(graph, 11, 13, "length") == pytest.approx(82 * 3 + 111 + 138, abs=2)

    @pytest.mark.parametrize(
        ("mode", "tags", "binds"),
        [
            ("car", {}, True),
            ("bus", {"except": "psv"}, False),
            ("car", {"except": "psv;bicycle"}, True),
            ("foot", {}, False),
            ("truck", {"except": "hgv"}, False),
        ],
    )
    def test_exceptions(self, crossing: Drawing, mode: str, tags: dict[str, str], *, binds: bool) -> None:
        graph = crossing.turn("no_left_turn", 1, 12, 3, **tags).read(mode)
        assert (22 not in self.reached(graph, 11)) == binds

    def test_for_one_vehicle_or_season(self, crossing: Drawing) -> None:
        members = [("way", "from", 1), ("node", "via", 12), ("way", "to", 3)]
        crossing.relation(members, {"type": "restriction", "restriction:hgv": "no_left_turn"})
        assert 22 in self.reached(crossing.read("car"), 11)
        assert 22 not in self.reached(crossing.read("truck"), 11)
        crossing.relations.clear()
        crossing.relation(members, {"type": "restriction", "restriction:conditional": "no_left_turn @ (Nov-Mar)"})
        assert 22 in self.reached(crossing.read(), 11)
        assert 22 not in self.reached(crossing.read(season="winter"), 11)

    def test_what_cannot_be_modelled_is_counted(self, crossing: Drawing) -> None:
        members = [("way", "from", 1), ("way", "via", 2), ("way", "to", 3)]
        graph = (
            crossing.relation(members, {"type": "restriction", "restriction": "no_u_turn"})
            .turn("no_left_turn", 1, 12, 99)
            .turn("no_left_turn", 1, 77, 3)
            .turn("please", 1, 12, 3)
            .read()
        )
        assert graph.graph["dropped"] == {
            "turn restriction not understood": 1,
            "turn restriction off this network": 2,
            "turn restriction via a way (not modelled)": 1,
        }
        assert len(graph) == 5
