"""All files of a run, in one folder."""

from collections.abc import Callable, Iterator, Sized
from pathlib import Path
from typing import Final

from sitesel.findings import Findings
from sitesel.outputs import geopackage, screened, tables
from sitesel.outputs.folder import whole_folder
from sitesel.outputs.map import write_map
from sitesel.report.effects import effects
from sitesel.report.rejected import rejected
from sitesel.report.sure import to_find_out
from sitesel.report.why import reasons_why

# Each file, who writes it, and of what it tells: none is written empty.
FILES: Final[dict[str, tuple[Callable[[Findings, Path], None], Callable[[Findings], Sized]]]] = {
    "ranking.csv": (tables.write_csv, lambda findings: findings.decision.ranking),
    "weights.csv": (tables.write_csv, effects),
    "find_out.csv": (tables.write_csv, to_find_out),
    "why.csv": (tables.write_csv, reasons_why),
    "plots.gpkg": (geopackage.write_layers, lambda findings: findings.plots),
    "scenarios.csv": (tables.write_csv, lambda findings: findings.scenarios),
    "programme.csv": (tables.write_csv, lambda findings: findings.programme.answers),
    "workers.csv": (tables.write_csv, lambda findings: findings.programme.answers),
    "stranded.csv": (tables.write_csv, lambda findings: findings.labour.stranded),
    "connections.csv": (tables.write_csv, lambda findings: findings.connections.joined),
    "estimate.csv": (tables.write_csv, lambda findings: findings.connections.estimate),
    "shared_sources.csv": (tables.write_csv, lambda findings: findings.connections.shared),
    "rejected.csv": (tables.write_csv, rejected),
    "candidates.gpkg": (screened.write_candidates, lambda findings: findings.suitability),
    "run.json": (tables.write_run, lambda findings: findings.run),
}

WRITES: Final = ("map.html", *FILES)
"""Files that a run may write; a screening writes a grid an area beside them."""


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
        if len(told(findings)):
            write(findings, staging / name)
            yield name
