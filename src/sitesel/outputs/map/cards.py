"""Towns, ranking and every plot's card as plain data: what the list and the cards of the page are made from."""

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd
from shapely.geometry.base import BaseGeometry

from sitesel.findings import Findings
from sitesel.outputs.map.asked import for_the_page
from sitesel.outputs.map.ground import GEOGRAPHIC, flat, flat_rings, records
from sitesel.outputs.map.islands import Texts, cells, named
from sitesel.report.assumptions import assumed_sheet
from sitesel.report.figures import known_percent, rounded, shown, whole_parts
from sitesel.report.palette import rank_colours
from sitesel.report.ranking import contributions, criterion_name, ordered
from sitesel.report.sheet import Row, declared
from sitesel.report.sources import source_sheet, stamp
from sitesel.report.words import (
    Words,
    as_is,
    capital,
    confidence,
    figure,
    fill,
    names,
    note,
    own,
    plain,
    short,
    words,
)
from sitesel.schema import table
from sitesel.text import LANGUAGES

INDICATORS: Final = "decision.indicators"
WORTH_DIGITS: Final = 12
"""Of what measures are worth, so that other weights give in the page the scores that they give here, to 1e-9."""

FIGURES_OF: Final = (INDICATORS, "towns", "plots", "decision.ranking", "land.table", "rules.rulings")
"""Tables whose figures the cards tell; columns of one name are shown alike in all of them."""


def town_facts(town: Mapping[Hashable, Any]) -> list[tuple[Words, Words, bool]]:
    """Size of a town's programme.

    Returns
    -------
    list of (label, figure, assumed)
        Of enterprises, jobs and land, those that are known.
    """
    names_assumed = town.get("assumed")
    assumed = set(names_assumed) if isinstance(names_assumed, (list, tuple, set)) else set()
    facts = []
    for name in ("enterprises", "jobs", "area_need_ha"):
        if pd.notna(town.get(name)):
            told = fill(f"fact.{name}.value", figure=figure("towns", name, town[name]))
            facts.append((declared("towns", name).head, told, name in assumed))
    return facts


def sureness(findings: Findings, town: str | None = None) -> Words:
    """One sentence on how far to trust a ranking, for one town or for all.

    It names the screening network, and indicative outlines where there are any.
    """
    of = findings.decision.ranking["town"]
    outlines = findings.plots.loc[of.index if town is None else of.index[of == town], "outline"].astype(str)
    key = "sure.indicative" if (outlines == "indicative").any() else "sure.surveyed"
    return fill(key, roads=own("sure.roads.atlas" if findings.on_the_atlas else "sure.roads.own"))


def _plots_in_degrees(findings: Findings) -> list[tuple[Mapping[Hashable, Any], BaseGeometry]]:
    plots = findings.plots.to_crs(GEOGRAPHIC)
    return list(records(plots.assign(plot_id=plots.index)))


def _plot(row: Mapping[Hashable, Any], geometry: BaseGeometry, texts: Texts) -> dict[str, Any]:
    point = geometry.representative_point()
    return {
        "id": plain(row["plot_id"]),
        "name": short(names(row, row["plot_id"])),
        **cells("plots", row, ["area_ha", "outline", "precision_km"]),
        "note": texts.place(note(row)),
        "source": texts.place(as_is(row.get("source"))),
        "confidence": texts.place(confidence(row.get("confidence"))),
        "at": flat([[point.x, point.y]]),
        "rings": flat_rings(geometry),
    }


def _figures(findings: Findings, plot: str, parts: pd.DataFrame, texts: Texts) -> dict[str, Any]:
    rank: dict[Hashable, Any] = findings.decision.ranking.loc[plot].to_dict()
    digits = findings.decision.indicators["decimals"]
    detailed = bool(findings.in_detail(pd.Index([plot]))[0])
    return {
        **cells("decision.ranking", rank, ["rank", "score"]),
        "barred": pd.notna(rank["gate"]) and rank["gate"] != "known",
        "known": rounded(known_percent(rank["known_weight"]), 0),
        "measures": [
            rounded(value, digit) for value, digit in zip(findings.decision.measures.loc[plot], digits, strict=True)
        ],
        "worth": [rounded(value, WORTH_DIGITS) for value in findings.decision.worth.loc[plot]],
        "brings": _brought(parts.loc[[plot]].iloc[0]),
        "details": [texts.message(cell) for cell in findings.decision.details.loc[plot]] if detailed else [],
        "reasons": [texts.message(cell) for cell in findings.decision.reasons.loc[plot]] if detailed else [],
    }


def _brought(parts: pd.Series) -> list[int | None]:
    """Whole points that add up to the score as it is shown; null where a measure brings none that is known."""
    whole = whole_parts(parts)
    return [None if pd.isna(part) else points for part, points in zip(parts, whole, strict=True)]


def _indicators(findings: Findings) -> list[dict[str, Any]]:
    criteria = list(dict.fromkeys(findings.decision.indicators["criterion"]))
    within = {part.id: part.weight for part in findings.study.indicators}
    return [
        {
            "id": plain(row["id"]),
            "criterion": criteria.index(row["criterion"]),
            "label": short(capital(words(row["label"]))),
            "unit": short(words(row["unit"])),
            "decimals": row["decimals"],
            "weight": shown(INDICATORS, "weight", row["weight"]),
            "within": within[row["id"]],
            "weighs": row["id"] in findings.weighed,
            "curve": [[rounded(x, 3), rounded(points, 1)] for x, points in row["value"]],
            "source": short(as_is(row["source"])),
            "confidence": short(confidence(row["confidence"])),
        }
        for row in findings.decision.indicators.assign(id=findings.decision.indicators.index).to_dict("records")
    ]


def _criteria(findings: Findings) -> list[dict[str, Any]]:
    weighed = {part.criterion for part in findings.study.weighed}
    weights = findings.decision.indicators.groupby("criterion", sort=False)["weight"].sum()
    return [
        {
            "id": name,
            "name": short(criterion_name(name)),
            "weight": shown(INDICATORS, "weight", weight),
            "weighs": name in weighed,
            "share": findings.study.weights.get(name),  # null: the study leaves it out of its weights
        }
        for name, weight in zip(weights.index.astype(str), weights, strict=True)
    ]


def _towns(findings: Findings, places: Mapping[Hashable, int]) -> list[dict[str, Any]]:
    ranked = findings.decision.ranking.groupby("town")["rank"].count().reindex(findings.towns.index, fill_value=0)
    return [
        {
            "id": plain(town["id"]),
            "name": short(names(town, town["id"])),
            "facts": [
                {"label": short(label), "figure": short(figure), "assumed": assumed}
                for label, figure, assumed in town_facts(town)
            ],
            **cells("towns", town, ["area_need_ha"]),
            "sure": short(sureness(findings, town["id"])),
            "plots": [places[plot] for plot in ordered(findings, town["id"]).index if plot in places],
            "colours": [rank_colours(rank, ranked[town["id"]]) for rank in range(1, ranked[town["id"]] + 1)],
        }
        for town in findings.towns.assign(id=findings.towns.index).to_dict("records")
    ]


def study(findings: Findings) -> dict[str, Any]:
    """Everything that the page says about plots.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    dict
        Ready for JSON. Figures are rounded as they are shown; words are one string or one a language.
    """
    texts = Texts()
    parts = contributions(findings)
    rows = _plots_in_degrees(findings)
    plots = [_plot(row, geometry, texts) | _figures(findings, row["plot_id"], parts, texts) for row, geometry in rows]
    places = {row["plot_id"]: place for place, (row, _) in enumerate(rows)}
    return {
        "languages": list(LANGUAGES),
        "offered": list(findings.study.study.pack.languages),
        "title": short(title(findings)),
        "stamp": short(stamp(findings)),
        "decimals": _decimals(),
        "rankable_from": findings.study.study.rankable_from,
        "version": plain(findings.run.get("version")),
        "sure": short(sureness(findings)),
        "atlas": findings.on_the_atlas,
        "criteria": _criteria(findings),
        "indicators": _indicators(findings),
        "towns": _towns(findings, places),
        "plots": named(plots),
        "texts": texts.data,
        "assumed": for_the_page(assumed_sheet(findings)),
        "sources": [_source(row) for row in source_sheet(findings).rows],
        "notices": [short(words(notice)) for notice in findings.notices],
    }


def _decimals() -> dict[str, int]:
    """Decimals that the page shows of figures, by the names of their columns."""
    columns = (one for name in FIGURES_OF for one in (*table(name).index, *table(name).columns()))
    return {one.name: one.shown for one in columns if one.shown is not None}


def title(findings: Findings) -> Words:
    """Title of the study in each language, English standing in for a missing one."""
    return names({f"name_{lang}": text for lang, text in findings.title.items()}, "sitesel")


def _source(row: Row) -> dict[str, Any]:
    layer, source, licence, date, quality = row.cells
    grade = quality.mark.kind if quality.mark else ""
    why = [short(text) for text, _ in quality.remarks]
    texts = {"layer": layer, "source": source, "licence": licence, "date": date, "quality": quality}
    return {name: short(cell.text) for name, cell in texts.items()} | {"grade": grade, "why": why}
