"""What if: other seasons, roads closed, slowed or built, other jobs and weights, on the same plots."""

from sitesel.scenarios.roads import refuse_strange_roads
from sitesel.scenarios.settings import Scenario, Slowed, Stretch
from sitesel.scenarios.worlds import region_in, roads_differ

__all__ = ["Scenario", "Slowed", "Stretch", "refuse_strange_roads", "region_in", "roads_differ"]
