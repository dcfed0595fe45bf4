"""What a planner starts a study of their own from."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pyogrio

from sitesel.errors import OutputError
from sitesel.layers import ROLES, embedded_catalogue, embedded_file, embedded_study, read_vector
from sitesel.layers.tabular import WKT
from sitesel.outputs.folder import whole_folder
from sitesel.outputs.layer_file import write_geopackage
from sitesel.study import load_study

EXAMPLES = 3  # plots in the template, one a town: to be written over


def write_start(folder: Path) -> list[Path]:
    """Write the default study, its layers, and a template for plots: as GeoPackage, CSV and XLSX.

    Parameters
    ----------
    folder : Path
        New, or empty: nothing of a user's is ever written over.

    Returns
    -------
    list of Path
        ``study.toml``, ``plots_template.gpkg``, ``plots_template.csv``, ``plots_template.xlsx`` and the layers.

    Raises
    ------
    OutputError
        The folder has something in it, or cannot be written.

    Examples
    --------
    >>> [path.name for path in write_start(Path("mine")) if path.parent.name == "mine"]
    ['plots_template.csv', 'plots_template.gpkg', 'plots_template.xlsx', 'study.toml']
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise OutputError(f"{folder}: is no folder; give the name of a new one")
    if folder.is_dir() and any(folder.iterdir()):
        raise OutputError(f"{folder}: has something in it already; give the name of a new folder")
    with whole_folder(folder, ours=False) as staging:
        shutil.copyfile(embedded_study(), staging / "study.toml")
        _template(staging)
    layers = folder / "layers"  # copies to look at and to change: a study names its own by file
    layers.mkdir()
    for name in embedded_catalogue().index:
        shutil.copyfile(embedded_file(str(name)), layers / embedded_file(str(name)).name)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _template(folder: Path) -> None:
    """Write a plot for each town of the default study, as examples of what a layer of plots holds."""
    about = load_study(embedded_study()).study
    plots, _ = read_vector(embedded_file("plots"), ROLES["plots"], crs=about.crs, area=about.area)
    examples = plots.groupby("town", sort=False).head(1).head(EXAMPLES)[[*ROLES["plots"].columns, "geometry"]]
    examples = examples.reset_index()
    write_geopackage(examples, folder / "plots_template.gpkg", layer="plots")
    table = pd.DataFrame(examples.drop(columns="geometry")).assign(
        **{WKT: examples.to_crs("EPSG:4326").geometry.to_wkt(rounding_precision=6)}
    )
    table.to_csv(folder / "plots_template.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    pyogrio.write_dataframe(table, folder / "plots_template.xlsx", layer="plots", driver="XLSX")
