"""Roads in, from files or lines, to networkx graphs with seconds; places snapped to them."""

from sitesel.network.arcs import Arcs, arcs_of
from sitesel.network.bypass import Gap, with_bypass
from sitesel.network.cache import NOT_KEPT, user_cache_folder
from sitesel.network.interchange import from_graphml, from_osmnx
from sitesel.network.lines import from_lines, to_lines
from sitesel.network.osm import Extract, from_osm
from sitesel.network.osm_tables import FAR_NODES, MISSING_NODES
from sitesel.network.report import NetworkReport, report
from sitesel.network.roads import Roads, words_of
from sitesel.network.slope import slow_by_slope
from sitesel.network.snapping import SnapRules, snap, strongest_component
from sitesel.network.speeds import bus_fixed_minutes, peak_factor, walking_kph

__all__ = [
    "FAR_NODES",
    "MISSING_NODES",
    "NOT_KEPT",
    "Arcs",
    "Extract",
    "Gap",
    "NetworkReport",
    "Roads",
    "SnapRules",
    "arcs_of",
    "bus_fixed_minutes",
    "from_graphml",
    "from_lines",
    "from_osm",
    "from_osmnx",
    "peak_factor",
    "report",
    "slow_by_slope",
    "snap",
    "strongest_component",
    "to_lines",
    "user_cache_folder",
    "walking_kph",
    "with_bypass",
    "words_of",
]
