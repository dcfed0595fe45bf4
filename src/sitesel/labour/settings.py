"""What a study file may say of labour: who can come to work, and how."""

import itertools
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from sitesel.region.settings import Spread, Way
from sitesel.schema import RoadMode
from sitesel.settings import TOGETHER_ONE, Amounts, District, Minutes, Part, Points, Positive, Share

Commute = Literal["bus", "car", "walk", "company_bus"]
# A company's bus drives as a bus does, but waits for nobody.
ROADS_OF: Final[dict[Commute, RoadMode]] = {
    "bus": "bus",
    "car": "car",
    "walk": "foot",
    "company_bus": "bus",
}
BANDS_BY: Final[RoadMode] = "bus"  # the bands of a plot are always those by bus


def _falls(given: Points) -> Points:
    for (before, more), (after, less) in itertools.pairwise(given):
        if not before < after:
            raise ValueError(f"minutes must rise from point to point, but {before:g} is followed by {after:g}")
        if not 0 <= less <= more <= 1:
            raise ValueError(f"shares must fall from at most 1 to no less than 0, but {more:g} is followed by {less:g}")
    return given


Decaying = Annotated[Points, Field(min_length=2), AfterValidator(_falls)]
"""Shares of people by the minutes that they would travel."""


class Range(Amounts):
    """A share with its doubt; low, mid and high rise."""

    low: Share
    """Least it may be."""
    mid: Share
    """What it is most likely to be."""
    high: Share
    """Most it may be."""


class Shares(Range):
    """A share with its doubt, and others for some districts; low, mid and high rise."""

    by_district: dict[District, Range] = Field(default_factory=dict)
    """Other shares for single districts, by their name."""

    def drawn(self, u: float) -> Self:
        """Give the shares as they are in a world: those of all districts are wrong the same way."""
        own = {district: share.drawn(u) for district, share in self.by_district.items()}
        return super().drawn(u).model_copy(update={"by_district": own})


class DrawCap(Range):
    """Share of a settlement's workers that one employer can draw, with its doubt; 1 sets no cap."""


class Doubt(Part):
    """By how much figures of layers may be wrong either way."""

    working_age: Share
    """By how much the share of working age may be wrong, in shares of the people."""

    high: Share
    """Part by which a population of high ``population_confidence`` may be wrong."""
    medium: Share
    """The same, of medium confidence."""
    low: Share
    """The same, of low confidence."""
    very_low: Share
    """The same, of very low confidence."""
    unrated: Share
    """The same, where the confidence is empty or the population comes from a raster."""


class Shift(Part):
    """When people work and buses drive, in minutes after midnight."""

    start_min: Annotated[float, Field(ge=0)]
    """When the shift starts."""
    end_min: Positive
    """When it ends; past midnight: above 1440."""
    first_bus_min: Annotated[float, Field(ge=0)]
    """When the first bus leaves."""
    last_bus_min: Positive
    """When the last bus leaves."""

    @model_validator(mode="after")
    def _rises(self) -> "Shift":
        if not self.start_min < self.end_min:
            raise ValueError(f"end_min must be above start_min, but {self.start_min:g} is followed by {self.end_min:g}")
        return self


class Labour(Part):
    """Who can come to work, and how: see *What the labour side gives*."""

    participation: Shares
    """Share of working-age people who work or want to; the pool is multiplied by it."""
    skill: Shares | None = None
    """Share of these who have the skill that is looked for; the pool is multiplied by it, too."""
    women: Shares | None = None
    """Share of women among them, where only women are looked for; the pool is multiplied by it, too."""
    draw_cap: DrawCap = DrawCap(low=0.05, mid=0.10, high=0.15)
    """Share of a settlement's workers that one employer can draw; 1 sets no cap. Judgement: no figure is published."""
    doubt: Doubt
    """By how much figures of layers may be wrong."""
    modes: Annotated[dict[Annotated[Commute, Field(description="mode")], Share], TOGETHER_ONE]
    """Shares of people by how they travel; they add up to 1. A company's bus drives as a bus."""
    how: Literal["own", "best"] = "own"
    """``own``: each by their own mode, times are the mean; ``best``: all by the fastest."""
    company_bus_fixed_minutes: Annotated[float, Field(ge=0)] | None = None
    """Minutes that riders of a company's bus walk and wait; needed where ``modes`` names it."""
    rival_states: tuple[str, ...]
    """States of features of the layer ``rivals`` that draw workers; an empty state counts."""
    limit_minutes: Minutes | None = None
    """Nobody travels longer to work. Given, one plot a town is chosen together, each worker counted once."""
    decay: Decaying | None = None
    """Share who would travel so many minutes, as a list of ``[minutes, share]``, for the catchments; left out: that of
    the first indicator ``people_per_job``.
    """
    population: str | None = None
    """A raster of people beside the study, instead of the layer's figures."""
    spread: Spread = Spread()
    """How the people of large places are spread over their ground."""
    shift: Shift | None = None
    """Count only who gets to the shift and home again; left out: everyone in reach."""
    source: str = ""
    """Where these figures come from."""

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
