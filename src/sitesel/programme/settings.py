"""What a study file may say of the choice of plots together."""

from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from sitesel.settings import Part

NO_AIM: Final = (
    "the section [programme.aim] is gone: plots are chosen together by the weights of the indicators; remove it, and "
    "write its limit_minutes under [labour]"
)


class Rules(Part):
    """What the choice must keep to."""

    fixed: dict[Annotated[str, Field(description="town")], str] = Field(default_factory=dict)
    """Plots already chosen, by town."""
    excluded: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = ()
    """Sets of two plots or more that cannot all be chosen."""
    phases: tuple[str, ...] | None = None
    """Towns in the order in which they are built, each staffed from what those before leave; left out: all at once."""


class Programme(Rules):
    """Land that jobs need, and the choice of the towns' plots."""

    jobs_per_ha: Annotated[float, Field(ge=1, le=10_000)]
    """Land that jobs need: jobs on one hectare."""

    @model_validator(mode="before")
    @classmethod
    def _without_aim(cls, given: Any) -> Any:  # noqa: ANN401 -- whatever the file holds
        if isinstance(given, dict) and "aim" in given:
            raise ValueError(NO_AIM)
        return given
