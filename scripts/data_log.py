"""Write docs/data-log.md: every embedded layer with source, licence, quality and columns, from layers/catalogue.toml.

With --check nothing is written: the exit code is 1 where the document is out of date.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from sitesel.layers import embedded_catalogue

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "data-log.md"


def lines() -> Iterator[str]:
    """Yield the document line by line."""
    yield "# Data log"
    yield ""
    yield "Written by `scripts/data_log.py` from `layers/catalogue.toml`. The text sources lie in `layers/sources/`."
    for name, entry in embedded_catalogue().iterrows():
        digest = hashlib.sha256((ROOT / "layers" / entry["file"]).read_bytes()).hexdigest()
        yield from ("", f"## {name}: {entry['quality']}", "", str(entry["what"]), "")
        yield f"- File `{entry['file']}`, {entry['crs']}, {entry['date']}, SHA-256 `{digest[:16]}…`"
        yield f"- Source: {entry['source']}"
        yield f"- Licence: {entry['licence']}"
        yield f"- Why {entry['quality']}: {entry['why']}"
        yield from ("", "| column | meaning, unit |", "|---|---|")
        yield from (f"| `{column}` | {meaning} |" for column, meaning in entry["columns"].items())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    fresh = "\n".join(lines()) + "\n"
    if parser.parse_args().check:
        current = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
        sys.exit(0 if fresh == current else f"{DOCUMENT.name} is out of date: run scripts/data_log.py")
    DOCUMENT.write_text(fresh, encoding="utf-8")
