"""A road graph compiled once; many travel times, catchments, paths and outlines asked of it."""

from sitesel.routing.compiled import CompiledNetwork, compile_network
from sitesel.routing.decay import Decay, within
from sitesel.routing.isochrones import isochrones
from sitesel.routing.paths import paths
from sitesel.routing.places import Places, places_at_nodes, places_on_edges
from sitesel.routing.reach import reach_sum, reach_sum_of_nodes
from sitesel.routing.times import nearest, travel_times, why_unreachable

__all__ = [
    "CompiledNetwork",
    "Decay",
    "Places",
    "compile_network",
    "isochrones",
    "nearest",
    "paths",
    "places_at_nodes",
    "places_on_edges",
    "reach_sum",
    "reach_sum_of_nodes",
    "travel_times",
    "why_unreachable",
    "within",
]
