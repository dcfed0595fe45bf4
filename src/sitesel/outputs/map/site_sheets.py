"""Sheets of why, connections, ground and rules, a town each and one over all: on paper, and where no script runs."""

from sitesel.findings import Findings
from sitesel.outputs.map.asked import asked_sheets
from sitesel.outputs.map.cards import title
from sitesel.outputs.map.elements import Element, Scribe, open_sheet, write_sheet
from sitesel.report.connections import connection_sheet, has_connections, rate
from sitesel.report.effects import effect_lines, effect_sheet
from sitesel.report.ground import ground_sheet, has_ground
from sitesel.report.programme import town_name
from sitesel.report.sheet import ON_PAPER, Sheet
from sitesel.report.sure import find_out_sheet
from sitesel.report.why import why_sheet
from sitesel.report.words import fill, numbers, own, words


def why_sheets(findings: Findings, scribe: Scribe) -> list[Element]:
    """Write a sheet a town: why its plots stand so, what each weight does in fact, and how sure the order is.

    Parameters
    ----------
    findings : Findings
    scribe : Scribe

    Returns
    -------
    list of Element
        None of a town of which no plot is ranked.
    """
    ranking = findings.decision.ranking
    ranked = set(ranking["town"][ranking["rank"].notna()])
    return [_why_sheet(findings, town, scribe) for town in findings.towns.index if town in ranked]


def _why_sheet(findings: Findings, town: str, scribe: Scribe) -> Element:
    sheet, _ = open_sheet(scribe, title(findings), town_name(findings, town), "site-sheet")
    _part(why_sheet(findings, town), scribe, sheet, "why")
    _part(effect_sheet(findings, town), scribe, sheet, "effects")
    for line in effect_lines(findings, town):
        scribe.add(sheet, "p", words(line), klass="note")
    if findings.sureness.draws:
        _part(find_out_sheet(findings, town), scribe, sheet)
    return sheet


def site_sheets(findings: Findings, scribe: Scribe) -> list[Element]:
    """Write the sheets: one a town with what is known of its plots, then one of demand, shared sources and rules.

    Parameters
    ----------
    findings : Findings
    scribe : Scribe

    Returns
    -------
    list of Element
        Empty where the study asks neither for connections nor for ground and rules.
    """
    if not (has_connections(findings) or has_ground(findings)):
        return []
    told = [_town_sheet(findings, town, scribe) for town in findings.towns.index]
    over_all = asked_sheets(findings)
    return [*told, _asked_sheet(findings, over_all, scribe)] if over_all or has_connections(findings) else told


def _town_sheet(findings: Findings, town: str, scribe: Scribe) -> Element:
    sheet, _ = open_sheet(scribe, title(findings), town_name(findings, town), "site-sheet")
    if (left := int((findings.plots["town"] == town).sum()) - ON_PAPER) > 0:
        scribe.add(sheet, "p", fill("more", count=numbers(left)), klass="note left-off")
    if has_connections(findings):
        _part(connection_sheet(findings, town), scribe, sheet, "joined")
    if has_ground(findings):
        _part(ground_sheet(findings, town), scribe, sheet, "grounds")
    return sheet


def _part(told: Sheet, scribe: Scribe, sheet: Element, klass: str = "") -> None:
    if any(told.title):
        scribe.add(sheet, "h3", told.title)
    write_sheet(told, scribe, sheet, klass)


def _asked_sheet(findings: Findings, told: list[Sheet], scribe: Scribe) -> Element:
    sheet, _ = open_sheet(scribe, title(findings), own("sheet.title"), "site-sheet")
    for one in told:
        _part(one, scribe, sheet)
    scribe.add(sheet, "p", rate(findings), klass="note")
    return sheet
