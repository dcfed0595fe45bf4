"""Inputs of real extracts that went wrong once, each standing for a kind."""

import bz2
import gzip
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from osm_drawing import Drawing, place
from sitesel.network import arcs_of, from_lines, from_osm, report, snap
from sitesel.network.osm_conditions import condition_holds
from sitesel.network.osm_sizes import parse_size

CRS = "EPSG:32643"


def users(drawing: Drawing, tags: dict[str, str], season: str = "summer") -> str:
    """Modes that get from 1 to 2, with > < where one way only."""
    drawing.way(7, [1, 2], tags).way(8, [31, 32])
    found = []
    for mode in ("car", "truck", "bus", "foot"):
        graph = drawing.read(mode, season=season)
        ways = "".join(sign for sign, ends in ((">", (1, 2)), ("<", (2, 1))) if graph.has_edge(*ends))
        found += [mode + ways.replace("><", "")] if ways else []
    return " ".join(found)


@pytest.mark.parametrize(
    ("tags", "modes"),
    [
        ({"motor_vehicle": "agricultural;forestry"}, "foot"),
        ({"motor_vehicle": "agricultural; forestry"}, "foot"),
        ({"access": "private;customers"}, "car truck bus foot"),
        ({"vehicle": "agricultural;destination"}, "car truck bus foot"),
        ({"motor_vehicle": "bus"}, "bus foot"),
        ({"access": "no;yes"}, "car truck bus foot"),
        ({"oneway": "yes", "busway:right": "opposite_lane"}, "car> truck> bus foot"),
        ({"oneway": "yes", "busway": "lane"}, "car> truck> bus> foot"),
        ({"hazmat": "no"}, "car truck bus foot"),
        ({"access": "psv;taxi"}, "bus"),
        ({"access": "no", "access:forward": "yes"}, "car> truck> bus> foot>"),
        ({"access": "no", "motorcar:backward": "yes"}, "car<"),
        ({"access": "yes", "motor_vehicle:forward": "no"}, "car< truck< bus< foot"),
        ({"vehicle:forward": "no", "motorcar": "yes"}, "car truck< bus< foot"),
        ({"maxweight": "7.5 tonnes"}, "car bus foot"),
        ({"maxweight": "7,5"}, "car bus foot"),
        ({"maxweight": "26,000 lbs"}, "car bus foot"),
        ({"maxweight": "3.5;10"}, "car foot"),
        ({"maxheight": "7 ft 6 in"}, "car foot"),
        ({"maxheight": "225 cm"}, "car foot"),
        ({"maxheight": "2m50"}, "car foot"),
        ({"maxweight:conditional": "3.5 @ summer"}, "car foot"),
        ({"width": "1.8"}, "foot"),
        ({"width": "6'0\""}, "foot"),
        ({"est_width": "1"}, "foot"),
        ({"width": "2.3 m"}, "car bus foot"),
        ({"width": "narrow", "est_width": "1.5"}, "foot"),
        ({"highway": "track", "smoothness": "impassable"}, "foot"),
        ({"smoothness": "very_horrible"}, "foot"),
        ({"smoothness": "Impassable"}, "foot"),
        ({"abandoned": "yes"}, ""),
        ({"disused": "yes"}, ""),
        ({"construction": "yes"}, ""),
        ({"construction": "minor"}, "car truck bus foot"),
        ({"construction": "primary"}, "car truck bus foot"),
        ({"construction": "primary;trunk"}, "car truck bus foot"),
        ({"construction": "primary", "disused": "yes"}, ""),
        ({"proposed": "yes"}, "car truck bus foot"),
        ({"busway:left": " Opposite_lane", "oneway": "yes"}, "car> truck> bus foot"),
        ({"disused": "primary"}, ""),
        ({"impassable": "yes"}, ""),
        ({"status": "closed"}, ""),
        ({"4wd_only": "yes"}, "foot"),
        ({"4wd_only": "no"}, "car truck bus foot"),
        ({"oneway:conditional": "yes @ (Jul)"}, "car> truck> bus> foot"),
        ({"oneway:conditional": "yes @ (Jan)"}, "car truck bus foot"),
        ({"oneway": "yes", "oneway:conditional": "no @ (weight<2)"}, "car truck> bus> foot"),
        ({"maxweight": "3,5 т"}, "car foot"),
        ({"maxheight": "2.0 М"}, "car foot"),
        ({"width": "1.5-2.5"}, "foot"),
        ({"smoothness": "bad"}, "car truck bus foot"),
    ],
)
def test_who_may_use_a_way(drawing: Drawing, tags: dict[str, str], modes: str) -> None:
    assert users(drawing, tags) == modes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("7.5 tonnes", 7.5), ("7,5 t", 7.5), ("7.5t", 7.5), ("7500 kg", 7.5), ("3.5 metric tons", 3.5),
        ("12' 6''", 3.81), ("12 ft 6 in", 3.81), ("12ft6in", 3.81), ('72"', 1.8288), ("3 m", 3), ("320 cm", 3.2),
        ("4.5 / 4.2", 4.2), ("26,000 lbs", 11.7934), ("10 st", 9.0718), ("none", None), ("default", None),
        ("below_default", None), ("1.2.3", None), ("", None), ("4 furlongs", None), ("7500", None),
        ("250", None), ("3,5 т", 3.5), ("2.5-3", 2.5), ("-5", None), ("3500 кг", 3.5),
    ],
)  # fmt: skip
def test_sizes(text: str, size: float | None) -> None:
    assert parse_size(text) == (None if size is None else pytest.approx(size, rel=1e-4))


@pytest.mark.parametrize(
    ("condition", "summer", "winter"),
    [
        ("Jul 14", False, False),
        ("Jul 14-16", False, False),
        ("Jul 1-Jul 20", True, False),
        ("Jul 14, Aug 15", False, False),
        ("Jul 1-Jul 10, Jul 20-31", True, False),
        ("Jan 20-Feb 10", False, False),
        ("Dec 20-Jan 31", False, True),
        ("Dec 1-Mar 31", False, True),
        ("July-August", True, False),
        ("2026 Jul 01 - 2026 Aug 31", True, False),
        ("Jul 14 08:00-12:00", None, None),
        ("wet", None, None),
        ("Jul 1-10; Jul 20-31", True, False),
    ],
)
def test_dates(condition: str, summer: bool | None, winter: bool | None) -> None:  # noqa: FBT001
    assert condition_holds(f"({condition})", "car", "summer") is summer
    assert condition_holds(condition, "car", "winter") is winter


def test_a_day_does_not_shut_a_season(drawing: Drawing) -> None:
    assert users(drawing, {"motor_vehicle:conditional": "no @ (Jul 14)"}) == "car truck bus foot"


@pytest.mark.parametrize(
    ("tags", "mode", "limit"),
    [
        ({"maxspeed:conditional": "60 @ (Nov-Mar)"}, "car", 60),
        ({"maxspeed:conditional": "60 @ winter"}, "car", 60),
        ({"maxspeed:conditional": "60 @ (weight>3.5)"}, "car", 90),
        ({"maxspeed:conditional": "60 @ (weight>3.5)"}, "truck", 60),
        ({"maxspeed:hgv:conditional": "50 @ (Dec-Feb)"}, "truck", 50),
        ({"maxspeed:forward:conditional": "60 @ (Nov-Mar)"}, "car", 60),
        ({"maxspeed:conditional": "60 @ (May-Sep)"}, "car", 90),
        ({"maxspeed:seasonal:winter": "60"}, "car", 60),
        ({"maxspeed:seasonal:summer": "60"}, "car", 90),
    ],
)
def test_limits_by_season(drawing: Drawing, tags: dict[str, str], mode: str, limit: float) -> None:
    road = {"highway": "trunk", "maxspeed": "90"}
    got = drawing.way(7, [1, 2], road | tags).read(mode, season="winter").edges[1, 2, 0]["speed_kph"]
    drawing.ways.clear()
    expected = drawing.way(7, [1, 2], {"highway": "trunk", "maxspeed": str(limit)}).read(mode, season="winter")
    assert got == expected.edges[1, 2, 0]["speed_kph"]


def test_limits_for_rain_are_told(drawing: Drawing) -> None:
    graph = drawing.way(7, [1, 2], {"maxspeed": "90", "maxspeed:conditional": "60 @ wet"}).read()
    assert graph.graph["notices"] == {"condition on maxspeed not modelled": 1}


def test_two_only_turns_allow_both(drawing: Drawing) -> None:
    for way, far in enumerate((11, 13, 22, 2), 1):
        drawing.way(way, [12, far] if way > 1 else [far, 12], {"name": str(way)})
    drawing.turn("only_straight_on", 1, 12, 2).turn("only_right_turn", 1, 12, 4)
    graph = drawing.read()
    (entered,) = graph.successors(11)
    assert sorted(graph.successors(entered)) == [2, 13]


@pytest.mark.parametrize(
    ("tags", "passing"),
    [
        ({"access": "no"}, ""),
        ({"motor_vehicle": "no"}, "foot"),
        ({"highway": "bus_stop", "bus": "yes"}, "car truck foot"),
        ({"highway": "crossing", "motor_vehicle": "no"}, "car truck foot"),
        ({"maxheight": "2.5"}, "car foot"),
        ({"access": "destination"}, "car truck foot"),
    ],
)
def test_nodes_without_a_barrier(drawing: Drawing, tags: dict[str, str], passing: str) -> None:
    drawing.node(2, **tags).way(7, [1, 2, 3])
    passed = [mode for mode in ("car", "truck", "foot") if nx.has_path(drawing.read(mode), 1, 3)]
    assert " ".join(passed) == passing


def test_the_motorway_is_not_joined_in_the_middle(drawing: Drawing) -> None:
    for tags in ({"highway": "motorway"}, {"highway": "motorway_link"}, {"motorroad": "yes"}, {"tunnel": "yes"}):
        drawing.ways.clear()
        drawing.way(7, [1, 2, 3], {"oneway": "no"} | tags).way(8, [11, 12, 13]).way(9, [1, 11]).way(10, [3, 13])
        arcs = arcs_of(drawing.read(crs=CRS))
        by_it = gpd.GeoSeries([shapely.Point(place(2)[0], place(2)[1] + 0.0002)], crs=4326).to_crs(CRS)
        (metres,) = snap(arcs, gpd.GeoDataFrame(geometry=by_it))["off_road_m"].unique()
        assert metres > 80, tags


def test_a_motorway_among_lines_is_not_joined_either() -> None:
    ways = [[(0, 0), (4000, 0)], [(0, 0), (0, 500), (4000, 500), (4000, 0)]]
    lines = gpd.GeoDataFrame(
        {"highway": ["motorway", "tertiary"]}, geometry=[shapely.LineString(way) for way in ways], crs=CRS
    )
    by_it = gpd.GeoDataFrame(geometry=[shapely.Point(2000, 20)], crs=CRS)
    assert snap(arcs_of(from_lines(lines, mode="car")), by_it)["off_road_m"].tolist() == [480]


def test_motorways_alone_are_joined(drawing: Drawing) -> None:
    arcs = arcs_of(drawing.way(7, [1, 2], {"highway": "motorway", "oneway": "no"}).read(crs=CRS))
    by_it = gpd.GeoSeries([shapely.Point(place(2))], crs=4326).to_crs(CRS)
    assert snap(arcs, gpd.GeoDataFrame(geometry=by_it))["reason"].isna().all()


def rewritten(drawing: Drawing, change: Any) -> Path:
    path = drawing.save()
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def test_ways_before_nodes(drawing: Drawing) -> None:
    expected = drawing.way(7, [1, 2, 12]).way(8, [12, 13]).read()

    def turned(text: str) -> str:
        start, way, end = text.index("<node"), text.index("<way"), text.index("</osm>")
        return text[:start] + text[way:end] + text[start:way] + text[end:]

    graph = from_osm(rewritten(drawing, turned), "car")
    assert nx.utils.graphs_equal(graph, expected)


def test_nodes_drawn_in_josm(drawing: Drawing) -> None:
    path = rewritten(
        drawing.way(7, [1, 2, 12]), lambda text: text.replace('"12"', '"-12"').replace('id="7"', 'id="-7"')
    )
    graph = from_osm(path, "car")
    assert sorted(graph) == [-12, 1]
    assert graph.edges[1, -12, 0]["osmid"] == -7
    assert graph.edges[1, -12, 0]["length"] == pytest.approx(193, abs=1)


@pytest.mark.parametrize("quote", ["'", '"'])
def test_what_josm_deleted_is_absent(drawing: Drawing, quote: str) -> None:
    drawing.node(2, barrier="bollard").way(7, [1, 2, 3]).way(8, [3, 4]).turn("no_u_turn", 7, 3, 7)
    marks = ['<way id="8"', '<node id="2"', '<relation id="1"']

    def marked(text: str) -> str:
        for mark in marks:
            text = text.replace(mark, f"{mark} action={quote}delete{quote}")
        return text

    graph = from_osm(rewritten(drawing, marked), "car")
    assert sorted((u, v) for u, v in graph.edges()) == [(1, 3), (3, 1)]
    assert not graph.graph["dropped"]


@pytest.mark.parametrize("packer", [gzip, bz2])
def test_what_josm_deleted_is_absent_from_a_packed_file(drawing: Drawing, packer: Any) -> None:
    text = drawing.way(7, [1, 2, 3]).way(8, [3, 4]).save().read_text(encoding="utf-8")
    text = text.replace('<way id="8"', '<way id="8" action="delete"').replace("<osm ", '<osm generator="JOSM" ')
    path = drawing.folder / ("small.osm.gz" if packer is gzip else "small.osm.bz2")
    path.write_bytes(packer.compress(text.encode()))
    assert sorted(from_osm(path, "car").edges()) == [(1, 3), (3, 1)]


@pytest.mark.parametrize("again", [{}, {"name": "B"}, {"highway": "primary"}])
def test_a_road_drawn_twice_is_one(drawing: Drawing, again: dict[str, str]) -> None:
    nodes = list(range(30))
    once = report(drawing.way(7, nodes, {"highway": "trunk"}).read())
    graph = drawing.way(8, nodes[::-1], {"highway": "trunk"} | again).read()
    assert {data["setting"] for _, _, data in graph.edges(data=True)} == {"rural"}
    found = report(graph)
    if again.get("highway") is None:
        assert graph.graph["dropped"] == {"stretch drawn twice": 29}
        assert (found.edges, found.length_km) == (once.edges, once.length_km)


def test_a_ban_that_names_a_road_drawn_again_holds(drawing: Drawing) -> None:
    for way, far in enumerate((11, 13, 22, 2), 1):
        drawing.way(way, [12, far] if way > 1 else [far, 12], {"name": str(way)})
    drawing.way(5, [11, 12]).way(6, [12, 13])
    drawing.turn("no_left_turn", 5, 12, 3).turn("no_straight_on", 1, 12, 6)
    graph = drawing.read()
    assert graph.graph["dropped"] == {"stretch drawn twice": 2}
    (entered,) = graph.successors(11)
    assert sorted(graph.successors(entered)) == [2, 11]


def test_a_one_way_road_over_another_stays(drawing: Drawing) -> None:
    graph = drawing.way(7, [1, 2, 3], {"oneway": "yes"}).way(8, [3, 2, 1], {"oneway": "yes"}).read()
    assert sum(data["length"] for *_, data in graph.edges(data=True)) == pytest.approx(4 * 81.7, rel=1e-3)
    assert not graph.graph["dropped"]


def test_oneway_of_another_tool_is_told(drawing: Drawing) -> None:
    graph = drawing.way(7, [1, 2], {"oneway": "F"}).read()
    assert graph.number_of_edges() == 2
    assert graph.graph["notices"] == {"oneway not understood, taken as two-way": 1}


@pytest.mark.parametrize(
    ("value", "ends"), [("F", [(0, 1)]), ("T", [(1, 0)]), ("B", [(0, 1), (1, 0)]), (-1.0, [(1, 0)])]
)
def test_oneway_of_geofabriks_lines(value: object, ends: list[tuple[int, int]]) -> None:
    line = shapely.LineString([(0, 0), (1000, 0)])
    lines = gpd.GeoDataFrame({"highway": ["trunk"], "oneway": [value]}, geometry=[line], crs=CRS)
    assert sorted(from_lines(lines, mode="car").edges()) == ends


class TestSetting:
    def town(self, drawing: Drawing, tags: dict[str, str]) -> nx.MultiDiGraph:
        for line in range(10):
            drawing.way(100 + line, [10 * line + east for east in range(10)], tags if line == 4 else {})
            drawing.way(200 + line, [10 * north + line for north in range(10)])
        return drawing.read()

    def ribbon(self, drawing: Drawing, tags: dict[str, str]) -> nx.MultiDiGraph:
        # A road along node 0, 10, 20 ... with a side street every 111 m: a village of a kilometre, then open country.
        drawing.way(1, [*range(0, 101, 10), *range(110, 500, 10)], {"highway": "trunk"} | tags)
        for side in range(10, 100, 10):
            drawing.way(100 + side, [side, side + 1])
        return drawing.read()

    def test_a_village_is_a_ribbon(self, drawing: Drawing) -> None:
        graph = self.ribbon(drawing, {})
        trunk = {(u, v): d["setting"] for u, v, d in graph.edges(data=True) if d["highway"] == "trunk"}
        assert {trunk[node, node + 10] for node in range(10, 90, 10)} == {"ribbon"}
        assert trunk[90, 490] == "rural"

    def test_a_roundabout_alone_is_not(self, drawing: Drawing) -> None:
        drawing.way(1, [0, 44], {"highway": "trunk"}).way(2, [44, 500], {"highway": "trunk", "name": "B"})
        drawing.way(3, [44, 4]).way(4, [44, 49])
        assert {d["setting"] for *_, d in drawing.read().edges(data=True)} == {"rural"}

    @pytest.mark.parametrize("mode", ["car", "truck", "bus"])
    def test_no_sign_is_faster_than_none_and_90_no_slower(self, drawing: Drawing, mode: str) -> None:
        def speeds(draw: Any, tags: dict[str, str]) -> pd.Series:
            drawing.ways.clear()
            draw(drawing, tags)
            rows = [
                (u, v, d["speed_kph"]) for u, v, d in drawing.read(mode).edges(data=True) if d["highway"] == "trunk"
            ]
            return pd.DataFrame(rows, columns=["u", "v", "kph"]).set_index(["u", "v"])["kph"].sort_index()

        for draw in (self.ribbon, self.town):
            free = speeds(draw, {"highway": "trunk"})
            for limit in ("40", "60", "90", "110"):
                signed = speeds(draw, {"highway": "trunk", "maxspeed": limit})
                assert (signed <= free + 1e-9).all()
            np.testing.assert_allclose(signed, free)

    def test_a_motorway_has_no_setting(self, drawing: Drawing) -> None:
        road = {"highway": "motorway", "oneway": "no", "maxspeed": "90"}
        graph = self.town(drawing, road)
        found = {d["speed_kph"] for *_, d in graph.edges(data=True) if d["highway"] == "motorway"}
        assert [round(kph, 6) for kph in found] == [70]
