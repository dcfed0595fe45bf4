"""The sources of public ground data, as ``data/sources.toml`` has them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Final, Literal

from sitesel.data import data
from sitesel.errors import FetchError

_OSM_ENDINGS: Final = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
_PLACEHOLDER: Final = re.compile(r"\\\{\w+\\\}")


@dataclass(frozen=True)
class Source:
    """Where one kind of data lies, what is owed for it, and how a file of it is checked.

    The fields are the keys of ``data/sources.toml``, which says what each means.
    """

    id: str
    reach: Literal["region", "country", "tiles", "listed", "world"]
    address: str
    check: Literal["md5_beside", "etag", "zenodo", "none"]
    opens_with: Sequence[str]
    licence: str
    licence_address: str
    attribution: str
    page: str
    usual: bool = False
    file: str = ""
    degrees: int = 0
    year: int = 0
    years: Sequence[int] = ()
    countries: Sequence[str] = ()
    check_at: str = ""


@cache
def sources() -> dict[str, Source]:
    """Read all sources by name.

    Examples
    --------
    >>> sources()["osm"].licence
    'ODbL 1.0'
    """
    return {name: Source(id=name, **entry) for name, entry in data("sources.toml").items()}


def published_as(name: str) -> Source | None:
    """Tell by its name which source a file is of: one put into a folder by hand is credited, too.

    Parameters
    ----------
    name : str
        Of the file.

    Examples
    --------
    >>> published_as("Copernicus_DSM_COG_10_N42_00_E074_00_DEM.tif").id, published_as("andorra.osm.pbf").id
    ('heights', 'osm')
    >>> published_as("plots.gpkg") is None
    True
    """
    if name.endswith(_OSM_ENDINGS):
        return sources()["osm"]
    for source in sources().values():
        pattern = _PLACEHOLDER.sub(".+", re.escape(source.file or source.address.rpartition("/")[2]))
        if pattern and re.fullmatch(pattern, name):
            return source
    return None


def chosen(only: Sequence[str]) -> list[Source]:
    """Give the sources asked for, or the usual ones where none is named.

    Raises
    ------
    FetchError
        There is no source of that name.

    Examples
    --------
    >>> [source.id for source in chosen([])]
    ['osm', 'population', 'heights', 'cover']
    """
    known = sources()
    for name in only:
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"did you mean {near[0]}? " if near else ""
            raise FetchError(f"--only {name}: no source of this name; {meant}there are {', '.join(known)}")
    return [source for source in known.values() if (source.id in only if only else source.usual)]


def checked_year(source: Source, year: int | None) -> int:
    """Give the year to ask the source for.

    Raises
    ------
    FetchError
        The source has no such year.
    """
    if year is None or not source.years:
        return source.year
    first, last = source.years
    if not first <= year <= last:
        raise FetchError(f"--year {year}: {source.id} has the years {first} to {last}; give one of them")
    return year
