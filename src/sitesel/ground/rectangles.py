"""Rectangles within a plot: the largest, and whether one of a needed size fits."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely
from shapely import Polygon
from shapely.affinity import rotate

from sitesel.ground.parts import largest_part

STEPS: Final = 40  # lines laid each way besides those through corners
SNUG: Final = 1e-6  # a rectangle this share smaller counts as fitting: of an exact fit rounding must not rob us
MOST_CORNERS: Final = 12
EVERY_DEG: Final = 15.0
HALVINGS: Final = 24
HAIR: Final = 1e-3  # of an area


def directions(shape: Polygon) -> tuple[float, ...]:
    """Directions that rectangles are tried in: those of the longest edges, and every 15 degrees.

    Parameters
    ----------
    shape : Polygon

    Returns
    -------
    tuple of float
        Degrees anticlockwise from east, in [0, 90).
    """
    corners = shapely.get_coordinates(shape.exterior)
    edges = np.diff(corners, axis=0)
    length = np.hypot(edges[:, 0], edges[:, 1])
    angle = np.round(np.degrees(np.arctan2(edges[:, 1], edges[:, 0])) % 90, 6) % 90
    longest = angle[np.argsort(-length, kind="stable")[:MOST_CORNERS]]
    return tuple(dict.fromkeys([*longest.tolist(), *np.arange(0, 90, EVERY_DEG).tolist()]))


def largest_rectangle(shape: Polygon, angles: Iterable[float] | None = None) -> Polygon:
    """Largest rectangle inside a polygon, holes respected, in any of some directions.

    In each direction the polygon is cut by lines through its corners and by even ones between; of the cells that lie
    wholly inside, the largest rectangle is found row by row with a stack, as for the largest rectangle under a
    histogram; then its sides are pushed outwards until they touch. What is returned lies inside. For outlines with
    right angles it is the largest there is; for others, the largest but for about a cell's width along the edge (2 % of
    the side).

    Parameters
    ----------
    shape : Polygon
        Projected CRS; may be empty.
    angles : iterable of float, optional
        Degrees; default :func:`directions`.

    Returns
    -------
    Polygon
        Empty where none was found.

    Examples
    --------
    >>> angled = Polygon([(0, 0), (30, 0), (30, 10), (10, 10), (10, 20), (0, 20)])
    >>> round(largest_rectangle(angled, [0]).area, 1)
    300.0
    """
    best = Polygon()
    if shape.is_empty:
        return best
    around = shapely.minimum_rotated_rectangle(shape)
    if angles is None and isinstance(around, Polygon) and around.area <= shape.area * (1 + SNUG):
        return around  # a rectangle is its own largest, as most outlines are
    centre = shape.centroid
    for angle in directions(shape) if angles is None else angles:
        found = _axis_parallel(rotate(shape, -angle, origin=centre))
        if found is not None and found.area > best.area * (1 + 1e-9):
            best = rotate(found, angle, origin=centre)
    return best


def _axis_parallel(shape: Polygon) -> Polygon | None:
    shapely.prepare(shape)
    x, y = (_lines(axis) for axis in shapely.get_coordinates(shape).T)
    west, south = np.meshgrid(x[:-1], y[:-1])
    east, north = np.meshgrid(x[1:], y[1:])
    inside = np.asarray(shapely.covers(_slack(shape), shapely.box(west, south, east, north)))
    found = _largest_under_histogram(inside, np.diff(x), np.diff(y))
    if found is None:
        return None
    top, bottom, left, right = found
    return _pushed_out(shape, (float(x[left]), float(y[top]), float(x[right]), float(y[bottom])))


def _slack(shape: Polygon) -> Polygon:
    """Widen by a hair, so that rounding in the rotation shuts no cell out."""
    wider = shape.buffer(_hair(shape), join_style="mitre")
    shapely.prepare(wider)
    return wider


def _hair(shape: Polygon) -> float:
    return SNUG * float(np.sqrt(shape.area))


def _lines(corners: np.ndarray) -> np.ndarray:
    """Through the corners (thinned where they are many) and evenly between."""
    low, high = corners.min(), corners.max()
    own = np.unique(corners)
    own = own[np.unique(np.linspace(0, len(own) - 1, min(len(own), STEPS)).round().astype(int))]
    every = np.unique(np.concatenate([own, np.linspace(low, high, STEPS + 1)]))
    wide = np.concatenate([[True], np.diff(every) > 1e-9 * max(high - low, 1e-9)])
    thinned: np.ndarray = every[wide]
    return thinned


def _largest_under_histogram(
    inside: np.ndarray, widths: np.ndarray, heights: np.ndarray
) -> tuple[int, int, int, int] | None:
    """Rows [top, bottom) and columns [left, right) of the largest rectangle of true cells of unequal sizes."""
    rows, columns = inside.shape
    edge = np.concatenate([[0.0], np.cumsum(widths)])
    level = np.concatenate([[0.0], np.cumsum(heights)])
    first = np.zeros(columns, dtype=int)  # row from which each column has been inside without a break
    best, found = 0.0, None
    for row in range(rows):
        first[~inside[row]] = row + 1
        stack: list[tuple[int, int]] = []  # (leftmost column, first row), first row falling
        for column in range(columns + 1):
            start = int(first[column]) if column < columns else row + 1
            left = column
            while stack and stack[-1][1] < start:
                left, top = stack.pop()
                area = float((edge[column] - edge[left]) * (level[row + 1] - level[top]))
                if area > best:
                    best, found = area, (top, row + 1, left, column)
            if not stack or stack[-1][1] > start:
                stack.append((left, start))
    return found


def _pushed_out(shape: Polygon, sides: tuple[float, float, float, float]) -> Polygon:
    """Push each side outwards as far as the rectangle stays inside, by halving the way."""
    inside = _slack(shape)
    grown = [float(side) for side in sides]

    def holds(side: int, place: float) -> bool:
        tried = grown.copy()
        tried[side] = place
        west, south, east, north = tried
        return bool(shapely.covers(inside, shapely.box(west, south, east, north)))

    for side, farthest in enumerate(shape.bounds):
        near, far = grown[side], farthest
        if holds(side, far):
            near = far
        for _ in range(HALVINGS):
            middle = (near + far) / 2
            near, far = (middle, far) if holds(side, middle) else (near, middle)
        grown[side] = near
    west, south, east, north = grown
    hair = _hair(shape)  # take back what the slack let it out by
    return shapely.box(west + hair, south + hair, east - hair, north - hair)


def fits(shape: Polygon, length_m: float, width_m: float, angles: Iterable[float] | None = None) -> bool:
    """Whether a rectangle of a size fits inside a polygon, in any of some directions, either way round.

    Exact in each direction: the places where the rectangle's corner may lie are the polygon less what its edges, swept
    by the rectangle, cover (Minkowski). Whether any place is left is the answer.

    Parameters
    ----------
    shape : Polygon
        Projected CRS in metres; holes respected.
    length_m, width_m : float
    angles : iterable of float, optional
        Degrees; default :func:`directions`.

    Returns
    -------
    bool

    Examples
    --------
    >>> slab = shapely.box(0, 0, 300, 200)
    >>> fits(slab, 200, 300), fits(slab, 301, 100, [0])
    (True, False)
    """
    if shape.is_empty or length_m * width_m > shape.area * (1 + SNUG):
        return False
    centre = shape.centroid
    for angle in directions(shape) if angles is None else angles:
        turned = rotate(shape, -angle, origin=centre)
        if _has_room(turned, length_m, width_m) or _has_room(turned, width_m, length_m):
            return True
    return False


def _has_room(shape: Polygon, wide: float, high: float) -> bool:
    wide, high = wide * (1 - SNUG), high * (1 - SNUG)
    west, south, east, north = shape.bounds
    if wide > east - west or high > north - south:
        return False
    starts, ends = [], []
    for ring in (shape.exterior, *shape.interiors):
        corners = shapely.get_coordinates(ring)
        starts.append(corners[:-1])
        ends.append(corners[1:])
    edge = np.stack([np.vstack(starts), np.vstack(ends)], axis=1)  # (edges, 2 ends, x y)
    reach = np.array([(0.0, 0.0), (-wide, 0.0), (0.0, -high), (-wide, -high)])
    swept = shapely.convex_hull(shapely.multipoints((edge[:, :, None, :] + reach).reshape(len(edge), -1, 2)))
    return bool(not shape.difference(shapely.union_all(swept)).is_empty)


def fits_area(
    shape: Polygon, area_m2: float, longest_by_shortest: float = 2.0, *, largest: Polygon | None = None
) -> bool:
    """Whether a rectangle of some area fits, no longer than some times its width.

    Parameters
    ----------
    shape : Polygon
    area_m2 : float
        Less a thousandth: outlines drawn to the needed area miss it by a hair.
    longest_by_shortest : float
        Proportions up to this are tried: those of the largest rectangle inside, then nine from a square on.
    largest : Polygon, optional
        That rectangle, where it is known already.

    Examples
    --------
    >>> fits_area(shapely.box(0, 0, 755, 503), 375_000), fits_area(shapely.box(0, 0, 1400, 271), 375_000)
    (True, False)
    """
    part = largest_part(shape)
    wanted = area_m2 * (1 - HAIR)
    if part.area < wanted:
        return False
    tried = [
        _proportion(largest_rectangle(part) if largest is None else largest),
        *np.geomspace(1.0, longest_by_shortest, 9).tolist(),
    ]
    for ratio in tried:
        width = float(np.sqrt(wanted / min(ratio, longest_by_shortest)))
        if fits(part, wanted / width, width):
            return True
    return False


def _proportion(rectangle: Polygon) -> float:
    """Longer side by shorter; 1 for an empty one."""
    longer, shorter = length_and_width(rectangle)
    return 1.0 if rectangle.is_empty else longer / shorter


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
