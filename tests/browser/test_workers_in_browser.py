"""Workers on the page in a browser: bands of the open plot, and the plots chosen together."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from page_views import unfold
from sitesel.findings import Findings
from sitesel.outputs.map import write_map
from sitesel.report.programme import sureness_of_choice
from sitesel.text import say
from varied import bare, with_jobs

pytestmark = [
    pytest.mark.browser,
    # playwright leaves the event loop's socket to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PAINTED = """() => {
  const canvas = document.querySelector(".leaflet-bands-pane canvas");
  if (!canvas) return 0;
  const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  const pen = copy.getContext("2d", { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0);
  const bytes = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  let painted = 0;
  for (let i = 3; i < bytes.length; i += 4) if (bytes[i]) painted += 1;
  return painted / (bytes.length / 4);
}"""


@pytest.fixture(scope="module")
def files(whole: Findings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("workers")
    staffed = replace(bare(whole), labour=whole.labour, programme=whole.programme)
    write_map(bare(whole), folder / "plain.html", "en")
    write_map(staffed, folder / "staffed.html", "en")
    write_map(with_jobs(staffed, 30), folder / "short.html", "ru")
    return {file.stem: file for file in folder.iterdir()}


def painted(page: Any, enough: Callable[[float], bool]) -> None:
    """Wait until enough of the bands is painted; the page's policy lets playwright's own waiting look but once."""
    for _ in range(100):
        if enough(page.evaluate(PAINTED)):
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.evaluate(PAINTED))


def chosen_together(page: Any) -> Any:
    page.get_by_role("tab").first.click()
    page.locator(".ways button").last.click()
    return page.locator("#together")


def test_study_without_workers_has_no_such_view(visit: Callable[..., Any]) -> None:
    page = visit("plain")
    assert page.get_by_role("tab").count() == 4
    assert page.locator(".ways").count() == 0
    page.locator("#ranking .plot").first.click()
    assert page.locator(".workers").count() == 0
    assert page.locator(".bands-legend").count() == 0
    assert page.locator(".together-sheet").count() == 0


def test_open_card_shades_the_ground_in_reach(visit: Callable[..., Any]) -> None:
    page = visit("staffed")
    assert page.evaluate(PAINTED) == 0
    page.locator("#ranking .plot").first.click()
    painted(page, lambda part: part > 0.02)
    legend = page.locator(".bands-legend")
    assert legend.locator("li").all_inner_texts() == ["within 30 min", "30 to 45 min", "45 to 60 min"]
    tones = legend.locator(".tone").evaluate_all("all => all.map((one) => getComputedStyle(one).backgroundColor)")
    lights = [sum(map(int, re.findall(r"\d+", tone))) for tone in tones]
    assert lights == sorted(lights)  # the nearer, the darker: told apart without any sense of hue
    assert min(later - light for light, later in pairwise(lights)) > 90
    page.keyboard.press("Escape")
    painted(page, lambda part: part == 0)
    assert legend.count() == 0


def test_whole_area_can_be_shown(visit: Callable[..., Any]) -> None:
    page = visit("staffed")
    page.locator("#ranking .plot").first.click()
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(400)
    near = page.locator(".leaflet-control-scale-line").inner_text()
    page.locator(".bands-legend button").click()
    assert page.locator(".leaflet-control-scale-line").inner_text() != near


def test_card_says_who_can_come(visit: Callable[..., Any]) -> None:
    page = visit("staffed")
    page.locator("#ranking .plot").first.click()
    unfold(page)
    workers = page.locator(".workers")
    assert workers.locator(".label").all_inner_texts() == [
        "Workers in reach",
        "Left after other employers",
        "For each planned job",
    ]
    assert all(re.match(r"about [\d,.]+$", figure) for figure in workers.locator(".measure b").all_inner_texts())
    assert re.search(r"[\d,]+00 to [\d,]+00", workers.inner_text())
    page.locator("#languages [lang=ru]").click()
    assert "Остаётся после других работодателей" in workers.inner_text()
    assert page.locator(".bands-legend li").first.inner_text() == "до 30 мин"
    page.locator("#languages [lang=ky]").click()
    assert "Бул жерге кимдер иштей алат" in workers.inner_text()


def test_view_of_plots_chosen_together(visit: Callable[..., Any], whole: Findings) -> None:
    page = visit("staffed")
    view = chosen_together(page)
    assert page.locator("#ranking").is_hidden()
    assert view.locator(".towns tbody").count() == 3
    assert "7,500" in view.locator(".towns tbody").first.inner_text()
    assert page.locator(".chosen-plot").count() == 3
    answer = whole.programme.answers["mid"]
    assert page.locator(".home").count() == answer.workers["settlement"].nunique()
    assert page.locator(".employer").count() == 1
    assert view.locator(".combinations tbody tr").count() == 10
    assert say(sureness_of_choice(whole)[0], "en") in view.inner_text()
    page.get_by_role("tab").nth(1).click()
    assert page.locator(".home, .chosen-plot").count() == 0
    assert page.locator("#ranking").is_visible()
    assert view.is_hidden()


def test_circles_say_who_goes_where(visit: Callable[..., Any]) -> None:
    page = visit("staffed")
    chosen_together(page)
    page.locator(".look").nth(2).click()
    circle = page.locator(".home").nth(2)
    said = circle.get_attribute("aria-label")
    assert re.search(r"[\d,]+ workers to .+, \d+ min", said)
    circle.focus()
    tooltip = page.locator(".leaflet-tooltip:not(.town-name)")
    assert all(line in said for line in tooltip.locator("span").all_inner_texts())
    sizes = page.locator(".home circle:last-child").evaluate_all(
        "all => all.map((one) => Number(one.getAttribute('r')))"
    )
    assert max(sizes) == 26
    assert sizes == sorted(sizes, reverse=True)


def test_list_says_the_same_as_the_circles(visit: Callable[..., Any], whole: Findings) -> None:
    page = visit("staffed")
    view = chosen_together(page)
    view.locator("summary").click()
    parts = whole.programme.answers["mid"].workers
    assert view.locator(".homes tbody tr").count() == (parts["workers"].round() > 0).sum()


def test_chosen_plot_opens_its_card_and_leads_back(visit: Callable[..., Any]) -> None:
    page = visit("staffed")
    view = chosen_together(page)
    link = view.locator(".link").nth(1)
    name = link.inner_text()
    far = page.locator(".leaflet-control-scale-line").inner_text()
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator("#card h2").inner_text() == name
    painted(page, lambda part: part > 0.005)  # 126 km2 of the some 11,000 that the view of all towns holds
    page.locator(".back").click()
    assert page.evaluate("document.activeElement.className") == "link"
    assert page.locator(".leaflet-control-scale-line").inner_text() == far
    assert page.get_by_role("tab").first.get_attribute("aria-selected") == "true"
    assert view.is_visible()


def test_tabs_turn_by_arrow_keys(visit: Callable[..., Any]) -> None:
    page = visit("staffed")
    page.get_by_role("tab").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.get_by_role("tab").last.get_attribute("aria-selected") == "true"
    assert page.evaluate("document.activeElement.id") == "tab-3"
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab").first.get_attribute("aria-selected") == "true"


def test_unstaffed_towns_say_why(visit: Callable[..., Any]) -> None:
    page = visit("short")
    view = chosen_together(page)
    assert view.locator(".towns .caution").count() == 3
    assert "рабочих мест 225\u00a0000" in view.inner_text()
    assert view.locator(".unfilled").count() == 3
    for lang, said in (("en", "Jobs unfilled"), ("ky", "Бош калган орун")):
        page.locator(f"#languages [lang={lang}]").click()
        assert said in view.inner_text()
    assert page.locator("#together i:not(.swatch)").count() == 0  # the district called <i> stays text


def test_phone_scrolls_down_only_and_keeps_the_map_beside_a_card(visit: Callable[..., Any]) -> None:
    page = visit("staffed", **PHONE)
    for lang in ("en", "ru", "ky"):
        page.locator(f"#languages [lang={lang}]").click()
        chosen_together(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.locator("button:visible").evaluate_all(
        "all => all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"
    )
    assert small == []
    page.locator(".link").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    stage, card = page.locator("#stage").bounding_box(), page.locator("#card").bounding_box()
    assert stage["y"] == 0
    assert stage["height"] > 250
    assert card["y"] > 0.9 * stage["height"]
    assert page.locator("#card .bands li").first.is_visible()
    page.locator(".back").click()
    assert page.locator("#stage").bounding_box()["width"] == 390


def test_without_javascript_the_table_shows(visit: Callable[..., Any]) -> None:
    page = visit("staffed", java_script_enabled=False)
    sheet = page.locator(".together-sheet")
    assert sheet.is_visible()
    sheet.locator(".opener").click()
    assert sheet.locator(".chosen tbody tr:has(th)").count() == 3
    assert sheet.locator(".picture:visible").count() == 3
