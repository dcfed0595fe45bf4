"""Whether an ``.osm.pbf`` file is whole, as far as its frame tells: osmium stops at the first gap without a word."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import osmium

_SIZE: Final = 4  # bytes before each head that say how long it is
_LARGEST_HEAD: Final = 64 * 1024  # by the format's definition
_KIND, _BODY_SIZE = 1, 3  # fields of a head
_VARINT, _BYTES = 0, 2  # ways to write a field


def torn(path: Path) -> str | None:
    """Say what is wrong with the frame of a file, and what helps; None where nothing is.

    Parameters
    ----------
    path : Path
        Any file; only ``.pbf`` is looked at.

    Returns
    -------
    str or None
    """
    if path.suffix != ".pbf":
        return None
    again = "download it again"
    size = path.stat().st_size
    with path.open("rb") as stream:
        for number, (start, kind, end) in enumerate(_blocks(stream)):
            if kind == b"OSMHeader" and number:
                return f"at byte {start:,} another file begins; put files together with osmium merge"
            if kind not in {b"OSMHeader", b"OSMData"}:
                return f"no data from byte {start:,} on; {again}"
            if end > size:
                return f"it ends at byte {size:,}, within a block; {again}"
            stream.seek(end)
    return None


def _blocks(stream: BinaryIO) -> Iterator[tuple[int, bytes, int]]:
    """Each block's first byte, kind (empty where it is none) and end; the caller moves on to the end."""
    while length := stream.read(_SIZE):
        start = stream.tell() - len(length)
        size = int.from_bytes(length)
        whole = len(length) == _SIZE and 0 < size <= _LARGEST_HEAD
        head = stream.read(size) if whole else b""
        try:
            fields = dict(_fields(head))
        except IndexError:
            fields = {}
        kind, body = fields.get(_KIND, b""), fields.get(_BODY_SIZE, 0)
        yield (
            start,
            kind if isinstance(kind, bytes) else b"",
            start + _SIZE + size + (body if isinstance(body, int) else 0),
        )


def _fields(head: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Read the numbered fields of a head, as protocol buffers write them."""
    at = 0
    while at < len(head):
        tag, at = _varint(head, at)
        value, at = _varint(head, at)
        if tag & 7 == _VARINT:
            yield tag >> 3, value
        elif tag & 7 == _BYTES:
            yield tag >> 3, head[at : at + value]
            at += value
        else:
            return


def _varint(head: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while head[at] & 0x80:
        value |= (head[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
    return value | head[at] << shift, at + 1


def lacks_relations(path: Path) -> bool:
    """Tell whether an ``.osm.pbf`` file holds no relation at all.

    They come last in a file: one cut short between two blocks reads well and has none. So has one of roads alone.
    """
    if path.suffix != ".pbf":
        return False
    return next(iter(osmium.FileProcessor(str(path), osmium.osm.RELATION)), None) is None
