"""Screen the valley of the Chui (73.4-75.9 E, 42.6-43.0 N) at 250 m on the embedded layers: seconds, to files written.

``PYTHONPATH=src python scripts/benchmarks/screening.py [--cell-m 250]``; the bar is 60 s on two cores. The first run on
a machine compiles the routing kernels as well: run it twice.
"""

import argparse
import resource
import tempfile
import time
import tomllib
from pathlib import Path

import numpy as np
from rich.console import Console

from sitesel.layers import embedded_study
from sitesel.outputs import write_all
from sitesel.screening import screen
from sitesel.text import Message, say

AREAS = "[[screening.areas]]"
VALLEY = f'{AREAS}\ntown = "chui"\narea = [73.4, 42.6, 75.9, 43.0]\n\n'
BAR_S = 60


def main() -> None:
    """Write the study with the one area, screen it, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cell-m", type=float, default=250)
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "valley.toml"
        study.write_text(_only_the_valley(asked.cell_m), encoding="utf-8")
        start = time.perf_counter()

        def progress(step: Message) -> None:
            console.print(f"{time.perf_counter() - start:6.1f} s  {say(step, 'en')}", highlight=False)

        found = screen(study, progress)
        if found.findings is not None:
            write_all(found.findings, Path(folder) / "out", "en")
        seconds = time.perf_counter() - start
    for line in found.told:
        console.print(say(line, "en"), highlight=False)
    cells = sum(int(np.isfinite(area.score).sum()) for area in found.suitability)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    console.print(f"{cells:,} cells scored and written in {seconds:.1f} s (bar: {BAR_S} s); {peak:.2f} GB at most")


def _only_the_valley(cell_m: float) -> str:
    text = embedded_study().read_text(encoding="utf-8")
    before, _, areas = text.partition(AREAS)
    after = areas[areas.index("\n[weights]") + 1 :]
    changed = before.replace("cell_m = 250", f"cell_m = {cell_m:g}") + VALLEY + after
    tomllib.loads(changed)
    return changed


if __name__ == "__main__":
    main()
