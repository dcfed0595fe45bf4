"""How soon a page shows something, and how many elements it has: ``python scripts/first_paint.py map.html``.

Each page is opened a few times in Chromium at 1280 x 860, each time in a context of its own, from the file.
"""

import statistics
import sys
from pathlib import Path

from page_views import SIZES, chromium

TIMES = 5
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def main() -> None:
    """Print for each page the middle of the first contentful paints, and the slowest."""
    with chromium() as browser:
        for given in sys.argv[1:]:
            found, elements = [], 0
            for _ in range(TIMES):
                context = browser.new_context(**SIZES["1280"], offline=True)
                page = context.new_page()
                page.goto(Path(given).resolve().as_uri())
                page.wait_for_function(f"({PAINTED}) !== null")
                found.append(page.evaluate(PAINTED) / 1000)
                elements = page.evaluate("document.querySelectorAll('*').length")
                context.close()
            size = Path(given).stat().st_size / 1e6
            middle = statistics.median(found)
            print(
                f"{given}: first paint {middle:.2f} s, {max(found):.2f} at most; {elements:,} elements, {size:.1f} MB"
            )


if __name__ == "__main__":
    main()
