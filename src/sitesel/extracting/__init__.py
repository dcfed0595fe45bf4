"""Layers of a study out of public files that were fetched, and a study begun on them."""

from sitesel.extracting.figures import kilovolts, people
from sitesel.extracting.making import Made, Wish, make_layers, write_layers
from sitesel.extracting.passing import Extract, Feature, read_extract
from sitesel.extracting.starting import utm_of, write_study
from sitesel.extracting.tagging import Tagging, tagging
from sitesel.extracting.telling import made_lines, written_lines

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
    "read_extract",
    "tagging",
    "utm_of",
    "write_layers",
    "write_study",
    "written_lines",
]
