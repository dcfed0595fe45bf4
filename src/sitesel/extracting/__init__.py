"""Layers of a study out of public files that were fetched, and a study begun on them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sitesel.extracting.figures import kilovolts, people
from sitesel.extracting.making import Made, Wish, make_layers, write_layers
from sitesel.extracting.passing import Extract, Feature
from sitesel.extracting.tagging import Tagging, tagging
from sitesel.extracting.telling import made_lines, written_lines

if TYPE_CHECKING:
    from sitesel.extracting.starting import utm_of, write_study

__all__ = [
    "Extract",
    "Feature",
    "Made",
    "Tagging",
    "Wish",
    "kilovolts",
    "made_lines",
    "make_layers",
    "people",
    "tagging",
    "utm_of",
    "write_layers",
    "write_study",
    "written_lines",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- whatever is asked for
    """Load what begins a study when it is asked for: layers are made without what a study needs."""
    if name not in {"utm_of", "write_study"}:
        raise AttributeError(f"module 'sitesel.extracting' has no attribute {name!r}")
    return getattr(import_module("sitesel.extracting.starting"), name)
