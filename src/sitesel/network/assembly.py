"""Tables of roads to a networkx graph in OSMnx's conventions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from sitesel.arrays import Floats, Ints
from sitesel.layers.grid import M_PER_DEGREE
from sitesel.network import speeds

_WGS84_A: Final = 6378137.0
_WGS84_E2: Final = 0.0066943799901413165


@dataclass(frozen=True)
class RoadTables:
    """A road network as two tables.

    Parameters
    ----------
    nodes : DataFrame, index osmid (int)
        ``x y`` in the CRS of ``about``, and more.
    edges : DataFrame
        ``u v osmid highway length oneway reversed speed_kph travel_time assumed_speed geometry`` and more; a missing
        value is an attribute that the edge does not have.
    about : mapping
        Attributes of the graph, ``crs`` among them.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    about: Mapping[str, Any]


def to_graph(tables: RoadTables) -> "nx.MultiDiGraph[int]":
    """Graph of two tables.

    Returns
    -------
    networkx.MultiDiGraph
        Attributes as the tables' columns; keys number parallel edges from 0.
    """
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(**tables.about)
    graph.add_nodes_from(zip(tables.nodes.index.tolist(), _records(tables.nodes), strict=True))
    edges = tables.edges
    attributes = _records(edges.drop(columns=["u", "v"]))
    graph.add_edges_from(zip(edges["u"].tolist(), edges["v"].tolist(), attributes, strict=True))
    return graph


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts without what is missing."""
    columns = {str(name): frame[name] for name in frame.columns}
    missing = {name: column.isna().to_numpy() for name, column in columns.items()}
    whole = [name for name in columns if not missing[name].any()]
    if not whole:
        rows: list[dict[str, Any]] = [{} for _ in range(len(frame))]
    else:
        rows = [
            dict(zip(whole, row, strict=True)) for row in zip(*(columns[name].tolist() for name in whole), strict=True)
        ]
    for name, gaps in missing.items():
        if name not in whole:
            values = columns[name].tolist()
            for row in np.flatnonzero(~gaps).tolist():
                rows[row][name] = values[row]
    return rows


def first_of(value: object) -> object:
    """Take the first of several: an edge joined of several ways has lists; a road of two numbers is drawn with one."""
    return value[0] if isinstance(value, list) else value


def segment_lengths(lon: Floats, lat: Floats) -> Floats:
    """Metres between neighbours on the WGS 84 ellipsoid, by its radii of curvature at their middle latitude.

    Within 1 mm a kilometre of the geodesic for the short segments that roads are made of.

    Parameters
    ----------
    lon, lat : ndarray of float64, shape (n,)
        Degrees.

    Returns
    -------
    ndarray of float64, shape (n - 1,)

    Examples
    --------
    >>> segment_lengths(np.array([74.6, 74.6, 74.61]), np.array([42.87, 42.88, 42.88])).round(1).tolist()
    [1110.9, 817.0]
    """
    middle = np.radians((lat[1:] + lat[:-1]) / 2)
    bulge = 1 - _WGS84_E2 * np.sin(middle) ** 2
    east = np.radians(np.diff(lon)) * np.cos(middle) * _WGS84_A / np.sqrt(bulge)
    north = np.radians(np.diff(lat)) * _WGS84_A * (1 - _WGS84_E2) / bulge**1.5
    return np.hypot(east, north)


def with_travel_times(edges: pd.DataFrame, mode: str, season: str) -> pd.DataFrame:
    """Speeds and seconds of edges.

    Parameters
    ----------
    edges : DataFrame
        ``highway setting surface tracktype length`` (m) and ``limit_kph`` (NaN where none is signed).
    mode : {"car", "truck", "bus", "foot"}
    season : {"summer", "winter"}

    Returns
    -------
    DataFrame
        With ``speed_kph travel_time`` (s) and ``assumed_speed`` (True where the table of speeds was asked, not a sign);
        NaN speed where the class is unknown.
    """
    surface = speeds.surface_factor(edges["highway"], edges["surface"], mode)
    tracktype = speeds.tracktype_factor(edges["highway"], edges["tracktype"], mode)
    # Of surface and tracktype the slower counts, not both: they say the same thing twice.
    slower = (tracktype / surface).clip(upper=1.0)
    free = speeds.kph(edges["highway"], edges["setting"], edges["surface"], mode, season) * slower
    assumed = pd.Series(data=True, index=edges.index)
    if mode != "foot":
        signed = speeds.kph_under_limit(edges["highway"], edges["setting"], edges["limit_kph"], mode)
        signed = signed * surface * slower * speeds.season_factor(edges["setting"], mode, season)
        assumed = signed.isna()
        free = signed.fillna(free)
    return edges.assign(speed_kph=free, travel_time=edges["length"] / (free / 3.6), assumed_speed=assumed)


def settings_by_density(lon: Floats, lat: Floats, junction_lon: Floats, junction_lat: Floats) -> npt.NDArray[np.str_]:
    """Tell the setting of places by the junctions around them: rural, ribbon or urban, never mountain.

    Parameters
    ----------
    lon, lat : ndarray of float64, shape (n,)
        Places, degrees.
    junction_lon, junction_lat : ndarray of float64, shape (m,)

    Returns
    -------
    ndarray of str, shape (n,)
    """
    rule = speeds.density_settings()
    middle = float(np.mean(junction_lat)) if junction_lat.size else 0.0
    metres = M_PER_DEGREE * np.array([np.cos(np.radians(middle)), 1.0])
    here = np.column_stack([lon, lat]) * metres
    junctions = np.column_stack([junction_lon, junction_lat]) * metres
    per_km2 = _around(here, junctions, rule["cell_m"]) / (9 * (rule["cell_m"] / 1000) ** 2)
    apart = junctions[np.unique(np.floor(junctions / rule["one_junction_m"]), axis=0, return_index=True)[1]]
    beside = cKDTree(apart).query_ball_point(here, rule["ribbon_within_m"], return_length=True, workers=-1)
    return np.select(
        [per_km2 >= rule["urban_junctions_per_km2"], beside >= rule["ribbon_junctions"]], ["urban", "ribbon"], "rural"
    )


def _around(here: Floats, points: Floats, cell_m: float) -> Floats:
    """Count the points in the 3 x 3 cells around each place."""

    def cells(xy: Floats) -> Ints:
        grid = np.floor(xy / cell_m).astype(np.int64)
        return np.asarray(grid[:, 0] * 2**32 + grid[:, 1])

    filled, count = np.unique(cells(points), return_counts=True)
    around = np.zeros(len(here))
    own = cells(here)
    for step in (east * 2**32 + north for east in (-1, 0, 1) for north in (-1, 0, 1)):
        at = np.searchsorted(filled, own + step).clip(max=max(filled.size - 1, 0))
        if filled.size:
            around += np.where(filled[at] == own + step, count[at], 0)
    return around
