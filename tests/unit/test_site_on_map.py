"""Connections, ground and rules on the map's page: what its script and its sheets are given."""

import base64
import io
import json
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

from page_text import island_of, sheets_of, unnamed
from sitesel.findings import Findings
from sitesel.labour import Workers
from sitesel.outputs.map import map_html
from sitesel.outputs.map.asked import asked
from sitesel.outputs.map.connections import FINE, connections
from sitesel.outputs.map.land import land
from sitesel.outputs.map.suitability import STEPS, suitability
from sitesel.programme.together import Together
from sitesel.report.connections import connection_sheet, millions, networks_of
from sitesel.report.ground import slope_class
from sitesel.report.palette import PALETTE, along, luminance, rank_colours
from sitesel.report.ranking import ordered
from sitesel.report.rules import rulings_by_plot
from sitesel.report.shared import shared_sheet
from sitesel.schema import VIEWS
from sitesel.text import LANGUAGES, Message, say
from small_study import CRS
from varied import bare, hostile, many, screened, unranked, vary


@pytest.fixture(scope="module")
def findings(whole: Findings) -> Findings:
    return screened(whole)


@pytest.fixture(scope="module")
def told(findings: Findings) -> dict:
    found = connections(findings)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def page(findings: Findings) -> str:
    return map_html(findings, "en")


def entries(told: dict, place: int) -> dict[tuple[str, str], dict]:
    every, found = unnamed(told["entries"]), {}
    for row in told["plots"][place]["rows"]:
        for view, entry in zip(
            VIEWS, (row["enough"], row["enough"] if row["none"] is None else row["none"]), strict=True
        ):
            found[told["networks"][row["network"]]["id"], view] = every[entry]
    return found


def test_study_that_asks_for_none_of_it_shows_none_of_it(whole: Findings) -> None:
    page = map_html(bare(whole), "en")
    nothing = {"connections": None, "land": None, "asked": None, "suitability": None}
    assert island_of(page, "site") == nothing
    assert not {'class="joined"', 'class="grounds"'} & set(re.findall(r'class="[^"]*"', sheets_of(page)))
    assert "Networks and rules" not in sheets_of(page)


def test_connections_alone_and_ground_alone_are_shown(whole: Findings) -> None:
    joined = sheets_of(map_html(replace(bare(whole), connections=whole.connections), "en"))
    grounded = sheets_of(map_html(replace(bare(whole), land=whole.land, rules=whole.rules), "en"))
    assert "Connections" in joined
    assert "Ground and rules" not in joined
    assert "Ground and rules" in grounded
    assert 'class="joined"' not in grounded


def test_every_figure_of_a_connection_is_that_of_the_findings(findings: Findings, told: dict) -> None:
    parts = unnamed(told["parts"])
    for place, plot in enumerate(findings.plots.index):
        found = entries(told, place)
        mine = findings.connections.joined[findings.connections.joined["plot"] == plot]
        assert len(found) == len(mine)
        for row in mine.to_dict("records"):
            entry = found[row["network"], row["view"]]
            assert [entry[f"usd_{size}"] for size in ("low", "mid", "high")] == pytest.approx(
                [row[f"usd_{size}"] / 1000 for size in ("low", "mid", "high")], abs=0.051
            )
            assert entry["usd_mid"] * told["rate"] == pytest.approx(row["local_mid"] / 1000, rel=1e-3)
            assert entry["upper_bound"] is bool(row["upper_bound"])
            priced = [parts[part]["usd_mid"] for part in entry["parts"]]
            assert sum(priced) == pytest.approx(row["usd_mid"] / 1000, abs=0.051 * len(priced))
            if row["upper_bound"]:
                assert {entry[key] for key in ("metres", "lay", "route", "source")} == {None}
                assert told["texts"][entry["reason"]]
                continue
            assert entry["metres"] == round(row["metres"])
            assert entry["lay"] == row["lay"]
            other = row["other_lay_metres"]
            assert entry["other_lay_metres"] == (None if pd.isna(other) else round(other))
            names = [row[f"source_{lang}"] for lang in LANGUAGES]
            assert told["texts"][entry["source"]] == (names if len(set(names)) > 1 else names[0])
            assert [told["texts"][text] for text in entry["crosses"]] == [
                [say(one, lang) for lang in LANGUAGES] for one in row["crosses"]
            ]
            assert entry["reason"] is None


def test_views_that_differ_are_both_told_and_those_that_agree_once(told: dict) -> None:
    rows = {told["networks"][row["network"]]["id"]: row["none"] for row in told["plots"][0]["rows"]}
    assert rows["power"] is not None
    assert rows["gas"] is not None
    assert rows["road"] is None
    assert rows["water"] is None


def test_totals_name_the_networks_that_they_charge_at_most(findings: Findings, told: dict) -> None:
    for plot, given in zip(findings.plots.index, told["plots"], strict=True):
        for view, total in zip(VIEWS, given["totals"], strict=True):
            row = findings.connections.totals.loc[(plot, view)]
            assert total["usd_mid"] == pytest.approx(row["usd_mid"] / 1000, abs=0.051)
            for key in ("missing", "bounded"):
                assert tuple(told["networks"][network]["id"] for network in total[key]) == row[key]
    one, other = told["plots"][0]["totals"]
    assert len(one["bounded"]) < len(other["bounded"])


@pytest.mark.parametrize(
    ("missing", "bounded", "sign"),
    [((), (), ""), (("gas",), (), "≥ "), ((), ("gas",), "≤ "), (("gas",), ("water",), "")],
)
def test_total_says_whether_it_is_the_least_or_the_most(
    findings: Findings, missing: tuple[str, ...], bounded: tuple[str, ...], sign: str
) -> None:
    totals = findings.connections.totals
    other = totals.assign(missing=[missing] * len(totals), bounded=[bounded] * len(totals))
    for row in connection_sheet(vary(findings, connection_totals=other), "osh").rows:
        assert row.cells[-1].text[0].startswith(f"{sign}{row.cells[-1].text[0].lstrip('≤≥ ')[0]}")


def test_routes_start_at_the_plot_and_lie_where_the_findings_say(findings: Findings, told: dict) -> None:
    lines = findings.connections.joined.set_index(["plot", "network", "view"]).geometry.to_crs("EPSG:4326")
    for place, plot in enumerate(findings.plots.index):
        for (network, view), entry in entries(told, place).items():
            if entry["route"] is None:
                continue
            corners = np.cumsum(np.asarray(told["routes"][entry["route"]]).reshape(-1, 2), axis=0) / FINE
            line = shapely.LineString(corners)
            assert line.hausdorff_distance(lines[plot, network, view]) < 2e-4
            outline = gpd.GeoSeries([findings.plots.geometry[plot]], crs=CRS).to_crs("EPSG:4326").iloc[0]
            assert outline.distance(shapely.Point(corners[0])) < 1e-4


def test_networks_unknown_to_us_come_last_and_speak_for_themselves(findings: Findings) -> None:
    other = findings.connections.joined.assign(
        network=findings.connections.joined["network"].replace("power", "district_heat")
    )
    mine = vary(findings, connections=other)
    assert networks_of(mine)[-1] == "district_heat"
    found = connections(mine)
    assert found is not None
    assert found["networks"][-1]["name"] == "District heat"


def test_more_routes_than_may_travel_are_drawn_more_coarsely(
    findings: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wavy = shapely.LineString([(4.6e5 + x, 4.75e6 + 60 * np.sin(x / 40)) for x in range(0, 9000, 10)])
    lines = [wavy if line.length else line for line in findings.connections.joined.geometry]
    mine = vary(findings, connections=findings.connections.joined.set_geometry(gpd.GeoSeries(lines, crs=CRS)))
    fine = connections(mine)
    monkeypatch.setattr("sitesel.outputs.map.connections.MOST_CORNERS", 10)
    coarse = connections(mine)
    assert fine is not None
    assert coarse is not None
    assert len(coarse["routes"][0]) <= 2 * 10 < len(fine["routes"][0])


def test_rule_not_checked_is_never_told_as_passed(findings: Findings) -> None:
    found = land(findings)
    assert found is not None
    names = [rule["id"] for rule in found["rules"]]
    for plot, given in zip(findings.plots.index, found["rulings"], strict=True):
        told = {kind: {names[rule] for rule in given[kind]} for kind in ("unchecked", "clear")}
        told["struck"] = {names[row["rule"]] for row in given["struck"]}
        told["open"] = {names[row["rule"]] for row in given["open"]}
        rulings = findings.rules.rulings.xs(plot, level="plot")["struck"]
        assert told["unchecked"] | told["open"] == set(rulings.index[rulings.isna()])
        assert told["clear"] == set(rulings.index[rulings.eq(other=False).fillna(value=False)])
        assert told["struck"] == set(rulings.index[rulings.fillna(value=False)])
        assert {"border_strip", "flood_severe"} <= told["unchecked"]
    assert [row["mode"] for row in found["rulings"][0]["struck"]] == ["exclude", "flag"]
    assert any(given["open"] for given in found["rulings"])


def test_rulings_are_sorted_by_what_they_say(findings: Findings) -> None:
    told = rulings_by_plot(findings)[findings.plots.index[0]]
    assert [rule for rule, _ in told["exclude"]] == ["fault_zone_1"]
    assert [rule for rule, _ in told["flag"]] == ["irrigated_arable"]
    assert sum(len(rows) for rows in told.values()) == 10


def test_ground_tells_what_is_not_known_and_why(findings: Findings) -> None:
    found = land(findings)
    assert found is not None
    for row, given in zip(findings.land.table.to_dict("records"), unnamed(found["ground"]), strict=True):
        assert given["regional"] is bool(row["regional"])
        assert given["fits"] is (None if pd.isna(row["fits"]) else bool(row["fits"]))
        assert (given["cut_m3"] is None) == given["regional"]
        assert (given["cut_reason"] is None) != given["regional"]
        assert given["usable_ha"] == pytest.approx(row["usable_ha"], abs=0.051)
        assert [given[f"groundwater_{size}"] for size in ("low", "mid", "high")] == [None, None, None]
        assert [given[f"seismic_{size}"] for size in ("low", "mid", "high")] == [1.04, 1.07, 1.1]
        assert given["seismic_reason"] is None
        assert given["class"] == slope_class(row["slope_mean"])


def test_plot_without_ground_has_none_and_rules_may_be_missing(findings: Findings) -> None:
    found = land(vary(findings, ground=findings.land.table.iloc[1:], rulings=pd.DataFrame()))
    assert found is not None
    assert found["ground"]["rows"][0] is None
    assert found["ground"]["rows"][1] is not None
    assert set(found["rulings"]) == {None}


def test_part_that_is_the_whole_plot_is_not_drawn_again(findings: Findings) -> None:
    found = land(findings)
    assert found is not None
    assert set(found["outlines"]) == set(findings.plots.index)
    assert set(found["outlines"][findings.plots.index[0]]) == {"usable", "rectangle"}
    same = gpd.GeoDataFrame({"plot": findings.plots.index, "kind": "usable"}, geometry=list(findings.plots.geometry))
    whole = land(vary(findings, usable=same.set_crs(CRS)))
    assert whole is not None
    assert whole["outlines"] == {}


def test_shared_source_is_told_once_and_a_bottleneck_as_one(findings: Findings) -> None:
    # Asked for 1,000 jobs: 160 m3 of gas an hour, and 0.8 MW at 0.9 MW for each MVA. Each plot treats its own sewage.
    gas, tight = ([cell.text[0] for cell in row.cells] for row in shared_sheet(findings).rows)
    assert "3,920 m³ an hour; what the source can spare is not known" in gas[2]
    assert gas[2].endswith("(If unknown capacity suffices.)")
    shared = findings.connections.shared
    both = vary(findings, shared_sources=pd.concat([shared, shared.iloc[:1].assign(view="pessimistic")]))
    assert "If unknown" not in shared_sheet(both).rows[0].cells[2].text[0]  # it holds in both views
    assert "they ask 15.1 MVA, the source can spare 12 and serves" in tight[2]  # 8.9 for Chui and 6.2 for Osh
    assert any(f"serves {served}." in tight[2] for served in (8.9, 6.2))
    assert shared_sheet(findings).rows[1].cells[2].look == "strike"
    found = asked(findings)
    assert found is not None
    demand, _, _, costs, unchecked = found["sheets"]
    assert costs["rows"][-1]["look"] == "all"
    assert costs["rows"][-1]["cells"][1]["text"] == "1"
    assert len(unchecked["rows"]) == 7
    assert len(demand["rows"]) * (len(demand["columns"]) - 1) == 15


def test_sheets_hold_the_facts_without_script(page: str) -> None:
    text = re.sub(r"<[^>]+>", " ", sheets_of(page))
    for said in (
        "1 USD = 87.45 soms (2026-03, 24.kg).",
        "the totals hold the most that doing without costs, million USD: water (≤ 0.16), telecom (≤ 0.03).",
        "Excluded: zone 1 of the Issyk-Ata fault",
        "Condition: irrigated arable land",
        "Cannot be told: height limits near airports",
        "What the towns need from the networks",
        "A bottleneck: together they ask 15.1 MVA",
        "What each rule costs",
        "Rules not checked: 7",
    ):
        assert said in re.sub(r"\s+", " ", text)


def test_sheets_give_both_views_and_lengths(findings: Findings, page: str) -> None:
    plot = findings.plots.index[0]
    rows = findings.connections.joined.set_index(["plot", "network", "view"]).loc[plot].loc["power"]
    both = " / ".join(f"{usd / 1e6:.2f}" for usd in rows["usd_mid"])
    assert both in page
    assert f"{rows['metres'].iloc[0] / 1000:.1f} km" in page


def test_sheet_gives_both_lengths_where_views_lead_to_different_sources(findings: Findings, page: str) -> None:
    plot = "chui-3"  # the nearer works may have nothing to spare; what the farther ones have is known
    metres = findings.connections.joined.set_index(["plot", "network", "view"])["metres"].loc[plot].loc["power"]
    said = " / ".join(f"{length / 1000:.1f}" for length in metres)
    cells = re.findall(r"<small[^>]*>([^<]*)</small>", sheets_of(page))
    assert f"{said} km" in cells


def test_nought_is_told_as_about_nought_where_the_source_is_not_placed_exactly(page: str) -> None:
    sheets = sheets_of(page)  # the gas main runs through the third plot, as far as its place is known
    assert ">≈ 0 / ≤ 0.96<" in sheets
    assert ">0 / ≤ 0.96<" not in sheets


def test_plot_that_a_rule_excludes_is_unranked_for_that_reason(findings: Findings, page: str) -> None:
    assert not findings.decision.ranking.loc["bishkek-1", "rankable"]
    assert findings.decision.ranking.loc["bishkek-1", "known_weight"] > findings.study.study.rankable_from
    assert "Excluded: zone 1 of the Issyk-Ata fault" in sheets_of(page)


def test_hostile_texts_stay_text(findings: Findings) -> None:
    page = map_html(hostile(findings), "ru")
    assert "<script>alert(1)</script>" not in page
    assert "49" not in re.findall(r"class=\"over\">(.*?)<", sheets_of(page))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in sheets_of(page)
    assert "\\u003cscript\\u003ealert(1)" in page


def test_page_grows_by_less_than_400_kilobytes(findings: Findings, page: str) -> None:
    alone = map_html(bare(findings), "en")
    assert len(page.encode()) - len(alone.encode()) < 400_000


def test_many_plots_travel_by_mail(findings: Findings) -> None:
    plots = 3 * 120
    full = replace(many(findings, 12), labour=Workers(), programme=Together())
    assert len(full.plots) == plots
    alone, page = map_html(replace(bare(full), suitability=()), "en"), map_html(full, "en")
    added = len(page.encode()) - len(alone.encode())
    assert added < 150_000 + 2_600 * plots
    assert "And 104 more, ranked lower" in sheets_of(page)


def picture_of(told: dict) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(told["href"].split(",")[1])))


def test_suitability_lies_where_its_grid_lies_and_is_clear_where_nothing_is_known(findings: Findings) -> None:
    (given,) = findings.suitability
    (told,) = suitability(findings) or []
    (south, west), (north, east) = told["corners"]
    bounds = gpd.GeoSeries([shapely.box(*given.grid.bounds)], crs=given.grid.crs).to_crs("EPSG:4326").total_bounds
    assert (west, south, east, north) == pytest.approx(tuple(bounds), abs=0.01)
    picture = np.asarray(picture_of(told))
    rows, columns = picture.shape
    # The hole's middle, by way of its place on the ground.
    x, y = given.grid.centres()
    row, column = np.argwhere(np.isnan(given.score)).mean(axis=0).astype(int)
    spot = gpd.GeoSeries([shapely.Point(x[row, column], y[row, column])], crs=given.grid.crs).to_crs("EPSG:3857")
    frame = gpd.GeoSeries(gpd.points_from_xy([west, east], [south, north]), crs="EPSG:4326").to_crs("EPSG:3857")
    across = (spot.x[0] - frame.x[0]) / (frame.x[1] - frame.x[0])
    down = (frame.y[1] - spot.y[0]) / (frame.y[1] - frame.y[0])
    assert picture[int(down * rows), int(across * columns)] == STEPS
    assert picture[rows // 8, columns // 10] > picture[rows // 8, columns - columns // 10]
    assert picture_of(told).info["transparency"] == STEPS


def test_suitability_is_not_mistaken_for_a_rank() -> None:
    ranks = [bytes.fromhex(rank_colours(rank, 9)[0][1:]) for rank in range(1, 10)]
    scores = [bytes(along(PALETTE["suitability"]["ramp"], points / 100)) for points in range(0, 101, 5)]
    darker = [luminance(one) for one in scores]
    assert darker == sorted(darker, reverse=True)  # told apart without any sense of hue
    strong = [one for one in scores if max(one) - min(one) > 90]
    assert len(strong) > len(scores) / 2
    assert all(one[0] > one[2] + 60 for one in strong)  # warm, where ranks are cool or pale
    assert all(one[2] > one[0] or max(one) - min(one) < 80 for one in ranks)


def test_suitability_of_a_fine_grid_is_thinned(findings: Findings) -> None:
    wide = screened(findings, cell_m=20.0)
    (told,) = suitability(wide) or []
    assert max(picture_of(told).size) <= 1200
    assert len(told["href"]) < 200_000
    assert told["cell_m"] == 20
    assert suitability(vary(wide, suitability=())) is None


def test_grid_of_a_town_is_told_with_its_place(findings: Findings) -> None:
    (given,) = findings.suitability
    (told,) = suitability(findings) or []
    assert told["town"] == list(findings.towns.index).index(given.town)


def test_grid_without_any_score_is_a_clear_picture(findings: Findings) -> None:
    (given,) = findings.suitability
    blank = replace(given, score=np.full(given.grid.shape, np.nan))
    (told,) = suitability(vary(findings, suitability=(blank,))) or []
    assert set(np.unique(np.asarray(picture_of(told)))) == {STEPS}


def test_rate_of_exchange_may_be_missing(findings: Findings) -> None:
    page = map_html(vary(findings, exchange={}), "en")
    assert "1 USD =" not in sheets_of(page)


@pytest.mark.parametrize(("thousands", "text"), [(None, "–"), (0, "0"), (4.2, "0.004"), (250_000.0, "250")])
def test_millions(thousands: float | None, text: str) -> None:
    assert millions(thousands)[0] == text


def test_reason_of_a_user_without_words_is_not_lost(findings: Findings) -> None:
    told = asked(vary(findings, rulings=findings.rules.rulings.assign(reason=None)))
    assert told is not None
    assert all(row["cells"][1]["text"] == "" for row in told["sheets"][-1]["rows"])
    assert isinstance(findings.rules.rulings["reason"].dropna().iloc[0], Message)


def test_plot_that_a_rule_excludes_is_listed_last_and_crossed_out(findings: Findings) -> None:
    struck = unranked(findings, "bishkek-9")
    order = list(ordered(struck, "bishkek").index)
    assert order[-2:] == ["bishkek-9", "bishkek-1"]
    page = map_html(struck, "en")
    first = sheets_of(page).split('class="sheet"')[1].split("</section>")[0]
    assert first.count('class="badge none out">×<') == 2  # in the table and in the legend
    picture = first.split("<svg")[1].split("</svg>")[0]
    assert picture.count(">×<") == 1
    assert picture.count(f'fill="{PALETTE["rank"]["excluded"]}"') == 2  # the plot and its sign
    nowhere = map_html(vary(findings, rulings=findings.rules.rulings.drop("fault_zone_1")), "en")
    assert 'class="badge none out"' not in sheets_of(nowhere)


def rules_column(page: str) -> list[str]:
    """Last cell of each plot's row on the sheet of the first town's ground."""
    table = sheets_of(page).split('class="grounds"')[1].split("</table>")[0]
    return [re.sub(r"<[^>]*>", " ", row.split("<td")[-1]) for row in table.split("<tr")[2:]]


def test_sheet_never_tells_rules_that_were_not_checked_as_passed(findings: Findings, page: str) -> None:
    told = rules_column(page)
    assert len(told) == 10
    assert sum("none of those checked (3 of 10)" in cell for cell in told) > 3
    nobody = findings.rules.rulings.assign(
        struck=pd.array([pd.NA] * len(findings.rules.rulings), dtype="boolean"),
        reason=Message("rule.not_checked", {"layer": "x"}),
    )
    blind = map_html(vary(findings, rulings=nobody), "en")
    assert all("none was checked" in cell for cell in rules_column(blind))


def test_sheet_holds_sizes_and_the_law(findings: Findings, page: str) -> None:
    sheet = sheets_of(page)
    assert "The town needs 37.5 ha." in sheet
    assert "· 600 × 580 m" in sheet  # the third plot, but for 20 m beside the power line at its corner
    assert "in one piece" not in sheet  # all of the usable land is
    assert "Usable land is the most that it can be" in sheet
    split = vary(findings, ground=findings.land.table.assign(largest_ha=findings.land.table["largest_ha"] / 2))
    assert "in one piece" in sheets_of(map_html(split, "en"))
    certain = vary(findings, ground=findings.land.table.assign(usable_reason=None))
    assert "the most that it can be" not in sheets_of(map_html(certain, "en"))
    costs = sheet.split("What each rule costs</h3>")[1].split("</table>")[0]
    assert "Law 98 of 16.05.2015" in costs
    assert "plots of which it cannot be told: 3" in costs


def test_costs_keep_what_nobody_looked_into_apart_from_what_cannot_be_told(findings: Findings) -> None:
    told = asked(findings)
    assert told is not None
    costs = told["sheets"][3]["rows"]
    said = {row["cells"][0]["text"][0]: json.dumps(row, ensure_ascii=False) for row in costs}
    assert "cannot be told: 3" in said["Height limits near airports"]
    assert "not checked (" in said["State border strip"]
    assert "cannot be told" not in said["State border strip"]
    for rule, count in (("airport_heights", 3), ("border_strip", len(findings.plots))):
        assert findings.rules.costs.loc[rule, "not_checked"] == count
