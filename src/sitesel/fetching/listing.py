"""What would be fetched: files, their sizes and hashes, and which are there already."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from sitesel.errors import FetchError
from sitesel.fetching.disk import digest
from sitesel.fetching.manifest import Held, held
from sitesel.fetching.places import Box, Place, iso2, iso3, place_of
from sitesel.fetching.sources import Source, checked_year, chosen
from sitesel.fetching.tiles import listed_pattern, named, tiles_of
from sitesel.fetching.web import Head, Web
from sitesel.text import Message

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NEEDS: Final = {"region": "region", "country": "country", "tiles": "tiles", "listed": "tiles"}
_MD5: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Asked:
    """What a planner asks for.

    Parameters
    ----------
    country : str or None
        ISO code of two or three letters.
    box : tuple of float or None
        West, south, east, north in degrees.
    only : sequence of str
        Names of sources; empty for the usual ones.
    year : int or None
        Of sources that have years; None for the source's own.
    """

    country: str | None = None
    box: Box | None = None
    only: Sequence[str] = ()
    year: int | None = None

    @property
    def folder(self) -> Path:
        """Where it goes when nothing else is said.

        Examples
        --------
        >>> str(Asked("KGZ").folder), str(Asked(box=(74.3, 42.7, 74.8, 43.0)).folder)
        ('kg', 'ground')
        """
        return Path(iso2(self.country).lower() if self.country else "ground")


@dataclass(frozen=True)
class Wanted:
    """A file by its public address, and the name it gets."""

    source: Source
    address: str
    file: str


@dataclass(frozen=True)
class Listed:
    """A file as its server tells of it.

    Parameters
    ----------
    wanted : Wanted
    head : Head
    md5 : str
        That its content must have; empty where the server promises none.
    state : {"new", "held", "absent"}
        To fetch; there already, unchanged; not published: a tile of sea, often.
    begun : int
        Bytes that an earlier fetch brought and that can be gone on from.
    """

    wanted: Wanted
    head: Head
    md5: str
    state: Literal["new", "held", "absent"]
    begun: int = 0


@dataclass(frozen=True)
class Listing:
    """All that a fetch would bring.

    Parameters
    ----------
    files : tuple of Listed
    notices : tuple of Message
        What was asked for and cannot be had here, and why.
    """

    files: tuple[Listed, ...]
    notices: tuple[Message, ...]

    @property
    def new(self) -> tuple[Listed, ...]:
        """Those to fetch."""
        return tuple(file for file in self.files if file.state == "new")

    @property
    def bytes_to_come(self) -> int:
        """Bytes to fetch, of files whose size is known."""
        return sum(max((file.head.bytes or 0) - file.begun, 0) for file in self.new)


def part_of(folder: Path, file: str) -> Path:
    """Path of a file while it comes."""
    return folder / f"{file}.part"


def listing(asked: Asked, folder: Path, web: Web) -> Listing:
    """Find what would be fetched; nothing is written.

    Parameters
    ----------
    asked : Asked
    folder : Path
        Where files may lie already.
    web : Web

    Returns
    -------
    Listing

    Raises
    ------
    FetchError
        The question has no answer, or a server gives none.
    """
    picked = chosen(asked.only)
    years = {source.id: checked_year(source, asked.year) for source in picked}
    needs = {_NEEDS.get(source.reach, "country" if source.countries else "") for source in picked}
    place = place_of(asked.country, asked.box, needs, web)
    wanted, notices = [], []
    for source in picked:
        if reason := _not_here(source, place, named=bool(asked.only)):
            notices.append(reason)
        else:
            wanted += list(_wanted(source, place, years[source.id], web))
    known = {file.file: file for file in held(folder)}
    files = tuple(look(each, known, folder, web) for each in wanted)
    _told_if_none(files)
    return Listing(files, tuple(notices))


def _not_here(source: Source, place: Place, *, named: bool) -> Message | None:
    """Say why a source has nothing for a place: an error where it was asked for by name."""
    if source.reach == "country" and not place.countries:
        if named:
            raise FetchError(f"{source.id}: comes by country, and the box is in no one; give a country beside --box")
        return Message("fetch.by_country", {"source": Message(f"fetch.source.{source.id}")})
    if source.countries and not set(source.countries) & set(place.countries):
        raise FetchError(f"{source.id}: is of {', '.join(source.countries)} only; leave it out of --only")
    return None


def _wanted(source: Source, place: Place, year: int, web: Web) -> Iterator[Wanted]:
    """Address the files of one source."""
    if source.reach == "region" and place.region is not None:
        yield _on_its_host(source, place.region.address)
    elif source.reach == "country":
        for code in place.countries:
            long = iso3(code)
            yield _named(source, source.address.format(year=year, ISO3=long, iso3=long.lower()))
    elif source.reach == "tiles":
        for corner in tiles_of(place.outline, source.degrees):
            yield _named(source, source.address.format(**named(corner)))
    elif source.reach == "listed":
        yield from _from_directory(source, place, web)
    else:
        yield Wanted(source, source.address, source.file)


def _from_directory(source: Source, place: Place, web: Web) -> Iterator[Wanted]:
    page = web.text(source.address)
    for corner in tiles_of(place.outline, source.degrees):
        if found := re.search(listed_pattern(corner, source), page):
            yield _named(source, source.address + found[0])


def _on_its_host(source: Source, address: str) -> Wanted:
    """Take an address that a list names only where it is on the list's own host."""
    if urlsplit(address)[:2] != urlsplit(source.address)[:2]:
        raise FetchError(
            f"{source.address}: names an extract on another host, {address}, which is not followed; download it by "
            "hand if you trust it"
        )
    return _named(source, address)


def _named(source: Source, address: str) -> Wanted:
    file = urlsplit(address).path.rpartition("/")[2]
    if not _NAME.fullmatch(file) or file.endswith((".part", ".toml")):
        raise FetchError(f"{address}: names no file that can be kept; a newer sitesel may know the address")
    return Wanted(source, address, file)


def look(wanted: Wanted, known: Mapping[str, Held], folder: Path, web: Web) -> Listed:
    """Ask the server of one file what it has.

    Parameters
    ----------
    wanted : Wanted
    known : mapping of str to Held
        The manifest, by name of file.
    folder : Path
    web : Web
    """
    web.told(Message("progress.asking", {"file": wanted.file}))
    head = web.head(wanted.address)
    if not head.there:
        return Listed(wanted, head, "", "absent")
    md5 = _promised(wanted, head, web)
    part = part_of(folder, wanted.file)
    new = Listed(wanted, head, md5, "new", part.stat().st_size if part.is_file() else 0)
    return replace(new, state="held", begun=0) if is_held(new, known, folder) else new


def is_held(file: Listed, known: Mapping[str, Held], folder: Path) -> bool:
    """Whether a file lies there as it came, and is still what the server has, by the best that the server tells.

    Parameters
    ----------
    file : Listed
    known : mapping of str to Held
        The manifest, by name of file.
    folder : Path
    """
    before, path, head = known.get(file.wanted.file), folder / file.wanted.file, file.head
    if before is None or not path.is_file() or digest(path, "sha256") != before.sha256:
        return False
    if file.md5:
        return before.md5 == file.md5
    if head.etag:
        return before.etag == head.etag
    return head.bytes == before.bytes and before.modified == (head.modified or "")


def _promised(wanted: Wanted, head: Head, web: Web) -> str:
    """MD5 that the server promises; empty where it promises none."""
    source = wanted.source
    if source.check == "etag":
        tag = (head.etag or "").strip('"')
        return tag if _MD5.fullmatch(tag) else ""
    if source.check == "md5_beside":
        at = f"{wanted.address}.md5"
        found = _MD5.match(web.text(at).lower())
    elif source.check == "zenodo":
        at = source.check_at
        found = _MD5.match(_checksums(web, at).get(wanted.file, "").removeprefix("md5:"))
    else:
        return ""
    if found is None:
        raise FetchError(f"{at}: holds no MD5 for {wanted.file}, so it could not be checked; try again later")
    return found[0]


def _checksums(web: Web, address: str) -> dict[str, str]:
    try:
        return {str(file["key"]): str(file["checksum"]) for file in web.record(address)["files"]}
    except (KeyError, TypeError):
        raise FetchError(f"{address}: is no longer written as it was; a newer sitesel may know how") from None


def _told_if_none(files: Sequence[Listed]) -> None:
    """Refuse where a source has no file at all, or lacks the one that it should have."""
    there = {file.wanted.source.id for file in files if file.state != "absent"}
    for file in files:
        source = file.wanted.source
        if file.state == "absent" and (source.reach != "tiles" or source.id not in there):
            raise FetchError(
                f"{file.wanted.address}: is not there (404): there may be no such country, year or land, or the "
                f"address has moved; look at {source.page}, or leave {source.id} out with --only"
            )
