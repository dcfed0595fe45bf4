"""What a study file may say of ground."""

from typing import Annotated

from pydantic import Field

from sitesel.settings import Part, Positive


class Ground(Part):
    """The section ``[ground]``: what is kept free, and what shape is looked for."""

    keep_from_rivers_m: Annotated[float, Field(ge=0)]
    keep_from_power_lines_m: Annotated[float, Field(ge=0)]
    frontage_within_m: Positive
    longest_by_shortest: Annotated[float, Field(ge=1)]
    source: str = ""
