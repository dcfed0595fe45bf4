"""Findings in, files out."""

from sitesel.outputs.chosen import programme_lines
from sitesel.outputs.everything import write_all
from sitesel.outputs.map import map_html, notebook_map, write_map
from sitesel.outputs.rules import rule_lines
from sitesel.outputs.screened import write_only_grids
from sitesel.outputs.start import write_start
from sitesel.outputs.terminal import ranking_tables

__all__ = [
    "map_html",
    "notebook_map",
    "programme_lines",
    "ranking_tables",
    "rule_lines",
    "write_all",
    "write_map",
    "write_only_grids",
    "write_start",
]
