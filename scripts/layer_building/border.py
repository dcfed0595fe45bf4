"""The national border and the neighbours', from Natural Earth by way of the npm package ``world-atlas``."""

import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyogrio
from shapely import box, set_precision

from layer_building.tables import GEOGRAPHIC
from sitesel.errors import LayerError

PACKAGE: Final = "world-atlas@2.0.2"
COUNTRIES: Final = "package/countries-10m.json"
NEIGHBOURS_BOX: Final = box(71.0, 39.2, 77.5, 43.7)
"""Degrees; neighbours are drawn only around the study areas."""

TERRITORIES: Final = {
    "Kyrgyzstan": ("KGZ", "Kyrgyzstan", "Кыргызстан", "Кыргызстан"),
    "Kazakhstan": ("KAZ", "Kazakhstan", "Казахстан", "Казакстан"),
    "Uzbekistan": ("UZB", "Uzbekistan", "Узбекистан", "Өзбекстан"),
    "Tajikistan": ("TJK", "Tajikistan", "Таджикистан", "Тажикстан"),
    "China": ("CHN", "China", "Китай", "Кытай"),
}
GRID_DEGREES: Final = 1e-5


def unpack_world_atlas(folder: Path) -> Path:
    """Fetch the package with npm and give the path of its countries.

    Parameters
    ----------
    folder : Path
        An empty folder to work in.

    Raises
    ------
    LayerError
        There is no npm.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise LayerError("border.gpkg: npm is not installed; install it, or give --world-atlas countries-10m.json")
    subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("world-atlas-*.tgz"))) as archive:
        archive.extract(COUNTRIES, folder, filter="data")
    return folder / COUNTRIES


def build_border(countries: Path) -> gpd.GeoDataFrame:
    """Cut the countries out of the world.

    Parameters
    ----------
    countries : Path
        ``countries-10m.json`` (TopoJSON, degrees).

    Returns
    -------
    GeoDataFrame, EPSG:4326
        ``id name_en name_ru name_ky`` and polygons, Kyrgyzstan whole, its neighbours clipped.
    """
    world = pyogrio.read_dataframe(countries, layer="countries").set_index("name")
    rows = []
    for name, (iso, *names) in TERRITORIES.items():
        shape = world.loc[name, "geometry"].buffer(0)
        inside = shape if name == "Kyrgyzstan" else shape.intersection(NEIGHBOURS_BOX)
        rows.append((iso, *names, set_precision(inside, GRID_DEGREES).normalize()))
    border = gpd.GeoDataFrame(rows, columns=["id", "name_en", "name_ru", "name_ky", "geometry"], crs=GEOGRAPHIC)
    return border.sort_values("id", ignore_index=True)
