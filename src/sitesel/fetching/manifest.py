"""What stands beside fetched files: where each came from, when, its hashes, and what is owed for it."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sitesel.errors import FetchError
from sitesel.fetching.disk import write_whole

MANIFEST: Final = "layers.toml"
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
    """
    path = folder / MANIFEST
    try:
        entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["files"]
        return tuple(Held(**entry) for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, ValueError, KeyError, TypeError) as cause:
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


def write_manifest(folder: Path, files: Iterable[Held]) -> None:
    """Write the manifest, whole at any moment."""
    write_whole(folder / MANIFEST, _HEAD + "".join(_entry(file) for file in files))


def _entry(file: Held) -> str:
    """Write one file as TOML: what JSON writes of a text or a whole number is TOML, too."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in asdict(file).items() if value != ""]
    return "\n[[files]]\n" + "\n".join(lines) + "\n"
