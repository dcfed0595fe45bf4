"""What a study file may say of its ground: where it lies, its layers, the way from a place to the road."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field, field_validator

from sitesel.schema import RoadMode, Season
from sitesel.settings import Part, Positive

Way = tuple[RoadMode, str]
"""A mode, and the layer whose places it goes to or comes from."""

KYRGYZSTAN: Final = (69.0, 39.0, 80.5, 43.5)  # with an edge around it


class Where(Part):
    """Where a study lies, and in what season its roads are driven."""

    crs: str = "EPSG:32643"
    area: Annotated[tuple[float, float, float, float], Field(description="west, south, east, north in degrees")] = (
        KYRGYZSTAN
    )
    season: Season = "summer"
    trucks_slowed_by_slope: Annotated[
        bool, Field(description="by the elevation layers; wants a grid finer than the embedded one")
    ] = False

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

    def vectors(self) -> Iterator[tuple[str, str]]:
        """Name each layer of features that is given, and what is given for it."""
        for name in type(self).model_fields:
            given = getattr(self, name)
            if isinstance(given, str):  # a layer that is not given stays absent: what needs it is "not checked"
                yield name, given


class OffRoad(Part):
    """The section ``[off_road]``: the leg from a place to the nearest road."""

    speed_kph: Positive
    cap_km: Positive
