"""Connections in words: the sources that the plots chosen together share, and what routes take no account of."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sitesel.findings import Findings
from sitesel.text import LANGUAGES, Message, listed, names_of


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
        "source": names_of(row, [f"source_{lang}" for lang in LANGUAGES]),
        "asked": float(np.round(row["asked"], 1)),
        "served": float(np.round(row["served"], 1)),
        "unit": Message(f"unit.{row['unit']}"),
    }
    if pd.isna(row["capacity"]):
        return Message("shared.unknown", params)
    key = "shared.short" if row["asked"] > row["capacity"] else "shared.known"
    return Message(key, {**params, "capacity": float(np.round(row["capacity"], 1))})
