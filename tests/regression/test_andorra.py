"""A real country: all travel times are SciPy's. Runs where the extract of Andorra is."""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sitesel.network.arcs import Arcs
from sitesel.routing.compiled import compile_network
from sitesel.routing.places import places_at_nodes
from sitesel.routing.times import travel_times

EXTRACT = Path(os.environ.get("SITESEL_ANDORRA", Path(__file__).parents[2] / "../shared/external/osm/andorra.osm.pbf"))
ORIGINS = 400


def every_street(extract: Path) -> Arcs:
    """Read all streets as they are drawn, node by node; one-way signs as tagged, 36 km/h for all."""
    pairs, two_way, seconds = [], [], []
    for way in osmium.FileProcessor(extract).with_locations().with_filter(osmium.filter.KeyFilter("highway")):
        if not isinstance(way, osmium.osm.Way):
            continue
        nodes = list(way.nodes)
        for left, right in pairwise(nodes):
            pairs.append((left.ref, right.ref))
            two_way.append(way.tags.get("oneway") != "yes")
            seconds.append(osmium.geom.haversine_distance(left.location, right.location) / 10)
    ends, both, time = np.array(pairs), np.array(two_way), np.array(seconds)
    nodes, position = np.unique(ends, return_inverse=True)
    tail, head = position.reshape(-1, 2).T
    return Arcs(
        pd.Index(nodes),
        np.concatenate([tail, head[both]]),
        np.concatenate([head, tail[both]]),
        np.concatenate([time, time[both]]),
    )


@pytest.mark.skipif(not EXTRACT.exists(), reason="no extract of Andorra here")
def test_times_from_some_nodes_of_andorra_to_all_are_those_of_scipy() -> None:
    arcs = every_street(EXTRACT)
    n = len(arcs.nodes)
    whole = np.floor(
        arcs.seconds * 1000 + 1e-6
    )  # milliseconds, rounded down (ADR 6), but none that takes time to nothing
    whole = np.where(arcs.seconds > 0, np.maximum(whole, 1), 0)
    fastest = pd.DataFrame({"tail": arcs.tail, "head": arcs.head, "ms": whole})
    fastest = fastest.groupby(["tail", "head"], as_index=False)["ms"].min()
    seconds = fastest["ms"].clip(lower=1e-9)  # SciPy takes zero for no road; the extract has a few
    roads = csr_array((seconds, (fastest["tail"], fastest["head"])), shape=(n, n))
    some = np.random.default_rng(0).choice(n, ORIGINS, replace=False)
    network = compile_network(arcs)
    origins, everywhere = places_at_nodes(network, arcs.nodes[some]), places_at_nodes(network)
    expected = dijkstra(roads, indices=some)
    expected[np.isinf(expected)] = np.nan
    np.testing.assert_allclose(travel_times(network, origins, everywhere) * 1000, expected, rtol=0, atol=1e-3)
