"""What a screening proposes: the plots as a layer that a study can read, and how well each cell would do."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.io import MemoryFile

from sitesel.findings import Findings, Suitability
from sitesel.layers import ROLES
from sitesel.layers.grid import Grid, Grid2D
from sitesel.outputs.folder import whole_folder
from sitesel.outputs.layer_file import write_geopackage
from sitesel.report.sources import credits_of
from sitesel.schema import table

NODATA: Final = -1.0
BLOCK: Final = 256
"""Cells to a side of what is written, and read, at once."""


def write_candidates(findings: Findings, path: Path) -> None:
    """Write the plots proposed as a GeoPackage layer ``plots``, ready for a study: ``plots = "candidates.gpkg"``.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    own = findings.plots[[*ROLES["plots"].columns, "geometry"]]
    ranking = findings.decision.ranking[["score", "low", "high", "gate"]]
    sure = findings.sureness.plots.reindex(columns=["first", "bracket"]).astype({"bracket": "Int64"})
    frame = own.join(ranking).join(sure).rename_axis("id").reset_index()
    laid_out, owed = table("candidates.gpkg/plots").laid_out(frame), "; ".join(credits_of(findings))
    write_geopackage(laid_out, path, layer="plots", about={"ATTRIBUTION": owed})


def write_grids(findings: Findings, folder: Path) -> list[str]:
    """Write each screened area as a Cloud-Optimised GeoTIFF.

    Parameters
    ----------
    findings : Findings
    folder : Path

    Returns
    -------
    list of str
        File names: ``suitability.tif``, or ``suitability_<town>.tif`` where there are several.
    """
    tags = {
        "title": findings.title["en"],
        "run": str(findings.run["id"]),
        "study": str(findings.run["study"]),
        "date": str(findings.run["date"]),
        "sources": "; ".join(findings.sources["source"].astype(str).drop_duplicates()),
    }
    return _written(findings.suitability, folder, tags)


def write_only_grids(suitability: Sequence[Suitability], folder: Path) -> list[Path]:
    """Write the screened areas of a screening that has no plot to propose.

    Parameters
    ----------
    suitability : sequence of Suitability
    folder : Path
        Made if it is not there.

    Returns
    -------
    list of Path

    Raises
    ------
    OutputError
        The folder cannot be written.

    Examples
    --------
    >>> from affine import Affine
    >>> area = Suitability(Grid(Affine(100, 0, 0, 0, -100, 100), (1, 2), "EPSG:32643"), np.array([[62.5, np.nan]]))
    >>> [path.name for path in write_only_grids([area], Path("out"))]
    ['suitability.tif']
    >>> rasterio.open("out/suitability.tif").read(1).tolist()
    [[62.5, -1.0]]
    """
    with whole_folder(folder) as staging:
        written = _written(suitability, staging, {})
    return [folder / name for name in written]


def _written(suitability: Sequence[Suitability], folder: Path, tags: Mapping[str, str]) -> list[str]:
    several = len(suitability) > 1
    files = {f"suitability_{area.town}.tif" if several else "suitability.tif": area for area in suitability}
    for name, area in files.items():
        write_suitability(folder / name, area.grid, area.score, {**tags, "town": area.town})
    return list(files)


def write_suitability(path: Path, grid: Grid, score: Grid2D, tags: Mapping[str, str]) -> None:
    """Write a map of suitability as a Cloud-Optimised GeoTIFF.

    Parameters
    ----------
    path : Path
    grid : Grid
    score : ndarray, shape of the grid
        0..100; NaN becomes the file's nodata, -1.
    tags : mapping of str to str
        Written into the file: title, run, date, sources.
    """
    profile = {
        "driver": "GTiff",
        "height": grid.shape[0],
        "width": grid.shape[1],
        "count": 1,
        "dtype": "float32",
        "crs": grid.crs,
        "transform": grid.transform,
        "nodata": NODATA,
        "tiled": True,
        "blockxsize": BLOCK,
        "blockysize": BLOCK,
        "compress": "DEFLATE",
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as raster:
            for _, window in raster.block_windows(1):
                part = score[window.toslices()]
                raster.write(np.where(np.isfinite(part), part, NODATA).astype(np.float32), 1, window=window)
            raster.update_tags(**tags)
            raster.set_band_description(1, "suitability, 0 to 100")
            raster.set_band_unit(1, "points")
        with memory.open() as raster:
            rasterio.shutil.copy(
                raster,
                path,
                driver="COG",
                compress="DEFLATE",
                predictor="YES",
                blocksize=BLOCK,
                overview_resampling="average",
            )
