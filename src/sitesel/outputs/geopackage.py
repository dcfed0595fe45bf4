"""Plots, bands, routes and usable ground as layers that a GIS opens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from sitesel.errors import OutputError
from sitesel.findings import Findings
from sitesel.outputs.tables import connection_table, names_in, ranking_table
from sitesel.report.sources import credits_of
from sitesel.schema import table

GEOPACKAGE_DATE: Final = "2026-01-01T00:00:00Z"  # a GeoPackage dates itself; a second run shall change nothing
MOST_WAYS: Final = 200_000  # a table of more, from a raster on every street, would make a file that nobody can send


def write_layers(findings: Findings, path: Path) -> None:
    """Write a GeoPackage in the study's CRS: ``plots`` with scores and measures, and what the study asks for beside.

    ``bands`` is the ground that workers reach each plot from, ``homes`` where they live, ``ways`` (a table) who would
    travel where, ``connections`` the routes to the networks, ``usable`` what can be built on and the largest rectangle
    in it.

    Parameters
    ----------
    findings : Findings
    path : Path
        Written anew.
    """
    names = names_in(findings)
    for name, layer_of in LAYERS.items():
        frame = layer_of(findings)
        if len(frame):
            laid_out = table(f"plots.gpkg/{name}").laid_out(frame, names)
            owed = "; ".join(credits_of(findings))
            write_geopackage(laid_out, path, layer=name, beside=name != "plots", owed=owed)


def _routes(findings: Findings) -> gpd.GeoDataFrame:
    """Give the connections as a layer; those without a route have no geometry."""
    joined = findings.connections.joined
    if joined.empty:
        return joined
    lines = joined.geometry
    return gpd.GeoDataFrame(connection_table(findings), geometry=lines.where(~lines.is_empty, None), crs=lines.crs)


def _homes(findings: Findings) -> gpd.GeoDataFrame:
    return (
        findings.labour.homes.rename_axis("home").reset_index()
        if _not_too_many(findings)
        else findings.labour.homes.iloc[:0]
    )


def _ways(findings: Findings) -> pd.DataFrame:
    return findings.labour.ways if _not_too_many(findings) else findings.labour.ways.iloc[:0]


def _not_too_many(findings: Findings) -> bool:
    return len(findings.labour.ways) <= MOST_WAYS


def plot_layer(findings: Findings) -> gpd.GeoDataFrame:
    """Give the plots with all columns of the ranking and their own.

    Parameters
    ----------
    findings : Findings
    """
    ranking = ranking_table(findings)
    declared = [one.name for one in table("plots.gpkg/plots").columns()]
    own = [name for name in declared if name in findings.plots and name not in ranking]
    joined = ranking.join(findings.plots.loc[ranking.index, own])
    return gpd.GeoDataFrame(joined.reset_index(), geometry="geometry", crs=findings.plots.crs)


def write_geopackage(frame: pd.DataFrame, path: Path, *, layer: str, beside: bool = False, owed: str = "") -> None:
    """Write a layer, or a table without geometry, such that the same content gives the same file.

    Parameters
    ----------
    frame : GeoDataFrame or DataFrame
    path : Path
    layer : str
    beside : bool
        Keep the layers that the file has.
    owed : str
        Credit of what it was made of: metadata ``ATTRIBUTION`` of the layer.

    Raises
    ------
    OutputError
        It cannot be written: most often the disk is full.
    """
    told = {"layer_metadata": {"ATTRIBUTION": owed}} if owed else {}
    try:
        with _dated(GEOPACKAGE_DATE):
            pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=beside, **told)
    except (DataSourceError, DataLayerError, FeatureError) as cause:
        why = str(cause).strip().splitlines()[-1]
        raise OutputError(
            f"{path}: cannot be written ({why}); make room on the disk or choose another folder"
        ) from cause


LAYERS: Final[dict[str, Callable[[Findings], pd.DataFrame]]] = {
    "plots": plot_layer,
    "bands": lambda findings: findings.labour.bands,
    "homes": _homes,
    "ways": _ways,
    "connections": _routes,
    "usable": lambda findings: findings.land.usable,
}


@contextmanager
def _dated(moment: str) -> Iterator[None]:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
