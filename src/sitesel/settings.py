"""What sections of a study file are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sitesel.text import LANGUAGES, names_of

Points = tuple[tuple[float, float], ...]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Amount = Annotated[float, Field(ge=0)]
Raion = Annotated[str, Field(description="raion")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]


class Part(BaseModel):
    """Any section of a study: fixed once read, no unknown keys, numbers finite.

    ``docs/study.md`` is written from the sections: each field's docstring is a row of its table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class Amounts(Part):
    """An amount with its doubt; low, mid and high rise."""

    low: Amount
    """Least it may be."""
    mid: Amount
    """What it is most likely to be."""
    high: Amount
    """Most it may be."""

    @model_validator(mode="after")
    def _rises(self) -> "Amounts":
        if not self.low <= self.mid <= self.high:
            raise ValueError(f"low, mid and high must rise, but are {self.low:g}, {self.mid:g} and {self.high:g}")
        return self


class Names(Part):
    """A name in the three languages; Russian and Kyrgyz fall back on English."""

    en: Annotated[str, Field(min_length=1)]
    """In English."""
    ru: str = ""
    """In Russian; empty: as in English."""
    ky: str = ""
    """In Kyrgyz; empty: as in English."""

    def by_language(self) -> dict[str, str]:
        """Spell it out in every language."""
        return names_of(self.model_dump(), LANGUAGES)
