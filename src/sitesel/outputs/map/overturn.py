"""What would overturn a plot's place: the least better measure, or the least other weights, that make it first."""

from collections.abc import Hashable
from typing import Any, Final

import pandas as pd

from sitesel import decision
from sitesel.findings import Findings
from sitesel.report.figures import rounded, share

MOST_ASKED: Final = 30
"""Ranked plots of a town that this is asked for: those below would need a change that nobody believes."""

MOST_TOLD: Final = 2
LEAST_SHIFT: Final = 0.005
"""Of the weight: less is not told."""


def overturns(findings: Findings, town: str) -> dict[Hashable, dict[str, Any]]:
    """Tell of a town's ranked plots the smallest changes that make each first; of the first, what ends that.

    Parameters
    ----------
    findings : Findings
    town : str

    Returns
    -------
    dict
        By plot: ``who`` would be first (a plot id), ``better`` (a list of indicator, its measure now and the one that
        is needed), ``weights`` (a list of indicator, percent now and then; null where no weights do it) and
        ``behind`` (a plot id that is nowhere worse, or null).
    """
    ranking = findings.decision.ranking
    plots = list(ranking.index[(ranking["town"] == town) & ranking["rank"].notna()][:MOST_ASKED])
    if len(plots) < 2:  # noqa: PLR2004 -- one plot has nobody to fear
        return {}
    worth = findings.decision.worth.loc[plots, findings.weighed]
    weights = findings.decision.indicators.loc[findings.weighed, "weight"]
    told = {plot: _changes(findings, worth, weights, plot) for plot in plots[1:]}
    able = [plot for plot in plots[1:] if told[plot]["weights"] is not None]
    nearest = min(able, key=lambda plot: sum(abs(then - now) for _, now, then in told[plot]["weights"]), default=None)
    rival = told[plots[1]]
    first = {
        "who": plots[1],
        "better": rival["better"],
        "weights": None if nearest is None else told[nearest]["weights"],
        "by_weights": nearest,
        "behind": None,
    }
    return {plots[0]: first, **told}


def _changes(findings: Findings, worth: pd.DataFrame, weights: pd.Series, plot: Hashable) -> dict[str, Any]:
    improved = decision.smallest_improvement(worth, weights, plot)
    other = decision.smallest_weights(worth, weights, plot)
    places = {name: place for place, name in enumerate(findings.decision.indicators.index)}
    better = [
        _better(findings, plot, str(name), places[name], float(needed))
        for name, needed in improved["worth"].head(MOST_TOLD).items()
    ]
    shifts = None
    if other is not None:
        moved = (other - weights / weights.sum()).abs() >= LEAST_SHIFT
        shifts = [
            [places[name], rounded(share(weights[name] / weights.sum()), 0), rounded(share(other[name]), 0)]
            for name in other.index[moved]
        ]
    return {
        "who": plot,
        "better": better,
        "weights": shifts,
        "by_weights": plot,
        "behind": decision.dominated(worth, plot),
    }


def _better(findings: Findings, plot: Hashable, name: str, place: int, needed: float) -> list[Any]:
    found = findings.decision
    row: dict[Hashable, Any] = found.indicators.loc[[name]].iloc[0].to_dict()
    now = float(found.measures[name].to_dict()[plot])
    digits = int(row["decimals"])
    return [place, rounded(now, digits), rounded(decision.measure_for(needed, row["value"], now), digits)]
