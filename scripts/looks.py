"""Take pictures of the map on every screen, in every language, for someone to look at.

``make looks`` runs it on the map that ``make map`` writes; on another: ``python scripts/looks.py map.html folder``.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from page_views import CHROMIUM, LANGS, SIZES, chromium, views

OUT = Path(__file__).resolve().parent.parent / "out"
LOOKS: dict[str, dict[str, Any]] = {
    "desktop-1440": SIZES["1440"],
    "desktop-1280": SIZES["1280"],
    "tablet": SIZES["768"],
    "phone": SIZES["390"],
    "phone-across": SIZES["across"],
    "dark": SIZES["1280"] | {"color_scheme": "dark"},
    "forced-colours": SIZES["1280"] | {"forced_colors": "active"},
    "forced-colours-dark": SIZES["1280"] | {"forced_colors": "active", "color_scheme": "dark"},
}


@contextmanager
def opened(browser: Any, page_file: Path, look: dict[str, Any]) -> Iterator[Any]:  # noqa: ANN401 (playwright's)
    """Open the page on a screen, without a network."""
    context = browser.new_context(**look, reduced_motion="reduce", offline=True)
    page = context.new_page()
    page.goto(page_file.absolute().as_uri())
    yield page
    context.close()


def walked(page: Any, look: str, out: Path) -> None:  # noqa: ANN401 (playwright's)
    """Walk through the page in each language and take each view; what scrolls with the screen is taken in full."""
    for lang in LANGS:
        for view in views(page, lang):
            whole = view in ("answer", "town")
            page.screenshot(path=out / f"{look}-{lang}-{view.replace(' ', '-')}.png", full_page=whole)


def printed(page: Any, out: Path) -> None:  # noqa: ANN401 (playwright's)
    """Print the page in each language."""
    for lang in LANGS:
        page.locator(f"#languages [lang={lang}]").click()
        page.pdf(path=out / f"print-{lang}.pdf", prefer_css_page_size=True)


def main(page_file: Path = OUT / "technology_towns" / "map.html", out: Path = OUT / "looks") -> None:
    """Take all pictures anew, and say where they are."""
    if CHROMIUM is None:
        sys.exit(
            "There is no Chromium on PATH to take the map's picture with: on Debian or Ubuntu, apt install chromium"
        )
    out.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for look, screen in LOOKS.items():
            with opened(browser, page_file, screen) as page:
                walked(page, look, out)
        with opened(browser, page_file, SIZES["1280"]) as page:
            printed(page, out)
        with opened(browser, page_file, SIZES["390"] | {"java_script_enabled": False}) as page:
            page.screenshot(path=out / "no-script.png", full_page=True)
    print(f"{len(list(out.iterdir()))} pictures to look at: {out}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
