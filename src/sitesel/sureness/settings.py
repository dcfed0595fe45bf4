"""What a study file may say of how its ranking is put to the test."""

from typing import Annotated, Final, Self

from pydantic import Field, field_validator, model_validator

from sitesel.settings import Part, Share

FEWEST: Final = 64
"""Draws: with fewer, a share of first places is wrong by more than six points in a hundred."""

Count = Annotated[int, Field(gt=0)]


class Sureness(Part):
    """What is drawn to find out how sure the ranking is, and how often."""

    worlds: Count = 32
    """How often what plots share is drawn: speeds, people, costs, spare capacity, places of gateways and sources."""
    positions: Count = 16
    """At how many places each plot is measured, within the precision of its own place. Its score is the mean over
    these: a study without this table measures at the one place given, and may rank neighbours otherwise."""
    draws: Count = 32
    """How often, in each world, each plot's place is drawn among these, what is not known of it, and the weights."""
    concentration: Annotated[float, Field(ge=1)] = 50.0
    """How close drawn weights stay to the study's: a weight w spreads by the root of w(1 - w) / (concentration + 1)."""
    speed: Share = 0.15
    """By which part speeds may be wrong (a standard deviation), of all roads together and of each class by itself."""
    enough: Share = 0.5
    """Chance that spare capacity that is not known is enough."""

    source: str = ""
    """Where these figures come from."""

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.worlds * self.draws < FEWEST:
            raise ValueError(f"{self.worlds} worlds of {self.draws} draws tell nothing; let there be {FEWEST} in all")
        return self

    @field_validator("worlds", "draws")
    @classmethod
    def _power_of_two(cls, given: int) -> int:
        if given & (given - 1):
            below = 1 << given.bit_length() - 1
            raise ValueError(f"{given} is no power of two, at which draws are even; write {below} or {2 * below}")
        return given
