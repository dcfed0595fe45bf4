"""How each plot would be joined to the networks, for the cards and the map: routes, money, what they cross."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from sitesel.findings import Findings
from sitesel.outputs.map.ground import GEOGRAPHIC, lighter
from sitesel.outputs.map.islands import Pool, Texts, cells, named
from sitesel.report.connections import (
    bound,
    has_connections,
    item_name,
    network_name,
    networks_of,
    per_usd,
    source_name,
    totals_of,
)
from sitesel.report.words import Words, as_is, confidence, fill, known, numbers, plain, short, worded, words
from sitesel.schema import ESTIMATES, VIEWS

USD: Final = tuple(f"usd_{estimate}" for estimate in ESTIMATES)
JOINED: Final = (
    *("lay", "metres", "precision_km", "need", "spare", *USD, "upper_bound", "other_lay_metres", "other_lay_usd_mid"),
)
"""What a card tells of a connection as the table has it."""

FINE: Final = 100_000
"""Route corners are kept in whole parts of a degree this small: about a metre."""

FIRST_TOLERANCE_M: Final = 8.0
LAST_TOLERANCE_M: Final = 500.0
MOST_CORNERS: Final = 30_000
"""Corners of all routes together, some 250 kB: routes are drawn more coarsely until they fit."""


class Routes:
    """Routes of all plots, each kept once.

    Parameters
    ----------
    connections : GeoDataFrame
        As in :class:`~sitesel.findings.Findings`.
    towards : mapping of plot to Point
        In the same CRS: routes are kept from the plot outwards, so that those along one road run side by side.
    """

    def __init__(self, connections: gpd.GeoDataFrame, towards: Mapping[Hashable, BaseGeometry]) -> None:
        lines: dict[bytes, BaseGeometry] = {}
        self._keys: list[bytes | None] = []
        for plot, line in zip(connections["plot"], connections.geometry, strict=True):
            outwards = _outwards(line, towards.get(plot))
            self._keys.append(None if outwards is None else shapely.to_wkb(outwards))
            if outwards is not None:
                lines.setdefault(shapely.to_wkb(outwards), outwards)
        self._places = {key: place for place, key in enumerate(lines)}
        self.data = _steps(list(lines.values()), connections.crs)

    def place(self, row: int) -> int | None:
        """Place of a row's route among the routes; ``None`` where there is none."""
        key = self._keys[row]
        return None if key is None else self._places[key]


def _outwards(line: BaseGeometry | None, plot: BaseGeometry | None) -> BaseGeometry | None:
    if line is None or line.is_empty or line.geom_type != "LineString" or line.length == 0:
        return None
    ends = shapely.get_point(line, [0, -1])
    if plot is not None and plot.distance(ends[1]) < plot.distance(ends[0]):
        return line.reverse()
    return line


def _steps(lines: list[BaseGeometry], crs: object) -> list[list[int]]:
    """Lines as steps in whole parts of a degree, the first from zero: longitude, latitude, in turns."""
    drawn = lighter(gpd.GeoSeries(lines, crs=crs), FIRST_TOLERANCE_M, LAST_TOLERANCE_M, MOST_CORNERS)
    in_degrees = drawn.to_crs(GEOGRAPHIC) if len(drawn) else drawn
    whole = (np.rint(shapely.get_coordinates(line) * FINE).astype(int) for line in in_degrees)
    return [np.diff(corners, axis=0, prepend=np.zeros((1, 2), dtype=int)).ravel().tolist() for corners in whole]


def _estimates(findings: Findings, texts: Texts) -> tuple[dict[tuple[Any, ...], list[int]], dict[str, Any]]:
    """Places of the lines of each estimate by plot, network and view; and the lines and what they price, each once."""
    places: dict[tuple[Any, ...], list[int]] = {}
    items = Pool()
    parts = Pool()
    for row in findings.connections.estimate.to_dict("records"):
        item = {
            "name": texts.place(item_name(row.get("item"), row.get("name"))),
            "unit": texts.place(worded("unit", row.get("unit"))),
            **cells("connections.estimate", row, ["unit_cost"]),
            "basis": texts.place(as_is(row.get("basis"))),
            "source": texts.place(as_is(row.get("source_of_cost"))),
            "confidence": texts.place(confidence(row.get("confidence"))),
        }
        part = {"item": items.place(item), **cells("connections.estimate", row, ["quantity", "terrain", "usd_mid"])}
        places.setdefault((row["plot"], row["network"], row["view"]), []).append(parts.place(part))
    return places, {"items": named(items.records), "parts": named(parts.records)}


def _way(row: Mapping[Hashable, Any]) -> Words:
    """Say what is laid, and how many of it side by side."""
    way = known(f"connections.way.{plain(row.get('way'))}", plain(row.get("way")).replace("_", " "))
    lines = row.get("lines", 1)
    return fill("connections.parallel", way=way, count=numbers(lines)) if lines > 1 else way


def _entry(row: Mapping[Hashable, Any], texts: Texts, route: int | None, parts: list[int]) -> dict[str, Any]:
    """Tell of one way of joining; where there is none, of its reason alone or with the most that it can cost."""
    crosses = row.get("crosses")
    told = cells("connections.joined", row, JOINED) | {
        "source": texts.place(source_name(row)) if plain(row.get("source")) else None,
        "way": texts.place(_way(row)),
        "route": route,
    }
    told = told if told["source"] is not None or told["upper_bound"] else dict.fromkeys(told)
    return told | {
        "crosses": [texts.place(words(one)) for one in crosses] if isinstance(crosses, Iterable) else [],
        "reason": texts.message(row.get("reason")),
        "parts": parts,
    }


def _total(row: Mapping[Hashable, Any] | None, networks: list[str]) -> dict[str, Any] | None:
    if row is None:
        return None
    told = {key: [networks.index(name) for name in row[key] if name in networks] for key in ("missing", "bounded")}
    return cells("connections.totals", row, USD) | told | {"bound": bound(row)}


def connections(findings: Findings) -> dict[str, Any] | None:
    """All that the page tells of connections.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    dict or None
        ``None`` where the study does not ask. Else ready for JSON: ``networks``; ``plots`` in the order of the
        findings' plots, each a mapping of ``rows`` (of a network, with the places of its ``enough`` and ``none`` among
        ``entries``; the latter null where it is the same) and ``totals``; ``routes``; ``items`` and ``parts`` of
        estimates; ``texts``; ``rate`` of the local currency. Money in thousand USD.
    """
    if not has_connections(findings):
        return None
    texts = Texts()
    networks = networks_of(findings)
    parts, estimates = _estimates(findings, texts)
    routes = Routes(findings.connections.joined, findings.plots.geometry.representative_point().to_dict())
    entries = Pool()
    places: dict[tuple[Any, ...], int] = {}
    columns = findings.connections.joined.drop(columns=findings.connections.joined.geometry.name)
    for place, row in enumerate(columns.to_dict("records")):
        key = (row["plot"], row["network"], row["view"])
        places[key] = entries.place(_entry(row, texts, routes.place(place), parts.get(key, [])))
    totals = totals_of(findings)
    units = findings.connections.joined.groupby("network")["unit"].first()
    return {
        "networks": [
            {"id": network, "name": short(network_name(network)), "unit": short(worded("unit", units[network]))}
            for network in networks
        ],
        "plots": [_of_plot(plot, networks, places, totals) for plot in findings.plots.index],
        "routes": routes.data,
        "entries": named(entries.records),
        **estimates,
        "texts": texts.data,
        "rate": per_usd(findings),
    }


def _of_plot(
    plot: Hashable,
    networks: list[str],
    places: Mapping[tuple[Any, ...], int],
    totals: Mapping[Hashable, Mapping[Hashable, Any]],
) -> dict[str, Any] | None:
    rows = []
    for place, network in enumerate(networks):
        told = [places[plot, network, view] for view in VIEWS if (plot, network, view) in places]
        if told:
            rows.append({"network": place, "enough": told[0], "none": None if told[0] == told[-1] else told[-1]})
    if not rows:
        return None
    return {"rows": rows, "totals": [_total(totals.get((plot, view)), networks) for view in VIEWS]}
