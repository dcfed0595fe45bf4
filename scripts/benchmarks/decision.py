"""The default study with 12 to 60 plots a town: seconds and memory, without the test of its sureness and with it.

Plots beyond the study's own are copies of them, moved by a few kilometres, so that all layers lie about them.
"""

import resource
import sys
import time

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.affinity import translate

import sitesel
from sitesel.layers import embedded_study
from sitesel.study import Study

SIZES = (12, 24, 48, 60)
MOVED_M = 6000.0


def plots_of(study: Study, a_town: int) -> gpd.GeoDataFrame:
    """Give each town as many plots: its own, then moved copies of them."""
    own = sitesel.run(study.replace(sureness=None)).plots
    rng, parts = np.random.default_rng(5), []
    for _, plots in own.groupby("town"):
        times = np.arange(a_town) // len(plots)
        chosen = plots.iloc[np.arange(a_town) % len(plots)]
        east, north = rng.uniform(-MOVED_M, MOVED_M, (2, a_town)) * (times > 0)
        by = np.column_stack([east, north])
        moved = [translate(shape, *metres) for shape, metres in zip(chosen.geometry, by, strict=True)]
        names = [f"{plot}-{time}" if time else str(plot) for plot, time in zip(chosen.index, times, strict=True)]
        parts.append(chosen.set_geometry(moved).assign(id=names))
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=own.crs)


def main() -> None:
    """Run and print."""
    study = sitesel.load_study(embedded_study())
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    sitesel.run(study)  # compiles what is compiled once
    print("plots a town: seconds without sureness, seconds with it, most memory so far (GB)")
    for a_town in sizes:
        layers, seconds = {"plots": plots_of(study, a_town)}, []
        for asked in (study.replace(sureness=None), study):
            start = time.perf_counter()
            sitesel.run(asked, layers=layers)
            seconds.append(time.perf_counter() - start)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"{a_town:3}: {seconds[0]:6.1f} {seconds[1]:6.1f} {memory:5.2f}", flush=True)


if __name__ == "__main__":
    main()
