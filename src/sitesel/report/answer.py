"""One answer a town: which plot, how sure, who else, why, what could go wrong, and what to find out next."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sitesel import decision
from sitesel.findings import Findings, told_once
from sitesel.report.programme import chosen, middle
from sitesel.report.ranking import LEAST_TOLD, contributions, differences, indicator_label, percent
from sitesel.text import Message, listed, names_of


@dataclass(frozen=True)
class Answer:
    """What is said of one town first of all, for terminal, page and paper alike.

    Parameters
    ----------
    town : str
    plot : str or None
        Rank 1; None where no plot is ranked, and then all that follows but ``sureness`` is empty.
    word : str
        ``clear leaning shortlist``; ``alone`` where no other plot is ranked, ``untested`` where the study asks for no
        draws, ``none`` where no plot is ranked. In words: ``answer.word.<word>``.
    sureness : Message
        The word as a sentence with its shares of the draws.
    first : int or None
        Percent of the draws in which the plot is first; None where the study asks for none.
    others : tuple of str
        Plots that could be first instead, likelier ones before: the shortlist without the plot.
    who_else : Message or None
        The same as a sentence; None where the study asks for no draws.
    runner_up : str or None
        Plot of the next place.
    gap : Message or None
        By how many whole points it is behind, and between which the truth lies.
    reason : Message or None
        The indicator by which the plot leads the runner-up most.
    risk : Message or None
        The indicator that costs the plot most, or could.
    find_out : Message or None
        What is worth finding out first; None where the study asks for no draws.
    together : str or None
        The plot that is chosen together with the other towns' ones, where it is another.
    why_together : Message or None
        Why it is another, what the town gives up in points and gains in minutes, and what differs by indicator.
    """

    town: str
    plot: str | None
    word: str
    sureness: Message
    first: int | None = None
    others: tuple[str, ...] = ()
    who_else: Message | None = None
    runner_up: str | None = None
    gap: Message | None = None
    reason: Message | None = None
    risk: Message | None = None
    find_out: Message | None = None
    together: str | None = None
    why_together: Message | None = None

    def sentences(self) -> tuple[Message, ...]:
        """Give all that is said of the plot, in order."""
        told = (self.sureness, self.who_else, self.gap, self.reason, self.risk, self.find_out, self.why_together)
        return tuple(one for one in told if one is not None)


@told_once  # terminal, page, workbook and paper ask for it
def answers(findings: Findings) -> dict[str, Answer]:
    """Give each town's answer, in the study's order of towns.

    Parameters
    ----------
    findings : Findings
    """
    points, choice = contributions(findings), chosen(findings) if findings.programme.answers else {}
    return {str(town): _answer(findings, str(town), points, choice.get(str(town))) for town in findings.towns.index}


def _answer(findings: Findings, town: str, points: pd.DataFrame, choice: str | None) -> Answer:
    ranking = findings.decision.ranking
    order = [str(plot) for plot in ranking.index[(ranking["town"] == town) & ranking["rank"].notna()]]
    if not order:
        return Answer(town, None, "none", Message("answer.none"))
    plot, runner_up = order[0], order[1] if len(order) > 1 else None
    lead = None if runner_up is None else decision.difference(points, plot, runner_up)
    tested = town in findings.sureness.towns.index
    verdict: dict[Hashable, Any] = {"sureness": "untested", "shortlist": ()}
    verdict = _row(findings.sureness.towns, town) if tested else verdict
    word = "alone" if tested and runner_up is None else str(verdict["sureness"])
    others = tuple(str(one) for one in verdict["shortlist"] if one != plot)
    other = choice if choice not in (None, plot) else None
    return Answer(
        town,
        plot,
        word,
        _sureness(findings, town, word),
        first=percent(verdict["first"]) if tested else None,
        others=others,
        who_else=_who_else(findings, others) if tested else None,
        runner_up=runner_up,
        gap=None if runner_up is None else _gap(findings, plot, runner_up),
        reason=None if lead is None else _reason(findings, lead, str(runner_up)),
        risk=_risk(findings, plot, lead, runner_up),
        find_out=_find_out(findings, town) if tested else None,
        together=other,
        why_together=None if other is None else _why_together(findings, points, plot, other),
    )


def _row(table: pd.DataFrame, name: str) -> dict[Hashable, Any]:
    row: dict[Hashable, Any] = table.loc[[name]].iloc[0].to_dict()
    return row


def called(findings: Findings, plot: str) -> dict[str, str] | str:
    """Name a plot in each language, or by its id."""
    return names_of(findings.plots.loc[plot]) or plot


def _listed(findings: Findings, plots: tuple[str, ...]) -> dict[str, str]:
    named = (names_of(findings.plots.loc[plot]) or {"en": plot} for plot in plots)
    return listed(named, "; ")  # a plot's name may have a comma


def _sureness(findings: Findings, town: str, word: str) -> Message:
    if word in ("untested", "alone"):
        return Message(f"answer.{word}")
    verdict = _row(findings.sureness.towns, town)
    told: dict[str, Any] = {"first": percent(verdict["first"]), "ahead": percent(verdict["ahead"])}
    often, share = _most_often(findings, town)
    if often != verdict["plot"]:
        return Message("answer.other_often", {**told, "name": called(findings, often), "share": share})
    if word == decision.SureWord.SHORTLIST and decision.word(verdict["first"]) != decision.SureWord.SHORTLIST:
        level = str(findings.sureness.ahead.loc[often].idxmin())
        return Message("answer.level", {**told, "name": called(findings, level)})
    return Message(f"answer.{word}", told)


def _most_often(findings: Findings, town: str) -> tuple[str, int]:
    """Name the plot that is first in most draws, and their percent; of equals the one of rank 1."""
    verdict, first = _row(findings.sureness.towns, town), findings.sureness.plots["first"]
    often, own = str(verdict["most_often"]), str(verdict["plot"])
    if often == own or not first[often] > verdict["first"]:
        return own, percent(verdict["first"])
    return often, percent(first[often])


def _who_else(findings: Findings, others: tuple[str, ...]) -> Message:
    if not others:
        return Message("answer.nobody_else")
    return Message("answer.who_else", {"names": _listed(findings, others)})


def _gap(findings: Findings, plot: str, runner_up: str) -> Message:
    first, second = (_row(findings.decision.ranking, one) for one in (plot, runner_up))
    least, most = round(first["low"] - second["high"]), round(first["high"] - second["low"])
    points = round(first["score"] - second["score"])
    behind = Message("answer.behind", {"points": points}) if points else Message("answer.behind_little")
    told: dict[str, Any] = {"name": called(findings, runner_up), "behind": behind}
    if least < 0:
        return Message("answer.gap", {**told, "over": -least, "most": most})
    return Message("answer.gap_exact" if least == most else "answer.gap_ahead", {**told, "least": least, "most": most})


def _reason(findings: Findings, lead: pd.Series, runner_up: str) -> Message:
    points, name = float(lead.max()), called(findings, runner_up)
    if points < LEAST_TOLD:
        return Message("answer.reason_none", {"name": name})
    label = indicator_label(findings, lead.idxmax())
    return Message("answer.reason", {"indicator": label, "points": round(points), "name": name})


def _risk(findings: Findings, plot: str, lead: pd.Series | None, runner_up: str | None) -> Message:
    """Name what costs or could cost the plot most points."""
    found: list[tuple[float, Message]] = []
    measures = _row(findings.decision.measures, plot)
    for indicator, points in _at_stake(findings, plot):
        key = "answer.risk_unknown" if pd.isna(measures[indicator]) else "answer.risk_open"
        label = indicator_label(findings, indicator)
        found.append((points, Message(key, {"indicator": label, "points": round(points)})))
    if lead is not None and runner_up is not None:
        label, points = indicator_label(findings, lead.idxmin()), -float(lead.min())
        name = called(findings, runner_up)
        told = Message("answer.risk_behind", {"indicator": label, "points": round(points), "name": name})
        found.append((points, told))
    most, risk = max(found, key=lambda one: one[0])
    return risk if most >= LEAST_TOLD else Message("answer.risk_none")


def _at_stake(findings: Findings, plot: str) -> Iterator[tuple[Hashable, float]]:
    """Points that each known measure could lose within its bounds, and that each unknown one lacks."""
    found = findings.decision
    measures, counted = _row(found.measures, plot), _row(found.worth, plot)
    for indicator, about in found.indicators[["weight", "value"]].to_dict("index").items():
        low, high = (ends.loc[[plot], str(indicator)] for ends in (found.low, found.high))
        least, _ = decision.worth_range(low, high, about["value"])
        lost = 1 - counted[indicator] if pd.isna(measures[indicator]) else counted[indicator] - float(least.iloc[0])
        yield indicator, 100 * about["weight"] * lost


def _find_out(findings: Findings, town: str) -> Message:
    knowing = findings.sureness.knowing
    first = knowing[knowing["town"] == town].head(1) if len(knowing) else knowing
    if first.empty:
        return Message("answer.find_out_nothing")
    row = first.iloc[0]
    return Message("answer.find_out", {"subject": row["subject"], "points": float(np.round(row["points"], 1))})


def _why_together(findings: Findings, points: pd.DataFrame, plot: str, other: str) -> Message:
    apart = decision.difference(points, other, plot)
    town = str(_row(findings.decision.ranking, other)["town"])
    told: dict[str, Any] = {
        "name": called(findings, other),
        "price": listed(_price(_row(middle(findings).towns, town))),
        "lost": listed(differences(findings, apart), "; "),
    }
    bound = other not in findings.programme.unbound and bool(findings.programme.unbound)
    return Message("answer.together_capacity" if bound else "answer.together", told)


def _price(town: dict[Hashable, Any]) -> Iterator[Message]:
    """Tell the points that a town gives up against its own first, and by how much the ways to work differ."""
    yield Message("answer.points_less", {"points": float(np.round(town["score_lost"], 1))})
    longer = town["minutes"] - town["best_minutes"]
    if pd.isna(longer):
        return
    if minutes := round(longer):
        yield Message("answer.ways_longer" if minutes > 0 else "answer.ways_shorter", {"minutes": abs(minutes)})
    else:
        yield Message("answer.ways_alike")


def answer_line(findings: Findings, answer: Answer) -> Message:
    """Say an answer in one line: town, plot, sureness word, who else.

    Parameters
    ----------
    findings : Findings
    answer : Answer
    """
    town = {"town": names_of(findings.towns.loc[answer.town]) or answer.town}
    if answer.plot is None:
        return Message("answer.line_none", town)
    word = Message(f"answer.word.{answer.word}")
    told: dict[str, Any] = {**town, "plot": called(findings, answer.plot), "word": word}
    if answer.first is None:
        return Message("answer.line_untested", told)
    told["first"] = answer.first
    often, share = _most_often(findings, answer.town)
    others = tuple(plot for plot in answer.others if plot != often)
    parts = [Message("answer.line.first", told)]
    if often != answer.plot:
        parts.append(Message("answer.line.often", {"name": called(findings, often), "share": share}))
    if others:
        parts.append(Message("answer.line.others", {"names": _listed(findings, others)}))
    return Message("answer.line", {"parts": listed(parts, "; ")})
