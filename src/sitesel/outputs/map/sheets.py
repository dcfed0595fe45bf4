"""Static sheets, one a town: what a reader without JavaScript sees, and what a printer prints."""

from collections.abc import Mapping

from sitesel.findings import Findings
from sitesel.outputs.map.answer import answer_word
from sitesel.outputs.map.cards import INDICATORS, sureness, title, town_facts
from sitesel.outputs.map.elements import Element, Scribe, fold, markup, open_sheet, root, write_sheet, write_table
from sitesel.outputs.map.gathering import together_sheet
from sitesel.outputs.map.picture import ground_picture, town_picture
from sitesel.outputs.map.relief import Shade
from sitesel.outputs.map.scenarios import scenario_sheet
from sitesel.outputs.map.site_sheets import site_sheets, why_sheets
from sitesel.report.answer import answers
from sitesel.report.assumptions import assumed_sheet
from sitesel.report.figures import shown
from sitesel.report.palette import PALETTE
from sitesel.report.programme import colour_of, plot_name, town_name
from sitesel.report.ranking import criterion_name, ranking_sheet
from sitesel.report.rules import excluded
from sitesel.report.sheet import CROSS, ON_PAPER
from sitesel.report.sources import source_sheet, stamp
from sitesel.report.words import capital, figure, fill, least_decimals, numbers, own, words


def sheets(findings: Findings, shades: Mapping[str, Shade], lang: str) -> str:
    """Write the static sheets.

    Parameters
    ----------
    findings : Findings
    shades : mapping of str to Shade
    lang : {"en", "ru", "ky"}
        Language in which they stand; the page's script switches it.

    Returns
    -------
    str
        HTML of the shared ground, the sheet of answers, a sheet a town, one of the plots chosen together where the
        study asks for them, a sheet a town of why, one of scenarios, those of what else is known, and that of sources.
        On a screen all but answers and towns are folded.
    """
    scribe = Scribe(lang)
    whole = root("div", id="sheets")
    whole.append(ground_picture(findings, shades, scribe))
    told = [_answer_sheet(findings, scribe)]
    told += [_town_sheet(findings, town, scribe, len(shades)) for town in findings.towns.index]
    more = [together_sheet(findings, scribe, len(shades))] if findings.programme.answers else []
    more += [*why_sheets(findings, scribe), *scenario_sheet(findings, scribe), *site_sheets(findings, scribe)]
    more.append(_source_sheet(findings, scribe))
    for sheet in (*told, *more):
        foot = sheet.find("footer")
        scribe.add(sheet if foot is None else foot, "p", stamp(findings), klass="stamp")
    for number, sheet in enumerate(more, 1):
        fold(sheet, scribe, f"unfold-{number}")
    whole.extend([*told, *more])
    return markup(whole)


def _answer_sheet(findings: Findings, scribe: Scribe) -> Element:
    """Say on the first page what comes out, town by town."""
    sheet, _ = open_sheet(scribe, title(findings), own("answer.title"), "answers")
    for town, answer in answers(findings).items():
        part = scribe.add(sheet, "div", klass="answer")
        head = scribe.add(part, "h3")
        scribe.add(head, "span", klass="dot", style=f"background:{colour_of(findings, town)}")
        scribe.add(head, "span", town_name(findings, town)).tail = " "
        scribe.add(head, "em", answer_word(answer), klass=f"word {answer.word}")
        if answer.plot is not None:
            scribe.add(part, "p", plot_name(findings, answer.plot), klass="strong")
        told = scribe.add(part, "ul")
        for sentence in answer.sentences():
            scribe.add(told, "li", words(sentence))
    return sheet


def _town_sheet(findings: Findings, town: str, scribe: Scribe, reliefs: int) -> Element:
    sheet, head = open_sheet(scribe, title(findings), town_name(findings, town))
    facts = scribe.add(head, "p", klass="facts")
    for label, told, assumed in town_facts(findings.towns.loc[town].to_dict()):
        fact = scribe.add(facts, "span")
        scribe.add(fact, "span", label).tail = " "
        scribe.add(fact, "b", told).tail = " "
        if assumed:
            scribe.add(fact, "em", own("assumed.short"))
        fact.tail = " "
    scribe.add(head, "p", sureness(findings, town), klass="sure")
    sheet.append(town_picture(findings, town, scribe, reliefs))
    _ranking(findings, town, scribe, sheet)
    sheet.append(_legend(findings, town, scribe))
    foot = scribe.add(sheet, "footer")
    scribe.add(foot, "p", own("legend.note"))
    return sheet


def _ranking(findings: Findings, town: str, scribe: Scribe, parent: Element) -> None:
    sheet = ranking_sheet(findings, town)
    told = sheet.only(column.key for column in sheet.columns if not column.key.startswith("points_"))
    table = write_table(told, scribe, parent, "ranking")
    if (left := int((findings.plots["town"] == town).sum()) - ON_PAPER) > 0:
        more = scribe.add(table[-1], "tr", klass="more")
        scribe.add(more, "td", fill("more", count=numbers(left)), colspan=len(told.columns))


def _legend(findings: Findings, town: str, scribe: Scribe) -> Element:
    legend = root("div", klass="key")
    weights = scribe.add(legend, "p")
    scribe.add(weights, "b", own("weights")).tail = " "
    totals = findings.decision.indicators.groupby("criterion", sort=False)
    for criterion, group in totals:
        if not group.index.isin(findings.weighed).any():
            scribe.add(
                weights, "span", fill("told.named", names=criterion_name(str(criterion))), klass="chip"
            ).tail = " "
            continue
        percent = least_decimals(shown(INDICATORS, "weight", group["weight"].sum()))
        text = fill("weight.of", name=criterion_name(str(criterion)), percent=percent)
        scribe.add(weights, "span", text, klass="chip").tail = " "
        for _, row in group.iterrows():
            percent = figure(INDICATORS, "weight", row["weight"])
            part = fill("weight.of", name=capital(words(row["label"])), percent=percent)
            scribe.add(weights, "small", part).tail = " · " if row.name != group.index[-1] else " "
    signs = scribe.add(legend, "p", klass="signs")
    ramp = scribe.add(signs, "span", klass="ramp")
    scribe.add(ramp, "span", own("legend.best"))
    for colour in PALETTE["rank"]["ramp"]:
        scribe.add(ramp, "i", style=f"background:{colour}")
    scribe.add(ramp, "span", own("legend.last"))
    without_rank = findings.decision.ranking[
        (findings.decision.ranking["town"] == town) & findings.decision.ranking["rank"].isna()
    ]
    if without_rank.index.isin(list(excluded(findings))).any():
        item = scribe.add(signs, "span")
        scribe.add(item, "i", CROSS, klass="badge none out")
        scribe.add(item, "span", own("legend.excluded"))
    for sign in ("main", "minor", "assumed", "border", "gateways", "utilities"):
        item = scribe.add(signs, "span")
        scribe.add(item, "i", klass=f"line {sign}")
        scribe.add(item, "span", own(f"legend.{sign}"))
    return legend


def _source_sheet(findings: Findings, scribe: Scribe) -> Element:
    sheet = root("section", klass="sheet")
    told = source_sheet(findings)
    scribe.add(sheet, "h2", told.title)
    write_table(told, scribe, sheet, "sources")
    assumed = assumed_sheet(findings)
    last = scribe.add(sheet, "footer", klass="assumed")
    scribe.add(last, "h3", assumed.title)
    write_sheet(assumed, scribe, last)
    if findings.notices:
        scribe.add(last, "h3", own("notices"))
        notices = scribe.add(last, "ul")
        for notice in findings.notices:
            scribe.add(notices, "li", words(notice))
    return sheet
