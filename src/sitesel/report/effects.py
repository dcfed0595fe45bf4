"""What each weight does in fact among a town's ranked plots, and which weights separate nobody."""

from typing import Final

import pandas as pd

from sitesel import decision
from sitesel.findings import Findings
from sitesel.report.ranking import INDICATORS, contributions
from sitesel.report.sheet import Cell, Column, Row, Sheet, unknown
from sitesel.report.words import capital, figure, fill, numbers, own, words
from sitesel.text import Message, listed

FEWEST: Final = 2


def effect_sheet(findings: Findings, town: str) -> Sheet:
    """Tell what each weight does in one town.

    Parameters
    ----------
    findings : Findings
    town : str

    Returns
    -------
    Sheet
        ``indicator weight range share``; without rows where fewer than two plots are ranked.
    """
    columns = (
        Column("indicator", own("indicator"), "l", names=True),
        *(Column(key, own(name)) for key, name in (("weight", "weight"), ("range", "effect.range"), ("share", "effect.share"))),
    )
    ranking = findings.decision.ranking
    plots = ranking.index[(ranking["town"] == town) & ranking["rank"].notna()]
    if len(plots) < FEWEST:
        return Sheet(own("effect.title"), columns, ())
    effects = decision.weight_effects(contributions(findings).loc[plots], ranking.loc[plots, "town"]).loc[town]
    indicators = findings.decision.indicators
    rows = tuple(
        Row(
            (
                Cell(capital(words(indicators.loc[name, "label"]))),
                Cell(fill("percent", figure=figure(INDICATORS, "weight", indicators.loc[name, "weight"]))),
                Cell(numbers(effect["range"], 1)),
                unknown() if pd.isna(effect["share"]) else Cell(fill("percent", figure=numbers(100 * effect["share"]))),
            ),
            "" if effect["separates"] else "dim",
        )
        for name, effect in effects.iterrows()
    )
    idle = [indicators.loc[name, "label"] for name in effects.index[~effects["separates"].astype(bool)]]
    told = words(Message("map.effect.idle", {"names": listed(idle)})) if idle else own("effect.none_idle")
    return Sheet(own("effect.title"), columns, rows, ((told, "caution" if idle else ""), (own("effect.note"), "")))
