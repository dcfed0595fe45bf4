"""Small extracts drawn for a test: nodes, ways and relations with tags, as OpenStreetMap writes them."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

collect_ignore = ["conftest.py"]


class Extract:
    """Draws on a grid of numbered nodes near Kant: the last two digits count east, the rest north, by 0.001 degrees."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.at = (74.8, 42.8)
        self.nodes: dict[int, dict[str, str]] = {}
        self.parts: list[str] = []

    def node(self, number: int, **tags: str) -> "Extract":
        self.nodes[number] = _plain(tags)
        return self

    def way(self, number: int, nodes: Sequence[int], **tags: str) -> "Extract":
        for node in nodes:
            self.nodes.setdefault(node, {})
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self.parts.append(f'<way id="{number}" version="1">{refs}{_tags(_plain(tags))}</way>')
        return self

    def square(self, number: int, corner: int, side: int = 4, **tags: str) -> "Extract":
        """A closed way: so many steps east and north of a corner."""
        north = corner + 100 * side
        return self.way(number, [corner, corner + side, north + side, north, corner], **tags)

    def relation(self, number: int, members: Sequence[tuple[str, int]], **tags: str) -> "Extract":
        refs = "".join(f'<member type="way" role="{role}" ref="{ref}"/>' for role, ref in members)
        self.parts.append(f'<relation id="{number}" version="1">{refs}{_tags(_plain(tags))}</relation>')
        return self

    def save(self, name: str = "kant.osm", *, box: str = "") -> Path:
        nodes = "".join(
            f'<node id="{n}" version="1" '
            f'lon="{self.at[0] + n % 100 / 1000:.4f}" lat="{self.at[1] + n // 100 / 1000:.4f}">'
            f"{_tags(tags)}</node>"
            for n, tags in sorted(self.nodes.items())
        )
        path = self.folder / name
        path.write_text(f'<osm version="0.6">{box}{nodes}{"".join(self.parts)}</osm>', encoding="utf-8")
        return path


def _plain(tags: dict[str, str]) -> dict[str, str]:
    """Tags as keywords: two underscores stand for the colon."""
    return {key.replace("__", ":"): value for key, value in tags.items()}


def _tags(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


@pytest.fixture
def extract(tmp_path) -> Extract:
    folder = tmp_path / "kg"
    folder.mkdir()
    return Extract(folder)
