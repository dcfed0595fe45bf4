"""Which weights make a plot the first of its town."""

import pandas as pd

from sitesel.findings import Findings
from sitesel.report.figures import share
from sitesel.report.programme import town_name
from sitesel.report.ranking import plot_names
from sitesel.report.sheet import Cell, Column, Row, Sheet, declared
from sitesel.report.words import figure, numbers, words
from sitesel.text import Message, listed

CENTRAL = "central_weights.csv"
FEWEST_FIRST = 50
"""First places that mean weights rest on at least: with these, chance moves a mean by a point of 100."""
APART = 0.02
"""Of a weight; a mean that is nearer to that of all draws is like it."""


def central_weights(findings: Findings) -> pd.DataFrame:
    """Tell with which weights, on average, each plot is the first of its town.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    DataFrame
        As :mod:`sitesel.schema` has ``central_weights.csv``, in the order of the ranking, names apart; weights are not
        known of a plot that is never first.
    """
    sure, ranking = findings.sureness, findings.decision.ranking
    plots = ranking.index[ranking.index.isin(sure.central.index)]
    if not len(plots):
        return pd.DataFrame()
    told = sure.central.loc[plots].assign(first=sure.plots["first"], town=ranking["town"])
    return told.rename_axis("plot").reset_index()


def central_line(findings: Findings, plot: str) -> Message | None:
    """Say with which weights a plot comes first, where that is often enough to tell.

    Parameters
    ----------
    findings : Findings
    plot : str

    Returns
    -------
    Message or None
        None of a plot that is seldom first, or that is alone in its town.
    """
    sure = findings.sureness
    if plot not in sure.central.index or sure.plots["first"][plot] * sure.draws < FEWEST_FIRST:
        return None
    town: pd.Series[str] = findings.decision.ranking["town"].reindex(sure.central.index)
    of_town = town.eq(str(town[plot]))
    if of_town.sum() == 1:
        return None
    # Every draw has a first: over the plots of a town, their means come to the mean of all draws.
    usual = sure.central[of_town].fillna(0.0).mul(sure.plots["first"][of_town], axis="index").sum()
    mine: pd.Series[float] = sure.central.loc[[plot]].iloc[0]
    told = [str(one) for one in sure.central.columns if abs(mine[one] - usual[one]) >= APART]
    weights = listed(
        Message(
            "central.weight",
            {
                "criterion": Message(f"criterion.{one}"),
                "weight": round(100 * float(mine[one])),
                "usual": round(100 * float(usual[one])),
            },
        )
        for one in told
    )
    return Message("central.weights", {"weights": weights}) if told else Message("central.alike")


def central_sheet(findings: Findings) -> Sheet:
    """Lay out the mean weights with which each plot is the first of its town.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    Sheet
        ``plot first``, and a column a criterion, in percent; plots that are never first are left out.
    """
    found = central_weights(findings)
    named, criteria = plot_names(findings), list(findings.sureness.central.columns)
    rows = [
        Row(
            (
                Cell(town_name(findings, row["town"])),
                Cell(named[row["plot"]]),
                Cell(figure(CENTRAL, "first", row["first"])),
                *(Cell(numbers(share(row[one]), 1)) for one in criteria),
            )
        )
        for row in found.to_dict("records")
        if row["first"] > 0
    ]
    columns = (
        Column("town", words(Message("programme.town")), "l"),
        Column("plot", words(Message("map.plot")), "l", names=True),
        declared(CENTRAL, "first"),
        *(Column(one, words(Message(f"criterion.{one}")), "n") for one in criteria),
    )
    return Sheet(words(Message("central.title")), columns, tuple(rows), ((words(Message("central.note")), ""),))
