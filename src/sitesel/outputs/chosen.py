"""The plots chosen together: how sure the choice is, why a town cannot be staffed, and a table for the terminal."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table

from sitesel.findings import Findings
from sitesel.outputs.shared import not_given, shared_lines
from sitesel.programme import PARTS, Answer, Binding
from sitesel.text import Message, listed, names_of, number, say

COLUMNS: Final = ("town", "plot", "jobs", "staffed", "minutes", "score", "lost")


def programme_lines(findings: Findings, lang: str) -> Iterator[Table | str]:
    """Tell of the plots chosen together.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Yields
    ------
    rich.table.Table or str
        Nothing where the study does not ask for it; sources that the plots share are told where it asks for
        connections.
    """
    if findings.programme.answers:
        yield from _programme(findings, lang)
    for line in [*shared_lines(findings), *not_given(findings)]:
        yield say(line, lang)


def _programme(findings: Findings, lang: str) -> Iterator[Table | str]:
    answer = findings.programme.answers["mid"]
    if len(answer.combinations):
        yield _table(findings, answer, lang)
    for line in sureness_of_choice(findings):
        yield say(line, lang)


def sureness_of_choice(findings: Findings) -> list[Message]:
    """Say how good the choice is and by what, why a town cannot be staffed, and whether other counts would change it.

    Parameters
    ----------
    findings : Findings
        With a programme.

    Returns
    -------
    list of Message
        Each a sentence; the verdict first.
    """
    answer = findings.programme.answers["mid"]
    reasons = [binding_reason(findings, one) for one in answer.bindings]
    return [_verdict(answer), *reasons, *_weighed(findings), *_doubts(findings), *_whose_trade(findings)]


def _weighed(findings: Findings) -> Iterator[Message]:
    """Say how much each part of the aim counts: a plot of a lower score is chosen for the others."""
    aim = (findings.run.get("parameters", {}).get("programme") or {}).get("aim")
    if aim:
        percent = {part: 100 * aim[part] for part in PARTS}
        yield Message("programme.weighed", {**percent, "home": aim["home_minutes"]})


def _whose_trade(findings: Findings) -> Iterator[Message]:
    """Say whom the pool holds where no share of skill narrows it."""
    labour = findings.run.get("parameters", {}).get("labour") or {}
    if labour.get("skill") is None:
        yield Message("programme.anyone")


def _table(findings: Findings, answer: Answer, lang: str) -> Table:
    title = say(Message("programme.title"), lang)
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in COLUMNS:
        heading = say(Message(f"programme.{name}"), lang)
        table.add_column(heading, justify="left" if name in {"town", "plot"} else "right", overflow="fold")
    for town, row in answer.towns.iterrows():
        figures = [
            (row["jobs"], 0),
            (row["staffed"], 0),
            (row["minutes"], 0),
            (row["score"], 1),
            (row["score_lost"], 1),
        ]
        table.add_row(
            say(Message("detail.place", {"name": names_of(findings.towns.loc[str(town)])}), lang),
            say(Message("detail.place", {"name": names_of(findings.plots.loc[row["plot"]])}), lang),
            *("–" if pd.isna(figure) else number(figure, lang, decimals) for figure, decimals in figures),
        )
    return table


def _verdict(answer: Answer) -> Message:
    total, gap = float(answer.proof["combinations"]), float(answer.proof["gap"])
    if answer.combinations.empty:
        return Message("programme.none")
    if not answer.staffable:
        return Message("programme.short", {"short": float(answer.combinations["short"].iloc[0].round())})
    if gap > 0:
        return Message("programme.gap", {"combinations": total, "gap": 100 * gap})
    return Message("programme.proven", {"combinations": total})


def binding_reason(findings: Findings, one: Binding) -> Message:
    """Say why a town cannot be staffed."""
    others = _joined(findings.towns, one.others)
    town = names_of(findings.towns.loc[one.town])
    return Message(
        f"binding.{one.kind}", {"town": town, "jobs": one.jobs, "workers": round(one.workers, 0), "others": others}
    )


def _joined(table: pd.DataFrame, rows: Iterable[Any]) -> dict[str, str]:
    return listed(names_of(table.loc[row]) for row in rows)


def _doubts(findings: Findings) -> Iterator[Message]:
    """Say whether fewer or more workers would change the choice."""
    middle = findings.programme.answers["mid"]
    for estimate in ("low", "high"):
        if estimate not in findings.programme.answers or middle.combinations.empty:
            continue
        answer = findings.programme.answers[estimate]
        told: dict[str, Message | dict[str, str]] = {"estimate": Message(f"labour.{estimate}")}
        same = list(answer.towns["plot"]) == list(middle.towns["plot"])
        if not answer.staffable:
            yield Message("programme.unstaffed", told)
            yield from (binding_reason(findings, one) for one in answer.bindings if middle.staffable)
        elif middle.staffable and same:
            yield Message("programme.same", told)
        else:
            key = "programme.other" if middle.staffable else "programme.staffed_then"
            yield Message(key, {**told, "names": _joined(findings.plots, answer.towns["plot"])})
