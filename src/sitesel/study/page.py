"""What a study asks of its page beside the results."""

from collections import Counter
from typing import TYPE_CHECKING, Literal

from pydantic import field_validator

from sitesel.data import data
from sitesel.settings import Part

if TYPE_CHECKING:
    Pictures = str
else:
    Pictures = Literal[tuple(sorted(data("tiles.toml")))]
    """Pictures of the ground on the internet, as a study file calls them."""


class MapPage(Part):
    """What the map's page offers beside the results. Without it a page can ask nothing of any server."""

    online: tuple[Pictures, ...] = ()
    """Pictures of the ground that a reader may switch on, and that then come over the internet: ``imagery`` (from
    satellites) or ``osm`` (streets). They are off when the page is opened.
    """

    @field_validator("online")
    @classmethod
    def _each_once(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if twice := [name for name, times in Counter(given).items() if times > 1]:
            raise ValueError(f"{twice[0]} stands more than once; name it once")
        return given
