"""One file a kind of indicator: settings, unit, decimals, label, and how plots and cells alike are measured."""

from typing import Annotated

from pydantic import Field

from sitesel.indicators.area_ratio import AreaRatio
from sitesel.indicators.conformity import Conformity
from sitesel.indicators.connection_per_job import ConnectionPerJob
from sitesel.indicators.fit_of_ground import FitOfGround
from sitesel.indicators.freight_cost import FreightCost
from sitesel.indicators.jobs_near_home import JobsNearHome
from sitesel.indicators.kind import Criterion, Indicator, Measured
from sitesel.indicators.km_to_road import KmToRoad
from sitesel.indicators.km_to_utility import KmToUtility
from sitesel.indicators.metres_to_main_road import MetresToMainRoad
from sitesel.indicators.minutes_to_gateway import MinutesToGateway
from sitesel.indicators.minutes_to_staff import MinutesToStaff
from sitesel.indicators.people_per_job import PeoplePerJob, first_decay
from sitesel.indicators.slope import Slope

AnyIndicator = Annotated[
    MinutesToStaff
    | JobsNearHome
    | FreightCost
    | MetresToMainRoad
    | ConnectionPerJob
    | FitOfGround
    | MinutesToGateway
    | KmToRoad
    | PeoplePerJob
    | KmToUtility
    | AreaRatio
    | Conformity
    | Slope,
    Field(discriminator="measure"),
]
"""Every kind that a study may ask for."""

__all__ = ["AnyIndicator", "Criterion", "Indicator", "JobsNearHome", "Measured", "MinutesToStaff", "first_decay"]
