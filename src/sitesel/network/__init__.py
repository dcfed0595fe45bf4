"""Roads in, from files or lines, to networkx graphs with seconds; places snapped to them."""

from sitesel.network.arcs import Arcs, arcs_of
from sitesel.network.lines import from_lines
from sitesel.network.snapping import SnapRules, snap
from sitesel.network.speeds import marshrutka_fixed_minutes

__all__ = ["Arcs", "SnapRules", "arcs_of", "from_lines", "marshrutka_fixed_minutes", "snap"]
