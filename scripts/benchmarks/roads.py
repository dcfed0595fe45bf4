"""Measure how fast sitesel makes an extract ready: ``python roads.py FILE.osm.pbf CACHE``; again, from its cache."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Final

from sitesel.network import Extract
from sitesel.routing import compile_network
from sitesel.schema import DRIVEN_MODES

CRS: Final = "EPSG:32643"


def main(file: str, cache: str) -> None:
    """Read and compile the roads of three modes, all held in memory."""
    start = time.perf_counter()
    extract, kept = Extract(file, crs=CRS, cache=cache), Path(cache)
    networks = [compile_network(extract.roads(mode).arcs(), cache=kept) for mode in DRIVEN_MODES]
    took = time.perf_counter() - start
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    arcs = [len(network.arcs.tail) for network in networks]
    print(json.dumps({"ready_s": took, "peak_gb": peak_gb, "arcs": arcs}))


if __name__ == "__main__":
    main(*sys.argv[1:])
