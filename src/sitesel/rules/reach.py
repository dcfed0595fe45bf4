"""Certain and possible ground of features: worked out once, asked by plots, by cells of a grid and by usable land.

A feature takes what lies nearer to it than the metres kept from it. Where its place is known to some kilometres only,
ground is *certain* that it takes wherever within them it lies, and *possible* that it takes if it lies there. Of a
feature that is *doubtful* nothing is certain: it may be of another kind, or not be there. A cell is an outline like any
other. So, always:

* a cell is struck if and only if a plot of its outline is struck for certain;
* a plot made of cells is struck for certain if and only if one of its cells is struck;
* ground taken off a plot lies under struck cells only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import Polygon

from sitesel.arrays import Bools
from sitesel.layers.grid import Grid, Mask

Shapes = np.ndarray[tuple[int], np.dtype[np.object_]]
Metres = np.ndarray[tuple[int], np.dtype[np.float64]]
Places = np.ndarray[tuple[int], np.dtype[np.intp]]

HAIR_M: Final = 1e-6  # counts as nothing: what is as far as the rule says may come out nearer by the last digit,
#                       and GEOS answers a buffer of next to nothing with an empty shape
QUARTER: Final = 16  # sides that a quarter of a circle is drawn with: 0.1 % inside the true one
SLACK: Final = 1.01  # more than any drawn circle falls short of the true one
RIM: Final = 0.1  # of a cell


@dataclass(frozen=True, eq=False)
class Zone:
    """Ground about shapes: what lies nearer to each than its metres; at 0 m the shape itself.

    Its edge is not part of it: a neighbour's fence is no fault of the plot. A point or a line at 0 m has no ground but
    strikes what it meets, were it along the edge: it stands for something with a width.

    Parameters
    ----------
    shapes : ndarray of geometry
    metres : ndarray of float
        One a shape, none below 0.
    """

    shapes: Shapes
    metres: Metres

    def meets(self, outlines: Shapes) -> tuple[Places, Places]:
        """Pair outlines with the shapes whose ground they share.

        Asked by distance, not of ground as drawn: a round corner is as far as it is.

        Parameters
        ----------
        outlines : ndarray of Polygon

        Returns
        -------
        outline, shape : ndarray of int
            Places, in the outlines' order.
        """
        around = shapely.bounds(outlines) + self.metres.max(initial=0.0) * np.array([-1, -1, 1, 1])
        outline, shape = self._tree.query(shapely.box(*around.T))
        theirs, mine, metres = outlines[outline], self.shapes[shape], self.metres[shape]
        shapely.prepare(self.shapes)  # a district of many corners beside many cells
        met = shapely.dwithin(mine, theirs, np.maximum(metres - HAIR_M, 0.0))  # nearer, not as near
        flat = met & (metres <= HAIR_M) & (shapely.get_dimensions(mine) == 2)  # noqa: PLR2004 -- polygons have an edge
        met[flat] = ~shapely.touches(mine[flat], theirs[flat])
        return outline[met], shape[met]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    def taken(self, outlines: Shapes) -> tuple[Places, Shapes]:
        """Draw the ground that reaches outlines.

        Parameters
        ----------
        outlines : ndarray of Polygon

        Returns
        -------
        outline : ndarray of int
            Places of the outlines that are reached, in order.
        ground : ndarray of geometry
            All the ground of the shapes that reach each; it may stretch beyond the outline, and be empty for lines.
        """
        outline, shape = self.meets(outlines)
        needed, place = np.unique(shape, return_inverse=True)
        drawn = shapely.buffer(self.shapes[needed], self.metres[needed], quad_segs=QUARTER)
        reached, first = np.unique(outline, return_index=True)
        ground = np.empty(len(reached), dtype=object)
        ground[:] = [shapely.union_all(drawn[mine]) for mine in np.split(place, first)[1:]]
        return reached, ground

    def cells(self, grid: Grid) -> Mask:
        """Tell which cells of a grid it strikes: those whose outlines it meets.

        Parameters
        ----------
        grid : Grid
            In the shapes' CRS.
        """
        _, near = self.meets(np.array([shapely.box(*grid.bounds)]))
        shapes, metres = self.shapes[near], self.metres[near]
        # What a raster tells for certain need not be asked cell by cell: only the cells along the edge are.
        struck = grid.touched(shapely.buffer(shapes, metres, quad_segs=QUARTER), wholly=False)
        # Burnt a little wide, so that neither a drawn corner nor the raster's own rounding leaves a cell out.
        edge = grid.touched(shapely.buffer(shapes, SLACK * metres + RIM * max(grid.cell_m))) & ~struck
        boxes = grid.boxes(edge)
        struck[edge] = np.isin(np.arange(len(boxes)), Zone(shapes, metres).meets(boxes)[0])
        return struck


@dataclass(frozen=True, eq=False)
class Reach:
    """Ground that features take.

    Parameters
    ----------
    certain : Zone
        Of every feature, wherever within its precision it lies.
    possible : Zone
        Of the features known too coarsely, and of doubtful ones; of the others all ground is certain.
    """

    certain: Zone
    possible: Zone


def reach_of(features: gpd.GeoDataFrame, kept_m: float) -> Reach:
    """Work out the ground that features take.

    Parameters
    ----------
    features : GeoDataFrame, projected CRS in metres
        ``setback_m``, where there is such a column and it is known, counts before ``kept_m``; ``precision_km`` (none
        stated: exact) is how far off a feature may lie, and of one that is ``doubtful`` (true or false; not known: no)
        no ground is certain.
    kept_m : float
        Metres from a feature that count as on it.

    Examples
    --------
    >>> lake = gpd.GeoDataFrame({"precision_km": [0.1]}, geometry=[shapely.box(0, 0, 1000, 1000)], crs="EPSG:32643")
    >>> there = reach_of(lake, 30.0).certain  # within 30 m of what lies 100 m inside the shore, whichever way it moves
    >>> there.shapes[0].bounds, float(there.metres[0])
    ((70.0, 70.0, 930.0, 930.0), 0.0)
    """
    if np.isnan(kept_m):
        raise ValueError("a set-back is not known; give metres, or leave the obstacle out")
    shapes = shapely.make_valid(np.array(features.geometry.array, dtype=object))  # GEOS overlooks lines of no length
    own = _column(features, "setback_m", kept_m)
    blur = 1000 * _column(features, "precision_km", 0.0)
    sure = np.where(np.abs(own - blur) <= HAIR_M, 0.0, own - blur)
    vague = blur > 0
    inside = vague & (sure <= 0)  # as deep in it as that, it is there for certain; points and lines have no such core
    cores = shapes.copy()
    cores[inside] = shapely.buffer(shapes[inside], sure[inside], quad_segs=QUARTER)
    unsure = doubtful(features)
    open_ = vague | unsure
    return Reach(Zone(cores[~unsure], np.maximum(sure, 0.0)[~unsure]), Zone(shapes[open_], (own + blur)[open_]))


def doubtful(features: gpd.GeoDataFrame) -> Bools:
    """Tell of which features it is not known whether they are what their layer is about.

    Examples
    --------
    >>> fields = gpd.GeoDataFrame({"doubtful": [True, False, None]}, geometry=[Polygon()] * 3)
    >>> doubtful(fields).tolist()
    [True, False, False]
    """
    if "doubtful" not in features:
        return np.zeros(len(features), dtype=np.bool_)
    return np.asarray(features["doubtful"].eq(True), dtype=np.bool_)  # noqa: FBT003 -- empty is not true


def _column(features: gpd.GeoDataFrame, name: str, unknown: float) -> Metres:
    given = features[name] if name in features else pd.Series(unknown, index=features.index)
    return np.asarray(given.astype(np.float64).fillna(unknown))


def ground_taken(
    name: str, outlines: gpd.GeoDataFrame, features: gpd.GeoDataFrame, kept_m: "float | pd.Series[float]"
) -> gpd.GeoDataFrame:
    """Tell what ground of outlines features take.

    Parameters
    ----------
    name : str
        Of the features, for the error.
    outlines : GeoDataFrame of Polygon, projected CRS in metres
    features : GeoDataFrame, same CRS
        As :func:`reach_of` reads them.
    kept_m : float or Series
        A Series gives each *outline* its own metres.

    Returns
    -------
    GeoDataFrame, index as the outlines
        ``certain`` and ``possible`` (bool): features reach it wherever they lie, or may take (more) of it, for their
        place is known too coarsely. As geometry the ground taken for certain by those that reach it.

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"], crs="EPSG:32643")
    >>> river = gpd.GeoDataFrame(geometry=[shapely.LineString([(-50, 0), (-50, 100)])], crs=plots.crs)
    >>> taken = ground_taken("rivers", plots, river, kept_m=70.0)  # 20 m of the plot are too near
    >>> taken["certain"].item(), round(plots.intersection(taken).area.item())
    (True, 2000)
    """
    shapes = np.asarray(outlines.geometry.array)
    certain, possible = np.zeros((2, len(shapes)), dtype=bool)
    ground = np.full(len(shapes), Polygon(), dtype=object)
    for mine, reach in _reaches(name, outlines, features, kept_m):
        reached, drawn = reach.certain.taken(shapes[mine])
        certain[mine[reached]], ground[mine[reached]] = True, drawn
        possible[mine[reach.possible.meets(shapes[mine])[0]]] = True
    return gpd.GeoDataFrame(
        {"certain": certain, "possible": possible}, geometry=ground, index=outlines.index, crs=outlines.crs
    )


def ground_met(
    name: str, outlines: gpd.GeoDataFrame, features: gpd.GeoDataFrame, kept_m: "float | pd.Series[float]"
) -> pd.DataFrame:
    """Tell which outlines features take ground of, without drawing it: as there may be as many as a grid has cells.

    Parameters
    ----------
    name, outlines, features, kept_m
        As of :func:`ground_taken`.

    Returns
    -------
    DataFrame, index as the outlines
        ``certain`` and ``possible`` (bool), as :func:`ground_taken` tells them.

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"], crs="EPSG:32643")
    >>> canal = gpd.GeoDataFrame({"precision_km": [0.1]}, geometry=[shapely.Point(150, 50)], crs=plots.crs)
    >>> ground_met("canals", plots, canal, kept_m=20.0).loc["a"].to_dict()
    {'certain': False, 'possible': True}
    """
    shapes = np.asarray(outlines.geometry.array)
    certain, possible = np.zeros((2, len(shapes)), dtype=bool)
    for mine, reach in _reaches(name, outlines, features, kept_m):
        certain[mine[reach.certain.meets(shapes[mine])[0]]] = True
        possible[mine[reach.possible.meets(shapes[mine])[0]]] = True
    return pd.DataFrame({"certain": certain, "possible": possible}, index=outlines.index)


def _reaches(
    name: str, outlines: gpd.GeoDataFrame, features: gpd.GeoDataFrame, kept_m: "float | pd.Series[float]"
) -> Iterator[tuple[Places, Reach]]:
    """Give the ground that features take at each of the metres kept, and the places of the outlines that keep these."""
    if features.crs != outlines.crs:
        raise ValueError(f"{name} is in {features.crs}, the plots in {outlines.crs}")
    kept = pd.Series(kept_m, index=outlines.index, dtype=np.float64).to_numpy()
    for metres in np.unique(kept):
        yield np.flatnonzero(kept == metres), reach_of(features, metres)
