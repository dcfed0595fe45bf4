"""Workers on the map's page: on cards, as bands, and in the view and sheet of the plots chosen together."""

import html
import json
import re
from dataclasses import replace
from functools import reduce

import numpy as np
import pandas as pd
import pytest
import shapely

from page_text import island_of, sheets_of, unnamed, visible_text
from sitesel.findings import Findings
from sitesel.outputs.map import labour, map_html
from sitesel.outputs.map.together import together
from sitesel.programme.answer import no_towns
from sitesel.report.programme import chosen, combinations, districts, sureness_of_choice
from sitesel.text import say
from varied import bare, many, vary, with_jobs
from whole_study import HOSTILE


@pytest.fixture(scope="module")
def findings(whole: Findings) -> Findings:
    return replace(bare(whole), labour=whole.labour, programme=whole.programme)


@pytest.fixture(scope="module")
def short_of_workers(findings: Findings) -> Findings:
    return with_jobs(findings, 30)


@pytest.fixture(scope="module")
def page(findings: Findings) -> str:
    return map_html(findings, "en")


@pytest.fixture(scope="module")
def short_page(short_of_workers: Findings) -> str:
    return map_html(short_of_workers, "ru")


def workers_of(page: str) -> dict:
    return island_of(page, "workers")


def test_study_without_workers_shows_none_of_it(whole: Findings) -> None:
    page = map_html(bare(whole), "en")
    assert workers_of(page) == {"labour": None, "bands": None, "together": None}
    assert "together-sheet" not in sheets_of(page)


def test_labour_without_a_programme_is_shown_alone(findings: Findings) -> None:
    page = map_html(vary(findings, programme={}), "en")
    told = workers_of(page)
    assert told["together"] is None
    assert len(told["labour"]["rows"]) == len(findings.plots)
    assert set(told["bands"]) == set(findings.plots.index)


def test_card_figures_are_rounded_and_in_the_order_of_plots(findings: Findings, page: str) -> None:
    for plot, told in zip(findings.plots.index, workers_of(page)["labour"]["rows"], strict=True):
        row = findings.labour.catchments.loc[plot]
        for measure, figures in zip(("reach", "after"), told[:2], strict=True):
            for estimate, figure in zip(("low", "mid", "high"), figures, strict=True):
                exact = row[f"{measure}_{estimate}"]
                assert abs(figure - exact) <= (50 if exact >= 1000 else 5)
                assert figure % 10 == 0
        assert told[2][1] == pytest.approx(row["per_job_mid"], abs=0.5)


def test_plot_without_figures_has_none(findings: Findings) -> None:
    one_less = vary(findings, labour=findings.labour.catchments.drop(index=findings.plots.index[0]))
    told = labour.catchments(one_less)
    assert told is not None
    assert told["rows"][0] is None
    assert told["rows"][1] is not None
    unknown = vary(findings, labour=findings.labour.catchments.assign(after_mid=np.nan))
    assert workers_of(map_html(unknown, "en"))["labour"]["rows"][0][1][1] is None


def corners(steps: list[int]) -> np.ndarray:
    return np.cumsum(np.array(steps).reshape(-1, 2), axis=0) / labour.FINE


def test_bands_come_back_as_they_were(findings: Findings, page: str) -> None:
    told = workers_of(page)["bands"]
    in_degrees = findings.labour.bands.to_crs("EPSG:4326").set_index(["plot", "minutes"]).geometry
    for plot in findings.plots.index[:4]:
        assert [minutes for minutes, _ in told[plot]] == [60, 45, 30]  # the widest is drawn first
        for minutes, rings in told[plot]:
            drawn = reduce(shapely.symmetric_difference, (shapely.Polygon(corners(ring)) for ring in rings))
            missed = drawn.symmetric_difference(in_degrees[plot, minutes]).area
            assert missed < 0.02 * in_degrees[plot, minutes].area


def test_bands_keep_holes_and_parts() -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 1, 1).exterior, [shapely.box(0.2, 0.2, 0.4, 0.4).exterior.coords])
    both = shapely.MultiPolygon([ring, shapely.box(2, 2, 3, 3)])
    told = labour.rings(both)
    assert len(told) == 3
    areas = [shapely.Polygon(corners(steps)).area for steps in told]
    assert areas == pytest.approx([1.0, 0.04, 1.0])


def test_too_many_corners_are_drawn_more_coarsely(findings: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    def count(told: dict | None) -> int:
        return sum(len(ring) for bands in (told or {}).values() for _, rings in bands for ring in rings) // 2

    fine = count(labour.bands(findings))
    monkeypatch.setattr(labour, "MOST_CORNERS", fine // 2)
    assert 0 < count(labour.bands(findings)) <= fine // 2


def test_bands_of_a_town_s_last_plots_are_left_off(findings: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labour, "MOST_PLOTS", 2)
    told = labour.bands(findings)
    best = findings.decision.ranking[findings.decision.ranking["rank"] <= 2].index
    assert set(told or {}) == set(best)


def test_a_thousand_plots_stay_light(findings: Findings) -> None:
    thousand = many(findings, 34)
    assert len(thousand.plots) == len(thousand.labour.catchments) == 1020
    assert len(json.dumps([labour.catchments(thousand), labour.bands(thousand)])) < 600_000


def test_towns_plots_and_figures_are_those_of_the_answer(findings: Findings, page: str) -> None:
    told, answer = workers_of(page)["together"], findings.programme.answers["mid"]
    assert [findings.plots.index[town["plot"]] for town in told["towns"]] == list(chosen(findings).values())
    for town in told["towns"]:
        row = answer.towns.loc[findings.towns.index[town["town"]]]
        assert town["staffed"] == pytest.approx(row["staffed"], abs=0.5)
        assert town["score_lost"] == pytest.approx(row["score_lost"], abs=0.051)
        assert findings.plots.index[town["best"]] == row["best_plot"]
        assert town["binding"] is None
    assert told["staffable"] is True


def test_planned_jobs_are_told_exactly(findings: Findings) -> None:
    told = together(with_jobs(findings, 0.6581))
    assert told is not None
    assert [(town["jobs"], town["staffed"]) for town in told["towns"]] == [(4936, 4936), (6581, 6581), (4607, 4607)]


def test_every_worker_has_a_circle(findings: Findings, page: str) -> None:
    told, answer = workers_of(page)["together"], findings.programme.answers["mid"]
    people = pd.DataFrame(unnamed(told["going"]))
    employers = [*findings.towns.index, *answer.rivals.index]
    by_employer = people.groupby("to")["people"].sum()
    for employer, workers in answer.workers.groupby("employer")["workers"].sum().items():
        assert by_employer[employers.index(employer)] == pytest.approx(workers, abs=10)
    sizes = people.groupby("home")["people"].sum().to_list()
    assert len(sizes) == len(told["homes"]["rows"])
    assert sizes == sorted(sizes, reverse=True)  # small circles lie on large ones
    assert {rival["name"] for rival in told["rivals"]} == {"Kyrgyz Textile"}


def test_homes_stand_where_the_base_map_has_their_names(page: str) -> None:
    places = {(lon, lat) for lon, lat, *_ in island_of(page, "ground")["settlements"]}
    assert {(home["lon"], home["lat"]) for home in unnamed(workers_of(page)["together"]["homes"])} <= places


def test_combinations_tell_points_behind_the_best(findings: Findings, page: str) -> None:
    told, answer = workers_of(page)["together"]["combinations"], findings.programme.answers["mid"]
    assert [row["rank"] for row in told] == list(range(1, len(answer.combinations) + 1))
    assert told[0]["behind"] == 0
    assert [row["behind"] for row in told] == pytest.approx([round(row["behind"], 1) for row in combinations(findings)])
    assert (np.diff([row["behind"] for row in told]) >= 0).all()


def test_districts_add_up_to_the_towns_and_the_rest_is_summed(
    findings: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = findings.programme.answers["mid"]
    for rows in (districts(findings), _with_one_district(findings, monkeypatch)):
        for town, told in rows.items():
            assert sum(workers for _, workers, _ in told) == pytest.approx(answer.towns.loc[town, "staffed"])
            filled = answer.towns.loc[town, "staffed"] / answer.towns.loc[town, "jobs"]
            assert sum(part for _, _, part in told) == pytest.approx(100 * filled)


def _with_one_district(findings: Findings, monkeypatch: pytest.MonkeyPatch) -> dict:
    monkeypatch.setattr("sitesel.report.programme.MOST_DISTRICTS", 1)
    rows = districts(findings)
    assert any(len(told) == 2 and told[1][0] == "" for told in rows.values())
    return rows


def test_pool_adds_up(page: str) -> None:
    pool = workers_of(page)["together"]["pool"]
    for all_, town, rival, left in zip(pool["all"], pool["town"], pool["rival"], pool["left"], strict=True):
        assert all_ == pytest.approx(town + rival + left, abs=200)
    assert pool["all"] == sorted(pool["all"])
    assert len(pool["all"]) == 3


def test_terminal_and_page_say_the_same(findings: Findings, page: str) -> None:
    said = [sentence[0] for sentence in workers_of(page)["together"]["sentences"]]
    answers = findings.programme.answers
    assert [case for case in answers if not answers[case].staffable] == ["low"]
    bound = answers["low"].bindings
    assert len(said) == len(sureness_of_choice(findings)) == 5 + len(bound)
    assert said[2].startswith("With the low estimate of workers")
    assert said[-2].startswith("With the high estimate of workers")
    assert said[0].startswith("Proven best of")
    assert said[-1].startswith("Whoever works or wants to counts, whatever their trade")
    shown = {html.unescape(words) for words in re.findall(r">([^<]*)<", visible_text(page))}
    assert set(said) <= shown


def test_other_plots_of_another_estimate_are_named(findings: Findings) -> None:
    high = findings.programme.answers["high"]
    other = replace(high, towns=high.towns.assign(plot=["bishkek-4", *high.towns["plot"][1:]]))
    mine = vary(findings, programme=findings.programme.answers | {"high": other})
    assert say(sureness_of_choice(mine)[-2], "en").startswith(
        "With the high estimate of workers other plots are chosen: "
    )


def test_unstaffed_town_names_what_binds_it(short_page: str) -> None:
    told = workers_of(short_page)["together"]
    assert told["staffable"] is False
    assert all("в пределах досягаемости" in town["binding"][1] for town in told["towns"])
    static = visible_text(short_page)
    for town in told["towns"]:
        assert f">{town['binding'][1]}<" in static
    assert "Не занято мест" in static


def test_sheet_has_the_same_table(findings: Findings, page: str) -> None:
    sheet = html.unescape(visible_text(page).split('class="sheet together-sheet"')[1].split("</section>")[0])
    for plot in chosen(findings).values():
        assert f">{findings.plots.loc[plot, 'name_en']}<" in sheet
    for figure in ("7,500", "10,000", "7,000"):
        assert f">{figure}<" in sheet
    assert sheet.count('<svg class="picture"') == 3
    assert sheet.count("<table") == 3


def test_hostile_names_stay_text(short_page: str) -> None:
    assert "<script>alert" not in short_page
    assert "<img" not in short_page
    assert "<i>" not in visible_text(short_page)
    assert "Ysyk-Ata &lt;i&gt;" in visible_text(short_page)
    told = workers_of(short_page)["together"]
    assert {home["name"] for home in unnamed(told["homes"]) if isinstance(home["name"], str)} & set(HOSTILE)


def test_nothing_to_choose_from_is_said(findings: Findings) -> None:
    answer = findings.programme.answers["mid"]
    none = replace(
        answer,
        staffable=False,
        combinations=pd.DataFrame(),
        towns=no_towns(tuple(answer.towns.index)),
        workers=answer.workers[answer.workers["kind"] == "rival"],
        districts=answer.districts.iloc[:0],
    )
    empty = vary(findings, programme={"mid": none})
    told = together(empty)
    assert told is not None
    assert told["towns"] == told["combinations"] == told["districts"] == []
    assert "No combination of plots is left" in visible_text(map_html(empty, "en"))


def test_settlement_that_the_layer_lacks_is_left_off_the_map(findings: Findings) -> None:
    settlements = findings.layers["settlements"]
    gone = findings.programme.answers["mid"].workers["settlement"].iloc[0]
    told = together(vary(findings, layers={**findings.layers, "settlements": settlements.drop(index=gone)}))
    whole = together(findings)
    assert told is not None
    assert whole is not None
    assert len(told["homes"]["rows"]) == len(whole["homes"]["rows"]) - 1
