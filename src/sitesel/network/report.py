"""What a road graph holds, for a reader to judge how far to trust it."""

from dataclasses import dataclass
from typing import Any

import networkx as nx
import pandas as pd


@dataclass(frozen=True)
class NetworkReport:
    """A road graph in figures.

    Parameters
    ----------
    nodes, edges : int
        Of the graph, copies made for turn restrictions included.
    length_km : float
        Of road, each stretch once whatever its directions.
    by_class : DataFrame, index highway, longest first
        ``km``, and ``assumed_share`` of it whose speed is from the table and not from a sign.
    parts : Series of int, index part, largest first
        Nodes of each strongly connected part.
    largest_share : float
        Share of the nodes that are in the largest part.
    assumed_share : float
        Share of ``length_km`` whose speed is from the table.
    dropped, notices : Series of int, index reason
        What was left out, and what was used with a reservation.
    """

    nodes: int
    edges: int
    length_km: float
    by_class: pd.DataFrame
    parts: pd.Series
    largest_share: float
    assumed_share: float
    dropped: pd.Series
    notices: pd.Series

    def __str__(self) -> str:
        """Lay the figures out for reading, a line each."""
        lines = [
            f"{self.nodes} nodes, {self.edges} edges, {self.length_km:.1f} km of road",
            f"{self.parts.size} strongly connected parts, {self.largest_share:.1%} of the nodes in the largest",
            f"{self.assumed_share:.1%} of the length at an assumed speed",
            *(f"  {row.Index}: {row.km:.1f} km" for row in self.by_class.itertuples()),
            *(f"dropped: {reason} ({count})" for reason, count in self.dropped.items()),
            *(f"notice: {kind} ({count})" for kind, count in self.notices.items()),
        ]
        return "\n".join(lines)


def report(graph: "nx.MultiDiGraph[Any]") -> NetworkReport:
    """Describe a road graph.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        In OSMnx's conventions, with ``length oneway`` and, where known, ``highway assumed_speed`` on edges and
        ``dropped notices`` (mappings of reason to count) on the graph.

    Returns
    -------
    NetworkReport

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph(crs="EPSG:4326", dropped={"ferry": 1})
    >>> _ = graph.add_edge(1, 2, highway="trunk", length=1500.0, oneway=True, assumed_speed=True)
    >>> print(report(graph))
    2 nodes, 1 edges, 1.5 km of road
    2 strongly connected parts, 50.0% of the nodes in the largest
    100.0% of the length at an assumed speed
      trunk: 1.5 km
    dropped: ferry (1)
    """
    roads = _roads(graph)
    km = float(roads["km"].sum())
    by_class = (
        roads.groupby("highway", sort=True)[["km", "assumed_km"]]
        .sum()
        .sort_values("km", ascending=False, kind="stable")
    )
    by_class["assumed_share"] = by_class.pop("assumed_km") / by_class["km"]
    parts = _parts(graph)
    return NetworkReport(
        nodes=graph.number_of_nodes(),
        edges=graph.number_of_edges(),
        length_km=km,
        by_class=by_class,
        parts=parts,
        largest_share=float(parts.iloc[0] / parts.sum()) if parts.size else float("nan"),
        assumed_share=float(roads["assumed_km"].sum() / km) if km else float("nan"),
        dropped=_counts(graph, "dropped"),
        notices=_counts(graph, "notices"),
    )


def _roads(graph: "nx.MultiDiGraph[Any]") -> pd.DataFrame:
    """One row an edge: class, km that count for it (half where the other direction counts the rest), km assumed."""
    rows = [
        (
            str(data.get("highway", "unknown")),
            data["length"] / 1000 / (1 if data.get("oneway", False) else 2),
            data.get("assumed_speed", False),
        )
        for _, _, data in graph.edges(data=True)
        if not data.get("turn_copy", False)
    ]
    roads = pd.DataFrame(rows, columns=["highway", "km", "assumed"]).astype({"km": float})
    return roads.assign(assumed_km=roads["km"].where(roads["assumed"].astype(bool), 0.0))


def _parts(graph: "nx.MultiDiGraph[Any]") -> pd.Series:
    sizes = sorted((len(part) for part in nx.strongly_connected_components(graph)), reverse=True)
    return pd.Series(sizes, name="nodes", dtype=int).rename_axis("part")


def _counts(graph: "nx.MultiDiGraph[Any]", what: str) -> pd.Series:
    return pd.Series(dict(graph.graph.get(what, {})), dtype=int, name=what).rename_axis("reason")
