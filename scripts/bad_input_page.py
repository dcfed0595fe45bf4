"""Write docs/bad-input.md: every class of bad input that is tried, and what is said of it, from tests/bad_input."""

import importlib
import sys
import warnings
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"

if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))
    warnings.simplefilter("ignore")  # GDAL's, of files that are broken on purpose
    page = importlib.import_module("bad_input.page")
    page.DOCUMENT.write_text(page.document(), encoding="utf-8")
