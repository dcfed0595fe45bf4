"""Measure SciPy in its own environment: ``python peer_scipy.py COUNTRY.npz SUMS.npz``."""

import json
import sys
import time

import numpy as np
import scipy
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

PLACES, AT_ONCE = 200, 10


def main(country_file: str, sums_file: str) -> None:
    """Sum the population within 60 minutes of some nodes."""
    country = np.load(country_file)
    n = len(country["x"])
    # A matrix adds parallel arcs up: keep the fastest.
    order = np.lexsort([country["seconds"], country["head"], country["tail"]])
    _, first = np.unique(country["tail"][order] * n + country["head"][order], return_index=True)
    best = order[first]
    roads = csr_array((country["seconds"][best], (country["tail"][best], country["head"][best])), shape=(n, n))
    places = np.random.default_rng(1).choice(n, PLACES, replace=False)
    start = time.perf_counter()
    sums = [
        np.isfinite(dijkstra(roads, indices=places[some : some + AT_ONCE], limit=3_600.0)) @ country["population"]
        for some in range(0, PLACES, AT_ONCE)
    ]
    took = time.perf_counter() - start
    np.savez(sums_file, places=places, within_60=np.concatenate(sums))
    print(json.dumps({"place_60_ms": took / PLACES * 1_000, "versions": {"scipy": scipy.__version__}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
