"""What a study file may say of rules."""

from pydantic import Field, RootModel, field_validator

from sitesel.rules.judging import Mode, Rule, default_rules, set_modes


class Rules(RootModel[dict[str, Mode]]):
    """The section ``[rules]``: modes other than those that travel with the package."""

    root: dict[str, Mode] = Field(default_factory=dict)

    @field_validator("root")
    @classmethod
    def _known(cls, given: dict[str, Mode]) -> dict[str, Mode]:
        set_modes(default_rules(), given)
        return given

    def all(self) -> dict[str, Rule]:
        """Give all rules, with the modes that the study sets."""
        return set_modes(default_rules(), self.root)
