"""Write the tables of keys in docs/study.md from the docstrings of the settings; what stands around them stays.

With --check nothing is written: the exit code is 1 where the document is out of date.
"""

import argparse
import sys
from pathlib import Path

from sitesel.indicators import Indicator
from sitesel.study import Study
from sitesel.text import Message, say
from study_tables.keys import Keys

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "study.md"
BEGIN, END = "<!-- keys: written by scripts/study_keys.py -->", "<!-- end of keys -->"


def tables() -> str:
    """Tell all keys as Markdown."""
    units = {kind.__name__: say(Message(kind.unit), "en") for kind in Indicator.__subclasses__()}
    return "\n".join(Keys(Study.model_json_schema(), units).lines())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    fresh = f"{before}{BEGIN}\n\n{tables()}\n\n{END}{rest.partition(END)[2]}"
    if parser.parse_args().check:
        sys.exit(0 if fresh == text else f"{DOCUMENT.name} is out of date: run scripts/study_keys.py")
    DOCUMENT.write_text(fresh, encoding="utf-8")
