"""Rank the candidate plots of the three technology towns and draw the map.

Reads ``technology_towns.toml`` beside this script and writes map.html, ranking.csv, plots.gpkg and run.json. For
another language: ``python scripts/technology_towns.py --lang ru``; for more, ``sitesel run --help``.
"""

import sys
from pathlib import Path

from sitesel.cli import main

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "out" / "technology_towns"

if __name__ == "__main__":
    sys.argv[1:1] = ["run", str(HERE / "technology_towns.toml"), "--out", str(OUT)]
    main()
