"""What a console shows: progress in place or line by line, tables, and any letters as far as it has them."""

import codecs
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sitesel.text import MINUS, Message, say

if TYPE_CHECKING:  # loaded when something is shown, so that --help is there at once
    import rich.console

AS_TYPED: Final = {MINUS: "-", "\u00a0": " "}
"""What stands for letters that a console does not know; a question mark for others."""


def settle() -> None:
    """Let any console print, and keep from planners what libraries warn of: what is wrong is refused or told."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    codecs.register_error("sitesel", _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="sitesel")


def _nearest(fault: UnicodeError) -> tuple[str, int]:
    """Give a console without a letter what it has for it: a hyphen for a minus, a space for one that breaks no line."""
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    return "".join(AS_TYPED.get(letter, "?") for letter in fault.object[fault.start : fault.end]), fault.end


@contextmanager
def progress_in(lang: str) -> Iterator[Callable[[Message], None]]:
    """Show what is being done: in place on a terminal, line by line elsewhere."""
    with console_of(stderr=True).status("") as status:
        told = ""

        def progress(step: Message) -> None:
            nonlocal told
            before, told = told, say(step, lang)
            status.update(told)
            if told != before and not status.console.is_terminal:
                status.console.print(told, soft_wrap=True)

        yield progress


def console_of(*, stderr: bool = False) -> "rich.console.Console":
    """Give a console that prints what it is given: names in data may look like markup or smileys."""
    from rich.console import Console  # noqa: PLC0415 -- as above

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)
