"""What a study file may say of rules."""

from typing import Annotated

from pydantic import Field, RootModel, field_validator

from sitesel.country import PLAIN
from sitesel.rules.judging import Mode, Rule, default_rules, set_modes

Modes = dict[Annotated[str, Field(description="rule")], Mode]


class Rules(RootModel[Modes]):
    """Modes other than those of the country."""

    root: Modes = Field(default_factory=dict)

    @field_validator("root")
    @classmethod
    def _known(cls, given: dict[str, Mode]) -> dict[str, Mode]:
        set_modes(default_rules(), given)
        return given

    def all(self, code: str = PLAIN) -> dict[str, Rule]:
        """Give all rules of a country, with the modes that the study sets."""
        return set_modes(default_rules(code), self.root)
