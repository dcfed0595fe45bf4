"""What a study file may say. Unknown keys are refused; nothing has a hidden default that moves a ranking."""

import itertools
from collections.abc import Collection
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator, model_validator

from sitesel import programme, value, weights
from sitesel.study.connection_models import Connection, Figures, Production, Quantity
from sitesel.study.land_models import Ground, Rules
from sitesel.study.parts import Amounts, Identifier, Part, Points, Positive, Share

Mode = Literal["car", "truck", "marshrutka"]
RoadMode = Literal["car", "truck", "marshrutka", "foot"]
Commute = Literal["marshrutka", "car", "walk", "company_bus"]
# A company's bus drives as a marshrutka does, but waits for nobody.
ROADS_OF: Final[dict[Commute, RoadMode]] = {
    "marshrutka": "marshrutka",
    "car": "car",
    "walk": "foot",
    "company_bus": "marshrutka",
}
Criterion = Literal["road", "labour", "utilities", "ground"]


class Names(Part):
    """A name in the three languages; Russian and Kyrgyz fall back on English."""

    en: Annotated[str, Field(min_length=1)]
    ru: str = ""
    ky: str = ""


class About(Part):
    """The section ``[study]``."""

    title: Names
    crs: str = "EPSG:32643"
    area: tuple[float, float, float, float] = (
        69.0,
        39.0,
        80.5,
        43.5,
    )  # west, south, east, north: the country and its edge
    seed: int = 0
    rankable_from: Share = 0.7
    season: Literal["summer", "winter"] = "summer"
    trucks_slowed_by_slope: bool = False  # by the elevation layers; wants a grid finer than the embedded one

    @field_validator("crs")
    @classmethod
    def _metric(cls, given: str) -> str:
        import pyproj  # noqa: PLC0415 -- only a study that is read needs it

        try:
            crs = pyproj.CRS(given)
        except pyproj.exceptions.CRSError as cause:
            raise ValueError(f"{given!r} is not a coordinate system; write one such as EPSG:32643") from cause
        if not crs.is_projected or crs.axis_info[0].unit_conversion_factor != 1:
            raise ValueError(f"{given} does not count in metres; write one that does, such as EPSG:32643")
        return given


class Layers(Part):
    """The section ``[layers]``: a bare name is an embedded layer; with an ending, a file beside the study."""

    plots: str = "plots"
    settlements: str = "settlements"
    roads: str = "roads"
    gateways: str = "gateways"
    utilities: str = "utilities"
    utility_lines: str = "utility_lines"
    rivals: str = "rivals"
    border: str = "border"
    elevation: tuple[str, ...] = ("elevation_chui", "elevation_osh")
    irrigated_arable: str | None = None
    faults: str | None = None
    mudflows: str | None = None
    floods: str | None = None
    protected: str | None = None
    housing: str | None = None
    airports: str | None = None
    border_strip: str | None = None
    rivers: str | None = None
    power_lines: str | None = None
    built_up: str | None = None
    seismic: str | None = None
    groundwater: str | None = None


class OffRoad(Part):
    """The section ``[off_road]``: the leg from a place to the nearest road."""

    speed_kph: Positive
    cap_km: Positive


class Aim(Part):
    """The section ``[programme.aim]``: what the towns' plots are chosen together for."""

    score: Share
    minutes: Share
    regional: Share
    limit_minutes: Positive
    home_minutes: Positive
    raion_weights: dict[str, Share] = Field(default_factory=dict)
    source: str = ""

    def asked(self) -> programme.Aim:
        """Put it as the programme takes it."""
        return programme.Aim(**self.model_dump(exclude={"source"}))

    @model_validator(mode="after")
    def _sound(self) -> "Aim":
        if faults := self.asked().faults():
            raise ValueError("\n".join(fault.removeprefix("programme: ") for fault in faults))
        return self


class Programme(Part):
    """The section ``[programme]``; without an aim no plots are chosen together."""

    jobs_per_ha: Positive
    aim: Aim | None = None
    fixed: dict[str, str] = Field(default_factory=dict)
    excluded: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = ()
    phases: tuple[str, ...] | None = None

    def rules(self) -> programme.Rules:
        """Put the rules as the programme takes them."""
        return programme.Rules(fixed=self.fixed, excluded=self.excluded, phases=self.phases)


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


class Town(Part):
    """A section ``[[towns]]``."""

    id: Identifier
    name: Names
    jobs: Annotated[int, Field(gt=0)]
    enterprises: Annotated[int, Field(gt=0)] | None = None
    production: Production = "sewing"
    assumed: tuple[Literal["jobs", "enterprises"], ...] = ()
    source: str = ""


class ScreenedArea(Part):
    """A section ``[[screening.areas]]``: where plots are looked for, for one town."""

    town: Identifier
    area: tuple[float, float, float, float]  # west, south, east, north in degrees

    @field_validator("area")
    @classmethod
    def _extends(cls, given: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        west, south, east, north = given
        if not (west < east and south < north):
            raise ValueError(f"{list(given)} holds nothing; write west, south, east, north in degrees")
        return given


class Screening(Part):
    """The section ``[screening]``: how plots are proposed where there is no list."""

    cell_m: Positive
    count: Annotated[int, Field(gt=0)]
    apart_km: Annotated[float, Field(ge=0)]
    compact: Share
    areas: tuple[ScreenedArea, ...]

    def faults(self, towns: Collection[str], around: tuple[float, float, float, float]) -> list[str]:
        """List areas that no town of the study asks for, twice the same town's, or outside of the study's area."""
        faults = []
        west, south, east, north = around
        asked = [part.town for part in self.areas]
        if not asked:
            faults.append("screening.areas: none; add [[screening.areas]] with a town and its area")
        for town in dict.fromkeys(asked):
            if town not in towns:
                faults.append(f"screening.areas: no town {town}; the study's towns are {', '.join(towns)}")
            if asked.count(town) > 1:
                faults.append(f"screening.areas: town {town} stands more than once; give it one area")
        return faults + [
            f"screening.areas.{part.town}: {list(part.area)} reaches outside the study's area {list(around)}; "
            "make it smaller, or study.area larger"
            for part in self.areas
            if part.area[0] < west or part.area[1] < south or part.area[2] > east or part.area[3] > north
        ]


class Indicator(Part):
    """What every section ``[[indicators]]`` has."""

    id: Identifier
    criterion: Criterion
    weight: Share
    value: Points
    source: str = ""
    confidence: str = ""

    @field_validator("value")
    @classmethod
    def _sound(cls, given: Points) -> Points:
        if fault := value.fault_in(given):
            raise ValueError(fault)
        return given


class MinutesToGateway(Indicator):
    """Minutes by road to the nearest gateway of a kind."""

    measure: Literal["minutes_to_gateway"]
    gateway: Literal["border_freight", "border_people", "rail_freight", "rail_planned", "airport", "market"]
    mode: Mode


class KmToRoad(Indicator):
    """Straight kilometres to a road of some classes."""

    measure: Literal["km_to_road"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)]


class PeoplePerJob(Indicator):
    """Working-age people in reach, decayed by time, for each planned job."""

    measure: Literal["people_per_job"]
    mode: Mode
    decay: Annotated[Points, Field(min_length=2)]

    @field_validator("decay")
    @classmethod
    def _falls(cls, given: Points) -> Points:
        for (before, more), (after, less) in itertools.pairwise(given):
            if not before < after:
                raise ValueError(f"minutes must rise from point to point, but {before:g} is followed by {after:g}")
            if not 0 <= less <= more <= 1:
                raise ValueError(
                    f"shares must fall from at most 1 to no less than 0, but {more:g} is followed by {less:g}"
                )
        return given


class KmToUtility(Indicator):
    """Straight kilometres to the nearest known source of a utility."""

    measure: Literal["km_to_utility"]
    utility: Literal["power", "gas", "water", "sewage"]
    kinds: Annotated[tuple[str, ...], Field(min_length=1)]
    only_110kv: bool = False
    known_within_km: Positive


class AreaRatio(Indicator):
    """Area against need."""

    measure: Literal["area_ratio"]


class Slope(Indicator):
    """Slope of the ground, mean or greatest, in percent."""

    measure: Literal["mean_slope", "max_slope"]


AnyIndicator = Annotated[
    MinutesToGateway | KmToRoad | PeoplePerJob | KmToUtility | AreaRatio | Slope, Field(discriminator="measure")
]


class Study(Part):
    """A whole study file."""

    study: About
    layers: Layers = Layers()
    programme: Programme
    labour: Labour | None = None
    connection: Connection | None = None
    demand: dict[Production, dict[Quantity, Figures]] = Field(default_factory=dict)
    rules: Rules = Rules()
    ground: Ground | None = None
    off_road: OffRoad
    weights: dict[Criterion, Share]
    towns: Annotated[tuple[Town, ...], Field(min_length=1)]
    screening: Screening | None = None
    indicators: Annotated[tuple[AnyIndicator, ...], Field(min_length=1)]

    @field_validator("weights")
    @classmethod
    def _whole(cls, given: dict[Criterion, float]) -> dict[Criterion, float]:
        if fault := weights.fault_in(given):
            raise ValueError(fault)
        return given

    @model_validator(mode="after")
    def _consistent(self) -> "Study":
        faults = [*self._repeated(), *self._unbalanced(), *self._unstaffed()]
        if self.screening is not None:
            faults += self.screening.faults([town.id for town in self.towns], self.study.area)
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _repeated(self) -> list[str]:
        faults = []
        for section, parts in (("towns", self.towns), ("indicators", self.indicators)):
            ids = [part.id for part in parts]
            twice = sorted({name for name in ids if ids.count(name) > 1})
            faults += [f"{section}: id {name} stands more than once; give each its own" for name in twice]
        return faults

    def _unbalanced(self) -> list[str]:
        faults = []
        used = {part.criterion for part in self.indicators}
        for criterion, weight in self.weights.items():
            within = {part.id: part.weight for part in self.indicators if part.criterion == criterion}
            if not within and weight > 0:
                faults.append(f"weights.{criterion}: {weight:g} but no indicator of it; add one or set the weight to 0")
            elif within and (fault := weights.fault_in(within)):
                faults.append(f"indicators of {criterion}: {fault}")
        unweighted = sorted(used - set(self.weights))
        return faults + [f"weights: nothing for {name}, which has indicators; give it a weight" for name in unweighted]

    def _unstaffed(self) -> list[str]:
        if self.labour is None:
            return ["programme.aim: nothing says who can come to work; add [labour]"] if self.programme.aim else []
        if not any(isinstance(part, PeoplePerJob) for part in self.indicators):
            return ["labour: no indicator people_per_job gives its decay; add one"]
        return []

    @property
    def decay(self) -> Points:
        """Share who would travel so many minutes: that of the first indicator ``people_per_job``."""
        return next(part.decay for part in self.indicators if isinstance(part, PeoplePerJob))
