"""The report on paper: the sheets of :mod:`sitesel.report` set as one PDF."""

from sitesel.outputs.paper.writing import write_report

__all__ = ["write_report"]
