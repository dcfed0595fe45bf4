"""Share 10,000 x 10,000 cells, a third of them peopled, out to 280,000 road nodes: seconds and memory."""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from rasterio.transform import from_origin
from rasterio.windows import Window

from sitesel.layers import share_population

SIDE, NODES, TOWNS, STEP_DEG = 10_000, 280_000, 400, 0.001
WEST, NORTH = 69.0, 46.0  # 10 x 10 degrees about Kyrgyzstan
STRIP = 512


def make_raster(path: Path, rng: np.random.Generator) -> None:
    """Write people to a third of the cells, strip by strip."""
    profile = {"driver": "GTiff", "width": SIDE, "height": SIDE, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    grid = from_origin(WEST, NORTH, STEP_DEG, STEP_DEG)
    tiles = {"tiled": True, "blockxsize": STRIP, "blockysize": STRIP, "compress": "deflate"}
    with rasterio.open(path, "w", **profile, **tiles, transform=grid, nodata=-99999) as raster:
        for top in range(0, SIDE, STRIP):
            rows = min(STRIP, SIDE - top)
            people = rng.exponential(2.0, (rows, SIDE)).astype(np.float32).round(2)
            people[rng.random((rows, SIDE)) >= 1 / 3] = -99999
            raster.write(people, 1, window=Window(0, top, SIDE, rows))


def make_nodes(rng: np.random.Generator) -> pd.DataFrame:
    """Road nodes clustered about towns, in UTM 43N."""
    x0, y0 = 180_000.0, 4_000_000.0
    towns = rng.uniform([x0, y0], [x0 + 850_000, y0 + 1_100_000], (TOWNS, 2))
    places = towns[rng.integers(0, TOWNS, NODES)] + rng.normal(0, 15_000, (NODES, 2))
    return pd.DataFrame(places, columns=["x", "y"])


def main() -> None:
    """Make, share out, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cap-km", type=float, default=25.0)
    cap_m = 1000 * parser.parse_args().cap_km
    rng = np.random.default_rng(4)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.tif"
        make_raster(path, rng)
        nodes = make_nodes(rng)
        start = time.perf_counter()
        found = share_population(path, nodes, crs="EPSG:32643", cap_m=cap_m)
        seconds = time.perf_counter() - start
    placed, left = found.people.sum(), found.stranded["people"].sum()
    print(f"{SIDE:,} x {SIDE:,} cells, {found.peopled_cells:,} peopled, {len(nodes):,} nodes: {seconds:.1f} s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")
    print(f"people {found.total:,.2f} = {placed:,.2f} by road + {left:,.2f} in {len(found.stranded):,} stranded cells")
    print(f"missed by {abs(placed + left - found.total) / found.total:.1e} of the total")


if __name__ == "__main__":
    main()
