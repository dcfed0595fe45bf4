"""Static sheets, one a town: what a reader without JavaScript sees, and what a printer prints."""

from collections.abc import Hashable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from sitesel.findings import Findings
from sitesel.outputs.map.cards import (
    by_criterion,
    contributions,
    criterion_name,
    ordered,
    share,
    sources,
    sureness,
    title,
    town_facts,
)
from sitesel.outputs.map.elements import CROSS, DASH, Element, Scribe, markup, root
from sitesel.outputs.map.gathering import together_sheet
from sitesel.outputs.map.land import rule_names
from sitesel.outputs.map.picture import ground_picture, town_picture
from sitesel.outputs.map.relief import Shade
from sitesel.outputs.map.site_sheets import site_sheets
from sitesel.outputs.map.words import Words, as_is, capital, fill, names, numbers, own, plain, words
from sitesel.outputs.rules import excluded
from sitesel.report.palette import PALETTE, rank_colours

ROWS_ON_PAPER: Final = 16
"""More plots than this are left off a printed page, which says so."""


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
        HTML of the shared ground, a sheet a town, one of the plots chosen together where the study asks for them, and
        the sheet of sources.
    """
    scribe = Scribe(lang)
    whole = root("div", id="sheets")
    whole.append(ground_picture(findings, shades, scribe))
    parts = by_criterion(contributions(findings), findings)
    for town in findings.towns.index:
        whole.append(_town_sheet(findings, town, parts, scribe, len(shades)))
    if findings.programme.answers:
        sheet = together_sheet(findings, scribe, len(shades))
        scribe.add(sheet, "p", _stamp(findings), klass="stamp")
        whole.append(sheet)
    for sheet in site_sheets(findings, scribe):
        scribe.add(sheet, "p", _stamp(findings), klass="stamp")
        whole.append(sheet)
    whole.append(_source_sheet(findings, scribe))
    return markup(whole)


def _stamp(findings: Findings) -> Words:
    run = findings.run
    return fill("stamp", date=plain(run.get("date"))[:10], run=plain(run.get("id")), version=plain(run.get("version")))


def _town_sheet(findings: Findings, town: str, parts: pd.DataFrame, scribe: Scribe, reliefs: int) -> Element:
    sheet = root("section", klass="sheet")
    head = scribe.add(sheet, "header")
    scribe.add(head, "p", title(findings), klass="over")
    row = findings.towns.loc[town].to_dict()
    scribe.add(head, "h2", names(row, town))
    facts = scribe.add(head, "p", klass="facts")
    for label, figure, assumed in town_facts(row):
        fact = scribe.add(facts, "span")
        scribe.add(fact, "span", label)
        fact[-1].tail = " "
        scribe.add(fact, "b", figure)
        if assumed:
            fact[-1].tail = " "
            scribe.add(fact, "em", own("assumed.short"))
        fact.tail = " "
    scribe.add(head, "p", sureness(findings, town), klass="sure")
    sheet.append(town_picture(findings, town, scribe, reliefs))
    sheet.append(_ranking_table(findings, town, parts, scribe))
    sheet.append(_legend(findings, town, scribe))
    foot = scribe.add(sheet, "footer")
    scribe.add(foot, "p", own("legend.note"))
    scribe.add(foot, "p", _stamp(findings), klass="stamp")
    return sheet


def _ranking_table(findings: Findings, town: str, parts: pd.DataFrame, scribe: Scribe) -> Element:
    table = root("table", klass="ranking")
    head = scribe.add(scribe.add(table, "thead"), "tr")
    for text, kind in ((own("rank.short"), "n"), (own("plot"), "l"), (own("score"), "n"), (own("known.short"), "n")):
        scribe.add(head, "th", text, klass=kind, scope="col")
    for criterion in parts.columns:
        scribe.add(head, "th", criterion_name(criterion), klass="n", scope="col")
    scribe.add(head, "th", own("area"), klass="n", scope="col")
    body = scribe.add(table, "tbody")
    ranking = ordered(findings, town)
    plain_scribe = Scribe(scribe.lang, switchable=False)  # rows that only a reader without script sees
    for number, (plot, row) in enumerate(ranking.iterrows()):
        beyond = number >= ROWS_ON_PAPER
        writer = plain_scribe if beyond else scribe
        line = _ranking_row(findings, str(plot), row, parts, writer, ranked=int(ranking["rank"].notna().sum()))
        if beyond:
            line.set("class", "beyond")
        body.append(line)
    if len(ranking) > ROWS_ON_PAPER:
        more = scribe.add(body, "tr", klass="more")
        left = numbers(len(ranking) - ROWS_ON_PAPER)
        scribe.add(more, "td", fill("more", count=left), colspan=str(5 + len(parts.columns)))
    return table


def _ranking_row(
    findings: Findings, plot: str, row: pd.Series, parts: pd.DataFrame, scribe: Scribe, *, ranked: int
) -> Element:
    line = root("tr")
    rank = None if pd.isna(row["rank"]) else int(row["rank"])
    cell = scribe.add(line, "td", klass="n")
    out = excluded(findings).get(plot, []) if rank is None else []
    style = {} if out else {"style": "background:{};color:{}".format(*rank_colours(rank, ranked))}
    kind = "badge" if rank else "badge none out" if out else "badge none"
    scribe.add(cell, "span", str(rank) if rank else CROSS if out else DASH, klass=kind, **style)
    details: dict[Hashable, Any] = findings.plots.loc[plot].to_dict()
    name = scribe.add(line, "th", scope="row", klass="l")
    scribe.add(name, "span", names(details, plot))
    if rank is None:
        scribe.add(name, "small", fill("rules.excluded", name=rule_names(out)) if out else own("unrankable"))
    scribe.add(line, "td", numbers(float(row["score"]), 1), klass="n strong")
    scribe.add(line, "td", fill("percent", figure=numbers(np.floor(share(row["known_weight"]) + 1e-9))), klass="n")
    for value in parts.loc[plot]:
        scribe.add(line, "td", numbers(float(str(value)), 1), klass="n")
    scribe.add(line, "td", fill("hectares", figure=numbers(float(details["area_ha"]), 1)), klass="n")
    return line


def _legend(findings: Findings, town: str, scribe: Scribe) -> Element:
    legend = root("div", klass="key")
    weights = scribe.add(legend, "p")
    scribe.add(weights, "b", own("weights")).tail = " "
    totals = findings.decision.indicators.groupby("criterion", sort=False)
    for criterion, group in totals:
        text = fill("weight.of", name=criterion_name(str(criterion)), percent=numbers(share(group["weight"].sum())))
        scribe.add(weights, "span", text, klass="chip").tail = " "
        for _, row in group.iterrows():
            part = fill("weight.of", name=capital(words(row["label"])), percent=numbers(share(row["weight"]), 1))
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
    scribe.add(sheet, "h2", own("sources"))
    table = scribe.add(sheet, "table", klass="sources")
    head = scribe.add(scribe.add(table, "thead"), "tr")
    for key in ("layer", "source", "licence", "date", "quality"):
        scribe.add(head, "th", own(key), scope="col", klass="l")
    body = scribe.add(table, "tbody")
    for source in sources(findings):
        line = scribe.add(body, "tr")
        scribe.add(line, "th", _either(source["layer"]), scope="row", klass="l")
        what = " · ".join(part for part in (source["what"], source["source"]) if part)
        scribe.add(line, "td", what)
        scribe.add(line, "td", source["licence"])
        scribe.add(line, "td", source["date"], klass="when")
        grade = scribe.add(line, "td")
        scribe.add(grade, "i", klass=f"grade {source['grade'] if source['grade'] in GRADES else 'none'}")
        scribe.add(grade, "span", _either(source["quality"]))
        if source["why"]:
            scribe.add(grade, "small", source["why"])
    if findings.notices:
        scribe.add(sheet, "h3", own("notices"))
        notices = scribe.add(sheet, "ul")
        for notice in findings.notices:
            scribe.add(notices, "li", words(notice))
    scribe.add(sheet, "p", _stamp(findings), klass="stamp")
    return sheet


GRADES: Final = frozenset({"red", "amber", "green"})


def _either(text: Any) -> Words:  # noqa: ANN401 - one string or one a language
    return as_is(text) if isinstance(text, str) else tuple(text)
