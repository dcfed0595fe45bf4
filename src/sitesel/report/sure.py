"""How sure the ranking is: what drives it, and what is worth finding out first."""

import math

import pandas as pd

from sitesel.findings import Findings
from sitesel.report.figures import share
from sitesel.report.sheet import Cell, Column, Row, Sheet, declared
from sitesel.report.words import capital, figure, numbers, words
from sitesel.text import Message, listed, say

FIND_OUT = "find_out.csv"


def to_find_out(findings: Findings) -> pd.DataFrame:
    """Join what drives a town's order and what is worth finding out.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    DataFrame
        ``town subject points share total``, as :mod:`sitesel.schema` has ``find_out.csv``, by town, the most worth
        knowing before.
    """
    drivers, knowing = findings.sureness.drivers, findings.sureness.knowing
    figures = ["points", "share", "total"]
    columns = ["town", "subject", *figures]
    told = [(part, name) for part, name in ((knowing, "points"), (drivers, "share"), (drivers, "total")) if len(part)]
    if not told:
        return pd.DataFrame(columns=columns)
    keyed = [part.assign(_said=[say(one, "en") for one in part["subject"]]) for part, _ in told]
    subjects = pd.concat([part[["town", "_said", "subject"]] for part in keyed]).drop_duplicates(["town", "_said"])
    whole = subjects.assign(**dict.fromkeys(figures, math.nan))
    for part, (_, name) in zip(keyed, told, strict=True):
        amounts = part.set_index(["town", "_said"])[name]
        whole[name] = amounts.reindex(pd.MultiIndex.from_frame(whole[["town", "_said"]])).to_numpy()
    whole["_town"] = whole["town"].map({town: number for number, town in enumerate(findings.towns.index)})
    by, rising = ["_town", *figures, "_said"], [True, False, False, False, True]
    return whole.sort_values(by, ascending=rising, na_position="last", ignore_index=True)[columns]


def find_out_sheet(findings: Findings, town: str) -> Sheet:
    """Lay out what drives the order of one town's plots and what is worth finding out.

    Parameters
    ----------
    findings : Findings
    town : str
    """
    found = to_find_out(findings)
    rows = []
    for row in found[found["town"] == town].to_dict("records"):
        cells = (
            Cell(capital(words(row["subject"]))),
            Cell(figure(FIND_OUT, "points", row["points"])),
            *(Cell(numbers(share(row[one]))) for one in ("share", "total")),
        )
        rows.append(Row(cells))
    columns = (
        Column("subject", words(Message("sure.subject")), "l", names=True),
        declared(FIND_OUT, "points"),
        declared(FIND_OUT, "share"),
        declared(FIND_OUT, "total"),
    )
    notes = drawn_how(findings)
    if not rows:
        notes.insert(0, Message("answer.find_out_nothing"))
    return Sheet(words(Message("sure.title")), columns, tuple(rows), tuple((words(note), "") for note in notes))


def drawn_how(findings: Findings) -> list[Message]:
    """Say what the draws are of, and what their words mean.

    Parameters
    ----------
    findings : Findings
        With draws.
    """
    asked = findings.study.sureness
    ranges = listed(
        Message(
            "sure.range",
            {
                "criterion": Message(f"criterion.{name}"),
                "low": round(100 * one.low, 3),
                "high": round(100 * one.high, 3),
            },
        )
        for name, one in (asked.weights if asked else {}).items()
    )
    told = [Message("sure.ranges", {"ranges": ranges})] if ranges["en"] else []
    drawn = Message("sure.draws", {"draws": findings.sureness.draws})
    return [drawn, Message("sure.total"), *told, Message("sure.words")]
