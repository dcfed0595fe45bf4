"""All classes of bad input, and the page that tells of them: docs/bad-input.md."""

import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from bad_input import columns, commands, coordinates, extracts, files, rasters, studies, tables, workbooks
from bad_input.cases import Case

CASES: Final[list[Case]] = [
    case
    for module in (files, workbooks, coordinates, columns, studies, tables, rasters, extracts, commands)
    for given in vars(module).values()
    if isinstance(given, list)
    for case in given
    if isinstance(case, Case)
]
DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "bad-input.md"
TOLD: Final = {"refused": "refused", "told": "read, with a notice", "read": "read as it is meant"}


def row(case: Case, lines: tuple[str, ...]) -> str:
    """Tell of a class as a row of its table."""
    shown = "<br>".join(f"`{_plain(line)}`" for line in lines)
    return f"| {_plain(case.what)} | {TOLD[case.ends]} | {shown} |"


def _plain(text: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return plain.replace("|", "\\|").replace("`", "'")


HEADS: Final = "| what comes in | what happens | line |"


def rows_written() -> dict[tuple[str, str], str]:
    """Give the rows of the page by door and class."""
    found, door = {}, ""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            door = line[3:]
        elif line.startswith("| ") and line != HEADS:
            found[door, line[2:].partition(" | ")[0]] = line
    return found


def document() -> str:
    """Try every class, and write the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    ends = [case.ends for case in CASES]
    yield "# Bad input"
    yield ""
    yield (
        f"Written by `scripts/bad_input_page.py` from `tests/bad_input/`: each row is a test. Of {len(CASES)} classes "
        f"of bad input {ends.count('refused')} are refused, {ends.count('told')} read with a notice and "
        f"{ends.count('read')} read as they are meant. A refusal is exit code 2 (3 where it is the folder of results), "
        "nothing is written, and `sitesel check` says the same. A study in memory is called `study`."
    )
    for door, cases in groupby(CASES, key=lambda case: case.door):
        yield from ("", f"## {door}", "", HEADS, "|---|---|---|")
        for case in cases:
            with tempfile.TemporaryDirectory() as folder:
                yield row(case, case.outcome(Path(folder))[1])
