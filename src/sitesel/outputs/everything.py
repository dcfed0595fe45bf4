"""All files of a run, together or not at all."""

from pathlib import Path

from sitesel.findings import Findings
from sitesel.outputs.connections import write_connections, write_estimate, write_routes, write_shared
from sitesel.outputs.folder import whole_folder
from sitesel.outputs.map import write_map
from sitesel.outputs.tables import write_plots, write_programme, write_ranking, write_run, write_workers


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
        write_ranking(findings, staging / "ranking.csv")
        write_plots(findings, staging / "plots.gpkg")
        write_run(findings, staging / "run.json")
        if findings.programme:
            write_workers(findings, staging / "workers.csv")
            write_programme(findings, staging / "programme.csv")
        if len(findings.connections):
            write_connections(findings, staging / "connections.csv")
            write_estimate(findings, staging / "estimate.csv")
        if len(findings.shared_sources):
            write_shared(findings, staging / "shared_sources.csv")
            write_routes(findings, staging / "plots.gpkg")
    of_programme = ["programme.csv", "workers.csv"] if findings.programme else []
    of_connection = ["connections.csv", "estimate.csv"] if len(findings.connections) else []
    of_connection += ["shared_sources.csv"] if len(findings.shared_sources) else []
    names = ("map.html", "ranking.csv", "plots.gpkg", *of_programme, *of_connection, "run.json")
    return [folder / name for name in names]
