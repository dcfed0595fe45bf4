"""Files that cannot be read: one clear line each."""

from pathlib import Path

import pytest

from osm_drawing import Drawing
from sitesel.errors import LayerError, NetworkError, SiteselError
from sitesel.network.osm import from_osm


def one_line(caught: pytest.ExceptionInfo[SiteselError]) -> str:
    (line,) = caught.value.faults
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.osm.pbf", b""),
        ("words.osm.pbf", b"these are only words, not blocks"),
        ("empty.osm", b""),
        ("cut.osm", b'<?xml version="1.0"?><osm version="0.6"><node id="1" lat="42'),
        ("track.osm", b"<gpx></gpx>"),
        ("unknown.form", b"x"),
    ],
)
def test_not_osm(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(LayerError) as caught:
        from_osm(path, "car")
    line = one_line(caught)
    assert line.startswith(f"{name}: not a whole OSM file (")
    assert "download it again" in line


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path, told in ((tmp_path / "none.osm.pbf", "no such file"), (tmp_path, "is a folder")):
        with pytest.raises(LayerError, match=told) as caught:
            from_osm(path, "car", cache=tmp_path)
        one_line(caught)


def test_no_roads(drawing: Drawing) -> None:
    drawing.way(7, [1, 2], {"highway": "footway"})
    with pytest.raises(NetworkError, match=r"small.osm: no roads for car") as caught:
        drawing.read()
    one_line(caught)


def test_nodes_missing(drawing: Drawing) -> None:
    drawing.way(7, [1, 2, 3, 4, 5]).without(3)
    with pytest.raises(NetworkError, match="1 nodes of its roads are missing") as caught:
        drawing.read()
    one_line(caught)
    graph = drawing.read(missing_nodes="cut")
    assert sorted((u, v) for u, v in graph.edges()) == [(1, 2), (2, 1), (4, 5), (5, 4)]
    assert graph.graph["dropped"] == {"node missing from the file": 1}


def test_all_nodes_missing(drawing: Drawing) -> None:
    drawing.way(7, [1, 2]).without(1, 2)
    with pytest.raises(NetworkError):
        drawing.read(missing_nodes="cut")


def test_every_second_node_missing_leaves_no_road(drawing: Drawing) -> None:
    drawing.way(7, [1, 2, 3]).without(2)
    with pytest.raises(NetworkError, match="no roads"):
        drawing.read(missing_nodes="cut")


def test_unknown_mode_and_season(drawing: Drawing) -> None:
    path = drawing.way(7, [1, 2]).save()
    with pytest.raises(ValueError, match="no mode 'ox'"):
        from_osm(path, "ox")
    with pytest.raises(ValueError, match="no season 'monsoon'"):
        from_osm(path, "car", season="monsoon")
