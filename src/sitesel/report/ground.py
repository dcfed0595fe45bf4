"""What the ground of a plot allows, in words."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from sitesel.findings import Findings
from sitesel.report.ranking import plot_cells, plot_columns
from sitesel.report.rules import Rulings, rule_name, rule_names, rulings_by_plot
from sitesel.report.sheet import DASH, Cell, Column, Row, Sheet, declared, unknown
from sitesel.report.words import Words, as_is, figure, fill, joined, numbers, own
from sitesel.schema import column

CLASSES: Final = ((3.0, "flat"), (8.0, "gentle"), (15.0, "sloping"))
"""Mean slope in %, below which ground is of a class; steeper ground is steep."""


def slope_class(slope_mean: Any) -> str | None:  # noqa: ANN401 - cells of any type
    """Class of a mean slope: ``flat`` (under 3 %), ``gentle`` (8), ``sloping`` (15), ``steep``; ``None`` if not known.

    Examples
    --------
    >>> slope_class(2.9), slope_class(3.0), slope_class(40.0), slope_class(float("nan"))
    ('flat', 'gentle', 'steep', None)
    """
    if slope_mean is None or pd.isna(slope_mean):
        return None
    return next((name for below, name in CLASSES if float(slope_mean) < below), "steep")


def has_ground(findings: Findings) -> bool:
    """Tell whether the study asked for ground or rules."""
    return not (findings.land.table.empty and findings.rules.rulings.empty)


LAND: Final = "land.table"
GROUND: Final = {
    "usable_ha": "n",
    "fits": "l whole",
    "slope_mean": "l whole",
    "cut_m3": "n",
    "frontage_m": "n",
    "seismic_mid": "n",
    "groundwater_mid": "n",
}
"""Columns of ground that a sheet has, and on which side they stand."""


def _column(name: str) -> Column:
    told = declared(LAND, name, side=GROUND[name])
    return replace(told, head=told.brief or told.head)


def _ground_words(name: str, value: Any) -> Words:  # noqa: ANN401 - cells of any type
    if name == "fits":
        return own("ground.fits.yes" if value else "ground.fits.no")
    if name == "slope_mean":
        return own(f"ground.slope.{slope_class(value)}")
    told = figure(LAND, name, value)
    if column(LAND, name).unit == "times":
        return tuple(f"× {text}" for text in told)
    return {"cut_m3": fill("ground.cut.value", figure=told), "frontage_m": fill("metres", figure=told)}.get(name, told)


def ground_sheet(findings: Findings, town: str) -> Sheet:
    """Tell what the ground of each plot of a town allows, and which rules strike it."""
    mine = findings.land.table.reindex(findings.plots.index[findings.plots["town"] == town])
    asked_for = [] if findings.land.table.empty else list(GROUND)
    measured = [name for name in asked_for if mine.get(name, pd.Series(dtype=float)).notna().any()]
    columns = [*plot_columns(), *map(_column, measured)]
    ruled = not findings.rules.rulings.empty
    columns += [Column("rules", own("rules.rules"), "l")] if ruled else []
    ground: dict[Hashable, dict[Hashable, Any]] = mine.to_dict("index")
    coarse = "slope_mean" in measured and bool(mine.loc[mine["slope_mean"].notna(), "regional"].all())
    told = rulings_by_plot(findings)
    rows = []
    for plot, called, beyond in plot_cells(findings, town):
        cells = [_ground_cell(name, ground[plot], remark=not coarse) for name in measured]
        rows.append(Row((*called, *cells, *([_ruling_cell(findings, told[plot])] if ruled else [])), beyond=beyond))
    notes = (
        *_town_notes(mine, coarse=coarse),
        *_not_known([_column(name).head for name in asked_for if name not in measured]),
        *_not_checked(findings, [told[plot] for plot in mine.index]),
    )
    return Sheet(own("ground.title"), tuple(columns), tuple(rows), notes)


def _town_notes(mine: pd.DataFrame, *, coarse: bool) -> Iterator[tuple[Words, str]]:
    """Say what holds for all plots of a town: the size that it needs, and slope that is the region's alone."""
    needs = mine["need_ha"].dropna() if "need_ha" in mine else pd.Series(dtype=float)
    if not needs.empty:
        yield fill("ground.sheet.need", need=figure(LAND, "need_ha", needs.iloc[0])), ""
    if "usable_reason" in mine and mine["usable_reason"].notna().any():
        yield own("ground.sheet.at_most"), "why"
    if coarse:
        yield own("ground.sheet.all_regional"), "why"


def _ground_cell(name: str, row: Mapping[Hashable, Any], *, remark: bool) -> Cell:
    value = row.get(name)
    if value is None or pd.isna(value):
        return unknown()
    remarks = {"usable_ha": _largest_part, "fits": _rectangle, "slope_mean": _slope_remark if remark else None}
    write = remarks.get(name)
    return Cell(_ground_words(name, value), remarks=tuple(write(row)) if write else ())


def _largest_part(row: Mapping[Hashable, Any]) -> Iterator[tuple[Words, str]]:
    """Add the largest part in one piece, where usable land lies in several."""
    largest, usable = (figure(LAND, name, row.get(name)) for name in ("largest_ha", "usable_ha"))
    if largest != usable:
        yield fill("ground.sheet.usable.of", largest=largest), ""


def _rectangle(row: Mapping[Hashable, Any]) -> Iterator[tuple[Words, str]]:
    length, width = (
        figure(LAND, f"rectangle_{side}_m", row.get(f"rectangle_{side}_m")) for side in ("length", "width")
    )
    if as_is(DASH) not in (length, width):
        yield fill("ground.sheet.fits.of", length=length, width=width), "soft"


def _slope_remark(row: Mapping[Hashable, Any]) -> Iterator[tuple[Words, str]]:
    over = {f"over{limit}": figure(LAND, f"over_{limit}", row.get(f"over_{limit}")) for limit in (8, 15)}
    yield own("ground.sheet.regional") if row.get("regional") else fill("ground.sheet.over", **over), ""


def _ruling_cell(findings: Findings, told: Rulings) -> Cell:
    keys = (("exclude", "excluded", "strike"), ("flag", "flagged", ""), ("open", "open", ""))
    remarks = [
        (fill(f"rules.{key}", name=rule_name(findings, rule)), look)
        for kind, key, look in keys
        for rule, _ in told[kind]
    ]
    if not remarks:
        checked, all_ = len(told["clear"]), len(told["clear"]) + len(told["unchecked"])
        text = fill("rules.none", checked=numbers(checked), all=numbers(all_)) if checked else own("rules.none.checked")
        remarks = [(text, "")]
    return Cell(as_is(""), remarks=tuple(remarks))


def _not_checked(findings: Findings, told: list[Rulings]) -> Iterator[tuple[Words, str]]:
    """Name the rules that nobody could look into on some of a town's plots."""
    rules = dict.fromkeys(rule for one in told for rule, _ in one["unchecked"])
    if rules:
        called = tuple(f"{text}." for text in rule_names(findings, list(rules)))
        yield joined([own("rules.unchecked"), called, own("rules.unchecked.note")], " "), "why"


def _not_known(what: list[Words]) -> tuple[tuple[Words, str], ...]:
    """Name what is known of no plot, instead of a column of dashes."""
    called = joined([tuple(text.lower() for text in one) for one in what], ", ")
    return ((fill("sheet.unknown", names=called), "why"),) if what else ()
