"""All files of a run, in one folder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from sitesel.findings import Findings
from sitesel.outputs import connections, geopackage, screened, tables
from sitesel.outputs.folder import whole_folder
from sitesel.outputs.map import write_map

# Each file, who writes it, and of which findings it tells: none is written empty.
FILES: Final[dict[str, tuple[Callable[[Findings, Path], None], str]]] = {
    "ranking.csv": (tables.write_ranking, "ranking"),
    "plots.gpkg": (geopackage.write_layers, "plots"),
    "programme.csv": (tables.write_programme, "programme"),
    "workers.csv": (tables.write_workers, "programme"),
    "stranded.csv": (tables.write_stranded, "stranded"),
    "connections.csv": (connections.write_connections, "connections"),
    "estimate.csv": (connections.write_estimate, "estimate"),
    "shared_sources.csv": (connections.write_shared, "shared_sources"),
    "candidates.gpkg": (screened.write_candidates, "suitability"),
    "run.json": (tables.write_run, "run"),
}


def write_all(findings: Findings, folder: Path, lang: str) -> list[Path]:
    """Write map, tables, layer and record.

    Parameters
    ----------
    findings : Findings
    folder : Path
        Made if it is not there; nothing in it changes where anything fails.
    lang : {"en", "ru", "ky"}
        Language that the map opens in.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    with whole_folder(folder) as staging:
        write_map(findings, staging / "map.html", lang)
        written = [*_written(findings, staging), *screened.write_grids(findings, staging)]
    return [folder / name for name in ("map.html", *written)]


def _written(findings: Findings, staging: Path) -> Iterator[str]:
    for name, (write, told) in FILES.items():
        if len(getattr(findings, told)):
            write(findings, staging / name)
            yield name
