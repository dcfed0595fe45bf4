"""What a study file may say of a scenario."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from sitesel.indicators import Criterion
from sitesel.schema import Season
from sitesel.settings import Amount, Identifier, Names, Part, Share


class Stretch(Part):
    """A road, by one of its number, its name or a drawn line."""

    ref: str | None = None
    """Its number, such as `EM-02`: all roads that bear it."""
    name: str | None = None
    """Its name in any language, as the layer of roads has it."""
    line: str | None = None
    """A file of lines beside the study: each road that lies along one of them, from crossing to crossing."""

    @model_validator(mode="after")
    def _one(self) -> "Stretch":
        given = [name for name in ("ref", "name", "line") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"one of ref, name or line says which road, but {', '.join(given) or 'none'} is given")
        if not getattr(self, given[0]).strip():
            raise ValueError(f"{given[0]} is empty; say which road")
        return self


class Slowed(Stretch):
    """A road that takes longer."""

    factor: Annotated[float, Field(ge=1)]
    """How many times as long it takes."""


class Scenario(Part):
    """What is otherwise than in the study; what is left out is as there."""

    id: Identifier
    """What tables call it by."""
    name: Names
    """Its name."""
    season: Season | None = None
    """In which the roads are driven."""
    peak: bool = False
    """The peak hour: streets in town are slower."""
    closed: tuple[Stretch, ...] = ()
    """Roads that nobody can use, whatever the mode."""
    slowed: tuple[Slowed, ...] = ()
    """Roads that take longer."""
    bypass: Annotated[str, Field(min_length=1)] | None = None
    """A file of lines beside the study: roads that are built. Columns `highway setting surface oneway ref` and names
    as of the layer of roads; `speed_kph`, that of cars, stands in place of the class's speed. They are joined to the
    roads that they cross or end within 30 m of.
    """
    jobs: dict[Annotated[str, Field(description="town")], Annotated[int, Field(gt=0)]] = Field(default_factory=dict)
    """Jobs of towns."""
    rivals: Amount = 1.0
    """How many times as many jobs other employers have."""
    weights: dict[Annotated[Criterion, Field(description="criterion")], Share] | None = None
    """Weights of the criteria, such as those of another group of people; they add up to 1."""

    @field_validator("id")
    @classmethod
    def _own(cls, given: str) -> str:
        if given == "study":
            raise ValueError("study is what tables call the study itself; give another id")
        return given

    @property
    def files(self) -> Iterator[str]:
        """Name the files of lines that it reads."""
        yield from (road.line for road in (*self.closed, *self.slowed) if road.line is not None)
        if self.bypass is not None:
            yield self.bypass
