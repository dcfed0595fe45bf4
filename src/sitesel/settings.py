"""What sections of a study file are made of."""

from typing import TYPE_CHECKING, Annotated

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from sitesel.text import LANGUAGES, names_of

Points = tuple[tuple[float, float], ...]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Amount = Annotated[float, Field(ge=0)]
District = Annotated[str, Field(description="district")]
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


class _Named(Part):
    """A name in each language; what is not given falls back on English."""

    en: Annotated[str, Field(min_length=1)]
    """In English."""

    def by_language(self) -> dict[str, str]:
        """Spell it out in every language."""
        return names_of(self.model_dump(), LANGUAGES)


if TYPE_CHECKING:
    Names = _Named
else:
    Names = create_model(
        "Names",
        __base__=_Named,
        __doc__=_Named.__doc__,
        **{
            lang: (str, Field("", description=f"In {Locale(lang).english_name}; empty: as in English."))
            for lang in LANGUAGES[1:]
        },
    )
