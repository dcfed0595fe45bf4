"""Labour: the working-age people who can come to work, each counted once."""

from sitesel.criteria.labour.catchment import decayed_people, people_by_band, people_reached, people_within
from sitesel.criteria.labour.competitive import Shared, after_rivals, competitive_catchment, spatial_availability
from sitesel.criteria.labour.decay import DECAYS, decayed
from sitesel.criteria.labour.floating import three_step, two_step
from sitesel.criteria.labour.modes import seconds_of, willing
from sitesel.criteria.labour.pool import Estimate, pool
from sitesel.criteria.labour.shifts import Hours, Shift, there_and_back

__all__ = [
    "DECAYS",
    "Estimate",
    "Hours",
    "Shared",
    "Shift",
    "after_rivals",
    "competitive_catchment",
    "decayed",
    "decayed_people",
    "people_by_band",
    "people_reached",
    "people_within",
    "pool",
    "seconds_of",
    "spatial_availability",
    "there_and_back",
    "three_step",
    "two_step",
    "willing",
]
