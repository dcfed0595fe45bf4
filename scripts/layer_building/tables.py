"""The text sources of the layers, and how a layer is written the same way every time."""

import tomllib
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio

LAYERS: Final = Path(__file__).resolve().parents[2] / "layers"
SOURCES: Final = LAYERS / "sources"
GEOGRAPHIC: Final = "EPSG:4326"
METRIC: Final = "EPSG:32643"
NAMES: Final = ["name_en", "name_ru", "name_ky"]
BUILD_DATE: Final = "2026-11-23T00:00:00.000Z"
"""Date written into every GeoPackage, so that a rebuild changes no byte."""

DEGREE_DECIMALS: Final = 6
"""Decimals kept of a degree: 0.1 m, finer than any position here."""


def read_csv(name: str) -> pd.DataFrame:
    """Read one of the comma-separated sources.

    Parameters
    ----------
    name : str
        File name without ending.

    Returns
    -------
    DataFrame
        Empty text is None, empty numbers are NaN.
    """
    table = pd.read_csv(SOURCES / f"{name}.csv", encoding="utf-8")
    texts = table.select_dtypes(exclude="number").columns
    return table.astype(dict.fromkeys(texts, object)).where(table.notna() | ~table.columns.isin(texts), None)


def read_toml(name: str) -> dict[str, Any]:
    """Read one of the TOML sources by its name without ending."""
    return tomllib.loads((SOURCES / f"{name}.toml").read_text(encoding="utf-8"))


def points(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Turn ``lon`` and ``lat`` columns (degrees, WGS 84) into points, sorted by id."""
    placed = table.sort_values("id", ignore_index=True)
    geometry = gpd.points_from_xy(placed["lon"].round(DEGREE_DECIMALS), placed["lat"].round(DEGREE_DECIMALS))
    return gpd.GeoDataFrame(placed.drop(columns=["lon", "lat"]), geometry=geometry, crs=GEOGRAPHIC)


def write_layer(layer: gpd.GeoDataFrame, path: Path) -> None:
    """Write a GeoPackage whose bytes depend on the layer alone.

    Parameters
    ----------
    layer : GeoDataFrame
        In the order in which its features are to stand.
    path : Path
        Replaced where it exists; its stem names the layer inside.
    """
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": BUILD_DATE})
    path.unlink(missing_ok=True)
    pyogrio.write_dataframe(layer, path, layer=path.stem, driver="GPKG")
