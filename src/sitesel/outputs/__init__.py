"""Findings in, files out."""

from sitesel.outputs.everything import write_all
from sitesel.outputs.terminal import ranking_tables

__all__ = ["ranking_tables", "write_all"]
