"""Measure ``sitesel layers`` on drawn extracts of four sizes, the last of some 60 MB: ``python layers_of.py``.

What a real extract is made of: mostly buildings, then streets with their bends, land use, power lines, places, rivers.
"""

import resource
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

import numpy as np
import osmium
from osmium.osm.mutable import Node, Way

SIZES = (0.2, 0.4, 0.8, 1.6)
WEST, SOUTH, EAST, NORTH = 69.3, 39.2, 80.2, 43.2
SHAPES = {  # kind: how many at size 1, corners, side in degrees, closed, tags
    "building": (1_150_000, 4, 0.0002, True, {"building": "yes"}),
    "street": (380_000, 5, 0.001, False, {"highway": "residential"}),
    "road": (40_000, 20, 0.004, False, {"highway": "secondary", "surface": "asphalt"}),
    "field": (60_000, 12, 0.004, True, {"landuse": "farmland"}),
    "works": (6_000, 8, 0.002, True, {"landuse": "industrial"}),
    "power": (4_000, 30, 0.01, False, {"power": "line", "voltage": "110000"}),
    "river": (20_000, 40, 0.003, False, {"waterway": "river"}),
}
POINTS = {
    "village": (9_000, {"place": "village", "population": "1200", "name:ru": "Село"}),
    "substation": (2_500, {"power": "substation", "voltage": "35000"}),
    "station": (300, {"railway": "station"}),
}


def draw(size: float, file: Path, seed: int = 7) -> None:
    """Write an extract in the usual order: nodes, then ways."""
    random, ids = np.random.default_rng(seed), count(1)
    ways: list[tuple[list[int], dict[str, str], str]] = []
    with osmium.SimpleWriter(str(file), overwrite=True) as writer:
        for name, (number, tags) in POINTS.items():
            for at, place in enumerate(_places(random, int(number * size)).tolist()):
                writer.add_node(Node(id=next(ids), location=place, tags={**tags, "name": f"{name} {at}"}))
        for name, (number, corners, side, closed, tags) in SHAPES.items():
            starts = _places(random, int(number * size))
            angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
            steps = np.column_stack([np.cos(angles), np.sin(angles)]) if closed else np.linspace(0, 1, corners)[:, None]
            for start in starts:
                nodes = []
                for place in (start + side * steps * random.uniform(0.5, 1.0)).tolist():
                    nodes.append(next(ids))
                    writer.add_node(Node(id=nodes[-1], location=place))
                ways.append((nodes + nodes[:1] if closed else nodes, tags, name))
        for way, (nodes, tags, name) in enumerate(ways, 1):
            named = {"name": f"{name} {way % 3000}"} if name != "building" and way % 2 else {}
            writer.add_way(Way(id=way, nodes=nodes, tags={**tags, **named}))


def _places(random: np.random.Generator, number: int) -> np.ndarray:
    """Half of them crowd round towns, half lie anywhere."""
    towns = random.uniform((WEST, SOUTH), (EAST, NORTH), (200, 2))
    crowded = towns[random.integers(0, 200, number // 2)] + random.normal(0, 0.03, (number // 2, 2))
    anywhere = random.uniform((WEST, SOUTH), (EAST, NORTH), (number - number // 2, 2))
    places: np.ndarray = np.concatenate([crowded, anywhere]).clip((WEST, SOUTH), (EAST, NORTH))
    return places


def main() -> None:
    """Draw, read, and print a row a size."""
    print("| extract, MB | ways | wall, s | processor, s | memory, GB |\n|--:|--:|--:|--:|--:|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            file = Path(name, "drawn.osm.pbf")
            draw(size, file)
            before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            asked = ["-m", "sitesel", "layers", str(file), "--into", str(Path(name, "layers"))]
            subprocess.run([sys.executable, *asked], check=True, stdout=subprocess.DEVNULL)
            took, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
            worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            ways = sum(int(number * size) for number, *_ in SHAPES.values())
            row = (
                f"{file.stat().st_size / 1e6:.0f}",
                f"{ways:,}",
                f"{took:.0f}",
                f"{worked:.0f}",
                f"{after.ru_maxrss / 2**20:.2f}",
            )
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
