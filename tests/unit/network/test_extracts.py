"""Real extracts, where they lie beside the checkout: sense of what comes out."""

from pathlib import Path

import networkx as nx
import osmnx as ox
import pytest

from sitesel.errors import LayerError
from sitesel.network.osm import from_osm
from sitesel.network.report import report

BESIDE = [folder / "shared" / "external" / "osm" for folder in Path(__file__).resolve().parents[4:]]
EXTRACTS = next((folder for folder in BESIDE if folder.is_dir()), BESIDE[0])

pytestmark = pytest.mark.skipif(not EXTRACTS.is_dir(), reason="needs OSM extracts in ../shared/external/osm")


def nearest(graph: nx.MultiDiGraph, lon: float, lat: float) -> int:
    return min(graph, key=lambda node: (graph.nodes[node]["x"] - lon) ** 2 + (graph.nodes[node]["y"] - lat) ** 2)


# Kilometres of pyrosm 0.25 on the same files, less what it counts by other rules: tracks and private roads.
@pytest.mark.parametrize(
    ("name", "mode", "km", "share"),
    [
        ("andorra", "car", 512, 0.95),
        ("andorra", "truck", 510, 0.95),
        ("andorra", "foot", 820, 0.8),
        ("monaco", "car", 370, 0.9),
        ("monaco", "bus", 369, 0.9),
        ("monaco", "foot", 470, 0.9),
    ],
)
def test_sense(name: str, mode: str, km: float, share: float) -> None:
    graph = from_osm(EXTRACTS / f"{name}.osm.pbf", mode)
    found = report(graph)
    assert found.length_km == pytest.approx(km, rel=0.02)
    assert found.largest_share > share
    assert found.parts.sum() == len(graph)
    for _, _, data in graph.edges(data=True):
        assert data["travel_time"] == pytest.approx(data["length"] / (data["speed_kph"] / 3.6))


def test_andorra_across() -> None:
    """From Pas de la Casa to Sant Julia de Loria: some 40 km of road, three quarters of an hour."""
    whole = from_osm(EXTRACTS / "andorra.osm.pbf", "car")
    graph = whole.subgraph(max(nx.strongly_connected_components(whole), key=len))
    north, south = nearest(graph, 1.7335, 42.5424), nearest(graph, 1.4913, 42.4637)
    assert 36_000 < nx.shortest_path_length(graph, north, south, "length") < 44_000
    assert 35 < nx.shortest_path_length(graph, north, south, "travel_time") / 60 < 55


def test_kept_and_opened_in_osmnx(tmp_path: Path) -> None:
    graph = from_osm(EXTRACTS / "monaco.osm.pbf", "car", cache=tmp_path)
    assert nx.utils.graphs_equal(graph, from_osm(EXTRACTS / "monaco.osm.pbf", "car", cache=tmp_path))
    ox.save_graphml(graph, tmp_path / "monaco.graphml")
    assert ox.load_graphml(tmp_path / "monaco.graphml").number_of_edges() == graph.number_of_edges()


def test_a_cut_extract_is_one_line(tmp_path: Path) -> None:
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes((EXTRACTS / "andorra.osm.pbf").read_bytes()[:200_000])
    with pytest.raises(LayerError, match=r"cut.osm.pbf: not a whole OSM file") as caught:
        from_osm(cut, "car")
    assert len(caught.value.faults) == 1
