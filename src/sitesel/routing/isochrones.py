"""The ground within so many minutes of places."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from sitesel.arrays import Bools, Floats, Ints, Objects
from sitesel.network.streets import twins
from sitesel.routing.compiled import CompiledNetwork, Direction
from sitesel.routing.milliseconds import INFINITE
from sitesel.routing.places import Places, legs, places_at_nodes
from sitesel.routing.times import travel_times
from sitesel.schema import BANDS

ARC_SEGMENTS = 2  # a buffer's quarter circle: bands are drawn at the scale of a country


def isochrones(
    network: CompiledNetwork, places: Places, *, minutes: Sequence[float] = BANDS, direction: Direction = "from",
    buffer_m: float = 200.0,
) -> gpd.GeoDataFrame:  # fmt: skip
    """Outline the ground beside all roads within so many minutes of each place.

    Every edge, or the part of it that is within the time, is widened by ``buffer_m`` to both sides; the union is the
    outline. Seconds pass evenly along an edge. Off-road legs beyond the buffer are not drawn.

    Parameters
    ----------
    network : CompiledNetwork
        With coordinates in a projected CRS, in metres.
    places : Places
    minutes : sequence of float
    direction : {"from", "to"}
        Travel from the place, or to it.
    buffer_m : float
        How far beside the road ground counts as reached.

    Returns
    -------
    GeoDataFrame
        ``place minutes geometry`` (Polygon or MultiPolygon; empty where no road is within the time), a row for each
        place and each of the minutes, ascending.

    Raises
    ------
    NetworkError
        The nodes carry no coordinates.

    Examples
    --------
    >>> from shapely import LineString
    >>> from sitesel.network import from_lines
    >>> from sitesel.routing import compile_network
    >>> street = gpd.GeoDataFrame({"highway": ["trunk"]}, geometry=[LineString([(0, 0), (3000, 0)])], crs="EPSG:32643")
    >>> network = compile_network(from_lines(street, mode="car"))
    >>> outlines = isochrones(network, places_at_nodes(network, [0]), minutes=(1, 2), buffer_m=100.0)
    >>> outlines.set_index("minutes").bounds["maxx"].to_dict()  # 75 km/h, and the ground beside the road
    {1: 1350.0, 2: 2600.0}
    """
    lines = network.arcs.geometry()
    nodes = places_at_nodes(network)
    times = travel_times(network, places, nodes) if direction == "from" else travel_times(network, nodes, places).T
    opposite = twins(network.arcs)
    starts = legs(network, places, leaving=direction == "from")
    rows = []
    for position, (place, row) in enumerate(zip(places.ids, times.to_numpy(), strict=True)):
        ways = starts[(starts["place"] == position) & (starts["arc"] >= 0)]
        reached = np.where(np.isnan(row), np.inf, row).astype(np.float64)
        outline: shapely.Geometry = shapely.Polygon()
        drawn = np.zeros(len(lines), dtype=np.bool_)
        for limit in sorted(minutes):
            parts = _parts(network, reached, ways, limit * 60.0, direction)
            parts = parts[~drawn[parts["arc"]] & ~_both_ways(parts, opposite)]
            ribbons = shapely.buffer(_cut(parts, lines), buffer_m, quad_segs=ARC_SEGMENTS)
            outline = shapely.union_all([outline, *ribbons])  # a longer time only adds to a shorter one
            drawn[parts.loc[_in_full(parts), "arc"]] = True
            rows.append((place, limit, outline))
    table = pd.DataFrame(rows, columns=["place", "minutes", "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=network.arcs.crs)


def _parts(
    network: CompiledNetwork, reached: Floats, ways: pd.DataFrame, limit_s: float, direction: Direction
) -> pd.DataFrame:
    """Parts of arcs within the limit: ``arc start end`` (fractions)."""
    arcs = network.arcs
    node = arcs.tail if direction == "from" else arcs.head
    spare = limit_s - reached[node]
    arc = np.flatnonzero((spare >= 0) & (network.ms < INFINITE))
    share = _share(spare[arc], network.ms[arc] / 1000)
    whole = pd.DataFrame(
        {"arc": arc, "start": 0.0, "end": share}
        if direction == "from"
        else {"arc": arc, "start": 1 - share, "end": 1.0}
    )
    # The edges that the place itself lies on: from its gate, as far as time lasts after the off-road leg.
    span = (ways["end"] - ways["start"]).to_numpy()
    ride = ways["ride_ms"].to_numpy() / 1000
    spare = limit_s - (ways["ms"] - ways["ride_ms"]).to_numpy() / 1000
    share = _share(spare, ride) * span
    own = ways.assign(**({"end": ways["start"] + share} if direction == "from" else {"start": ways["end"] - share}))
    parts: pd.DataFrame = pd.concat([whole, own.loc[spare >= 0, ["arc", "start", "end"]]], ignore_index=True)
    return parts


def _share(spare: Floats, seconds: Floats) -> Floats:
    """Share of a ride that the spare time allows."""
    return np.where(seconds <= spare, 1.0, spare / np.where(seconds > 0, seconds, 1.0))


def _in_full(parts: pd.DataFrame) -> Bools:
    return np.asarray(parts["end"] - parts["start"] == 1)


def _both_ways(parts: pd.DataFrame, opposite: Ints) -> Bools:
    """Whether a street is driven in full both ways and this is the second of them."""
    full, arc = _in_full(parts), parts["arc"].to_numpy()
    return np.asarray(full & (opposite[arc] >= 0) & (opposite[arc] < arc) & np.isin(opposite[arc], arc[full]))


def _cut(parts: pd.DataFrame, lines: Objects) -> Objects:
    """Lines of the parts."""
    shapes: Objects = lines[parts["arc"].to_numpy()]
    start, end = parts["start"].to_numpy(dtype=float), parts["end"].to_numpy(dtype=float)
    for place in np.flatnonzero(~_in_full(parts)):
        shapes[place] = substring(shapes[place], start[place], end[place], normalized=True)
    return shapes
