"""What a year's truck trips to named destinations cost, for each job."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Final, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from sitesel.indicators.kind import Indicator, Measured
from sitesel.indicators.nearest import least
from sitesel.region import Outlines, Region
from sitesel.region.settings import Way
from sitesel.routing import CompiledNetwork, travel_times
from sitesel.schema import Gateway, RoadMode
from sitesel.settings import TOGETHER_ONE, Figure, Share
from sitesel.text import Message, listed, names_of

S_PER_HOUR: Final = 3600.0
MODE: Final[RoadMode] = "truck"


class FreightCost(Indicator):
    """What a year's truck trips to named destinations cost, for each job, in US dollars.

    Each trip goes to the destination of its kind that is cheapest to reach, by the cheapest way, and back. Its figures
    may be given as ``{ low, mid, high }``: ``mid`` is counted, and draws are made between the ends (``[sureness]``).
    """

    unit: ClassVar = "unit.usd_per_job_year"
    decimals: ClassVar = 0
    left_open: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "truck_costs": ("usd_per_km", "usd_per_hour"),
        "truck_trips": ("trips_per_job",),
    }

    measure: Literal["freight_cost"]
    destinations: Annotated[dict[Annotated[Gateway, Field(description="gateway")], Share], TOGETHER_ONE]
    """Share of the trips that go to each kind of gateway; together 1."""
    trips_per_job: Figure
    """Truck trips in a year for each job, in and out together."""
    usd_per_km: Figure
    """What a truck costs for each kilometre: fuel, tyres, upkeep."""
    usd_per_hour: Figure
    """What a truck costs for each hour on the road: driver, wear of the vehicle with time."""

    @property
    def modes(self) -> frozenset[RoadMode]:
        """By truck."""
        return frozenset({MODE})

    @property
    def ways(self) -> frozenset[Way]:
        """To the gateways."""
        return frozenset({(MODE, "gateways")})

    @property
    def usd_per_job_year(self) -> float:
        """It is such money."""
        return 1.0

    def measured(self, outlines: Outlines, region: Region) -> Measured:
        """Cost the trips to each kind of destination, and add them up by their shares."""
        trip, whose = self._trips(outlines, region)
        amount = sum((share * trip[kind] for kind, share in self._asked()), pd.Series(0.0, index=outlines.index))
        words = {place: names_of(row) for place, row in region.frames["gateways"].iterrows()}

        def told() -> dict[Hashable, Message]:
            places = whose.dropna()
            return {
                outline: Message("detail.freight", {"places": listed(words[place] for place in dict.fromkeys(row))})
                for outline, row in zip(places.index, places.to_numpy(), strict=True)
            }

        missing = listed(Message(f"map.kind.{kind}") for kind, _ in self._asked() if trip[kind].isna().all())
        kinds = missing if missing["en"] else listed(Message(f"map.kind.{kind}") for kind, _ in self._asked())
        yearly = 2 * self.trips_per_job.mid * amount  # there and back
        return Measured(yearly, Message("reason.no_destination", {"what": kinds}), told)

    def _asked(self) -> list[tuple[Gateway, float]]:
        return [(kind, share) for kind, share in self.destinations.items() if share > 0]

    def _trips(self, outlines: Outlines, region: Region) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Dollars of one way to the cheapest gateway of each kind, and which it is: outlines x kinds."""
        network, leg_factor = self._by_cost(region)
        both = (outlines.places[MODE], region.joined[MODE, "gateways"])
        ends = [replace(places, off_road_s=places.off_road_s * leg_factor) for places in both]
        hours = travel_times(network, *ends).reindex(outlines.index).astype(np.float64) / S_PER_HOUR
        gateways = region.frames["gateways"]
        found = {kind: least(hours[list(gateways.index[gateways["kind"] == kind])]) for kind, _ in self._asked()}
        dollars = pd.DataFrame({kind: amount * self.usd_per_hour.mid for kind, (amount, _) in found.items()})
        return dollars, pd.DataFrame({kind: whose for kind, (_, whose) in found.items()})

    def _by_cost(self, region: Region) -> tuple[CompiledNetwork, float]:
        """Make the network's seconds those that a truck could wait for the money that an arc costs it."""
        network = region.networks[MODE]
        s_per_m = self.usd_per_km.mid / 1000 / self.usd_per_hour.mid * S_PER_HOUR
        off_road_m_per_s = region.snap_rules(MODE).off_road_kmh / 3.6
        return network.customise(network.arcs.seconds + s_per_m * network.arcs.metres()), 1 + s_per_m * off_road_m_per_s
