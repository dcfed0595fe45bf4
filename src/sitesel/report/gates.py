"""Why plots stand below the ranking: the gate that each fails, in words."""

from collections.abc import Hashable, Iterator
from typing import Any

from sitesel.findings import Findings
from sitesel.report.figures import known_percent, rounded
from sitesel.report.rules import excluding
from sitesel.text import Message, listed, names_of


def gate_reasons(findings: Findings) -> dict[Hashable, Message]:
    """Say of each plot without a rank which gate it fails.

    Parameters
    ----------
    findings : Findings
    """
    ranking = findings.decision.ranking
    failed: dict[Hashable, dict[Hashable, Any]] = ranking[ranking["rank"].isna()].to_dict("index")
    ground: dict[Hashable, dict[Hashable, Any]] = findings.sites.reindex(list(failed)).to_dict("index")
    rules = excluding(findings)
    struck = {} if rules.empty else rules["reason"].groupby(level="plot").agg(list).to_dict()
    return {plot: _reason(row, ground[plot], struck.get(plot, [])) for plot, row in failed.items()}


def _reason(row: dict[Hashable, Any], ground: dict[Hashable, Any], rules: list[Message]) -> Message:
    gate = row["gate"]
    if gate == "rule" and rules:
        return Message("gate.rule", {"reasons": listed(rules, "; ")})
    if gate == "ground":
        have, need = rounded(ground["usable_ha"], 1), rounded(ground["need_ha"], 1)
        if have is None or need is None:
            return Message("gate.ground_unknown")
        return Message("gate.ground", {"have": have, "need": need})
    if gate == "unknown":
        return Message("gate.unknown", {"criterion": Message(f"criterion.{row['detail']}")})
    return Message("gate.known", {"share": known_percent(row["known_weight"])})


def gate_lines(findings: Findings, town: str) -> Iterator[Message]:
    """Name each plot of a town that is not ranked, with its reason.

    Parameters
    ----------
    findings : Findings
    town : str
    """
    reasons = gate_reasons(findings)
    of = findings.decision.ranking["town"]
    for plot in of.index[of == town]:
        if plot in reasons:
            name = names_of(findings.plots.loc[plot]) or str(plot)
            yield Message("gate.line", {"name": name, "reason": reasons[plot]})
