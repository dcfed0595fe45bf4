"""Node positions and objects that osmium alone does not tell: negative numbers, JOSM's deletions."""

import bz2
import contextlib
import gzip
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import osmium

from sitesel.arrays import Ints

NOWHERE: Final = 2**31 - 1  # osmium's mark of a node that the file does not hold
_DELETED: Final = re.compile(rb"<(node|way|relation)\b[^>]*\baction=['\"]delete['\"][^>]*>")
_PACKED: Final = {".gz": gzip.GzipFile, ".bz2": bz2.BZ2File}
_HEAD: Final = 500  # bytes that hold the name of the program that wrote a file
_NUMBER: Final = re.compile(rb"\bid=['\"](-?\d+)['\"]")

Fixed = npt.NDArray[np.int32]
"""Degrees times 1e7."""


def deleted(path: Path) -> frozenset[tuple[str, int]]:
    """Kinds (``"n" "w" "r"``) and numbers of what an XML file of JOSM marks as deleted.

    Parameters
    ----------
    path : Path

    Returns
    -------
    frozenset of (str, int)
        Empty for other forms of file.
    """
    found: set[tuple[str, int]] = set()
    if path.stat().st_size == 0:
        return frozenset()
    if path.suffix in {".osm", ".xml"}:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            found.update(_marked(whole))
    elif path.suffix in _PACKED:
        with contextlib.suppress(OSError, EOFError), _PACKED[path.suffix](path) as unpacked:
            # To unpack a country twice would take minutes: only JOSM's own files are looked through.
            head = unpacked.read(_HEAD)
            if b"JOSM" in head:
                found.update(_marked(head + unpacked.read()))
    return frozenset(found)


def _marked(whole: "bytes | mmap.mmap") -> Iterator[tuple[str, int]]:
    for element in _DELETED.finditer(whole):
        number = _NUMBER.search(element[0])
        if number is not None:
            yield element[1].decode()[0], int(number[1])


def placed(path: Path, number: Ints, x: Fixed, y: Fixed) -> tuple[Fixed, Fixed]:
    """Look for nodes with negative numbers, of which osmium keeps no positions: editors give them to what is new.

    Parameters
    ----------
    path : Path
    number : ndarray of int64, shape (n,)
        OSM numbers of nodes.
    x, y : ndarray of int32, shape (n,)
        Positions; ``NOWHERE`` where not known.

    Returns
    -------
    x, y : ndarray of int32, shape (n,)
    """
    lost = (x == NOWHERE) & (number < 0)
    wanted = np.unique(number[lost])
    if not wanted.size:
        return x, y
    finder = _Finder(set(wanted.tolist()))
    osmium.apply(osmium.io.Reader(str(path), osmium.osm.NODE), finder)
    places = np.array([finder.found.get(node, (NOWHERE, NOWHERE)) for node in wanted.tolist()], dtype=np.int32)
    at = np.searchsorted(wanted, number[lost])
    x, y = x.copy(), y.copy()
    x[lost], y[lost] = places[at].T
    return x, y


class _Finder:
    """Takes the positions of wanted nodes from osmium."""

    def __init__(self, wanted: set[int]) -> None:
        self.wanted = wanted
        self.found: dict[int, tuple[int, int]] = {}

    def node(self, node: Any) -> None:  # noqa: ANN401 (osmium ships no types)
        """Take a node."""
        if node.id in self.wanted and node.location.valid():
            self.found[node.id] = (node.location.x, node.location.y)
