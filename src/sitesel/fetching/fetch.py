"""Bring what was listed into a folder."""

from collections.abc import Mapping
from pathlib import Path

from sitesel.fetching.disk import room_for
from sitesel.fetching.download import adopt, bring
from sitesel.fetching.listing import Asked, Listed, Listing, is_held, listing, look
from sitesel.fetching.lock import alone
from sitesel.fetching.manifest import Held, held, write_manifest
from sitesel.fetching.web import ReplacedError, Web


def fetch(asked: Asked, into: str | Path, *, web: Web | None = None) -> tuple[Held, ...]:
    """Fetch public data of a country or a box: streets, people, heights, land cover.

    What is there already and has not changed is not fetched again; what was broken off goes on. Nobody is asked: look
    at :func:`listing` first where size or licence matter.

    Parameters
    ----------
    asked : Asked
    into : str or Path
        Folder; made if it is not there.
    web : Web, optional
        For a mirror, other patience, or to be told of progress.

    Returns
    -------
    tuple of Held
        All files of the folder's manifest, ``layers.toml``.

    Raises
    ------
    FetchError
        One line: what is wrong, and the remedy. Files that came whole before it stay, and are in the manifest.

    Examples
    --------
    An example that runs stands in the guide of fetching; a test runs it against a server of its own. In short::

        from sitesel.fetching import Asked, attributions, fetch

        fetch(Asked("KG", only=["osm", "population"], year=2024), "kg")
        print([owed.text for owed in attributions("kg")])
    """
    web = web or Web()
    return bring_all(listing(asked, Path(into), web), Path(into), web)


def bring_all(listed: Listing, folder: Path, web: Web) -> tuple[Held, ...]:
    """Fetch the files of a listing that are new, one after the other.

    Parameters
    ----------
    listed : Listing
    folder : Path
    web : Web

    Returns
    -------
    tuple of Held
        All files of the folder's manifest.

    Raises
    ------
    FetchError
        As :func:`fetch`.

    Examples
    --------
    >>> bring_all(Listing((), ()), Path("kg"), Web())  # nothing is new: no server is asked
    ()
    """
    if not listed.new:
        return held(folder)
    room_for(folder, listed.bytes_to_come)
    with alone(folder):
        known = {file.file: file for file in held(folder)}  # another fetch may have been there since they were listed
        for file in listed.new:
            if not is_held(file, known, folder):
                known[file.wanted.file] = _brought(file, known, folder, web)
                write_manifest(folder, known.values())
        return tuple(known.values())


def _brought(file: Listed, known: Mapping[str, Held], folder: Path, web: Web) -> Held:
    """Fetch a file; where its server replaced it in between, as it does daily, ask anew and fetch that, once."""
    if file.wanted.file not in known and (found := adopt(file, folder, web)):
        return found
    try:
        return bring(file, folder, web)
    except ReplacedError:
        return bring(look(file.wanted, known, folder, web), folder, web)
