"""Extracts that osmium cannot follow as they stand: ways before their nodes, and numbers below nought.

Overpass writes ways first, and editors give negative numbers to what is new. osmium keeps positions of the nodes before
a way, with numbers from nought on; of other files it would lose lines and areas.
"""

from pathlib import Path
from typing import Any, Final

import osmium

BELOW_NOUGHT: Final = 2**40
"""Added to what is below nought, turned round: no number in OpenStreetMap is so high."""


def put_in_order(path: Path, to: Path) -> None:
    """Write a file anew: nodes before ways before relations, and no number below nought.

    Parameters
    ----------
    path : Path
        Held in memory as a whole.
    to : Path
        ``.osm.pbf``.
    """
    reader = osmium.MergeInputReader()
    reader.add_file(str(path))
    with osmium.SimpleWriter(str(to)) as writer:
        reader.apply(_Renumbered(writer))


def original(number: int) -> int:
    """Give the number that an object had before it was put in order.

    Examples
    --------
    >>> original(BELOW_NOUGHT + 3), original(12)
    (-3, 12)
    """
    return number if number < BELOW_NOUGHT else BELOW_NOUGHT - number


def _above(number: int) -> int:
    return number if number >= 0 else BELOW_NOUGHT - number


class _Renumbered:
    """Hands objects on to a writer by numbers from nought on."""

    def __init__(self, writer: Any) -> None:  # noqa: ANN401 -- osmium ships no types
        self.writer = writer

    def node(self, node: Any) -> None:  # noqa: ANN401 -- as above
        """Hand a node on."""
        self.writer.add_node(node.replace(id=_above(node.id)))

    def way(self, way: Any) -> None:  # noqa: ANN401 -- as above
        """Hand a way on."""
        self.writer.add_way(way.replace(id=_above(way.id), nodes=[_above(node.ref) for node in way.nodes]))

    def relation(self, relation: Any) -> None:  # noqa: ANN401 -- as above
        """Hand a relation on."""
        members = [(member.type, _above(member.ref), member.role) for member in relation.members]
        self.writer.add_relation(relation.replace(id=_above(relation.id), members=members))
