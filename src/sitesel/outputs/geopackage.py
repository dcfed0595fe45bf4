"""Plots, bands, routes and usable ground as layers that a GIS opens."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from sitesel.findings import Findings
from sitesel.layers import ROLES
from sitesel.layers.roles import Role
from sitesel.outputs.heads import names_in
from sitesel.outputs.layer_file import GEOPACKAGE_DATE, write_geopackage
from sitesel.outputs.qgis import describe
from sitesel.outputs.qgis.looks import called
from sitesel.outputs.tables import as_declared, connection_table, ranking_table
from sitesel.report.sources import credits_of, stamp
from sitesel.schema import table
from sitesel.text import LANGUAGES

MOST_ROWS: Final = 200_000  # a table of more, from a raster on every street, would make a file that nobody can send


def write_layers(findings: Findings, path: Path, lang: str = "en") -> None:
    """Write a GeoPackage in the study's CRS: ``plots`` with scores and measures, and what the study asks for beside.

    ``bands`` is the ground that workers reach each plot from, ``homes`` where they live, ``ways`` (a table) who would
    travel where, ``connections`` the routes to the networks, ``usable`` what can be built on and the largest rectangle
    in it; then the layers that the study read, by their names. A GIS that knows styles opens all as
    :mod:`sitesel.outputs.qgis` draws it.

    Parameters
    ----------
    findings : Findings
    path : Path
        Written anew.
    lang : {"en", "ru", "ky"}
        Of sentences, labels and legends.
    """
    names, made = names_in(findings), {}
    for name, layer_of in LAYERS.items():
        frame = layer_of(findings, lang)
        if len(frame):
            made[name] = as_declared(frame, f"plots.gpkg/{name}", names, lang)
    made |= {name: _as_read(frame, ROLES[name]) for name, frame in findings.layers.items() if name in ROLES}
    told = {
        "DESCRIPTION": f"{findings.title[lang]} · {stamp(findings)[LANGUAGES.index(lang)]}",
        "ATTRIBUTION": "; ".join(credits_of(findings, lang)),
    }
    for name, frame in made.items():
        if 0 < len(frame) <= MOST_ROWS:
            about = {"IDENTIFIER": called(name, lang), **told}
            write_geopackage(frame, path, layer=name, beside=name != "plots", about=about)
    describe(findings, path, lang, GEOPACKAGE_DATE)


def _as_read(frame: gpd.GeoDataFrame, role: Role) -> gpd.GeoDataFrame:
    """Give a layer of the study with the columns that its role knows."""
    there = {name: column.kind for name, column in role.columns.items() if name in frame}
    flags = {name: "boolean" for name, kind in there.items() if kind == "flag"}
    kept: gpd.GeoDataFrame = frame[[*there, "geometry"]].astype(flags)
    return kept.reset_index() if role.identified else kept


def _routes(findings: Findings, lang: str) -> gpd.GeoDataFrame:
    """Give the connections as a layer; those without a route have no geometry."""
    joined = findings.connections.joined
    if joined.empty:
        return joined
    lines = joined.geometry
    return gpd.GeoDataFrame(
        connection_table(findings, lang), geometry=lines.where(~lines.is_empty, None), crs=lines.crs
    )


def _homes(findings: Findings, _: str) -> gpd.GeoDataFrame:
    return (
        findings.labour.homes.rename_axis("home").reset_index()
        if _not_too_many(findings)
        else findings.labour.homes.iloc[:0]
    )


def _ways(findings: Findings, _: str) -> pd.DataFrame:
    return findings.labour.ways if _not_too_many(findings) else findings.labour.ways.iloc[:0]


def _not_too_many(findings: Findings) -> bool:
    return len(findings.labour.ways) <= MOST_ROWS


def plot_layer(findings: Findings, lang: str = "en") -> gpd.GeoDataFrame:
    """Give the plots with all columns of the ranking and their own.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}
        Of the sentences.
    """
    ranking = ranking_table(findings, lang)
    declared = [one.name for one in table("plots.gpkg/plots").columns()]
    own = [name for name in declared if name in findings.plots and name not in ranking]
    joined = ranking.join(findings.plots.loc[ranking.index, own])
    return gpd.GeoDataFrame(joined.reset_index(), geometry="geometry", crs=findings.plots.crs)


LAYERS: Final[dict[str, Callable[[Findings, str], pd.DataFrame]]] = {
    "plots": plot_layer,
    "bands": lambda findings, _: findings.labour.bands,
    "homes": _homes,
    "ways": _ways,
    "connections": _routes,
    "usable": lambda findings, _: findings.land.usable,
}
