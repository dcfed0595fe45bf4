"""Rebuild the embedded layers from their text sources: ``python scripts/build_layers.py``.

Needs what only a rebuild needs, the dependency group ``layers``: heights, and a border in OpenStreetMap's time zones.
The same sources give the same bytes.
"""

import argparse
import sys
from pathlib import Path

from layer_building import assembly, tables
from sitesel.errors import SiteselError


def main() -> None:
    """Build all layers and say what they weigh."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=tables.LAYERS, help="folder to write into (default: layers/)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for path in assembly.build_all(options.out):
        print(f"{path.stat().st_size / 1000:8.1f} kB  {path.name}")


if __name__ == "__main__":
    try:
        main()
    except SiteselError as fault:
        print(fault, file=sys.stderr)
        sys.exit(2)
