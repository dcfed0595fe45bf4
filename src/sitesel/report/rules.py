"""What rules exclude and what could not be checked."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import pandas as pd

from sitesel.findings import Findings
from sitesel.report.figures import shown, truth
from sitesel.report.sheet import NO_HEAD, Cell, Column, Row, Sheet, declared
from sitesel.report.words import Words, as_is, capital, dated, fill, joined, least_decimals, numbers, own, plain, words
from sitesel.text import Message, catalogue, listed, say

NOT_CHECKED: Final = "rule.not_checked"
TOGETHER: Final = "(all)"
COSTS: Final = "rules.costs"


def rule_lines(findings: Findings, lang: str) -> Iterator[str]:
    """Name the rules that no layer was given for: they are not passed.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Yields
    ------
    str

    Examples
    --------
    >>> (told,) = rule_lines(findings, "en")  # as a run found them
    >>> told.startswith("Not checked, for no layer was given: "), "severe floods" in told
    (True, True)
    """
    if findings.rules.rulings.empty:
        return
    unchecked = rules_not_checked(findings)
    if unchecked:
        names = listed(Message(f"rule.{rule}.name", findings.study.words) for rule in unchecked)
        yield say(Message("rules.not_checked", {"names": names}), lang)


def excluded(findings: Findings) -> dict[Hashable, list[str]]:
    """Find the plots that rules exclude for certain.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    dict
        By plot the rules that exclude it.
    """
    told: dict[Hashable, list[str]] = {}
    for rule, plot in excluding(findings).index:
        told.setdefault(plot, []).append(str(rule))
    return told


def excluding(findings: Findings) -> pd.DataFrame:
    """Give the rulings that exclude a plot for certain."""
    rulings = findings.rules.rulings
    if rulings.empty:
        return rulings
    return rulings[(rulings["mode"].eq("exclude") & rulings["struck"].fillna(value=False)).astype(bool)]


def rules_not_checked(findings: Findings) -> list[str]:
    """List the rules that no layer was given for.

    Parameters
    ----------
    findings : Findings
    """
    told = findings.rules.rulings["reason"].map(
        lambda reason: isinstance(reason, Message) and reason.key == "rule.not_checked"
    )
    return list(findings.rules.rulings.index[told.astype(bool)].get_level_values("rule").unique())


def rule_name(findings: Findings, rule: object) -> Words:
    """Short name of a rule as it stands within a sentence, or its id where it has no name."""
    key = f"rule.{plain(rule)}.name"
    return words(Message(key, findings.study.words)) if key in catalogue("en") else as_is(plain(rule).replace("_", " "))


def rule_names(findings: Findings, rules: Sequence[object]) -> Words:
    """Short names of some rules in one line."""
    return tuple(", ".join(texts) for texts in zip(*(rule_name(findings, rule) for rule in rules), strict=True))


def rulings_by_rule(findings: Findings) -> dict[str, list[dict[Hashable, Any]]]:
    """Give the rulings of each rule; mode, clause and date are the same in all of a rule's."""
    told: dict[str, list[dict[Hashable, Any]]] = {}
    rulings = findings.rules.rulings
    for (rule, _), row in zip(rulings.index, rulings.to_dict("records"), strict=True):
        told.setdefault(str(rule), []).append(row)
    return told


def unchecked(row: Mapping[Hashable, Any]) -> bool:
    """Tell whether a ruling is open because nobody could look, not because the layer is too coarse."""
    reason = row.get("reason")
    return truth(row["struck"]) is None and (not isinstance(reason, Message) or reason.key == NOT_CHECKED)


Rulings: TypeAlias = dict[str, list[tuple[str, dict[Hashable, Any]]]]
"""Rulings on one plot as ``(rule, row)``: ``exclude`` and ``flag`` (struck), ``open``, ``unchecked``, ``clear``."""


def rulings_by_plot(findings: Findings) -> dict[Hashable, Rulings]:
    """Sort the rulings on each plot by what they say; a plot without any has five empty lists."""
    told: dict[Hashable, Rulings] = {
        plot: {kind: [] for kind in ("exclude", "flag", "open", "unchecked", "clear")} for plot in findings.plots.index
    }
    for (rule, plot), row in zip(findings.rules.rulings.index, findings.rules.rulings.to_dict("records"), strict=True):
        struck = truth(row["struck"])
        kind = str(row["mode"]) if struck else "clear"
        if struck is None:
            kind = "unchecked" if unchecked(row) else "open"
        told[plot][kind].append((str(rule), row))
    return told


def cost_sheet(findings: Findings) -> Sheet:
    """Tell what each rule costs, in plots and hectares; the last row is of all that exclude."""
    rulings = rulings_by_rule(findings)
    columns = (declared(COSTS, "rule", names=True), *(declared(COSTS, f"plots_{which}") for which in ("alone", "more")))
    rows = tuple(
        _cost(findings, str(rule), row, rulings.get(str(rule), []))
        for rule, row in zip(findings.rules.costs.index, findings.rules.costs.to_dict("records"), strict=True)
    )
    return Sheet(own("rules.title"), columns, rows, ((own("rules.cost.note"), ""),))


def _cost(findings: Findings, rule: str, row: Mapping[Hashable, Any], rulings: list[dict[Hashable, Any]]) -> Row:
    about: Mapping[Hashable, Any] = rulings[0] if rulings else {}
    nobody = sum(unchecked(ruling) for ruling in rulings)
    too_coarse = sum(bool(pd.isna(ruling["struck"])) for ruling in rulings) - nobody
    together = rule == TOGETHER
    mode = own("rules.mode.exclude" if row.get("mode") == "exclude" else "rules.mode.flag")
    by = [as_is(about.get("clause")), dated(about.get("date"))]
    remarks = [] if together else [(joined([mode, *by], " · "), "")]
    if too_coarse:
        remarks.append((fill("rules.cost.open", count=numbers(too_coarse)), "why"))
    name = Cell(own("rules.all") if together else capital(rule_name(findings, rule)), remarks=tuple(remarks))
    if nobody and not shown(COSTS, "plots_alone", row.get("plots_alone")):
        text = fill("rules.cost.unchecked", count=numbers(nobody))
        return Row((name, Cell(text, "why", span=2)), "all" if together else "")
    return Row((name, *(_struck(row, which) for which in ("alone", "more"))), "all" if together else "")


def _struck(row: Mapping[Hashable, Any], which: str) -> Cell:
    plots, hectares = (shown(COSTS, f"{part}_{which}", row.get(f"{part}_{which}")) for part in ("plots", "hectares"))
    if plots is None:
        return Cell(as_is(""))
    return Cell(numbers(plots), remarks=((fill("hectares", figure=least_decimals(hectares)), ""),))


def unchecked_sheet(findings: Findings) -> Sheet:
    """Name the rules that nobody could look into, with the reason."""
    rows = []
    for rule, told in rulings_by_rule(findings).items():
        reasons = [row["reason"] for row in told if unchecked(row)]
        if reasons:
            name = tuple(f"{text}:" for text in capital(rule_name(findings, rule)))
            rows.append(Row((Cell(name), Cell(as_is("") if reasons[0] is None else words(reasons[0])))))
    columns = (Column("rule", NO_HEAD, "l", names=True), Column("reason", NO_HEAD, "l"))
    title = fill("rules.unchecked.title", count=numbers(len(rows)))
    return Sheet(title, columns, tuple(rows), ((own("rules.unchecked.note"), ""),))
