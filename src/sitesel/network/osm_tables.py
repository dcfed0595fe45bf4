"""From what an OSM file holds for a mode to roads between junctions, in whole arrays."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import numpy as np
import pandas as pd
from pyproj import Transformer

from sitesel.arrays import Bools, Floats, Ints
from sitesel.network.assembly import segment_lengths, settings_by_density, with_travel_times
from sitesel.network.contraction import Chains, Lines, Repeated, contract, drop_repeated, streets_at
from sitesel.network.osm_file import OsmRoads, Use
from sitesel.network.roads import CARRIED, Roads, in_graph_order
from sitesel.network.turns import DirectedEdges, Turn, split_at_turns
from sitesel.schema import SETTINGS

_ZONES: Final = ("maxspeed:type", "source:maxspeed", "zone:traffic", "zone:maxspeed", "maxspeed")
_JUNCTION: Final = 3  # streets that make a node a junction
_WGS84: Final = "EPSG:4326"
MISSING_NODES: Final = "node missing from the file"
FAR_NODES: Final = "node far from its neighbours"
_FAR_M: Final = 200_000.0  # no road has neighbouring nodes so far apart: one of them is misplaced


@dataclass(frozen=True)
class _Nodes:
    """Nodes numbered 0..m-1: OSM's number, position, and for ends made by a barrier the barrier's number (else 0)."""

    osmid: Ints
    lon: Floats
    lat: Floats
    barrier: Ints


def road_tables(roads: OsmRoads, mode: str, season: str, crs: str | None) -> Roads:
    """Roads between junctions of what an OSM file holds for a mode.

    Parameters
    ----------
    roads : OsmRoads
        At least one way with nodes.
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}
    crs : str or None
        CRS of the coordinates; None for WGS 84 degrees.

    Returns
    -------
    Roads
    """
    dropped = Counter(roads.dropped)
    nodes, lines = _cut(roads, dropped)
    xy = np.column_stack(_projected(nodes.lon, nodes.lat, crs))
    turns, kept = _turns(roads.turns, nodes)
    dropped["turn restriction off this network"] += len(roads.turns) - len(turns)
    uses = pd.DataFrame(roads.use, columns=Use._fields)
    forward, backward = (uses[way].to_numpy(bool) for way in ("forward", "backward"))
    limits = uses[["limit_forward", "limit_backward"]].to_numpy(np.float64)
    # As tuples compare: the one NaN that judge() gives is itself.
    alike = (limits[:, 0] == limits[:, 1]) | np.isnan(limits).all(axis=1)
    symmetric = (forward & backward & alike)[roads.kind]
    lines, twice = drop_repeated(
        lines, _numbers((tags["highway"], use) for tags, use in _kinds(roads))[roads.kind], symmetric
    )
    dropped["stretch drawn twice"] += twice.way.size
    turns = _of_kept_ways(turns, twice, roads.way_id)
    profile = _numbers((*(tags.get(key) for key in CARRIED), _zone(tags), use) for tags, use in _kinds(roads))
    chains = contract(lines, profile[roads.kind], symmetric, kept)
    streets = streets_at(lines, nodes.osmid.size)
    stretches, node = _stretches(roads, nodes, lines, chains, streets)
    edges, copy_of, missed = _edges(roads, chains, stretches, turns, (node, forward, backward), nodes.osmid.size)
    dropped["turn restriction off this network"] += missed
    used = np.unique(edges[["tail", "head"]].to_numpy())
    edges["tail"], edges["head"] = (np.searchsorted(used, edges[end]) for end in ("tail", "head"))
    order, key = in_graph_order(edges["tail"].to_numpy(), edges["head"].to_numpy())
    edges = _timed(edges.take(order).assign(key=key), stretches, roads, limits, mode, season)
    return Roads(
        nodes=_node_table(nodes, xy, copy_of, streets, crs).iloc[used],
        kinds=pd.DataFrame({key: [tags.get(key) for tags in roads.tags] for key in CARRIED}, dtype=object),
        stretches=stretches,
        xy=xy[node],
        start=chains.start,
        ways=roads.way_id[chains.way],
        way_start=chains.way_start,
        edges=edges.astype(dict.fromkeys(("tail", "head", "key", "stretch"), np.int32)).reset_index(drop=True),
        about=_about(mode, season, crs, +dropped, roads.notices),
    )


def _about(mode: str, season: str, crs: str | None, dropped: "Counter[str]", notices: "Counter[str]") -> dict[str, Any]:
    return {
        "crs": crs or _WGS84,
        "simplified": True,
        "mode": mode,
        "season": season,
        "dropped": dict(sorted(dropped.items())),
        "notices": dict(sorted(notices.items())),
        "created_with": f"sitesel {version('sitesel')}",
    }


@dataclass(frozen=True)
class Runs:
    """The ways' nodes as they follow one another in runs without gaps.

    Parameters
    ----------
    at : ndarray of int64, shape (n,)
        Positions among the nodes of the ways.
    starts : ndarray of bool, shape (n,)
        Whether a run starts there.
    far : int
        Misplaced nodes that were left out, and gaps that they left.
    """

    at: Ints
    starts: Bools
    far: int


def runs(roads: OsmRoads) -> Runs:
    """Part the ways where the file lacks a node or where one is misplaced; a doubled node is one.

    A misplaced node is far from both its neighbours, who are joined without it.
    """
    way = np.repeat(np.arange(roads.way_id.size), np.diff(roads.start))
    lost = np.cumsum(np.isnan(roads.lon))
    at = np.flatnonzero(~np.isnan(roads.lon))
    far = _far(roads, way, at)
    misplaced = far & np.append(far[1:], np.zeros(min(at.size, 1), dtype=bool))
    count = int(np.unique(roads.node_id[at[misplaced]]).size)
    at = at[~misplaced]
    at = at[~_alike(at, roads.node_id, way, lost)]
    far = _far(roads, way, at)
    return Runs(at, ~_alike(at, way, lost) | far, count + int(far.sum()))


def _far(roads: OsmRoads, way: Ints, at: Ints) -> Bools:
    """Whether some nodes are far from the one before them in the way."""
    far = _alike(at, way)
    far[1:] &= segment_lengths(roads.lon[at], roads.lat[at]) > _FAR_M
    return far


def _alike(at: Ints, *columns: Ints) -> Bools:
    """Whether some nodes are in all columns as the one before them."""
    alike = np.zeros(at.size, dtype=bool)
    alike[1:] = np.all([np.diff(column[at]) == 0 for column in columns], axis=0)
    return alike


def _cut(roads: OsmRoads, dropped: "Counter[str]") -> tuple[_Nodes, Lines]:
    """Give the nodes numbers and cut the ways where nodes are missing and at barriers."""
    number, node = np.unique(roads.node_id, return_inverse=True)
    of_way = np.repeat(np.arange(roads.way_id.size), np.diff(roads.start))
    found = runs(roads)
    dropped[MISSING_NODES] += int(np.unique(node[np.isnan(roads.lon)]).size)
    dropped[FAR_NODES] += found.far
    lon, lat = np.empty(number.size), np.empty(number.size)
    lon[node], lat[node] = roads.lon, roads.lat
    node, way = np.asarray(node[found.at]), np.asarray(of_way[found.at])
    starts: Bools = found.starts

    ends = np.append(starts[1:], True)
    blocked = np.isin(number, roads.barriers)[node]
    dropped["passage at a barrier"] += int(np.unique(node[blocked]).size)
    twice = np.where(blocked & ~starts & ~ends, 2, 1)
    again = np.append(0, np.diff(np.repeat(np.arange(node.size), twice))) == 0
    again[:1] = False
    node, way = np.repeat(node, twice), np.repeat(way, twice)
    starts, blocked = np.repeat(starts, twice), np.repeat(blocked, twice)
    starts |= again
    barrier = node[blocked]
    nodes = _Nodes(
        osmid=np.append(number, _fresh(number, barrier.size)),
        lon=np.append(lon, lon[barrier]),
        lat=np.append(lat, lat[barrier]),
        barrier=np.append(np.zeros(number.size, dtype=np.int64), number[barrier]),
    )
    node[blocked] = number.size + np.arange(barrier.size)
    at = np.flatnonzero(starts)
    return nodes, Lines(node=node, start=np.append(at, node.size), way=way[at])


def _fresh(taken: Ints, count: int) -> Ints:
    """Negative numbers that no node of the file has."""
    return min(int(taken.min(initial=0)), 0) - 1 - np.arange(count)


def _turns(turns: list[Turn], nodes: _Nodes) -> tuple[list[Turn], Bools]:
    """Turn restrictions with nodes numbered as here, and the nodes that must stay for them."""
    via = np.array([turn.via for turn in turns], dtype=np.int64)
    whole = nodes.osmid[nodes.barrier == 0]
    at = np.searchsorted(whole, via).clip(max=whole.size - 1)
    found = whole[at] == via
    kept = np.zeros(nodes.osmid.size, dtype=bool)
    kept[at[found]] = True
    here = [
        Turn(turn.kind, turn.from_way, node, turn.to_way)
        for turn, node, known in zip(turns, at.tolist(), found.tolist(), strict=True)
        if known
    ]
    return here, kept


def _of_kept_ways(turns: list[Turn], twice: Repeated, way_id: Ints) -> list[Turn]:
    """Turn restrictions that name ways drawn again, by the ways that stand for these at the node."""
    named = {
        (int(way_id[way]), end): int(way_id[kept])
        for way, kept, ends in zip(twice.way, twice.stands_for, twice.ends.tolist(), strict=True)
        for end in ends
    }
    return [
        Turn(
            turn.kind,
            named.get((turn.from_way, turn.via), turn.from_way),
            turn.via,
            named.get((turn.to_way, turn.via), turn.to_way),
        )
        for turn in turns
    ]


def _kinds(roads: OsmRoads) -> Iterator[tuple[Mapping[str, str], Use]]:
    return zip(roads.tags, roads.use, strict=True)


def _numbers(things: Iterable[tuple[object, ...]]) -> Ints:
    """Give equal numbers to equal things."""
    numbers: dict[tuple[object, ...], int] = {}
    return np.array([numbers.setdefault(thing, len(numbers)) for thing in things], dtype=np.int64)


def _zone(tags: Mapping[str, str]) -> str | None:
    """``urban`` or ``rural`` where the tags say which rules hold, as ``source:maxspeed = "KG:urban"``."""
    zones = {tags[key].rpartition(":")[2] for key in _ZONES if key in tags}
    return next((zone for zone in ("urban", "rural") if zone in zones), None)


def _stretches(
    roads: OsmRoads, nodes: _Nodes, lines: Lines, chains: Chains, streets: Ints
) -> tuple[pd.DataFrame, Ints]:
    """One row a chain, what both its directions share; and the nodes of all chains."""
    node = lines.node[chains.position]
    lon, lat = nodes.lon[node], nodes.lat[node]
    first, last = chains.start[:-1], chains.start[1:] - 1
    metres = np.append(segment_lengths(lon, lat), 0.0)
    metres[last] = 0.0
    kind = roads.kind[chains.way[chains.way_start[:-1]]]
    middle = (first + last) // 2
    junction = streets >= _JUNCTION
    dense = settings_by_density(
        (lon[middle] + lon[middle + 1]) / 2,
        (lat[middle] + lat[middle + 1]) / 2,
        nodes.lon[junction],
        nodes.lat[junction],
    )
    zone = np.array([_zone(tags) or "" for tags in roads.tags])[kind]
    built_up = np.where(dense == "rural", "ribbon", dense)
    setting = np.where(zone == "rural", "rural", np.where(zone == "urban", built_up, dense))
    joinable = np.array([use.joinable for use in roads.use])
    table = pd.DataFrame(
        {
            "kind": kind.astype(np.int32),
            "length": np.add.reduceat(metres, first),
            "setting": np.select([setting == name for name in SETTINGS], range(len(SETTINGS))).astype(np.int8),
            "joinable": joinable[kind],
        }
    )
    return table, node


def _edges(
    roads: OsmRoads,
    chains: Chains,
    stretches: pd.DataFrame,
    turns: list[Turn],
    ends: tuple[Ints, Bools, Bools],
    nodes: int,
) -> tuple[pd.DataFrame, Ints, int]:
    """One row a direction that may be travelled, and copies for turns; the nodes that are copied; turns not applied."""
    node, *ways = ends
    forward, backward = (way[stretches["kind"]] for way in ways)
    there, back = np.flatnonzero(forward), np.flatnonzero(backward)
    row = np.concatenate([there, back])
    against = np.arange(row.size) >= there.size
    order = np.lexsort((against, row))
    row, against = row[order], against[order]
    split = split_at_turns(
        DirectedEdges(
            *_turned(against, node[chains.start[:-1]][row], node[chains.start[1:] - 1][row]),
            *_turned(
                against,
                *(roads.way_id[chains.way[at]][row] for at in (chains.way_start[:-1], chains.way_start[1:] - 1)),
            ),
        ),
        turns,
        nodes,
    )
    stretch = row[split.source]
    table = pd.DataFrame(
        {
            "tail": split.tail,
            "head": split.head,
            "stretch": stretch,
            "against": against[split.source],
            "oneway": ~(forward & backward)[stretch],
            "turn_copy": np.arange(split.source.size) >= row.size,
        }
    )
    return table, split.copy_of, split.not_applied


def _turned(against: Bools, first: Ints, last: Ints) -> tuple[Ints, Ints]:
    return np.where(against, last, first), np.where(against, first, last)


def _timed(
    edges: pd.DataFrame, stretches: pd.DataFrame, roads: OsmRoads, limits: Floats, mode: str, season: str
) -> pd.DataFrame:
    """Speeds and seconds of edges, looked up once for each tag set, setting and direction."""
    of = stretches.take(edges["stretch"].to_numpy())
    sides = 2 * len(SETTINGS)
    asked, which = np.unique(
        of["kind"].to_numpy(np.int64) * sides + of["setting"].to_numpy() * 2 + edges["against"].to_numpy(),
        return_inverse=True,
    )
    kind = asked // sides
    table = {key: [roads.tags[one].get(key) for one in kind.tolist()] for key in ("highway", "surface", "tracktype")}
    one_km = pd.DataFrame(table, dtype=object).assign(
        setting=np.array(SETTINGS, dtype=object)[asked // 2 % len(SETTINGS)],
        limit_kph=limits[kind, asked % 2],
        length=1000.0,
    )
    speeds = with_travel_times(one_km, mode, season)
    kph = speeds["speed_kph"].to_numpy()[which]
    return edges.assign(
        speed_kph=kph,
        travel_time=of["length"].to_numpy() / (kph / 3.6),
        assumed_speed=speeds["assumed_speed"].to_numpy(bool)[which],
    )


def _projected(lon: Floats, lat: Floats, crs: str | None) -> tuple[Floats, Floats]:
    if crs is None:
        return lon, lat
    x, y = Transformer.from_crs(_WGS84, crs, always_xy=True).transform(lon, lat)
    return np.asarray(x), np.asarray(y)


def _node_table(nodes: _Nodes, xy: Floats, copy_of: Ints, streets: Ints, crs: str | None) -> pd.DataFrame:
    """All nodes and the copies made for turns."""
    of = np.append(np.arange(nodes.osmid.size), copy_of)
    barrier, via = nodes.barrier[of].astype(object), nodes.osmid[of].astype(object)
    barrier[barrier == 0] = None
    via[: nodes.osmid.size] = None
    table = pd.DataFrame(
        {
            "x": xy[of, 0],
            "y": xy[of, 1],
            "street_count": streets[of],
            "barrier": barrier,
            "via": via,
        },
        index=pd.Index(np.append(nodes.osmid, _fresh(nodes.osmid, copy_of.size)), name="osmid"),
    )
    return table if crs is None else table.assign(lon=nodes.lon[of], lat=nodes.lat[of])
