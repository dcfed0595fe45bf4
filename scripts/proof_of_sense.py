"""Hold the road atlas against published distances and times, and write the table into docs/assumptions.md.

With --check nothing is written: the exit code is 1 where the table in the document is out of date.
"""

import argparse
import sys
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd

from sitesel.network import from_lines

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "assumptions.md"
BEGIN, END = "<!-- proof of sense: written by scripts/proof_of_sense.py -->", "<!-- end of proof of sense -->"
CLOSE_PCT = 10


def compared() -> pd.DataFrame:
    """Every known figure beside the atlas's own."""
    roads = gpd.read_file(ROOT / "layers" / "roads.gpkg").to_crs(32643)
    known = pd.read_csv(ROOT / "layers" / "sources" / "known_distances.csv")
    places = place_nodes(roads)
    graphs = {mode: from_lines(roads, mode=mode) for mode in ("car", "truck", "marshrutka")}
    asked = zip(known["mode"], known["from"], known["to"], known["unit"], strict=True)
    known["model"] = [figure(graphs[mode], places[start], places[end], unit) for mode, start, end, unit in asked]
    known["difference_pct"] = 100 * (known["model"] / known["value"] - 1)
    return known


def place_nodes(roads: gpd.GeoDataFrame) -> dict[str, tuple[float, float]]:
    """Where the atlas puts each station that its legs begin or end at."""
    starts = dict(zip(roads["from_place"], roads.geometry.map(lambda line: line.coords[0]), strict=True))
    return dict(zip(roads["to_place"], roads.geometry.map(lambda line: line.coords[-1]), strict=True)) | starts


def figure(graph: nx.MultiDiGraph, start: tuple[float, float], end: tuple[float, float], unit: str) -> float:
    """Kilometres of the fastest way, or its minutes."""
    nodes = {(round(data["x"]), round(data["y"])): node for node, data in graph.nodes(data=True)}
    tail, head = (nodes[round(x), round(y)] for x, y in (start, end))
    way = nx.shortest_path(graph, tail, head, weight="travel_time")
    fastest = [min(graph[u][v].values(), key=lambda edge: edge["travel_time"]) for u, v in nx.utils.pairwise(way)]
    return sum(float(edge["travel_time"]) / 60 if unit == "min" else float(edge["length"]) / 1000 for edge in fastest)


def table(known: pd.DataFrame) -> str:
    """Markdown, one row a figure."""
    head = "| from | to | figure | published | model | difference | scaled to it | source | confidence |"
    rows = [head, "|---|---|---|---|---|---|---|---|---|"]
    for _, row in known.iterrows():
        what = f"minutes, {row['mode']}" if row["unit"] == "min" else "km"
        scaled = "yes" if row["used_to_scale"] else "no"
        rows.append(
            f"| {row['from']} | {row['to']} | {what} | {row['value']:g} | {row['model']:.1f} | "
            f"{row['difference_pct']:+.0f} % | {scaled} | {row['source']} | {row['confidence']} |"
        )
    km = known[known["unit"] == "km"]
    close = (km["difference_pct"].abs() <= CLOSE_PCT).sum()
    return "\n".join([*rows, "", f"{close} of {len(km)} distances within {CLOSE_PCT} %."])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    fresh = f"{before}{BEGIN}\n\n{table(compared())}\n\n{END}{rest.partition(END)[2]}"
    if parser.parse_args().check:
        sys.exit(0 if fresh == text else f"{DOCUMENT.name} is out of date: run scripts/proof_of_sense.py")
    DOCUMENT.write_text(fresh, encoding="utf-8")
