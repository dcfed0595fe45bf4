"""Names in the place of ids, and figures as fine as people read them, in tables that people open."""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from typing import Any, Final

import pandas as pd

from sitesel.data import data
from sitesel.findings import Findings, told_once
from sitesel.report.connections import source_name
from sitesel.report.figures import MONEY
from sitesel.report.programme import town_name
from sitesel.report.ranking import plot_names
from sitesel.report.scenarios import scenario_names
from sitesel.schema import Column, Names, table
from sitesel.text import IN_PLACE, LANGUAGES, Message, names_of, say

NAMED: Final = ("plot", "town", "rival", "source", "scenario")
"""What ids may stand for in a column that has no names beside it: ``said`` says which."""
OF_THOUSANDS: Final = 3
OF_PERCENT: Final = 2
SPARE: Final = 1
"""Digits more than a page shows, so that what is reckoned from a file comes out as the page has it."""


def told_apart(named: Mapping[Hashable, str]) -> dict[str, str]:
    """Give each thing its name, with its id beside it where several share the name.

    Examples
    --------
    >>> told_apart({"a": "North", "b": "North", "c": "South"})
    {'a': 'North (a)', 'b': 'North (b)', 'c': 'South'}
    """
    times = Counter(named.values())
    return {str(one): name if times[name] == 1 else f"{name} ({one})" for one, name in named.items()}


@told_once  # each cell of a column asks for it
def names_of_ids(findings: Findings, what: str, lang: str) -> dict[str, str]:
    """Name all plots, towns, rivals, sources or scenarios of a run in a language, each apart from the others.

    Parameters
    ----------
    findings : Findings
    what : str
        One of :data:`NAMED`.
    lang : {"en", "ru", "ky"}
    """
    at = LANGUAGES.index(lang)
    if what == "plot":
        return told_apart({plot: name[at] for plot, name in plot_names(findings).items()})
    if what == "town":
        return told_apart({town: town_name(findings, town)[at] for town in findings.towns.index})
    if what == "scenario":
        return told_apart(_scenarios(findings, lang))
    if what == "source":
        joined = findings.connections.joined.dropna(subset="source").drop_duplicates("source")
        return told_apart({row["source"]: source_name(row)[at] for row in joined.to_dict("records")})
    rivals = findings.layers["rivals"] if "rivals" in findings.layers else pd.DataFrame()
    return told_apart(
        {
            one: names_of(row).get(lang, str(one))
            for one, row in zip(rivals.index, rivals.to_dict("records"), strict=True)
        }
    )


def _scenarios(findings: Findings, lang: str) -> dict[Hashable, str]:
    """Name the scenarios of a run, and the one that a study was run in."""
    named: dict[Hashable, str] = {"study": say(Message("scenarios.study"), lang)}
    asked = findings.run.get("asked", {}).get("scenarios", ())
    named |= {one["id"]: names_of(one["name"], LANGUAGES).get(lang, one["id"]) for one in asked}
    return named | {one: name[lang] for one, name in scenario_names(findings).items()}


def names_beside(name: str, names: Names, written: Collection[str], lang: str) -> dict[str, str]:
    """Say which column of names takes the place of which column of ids, in a table that people read.

    Parameters
    ----------
    name : str
        Of a file.
    names : mapping of placeholder to names
        Those of the study.
    written : collection of str
        Columns that have anything in them.
    lang : {"en", "ru", "ky"}

    Returns
    -------
    dict of column to column
        That of the language, or of the next in its place that has any names at all.
    """
    found = {}
    for one in table(name).columns(names):
        if one.named and one.name in written:
            order = (one.named.replace("<language>", other) for other in IN_PLACE[lang])
            if beside := next((other for other in order if other in written), None):
                found[one.name] = beside
    return found


def with_names_first(
    frame: pd.DataFrame, beside: Mapping[str, str], columns: Mapping[str, Column], lang: str
) -> pd.DataFrame:
    """Put names in the place of ids, and the ids behind all else; who has no name is called by another, or by the id.

    Parameters
    ----------
    frame : DataFrame
    beside : mapping of column to column
        As of :func:`names_beside`.
    columns : mapping of name to Column
    lang : {"en", "ru", "ky"}
    """
    for ids, names in beside.items():
        pattern = columns[ids].named or ""
        others = (pattern.replace("<language>", other) for other in IN_PLACE[lang])
        told = frame[names]
        for other in (*(one for one in others if one in frame), ids):
            told = told.where(told.notna() & (told != ""), frame[other])
        frame = frame.assign(**{names: told})
    moved = set(beside.values())
    order = [beside.get(one, one) for one in map(str, frame) if one not in moved]
    return frame[[*order, *beside]]


def for_people(frame: pd.DataFrame, columns: Mapping[str, Column], of_indicators: Mapping[str, int]) -> pd.DataFrame:
    """Round figures to a digit more than a page shows of their unit: enough to reckon with, and never ``4e-05``.

    Parameters
    ----------
    frame : DataFrame
    columns : mapping of name to Column
    of_indicators : mapping of indicator to int
        Decimals that a reader is shown of each.
    """
    told = {name: _rounded(frame[name], columns[name], of_indicators) for name in map(str, frame) if name in columns}
    return frame.assign(**told)


def _rounded(values: "pd.Series[Any]", column: Column, of_indicators: Mapping[str, int]) -> "pd.Series[Any]":
    if column.kind != "number" or not pd.api.types.is_float_dtype(values):
        return values
    decimals = max(int(data("columns.toml")["units"].get(column.unit, SPARE)), column.shown or 0)
    if column.unit == "of the indicator":
        decimals = of_indicators.get(column.of["indicator"], SPARE)
    more = {"share": OF_PERCENT} | dict.fromkeys(MONEY, -OF_THOUSANDS)
    found = values.round(max(0, decimals + more.get(column.unit, 0) + SPARE))
    whole = bool((found.dropna() % 1 == 0).all())
    return found.astype("Int64") if whole else found
