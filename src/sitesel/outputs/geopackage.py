"""Plots, bands, routes and usable ground as layers that a GIS opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyogrio

from sitesel.findings import Findings
from sitesel.outputs.connections import routes
from sitesel.outputs.tables import ranking_table

GEOPACKAGE_DATE: Final = "2026-01-01T00:00:00Z"  # a GeoPackage dates itself; a second run shall change nothing
OWN: Final = ("outline", "precision_km", "cadastral_code", "source", "confidence", "note", "note_ru", "note_ky")


def write_layers(findings: Findings, path: Path) -> None:
    """Write a GeoPackage in the study's CRS: ``plots`` with scores and measures, and what the study asks for beside.

    ``bands`` is the ground that workers reach each plot from, ``connections`` the routes to the networks, ``usable``
    what can be built on and the largest rectangle in it.

    Parameters
    ----------
    findings : Findings
    path : Path
        Written anew.
    """
    write_geopackage(plot_layer(findings), path, layer="plots")
    beside = {"bands": findings.bands, "connections": findings.connections, "usable": findings.usable}
    for name, frame in beside.items():
        if len(frame):
            write_geopackage(routes(findings) if name == "connections" else frame, path, layer=name, beside=True)


def plot_layer(findings: Findings) -> gpd.GeoDataFrame:
    """Give the plots with all columns of the ranking and their own.

    Parameters
    ----------
    findings : Findings
    """
    table = ranking_table(findings)
    kept = [column for column in OWN if column in findings.plots]
    frame = gpd.GeoDataFrame(
        table.join(findings.plots.loc[table.index, kept]).round(6),
        geometry=findings.plots.geometry.loc[table.index],
        crs=findings.plots.crs,
    )
    return frame.reset_index()


def write_geopackage(frame: gpd.GeoDataFrame, path: Path, *, layer: str, beside: bool = False) -> None:
    """Write a layer such that the same content gives the same file.

    Parameters
    ----------
    frame : GeoDataFrame
    path : Path
    layer : str
    beside : bool
        Keep the layers that the file has.
    """
    with _dated(GEOPACKAGE_DATE):
        frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio", mode="a" if beside else "w")


@contextmanager
def _dated(moment: str) -> Iterator[None]:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
