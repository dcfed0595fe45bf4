"""Findings in, files out.

Each name is loaded when it is first asked for: whoever only writes a folder whole needs none of what findings need.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sitesel.outputs.everything import WRITES, write_all
    from sitesel.outputs.folder import alone_in
    from sitesel.outputs.map import map_html, write_map
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

_HOMES = {
    "WRITES": "outputs.everything",
    "alone_in": "outputs.folder",
    "answer_lines": "outputs.terminal",
    "connection_tables": "outputs.terminal",
    "map_html": "outputs.map",
    "notebook_html": "outputs.notebook",
    "programme_lines": "outputs.terminal",
    "ranking_tables": "outputs.terminal",
    "rule_lines": "report.rules",
    "scenario_tables": "outputs.terminal",
    "title_line": "outputs.terminal",
    "write_all": "outputs.everything",
    "write_map": "outputs.map",
    "write_only_grids": "outputs.screened",
    "write_start": "outputs.start",
}

__all__ = [
    "WRITES",
    "alone_in",
    "answer_lines",
    "connection_tables",
    "map_html",
    "notebook_html",
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


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- whatever is asked for
    """Load what is asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'sitesel.outputs' has no attribute {name!r}")
    found = getattr(import_module(f"sitesel.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
