"""Measure sitesel: ``python ours.py COUNTRY.npz SUMS.npz`` prints what it took as JSON."""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numba
import numpy as np
import pandas as pd

from sitesel.network.arcs import Arcs
from sitesel.routing.compiled import CompiledNetwork, compile_network
from sitesel.routing.decay import within
from sitesel.routing.places import places_at_nodes
from sitesel.routing.reach import reach_sum_of_nodes
from sitesel.routing.times import travel_times

MATRIX_SIDE = 1_000
REPEATS = 3
T = TypeVar("T")


def main(country_file: str, sums_file: str) -> None:
    """Ask the questions of the bar, each after a first asking on a small network has compiled or loaded the kernels."""
    warm_up_s, _ = timed(_warm_up)
    country = np.load(country_file)
    arcs = Arcs(pd.RangeIndex(len(country["x"])), country["tail"], country["head"], country["seconds"])
    compile_s, network = min((timed(lambda: compile_network(arcs)) for _ in range(REPEATS)), key=lambda run: run[0])
    # compile_network customises once too: what is left is order and fill.
    customise_s = min(timed(lambda: network.customise(arcs.seconds))[0] for _ in range(REPEATS))
    sums = {}
    took = {}
    for minutes in (15, 60):
        took[minutes], sums[minutes] = timed(lambda m=minutes: _sums(network, country["population"], m))  # type: ignore[misc]
    random = np.random.default_rng(0)
    sides = [places_at_nodes(network, random.choice(len(arcs.nodes), MATRIX_SIDE, replace=False)) for _ in "ab"]
    matrix_s = min(timed(lambda: travel_times(network, *sides))[0] for _ in range(REPEATS))
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    one_thread_s, _ = timed(lambda: _sums(network, country["population"], 60))
    np.savez(sums_file, within_15=sums[15], within_60=sums[60])
    print(json.dumps({
        "warm_up_s": warm_up_s, "compile_s": compile_s, "customise_s": customise_s, "all_15_s": took[15],
        "all_60_s": took[60], "all_60_one_thread_s": one_thread_s, "matrix_s": matrix_s, "peak_gb": peak_gb,
        "threads": threads, "versions": {"numba": numba.__version__, "numpy": np.__version__},
    }))  # fmt: skip


def _sums(network: CompiledNetwork, population: np.ndarray, minutes: int) -> np.ndarray:
    return np.asarray(reach_sum_of_nodes(network, (population, within(minutes * 60)), direction="from"))


def _warm_up() -> None:
    """Ask all of a street of a hundred houses."""
    house = np.arange(100)
    network = compile_network(Arcs(pd.RangeIndex(100), house[:-1], house[1:], np.ones(99)))
    _sums(network, np.ones(100), 1)
    travel_times(network, places_at_nodes(network), places_at_nodes(network))


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds that something takes, and what it gives."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main(*sys.argv[1:])
