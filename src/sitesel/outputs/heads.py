"""What the columns of a run's tables are called for readers."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from sitesel.findings import Findings
from sitesel.report.rules import rule_name
from sitesel.report.scenarios import scenario_names
from sitesel.schema import Column, Names, table
from sitesel.text import LANGUAGES, Message, names_of, quoted, say

UNSAID: Final = {"", "points of 100", "USD a job and year"}
"""Units that go without saying in the head of a column."""
ENDS: Final = {
    "_low": "workbook.head.least",
    "_high": "workbook.head.most",
    "_value": "gis.worth",
    "_points": "workbook.points",
    "_missing": "workbook.head.reason",
    "_lead": "table.lead",
    "_weight": "column.first_weight",
    "_first_at": "column.first_at",
}
"""Of names of columns that stand beside an indicator's own, and what each adds to its label."""


def names_in(findings: Findings) -> Names:
    """Name what the columns of a study's tables are made of: indicators, rules, towns, ranked plots and scenarios."""
    rulings = findings.rules.rulings
    return {
        "indicator": list(findings.decision.indicators.index),
        "rule": [] if rulings.empty else list(rulings.index.unique("rule")),
        "town": list(findings.towns.index),
        "scenario": list(scenario_names(findings)),
        "plot": list(findings.sureness.ahead),
    }


def labelled(findings: Findings, name: str, lang: str) -> Iterator[tuple[Column, str, str]]:
    """Name the columns of a table for a reader.

    Parameters
    ----------
    findings : Findings
    name : str
        Of a file, or of a file and its layer.
    lang : {"en", "ru", "ky"}

    Yields
    ------
    column : Column
    label : str
        Empty where nothing but its name is known.
    unit : str
    """
    indicators = findings.decision.indicators
    labels, units = ({str(of): one for of, one in indicators[about].items()} for about in ("label", "unit"))
    rules = {f"rule_{rule}": rule_name(findings, rule)[LANGUAGES.index(lang)] for rule in names_in(findings)["rule"]}
    for one in table(name).columns(names_in(findings)):
        of = one.of.get("indicator")
        told = [Message(one.label)] if one.label else [] if of is None else [labels[of]]
        if "band" in one.of:
            told.append(Message("column.band", {"minutes": one.of["band"]}))
        if end := _ending(one, of):
            told.append(Message(end))
        unit = units[of] if of is not None and one.unit == "of the indicator" else one.unit
        label = ", ".join(say(part, lang) for part in told) or rules.get(one.name, "")
        where = [one.of[kind] for kind in ("language", "translation") if kind in one.of]
        if "town" in one.of:
            where.insert(0, names_of(findings.towns.loc[one.of["town"]])[lang])
        label += f" ({', '.join(where)})" if label and where else ""
        yield one, label, say(unit, lang) if isinstance(unit, Message) else unit


def _ending(column: Column, of: str | None) -> str:
    """Say what tells a column apart from others of the same label."""
    if of is not None and not column.label:
        return ENDS.get(column.name.removeprefix(of), "")
    estimate = column.of.get("estimate", column.name)
    return f"column.{estimate}" if column.label and estimate != column.name else ""


def heads(findings: Findings, name: str, lang: str) -> dict[str, str]:
    """Call the columns of a table as people do: by label and unit; by its name one that shares its label.

    Parameters
    ----------
    findings : Findings
    name : str
        One of :data:`TABLES`.
    lang : {"en", "ru", "ky"}

    Returns
    -------
    dict of column to head
    """
    told = {}
    for one, label, unit in labelled(findings, name, lang):
        said = quoted(unit, lang)
        spoken = _words(said) and _words(said) <= _words(label)
        named = "" if unit in UNSAID or unit.startswith("of ") or spoken else f" ({said})"
        # Files hold shares, whatever a page makes of them.
        called = label.removesuffix(", %") if one.unit == "share" else label
        told[one.name] = f"{called[:1].upper()}{called[1:]}{named}" if label else one.name
    times = Counter(told.values())
    return {column: head if times[head] == 1 else column for column, head in told.items()}


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
