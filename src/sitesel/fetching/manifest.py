"""What stands beside fetched files: where each came from, when, its hashes, and what is owed for it."""

import datetime as dt
import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from email.utils import parsedate_tz
from pathlib import Path
from typing import Any, Final

from sitesel.errors import FetchError
from sitesel.fetching.disk import digest, write_whole
from sitesel.fetching.sources import published_as

MANIFEST: Final = "layers.toml"
_BY_HAND: Final = "by hand"
_HEAD: Final = (
    "# Written by `sitesel fetch`: where each file came from and what is owed for it. Keep it beside the files.\n"
)


@dataclass(frozen=True)
class Held:
    """A file that was fetched.

    Parameters
    ----------
    file : str
        Name in the folder.
    source : str
        Name in ``data/sources.toml``.
    address : str
        Public address.
    fetched : str
        Moment in UTC.
    bytes : int
    sha256 : str
        Of what lies in the folder.
    licence, licence_address, attribution : str
    md5, etag, modified : str
        As the server told; empty where it did not. ``modified`` is the day of the data where nothing else tells it.
    served : str
        Address of the dated file that the server gave for the latest; empty where it is the same.
    mirror : str
        Base address that it came through; empty for the public one.
    """

    file: str
    source: str
    address: str
    fetched: str
    bytes: int
    sha256: str
    licence: str
    licence_address: str
    attribution: str
    md5: str = ""
    etag: str = ""
    modified: str = ""
    served: str = ""
    mirror: str = ""


@dataclass(frozen=True)
class Attribution:
    """What a map and every file made from a source has to say.

    Parameters
    ----------
    source : str
    text : str
        The credit, as the source wants it.
    licence, licence_address : str
    """

    source: str
    text: str
    licence: str
    licence_address: str


def held(folder: Path) -> tuple[Held, ...]:
    """Read the manifest of a folder: empty where there is none.

    Parameters
    ----------
    folder : Path
        As given to ``sitesel fetch --into``.

    Raises
    ------
    FetchError
        The manifest cannot be read.

    Examples
    --------
    >>> from sitesel.fetching import entry_of, write_manifest
    >>> _ = Path("andorra.osm.pbf").write_bytes(b"streets")
    >>> write_manifest(Path(), [entry_of(Path("andorra.osm.pbf"))])
    >>> [(file.file, file.bytes) for file in held(Path())]
    [('andorra.osm.pbf', 7)]
    """
    path = folder / MANIFEST
    try:
        entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["files"]
        return tuple(Held(**entry) for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as cause:
        raise FetchError(
            f"{path}: is not what `sitesel fetch` writes ({cause}); move it away and fetch again: files that are whole "
            "are not downloaded twice"
        ) from None


def attributions(folder: Path) -> tuple[Attribution, ...]:
    """Give what is owed for the files of a folder, each source once.

    Parameters
    ----------
    folder : Path
        As given to ``sitesel fetch --into``.

    Returns
    -------
    tuple of Attribution
        In the order of the manifest; empty where nothing was fetched.
    """
    owed = (Attribution(each.source, each.attribution, each.licence, each.licence_address) for each in held(folder))
    return tuple(dict.fromkeys(owed))


def entry_of(path: Path) -> Held | None:
    """Find what the manifest beside a file says of it; without one, go by its name as it is published.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Held or None
        None for a file that is neither listed nor named like one of a source: nothing is known to be owed for it.

    Raises
    ------
    FetchError
        The manifest cannot be read.

    Examples
    --------
    >>> _ = Path("andorra.osm.pbf").write_bytes(b"streets")  # put there by hand: known by its name
    >>> entry_of(Path("andorra.osm.pbf")).attribution
    '© OpenStreetMap contributors'
    >>> entry_of(Path("plots.gpkg")) is None
    True
    """
    listed = next((entry for entry in held(path.parent) if entry.file == path.name), None)
    source = published_as(path.name)
    if listed is not None or source is None or not path.is_file():
        return listed
    return Held(
        file=path.name,
        source=source.id,
        address=source.page,
        fetched=_BY_HAND,
        bytes=path.stat().st_size,
        sha256=digest(path, "sha256"),
        licence=source.licence,
        licence_address=source.licence_address,
        attribution=source.attribution,
    )


def day_of(entry: Held) -> str:
    """Day of a file's data as ``2026-11-05``, where the server told it; else that on which it was fetched.

    Returns
    -------
    str
        Empty for a file put there by hand that tells none.

    Examples
    --------
    >>> told = dict.fromkeys(("file", "source", "address", "sha256", "licence", "licence_address", "attribution"), "")
    >>> server = "Thu, 05 Nov 2026 20:59:03 GMT"
    >>> day_of(Held(**told, bytes=7, fetched="2026-11-27T10:00:00Z", modified=server))
    '2026-11-05'
    """
    told = parsedate_tz(entry.modified)
    if told is not None:
        return dt.date(*told[:3]).isoformat()
    return "" if entry.fetched == _BY_HAND and not entry.modified else (entry.modified or entry.fetched)[:10]


def write_manifest(folder: Path, files: Iterable[Held], head: str = _HEAD) -> None:
    """Write the manifest, whole at any moment.

    Examples
    --------
    >>> _ = Path("andorra.osm.pbf").write_bytes(b"streets")
    >>> write_manifest(Path(), [entry_of(Path("andorra.osm.pbf"))])
    >>> 'licence = "ODbL 1.0"' in Path("layers.toml").read_text(encoding="utf-8").splitlines()
    True
    """
    write_whole(folder / MANIFEST, head + "".join(_entry(file) for file in files))


def _entry(file: Held) -> str:
    """Write one file as TOML: what JSON writes of a text or a whole number is TOML, too."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in asdict(file).items() if value != ""]
    return "\n[[files]]\n" + "\n".join(lines) + "\n"
