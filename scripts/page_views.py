"""Chromium without a window, the screens that the page is read on, and a walk through the page.

The browser tests walk it to find faults; ``looks.py`` walks it to have its pictures taken.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TOUCH = {"has_touch": True, "is_mobile": True}
SIZES: dict[str, dict[str, Any]] = {
    "320": {"viewport": {"width": 320, "height": 640}, **TOUCH},
    "390": {"viewport": {"width": 390, "height": 844}, **TOUCH},
    "across": {"viewport": {"width": 844, "height": 390}, **TOUCH},
    "768": {"viewport": {"width": 768, "height": 1024}, **TOUCH},
    "1280": {"viewport": {"width": 1280, "height": 860}},
    "zoomed": {"viewport": {"width": 640, "height": 430}, "device_scale_factor": 2},  # 1280 x 860 at 200 %
    "1440": {"viewport": {"width": 1440, "height": 900}},
    "1920": {"viewport": {"width": 1920, "height": 1080}},
}
LANGS = ("en", "ru", "ky")


@contextmanager
def chromium() -> Iterator[Any]:
    """Start Chromium; playwright is asked for here, for not everybody has it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def unfold(page: Any) -> None:  # noqa: ANN401 (a page of playwright's)
    """Open all that an open card folds."""
    page.evaluate("for (const fold of document.querySelectorAll('#card .fold')) fold.open = true")


def views(page: Any, lang: str) -> Iterator[str]:  # noqa: ANN401 (a page of playwright's)
    """Go through the page in a language, from the answer to a comparison: the town has all open, its cards unfolded."""
    page.locator(f"#languages [lang={lang}]").click()
    page.get_by_role("tab").first.click()
    yield "answer"
    page.get_by_role("tab").nth(1).click()
    page.locator("#town .weighing summary").click()
    if not page.locator(".legend").first.evaluate("legend => legend.open"):
        page.locator(".legend > summary").click()
    yield "town"
    page.locator("#town .weighing summary").click()
    for place in (0, 1):
        page.locator("#ranking .plot").nth(place).click()
        page.locator("#pin").click()
        unfold(page)
        yield f"card {place}"
        if place == 0:
            page.keyboard.press("Escape")
    page.locator("#tray .go").click()
    yield "comparison"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    while page.locator(".unpin").count():
        page.locator(".unpin").first.click()
