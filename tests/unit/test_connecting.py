"""Connections of the small study, worked out by hand."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, box
from typer.testing import CliRunner

from sitesel.cli import app
from sitesel.connections.crossing import crossed
from sitesel.connections.laying import laid_over_terrain
from sitesel.region import survey
from sitesel.region.reading import read_inputs
from sitesel.stages import run, source_of
from sitesel.study import load_study
from sitesel.text import LANGUAGES, Message, say
from small_study import CRS, place, read_json, small_layers

UNCLAIMED = ("water", "telecom")  # networks of which the small study knows no source
MONEY = ["usd_low", "usd_mid", "usd_high"]


def shown(findings, view="optimistic"):
    return findings.connections.joined[findings.connections.joined["view"] == view].set_index(["plot", "network"])


@pytest.fixture
def findings(run_once):
    return run_once()


def test_demand_follows_jobs_and_production(write_study, study_text):
    study_text["towns"][1]["production"] = "with_dyeing"
    study_text["demand"] = {"with_dyeing": {"gas_m3_h": {"low": 1.0, "mid": 2.0, "high": 3.0}}}
    demand = run(write_study()).connections.demand
    assert demand.loc[("one", "power_mw"), "mid"] == pytest.approx(5 * 0.8)
    assert demand.loc[("two", "power_mw"), ["low", "mid", "high"]].tolist() == pytest.approx([11.25, 18, 33.75])
    assert demand.loc[("two", "gas_m3_h"), ["low", "mid", "high"]].tolist() == [6.0, 12.0, 18.0]
    assert demand.loc[("two", "gas_m3_h"), "source"] == "the study"
    assert demand.loc[("one", "gas_m3_h"), "mid"] == 800


def test_lengths_and_money_along_roads_by_hand(findings):
    table = shown(findings)
    # Alpha: 500 m to the road, the station stands 3 km off the road just there; 4 MW are 4.4 MVA: one 10 kV line.
    alpha = table.loc[("alpha", "power")]
    assert alpha[["source", "way", "lay", "lines", "unit"]].tolist() == ["station", "line_10kv", "roads", 1, "MVA"]
    assert alpha["metres"] == pytest.approx(3500)
    assert alpha["straight_m"] == pytest.approx(2000)
    assert alpha["need"] == pytest.approx(4 / 0.9)
    assert alpha[["usd_low", "usd_mid", "usd_high"]].tolist() == pytest.approx([3.5 * k for k in (15e3, 25e3, 40e3)])
    assert alpha["local_mid"] == pytest.approx(3.5 * 25_000 * 87.45)
    assert alpha["precision_km"] == 2
    # Over the ground, which rises by 1 %, the straight line is the cheapest.
    assert alpha["other_lay_metres"] == pytest.approx(2000)
    assert alpha["other_lay_usd_mid"] == pytest.approx(50_000)
    # Gamma: 900 m to the road, 10 km along it, 3 km to the station; 5.3 MVA are two lines, their voltage takes three.
    gamma = table.loc[("gamma", "power")]
    assert gamma["metres"] == pytest.approx(13_900)
    assert gamma["usd_mid"] == pytest.approx(3 * 13.9 * 25_000)
    # Gas: the main touches alpha, ends 1 km off the road north of gamma, and lies 10 km west of beta.
    gas = table.xs("gas", level="network")
    assert gas["metres"].to_dict() == pytest.approx({"alpha": 0, "beta": 11_500, "gamma": 1900})
    assert gas.loc["alpha", "usd_mid"] == 0
    # The access road runs straight to the trunk road.
    road = table.loc[("gamma", "road")]
    assert road["source_en"] == "road A1"
    assert (road["metres"], road["usd_mid"]) == pytest.approx((900, 360_000))
    laid = findings.connections.joined[findings.connections.joined["metres"] > 0]
    assert laid.length.to_numpy() == pytest.approx(laid["metres"].to_numpy())


def test_what_is_not_known_has_a_reason_and_costs_its_upper_bound(findings):
    for view in ("optimistic", "pessimistic"):
        table = shown(findings, view)
        missing = table["source"].isna()
        assert table.loc[missing, ["metres", "effective_m", "straight_m", "spare"]].isna().all(axis=None)
        assert table.loc[missing, [*MONEY, "local_high"]].notna().all(axis=None)
        assert (table["upper_bound"] == missing).all()
        assert table.loc[missing, "reason"].map(lambda reason: isinstance(reason, Message)).all()
        assert table.loc[~missing & table["usd_mid"].notna(), "reason"].isna().all()
        assert table.is_empty[missing].all()
        for network in UNCLAIMED:
            assert (
                table.xs(network, level="network")["reason"].map(lambda one: one.key).eq("connection.none_known").all()
            )
    assert "no source" in say(shown(findings).loc[("alpha", "water"), "reason"], "en")
    assert "20 km" in say(shown(findings).loc[("alpha", "water"), "reason"], "en")
    assert shown(findings).loc[("beta", "power"), "reason"].key == "connection.none_known"  # 20.1 km off
    # One borehole for 400 m3 a day; 20 km of 110 kV line with its substation; a boiler for 960 m3 an hour.
    assert shown(findings).loc[("alpha", "water"), MONEY].tolist() == [40_000, 80_000, 150_000]
    assert shown(findings).loc[("beta", "power"), "usd_mid"] == 20 * 150_000 + 3.5e6
    assert shown(findings, "pessimistic").loc[("gamma", "gas"), "usd_mid"] == 960 * 800


def test_both_views_and_totals_that_name_what_they_lack(findings):
    hoped, feared = shown(findings), shown(findings, "pessimistic")
    assert feared.loc[("alpha", "power"), "way"] == "new_110kv"  # what the station can spare is not known
    assert feared.loc[("alpha", "power"), "usd_mid"] == pytest.approx(3.5 * 150_000 + 3.5e6)
    assert feared.loc[("gamma", "gas"), "reason"].key == "connection.capacity_unknown"
    totals = findings.connections.totals
    assert set(totals.index) == {
        (plot, view) for plot in findings.plots.index for view in ("optimistic", "pessimistic")
    }
    row = totals.loc[("gamma", "optimistic")]
    assert row["missing"] == ()
    assert set(row["bounded"]) == {"water", "telecom"}
    assert row["usd_mid"] == pytest.approx(hoped.loc["gamma", "usd_mid"].sum())
    assert "gas" in totals.loc[("gamma", "pessimistic"), "bounded"]
    for view in ("optimistic", "pessimistic"):  # no sewer is known: the plant on the plot needs none
        sewage = shown(findings, view).loc[("gamma", "sewage")]
        assert sewage[["source", "way", "metres", "straight_m"]].tolist() == ["plot:own", "own_treatment", 0, 0]
        assert sewage["usd_mid"] == pytest.approx(432 * 1200)
        assert (sewage["source_en"], sewage["upper_bound"], sewage["reason"]) == ("on the plot itself", False, None)
    lines = findings.connections.estimate
    assert lines[["basis", "source_of_cost", "name", "unit"]].ne("").all(axis=None)
    assert (lines["quantity"] * lines["terrain"] * lines["unit_cost"]).to_numpy() == pytest.approx(
        lines["usd_mid"].to_numpy()
    )
    assert findings.connections.exchange == {"per_usd": 87.45, "date": "2025-12 to 2026-03", "source": "24.kg"}


def test_over_terrain_first_where_the_study_says_so(write_study, study_text):
    study_text["connection"]["lay"] = "terrain"
    alpha = shown(run(write_study())).loc[("alpha", "power")]
    assert alpha["lay"] == "terrain"
    assert (alpha["metres"], alpha["other_lay_metres"]) == pytest.approx((2000, 3500))


def test_without_the_section_nothing_is_worked_out(write_study, study_text, tmp_path):
    del study_text["connection"]
    study_text["indicators"] = [part for part in study_text["indicators"] if part["id"] != "connection"]
    study_text["weights"]["utilities"], study_text["weights"]["road"] = 0.0, 0.54
    study = write_study()
    findings = run(study)
    for name in ("demand", "joined", "estimate", "totals", "shared"):
        assert len(getattr(findings.connections, name)) == 0
    assert findings.connections.exchange == {}
    assert "connection" not in findings.run
    assert CliRunner().invoke(app, ["run", str(study), "--out", str(tmp_path / "out")]).exit_code == 0
    assert not (tmp_path / "out" / "connections.csv").exists()
    assert "connections" not in gpd.list_layers(tmp_path / "out" / "plots.gpkg")["name"].tolist()


def test_what_routes_cross_is_told(write_study):
    roads = small_layers()["roads"]
    across = gpd.GeoDataFrame(
        {"road": ["B"], "ref": [None], "highway": "primary", "setting": "rural", "surface": None, "assumed": False},
        geometry=[LineString([place(15, 5), place(15, -2)])],
        crs=CRS,
    )
    table = shown(run(write_study(roads=pd.concat([roads, across], ignore_index=True))))
    told = [say(one, "en") for one in table.loc[("gamma", "power"), "crosses"]]
    assert any(line.startswith("follows: road A1") for line in told)
    assert "crosses: main road" in told
    assert table.loc[("gamma", "road"), "crosses"] == []  # the road that it leads to is not crossed
    for lang in LANGUAGES:
        assert all(say(one, lang) for crosses in table["crosses"] for one in crosses)


@pytest.fixture
def few_jobs(study_text):
    study_text["towns"][0]["jobs"], study_text["towns"][1]["jobs"] = 1000, 2000
    # By the networks alone alpha, whose gas is nearest, is first.
    study_text["weights"] = {"labour": 0.0, "road": 0.0, "utilities": 1.0, "ground": 0.0}
    return study_text


def test_a_source_of_unknown_capacity_that_two_towns_lean_on_is_named(write_study, few_jobs, tmp_path):
    few_jobs["programme"]["fixed"] = {"one": "alpha"}
    study = write_study()
    shared = run(study).connections.shared
    gas = shared[(shared["view"] == "optimistic") & (shared["network"] == "gas")].iloc[0]
    assert (gas["source"], gas["plots"], gas["asked"]) == ("main", ("alpha", "gamma"), 160 + 320)
    assert np.isnan(gas["capacity"])
    done = CliRunner().invoke(app, ["run", str(study), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    text = " ".join(done.output.split())
    assert "Connections take no account of: a river, built-up land, protected land." in text
    assert "gas: Alpha, Gamma lean on gas main together, 480 m³ an hour; what it can spare is not known" in text
    rows = pd.read_csv(tmp_path / "out" / "shared_sources.csv", encoding="utf-8-sig")
    assert "alpha, gamma" in rows["plots"].tolist()
    few_jobs.remove("connection")  # a later run into the folder leaves no file of this one
    few_jobs["indicators"] = [one for one in few_jobs["indicators"] if one["measure"] != "connection_per_job"]
    few_jobs["indicators"].append(
        {
            "id": "grid",
            "criterion": "utilities",
            "measure": "km_to_utility",
            "utility": "power",
            "kinds": ["substation"],
        }
    )
    few_jobs["indicators"][-1] |= {"known_within_km": 15, "weight": 1.0, "value": [[0, 100], [10, 0]]}
    done = CliRunner().invoke(app, ["run", str(write_study()), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert left & {"shared_sources.csv", "connections.csv", "estimate.csv", "ranking.csv"} == {"ranking.csv"}


def scarce(spare: float, column: str = "spare_m3_h") -> gpd.GeoDataFrame:
    return small_layers()["utility_lines"].assign(**{column: [spare]})


def test_known_capacity_rules_a_combination_out_and_names_the_source(write_study, few_jobs):
    # Gas: one town asks 160, the other 320 m3 an hour; the main has 400 to spare. Beta is out of its reach, but near a
    # mast: a plot near nothing would not be ranked.
    few_jobs["connection"]["within_km"] = 9
    station = small_layers()["utilities"]
    mast = station.assign(id="mast", kind="telecom_node", voltage_kv=np.nan).set_geometry([place(30, 3)], crs=CRS)
    near = {"utilities": pd.concat([station, mast], ignore_index=True)}
    free = run(write_study(**near))
    assert list(free.programme.answers["mid"].towns["plot"]) == ["alpha", "gamma"]
    assert free.run["connection"]["overdrawn"] == []
    bound = run(write_study(**near, utility_lines=scarce(400.0)))
    assert list(bound.programme.answers["mid"].towns["plot"]) == ["beta", "gamma"]
    assert bound.programme.answers["mid"].staffable
    assert bound.run["connection"]["overdrawn"][0]["plots"] == ["alpha", "gamma"]
    (told,) = [notice for notice in bound.notices if notice.key == "notice.overdrawn"]
    line = say(told, "en")
    for word in ("Alpha, Gamma", "gas main", "480 m³ an hour", "400"):
        assert word in line
    assert (shown(bound).xs("gas", level="network")["spare"].dropna() == 400).all()


@pytest.mark.usefixtures("few_jobs")
def test_where_capacity_leaves_no_combination_the_answer_says_so(write_study, tmp_path):
    study = write_study(utility_lines=scarce(400.0))  # within 20 km beta draws on it too
    findings = run(study)
    answer = findings.programme.answers["mid"]
    assert not answer.staffable
    assert {one.kind for one in answer.bindings} == {"capacity"}
    assert any(notice.key == "notice.overdrawn" for notice in findings.notices)
    shared = findings.connections.shared.set_index(["view", "network"])
    gas = shared.loc[("optimistic", "gas")]
    assert (gas["capacity"], gas["asked"], gas["served"]) == (400, 480, 160)  # the cheapest is served
    done = CliRunner().invoke(app, ["run", str(study), "--out", str(tmp_path / "out"), "--lang", "ru"])
    assert done.exit_code == 0, done.output
    assert "узкое место" in done.output


def test_obstacles_that_a_study_gives_are_gone_round_or_paid_for(write_study):
    # Between alpha (its northern edge at y = 1 km) and the station (y = 3 km).
    study = load_study(write_study())
    inputs = read_inputs(study.study, study.layers, source_of(study), lambda _: None)
    asked = study.connection
    west, east = place(8, 1.9).coords[0], place(11.6, 2.1).coords[0]
    across = gpd.GeoDataFrame(geometry=[box(*west, *east)], crs=CRS)
    station = inputs.frames["utilities"][["geometry"]]

    def to_station(**given: gpd.GeoDataFrame) -> pd.Series:
        frames = {**inputs.frames, **given}
        region = survey(study.asked, replace(inputs, frames=frames))
        laid = laid_over_terrain(region, frames["plots"], station, asked)
        row = laid[(laid["plot"] == "alpha") & (laid["source"] == "station")].iloc[0]
        told = crossed(gpd.GeoDataFrame(geometry=[row["geometry"]], crs=CRS), frames).iloc[0]
        return pd.Series({**row, "told": [one.params["what"].key for one in told]})

    free, river, barred = to_station(), to_station(rivers=across), to_station(protected=across)
    assert free["effective_m"] == pytest.approx(2000)
    assert river["effective_m"] > 2000
    assert river["told"] == ["obstacle.rivers"]
    assert barred["metres"] > 2500  # round its eastern end
    assert barred["told"] == []
    assert not barred["geometry"].intersects(across.geometry.iloc[0])


def test_a_price_list_of_the_study_s_own(write_study, study_text, tmp_path):
    study_text["connection"].update({"prices": "costs.csv", "rate": {"per_usd": 90.0, "date": "2026-11-20"}})
    study_text["connection"]["costs"] = {"gas_main": {"low": 1.0, "mid": 2.0, "high": 3.0, "basis": "an offer"}}
    rows = [
        "item,unit,default_usd,low,high,basis,source,confidence",
        "10 kV overhead line,USD/km,20000,10000,30000,a tender,the grid company,high",
        "gas_main,km,9,9,9,,,",
        "access_road,,,,,,,",
    ]
    (tmp_path / "costs.csv").write_text("\n".join(rows), encoding="utf-8-sig")
    findings = run(write_study())
    table = shown(findings)
    assert table.loc[("alpha", "power"), "usd_mid"] == pytest.approx(3.5 * 20_000)
    assert table.loc[("alpha", "power"), "local_mid"] == pytest.approx(3.5 * 20_000 * 90)
    assert table.loc[("gamma", "gas"), "usd_mid"] == pytest.approx(1.9 * 2)  # the study comes after the list
    assert table.loc[("gamma", "road"), "reason"].key == "connection.no_price"
    assert "road" in findings.connections.totals.loc[("gamma", "optimistic"), "missing"]
    lines = findings.connections.estimate.set_index(["plot", "view", "item"])
    assert lines.loc[("alpha", "optimistic", "line_10kv"), "basis"] == "a tender"
    assert lines.loc[("gamma", "optimistic", "gas_main"), "basis"] == "an offer"
    assert findings.run["inputs"]["prices"]["file"] == "costs.csv"


def test_sources_without_a_name_are_called_by_their_kind_and_strange_kinds_are_left_alone(write_study):
    layers = small_layers()
    lines = pd.concat([layers["utility_lines"], layers["utility_lines"].assign(id="steam", kind="heat_main")])
    nodes = layers["utilities"].assign(id="mast", kind="telecom_node", voltage_kv=None, has_110kv=None)
    points = pd.concat([layers["utilities"], nodes], ignore_index=True)
    table = shown(run(write_study(utility_lines=lines, utilities=points)))
    assert table.loc[("gamma", "gas"), ["source_en", "source_ru"]].tolist() == ["gas main", "газопровод"]
    assert not table["source"].eq("steam").any()
    mast = table.loc[("alpha", "telecom")]
    assert (mast["source"], mast["metres"], mast["reason"].key) == ("mast", 3500, "connection.no_price")
    assert np.isnan(mast["usd_mid"])


def test_a_source_of_no_known_voltage_serves_nothing_and_is_counted(write_study):
    known = small_layers()["utilities"]
    street = known.assign(id="street", voltage_kv=None, has_110kv=None)
    found = run(write_study(utilities=pd.concat([known, street], ignore_index=True)))
    assert not shown(found)["source"].eq("street").any()
    (told,) = [notice for notice in found.notices if notice.key == "notice.voltage_unknown"]
    assert told.params["count"] == 1


def test_routes_are_in_the_geopackage_for_qgis(write_study, tmp_path):
    study, out = write_study(), tmp_path / "out"
    assert CliRunner().invoke(app, ["run", str(study), "--out", str(out)]).exit_code == 0
    routes = gpd.read_file(out / "plots.gpkg", layer="connections")
    assert routes.crs == CRS
    assert len(routes) == 3 * 6 * 2
    assert routes.geometry.notna().sum() == (routes["metres"] > 0).sum()
    estimate = pd.read_csv(out / "estimate.csv", encoding="utf-8-sig")
    assert {"basis", "source_of_cost", "confidence"} <= set(estimate.columns)
    assert read_json(out / "run.json")["connection"]["exchange"]["date"] == "2025-12 to 2026-03"
