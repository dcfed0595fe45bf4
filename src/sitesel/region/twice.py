"""What layers hold twice under two names: plots on one ground, settlements at one place."""

from collections.abc import Iterator, Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from sitesel.arrays import Bools
from sitesel.text import Message

ONE_GROUND: Final = 0.05  # of the smaller plot; neighbours drawn by hand lie over one another by less
ONE_PLACE_M: Final = 1.0
NAMESAKES_M: Final = 1000.0  # two settlements of one name so near to one another are one: its point and its outline


def held_twice(frames: Mapping[str, gpd.GeoDataFrame]) -> Iterator[Message]:
    """Tell of what layers, by name, hold twice."""
    if "plots" in frames:
        yield from _on_one_ground(frames["plots"])
    if "settlements" in frames:
        yield from _at_one_place(frames["settlements"])


def _on_one_ground(plots: gpd.GeoDataFrame) -> Iterator[Message]:
    """Tell of plots that share ground: each is ranked by itself, and two towns may be given both."""
    shapes = plots.geometry.to_numpy()
    one, other = _pairs(plots.sindex.query(shapes, predicate="intersects"))
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    share = shapely.area(shapely.intersection(shapes[one], shapes[other])) / smaller
    yield from _told("notice.plots_on_one_ground", plots, (one, other), share > ONE_GROUND)


def _at_one_place(settlements: gpd.GeoDataFrame) -> Iterator[Message]:
    """Tell of settlements that lie at one place, or near a namesake: their people are counted under both names."""
    points = settlements.representative_point()
    one, other = _pairs(points.sindex.query(points, predicate="dwithin", distance=NAMESAKES_M))
    places, names = points.to_numpy(), settlements["name_en"].to_numpy()
    near = shapely.distance(places[one], places[other]) <= ONE_PLACE_M
    yield from _told("notice.settlements_at_one_place", settlements, (one, other), near | (names[one] == names[other]))


def _pairs(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take each pair once, in the layer's order."""
    one, other = found[:, np.lexsort(found[::-1])]
    return one[one < other], other[one < other]


def _told(key: str, of: gpd.GeoDataFrame, pairs: tuple[np.ndarray, np.ndarray], which: Bools) -> Iterator[Message]:
    one, other = (of.index[places[which]] for places in pairs)
    if len(one):
        yield Message(key, {"count": float(len(one)), "one": str(one[0]), "other": str(other[0])})
