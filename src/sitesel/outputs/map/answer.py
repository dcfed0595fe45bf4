"""Each town's answer and each plot's sureness as plain data for the page."""

from collections.abc import Mapping
from typing import Any, Final

from sitesel.findings import Findings
from sitesel.outputs.map.asked import for_the_page
from sitesel.outputs.map.islands import named
from sitesel.outputs.map.overturn import overturns
from sitesel.outputs.map.sureness import bounds, sure_of
from sitesel.report.answer import Answer, answers
from sitesel.report.effects import effect_lines, effect_sheet
from sitesel.report.gates import gate_reasons
from sitesel.report.words import Words, capital, own, short, words
from sitesel.text import Message, catalogue

BRIEF: Final = ("gap", "reason", "risk", "find_out")


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
    effects, idle = effect_sheet(findings, told.town), effect_lines(findings, told.town)
    return {
        "plot": places.get(told.plot),
        "together": places.get(told.together or told.plot),
        "sure": told.word,
        "word": short(answer_word(told)),
        "brief": [{"label": short(label), "text": short(text)} for label, text in _brief(told)],
        "whole": [short(words(text)) for text in told.sentences() if text is not told.why_together],
        "why": None if told.why_together is None else short(words(told.why_together)),
        "effects": for_the_page(effects) if effects.rows else None,
        "idle": [short(words(line)) for line in idle],
    }


def _plots(findings: Findings, places: Mapping[Any, int]) -> list[dict[str, Any]]:
    why, changes = gate_reasons(findings), {}
    for town in findings.towns.index:
        changes.update(overturns(findings, str(town)))
    return [
        {
            **sure_of(findings, plot),
            "bounds": bounds(findings, plot),
            "gate": short(capital(words(why[plot]))) if plot in why else None,
            "change": _placed(changes.get(plot), places),
        }
        for plot in findings.plots.index
    ]


def _placed(change: dict[str, Any] | None, places: Mapping[Any, int]) -> dict[str, Any] | None:
    """Write the places of plots for their ids."""
    if change is None:
        return None
    return change | {name: places.get(change[name]) for name in ("who", "by_weights", "behind")}


def answer_word(told: Answer) -> Words:
    """Say in a word how sure a town's answer is."""
    return capital(words(Message(f"answer.word.{told.word}")))


def _brief(told: Answer) -> list[tuple[Words, Words]]:
    found = ((part, getattr(told, part)) for part in BRIEF)
    return [(own(f"answer.{part}"), _in_brief(text)) for part, text in found if text is not None]


def _in_brief(message: Message) -> Words:
    """Words for a card, whose label names the subject already, where there are such, else the whole sentence."""
    key = f"brief.{message.key}"
    return capital(words(Message(key, message.params) if key in catalogue("en") else message))
