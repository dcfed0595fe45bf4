"""What a study file may say of labour: who can come to work, and how."""

from typing import Annotated, Final, Literal

from pydantic import Field, field_validator, model_validator

from sitesel.decision import weights
from sitesel.region.settings import Way
from sitesel.schema import RoadMode
from sitesel.settings import Amounts, Part, Positive, Share

Commute = Literal["marshrutka", "car", "walk", "company_bus"]
# A company's bus drives as a marshrutka does, but waits for nobody.
ROADS_OF: Final[dict[Commute, RoadMode]] = {
    "marshrutka": "marshrutka",
    "car": "car",
    "walk": "foot",
    "company_bus": "marshrutka",
}
BANDS_BY: Final[RoadMode] = "marshrutka"  # the bands of a plot are always those by marshrutka


class Range(Amounts):
    """A share with its doubt."""

    low: Share
    mid: Share
    high: Share


class Shares(Range):
    """A share with its doubt, and others for some raions."""

    by_raion: dict[str, Range] = Field(default_factory=dict)


class Doubt(Part):
    """The section ``[labour.doubt]``: by how much figures of layers may be wrong either way.

    ``working_age`` in shares of the people; the others in parts of a population, by its confidence.
    """

    working_age: Share

    high: Share
    medium: Share
    low: Share
    very_low: Share
    unrated: Share


class Shift(Part):
    """The section ``[labour.shift]``, in minutes after midnight; an end past midnight is above 1440."""

    start_min: Annotated[float, Field(ge=0)]
    end_min: Positive
    first_marshrutka_min: Annotated[float, Field(ge=0)]
    last_marshrutka_min: Positive

    @model_validator(mode="after")
    def _rises(self) -> "Shift":
        if not self.start_min < self.end_min:
            raise ValueError(f"end_min must be above start_min, but {self.start_min:g} is followed by {self.end_min:g}")
        return self


class Labour(Part):
    """The section ``[labour]``: who can come to work, and how."""

    participation: Shares
    skill: Shares | None = None
    women: Shares | None = None
    doubt: Doubt
    modes: dict[Commute, Share]
    how: Literal["own", "best"] = "own"
    company_bus_fixed_minutes: Annotated[float, Field(ge=0)] | None = None
    rival_states: tuple[str, ...]
    population: str | None = None
    shift: Shift | None = None
    source: str = ""

    @property
    def roads_of_homes(self) -> RoadMode:
        """Whose roads a raster's people are shared out to: those of the mode that most travel by."""
        return ROADS_OF[max(self.modes, key=lambda mode: self.modes[mode])]

    @property
    def ways(self) -> list[Way]:
        """From where people live, and who else draws them, by each mode that anyone travels by."""
        layers = ("homes", "rivals", "settlements")
        return [(ROADS_OF[mode], layer) for layer in layers for mode, share in self.modes.items() if share]

    @property
    def road_modes(self) -> set[RoadMode]:
        """Modes by which plots are reached."""
        return {mode for mode, _ in self.ways} | {BANDS_BY}

    @model_validator(mode="after")
    def _bus_timed(self) -> "Labour":
        if self.modes.get("company_bus") and self.company_bus_fixed_minutes is None:
            raise ValueError("company_bus_fixed_minutes: nothing says how long its riders walk and wait; give minutes")
        return self

    @field_validator("modes")
    @classmethod
    def _whole(cls, given: dict[str, float]) -> dict[str, float]:
        if fault := weights.fault_in(given):
            raise ValueError(fault)
        return given
