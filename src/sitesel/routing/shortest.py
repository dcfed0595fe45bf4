"""Travel times between places by Dijkstra's algorithm."""

from collections.abc import Sequence
from typing import Any

import networkx as nx
import pandas as pd


def travel_times(graph: nx.MultiDiGraph, origins: Sequence[Any], destinations: Sequence[Any]) -> pd.DataFrame:
    """Shortest travel times from each origin to each destination.

    Of parallel edges the fastest counts. The smaller of the two sets is searched from (on the reversed graph where
    that is the destinations), so that a few plots against many settlements cost a few searches.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Edges with ``travel_time`` (s).
    origins, destinations : sequences of nodes

    Returns
    -------
    DataFrame of float, origins x destinations
        Seconds; NaN where there is no way, or where a place is not in the graph.
    """
    backwards = len(destinations) < len(origins)
    searched, asked = (destinations, origins) if backwards else (origins, destinations)
    view = graph.reverse(copy=False) if backwards else graph
    rows = {
        place: nx.single_source_dijkstra_path_length(view, place, weight="travel_time") if place in view else {}
        for place in searched
    }
    seconds = pd.DataFrame(
        [[rows[place].get(other, float("nan")) for other in asked] for place in searched],
        index=pd.Index(list(searched), tupleize_cols=False),
        columns=pd.Index(list(asked), tupleize_cols=False),
        dtype=float,
    )
    return seconds.T if backwards else seconds
