"""Measure how fast sitesel reads roads: ``python reading.py FILE.osm.pbf``."""

import json
import sys
import time

from sitesel.network.osm import from_osm

REPEATS = 3


def main(file: str) -> None:
    """Read the roads for cars to a networkx graph."""
    took = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        graph = from_osm(file, "car", missing_nodes="cut")
        took.append(time.perf_counter() - start)
    print(json.dumps({"read_s": min(took), "file": file, "nodes": len(graph)}))


if __name__ == "__main__":
    main(sys.argv[1])
