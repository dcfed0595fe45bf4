"""The synthetic country as an OpenStreetMap file: ``python country_file.py COUNTRY.npz FILE.osm.pbf``."""

import json
import sys

import numpy as np
import osmium
import pandas as pd
from osmium.osm.mutable import Node, Relation, Way
from pyproj import Transformer

CRS = "EPSG:32643"
CORNER_M = (420_000.0, 4_680_000.0)
CLASSES = {30.0: "residential", 50.0: "secondary", 60.0: "tertiary", 90.0: "trunk"}
NAMES = 3_000
EVERY = {"barrier": 997, "limit": 5, "surface": 3, "name": 2, "turn": 400}  # one node, way or junction in so many


def main(country_file: str, osm_file: str) -> None:
    """Write nodes, a way of two nodes for each street, and turn restrictions, in the usual order of a file."""
    country = np.load(country_file)
    xy = np.column_stack([country["x"], country["y"]]) + CORNER_M
    streets = streets_of(pd.DataFrame({name: country[name] for name in ("tail", "head", "seconds")}), xy)
    lon, lat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(*xy.T)
    with osmium.SimpleWriter(osm_file, overwrite=True) as writer:
        for node, place in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
            gate = {"barrier": "gate"} if node % EVERY["barrier"] == 0 else {}
            writer.add_node(Node(id=node + 1, location=place, tags=gate))
        ends = (streets[["tail", "head"]].to_numpy() + 1).tolist()
        for way, (nodes, kph, oneway) in enumerate(zip(ends, streets["kph"], streets["oneway"], strict=True), 1):
            writer.add_way(Way(id=way, nodes=nodes, tags=tags_of(way, kph, oneway=oneway)))
        by_tail = streets.assign(way=np.arange(1, len(streets) + 1)).drop_duplicates("tail").set_index("tail")["way"]
        come = streets.index[streets["head"].isin(by_tail.index)][:: EVERY["turn"]]
        for number, at in enumerate(come.tolist(), 1):
            via = int(streets["head"][at])
            members = [("w", at + 1, "from"), ("n", via + 1, "via"), ("w", int(by_tail[via]), "to")]
            tags = {"type": "restriction", "restriction": "no_left_turn"}
            writer.add_relation(Relation(id=number, members=members, tags=tags))
    print(json.dumps({"ways": len(streets)}))


def streets_of(arcs: pd.DataFrame, xy: np.ndarray) -> pd.DataFrame:
    """Each street once: ``tail head kph``, and whether it is ``oneway``."""
    low, high = arcs[["tail", "head"]].min(axis=1), arcs[["tail", "head"]].max(axis=1)
    pair = low * (high.max() + 1) + high
    metres = np.hypot(*(xy[arcs["tail"]] - xy[arcs["head"]]).T)
    apart = np.abs(
        np.subtract.outer(metres * 3.96 / arcs["seconds"].to_numpy(), list(CLASSES))
    )  # a street winds by 10 %
    kph = np.array(list(CLASSES))[apart.argmin(axis=1)]
    table: pd.DataFrame = arcs.assign(kph=kph, oneway=~pair.duplicated(keep=False))[~pair.duplicated()]
    return table[table["tail"] != table["head"]].reset_index(drop=True)


def tags_of(way: int, kph: float, *, oneway: bool) -> dict[str, str]:
    """Tags of a street: some 30,000 distinct sets in the country, most of them for their names."""
    tags = {"highway": CLASSES[kph]} | ({"oneway": "yes"} if oneway else {})
    if way % EVERY["name"] == 0:
        tags["name"] = f"Street {way // 40 % NAMES}"
    if way % EVERY["surface"] == 0:
        tags["surface"] = "gravel" if way % 2 else "asphalt"
    if way % EVERY["limit"] == 0:
        tags["maxspeed"] = str(int(kph))
    return tags


if __name__ == "__main__":
    main(*sys.argv[1:])
