"""What sections of a study file are made of."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final, Self, get_args

from babel import Locale
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    create_model,
    field_validator,
    model_validator,
)

from sitesel.decision import weights
from sitesel.decision.drawing import triangular
from sitesel.text import LANGUAGES, names_of

Points = tuple[tuple[float, float], ...]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Amount = Annotated[float, Field(ge=0)]
Minutes = Annotated[float, Field(ge=5, le=480)]
"""Of a way to work: less is most likely hours, more seconds."""

Metres = Annotated[float, Field(ge=0, le=5000)]
"""Of ground beside a plot: more is most likely centimetres."""

District = Annotated[str, Field(description="district")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]


def _whole(given: dict[Any, float]) -> dict[Any, float]:
    if fault := weights.fault_in(given):
        raise ValueError(fault)
    return given


TOGETHER_ONE: Final = AfterValidator(_whole)
"""Of shares by their names: they add up to 1."""


class Part(BaseModel):
    """Any section of a study: fixed once read, no unknown keys, numbers finite.

    ``docs/study.md`` is written from the sections: each field's docstring is a row of its table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _no_flag_for_a_number(cls, given: object) -> object:
        """Refuse true and false where a figure is due: as figures they would be 1 and 0."""
        for name, field in cls.model_fields.items():
            value = given.get(name) if isinstance(given, dict) else None
            if value is not None and not _takes_flags(field.annotation) and (flags := list(_flags_in(value))):
                raise ValueError(f"{name} is {str(flags[0]).lower()} where a figure or a word is due; write one")
        return given


def _takes_flags(annotation: object) -> bool:
    own = isinstance(annotation, type) and issubclass(annotation, (bool, BaseModel))
    return own or any(_takes_flags(part) for part in get_args(annotation))


def _flags_in(given: object) -> Iterator[bool]:
    if isinstance(given, bool):
        yield given
    elif isinstance(given, (list, tuple, dict)):
        for part in given.values() if isinstance(given, dict) else given:
            yield from _flags_in(part)


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

    def drawn(self, u: float) -> Self:
        """Give the amount as it is in a world, known for certain: low, mid and high are one.

        Parameters
        ----------
        u : float
            Between 0 and 1: the chance that the amount is smaller, by a triangular distribution.
        """
        amount = float(triangular(u, self.low, self.mid, self.high))
        return self.model_copy(update=dict.fromkeys(Amounts.model_fields, amount))


class PositiveAmounts(Amounts):
    """An amount above 0 with its doubt; low, mid and high rise."""

    low: Positive
    """Least it may be."""
    mid: Positive
    """What it is most likely to be."""
    high: Positive
    """Most it may be."""


_NUMBER: Final = TypeAdapter(Annotated[float, Field(gt=0, allow_inf_nan=False)])


def _without_doubt(given: object) -> object:
    """Take one number for an amount that is known for certain; what is wrong with it is told of the number."""
    if isinstance(given, dict | PositiveAmounts):
        return given
    if isinstance(given, bool):
        raise ValueError(f"{str(given).lower()} where a figure is due; write one")  # noqa: TRY004 -- one of its faults
    return dict.fromkeys(PositiveAmounts.model_fields, _NUMBER.validate_python(given))


Figure = Annotated[PositiveAmounts, BeforeValidator(_without_doubt, json_schema_input_type=Positive | PositiveAmounts)]
"""An amount above 0: one number, or low, mid and high."""


class _Named(Part):
    """A name in each language; what is not given falls back on English."""

    en: Annotated[str, Field(min_length=1)]
    """In English."""

    @field_validator("*")
    @classmethod
    def _seen(cls, given: str) -> str:
        if given and not any(letter.isprintable() and not letter.isspace() for letter in given):
            raise ValueError("nothing of it can be seen; write a name")
        return given

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
