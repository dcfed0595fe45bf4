"""Networks, their sources and what it costs to join them, in words."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from sitesel.findings import Findings
from sitesel.report.figures import THOUSAND, rounded, shown
from sitesel.report.palette import PALETTE
from sitesel.report.ranking import plot_cells, plot_columns
from sitesel.report.sheet import DASH, Cell, Column, Mark, Row, Sheet, unknown
from sitesel.report.words import (
    Words,
    as_is,
    capital,
    dated,
    fill,
    joined,
    known,
    names,
    numbers,
    of_country,
    own,
    plain,
    worded,
    words,
)
from sitesel.schema import NETWORKS, VIEWS
from sitesel.text import LANGUAGES, Message

ALWAYS_TO_THE_CENT: Final = 100_000.0
"""Thousands of USD from which millions are told without a fraction."""


def has_connections(findings: Findings) -> bool:
    """Tell whether the study asked for connections."""
    return not findings.connections.joined.empty


def network_name(network: object) -> Words:
    """Name of a network, as a heading has it."""
    return capital(worded("network", network))


def networks_of(findings: Findings) -> list[str]:
    """Networks that the findings tell of, those known to us first and in our order."""
    found = [str(network) for network in dict.fromkeys(findings.connections.joined["network"])]
    return sorted(found, key=lambda network: NETWORKS.index(network) if network in NETWORKS else len(NETWORKS))


def item_name(item: object, otherwise: object) -> Words:
    """Name of what is built; a user's own price list speaks for itself."""
    return known(f"connections.item.{plain(item)}", plain(otherwise) or plain(item).replace("_", " "))


def source_name(row: Mapping[Hashable, Any]) -> Words:
    """Name of the source that a row is joined to, empty where it is joined to none."""
    if not plain(row.get("source")):
        return as_is("")
    return names({f"name_{lang}": row.get(f"source_{lang}") for lang in LANGUAGES}, row["source"])


def totals_of(findings: Findings) -> dict[Hashable, dict[Hashable, Any]]:
    """Rows of the totals by (plot, view)."""
    totals = findings.connections.totals
    return dict(zip(totals.index.tolist(), totals.to_dict("records"), strict=True))


def rate(findings: Findings) -> Words:
    """Tell the rate of exchange with its date and source; nothing where none is given."""
    given = findings.connections.exchange
    local = per_usd(findings)
    if local is None:
        return as_is("")
    date, source = dated(given.get("date")), as_is(given.get("source"))
    return fill(
        "connections.rate", rate=numbers(local, 2), date=date, source=source, **of_country(findings.study.words)
    )


def per_usd(findings: Findings) -> float | None:
    """Rate of exchange; ``None`` where none is given."""
    return rounded(findings.connections.exchange.get("per_usd"), 4)


def millions(thousands: float | None) -> Words:
    """Thousands of USD as millions; a dash where not known.

    Examples
    --------
    >>> millions(5287.4)[0], millions(4.2)[0], millions(None)[0]
    ('5.29', '0.004', '–')
    """
    if thousands is None:
        return as_is(DASH)
    decimals = 3 if 0 < thousands < 10 else 0 if thousands == 0 or thousands >= ALWAYS_TO_THE_CENT else 2  # noqa: PLR2004
    return numbers(thousands / THOUSAND, decimals)


def _either(first: Words, second: Words) -> Words:
    """Both views in one cell; what holds in both once."""
    return first if first == second else tuple(f"{a} / {b}" for a, b in zip(first, second, strict=True))


def _usd(row: Mapping[Hashable, Any] | None) -> Words:
    """Money of a row; about nought, not nought, where a source that touches the plot is not placed exactly."""
    if row is None:
        return as_is(DASH)
    told = shown("connections.joined", "usd_mid", row.get("usd_mid"))
    about = told == 0 and row.get("precision_km", 0) > 0
    sign = "≈ " if about else "≤ " if row.get("upper_bound") else ""
    return tuple(f"{sign}{text}" for text in millions(told))


def bound(row: Mapping[Hashable, Any] | None) -> str:
    """Mark a sum that lacks networks of unknown cost, one that holds some at their upper bound, and one of both."""
    lacks, holds = (row is not None and bool(row[key]) for key in ("missing", "bounded"))
    return ("≈" if holds else "≥") if lacks else "≤" if holds else ""


def _sum(row: Mapping[Hashable, Any] | None, figure: Words) -> Words:
    sign = bound(row)
    return tuple(f"{sign} {text}" for text in figure) if sign else figure


def connection_sheet(findings: Findings, town: str) -> Sheet:
    """Tell what it would cost to join each plot of a town to each network, in both views, and how far it is."""
    table = findings.connections.joined.drop(columns=findings.connections.joined.geometry.name)
    mine = table[table["plot"].isin(findings.plots.index[findings.plots["town"] == town])]
    somewhere = set(mine.loc[mine["metres"].notna(), "network"])
    networks = [network for network in networks_of(findings) if network in somewhere]
    columns = [*plot_columns(), *(Column(network, network_name(network)) for network in networks)]
    columns.append(Column("total", own("connections.total")))
    cells = {(row["plot"], row["network"], row["view"]): row for row in mine.to_dict("records")}
    totals = totals_of(findings)
    rows = []
    for plot, called, beyond in plot_cells(findings, town):
        costs = (_joining([cells.get((plot, network, view)) for view in VIEWS]) for network in networks)
        total = _total(findings, [totals.get((plot, view)) for view in VIEWS])
        rows.append(Row((*called, *costs, total), beyond=beyond))
    nowhere = _nowhere(mine[~mine["network"].isin(somewhere)], networks_of(findings))
    note = joined([own("connections.sheet.note"), rate(findings)], " ")
    return Sheet(own("connections.title"), tuple(columns), tuple(rows), (*nowhere, (note, "")))


def total_sheet(findings: Findings, town: str) -> Sheet:
    """Tell what it would cost to join each plot of a town to all networks, for a place too narrow for each of them.

    Parameters
    ----------
    findings : Findings
        With connections.
    town : str

    Returns
    -------
    Sheet
        ``rank plot optimistic pessimistic unsourced``; a sum's sign and the networks beside it say what it lacks.
    """
    totals, known_networks = totals_of(findings), networks_of(findings)
    rows = []
    for plot, called, beyond in plot_cells(findings, town):
        views = [totals.get((plot, view)) for view in VIEWS]
        sums = (Cell(_sum(row, _usd(row))) for row in views)
        without = {one for row in views if row for key in ("missing", "bounded") for one in row[key]}
        unsourced = joined([worded("network", one) for one in known_networks if one in without], ", ")
        rows.append(Row((*called, *sums, Cell(unsourced)), beyond=beyond))
    columns = (*plot_columns(), *_view_columns(), Column("unsourced", words(Message("table.joining.unsourced")), "l"))
    about = names(findings.towns.loc[town].to_dict(), town)
    title = joined([about, joined([own("connections.title"), own("connections.unit")], ", ")], ": ")
    return Sheet(title, columns, tuple(rows), ((words(Message("table.joining.signs")), ""),))


def _view_columns() -> Iterator[Column]:
    for view, key in zip(VIEWS, ("enough", "none"), strict=True):
        yield Column(view, own(f"connections.{key}"))


def _joining(views: list[dict[Hashable, Any] | None]) -> Cell:
    lengths = [numbers(float(row["metres"]) / THOUSAND, 1) for row in views if row and pd.notna(row["metres"])]
    remarks = ((fill("km", figure=_either(lengths[0], lengths[-1])), ""),) if lengths else ()
    return Cell(_either(*(_usd(row) for row in views)), remarks=remarks)


def _nowhere(mine: pd.DataFrame, networks: list[str]) -> tuple[tuple[Words, str], ...]:
    """Name the networks that no plot has a known source of, with the most that doing without one costs."""
    dearest = {row["network"]: row for row in mine.sort_values("usd_mid", na_position="first").to_dict("records")}
    told = [(network_name(network), dearest[network]) for network in networks if network in dearest]
    called = [
        tuple(f"{text.lower()} ({figure})" for text, figure in zip(name, _usd(row), strict=True)) for name, row in told
    ]
    return ((fill("connections.nowhere", names=joined(called, ", ")), "why"),) if called else ()


def _total(findings: Findings, views: list[Mapping[Hashable, Any] | None]) -> Cell:
    local = [as_is(DASH) if row is None else numbers(row["local_mid"] / THOUSAND**2) for row in views]
    text = _either(*(_sum(row, _usd(row)) for row in views))
    if per_usd(findings) is None:
        return Cell(text, "strong")
    told = fill("connections.local", figure=_either(*local), **of_country(findings.study.words))
    return Cell(text, "strong", ((told, ""),))


def joining_sheet(findings: Findings, plot: str) -> Sheet:
    """Tell from where one plot would be joined to each network, along what, and for how much in both views.

    Parameters
    ----------
    findings : Findings
        With connections.
    plot : str

    Returns
    -------
    Sheet
        ``network route optimistic pessimistic``; the last row is the total, whose signs and notes say what it lacks.
    """
    table = findings.connections.joined
    mine = table[table["plot"] == plot].drop(columns=table.geometry.name).to_dict("records")
    cells = {(row["network"], row["view"]): row for row in mine}
    rows = []
    for network in networks_of(findings):
        views = [cells.get((network, view)) for view in VIEWS]
        if any(views):
            look = PALETTE["networks"].get(network, PALETTE["networks"]["other"])
            name = Cell(network_name(network), mark=Mark("swatch", "", (look["colour"],)))
            rows.append(Row((name, _routes(views), *(_price(row) for row in views))))
    columns = (
        Column("network", own("connections.network"), "l", names=True),
        Column("route", words(Message("report.route")), "l"),
        *_view_columns(),
    )
    totals = [totals_of(findings).get((plot, view)) for view in VIEWS]
    sums = (Cell(_sum(row, _usd(row)), "strong", _ends(row)) for row in totals)
    rows.append(Row((Cell(own("connections.total")), Cell(as_is("")), *sums), "all"))
    title = joined([own("connections.title"), own("connections.unit")], ", ")
    return Sheet(title, columns, tuple(rows), tuple((one, "why") for one in lacking(totals)))


def _routes(views: list[dict[Hashable, Any] | None]) -> Cell:
    """Name source, way, length and what lies across, once where it is the same in both views."""
    told = [_route(row) if row else as_is(DASH) for row in views]
    if told[0] == told[-1]:
        return Cell(told[0])
    return Cell(told[0], remarks=((joined([own("connections.if_not"), told[-1]], " "), ""),))


def _route(row: Mapping[Hashable, Any]) -> Words:
    source = source_name(row)
    reason = row.get("reason")
    why = words(reason) if isinstance(reason, Message) else as_is("")
    if not any(source) and not row.get("upper_bound"):
        return why if any(why) else as_is(DASH)
    way = known(f"connections.way.{plain(row.get('way'))}", plain(row.get("way")).replace("_", " "))
    parts = [source, way if row.get("lines", 1) <= 1 else _parallel(way, row["lines"])]
    if pd.notna(row["metres"]):
        vague = pd.notna(row["precision_km"]) and row["precision_km"] > 0
        km = numbers(float(row["metres"]) / THOUSAND, 1)
        about = fill("connections.km.about", figure=km, precision=numbers(row["precision_km"])) if vague else None
        parts.append(about or fill("km", figure=km))
    crosses = row.get("crosses")
    parts += [words(one) for one in crosses] if isinstance(crosses, (list, tuple)) else []
    return joined([*parts, why] if row.get("upper_bound") else parts, " · ")


def _parallel(way: Words, lines: float) -> Words:
    return fill("connections.parallel", way=way, count=numbers(lines))


def _price(row: Mapping[Hashable, Any] | None) -> Cell:
    if row is None or pd.isna(row.get("usd_mid")):
        return unknown()
    return Cell(_usd(row), remarks=_ends(row))


def _ends(row: Mapping[Hashable, Any] | None) -> tuple[tuple[Words, str], ...]:
    """Tell between which estimates money lies."""
    if row is None:
        return ()
    low, high = (millions(shown("connections.joined", f"usd_{end}", row.get(f"usd_{end}"))) for end in ("low", "high"))
    return () if low == high else ((joined([low, high], "–"), ""),)


def lacking(totals: Sequence[Mapping[Hashable, Any] | None]) -> Iterator[Words]:
    """Name the networks that a total lacks, and those that it holds at the most that they can cost."""
    for which, key in (("missing", "without"), ("bounded", "bounded")):
        enough, none = (
            joined([tuple(text.lower() for text in network_name(one)) for one in row[which]], ", ")
            if row is not None and len(row[which])
            else as_is("")
            for row in totals
        )
        if not any(enough) and not any(none):
            continue
        if enough == none:
            yield fill(f"connections.{key}", networks=enough)
        else:
            dash = as_is(DASH)
            told = {"enough": enough if any(enough) else dash, "none": none if any(none) else dash}
            yield fill(f"connections.{key}.both", **told)
