"""Extracts of OpenStreetMap: files and tags. What is read and how is told by the tests of the network."""

import gzip
from collections.abc import Callable
from pathlib import Path

from bad_input.cases import Put, table
from osm_drawing import Drawing
from sitesel.network import from_osm
from sitesel.region.extracts import notices_of_extract
from sitesel.text import Message

Act = Callable[[Path], object]


def street(folder: Path, **tags: str) -> Drawing:
    """Draw two streets that cross, one of them with tags."""
    return Drawing(folder).way(1, [11, 12, 13], tags).way(2, [2, 12, 22])


def drawn(
    draw: Callable[[Drawing], object] = lambda _: None,
    *then: Act,
    called: str = "roads.osm",
    mode: str = "car",
    **tags: str,
) -> Put:
    def put(folder: Path) -> list[Message]:
        drawing = street(folder, **tags)
        draw(drawing)
        path = drawing.save(called)
        for step in then:
            step(path)
        graph = from_osm(path, mode)
        assert graph.number_of_edges() >= 2
        return list(notices_of_extract([graph.graph], path.name))

    return put


def barrier(kind: str = "gate", /, **tags: str) -> Put:
    return drawn(lambda one: one.node(13, barrier=kind, **tags))


def text(old: str, new: str) -> Act:
    return lambda path: path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def content(what: bytes | None, called: str = "roads.osm") -> Put:
    def put(folder: Path) -> list[Message]:
        if what is not None:
            (folder / called).write_bytes(what)
        return list(notices_of_extract([from_osm(folder / called, "car").graph], called))

    return put


def a_folder(folder: Path) -> list[Message]:
    (folder / "roads.osm").mkdir()
    return content(None)(folder)


def cut(share: float) -> Act:
    return lambda path: path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def packed(path: Path) -> None:
    path.with_name("roads.osm.gz").write_bytes(gzip.compress(path.read_bytes()))


def in_gzip(share: float) -> Put:
    def put(folder: Path) -> list[Message]:
        whole = gzip.compress(street(folder).save("roads.osm").read_bytes())
        return content(whole[: int(len(whole) * share)], "roads.osm.gz")(folder)

    return put


NOWHERE = b'<?xml version="1.0"?><osm version="0.6"></osm>'
BY_HOURS = {"restriction:conditional": "no_left_turn @ (08:00-09:00)"}
OSM = table(
    "Extracts of OpenStreetMap",
    ("no such file", "refused", content(None)),
    ("a folder", "refused", a_folder),
    ("a name that no folder can hold", "refused", content(None, f"{'x' * 300}.osm")),
    ("an empty file", "refused", content(b"")),
    ("a plain text called .osm", "refused", content(b"not roads")),
    ("a plain text called .osm.pbf", "refused", content(b"not roads", "roads.osm.pbf")),
    ("a page of HTML called .osm.pbf", "refused", content(b"<!DOCTYPE html><html></html>", "roads.osm.pbf")),
    ("an XML of something else", "refused", content(b'<?xml version="1.0"?><gpx/>')),
    ("an extract without roads", "refused", content(NOWHERE)),
    ("cut short", "refused", drawn(lambda _: None, cut(0.5))),
    ("packed (.osm.gz)", "read", in_gzip(1.0)),
    ("packed and cut short", "refused", in_gzip(0.5)),
    ("zeros behind the end (.osm.pbf)", "refused", content(bytes(4096), "roads.osm.pbf")),
    ("roads whose nodes are missing", "refused", drawn(lambda one: one.without(13))),
    ("a node at a latitude of 91", "told", drawn(lambda _: None, text('lat="42.8710000"', 'lat="91"'))),
    ("a node whose longitude is no number", "refused", drawn(lambda _: None, text('lon="74.6010000"', 'lon="east"'))),
    ("a node without a longitude", "refused", drawn(lambda _: None, text('lon="74.6010000"', ""))),
    (
        "all roads closed to cars",
        "refused",
        lambda to: from_osm(Drawing(to).way(1, [1, 2], {"access": "no"}).save(), "car") and None,
    ),
    (
        "paths alone",
        "refused",
        lambda to: from_osm(Drawing(to).way(1, [1, 2], {"highway": "footway"}).save(), "car") and None,
    ),
    ("a speed that no road has (maxspeed=1000000)", "told", drawn(maxspeed="1000000")),
    ("a speed of no number (maxspeed=fast)", "told", drawn(maxspeed="fast")),
    ("a one-way sign that there is not (oneway=F)", "told", drawn(oneway="F")),
    ("a size that is not understood (maxheight=low)", "told", drawn(maxheight="low")),
    ("an access that is not understood (access=forbiden)", "told", drawn(access="forbiden")),
    ("an access that says both (access=no;yes)", "told", drawn(access="no;yes")),
    ("an access that says both, by strokes (motor_vehicle=private|yes)", "told", drawn(motor_vehicle="private|yes")),
    ("dangerous goods kept out (hazmat=no): nobody here carries any", "read", drawn(hazmat="no")),
    ("a lane for buses of no known word (busway=opposite)", "told", drawn(mode="bus", busway="opposite")),
    ("trailers kept out (trailer=no)", "told", drawn(mode="truck", trailer="no")),
    ("axles counted (maxaxles=3)", "told", drawn(mode="truck", maxaxles="3")),
    (
        "a class that is misspelt (highway=resedential)",
        "told",
        drawn(lambda one: one.way(3, [13, 23], {"highway": "resedential"})),
    ),
    ("two classes at once", "told", drawn(lambda one: one.way(3, [13, 23], {"highway": "primary;secondary"}))),
    ("a surface that is misspelt (surface=asfalt)", "told", drawn(surface="asfalt")),
    ("smoothness of no known word (smoothness=terrible)", "told", drawn(smoothness="terrible")),
    ("a season by its months (seasonal=May-Oct)", "told", drawn(seasonal="May-Oct")),
    (
        "an access of a gate that is not understood",
        "told",
        barrier(access="forbiden"),
    ),
    (
        "a height of a barrier that is not understood",
        "told",
        barrier("height_restrictor", maxheight="low"),
    ),
    (
        "a gate by hours",
        "told",
        barrier(**{"access:conditional": "no @ (22:00-06:00)"}),
    ),
    (
        "a turn restriction by hours, as once written",
        "told",
        drawn(lambda one: one.turn("no_left_turn", 1, 12, 2, hour_on="07:00")),
    ),
    ("a condition without a condition", "told", drawn(**{"access:conditional": "no"})),
    ("a size by hours", "told", drawn(**{"maxweight:conditional": "2 @ (08:00-09:00)"})),
    (
        "a turn restriction by hours",
        "told",
        drawn(lambda one: one.turn("", 1, 12, 2, **BY_HOURS)),
    ),
    ("a barrier of unknown kind", "told", drawn(lambda one: one.node(13, barrier="dragon"))),
    ("a turn restriction that says nothing", "told", drawn(lambda one: one.turn("perhaps", 1, 12, 2))),
    ("a condition on access that is not modelled", "told", drawn(**{"access:conditional": "no @ (08:00-09:00)"})),
    (
        "marked as deleted",
        "read",
        drawn(lambda one: one.way(3, [12, 23]), text('<way id="3"', '<way action="delete" id="3"')),
    ),
)
