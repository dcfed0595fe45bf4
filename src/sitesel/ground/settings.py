"""What a study file may say of ground."""

from typing import Annotated

from pydantic import Field

from sitesel.settings import Metres, Part


class Ground(Part):
    """What is kept free on a plot, and what shape is looked for."""

    keep_from_rivers_m: Metres
    """Metres kept free on each side of a river, where that layer is given."""
    keep_from_power_lines_m: Metres
    """Metres kept free on each side of a power line, where that layer is given; a line's own ``setback_m`` counts
    before it.
    """
    frontage_within_m: Annotated[Metres, Field(gt=0)]
    """A road no farther from a plot's edge fronts it, in metres."""
    longest_by_shortest: Annotated[float, Field(ge=1)]
    """The rectangle looked for is no longer than so many times its width."""
    source: str = ""
    """Where these figures come from."""
