"""Measure pandana in its own environment: ``python peer_pandana.py COUNTRY.npz SUMS.npz``."""

import json
import sys
import time

import numpy as np
import pandana
import pandas as pd


def main(country_file: str, sums_file: str) -> None:
    """Sum the population within 15 minutes of every node."""
    country = np.load(country_file)
    seconds = pd.DataFrame({"seconds": country["seconds"]})
    ends = pd.Series(country["tail"]), pd.Series(country["head"])
    network = pandana.Network(pd.Series(country["x"]), pd.Series(country["y"]), *ends, seconds, twoway=False)
    network.set(pd.Series(np.arange(len(country["x"]))), pd.Series(country["population"]), name="population")
    start = time.perf_counter()
    sums = network.aggregate(900, type="sum", decay="flat", name="population")
    took = time.perf_counter() - start
    np.savez(sums_file, places=np.asarray(sums.index), within_15=sums.to_numpy())
    print(
        json.dumps(
            {"all_15_s": took, "place_15_ms": took / len(sums) * 1_000, "versions": {"pandana": pandana.__version__}}
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
