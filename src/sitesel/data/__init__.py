"""Data files that travel with the package: networks, rules, speeds, prices, words of each language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def data(file: str) -> Mapping[str, Any]:
    """Read a TOML file of this folder, once for all who ask; it is not for them to change.

    Examples
    --------
    >>> data("networks.toml")["power"]["unit"]
    'MVA'
    """
    return tomllib.loads(resources.files(__name__).joinpath(file).read_text(encoding="utf-8"))
