"""What a study file may say of demand and connection."""

import difflib
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sitesel.connections.prices import default_prices
from sitesel.region.settings import RoadClasses
from sitesel.schema import Lay
from sitesel.settings import Amounts, Part, Positive

Production = Literal["sewing", "with_knitting", "with_dyeing"]
Quantity = Literal["power_mw", "water_m3_day", "wastewater_m3_day", "heating_mw", "gas_m3_h"]
MOST_CELLS = 500  # from a plot to the farthest source: a million cells around it


class Figures(Amounts):
    """What 1,000 jobs ask of a network, in the quantity's unit."""

    source: str = "the study"
    """Where the figures come from."""
    confidence: str = ""
    """How sure they are, in words."""


Demand = dict[
    Annotated[Production, Field(description="production")],
    dict[Annotated[Quantity, Field(description="quantity")], Figures],
]


class Demands(Part):
    """What jobs ask of the networks, instead of the package's figures."""

    given: Demand = Field(default_factory=dict)
    """By production and quantity."""


class Cost(Amounts):
    """US dollars for one of the item's unit."""

    basis: str = "the study"
    """What the cost is made of."""
    source: str = "the study"
    """Where it comes from."""
    confidence: str = ""
    """How sure it is, in words."""


class Rate(Part):
    """What a dollar costs, and when."""

    per_usd: Positive
    """How much money of the country one US dollar is."""
    currency: str | None = None
    """What that money is called, as ``EUR``; left out: as in the country."""
    date: Annotated[str, Field(min_length=1)]
    """When it was so."""
    source: str = ""
    """Who says so."""


class Connection(Part):
    """What it costs to join each plot to the networks."""

    lay: Lay
    """Which way of laying is shown first: along roads, or by the cheapest line over the ground. Both are worked out."""
    within_km: Positive
    """How far off, straight, a source is tried, and how far a route over the ground may go from the plot, in
    kilometres; where no known source serves, the length of a line from the farthest one tried.
    """
    cell_m: Positive
    """Side of a cell of the grid for the way over the ground, in metres; no less than 2 for each kilometre of
    ``within_km``.
    """
    access_classes: RoadClasses
    """Roads that an access road may lead to: values of OpenStreetMap's ``highway``."""
    prices: str | None = None
    """A price list beside the study (see *What the connections give*), instead of the package's costs."""
    costs: dict[Annotated[str, Field(description="item")], Cost] = Field(default_factory=dict)
    """Costs of single items, instead of the package's or the list's; items by their id in ``estimate.csv``."""
    rate: Rate | None = None
    """What a dollar costs in the money of the country; left out: as its pack says, and in no other money without."""

    @field_validator("costs")
    @classmethod
    def _known(cls, given: dict[str, Cost]) -> dict[str, Cost]:
        if faults := [fault for item in given if (fault := fault_in_item(item))]:
            raise ValueError("\n".join(faults))
        return given

    @model_validator(mode="after")
    def _bounded(self) -> "Connection":
        least = self.within_km * 1000 / MOST_CELLS
        if self.cell_m < least:
            raise ValueError(
                f"cells of {self.cell_m:g} m are too many within {self.within_km:g} km; "
                f"write cell_m = {least:g} or more, or lower within_km"
            )
        return self


def fault_in_item(item: str) -> str | None:
    """Say what is wrong with the name of an item of the price list, if anything."""
    known = [str(name) for name in default_prices().items.index]
    if item in known:
        return None
    close = difflib.get_close_matches(item, known, n=1, cutoff=0.6)
    return f"no item is called {item!r}; " + (
        f"did you mean {close[0]}?" if close else f"they are {', '.join(sorted(known))}"
    )
