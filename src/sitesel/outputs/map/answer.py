"""Each town's answer and each plot's sureness as plain data for the page, and the sheet of the answers for paper."""

from collections.abc import Hashable, Mapping
from typing import Any, Final

from sitesel.findings import Findings
from sitesel.outputs.map.asked import for_the_page
from sitesel.outputs.map.cards import title
from sitesel.outputs.map.elements import Element, Scribe, open_sheet, write_sheet
from sitesel.outputs.map.islands import named
from sitesel.outputs.map.overturn import overturns
from sitesel.outputs.map.sureness import bounds, sure_of
from sitesel.report.answer import Answer, answers
from sitesel.report.effects import effect_sheet
from sitesel.report.gates import without_rank
from sitesel.report.programme import plot_name, town_cell, town_name
from sitesel.report.words import Words, capital, own, short, words
from sitesel.text import Message, catalogue

BRIEF: Final = ("gap", "reason", "risk", "find_out")
WHOLE: Final = ("sureness", "who_else", *BRIEF)


def answer(findings: Findings) -> dict[str, Any]:
    """All that the page tells of the decision.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    dict
        Ready for JSON, in the orders of the findings' towns and plots: ``towns`` and ``plots``.
    """
    places = {plot: place for place, plot in enumerate(findings.plots.index)}
    return {
        "towns": [_town(findings, told, places) for told in answers(findings).values()],
        "plots": named(_plots(findings, places)),
    }


def _town(findings: Findings, told: Answer, places: Mapping[Any, int]) -> dict[str, Any]:
    effects = effect_sheet(findings, told.town)
    return {
        "plot": places.get(told.plot),
        "together": places.get(told.together or told.plot),
        "sure": told.word,
        "word": short(_word(told)),
        "brief": [{"label": short(label), "text": short(text)} for label, text in _brief(told)],
        "whole": [short(words(text)) for text in _whole(told)],
        "why": None if told.why_together is None else short(words(told.why_together)),
        "effects": for_the_page(effects) if effects.rows else None,
    }


def _plots(findings: Findings, places: Mapping[Any, int]) -> list[dict[str, Any]]:
    why, changes = without_rank(findings), {}
    for town in findings.towns.index:
        changes.update(overturns(findings, str(town)))
    return [
        {
            **sure_of(findings, plot),
            "bounds": bounds(findings, plot),
            "gate": short(why[plot]) if plot in why else None,
            "change": _placed(changes.get(plot), places),
        }
        for plot in findings.plots.index
    ]


def _placed(change: dict[str, Any] | None, places: Mapping[Any, int]) -> dict[str, Any] | None:
    """Write the places of plots for their ids."""
    if change is None:
        return None
    return change | {name: places.get(change[name]) for name in ("who", "by_weights", "behind")}


def _word(told: Answer) -> Words:
    return capital(words(Message(f"answer.word.{told.word}")))


def _brief(told: Answer) -> list[tuple[Words, Words]]:
    found = ((part, getattr(told, part)) for part in BRIEF)
    return [(own(f"answer.{part}"), _in_brief(text)) for part, text in found if text is not None]


def _in_brief(message: Message) -> Words:
    """Words for a card, whose label names the subject already, where there are such, else the whole sentence."""
    key = f"brief.{message.key}"
    return capital(words(Message(key, message.params) if key in catalogue("en") else message))


def _whole(told: Answer) -> list[Message]:
    return [text for part in WHOLE if (text := getattr(told, part)) is not None]


def answer_sheet(findings: Findings, scribe: Scribe) -> Element:
    """Write the sheet that opens the paper: the answers in whole sentences, and what each weight does in fact.

    Parameters
    ----------
    findings : Findings
    scribe : Scribe

    Returns
    -------
    Element
    """
    sheet, _ = open_sheet(scribe, title(findings), own("answer.title"), "answer-sheet")
    for told in answers(findings).values():
        part = scribe.add(sheet, "div", klass="answer")
        head = scribe.add(part, "h3")
        mark = town_cell(findings, told.town).mark
        scribe.add(head, "span", klass="dot", style=f"background:{mark.colours[0]}" if mark else "")
        scribe.add(head, "span", town_name(findings, told.town)).tail = " "
        scribe.add(head, "em", _word(told), klass=f"word {told.word}")
        if told.plot is not None:
            scribe.add(part, "p", plot_name(findings, told.plot), klass="strong")
        sentences = scribe.add(part, "ul")
        for text in [*_whole(told), *([told.why_together] if told.why_together else [])]:
            scribe.add(sentences, "li", words(text))
        _effects(findings, told.town, scribe, part)
    return sheet


def _effects(findings: Findings, town: Hashable, scribe: Scribe, parent: Element) -> None:
    effects = effect_sheet(findings, str(town))
    if effects.rows:
        write_sheet(effects, scribe, parent, "effects")
