"""Findings in, files out."""

from sitesel.outputs.everything import write_all
from sitesel.outputs.screened import write_only_grids
from sitesel.outputs.terminal import programme_lines, ranking_tables
from sitesel.report.rules import rule_lines

__all__ = ["programme_lines", "ranking_tables", "rule_lines", "write_all", "write_only_grids"]
