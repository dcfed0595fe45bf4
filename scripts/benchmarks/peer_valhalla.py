"""Measure Valhalla in its own environment: ``python peer_valhalla.py FILE.osm.pbf`` makes an extract's tiles."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import valhalla
from valhalla.config import get_config


def main(file: str) -> None:
    """Build the tiles, which serve all modes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tiles").mkdir()
        (folder / "tiles.tar").touch()  # both must be there for their names to be taken
        config = get_config(tile_dir=folder / "tiles", tile_extract=folder / "tiles.tar")
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        build = str(Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles")
        command = [build, "-c", str(folder / "config.json"), "-j", str(os.cpu_count()), str(Path(file).absolute())]
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        took = time.perf_counter() - start
    peak_gb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(json.dumps({"ready_s": took, "peak_gb": peak_gb, "versions": {"pyvalhalla": version("pyvalhalla")}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
