"""The layers that travel with the package, and what is said of each."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from sitesel.errors import LayerError

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1]


def _embedded(inside_wheel: str, in_checkout: str) -> Path:
    installed = _PACKAGE / "embedded" / inside_wheel
    return installed if installed.exists() else _CHECKOUT / in_checkout


def embedded_study() -> Path:
    """Path of the default study, ``technology_towns.toml``.

    Examples
    --------
    >>> embedded_study().name
    'technology_towns.toml'
    """
    return _embedded("technology_towns.toml", "scripts/technology_towns.toml")


def embedded_folder() -> Path:
    """Folder of the embedded layers."""
    return _embedded("layers", "layers")


@cache
def embedded_catalogue() -> pd.DataFrame:
    """Read what is said of each embedded layer.

    Returns
    -------
    DataFrame, index layer name
        ``file what source licence date crs quality why`` (str) and ``columns`` (mapping of column to meaning and unit).

    Examples
    --------
    >>> embedded_catalogue().loc["border", "licence"]
    'ODbL 1.0'
    """
    entries: dict[str, Any] = tomllib.loads((embedded_folder() / "catalogue.toml").read_text(encoding="utf-8"))
    return pd.DataFrame.from_dict(entries, orient="index").rename_axis("layer")


def embedded_file(name: str) -> Path:
    """Path of an embedded layer.

    Raises
    ------
    LayerError
        The catalogue has no layer of this name.

    Examples
    --------
    >>> embedded_file("plots").name
    'plots.gpkg'
    """
    catalogue = embedded_catalogue()
    if name not in catalogue.index:
        known = ", ".join(catalogue.index)
        raise LayerError(
            f"{name}: no embedded layer of this name; they are {known}. A file of your own needs its ending"
        )
    return embedded_folder() / str(catalogue.loc[name, "file"])
