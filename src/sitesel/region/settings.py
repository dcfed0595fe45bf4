"""What a study file may say of its ground: where it lies, its layers, the way from a place to the road."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from sitesel.country import WORLD, Country, country, country_at, country_codes
from sitesel.schema import MissingNodes, RoadMode, Season
from sitesel.settings import Amount, Part, Positive

Way = tuple[RoadMode, str]
"""A mode, and the layer whose places it goes to or comes from."""


def _known_classes(given: tuple[str, ...]) -> tuple[str, ...]:
    from sitesel.network.speeds import speed_table  # noqa: PLC0415 -- only a study that is read needs it

    known = list(dict.fromkeys(speed_table().index.get_level_values("highway")))
    for word in given:
        if word not in known:
            close = difflib.get_close_matches(word, known, n=1)
            likely = f"did you mean {close[0]}?" if close else f"they are {', '.join(known)}"
            raise ValueError(f"{word!r} is no class of roads; {likely}")
    return given


RoadClasses = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_known_classes)]
"""Values of OpenStreetMap's ``highway``."""

_NEEDED: Final = ("plots", "settlements", "roads")
BARE: Final = ("gateways", "utilities", "utility_lines", "rivals", "border")
"""Layers that stand without a row where a study has none."""


def country_of(about: Mapping[str, Any]) -> Country:
    """Tell of which country a study is: the one that it names, else that of its area.

    Parameters
    ----------
    about : mapping
        ``country`` and ``area``, as a study file has them; either may be missing.
    """
    named = about.get("country")
    return country(named) if named in country_codes() else country_at(about.get("area"))


class Where(Part):
    """Where a study lies, and in what season its roads are driven."""

    crs: str = "EPSG:32643"
    """A projected coordinate system in metres."""
    country: str = ""
    """Whose pack of words, money, costs, laws and embedded layers it goes by: ``kg``, or ``default`` for any other.
    Left out: the country that its area meets.
    """
    area: tuple[float, float, float, float] = WORLD
    """West, south, east, north in degrees: a layer outside is refused. Left out: that of its country."""
    season: Season = "summer"
    """In which its roads are driven."""
    missing_nodes: MissingNodes = "refuse"
    """What to do with an OpenStreetMap extract whose roads run beyond it: refuse it, or cut them at its edge."""
    node_roads: bool = False
    """Joins roads of a layer of lines that cross, or end within 30 m of another; else these are told. Bridges and
    tunnels (columns ``bridge``, ``tunnel``) cross without meeting.
    """
    trucks_slowed_by_slope: bool = False
    """Slows trucks on grades by the elevation layers; wants a grid finer than the embedded one."""

    @model_validator(mode="before")
    @classmethod
    def _of_a_country(cls, given: Any) -> Any:  # noqa: ANN401 -- as pydantic calls it
        if not isinstance(given, dict):
            return given
        found = country_of(given)
        return {"area": found.box or WORLD} | given | {"country": given.get("country") or found.code}

    @field_validator("country")
    @classmethod
    def _known(cls, given: str) -> str:
        return country(given).code

    @property
    def pack(self) -> Country:
        """What is of its country."""
        return country(self.country)

    @field_validator("area")
    @classmethod
    def _extends(cls, given: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        west, south, east, north = given
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 -- degrees
            raise ValueError(f"{list(given)} is no area; write west, south, east, north in degrees")
        return given

    @field_validator("crs")
    @classmethod
    def _metric(cls, given: str) -> str:
        import pyproj  # noqa: PLC0415 -- only a study that is read needs it

        from sitesel.layers.datum import on_known_datum  # noqa: PLC0415 -- as well

        try:
            crs = pyproj.CRS(given)
        except pyproj.exceptions.CRSError as cause:
            raise ValueError(f"{given!r} is not a coordinate system; write one such as EPSG:32643") from cause
        if not crs.is_projected or crs.axis_info[0].unit_conversion_factor != 1:
            raise ValueError(f"{given} does not count in metres; write one that does, such as EPSG:32643")
        if on_known_datum(crs) != (crs, ""):
            raise ValueError(
                f"the datum of {given} is not known, and layers of others would lie up to hundreds of metres off; "
                "write one that names it, such as EPSG:32643"
            )
        return given


class Layers(Part):
    """A bare name is an embedded layer; with an ending, a file beside the study; ``""``: none.

    ``file.gpkg|layer`` is one layer of several. A layer that is left out is the embedded one of the study's country, or
    none where it has no such.
    What columns a layer has, and what one that is left out means: see *Layers of your own*.
    """

    plots: str | Annotated[tuple[str, ...], Field(min_length=1)]
    """Candidate plots; several files are joined: ``["plots", "mine.xlsx"]``."""
    settlements: str
    """Where people live."""
    city_parts: str | None = None
    """Parts of large places, where it is known or judged how their people are spread; each belongs to a settlement."""
    roads: str
    """Roads, or an OpenStreetMap extract (``.osm.pbf``)."""
    gateways: str | None = None
    """Borders, stations, airports and markets that goods and people go to."""
    utilities: str | None = None
    """Sources of utilities that are points."""
    utility_lines: str | None = None
    """Sources of utilities that are lines."""
    rivals: str | None = None
    """Other employers who draw workers."""
    border: str | None = None
    """Countries."""
    elevation: tuple[str, ...] = ()
    """Heights; of several, the first that knows a place counts. Tiles that meet or overlap are one relief."""
    irrigated_arable: str | None = None
    """Irrigated arable land."""
    faults: str | None = None
    """Active faults."""
    faults_coarse: str | None = None
    """Active faults as a world map has them: a warning in place of a surveyed zone."""
    mudflows: str | None = None
    """Ground that mudflows reach, by grade."""
    floods: str | None = None
    """Ground that floods reach, by grade."""
    floods_modelled: str | None = None
    """Ground that a model of rivers floods: a warning in place of a survey."""
    protected: str | None = None
    """Protected areas."""
    housing: str | None = None
    """Dwellings, for the sanitary distance."""
    airports: str | None = None
    """Airports, for the rule on heights; left out: the gateways of that kind."""
    border_strip: str | None = None
    """The strip along the state border."""
    rivers: str | None = None
    """Rivers."""
    power_lines: str | None = None
    """Power lines."""
    built_up: str | None = None
    """Ground that is built up."""
    seismic: str | None = None
    """Seismic intensity."""
    groundwater: str | None = None
    """Depth of groundwater."""

    @field_validator("*", mode="before")
    @classmethod
    def _none(cls, given: object, about: ValidationInfo) -> object:
        if given == "" and about.field_name in _NEEDED:
            raise ValueError("none; every study needs it: name a file")
        return None if given == "" else given

    def vectors(self) -> Iterator[tuple[str, str]]:
        """Name each layer of features that is given, and what is given for it; further plots are ``plots 2`` ..."""
        for place, given in enumerate(self.plot_files, 1):
            yield "plots" if place == 1 else f"plots {place}", given
        for name in type(self).model_fields:
            given = getattr(self, name)
            if isinstance(given, str) and name != "plots":  # one that is not given is absent: "not checked"
                yield name, given

    @property
    def plot_files(self) -> tuple[str, ...]:
        """Files of the plots."""
        return (self.plots,) if isinstance(self.plots, str) else self.plots

    @property
    def plots_called(self) -> str:
        """Their names, for faults."""
        return ", ".join(self.plot_files)


class OffRoad(Part):
    """The leg from a place to the nearest road."""

    speed_kph: Annotated[float, Field(gt=0, le=200)]
    """How fast it goes from a place to the nearest road, in km/h; on foot no faster than one walks."""
    cap_km: Annotated[float, Field(gt=0, le=100)]
    """How far a road may be, in kilometres; a plot beyond is refused."""


class Spread(Part):
    """How the people of a large place are spread over its ground: thinning out from its centre, after Clark (1951).

    Over its polygon where the layer of settlements holds one, else over the built-up ground that it stands on where a
    layer of it is given, else over a disc. Places whose parts are given (``layers.city_parts``) have these. A raster of
    population already tells where people live.
    """

    above: Positive = 100_000
    """A place of more people than this is spread; others are one point."""
    people_per_km2: Annotated[float, Field(ge=100, le=200_000)] = 6000
    """People for each km² of the disc, on the mean."""
    gradient_per_km: Amount = 0.15
    """How fast the density falls: a kilometre farther out it is that of the centre times exp(-gradient); 0: even."""
    spacing_km: Annotated[float, Field(ge=0.25, le=50)] = 1.5
    """Distance of the points that people are spread over."""
