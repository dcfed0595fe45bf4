"""Connections as tables and as a layer."""

from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from sitesel.findings import Findings
from sitesel.text import Message, say

CENTS: Final = 2
MONEY: Final = [f"{currency}_{size}" for currency in ("usd", "kgs") for size in ("low", "mid", "high")]


def connection_table(findings: Findings) -> pd.DataFrame:
    """Tell of every plot, network and view: from which source, how far, at what cost, or why not.

    Parameters
    ----------
    findings : Findings
        With connections.

    Returns
    -------
    DataFrame
        The columns of :attr:`~sitesel.findings.Findings.connections`, with ``effective_m lines plants`` (cost = km
        weighed by the terrain x lines x unit cost + plants x unit cost); ``crosses`` and ``reason`` in English.
    """
    table = pd.DataFrame(findings.connections.joined.drop(columns="geometry"))
    table["crosses"] = ["; ".join(say(one, "en") for one in crosses) for crosses in table["crosses"]]
    table["reason"] = [say(reason, "en") if isinstance(reason, Message) else None for reason in table["reason"]]
    return table


def write_connections(findings: Findings, path: Path) -> None:
    """Write every connection as CSV.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    _write(connection_table(findings), path)


def write_estimate(findings: Findings, path: Path) -> None:
    """Write every line of every estimate as CSV, each with its basis.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    _write(findings.connections.estimate, path)


def write_shared(findings: Findings, path: Path) -> None:
    """Write the sources that plots chosen together lean on as CSV.

    Parameters
    ----------
    findings : Findings
    path : Path
    """
    shared = findings.connections.shared
    _write(shared.assign(plots=[", ".join(plots) for plots in shared["plots"]]), path)


def _write(table: pd.DataFrame, path: Path) -> None:
    rounded = table.round(6).round(dict.fromkeys(MONEY, CENTS))
    rounded.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def routes(findings: Findings) -> gpd.GeoDataFrame:
    """Give the connections as a layer; those without a route have no geometry.

    Parameters
    ----------
    findings : Findings
        With connections.
    """
    lines = findings.connections.joined.geometry
    return gpd.GeoDataFrame(
        connection_table(findings).round(6), geometry=lines.where(~lines.is_empty, None), crs=lines.crs
    )
