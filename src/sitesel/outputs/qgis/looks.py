"""What each layer looks like in QGIS: symbols by filter, and labels. Colours are the palette's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from sitesel.findings import Findings
from sitesel.report.palette import PALETTE, rank_colours
from sitesel.schema import BANDS, NETWORKS
from sitesel.text import LANGUAGES, Message, catalogue, name_column, say

PIXEL: Final = 0.26
"""Millimetres, in which QGIS counts: the palette's widths are pixels of a screen."""
ALONE: Final = 3
CLASSES: Final = 4
"""The first ranks have a symbol each; those behind share so many."""

Layer: TypeAlias = tuple[str, Mapping[str, object]]
"""A symbol layer: its kind as QGIS calls it, and its properties; ``marker`` is the symbol within it."""


@dataclass(frozen=True)
class Symbol:
    """How the features of a filter are drawn.

    Parameters
    ----------
    label : str
        In the legend.
    layers : tuple of Layer
        From the lowest to the topmost.
    where : str
        Expression of QGIS; empty: all.
    """

    label: str
    layers: tuple[Layer, ...]
    where: str = ""


@dataclass(frozen=True)
class Look:
    """What a layer looks like.

    Parameters
    ----------
    symbols : tuple of Symbol
        None for a table.
    text : str
        Expression of the labels; empty: none.
    order : str
        Expression by which features are drawn, the greatest first.
    nearest : int
        Scale, as one to so much, from which on it is drawn; 0: at any.
    """

    symbols: tuple[Symbol, ...] = ()
    text: str = ""
    order: str = ""
    nearest: int = 0


def look_of(findings: Findings, layer: str, shape: str, lang: str) -> Look:
    """Say what a layer looks like.

    Parameters
    ----------
    findings : Findings
    layer : str
        As the GeoPackage calls it.
    shape : {"fill", "line", "marker", ""}
        What it is drawn with; empty for a table.
    lang : {"en", "ru", "ky"}
    """
    if not shape:
        return Look()
    made = LOOKS.get(layer)
    if made is not None:
        return made(findings, lang)
    sign = PALETTE["signs"].get(layer, PALETTE["signs"]["border"])
    named = layer in ("gateways", "utilities", "rivals", "airports")
    return Look((Symbol(called(layer, lang), (plain(shape, sign),)),), _name(lang) if named else "")


def called(layer: str, lang: str) -> str:
    """Name a layer."""
    own = {"connections": "map.connections.legend", "usable": "map.ground.legend"}
    keys = (own.get(layer, ""), f"gis.{layer}", f"map.layer.{layer}", f"layer.{layer}")
    text = next((say(Message(key), lang) for key in keys if key in catalogue(lang)), layer)
    return text[:1].upper() + text[1:]


def plain(shape: str, colour: str) -> Layer:
    """Make the simplest symbol of a shape."""
    if shape == "fill":
        return fill(colour, alpha=70)
    return line({"colour": colour, "width": 2.5}) if shape == "line" else dot(colour, 2.6)


def fill(colour: str, *, rim: str = "", alpha: int = 255, dashed: bool = False, none: bool = False) -> Layer:
    """Fill an area."""
    style = "no" if none else "solid"
    edge = {"outline_color": rgba(rim or colour), "outline_width": 0.5, "outline_style": "dash" if dashed else "solid"}
    return "SimpleFill", {"color": rgba(colour, alpha), "style": style, **edge}


def line(row: Mapping[str, Any], width: str = "width") -> Layer:
    """Draw a line as a row of the palette says it."""
    dashes = [round(float(part) * PIXEL, 2) for part in str(row.get("dashes", "")).split()]
    dashed = {"use_custom_dash": 1, "customdash": ";".join(map(str, dashes)), "customdash_unit": "MM"} if dashes else {}
    drawn = {"line_color": rgba(row["colour"]), "line_width": round(row[width] * PIXEL, 2), "line_width_unit": "MM"}
    return "SimpleLine", {**drawn, "capstyle": row.get("cap", "flat"), "joinstyle": "round", **dashed}


def dot(colour: str, size: float, *, rim: str = PALETTE["ink"]["casing"], kind: str = "circle") -> Layer:
    """Draw a point, millimetres across."""
    return "SimpleMarker", {
        "color": rgba(colour),
        "name": kind,
        "size": size,
        "outline_color": rgba(rim),
        "outline_width": 0.2,
    }


def rgba(colour: str, alpha: int = 255) -> str:
    """Write a colour as QGIS does.

    Examples
    --------
    >>> rgba("#0b3c5d", 128)
    '11,60,93,128'
    """
    return ",".join(map(str, (*bytes.fromhex(colour.removeprefix("#")), alpha)))


def _plots(findings: Findings, lang: str) -> Look:
    rows = PALETTE["rank"]
    last = findings.decision.ranking["rank"].max()
    symbols = [*_ranks(0 if pd.isna(last) else int(last), lang)]
    out = (
        fill(rows["excluded"], rim=rows["excluded-ink"], dashed=True),
        _badge(rows["excluded"], rows["excluded-ink"]),
    )
    symbols.append(Symbol(say(Message("map.legend.excluded"), lang), out, '"rank" IS NULL AND "gate" = \'rule\''))
    bare = (fill(rows["none"], rim=rows["none-rim"], dashed=True), _badge(rows["none"], rows["none-rim"]))
    others = '"rank" IS NULL AND ("gate" IS NULL OR "gate" <> \'rule\')'
    symbols.append(Symbol(say(Message("map.unranked"), lang), bare, others))
    return Look(tuple(symbols), f'coalesce({_name(lang)}, "plot")', 'coalesce("rank", 1000000)')


def _ranks(last: int, lang: str) -> Iterator[Symbol]:
    """Give the first ranks a symbol each, and those behind one to several."""
    behind = np.unique(np.linspace(ALONE, last, CLASSES + 1).round().astype(int)) if last > ALONE else [ALONE]
    ends = [*range(min(ALONE, last) + 1), *behind[1:]]
    for before, end in pairwise(ends):
        first = before + 1
        colour, ink = rank_colours((first + end) // 2, last)
        text = str(end) if first == end else f"{first}–{end}"
        where = f'"rank" >= {first} AND "rank" <= {end}'
        label = say(Message("gis.rank", {"rank": text}), lang)
        yield Symbol(label, (fill(colour, rim=PALETTE["ink"]["dark"]), _badge(colour, ink, number=True)), where)


def _badge(colour: str, ink: str, *, number: bool = False) -> Layer:
    """Put a disc with the rank, or a cross, in the middle of a plot: at most scales its ground is but a speck."""
    char: dict[str, object] = {"chr": "×"} | ({"expression": {"char": 'to_string("rank")'}} if number else {})
    sign = ("FontMarker", {"font": "Sans", "color": rgba(ink), "size": 3.0, **char})
    return "CentroidFill", {"point_on_surface": 1, "marker": (dot(colour, 5.0, rim=PALETTE["ink"]["dark"]), sign)}


def _connections(findings: Findings, lang: str) -> Look:
    colours = PALETTE["networks"]
    there = [one for one in NETWORKS if one in set(findings.connections.joined["network"])]
    rows = {one: colours.get(one, colours["other"]) for one in there}
    told = (
        Symbol(
            say(Message(f"network.{one}"), lang), (line(row | {"width": row["width"] / 2}),), f"\"network\" = '{one}'"
        )
        for one, row in rows.items()
    )
    return Look(tuple(told))


def _usable(_: Findings, lang: str) -> Look:
    usable, paper = PALETTE["gauge"]["sure"], PALETTE["ink"]["casing"]  # rims, for they lie on the colour of a rank
    colours = {"usable": fill(usable, none=True), "rectangle": fill(paper, dashed=True, none=True)}
    told = ((kind, say(Message(f"map.ground.legend.{kind}"), lang), drawn) for kind, drawn in colours.items())
    symbols = tuple(Symbol(label, (drawn,), f"\"kind\" = '{kind}'") for kind, label, drawn in told)
    return Look(symbols, nearest=50_000)


def _bands(_: Findings, lang: str) -> Look:
    colours, least = PALETTE["bands"], 0
    symbols = []
    for minutes in BANDS:
        label = say(Message("map.bands.within", {"minutes": minutes}), lang)
        drawn = fill(str(colours.get(str(minutes), colours["other"])), rim=colours["edge"], alpha=110)
        symbols.append(Symbol(label, (drawn,), f'"minutes" > {least} AND "minutes" <= {minutes}'))
        least = minutes
    rest = fill(colours["other"], rim=colours["edge"], alpha=110)
    symbols.append(Symbol(say(Message("gis.others"), lang), (rest,), f'"minutes" > {least}'))
    return Look(tuple(symbols), order='"minutes"')


def _roads(_: Findings, lang: str) -> Look:
    """Draw the lesser roads first; access links that are but assumed in dots."""
    rows = PALETTE["roads"]
    kinds = [one for one in rows if one not in ("minor", "assumed")]
    symbols = [
        Symbol(say(Message(f"road.{one}"), lang), (line(rows[one], "screen"),), f"{NO_LINK} = '{one}' AND {KNOWN_ROAD}")
        for one in kinds
    ]
    listed = ", ".join(f"'{one}'" for one in kinds)
    minor = (line(rows["minor"], "screen"),)
    symbols.append(Symbol(say(Message("road.other"), lang), minor, f"{NO_LINK} NOT IN ({listed}) AND {KNOWN_ROAD}"))
    assumed = (line(rows["assumed"] | {"dashes": "4 3"}, "screen"),)
    symbols.append(Symbol(say(Message("map.legend.assumed"), lang), assumed, '"assumed"'))
    return Look(tuple(symbols))


def _border(_: Findings, lang: str) -> Look:
    edge = fill("#ffffff", rim=PALETTE["signs"]["border"], dashed=True, none=True)
    return Look((Symbol(called("border", lang), (edge,)),))


def _homes(_: Findings, lang: str) -> Look:
    size = {"expression": {"size": 'scale_polynomial(coalesce("mid", 0), 0, 50000, 0.6, 8, 0.5)'}}
    kind, drawn = dot(PALETTE["bands"]["edge"], 1.0)
    return Look((Symbol(called("homes", lang), ((kind, {**drawn, **size}),)),), order='"mid"')


def _settlements(_: Findings, lang: str) -> Look:
    spot = dot(PALETTE["signs"]["places"], 1.2)
    return Look((Symbol(called("settlements", lang), (spot,)),), f'if("population" >= 50000, {_name(lang)}, NULL)')


def _name(lang: str) -> str:
    """Say a name in a language; English stands in for it, then whichever there is."""
    columns = dict.fromkeys(map(name_column, (lang, *LANGUAGES)))
    given = ", ".join(f"nullif(trim(\"{one}\"), '')" for one in columns)
    return f"coalesce({given})"


INK: Final = PALETTE["ink"]["dark"]
NO_LINK: Final = "replace(\"highway\", '_link', '')"
KNOWN_ROAD: Final = 'NOT coalesce("assumed", FALSE)'
LOOKS: Final = {
    "plots": _plots,
    "usable": _usable,
    "connections": _connections,
    "roads": _roads,
    "bands": _bands,
    "homes": _homes,
    "settlements": _settlements,
    "border": _border,
}
