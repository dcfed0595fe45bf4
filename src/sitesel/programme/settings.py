"""What a study file may say of the choice of plots together."""

from typing import Annotated

from pydantic import Field, model_validator

from sitesel.programme import question
from sitesel.settings import Part, Positive, Raion, Share


class Aim(Part):
    """What the towns' plots are chosen together for."""

    score: Share
    """Weight of the plots' scores; this and the next two add up to 1."""
    minutes: Share
    """Weight of the minutes that workers travel; above 0."""
    regional: Share
    """Weight of jobs held without moving house."""
    limit_minutes: Positive
    """Nobody travels longer."""
    home_minutes: Positive
    """Who lives no farther keeps their home; no more than ``limit_minutes``."""
    raion_weights: dict[Raion, Share] = Field(default_factory=dict)
    """How much a job counts that is held from a raion without moving house; a raion not named counts 1."""
    source: str = ""
    """Where weights and minutes come from."""

    def asked(self) -> question.Aim:
        """Put it as the programme takes it."""
        return question.Aim(**self.model_dump(exclude={"source"}))

    @model_validator(mode="after")
    def _sound(self) -> "Aim":
        if faults := self.asked().faults():
            raise ValueError("\n".join(fault.removeprefix("programme: ") for fault in faults))
        return self


class Programme(Part):
    """Land that jobs need, and the choice of the towns' plots; without an aim none are chosen together."""

    jobs_per_ha: Positive
    """Land that jobs need: jobs on one hectare."""
    aim: Aim | None = None
    """One plot a town is chosen together, each worker counted once; without this section none are. Needs ``[labour]``.
    """
    fixed: dict[Annotated[str, Field(description="town")], str] = Field(default_factory=dict)
    """Plots already chosen, by town."""
    excluded: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = ()
    """Sets of two plots or more that cannot all be chosen."""
    phases: tuple[str, ...] | None = None
    """Towns in the order in which they are built; left out: all at once."""

    def rules(self) -> question.Rules:
        """Put the rules as the programme takes them."""
        return question.Rules(fixed=self.fixed, excluded=self.excluded, phases=self.phases)
