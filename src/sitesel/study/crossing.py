"""What the routes of connections cross, in words."""

from collections.abc import Iterator, Mapping
from typing import Final

import geopandas as gpd
import pandas as pd

from sitesel.criteria.utilities import crossings
from sitesel.i18n import Message
from sitesel.study.laying import road_name

MAIN: Final = ("motorway", "trunk", "primary")  # roads worth naming: under the others a trench is a day's work
AREAS: Final = ("built_up", "protected")
LINES: Final = ("railways", "rivers")
FOLLOWED_M: Final = 100.0  # along a road for longer than this, a route follows it


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
    lines = connections.geometry[~connections.is_empty]
    routes = gpd.GeoDataFrame(geometry=lines.drop_duplicates())
    layers = {**_main_roads(frames["roads"]), **{name: frames[name] for name in (*LINES, *AREAS) if name in frames}}
    found = crossings(routes, layers)
    by_line = {routes.geometry[route].wkb: list(_told(rows)) for route, rows in found.groupby("route")}
    told = [list(by_line.get(line.wkb, ())) for line in connections.geometry]
    return pd.Series(told, index=connections.index, dtype="object")


def _main_roads(roads: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    main = roads[roads["highway"].isin(MAIN)]
    names = [road_name(road) for _, road in main.iterrows()]
    return {f"road {name}": part for name, part in main.groupby(pd.Series(names, index=main.index), sort=False)}


def _told(rows: pd.DataFrame) -> Iterator[Message]:
    for layer, times, metres in zip(rows["layer"], rows["times"], rows["metres"], strict=True):
        kind, _, name = str(layer).partition(" ")
        if kind in AREAS:
            yield Message(f"cross.{kind}", {"km": round(float(metres) / 1000, 1)})
        elif kind == "road" and metres > FOLLOWED_M:
            yield Message("cross.along", {"name": name, "km": round(float(metres) / 1000, 1)})
        else:
            yield Message(f"cross.{kind}", {"times": int(times), **({"name": name} if name else {})})
