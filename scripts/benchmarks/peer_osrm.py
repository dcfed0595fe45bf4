"""Measure OSRM in its own environment: ``python peer_osrm.py FILE.osm.pbf`` makes an extract ready for cars."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import osrm


def main(file: str) -> None:
    """Extract, partition and customise."""
    package = Path(osrm.__file__).parent
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(file, folder / "country.osm.pbf")
        profile = str(package / "share" / "profiles" / "car.lua")
        steps = (
            ("extract", "-p", profile, "country.osm.pbf"),
            ("partition", "country.osrm"),
            ("customize", "country.osrm"),
        )
        start = time.perf_counter()
        for step, *rest in steps:
            command = [str(package / "bin" / f"osrm-{step}"), "-t", str(os.cpu_count()), *rest]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        took = time.perf_counter() - start
    peak_gb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    versions = {"osrm-bindings": version("osrm-bindings")}
    print(json.dumps({"ready_s": took, "peak_gb": peak_gb, "versions": versions}))


if __name__ == "__main__":
    main(*sys.argv[1:])
