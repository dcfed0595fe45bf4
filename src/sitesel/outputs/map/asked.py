"""What is asked of networks and land over all plots: demand of the towns, shared sources, the cost of rules."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from sitesel.findings import Findings
from sitesel.outputs.map.cards import confidence
from sitesel.outputs.map.connections import VIEWS, exchange, network_name, source_name, worded
from sitesel.outputs.map.land import TOGETHER, rules_of, unchecked
from sitesel.report.figures import SIZES, rounded
from sitesel.report.rules import rule_name
from sitesel.report.words import as_is, capital, known, names, plain, short, words


def demand(findings: Findings) -> list[dict[str, Any]]:
    """Tell what each town asks of the networks, a row a town and quantity, in the findings' order."""
    towns: dict[Hashable, dict[Hashable, Any]] = findings.towns.to_dict("index")
    return [
        {
            "town": short(names(towns[town], town)),
            "quantity": short(capital(worded("demand", quantity))),
            "figures": [rounded(row[size], 1) for size in SIZES],
            "unit": short(worded("unit", row["unit"])),
            "basis": short(known(f"demand.basis.{plain(row.get('basis'))}", plain(row.get("basis")))),
            "source": short(as_is(row.get("source"))),
            "confidence": short(confidence(row.get("confidence"))),
        }
        for (town, quantity), row in zip(
            findings.connections.demand.index, findings.connections.demand.to_dict("records"), strict=True
        )
    ]


def shared(findings: Findings) -> list[dict[str, Any]]:
    """Name the sources on which plots chosen together lean; what holds in both views is told once.

    Returns
    -------
    list of dict
        ``views`` says in which it holds; ``short`` whether more is asked than there is (null where not known).
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in findings.connections.shared.to_dict("records"):
        key = (row["network"], row["source"], tuple(row["plots"]))
        entry = found.setdefault(key, _shared(findings, row))
        entry["views"].append(VIEWS.index(row["view"]))
    return list(found.values())


def _shared(findings: Findings, row: dict[Hashable, Any]) -> dict[str, Any]:
    capacity, asked = rounded(row["capacity"], 1), rounded(row["asked"], 1)
    plots = findings.plots.drop(columns=findings.plots.geometry.name)
    named: dict[Hashable, dict[Hashable, Any]] = plots.loc[list(row["plots"])].to_dict("index")
    return {
        "network": short(network_name(row["network"])),
        "source": short(source_name(row)),
        "plots": [short(names(named[plot], plot)) for plot in row["plots"]],
        "capacity": capacity,
        "asked": asked,
        "served": rounded(row["served"], 1),
        "unit": short(worded("unit", row["unit"])),
        "short": None if capacity is None or asked is None else asked > capacity,
        "views": [],
    }


def cost_of_rules(findings: Findings) -> list[dict[str, Any]]:
    """Tell what each rule costs, in plots and hectares; the last row (``rule`` null) is of all that exclude.

    Returns
    -------
    list of dict
        ``by``: clause and date; ``unchecked``: plots that nobody could look into; ``open``: plots of which the rule
        cannot be told, for the layer is too coarse.
    """
    rules = rules_of(findings)
    return [
        {
            "rule": None if rule == TOGETHER else short(rule_name(rule)),
            "mode": plain(row.get("mode")),
            "by": " · ".join(filter(None, (plain(rules.get(str(rule), {}).get(part)) for part in ("clause", "date")))),
            "plots": [rounded(row.get("plots_alone"), 0), rounded(row.get("plots_more"), 0)],
            "hectares": [rounded(row.get("hectares_alone"), 0), rounded(row.get("hectares_more"), 0)],
            **_open(findings, str(rule)),
        }
        for rule, row in zip(findings.rules.costs.index, findings.rules.costs.to_dict("records"), strict=True)
    ]


def _open(findings: Findings, rule: str) -> dict[str, int]:
    """Count the plots on which a rule is not answered, by why."""
    if findings.rules.rulings.empty or rule not in findings.rules.rulings.index.get_level_values("rule"):
        return {"unchecked": 0, "open": 0}
    rows = pd.DataFrame(findings.rules.rulings.xs(rule, level="rule")).to_dict("records")
    nobody = sum(unchecked(row) for row in rows)
    return {"unchecked": nobody, "open": sum(bool(pd.isna(row["struck"])) for row in rows) - nobody}


def rules_not_checked(findings: Findings) -> list[dict[str, Any]]:
    """Rules that nobody could look into, with the reason and on how many plots."""
    told = []
    for rule in rules_of(findings):
        rows = [
            row
            for row in pd.DataFrame(findings.rules.rulings.xs(rule, level="rule")).to_dict("records")
            if unchecked(row)
        ]
        if rows:
            reason = rows[0].get("reason")
            told.append(
                {
                    "rule": short(rule_name(rule)),
                    "plots": len(rows),
                    "reason": short(words(reason)) if reason is not None else "",
                    "clause": plain(rows[0].get("clause")),
                }
            )
    return told


def asked(findings: Findings) -> dict[str, Any] | None:
    """All of it, for the page's section.

    Returns
    -------
    dict or None
        ``None`` where there is nothing to tell.
    """
    told = {
        "demand": demand(findings),
        "shared": shared(findings),
        "costs": cost_of_rules(findings),
        "unchecked": rules_not_checked(findings),
    }
    if not any(told.values()) and findings.connections.joined.empty:
        return None
    return told | {"exchange": exchange(findings)}
