"""Large places have an extent: their people are spread over points, thinning out from the centre."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree
from shapely import Point
from shapely.geometry.base import BaseGeometry

from sitesel.arrays import Floats
from sitesel.errors import LayerError
from sitesel.region.settings import Spread
from sitesel.text import LANGUAGES, Message, SetAside, listed, name_column, names_of, say

CELLS_ACROSS: Final = 12  # cells between two points; each cell's people go to the point nearest to it
VILLAGE_M: Final = 750.0  # ground around another settlement that is its own
BUILT_UP_TIMES: Final = 1.5  # built-up ground counts to a place within so many times the radius of its disc


@dataclass(frozen=True)
class Spreading:
    """Settlements of which the large ones are spread.

    Parameters
    ----------
    settlements : GeoDataFrame of Point
        As given, a polygon by a point in it; then the parts, whose ``part_of`` names their place (None elsewhere). A
        place that has parts keeps its people for the eye: they live in its parts, and are counted there.
    record : tuple of mapping
        For the record of the run, one a place that is spread: ``place``, ``over`` (``parts``, ``polygon``,
        ``built_up`` or ``disc``), ``points``, ``people`` and ``km2`` (None for parts given).
    strange : tuple of str
        Parts given whose place the settlements do not hold; they are left out.
    """

    settlements: gpd.GeoDataFrame
    record: tuple[Mapping[str, Any], ...] = ()
    strange: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extent:
    """The ground of a place.

    Parameters
    ----------
    ground : Polygon or MultiPolygon
        In metres.
    centre : Point
        From which the density falls.
    over : str
        What it was taken from.
    """

    ground: BaseGeometry
    centre: Point
    over: str = "disc"


@dataclass(frozen=True)
class Grounds:
    """Layers that tell where a place's people live.

    Parameters
    ----------
    city_parts : GeoDataFrame of Point, optional
        Parts of places, given: as the role has them.
    built_up : GeoDataFrame of Polygon, optional
        Ground that is built up.
    """

    city_parts: gpd.GeoDataFrame | None = None
    built_up: gpd.GeoDataFrame | None = None


def lattice(extent: Extent, spacing_m: float) -> Floats:
    """Lay points over a place's ground, each as far from its six neighbours, one of them at the centre.

    Parameters
    ----------
    extent : Extent
    spacing_m : float

    Returns
    -------
    ndarray of float, shape (points, 2)
        Nearest to the centre first; the centre alone where the ground holds no point.

    Examples
    --------
    >>> disc = Extent(Point(0, 0).buffer(1100), Point(0, 0))
    >>> len(lattice(disc, 1000))
    7
    """
    west, south, east, north = extent.ground.bounds
    x, y, height_m = extent.centre.x, extent.centre.y, spacing_m * np.sqrt(3) / 2
    rows = np.arange(np.floor((south - y) / height_m), np.ceil((north - y) / height_m) + 1)
    columns = np.arange(np.floor((west - x) / spacing_m) - 1, np.ceil((east - x) / spacing_m) + 2)
    row, column = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    points = np.column_stack([x + spacing_m * (column + 0.5 * (row % 2)), y + height_m * row])
    held = points[shapely.contains_xy(extent.ground, points)]
    if not len(held):
        return np.array([[x, y]])
    metres = np.hypot(*(held - [x, y]).T).round(3)  # rounded: a tie must not hang on the last bit
    return held[np.lexsort((held[:, 0], held[:, 1], metres))]


def clark_shares(points: Floats, extent: Extent, gradient_per_km: float, spacing_m: float) -> Floats:
    """Share of a place's people at each point, by the negative exponential of Clark (1951).

    The density at a distance of r km from the centre is that of the centre times exp(-``gradient_per_km`` r). It is
    summed over small cells of the ground, and each cell goes to the point nearest to its middle.

    Parameters
    ----------
    points : ndarray of float, shape (points, 2)
    extent : Extent
    gradient_per_km : float
        0 spreads people evenly.
    spacing_m : float
        Of the points, about; cells are a twelfth as wide.

    Returns
    -------
    ndarray of float, shape (points,)
        They add up to 1.

    Examples
    --------
    >>> disc = Extent(Point(0, 0).buffer(1100), Point(0, 0))
    >>> clark_shares(lattice(disc, 1000), disc, 0.15, 1000).round(2).tolist()
    [0.24, 0.13, 0.13, 0.12, 0.12, 0.13, 0.13]
    """
    west, south, east, north = extent.ground.bounds
    cell_m = spacing_m / CELLS_ACROSS
    x, y = extent.centre.x, extent.centre.y  # cells lie about the centre as evenly as the points do
    columns = x + cell_m * (np.arange(np.floor((west - x) / cell_m), np.ceil((east - x) / cell_m)) + 0.5)
    rows = y + cell_m * (np.arange(np.floor((south - y) / cell_m), np.ceil((north - y) / cell_m)) + 0.5)
    cells = np.column_stack([grid.ravel() for grid in np.meshgrid(columns, rows)])
    cells = cells[shapely.contains_xy(extent.ground, cells)]
    if not len(cells):
        return np.full(len(points), 1 / len(points))
    kilometres = np.hypot(cells[:, 0] - x, cells[:, 1] - y) / 1000
    at = cKDTree(points).query(cells)[1]
    people = np.bincount(at, weights=np.exp(-gradient_per_km * kilometres), minlength=len(points))
    return np.asarray(people / people.sum(), dtype=np.float64)


def whole_people(total: float, share: Floats) -> Floats:
    """Divide people by shares into whole ones, so that the parts add up to the total exactly.

    Parameters
    ----------
    total : float
        People; what is not whole goes to the first part.
    share : ndarray of float
        They add up to 1.

    Returns
    -------
    ndarray of float
        Whole people but for the first; the largest remainders are rounded up.

    Examples
    --------
    >>> whole_people(10.5, np.array([0.5, 0.25, 0.25])).tolist()
    [5.5, 3.0, 2.0]
    """
    whole = np.floor(total)
    people: Floats = np.floor(whole * share)
    rest = (whole * share - people).round(9)
    missing = int(whole - people.sum())
    people[np.argsort(-rest, kind="stable")[:missing]] += 1
    people[0] += total - whole
    return people


def spread_places(settlements: gpd.GeoDataFrame, wanted: Spread, grounds: Grounds) -> Spreading:
    """Spread the large places of a layer over their ground; nobody is counted twice and nobody is lost.

    Places whose parts are given have these, scaled to the place's people. Any other of more than ``wanted.above``
    people is spread over its polygon where the layer holds one, else over the built-up ground around it where that
    covers it, else over a disc that its people fill at ``wanted.people_per_km2``. Ground around other settlements is
    theirs.

    Parameters
    ----------
    settlements : GeoDataFrame of Point or Polygon, metres
        As its role has it.
    wanted : Spread
    grounds : Grounds
        In the settlements' CRS.

    Returns
    -------
    Spreading

    Raises
    ------
    LayerError
        Parts under an id that a settlement has.
    """
    placed = at_points(settlements)
    listed_parts = placed.iloc[:0] if grounds.city_parts is None else grounds.city_parts
    given = _given_parts(placed, listed_parts)
    large = placed.index[(placed["population"] > wanted.above) & ~placed.index.isin(list(given))]
    found, record = [], []
    for place, parts in given.items():
        found.append(parts)
        record.append(_told(place, "parts", parts, None))
    for place in large:
        extent = _extent(placed, settlements.geometry[place], place, wanted, grounds.built_up)
        parts = _parts(placed.loc[[place]], extent, wanted)
        found.append(parts)
        record.append(_told(place, extent.over, parts, extent.ground.area / 1e6))
    whole = pd.concat([placed, *found]) if found else placed
    settled = gpd.GeoDataFrame(whole.rename_axis("id"), geometry="geometry", crs=placed.crs)
    strange = listed_parts.index[~listed_parts["part_of"].isin(list(given))]
    return Spreading(settled, tuple(record), tuple(map(str, strange)))


def at_points(settlements: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give a settlement that is drawn as a polygon by a point in it, and say that none is part of another."""
    points = settlements.geometry.where(settlements.geom_type == "Point", settlements.representative_point())
    return settlements.set_geometry(points).assign(part_of=pd.Series(None, index=settlements.index, dtype=object))


def notices_of_spread(spreading: Spreading, wanted: Spread) -> Iterator[Message]:
    """Name the places that are spread without anyone having said where in them people live, and count strange parts.

    Yields
    ------
    Message
    """
    if spreading.strange:
        count = {"count": len(spreading.strange)}
        yield SetAside(
            "notice.parts_of_none", count, "city_parts", spreading.strange, Message("rejected.parts_of_none")
        )
    told = [row for row in spreading.record if row["over"] != "parts"]
    if told:
        rows = spreading.settlements.loc[[row["place"] for row in told]]
        yield Message(
            "notice.places_spread",
            {
                "names": listed(names_of(row) for _, row in rows.iterrows()),
                "people": wanted.above,
                "count": sum(row["points"] for row in told),
            },
        )


def _told(place: object, over: str, parts: gpd.GeoDataFrame, km2: float | None) -> dict[str, Any]:
    people = float(parts["population"].sum())
    area = None if km2 is None else round(km2, 1)
    return {"place": place, "over": over, "points": len(parts), "people": people, "km2": area}


def _given_parts(placed: gpd.GeoDataFrame, parts: gpd.GeoDataFrame) -> dict[Any, gpd.GeoDataFrame]:
    twice = parts.index[parts.index.isin(placed.index)]
    if len(twice):
        raise LayerError([f"city_parts: the settlements hold {name}, too; give the part its own id" for name in twice])
    own = parts[parts["part_of"].isin(placed.index)]
    return {place: _of_place(placed.loc[place], table) for place, table in own.groupby("part_of", sort=False)}


def _of_place(place: pd.Series, parts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Scale parts to their place's people, where these are known; what a part does not say is as in its place."""
    people, total = parts["population"].to_numpy(np.float64), place["population"]
    if np.isfinite(total) and people.sum() > 0:
        people = whole_people(float(total), people / people.sum())
    said = {
        name: parts[name].where(parts[name].notna(), place[name])
        for name in ("district", "population_confidence", "source", "name_ru", "name_ky")
    }
    return parts.assign(**said, population=people, working_age_share=place["working_age_share"])


def _extent(
    placed: gpd.GeoDataFrame, drawn: BaseGeometry, place: object, wanted: Spread, built_up: gpd.GeoDataFrame | None
) -> Extent:
    centre = placed.geometry[place]
    radius_m = 1000 * np.sqrt(placed["population"][place] / wanted.people_per_km2 / np.pi)
    if drawn.area:
        found = Extent(drawn, centre, "polygon")
    elif built_up is not None and built_up.geometry.covers(centre).any():
        wide = centre.buffer(BUILT_UP_TIMES * radius_m)
        found = Extent(built_up.geometry.clip(wide).union_all(), centre, "built_up")
    else:
        found = Extent(centre.buffer(radius_m, quad_segs=32), centre)
    return Extent(without_villages(found.ground, placed, place), found.centre, found.over)


def without_villages(ground: BaseGeometry, placed: gpd.GeoDataFrame, place: object) -> BaseGeometry:
    """Leave out the ground around settlements with people that lie in that of a larger place.

    Parameters
    ----------
    ground : Polygon or MultiPolygon
    placed : GeoDataFrame of Point
        ``population``, by place.
    place : hashable
        The larger one. Others with as many people, and ground that would be nothing but theirs, are left alone.
    """
    people = placed["population"]
    others = placed.geometry[(people > 0) & (people < people[place])]
    near = others.iloc[others.sindex.query(ground, predicate="dwithin", distance=VILLAGE_M)]
    rest: BaseGeometry = ground.difference(shapely.union_all(near.buffer(VILLAGE_M).to_numpy()))
    return ground if rest.is_empty else rest


def _parts(place: gpd.GeoDataFrame, extent: Extent, wanted: Spread) -> gpd.GeoDataFrame:
    spacing_m = 1000 * wanted.spacing_km
    points = lattice(extent, spacing_m)
    people = whole_people(
        float(place["population"].iloc[0]), clark_shares(points, extent, wanted.gradient_per_km, spacing_m)
    )
    parts = place.iloc[np.zeros(len(points), dtype=int)]
    number = np.arange(1, len(points) + 1)
    name, index = place.index[0], pd.Index([f"{place.index[0]}/{at}" for at in number], name="id")
    told = {
        name_column(lang): [part_name(place[name_column(lang)].iloc[0], str(at), lang) for at in number]
        for lang in LANGUAGES
    }
    parts = parts.assign(**told, population=people, part_of=name).set_axis(index)
    return parts.set_geometry(gpd.points_from_xy(*points.T, crs=place.crs))


def part_name(place: object, number: str, lang: str) -> str | None:
    """Name a part of a place in a language; None where the place has no name in it.

    Examples
    --------
    >>> part_name("Osh", "3", "en")
    'Osh, part 3'
    """
    return say(Message("place.part", {"place": place, "number": number}), lang) if isinstance(place, str) else None
