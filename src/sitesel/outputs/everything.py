"""All files of a run, in one folder."""

import os
from collections.abc import Callable, Iterator, Sized
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

from sitesel.findings import Findings
from sitesel.layers import embedded_study
from sitesel.outputs import geopackage, screened, tables
from sitesel.outputs.folder import whole_folder
from sitesel.outputs.map import write_map
from sitesel.outputs.paper import write_report
from sitesel.outputs.qgis import write_project
from sitesel.outputs.workbook import write_workbook

CsvForm: TypeAlias = Literal["plain", "excel"]

Writer: TypeAlias = Callable[[Findings, Path, str], None]
Told: TypeAlias = Callable[[Findings], Sized]

# Each file beside the tables, who writes it, and of what it tells: none is written empty.
FILES: Final[dict[str, tuple[Writer, Told]]] = {
    "ranking.xlsx": (write_workbook, lambda findings: findings.decision.ranking),
    "report.pdf": (write_report, lambda findings: findings.decision.ranking),
    "plots.gpkg": (geopackage.write_layers, lambda findings: findings.plots),
    "study.qgs": (write_project, lambda findings: findings.plots),  # of the layers that are in the file before
    "candidates.gpkg": (
        lambda findings, path, _: screened.write_candidates(findings, path),
        lambda findings: findings.suitability,
    ),
    "run.json": (lambda findings, path, _: tables.write_run(findings, path), lambda findings: findings.run),
}

WRITES: Final = ("map.html", *tables.SAID_OF, *FILES)
"""Files that a run may write; a screening writes a grid an area beside them."""


def write_all(findings: Findings, folder: Path, lang: str, csv: CsvForm = "plain") -> list[Path]:
    """Write map, tables, workbook, report, layer and record.

    Parameters
    ----------
    findings : Findings
    folder : Path
        Made if it is not there; nothing in it changes where anything fails.
    lang : {"en", "ru", "ky"}
        Language that the map opens in, of the report, and of sentences in tables.
    csv : {"plain", "excel"}
        Commas and decimal points, or what an Excel of a Russian system reads: semicolons and decimal commas.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    findings = replace(findings, run={"made": _made(findings, folder, lang, csv), **findings.run})
    with whole_folder(folder) as staging:
        write_map(findings, staging / "map.html", lang)
        written = [*_written(findings, staging, lang, csv), *screened.write_grids(findings, staging)]
    return [folder / name for name in ("map.html", *written)]


def _made(findings: Findings, folder: Path, lang: str, csv: CsvForm) -> dict[str, str | None]:
    """Say how the files came about, and where from their folder that of the study is; None: in the package."""
    start: str | None = None
    if findings.study.folder != embedded_study().resolve().parent:
        try:
            start = Path(os.path.relpath(findings.study.folder, folder.resolve())).as_posix()
        except ValueError:  # on another drive
            start = findings.study.folder.as_posix()
    command = "screen" if findings.suitability else "run"
    return {"command": command, "lang": lang, "csv": csv, "folder": start}


def _written(findings: Findings, staging: Path, lang: str, csv: CsvForm) -> Iterator[str]:
    for name, told in tables.SAID_OF.items():
        if len(told(findings)):
            tables.write_csv(findings, staging / name, lang, excel=csv == "excel")
            yield name
    for name, (write, told) in FILES.items():
        if len(told(findings)):
            write(findings, staging / name, lang)
            yield name
