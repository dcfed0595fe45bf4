"""What each weight does in fact among the ranked plots of a town."""

import math
from collections.abc import Iterator
from typing import Final

import pandas as pd

from sitesel import decision
from sitesel.findings import Findings, told_once
from sitesel.report.figures import share
from sitesel.report.ranking import contributions
from sitesel.report.sheet import Cell, Column, Row, Sheet, declared
from sitesel.report.words import capital, figure, numbers, own, words
from sitesel.text import Message, listed, names_of

WEIGHTS: Final = "weights.csv"
LEAST_USD: Final = 1.0
"""Of a job and year: plots that differ by less cost the same."""


@told_once  # every town's sheet, the tables and the page ask for it
def effects(findings: Findings) -> pd.DataFrame:
    """Tell by town and indicator what the weight does.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    DataFrame
        ``town indicator weight range share separates usd_range points_per_100_usd``, as :mod:`sitesel.schema` has
        ``weights.csv``.
    """
    ranked = findings.decision.ranking[findings.decision.ranking["rank"].notna()]
    columns = ["town", "indicator", "weight", "range", "share", "separates", "usd_range", "points_per_100_usd"]
    if ranked.empty:
        return pd.DataFrame(columns=columns)
    found = decision.weight_effects(
        contributions(findings).loc[ranked.index, findings.weighed], ranked["town"]
    ).reset_index()
    found = found.assign(weight=found["indicator"].map(findings.decision.indicators["weight"]))
    by_town = as_money(findings).reindex(ranked.index).groupby(ranked["town"])
    usd = (by_town.max() - by_town.min()).to_dict("index")
    pairs = zip(found["town"], found["indicator"], strict=True)
    found["usd_range"] = [usd[town].get(indicator, math.nan) for town, indicator in pairs]
    some = found["usd_range"].where(found["usd_range"] > LEAST_USD)
    return found.assign(points_per_100_usd=100 * found["range"] / some)[columns]


def as_money(findings: Findings) -> pd.DataFrame:
    """Say of each plot what its measures come to for each job and year, where they can be told as money.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    DataFrame of float, plots x indicators that are money
        US dollars of each job and year: of ways to work, of truck trips, of connections as an annuity.
    """
    factors = {one.id: one.usd_per_job_year for one in findings.study.indicators}
    money = {name: usd for name, usd in factors.items() if usd is not None}
    return findings.decision.measures[list(money)].astype(float) * pd.Series(money, dtype=float)


def effect_lines(findings: Findings, town: str) -> Iterator[Message]:
    """Name the indicators whose weight separates none of a town's plots, in a sentence.

    Parameters
    ----------
    findings : Findings
    town : str
    """
    ranking = findings.decision.ranking
    if int((ranking["town"].eq(town) & ranking["rank"].notna()).sum()) < 2:  # noqa: PLR2004 -- one has nobody beside it
        return
    found = effects(findings)
    idle = found[found["town"].eq(town) & ~found["separates"].astype(bool) & (found["weight"] > 0)]
    labels = findings.decision.indicators["label"]
    if len(idle):
        name = names_of(findings.towns.loc[town]) or town
        told = listed((labels[one] for one in idle["indicator"]), "; ")
        yield Message("effects.separates_none", {"town": name, "indicators": told})


def effect_sheet(findings: Findings, town: str) -> Sheet:
    """Lay out what each weight does in one town.

    Parameters
    ----------
    findings : Findings
    town : str

    Returns
    -------
    Sheet
        ``indicator weight range share``, where some can be told as money ``usd_range points_per_100_usd``; an
        indicator that separates nobody is dim.
    """
    found = effects(findings)
    labels = findings.decision.indicators["label"]
    money = ["usd_range", "points_per_100_usd"] if found["usd_range"].notna().any() else []
    rows = []
    for row in found[found["town"] == town].to_dict("records"):
        part = float(row["share"])
        cells = (
            Cell(capital(words(labels[row["indicator"]]))),
            Cell(numbers(share(row["weight"]), 1)),
            Cell(figure(WEIGHTS, "range", row["range"])),
            Cell(numbers(share(part) if math.isfinite(part) else math.nan)),
            *(Cell(figure(WEIGHTS, name, row[name])) for name in money),
        )
        rows.append(Row(cells, "" if row["separates"] else "dim"))
    columns = (
        Column("indicator", own("indicator"), "l", names=True),
        Column("weight", own("weight.percent")),
        declared(WEIGHTS, "range"),
        declared(WEIGHTS, "share"),
        *(declared(WEIGHTS, name) for name in money),
    )
    notes = [(words(Message(key)), "") for key in ("effects.note", *(["effects.money"] if money else []))]
    return Sheet(words(Message("effects.title")), columns, tuple(rows), tuple(notes))
