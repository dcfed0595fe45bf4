"""What a study file may say of rules and ground."""

from typing import Annotated

from pydantic import Field, RootModel, field_validator

from sitesel.constraints import Mode, default_rules, set_modes
from sitesel.study.parts import Part, Positive


class Rules(RootModel[dict[str, Mode]]):
    """The section ``[rules]``: modes other than those that travel with the package."""

    root: dict[str, Mode] = Field(default_factory=dict)

    @field_validator("root")
    @classmethod
    def _known(cls, given: dict[str, Mode]) -> dict[str, Mode]:
        set_modes(default_rules(), given)
        return given


class Ground(Part):
    """The section ``[ground]``: what is kept free, and what shape is looked for."""

    keep_from_rivers_m: Annotated[float, Field(ge=0)]
    keep_from_power_lines_m: Annotated[float, Field(ge=0)]
    frontage_within_m: Positive
    longest_by_shortest: Annotated[float, Field(ge=1)]
    source: str = ""
