"""Connections as tables and as a layer."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from sitesel.findings import Findings
from sitesel.outputs.tables import write_csv
from sitesel.text import Message, say


def connection_table(findings: Findings) -> pd.DataFrame:
    """Tell of every plot, network and view: from which source, how far, at what cost, or why not.

    Parameters
    ----------
    findings : Findings
        With connections.

    Returns
    -------
    DataFrame
        As :mod:`sitesel.schema` has ``connections.csv``, with all decimals. Cost = km weighed by the terrain x lines x
        unit cost + plants x unit cost.
    """
    told = pd.DataFrame(findings.connections.joined.drop(columns="geometry"))
    told["crosses"] = ["; ".join(say(one, "en") for one in crosses) for crosses in told["crosses"]]
    told["reason"] = [say(reason, "en") if isinstance(reason, Message) else None for reason in told["reason"]]
    return told


def write_connections(findings: Findings, path: Path) -> None:
    """Write every connection as CSV.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    write_csv(findings, "connections.csv", connection_table(findings), path)


def write_estimate(findings: Findings, path: Path) -> None:
    """Write every line of every estimate as CSV, each with its basis.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    write_csv(findings, "estimate.csv", findings.connections.estimate, path)


def write_shared(findings: Findings, path: Path) -> None:
    """Write the sources that plots chosen together lean on as CSV.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    shared = findings.connections.shared
    told = shared.assign(plots=[", ".join(plots) for plots in shared["plots"]])
    write_csv(findings, "shared_sources.csv", told, path)


def routes(findings: Findings) -> gpd.GeoDataFrame:
    """Give the connections as a layer; those without a route have no geometry.

    Parameters
    ----------
    findings : Findings
        With connections.
    """
    lines = findings.connections.joined.geometry
    return gpd.GeoDataFrame(connection_table(findings), geometry=lines.where(~lines.is_empty, None), crs=lines.crs)
