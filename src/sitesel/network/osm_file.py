"""What an OSM file holds for one mode: the ways that it may use, barriers and turn restrictions."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import osmium

from sitesel.arrays import Floats, Ints
from sitesel.errors import LayerError
from sitesel.layers.door import why_no_file
from sitesel.network.osm_access import (
    OUT_OF_USE,
    access_not_understood,
    access_open,
    barrier_open,
    closed_reason,
    conditions_not_modelled,
    fits,
    ground_not_understood,
    node_keys,
    sign_condition_not_modelled,
    size_not_understood,
    to_be_of_a_class,
    train_not_modelled,
    turn_condition_not_modelled,
    turn_rule,
)
from sitesel.network.osm_opl import Member, OsmFile, passed
from sitesel.network.osm_pbf import torn
from sitesel.network.osm_tags import (
    Tags,
    busway_not_understood,
    directions,
    joinable,
    limit_kph,
    limit_not_understood,
    misspelt_class,
    oneway_not_understood,
)
from sitesel.network.speeds import road_classes
from sitesel.network.turns import Turn
from sitesel.network.vehicles import barrier_passes, vehicle

_UNBUILT: Final = frozenset({"construction", "proposed", "planned"})
#: First parts of the keys that bear on use and speed; ways alike in these are judged once.
_TELLING: Final = frozenset(
    {"highway", "oneway", "junction", "maxspeed", "source", "zone", "seasonal", "winter_road", "ice_road", "area"}
    | {"motorroad", "busway", "maxheight", "maxwidth", "maxlength", "maxweight", "maxweightrating", "maxgcweight"}
    | {"maxaxleload", "smoothness", "width", "est_width", "tunnel", "4wd_only", "surface", "tracktype"}
    | {"trailer", "maxaxles", *OUT_OF_USE}
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
    """What an OSM file holds for a mode.

    Parameters
    ----------
    way_id : ndarray of int64, shape (ways,)
    kind : ndarray of int64, shape (ways,)
        Position in ``tags`` and ``use``.
    tags : list of dict of str to str
        Each set of tags once.
    use : list of Use
        How the mode uses ways of these tags.
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
    kind: Ints
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


def read_osm(path: Path) -> OsmFile:
    """Read the roads of an OSM file, for all modes.

    Parameters
    ----------
    path : Path
        ``.osm.pbf``, ``.osm`` or any other form that osmium knows by its name.

    Returns
    -------
    OsmFile

    Raises
    ------
    LayerError
        The file is missing, cut short, or not OSM.
    """
    with whole_osm(path):
        return passed(path)


@contextmanager
def whole_osm(path: Path) -> Iterator[None]:
    """Say in one line what is wrong with an OSM file that is read inside.

    Raises
    ------
    LayerError
        The file is missing, cut short, or not OSM.
    """
    if fault := why_no_file(path):
        raise LayerError(f"{path.name}: {fault}; give the path of an .osm.pbf or .osm file")
    wrong = torn(path)
    if wrong is not None:
        raise LayerError(f"{path.name}: not a whole OSM file ({wrong})")
    try:
        yield
    except osmium.InvalidLocationError as cause:
        raise LayerError(f"{path.name}: a node's lat or lon is no number ({cause}); mend it there") from cause
    except (RuntimeError, ValueError, OSError) as cause:
        reason = " ".join(str(cause).split())
        raise LayerError(f"{path.name}: not a whole OSM file ({reason}); download it again") from cause


def roads_for(file: OsmFile, mode: str, season: str) -> OsmRoads:
    """Take what a mode may use in a season; each set of tags is judged once.

    Parameters
    ----------
    file : OsmFile
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}

    Returns
    -------
    OsmRoads
    """
    dropped: Counter[str] = Counter()
    notices: Counter[str] = Counter()
    used = _used(file, mode, season, dropped, notices)
    taken = np.isin(np.arange(len(file.tags)), list(used))[file.kind]
    kinds, kind = np.unique(file.kind[taken], return_inverse=True)
    size = np.diff(file.start)
    of_taken = np.repeat(taken, size)
    if taken.any() and file.lacks_relations:
        notices["no relation in the file: filtered, or cut short"] += 1
    return OsmRoads(
        way_id=file.way_id[taken],
        kind=kind,
        tags=[file.tags[one] for one in kinds.tolist()],
        use=[used[one] for one in kinds.tolist()],
        node_id=file.node_id[of_taken],
        lon=file.lon[of_taken],
        lat=file.lat[of_taken],
        start=np.append(0, np.cumsum(size[taken])),
        barriers=np.array(list(_barriers(file, mode, season, notices)), dtype=np.int64),
        turns=[turn for tags, members in file.relations for turn in _turns(tags, members, mode, season, dropped)],
        dropped=dropped,
        notices=notices,
    )


def _used(file: OsmFile, mode: str, season: str, dropped: "Counter[str]", notices: "Counter[str]") -> dict[int, Use]:
    """Judge each set of tags that is not closed; count what ways are closed for, and what is to be told."""
    classes, telling = road_classes(mode), _TELLING.union(vehicle(mode).keys)
    judged: dict[frozenset[tuple[str, str]], Use] = {}
    used: dict[int, Use] = {}
    ways = np.bincount(file.kind, minlength=len(file.tags)).tolist()
    for kind, (tags, count) in enumerate(zip(file.tags, ways, strict=True)):
        if tags.get("highway") not in classes:
            dropped.update(dict.fromkeys(_not_a_road(tags), count))
            if misspelt_class(tags.get("highway", "")):
                notices["class of road not understood"] += count
            continue
        told = frozenset(item for item in tags.items() if item[0].partition(":")[0] in telling)
        use = judged.get(told)
        if use is None:
            use = judged[told] = judge(dict(told), mode, season)
        notices.update(dict.fromkeys(use.notices, count))
        if use.closed is not None:
            dropped[use.closed] += count
        else:
            used[kind] = use
    return used


def _not_a_road(tags: Tags) -> list[str]:
    """Why a way is no road, where that is worth telling."""
    highway = tags.get("highway")
    if highway is not None:
        return ["not built yet" if highway in _UNBUILT else f"class {highway}"]
    return ["ferry"] if tags.get("route") == "ferry" else []


def _barriers(file: OsmFile, mode: str, season: str, notices: "Counter[str]") -> Iterator[int]:
    """Find nodes that a mode does not pass, and count what of the others is not understood."""
    keys = set(node_keys(mode))
    for number, tags in file.points:
        if keys.isdisjoint(tags):
            continue
        if not barrier_open(tags, mode, season):
            yield number
            continue
        if barrier_passes(tags.get("barrier", "no")) is None:
            notices["barrier of unknown kind, taken as open"] += 1
        if "barrier" in tags:
            notices.update(what for what, is_so in _of_access(tags, mode, season).items() if is_so)


def _turns(tags: Tags, members: list[Member], mode: str, season: str, dropped: "Counter[str]") -> list[Turn]:
    """Turn restrictions of a relation that bind a mode."""
    if turn_condition_not_modelled(tags, mode, season):
        dropped["condition on a turn not modelled"] += 1
    rule = turn_rule(tags, mode, season)
    if rule is None:
        return []
    by, to = ([ref for kind, ref, role in members if role == end and kind == "w"] for end in ("from", "to"))
    via = [(kind, ref) for kind, ref, role in members if role == "via"]
    if not rule.startswith(("no_", "only_")) or not by or not to or not via:
        dropped["turn restriction not understood"] += 1
    elif len(via) > 1 or via[0][0] != "n":
        dropped["turn restriction via a way (not modelled)"] += 1
    else:
        return [Turn(rule, a, via[0][1], b) for a in by for b in to]
    return []


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
    forward, backward = (
        open_here and access_open(tags, mode, season, side) and fits(tags, mode, season, side)
        for open_here, side in zip(way, (":forward", ":backward"), strict=True)
    )
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
        notices=tuple(_notices(tags, mode, season, is_open=closed is None)),
    )


def _of_access(tags: Tags, mode: str, season: str) -> dict[str, bool]:
    """Say what of the tags of a way or a barrier that may keep a mode out is not understood or not modelled."""
    return {
        "size not understood": size_not_understood(tags, mode),
        "access not understood, taken as open": access_not_understood(tags, mode),
        "condition on access not modelled": conditions_not_modelled(tags, mode, season),
    }


def _notices(tags: Tags, mode: str, season: str, *, is_open: bool) -> list[str]:
    """Say what of a way's tags is not understood or not modelled."""
    found = _of_access(tags, mode, season)
    found["construction of a road in use, taken as open"] = is_open and to_be_of_a_class(tags)
    if mode != "foot":
        found |= {
            "maxspeed not understood": limit_not_understood(tags, mode),
            "reversible or alternating, taken as two-way": tags.get("oneway") in {"reversible", "alternating"},
            "oneway not understood, taken as two-way": oneway_not_understood(tags),
            "busway not understood": busway_not_understood(tags, mode),
            "trailers or axles not modelled": is_open and train_not_modelled(tags, mode),
            "ground not understood": ground_not_understood(tags),
            "condition on maxspeed not modelled": sign_condition_not_modelled(tags, "maxspeed", mode, season),
            "condition on oneway not modelled": sign_condition_not_modelled(tags, "oneway", mode, season),
        }
    return [what for what, is_so in found.items() if is_so]
