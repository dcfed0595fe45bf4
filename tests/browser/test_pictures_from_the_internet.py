"""Pictures from the internet: a switch where the study offers them, nothing asked before it is pressed."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from loopback import OnLoopback
from sitesel.findings import Findings
from sitesel.outputs.map import online, write_map
from varied import bare

pytestmark = [
    pytest.mark.browser,
    # playwright leaves the event loop's socket to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SWITCH = "[data-layer='online {name}']"


class Tiles(OnLoopback):
    """A server on loopback that has pictures of one colour, and pages; and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.pages: dict[str, bytes] = {}
        self.status = 200
        picture = io.BytesIO()
        Image.new("RGB", (256, 256), (0, 90, 200)).save(picture, "PNG")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = outer.pages.get(self.path)
                if page is None:
                    outer.asked.append((self.path, self.headers.get("Referer")))
                body, kind = (picture.getvalue(), "image/png") if page is None else (page, "text/html; charset=utf-8")
                status = 200 if page is not None else outer.status
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                if status == 200:
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(Handler)


@pytest.fixture
def tiles() -> Iterator[Tiles]:
    server = Tiles()
    yield server
    server.close()


@pytest.fixture
def page_file(whole: Findings, tiles: Tiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    told = {
        name: about | {"address": f"{tiles.base}/{name}/{{z}}/{{x}}/{{y}}.png"}
        for name, about in online.sources().items()
    }
    monkeypatch.setattr(online, "sources", lambda: told)
    study = whole.study.replace(map={"online": ["imagery", "osm"]})
    write_map(bare(replace(whole, study=study)), tmp_path / "map.html", "en")
    return tmp_path / "map.html"


@pytest.fixture
def look(browser: Any) -> Iterator[Callable[..., Any]]:
    contexts = []

    def opened(address: str, **options: Any) -> tuple[Any, list[str]]:
        context = browser.new_context(**({"viewport": {"width": 1400, "height": 900}} | options))
        contexts.append(context)
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        return page, [one for one in asked if not one.startswith("data:")]

    yield opened
    for context in contexts:
        context.close()


def test_off_at_first_then_on_with_its_credit_then_off(look: Callable[..., Any], page_file: Path, tiles: Tiles) -> None:
    page, asked = look(page_file.as_uri())
    assert asked == [page_file.as_uri()]
    switch = page.locator(SWITCH.format(name="imagery"))
    assert not switch.is_checked()
    note = page.locator("#online-imagery")
    assert "127.0.0.1" in note.inner_text()
    assert "learns which area is looked at" in note.inner_text()
    page.get_by_role("tab").nth(1).click()
    page.locator(".leaflet-control-zoom-in").click()
    page.locator("#languages [lang=ru]").click()
    assert "узнаёт, какую местность" in note.inner_text()
    assert tiles.asked == []
    switch.click()
    page.wait_for_selector(".leaflet-online-pane img.leaflet-tile-loaded")
    assert tiles.asked
    assert all(path.startswith("/imagery/") and referer is None for path, referer in tiles.asked)
    credit = page.locator("div.credit a")
    assert "Copernicus" in credit.inner_text()
    assert credit.get_attribute("href") == "https://cloudless.eox.at"
    page.locator("#languages [lang=en]").click()
    assert switch.is_checked()
    assert "imagery" not in page.evaluate("window.location.hash")
    page.reload()
    assert not page.locator(SWITCH.format(name="imagery")).is_checked()
    assert page.locator("div.credit a").count() == 0
    before = len(tiles.asked)
    page.get_by_role("tab").nth(2).click()
    assert len(tiles.asked) == before


def test_switched_off_nothing_more_is_asked(look: Callable[..., Any], page_file: Path, tiles: Tiles) -> None:
    page, _ = look(page_file.as_uri())
    switch = page.locator(SWITCH.format(name="imagery"))
    switch.click()
    page.wait_for_selector(".leaflet-online-pane img.leaflet-tile-loaded")
    switch.click()
    page.wait_for_load_state("networkidle")
    before = len(tiles.asked)
    page.get_by_role("tab").nth(2).click()
    page.wait_for_timeout(300)
    assert len(tiles.asked) == before
    assert page.locator(".leaflet-online-pane img").count() == 0


def test_a_server_of_websites_is_not_asked_by_a_file(look: Callable[..., Any], page_file: Path, tiles: Tiles) -> None:
    page, _ = look(page_file.as_uri())
    assert page.locator(SWITCH.format(name="osm")).is_disabled()
    assert "This page is a file" in page.locator("#online-osm").inner_text()
    assert tiles.asked == []


def test_a_website_tells_which_it_is_and_nothing_more(look: Callable[..., Any], page_file: Path, tiles: Tiles) -> None:
    tiles.pages["/somewhere/map.html"] = page_file.read_bytes()
    page, _ = look(f"{tiles.base}/somewhere/map.html")
    tiles.asked.clear()  # the browser looks for an icon of its own accord
    assert "on which website" in page.locator("#online-osm").inner_text()
    page.locator(SWITCH.format(name="osm")).click()
    page.wait_for_selector(".leaflet-online-pane img.leaflet-tile-loaded")
    assert {referer for path, referer in tiles.asked if path.startswith("/osm/")} == {f"{tiles.base}/"}
    page.locator(SWITCH.format(name="imagery")).click()
    assert not page.locator(SWITCH.format(name="osm")).is_checked()


@pytest.mark.parametrize("way", ["offline", "refused"])
def test_what_does_not_come_is_said_and_the_own_ground_stays(
    look: Callable[..., Any], page_file: Path, tiles: Tiles, way: str
) -> None:
    page, _ = look(page_file.as_uri())
    if way == "offline":
        page.context.set_offline(offline=True)
    else:
        tiles.status = 403
    page.locator(SWITCH.format(name="imagery")).click()
    told = page.locator(".online .caution")
    told.wait_for(state="visible")
    assert "do not come" in told.inner_text()
    assert page.locator(".leaflet-relief-pane img").count() > 0
    page.context.set_offline(offline=False)
    tiles.status = 200
    page.get_by_role("tab").nth(1).click()
    told.wait_for(state="hidden")


def test_the_policy_lets_pictures_of_those_hosts_through_and_nothing_else(
    look: Callable[..., Any], page_file: Path, tiles: Tiles
) -> None:
    page, _ = look(page_file.as_uri())
    try_it = """(address) => new Promise((done) => {
      const picture = new Image();
      picture.onload = () => done("came");
      picture.onerror = () => done("did not");
      picture.src = address;
    })"""
    other = tiles.base.replace("127.0.0.1", "localhost")
    assert page.evaluate(try_it, f"{tiles.base}/x.png") == "came"
    assert page.evaluate(try_it, f"{other}/x.png") == "did not"
    assert page.evaluate("(address) => fetch(address).then(() => 'came', () => 'did not')", tiles.base) == "did not"


def test_paper_never_has_them(look: Callable[..., Any], page_file: Path, tiles: Tiles) -> None:
    page, _ = look(page_file.as_uri())
    page.locator(SWITCH.format(name="imagery")).click()
    page.wait_for_selector(".leaflet-online-pane img.leaflet-tile-loaded")
    page.emulate_media(media="print")
    assert page.locator(".leaflet-online-pane img").first.is_hidden()
    assert page.locator("#sheets").first.is_visible()
    assert tiles.base not in page.locator("#sheets").inner_html()


def test_a_study_that_asks_for_none_has_no_switch(look: Callable[..., Any], whole: Findings, tmp_path: Path) -> None:
    write_map(bare(whole), tmp_path / "map.html", "en")
    page, asked = look((tmp_path / "map.html").as_uri())
    assert asked == [(tmp_path / "map.html").as_uri()]
    assert page.locator("[data-layer^=online], .online").count() == 0
    assert "img-src data: blob:;" in (tmp_path / "map.html").read_text(encoding="utf-8")
