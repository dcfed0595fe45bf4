"""From what a pass over an OSM file found to tables of nodes and edges, in whole arrays."""

from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from sitesel.arrays import Bools, Floats, Ints, Objects
from sitesel.network.assembly import RoadTables, segment_lengths, settings_by_density, with_travel_times
from sitesel.network.contraction import Chains, Lines, Repeated, contract, drop_repeated, streets_at
from sitesel.network.osm_file import OsmRoads, Use
from sitesel.network.turns import DirectedEdges, Turn, split_at_turns

_CARRIED: Final = ("highway", "name", "ref", "lanes", "maxspeed", "surface", "tracktype")
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


def road_tables(roads: OsmRoads, mode: str, season: str, crs: str | None) -> RoadTables:
    """Nodes and edges of the roads that a pass over a file found.

    Parameters
    ----------
    roads : OsmRoads
        At least one way with nodes.
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}
    crs : str or None
        CRS of the tables; None for WGS 84 degrees.

    Returns
    -------
    RoadTables
    """
    dropped = Counter(roads.dropped)
    nodes, lines = _cut(roads, dropped)
    turns, kept = _turns(roads.turns, nodes)
    dropped["turn restriction off this network"] += len(roads.turns) - len(turns)
    profile, symmetric = _profiles(roads)
    lines, twice = drop_repeated(lines, _same_roads(roads), symmetric)
    dropped["stretch drawn twice"] += twice.way.size
    turns = _of_kept_ways(turns, twice, roads.way_id)
    chains = contract(lines, profile, symmetric, kept)
    stretches = _stretches(roads, nodes, lines, chains, crs)
    streets = streets_at(lines, nodes.osmid.size)
    stretches["setting"] = _settings(stretches, nodes, streets)
    edges = with_travel_times(_both_ways(stretches, roads.use), mode, season)
    split = split_at_turns(
        DirectedEdges(*(edges[name].to_numpy() for name in ("tail", "head", "first_way", "last_way"))),
        turns,
        nodes.osmid.size,
    )
    dropped["turn restriction off this network"] += split.not_applied
    copies = split.source.size - len(edges)
    turn_copy = np.array([None] * len(edges) + [True] * copies, dtype=object)
    edges = edges.take(split.source).assign(tail=split.tail, head=split.head, turn_copy=turn_copy)
    table = _node_table(nodes, split.copy_of, streets, crs)
    used = np.unique(edges[["tail", "head"]].to_numpy())
    return RoadTables(
        nodes=table.iloc[used],
        edges=_edge_table(edges, table.index.to_numpy()),
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


def _profiles(roads: OsmRoads) -> tuple[Ints, Bools]:
    """Give equal numbers to ways alike in all that an edge carries; say whether each is alike in both directions."""
    numbers: dict[tuple[object, ...], int] = {}
    profile = [
        numbers.setdefault((*(tags.get(key) for key in _CARRIED), _zone(tags), use), len(numbers))
        for tags, use in zip(roads.tags, roads.use, strict=True)
    ]
    symmetric = [use.forward and use.backward and use[3:4] == use[4:5] for use in roads.use]
    return np.array(profile, dtype=np.int64), np.array(symmetric, dtype=bool)


def _same_roads(roads: OsmRoads) -> Ints:
    """Give equal numbers to ways of one class that a mode uses alike."""
    numbers: dict[tuple[str, Use], int] = {}
    kind = [
        numbers.setdefault((tags["highway"], use), len(numbers))
        for tags, use in zip(roads.tags, roads.use, strict=True)
    ]
    return np.array(kind, dtype=np.int64)


def _zone(tags: dict[str, str]) -> str | None:
    """``urban`` or ``rural`` where the tags say which rules hold, as ``source:maxspeed = "KG:urban"``."""
    zones = {tags[key].rpartition(":")[2] for key in _ZONES if key in tags}
    return next((zone for zone in ("urban", "rural") if zone in zones), None)


def _stretches(roads: OsmRoads, nodes: _Nodes, lines: Lines, chains: Chains, crs: str | None) -> pd.DataFrame:
    """One row a chain: what both its directions share."""
    node = lines.node[chains.position]
    lon, lat = nodes.lon[node], nodes.lat[node]
    first, last = chains.start[:-1], chains.start[1:] - 1
    metres = np.append(segment_lengths(lon, lat), 0.0)
    metres[last] = 0.0
    x, y = _projected(lon, lat, crs)
    row = chains.way[chains.way_start[:-1]]
    middle = (first + last) // 2
    table = pd.DataFrame(
        {
            "tail": node[first],
            "head": node[last],
            "row": row,
            "osmid": _osmids(roads.way_id, chains),
            "first_way": roads.way_id[row],
            "last_way": roads.way_id[chains.way[chains.way_start[1:] - 1]],
            "length": np.add.reduceat(metres, first),
            "lon": (lon[middle] + lon[middle + 1]) / 2,
            "lat": (lat[middle] + lat[middle + 1]) / 2,
            "zone": [_zone(roads.tags[way]) for way in row.tolist()],
            "joinable": pd.Series([None if roads.use[way].joinable else False for way in row.tolist()], dtype=object),
        }
    )
    for key in _CARRIED:
        table[key] = pd.Series([roads.tags[way].get(key) for way in row.tolist()], dtype=object)
    counted = np.repeat(np.arange(len(table)), np.diff(chains.start))
    table["geometry"] = np.asarray(shapely.linestrings(np.column_stack([x, y]), indices=counted))
    return table


def _osmids(way_id: Ints, chains: Chains) -> Objects:
    """Way number of each chain, or the list of them where it is made of several."""
    first = chains.way_start[:-1]
    osmid = way_id[chains.way[first]].astype(object)
    for chain in np.flatnonzero(np.diff(chains.way_start) > 1).tolist():
        ways = way_id[chains.way[chains.way_start[chain] : chains.way_start[chain + 1]]]
        distinct = list(dict.fromkeys(ways.tolist()))
        osmid[chain] = distinct if len(distinct) > 1 else distinct[0]
    return osmid


def _projected(lon: Floats, lat: Floats, crs: str | None) -> tuple[Floats, Floats]:
    if crs is None:
        return lon, lat
    x, y = Transformer.from_crs(_WGS84, crs, always_xy=True).transform(lon, lat)
    return np.asarray(x), np.asarray(y)


def _settings(stretches: pd.DataFrame, nodes: _Nodes, streets: Ints) -> Objects:
    """Tell the setting of each stretch: by its tags where they say, else by the junctions around its middle."""
    junction = streets >= _JUNCTION
    dense = settings_by_density(
        stretches["lon"].to_numpy(), stretches["lat"].to_numpy(), nodes.lon[junction], nodes.lat[junction]
    ).astype(object)
    zone = stretches["zone"].to_numpy()
    built_up = np.where(dense == "rural", "ribbon", dense)
    return np.where(zone == "rural", "rural", np.where(zone == "urban", built_up, dense))


def _both_ways(stretches: pd.DataFrame, use: list[Use]) -> pd.DataFrame:
    """One row a direction that may be travelled."""
    of = [use[row] for row in stretches["row"].tolist()]
    forward, backward = np.array([way[1:3] for way in of], dtype=bool).reshape(-1, 2).T
    limits = np.array([way[3:5] for way in of], dtype=np.float64).reshape(-1, 2)
    row = np.concatenate([np.flatnonzero(forward), np.flatnonzero(backward)])
    against = np.arange(row.size) >= np.count_nonzero(forward)
    order = np.lexsort((against, row))
    row, against = row[order], against[order]
    both = stretches.take(row).reset_index(drop=True)
    for one, other in (("tail", "head"), ("first_way", "last_way")):
        first, last = both[one].to_numpy(), both[other].to_numpy()
        both[one], both[other] = np.where(against, last, first), np.where(against, first, last)
    geometry = both["geometry"].to_numpy(copy=True)
    geometry[against] = shapely.reverse(geometry[against])
    oneway = ~(forward & backward)[row]
    # As in OSMnx, a one-way street is never reversed, not even one drawn against its direction.
    return both.assign(
        geometry=geometry, limit_kph=limits[row, against.astype(int)], oneway=oneway, reversed=against & ~oneway
    )


def _node_table(nodes: _Nodes, copy_of: Ints, streets: Ints, crs: str | None) -> pd.DataFrame:
    """All nodes and the copies made for turns."""
    of = np.append(np.arange(nodes.osmid.size), copy_of)
    x, y = _projected(nodes.lon[of], nodes.lat[of], crs)
    barrier, via = nodes.barrier[of].astype(object), nodes.osmid[of].astype(object)
    barrier[barrier == 0] = None
    via[: nodes.osmid.size] = None
    table = pd.DataFrame(
        {
            "x": x,
            "y": y,
            "street_count": streets[of],
            "barrier": barrier,
            "via": via,
        },
        index=pd.Index(np.append(nodes.osmid, _fresh(nodes.osmid, copy_of.size)), name="osmid"),
    )
    return table if crs is None else table.assign(lon=nodes.lon[of], lat=nodes.lat[of])


def _edge_table(edges: pd.DataFrame, osmid: Ints) -> pd.DataFrame:
    columns = [
        "osmid",
        *_CARRIED,
        "length",
        "oneway",
        "reversed",
        "setting",
        "speed_kph",
        "travel_time",
        "assumed_speed",
    ]
    ends = pd.DataFrame({"u": osmid[edges["tail"]], "v": osmid[edges["head"]]}, index=edges.index)
    return pd.concat([ends, edges[[*columns, "joinable", "turn_copy", "geometry"]]], axis=1).reset_index(drop=True)
