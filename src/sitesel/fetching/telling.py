"""What a planner reads before saying yes, and after."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from sitesel.fetching.disk import MB
from sitesel.fetching.listing import Listed, Listing
from sitesel.fetching.manifest import MANIFEST, Attribution
from sitesel.text import Message


def before(listed: Listing, folder: Path) -> Iterator[Message]:
    """Tell what would be fetched: a line a file, what cannot be had, and the sum.

    Parameters
    ----------
    listed : Listing
    folder : Path

    Yields
    ------
    Message

    Examples
    --------
    >>> from sitesel.fetching import Head, Wanted, sources
    >>> from sitesel.text import say
    >>> address = "https://example.org/kg.osm.pbf"
    >>> file = Listed(Wanted(sources()["osm"], address, "kg.osm.pbf"), Head(True, address, 5_000_000), "", "new")
    >>> for line in before(Listing((file,), ()), Path("kg")):
    ...     print(say(line, "en"))
    OpenStreetMap: 5 MB; ODbL 1.0; to fetch; https://example.org/kg.osm.pbf
    1 file to fetch, 5 MB, into kg
    """
    yield from (_line(file) for file in listed.files)
    yield from listed.notices
    if not listed.new:
        yield Message("fetch.nothing_new", {"folder": str(folder)})
        return
    yield Message("fetch.total", {"files": len(listed.new), "size": _size(listed.bytes_to_come), "folder": str(folder)})
    if unknown := sum(file.head.bytes is None for file in listed.new):
        yield Message("fetch.sizes_unknown", {"files": unknown})


def after(folder: Path, owed: Sequence[Attribution]) -> Iterator[Message]:
    """Tell what is owed, and where it stands.

    Parameters
    ----------
    folder : Path
    owed : sequence of Attribution

    Yields
    ------
    Message

    Examples
    --------
    >>> from sitesel.text import say
    >>> owed = Attribution("osm", "© OpenStreetMap contributors", "ODbL 1.0", "https://example.org/odbl")
    >>> for line in after(Path("kg"), [owed]):
    ...     print(say(line, "en"))
    Fetched; hashes, dates and licences stand in kg/layers.toml. What every map and file made from this has to say:
    © OpenStreetMap contributors (ODbL 1.0, https://example.org/odbl)
    """
    yield Message("fetch.done", {"manifest": str(folder / MANIFEST)})
    for each in owed:
        yield Message("fetch.owed", {"text": each.text, "licence": each.licence, "address": each.licence_address})


def _line(file: Listed) -> Message:
    size = file.head.bytes
    told = Message("fetch.size_unknown") if size is None else _size(size)
    return Message(
        "fetch.file",
        {
            "source": Message(f"fetch.source.{file.wanted.source.id}"),
            "size": Message("fetch.size_none") if file.state == "absent" else told,
            "licence": file.wanted.source.licence,
            "state": _state(file),
            "address": file.wanted.address,
        },
    )


def _size(count: int) -> Message:
    if count < MB:
        return Message("fetch.size_kb", {"kb": math.ceil(count / 1000)})
    return Message("fetch.size", {"mb": count / MB})


def _state(file: Listed) -> Message:
    if file.state == "held":
        return Message("fetch.state.held")
    if file.state == "absent":
        return Message("fetch.state.absent")
    if file.begun:
        return Message("fetch.state.begun", {"size": _size(file.begun)})
    return Message("fetch.state.new")
