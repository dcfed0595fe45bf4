"""Plots, bands, routes and usable ground as layers that a GIS opens."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from sitesel.errors import OutputError
from sitesel.findings import Findings
from sitesel.layers import ROLES
from sitesel.layers.roles import Role
from sitesel.outputs.qgis import describe
from sitesel.outputs.qgis.looks import called
from sitesel.outputs.tables import as_declared, connection_table, names_in, ranking_table
from sitesel.report.sources import credits_of, stamp
from sitesel.schema import table
from sitesel.text import LANGUAGES

GEOPACKAGE_DATE: Final = "2026-01-01T00:00:00Z"  # a GeoPackage dates itself; a second run shall change nothing
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


def write_geopackage(
    frame: pd.DataFrame, path: Path, *, layer: str, beside: bool = False, about: Mapping[str, str] | None = None
) -> None:
    """Write a layer, or a table without geometry, such that the same content gives the same file.

    Parameters
    ----------
    frame : GeoDataFrame or DataFrame
    path : Path
    layer : str
    beside : bool
        Keep the layers that the file has.
    about : mapping of str to str, optional
        Metadata of the layer: ``IDENTIFIER``, ``DESCRIPTION``, and ``ATTRIBUTION``, the credit of what it was made of.

    Raises
    ------
    OutputError
        It cannot be written: most often the disk is full.
    """
    told: dict[str, Any] = {"layer_metadata": dict(about)} if about else {}
    if not beside:
        told["dataset_options"] = {"VERSION": "1.3"}  # what came later, older readers warn of
    try:
        with _dated(GEOPACKAGE_DATE):
            pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=beside, **told)
    except (DataSourceError, DataLayerError, FeatureError) as cause:
        why = str(cause).strip().splitlines()[-1]
        raise OutputError(
            f"{path}: cannot be written ({why}); make room on the disk or choose another folder"
        ) from cause


LAYERS: Final[dict[str, Callable[[Findings, str], pd.DataFrame]]] = {
    "plots": plot_layer,
    "bands": lambda findings, _: findings.labour.bands,
    "homes": _homes,
    "ways": _ways,
    "connections": _routes,
    "usable": lambda findings, _: findings.land.usable,
}


@contextmanager
def _dated(moment: str) -> Iterator[None]:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
