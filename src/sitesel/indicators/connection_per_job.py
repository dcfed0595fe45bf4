"""What it costs to join every network, for each job."""

from collections.abc import Hashable
from typing import ClassVar, Literal

from sitesel.connections.connecting import Terms, terms_of_connection
from sitesel.connections.per_job import money_per_job
from sitesel.connections.settings import Connection, Demands
from sitesel.errors import StudyError
from sitesel.indicators.kind import Indicator, Measured
from sitesel.region import Outlines, Region
from sitesel.settings import Positive
from sitesel.text import Message


class ConnectionPerJob(Indicator):
    """What it costs to join every network, for each job, in US dollars at middle prices.

    Laid along roads. Counted at the worst that is possible: spare capacity that is not known is none, and a network
    without a known source is charged at its upper bound. The best that is possible is told beside it. Nothing is known
    where no source of any network, roads left aside, is known within reach.
    """

    unit: ClassVar = "unit.usd_per_job"
    decimals: ClassVar = 0
    by_connection: ClassVar = True
    by_bound: ClassVar = False

    measure: Literal["connection_per_job"]
    years: Positive = 25
    """Over which the money is paid back. It changes no score: weights are told beside money by it."""
    interest: Positive = 0.08
    """Of what is not yet paid back, as a share for each year. For money alone, too."""

    @property
    def usd_per_job_year(self) -> float:
        """A dollar spread over its years, as an annuity."""
        return float(self.interest / (1 - (1 + self.interest) ** -self.years))

    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Add up the cheapest way to join each network."""
        money = money_per_job(region, outlines, terms_here(outlines, region))
        known = money["known"].astype(bool)

        def told() -> dict[Hashable, Message]:
            ends = money[["low", "high"]].round(-1)
            return {
                outline: Message("detail.connection", {"low": low, "high": high})
                for outline, low, high in ends.itertuples()
            }

        return Measured(
            money["high"].where(known), Message("reason.no_source"), told, low=money["low"], high=money["high"]
        )


def terms_here(outlines: Outlines, region: Region) -> Terms:
    """Put together what the towns of some outlines ask of the networks.

    Raises
    ------
    StudyError
        The study has no section ``connection``.
    """
    asked, demand = region.asked.section(Connection), region.asked.section(Demands)
    towns = outlines.frame.drop_duplicates("town").set_index("town")[["jobs", "production"]]
    terms = terms_of_connection(region, outlines, asked, {} if demand is None else demand.given, towns)
    if terms is None:
        raise StudyError("indicators: one asks what connections cost, and nothing says so; add [connection]")
    return terms
