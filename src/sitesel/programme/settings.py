"""What a study file may say of the choice of plots together."""

from typing import Annotated

from pydantic import Field, model_validator

from sitesel.programme import question
from sitesel.settings import Part, Positive, Share


class Aim(Part):
    """The section ``[programme.aim]``: what the towns' plots are chosen together for."""

    score: Share
    minutes: Share
    regional: Share
    limit_minutes: Positive
    home_minutes: Positive
    raion_weights: dict[str, Share] = Field(default_factory=dict)
    source: str = ""

    def asked(self) -> question.Aim:
        """Put it as the programme takes it."""
        return question.Aim(**self.model_dump(exclude={"source"}))

    @model_validator(mode="after")
    def _sound(self) -> "Aim":
        if faults := self.asked().faults():
            raise ValueError("\n".join(fault.removeprefix("programme: ") for fault in faults))
        return self


class Programme(Part):
    """The section ``[programme]``; without an aim no plots are chosen together."""

    jobs_per_ha: Positive
    aim: Aim | None = None
    fixed: dict[str, str] = Field(default_factory=dict)
    excluded: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = ()
    phases: tuple[str, ...] | None = None

    def rules(self) -> question.Rules:
        """Put the rules as the programme takes them."""
        return question.Rules(fixed=self.fixed, excluded=self.excluded, phases=self.phases)
