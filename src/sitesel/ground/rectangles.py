"""Rectangles within a plot: the largest, and whether one of a needed size fits."""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely
from shapely import Polygon
from shapely.affinity import rotate, translate

from sitesel.arrays import Floats
from sitesel.ground.parts import largest_part
from sitesel.ground.rectangle_search import Sought, first_nodes, search

SNUG: Final = 1e-6  # a rectangle this share smaller counts as fitting: of an exact fit rounding must not rob us
MOST_CORNERS: Final = 12
EVERY_DEG: Final = 15.0
LESS: Final = 1e-3  # of an area: outlines drawn to the needed one miss it by a hair
MOST: Final = 1_500_000  # nodes looked at for one rectangle: a second or two
SHARES: Final = (0.1, 0.02, 4e-3, 1e-3, 2e-4, 4e-5, 8e-6, 1.6e-6, 3e-7, 6e-8)  # of a side, finer and finer
START: Final = 1e-3  # of the polygon's area: a rectangle no smaller is looked for
# by how much larger ones are looked for, and the most nodes for each: about a second
GAINS: Final = {0.5: 1_000_000, 0.02: 2_000_000, 1e-3: 300_000, 1e-5: 300_000}


def directions(shape: Polygon) -> tuple[float, ...]:
    """Directions that rectangles found are turned to, where they gain: of the longest edges, and every 15 degrees.

    Parameters
    ----------
    shape : Polygon

    Returns
    -------
    tuple of float
        Degrees anticlockwise from east, in [0, 90).

    Examples
    --------
    >>> directions(shapely.box(0, 0, 200, 100))
    (0.0, 15.0, 30.0, 45.0, 60.0, 75.0)
    """
    corners = shapely.get_coordinates(shape.exterior)
    edges = np.diff(corners, axis=0)
    length = np.hypot(edges[:, 0], edges[:, 1])
    angle = np.round(np.degrees(np.arctan2(edges[:, 1], edges[:, 0])) % 90, 6) % 90
    longest = angle[np.argsort(-length, kind="stable")[:MOST_CORNERS]]
    return tuple(dict.fromkeys([*longest.tolist(), *np.arange(0, 90, EVERY_DEG).tolist()]))


def largest_rectangle(shape: Polygon, angles: Iterable[float] | None = None) -> Polygon:
    """Largest rectangle inside a polygon, holes respected.

    All places, directions and proportions are searched (:mod:`sitesel.ground.rectangle_search` has the proof): for any
    rectangle, then for one larger than the largest yet by a half, then by 2 %; what is found has its sides pushed out
    until they touch. So what is returned lies inside (slits no wider than a ten-millionth of the polygon are closed),
    and none inside is larger by more than 3 %. Then larger ones are sought by a thousandth and by a hundred-thousandth,
    which outlines of right angles are exact to, and most others too. A step is cut short after a second or so: before
    the last two that befalls only outlines as even as a ring drawn with compasses, and bands hundreds of times as long
    as wide.

    Parameters
    ----------
    shape : Polygon
        Projected CRS; may be empty.
    angles : iterable of float, optional
        Degrees: only these directions.

    Returns
    -------
    Polygon
        Empty where there is none of a thousandth of the polygon's area.

    Examples
    --------
    >>> angled = Polygon([(0, 0), (30, 0), (30, 10), (10, 10), (10, 20), (0, 20)])
    >>> round(largest_rectangle(angled).area, 1)
    300.0
    """
    if shape.is_empty:
        return Polygon()
    around = shapely.minimum_rotated_rectangle(shape)
    if angles is None and isinstance(around, Polygon) and around.area <= shape.area * (1 + SNUG):
        return around  # a rectangle is its own largest, as most outlines are
    edges, only = _edges(shape), _radians(angles)
    near = np.radians(directions(shape)) if only is None else np.empty(0)
    extent = float(np.hypot(*np.ptp(edges[:, :2], axis=0)))
    best = np.zeros(5)
    for gain, most in GAINS.items():
        area = max(START * shape.area, 4 * best[3] * best[4] * (1 + gain))
        longest = float(np.log(extent**2 / area))
        sought = Sought(area, gain / 20, 1 + gain, most)
        best = search(edges, first_nodes(edges, only, (-longest, longest)), sought, best, near).best
    x, y, direction, a, b = best
    flat = rotate(shapely.box(-a, -b, a, b), direction, origin=(0, 0), use_radians=True)
    return translate(flat, x + shape.centroid.x, y + shape.centroid.y) if best.any() else Polygon()


def _edges(shape: Polygon) -> Floats:
    """Take the ends x0 y0 x1 y1 of the edges of all rings, from the centroid; slits of a hair's width are closed."""
    hair, centre = SNUG / 10 * math.sqrt(shape.area), shape.centroid
    near = translate(shape, -centre.x, -centre.y).buffer(hair, join_style="mitre").buffer(-hair, join_style="mitre")
    whole = largest_part(near)
    rings = [shapely.get_coordinates(ring) for ring in (whole.exterior, *whole.interiors)]
    return np.vstack([np.hstack([corners[:-1], corners[1:]]) for corners in rings])


def _radians(angles: Iterable[float] | None) -> Floats | None:
    return None if angles is None else np.radians(np.fromiter(angles, dtype=np.float64))


def fits(shape: Polygon, length_m: float, width_m: float, angles: Iterable[float] | None = None) -> bool:
    """Whether a rectangle of a size fits inside a polygon.

    All places and directions are searched (:mod:`sitesel.ground.rectangle_search` has the proof). Yes: one place was
    found that no edge enters, to a millionth of the sides. No: none of the size fits; only where so many places come
    within 0.5 % of fitting that a search would take longer than seconds may one be missed that has less than that to
    spare.

    Parameters
    ----------
    shape : Polygon
        Projected CRS in metres; holes respected.
    length_m, width_m : float
    angles : iterable of float, optional
        Degrees: only these directions, either way round.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        A side that is not positive.

    Examples
    --------
    >>> slab = shapely.box(0, 0, 300, 200)
    >>> fits(slab, 200, 300), fits(slab, 301, 100)
    (True, False)
    """
    if not (length_m > 0 and width_m > 0):
        raise ValueError(f"a rectangle of {length_m:g} by {width_m:g} m has no area")
    proportion = float(np.log(length_m / width_m))
    ranges = dict.fromkeys([(proportion, proportion), (-proportion, -proportion)])
    return _any_fits(shape, length_m * width_m * (1 - SNUG) ** 2, ranges, _radians(angles))


def _any_fits(shape: Polygon, area: float, ranges: Iterable[tuple[float, float]], angles: Floats | None) -> bool:
    """Whether any rectangle of an area fits, whose proportion (as a logarithm) lies in one of some ranges."""
    if shape.is_empty or area > shape.area:
        return False
    edges, looked = _edges(shape), 0
    nodes = np.vstack([first_nodes(edges, angles, proportions) for proportions in ranges])
    for share in SHARES:
        found = search(edges, nodes, Sought(area, share, 0.0, MOST - looked), np.zeros(5), np.empty(0))
        nodes, looked = found.open, looked + found.nodes
        if found.best.any() or not len(nodes) or looked >= MOST:
            return bool(found.best.any())
    return False


def fits_area(
    shape: Polygon, area_m2: float, longest_by_shortest: float = 2.0, *, largest: Polygon | None = None
) -> bool:
    """Whether a rectangle of some area fits, no longer than some times its width; as sure as :func:`fits`.

    Parameters
    ----------
    shape : Polygon
    area_m2 : float
        Less a thousandth: outlines drawn to the needed area miss it by a hair.
    longest_by_shortest : float
    largest : Polygon, optional
        The largest rectangle inside, where it is known already.

    Examples
    --------
    >>> fits_area(shapely.box(0, 0, 755, 503), 375_000), fits_area(shapely.box(0, 0, 1400, 271), 375_000)
    (True, False)
    """
    part, wanted = largest_part(shape), area_m2 * (1 - LESS)
    if largest is not None:
        length, width = length_and_width(largest)
        if min(length, width * longest_by_shortest) * width >= wanted:
            return True
    most = float(np.log(longest_by_shortest))
    return _any_fits(part, wanted, [(-most, most)], None)


def length_and_width(rectangle: Polygon) -> tuple[float, float]:
    """Longer and shorter side; NaN for an empty one.

    Examples
    --------
    >>> length_and_width(shapely.box(0, 0, 20, 50))
    (50.0, 20.0)
    """
    if rectangle.is_empty:
        return np.nan, np.nan
    sides = np.hypot(*np.diff(shapely.get_coordinates(rectangle.exterior)[:3], axis=0).T)
    return float(sides.max()), float(sides.min())
