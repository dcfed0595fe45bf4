"""Measure networkx in its own environment: ``python peer_networkx.py COUNTRY.npz SUMS.npz``."""

import json
import sys
import time

import networkx as nx
import numpy as np

PLACES = 16


def main(country_file: str, sums_file: str) -> None:
    """Sum the population within 60 minutes of some nodes."""
    country = np.load(country_file)
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(country["x"])))
    triples = zip(country["tail"].tolist(), country["head"].tolist(), country["seconds"].tolist(), strict=True)
    graph.add_weighted_edges_from(triples, weight="travel_time")
    population = country["population"].tolist()
    places = np.random.default_rng(2).choice(len(graph), PLACES, replace=False)
    start = time.perf_counter()
    sums = [
        sum(
            population[node]
            for node in nx.single_source_dijkstra_path_length(graph, place, cutoff=3_600, weight="travel_time")
        )
        for place in places.tolist()
    ]
    took = time.perf_counter() - start
    np.savez(sums_file, places=places, within_60=np.array(sums))
    print(json.dumps({"place_60_ms": took / PLACES * 1_000, "versions": {"networkx": nx.__version__}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
