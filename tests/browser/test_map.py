"""The map opened in a browser with the network unplugged."""

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from page_views import unfold
from sitesel.findings import Findings
from sitesel.outputs.map import write_map
from varied import bare, hostile, many, turned_round
from whole_study import HOSTILE, NOTE, TOWNS

pytestmark = [
    pytest.mark.browser,
    # playwright leaves the event loop's socket to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def files(whole: Findings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("maps")
    write_map(bare(whole), folder / "plain.html", "en")
    write_map(bare(hostile(whole)), folder / "hostile.html", "ru")
    write_map(many(bare(whole), 67, ground=36), folder / "many.html", "en")
    write_map(turned_round(whole), folder / "scenario.html", "en")
    return {file.stem: file for file in folder.iterdir()}


def test_all_three_rankings_show(visit: Callable[..., Any], whole: Findings) -> None:
    page = visit("plain")
    ranking = whole.decision.ranking
    tabs = page.get_by_role("tab")
    assert tabs.count() == 4
    for place, town in enumerate(TOWNS):
        tabs.nth(place + 1).click()
        rows = page.locator("#ranking .plot")
        ranked = ranking[(ranking["town"] == town) & ranking["rankable"]]
        assert rows.count() == len(ranked)
        assert rows.locator(".points").all_inner_texts() == [f"{score:.0f}" for score in ranked["score"]]
        assert page.locator(".plot-number").count() == (ranking["town"] == town).sum()
        assert page.locator("#unranked .plot").count() == (ranking["town"] == town).sum() - len(ranked)


def test_plots_of_a_town_lie_in_the_map(visit: Callable[..., Any]) -> None:
    page = visit("plain")
    for place in range(3):
        page.get_by_role("tab").nth(place + 1).click()
        stage = page.locator("#stage").bounding_box()
        for number in page.locator(".plot-number").all():
            box = number.bounding_box()
            assert stage["x"] <= box["x"] <= stage["x"] + stage["width"] - box["width"]
            assert stage["y"] <= box["y"] <= stage["y"] + stage["height"] - box["height"]


def test_language_switches_all_of_the_page(visit: Callable[..., Any]) -> None:
    page = visit("plain")
    page.locator("#languages [lang=ru]").click()
    assert page.evaluate("document.documentElement.lang") == "ru"
    assert page.title() == "Три технополиса: выбор площадок – лето"
    assert "Чуйская область" in page.get_by_role("tab").all_inner_texts()
    assert re.fullmatch(r"\d+", page.locator("#ranking .points").first.inner_text())
    assert "7\u00a0500" in page.locator("#town").inner_text()
    assert "Кожомкул, 50 га" in page.locator("#sheets").text_content()
    page.locator("#languages [lang=ky]").click()
    assert page.locator(".legend > summary").inner_text() == "Шарттуу белгилер"
    page.locator('#panel [data-plot="bishkek-2"]').click()
    for lang, column in (("ky", "note_ky"), ("ru", "note_ru"), ("en", "note")):
        page.locator(f"#languages [lang={lang}]").click()
        assert page.locator("#card .facts").first.locator("dd").all_inner_texts()[1:] == [NOTE[column]]


def test_card_opens_by_click_in_list_and_on_map(visit: Callable[..., Any]) -> None:
    page = visit("plain")
    page.locator("#ranking .plot").first.click()
    card = page.locator("#card")
    name = page.locator("#ranking .plot .name").first.text_content()
    assert card.locator("h2").inner_text() == name
    assert page.evaluate("document.activeElement.id") == "card-title"
    card.locator(".back").click()
    assert card.is_hidden()
    page.locator('.plot-number[data-plot="bishkek-2"]').click()
    assert card.is_visible()
    assert "Kozhomkul" in card.inner_text()


def test_card_says_value_weight_and_what_is_missing(visit: Callable[..., Any]) -> None:
    page = visit("plain")
    page.locator('#panel [data-plot="bishkek-1"]').click()
    unfold(page)
    text = page.locator("#card").inner_text()
    for said in (
        "min",
        "Mean way to work of those who fill the jobs",
        "How sure",
        "Indicative outline",
    ):
        assert said in text
    page.locator("#card .fold details summary").first.click()
    assert "typical one-way commutes around Bishkek take 30 to 60 min" in page.locator("#card").inner_text()


def test_card_opens_by_keyboard(visit: Callable[..., Any]) -> None:
    page = visit("plain")
    page.locator("#ranking .plot").nth(2).focus()
    page.keyboard.press("Enter")
    assert page.locator("#card").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    chosen = page.locator("#ranking .plot").nth(2).get_attribute("data-plot")
    assert page.evaluate("document.activeElement.dataset.plot") == chosen
    page.locator(".plot-number").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#card").is_visible()
    page.get_by_role("tab").nth(1).focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab").nth(2).get_attribute("aria-selected") == "true"


def test_hostile_names_are_shown_as_text(visit: Callable[..., Any]) -> None:
    page = visit("hostile")
    assert page.title() == f"{HOSTILE[0]} – лето"
    assert page.locator("#title").inner_text() == f"{HOSTILE[0]} – лето"
    page.get_by_role("tab").nth(3).click()
    listed = page.locator("#panel .plot .name").evaluate_all("names => names.map((name) => name.textContent)")
    assert set(HOSTILE) <= set(listed)
    for place in range(len(HOSTILE)):
        page.locator(f'#panel .plot[data-plot="osh-{place + 1}"]').click()
        assert page.locator("#card h2").text_content() == HOSTILE[place]
        page.keyboard.press("Escape")
    page.locator(".furniture button").click()
    page.locator('.plot-number[data-plot="osh-1"]').hover()
    assert page.locator(".leaflet-tooltip b").first.text_content() == HOSTILE[0]
    assert set(HOSTILE) <= set(
        page.locator("#sheets th[scope=row]").evaluate_all("all => all.map((one) => one.firstChild.textContent)")
    )
    assert page.locator("img[src=x]").count() == 0


def test_layers_switch(visit: Callable[..., Any]) -> None:
    page = visit("plain")
    before = page.locator(".symbol").count()
    page.locator(".legend .more summary").click()
    page.get_by_label("Other employers: parks, clusters, workshops").check()
    assert page.locator(".symbol").count() == before + 1
    page.get_by_label("Freight nodes and markets").uncheck()
    assert page.locator(".symbol").count() == before + 1 - 4


def test_phone_scrolls_down_only(visit: Callable[..., Any]) -> None:
    page = visit("plain", **PHONE)
    for lang in ("en", "ru", "ky"):
        page.locator(f"#languages [lang={lang}]").click()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("#ranking .plot").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.locator("button:visible, .leaflet-bar a:visible").evaluate_all(
        "all => all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"
    )
    assert small == []


def test_without_javascript_pictures_and_tables_show(visit: Callable[..., Any]) -> None:
    page = visit("plain", java_script_enabled=False)
    assert page.locator("#app").is_hidden()
    assert page.locator(".picture:visible").count() == 3
    assert page.locator(".ranking tbody tr:visible:not(.more)").count() == 30


def test_two_thousand_plots_stay_light(visit: Callable[..., Any], files: dict[str, Path]) -> None:
    assert files["many"].stat().st_size < 3_000_000
    page = visit("many")
    rows, count = page.locator("#ranking .plot"), page.locator("#found")
    assert 0 < rows.count() < 50  # those in sight alone
    assert count.inner_text() == "670 of 670 plots"
    first = rows.first.get_attribute("data-plot")
    page.locator("#scroll").evaluate("box => { box.scrollTop = 30_000; }")
    page.wait_for_function("first => document.querySelector('#ranking .plot').dataset.plot !== first", arg=first)
    assert rows.count() < 50
    page.locator("#find input").fill(first)
    assert rows.first.get_attribute("data-plot") == first
    page.locator("#find input").fill("no such plot")
    assert (rows.count(), count.inner_text()) == (0, "0 of 670 plots")
    page.locator("#find input").fill("")
    badges = page.locator(".plot-number").evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    apart = [np.hypot(a["x"] - b["x"], a["y"] - b["y"]) for a, b in itertools.combinations(badges, 2)]
    assert 0 < len(badges) <= 60
    assert min(apart, default=99) > 28  # a number stands where it has room
    timing = json.loads(page.evaluate("JSON.stringify(performance.getEntriesByType('navigation')[0])"))
    assert timing["domComplete"] < 10_000  # the bar is 2 s on a quiet machine; here only that nothing explodes


@pytest.mark.parametrize("lang", ["en", "ru", "ky"])
def test_page_opens_with_the_answer_on_one_screen(visit: Callable[..., Any], whole: Findings, lang: str) -> None:
    page = visit("plain", town=None, **PHONE)
    page.locator(f"#languages [lang={lang}]").click()
    cards = page.locator(".answer-card")
    ranking = whole.decision.ranking
    firsts = [ranking[(ranking["town"] == town) & (ranking["rank"] == 1)].index[0] for town in TOWNS]
    assert cards.evaluate_all("all => all.map((one) => one.dataset.plot)") == firsts
    last = cards.last.bounding_box()
    assert last["y"] + last["height"] <= PHONE["viewport"]["height"]
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    cards.nth(1).click()
    assert page.locator("#card h2").text_content() == cards.nth(1).locator(".name").text_content()
    page.locator(".back").click()
    assert cards.first.is_visible()


def test_points_of_a_card_add_up_to_the_score(visit: Callable[..., Any]) -> None:
    page = visit("plain")
    page.locator("#ranking .plot").nth(1).click()
    made = page.locator(".made")
    brought = [int(said.split(" / ")[0]) for said in made.locator("tbody .n").all_inner_texts()]
    assert sum(brought) == int(made.locator("tfoot .n").inner_text()) == int(page.locator(".score b").inner_text())
    assert "first" in page.locator(".overturn").inner_text()


def test_rows_say_their_ranges_and_brackets(visit: Callable[..., Any], whole: Findings) -> None:
    page = visit("plain")
    rows = page.locator("#ranking .plot")
    assert page.locator("#ranking .range").count() == rows.count()
    assert all("Score" in said for said in rows.locator(".range + .said").all_inner_texts())
    drawn = whole.sureness.plots
    if len(drawn):
        assert "first in" in rows.first.inner_text()
        assert page.locator("#ranking .joined").count() > 0


def test_a_scenario_turns_list_map_and_title(visit: Callable[..., Any]) -> None:
    page = visit("scenario")
    page.get_by_role("tab").nth(1).click()
    before = page.locator("#ranking .plot").evaluate_all("rows => rows.map((row) => row.dataset.plot)")
    page.get_by_label("What if?").and_(page.locator("select")).select_option("Winter")
    assert page.title().endswith("– winter – Winter")
    after = page.locator("#ranking .plot").evaluate_all("rows => rows.map((row) => row.dataset.plot)")
    assert after == before[::-1]
    assert page.locator(f'.plot-number[data-plot="{after[0]}"]').inner_text() == "1"
    assert page.locator("#ranking .plot .badge").all_inner_texts() == [str(rank + 1) for rank in range(len(after))]
    assert f"in the study rank {len(after)}" in page.locator("#ranking .plot").first.inner_text()
    assert "was not tested" in page.locator("#town .caution").inner_text()
    assert page.locator("#ranking .range, #ranking .joined").count() == 0
    page.locator("#ranking .plot").first.click()
    card = page.locator("#card").inner_text()
    assert "Winter: rank 1, " in card
    assert f"Rank {len(after)} of {len(after)}" in card
    page.keyboard.press("Escape")
    page.get_by_role("tab").first.click()  # the answer is the study's own
    assert page.title().endswith("– summer")
    page.get_by_role("tab").nth(1).click()
    assert page.locator("#ranking .plot").evaluate_all("rows => rows.map((row) => row.dataset.plot)") == before
