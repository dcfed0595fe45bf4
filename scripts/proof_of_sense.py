"""Hold the road atlas against known distances and times, and write the table into docs/assumptions.md.

With --check nothing is written: the exit code is 1 where the table in the document is out of date.
"""

import argparse
import sys

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from layer_building import assembly, tables
from sitesel.network import from_lines

DOCUMENT = tables.LAYERS.parent / "docs" / "assumptions.md"
BEGIN, END = "<!-- proof of sense: written by scripts/proof_of_sense.py -->", "<!-- end of proof of sense -->"
CLOSE_PCT = 10
DRIVEN = {"road": "car", "rail": "car", "train": "car", "truck": "truck"}  # what the atlas is asked for each figure


def compared() -> pd.DataFrame:
    """Put every known figure beside the atlas's own along the fastest way."""
    roads = gpd.read_file(tables.LAYERS / "roads.gpkg").to_crs(tables.METRIC)
    known = tables.read_csv("known_distances")
    graphs = {mode: from_lines(roads, mode=mode) for mode in set(DRIVEN.values())}
    asked = zip(known["from_place"], known["to_place"], known["mode"], known["unit"], strict=True)
    known["model"] = [figure(graphs[DRIVEN[mode]], start, end, unit) for start, end, mode, unit in asked]
    return known.assign(difference_pct=100 * (known["model"] / known["value"] - 1))


def figure(graph: nx.MultiDiGraph, start: str, end: str, unit: str) -> float:
    """Kilometres of the fastest way between two places, or its minutes."""
    gazetteer = assembly.gazetteer()
    ids = [gazetteer.identify(place, "known_distances") for place in (start, end)]
    lon_lat = gazetteer.places.loc[ids, ["lon", "lat"]]
    xy = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    points = gpd.GeoSeries.from_xy(*lon_lat.to_numpy().T, crs=4326).to_crs(graph.graph["crs"])
    nearest = cKDTree([*xy.values()]).query(points.get_coordinates().to_numpy())[1]
    tail, head = (list(xy)[node] for node in np.atleast_1d(nearest))
    way = nx.shortest_path(graph, tail, head, weight="travel_time")
    fastest = [min(graph[u][v].values(), key=lambda edge: edge["travel_time"]) for u, v in nx.utils.pairwise(way)]
    per_unit, attribute = (1000, "length") if unit == "km" else (60, "travel_time")
    return sum(float(edge[attribute]) for edge in fastest) / per_unit


def table(known: pd.DataFrame) -> str:
    """Markdown, one row a figure."""
    head = "| from | to | figure | known | model | difference | scaled to it | in view when set | source | confidence |"
    rows = [head, "|" + "---|" * 10]
    names = assembly.gazetteer()
    for _, row in known.iterrows():
        ids = [names.identify(str(row[f"{end}_place"]), "known_distances") for end in ("from", "to")]
        start, end = names.places.loc[ids, "name_en"].astype(str)
        told = ["yes" if row[column] else "no" for column in ("used_to_scale", "seen_when_set")]
        figures = f"{row['value']:g} | {row['model']:.1f} | {row['difference_pct']:+.0f} %"
        rows.append(
            f"| {start} | {end} | {row['unit']}, {row['mode']} | {figures} | {' | '.join(told)} | {row['source']} | "
            f"{row['confidence']} |"
        )
    km = known[(known["unit"] == "km") & ~known["used_to_scale"].astype(bool)]
    close = (km["difference_pct"].abs() <= CLOSE_PCT).sum()
    return "\n".join([*rows, "", f"{close} of {len(km)} distances not used to scale are within {CLOSE_PCT} %."])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    fresh = f"{before}{BEGIN}\n\n{table(compared())}\n\n{END}{rest.partition(END)[2]}"
    if parser.parse_args().check:
        sys.exit(0 if fresh == text else f"{DOCUMENT.name} is out of date: run scripts/proof_of_sense.py")
    DOCUMENT.write_text(fresh, encoding="utf-8")
