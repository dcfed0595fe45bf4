"""How sure a plot's place is, as plain data for the page: ranges, shares of first places, brackets."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from sitesel.findings import Findings
from sitesel.report.central import central_line
from sitesel.report.figures import rounded
from sitesel.report.ranking import LEAST_SHARE, percent
from sitesel.report.words import short, words


def sure_of(findings: Findings, plot: Hashable) -> dict[str, Any]:
    """Tell how sure a plot's place is.

    Parameters
    ----------
    findings : Findings
    plot : hashable

    Returns
    -------
    dict
        ``able`` (scores between which the truth lies) and ``likely`` (90 % of the draws), each null or two whole
        points; ``first`` (percent of the draws, 0.4 for less than half of one, null without any); ``bracket`` (null);
        ``central`` (null): a sentence on the weights with which it is first.
    """
    drawn = findings.sureness.plots
    row: dict[Hashable, Any] = findings.decision.ranking.loc[[plot]].iloc[0].to_dict()
    told: dict[str, Any] = {"able": _ends(row), "likely": None, "first": None, "bracket": None, "central": None}
    if plot in drawn.index:
        mine: dict[Hashable, Any] = drawn.loc[[plot]].iloc[0].to_dict()
        told |= {
            "likely": _ends(mine),
            "first": 0.4 if 0 < mine["first"] < LEAST_SHARE else percent(float(mine["first"])),
            "bracket": int(mine["bracket"]),
            "central": short(words(line)) if (line := central_line(findings, str(plot))) else None,
        }
    return told


def _ends(row: dict[Hashable, Any]) -> list[float | int | None] | None:
    ends = [rounded(row.get(name), 0) for name in ("low", "high")]
    return None if pd.isna(ends).any() else ends


def bounds(findings: Findings, plot: Hashable) -> list[list[float | int | None] | None]:
    """Give between which figures each measure lies, null where it is known exactly or nothing bounds it."""
    found = findings.decision
    told: list[list[float | int | None] | None] = []
    for name, digits in found.indicators["decimals"].items():
        ends = [table[name].get(plot) if name in table else None for table in (found.low, found.high)]
        shown = [rounded(end, int(digits)) for end in ends]
        told.append(None if None in shown or shown[0] == shown[1] else shown)
    return told
