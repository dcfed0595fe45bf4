"""Why each plot stands where it stands, and the least that would make it the first of its town."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from sitesel import decision
from sitesel.findings import Findings, told_once
from sitesel.report.figures import share
from sitesel.report.ranking import contributions, differences, indicator_label, percent, plot_columns, plot_names
from sitesel.report.sheet import ON_PAPER, Cell, Column, Row, Sheet, declared, unknown
from sitesel.report.words import Words, as_is, figure, numbers, words
from sitesel.text import LANGUAGES, Message, listed, names_of

WHY: Final = "why.csv"
MOST_TOLD: Final = 2
"""Indicators named that tell a plot most from the one it is held against."""


@told_once  # every town's sheet, the tables and the page ask for it
def reasons_why(findings: Findings) -> pd.DataFrame:
    """Tell of each ranked plot in detail what sets it apart from the first, and what would make it the first.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    DataFrame
        As :mod:`sitesel.schema` has ``why.csv``, names apart.
    """
    ranking = findings.decision.ranking
    ranked = ranking[ranking["rank"].notna()]
    parts = [_in_town(findings, rows) for _, rows in ranked.groupby("town", sort=False)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _in_town(findings: Findings, ranked: pd.DataFrame) -> pd.DataFrame:
    plots = list(ranked.index)
    points, worth = (table.loc[plots, findings.weighed] for table in (contributions(findings), findings.decision.worth))
    told = ranked[findings.in_detail(ranked.index)]
    rows = [{**_row(findings, points, worth, plot), "plot": plot} for plot in told.index]
    return pd.DataFrame(rows).assign(town=told["town"].to_numpy(), rank=told["rank"].array)


def _row(findings: Findings, points: pd.DataFrame, worth: pd.DataFrame, plot: Hashable) -> dict[Hashable, Any]:
    weights = findings.decision.indicators.loc[findings.weighed, "weight"]
    other = next((one for one in points.index if one != plot), None)  # the first; for the first itself the next
    apart = pd.Series(np.nan, index=points.columns) if other is None else decision.difference(points, plot, other)
    closest = decision.smallest_weights(worth, weights, plot)
    better = decision.smallest_improvement(worth, weights, plot)
    moved = pd.Series(np.nan, index=points.columns) if closest is None else closest
    return {
        "against": other,
        "lead": apart.sum(skipna=False),
        **apart.add_suffix("_lead").to_dict(),
        "never_first": closest is None,
        "dominated_by": decision.dominated(worth, plot),
        "weights_change": (moved - weights).abs().sum(skipna=False) / 2,
        **moved.add_suffix("_weight").to_dict(),
        "first_by": next(iter(better.index[better["gain"] > 0]), None),
        **_first_at(findings, better, plot).to_dict(),
    }


def _first_at(findings: Findings, better: pd.DataFrame, plot: Hashable) -> pd.Series:
    """Turn the smallest improvement in each indicator back into its measure."""
    own, enough = findings.decision.measures.loc[[plot]].iloc[0], better["worth"]
    curves = findings.decision.indicators["value"].reindex(enough.index)
    found = {
        name: decision.measure_for(value, curve, near)
        for name, value, curve, near in zip(enough.index, enough, curves, own.reindex(enough.index), strict=True)
    }
    return pd.Series(found, dtype=float).reindex(findings.weighed).add_suffix("_first_at")


def why_sheet(findings: Findings, town: str) -> Sheet:
    """Lay out why the plots of a town stand where they stand.

    Parameters
    ----------
    findings : Findings
    town : str

    Returns
    -------
    Sheet
        ``rank plot lead differences first_if``, of the ranked plots; no more than a page holds.
    """
    found = reasons_why(findings)
    mine = found[found["town"] == town] if len(found) else found
    named, rows = plot_names(findings), []
    for row in mine.head(ON_PAPER).to_dict("records"):
        cells = (
            Cell(as_is(row["rank"]), "strong"),
            Cell(named[row["plot"]]),
            Cell(figure(WHY, "lead", row["lead"])),
            unknown() if pd.isna(row["lead"]) else Cell(_told(differences(findings, _apart(findings, row), MOST_TOLD))),
            Cell(_first_if(findings, row)),
        )
        rows.append(Row(cells))
    columns = (
        *plot_columns(),
        declared(WHY, "lead"),
        Column("differences", words(Message("why.differences")), "l"),
        Column("first_if", words(Message("why.first_if")), "l"),
    )
    return Sheet(words(Message("why.title")), columns, tuple(rows), ((words(Message("why.note")), ""),))


def _apart(findings: Findings, row: dict[Hashable, Any]) -> pd.Series:
    """Points of the lead that each indicator brings."""
    return pd.Series({name: float(row[f"{name}_lead"]) for name in findings.weighed})


def _first_if(findings: Findings, row: dict[Hashable, Any]) -> Words:
    if row["rank"] == 1:
        return words(Message("why.is_first"))
    parts = [_by_weights(findings, row), *_by_measure(findings, row)]
    return _told(parts)


def _told(parts: Iterable[Message]) -> Words:
    return tuple(listed(parts, "; ").values())


def _by_weights(findings: Findings, row: dict[Hashable, Any]) -> Message:
    if not row["never_first"]:
        moved, changes = percent(row["weights_change"]), listed(_changes(findings, row))
        return Message("why.weights", {"moved": moved, "changes": changes})
    if row["dominated_by"] is None or pd.isna(row["dominated_by"]):
        return Message("why.never")
    name = names_of(findings.plots.loc[row["dominated_by"]]) or str(row["dominated_by"])
    return Message("why.dominated", {"name": name})


def _changes(findings: Findings, row: dict[Hashable, Any]) -> Iterator[Message]:
    """Name the two weights that change most."""
    weights = findings.decision.indicators.loc[findings.weighed, "weight"]
    moved = {name: abs(float(row[f"{name}_weight"]) - weight) for name, weight in weights.items()}
    for name in sorted(moved, key=lambda one: -moved[one])[:2]:
        before, then = round(share(weights.to_dict()[name])), round(share(row[f"{name}_weight"]))
        label = indicator_label(findings, name)
        yield Message("why.weight", {"indicator": label, "before": before, "then": then})


def _by_measure(findings: Findings, row: dict[Hashable, Any]) -> Iterator[Message]:
    """Tell the one measure that takes the smallest gain."""
    name = row["first_by"]
    if name is None or pd.isna(name):
        yield Message("why.no_measure")
        return
    about: dict[Hashable, Any] = findings.decision.indicators.loc[[name]].iloc[0].to_dict()
    own = float(findings.decision.measures.loc[[row["plot"]], name].iloc[0])
    at, now = _measure(row[f"{name}_first_at"], about), _measure(own, about)
    yield Message("why.measure", {"indicator": about["label"], "unit": about["unit"], "at": at, "own": now})


def _measure(value: float, about: dict[Hashable, Any]) -> dict[str, str]:
    return dict(zip(LANGUAGES, numbers(value, about["decimals"]), strict=True))
