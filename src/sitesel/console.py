"""What a console shows: progress in place or line by line, tables, and any letters as far as it has them."""

import io
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sitesel.text import Message, say

if TYPE_CHECKING:  # loaded when something is shown, so that --help is there at once
    import rich.console


def settle() -> None:
    """Let any console print, and keep from planners what libraries warn of: what is wrong is refused or told."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):  # a console without the letters of a language shows a question mark
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


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
