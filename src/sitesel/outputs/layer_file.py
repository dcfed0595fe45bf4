"""A layer as a GeoPackage: the same content gives the same file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from sitesel.errors import OutputError

GEOPACKAGE_DATE: Final = "2026-01-01T00:00:00Z"  # a GeoPackage dates itself; a second run shall change nothing


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


@contextmanager
def _dated(moment: str) -> Iterator[None]:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
