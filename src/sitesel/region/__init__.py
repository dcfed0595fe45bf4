"""The ground of a study, made once and never changed: layers, networks, homes, heights."""

from sitesel.region.homes import Homes
from sitesel.region.outlines import Outlines
from sitesel.region.reading import IN_MEMORY, Inputs, Source, read_inputs, sources
from sitesel.region.region import Asked, Region, layers_joined, survey, waiting_minutes

__all__ = [
    "IN_MEMORY",
    "Asked",
    "Homes",
    "Inputs",
    "Outlines",
    "Region",
    "Source",
    "layers_joined",
    "read_inputs",
    "sources",
    "survey",
    "waiting_minutes",
]
