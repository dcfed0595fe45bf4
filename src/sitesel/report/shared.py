"""Connections in words: the sources that the plots chosen together share, and what routes take no account of."""

from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from sitesel.findings import Findings
from sitesel.report.connections import network_name, source_name
from sitesel.report.figures import shown
from sitesel.report.programme import plot_name
from sitesel.report.sheet import NO_HEAD, Cell, Column, Row, Sheet
from sitesel.report.words import fill, joined, least_decimals, numbers, own, worded
from sitesel.text import LANGUAGES, Message, listed, names_of

SHARED: Final = "connections.shared"


def shared_lines(findings: Findings) -> Iterator[Message]:
    """Tell of every source that two or more of the plots chosen together lean on.

    Parameters
    ----------
    findings : Findings

    Yields
    ------
    Message
        One a network and source where both views agree, or only one knows of it; else one a view, which it names.
    """
    shared = findings.connections.shared
    if shared.empty:
        return
    said = shared.drop_duplicates(shared.columns.difference(["view"]).tolist())
    twice = said.duplicated(["network", "source"], keep=False)
    for (_, row), apart in zip(said.iterrows(), twice, strict=True):
        line = _line(findings, row)
        view = Message(f"view.{row['view']}")
        yield Message("shared.in_view", {"view": view, "line": line}) if apart else line


def not_given(findings: Findings) -> Iterator[Message]:
    """Tell which obstacles no layer was given for.

    Parameters
    ----------
    findings : Findings

    Yields
    ------
    Message
        One at most.
    """
    missing = findings.run.get("connection", {}).get("not_given", [])
    if missing:
        yield Message("connection.not_given", {"what": listed(Message(f"obstacle.{name}") for name in missing)})


def _line(findings: Findings, row: pd.Series) -> Message:
    params: dict[str, Message | float | dict[str, str]] = {
        "network": Message(f"network.{row['network']}"),
        "plots": listed(names_of(findings.plots.loc[plot]) for plot in row["plots"]),
        "source": names_of(row.to_dict(), [f"source_{lang}" for lang in LANGUAGES]),
        "unit": Message(f"unit.{row['unit']}"),
    }
    figures = {
        name: told for name in ("asked", "served", "capacity") if (told := shown(SHARED, name, row[name])) is not None
    }
    if "capacity" not in figures:
        return Message("shared.unknown", {**params, **figures})
    key = "shared.short" if row["asked"] > row["capacity"] else "shared.known"
    return Message(key, {**params, **figures})


def shared_sheet(findings: Findings) -> Sheet:
    """Name the sources on which plots chosen together lean; what holds in both views is told once."""
    found: dict[tuple[Any, ...], list[dict[Hashable, Any]]] = {}
    for row in findings.connections.shared.to_dict("records"):
        found.setdefault((row["network"], row["source"], tuple(row["plots"])), []).append(row)
    rows = tuple(_shared(findings, views) for views in found.values())
    columns = (Column("source", NO_HEAD, "l", names=True), *(Column(key, NO_HEAD, "l") for key in ("plots", "asked")))
    title = fill("shared.title", count=numbers(len(rows)))
    return Sheet(title, columns, rows, ((own("shared.note"), ""),))


def _shared(findings: Findings, views: list[dict[Hashable, Any]]) -> Row:
    row = views[0]
    asked, capacity = (shown(SHARED, key, row[key]) for key in ("asked", "capacity"))
    scarce = asked is not None and capacity is not None and asked > capacity
    key = "unknown" if capacity is None else "short" if scarce else "enough"
    figures = {name: least_decimals(shown(SHARED, name, row[name])) for name in ("asked", "capacity", "served")}
    sentence = [fill(f"shared.{key}", unit=worded("unit", row["unit"]), **figures)]
    sentence += [own(f"shared.{row['view']}")] if len(views) == 1 else []
    plots = joined([plot_name(findings, plot) for plot in row["plots"]], " + ")
    called = joined([network_name(row["network"]), source_name(row)], ": ")
    cells = (Cell(called), Cell(plots), Cell(joined(sentence, " "), "strike" if scarce else ""))
    return Row(tuple(replace(cell, text=tuple(f"{text}." for text in cell.text)) for cell in cells[:2]) + cells[2:])
