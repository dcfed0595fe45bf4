"""Made-up findings of connections, ground, rules and a screened grid, laid over those of ``findings_fixture``."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.affinity import rotate, scale
from shapely.geometry import LineString, Point, box

import findings_fixture as made
from sitesel.findings import Findings, Suitability
from sitesel.layers.grid import Grid, grid_over
from sitesel.rules.judging import cost_of_rules, default_rules, judge
from sitesel.text import Message
from varied import vary

RATE = 87.45
NETWORKS = ("power", "water", "sewage", "gas", "telecom", "road")
UNITS = {"power": "MVA", "water": "m3/day", "sewage": "m3/day", "gas": "m3/h"}
PRICES = {
    "power": (15.0, 25.0, 40.0),
    "sewage": (70.0, 120.0, 200.0),
    "gas": (28.0, 80.0, 150.0),
    "road": (250.0, 400.0, 700.0),
}
WAYS = {"power": "line_10kv", "sewage": "sewer_main", "gas": "gas_main", "road": "access_road"}
BASIS = "budget of 2024: 14.5 bn som for 660 km"


def _route(plot: Point, to: Point) -> LineString:
    corner = Point(to.x, plot.y)
    return LineString([to, corner, plot])


def _source(findings: Findings, network: str, plot: Point, *, hostile: bool) -> tuple[str, str, Point]:
    if network == "road":
        return "road:trunk", "road EM-04", Point(plot.x, plot.y + 600)
    works = findings.layers["utilities"]
    at = int(works.distance(plot).to_numpy().argmin())
    name = made.HOSTILE[at % len(made.HOSTILE)] if hostile else f"Works {at}"
    return f"u{at}", name, works.geometry.iloc[at].representative_point()


def _joined(findings: Findings, plot: str, network: str, view: str, *, hostile: bool) -> dict[str, Any]:
    shape = findings.plots.geometry[plot].representative_point()
    row: dict[str, Any] = {"plot": plot, "network": network, "view": view, "unit": UNITS.get(network, "")}
    row |= {"need": {"power": 6.7, "water": 600.0, "sewage": 540.0, "gas": 1200.0}.get(network, np.nan)}
    gone = network in ("water", "telecom") or (network == "gas" and view == "pessimistic")
    if gone:
        why = "capacity_unknown" if network == "gas" else "none_known"
        reason = Message(f"connection.{why}", {"network": Message(f"network.{network}"), "km": 20.0})
        return row | {"reason": reason, "crosses": [], "geometry": LineString()}
    source, name, to = _source(findings, network, shape, hostile=hostile)
    line = _route(shape, to)
    more = 3500.0 if network == "power" and view == "pessimistic" else 0.0
    low, mid, high = (line.length / 1000 * price + more for price in PRICES[network])
    way = "new_110kv" if more else WAYS[network]
    money = {f"usd_{size}": 1000 * k for size, k in zip(("low", "mid", "high"), (low, mid, high), strict=True)}
    return row | {
        "lay": "terrain" if network == "sewage" else "roads",
        "source": source,
        **{f"source_{lang}": name for lang in ("en", "ru", "ky")},
        "metres": line.length,
        "straight_m": shape.distance(to),
        "precision_km": np.nan if network == "road" else 3.0,
        "spare": np.nan,
        "way": way,
        **money,
        **{f"kgs_{size}": money[f"usd_{size}"] * RATE for size in ("low", "mid", "high")},
        "other_lay_metres": shape.distance(to),
        "other_lay_usd_mid": 1000 * shape.distance(to) / 1000 * PRICES[network][1],
        "crosses": [
            Message("cross.often", {"times": 2, "what": Message("connection.road", {"name": "EM-04"})}),
            Message("cross.within", {"what": Message("obstacle.built_up"), "km": 1.2}),
        ],
        "reason": None,
        "geometry": line,
    }


def _estimate(connections: gpd.GeoDataFrame) -> pd.DataFrame:
    rows = []
    for row in connections[connections["usd_mid"].notna()].to_dict("records"):
        line = {"item": "line_110kv" if row["way"] == "new_110kv" else row["way"], "unit": "km", "terrain": 1.0}
        price = PRICES[row["network"]][1]
        more = [("substation_110kv", 1.0, "each", 3_500_000.0)] if row["way"] == "new_110kv" else []
        lines = [(line["item"], row["metres"] / 1000, "km", price * 1000), *more]
        for item, quantity, unit, cost in lines:
            usd = {f"usd_{size}": quantity * cost * part for size, part in (("low", 0.6), ("mid", 1.0), ("high", 1.7))}
            rows.append(
                {
                    **{key: row[key] for key in ("plot", "network", "view")},
                    "item": item,
                    "name": item.replace("_", " "),
                    "quantity": quantity,
                    "unit": unit,
                    "terrain": 1.0,
                    "unit_cost": cost,
                    **usd,
                    **{f"kgs_{size}": usd[f"usd_{size}"] * RATE for size in ("low", "mid", "high")},
                    "basis": BASIS,
                    "source_of_cost": "novosti.kg 04.2024",
                    "confidence": "medium",
                }
            )
    return pd.DataFrame(rows)


def _totals(connections: gpd.GeoDataFrame) -> pd.DataFrame:
    rows = {}
    for key, part in connections.groupby(["plot", "view"], sort=False):
        money = {name: part[name].sum() for name in part.columns if name.startswith(("usd_", "kgs_"))}
        rows[key] = money | {"missing": tuple(part.loc[part["usd_mid"].isna(), "network"])}
    totals = pd.DataFrame.from_dict(rows, orient="index")
    return totals.set_axis(pd.MultiIndex.from_tuples(rows, names=["plot", "view"]))


def _demand(findings: Findings) -> pd.DataFrame:
    figures = {
        "power_mw": (0.5, 0.8, 1.5, "MW"),
        "water_m3_day": (40, 80, 120, "m3/day"),
        "wastewater_m3_day": (36, 72, 108, "m3/day"),
        "heating_mw": (0.85, 1.4, 1.92, "MW"),
        "gas_m3_h": (97, 160, 219, "m3/h"),
    }
    rows = {
        (town, quantity): {
            **{size: each * jobs / 1000 for size, each in zip(("low", "mid", "high"), given[:3], strict=True)},
            "unit": given[3],
            "basis": "25-45 l a worker, and the canteen",
            "source": "background knowledge of norms",
            "confidence": "medium-low",
        }
        for town, jobs in findings.towns["jobs"].items()
        for quantity, given in figures.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.set_axis(pd.MultiIndex.from_tuples(rows, names=["town", "quantity"]))


def with_connections(findings: Findings, *, hostile: bool = False) -> Findings:
    """Add demand, connections both ways, estimates, totals, the rate of exchange and shared sources."""
    rows = [
        _joined(findings, plot, network, view, hostile=hostile)
        for plot in findings.plots.index
        for view in ("optimistic", "pessimistic")
        for network in NETWORKS
    ]
    connections = gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=made.CRS)
    name = made.HOSTILE[0] if hostile else "Bishkek sewage works"
    both = tuple(findings.plots.index[[0, len(findings.plots) // 2]])
    shared = {"network": "sewage", "source": "u-wwtp", **{f"source_{lang}": name for lang in ("en", "ru", "ky")}}
    shared |= {"unit": "m3/day", "plots": both, "asked": 1260.0}
    views = [
        {"view": view, **shared, "capacity": capacity, "served": served}
        for view, capacity, served in (("optimistic", np.nan, 1260.0), ("pessimistic", np.nan, 1260.0))
    ]
    tight = {**shared, "view": "pessimistic", "network": "power", "source": "u0", "unit": "MVA", "asked": 14.0}
    return vary(
        findings,
        demand=_demand(findings),
        connections=connections,
        estimate=_estimate(connections),
        connection_totals=_totals(connections),
        exchange={"som_per_usd": RATE, "date": "2026-03", "source": name if hostile else "24.kg"},
        shared_sources=pd.DataFrame([*views, {**tight, "capacity": 10.0, "served": 6.7}]),
    )


def with_another_source(findings: Findings, plot: str) -> Findings:
    """Join a plot's power elsewhere in the pessimistic view: farther off, to works known to have capacity to spare."""
    table = findings.connections.joined.copy()
    first = table.index[(table["plot"] == plot) & (table["network"] == "power") & (table["view"] == "optimistic")][0]
    row = table.index[(table["plot"] == plot) & (table["network"] == "power") & (table["view"] == "pessimistic")][0]
    start, metres = table.geometry[first].coords[-1], table["metres"][first] + 2500.0
    table.loc[row, ["source", "source_en", "source_ru", "source_ky"]] = [
        "far",
        "Far works",
        "Дальняя ПС",
        "Алыс чордон",
    ]
    table.loc[row, ["metres", "precision_km", "spare", "way"]] = [metres, 0.5, 30.0, "line_10kv"]
    for size, price in zip(("low", "mid", "high"), PRICES["power"], strict=True):
        table.loc[row, [f"usd_{size}", f"kgs_{size}"]] = [metres * price, metres * price * RATE]
    table.loc[row, table.geometry.name] = LineString(
        [start, (start[0] - 1500, start[1]), (start[0] - 1500, start[1] + 900)]
    )
    return vary(findings, connections=table, estimate=_estimate(table), connection_totals=_totals(table))


def with_source_at_hand(findings: Findings, plot: str) -> Findings:
    """Let a main of which only the rough place is known touch a plot: no length, and by that no cost."""
    table = findings.connections.joined.copy()
    rows = table.index[(table["plot"] == plot) & (table["network"] == "gas") & (table["view"] == "optimistic")]
    money = [f"{currency}_{size}" for currency in ("usd", "kgs") for size in ("low", "mid", "high")]
    table.loc[rows, ["metres", "straight_m", *money]] = 0.0
    table.loc[rows, table.geometry.name] = LineString()
    return vary(findings, connections=table, estimate=_estimate(table), connection_totals=_totals(table))


def with_land(findings: Findings, *, hostile: bool = False) -> Findings:
    """Add ground, usable parts and rulings: fault and fields are given, all other layers are not."""
    plots = findings.plots.assign(production="sewing")
    first, second = plots.geometry.iloc[0], plots.geometry.iloc[1]
    middle = first.centroid
    trace = LineString([middle, Point(middle.x, middle.y + 90)])
    fault = gpd.GeoDataFrame(geometry=[trace], crs=made.CRS)
    fields = gpd.GeoDataFrame(geometry=[box(*second.bounds), box(*first.bounds)], crs=made.CRS)
    airports = gpd.GeoDataFrame({"precision_km": [5.0]}, geometry=[plots.geometry.iloc[2].centroid], crs=made.CRS)
    rules = default_rules()
    if hostile:
        rules = {name: replace(rule, clause=made.HOSTILE[0]) for name, rule in rules.items()}
    rulings = judge(plots, {"faults": fault, "irrigated_arable": fields, "airports": airports}, rules)
    usable = plots.geometry.map(lambda shape: scale(shape, 0.8, 0.9))
    rectangles = usable.map(lambda shape: rotate(scale(shape, 0.6, 0.5), 0))
    drawn = gpd.GeoDataFrame(
        {"plot": [*plots.index, *plots.index], "kind": ["usable"] * len(plots) + ["rectangle"] * len(plots)},
        geometry=[*usable, *rectangles],
        crs=made.CRS,
    )
    coarse = np.arange(len(plots)) % 3 != 1
    rng = np.random.default_rng(11)
    ground = pd.DataFrame(
        {
            "slope_mean": rng.uniform(0.4, 17, len(plots)),
            "slope_max": rng.uniform(17, 25, len(plots)),
            "over_8": rng.uniform(0.2, 0.5, len(plots)),
            "over_15": rng.uniform(0, 0.2, len(plots)),
            "cell_m": np.where(coarse, 460.0, 30.0),
            "regional": coarse,
            "cut_m3": np.where(coarse, np.nan, 48_000.0),
            "cut_reason": [Message("reason.no_heights") if one else None for one in coarse],
            "usable_ha": usable.area / 1e4,
            "usable_reason": [Message("reason.at_most_without", {"what": Message("layer.rivers")})] * len(plots),
            "largest_ha": usable.area / 1e4,
            "need_ha": plots["town"].map(findings.towns["area_need_ha"]),
            "fits": pd.array([[True, False, pd.NA][number % 3] for number in range(len(plots))], dtype="boolean"),
            "rectangle_length_m": 640.0,
            "rectangle_width_m": 410.0,
            "compactness": 0.78,
            "frontage_m": np.where(np.arange(len(plots)) % 4, 120.0, 0.0),
            **{f"seismic_{size}": part for size, part in (("low", 1.04), ("mid", 1.07), ("high", 1.10))},
            **{f"groundwater_{size}": np.nan for size in ("low", "mid", "high")},
            "seismic_reason": None,
            "groundwater_reason": [Message("reason.no_heights")] * len(plots),
        },
        index=plots.index,
    )
    return vary(findings, ground=ground, usable=drawn, rulings=rulings, rule_costs=cost_of_rules(rulings, plots))


def with_suitability(findings: Findings, cell_m: float = 500.0) -> Findings:
    """Add a screened grid around the first town, worse from west to east, with a hole ruled out."""
    west, south, east, north = findings.plots[findings.plots["town"] == "bishkek"].total_bounds
    grid: Grid = grid_over((west, south, east, north), made.CRS, cell_m)
    score = np.tile(np.linspace(100, 0, grid.shape[1]), (grid.shape[0], 1))
    score[grid.shape[0] // 3 : grid.shape[0] // 2, grid.shape[1] // 3 : grid.shape[1] // 2] = np.nan
    return vary(findings, suitability=(Suitability(grid, score, "bishkek"),))


def whole(*, hostile: bool = False, per_town: int = 10) -> Findings:
    """Everything at once."""
    findings = made.make_findings(per_town=per_town, hostile=hostile)
    return with_suitability(with_land(with_connections(findings, hostile=hostile), hostile=hostile))
