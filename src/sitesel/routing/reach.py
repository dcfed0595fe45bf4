"""What can be reached: sums of values by travel time."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sitesel.arrays import Floats, Ints
from sitesel.errors import NetworkError
from sitesel.routing.cells import cells_of
from sitesel.routing.compiled import CompiledNetwork, Direction
from sitesel.routing.decay import Decay
from sitesel.routing.lanes import LANES
from sitesel.routing.places import Places, places_at_nodes
from sitesel.routing.sweep import sums_over_nodes, sums_over_targets
from sitesel.routing.times import in_spans, roads_of, sorted_seeds, targets_of


def reach_sum(
    network: CompiledNetwork, places: Places, targets: Places, worth: tuple[ArrayLike, Decay], *,
    direction: Direction = "to",
) -> pd.Series:  # fmt: skip
    """Sum what the targets hold, as far as it counts at their travel time, for each place.

    Parameters
    ----------
    network : CompiledNetwork
    places, targets : Places
    worth : (array_like of float, length of targets; Decay)
        What each target holds, and how much of it counts by its travel time (:func:`~sitesel.routing.decay.within`
        for a limit).
    direction : {"to", "from"}
        The targets travel to the places (workers), or the places' trucks to the targets.

    Returns
    -------
    Series of float64, index of the places
        NaN where the place is not on the network; a target that cannot be reached counts nothing. The same to the last
        digit whichever other places are asked with it.

    Raises
    ------
    NetworkError
        A value is not finite, or not one a target is given.

    Examples
    --------
    >>> import networkx as nx
    >>> from sitesel.routing import compile_network, places_at_nodes, within
    >>> network = compile_network(nx.MultiDiGraph([("village", "plot", {"travel_time": 1_200})]))
    >>> plot, homes = places_at_nodes(network, ["plot"]), places_at_nodes(network, ["village"])
    >>> reach_sum(network, plot, homes, ([450.0], within(1_800))).to_dict()
    {'plot': 450.0}
    """
    counted = worth[1].worth_of(_checked(worth[0], len(targets), "targets"))
    seeds, order = sorted_seeds(network, places, direction)
    asked = targets_of(network, places, targets, order, direction)
    sums = np.zeros((-(-len(places) // LANES), LANES))
    roads = roads_of(network, direction)
    in_spans(lambda span: sums_over_targets(roads, seeds, asked, counted, span, sums), len(places))
    return _series(sums, places, order)


def reach_sum_of_nodes(
    network: CompiledNetwork, worth: tuple[ArrayLike, Decay], *, places: Places | None = None,
    direction: Direction = "to",
) -> pd.Series:  # fmt: skip
    """Sum what all nodes of the network hold, as far as it counts at their travel time, for each place.

    For many places this is far faster than :func:`reach_sum`: parts of the network that count in full or not at all are
    not entered.

    Parameters
    ----------
    network : CompiledNetwork
    worth : (array_like of float, length N; Decay)
        What each node holds, in the order of ``network.arcs.nodes``, and how much of it counts by its travel time.
    places : Places, optional
        Every node of the network where not given.
    direction : {"to", "from"}
        The people at the nodes travel to the places, or the places' trucks to the nodes.

    Returns
    -------
    Series of float64, index of the places
        NaN where the place is not on the network. The same to the last digit whichever other places are asked with it.

    Raises
    ------
    NetworkError
        A value is not finite, or not one a node is given.

    Examples
    --------
    >>> import networkx as nx
    >>> from sitesel.routing import compile_network, within
    >>> road = nx.MultiDiGraph([("far", "near", {"travel_time": 1_800}), ("near", "plot", {"travel_time": 600})])
    >>> network = compile_network(road)
    >>> reach_sum_of_nodes(network, ([900.0, 450.0, 0.0], within(1_800))).to_dict()  # there in half an hour
    {'far': 900.0, 'near': 1350.0, 'plot': 450.0}
    """
    asked = places_at_nodes(network) if places is None else places
    topology = network.topology
    values = _checked(worth[0], len(network.arcs.nodes), "nodes")[topology.node_at]
    counted = worth[1].worth_of(values)
    in_full = values * counted.pieces.flat + counted.grain - counted.grain  # rounded as the sweep rounds it
    cells = cells_of(topology, network.facing(direction), values, in_full)
    seeds, order = sorted_seeds(network, asked, direction)
    sums = np.zeros((-(-len(asked) // LANES), LANES))
    roads = roads_of(network, direction)
    in_spans(lambda span: sums_over_nodes(roads, seeds, cells, counted, span, sums), len(asked))
    return _series(sums, asked, order)


def _checked(values: ArrayLike, expected: int, of_what: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (expected,):
        raise NetworkError(f"values: {array.size} given for {expected} {of_what}; give one each, in the same order")
    if not np.isfinite(array).all():
        place = int(np.flatnonzero(~np.isfinite(array))[0])
        raise NetworkError(f"values: number {place} of the {of_what} is {array[place]}; give a number or leave it out")
    return array


def _series(sums: Floats, places: Places, order: Ints) -> pd.Series:
    result = np.empty(len(places))
    result[order] = sums.ravel()[: len(places)]
    result[~np.isin(np.arange(len(places)), places.place)] = np.nan
    return pd.Series(result, index=places.ids, name="reach_sum")
