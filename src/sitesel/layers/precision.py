"""How exactly places are known, where a layer tells it of some of its features only."""

from collections.abc import Iterator, Mapping
from typing import Final

import geopandas as gpd
import pandas as pd

from sitesel.layers.ids import listed
from sitesel.layers.roles import ROLES, Role
from sitesel.text import Message

PRECISION: Final = "precision_km"


def with_worst_precision(
    frame: gpd.GeoDataFrame, role: Role, name: str, labels: pd.Series
) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Read an empty precision as the coarsest that the layer states, and tell: what is not known is no advantage.

    A layer that states none at all stays as it is; :func:`as_drawn` tells of it.

    Parameters
    ----------
    frame : GeoDataFrame
    role : Role
    name : str
        What to call the layer.
    labels : Series of str
        How messages name each feature.
    """
    if PRECISION not in role.columns:
        return frame, []
    lacking = frame[PRECISION].isna()
    if bool(lacking.all()) or not bool(lacking.any()):
        return frame, []
    coarsest = float(frame[PRECISION].max())
    told: dict[str, str | float] = {"file": name, "count": float(lacking.sum()), "features": listed(labels[lacking])}
    notice = Message("notice.precision_taken", {**told, "km": coarsest})
    return frame.assign(**{PRECISION: frame[PRECISION].fillna(coarsest)}), [notice]


def as_drawn(frames: Mapping[str, gpd.GeoDataFrame]) -> Iterator[Message]:
    """Tell of the layers of places of which nothing says how exactly they are known: they count as drawn.

    Zones are not among them: their edges are what they are about.
    """
    drawn = [name for name, frame in frames.items() if _is_of_places(name) and _states_none(frame)]
    if drawn:
        yield Message("notice.places_as_drawn", {"layers": ", ".join(drawn)})


def _is_of_places(name: str) -> bool:
    role = ROLES.get(name.partition(" ")[0])
    return role is not None and role.identified


def _states_none(frame: gpd.GeoDataFrame) -> bool:
    return len(frame) > 0 and PRECISION in frame and bool(frame[PRECISION].isna().all())
