"""Streets: the arcs that are one road in its two directions, and the copies of both that turn restrictions made."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from sitesel.arrays import Bools, Ints, Objects
from sitesel.network.arcs import Arcs

SAME_LINE_M = 0.01  # two directions of a street run the same way back: lengths and middles differ by rounding only
ALONG = np.array([0.1, 0.2, 0.3, 0.4])  # where a loop is looked at to tell which way round it runs


@dataclass(frozen=True, eq=False)
class Streets:
    """Streets of a network, in the order of their first arcs.

    Parameters
    ----------
    arc : ndarray of int64, length S
        First arc of each street; positions along the street are measured along it.
    number : ndarray of int64, length M
        Street of each arc.
    ahead : ndarray of bool, length M
        Whether an arc runs the way of its street's first one.
    """

    arc: Ints
    number: Ints
    ahead: Bools

    @cached_property
    def lanes(self) -> pd.DataFrame:
        """Pair the arcs ahead with those back, so that every arc of a street stands in one row at least.

        Returns
        -------
        DataFrame, index street
            ``arc`` and ``twin`` (the same the other way; -1 where there is none) and ``turned``, where ``arc`` runs
            back.
        """
        number = np.arange(len(self.number))
        table = pd.DataFrame({"street": self.number, "ahead": self.ahead, "arc": number})
        table["rank"] = table.groupby(["street", "ahead"]).cumcount()
        ahead, back = (table[table["ahead"] == way].set_index(["street", "rank"])["arc"] for way in (True, False))
        pairs = pd.DataFrame({"ahead": ahead, "back": back}).sort_index().fillna(-1).astype(np.int64)
        turned = (pairs["ahead"] < 0).to_numpy()
        return pd.DataFrame(
            {
                "arc": np.where(turned, pairs["back"], pairs["ahead"]),
                "twin": np.where(turned, -1, pairs["back"]),
                "turned": turned,
            },
            index=pairs.index.get_level_values("street"),
        )


def streets_of(arcs: Arcs) -> Streets:
    """Find the arcs that run along the same line between the same junctions, whichever copies of these they end at.

    Parallel arcs between the same two nodes are streets of their own.

    Parameters
    ----------
    arcs : Arcs
        With coordinates in a projected CRS, in metres.

    Returns
    -------
    Streets
    """
    lines, junction = arcs.geometry(), arcs.junctions()
    tail, head = junction[arcs.tail], junction[arcs.head]
    ahead = tail < head
    loop = np.flatnonzero(tail == head)
    ahead[loop] = _ahead(lines[loop])
    table = pd.DataFrame({"ahead": ahead, "tail": arcs.tail, "head": arcs.head, "line": _same_line(lines, tail, head)})
    table["rank"] = table.groupby(["line", "ahead", "tail", "head"]).cumcount()
    ranks = int(table["rank"].max()) + 1 if len(table) else 1
    number = np.asarray(pd.factorize(table["line"] * ranks + table["rank"])[0], dtype=np.int64)
    arc = np.unique(number, return_index=True)[1].astype(np.int64)
    return Streets(arc, number, ahead == ahead[arc[number]])


def twins(arcs: Arcs) -> Ints:
    """Find for each arc the other direction of the same street: back between the same junctions along the same line.

    Returns
    -------
    ndarray of int64, length M
        -1 where there is none.
    """
    lanes = streets_of(arcs).lanes
    both = lanes[lanes["twin"] >= 0]
    other = np.full(len(arcs.tail), -1, dtype=np.int64)
    other[both["arc"]], other[both["twin"]] = both["twin"], both["arc"]
    return other


def _same_line(lines: Objects, tail: Ints, head: Ints) -> Ints:
    """Equal numbers for lines between the same junctions that differ in direction at most."""
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    group = np.unique(np.column_stack([low, high]), axis=0, return_inverse=True)[1].reshape(-1)
    for measure in (shapely.length(lines), shapely.get_x(middle), shapely.get_y(middle)):
        order = np.lexsort([measure, group])
        apart = (np.diff(group[order]) != 0) | (np.diff(measure[order]) > SAME_LINE_M)
        finer = np.empty_like(group)
        finer[order] = np.concatenate([np.zeros(min(len(group), 1), dtype=np.int64), np.cumsum(apart)])
        group = finer
    return group


def _ahead(loops: Objects) -> Bools:
    """Tell the two ways round a loop apart: by where it runs first, seen against where it runs last."""
    here = shapely.line_interpolate_point(loops[:, None], ALONG, normalized=True)
    there = shapely.line_interpolate_point(loops[:, None], 1 - ALONG, normalized=True)
    apart = np.hstack([shapely.get_x(here) - shapely.get_x(there), shapely.get_y(here) - shapely.get_y(there)])
    telling = np.abs(apart) > SAME_LINE_M
    first = telling.argmax(axis=1)
    return np.asarray(apart[np.arange(len(loops)), first] > 0)
