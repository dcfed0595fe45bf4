"""What a study file may say of how its ranking is put to the test."""

from typing import Annotated, Final, Self

import pandas as pd
from pydantic import Field, field_validator, model_validator

from sitesel.decision import fault_in_ranges
from sitesel.decision.weights import TOLERANCE
from sitesel.indicators import Criterion
from sitesel.settings import Part, Share

FEWEST: Final = 64
"""Draws: with fewer, a share of first places is wrong by more than six points in a hundred."""

Count = Annotated[int, Field(gt=0)]


class WeightRange(Part):
    """Between which a criterion's weight lies, in the eyes of those who decide."""

    low: Share
    """Least that it may weigh."""
    high: Share
    """Most that it may weigh."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}; give them in rising order")
        return self


class Sureness(Part):
    """What is drawn to find out how sure the ranking is, and how often."""

    worlds: Count = 32
    """How often what plots share is drawn: speeds, people, costs, what indicators leave open, spare capacity, places of
    gateways and sources."""
    positions: Count = 16
    """At how many places each plot is measured, within the precision of its own place. Its score is the mean over
    these: a study without this table measures at the one place given, and may rank neighbours otherwise."""
    draws: Count = 32
    """How often, in each world, each plot's place is drawn among these, what is not known of it, and the weights."""
    concentration: Annotated[float, Field(ge=1)] = 50.0
    """How close drawn weights stay to the study's: a weight w spreads by the root of w(1 - w) / (concentration + 1)."""
    weights: dict[Annotated[Criterion, Field(description="criterion")], WeightRange] = Field(default_factory=dict)
    """Between which each criterion's weight lies: all weights within these that add up to 1 are as likely, and
    ``concentration`` speaks only of how a criterion's weight is split among its indicators. Each criterion that has
    indicators has a range, or none has."""
    speed: Share = 0.15
    """By which part the speed on a road may be wrong (a standard deviation). It is made of parts of one size that are
    wrong apart from one another: one of all roads; one of each class (motorways and trunk roads, primary and secondary
    roads, all others); and, where there are several modes, one of the roads of each."""
    enough: Share = 0.5
    """Chance that spare capacity that is not known is enough."""

    source: str = ""
    """Where these figures come from."""

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.worlds * self.draws < FEWEST:
            raise ValueError(f"{self.worlds} worlds of {self.draws} draws tell nothing; let there be {FEWEST} in all")
        return self

    @field_validator("weights")
    @classmethod
    def _admit_a_point(cls, given: dict[Criterion, WeightRange]) -> dict[Criterion, WeightRange]:
        ends = [(one.low, one.high) for one in given.values()]
        if given and (fault := fault_in_ranges(*zip(*ends, strict=True))):
            raise ValueError(fault)
        return given

    @field_validator("worlds", "draws")
    @classmethod
    def _power_of_two(cls, given: int) -> int:
        if given & (given - 1):
            below = 1 << given.bit_length() - 1
            raise ValueError(f"{given} is no power of two, at which draws are even; write {below} or {2 * below}")
        return given

    @property
    def weight_ends(self) -> "tuple[pd.Series[float], pd.Series[float]]":
        """Low and high ends of the criteria's ranges, index criterion; empty where the study gives none."""
        table = pd.DataFrame([one.model_dump() for one in self.weights.values()], list(self.weights), ["low", "high"])
        return table["low"].astype(float), table["high"].astype(float)

    def outside(self, weights: "pd.Series[float]") -> list[Criterion]:
        """Name the criteria whose weight in a study lies outside its range."""
        low, high = self.weight_ends
        beside = (weights[low.index] < low - TOLERANCE) | (weights[low.index] > high + TOLERANCE)
        return [name for name in self.weights if beside[name]]
