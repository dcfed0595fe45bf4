"""One file down: resumed, checked, and in its place only when it is whole."""

import datetime as dt
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import requests

from sitesel.errors import FetchError
from sitesel.fetching.disk import MB, digest, write_whole, written
from sitesel.fetching.listing import Listed, part_of
from sitesel.fetching.manifest import Held
from sitesel.fetching.web import BrokenOffError, ReplacedError, Web, length
from sitesel.text import Message

_PIECE: Final = 1 << 12
"""Bytes read at once: where an answer breaks off, what came of a piece is lost."""
_FIRST: Final = 64
"""Bytes in which a file says what it is."""
_TENTHS: Final = 10
_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True)
class _Part:
    """A file while it comes, and beside it what the server said of it, so that no two versions are mixed."""

    path: Path
    address: str

    @property
    def note(self) -> Path:
        return self.path.with_name(f"{self.path.name}.json")

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    def validator(self) -> str:
        """ETag or date by which the server knows the version begun; empty where none can be gone on from."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(self.note.read_text(encoding="utf-8"))
            if told["address"] == self.address:
                return str(told["validator"])
        return ""

    def noted(self, answer: requests.Response) -> None:
        etag = answer.headers.get("ETag", "")
        strong = etag if not etag.startswith("W/") else ""
        told = {"address": self.address, "validator": strong or answer.headers.get("Last-Modified", "")}
        write_whole(self.note, json.dumps(told))

    def dropped(self) -> None:
        with written(self.path):
            self.path.unlink(missing_ok=True)
            self.note.unlink(missing_ok=True)


def bring(file: Listed, folder: Path, web: Web) -> Held:
    """Fetch one file.

    Parameters
    ----------
    file : Listed
    folder : Path
    web : Web

    Returns
    -------
    Held
        As the manifest has it.

    Raises
    ------
    ReplacedError
        It is not what was promised; nothing of it stays.
    FetchError
        It cannot be had, broke off, or cannot be written. What came stays for the next try.
    """
    target = folder / file.wanted.file
    part = _Part(part_of(folder, file.wanted.file), file.head.at)
    _gone_on(part, file, web)
    if fault := _fault(part.path, file):
        part.dropped()
        raise ReplacedError(f"{file.wanted.address}: {fault}")
    held = _held(file, part.path, web)
    with written(target):
        os.replace(part.path, target)  # noqa: PTH105 -- the one call that is atomic on every system
        part.note.unlink(missing_ok=True)
    return held


def adopt(file: Listed, folder: Path, web: Web) -> Held | None:
    """Take a file that lies there: put by hand, or by a fetch that ended before it could say so.

    Parameters
    ----------
    file : Listed
    folder : Path
    web : Web

    Returns
    -------
    Held or None
        None where there is none, or not the one that the server has.
    """
    target = folder / file.wanted.file
    if target.is_file() and target.stat().st_size == file.head.bytes and not _fault(target, file):
        return _held(file, target, web)
    return None


def _gone_on(part: _Part, file: Listed, web: Web) -> None:
    """Ask again until all is there, as long as tries bring something."""
    most, in_vain = part.bytes, 0
    if part.bytes == file.head.bytes and part.validator() in {file.head.etag, file.head.modified}:
        return  # an earlier fetch ended between the last byte and the check
    while True:
        try:
            _poured(part, file, web)
        except BrokenOffError as cause:
            in_vain = 0 if part.bytes > most else in_vain + 1
            most = max(most, part.bytes)
            if in_vain >= web.patience.attempts:
                raise FetchError(f"{file.wanted.address}: {cause}") from None
            web.rest(max(in_vain, 1), cause.pause_s)
        else:
            return


def _poured(part: _Part, file: Listed, web: Web) -> None:
    """Ask once and write what comes.

    Raises
    ------
    BrokenOffError
        Not all came.
    FetchError
        The server is at odds with itself, or the disk refuses.
    """
    validator = part.validator() if part.bytes else ""
    asked = {"Range": f"bytes={part.bytes}-", "If-Range": validator} if validator else {}
    with web.stream(file.head.at, asked) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            part.dropped()
            raise BrokenOffError("the server does not have what it had; try again later")
        start, total = _span(answer)
        _agreed(total, file)
        if start not in {0, part.bytes}:
            raise BrokenOffError("the server goes on at another place than it was asked to; try again later")
        part.noted(answer)
        try:
            _write(part.path, _pieces(answer, file, start, total, web), "ab" if start else "wb")
        except requests.RequestException:
            raise _broken(part, total) from None
    if total is not None and part.bytes != total:
        raise _broken(part, total)


def _write(path: Path, pieces: Iterator[bytes], mode: Literal["ab", "wb"]) -> None:
    """Write pieces as they come, with no buffer: what is written counts when it is gone on from."""
    with written(path):
        out = path.open(mode, buffering=0)
    with out:
        for piece in pieces:
            left = memoryview(piece)
            while left:
                with written(path):
                    left = left[out.write(left) :]


def _broken(part: _Part, total: int | None) -> BrokenOffError:
    promised = "more" if total is None else f"{total:,} bytes"
    return BrokenOffError(
        f"the server promised {promised} and broke off after {part.bytes:,}; give the same command again: it goes on "
        "where it stopped"
    )


def _span(answer: requests.Response) -> tuple[int, int | None]:
    """Where an answer starts in the file, and how long the whole file is."""
    if answer.status_code != requests.codes.partial_content:
        return 0, length(answer)
    told = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    if told is None:
        raise BrokenOffError("the server does not say which part it sends; try again later")
    return int(told[1]), None if told[2] == "*" else int(told[2])


def _agreed(total: int | None, file: Listed) -> None:
    if total is not None and file.head.bytes is not None and total != file.head.bytes:
        raise ReplacedError(
            f"{file.wanted.address}: the server said {file.head.bytes:,} bytes first and {total:,} then; try later"
        )


def _pieces(answer: requests.Response, file: Listed, start: int, total: int | None, web: Web) -> Iterator[bytes]:
    """Pass on what comes, and tell how far it is."""
    came, step = start, max((total or 0) // _TENTHS, MB)
    due = start
    for piece in answer.iter_content(_PIECE):
        came += len(piece)
        yield piece
        if came >= due:
            due = came + step
            web.told(_how_far(file, came, total))


def _how_far(file: Listed, came: int, total: int | None) -> Message:
    told: dict[str, str | float] = {"file": file.wanted.file, "done": came / MB}
    if total is None:
        return Message("progress.fetching_unknown", told)
    return Message("progress.fetching", told | {"total": total / MB})


def _fault(path: Path, file: Listed) -> str:
    """Say what is wrong with the content; empty where nothing is."""
    with path.open("rb") as content:
        first = content.read(_FIRST).lstrip()
    if not any(sign.encode("latin-1") in first for sign in file.wanted.source.opens_with):
        return (
            "what came is not such a file; where the network asks for a login, log in with a browser first, then give "
            "the same command again"
        )
    if file.md5 and (found := digest(path, "md5")) != file.md5:
        return (
            f"wrong hash: MD5 {found}, not {file.md5}; it was thrown away. Its server may be replacing it just now: "
            "try again later"
        )
    return ""


def _held(file: Listed, path: Path, web: Web) -> Held:
    source = file.wanted.source
    return Held(
        file=file.wanted.file,
        source=source.id,
        address=file.wanted.address,
        fetched=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        bytes=path.stat().st_size,
        sha256=digest(path, "sha256"),
        licence=source.licence,
        licence_address=source.licence_address,
        attribution=source.attribution,
        md5=file.md5,
        served=file.head.at if file.head.at != file.wanted.address else "",
        etag=file.head.etag or "",
        modified=file.head.modified or "",
        mirror=web.mirror,
    )
