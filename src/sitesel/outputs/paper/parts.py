"""What stands on which page of the report, made of the neutral sheets."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, Union

import pandas as pd

from sitesel.findings import Findings
from sitesel.outputs.map.answer import answer_word
from sitesel.outputs.map.asked import asked_sheets
from sitesel.outputs.map.cards import sureness, town_facts
from sitesel.outputs.paper import pictures
from sitesel.report.answer import Answer, answers
from sitesel.report.assumptions import assumed_sheet, figure_sheet
from sitesel.report.connections import connection_sheet, has_connections, joining_sheet, rate
from sitesel.report.effects import effect_lines, effect_sheet
from sitesel.report.ground import ground_sheet, has_ground
from sitesel.report.one_plot import (
    fact_sheet,
    foremost,
    measure_sheet,
    plot_title,
    sure_lines,
    turned,
    worker_sheet,
)
from sitesel.report.palette import PALETTE
from sitesel.report.programme import (
    chosen,
    colour_of,
    combination_sheet,
    district_sheet,
    plot_name,
    sureness_of_choice,
    town_name,
    town_sheet,
)
from sitesel.report.ranking import drawn_scores, ordered, plot_names, ranking_sheet
from sitesel.report.scenarios import scenario_sheets
from sitesel.report.sheet import NO_HEAD, ON_PAPER, Row, Sheet
from sitesel.report.sources import credits_of, source_sheet
from sitesel.report.sure import drawn_how, find_out_sheet
from sitesel.report.values import value_sheet
from sitesel.report.why import why_sheet
from sitesel.report.words import Words, fill, joined, numbers, own, words
from sitesel.text import LANGUAGES, Message, listed, names_of

OF_TOWN: Final = 4
MOST_PLOTS: Final = 24
"""Plots of a town, and in all, that have a page of their own."""

ANSWER_ASPECT: Final = 1.0
PLOT_ASPECT: Final = 1.55
"""Width to height of pictures."""

MOST_TOWNS: Final = 12
"""More towns than this, a table each of ground and of connections would be a book: those of the plots have to do."""


@dataclass(frozen=True)
class Block:
    """A piece of the report.

    Parameters
    ----------
    kind : str
        ``head``, ``text``, ``list``, ``picture``, ``legend``, ``answers``, ``beside`` or ``fit`` (on one page, in
        smaller letters where it takes that).
    texts : tuple of Words
    look : str
        Of a text, as a sheet's; of a head, a town's colour; of a legend, its colours; ``bare`` of a picture: no frame.
    svg : str
    level : int
        Of a heading.
    parts : tuple of tuple of Block or Sheet
        What stands side by side.
    """

    kind: str
    texts: tuple[Words, ...] = ()
    look: str = ""
    svg: str = ""
    level: int = 2
    parts: "tuple[tuple[Told, ...], ...]" = ()


Told: TypeAlias = Union[Block, Sheet]  # noqa: UP007 -- a string in a union of types is none


def report(findings: Findings, lang: str) -> Iterator[Told]:
    """Tell all of it, in the order of a reader's questions.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}
        Of what is written in pictures.
    """
    told = {town: _Town(findings, str(town)) for town in findings.towns.index}
    yield from _answer_page(findings, lang)
    if findings.programme.answers:
        yield from _together(findings)
    scenarios = list(scenario_sheets(findings))
    if scenarios:
        yield Block("head", (own("scenarios.title"),), level=1)
        yield from scenarios
        yield Block("text", (own("scenarios.note"),), "soft")
    for town in told.values():
        yield from _town(findings, town, lang)
    yield from _plots(findings, told, lang)
    yield from _not_known(findings)
    yield from _method(findings)
    yield Block("head", (words(Message("report.assumptions")),), level=1)
    yield replace(assumed_sheet(findings), title=NO_HEAD)
    yield figure_sheet(findings)
    yield from _sources(findings)


class _Town:
    """Sheets of a town that its own pages and those of its plots both draw on."""

    def __init__(self, findings: Findings, town: str) -> None:
        self.name = town
        self.why = why_sheet(findings, town)
        self.ground = ground_sheet(findings, town) if has_ground(findings) else _NOTHING
        self.order = [str(plot) for plot in ordered(findings, town).index]
        self.detailed = [str(plot) for plot in ordered(findings, town, in_detail=True).index]


def _lines(lines: Iterable[Message], kind: str = "text", look: str = "") -> Block:
    return Block(kind, tuple(words(line) for line in lines), look)


def _answer_page(findings: Findings, lang: str) -> Iterator[Told]:
    yield Block("text", (sureness(findings),), "soft")
    yield Block("head", (own("answer.title"),), level=1)
    told = answers(findings)
    yield Block("answers", parts=tuple(tuple(_answer(findings, one, lang)) for one in told.values()))
    yield _legend()


def _answer(findings: Findings, answer: Answer, lang: str) -> Iterator[Told]:
    town = town_name(findings, answer.town)
    yield Block("head", (joined([town, answer_word(answer)], " – "),), colour_of(findings, answer.town))
    if answer.plot is not None:
        yield Block("text", (plot_name(findings, answer.plot),), "strong")
    facts = town_facts(findings.towns.loc[answer.town].to_dict())
    about = joined([joined([label, figure], ": ") for label, figure, _ in facts], " · ") if facts else NO_HEAD
    yield Block("text", (about,), "soft")
    yield _lines(answer.sentences(), "list")
    if answer.plot is not None:
        yield Block("picture", (town,), svg=pictures.of_answer(findings, answer, lang, ANSWER_ASPECT))


def _legend() -> Block:
    """Say what the signs of the pictures mean."""
    signs = PALETTE["signs"]
    told = {"main": PALETTE["roads"]["trunk"]["colour"], "gateways": signs["gateways"], "utilities": signs["utilities"]}
    return Block("legend", (own("legend.note"), *(own(f"legend.{name}") for name in told)), " ".join(told.values()))


def _together(findings: Findings) -> Iterator[Told]:
    yield Block("head", (words(Message("programme.title")),), level=1)
    yield _lines(sureness_of_choice(findings), "list")
    if chosen(findings):
        for sheet in (town_sheet(findings), district_sheet(findings), combination_sheet(findings)):
            if sheet.rows and len(sheet.columns) <= MOST_TOWNS:
                yield replace(sheet, title=NO_HEAD) if sheet.title == words(Message("programme.title")) else sheet


def _town(findings: Findings, town: _Town, lang: str) -> Iterator[Told]:
    sheet = ranking_sheet(findings, town.name)
    yield Block("head", (sheet.title,), level=1)
    if not sheet.rows:
        return
    yield Block("picture", (town_name(findings, town.name),), svg=pictures.of_town(findings, town.name, lang))
    yield _legend()
    told = sheet.only(column.key for column in sheet.columns if not column.key.startswith("points_"))
    more = _more(findings, town.name)
    screening = Message("table.screening" if findings.on_the_atlas else "table.own_roads")
    yield replace(told, title=NO_HEAD, notes=(*more, (words(screening), "")))
    yield _lines(effect_lines(findings, town.name), look="soft")
    yield from (town.why, effect_sheet(findings, town.name))
    if len(findings.towns) > MOST_TOWNS:
        return
    if has_connections(findings):
        whole = connection_sheet(findings, town.name)
        yield replace(whole, notes=(*more, *whole.notes))
    yield replace(town.ground, notes=(*more, *town.ground.notes))


def _more(findings: Findings, town: str) -> tuple[tuple[Words, str], ...]:
    left = int((findings.plots["town"] == town).sum()) - ON_PAPER
    return ((fill("more", count=numbers(left)), ""),) if left > 0 else ()


def _plots(findings: Findings, towns: Mapping[Hashable, _Town], lang: str) -> Iterator[Told]:
    told, left = foremost(findings, OF_TOWN, MOST_PLOTS)
    named, of = plot_names(findings), findings.decision.ranking["town"].to_dict()
    if told:
        lines = [Message("report.plots")]
        if left:
            names = listed((names_of(findings.plots.loc[plot]) or {"en": plot} for plot in left), "; ")
            lines.append(Message("report.plots.left", {"names": names}))
        yield _lines(lines, look="soft")
    for plot in told:
        head = Block("head", (named[plot], plot_title(findings, plot)), level=1)
        yield Block("fit", parts=((head, *_plot(findings, plot, towns[of[plot]], lang)),))


_NOTHING: Final = Sheet(NO_HEAD, (), ())


def _plot(findings: Findings, plot: str, town: _Town, lang: str) -> Iterator[Told]:
    sure: list[Told] = [Block("head", (own("card.sure"),)), _range(findings, plot, lang)]
    sure += [Block("list", tuple(sure_lines(findings, plot)), "small"), worker_sheet(findings, plot)]
    if row := _row(town.ground, town.order, plot):
        sure.append(replace(turned(town.ground, row), notes=()))
    picture = Block("picture", (plot_names(findings)[plot],), svg=pictures.of_plot(findings, plot, lang, PLOT_ASPECT))
    yield Block("beside", parts=(tuple(sure), (picture, fact_sheet(findings, plot))))
    yield measure_sheet(findings, plot)
    if row := _row(town.why, town.detailed, plot):
        yield replace(turned(town.why, row), notes=())
    if has_connections(findings):
        yield joining_sheet(findings, plot)


def _row(sheet: Sheet, order: list[str], plot: str) -> Row | None:
    """Find the row of a plot in a sheet of its town."""
    place = order.index(plot)
    return sheet.rows[place] if place < len(sheet.rows) else None


def _range(findings: Findings, plot: str, lang: str) -> Block:
    ranking, drawn = (table.loc[[plot]].iloc[0] for table in (findings.decision.ranking, drawn_scores(findings)))
    ends = [None if pd.isna(row["low"]) else (float(row["low"]), float(row["high"])) for row in (ranking, drawn)]
    likely = ends[1] if findings.sureness.draws else None
    svg = pictures.of_range(ends[0], likely, float(ranking["score"]), own("range.key"), lang)
    return Block("picture", (own("range.key"),), "bare", svg)


def _not_known(findings: Findings) -> Iterator[Told]:
    yield Block("head", (words(Message("report.not_known")),), level=1)
    for town in findings.towns.index if findings.sureness.draws else ():
        sheet = find_out_sheet(findings, str(town))
        last = town == findings.towns.index[-1]
        yield replace(
            sheet, title=joined([town_name(findings, town), sheet.title], ": "), notes=sheet.notes if last else ()
        )
    yield from asked_sheets(findings)
    yield Block("text", (rate(findings),), "soft")
    if findings.notices:
        yield Block("head", (own("notices"),))
        yield _lines(findings.notices, "list")


def _method(findings: Findings) -> Iterator[Told]:
    yield Block("head", (own("method"),), level=1)
    told = [words(Message("report.method")), own("method.text"), words(Message("report.gates")), own("range.key")]
    if findings.sureness.draws:
        told += [words(one) for one in drawn_how(findings)]
    told += [own("programme.note")] if findings.programme.answers else []
    told += [own("connections.sheet.note")] if has_connections(findings) else []
    yield Block("text", tuple(told))
    yield value_sheet(findings)


def _sources(findings: Findings) -> Iterator[Told]:
    yield Block("head", (own("sources"),), level=1)
    yield replace(source_sheet(findings), title=NO_HEAD)
    owed = tuple("; ".join(credits_of(findings, lang, manifest=True)) for lang in LANGUAGES)
    if any(owed):
        yield Block("text", (owed,), "soft")
