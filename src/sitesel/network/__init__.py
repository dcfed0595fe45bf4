"""Road lines to networkx graphs with seconds; places snapped to them."""

from sitesel.network.lines import from_lines
from sitesel.network.snapping import OffRoad, attach
from sitesel.network.speeds import marshrutka_fixed_minutes

__all__ = ["OffRoad", "attach", "from_lines", "marshrutka_fixed_minutes"]
