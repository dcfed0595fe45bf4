"""The roads of an OpenStreetMap file for one mode, in arrays: of these are engine, cache and networkx graphs made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sitesel.arrays import Floats, Ints, Objects
from sitesel.network.arcs import Arcs, Lines
from sitesel.network.assembly import RoadTables, to_graph
from sitesel.schema import SETTINGS

if TYPE_CHECKING:
    import networkx as nx

CARRIED: Final = ("highway", "name", "ref", "lanes", "maxspeed", "surface", "tracktype")


@dataclass(frozen=True, eq=False)
class Roads:
    """Roads of one mode and season.

    Parameters
    ----------
    nodes : DataFrame, index osmid
        ``x y street_count barrier via``, and ``lon lat`` where ``x y`` are in a CRS of their own.
    kinds : DataFrame
        Each set of tags once: ``highway name ref lanes maxspeed surface tracktype`` as tagged, None where not.
    stretches : DataFrame
        Roads between junctions: ``kind`` (row of ``kinds``), ``length`` (m), ``setting`` (position in
        :data:`sitesel.schema.SETTINGS`), ``joinable``.
    xy : ndarray of float64, shape (p, 2)
        Coordinates of the stretches' lines in the CRS of ``about``, one after the other.
    start : ndarray of int64, shape (stretches + 1,)
        Where each starts in ``xy``, and p.
    ways, way_start : ndarray of int64
        OSM numbers of each stretch's ways, and where each starts among these.
    edges : DataFrame
        One-way edges in the order in which a graph of networkx lists them: ``tail head`` (rows of ``nodes``), ``key``
        (tells parallel ones apart), ``stretch``, ``against`` (runs against its line), ``oneway``, ``turn_copy``,
        ``speed_kph travel_time assumed_speed``.
    about : mapping
        Attributes of the graph, ``crs`` among them.
    """

    nodes: pd.DataFrame
    kinds: pd.DataFrame
    stretches: pd.DataFrame
    xy: Floats
    start: Ints
    ways: Ints
    way_start: Ints
    edges: pd.DataFrame
    about: Mapping[str, Any]

    @cached_property
    def lines(self) -> Lines:
        """Lines of all edges, made once for all that draw them."""
        return Lines(self.xy, self.start, self.edges["stretch"].to_numpy(), self.edges["against"].to_numpy())

    def words(self, column: str) -> Objects:
        """Tell what each edge bears: its ``setting``, or what is in a column of ``kinds``; None where nothing."""
        words = np.array(SETTINGS, dtype=object) if column == "setting" else self.kinds[column].to_numpy(object)
        return np.asarray(words[self.of_stretch("kind" if column in self.kinds else column)])

    def of_stretch(self, column: str) -> NDArray[Any]:
        """Value of each edge's stretch."""
        return np.asarray(self.stretches[column].to_numpy()[self.edges["stretch"].to_numpy()])

    def arcs(self) -> Arcs:
        """Arcs of the roads, as :func:`sitesel.network.arcs_of` reads them from the graph."""
        nodes, edges, joinable = self.nodes, self.edges, self.of_stretch("joinable")
        via = nodes["via"].to_numpy()
        copied = ~pd.isna(via)
        junction = nodes.index.to_numpy(copy=True)
        junction[copied] = via[copied].astype(np.int64)
        return Arcs(
            nodes=pd.Index(nodes.index.to_numpy()),
            tail=edges["tail"].to_numpy(np.int64),
            head=edges["head"].to_numpy(np.int64),
            seconds=edges["travel_time"].to_numpy(),
            x=nodes["x"].to_numpy(),
            y=nodes["y"].to_numpy(),
            key=edges["key"].to_numpy(np.int64),
            lines=self.lines,
            crs=str(self.about["crs"]),
            length_m=self.of_stretch("length"),
            junction=pd.factorize(junction)[0].astype(np.int64) if copied.any() else None,
            joinable=None if joinable.all() else joinable,
        )

    def graph(self) -> "nx.MultiDiGraph[int]":
        """Graph of the roads, in OSMnx's conventions."""
        edges, osmid = self.edges, self.nodes.index.to_numpy()
        against, oneway = edges["against"], edges["oneway"]
        table = {
            "u": osmid[edges["tail"]],
            "v": osmid[edges["head"]],
            "osmid": self._way_numbers()[edges["stretch"]],
            **{name: self.words(name) for name in CARRIED},
            "length": self.of_stretch("length"),
            "oneway": oneway,
            # As in OSMnx, a one-way street is never reversed, not even one drawn against its direction.
            "reversed": against & ~oneway,
            "setting": self.words("setting"),
            "speed_kph": edges["speed_kph"],
            "travel_time": edges["travel_time"],
            "assumed_speed": edges["assumed_speed"],
            # Only what is out of the ordinary is an attribute.
            "joinable": np.array([False, None], dtype=object)[self.of_stretch("joinable").astype(int)],
            "turn_copy": np.array([None, True], dtype=object)[edges["turn_copy"].astype(int)],
            "geometry": self.lines.drawn,
        }
        return to_graph(RoadTables(self.nodes, pd.DataFrame(table), self.about))

    def _way_numbers(self) -> Objects:
        """Way number of each stretch, or the list of them where it is made of several."""
        first = self.way_start[:-1]
        osmid = self.ways[first].astype(object)
        for stretch in np.flatnonzero(np.diff(self.way_start) > 1).tolist():
            ways = self.ways[self.way_start[stretch] : self.way_start[stretch + 1]]
            distinct = list(dict.fromkeys(ways.tolist()))
            osmid[stretch] = distinct if len(distinct) > 1 else distinct[0]
        return osmid

    def noted(self, notice: str) -> "Roads":
        """Count a notice more."""
        return replace(self, about={**self.about, "notices": {**self.about["notices"], notice: 1}})


def words_of(roads: "Roads | nx.MultiDiGraph[Any]", column: str) -> Objects:
    """Tell what each edge of a network bears, in the network's order; None where nothing.

    Examples
    --------
    >>> import networkx as nx
    >>> words_of(nx.MultiDiGraph([(1, 2, {"surface": "gravel"}), (2, 3, {})]), "surface").tolist()
    ['gravel', None]
    """
    if isinstance(roads, Roads):
        return roads.words(column)
    return np.array([*(data.get(column) for *_, data in roads.edges(data=True)), None], dtype=object)[:-1]


def in_graph_order(tail: Ints, head: Ints) -> tuple[Ints, Ints]:
    """Order in which a graph of networkx lists edges that are added to it one by one, and their keys in that order.

    Parameters
    ----------
    tail, head : ndarray of int64, shape (n,)
        Ends as positions among the graph's nodes.

    Returns
    -------
    order, key : ndarray of int64, shape (n,)

    Examples
    --------
    >>> [row.tolist() for row in in_graph_order(np.array([1, 0, 1, 1]), np.array([0, 1, 2, 0]))]
    [[1, 0, 3, 2], [0, 0, 1, 0]]
    """
    pair = tail * (int(head.max(initial=0)) + 1) + head
    _, first, of_pair = np.unique(pair, return_index=True, return_inverse=True)
    order = np.lexsort((first[of_pair], tail))  # stable: parallel edges stay as they come
    new = np.append(True, np.diff(of_pair[order]) != 0)[: order.size]
    return order, np.arange(order.size) - np.maximum.accumulate(np.where(new, np.arange(order.size), 0))
