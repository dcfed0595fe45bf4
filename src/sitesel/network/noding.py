"""Where roads of a layer of lines meet without a common end: found, and joined where a study asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sitesel.arrays import Bools, Objects
from sitesel.network.bypass import MEETS_M, between
from sitesel.network.lines import SAME_PLACE_M

OVER_OR_UNDER: Final = ("bridge", "tunnel")
"""Columns of roads that cross others without meeting them."""


@dataclass(frozen=True)
class Unmet:
    """Where roads come together and nobody can turn, as lines are joined at their ends alone.

    Parameters
    ----------
    ends : DataFrame
        ``row end x y metres``: an end (0 or -1) of a line, and the place of the other road that it lies by or on.
    crossings : DataFrame
        ``row other x y``: two lines cross, and neither is a bridge or a tunnel.
    """

    ends: pd.DataFrame
    crossings: pd.DataFrame


def unmet(lines: gpd.GeoDataFrame, within_m: float = MEETS_M) -> Unmet:
    """Find where roads come together without a common end.

    Parameters
    ----------
    lines : GeoDataFrame of LineString, projected CRS in metres
        As :func:`~sitesel.network.from_lines` takes; ``bridge`` and ``tunnel`` are read, where given.
    within_m : float
        An end that meets nothing and lies no farther from another road is taken to belong to it.
    """
    shapes = lines.geometry.to_numpy()
    assumed = lines["assumed"].eq(True).to_numpy() if "assumed" in lines else np.zeros(len(lines), dtype=bool)  # noqa: FBT003
    return Unmet(
        pd.DataFrame(_ends(shapes, within_m, assumed), columns=["row", "end", "x", "y", "metres"]),
        pd.DataFrame(_crossings(lines, shapes), columns=["row", "other", "x", "y"]),
    )


def noded(lines: gpd.GeoDataFrame, within_m: float = MEETS_M) -> tuple[gpd.GeoDataFrame, Unmet]:
    """Join roads wherever they come together.

    Parameters
    ----------
    lines, within_m
        As of :func:`unmet`.

    Returns
    -------
    lines : GeoDataFrame of LineString
        Roads that others meet are cut there; ``length_m`` is shared by the parts' lengths.
    joined : Unmet
        What was joined, by rows of the lines given.
    """
    found = unmet(lines, within_m)
    shapes = lines.geometry.to_numpy().copy()
    for row, end, x, y, metres in found.ends.itertuples(index=False):
        if metres > SAME_PLACE_M:
            corners = list(shapely.get_coordinates(shapes[row]))
            corners.insert(0 if end == 0 else len(corners), np.array([x, y]))
            shapes[row] = shapely.LineString(corners)
    places = np.vstack([found.ends[["x", "y"]], found.crossings[["x", "y"]]]).astype(np.float64)
    cuts = np.asarray(shapely.points(places), dtype=object)
    near, parts, rows, shares = shapely.STRtree(cuts), [], [], []
    for row, line in enumerate(shapes):
        points = cuts[near.query(line, predicate="dwithin", distance=SAME_PLACE_M)]
        for part, share in between(line, points):
            parts.append(part)
            rows.append(row)
            shares.append(share)
    cut = lines.iloc[rows].reset_index(drop=True)
    if "length_m" in cut:
        cut["length_m"] = cut["length_m"].astype(np.float64) * np.array(shares)
    return cut.set_geometry(gpd.GeoSeries(parts, crs=lines.crs)), found


def _ends(shapes: Objects, within_m: float, assumed: Bools) -> Iterator[tuple[int, int, float, float, float]]:
    """Find ends that share no place with another line's end, and lie by another line."""
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(shapes, at)) for at in (0, -1)])
    _, place, count = np.unique(
        np.round(ends / SAME_PLACE_M).astype(np.int64), axis=0, return_inverse=True, return_counts=True
    )
    alone = np.flatnonzero(count[place.ravel()] == 1)
    points = np.asarray(shapely.points(ends[alone]), dtype=object)
    tree = shapely.STRtree(shapes)
    end, line = tree.query(points, predicate="dwithin", distance=within_m)
    row = alone[end] % len(shapes)
    other = (row != line) & ~assumed[row]  # such a link ends where people live, not on a road
    by = pd.DataFrame({"end": end[other], "line": line[other]})
    by["metres"] = shapely.distance(points[by["end"]], shapes[by["line"]])
    nearest = by.sort_values(["metres", "line"], kind="stable").drop_duplicates("end").sort_values("end")
    for at, other_line, metres in nearest.itertuples(index=False):
        x, y = shapely.get_coordinates(shapely.shortest_line(shapes[other_line], points[at]))[0]
        yield int(alone[at] % len(shapes)), 0 if alone[at] < len(shapes) else -1, float(x), float(y), float(metres)


def _crossings(lines: gpd.GeoDataFrame, shapes: Objects) -> Iterator[tuple[int, int, float, float]]:
    """Find points in which two lines cross; where they share an end they meet already."""
    apart = np.zeros(len(lines), dtype=bool)
    for column in OVER_OR_UNDER:
        if column in lines:
            apart |= (
                ~lines[column].astype(object).isin([None, "", "no", "F", "false", False, 0]).to_numpy()
                & lines[column].notna().to_numpy()
            )
    one, other = shapely.STRtree(shapes).query(shapes, predicate="crosses")
    for row, beside in zip(one, other, strict=True):
        if row < beside and not apart[row] and not apart[beside]:
            met = shapely.get_coordinates(shapely.intersection(shapes[row], shapes[beside]))
            ends = np.vstack([shapely.get_coordinates(shapes[at])[[0, -1]] for at in (row, beside)])
            for x, y in met:
                if np.hypot(*(ends - (x, y)).T).min() > SAME_PLACE_M:
                    yield int(row), int(beside), float(x), float(y)
