"""Travel times between places: a table of all pairs, or only the nearest."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numba
import numpy as np
import pandas as pd

from sitesel.arrays import Ints, Ints32
from sitesel.routing.compiled import CompiledNetwork, Direction
from sitesel.routing.kernels import kernel
from sitesel.routing.lanes import LANES
from sitesel.routing.milliseconds import INFINITE, seconds_of_ms
from sitesel.routing.places import Places, by_batch, direct_ways, seeds_of
from sitesel.routing.sweep import Roads, Seeds, Targets, times_to_targets

CELLS_AT_ONCE: Final = 2**25  # of a table of times held only to find the nearest: 128 MB


def travel_times(network: CompiledNetwork, origins: Places, destinations: Places) -> pd.DataFrame:
    """Shortest travel times from every origin to every destination.

    Parameters
    ----------
    network : CompiledNetwork
    origins, destinations : Places
        Off-road legs at both ends count.

    Returns
    -------
    DataFrame of float64, origins x destinations
        Seconds, whole milliseconds of them; NaN where there is no way (:func:`why_unreachable` says why).

    Examples
    --------
    >>> import networkx as nx
    >>> from sitesel.routing import compile_network, places_at_nodes
    >>> network = compile_network(nx.MultiDiGraph([("Bishkek", "Naryn", {"travel_time": 18_000})]))
    >>> towns = places_at_nodes(network)
    >>> travel_times(network, towns, towns).loc["Bishkek"].to_dict()
    {'Bishkek': 0.0, 'Naryn': 18000.0}
    """
    if len(origins) <= len(destinations):
        times = _times(network, origins, destinations, "from")
    else:
        times = _times(network, destinations, origins, "to").T
    return pd.DataFrame(seconds_of_ms(times), index=origins.ids, columns=destinations.ids)


def why_unreachable(times: pd.DataFrame, origins: Places, destinations: Places) -> pd.DataFrame:
    """Why entries of a table of travel times are NaN.

    Returns
    -------
    DataFrame
        ``origin destination reason``, one row a NaN: ``"origin_off_network"`` or ``"destination_off_network"`` where
        that place has no gate on the network, else ``"no_way"``: no permitted way leads from one to the other, or none
        of less than 12 days.

    Examples
    --------
    >>> import networkx as nx
    >>> from sitesel.routing import compile_network, places_at_nodes
    >>> network = compile_network(nx.MultiDiGraph([("mine", "town", {"travel_time": 600})]))  # down the hill only
    >>> both = places_at_nodes(network)
    >>> why_unreachable(travel_times(network, both, both), both, both).loc[0].tolist()
    ['town', 'mine', 'no_way']
    """
    origin, destination = np.nonzero(times.isna().to_numpy())
    off_origin = ~np.isin(origin, origins.place)
    off_destination = ~np.isin(destination, destinations.place)
    reason = np.select([off_origin, off_destination], ["origin_off_network", "destination_off_network"], "no_way")
    return pd.DataFrame({"origin": origins.ids[origin], "destination": destinations.ids[destination], "reason": reason})


def nearest(
    network: CompiledNetwork, places: Places, targets: Places, *, direction: Direction = "from"
) -> pd.DataFrame:
    """Find the target nearest in time to each place.

    Parameters
    ----------
    network : CompiledNetwork
    places, targets : Places
    direction : {"from", "to"}
        Travel from the places to the targets (trucks), or from the targets to the places (workers).

    Returns
    -------
    DataFrame, index of the places
        ``nearest`` (a target; of equals the first; missing where none can be reached) and ``seconds`` (float64; NaN
        there).

    Examples
    --------
    >>> import networkx as nx
    >>> from sitesel.routing import compile_network, places_at_nodes
    >>> network = compile_network(nx.MultiDiGraph([("Kara-Balta", "Bishkek", {"travel_time": 3_600})]))
    >>> plot, towns = places_at_nodes(network, ["Kara-Balta"]), places_at_nodes(network, ["Bishkek"])
    >>> nearest(network, plot, towns).loc["Kara-Balta"].to_dict()
    {'nearest': 'Bishkek', 'seconds': 3600.0}
    """
    best, found_ms = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
    step = max(LANES, CELLS_AT_ONCE // max(len(targets), 1))
    for start in range(0, len(places), step):
        some = _some(places, start, start + step)
        if len(some) <= len(targets):
            times = _times(network, some, targets, direction)
        else:
            times = _times(network, targets, some, "to" if direction == "from" else "from").T
        closest = times.argmin(axis=1) if len(targets) else np.zeros(len(some), np.int64)
        best.append(closest)
        found_ms.append(times[np.arange(len(some)), closest] if len(targets) else np.full(len(some), INFINITE))
    chosen, seconds = np.concatenate(best), seconds_of_ms(np.concatenate(found_ms))
    found = pd.Series(targets.ids.take(chosen) if len(targets) else pd.NA, index=places.ids)
    return pd.DataFrame({"nearest": found.where(np.isfinite(seconds)), "seconds": seconds})


def _some(places: Places, start: int, end: int) -> Places:
    """Take a run of the places."""
    gates = (places.place >= start) & (places.place < end)
    return Places(
        places.ids[start:end], places.place[gates] - start, places.arc[gates], places.twin[gates],
        places.fraction[gates], places.off_road_s[gates], places.node[gates],
    )  # fmt: skip


def _times(network: CompiledNetwork, places: Places, others: Places, direction: Direction) -> Ints32:
    """Table the times from or to places, shape (places, others); ``INFINITE`` where there is no way."""
    seeds, order = sorted_seeds(network, places, direction)
    targets = targets_of(network, places, others, order, direction)
    n_batches = -(-len(places) // LANES)
    times = np.empty((len(others), n_batches * LANES), np.int32)
    roads = roads_of(network, direction)
    in_spans(lambda span: times_to_targets(roads, seeds, targets, span, times), len(places))
    result = np.empty((len(places), len(others)), np.int32)
    result[order] = times[:, : len(places)].T
    return result


def roads_of(network: CompiledNetwork, direction: Direction) -> Roads:
    """Hand a network to the kernels, facing one way."""
    facing = network.facing(direction)
    return Roads(facing.climb, facing.descend, network.topology.parent, network.topology.first_in_subtree)


def sorted_seeds(network: CompiledNetwork, places: Places, direction: Direction) -> tuple[Seeds, Ints]:
    """Seeds of places in the order of their ranks, so that sixteen in a row are neighbours; and that order."""
    seeds = seeds_of(network, places, leaving=direction == "from")
    counts = np.diff(seeds.first)
    lowest = np.full(len(places), -1, np.int64)
    lowest[counts > 0] = seeds.rank[seeds.first[:-1][counts > 0]]
    order = np.argsort(lowest, kind="stable")
    first = np.concatenate([[0], np.cumsum(counts[order])])
    take = np.repeat(seeds.first[:-1][order] - first[:-1], counts[order]) + np.arange(first[-1])
    return Seeds(first, seeds.rank[take], seeds.ms[take]), order


def targets_of(network: CompiledNetwork, places: Places, others: Places, order: Ints, direction: Direction) -> Targets:
    """Say where the others touch the network, which ranks lead there, and the ways along one edge."""
    entries = seeds_of(network, others, leaving=direction == "to")
    wanted = _ancestors(network.topology.parent, entries.rank)
    origins, destinations = (places, others) if direction == "from" else (others, places)
    ways = direct_ways(network, origins, destinations)
    names = (
        {"origin": "place", "destination": "target"}
        if direction == "from"
        else {"origin": "target", "destination": "place"}
    )
    ways = ways.rename(columns=names)
    new_position = np.empty(len(places), np.int64)
    new_position[order] = np.arange(len(places))
    ways["place"] = new_position[ways["place"].to_numpy(dtype=np.int64)]
    return Targets(entries, wanted, by_batch(ways, len(places)))


@kernel()
def _ancestors(parent: Ints32, ranks: Ints32) -> Ints32:
    """Ranks and all their ancestors, descending."""
    wanted = np.zeros(len(parent), np.bool_)
    for start in ranks:
        rank = start
        while rank != -1 and not wanted[rank]:
            wanted[rank] = True
            rank = parent[rank]
    return np.flatnonzero(wanted)[::-1].astype(np.int32)


def in_spans(work: Callable[[tuple[int, int]], None], n_places: int) -> None:
    """Run a kernel over all batches of places, on as many threads as Numba may use.

    The kernels let go of Python's lock, so plain threads run side by side; each span makes its own memory, so spans
    are long.
    """
    threads = numba.get_num_threads()
    n_batches = -(-n_places // LANES)
    step = max(1, min(1_024, -(-n_batches // threads)))
    spans = [(start, min(start + step, n_batches)) for start in range(0, n_batches, step)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, spans))  # what went wrong in a thread is raised here
