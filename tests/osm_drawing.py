"""Small OSM files for tests: ways drawn on a grid of numbered nodes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from sitesel.network.osm import from_osm

if TYPE_CHECKING:
    import networkx as nx

Tags = Mapping[str, str]

STEP = 0.001  # degrees between neighbours of the grid: 111 m north, 82 m east


def place(number: int) -> tuple[float, float]:
    """Longitude and latitude of a node: its last digit counts east, the rest north."""
    return 74.6 + number % 10 * STEP, 42.87 + number // 10 * STEP


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


class Drawing:
    """Draws an OSM file; ways are given by the numbers of the nodes that they pass."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.nodes: dict[int, Tags] = {}
        self.ways: list[tuple[int, Sequence[int], Tags]] = []
        self.relations: list[tuple[Sequence[tuple[str, str, int]], Tags]] = []
        self.absent: set[int] = set()

    def node(self, number: int, **tags: str) -> "Drawing":
        self.nodes[number] = tags
        return self

    def way(self, number: int, nodes: Sequence[int], tags: Tags | None = None) -> "Drawing":
        for node in nodes:
            self.nodes.setdefault(node, {})
        self.ways.append((number, nodes, {"highway": "residential"} | dict(tags or {})))
        return self

    def turn(self, kind: str, come: int, via: int, gone: int, **tags: str) -> "Drawing":
        members = [("way", "from", come), ("node", "via", via), ("way", "to", gone)]
        return self.relation(members, {"type": "restriction", "restriction": kind} | tags)

    def relation(self, members: Sequence[tuple[str, str, int]], tags: Tags) -> "Drawing":
        self.relations.append((members, tags))
        return self

    def without(self, *nodes: int) -> "Drawing":
        self.absent.update(nodes)
        return self

    def read(self, mode: str = "car", **options: Any) -> "nx.MultiDiGraph[int]":
        return from_osm(self.save(), mode, **options)

    def save(self, name: str = "small.osm") -> Path:
        nodes = [
            f'<node id="{n}" version="1" lon="{place(n)[0]:.7f}" lat="{place(n)[1]:.7f}">{_tags(tags)}</node>'
            for n, tags in sorted(self.nodes.items())
            if n not in self.absent
        ]
        ways = [f'<way id="{n}" version="1">{_refs(refs)}{_tags(tags)}</way>' for n, refs, tags in self.ways]
        relations = [
            f'<relation id="{n}" version="1">{_members(members)}{_tags(tags)}</relation>'
            for n, (members, tags) in enumerate(self.relations, 1)
        ]
        path = self.folder / name
        whole = "".join(nodes + ways + relations)
        path.write_text(f'<?xml version="1.0"?><osm version="0.6">{whole}</osm>', encoding="utf-8")
        return path


def _refs(nodes: Sequence[int]) -> str:
    return "".join(f'<nd ref="{node}"/>' for node in nodes)


def _members(members: Sequence[tuple[str, str, int]]) -> str:
    return "".join(f'<member type="{kind}" role="{role}" ref="{ref}"/>' for kind, role, ref in members)
