"""Many plots in one town: seconds by stage, memory and, if asked, the map's size, at several sizes.

``python scripts/benchmarks/many_plots.py 200 600 2000`` runs each size in a process of its own; ``--sure`` draws
sureness too, ``--out FOLDER`` writes all files, ``--profile`` prints what took longest.
"""

import argparse
import cProfile
import json
import pstats
import resource
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.affinity import rotate

import sitesel
from sitesel.layers import embedded_study
from sitesel.outputs.everything import write_all
from sitesel.study import Study

SIZES = (60, 200, 600, 2000)
CITY = (74.40, 42.77, 74.76, 42.97)  # west, south, east, north: Bishkek and its edge


def study_and_plots(count: int, *, sure: bool) -> tuple[Study, gpd.GeoDataFrame]:
    """Draw rectangles of 20 to 80 ha about Bishkek, turned at random, in a study of that town alone."""
    study = sitesel.load_study(embedded_study())
    study = study.replace(
        towns=tuple(town for town in study.towns if town.id == "bishkek"),
        scenarios=(),
        screening=None,
        **({} if sure else {"sureness": None}),
    )
    rng = np.random.default_rng(15)
    box = gpd.GeoSeries([shapely.box(*CITY)], crs="EPSG:4326").to_crs(study.study.crs).total_bounds
    east, north = rng.uniform(box[:2], box[2:], (count, 2)).T
    area, long = rng.uniform(20e4, 80e4, count), rng.uniform(1, 2, count)
    wide, deep = np.sqrt(area * long) / 2, np.sqrt(area / long) / 2
    shapes = [
        rotate(shape, angle)
        for shape, angle in zip(
            shapely.box(east - wide, north - deep, east + wide, north + deep), rng.uniform(0, 180, count), strict=True
        )
    ]
    names = [f"p{number:05}" for number in range(count)]
    plots = gpd.GeoDataFrame(
        {"id": names, "name": names, "town": "bishkek", "source": "drawn", "confidence": "high"},
        geometry=shapes,
        crs=study.study.crs,
    )
    return study, plots


def measured(count: int, *, sure: bool, out: Path | None, profile: bool) -> dict[str, float]:
    """Run one size and say what it took."""
    study, plots = study_and_plots(count, sure=sure)
    marks: list[tuple[str, float]] = []
    start = time.perf_counter()
    watch = cProfile.Profile()
    if profile:
        watch.enable()
    findings = sitesel.run(
        study, lambda message: marks.append((message.key, time.perf_counter())), layers={"plots": plots}
    )
    ran = time.perf_counter()
    if out:
        write_all(findings, out, "en")
    watch.disable()
    if profile:
        pstats.Stats(watch, stream=sys.stderr).sort_stats("cumulative").print_stats(90)
    for (name, begun), (_, ended) in zip(marks, [*marks[1:], ("", ran)], strict=True):
        print(f"  {name}: {ended - begun:.1f} s", file=sys.stderr)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "plots": count,
        "run_s": round(ran - start, 1),
        "written_s": round(time.perf_counter() - ran, 1),
        "user_s": round(usage.ru_utime, 1),
        "memory_gb": round(usage.ru_maxrss / 2**20, 2),
        "page_mb": round((out / "map.html").stat().st_size / 1e6, 2) if out else 0,
    }


def main() -> None:
    """Run and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("sizes", nargs="*", type=int, default=SIZES)
    asked.add_argument("--sure", action="store_true")
    asked.add_argument("--profile", action="store_true")
    asked.add_argument("--out", type=Path)
    asked.add_argument("--one", action="store_true")
    given = asked.parse_args()
    if given.one:
        print(json.dumps(measured(given.sizes[0], sure=given.sure, out=given.out, profile=given.profile)))
        return
    passed = [word for word in sys.argv[1:] if not word.isdigit()]
    for size in given.sizes:
        subprocess.run([sys.executable, __file__, str(size), "--one", *passed], check=True)


if __name__ == "__main__":
    main()
