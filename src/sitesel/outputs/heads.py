"""What the columns of a run's tables are called for readers, and what their words and flags are."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, Final

import pandas as pd

from sitesel.findings import Findings
from sitesel.outputs.named import NAMED, for_people, names_beside, names_of_ids, with_names_first
from sitesel.report.rules import rule_name
from sitesel.report.scenarios import scenario_names
from sitesel.schema import Column, Names, table
from sitesel.text import LANGUAGES, Message, catalogue, names_of, quoted, say

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
FLAGS: Final = {True: "flag.yes", False: "flag.no"}


def names_in(findings: Findings) -> Names:
    """Name what the columns of a study's tables are made of, such as its indicators and the criteria that weigh."""
    rulings = findings.rules.rulings
    return {
        "indicator": list(findings.decision.indicators.index),
        "criterion": findings.criteria,
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


def heads(findings: Findings, name: str, lang: str, written: Collection[str]) -> dict[str, str]:
    """Call the columns of a table as people do: by label and unit; by its name one that shares its label.

    Names that stand in the place of ids are called as these are, and the ids are said to be codes.

    Parameters
    ----------
    findings : Findings
    name : str
        One of :data:`TABLES`.
    lang : {"en", "ru", "ky"}
    written : collection of str
        Columns that have anything in them.

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
    for ids, names in names_beside(name, names_in(findings), written, lang).items():
        told[names], told[ids] = told[ids], say(Message("column.code", {"of": told[ids]}), lang)
    times = Counter(told.values())
    return {column: head if times[head] == 1 else column for column, head in told.items()}


def spoken(findings: Findings, frame: pd.DataFrame, name: str, lang: str) -> pd.DataFrame:
    """Write a table as people read it: words and flags in a language, names for ids, figures no finer than need be.

    Tables for programs keep words and ids as the study and the code have them, and all decimals.

    Parameters
    ----------
    findings : Findings
    frame : DataFrame
        Columns that have anything in them.
    name : str
        As of :func:`heads`.
    lang : {"en", "ru", "ky"}

    Returns
    -------
    DataFrame
        Ids that have names beside them stand behind all else; the other columns, and words that nothing is said of,
        are as they were.
    """
    names, decimals = names_in(findings), findings.decision.indicators["decimals"]
    columns, beside = (
        {one.name: one for one in table(name).columns(names)},
        names_beside(name, names, set(map(str, frame)), lang),
    )
    for one in columns.values():
        if one.name in frame and one.name not in beside and (one.said or one.kind == "flag"):
            told = {cell: word(findings, one, cell, lang) for cell in frame[one.name].dropna().unique()}
            frame = frame.assign(**{one.name: frame[one.name].map(told)})
    whole = {str(one): int(figures) for one, figures in decimals.items()}
    return for_people(with_names_first(frame, beside, columns, lang), columns, whole)


def word(findings: Findings, column: Column, cell: object, lang: str) -> str:
    """Say a cell of a column of words, ids or flags in a language; of several with commas between, each.

    Parameters
    ----------
    findings : Findings
    column : Column
    cell : object
        Known.
    lang : {"en", "ru", "ky"}
    """
    if column.kind == "flag":
        return say(Message(FLAGS[bool(cell)]), lang)
    if column.said == "quote":
        return quoted(str(cell), lang)
    if column.said in NAMED:
        known = names_of_ids(findings, column.said, lang)
        return known.get(str(cell)) or ", ".join(known.get(one, one) for one in str(cell).split(", "))
    return ", ".join(_word(findings, column.said or "", one, lang) for one in str(cell).split(", "))


def _word(findings: Findings, said: str, one: str, lang: str) -> str:
    if said == "indicator":
        labels = findings.decision.indicators["label"]
        return say(labels[one], lang) if one in labels else one
    key = said.replace("*", one)
    known = key in catalogue(lang)
    return say(Message(key, findings.study.words), lang) if known else one.replace("_", " ")


def ids_of_words(values: "pd.Series[Any]", column: Column) -> "pd.Series[Any]":
    """Turn what people read in a column back into what programs do; what is no word of it stays.

    Parameters
    ----------
    values : Series
    column : Column
        With words that are the same in every study, or of flags.
    """
    keys: dict[Any, str] = {flag: key for flag, key in FLAGS.items() if column.kind == "flag"}
    keys |= {one: (column.said or "*").replace("*", one) for one in column.words}
    back = {say(Message(key), lang): one for one, key in keys.items() for lang in LANGUAGES if key in catalogue(lang)}
    return values.map(lambda cell: back.get(cell, cell))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
