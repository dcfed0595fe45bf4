"""One pass over an OSM file for all modes and seasons: osmium reads it and writes what is of use as lines of text.

To call Python for each way and each of its tags takes twenty times as long. The text is osmium's own OPL: an object a
line, ``w6 v2 dV Thighway=track,name=A%20%b Nn1,n2``, with ``dD`` where it is deleted.
"""

import ctypes
import re
import shutil
import tempfile
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import osmium

from sitesel.arrays import Floats, Ints
from sitesel.errors import LayerError
from sitesel.network.osm_access import node_keys
from sitesel.network.osm_nodes import NOWHERE, deleted, placed
from sitesel.network.osm_pbf import lacks_relations
from sitesel.schema import ROAD_MODES

_UNITS_PER_DEGREE: Final = 1e7
_WITH_DELETED: Final = "opl,add_metadata=version"
_ESCAPED: Final = re.compile("%([0-9a-f]+)%")
_DELETED: Final = b"dD"
_ROOM: Final = {".osm": 1, ".xml": 1}  # times its own size that a file's text and positions take at most; 8 if packed
_LEAST_ROOM: Final = 64 * 2**20
_POSITION: Final = np.dtype([("id", "<i8"), ("x", "<i4"), ("y", "<i4")])  # as osmium keeps nodes on disk

Tags = dict[str, str]
Member = tuple[str, int, str]
"""Kind (``"n" "w" "r"``), number and role."""


@dataclass(frozen=True, eq=False)
class OsmFile:
    """What an OSM file holds for any mode: ways with ``highway`` or ``route``, nodes and relations that may bind some.

    Parameters
    ----------
    way_id : ndarray of int64, shape (ways,)
    kind : ndarray of int64, shape (ways,)
        Position in ``tags``.
    tags : list of dict of str to str
        Each set of tags once.
    node_id : ndarray of int64, shape (n,)
        OSM numbers of the ways' nodes, way after way.
    lon, lat : ndarray of float64, shape (n,)
        WGS 84 degrees; NaN where the file does not hold the node.
    start : ndarray of int64, shape (ways + 1,)
        Where each way starts in ``node_id``.
    points : list of (int, dict)
        Numbers and tags of nodes that may keep someone from passing.
    relations : list of (dict, list of Member)
        Turn restrictions.
    lacks_relations : bool
        Whether the file has no relation at all, as one cut short has none.
    """

    way_id: Ints
    kind: Ints
    tags: list[Tags]
    node_id: Ints
    lon: Floats
    lat: Floats
    start: Ints
    points: list[tuple[int, Tags]]
    relations: list[tuple[Tags, list[Member]]]
    lacks_relations: bool


def passed(path: Path) -> OsmFile:
    """Read an OSM file; its faults are osmium's own exceptions.

    Raises
    ------
    LayerError
        There is no room for what is written in between.
    """
    gone = deleted(path)
    with tempfile.TemporaryDirectory(prefix="sitesel-") as name:
        folder = Path(name)
        _refuse_full(path, folder)
        _write(path, folder)
        text = _Text()
        with (folder / "things.opl").open("rb") as lines:
            text.take(lines, gone)
        node_id = np.fromstring(b",".join(text.refs).translate(None, b"n"), dtype=np.int64, sep=",")
        lon, lat = _positions(path, np.fromfile(folder / "positions", dtype=_POSITION), node_id)
    return OsmFile(
        way_id=np.array(text.way_id, dtype=np.int64),
        kind=np.array(text.kind, dtype=np.int64),
        tags=[_tags(tags) for tags in text.numbers],
        node_id=node_id,
        lon=lon,
        lat=lat,
        start=np.append(0, np.cumsum(np.array(text.count, dtype=np.int64))),
        points=text.points,
        relations=text.relations,
        lacks_relations=bool(text.way_id) and not text.relations and lacks_relations(path),
    )


def _refuse_full(path: Path, folder: Path) -> None:
    need = _LEAST_ROOM + path.stat().st_size * _ROOM.get(path.suffix, 8)
    if shutil.disk_usage(folder).free < need:
        raise LayerError(
            f"{path.name}: to read it takes {need / 1e6:,.0f} MB of room in {folder.parent}; make room there, or set"
            " TMPDIR to a folder that has it"
        )


def _write(path: Path, folder: Path) -> None:
    """Write the text and the positions of all nodes."""
    restrictions = [
        "restriction",
        *(f"restriction:{key}" for key in ("hgv", "bus", "psv", "motorcar", "motor_vehicle")),
    ]
    restrictions += [f"{key}:conditional" for key in restrictions]
    positions = osmium.NodeLocationsForWays(osmium.index.create_map(f"sparse_file_array,{folder / 'positions'}"))
    filters = []
    for kind, keys in (
        (osmium.osm.NODE, sorted({key for mode in ROAD_MODES for key in node_keys(mode)})),
        (osmium.osm.WAY, ["highway", "route"]),
        (osmium.osm.RELATION, restrictions),
    ):
        only = osmium.filter.KeyFilter(*keys)
        only.enable_for(kind)
        filters.append(only)
    # Missing nodes are found and counted later, all at once.
    positions.ignore_errors()
    writer = osmium.SimpleWriter(osmium.io.File(str(folder / "things.opl"), _WITH_DELETED))
    try:
        osmium.apply(str(path), positions, *filters, writer)
        writer.close()
    except Exception:
        try:
            writer.close()
        except RuntimeError:
            # Where a writer that failed is taken down, osmium ends the whole program: it is left standing.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))
        raise


class _Text:
    """What the lines of the text tell, in their order."""

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}
        self.way_id, self.kind, self.count = array("q"), array("q"), array("q")
        self.refs: list[bytes] = []
        self.points: list[tuple[int, Tags]] = []
        self.relations: list[tuple[Tags, list[Member]]] = []

    def take(self, lines: Iterable[bytes], gone: frozenset[tuple[str, int]]) -> None:
        """Take all that is not deleted."""
        for line in lines:
            thing, _, visible, tags, members, *_ = line.rstrip(b"\n").split(b" ")
            number = int(thing[1:])
            if visible == _DELETED or (gone and (chr(thing[0]), number) in gone):
                continue
            if thing[0] == ord("w"):
                self.way_id.append(number)
                self.kind.append(self.numbers.setdefault(tags, len(self.numbers)))
                self.count.append(members.count(b"n"))
                if members != b"N":
                    self.refs.append(members[1:])
            elif thing[0] == ord("n"):
                self.points.append((number, _tags(tags)))
            else:
                self.relations.append((_tags(tags), _members(members)))


def _tags(text: bytes) -> Tags:
    pairs = [pair.partition("=") for pair in text[1:].decode().split(",")] if text != b"T" else []
    return {_plain(key): _plain(value) for key, _, value in pairs}


def _members(text: bytes) -> list[Member]:
    members = [member.partition("@") for member in text[1:].decode().split(",")] if text != b"M" else []
    return [(thing[0], int(thing[1:]), _plain(role)) for thing, _, role in members]


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "%" in text else text


def _positions(path: Path, known: "np.ndarray[tuple[int], np.dtype[np.void]]", node_id: Ints) -> tuple[Floats, Floats]:
    """Positions of nodes in degrees; NaN where the file has none."""
    known = known[known["x"] != NOWHERE]
    if (np.diff(known["id"]) < 0).any():  # a file with ways before its nodes
        known = known[np.argsort(known["id"], kind="stable")]
    at = np.searchsorted(known["id"], node_id).clip(max=max(known.size - 1, 0))
    found = known["id"][at] == node_id if known.size else np.zeros(node_id.size, dtype=bool)
    x, y = np.full((2, node_id.size), NOWHERE, dtype=np.int32)
    x[found], y[found] = known["x"][at[found]], known["y"][at[found]]
    x, y = placed(path, node_id, x, y)
    missing = x == NOWHERE
    lon, lat = (np.where(missing, np.nan, value / _UNITS_PER_DEGREE) for value in (x, y))
    return lon, lat
