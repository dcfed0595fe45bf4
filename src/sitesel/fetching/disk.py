"""Writing files that are whole or not there."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sitesel.errors import FetchError

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
MB: Final = 1_000_000


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Say in one line why something cannot be written.

    Raises
    ------
    FetchError
        The disk is full, or the place is not for this user to write.
    """
    try:
        yield
    except OSError as cause:
        if cause.errno in _FULL:
            raise FetchError(
                f"{path}: the disk is full; make room and give the same command again: it goes on where it stopped"
            ) from None
        raise FetchError(f"{path}: cannot be written ({cause.strerror}); give another folder with --into") from None


def room_for(folder: Path, needed: int) -> None:
    """See that the disk has room before anything is fetched.

    Raises
    ------
    FetchError
        It has not.
    """
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    free = shutil.disk_usage(there).free
    if needed > free:
        raise FetchError(
            f"{folder}: {needed / MB:,.0f} MB are needed and {free / MB:,.0f} MB are free; make room, or name fewer "
            "sources with --only, or a --box"
        )


def write_whole(path: Path, text: str) -> None:
    """Write a small file that is whole at any moment.

    Raises
    ------
    FetchError
        It cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    with written(path):
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)  # noqa: PTH105 -- the one call that is atomic on every system


def digest(path: Path, kind: str) -> str:
    """Hash of a file's content, in hexadecimal.

    Parameters
    ----------
    path : Path
    kind : {"md5", "sha256"}
    """
    with path.open("rb") as content:
        return hashlib.file_digest(content, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()
