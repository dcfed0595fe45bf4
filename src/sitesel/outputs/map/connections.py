"""How each plot would be joined to the networks, for the cards and the map: routes, money, what they cross."""

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sitesel.findings import Findings
from sitesel.outputs.map.cards import Texts, confidence, rounded
from sitesel.outputs.map.ground import GEOGRAPHIC
from sitesel.outputs.map.words import Words, as_is, capital, fill, known, names, numbers, plain, short, words
from sitesel.schema import ESTIMATES, LAYS, NETWORKS, VIEWS
from sitesel.text import LANGUAGES, Message, catalogue

THOUSAND: Final = 1_000.0

FINE: Final = 100_000
"""Route corners are kept in whole parts of a degree this small: about a metre."""

FIRST_TOLERANCE_M: Final = 8.0
LAST_TOLERANCE_M: Final = 500.0
MOST_CORNERS: Final = 30_000
"""Corners of all routes together, some 250 kB: routes are drawn more coarsely until they fit."""


def has_connections(findings: Findings) -> bool:
    """Tell whether the study asked for connections."""
    return not findings.connections.joined.empty


def worded(prefix: str, value: object) -> Words:
    """Words of ``<prefix>.<value>`` where there are such, else the text as it is."""
    key = f"{prefix}.{plain(value)}"
    return words(Message(key)) if key in catalogue("en") else as_is(plain(value).replace("_", " "))


def network_name(network: object) -> Words:
    """Name of a network, as a heading has it."""
    return capital(worded("network", network))


def item_name(item: object, otherwise: object) -> Words:
    """Name of what is built; a user's own price list speaks for itself."""
    return known(f"connections.item.{plain(item)}", plain(otherwise) or plain(item).replace("_", " "))


def networks_of(findings: Findings) -> list[str]:
    """Networks that the findings tell of, those known to us first and in our order."""
    found = [str(network) for network in dict.fromkeys(findings.connections.joined["network"])]
    return sorted(found, key=lambda network: NETWORKS.index(network) if network in NETWORKS else len(NETWORKS))


def thousands(row: Mapping[Hashable, Any], currency: str = "usd") -> list[float | int | None]:
    """Low, middle and high money of a row in thousands; ``None`` where not known."""
    return [rounded(_number(row.get(f"{currency}_{estimate}")) / THOUSAND, 1) for estimate in ESTIMATES]


def _number(value: Any) -> float:  # noqa: ANN401 - cells of any type
    return math.nan if value is None or pd.isna(value) else float(value)


def source_name(row: Mapping[Hashable, Any]) -> Words:
    """Name of the source that a row is joined to, empty where it is joined to none."""
    if not plain(row.get("source")):
        return as_is("")
    return names({f"name_{lang}": row.get(f"source_{lang}") for lang in LANGUAGES}, row["source"])


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
    drawn = gpd.GeoSeries(lines, crs=crs)
    tolerance = FIRST_TOLERANCE_M
    simple = drawn.simplify(tolerance)
    while shapely.get_num_coordinates(simple.to_numpy()).sum() > MOST_CORNERS and tolerance < LAST_TOLERANCE_M:
        tolerance *= 2.0
        simple = drawn.simplify(tolerance)
    in_degrees = simple.to_crs(GEOGRAPHIC) if len(simple) else simple
    whole = (np.rint(shapely.get_coordinates(line) * FINE).astype(int) for line in in_degrees)
    return [np.diff(corners, axis=0, prepend=np.zeros((1, 2), dtype=int)).ravel().tolist() for corners in whole]


def _parts(findings: Findings, texts: Texts, items: dict[tuple[Any, ...], int]) -> dict[tuple[Any, ...], list[Any]]:
    """Lines of the estimates by plot, network and view: ``[item, quantity, terrain, thousand USD]``."""
    parts: dict[tuple[Any, ...], list[Any]] = {}
    for row in findings.connections.estimate.to_dict("records"):
        item = (
            texts.place(item_name(row.get("item"), row.get("name"))),
            texts.place(worded("unit", row.get("unit"))),
            rounded(row.get("unit_cost"), 2),
            texts.place(as_is(row.get("basis"))),
            texts.place(as_is(row.get("source_of_cost"))),
            texts.place(confidence(row.get("confidence"))),
        )
        place = items.setdefault(item, len(items))
        line = [place, rounded(row.get("quantity"), 2), rounded(row.get("terrain"), 2), thousands(row)[1]]
        parts.setdefault((row["plot"], row["network"], row["view"]), []).append(line)
    return parts


def _way(row: Mapping[Hashable, Any]) -> Words:
    """Say what is laid, and how many of it side by side."""
    way = known(f"connections.way.{plain(row.get('way'))}", plain(row.get("way")).replace("_", " "))
    lines = _number(row.get("lines", 1))
    return fill("connections.parallel", way=way, count=numbers(lines)) if lines > 1 else way


def _entry(row: Mapping[Hashable, Any], texts: Texts, route: int | None, parts: list[Any]) -> list[Any]:
    """Put one way of joining as the page's script takes it apart again; where there is none, its reason alone."""
    crosses = row.get("crosses")
    if not plain(row.get("source")):
        return [texts.message(row.get("reason"))]
    return [
        LAYS.index(row["lay"]) if row.get("lay") in LAYS else None,
        texts.place(source_name(row)),
        rounded(row.get("metres"), 0),
        rounded(row.get("precision_km"), 1),
        rounded(row.get("need"), 1),
        rounded(row.get("spare"), 1),
        texts.place(_way(row)),
        *thousands(row),
        rounded(row.get("other_lay_metres"), 0),
        rounded(_number(row.get("other_lay_usd_mid")) / THOUSAND, 1),
        [texts.place(words(message)) for message in crosses] if isinstance(crosses, Iterable) else [],
        texts.message(row.get("reason")),
        route,
        parts,
    ]


def totals_of(findings: Findings) -> dict[Hashable, dict[Hashable, Any]]:
    """Rows of the totals by (plot, view)."""
    totals = findings.connections.totals
    return dict(zip(totals.index.tolist(), totals.to_dict("records"), strict=True))


def _total(row: Mapping[Hashable, Any] | None, networks: list[str]) -> list[Any] | None:
    """Put a total as ``[low, mid, high, [networks without]]``; ``None`` where there is none."""
    if row is None:
        return None
    return [*thousands(row), [networks.index(network) for network in row["missing"] if network in networks]]


def exchange(findings: Findings) -> dict[str, Any] | None:
    """Rate of exchange with its date and source; ``None`` where none is given."""
    rate = rounded(findings.connections.exchange.get("som_per_usd"), 4)
    if rate is None:
        return None
    return {
        "rate": rate,
        "date": plain(findings.connections.exchange.get("date")),
        "source": short(as_is(findings.connections.exchange.get("source"))),
    }


def connections(findings: Findings) -> dict[str, Any] | None:
    """All that the page tells of connections.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    dict or None
        ``None`` where the study does not ask. Else ready for JSON: ``networks``; ``plots`` in the order of the
        findings' plots, each a mapping of ``rows`` (``[network, optimistic, pessimistic]``; the latter null where it
        is the same) and ``totals``; ``routes``; ``items`` of estimates; ``texts``; ``exchange``. Money in thousand USD.
    """
    if not has_connections(findings):
        return None
    texts = Texts()
    items: dict[tuple[Any, ...], int] = {}
    networks = networks_of(findings)
    parts = _parts(findings, texts, items)
    routes = Routes(findings.connections.joined, findings.plots.geometry.representative_point().to_dict())
    entries: dict[tuple[Any, ...], list[Any]] = {}
    columns = findings.connections.joined.drop(columns=findings.connections.joined.geometry.name)
    for place, row in enumerate(columns.to_dict("records")):
        key = (row["plot"], row["network"], row["view"])
        entries[key] = _entry(row, texts, routes.place(place), parts.get(key, []))
    totals = totals_of(findings)
    units = findings.connections.joined.groupby("network")["unit"].first()
    return {
        "networks": [
            {"id": network, "name": short(network_name(network)), "unit": short(worded("unit", units[network]))}
            for network in networks
        ],
        "plots": [_of_plot(plot, networks, entries, totals) for plot in findings.plots.index],
        "routes": routes.data,
        "items": [list(item) for item in items],
        "texts": texts.data,
        "exchange": exchange(findings),
    }


def _of_plot(
    plot: Hashable,
    networks: list[str],
    entries: Mapping[tuple[Any, ...], list[Any]],
    totals: Mapping[Hashable, Mapping[Hashable, Any]],
) -> dict[str, Any] | None:
    rows = []
    for place, network in enumerate(networks):
        told = [entries.get((plot, network, view)) for view in VIEWS]
        if any(told):
            rows.append([place, told[0] or told[1], told[1] if told[0] and told[1] != told[0] else None])
    if not rows:
        return None
    return {"rows": rows, "totals": [_total(totals.get((plot, view)), networks) for view in VIEWS]}
