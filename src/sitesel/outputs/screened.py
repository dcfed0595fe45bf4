"""What a screening proposes: the plots as a layer that a study can read, and how well each cell would do."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sitesel.findings import Findings, Suitability
from sitesel.layers import ROLES
from sitesel.outputs.folder import whole_folder
from sitesel.outputs.geopackage import write_geopackage
from sitesel.screening import write_suitability


def write_candidates(findings: Findings, path: Path) -> None:
    """Write the plots proposed as a GeoPackage layer ``plots``, ready for a study: ``plots = "candidates.gpkg"``.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    columns = [*ROLES["plots"].columns, "geometry"]
    write_geopackage(findings.plots[columns].rename_axis("id").reset_index(), path, layer="plots")


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
