"""Tiles of whole degrees that an outline lies in."""

import math
from collections.abc import Iterator

import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from sitesel.fetching.sources import Source

Corner = tuple[int, int]
"""South and west, in degrees."""


def tiles_of(outline: BaseGeometry, degrees: int) -> Iterator[Corner]:
    """Name the tiles that share ground with an outline; one that it only touches is not among them.

    Parameters
    ----------
    outline : shapely geometry
        In degrees.
    degrees : int
        Side of a tile; its corners are multiples of it.

    Yields
    ------
    tuple of int
        South and west.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> list(tiles_of(box(74.0, 42.7, 75.0, 43.0), 1)), list(tiles_of(box(74.9, 42.7, 75.1, 43.0), 3))
    ([(42, 74)], [(42, 72), (42, 75)])
    """
    west, south, east, north = (math.floor(side / degrees) * degrees for side in outline.bounds)
    shapely.prepare(outline)
    for lat in range(south, north + 1, degrees):
        for lon in range(west, east + 1, degrees):
            tile = box(lon, lat, lon + degrees, lat + degrees)
            if outline.intersects(tile) and not outline.touches(tile):
                yield lat, (lon + 180) % 360 - 180  # an outline may go on beyond 180 degrees


def named(corner: Corner) -> dict[str, str]:
    """Write a corner as the names of tiles have it.

    Examples
    --------
    >>> named((42, 74)), named((-1, -5))
    ({'lat': 'N42', 'lon': 'E074'}, {'lat': 'S01', 'lon': 'W005'})
    """
    lat, lon = corner
    return {"lat": f"{'NS'[lat < 0]}{abs(lat):02d}", "lon": f"{'EW'[lon < 0]}{abs(lon):03d}"}


def listed_pattern(corner: Corner, source: Source) -> str:
    r"""Pattern of a flood tile's name, whose corner is the north-western one; zero has either letter.

    Examples
    --------
    >>> from sitesel.fetching.sources import sources
    >>> listed_pattern((40, 70), sources()["flood"])
    'ID\\d+_N50_E70_RP100_depth\\.tif'
    """
    south, lon = corner
    lat = south + source.degrees
    north = "[NS]" if lat == 0 else "NS"[lat < 0]
    east = "[EW]" if lon == 0 else "EW"[lon < 0]
    return rf"ID\d+_{north}{abs(lat)}_{east}{abs(lon)}_RP100_depth\.tif"
