"""Write docs/columns.md: every column of every table that leaves a run, from src/sitesel/data/columns.toml.

With --check nothing is written: the exit code is 1 where the document is out of date.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from sitesel.schema import FIXED, Column, Table, table, tables

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "columns.md"


def document() -> str:
    """Write the document anew."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    every = [table(name) for name in tables()]
    yield "# Columns"
    yield ""
    yield "Written by `scripts/columns_page.py` from `src/sitesel/data/columns.toml`."
    yield ""
    for name, words in FIXED.items():
        yield f"- `<{name}>` stands for {', '.join(f'`{word}`' for word in words)}."
    yield "- `<indicator>`, `<rule>`, `<town>` and `<plot>` stand for those of the study."
    yield from ("", "## Files")
    for one in every:
        if one.written:
            yield from _section(one)
    yield from ("", "## Tables of `Findings`")
    for one in every:
        if not one.written:
            yield from _section(one)


def _section(one: Table) -> Iterator[str]:
    yield from ("", f"### {one.name}", "", one.meaning)
    if one.when:
        yield from ("", f"Only where {one.when}.")
    if one.open:
        yield from ("", "A layer of your own may have more columns.")
    yield from ("", "| column | type | unit | decimals | meaning |", "|---|---|---|---|---|")
    for column in one.index:
        yield _row(column, "index", one)
    for group in one.groups:
        for column in group:
            yield _row(column, "", one)


def _row(column: Column, role: str, one: Table) -> str:
    told = [column.meaning]
    if column.empty:
        told.append(f"Empty: {column.empty}.")
    if column.when:
        told.append(f"Only where {column.when}.")
    kind = f"{column.kind}, {role}" if role else column.kind
    decimals = "" if column.decimals is None or not one.written else str(column.decimals)
    return f"| `{column.name}` | {kind} | {column.unit} | {decimals} | {' '.join(told)} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        current = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
        sys.exit(0 if document() == current else f"{DOCUMENT.name} is out of date: run scripts/columns_page.py")
    DOCUMENT.write_text(document(), encoding="utf-8")
