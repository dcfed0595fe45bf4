"""What a reader does with the page: links, Back, weights, pins, files."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sitesel.findings import Findings
from sitesel.outputs.map import write_map

pytestmark = [
    pytest.mark.browser,
    # playwright leaves the event loop's socket to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def files(whole: Findings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    path = tmp_path_factory.mktemp("acting") / "map.html"
    write_map(whole, path, "en")
    return {"map": path}


def address(page: Any) -> str:
    said: str = page.evaluate("location.hash")
    return said


def order(page: Any) -> list[str]:
    rows: list[str] = page.locator("#ranking .plot").evaluate_all("rows => rows.map((row) => row.dataset.plot)")
    return rows


def set_weight(page: Any, place: int, percent: int) -> None:
    page.locator(".sliders input").nth(place).evaluate(
        "(slider, to) => { slider.value = to; slider.dispatchEvent(new Event('input')); }", percent
    )


def test_back_closes_a_card_and_a_reload_keeps_all(visit: Callable[..., Any]) -> None:
    page = visit("map")
    page.locator("#ranking .plot").first.click()
    name = page.locator("#card h2").inner_text()
    page.locator("#languages [lang=ru]").click()
    assert page.locator("#card").is_visible()  # switching the language closes nothing
    assert address(page).startswith("#lang=ru&town=bishkek&plot=")
    page.reload()
    assert page.locator("#card").is_visible()
    assert page.evaluate("document.documentElement.lang") == "ru"
    page.locator("#languages [lang=en]").click()
    assert page.locator("#card h2").inner_text() == name
    page.go_back()
    assert page.locator("#card").is_hidden()
    assert page.get_by_role("tab").nth(1).get_attribute("aria-selected") == "true"
    page.go_back()
    assert page.get_by_role("tab").first.get_attribute("aria-selected") == "true"
    page.go_forward()
    assert page.get_by_role("tab").nth(1).get_attribute("aria-selected") == "true"


def test_a_closed_card_leaves_no_dead_steps_behind(visit: Callable[..., Any]) -> None:
    page = visit("map")
    before = page.evaluate("history.length")
    for place in range(3):
        page.locator("#ranking .plot").nth(place).click()
        page.keyboard.press("Escape")
    assert page.evaluate("history.length") == before + 1


def test_other_weights_rank_at_once_and_travel_in_the_address(visit: Callable[..., Any]) -> None:
    page = visit("map")
    study = order(page)
    page.locator(".weighing summary").click()
    set_weight(page, 1, 90)
    said = [int(text.split()[0].rstrip("%")) for text in page.locator(".sliders output").all_inner_texts()]
    assert sum(said) == 100
    assert said[1] == 90
    assert "w=" in address(page)
    changed = order(page)
    assert changed != study
    arrows = page.locator("#ranking .was").all_inner_texts()
    assert any(text.startswith("▲") for text in arrows)
    assert any(text.startswith("▼") for text in arrows)
    assert page.locator(f'.plot-number[data-plot="{changed[0]}"]').inner_text() == "1"
    page.reload()
    assert order(page) == changed
    page.locator("#ranking .plot").first.click()
    assert "With your weights: rank 1" in page.locator("#card").inner_text()
    page.keyboard.press("Escape")
    page.locator(".weighing summary").click()
    page.get_by_role("button", name="Back to the study's weights").click()
    assert order(page) == study
    assert "w=" not in address(page)


def test_weights_can_be_copied_for_a_study(visit: Callable[..., Any]) -> None:
    page = visit("map")
    page.locator(".weighing summary").click()
    page.get_by_role("button", name="Copy for the study").click()
    copied = page.locator("#told input").input_value()
    assert copied.startswith("[weights]")
    page.locator("#share").click()
    page.wait_for_function("() => document.querySelector('#told input').value.startsWith('#')", polling=50)
    assert "this page is a file" in page.locator("#told").inner_text().lower()


def test_pinned_plots_stand_side_by_side(visit: Callable[..., Any]) -> None:
    page = visit("map")
    for place in (0, 1):
        page.locator("#ranking .plot").nth(place).click()
        page.locator("#pin").click()
        page.keyboard.press("Escape")
    badges = page.locator("#tray .badge").evaluate_all("all => all.map((one) => one.style.background)")
    on_map = page.locator(".plot-number .badge.pin").evaluate_all("all => all.map((one) => one.style.background)")
    assert sorted(badges) == sorted(on_map)
    page.locator("#tray .go").click()
    table = page.locator("#compare table")
    assert table.locator("thead th").count() == 2
    assert table.locator("tbody tr").first.locator(".best").count() == 1  # the score
    page.locator("#languages [lang=ky]").click()
    assert table.is_visible()
    page.reload()
    assert table.is_visible()
    page.go_back()
    assert page.locator("#compare").is_hidden()
    assert page.locator("#tray .pinned").count() == 2
    while page.locator(".unpin").count():
        page.locator(".unpin").first.click()
    assert page.locator("#tray").is_hidden()


def test_an_address_of_another_study_opens_the_answer(visit: Callable[..., Any], files: dict[str, Path]) -> None:
    page = visit("map", None)
    page.goto(f"{files['map'].as_uri()}#lang=xx&town=nowhere&plot=nothing&w=1,2&compare=a,b")
    page.reload()
    assert page.locator(".answer-card").count() == 3
    assert page.locator("#card").is_hidden()


def test_what_nobody_checked_stays_in_sight(visit: Callable[..., Any]) -> None:
    page = visit("map")
    page.locator("#ranking .plot").first.click()
    strip = page.locator("#strip")
    assert "who owns the land" in strip.inner_text()
    strip.click()
    assert "What a measure is worth" in page.locator("#assumed").inner_text()
    assert page.locator("#card").is_hidden()


def test_plots_are_saved_as_a_table_and_as_a_layer(visit: Callable[..., Any], whole: Findings, tmp_path: Path) -> None:
    page = visit("map", accept_downloads=True)
    for name, file in (("Save as a table (CSV)", "plots.csv"), ("Save as a layer (GeoJSON)", "plots.geojson")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        download.value.save_as(tmp_path / file)
    rows = list(csv.DictReader((tmp_path / "plots.csv").open(encoding="utf-8-sig")))
    assert {row["id"] for row in rows} == set(whole.plots.index)
    assert {
        feature["properties"]["id"] for feature in json.loads((tmp_path / "plots.geojson").read_text())["features"]
    } == {row["id"] for row in rows}


def test_a_card_prints_alone(visit: Callable[..., Any]) -> None:
    page = visit("map")
    page.locator("#ranking .plot").first.click()
    page.evaluate("window.print = () => 0")
    page.get_by_role("button", name="Print this card").click()
    page.emulate_media(media="print")
    assert page.locator("#sheets").is_hidden()
    assert page.locator("#stage").is_hidden()
    assert page.locator("#card h2").is_visible()
    assert page.locator("#card .fold:not([open])").count() == 0
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#card .fold[open]").count() == 0


def test_the_ranking_comes_before_the_map(visit: Callable[..., Any]) -> None:
    page = visit("map")
    page.reload()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('plot')"):
            break
        assert not page.evaluate("document.activeElement.closest('#stage') !== null")
    assert page.evaluate("document.activeElement.classList.contains('plot')")


def test_one_finger_scrolls_the_page_over_the_map(visit: Callable[..., Any]) -> None:
    page = visit("map", **PHONE)
    assert page.evaluate("map_of_towns.dragging.enabled()") is False
    assert page.locator(".leaflet-container").evaluate("map => getComputedStyle(map).touchAction") == "pan-x pan-y"
    assert visit("map").evaluate("map_of_towns.dragging.enabled()")
