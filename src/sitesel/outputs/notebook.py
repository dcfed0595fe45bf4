"""Findings as a notebook shows them: each town's answer, and its ranking."""

from dataclasses import replace

from sitesel.findings import Findings
from sitesel.outputs.map.elements import Scribe, markup, root, write_table
from sitesel.outputs.terminal import answer_lines, told_ranking
from sitesel.report.sheet import ON_PAPER
from sitesel.text import Message, say


def notebook_html(findings: Findings, lang: str = "en") -> str:
    """Tell what was found in a few tables.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Returns
    -------
    str
        HTML; names of layers stand in it as text, whatever they are.

    Examples
    --------
    >>> notebook_html(findings, "en").count("<table")  # one a town
    2
    """
    scribe, part = Scribe(lang, switchable=False), root("div")
    scribe.add(part, "strong", findings.title[lang])
    answers = scribe.add(part, "ul")
    for line in answer_lines(findings, lang):
        scribe.add(answers, "li", line)
    for town in findings.decision.ranking["town"].unique():
        sheet = told_ranking(findings, str(town))
        rows = sheet.rows[:ON_PAPER]
        write_table(replace(sheet, rows=rows), scribe, part, "dataframe")
        if beyond := len(sheet.rows) - len(rows):
            scribe.add(part, "p", say(Message("scenarios.more", {"count": beyond}), lang))
    return markup(part)
