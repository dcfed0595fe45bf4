"""Files that are not whole, and nodes that are not where they should be."""

from collections.abc import Callable
from pathlib import Path

import osmium
import pytest

from osm_drawing import Drawing
from sitesel.errors import SiteselError
from sitesel.network import from_osm
from sitesel.network.osm_pbf import _blocks

WITHOUT_RELATIONS = "no relation in the file: filtered, or cut short"


@pytest.fixture
def packed(drawing: Drawing) -> Path:
    """Nodes, ways and relations, each in a block of its own."""
    for way in range(10):
        drawing.way(100 + way, [way, way + 10, way + 20])
    drawing.way(7, list(range(10))).turn("no_left_turn", 7, 5, 105)
    path = drawing.folder / "small.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(drawing.save())):
            writer.add(thing)
    return path


def starts(path: Path) -> list[int]:
    """First bytes of the blocks."""
    found = []
    with path.open("rb") as stream:
        for start, _, end in _blocks(stream):
            found.append(start)
            stream.seek(end)
    return found


def fault(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(SiteselError) as found:
        from_osm(path, "car")
    assert len(found.value.faults) == 1
    return str(found.value)


Change = Callable[[bytes, list[int]], bytes]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data, _: data[:-10], "ends at byte"),
        (lambda data, at: data[: at[2] + 2], "no data from byte"),
        (lambda data, at: data[: at[2]] + bytes(len(data) - at[2]), "no data from byte"),
        (lambda data, at: data[: at[2]] + bytes(at[3] - at[2]) + data[at[3] :], "no data from byte"),
        (lambda data, _: data + bytes(4096), "no data from byte"),
        (lambda data, _: bytes(len(data)), "no data from byte 0 on"),
        (lambda data, _: b"<html>" + data, "no data from byte 0 on"),
        (lambda data, _: data + data, "another file begins; put files together with osmium merge"),
        (lambda data, at: data[: at[2]], "it may be cut short"),
        (lambda data, at: data[: at[1]], "it may be cut short"),
        (lambda data, _: data[:0], "not a whole OSM file"),
    ],
)
def test_files_that_are_not_whole_are_one_line(packed: Path, change: Change, told: str) -> None:
    assert told in fault(packed, change(packed.read_bytes(), starts(packed)))


def test_a_file_that_ends_with_its_ways_is_told(packed: Path) -> None:
    assert WITHOUT_RELATIONS not in from_osm(packed, "car").graph["notices"]
    packed.write_bytes(packed.read_bytes()[: starts(packed)[-1]])
    assert from_osm(packed, "car").graph["notices"] == {WITHOUT_RELATIONS: 1}


def moved(drawing: Drawing, node: int, lat: str, lon: str) -> Path:
    path = drawing.save()
    text = path.read_text(encoding="utf-8")
    start = text.index(f'<node id="{node}"')
    mark = text.index(">", start)
    path.write_text(f'{text[:start]}<node id="{node}" lat="{lat}" lon="{lon}"{text[mark:]}', encoding="utf-8")
    return path


@pytest.mark.parametrize(("lat", "lon"), [("0", "0"), ("91", "74.6"), ("42.87", "181"), ("74.6", "42.87")])
@pytest.mark.parametrize(
    ("node", "edges"),
    [(2, {(1, 4), (4, 1)}), (4, {(1, 3), (3, 1)}), (1, {(2, 4), (4, 2)})],
)
def test_a_misplaced_node_is_left_out(
    drawing: Drawing, lat: str, lon: str, node: int, edges: set[tuple[int, int]]
) -> None:
    graph = from_osm(moved(drawing.way(7, [1, 2, 3, 4]), node, lat, lon), "car")
    assert set(graph.edges()) == edges
    assert graph.graph["dropped"] == {"node far from its neighbours": 1}
    assert sum(data["length"] for *_, data in graph.edges(data=True)) < 600


def test_a_road_to_a_misplaced_node_alone_is_no_road(drawing: Drawing) -> None:
    with pytest.raises(SiteselError, match="no roads for car"):
        from_osm(moved(drawing.way(7, [1, 2]), 2, "0", "0"), "car")


@pytest.mark.parametrize(("lat", "lon"), [("nan", "74.6"), ("42,87", "74.6"), ("north", "74.6")])
def test_a_place_that_is_no_number_is_one_line(drawing: Drawing, lat: str, lon: str) -> None:
    path = moved(drawing.way(7, [1, 2]), 2, lat, lon)
    with pytest.raises(SiteselError, match="lat or lon is no number"):
        from_osm(path, "car")


@pytest.mark.parametrize("text", ["1000000", "999 mph", "0", "sixty"])
def test_limits_that_no_sign_states_are_told(drawing: Drawing, text: str) -> None:
    graph = drawing.way(7, [1, 2], {"maxspeed": text}).read()
    assert graph.graph["notices"] == {"maxspeed not understood": 1}
    drawing.ways.clear()
    free = drawing.way(7, [1, 2]).read().edges[1, 2, 0]["speed_kph"]
    assert graph.edges[1, 2, 0]["speed_kph"] == free


@pytest.mark.parametrize("key", ["maxspeed:forward", "maxspeed:motorcar", "maxspeed:motor_vehicle:backward"])
def test_limits_of_one_direction_or_vehicle_are_told_too(drawing: Drawing, key: str) -> None:
    assert drawing.way(7, [1, 2], {key: "1000000"}).read().graph["notices"] == {"maxspeed not understood": 1}


def test_one_way_by_hour_is_told(drawing: Drawing) -> None:
    graph = drawing.way(7, [1, 2], {"oneway:conditional": "yes @ (Mo-Fr 07:00-09:00)"}).read()
    assert graph.number_of_edges() == 2
    assert graph.graph["notices"] == {"condition on oneway not modelled": 1}


@pytest.mark.parametrize(("text", "told"), [("four metres", True), ("default", False), ("3.5", False), ("3.5.1", True)])
def test_sizes_that_are_not_understood_are_told(drawing: Drawing, text: str, told: bool) -> None:  # noqa: FBT001
    graph = drawing.way(7, [1, 2], {"maxheight": text}).read()
    assert ("size not understood" in graph.graph["notices"]) is told
