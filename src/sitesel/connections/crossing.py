"""What the routes of connections cross, in words."""

from collections.abc import Iterator, Mapping
from typing import Final

import geopandas as gpd
import pandas as pd
from shapely import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from sitesel.connections.laying import road_id, road_words
from sitesel.connections.least_cost import crossings
from sitesel.text import Message

MAIN: Final = ("motorway", "trunk", "primary")  # roads worth naming: under the others a trench is a day's work
AREAS: Final = ("built_up", "protected")
LINES: Final = ("railways", "rivers")
FOLLOWED_M: Final = 100.0  # along a road for longer than this, a route follows it
END_M: Final = 1.0  # a road that a route starts from or leads to is not crossed


def crossed(connections: gpd.GeoDataFrame, frames: Mapping[str, gpd.GeoDataFrame]) -> pd.Series:
    """Tell what each route crosses.

    Parameters
    ----------
    connections : GeoDataFrame of LineString
    frames : mapping of str to GeoDataFrame
        The study's layers; of ``railways rivers built_up protected`` those that it has.

    Returns
    -------
    Series of list of Message, same index
        Empty where nothing is crossed, or nothing is known.
    """
    routes = gpd.GeoDataFrame(geometry=connections.geometry[~connections.is_empty].drop_duplicates())
    roads = frames["roads"]
    roads = roads[roads["highway"].isin(MAIN)]
    ids = pd.Series([road_id(road) for _, road in roads.iterrows()], index=roads.index, dtype="object")
    words = {road_id(road): road_words(road) for _, road in roads.iterrows()}
    layers = {str(name): part for name, part in roads.groupby(ids)}
    for name in (*LINES, *AREAS):
        if name in frames:
            layers[name], words[name] = frames[name], Message(f"obstacle.{name}")
    found = crossings(routes.set_geometry([_without_ends(line) for line in routes.geometry], crs=routes.crs), layers)
    by_line = {routes.geometry[route].wkb: list(_told(rows, words)) for route, rows in found.groupby("route")}
    told = [list(by_line.get(line.wkb, ())) for line in connections.geometry]
    return pd.Series(told, index=connections.index, dtype="object")


def _without_ends(line: LineString) -> BaseGeometry:
    return substring(line, END_M, line.length - END_M) if line.length > 2 * END_M else LineString()


def _told(rows: pd.DataFrame, words: Mapping[str, Message]) -> Iterator[Message]:
    for layer, times, metres in zip(rows["layer"], rows["times"], rows["metres"], strict=True):
        what, km = words[str(layer)], round(float(metres) / 1000, 1)
        if layer in AREAS:
            yield Message("cross.within", {"what": what, "km": km})
        elif metres > FOLLOWED_M:
            yield Message("cross.along", {"what": what, "km": km})
        elif times == 1:
            yield Message("cross.once", {"what": what})
        else:
            yield Message("cross.often", {"what": what, "times": int(times)})
