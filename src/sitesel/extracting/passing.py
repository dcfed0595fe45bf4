"""One pass over an OpenStreetMap extract: every feature that a layer takes, with its shape."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from sitesel.errors import LayerError
from sitesel.extracting.ordering import original, put_in_order
from sitesel.extracting.tagging import Rule, Shape, Tagging
from sitesel.fetching import Box, published_as
from sitesel.network.osm_file import whole_osm
from sitesel.network.osm_nodes import deleted

_AREAS: Final = frozenset({"multipolygon", "boundary"})
LEAST_OF_A_LINE: Final = 2


@dataclass(frozen=True)
class Feature:
    """What a layer takes of an extract.

    Parameters
    ----------
    id : str
        As ``node/123``, ``way/45`` or ``relation/6``.
    tags : dict of str to str
    rule : Rule
        By which it was taken.
    shape : shapely geometry
        In degrees; of an area the polygon, whatever the layer's own shape.
    """

    id: str
    tags: dict[str, str]
    rule: Rule
    shape: BaseGeometry


@dataclass(frozen=True)
class Extract:
    """What one pass found.

    Parameters
    ----------
    features : mapping of layer to list of Feature
        In the file's order; a layer of which nothing was found has an empty list.
    left_out : Counter of (layer, reason)
        Features that fit and were not taken.
    box : tuple of float or None
        West, south, east, north in degrees, as the file's head tells it.
    day : str
        Of the data, as the file's head tells it; empty where it does not.
    """

    features: dict[str, list[Feature]]
    left_out: "Counter[tuple[str, str]]" = field(default_factory=Counter)
    box: Box | None = None
    day: str = ""


def read_extract(path: Path, mapping: Tagging) -> Extract:
    """Read all layers' features in one pass.

    Parameters
    ----------
    path : Path
        ``.osm.pbf`` or ``.osm``.
    mapping : Tagging

    Returns
    -------
    Extract
        Not cut to anything.

    Raises
    ------
    LayerError
        The file is missing, cut short, or not OSM.
    """
    with whole_osm(path):
        box, day = _head(path)
        gone = deleted(path)
        taking = _taken(path, mapping, gone)
        if taking.out_of_order:
            with TemporaryDirectory(prefix="sitesel-") as folder:
                put_in_order(path, Path(folder) / "ordered.osm.pbf")
                taking = _taken(Path(folder) / "ordered.osm.pbf", mapping, gone)
    taking.count_unclosed()
    return Extract(taking.features, taking.left_out, box, day)


def _taken(path: Path, mapping: Tagging, gone: frozenset[tuple[str, int]]) -> "_Taking":
    taking = _Taking(mapping, gone)
    for item in osmium.FileProcessor(str(path)).with_areas(_looked_for(mapping)).with_filter(_looked_for(mapping)):
        taking.take(item)
    return taking


def _looked_for(mapping: Tagging) -> Any:  # noqa: ANN401 -- osmium ships no types
    sought = mapping.looked_for
    return osmium.filter.KeyFilter(*sought) if isinstance(sought[0], str) else osmium.filter.TagFilter(*sought)


def _head(path: Path) -> tuple[Box | None, str]:
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        head = reader.header()
        box, day = head.box(), head.get("osmosis_replication_timestamp") or head.get("timestamp")
    if not box.valid():
        return None, day
    low, high = box.bottom_left, box.top_right
    return (low.lon, low.lat, high.lon, high.lat), day


class _Taking:
    """Takes what osmium hands over: nodes, ways and relations in the file's order, and areas as they are whole.

    ``out_of_order`` says that osmium has lost something that the file may hold.
    """

    def __init__(self, mapping: Tagging, gone: frozenset[tuple[str, int]]) -> None:
        self.mapping, self.gone = mapping, gone
        self.out_of_order = self._past_nodes = False
        self.features: dict[str, list[Feature]] = {layer: [] for layer in mapping.layers}
        self.left_out: Counter[tuple[str, str]] = Counter()
        self.due: dict[tuple[str, str], None] = {}
        self.came: set[tuple[str, str]] = set()
        self.write = osmium.geom.WKBFactory().create_multipolygon

    def take(self, item: Any) -> None:  # noqa: ANN401 -- osmium ships no types
        """Take an object for each layer that it belongs to."""
        kind = item.type_str()
        self.out_of_order |= kind == "n" and self._past_nodes
        self._past_nodes |= kind in {"w", "r"}
        if _drawn_as(item, kind) in self.gone:  # osmium reads what JOSM has deleted
            return
        tags = dict(item.tags)
        for layer, rule in self.mapping.found(tags):
            if rule.left_out and kind != "a":
                self.left_out[layer, rule.left_out] += 1
            elif not rule.left_out:
                due = rule.shape or self.mapping.layers[layer].shape
                shape = self._of(kind)(item, layer, due)
                if shape is not None:
                    self.features[layer].append(Feature(_id(item, kind), tags, rule, shape))

    def _of(self, kind: str) -> "Callable[[Any, str, Shape], BaseGeometry | None]":
        return {"n": self._node, "w": self._way, "r": self._relation, "a": self._area}[kind]

    def _node(self, node: Any, layer: str, due: Shape) -> BaseGeometry | None:  # noqa: ANN401 -- as above
        if due in {"line", "polygon"}:
            self.left_out[layer, "point_where_ground_is_due"] += 1
            return None
        return shapely.Point(node.lon, node.lat)

    def _way(self, way: Any, layer: str, due: Shape) -> BaseGeometry | None:  # noqa: ANN401 -- as above
        numbers = [way.id, *(node.ref for node in way.nodes)]
        self.out_of_order |= min(numbers) < 0 or not any(node.location.valid() for node in way.nodes)
        if due != "line" and way.is_closed():
            self.due[layer, _id(way, "w")] = None  # it comes again as an area
            return None
        if due in {"point", "polygon"}:
            self.left_out[layer, "not_closed"] += 1
            return None
        places = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(places) < len(way.nodes):
            self.left_out[layer, "nodes_missing"] += 1
        return shapely.LineString(places) if len(places) >= LEAST_OF_A_LINE else None

    def _relation(self, relation: Any, layer: str, due: Shape) -> None:  # noqa: ANN401 -- as above
        self.out_of_order |= relation.id < 0
        if due != "line" and relation.tags.get("type") in _AREAS:
            self.due[layer, _id(relation, "r")] = None
        else:  # a site, a river: its members are taken by tags of their own
            self.left_out[layer, "no_area"] += 1

    def _area(self, area: Any, layer: str, due: Shape) -> BaseGeometry | None:  # noqa: ANN401 -- as above
        if due == "line":
            return None
        try:
            whole = cast("shapely.MultiPolygon", shapely.from_wkb(self.write(area)))
        except RuntimeError:  # an area without a ring: of an outline that is not whole
            return None
        self.came.add((layer, _id(area, "a")))
        return whole.geoms[0] if len(whole.geoms) == 1 else whole

    def count_unclosed(self) -> None:
        """Count the outlines that never became an area: cut by the edge of the extract, or crossing themselves."""
        for layer, name in self.due.keys() - self.came:
            self.left_out[layer, "outline_not_whole" if name.startswith("relation") else "outline_crosses"] += 1


def _drawn_as(item: Any, kind: str) -> tuple[str, int]:  # noqa: ANN401 -- osmium ships no types
    """Kind and number in the file; of an area those of the way or relation that it was made of."""
    if kind == "a":
        return "w" if item.from_way() else "r", original(item.orig_id())
    return kind, original(item.id)


def _id(item: Any, kind: str) -> str:  # noqa: ANN401 -- osmium ships no types
    drawn, number = _drawn_as(item, kind)
    return f"{ {'n': 'node', 'w': 'way', 'r': 'relation'}[drawn] }/{number}"


def extract_in(folder: Path) -> Path:
    """Find the one extract of a folder.

    Parameters
    ----------
    folder : Path
        As `sitesel fetch --into` fills it; or an extract itself.

    Raises
    ------
    LayerError
        There is none, or there are several.
    """
    if folder.is_file():
        return folder
    if not folder.is_dir():
        raise LayerError(f"{folder}: no such folder; fetch one first: sitesel fetch KG --into {folder}")
    found = sorted(_extracts(folder))
    if len(found) != 1:
        listed = ", ".join(path.name for path in found) or "none"
        raise LayerError(
            f"{folder}: one OpenStreetMap extract (.osm.pbf) is needed, there are: {listed}; "
            + ("give one of them in place of the folder" if found else "fetch it: sitesel fetch KG --only osm")
        )
    return found[0]


def _extracts(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        source = published_as(path.name)
        if source is not None and source.id == "osm" and path.is_file():
            yield path
