"""A synthetic country: towns of street grids, villages, highways, one street in twenty one-way."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay, KDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WIDTH_M, HEIGHT_M = 215_000.0, 135_000.0
BLOCK_M = 95.0
VILLAGE_SIDE = 6
TOWN_SIDES = (
    180,
    *([76] * 12),
    *([32] * 96),
    *([VILLAGE_SIDE] * 2_250),
)  # capital, cities, towns, villages: nodes a side of the grid
STREETS_A_NODE = 1.395  # undirected; a full grid would have 2
ONE_WAY = 0.05
TICKS_A_SECOND = (
    8  # seconds are rounded to eighths: sums are then exact in every engine, and answers comparable bit by bit
)


class Country(NamedTuple):
    """Nodes (``x y population``, by position) and arcs (``tail head seconds``, positions of nodes)."""

    nodes: pd.DataFrame
    arcs: pd.DataFrame


def synthetic_country(seed: int = 7, sides: tuple[int, ...] = TOWN_SIDES) -> Country:
    """Make the country of towns of so many nodes a side; the same seed makes the same one."""
    random = np.random.default_rng(seed)
    centres = random.uniform([0, 0], [WIDTH_M, HEIGHT_M], (len(sides), 2))
    grids = [_grid(random, side, centre) for side, centre in zip(sides, centres, strict=True)]
    offsets = np.concatenate([[0], np.cumsum([len(xy) for xy, *_ in grids])])
    xy = np.concatenate([grid[0] for grid in grids])
    streets = np.concatenate([grid[1] + offset for grid, offset in zip(grids, offsets[:-1], strict=True)])
    kmh = np.concatenate([grid[2] for grid in grids])
    middles = np.array([offset + len(grid[0]) // 2 for grid, offset in zip(grids, offsets[:-1], strict=True)])
    towns = sum(side > VILLAGE_SIDE for side in sides)
    xy, roads, roads_kmh = _highways(random, xy, middles, towns)
    return _arcs(random, xy, np.concatenate([streets, roads]), np.concatenate([kmh, roads_kmh]))


def keep(country: Country, file: Path) -> None:
    """Write a country where engines of any environment can read it."""
    nodes, arcs = country
    np.savez(
        file, x=nodes["x"], y=nodes["y"], population=nodes["population"],
        tail=arcs["tail"], head=arcs["head"], seconds=arcs["seconds"],
    )  # fmt: skip


def _grid(random: np.random.Generator, side: int, centre: Floats) -> tuple[Floats, Ints, Floats]:
    """Lay a rotated street grid; a spanning tree and as many more streets as the average asks."""
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    number = (row * side + column).astype(np.int64)
    pairs = np.concatenate(
        [
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
        ]
    )
    main = (pairs // side % 8 == 0).all(axis=1) | (pairs % side % 8 == 0).all(axis=1)
    luck = random.uniform(0.01, 1, len(pairs)) * np.where(main, 0.3, 1)
    tree = minimum_spanning_tree(coo_array((luck, pairs.T), shape=(side**2, side**2)).tocsr()).tocoo()
    in_tree = np.isin(pairs @ [side**2, 1], np.minimum(*tree.coords) * side**2 + np.maximum(*tree.coords))
    order = np.argsort(np.where(in_tree, -1, luck))[: round(STREETS_A_NODE * side**2)]
    angle = random.uniform(0, np.pi / 2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    xy = (np.column_stack([column.ravel(), row.ravel()]) - side / 2 + random.normal(0, 0.12, (side**2, 2))) * BLOCK_M
    return xy @ turn + centre, pairs[order], np.where(main[order], 50.0, 30.0)


def _highways(random: np.random.Generator, xy: Floats, middles: Ints, n_towns: int) -> tuple[Floats, Ints, Floats]:
    """Join towns by highways (a node every 1.5 km) and every village to a near road by a lane."""
    towns = middles[:n_towns]
    corners = Delaunay(xy[towns]).simplices
    sides = np.unique(
        np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0
    )
    metres = np.hypot(*(xy[towns[sides[:, 0]]] - xy[towns[sides[:, 1]]]).T)
    sides = sides[metres < np.quantile(metres, 0.8)]
    points, roads, new = [xy], [], len(xy)
    for left, right in towns[sides].tolist():
        steps = max(2, int(np.hypot(*(xy[left] - xy[right])) // 1_500))
        along = np.linspace(0, 1, steps + 1)[1:-1, None]
        points.append(xy[left] + along * (xy[right] - xy[left]) + random.normal(0, 150, (steps - 1, 2)))
        chain = np.concatenate([[left], np.arange(new, new + steps - 1), [right]])
        roads.append(np.column_stack([chain[:-1], chain[1:]]))
        new += steps - 1
    everything = np.concatenate(points)
    villages = middles[n_towns:]
    hubs = np.concatenate([towns, np.arange(len(xy), new)])
    lanes = np.column_stack([villages, hubs[KDTree(everything[hubs]).query(everything[villages])[1]]])
    pairs = np.asarray(KDTree(everything[villages]).query(everything[villages], k=3)[1])
    between = np.concatenate(
        [np.column_stack([villages, villages[pairs[:, 1]]]), np.column_stack([villages, villages[pairs[:, 2]]])]
    )
    highways = np.concatenate(roads)
    kmh = np.concatenate([np.full(len(highways), 90.0), np.full(len(lanes) + len(between), 60.0)])
    return everything, np.concatenate([highways, lanes, between]), kmh


def _arcs(random: np.random.Generator, xy: Floats, streets: Ints, kmh: Floats) -> Country:
    """Turn streets into arcs with seconds, and people the nodes."""
    metres = np.hypot(*(xy[streets[:, 0]] - xy[streets[:, 1]]).T) * random.uniform(1, 1.2, len(streets))
    seconds = np.maximum(np.round(metres / kmh * 3.6 * TICKS_A_SECOND), 1) / TICKS_A_SECOND
    two_way = random.uniform(size=len(streets)) > ONE_WAY
    tail = np.concatenate([streets[:, 0], streets[two_way, 1]])
    head = np.concatenate([streets[:, 1], streets[two_way, 0]])
    arcs = pd.DataFrame({"tail": tail, "head": head, "seconds": np.concatenate([seconds, seconds[two_way]])})
    people = random.integers(0, 60, len(xy)).astype(float)
    return Country(pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "population": people}), arcs)
