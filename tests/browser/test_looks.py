"""How the page looks and who can use it: nothing lies over anything else, and axe finds nothing serious."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from page_views import LANGS, SIZES, views
from sitesel.findings import Findings
from sitesel.outputs.map import write_map
from sitesel.text import catalogue

pytestmark = [
    pytest.mark.browser,
    # playwright leaves the event loop's socket to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PARTS = "#stage .leaflet-control, #stage .town-name:not([hidden]), .top, #towns, .band, #panel, #tray:not([hidden])"
OVERLAPS = """(selector) => {
  window.scrollTo(0, 0); // tabs stay above what is scrolled
  const called = (part) => part.id || part.className;
  const parts = [...document.querySelectorAll(selector)].map((part) => [part, part.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && box.height > 0);
  const found = [];
  for (const [i, [one, a]] of parts.entries()) for (const [other, b] of parts.slice(i + 1)) {
    if (one.contains(other) || other.contains(one)) continue;
    const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (x > 1 && y > 1) found.push(`${called(one)} | ${called(other)}: ${x.toFixed()} x ${y.toFixed()}`);
  }
  const { left, top, right, bottom } = document.getElementById("stage").getBoundingClientRect();
  const within = (box) => box.left > left - 1 && box.right < right + 1 && box.top > top - 1 && box.bottom < bottom + 1;
  for (const [part, box] of parts) if (part.closest("#stage") && !within(box)) found.push(`${called(part)} is cut off`);
  // a phone makes its window as wide as what does not fit into it
  if (document.documentElement.scrollWidth > window.visualViewport.width + 1) found.push("scrolls sideways");
  return found;
}"""

BROKEN = """() => [...document.querySelectorAll(".sheet :is(th, td)")].flatMap((cell) => {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) for (const word of text.data.matchAll(/\\p{L}+/gu)) {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    if (range.getClientRects().length > 1) found.push(word[0]);
  }
  return found;
})"""


@pytest.fixture(scope="module")
def files(whole: Findings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    path = tmp_path_factory.mktemp("looks") / "map.html"
    write_map(whole, path, "en")
    return {"map": path}


@pytest.mark.parametrize("size", SIZES)
def test_nothing_lies_over_anything_else(visit: Callable[..., Any], size: str) -> None:
    found = {}
    page = visit("map", None, **SIZES[size])
    for lang in LANGS:
        page.locator(f"#languages [lang={lang}]").click()
        page.get_by_role("tab").first.click()
        page.locator(".furniture button").click()
        found[lang, "answer"] = page.evaluate(OVERLAPS, PARTS)
        if page.viewport_size["width"] > 820:  # on a phone a star may have to do
            assert page.locator(".town-name:visible").count() == 3, lang
        page.locator(".answer-card").first.click()
        found[lang, "answer's card"] = page.evaluate(OVERLAPS, PARTS) if page.viewport_size["width"] > 820 else []
        page.keyboard.press("Escape")
        page.get_by_role("tab").nth(1).click()
        found[lang, "town"] = page.evaluate(OVERLAPS, PARTS)
        if not page.locator(".legend").first.evaluate("legend => legend.open"):
            page.locator(".legend > summary").click()
            found[lang, "open legend"] = [one for one in page.evaluate(OVERLAPS, PARTS) if "credit" not in one]
            page.locator(".legend > summary").click()
    told = {where: one for where, one in found.items() if one}
    assert not told, told


def test_no_word_breaks_on_a_phone_that_runs_no_script(visit: Callable[..., Any]) -> None:
    page = visit("map", None, **SIZES["390"], java_script_enabled=False)
    assert page.locator(".sheet td").count() > 100
    page.evaluate("for (const box of document.querySelectorAll('.unfolds')) box.checked = true")
    assert page.locator("table.sources").is_visible()
    assert page.evaluate(BROKEN) == []


def test_without_script_a_phone_shows_answer_pictures_and_rankings_and_folds_the_rest(
    visit: Callable[..., Any], whole: Findings
) -> None:
    page = visit("map", None, **SIZES["390"], java_script_enabled=False)
    assert page.evaluate("document.documentElement.scrollHeight") < 10_000
    towns = len(whole.towns)
    assert page.locator(".answers .answer:visible").count() == towns
    assert page.locator("table.ranking:visible").count() == page.locator(".picture:visible").count() == towns
    assert page.locator("table.sources").is_hidden()
    page.locator(".opener").last.click()  # it needs no script
    assert page.locator("table.sources").is_visible()
    page.locator(".unfolds").last.press(" ")  # nor a pointer
    assert page.locator("table.sources").is_hidden()


def test_paper_has_all_that_a_screen_without_script_folds(visit: Callable[..., Any]) -> None:
    page = visit("map", None, java_script_enabled=False)
    assert "details-content" not in page.content()  # which not every browser knows
    assert page.locator("#sheets details").count() == 0
    page.emulate_media(media="print")
    tables = page.locator(".rest table")
    assert tables.count() > 10
    heights = tables.evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
    assert min(heights) > 0
    assert page.locator(".opener:visible").count() == page.locator(".unfolds:visible").count() == 0


@pytest.mark.parametrize("size", ["320", "390"])
@pytest.mark.parametrize("lang", LANGS)
def test_compared_plots_stand_row_by_row_on_a_phone(visit: Callable[..., Any], size: str, lang: str) -> None:
    page = visit("map", None, **SIZES[size])
    page.locator(f"#languages [lang={lang}]").click()
    page.get_by_role("tab").nth(1).click()
    for place in range(3):
        page.locator("#ranking .plot").nth(place).evaluate("row => row.click()")  # wherever the tray lies
        page.locator("#pin").click()
        page.keyboard.press("Escape")
    page.locator("#tray .go").click()
    rows = page.locator("#compare tbody tr").evaluate_all(
        """all => all.map((row) => [...row.children].map((cell) => {
          const { left, right, top, bottom } = cell.getBoundingClientRect();
          return { left, right, top, bottom };
        }))"""
    )
    width = SIZES[size]["viewport"]["width"]
    for name, *cells in rows:
        assert name["right"] - name["left"] > width - 30  # its name has the whole width, and its figures stand below
        assert len(cells) == 3
        assert len({cell["top"] for cell in cells}) == 1
        assert cells[0]["top"] >= name["bottom"] - 1
        assert all(cell["right"] - cell["left"] > width / 3 - 20 for cell in cells)
        assert cells[-1]["right"] <= width
    page.evaluate("document.getElementById('compare').scrollTop = 500")
    head = page.locator("#compare thead").bounding_box()
    back = page.locator("#compare .back").bounding_box()
    assert 0 <= head["y"] - (back["y"] + back["height"]) + 1 < 3  # the plots' names stay in sight
    assert page.locator("#compare").get_by_role("rowheader").count() == len(rows)


@pytest.mark.parametrize("lang", LANGS)
def test_across_a_phone_map_and_list_have_the_room(visit: Callable[..., Any], lang: str) -> None:
    page = visit("map", None, **SIZES["across"])
    page.locator(f"#languages [lang={lang}]").click()
    for tab in (0, 1):
        page.get_by_role("tab").nth(tab).click()
        for part in ("#stage", "#panel"):
            assert page.locator(part).bounding_box()["height"] > 0.78 * SIZES["across"]["viewport"]["height"]
    assert page.locator("h1").inner_text()


@pytest.mark.parametrize("size", ["390", "1280"])
@pytest.mark.parametrize("looks", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, files: dict[str, Path], size: str, looks: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="the rules of access are not installed")
    context = browser.new_context(**SIZES[size], bypass_csp=True, color_scheme=looks)  # axe is a script of another's
    page = context.new_page()
    page.goto(files["map"].as_uri())
    found = {
        (lang, where, told["id"], node["html"][:140])
        for lang in LANGS
        for where in views(page, lang)
        for told in axe.Axe().run(page).response["violations"]
        if told["impact"] in ("moderate", "serious", "critical")
        for node in told["nodes"]
    }
    context.close()
    assert not found, sorted(found)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here")
@pytest.mark.parametrize("lang", LANGS)
def test_no_page_of_paper_is_all_but_empty(
    visit: Callable[..., Any], whole: Findings, tmp_path: Path, lang: str
) -> None:
    page = visit("map")
    assert page.locator("#sheets").is_hidden()
    page.locator(f"#languages [lang={lang}]").click()
    page.pdf(path=str(tmp_path / "map.pdf"), prefer_css_page_size=True)
    command = ["pdftotext", "-layout", tmp_path / "map.pdf", "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pages = [[line for line in one.splitlines() if line.strip()] for one in text.split("\f")[:-1]]
    assert min(map(len, pages)) > 12
    words = catalogue(lang)
    heads = [words["map.answer.title"], *whole.towns[f"name_{lang}"], words["programme.title"]]
    assert [head in "".join(told[:3]) for told, head in zip(pages, heads, strict=False)] == [True] * len(heads)
    assert any(words["map.assumed.title"] in line for line in pages[-1])  # what may change the answer, on the last
