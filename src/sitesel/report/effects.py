"""What each weight does in fact among the ranked plots of a town."""

import math
from collections.abc import Iterator

import pandas as pd

from sitesel import decision
from sitesel.findings import Findings
from sitesel.report.figures import share
from sitesel.report.ranking import contributions
from sitesel.report.sheet import Cell, Column, Row, Sheet, declared
from sitesel.report.words import capital, figure, numbers, own, words
from sitesel.text import Message, listed, names_of

WEIGHTS = "weights.csv"


def effects(findings: Findings) -> pd.DataFrame:
    """Tell by town and indicator what the weight does.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    DataFrame
        ``town indicator weight range share separates``, as :mod:`sitesel.schema` has ``weights.csv``.
    """
    ranked = findings.decision.ranking[findings.decision.ranking["rank"].notna()]
    columns = ["town", "indicator", "weight", "range", "share", "separates"]
    if ranked.empty:
        return pd.DataFrame(columns=columns)
    found = decision.weight_effects(contributions(findings).loc[ranked.index], ranked["town"]).reset_index()
    return found.assign(weight=found["indicator"].map(findings.decision.indicators["weight"]))[columns]


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
        ``indicator weight range share``; an indicator that separates nobody is dim.
    """
    found = effects(findings)
    labels = findings.decision.indicators["label"]
    rows = []
    for row in found[found["town"] == town].to_dict("records"):
        part = float(row["share"])
        cells = (
            Cell(capital(words(labels[row["indicator"]]))),
            Cell(numbers(share(row["weight"]), 1)),
            Cell(figure(WEIGHTS, "range", row["range"])),
            Cell(numbers(share(part) if math.isfinite(part) else math.nan)),
        )
        rows.append(Row(cells, "" if row["separates"] else "dim"))
    columns = (
        Column("indicator", own("indicator"), "l", names=True),
        Column("weight", own("weight.percent")),
        declared(WEIGHTS, "range"),
        declared(WEIGHTS, "share"),
    )
    return Sheet(words(Message("effects.title")), columns, tuple(rows), ((words(Message("effects.note")), ""),))
