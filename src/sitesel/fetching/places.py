"""What ground is meant: a country by its code, or a box; the region of Geofabrik that holds it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, cast

from babel.core import get_global
from shapely.errors import GEOSException
from shapely.geometry import Polygon, shape
from shapely.geometry import box as rectangle
from shapely.geometry.base import BaseGeometry

from sitesel.errors import FetchError
from sitesel.fetching.sources import sources
from sitesel.fetching.web import Web
from sitesel.text import LOCALES

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
_FORMER: Final = frozenset({"BUR", "ZAR", "DDR", "FXX", "TMP", "YMD"})
"""ISO codes of states that are no more, which Unicode's data keep as other names of today's."""


@dataclass(frozen=True)
class Region:
    """A region that Geofabrik has an extract of.

    Parameters
    ----------
    id, parent : str
    address : str
        Of its extract.
    countries : tuple of str
        ISO codes of two letters; empty for a continent and for the like of the Alps.
    whole : bool
        It is those countries whole, not a part of one.
    outline : shapely geometry
        In degrees.
    """

    id: str
    parent: str
    address: str
    countries: tuple[str, ...]
    whole: bool
    outline: BaseGeometry


@dataclass(frozen=True)
class Place:
    """The ground to fetch.

    Parameters
    ----------
    countries : tuple of str
        ISO codes of two letters; empty where a box lies in no one country.
    outline : shapely geometry
        Where tiles are wanted, in degrees; empty where none are.
    region : Region or None
        None where nothing asked for needs one.
    """

    countries: tuple[str, ...]
    outline: BaseGeometry
    region: Region | None


def _codes() -> dict[str, str]:
    aliases = cast("Mapping[str, Sequence[str]]", get_global("territory_aliases"))
    today = {old: new[0] for old, new in aliases.items() if len(new) == 1 and old not in _FORMER}
    return {
        old: new
        for old, new in today.items()
        if len(old) == len("KGZ") and old.isalpha() and new in LOCALES["en"].territories
    }


def iso2(country: str) -> str:
    """Give the ISO code of two letters.

    Parameters
    ----------
    country : str
        An ISO code of two or three letters, in either case.

    Raises
    ------
    FetchError
        There is no such country; where a name was given, its code is told.

    Examples
    --------
    >>> iso2("kg"), iso2("KGZ")
    ('KG', 'KG')
    """
    codes, asked = _codes(), country.upper()
    if asked in codes.values():
        return asked
    if asked in codes:
        return codes[asked]
    named = [
        code
        for locale in LOCALES.values()
        for code, name in locale.territories.items()
        if name.casefold() == country.casefold() and code in codes.values()
    ]
    meant = f"did you mean {named[0]}?" if named else "give two or three letters, such as KG or KGZ"
    raise FetchError(f"{country}: no ISO code of a country; {meant}")


def iso3(code: str) -> str:
    """Give the ISO code of three letters for one of two.

    Examples
    --------
    >>> iso3("KG"), iso3("DE"), iso3("CD")
    ('KGZ', 'DEU', 'COD')
    """
    return next(long for long, short in _codes().items() if short == code)


def checked_box(box: Box) -> BaseGeometry:
    """Make the outline of a box in degrees.

    Raises
    ------
    FetchError
        It is none.
    """
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 -- NaN is refused, too
        shown = " ".join(f"{side:g}" for side in box)
        raise FetchError(
            f"--box {shown}: not west, south, east, north in degrees; give the smaller first, such as "
            "74.3 42.7 74.8 43.0, and two boxes on both sides of 180"
        )
    return rectangle(*box)


def regions(web: Web) -> list[Region]:
    """Read Geofabrik's list of regions.

    Raises
    ------
    FetchError
        It cannot be had, or is not what it was.
    """
    address = sources()["osm"].address
    try:
        read = [_region(feature) for feature in web.record(address)["features"] if feature.get("geometry")]
    except (KeyError, TypeError, AttributeError, ValueError, GEOSException):
        raise FetchError(f"{address}: is no longer written as it was; a newer sitesel may know how") from None
    return [region for region in read if region.address]


def _region(feature: Mapping[str, Any]) -> Region:
    about = feature["properties"]
    whole = tuple(str(code) for code in about.get("iso3166-1:alpha2", ()))
    parts = dict.fromkeys(str(code).partition("-")[0] for code in about.get("iso3166-2", ()))
    return Region(
        id=str(about["id"]),
        parent=str(about.get("parent", "")),
        address=str(about["urls"].get("pbf", "")),
        countries=whole or tuple(parts),
        whole=bool(whole),
        outline=shape(feature["geometry"]),
    )


def place_of(country: str | None, box: Box | None, needs: AbstractSet[str], web: Web) -> Place:
    """Find the ground that is meant; Geofabrik's list is read only where something needs it.

    Parameters
    ----------
    country : str or None
        ISO code.
    box : tuple of float or None
        West, south, east, north in degrees. With a country, tiles are those of the box.
    needs : set of {"region", "country", "tiles"}
        By what that comes which is asked for.
    web : Web

    Raises
    ------
    FetchError
        Neither is given, the box is none or lies elsewhere, or Geofabrik has no such country.
    """
    if country is None and box is None:
        raise FetchError("what to fetch? Give a country, such as KG, or --box with west, south, east, north")
    codes = (iso2(country),) if country else ()
    outline = checked_box(box) if box else None
    unknown = {"region"} | (set() if codes else {"country"}) | (set() if outline else {"tiles"})
    if not needs & unknown:
        return Place(codes, outline or Polygon(), None)
    listed = regions(web)
    if not codes:
        ground = outline or Polygon()
        found = _around(ground, listed)
        return Place(_countries(found, listed), ground, found)
    found = _of_country(codes[0], listed)
    if outline is not None and not outline.intersects(found.outline):
        raise FetchError(f"--box: lies outside {codes[0]}; leave one of the two out")
    return Place(codes, outline or found.outline, found)


def _of_country(code: str, listed: Sequence[Region]) -> Region:
    """Choose the region with the fewest countries beside this one, and of those the largest."""
    having = [region for region in listed if region.whole and code in region.countries]
    if not having:
        raise FetchError(f"{code}: Geofabrik has no extract of this country; name none, and give a --box within it")
    return min(having, key=lambda region: (len(region.countries), -region.outline.area))


def _around(outline: BaseGeometry, listed: Sequence[Region]) -> Region:
    holding = [region for region in listed if region.outline.covers(outline)]
    if not holding:
        raise FetchError("--box: no region of Geofabrik holds it whole; give a smaller one, on land")
    return min(holding, key=lambda region: region.outline.area)


def _countries(region: Region, listed: Sequence[Region]) -> tuple[str, ...]:
    """Countries of a region, or of the nearest region around it that has any."""
    by_id = {each.id: each for each in listed}
    seen: set[str] = set()
    here: Region | None = region
    while here is not None and not here.countries and here.id not in seen:
        seen.add(here.id)
        here = by_id.get(here.parent)
    return here.countries if here else ()
