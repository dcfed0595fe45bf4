"""The plots chosen together: how sure the choice is, why a town cannot be staffed, and the tables of both."""

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Final

import pandas as pd

from sitesel.decision import word
from sitesel.findings import Findings
from sitesel.programme import Answer, Binding
from sitesel.report.figures import whole_people
from sitesel.report.palette import town_colour
from sitesel.report.sheet import NO_HEAD, Cell, Column, Mark, Row, Sheet, declared
from sitesel.report.words import Words, as_is, figure, fill, joined, names, numbers, own, words
from sitesel.schema import ESTIMATES
from sitesel.text import Message, listed, names_of

TOWNS: Final = "programme.answers.towns"
MOST_DISTRICTS: Final = 8
"""Rows of districts for a town; the rest are summed."""


def middle(findings: Findings) -> Answer:
    """Give the answer to the middle estimate of workers: the plots that are told as chosen."""
    return findings.programme.answers["mid"]


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
    answer = middle(findings)
    reasons = [binding_reason(findings, one) for one in answer.bindings]
    return [_verdict(answer), *reasons, *_how_often(findings), *_doubts(findings), *_whose_trade(findings)]


def _how_often(findings: Findings) -> Iterator[Message]:
    """Say in what share of the draws the combination is the best, and in a word how sure it is by that."""
    drawn, best = findings.sureness.programmes, chosen(findings)
    if drawn.empty or set(best) != set(drawn.columns.drop("share")):
        return
    same = (drawn[list(best)] == pd.Series(best)).all(axis=1)
    share = float(drawn["share"][same].sum())
    yield Message("programme.sure", {"share": round(100 * share), "word": Message(f"answer.word.{word(share)}")})


def _whose_trade(findings: Findings) -> Iterator[Message]:
    """Say whom the pool holds where no share of skill narrows it."""
    labour = findings.run.get("parameters", {}).get("labour") or {}
    if labour.get("skill") is None:
        yield Message("programme.anyone")


def _verdict(answer: Answer) -> Message:
    total, gap = float(answer.proof["combinations"]), float(answer.proof["gap"])
    if answer.combinations.empty:
        return Message("programme.none")
    if not answer.staffable:
        return Message("programme.short", {"short": float(answer.combinations["short"].iloc[0].round())})
    if gap > 0:
        return Message("programme.gap", {"combinations": total, "gap": gap})
    return Message("programme.proven", {"combinations": total})


def binding_reason(findings: Findings, one: Binding) -> Message:
    """Say why a town cannot be staffed."""
    others = _joined(findings.towns, one.others)
    town = _joined(findings.towns, [one.town])
    counted = {} if math.isnan(one.workers) else {"workers": round(one.workers, 0)}
    return Message(f"binding.{one.kind}", {"town": town, "jobs": one.jobs, "others": others, **counted})


def _joined(table: pd.DataFrame, rows: Iterable[Hashable]) -> dict[str, str]:
    return listed(names_of(table.loc[[row]].iloc[0].to_dict()) for row in rows)


def _doubts(findings: Findings) -> Iterator[Message]:
    """Say whether fewer or more workers would change the choice."""
    told_of = middle(findings)
    for estimate, answer in findings.programme.answers.items():
        if answer is told_of or told_of.combinations.empty:
            continue
        told: dict[str, Message | dict[str, str]] = {"estimate": Message(f"labour.{estimate}")}
        same = list(answer.towns["plot"]) == list(told_of.towns["plot"])
        if not answer.staffable:
            yield Message("programme.unstaffed", told)
            yield from (binding_reason(findings, one) for one in answer.bindings if told_of.staffable)
        elif told_of.staffable and same:
            yield Message("programme.same", told)
        else:
            key = "programme.other" if told_of.staffable else "programme.staffed_then"
            yield Message(key, {**told, "names": _joined(findings.plots, answer.towns["plot"])})


def chosen(findings: Findings) -> dict[str, str]:
    """Plot of each town, in the order of the study's towns; empty where none are chosen together."""
    if not findings.programme.answers:
        return {}
    plots = middle(findings).towns["plot"].dropna()
    return {str(town): str(plots[town]) for town in findings.towns.index if town in plots.index}


def bindings(findings: Findings) -> dict[Hashable, Words]:
    """Say for each town that cannot be staffed what keeps it from being so."""
    return {one.town: words(binding_reason(findings, one)) for one in middle(findings).bindings}


def combinations(findings: Findings) -> list[dict[Hashable, Any]]:
    """Give the rows of the best combinations, each with the points that it lies ``behind`` the best."""
    found = middle(findings).combinations
    if found.empty:
        return []
    points = found["points"].astype(float)
    return found.assign(behind=points.rsub(points.max())).reset_index().to_dict("records")


def districts(findings: Findings) -> dict[str, list[tuple[str, float, float]]]:
    """Where each town's workers come from, by district.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    dict
        By chosen town: name of the district (empty for all that are not named), workers, percent of the town's jobs;
        most workers first.
    """
    told: dict[str, list[tuple[str, float, float]]] = {}
    answer = middle(findings)
    for town in chosen(findings):
        jobs = float(answer.towns["jobs"][town])
        table = answer.districts.reset_index()
        table = table[table["town"] == town].sort_values(["workers", "district"], ascending=[False, True])
        first, rest = table.iloc[:MOST_DISTRICTS], table["workers"].iloc[MOST_DISTRICTS:].sum()
        rows = [(str(name), float(workers)) for name, workers in zip(first["district"], first["workers"], strict=True)]
        rows += [("", float(rest))] if rest > 0 else []
        told[town] = [(name, workers, 100 * workers / jobs) for name, workers in rows]
    return told


def pool(findings: Findings) -> Mapping[str, list[int | None]]:
    """Workers in all, at the towns, at the rivals, and left: low, middle, high, as far as the study has them."""
    told: dict[str, list[int | None]] = {"all": [], "town": [], "rival": [], "left": []}
    for estimate in ESTIMATES:
        if estimate in findings.programme.answers:
            answer = findings.programme.answers[estimate]
            working = answer.workers.groupby("kind")["workers"].sum()
            left = float(answer.left.sum())
            told["left"].append(whole_people(left))
            told["all"].append(whole_people(left + float(working.sum())))
            for kind in ("town", "rival"):
                told[kind].append(whole_people(float(working.get(kind, 0.0))))
    return told


def town_name(findings: Findings, town: Hashable) -> Words:
    """Name of a town in each language."""
    return names(findings.towns.loc[[town]].iloc[0].to_dict(), town)


def plot_name(findings: Findings, plot: Hashable) -> Words:
    """Name of a plot in each language."""
    return names(findings.plots.loc[[plot]].iloc[0].to_dict(), plot)


def colour_of(findings: Findings, town: Hashable) -> str:
    """Colour of a town, by its place in the study."""
    return town_colour(list(findings.towns.index).index(town))


def town_cell(findings: Findings, town: Hashable) -> Cell:
    """Cell of a town, with its colour."""
    return Cell(town_name(findings, town), mark=Mark("dot", colours=(colour_of(findings, town),)))


FIGURES: Final = ("jobs", "staffed", "minutes", "home_share", "score", "score_lost")
"""Figures of a town under the plots chosen together, as the answer's columns are called."""


def town_sheet(findings: Findings) -> Sheet:
    """Tell what the plots chosen together give each town and what it gives up; below it, why it cannot be staffed.

    Parameters
    ----------
    findings : Findings
        With a programme.

    Returns
    -------
    Sheet
        ``town plot jobs staffed minutes home_share score score_lost``.
    """
    answer = middle(findings)
    columns = [declared(TOWNS, name, names=name == "town") for name in ("town", "plot", *FIGURES)]
    why = bindings(findings)
    rows = []
    for town, plot in chosen(findings).items():
        row: dict[Hashable, Any] = answer.towns.loc[[town]].iloc[0].to_dict()
        place = Cell(plot_name(findings, plot), remarks=((_own_best(findings, row), ""),))
        figures = (Cell(figure(TOWNS, name, row[name]), "strong") for name in FIGURES)
        rows.append(Row((town_cell(findings, town), place, *figures)))
        if town in why:
            rows.append(Row((Cell(why[town], "why", span=len(columns)),)))
    return Sheet(words(Message("programme.title")), tuple(columns), tuple(rows), ((own("programme.note"), ""),))


def _own_best(findings: Findings, row: dict[Hashable, Any]) -> Words:
    if row["best_plot"] == row["plot"]:
        return own("programme.own_best.same")
    best = {"plot": plot_name(findings, row["best_plot"]), "score": figure(TOWNS, "best_score", row["best_score"])}
    return fill("programme.own_best", **best)


def combination_sheet(findings: Findings) -> Sheet:
    """Next best combinations of plots, and by how much they are worse; without rows where there is none."""
    staffable = middle(findings).staffable
    best = chosen(findings)
    columns = [
        Column("rank", own("rank.short")),
        *(Column(town, town_name(findings, town), "l") for town in best),
        Column("behind", own("programme.behind" if staffable else "programme.unfilled")),
    ]
    rows = []
    for row in combinations(findings)[1:]:
        plots = (
            Cell(own("programme.same"), "soft") if row[town] == plot else Cell(plot_name(findings, row[town]))
            for town, plot in best.items()
        )
        worse = "behind" if staffable else "short"
        rows.append(Row((Cell(numbers(row["rank"])), *plots, Cell(figure("programme.csv", worse, row[worse])))))
    return Sheet(own("programme.next"), tuple(columns), tuple(rows))


def district_sheet(findings: Findings) -> Sheet:
    """Tell from which districts each town's workers come."""
    rows = []
    for town, told in districts(findings).items():
        parts = (
            fill(
                "programme.district.part",
                name=as_is(district) if district else own("programme.district.others", **findings.study.words),
                workers=numbers(whole_people(workers) or 0),
                percent=numbers(part),
            )
            for district, workers, part in told
        )
        rows.append(Row((town_cell(findings, town), Cell(joined(list(parts), " · ") if told else NO_HEAD))))
    columns = (Column("town", NO_HEAD, "l", names=True), Column("districts", NO_HEAD, "l"))
    return Sheet(own("programme.from"), columns, tuple(rows))
