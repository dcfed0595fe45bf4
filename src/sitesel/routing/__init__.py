"""Travel times over a road graph."""

from sitesel.routing.shortest import travel_times

__all__ = ["travel_times"]
