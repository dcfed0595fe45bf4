"""Findings in, files out."""

from sitesel.outputs.everything import WRITES, write_all
from sitesel.outputs.folder import alone_in
from sitesel.outputs.map import map_html, notebook_map, write_map
from sitesel.outputs.notebook import notebook_html
from sitesel.outputs.screened import write_only_grids
from sitesel.outputs.start import write_start
from sitesel.outputs.terminal import (
    answer_lines,
    connection_tables,
    programme_lines,
    ranking_tables,
    scenario_tables,
    title_line,
)
from sitesel.report.rules import rule_lines

__all__ = [
    "WRITES",
    "alone_in",
    "answer_lines",
    "connection_tables",
    "map_html",
    "notebook_html",
    "notebook_map",
    "programme_lines",
    "ranking_tables",
    "rule_lines",
    "scenario_tables",
    "title_line",
    "write_all",
    "write_map",
    "write_only_grids",
    "write_start",
]
