"""One fetch at a time into a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sitesel.errors import FetchError
from sitesel.fetching.disk import written
from sitesel.locking import hold

LOCK: Final = ".fetch.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other fetches out of a folder, which is made if it is not there.

    The system lets go of the lock when the program ends, however it ends: a file left behind locks nobody out.

    Raises
    ------
    FetchError
        Another fetch is at work there, or the folder cannot be written.
    """
    with written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("ab")
    with file:
        try:
            hold(file)
        except OSError:
            raise FetchError(
                f"{folder}: another fetch is at work there; wait for it, or give another folder with --into"
            ) from None
        yield
