"""What nodes and draws cost: a synthetic country at four sizes, the default study's sureness at four numbers of draws.

``python scripts/benchmarks/sizes.py`` prints two tables; the slope is of seconds against size, both as logarithms, from
the row above. The people of all nodes within 60 minutes are asked for at every node, in SciPy at a few of them.
"""

import math
import multiprocessing
import resource
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

sys.path.insert(0, str(Path(__file__).parents[1]))

import sitesel
from benchmarks.country import VILLAGE_SIDE, synthetic_country
from benchmarks.ours import timed
from sitesel.layers import embedded_study
from sitesel.network.arcs import Arcs
from sitesel.routing import compile_network
from sitesel.routing.decay import within
from sitesel.routing.reach import reach_sum_of_nodes
from sitesel.sureness import Sureness

MINUTES = 60
FEW = 10
EIGHTHS = (1, 2, 4, 8)
WORLDS = (8, 16, 32, 64)


def with_slope(rows: Iterator[tuple[float, ...]]) -> None:
    """Print rows of size, seconds and more, with the slope from the row above."""
    before: tuple[float, ...] | None = None
    for size, seconds, *more in rows:
        slope = "" if before is None else f"{math.log(seconds / before[1]) / math.log(size / before[0]):.2f}"
        print(
            f"| {size:,.0f} | {seconds:.2f} | {slope} | " + " | ".join(f"{one:.2f}" for one in more) + " |", flush=True
        )
        before = (size, seconds)


def of_nodes(part: int) -> tuple[float, ...]:
    """Give size, sum, compile, how many times as long SciPy takes, and memory, of so many eighths of the country."""
    share = part / 8
    sides = (round(180 * share**0.5), *([76] * round(12 * share)), *([32] * round(96 * share)))
    nodes, arcs = synthetic_country(sides=(*sides, *([VILLAGE_SIDE] * round(2250 * share))))
    tail, head, took = (arcs[name].to_numpy() for name in ("tail", "head", "seconds"))
    roads = Arcs(pd.RangeIndex(len(nodes)), tail, head, took)
    people = nodes["population"].to_numpy()
    compiled, network = timed(partial(compile_network, roads))
    decay = (people, within(MINUTES * 60))
    seconds = min(timed(partial(reach_sum_of_nodes, network, decay, direction="from"))[0] for _ in "ab")
    matrix = coo_array((arcs["seconds"], (arcs["tail"], arcs["head"])), shape=(len(nodes),) * 2).tocsr()
    some = np.random.default_rng(0).choice(len(nodes), FEW, replace=False)
    peer = timed(partial(dijkstra, matrix, indices=some, limit=MINUTES * 60))[0] / FEW
    return len(nodes), seconds, compiled, peer / (seconds / len(nodes)), memory_gb()


def of_draws(worlds: int) -> tuple[float, ...]:
    """Give the number of draws, the seconds that sureness adds to a run of the default study, and memory."""
    study = sitesel.load_study(embedded_study()).replace(scenarios=())
    wanted = Sureness(worlds=worlds)
    without = min(timed(partial(sitesel.run, study, sure=False))[0] for _ in "ab")
    seconds = timed(partial(sitesel.run, study.replace(sureness=wanted)))[0] - without
    return worlds * wanted.draws, seconds, memory_gb()


def memory_gb() -> float:
    """Most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Run each size in a process of its own, and print."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned, max_tasks_per_child=1) as alone:
        print("| nodes | sum at every node, s | slope | compile, s | SciPy, times as long a place | memory, GB |")
        with_slope(alone.map(of_nodes, EIGHTHS))
        print("| draws | sureness, s | slope | memory, GB |")
        with_slope(alone.map(of_draws, WORLDS))


if __name__ == "__main__":
    main()
