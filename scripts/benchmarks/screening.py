"""Screen Kyrgyzstan on the embedded layers, or the valley of the Chui: seconds to files, processor time, memory.

``PYTHONPATH=src python scripts/benchmarks/screening.py 2000 1000 500 250`` runs each size of cell (metres) in a process
of its own; the bars are 180 s and 3 GB at 250 m on two cores. ``--valley`` screens 73.4-75.9 E, 42.6-43.0 N (bar: 60 s
at 250 m), ``--heights`` lays heights of 100 m under all of the country, made up beyond those of the package (Chui and
Osh), ``--processes`` says how many work, ``--profile`` prints what took longest in this one. The first run on a machine
compiles the routing kernels as well: run it twice.
"""

import argparse
import cProfile
import json
import pstats
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import numpy as np
import rasterio
from rasterio.warp import Resampling, reproject

import sitesel
from sitesel.layers import embedded_file, embedded_study, read_relief
from sitesel.outputs import write_all
from sitesel.text import Message, say

AREAS = "[[screening.areas]]"
COUNTRY = (69.26, 39.18, 80.29, 43.27)
VALLEY = (73.4, 42.6, 75.9, 43.0)
DEGREE = 1200  # heights to a degree: some 100 m


def main() -> None:
    """Run each size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cell_m", nargs="*", type=float, default=[2000, 1000, 500, 250])
    parser.add_argument("--processes", type=int)
    for flag in ("valley", "heights", "profile", "one"):
        parser.add_argument(f"--{flag}", action="store_true")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(asked)))
        return
    passed = [word for word in sys.argv[1:] if not word.replace(".", "").isdigit() or word == str(asked.processes)]
    for cell_m in asked.cell_m:
        subprocess.run([sys.executable, __file__, f"{cell_m:g}", "--one", *passed], check=True)


def measured(asked: argparse.Namespace) -> dict[str, float]:
    """Screen one size and say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "area.toml"
        heights = _heights(Path(folder)) if asked.heights else ""
        study.write_text(_with_one_area(asked.cell_m[0], VALLEY if asked.valley else COUNTRY, heights), "utf-8")
        start, watch = time.perf_counter(), cProfile.Profile(time.process_time)

        def progress(step: Message) -> None:
            print(f"{time.perf_counter() - start:6.1f} s  {say(step, 'en')}", file=sys.stderr)

        if asked.profile:
            watch.enable()
        with sitesel.crew.beside(asked.processes) as crew:
            found = sitesel.screen(study, progress, crew=crew)
        screened = time.perf_counter()
        if found.findings is not None:
            write_all(found.findings, Path(folder) / "out", "en")
        watch.disable()
        seconds = time.perf_counter() - start
    if asked.profile:
        pstats.Stats(watch, stream=sys.stderr).sort_stats("cumulative").print_stats(110)
    for line in found.told:
        print(say(line, "en"), file=sys.stderr)
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "cell_m": asked.cell_m[0],
        "cells": sum(area.score.size for area in found.suitability),
        "scored": sum(int(np.isfinite(area.score).sum()) for area in found.suitability),
        "seconds": round(seconds, 1),
        "written_s": round(seconds + start - screened, 1),
        "user_s": round(sum(one.ru_utime + one.ru_stime for one in usage), 1),
        "memory_gb": round(usage[0].ru_maxrss / 2**20, 2),
        "memory_of_others_gb": round(usage[1].ru_maxrss / 2**20, 2),
    }


def _with_one_area(cell_m: float, area: tuple[float, ...], heights: str) -> str:
    text = embedded_study().read_text(encoding="utf-8")
    before, _, areas = text.partition(AREAS)
    after = areas[areas.index("\n[weights]") + 1 :]
    one = f'{AREAS}\ntown = "chui"\narea = {list(area)}\n\n'
    changed = before.replace("cell_m = 250\ncount", f"cell_m = {cell_m:g}\ncount") + one + after
    if heights:
        changed = changed.replace('["elevation_chui", "elevation_osh"]', f'["{heights}"]')
    tomllib.loads(changed)
    return changed


def _heights(folder: Path) -> str:
    """Draw hills over all of the country: 100 m of rise in some 2 km, 800 m to 3,200 m high."""
    west, south, east, north = COUNTRY
    x, y = np.arange(west - 0.1, east + 0.1, 1 / DEGREE), np.arange(north + 0.1, south - 0.1, -1 / DEGREE)
    metres = (
        2000 + 1100 * np.sin(3 * x)[None, :] * np.cos(4 * y)[:, None] + 90 * np.sin(97 * x) * np.sin(89 * y)[:, None]
    )
    metres = metres.astype(np.float32)
    at = rasterio.transform.from_origin(x[0], y[0], 1 / DEGREE, 1 / DEGREE)
    for name in ("elevation_chui", "elevation_osh"):  # what is known stays: heights that differ from it are refused
        known = read_relief(embedded_file(name))
        found = np.full_like(metres, np.nan)
        reproject(known.metres, found, src_transform=known.transform, src_crs=known.crs, src_nodata=np.nan,
                  dst_transform=at, dst_crs="EPSG:4326", dst_nodata=np.nan, resampling=Resampling.bilinear)  # fmt: skip
        metres = np.where(np.isnan(found), metres, found)
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "tiled": True}
    size = {"height": len(y), "width": len(x)}
    with rasterio.open(folder / "heights.tif", "w", transform=at, **profile, **size) as raster:
        raster.write(metres, 1)
    return "heights.tif"


if __name__ == "__main__":
    main()
