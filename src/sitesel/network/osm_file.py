"""One pass over an OSM file: the ways that a mode may use, their nodes, barriers and turn restrictions."""

from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import osmium

from sitesel.arrays import Floats, Ints
from sitesel.errors import LayerError
from sitesel.network.osm_access import (
    access_open,
    barrier_open,
    closed_reason,
    conditions_not_modelled,
    node_keys,
    sign_condition_not_modelled,
    size_not_understood,
    turn_rule,
)
from sitesel.network.osm_nodes import NOWHERE, deleted, placed
from sitesel.network.osm_pbf import lacks_relations, torn
from sitesel.network.osm_tags import Tags, directions, joinable, limit_kph, limit_not_understood, oneway_not_understood
from sitesel.network.speeds import road_classes
from sitesel.network.turns import Turn
from sitesel.network.vehicles import barrier_passes, vehicle

_UNITS_PER_DEGREE: Final = 1e7
_UNBUILT: Final = frozenset({"construction", "proposed", "planned"})
#: First parts of the keys that bear on use and speed; ways alike in these are judged once.
_TELLING: Final = frozenset(
    {"highway", "oneway", "junction", "maxspeed", "source", "zone", "seasonal", "winter_road", "ice_road", "area"}
    | {"motorroad", "busway", "maxheight", "maxwidth", "maxlength", "maxweight", "maxweightrating", "maxgcweight"}
    | {"maxaxleload", "smoothness", "width", "est_width", "tunnel", "4wd_only"}
)


class Use(NamedTuple):
    """How a mode may use a way.

    ``limit_*`` is the signed limit in km/h or NaN; ``joinable`` whether places beside the way may join it;
    ``closed`` says why the way cannot be used, None where it can.
    """

    closed: str | None
    forward: bool
    backward: bool
    limit_forward: float
    limit_backward: float
    joinable: bool
    notices: tuple[str, ...]


@dataclass(frozen=True)
class OsmRoads:
    """What one pass over a file found for a mode.

    Parameters
    ----------
    way_id : ndarray of int64, shape (ways,)
    tags : list of dict of str to str
        Tags of each way.
    use : list of Use
        How the mode uses each way.
    node_id : ndarray of int64, shape (n,)
        OSM numbers of the ways' nodes, way after way.
    lon, lat : ndarray of float64, shape (n,)
        WGS 84 degrees; NaN where the file does not hold the node.
    start : ndarray of int64, shape (ways + 1,)
        Where each way starts in ``node_id``.
    barriers : ndarray of int64
        OSM numbers of nodes that the mode does not pass.
    turns : list of Turn
    dropped, notices : Counter of str
        Ways and other things left out by reason; things used with a reservation by kind.
    """

    way_id: Ints
    tags: list[dict[str, str]]
    use: list[Use]
    node_id: Ints
    lon: Floats
    lat: Floats
    start: Ints
    barriers: Ints
    turns: list[Turn]
    dropped: "Counter[str]"
    notices: "Counter[str]"


def read_osm(path: Path, mode: str, season: str) -> OsmRoads:
    """Read the roads of an OSM file for one mode.

    Parameters
    ----------
    path : Path
        ``.osm.pbf``, ``.osm`` or any other form that osmium knows by its name.
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}

    Returns
    -------
    OsmRoads

    Raises
    ------
    LayerError
        The file is missing, cut short, or not OSM.
    """
    with whole_osm(path):
        gone = deleted(path)
    reader = _Reader(mode, season, gone)
    with whole_osm(path):
        osmium.apply(str(path), *_handlers(reader))
        if reader.way_id and not reader.relations and lacks_relations(path):
            reader.notices["no relation in the file: filtered, or cut short"] += 1
        return reader.found(path)


@contextmanager
def whole_osm(path: Path) -> Iterator[None]:
    """Say in one line what is wrong with an OSM file that is read inside.

    Raises
    ------
    LayerError
        The file is missing, cut short, or not OSM.
    """
    if not path.is_file():
        raise LayerError(f"{path.name}: no such file; give the path of an .osm.pbf or .osm file")
    wrong = torn(path)
    if wrong is not None:
        raise LayerError(f"{path.name}: not a whole OSM file ({wrong})")
    try:
        yield
    except osmium.InvalidLocationError as fault:
        raise LayerError(f"{path.name}: a node's lat or lon is no number ({fault}); mend it there") from fault
    except (RuntimeError, ValueError, OSError) as fault:
        reason = " ".join(str(fault).split())
        raise LayerError(f"{path.name}: not a whole OSM file ({reason}); download it again") from fault


def _handlers(reader: "_Reader") -> list[Any]:
    """Handlers that osmium calls in turn: node positions, a filter for each kind of object, then the reader."""
    restrictions = [
        "restriction",
        *(f"restriction:{key}" for key in ("hgv", "bus", "psv", "motorcar", "motor_vehicle")),
    ]
    restrictions += [f"{key}:conditional" for key in restrictions]
    positions = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    # Missing nodes are found and counted later, all at once.
    positions.ignore_errors()
    filters = []
    for kind, keys in (
        (osmium.osm.NODE, node_keys(reader.mode)),
        (osmium.osm.WAY, ["highway", "route"]),
        (osmium.osm.RELATION, restrictions),
    ):
        only = osmium.filter.KeyFilter(*keys)
        only.enable_for(kind)
        filters.append(only)
    return [positions, *filters, reader]


class _Reader:
    """Takes what osmium hands over, by the names that osmium calls: nodes, ways, relations, in the file's order."""

    def __init__(self, mode: str, season: str, gone: frozenset[tuple[str, int]]) -> None:
        self.mode, self.season, self.gone = mode, season, gone
        self.classes = road_classes(mode)
        self.telling = _TELLING.union(vehicle(mode).keys)
        self.judged: dict[frozenset[tuple[str, str]], Use] = {}
        self.way_id = array("q")
        self.tags: list[dict[str, str]] = []
        self.use: list[Use] = []
        self.node_id, self.x, self.y = array("q"), array("i"), array("i")
        self.start = array("q", [0])
        self.barriers: list[int] = []
        self.turns: list[Turn] = []
        self.relations = 0
        self.dropped: Counter[str] = Counter()
        self.notices: Counter[str] = Counter()

    def way(self, way: Any) -> None:  # noqa: ANN401 (osmium ships no types)
        """Take a way."""
        if self._is_gone("w", way):
            return
        highway = way.tags.get("highway")
        if highway not in self.classes:
            self._not_a_road(highway, way.tags.get("route"))
            return
        tags = dict(way.tags)
        use = self._judge(tags)
        if use.notices:
            self.notices.update(use.notices)
        if use.closed is not None:
            self.dropped[use.closed] += 1
            return
        self.way_id.append(way.id)
        self.tags.append(tags)
        self.use.append(use)
        nodes = list(way.nodes)
        places = [node.location for node in nodes]
        self.node_id.extend([node.ref for node in nodes])
        self.x.extend([place.x for place in places])
        self.y.extend([place.y for place in places])
        self.start.append(len(self.node_id))

    def _not_a_road(self, highway: str | None, route: str | None) -> None:
        if highway in _UNBUILT:
            self.dropped["not built yet"] += 1
        elif highway is not None:
            self.dropped[f"class {highway}"] += 1
        elif route == "ferry":
            self.dropped["ferry"] += 1

    def _judge(self, tags: dict[str, str]) -> Use:
        telling = frozenset(item for item in tags.items() if item[0].partition(":")[0] in self.telling)
        use = self.judged.get(telling)
        if use is None:
            use = self.judged[telling] = judge(dict(telling), self.mode, self.season)
        return use

    def node(self, node: Any) -> None:  # noqa: ANN401 (osmium ships no types)
        """Take a barrier."""
        if self._is_gone("n", node):
            return
        tags = dict(node.tags)
        if not barrier_open(tags, self.mode, self.season):
            self.barriers.append(node.id)
        elif barrier_passes(tags.get("barrier", "no")) is None:
            self.notices["barrier of unknown kind, taken as open"] += 1

    def relation(self, relation: Any) -> None:  # noqa: ANN401 (osmium ships no types)
        """Take a turn restriction."""
        self.relations += 1
        if self._is_gone("r", relation):
            return
        rule = turn_rule(dict(relation.tags), self.mode, self.season)
        if rule is None:
            return
        members = [(member.role, member.type, member.ref) for member in relation.members]
        by = [ref for role, kind, ref in members if role == "from" and kind == "w"]
        to = [ref for role, kind, ref in members if role == "to" and kind == "w"]
        via = [(kind, ref) for role, kind, ref in members if role == "via"]
        if not rule.startswith(("no_", "only_")) or not by or not to or not via:
            self.dropped["turn restriction not understood"] += 1
        elif len(via) > 1 or via[0][0] != "n":
            self.dropped["turn restriction via a way (not modelled)"] += 1
        else:
            self.turns += [Turn(rule, a, via[0][1], b) for a in by for b in to]

    def _is_gone(self, kind: str, thing: Any) -> bool:  # noqa: ANN401 (osmium ships no types)
        """Whether an object is marked as deleted, by JOSM or as of a history."""
        return bool(thing.deleted) or (kind, thing.id) in self.gone

    def found(self, path: Path) -> OsmRoads:
        """All that was taken, as arrays."""
        x, y = (
            np.frombuffer(values, dtype=np.int32) if values else np.empty(0, np.int32) for values in (self.x, self.y)
        )
        node_id = np.array(self.node_id, dtype=np.int64)
        x, y = placed(path, node_id, x, y)
        known = x != NOWHERE
        return OsmRoads(
            way_id=np.array(self.way_id, dtype=np.int64),
            tags=self.tags,
            use=self.use,
            node_id=node_id,
            lon=np.where(known, x / _UNITS_PER_DEGREE, np.nan),
            lat=np.where(known, y / _UNITS_PER_DEGREE, np.nan),
            start=np.array(self.start, dtype=np.int64),
            barriers=np.array(self.barriers, dtype=np.int64),
            turns=self.turns,
            dropped=self.dropped,
            notices=self.notices,
        )


def judge(tags: Tags, mode: str, season: str) -> Use:
    """How a mode may use a way in a season.

    Examples
    --------
    >>> judge({"highway": "primary", "oneway": "yes", "maxspeed": "60"}, "car", "summer")[:4]
    (None, True, False, 60.0)
    >>> judge({"highway": "service", "access": "private"}, "car", "summer").closed
    'access'
    """
    closed = closed_reason(tags, mode, season)
    way = directions(tags, mode, season)
    forward = way.forward and access_open(tags, mode, season, ":forward")
    backward = way.backward and access_open(tags, mode, season, ":backward")
    if not (forward or backward):
        closed = closed or "access"
    limits = [limit_kph(tags, mode, season, backward=side) for side in (False, True)]
    return Use(
        closed=closed,
        forward=forward,
        backward=backward,
        # One and the same NaN, so that uses without a limit are equal.
        limit_forward=np.nan if limits[0] is None else limits[0],
        limit_backward=np.nan if limits[1] is None else limits[1],
        joinable=joinable(tags),
        notices=tuple(_notices(tags, mode, season)),
    )


def _notices(tags: Tags, mode: str, season: str) -> list[str]:
    notices = []
    if mode != "foot" and limit_not_understood(tags, mode):
        notices.append("maxspeed not understood")
    if mode != "foot" and tags.get("oneway") in {"reversible", "alternating"}:
        notices.append("reversible or alternating, taken as two-way")
    if mode != "foot" and oneway_not_understood(tags):
        notices.append("oneway not understood, taken as two-way")
    if size_not_understood(tags):
        notices.append("size not understood")
    if conditions_not_modelled(tags, mode, season):
        notices.append("condition on access not modelled")
    if mode != "foot" and sign_condition_not_modelled(tags, "maxspeed", mode, season):
        notices.append("condition on maxspeed not modelled")
    if mode != "foot" and sign_condition_not_modelled(tags, "oneway", mode, season):
        notices.append("condition on oneway not modelled")
    return notices
