"""What a study file may say of a search for plots."""

from collections.abc import Collection
from typing import Annotated

from pydantic import Field, field_validator

from sitesel.settings import Identifier, Part, Positive, Share


class ScreenedArea(Part):
    """Where plots are looked for, for one town."""

    town: Identifier
    """The ``id`` of the town; each has one area."""
    area: tuple[float, float, float, float]
    """West, south, east, north in degrees, within ``study.area``."""

    @field_validator("area")
    @classmethod
    def _extends(cls, given: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        west, south, east, north = given
        if not (west < east and south < north):
            raise ValueError(f"{list(given)} holds nothing; write west, south, east, north in degrees")
        return given


class Screening(Part):
    """How plots are proposed where there is no list: see *Plots where there is no list*."""

    cell_m: Positive
    """Side of a cell of the grid, in metres."""
    count: Annotated[int, Field(gt=0)]
    """Plots proposed for each town."""
    apart_km: Annotated[float, Field(ge=0)]
    """Least distance between two plots of a town, in kilometres."""
    compact: Share
    """How much of its score a cell gives up at one radius from the first: 0 goes along the best cells wherever they
    lead; more keeps plots round.
    """
    tile_cells: Annotated[int, Field(ge=1)] = 64
    """Cells to a side of the squares that an area is worked through by, several at once: more take more memory. No
    answer depends on it.
    """
    areas: tuple[ScreenedArea, ...]
    """Where plots are looked for."""

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
