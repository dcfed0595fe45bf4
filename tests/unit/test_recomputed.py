"""Every figure of plots and connections can be worked out again from plots.gpkg and run.json alone."""

import itertools
import json
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from sitesel.findings import Findings
from sitesel.outputs import write_all

CAPACITIES = {  # network -> quantity that its need is
    "power": "power_mw",
    "water": "water_m3_day",
    "sewage": "wastewater_m3_day",
    "gas": "gas_m3_h",
}
MONEY = [f"{currency}_{size}" for currency in ("usd", "local") for size in ("low", "mid", "high")]


@pytest.fixture(scope="module")
def found(towns, tmp_path_factory) -> tuple[Findings, Path]:
    folder = tmp_path_factory.mktemp("out")
    write_all(towns, folder, "en")
    return towns, folder


@pytest.fixture(scope="module")
def record(found):
    return json.loads((found[1] / "run.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plots(found):
    return gpd.read_file(found[1] / "plots.gpkg", layer="plots").set_index("plot")


@pytest.fixture(scope="module")
def routes(found, record):
    """Connections with what the record says of their way's items."""
    layer = gpd.read_file(found[1] / "plots.gpkg", layer="connections")
    ways = pd.concat([pd.DataFrame(record["connection"][table]) for table in ("ways", "bounds")])
    ways = ways.drop_duplicates("id").set_index("id")
    return layer.join(ways[["line", "plant", "spare"]].rename(columns={"spare": "draws_on"}), on="way")


def test_points_and_scores(found, record, plots):
    settings = record["parameters"]
    worth, weight = {}, {}
    for part in settings["indicators"]:
        if part["criterion"] not in settings["weights"]:
            continue  # it is told, and counts nothing
        x, points = np.array(part["value"]).T
        assert plots[part["id"]].notna().all()  # else what is counted lies at an end that the layer does not tell
        worth[part["id"]] = pd.Series(np.interp(plots[part["id"]], x, points) / 100, plots.index)
        weight[part["id"]] = settings["weights"][part["criterion"]] * part["weight"]
        pd.testing.assert_series_equal(worth[part["id"]], plots[f"{part['id']}_value"], check_names=False, atol=2e-6)
    score = 100 * (pd.DataFrame(worth) @ pd.Series(weight))
    ranking = found[0].decision.ranking.reindex(score.index)
    assert score.to_numpy() == pytest.approx(ranking["score"], abs=1e-3)
    assert ranking["known_weight"].to_numpy() == pytest.approx(np.ones(len(ranking)))
    need = plots["town"].map({town["id"]: town["jobs"] for town in settings["towns"]})
    need = need / settings["programme"]["jobs_per_ha"]
    enough = plots["ground_usable_ha"] >= settings["study"]["least_ground"] * need
    assert found[0].rules.barred.eq(other=False).all()  # rules of this study flag, none excludes
    assert (ranking["gate"].fillna("passes") == np.where(enough, "passes", "ground")).all()
    rank = score.where(enough).groupby(plots["town"]).rank(ascending=False)
    assert rank.dropna().to_dict() == ranking["rank"].dropna().astype(float).to_dict()
    assert plots["area_ha"].to_numpy() == pytest.approx(plots.area / 1e4, rel=1e-5)


def test_demand_and_need(found, record, plots, routes):
    told = record["connection"]
    figures = pd.DataFrame(told["figures"]).set_index(["production", "quantity"])
    need = {}
    for town in record["parameters"]["towns"]:
        for quantity in figures.index.get_level_values("quantity").unique():
            amount = figures.loc[(town["production"], quantity), ["low", "mid", "high"]] * town["jobs"] / 1000
            expected = found[0].connections.demand.loc[(town["id"], quantity), ["low", "mid", "high"]]
            assert amount.tolist() == pytest.approx(expected.tolist())
            need[town["id"], quantity] = amount["mid"]
    for row in routes.itertuples():
        if row.network not in CAPACITIES:
            assert math.isnan(row.need)
            continue
        asked = need[plots.loc[row.plot, "town"], CAPACITIES[row.network]]
        assert row.need == pytest.approx(asked / told["power_factor"] if row.network == "power" else asked, rel=1e-6)


def money(row, told: dict, size: str) -> float:
    """USD of one connection: km weighed by the terrain, lines, plants, unit costs."""
    items = {item["id"]: item for item in told["items"]}

    def many(item: dict, load_km: float = 0.0) -> float:
        count = math.ceil(row.need / item["capacity"] - 1e-9) if item["capacity"] else 1
        return max(1, count, math.ceil(load_km / item["mva_km"] - 1e-9) if item["mva_km"] else 1)

    line, plant = items.get(row.line), items.get(row.plant)
    effective_m = told["within_m"] if row.upper_bound else row.effective_m
    usd = 0.0
    if line is not None:
        metres = told["within_m"] if row.upper_bound else row.metres
        lines = many(line, row.need * metres / 1000)
        usd = effective_m / 1000 * lines * (math.nan if line[size] is None else line[size])
    if plant is None:
        return usd
    return usd + (many(plant) if plant["unit"] == "each" else row.need) * plant[size]


def test_money_of_every_connection(found, record, routes):
    told = record["connection"] | {"within_m": 1000 * record["parameters"]["connection"]["within_km"]}
    assert (routes["source"].isna() == routes["upper_bound"]).all()
    for row in routes.itertuples():
        for size in ("low", "mid", "high"):
            usd = money(row, told, size)
            assert getattr(row, f"usd_{size}") == pytest.approx(usd, rel=1e-6, abs=0.01, nan_ok=True)
            local = usd * told["exchange"]["per_usd"]
            assert getattr(row, f"local_{size}") == pytest.approx(local, rel=1e-6, abs=1, nan_ok=True)
    findings = found[0].connections.joined
    for column in (*MONEY, "metres", "straight_m", "need", "precision_km", "other_lay_metres", "other_lay_usd_mid"):
        assert routes[column].to_numpy() == pytest.approx(findings[column].to_numpy(), nan_ok=True, rel=1e-6, abs=1e-5)


def test_lengths_of_lines_over_the_ground_and_straight_ones(routes):
    over = routes[(routes["lay"] == "terrain") | (routes["network"] == "road")]
    drawn = over.geometry.length.fillna(0.0)
    assert over["metres"].fillna(0).to_numpy() == pytest.approx(drawn.to_numpy(), rel=1e-6, abs=0.01)
    along = routes[(routes["lay"] == "roads") & routes["metres"].gt(0)]
    # The atlas states lengths of its roads: its lines are drawn through settlements, and shorter.
    assert (along["metres"] / along.geometry.length).between(0.9, 1.25).all()
    assert (along["metres"] >= along["straight_m"] - 1e-3).all()
    assert along["effective_m"].to_numpy() == pytest.approx(along["metres"].to_numpy())


def test_totals_and_what_they_lack(found, routes):
    sums = routes.groupby(["plot", "view"])[MONEY].sum(min_count=1)
    unknown = routes[routes["usd_mid"].isna()].groupby(["plot", "view"])["network"].agg(set)
    for key, row in found[0].connections.totals.iterrows():
        assert sums.loc[key].tolist() == pytest.approx(row[MONEY].tolist(), rel=1e-6, nan_ok=True)
        assert unknown.get(key, set()) == set(row["missing"])


def test_what_the_plots_chosen_together_share(found, record, routes):
    chosen = list(record["programme"]["mid"]["chosen"].values())
    whose = ["view", "network", "source"]  # with plants on the plots themselves, hardly any is shared
    shared = pd.DataFrame(record["connection"]["shared"], columns=[*whose, "asked"])
    assert len(shared) == len(found[0].connections.shared)
    own = routes[routes["plot"].isin(chosen) & routes["draws_on"].notna() & routes["source"].notna()]
    asked = own.groupby(whose)["need"].agg(["sum", "count"])
    told = asked[asked["count"] > 1]["sum"]
    assert shared.set_index(whose)["asked"].to_dict() == pytest.approx(told.to_dict())


def test_workers_in_reach_and_after_rivals(found, record, plots):
    file = found[1] / "plots.gpkg"
    homes = gpd.read_file(file, layer="homes").set_index("home")
    ways = gpd.read_file(file, layer="ways").join(homes[["low", "mid", "high"]], on="home")
    jobs = {town["id"]: town["jobs"] for town in record["parameters"]["towns"]}
    rivals = record["labour"]["rival_jobs"]
    of_rivals = ways[ways["kind"] == "rival"].groupby("home")
    to_rivals = {home: dict(zip(theirs["place"], theirs["willing"], strict=True)) for home, theirs in of_rivals}
    for plot, own in ways[ways["kind"] == "plot"].groupby("place"):
        told, planned = plots.loc[plot], jobs[plots.loc[plot, "town"]]
        for case in ("low", "mid", "high"):
            for minutes in (30, 45, 60):
                within = own.loc[own["minutes"] <= minutes, case].sum()
                assert told[f"labour_within_{minutes}_{case}"] == pytest.approx(within, abs=1e-3)
            assert told[f"labour_reach_{case}"] == pytest.approx((own[case] * own["willing"]).sum(), abs=1e-3)
        part = [
            part_after_rivals(row.willing, planned, to_rivals.get(row.home, {}), rivals) for row in own.itertuples()
        ]
        for case in ("low", "mid", "high"):
            after = (own[case].to_numpy() * part).sum()
            assert told[f"labour_after_{case}"] == pytest.approx(after, abs=1e-3)
            assert told[f"labour_per_job_{case}"] == pytest.approx(after / planned, abs=1e-6)


def part_after_rivals(willing, jobs, to_rivals, rival_jobs):
    """Part of a home's workers that a plot gets: those of each tolerance share themselves out by jobs."""
    steps = sorted({0.0, willing, *(share for share in to_rivals.values() if share < willing)})
    got = 0.0
    for low, high in itertools.pairwise(steps):
        also = sum(rival_jobs[rival] for rival, share in to_rivals.items() if share >= high)
        got += (high - low) * jobs / (jobs + also)
    return got


def test_ground(found, record, plots):
    usable = gpd.read_file(found[1] / "plots.gpkg", layer="usable").set_index(["plot", "kind"]).geometry
    jobs = {town["id"]: town["jobs"] for town in record["parameters"]["towns"]}
    for plot, told in plots.iterrows():
        shape, rectangle = usable[plot, "usable"], usable[plot, "rectangle"]
        assert told["ground_usable_ha"] == pytest.approx(shape.area / 1e4, abs=1e-5)
        largest = max(part.area for part in shapely.get_parts(shape)) / 1e4
        assert told["ground_largest_ha"] == pytest.approx(largest, abs=1e-5)
        sides = told["ground_rectangle_length_m"] * told["ground_rectangle_width_m"]
        assert sides == pytest.approx(rectangle.area, rel=1e-6)
        assert shape.buffer(0.01).covers(rectangle)
        need = jobs[told["town"]] / record["parameters"]["programme"]["jobs_per_ha"]
        assert told["ground_need_ha"] == pytest.approx(need)
        round_ = 4 * math.pi * told.geometry.area / told.geometry.length**2
        assert told["ground_compactness"] == pytest.approx(round_, abs=1e-5)
    struck = plots.filter(like="rule_").astype("boolean").sum()
    assert list(struck[struck > 0].index) == ["rule_airport_heights"]
    assert struck["rule_airport_heights"] == record["rules"]["airport_heights"]["plots_alone"]
