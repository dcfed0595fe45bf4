"""Layers in: catalogue, vector and raster files, checked, repaired with notice, projected."""

from sitesel.layers.catalogue import embedded_catalogue, embedded_file, embedded_study
from sitesel.layers.grid import Grid, grid_over
from sitesel.layers.population import SharedPopulation, share_population
from sitesel.layers.raster import Relief, heights_at, read_around, read_relief
from sitesel.layers.roles import ROLES, Column, Role
from sitesel.layers.tiles import Raster, joined
from sitesel.layers.vector import read_vector

__all__ = [
    "ROLES",
    "Column",
    "Grid",
    "Raster",
    "Relief",
    "Role",
    "SharedPopulation",
    "embedded_catalogue",
    "embedded_file",
    "embedded_study",
    "grid_over",
    "heights_at",
    "joined",
    "read_around",
    "read_relief",
    "read_vector",
    "share_population",
]
