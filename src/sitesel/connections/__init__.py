"""Connections: what a town asks of the networks, how it is joined to them, and what that costs."""

from sitesel.connections.along_roads import taps
from sitesel.connections.demand import demand_figures, network_need, town_demand
from sitesel.connections.estimate import estimate, totals
from sitesel.connections.least_cost import crossings, least_cost_routes
from sitesel.connections.offers import cheapest, every_connection, offers
from sitesel.connections.overdrawn import overdrawn
from sitesel.connections.prices import Prices, Terrain, default_prices, default_terrain
from sitesel.connections.sharing import share
from sitesel.connections.surface import CostSurface, cost_surface

__all__ = [
    "CostSurface",
    "Prices",
    "Terrain",
    "cheapest",
    "cost_surface",
    "crossings",
    "default_prices",
    "default_terrain",
    "demand_figures",
    "estimate",
    "every_connection",
    "least_cost_routes",
    "network_need",
    "offers",
    "overdrawn",
    "share",
    "taps",
    "totals",
    "town_demand",
]
