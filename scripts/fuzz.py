"""Mutate every kind of input, and count what must not be: tracebacks, hangs, results that differ without a word.

``make fuzz`` tries 500, ``make fuzz N=20000`` as many as are asked for; a seed draws alike each time.
What is found is kept in a folder, to be sent or tried again. The exit code is 1 where anything is found.
"""

import argparse
import importlib
import sys
import warnings
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=500, help="how many inputs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz"), help="folder for what was found")
    asked = parser.parse_args()
    sys.path.insert(0, str(TESTS))
    warnings.simplefilter("ignore")  # GDAL's, of files that are broken on purpose
    found = importlib.import_module("bad_input.fuzzing").fuzz(asked.n, asked.seed, asked.keep)
    sys.exit(1 if found else 0)
