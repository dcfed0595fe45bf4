"""The map's page as text: nothing in it runs, asks or changes that should not."""

import base64
import hashlib
import html
import io
import json
import pickle
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from affine import Affine
from PIL import Image

import sitesel
from page_text import island_of, unnamed, visible_text
from sitesel import text
from sitesel.errors import OutputError
from sitesel.findings import Findings, Relief
from sitesel.outputs.map import map_html, write_map
from sitesel.outputs.map.islands import island
from sitesel.outputs.map.overturn import overturns
from sitesel.outputs.map.relief import hillshade
from sitesel.report.answer import answers
from sitesel.report.gates import gate_reasons
from sitesel.report.palette import luminance, rank_colours
from sitesel.report.ranking import contributions, ordered
from sitesel.text import Message
from varied import bare, hostile, many, vary
from whole_study import HOSTILE, NOTE


@pytest.fixture(scope="module")
def findings(whole: Findings) -> Findings:
    return bare(whole)


@pytest.fixture(scope="module")
def page(findings: Findings) -> str:
    return map_html(findings, "en")


@pytest.fixture(scope="module")
def hostile_page(whole: Findings) -> str:
    return map_html(bare(hostile(whole)), "ru")


def test_two_runs_give_the_same_bytes(findings: Findings, page: str) -> None:
    again = pickle.loads(pickle.dumps(findings))  # noqa: S301 -- of our own making
    assert map_html(again, "en") == page


def test_no_slot_is_left_open(page: str) -> None:
    assert not re.findall(r"[0-9a-f]{32}-\w+-", page)
    assert "cdn" not in re.sub(r"base64,[\w+/=]+", "", page).lower()


def test_nothing_can_be_requested(page: str) -> None:
    addresses = re.findall(r"""(?:src|href|action|srcset)\s*=\s*["']([^"']*)""", visible_text(page))
    assert addresses
    assert [a for a in addresses if not a.startswith(("data:image/png", "#"))] == []
    assert re.findall(r"url\([^)]*\)", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)) == []
    assert "@import" not in page
    assert "<link" not in page


def test_policy_names_every_script_and_nothing_else(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts}
    assert set(re.findall(r"'sha256-([^']+)'", policy[1])) == digests
    assert policy[1].startswith("default-src 'none'; img-src data: blob:;")
    assert "unsafe-eval" not in policy[1]
    assert page.index("Content-Security-Policy") < page.index("<script")


def test_own_scripts_make_no_markup_from_text(page: str) -> None:
    own = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)[-1]
    assert "Sitesel" in own
    for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert danger not in own


def test_leaflet_keeps_its_licence(page: str) -> None:
    assert "Copyright (c) 2010-2023, Volodymyr Agafonkin" in page
    assert "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS" in page


def test_hostile_names_stay_text(hostile_page: str) -> None:
    assert "<script>alert" not in hostile_page
    assert "<img" not in hostile_page
    assert "\u2028" not in re.search(r'id="study-data">(.*?)</script>', hostile_page, re.DOTALL)[1]  # type: ignore[index]
    names = {plot["name"] for plot in island_of(hostile_page, "study")["plots"] if isinstance(plot["name"], str)}
    assert set(HOSTILE) <= names
    assert "<title>&lt;script&gt;alert(1)&lt;/script&gt; – лето</title>" in hostile_page
    static = visible_text(hostile_page)
    assert "{{ 7*7 }}" in static
    assert "49" not in re.findall(r"<th scope=\"row\"[^>]*>([^<]*)", static)


def test_island_survives_any_text() -> None:
    text = "</script><!--&amp;\u2028\u2029\\\"'`{{"
    raw = island({"name": text})
    assert not set("<>&\u2028\u2029") & set(raw)
    assert json.loads(raw) == {"name": text}
    with pytest.raises(ValueError, match="JSON"):
        island(float("nan"))


def test_brought_points_add_up_to_the_score(findings: Findings) -> None:
    total = contributions(findings).sum(axis=1)
    pd.testing.assert_series_equal(total, findings.decision.ranking["score"].reindex(total.index), check_names=False)


def test_ranking_lists_ranked_first_and_every_plot(findings: Findings, page: str) -> None:
    study = island_of(page, "study")
    for place, town in enumerate(findings.towns.index):
        plots = [study["plots"][plot] for plot in study["towns"][place]["plots"]]
        ranks = [plot["rank"] for plot in plots]
        known = [rank for rank in ranks if rank is not None]
        assert known == list(range(1, len(known) + 1))
        assert ranks == known + [None] * (len(ranks) - len(known))
        assert [plot["id"] for plot in plots] == list(ordered(findings, town).index)


def test_unknown_is_null_with_a_reason(findings: Findings) -> None:
    measures, reasons = findings.decision.measures.copy(), findings.decision.reasons.copy()
    indicator, reason = findings.decision.indicators.index[2], Message("rule.not_checked", {"layer": "x"})
    measures.loc["osh-9", indicator], reasons.loc["osh-9", indicator] = np.nan, reason
    study = island_of(map_html(vary(findings, measures=measures, reasons=reasons), "en"), "study")
    told = next(one for one in study["plots"] if one["id"] == "osh-9")
    assert told["measures"][2] is None
    assert study["texts"][told["reasons"][2]] == [text.say(reason, lang) for lang in text.LANGUAGES]


def test_missing_name_falls_back_to_english(findings: Findings, page: str) -> None:
    last = findings.plots.index[findings.plots["name_ru"].isna()][-1]
    plot = next(plot for plot in island_of(page, "study")["plots"] if plot["id"] == last)
    assert plot["name"] == findings.plots.loc[last, "name_en"]


def test_note_is_there_in_every_language_or_not_at_all(page: str) -> None:
    study = island_of(page, "study")
    notes = {plot["id"]: study["texts"][plot["note"]] for plot in study["plots"]}
    assert {plot for plot, told in notes.items() if told == list(NOTE.values())} == {
        *(f"{town}-{number}" for town in ("bishkek", "chui") for number in (2, 6, 10)),
        "osh-10",
    }
    assert notes["bishkek-1"] == ""
    assert [notes[f"osh-{place + 1}"] for place in range(len(HOSTILE))] == list(HOSTILE)


def test_static_sheets_hold_every_town_and_plot(findings: Findings, page: str) -> None:
    static = visible_text(page)
    assert static.count('<svg class="picture"') == len(findings.towns)
    said = {html.unescape(words) for words in re.findall(r">([^<]*)<", static)}
    assert set(findings.plots["name_en"]) <= said


@pytest.mark.parametrize(("lang", "sign"), [("en", "."), ("ru", ","), ("ky", ",")])
def test_starting_language(findings: Findings, lang: str, sign: str) -> None:
    page = map_html(findings, lang)
    assert f'<html lang="{lang}">' in page
    ranking = findings.decision.ranking
    best = ranking["score"][ranking["rank"] == 1].max()
    assert f">{best:.0f}<" in visible_text(page)
    area = findings.plots["area_ha"].max()
    assert f">{area:.1f} ".replace(".", sign) in visible_text(page)


def test_answers_name_the_first_of_each_town(findings: Findings, page: str) -> None:
    ranking = findings.decision.ranking
    told = island_of(page, "answer")["towns"]
    firsts = [ranking[(ranking["town"] == town) & (ranking["rank"] == 1)].index[0] for town in findings.towns.index]
    assert [findings.plots.index[town["plot"]] for town in told] == firsts
    for town, answer in zip(told, answers(findings).values(), strict=True):
        assert [said if isinstance(said, str) else said[0] for said in town["whole"]] == [
            text.say(sentence, "en") for sentence in answer.sentences() if sentence is not answer.why_together
        ]


def test_whole_points_add_up_to_the_score_as_shown(page: str) -> None:
    for plot in island_of(page, "study")["plots"]:
        assert sum(points or 0 for points in plot["brings"]) == plot["score"]


def test_plots_without_a_rank_say_why_and_ranked_ones_do_not(findings: Findings, page: str) -> None:
    told = unnamed(island_of(page, "answer")["plots"])
    reasons = gate_reasons(findings)
    assert reasons
    for plot, sure in zip(findings.plots.index, told, strict=True):
        assert (sure["gate"] is not None) == (plot in reasons)


def test_what_is_said_to_make_a_plot_first_makes_it_first(findings: Findings) -> None:
    worth, weights = findings.decision.worth, findings.decision.indicators["weight"]
    asked = 0
    for town in findings.towns.index:
        ranked = findings.decision.ranking.query("town == @town and rank.notna()").index
        for plot, change in list(overturns(findings, town).items())[1:]:
            for indicator, _, needed in change["better"]:
                name = weights.index[indicator]
                raised = worth.loc[ranked].copy()
                curve = np.array(findings.decision.indicators.loc[name, "value"]).T
                raised.loc[plot, name] = np.interp(needed, *curve) / 100
                scores = (raised * weights).sum(axis=1) * 100
                assert scores[plot] > scores.max() - 1.5  # the measure is told as it is shown, rounded
                asked += 1
    assert asked


def test_unknown_language_is_refused(findings: Findings) -> None:
    with pytest.raises(ValueError, match="no map in language 'fr'"):
        map_html(findings, "fr")


def test_file_that_cannot_be_written(findings: Findings, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="choose another"):
        write_map(findings, tmp_path / "nowhere" / "map.html", "en")


def test_no_relief_no_layers(findings: Findings) -> None:
    page = map_html(vary(findings, relief={}, layers={}, notices=()), "en")
    assert island_of(page, "ground")["roads"] == []


def test_sixty_plots_stay_small(findings: Findings) -> None:
    page = map_html(many(findings, 2, ground=36), "en")
    assert len(island_of(page, "study")["plots"]) == 60
    assert len(findings.layers["settlements"]) * 36 == 900
    assert len(page.encode()) < 2_500_000


def test_hillshade_is_small_and_clear_where_nothing_is_known() -> None:
    metres = np.add.outer(np.arange(120.0), 40 * np.sin(np.arange(200.0) / 6)).astype(np.float32)
    metres[:, :50] = np.nan
    shade = hillshade(Relief(metres, Affine(0.005, 0, 74, 0, -0.005, 43), "EPSG:4326"))
    picture = Image.open(io.BytesIO(base64.b64decode(shade.href.partition(",")[2])))
    colours = picture.convert("RGBA").getcolors(1 << 20)
    assert colours is not None
    assert len(colours) <= 32
    assert picture.convert("RGBA").getpixel((2, picture.height // 2))[3] == 0
    assert picture.convert("RGBA").getpixel((picture.width - 9, picture.height // 2))[3] == 255
    (south, west), (north, east) = shade.corners
    assert (round(south, 1), round(west, 1), round(north, 1), round(east, 1)) == (42.4, 74.0, 43.0, 75.0)


def test_north_western_slopes_are_lighter() -> None:
    hill = 3000 - 40 * np.hypot(*np.mgrid[-50:50, -50:50]).astype(np.float32)
    shade = hillshade(Relief(hill, Affine(0.005, 0, 74, 0, -0.005, 43), "EPSG:4326"))
    grey = np.asarray(Image.open(io.BytesIO(base64.b64decode(shade.href.partition(",")[2]))).convert("L")).astype(int)
    quarter_down, quarter_right = grey.shape[0] // 4, grey.shape[1] // 4
    assert grey[quarter_down, quarter_right] > grey[-quarter_down, -quarter_right] + 10


def test_map_words_agree_between_languages() -> None:
    english = {key: words for key, words in text.catalogue("en").items() if key.startswith("map.")}
    for lang in ("ru", "ky"):
        other = text.catalogue(lang)
        assert english.keys() == {key for key in other if key.startswith("map.")}
        for key, words in english.items():
            assert text.placeholders(words) == text.placeholders(other[key]), key


def test_every_word_the_script_says_is_there() -> None:
    assets = Path(sitesel.__file__).parent / "outputs" / "map" / "assets"
    said = {
        key
        for file in assets.glob("*.js")
        for key in re.findall(r'\bsay\("([\w.]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(said) > 40
    assert [key for key in sorted(said) if f"map.{key}" not in text.catalogue("en")] == []


@pytest.mark.parametrize("ranked", [1, 2, 7, 10, 36, 667])
def test_numbers_stand_out_and_ranks_darken_steadily(ranked: int) -> None:
    colours = [bytes.fromhex(rank_colours(rank, ranked)[0][1:]) for rank in range(1, ranked + 1)]
    lights = [luminance(colour) for colour in colours]
    assert all(later > light - 0.001 for light, later in pairwise(lights))  # but for the rounding to 8 bits
    for rank, light in enumerate(lights, start=1):
        ink = luminance(bytes.fromhex(rank_colours(rank, ranked)[1][1:]))
        assert (max(ink, light) + 0.05) / (min(ink, light) + 0.05) > 4.3


def test_a_place_s_state_and_confidence_are_told_in_words_or_not_at_all(findings: Findings) -> None:
    rivals = findings.layers["rivals"].assign(state="planned", confidence="very low")
    utilities = findings.layers["utilities"].assign(state="old, to be rebuilt")
    told = vary(findings, layers={**findings.layers, "rivals": rivals, "utilities": utilities})
    ground = island_of(map_html(told, "en"), "ground")
    assert ground["rivals"][0]["state"] == ["planned", "планируется", "пландалган"]
    assert ground["rivals"][0]["confidence"][:2] == ["very low", "очень низкая"]
    assert all("state" not in place for place in ground["utilities"])
