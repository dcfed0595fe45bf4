"""Road lines to networkx graphs with seconds; places snapped to them."""

from sitesel.network.cache import user_cache_folder
from sitesel.network.interchange import from_graphml, from_osmnx
from sitesel.network.osm import from_osm
from sitesel.network.report import NetworkReport, report
from sitesel.network.slope import slow_by_slope
from sitesel.network.speeds import marshrutka_fixed_minutes

__all__ = [
    "NetworkReport",
    "from_graphml",
    "from_osm",
    "from_osmnx",
    "marshrutka_fixed_minutes",
    "report",
    "slow_by_slope",
    "user_cache_folder",
]
