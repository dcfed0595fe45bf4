"""Connections laid along roads: network metres, whatever the direction of traffic."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import LineString

from sitesel.arrays import Floats
from sitesel.network import SnapRules, snap
from sitesel.network.arcs import Arcs
from sitesel.routing import CompiledNetwork, Places, paths, places_on_edges, travel_times

Shapes = NDArray[np.object_]
TAP_M: Final = 500.0
SAME_M: Final = 1e-6  # nearer than this two corners of a line are one


def taps(lines: gpd.GeoDataFrame, spacing_m: float) -> gpd.GeoDataFrame:
    """Points along lines where a connection may start, to be joined to the roads as places are.

    Parameters
    ----------
    lines : GeoDataFrame of LineString, projected CRS in metres
        Such as gas mains.
    spacing_m : float
        At most so far apart.

    Returns
    -------
    GeoDataFrame of Point, index ``(line, number)``
        Column ``source``: the line's index.

    Examples
    --------
    >>> main = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (900, 0)])], index=["gas main"], crs="EPSG:32643")
    >>> taps(main, spacing_m=500.0).geometry.x.to_dict()
    {('gas main', 0): 0.0, ('gas main', 1): 450.0, ('gas main', 2): 900.0}
    """
    names: list[tuple[Hashable, int]] = []
    points = []
    for name, line in lines.geometry.items():
        count = int(np.ceil(line.length / spacing_m)) + 1
        along = shapely.line_interpolate_point(shapely.line_merge(line), np.linspace(0, 1, count), normalized=True)
        names += [(name, number) for number in range(count)]
        points += list(along)
    index = pd.Index(names, tupleize_cols=False)
    return gpd.GeoDataFrame({"source": [name[0] for name in names]}, geometry=points, index=index, crs=lines.crs)


class Joined(NamedTuple):
    """Places joined to roads by straight legs.

    Parameters
    ----------
    places : Places
        Seconds off the road are metres.
    shapes : ndarray of geometry, one a gate
        What each leg starts from.
    feet : ndarray of Point, one a gate
        Where on the road it ends.
    """

    places: Places
    shapes: Shapes
    feet: Shapes

    def gates(self, place: Hashable) -> tuple[Shapes, Shapes]:
        """Shapes and feet of one place."""
        own = self.places.place == self.places.ids.get_loc(place)
        return self.shapes[own], self.feet[own]


@dataclass(frozen=True, eq=False)
class RoadWays:
    """Ways along roads between outlines and sources; made by :func:`road_ways`.

    Parameters
    ----------
    network : CompiledNetwork
        Of metres.
    outlines, sources : Joined
    """

    network: CompiledNetwork
    outlines: Joined
    sources: Joined

    @property
    def metres(self) -> pd.DataFrame:
        """Shortest lengths of all pairs, outlines x sources; NaN where there is no way."""
        return travel_times(self.network, self.sources.places, self.outlines.places).T

    def lines(self, pairs: pd.DataFrame) -> list[LineString]:
        """Join the lines of some pairs, each from the outline to the source.

        Parameters
        ----------
        pairs : DataFrame
            ``plot source``, between which there is a way.
        """
        asked = pairs.rename(columns={"plot": "origin", "source": "destination"})
        found = paths(self.network, self.outlines.places, self.sources.places, asked)
        ends = zip(found["origin"], found["destination"], found["geometry"], strict=True)
        return [self._whole(outline, source, road) for outline, source, road in ends]

    def _whole(self, outline: Hashable, source: Hashable, road: LineString | None) -> LineString:
        """Put the straight legs before and behind a way along roads."""
        (shapes, feet), (sources, taps) = self.outlines.gates(outline), self.sources.gates(source)
        if road is None:  # both legs end at one point of the road
            apart = shapely.distance(feet[:, None], taps[None, :]).min(axis=1)
            first = last = feet[_nearest(apart, shapely.distance(shapes, feet))]
        else:
            first, last = shapely.get_point(road, [0, -1])
        tap = sources[_nearest(shapely.distance(taps, last), shapely.distance(sources, taps))]
        parts = [shapely.shortest_line(shapes[0], first), road, shapely.shortest_line(last, tap)]
        corners = shapely.get_coordinates([part for part in parts if part is not None])
        moved = np.concatenate([[True], (np.abs(np.diff(corners, axis=0)) > SAME_M).any(axis=1)])
        return LineString(corners[moved] if moved.sum() > 1 else corners[[0, 0]])


def _nearest(apart: Floats, leg: Floats) -> int:
    """Find the gate that lies there, to a millimetre; of several the one with the shortest leg."""
    return int(np.lexsort([leg, apart.round(3)])[0])


def road_ways(
    network: CompiledNetwork, outlines: gpd.GeoDataFrame, places: Places, sources: gpd.GeoDataFrame, within_m: float
) -> RoadWays:
    """Join outlines and sources to the roads of a mode, to ask for ways between them.

    One-way roads are followed both ways, for cables and pipes may; of parallel roads the shortest counts. From an
    outline's edge and from a source the line runs straight to the road.

    Parameters
    ----------
    network : CompiledNetwork
        Of the mode.
    outlines : GeoDataFrame of Polygon
    places : Places
        Where the outlines touch its roads.
    sources : GeoDataFrame, index source
        Points, or lines that may be met anywhere (every :data:`TAP_M` metres).
    within_m : float
        A source farther than this from every road is not joined.
    """
    arcs, starts = network.arcs, _starts(sources)
    found = snap(arcs, starts, SnapRules(cap_m=within_m))
    joined = places_on_edges(found)
    start = joined.ids.to_numpy()[joined.place].astype(np.int64)
    owner = sources.index.get_indexer(pd.Index(starts["owner"].to_numpy()[start], tupleize_cols=False))
    own = np.asarray(outlines.geometry.loc[places.ids], dtype=object)
    return RoadWays(
        network.in_metres,
        _joined(arcs, places, own[places.place]),
        _joined(arcs, replace(joined, ids=sources.index, place=owner.astype(np.int64)), starts.geometry.array[start]),
    )


def _joined(arcs: Arcs, places: Places, shapes: Shapes) -> Joined:
    """Put gates on the network of metres, where arc M + i is arc i driven back."""
    feet = shapely.line_interpolate_point(arcs.geometry()[places.arc], places.fraction, normalized=True)
    leg = np.asarray(shapely.distance(shapes, feet), dtype=np.float64)
    metric = replace(places, twin=places.arc + len(arcs.tail), off_road_s=leg)
    return Joined(metric, np.asarray(shapes, dtype=object), np.asarray(feet, dtype=object))


def _starts(sources: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Where a connection may start: points, and lines every so many metres; ``owner`` is the source."""
    points = sources[sources.geom_type == "Point"]
    lines = sources.loc[~sources.index.isin(points.index)]
    parts = [points.geometry.to_frame("geometry").assign(owner=points.index)]
    if not lines.empty:
        parts.append(taps(lines, TAP_M).rename(columns={"source": "owner"}))
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=sources.crs)


def nearest_of(outlines: gpd.GeoDataFrame, shapes: Shapes, within_m: float | None = None) -> pd.DataFrame:
    """Find the nearest of some shapes to each outline.

    Returns
    -------
    DataFrame, index outline
        ``at`` (its position) and ``metres``; only outlines that have one within reach.
    """
    (outline, at), metres = shapely.STRtree(shapes).query_nearest(
        np.asarray(outlines.geometry, dtype=object), max_distance=within_m, return_distance=True, all_matches=False
    )
    return pd.DataFrame({"at": at, "metres": metres}, index=outlines.index[outline])


def straight_metres(outlines: gpd.GeoDataFrame, sources: gpd.GeoDataFrame, within_m: float) -> pd.DataFrame:
    """Straight distances, outlines x sources; NaN beyond reach."""
    one, other = (np.asarray(frame.geometry, dtype=object) for frame in (outlines, sources))
    metres = shapely.distance(one[:, None], other[None, :])
    return pd.DataFrame(metres, index=outlines.index, columns=sources.index).where(metres <= within_m)
