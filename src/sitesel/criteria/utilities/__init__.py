"""Utilities: what a town asks of the networks, how it is joined to them, and what that costs."""

from sitesel.criteria.utilities.along_roads import road_lengths, taps
from sitesel.criteria.utilities.demand import demand_figures, network_need, town_demand
from sitesel.criteria.utilities.estimate import estimate, totals
from sitesel.criteria.utilities.known import km_to_known
from sitesel.criteria.utilities.least_cost import crossings, least_cost_routes
from sitesel.criteria.utilities.offers import cheapest, every_connection, offers
from sitesel.criteria.utilities.overdrawn import overdrawn
from sitesel.criteria.utilities.prices import Prices, Terrain, default_prices, default_terrain
from sitesel.criteria.utilities.sharing import capacity_table, share
from sitesel.criteria.utilities.surface import CostSurface, cost_surface

__all__ = [
    "CostSurface",
    "Prices",
    "Terrain",
    "capacity_table",
    "cheapest",
    "cost_surface",
    "crossings",
    "default_prices",
    "default_terrain",
    "demand_figures",
    "estimate",
    "every_connection",
    "km_to_known",
    "least_cost_routes",
    "network_need",
    "offers",
    "overdrawn",
    "road_lengths",
    "share",
    "taps",
    "totals",
    "town_demand",
]
