"""What is tried at a door: one input, and how it ends."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sitesel.errors import SiteselError
from sitesel.text import Message, say

Ends = Literal["refused", "told", "read"]
Put = Callable[[Path], Iterable[Message] | None]


@dataclass(frozen=True)
class Case:
    """A class of bad input.

    ``put`` writes the input into a folder of its own and reads it through the door: it raises, gives the notices, or
    fails where what was read is not the truth.
    """

    door: str
    what: str
    ends: Ends
    put: Put

    def outcome(self, folder: Path) -> tuple[Ends, tuple[str, ...]]:
        """Try it: how it ended, and the lines that a user sees, which name no folder of this machine."""
        try:
            notices = tuple(self.put(folder) or ())
        except SiteselError as found:
            return "refused", tuple(
                line.replace(f"{folder}/", "").replace(f"{folder}", "folder") for line in found.faults
            )
        return ("told" if notices else "read"), tuple(say(notice, "en") for notice in notices)


def table(door: str, *rows: tuple[str, Ends, Put]) -> list[Case]:
    return [Case(door, *row) for row in rows]
