"""What a study file may say of demand and connection."""

import difflib
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sitesel.connections.prices import default_prices
from sitesel.schema import Lay
from sitesel.settings import Amounts, Part, Positive

Production = Literal["sewing", "with_knitting", "with_dyeing"]
Quantity = Literal["power_mw", "water_m3_day", "wastewater_m3_day", "heating_mw", "gas_m3_h"]
MOST_CELLS = 500  # from a plot to the farthest source: a million cells around it


class Figures(Amounts):
    """A section ``[demand.<production>.<quantity>]``: for 1,000 jobs, in the quantity's unit."""

    source: str = "the study"
    confidence: str = ""


Demand = dict[Production, dict[Quantity, Figures]]


class Cost(Amounts):
    """A section ``[connection.costs.<item>]``: USD for one of the item's unit."""

    basis: str = "the study"
    source: str = "the study"
    confidence: str = ""


class Rate(Part):
    """The section ``[connection.rate]``: what a dollar costs, and when."""

    som_per_usd: Positive
    date: Annotated[str, Field(min_length=1)]
    source: str = ""


class Connection(Part):
    """The section ``[connection]``: what it costs to join each plot to the networks."""

    lay: Lay
    within_km: Positive
    cell_m: Positive
    access_classes: Annotated[tuple[str, ...], Field(min_length=1)]
    prices: str | None = None
    costs: dict[str, Cost] = Field(default_factory=dict)
    rate: Rate | None = None

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
