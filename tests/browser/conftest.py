"""A browser without a network, in which whatever a page complains of fails the test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from page_views import CHROMIUM, chromium

collect_ignore = ["conftest.py"]  # no doctests here, and two modules of one name would clash

DESK = {"viewport": {"width": 1400, "height": 900}}


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the page is not opened")
    if CHROMIUM is None:
        pytest.skip("no Chromium on PATH: the page is not opened (apt install chromium)")
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: Any, files: dict[str, Path]) -> Iterator[Callable[..., Any]]:
    """Open one of the module's files offline, at a town or else at the answer.

    What it says on the console or asks of a server fails the test.
    """
    complaints: list[str] = []
    contexts = []

    def opened(name: str, town: int | None = 0, **options: Any) -> Any:
        context = browser.new_context(**(DESK | options))
        contexts.append(context)
        context.set_offline(offline=True)
        page = context.new_page()
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.violatedDirective));"
        )
        address = files[name].as_uri()

        def judge(route: Any) -> None:
            if route.request.url == address or route.request.url.startswith("data:"):
                route.continue_()
            else:
                complaints.append(f"asked for {route.request.url}")
                route.abort()

        page.route("**/*", judge)
        page.on("console", lambda said: complaints.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(address)
        if town is not None and options.get("java_script_enabled", True):
            page.get_by_role("tab").nth(town + 1).click()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
