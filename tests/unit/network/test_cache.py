"""A network kept on disk is the one that was read, and never trusted blindly."""

import zipfile
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from osm_drawing import Drawing
from sitesel.network import osm, osm_file
from sitesel.network.cache import NOT_KEPT, digest_of, network_key, user_cache_folder
from sitesel.network.osm import from_osm


@pytest.fixture
def roads(drawing: Drawing) -> Path:
    drawing.way(1, [11, 12, 13], {"name": "Чүй", "maxspeed": "60"}).way(2, [13, 14]).way(3, [12, 22])
    return drawing.way(4, [12, 2]).node(2, barrier="gate").turn("no_left_turn", 4, 12, 3).save()


def same(one: nx.MultiDiGraph, other: nx.MultiDiGraph) -> bool:
    return nx.utils.graphs_equal(one, other) and one.graph == other.graph


def kept(folder: Path) -> Path:
    (path,) = folder.glob("*.npz")
    return path


def test_the_second_run_does_not_read(roads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache" / "deep"
    plain, first = from_osm(roads, "truck"), from_osm(roads, "truck", cache=folder)
    monkeypatch.setattr(osm, "read_osm", None)
    second = from_osm(roads, "truck", cache=folder)
    assert same(plain, first)
    assert same(plain, second)
    assert [path.suffix for path in folder.iterdir()] == [".npz"]
    for (_, _, one), (_, _, other) in zip(plain.edges(data=True), second.edges(data=True), strict=True):
        assert {key: type(value) for key, value in one.items()} == {key: type(value) for key, value in other.items()}


def test_whatever_changes_the_network_changes_the_key(roads: Path, tmp_path: Path) -> None:
    for options in ({}, {"season": "winter"}, {"crs": "EPSG:32643"}, {"missing_nodes": "cut"}):
        from_osm(roads, "car", cache=tmp_path / "cache", **options)
    from_osm(roads, "truck", cache=tmp_path / "cache")
    roads.write_bytes(roads.read_bytes() + b"\n")
    from_osm(roads, "car", cache=tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 6


def test_the_key_is_of_the_bytes_and_not_of_the_name(roads: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.osm"
    other.write_bytes(roads.read_bytes())
    one, same = (network_key(digest_of(path), {"mode": "car"}) for path in (roads, other))
    assert one == same
    assert one != network_key(b"other", {"mode": "car"})


@pytest.mark.parametrize("fault", ["cut", "words", "empty", "flipped", "pickle", "lacking"])
def test_a_spoilt_file_is_made_anew(roads: Path, tmp_path: Path, fault: str) -> None:
    folder = tmp_path / "cache"
    plain = from_osm(roads, "car", cache=folder)
    path = kept(folder)
    whole = path.read_bytes()
    if fault == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif fault == "words":
        path.write_text("not arrays")
    elif fault == "empty":
        path.write_bytes(b"")
    elif fault == "flipped":
        at = whole.index("Чүй".encode("unicode_escape") if "Чүй".encode() not in whole else "Чүй".encode())
        path.write_bytes(whole[:at] + b"?" + whole[at + 1 :])
    elif fault == "pickle":
        np.savez(path, about=np.array([{"crs": "x"}], dtype=object))
    else:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            arrays = {name: archive.read(name) for name in names if name != "edges.npy"}
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in arrays.items():
                archive.writestr(name, data)
    assert same(plain, from_osm(roads, "car", cache=folder))
    assert path.read_bytes()[:2] == b"PK"
    with np.load(path, allow_pickle=False) as arrays:
        assert "edges" in arrays.files


def test_another_network_in_its_place_is_not_taken_for_it(roads: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    plain = from_osm(roads, "car", cache=folder)
    path = kept(folder)
    truck = from_osm(roads, "truck", cache=tmp_path / "other")
    kept(tmp_path / "other").replace(path)
    assert not same(plain, truck)
    assert same(plain, from_osm(roads, "car", cache=folder))


def test_figures_changed_with_their_checksums_are_not_believed(roads: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    plain = from_osm(roads, "car", cache=folder)
    path = kept(folder)
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays["edges.travel_time"] = arrays["edges.travel_time"] * 2
    np.savez(path, **arrays)
    assert same(plain, from_osm(roads, "car", cache=folder))


def test_a_folder_that_cannot_be_written_is_a_notice(roads: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    plain, found = from_osm(roads, "car"), from_osm(roads, "car", cache=tmp_path / "taken")
    assert found.graph["notices"].pop(NOT_KEPT) == 1
    assert same(plain, found)
    assert (tmp_path / "taken").read_text() == "a file"


def test_the_file_is_read_once_for_all_modes(roads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    monkeypatch.setattr(osm, "read_osm", lambda path: read.append(path) or osm_file.read_osm(path))
    extract = osm.Extract(roads)
    found = [extract.roads(mode, season) for mode in ("car", "truck", "foot") for season in ("summer", "winter")]
    assert read == [roads]
    assert same(found[2].graph(), from_osm(roads, "truck"))


def test_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache_folder() == tmp_path / "sitesel"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert user_cache_folder() == Path.home() / ".cache" / "sitesel"
    monkeypatch.setattr("sys.platform", "darwin")
    assert user_cache_folder() == Path.home() / "Library" / "Caches" / "sitesel"
