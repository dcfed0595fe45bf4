"""Connections, ground, rules and suitability on the page in a browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from page_views import unfold
from sitesel.findings import Findings
from sitesel.outputs.map import write_map
from varied import bare, hostile, screened, unranked
from whole_study import HOSTILE

pytestmark = [
    pytest.mark.browser,
    # playwright leaves the event loop's socket to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NOT_TAKEN_OFF = (
    "nothing taken off for them (rivers, built-up land, mudflows, floods, protected areas, housing, state border strip)"
)
PLOT = '#panel [data-plot="bishkek-1"]'


@pytest.fixture(scope="module")
def files(whole: Findings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("site")
    write_map(bare(whole), folder / "plain.html", "en")
    write_map(screened(unranked(whole, "bishkek-9")), folder / "whole.html", "en")
    write_map(hostile(whole), folder / "hostile.html", "ru")
    return {file.stem: file for file in folder.iterdir()}


def test_study_without_them_shows_none_of_it(visit: Callable[..., Any]) -> None:
    page = visit("plain")
    page.locator("#ranking .plot").first.click()
    for part in (".connections", "#card .land", ".alarm", ".routes-legend", ".land-legend", ".suitability-legend"):
        assert page.locator(part).count() == 0
    assert page.locator("#asked > *").count() == 0
    assert page.locator(".leaflet-routes-pane path").count() == 0


def test_card_sets_both_views_side_by_side(visit: Callable[..., Any]) -> None:
    page = visit("whole")
    page.locator(PLOT).click()
    unfold(page)
    rows = page.locator("#card .connections tr.network")
    assert rows.count() == 6
    power = rows.nth(0).locator("td.n b").all_inner_texts()
    assert float(power[1]) - float(power[0]) == pytest.approx(9.8 * (0.15 - 3 * 0.025) + 3.5, abs=0.011)  # million USD
    assert rows.nth(0).locator("small").first.inner_text() == "9.8 ±3 km · Near works"
    assert rows.nth(1).locator("td").all_inner_texts() == ["≤ 0.16", "≤ 0.16"]
    assert rows.nth(3).locator("td").nth(1).inner_text() == "≤ 0.96"
    total = page.locator("#card .connections tfoot tr").first.locator("b").all_inner_texts()
    known = [float(text.lstrip("≤ ")) for text in rows.locator("td:nth-child(2) b").all_inner_texts()]
    assert all(text.startswith("≤ ") for text in total)
    assert float(total[0][2:]) == pytest.approx(sum(known), abs=0.03)
    text = page.locator("#card .connections").inner_text()
    assert (
        "source that serves is known of: water, telecom; where there is no spare capacity, of: water, gas, telecom."
        in text
    )
    assert "1 USD = 87.45 soms (2026-03, 24.kg)." in text


def test_network_opens_by_click_and_by_keyboard_and_tells_its_estimate(visit: Callable[..., Any]) -> None:
    page = visit("whole")
    page.locator(PLOT).click()
    unfold(page)
    behind = page.locator("#card .connections tr.behind")
    assert behind.first.is_hidden()
    page.locator("#card .connections .network button").first.focus()
    page.keyboard.press("Enter")
    text = behind.first.inner_text()
    for said in (
        "has spare capacity: 10 kV line",
        "If not: 110 kV line and a substation of its own,",
        "Needs 6.7 MVA; what the source can spare is not known.",
        "Laid along roads:",
        "The other way, over the terrain:",
        "follows: road EM-04 (4.5 km)",
        "110/10 kV substation",
        "10 kV taken alike. 5 MVA a line is background knowledge",
    ):
        assert said in text
    page.locator("#card .connections .network").nth(1).click()
    assert (
        "no source that it could be joined to is known within 20 km. "
        "In its place is charged: boreholes on the plot, at most 0.16 million USD"
    ) in behind.nth(1).inner_text()
    page.locator("#card .connections .network").nth(2).click()  # a treatment plant of its own
    assert "Needs 540 m³ a day.\n" in behind.nth(2).inner_text()
    assert "Laid" not in behind.nth(2).inner_text()
    page.locator("#languages [lang=ru]").click()
    assert behind.first.is_visible()
    assert "Если нет:" in behind.first.inner_text()


def test_routes_are_drawn_while_the_card_is_open(visit: Callable[..., Any]) -> None:
    page = visit("whole")
    lines = page.locator(".leaflet-routes-pane path")
    assert lines.count() == 0
    page.locator(PLOT).click()
    unfold(page)
    assert lines.count() == 2 * 3 + 2  # a casing each; gas and road end in a dot. The sewage plant stands on the plot
    assert page.locator(".routes-legend li").count() == 3
    assert len(set(lines.evaluate_all("all => all.map((one) => one.getAttribute('stroke'))"))) == 4
    page.locator("#card .connections .on-map").click()
    stage = page.locator("#stage").bounding_box()
    for line in lines.all():
        box = line.bounding_box()
        assert stage["x"] - 1 <= box["x"] <= stage["x"] + stage["width"] - box["width"] + 1
        assert stage["y"] - 1 <= box["y"] <= stage["y"] + stage["height"] - box["height"] + 1
    page.keyboard.press("Escape")
    assert lines.count() == 0
    assert page.locator(".routes-legend").count() == 0


def test_source_of_each_view_is_told_and_drawn(visit: Callable[..., Any]) -> None:
    page = visit("whole")
    page.get_by_role("tab").nth(2).click()
    page.locator('#panel [data-plot="chui-3"]').click()
    unfold(page)
    rows = page.locator("#card .connections tr.network")
    where = rows.first.locator("th small").all_inner_texts()
    assert len(where) == 2
    assert where[0] == "9.7 ±3 km · Near works"  # straight: along the road, 10 kV does not reach so far
    assert where[1] == "If not: 24.9 ±0.5 km · Far works"
    rows.first.locator("button").click()
    text = page.locator("#card .connections tr.behind").first.inner_text()
    assert re.search(r"If not: Far works: 35 kV line and a substation of its own", text)
    assert "what the source can spare is not known" in text
    assert "the source can spare 12 MVA" in text
    assert page.locator(".routes-legend li").all_inner_texts()[1].startswith("If not: Power")
    strokes = page.locator(".leaflet-routes-pane path[stroke='#d6246e'][fill='none']")
    assert sorted(strokes.evaluate_all("all => all.map((one) => +one.getAttribute('stroke-width'))")) == [1.7, 3.4]
    page.locator("#card .connections .on-map").click()
    ends = [line.bounding_box() for line in page.locator(".leaflet-routes-pane path").all()]
    assert max(box["x"] + box["width"] for box in ends) <= page.locator(".legend").bounding_box()["x"]
    page.keyboard.press("Escape")
    assert page.locator(".leaflet-routes-pane path").count() == 0


def test_nought_of_a_source_that_is_roughly_placed_is_no_promise(visit: Callable[..., Any]) -> None:
    page = visit("whole", **PHONE)
    page.locator('#panel [data-plot="bishkek-3"]').click()
    unfold(page)
    gas = page.locator("#card .connections tbody", has_text="Gas")
    assert gas.locator("td.n b").all_inner_texts() == ["≈ 0", "≤ 0.96"]
    gas.locator("button").click()
    assert "no surer than ±3 km" in gas.locator(".vague").inner_text()
    page.locator("#card .connections .network button").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_rules_and_ground_are_told(visit: Callable[..., Any], whole: Findings) -> None:
    page = visit("whole")
    assert "A rule excludes this plot" in page.locator(PLOT).inner_text()
    rows = page.locator("#ranking .plot, #unranked .plot")
    assert rows.last.get_attribute("data-plot") == "bishkek-1"
    assert page.locator("#unranked h2").all_inner_texts() == ["Not ranked", "Excluded"]
    assert page.locator('.plot-number[data-plot="bishkek-1"]').inner_text() == "×"
    assert page.locator(".legend .out-sign").inner_text().split() == ["×", "excluded", "by", "a", "rule"]
    page.locator(PLOT).click()
    unfold(page)
    card = page.locator("#card")
    assert "Excluded: in zone 1 of the Issyk-Ata fault" in card.locator("header").inner_text()
    assert "zone 1 of the Issyk-Ata fault" in card.locator("> .alarm").inner_text()
    rulings = card.locator(".ruling").all_inner_texts()
    assert rulings[0].startswith("Excluded: zone 1 of the Issyk-Ata fault")
    assert "SN KR 31-02:2018" in rulings[0]
    assert rulings[1].startswith("Condition: irrigated arable land")
    unchecked = card.locator(".unchecked").inner_text()
    assert "state border strip" in unchecked
    assert "does not mean that the plot passes" in unchecked
    text = card.locator(".land").inner_text()
    assert "The region's class, not the plot's: height cells of up to 450 m" in text
    assert "Steeper than 8\u00a0%" not in text
    assert NOT_TAKEN_OFF in text.lower()
    page.keyboard.press("Escape")
    page.locator('#panel [data-plot="bishkek-2"]').click()
    text = card.locator(".land").inner_text()
    assert "Steeper than 8\u00a0%" in text
    assert "Earthwork\n" not in text  # folded: at a glance are room, slope and rules
    card.locator(".land .more summary").click()
    cut = whole.land.table["cut_m3"]
    assert f"{cut['bishkek-2']:,.0f} m³" in card.locator(".land").inner_text()
    assert cut["bishkek-3"] == pytest.approx(36e4 * 12 / 8, rel=0.002)  # 600 m at 2 %, less what the power line takes


def test_usable_part_and_rectangle_lie_in_the_plot(visit: Callable[..., Any]) -> None:
    page = visit("whole")
    page.locator(PLOT).click()
    unfold(page)
    page.locator("#card .land .on-map").click()
    shapes = page.locator(".leaflet-inside-pane g path")
    assert shapes.count() == 4
    whole, within = shapes.first.bounding_box(), shapes.last.bounding_box()
    assert whole["width"] > 100
    assert whole["x"] <= within["x"]
    assert whole["x"] + whole["width"] >= within["x"] + within["width"]
    assert page.locator(".land-legend li").count() == 2
    assert page.locator("#usable-hatch path").count() == 2
    page.keyboard.press("Escape")
    assert shapes.count() == 0
    assert page.locator(".land-legend").count() == 0


def test_phone_explains_the_usable_part_on_the_card(visit: Callable[..., Any]) -> None:
    page = visit("whole", **PHONE)
    page.locator(PLOT).click()
    unfold(page)
    assert page.locator("#card .land .on-plot li:visible").all_inner_texts() == ["usable part", "largest rectangle"]
    page.locator("#card .land .more summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_suitability_is_an_overlay_that_switches(visit: Callable[..., Any]) -> None:
    page = visit("whole")
    picture = page.locator("img.suitability")
    assert picture.evaluate("one => one.complete && one.naturalWidth > 10")
    assert page.locator(".suitability-legend .ramp i").count() == 5
    legend = page.locator(".suitability-legend")
    assert "From a screening" in legend.inner_text()
    assert "cells of 500 m" in legend.inner_text()
    page.get_by_role("tab").nth(2).click()  # a town that nobody screened
    assert picture.count() == 0
    assert legend.is_hidden()
    page.get_by_role("tab").nth(1).click()
    assert picture.count() == 1
    page.get_by_label("Suitability of the land").uncheck()
    assert picture.count() == 0
    page.locator("#languages [lang=ky]").click()
    assert page.get_by_label("Жердин жарактуулугу").is_checked() is False


def test_panel_tells_what_is_asked_over_all_plots(visit: Callable[..., Any]) -> None:
    page = visit("whole")
    section = page.locator("#asked")
    assert section.locator("summary").all_inner_texts() == [
        "What the towns need from the networks",
        "Sources that chosen plots share: 2",
        "What each rule costs",
        "Rules not checked: 7",
    ]
    for summary in section.locator("summary").all():
        summary.click()
    text = section.inner_text()
    for said in (
        "Gas: gas main",
        "Power: Far works",
        "A bottleneck",
        "All that exclude, together",
        "not checked (30 plots)",
        "plots of which it cannot be told: 3",
    ):
        assert said in text
    assert "Law 98 of 16.05.2015" in section.locator("tbody").nth(1).inner_text()
    assert section.locator("tbody").first.locator("td").first.inner_text().split() == ["6", "3.8–11.2"]


def test_hostile_names_are_shown_as_text(visit: Callable[..., Any]) -> None:
    page = visit("hostile")
    page.locator(PLOT).click()
    unfold(page)
    for button in page.locator("#card .connections .network button").all():
        button.click()
    assert any(name in page.locator("#card .connections").inner_text() for name in HOSTILE)
    assert HOSTILE[0] in page.locator("#card .ruling").first.inner_text()
    page.keyboard.press("Escape")
    for summary in page.locator("#asked summary").all():
        summary.click()
    assert HOSTILE[0] in page.locator("#asked").inner_text()
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("lang", ["en", "ru", "ky"])
def test_phone_scrolls_down_only(visit: Callable[..., Any], lang: str) -> None:
    page = visit("whole", **PHONE)
    page.locator(f"#languages [lang={lang}]").click()
    for summary in page.locator("#asked summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(PLOT).click()
    unfold(page)
    for button in page.locator("#card .connections .network button").all():
        button.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    card = page.locator("#card")
    assert card.evaluate("one => one.scrollWidth <= one.clientWidth")
    beyond = card.evaluate(
        """one => [...one.querySelectorAll(".connections *, .land *")]
          .filter((part) => part.getBoundingClientRect().right > 390 - 10).map((part) => part.outerHTML)"""
    )
    assert beyond == []
    small = page.locator("button:visible").evaluate_all(
        "all => all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"
    )
    assert small == []


def test_without_script_the_sheets_hold_the_same_facts(visit: Callable[..., Any]) -> None:
    page = visit("whole", java_script_enabled=False)
    assert page.locator(".site-sheet:visible").count() == 3 + 3 + 2  # why, and what else is known; two over all towns
    sheet = page.locator(".site-sheet:has(.joined)").first
    sheet.locator(".opener").click()
    text = sheet.inner_text()
    for said in ("Excluded: zone 1", "Not checked:", "km", "million soms", "No source is known for any plot here"):
        assert said in text


def test_small_print_of_sheets_survives_a_switch_of_language(visit: Callable[..., Any]) -> None:
    page = visit("whole")
    cells = page.locator(".site-sheet .joined td small")
    before = cells.count()
    assert before > 0
    page.locator("#languages [lang=ru]").click()
    assert cells.count() == before
    assert cells.first.text_content().endswith("км")
