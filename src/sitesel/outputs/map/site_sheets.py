"""Sheets of connections, ground and rules, one a town and one over all: on paper, and where no script runs."""

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from sitesel.findings import Findings
from sitesel.outputs.map.asked import asked_sheets
from sitesel.outputs.map.cards import title
from sitesel.outputs.map.elements import Element, Scribe, root, write_sheet
from sitesel.outputs.map.land import has_land
from sitesel.report.connections import THOUSAND, VIEWS, has_connections, network_name, networks_of, rate, totals_of
from sitesel.report.figures import rounded, share
from sitesel.report.ground import slope_class
from sitesel.report.ranking import ordered
from sitesel.report.rules import Rulings, excluded, rule_name, rule_names, rulings_by_plot
from sitesel.report.sheet import CROSS, DASH, Sheet
from sitesel.report.words import Words, as_is, capital, fill, names, numbers, own

ROWS_ON_PAPER: Final = 16
"""More plots than this are left off a printed page, as on the sheet of the ranking."""

MOST_ROWS: Final = 100
"""More plots of a town than this stand in the page's cards alone: without a script such a list is of little use."""

ALWAYS_TO_THE_CENT: Final = 100_000.0
"""Thousands of USD from which millions are told without a fraction."""


def site_sheets(findings: Findings, scribe: Scribe) -> list[Element]:
    """Write the sheets: one a town with what is known of its plots, then one of demand, shared sources and rules.

    Parameters
    ----------
    findings : Findings
    scribe : Scribe

    Returns
    -------
    list of Element
        Empty where the study asks neither for connections nor for ground and rules.
    """
    if not (has_connections(findings) or has_land(findings)):
        return []
    told = [_town_sheet(findings, town, scribe) for town in findings.towns.index]
    over_all = asked_sheets(findings)
    return [*told, _asked_sheet(findings, over_all, scribe)] if over_all or has_connections(findings) else told


def _town_sheet(findings: Findings, town: str, scribe: Scribe) -> Element:
    sheet = root("section", klass="sheet site-sheet")
    head = scribe.add(sheet, "header")
    scribe.add(head, "p", title(findings), klass="over")
    heading = scribe.add(head, "h2", names(findings.towns.loc[town].to_dict(), town))
    heading.tail = " "
    if (left := int((findings.plots["town"] == town).sum()) - ROWS_ON_PAPER) > 0:
        scribe.add(sheet, "p", fill("more", count=numbers(left)), klass="note left-off")
    if has_connections(findings):
        scribe.add(sheet, "h3", own("connections.title"))
        _connections(findings, town, scribe, sheet)
        note = scribe.add(sheet, "p", klass="note")
        scribe.add(note, "span", own("connections.sheet.note")).tail = " "
        scribe.add(note, "span", rate(findings))
    if has_land(findings):
        scribe.add(sheet, "h3", own("ground.title"))
        told = rulings_by_plot(findings)
        _land(findings, town, told, scribe, sheet)
        _unchecked([told[plot] for plot in findings.plots.index[findings.plots["town"] == town]], scribe, sheet)
    return sheet


def _head(scribe: Scribe, table: Element, cells: list[tuple[Words, str]]) -> Element:
    line = scribe.add(scribe.add(table, "thead"), "tr")
    for text, kind in cells:
        scribe.add(line, "th", capital(text), klass=kind, scope="col")
    return scribe.add(table, "tbody")


def _cell(scribe: Scribe, line: Element, text: Words, kind: str, tag: str = "td") -> Element:
    """Add a cell whose text stands in an element of its own: to switch its language is to leave what follows it."""
    cell = scribe.add(line, tag, klass=kind, **({"scope": "row"} if tag == "th" else {}))
    scribe.add(cell, "span", text)
    return cell


def _rows(findings: Findings, town: str, scribe: Scribe, body: Element) -> list[tuple[Hashable, Scribe, Element]]:
    """Start a row a plot in the order of the ranking; those beyond the page are for readers without script alone."""
    told = []
    plain_scribe = Scribe(scribe.lang, switchable=False)
    details = findings.plots.drop(columns=findings.plots.geometry.name)
    ranking, struck = ordered(findings, town), excluded(findings)
    for number, (plot, row) in enumerate(ranking.head(MOST_ROWS).iterrows()):
        beyond = number >= ROWS_ON_PAPER
        writer = plain_scribe if beyond else scribe
        line = writer.add(body, "tr", **({"klass": "beyond"} if beyond else {}))
        sign = CROSS if plot in struck else DASH
        writer.add(line, "td", sign if pd.isna(row["rank"]) else str(int(row["rank"])), klass="n strong")
        writer.add(line, "th", names(details.loc[plot].to_dict(), plot), scope="row", klass="l")
        told.append((plot, writer, line))
    return told


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
        return millions(None)
    told = rounded(_thousandth(row.get("usd_mid")), 1)
    return (
        tuple(f"≈ {text}" for text in millions(told))
        if told == 0 and row.get("precision_km", 0) > 0
        else millions(told)
    )


def _thousandth(value: Any) -> float:  # noqa: ANN401 - cells of any type
    return float("nan") if value is None or pd.isna(value) else float(value) / THOUSAND


def _connections(findings: Findings, town: str, scribe: Scribe, sheet: Element) -> None:
    table = findings.connections.joined.drop(columns=findings.connections.joined.geometry.name)
    mine = table[table["plot"].isin(findings.plots.index[findings.plots["town"] == town])]
    somewhere = set(mine.loc[mine["usd_mid"].notna() | mine["metres"].notna(), "network"])
    networks = [network for network in networks_of(findings) if network in somewhere]
    heads = [(own("rank.short"), "n"), (own("plot"), "l"), *((network_name(network), "n") for network in networks)]
    body = _head(scribe, scribe.add(sheet, "table", klass="joined"), [*heads, (own("connections.total"), "n")])
    totals = totals_of(findings)
    cells = {(row["plot"], row["network"], row["view"]): row for row in mine.to_dict("records")}
    for plot, writer, line in _rows(findings, town, scribe, body):
        for network in networks:
            rows = [cells.get((plot, network, view)) for view in VIEWS]
            cell = _cell(writer, line, _either(*(_usd(row) for row in rows)), "n")
            lengths = [numbers(float(row["metres"]) / 1000, 1) for row in rows if row and pd.notna(row["metres"])]
            if lengths:
                writer.add(cell, "small", fill("km", figure=_either(lengths[0], lengths[-1])))
        _total([totals.get((plot, view)) for view in VIEWS], writer, line)
    _nowhere([network_name(network) for network in networks_of(findings) if network not in somewhere], scribe, sheet)


def _nowhere(unknown: list[Words], scribe: Scribe, sheet: Element) -> None:
    """Name what is known of no plot, instead of a column of dashes."""
    if unknown:
        named = tuple(", ".join(texts).lower() for texts in zip(*unknown, strict=True))
        scribe.add(sheet, "p", fill("sheet.unknown", names=named), klass="note why")


def _total(found: list[Mapping[Hashable, Any] | None], scribe: Scribe, line: Element) -> None:
    cell = _cell(scribe, line, _either(*(_at_least(row, _usd(row)) for row in found)), "n strong")
    soms = [as_is(DASH) if row is None else numbers(_thousandth(row["kgs_mid"]) / THOUSAND) for row in found]
    scribe.add(cell, "small", fill("connections.som", figure=_either(*soms)))


def _at_least(row: Mapping[Hashable, Any] | None, figure: Words) -> Words:
    """Mark a sum that lacks networks of unknown cost: it is the least that all of them will cost."""
    return tuple(f"≥ {text}" for text in figure) if row is not None and row["missing"] else figure


def _land(findings: Findings, town: str, told: Mapping[Hashable, Rulings], scribe: Scribe, sheet: Element) -> None:
    mine = findings.land.table.reindex(findings.plots.index[findings.plots["town"] == town])
    asked_for = [] if findings.land.table.empty else list(GROUND)
    columns = [name for name in asked_for if mine.get(GROUND[name][0], pd.Series(dtype=float)).notna().any()]
    heads = [
        (own("rank.short"), "n"),
        (own("plot"), "l"),
        *((own(f"ground.{name}"), GROUND[name][1]) for name in columns),
    ]
    if not findings.rules.rulings.empty:
        heads.append((own("rules.rules"), "l"))
    body = _head(scribe, scribe.add(sheet, "table", klass="grounds"), heads)
    ground: dict[Hashable, dict[Hashable, Any]] = mine.to_dict("index")
    coarse = "slope" in columns and bool(mine.loc[mine["slope_mean"].notna(), "regional"].all())
    for plot, writer, line in _rows(findings, town, scribe, body):
        for name in columns:
            _ground_cell(name, ground[plot], writer, line, remark=not coarse)
        if not findings.rules.rulings.empty:
            _ruling_cell(told[plot], writer, line)
    _town_notes(mine, scribe, sheet, coarse=coarse)
    _nowhere([own(f"ground.{name}") for name in asked_for if name not in columns], scribe, sheet)


def _town_notes(mine: pd.DataFrame, scribe: Scribe, sheet: Element, *, coarse: bool) -> None:
    """Say what holds for all plots of a town: the size that it needs, and slope that is the region's alone."""
    needs = mine["need_ha"].dropna() if "need_ha" in mine else pd.Series(dtype=float)
    if not needs.empty:
        scribe.add(sheet, "p", fill("ground.sheet.need", need=_figure(needs.iloc[0], 1)), klass="note")
    if "usable_reason" in mine and mine["usable_reason"].notna().any():
        scribe.add(sheet, "p", own("ground.sheet.at_most"), klass="note why")
    if coarse:
        scribe.add(sheet, "p", own("ground.sheet.all_regional"), klass="note why")


GROUND: Final = {
    "sheet.usable": ("usable_ha", "n"),
    "sheet.fits": ("fits", "l whole"),
    "slope": ("slope_mean", "l whole"),
    "cut": ("cut_m3", "n"),
    "frontage": ("frontage_m", "n"),
    "seismic": ("seismic_mid", "n"),
    "groundwater": ("groundwater_mid", "n"),
}
"""Columns of ground by their words: what they are made from, and on which side they stand."""


def _figure(value: Any, decimals: int = 0) -> Words:  # noqa: ANN401 - cells of any type
    return numbers(float("nan") if value is None or pd.isna(value) else float(value), decimals)


def _ground_cell(name: str, row: Mapping[Hashable, Any], scribe: Scribe, line: Element, *, remark: bool) -> None:
    column, side = GROUND[name]
    value = row.get(column)
    if value is None or pd.isna(value):
        scribe.add(line, "td", DASH, klass=side)
        return
    cell = _cell(scribe, line, _ground_words(name, value), side)
    if name == "sheet.usable":
        _largest_part(row, scribe, cell)
    elif name == "sheet.fits":
        _rectangle(row, scribe, cell)
    elif name == "slope" and remark:
        _slope_remark(row, scribe, cell)


def _largest_part(row: Mapping[Hashable, Any], scribe: Scribe, cell: Element) -> None:
    """Add the largest part in one piece, where usable land lies in several."""
    if rounded(row.get("largest_ha"), 1) != rounded(row.get("usable_ha"), 1):
        scribe.add(cell, "small", fill("ground.sheet.usable.of", largest=_figure(row.get("largest_ha"), 1)))


def _rectangle(row: Mapping[Hashable, Any], scribe: Scribe, cell: Element) -> None:
    sides = {name: row.get(f"rectangle_{name}_m") for name in ("length", "width")}
    if all(pd.notna(side) for side in sides.values()):
        cell[-1].tail = " "
        figures = {name: _figure(side) for name, side in sides.items()}
        scribe.add(cell, "span", fill("ground.sheet.fits.of", **figures), klass="soft")


def _slope_remark(row: Mapping[Hashable, Any], scribe: Scribe, cell: Element) -> None:
    if row.get("regional"):
        scribe.add(cell, "small", own("ground.sheet.regional"))
    else:
        over = {f"over{limit}": _figure(share(row.get(f"over_{limit}"))) for limit in (8, 15)}
        scribe.add(cell, "small", fill("ground.sheet.over", **over))


def _ground_words(name: str, value: Any) -> Words:  # noqa: ANN401 - cells of any type
    if name == "sheet.fits":
        return own("ground.fits.yes" if value else "ground.fits.no")
    if name == "slope":
        return own(f"ground.slope.{slope_class(value)}")
    if name == "sheet.usable":
        return _figure(value, 1)
    if name in ("seismic", "groundwater"):
        return tuple(f"× {text}" for text in _figure(value, 2))
    return fill("ground.cut.value" if name == "cut" else "metres", figure=_figure(value))


def _ruling_cell(told: Rulings, scribe: Scribe, line: Element) -> None:
    cell = scribe.add(line, "td", klass="l")
    for kind, key, style in (("exclude", "excluded", "strike"), ("flag", "flagged", ""), ("open", "open", "")):
        for rule, _ in told[kind]:
            scribe.add(cell, "small", fill(f"rules.{key}", name=rule_name(rule)), klass=style)
    if not any(told[kind] for kind in ("exclude", "flag", "open")):
        checked, all_ = len(told["clear"]), len(told["clear"]) + len(told["unchecked"])
        text = fill("rules.none", checked=numbers(checked), all=numbers(all_)) if checked else own("rules.none.checked")
        scribe.add(cell, "small", text)


def _unchecked(told: list[Rulings], scribe: Scribe, sheet: Element) -> None:
    """Name the rules that nobody could look into on some of a town's plots."""
    rules = dict.fromkeys(rule for one in told for rule, _ in one["unchecked"])
    if not rules:
        return
    note = scribe.add(sheet, "p", klass="note why")
    scribe.add(note, "b", own("rules.unchecked")).tail = " "
    scribe.add(note, "span", tuple(f"{names}." for names in rule_names(list(rules)))).tail = " "
    scribe.add(note, "span", own("rules.unchecked.note"))


def _asked_sheet(findings: Findings, told: list[Sheet], scribe: Scribe) -> Element:
    sheet = root("section", klass="sheet site-sheet")
    head = scribe.add(sheet, "header")
    scribe.add(head, "p", title(findings), klass="over")
    scribe.add(head, "h2", own("sheet.title"))
    for one in told:
        if any(one.title):
            scribe.add(sheet, "h3", one.title)
        write_sheet(one, scribe, sheet)
    scribe.add(sheet, "p", rate(findings), klass="note")
    return sheet
