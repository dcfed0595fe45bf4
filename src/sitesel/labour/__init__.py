"""Labour: the working-age people who can come to work, each counted once."""

from sitesel.labour.catchment import decayed_people, people_by_band, people_reached, people_within
from sitesel.labour.competitive import Shared, after_rivals, competitive_catchment, spatial_availability
from sitesel.labour.decay import DECAYS, decayed
from sitesel.labour.floating import three_step, two_step
from sitesel.labour.modes import seconds_of, willing
from sitesel.labour.pool import Estimate, pool
from sitesel.labour.shifts import Hours, Shift, there_and_back
from sitesel.labour.staffing import drawn_alone, drawn_by_rivals, drawn_together, near_home, staffing_alone
from sitesel.labour.workers import Workers

__all__ = [
    "DECAYS",
    "Estimate",
    "Hours",
    "Shared",
    "Shift",
    "Workers",
    "after_rivals",
    "competitive_catchment",
    "decayed",
    "decayed_people",
    "drawn_alone",
    "drawn_by_rivals",
    "drawn_together",
    "near_home",
    "people_by_band",
    "people_reached",
    "people_within",
    "pool",
    "seconds_of",
    "spatial_availability",
    "staffing_alone",
    "there_and_back",
    "three_step",
    "two_step",
    "willing",
]
