"""The rankings on a terminal, one table a town."""

import math
from collections.abc import Iterator

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table

from sitesel.findings import Findings
from sitesel.text import Message, name_column, number, say


def ranking_tables(findings: Findings, lang: str) -> Iterator[Table]:
    """Make one table for each town.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Yields
    ------
    rich.table.Table
        Rank, plot, score, share of weight known, and the points of each criterion.
    """
    criteria = list(dict.fromkeys(findings.decision.indicators["criterion"]))
    points = criterion_points(findings)
    for town, plots in findings.decision.ranking.groupby("town", sort=False):
        told = findings.towns.loc[str(town)].to_dict()
        heading = Message(
            "table.town",
            {"name": str(told[name_column(lang)]), "jobs": float(told["jobs"]), "area": float(told["area_need_ha"])},
        )
        table = Table(
            title=say(heading, lang), title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
        )
        table.add_column(say(Message("table.rank"), lang), justify="right")
        table.add_column(say(Message("table.plot"), lang), overflow="fold")
        table.add_column(say(Message("table.score"), lang), justify="right")
        for criterion in criteria:
            table.add_column(say(Message(f"table.{criterion}"), lang), justify="right")
        table.add_column(say(Message("table.known"), lang), justify="right")
        for plot, row in plots.iterrows():
            name = str(findings.plots.loc[plot, name_column(lang)] or findings.plots.loc[plot, "name_en"])
            made_of = [
                "–" if pd.isna(share) else number(share, lang, 0) for share in points.loc[[plot], criteria].iloc[0]
            ]
            place = "–" if pd.isna(row["rank"]) else str(row["rank"])
            score = "–" if pd.isna(row["score"]) else number(row["score"], lang, 1)
            table.add_row(
                place,
                name,
                score,
                *made_of,
                f"{math.floor(100 * row['known_weight'] + 1e-9)}%",
                style="" if row["rankable"] else "dim",
            )
        yield table


def criterion_points(findings: Findings) -> pd.DataFrame:
    """Points of each plot in each criterion, over the weights known in it.

    Returns
    -------
    DataFrame of float, plots x criteria
        0..100; NaN where nothing of the criterion is known.
    """
    weight, criterion = findings.decision.indicators["weight"], findings.decision.indicators["criterion"]
    known = findings.decision.worth.notna().mul(weight, axis=1).T.groupby(criterion, sort=False).sum().T
    earned = findings.decision.worth.mul(weight, axis=1).T.groupby(criterion, sort=False).sum().T
    return 100 * earned / known.where(known > 0)
