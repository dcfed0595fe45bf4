"""The results as QGIS shows them: styles within the GeoPackage, and a project that opens it."""

from sitesel.outputs.qgis.project import write_project
from sitesel.outputs.qgis.styles import describe

__all__ = ["describe", "write_project"]
