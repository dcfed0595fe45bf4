"""Search of all places, directions and proportions that a rectangle may have in a polygon, none left out unproved.

A node of the search stands for all rectangles of one area whose centre, direction and proportion lie in an interval
each. Let a and b be the least half-length and half-width among them, d the most that a direction differs from the
middle one, u and v the most that a centre differs from the middle one, along it and across. A point (x, y) seen from
the middle is, seen from any of the rectangles, no farther than X + Y sin d from the centre along and Y + X sin d
across, where X = abs(x) + u and Y = abs(y) + v. So all of them hold the box of half-sides X - u and Y - v where
X + Y sin d = a and Y + X sin d = b. If an edge enters it, or it lies outside the polygon, none of them is inside; nor
is any if some point of their longer axis is outside wherever it may be. A rectangle that no edge enters, its centre
inside, is inside. Of a node that is neither, the interval that takes most off the box is halved, until none takes more
than a share of a side. Where a rectangle whose sides are longer by five such shares is inside, the middle one of its
node is inside too: what is left open is nearer to fitting than that.
"""

from typing import Final, NamedTuple

import numpy as np

from sitesel.arrays import Floats, Ints32
from sitesel.routing.kernels import kernel

X, Y, EAST, NORTH, AXIS, ANGLE, TURN, LOW, HIGH, ROOM, DEPTH = range(11)
"""Fields of a node: middle centre; half-extents along the direction AXIS and across; middle direction and the most turn
from it (radians); logarithms of the least and greatest length by width; a radius about the centre known to be inside;
halvings so far."""
FIELDS: Final = 11
DEEPEST: Final = 200
HAIR: Final = 1e-10  # of the extent: what rounding may put a touching side by
NONE, OPEN, INSIDE = range(3)
PIECES: Final = 24  # of a right angle: places are cut along and across rectangles turned by half of one at most


class Sought(NamedTuple):
    """What is looked for.

    Parameters
    ----------
    area : float
    share : float
        Of a side: nodes whose intervals all take less off it are left open.
    gain : float
        0: the first rectangle will do; else go on for one this many times as large as the largest found.
    most : int
        Nodes to look at.
    """

    area: float
    share: float
    gain: float
    most: int


class Found(NamedTuple):
    """What a search found.

    Parameters
    ----------
    best : ndarray of float64, shape (5,)
        Centre x and y, direction in radians, half-length, half-width of the largest known to be inside.
    open : ndarray of float64, shape (n, FIELDS)
        Nodes left open.
    nodes : int
        Looked at. If fewer than the most, and none is open, no rectangle of the area last sought is inside.
    """

    best: Floats
    open: Floats
    nodes: int


def first_nodes(edges: Floats, angles: Floats | None, proportions: tuple[float, float]) -> Floats:
    """Nodes that hold all rectangles of some proportions in a polygon.

    Parameters
    ----------
    edges : ndarray of float64, shape (n, 4)
        x0 y0 x1 y1 of all edges of all rings; coordinates small enough that rounding does not matter.
    angles : ndarray of float64 or None
        In radians; None: any.
    proportions : (float, float)
        Logarithms of the least and the greatest length by width; the length lies along the angle, in [0, 90) degrees.
    """
    turn = 0.0 if angles is not None else np.pi / 4 / PIECES
    middles = (np.arange(PIECES) + 0.5) * 2 * turn if angles is None else angles
    nodes = np.zeros((len(middles), FIELDS))
    for node, angle in zip(nodes, middles, strict=True):
        cos, sin = np.cos(angle), np.sin(angle)
        along, across = cos * edges[:, 0] + sin * edges[:, 1], cos * edges[:, 1] - sin * edges[:, 0]
        x, y = (along.max() + along.min()) / 2, (across.max() + across.min()) / 2
        centre, extents = (cos * x - sin * y, sin * x + cos * y), (np.ptp(along) / 2, np.ptp(across) / 2)
        node[:ROOM] = (*centre, *extents, angle, angle, turn, *proportions)
    return nodes


def search(edges: Floats, firsts: Floats, sought: Sought, best: Floats, directions: Floats) -> Found:
    """Look for rectangles inside a polygon.

    Parameters
    ----------
    edges : ndarray of float64, shape (n, 4)
    firsts : ndarray of float64, shape (m, FIELDS)
        Nodes to search: from :func:`first_nodes`, or left open before.
    sought : Sought
    best : ndarray of float64, shape (5,)
        The largest known before; zeros if none is.
    directions : ndarray of float64
        In radians: what is found is turned to such as are near, and grown, where it gains by that.
    """
    found = best.copy()
    left, nodes = _searched(edges, firsts, sought, found, directions)
    return Found(found, left, nodes)


@kernel()
def _enters(x0: float, y0: float, x1: float, y1: float, box: tuple[float, float]) -> bool:
    """Whether a segment enters the open box of some half-sides about the origin."""
    a, b = box
    if min(x0, x1) >= a or max(x0, x1) <= -a or min(y0, y1) >= b or max(y0, y1) <= -b:
        return False
    dx, dy = x1 - x0, y1 - y0
    return bool(abs(x0 * dy - y0 * dx) < a * abs(dy) + b * abs(dx))


@kernel()
def _contains(edges: Floats, x: float, y: float) -> bool:
    """Whether a point is inside, by the edges to its east."""
    odd = False
    for k in range(len(edges)):
        x0, y0, x1, y1 = edges[k]
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            odd = not odd
    return odd


@kernel()
def _sides(area: float, proportion: float) -> tuple[float, float]:
    """Half-length and half-width, by the logarithm of length by width."""
    half = np.sqrt(area) / 2
    return half * np.exp(proportion / 2), half * np.exp(-proportion / 2)


@kernel()
def _boxed(a: float, b: float, turn: float) -> tuple[float, float]:
    """X and Y of the proof: half-sides of the box that a rectangle turned by up to so much holds."""
    t = np.sin(turn)
    return (a - b * t) / (1 - t * t), (b - a * t) / (1 - t * t)


@kernel()
def _seen(edge: Floats, x: float, y: float, way: tuple[float, float]) -> tuple[float, float, float, float]:
    """Coordinates of an edge's ends seen from a point in a direction, by its cosine and sine."""
    cos, sin = way
    x0, y0, x1, y1 = edge[0] - x, edge[1] - y, edge[2] - x, edge[3] - y
    return cos * x0 + sin * y0, cos * y0 - sin * x0, cos * x1 + sin * y1, cos * y1 - sin * x1


@kernel()
def _off(node: Floats) -> tuple[float, float]:
    """Tell u and v of the proof."""
    cos, sin = np.cos(node[ANGLE] - node[AXIS]), abs(np.sin(node[ANGLE] - node[AXIS]))
    return node[EAST] * cos + node[NORTH] * sin, node[EAST] * sin + node[NORTH] * cos


@kernel()
def _strays(edges: Floats, listed: Ints32, node: Floats, a: float, b: float) -> bool:
    """Whether one of five points of the longer axis is outside the polygon, wherever it may be."""
    u, v = _off(node) if a > b else _off(node)[::-1]
    angle = node[ANGLE] if a > b else node[ANGLE] + np.pi / 2
    way, t = (np.cos(angle), np.sin(angle)), np.sin(node[TURN])
    for step in range(-2, 3):
        along = step / 2 * max(a, b)
        x, y = node[X] + way[0] * along, node[Y] + way[1] * along
        box, alone = (u + abs(along) * t * t, v + abs(along) * t), True
        for k in range(len(listed)):
            x0, y0, x1, y1 = _seen(edges[listed[k]], x, y, way)
            if _enters(x0, y0, x1, y1, box):
                alone = False
                break
        if alone and not _contains(edges, x, y):
            return True
    return False


@kernel()
def _judged(edges: Floats, listed: Ints32, kept: Ints32, node: Floats, area: float) -> tuple[int, int]:
    """Whether none, or the middle one, of a node's rectangles is inside; and how many edges may enter any of them."""
    (u, v), t = _off(node), np.sin(node[TURN])
    long, short = _sides(area, node[HIGH])[0], _sides(area, node[LOW])[1]
    outer = long + short * t + u, short + long * t + v
    a, b = _sides(area, node[LOW])[0], _sides(area, node[HIGH])[1]
    x, y = _boxed(a, b, node[TURN])
    inner, middle = (x - u, y - v), _sides(area, (node[LOW] + node[HIGH]) / 2)
    held, free, n = min(inner) > 0, True, 0
    way = np.cos(node[ANGLE]), np.sin(node[ANGLE])
    for k in range(len(listed)):
        x0, y0, x1, y1 = _seen(edges[listed[k]], node[X], node[Y], way)
        if _enters(x0, y0, x1, y1, outer):
            if held and _enters(x0, y0, x1, y1, inner):
                listed[0], listed[k] = listed[k], listed[0]  # likely to enter the next node's too
                return NONE, 0
            free = free and not _enters(x0, y0, x1, y1, middle)
            kept[n] = listed[k]
            n += 1
    if not held and _strays(edges, kept[:n], node, a, b):
        return NONE, 0
    if (held or free) and node[ROOM] <= 0 and not _contains(edges, node[X], node[Y]):
        return (NONE if held else OPEN), n
    if held:
        node[ROOM] = max(node[ROOM], min(inner))
    return (INSIDE if free else OPEN), n


@kernel()
def _halve(node: Floats, other: Floats, sought: Sought) -> bool:
    """Halve the interval that takes most off the box, unless all take less than the share."""
    cos, sin = np.cos(node[ANGLE] - node[AXIS]), abs(np.sin(node[ANGLE] - node[AXIS]))
    a, b = _sides(sought.area, (node[LOW] + node[HIGH]) / 2)
    east, north = node[EAST] * max(cos / a, sin / b), node[NORTH] * max(cos / b, sin / a)
    turn = min(np.sin(node[TURN]) * max(a / b, b / a), 0.5)  # far places first, or the many directions of thin ones
    most = max(east, north, turn, (node[HIGH] - node[LOW]) / 4)
    if most < sought.share or node[DEPTH] >= DEEPEST:
        return False
    node[DEPTH] += 1
    other[:] = node
    if most == turn:
        node[TURN] = other[TURN] = node[TURN] / 2
        node[ANGLE] -= node[TURN]
        other[ANGLE] += other[TURN]
    elif most in {east, north}:
        field, way = (EAST, node[AXIS]) if most == east else (NORTH, node[AXIS] + np.pi / 2)
        node[field] = other[field] = node[field] / 2
        node[ROOM] = other[ROOM] = node[ROOM] - node[field]
        x, y = node[field] * np.cos(way), node[field] * np.sin(way)
        node[X], node[Y], other[X], other[Y] = node[X] - x, node[Y] - y, other[X] + x, other[Y] + y
    else:
        node[HIGH] = other[LOW] = (node[LOW] + node[HIGH]) / 2
    return True


@kernel()
def _push(seen: Floats, sides: Floats, side: int, hair: float) -> None:
    """Push a side (west, south, east, north) of a rectangle out until an edge stops it."""
    axis = side % 2
    low, high = sides[1 - axis] + hair, sides[3 - axis] - hair
    middle, way, nearest = (sides[axis] + sides[axis + 2]) / 2, (1 if side > 1 else -1), np.inf
    for k in range(len(seen)):
        p0, p1, q0, q1 = seen[k, axis], seen[k, axis + 2], seen[k, 1 - axis], seen[k, 3 - axis]
        if max(q0, q1) > low and min(q0, q1) < high:  # the part of the edge that lies between
            one, two = (0.0, 1.0) if q0 == q1 else ((low - q0) / (q1 - q0), (high - q0) / (q1 - q0))
            start, end = max(0.0, min(one, two)), min(1.0, max(one, two))
            near, far = way * (p0 + start * (p1 - p0) - middle), way * (p0 + end * (p1 - p0) - middle)
            if near + far > 0:
                nearest = min(nearest, near, far)
    sides[side] = middle + way * (nearest - hair)


@kernel()
def _grow(edges: Floats, best: Floats, start: Floats) -> None:
    """Push the sides of a rectangle inside out, lengthwise or crosswise first; keep it if it is the best so far."""
    way = np.cos(start[2]), np.sin(start[2])
    seen = np.empty_like(edges)
    for k in range(len(edges)):
        seen[k] = _seen(edges[k], start[0], start[1], way)
    hair = HAIR * np.abs(seen).max()
    for first in range(2):
        sides = np.array([-start[3], -start[4], start[3], start[4]])
        for step in range(4):
            _push(seen, sides, (first + step // 2) % 2 + 2 * (step % 2), hair)
        a, b = (sides[2] - sides[0]) / 2, (sides[3] - sides[1]) / 2
        if a * b > best[3] * best[4]:
            x, y = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
            best[:] = start[0] + way[0] * x - way[1] * y, start[1] + way[1] * x + way[0] * y, start[2], a, b


@kernel()
def _keep(edges: Floats, best: Floats, start: Floats, directions: Floats) -> None:
    """Keep a rectangle inside if it is the best; grown as it lies, or turned to a direction that is near."""
    if start[3] * start[4] > best[3] * best[4]:
        best[:] = start
    _grow(edges, best, start)
    for k in range(len(directions)):
        turn = (directions[k] - start[2] + np.pi / 4) % (np.pi / 2) - np.pi / 4
        a, b = _boxed(start[3], start[4], abs(turn))
        if min(a, b) > 0 and a * b > start[3] * start[4] / 4:
            _grow(edges, best, np.array([start[0], start[1], start[2] + turn, a, b]))


@kernel()
def _searched(edges: Floats, firsts: Floats, sought: Sought, best: Floats, directions: Floats) -> tuple[Floats, int]:
    """Search depth first; an edge that may enter none of a node's rectangles is not looked at again below it."""
    stack, lists = np.empty((DEEPEST + 2, FIELDS)), np.empty((DEEPEST + 2, len(edges)), np.int32)
    counts = np.full(DEEPEST + 2, len(edges))
    lists[:] = np.arange(len(edges))
    left, n, nodes, first, top = np.empty((64, FIELDS)), 0, 0, 0, 0
    while (top or first < len(firsts)) and nodes < sought.most:
        if not top:
            stack[0], first, top = firsts[first], first + 1, 1
            stack[0, DEPTH] = 0
        node, nodes = stack[top - 1], nodes + 1
        depth = int(node[DEPTH])
        listed, kept = lists[depth, : counts[depth]], lists[depth + 1]
        verdict, counts[depth + 1] = _judged(edges, listed, kept, node, sought.area)
        if verdict == INSIDE:
            a, b = _sides(sought.area, (node[LOW] + node[HIGH]) / 2)
            start = np.array([node[X], node[Y], node[ANGLE], a, b])
            if sought.gain == 0:
                best[:] = start
                break
            _keep(edges, best, start, directions)
            sought = Sought(4 * best[3] * best[4] * sought.gain, sought.share, sought.gain, sought.most)
            lists[:] = np.arange(len(edges))  # larger ones may be entered by more
            counts[:] = len(edges)
        elif verdict == NONE:
            top -= 1
        elif _halve(node, stack[top], sought):
            top += 1
        else:
            if n == len(left):
                left = np.concatenate((left, np.empty_like(left)))
            left[n] = node
            n, top = n + 1, top - 1
    return left[:n], nodes
