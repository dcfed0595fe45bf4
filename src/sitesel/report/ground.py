"""What the ground of a plot allows, in words."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Final

import pandas as pd

from sitesel.findings import Findings
from sitesel.report.connections import not_known
from sitesel.report.figures import rounded, share
from sitesel.report.ranking import plot_cells, plot_columns
from sitesel.report.rules import Rulings, rule_name, rule_names, rulings_by_plot
from sitesel.report.sheet import Cell, Column, Row, Sheet, unknown
from sitesel.report.words import Words, as_is, fill, joined, numbers, own

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


def ground_sheet(findings: Findings, town: str) -> Sheet:
    """Tell what the ground of each plot of a town allows, and which rules strike it."""
    mine = findings.land.table.reindex(findings.plots.index[findings.plots["town"] == town])
    asked_for = [] if findings.land.table.empty else list(GROUND)
    measured = [name for name in asked_for if mine.get(GROUND[name][0], pd.Series(dtype=float)).notna().any()]
    columns = [*plot_columns(), *(Column(name, own(f"ground.{name}"), GROUND[name][1]) for name in measured)]
    ruled = not findings.rules.rulings.empty
    columns += [Column("rules", own("rules.rules"), "l")] if ruled else []
    ground: dict[Hashable, dict[Hashable, Any]] = mine.to_dict("index")
    coarse = "slope" in measured and bool(mine.loc[mine["slope_mean"].notna(), "regional"].all())
    told = rulings_by_plot(findings)
    rows = []
    for plot, called, beyond in plot_cells(findings, town):
        cells = [_ground_cell(name, ground[plot], remark=not coarse) for name in measured]
        rows.append(Row((*called, *cells, *([_ruling_cell(told[plot])] if ruled else [])), beyond=beyond))
    notes = (
        *_town_notes(mine, coarse=coarse),
        *not_known([own(f"ground.{name}") for name in asked_for if name not in measured]),
        *_not_checked([told[plot] for plot in mine.index]),
    )
    return Sheet(own("ground.title"), tuple(columns), tuple(rows), notes)


def _town_notes(mine: pd.DataFrame, *, coarse: bool) -> Iterator[tuple[Words, str]]:
    """Say what holds for all plots of a town: the size that it needs, and slope that is the region's alone."""
    needs = mine["need_ha"].dropna() if "need_ha" in mine else pd.Series(dtype=float)
    if not needs.empty:
        yield fill("ground.sheet.need", need=_figure(needs.iloc[0], 1)), ""
    if "usable_reason" in mine and mine["usable_reason"].notna().any():
        yield own("ground.sheet.at_most"), "why"
    if coarse:
        yield own("ground.sheet.all_regional"), "why"


def _ground_cell(name: str, row: Mapping[Hashable, Any], *, remark: bool) -> Cell:
    value = row.get(GROUND[name][0])
    if value is None or pd.isna(value):
        return unknown()
    remarks = {"sheet.usable": _largest_part, "sheet.fits": _rectangle, "slope": _slope_remark if remark else None}
    write = remarks.get(name)
    return Cell(_ground_words(name, value), remarks=tuple(write(row)) if write else ())


def _largest_part(row: Mapping[Hashable, Any]) -> Iterator[tuple[Words, str]]:
    """Add the largest part in one piece, where usable land lies in several."""
    if rounded(row.get("largest_ha"), 1) != rounded(row.get("usable_ha"), 1):
        yield fill("ground.sheet.usable.of", largest=_figure(row.get("largest_ha"), 1)), ""


def _rectangle(row: Mapping[Hashable, Any]) -> Iterator[tuple[Words, str]]:
    sides = {name: row.get(f"rectangle_{name}_m") for name in ("length", "width")}
    if all(pd.notna(side) for side in sides.values()):
        yield fill("ground.sheet.fits.of", **{name: _figure(side) for name, side in sides.items()}), "soft"


def _slope_remark(row: Mapping[Hashable, Any]) -> Iterator[tuple[Words, str]]:
    over = {f"over{limit}": _figure(share(row.get(f"over_{limit}"))) for limit in (8, 15)}
    yield own("ground.sheet.regional") if row.get("regional") else fill("ground.sheet.over", **over), ""


def _ruling_cell(told: Rulings) -> Cell:
    keys = (("exclude", "excluded", "strike"), ("flag", "flagged", ""), ("open", "open", ""))
    remarks = [(fill(f"rules.{key}", name=rule_name(rule)), look) for kind, key, look in keys for rule, _ in told[kind]]
    if not remarks:
        checked, all_ = len(told["clear"]), len(told["clear"]) + len(told["unchecked"])
        text = fill("rules.none", checked=numbers(checked), all=numbers(all_)) if checked else own("rules.none.checked")
        remarks = [(text, "")]
    return Cell(as_is(""), remarks=tuple(remarks))


def _not_checked(told: list[Rulings]) -> Iterator[tuple[Words, str]]:
    """Name the rules that nobody could look into on some of a town's plots."""
    rules = dict.fromkeys(rule for one in told for rule, _ in one["unchecked"])
    if rules:
        called = tuple(f"{text}." for text in rule_names(list(rules)))
        yield joined([own("rules.unchecked"), called, own("rules.unchecked.note")], " "), "why"
