"""The map that travels by mail: one HTML file, offline, in three languages."""

from sitesel.outputs.map.page import map_html, notebook_map, write_map

__all__ = ["map_html", "notebook_map", "write_map"]
