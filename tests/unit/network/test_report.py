"""The report counts each road once and names what is missing."""

import networkx as nx
import pytest

from osm_drawing import Drawing
from sitesel.network.report import report


def test_a_report(drawing: Drawing) -> None:
    drawing.way(1, [11, 12, 13], {"highway": "primary", "maxspeed": "60"}).way(2, [12, 22]).way(3, [12, 2])
    drawing.way(4, [51, 52], {"oneway": "yes"}).way(5, [61, 62], {"access": "no"})
    plain = report(drawing.read())
    split = report(drawing.turn("no_left_turn", 3, 12, 2).read())
    assert (plain.nodes, plain.edges) == (7, 9)
    assert plain.parts.tolist() == [5, 1, 1]
    assert plain.largest_share == pytest.approx(5 / 7)
    assert plain.by_class["km"].to_dict() == pytest.approx({"residential": 0.3039, "primary": 0.1635}, abs=1e-3)
    assert plain.by_class["assumed_share"].to_dict() == {"residential": 1, "primary": 0}
    assert plain.assumed_share == pytest.approx(0.65, abs=0.01)
    assert plain.dropped.to_dict() == {"access": 1}
    assert "primary: 0.2 km" in str(plain)
    assert split.edges > plain.edges
    assert split.length_km == pytest.approx(plain.length_km)


def test_an_empty_graph() -> None:
    empty = report(nx.MultiDiGraph())
    assert (empty.nodes, empty.length_km, empty.parts.size) == (0, 0, 0)
    assert "0 nodes" in str(empty)
