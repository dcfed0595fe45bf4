"""Why a plot has no rank, in words: the first gate that it fails."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from sitesel.decision import Gate
from sitesel.findings import Findings
from sitesel.report.figures import known_percent
from sitesel.report.rules import excluded, rule_names
from sitesel.report.words import Words, figure, fill, numbers, own, words
from sitesel.text import Message


def without_rank(findings: Findings) -> dict[Hashable, Words]:
    """Say of each plot without a rank why it has none.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    dict
        Words by plot.
    """
    ranking, struck = findings.decision.ranking, excluded(findings)
    return {
        plot: _reason(findings, plot, row, struck.get(plot, []))
        for plot, row in ranking[ranking["rank"].isna()].iterrows()
    }


def _reason(findings: Findings, plot: Hashable, row: pd.Series, rules: list[str]) -> Words:
    if rules:
        return fill("gate.rule", names=rule_names(rules))
    if row.get("gate") == Gate.UNKNOWN:
        return fill("gate.unknown", criterion=words(Message(f"criterion.{row['detail']}")))
    if row.get("gate") == Gate.GROUND:
        return _ground(findings.sites.loc[[plot]].iloc[0].to_dict())
    return fill("gate.known", share=numbers(known_percent(row["known_weight"])))


def _ground(site: dict[Hashable, Any]) -> Words:
    if any(pd.isna(site[name]) for name in ("usable_ha", "need_ha")):
        return own("gate.ground.unknown")
    return fill("gate.ground", **{name: figure("land.table", f"{name}_ha", site[f"{name}_ha"]) for name in ("usable", "need")})
