"""Still pictures of each town's map as SVG: for readers without JavaScript and for paper.

The ground is drawn once; each town's picture is a window onto it.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from sitesel.findings import Findings, told_once
from sitesel.outputs.map.elements import Element, Scribe, root
from sitesel.outputs.map.frame import UNIT_M, Frame, Window, frame_of, in_mercator
from sitesel.outputs.map.ground import (
    GEOGRAPHIC,
    border_lines,
    country_spots,
    layer_of,
    places_of,
    polygons,
    population,
    records,
    road_groups,
    road_shields,
)
from sitesel.outputs.map.relief import WEB_MERCATOR, Shade
from sitesel.report.palette import PALETTE, rank_colours
from sitesel.report.programme import town_name
from sitesel.report.ranking import ordered
from sitesel.report.rules import excluded
from sitesel.report.sheet import CROSS, DASH
from sitesel.report.words import Words, as_is, names, own

ASPECT: Final = 1.5
FLATTER: Final = 0.07
ROOMY_ROWS: Final = 8
MOST_ROWS: Final = 16
"""Width to height: a longer ranking leaves a flatter picture, so that both fit on a page."""

NARROWEST: Final = 480.0
"""Units: a single plot is not shown larger than in some 24 km of map."""

MOST_NAMES: Final = 45
CITY: Final = 200_000
TOWN: Final = 50_000
VILLAGE: Final = 10_000
"""People: a city keeps its name on the picture, whatever sign lies by it."""

MOST_NUMBERS: Final = 60
"""Numbers on one picture; plots beyond are drawn without theirs."""

ROADS: Final[Mapping[str, Mapping[str, Any]]] = PALETTE["roads"]
SIGNS: Final[Mapping[str, str]] = PALETTE["signs"]
DARK: Final[str] = PALETTE["ink"]["dark"]
CORNERS: Final = {"utilities": 0.5, "gateways": 0.12}
"""Layers whose places have signs, and how round these are, in parts of their side: discs and small squares."""


def _path(lines: Sequence[shapely.LineString], frame: Frame, *, closed: bool = False) -> str:
    """Path data with relative whole units: half the length of absolute ones."""
    parts = []
    for line in lines:
        whole = np.rint(frame.units(shapely.get_coordinates(line))).astype(int)
        steps = np.diff(whole, axis=0)
        steps = steps[np.any(steps != 0, axis=1)]
        if len(steps):
            moves = " ".join(f"{x} {y}" for x, y in steps.tolist())
            parts.append(f"M{whole[0, 0]} {whole[0, 1]}l{moves}{'z' if closed else ''}")
    return "".join(parts)


def _stroke(scribe: Scribe, parent: Element, path: str, colour: str, width: float, **more: object) -> None:
    if path:
        fixed = {"fill": "none", "stroke_linejoin": "round", "vector_effect": "non-scaling-stroke"}
        scribe.add(parent, "path", d=path, stroke=colour, stroke_width=width, **(fixed | more))


def ground_picture(findings: Findings, shades: Mapping[str, Shade], scribe: Scribe) -> Element:
    """Definitions that every picture, and the script's map, draws on: hillshades and the lines of the ground.

    Returns
    -------
    Element
        An ``svg`` without size, to stand before the pictures.
    """
    frame = frame_of(findings)
    holder = root("svg", klass="shared", width=0, height=0, aria_hidden="true", focusable="false")
    definitions = scribe.add(holder, "defs")
    for index, name in enumerate(sorted(shades)):
        left, bottom, right, top = shades[name].bounds
        (x, y), (to_x, to_y) = frame.units([[left, top], [right, bottom]])
        place = {"x": round(x), "y": round(y), "width": round(to_x - x), "height": round(to_y - y)}
        fixed = {"preserveAspectRatio": "none", "href": shades[name].href}
        scribe.add(definitions, "image", id=f"relief-{index}", **place, **fixed)
    lines = scribe.add(definitions, "g", id="ground")
    roads = layer_of(findings, "roads")
    for highway, assumed, parts in sorted(
        road_groups(roads), key=lambda group: _draw_order(group[0], assumed=group[1])
    ):
        projected = gpd.GeoSeries(parts, crs=roads.crs).to_crs(WEB_MERCATOR).tolist()
        look = ROADS["assumed"] if assumed else ROADS.get(highway.removesuffix("_link"), ROADS["minor"])
        dashes = {"stroke_dasharray": "2 3"} if assumed else {}
        _stroke(scribe, lines, _path(projected, frame), look["colour"], look["paper"], **dashes)
    outlines = border_lines(in_mercator(layer_of(findings, "border")))
    _stroke(scribe, lines, _path(outlines, frame), SIGNS["border"], 1.2, stroke_dasharray="7 3 1.5 3")
    return holder


def _draw_order(highway: str, *, assumed: bool) -> tuple[bool, int]:
    """Minor roads first, so that the great ones lie on top."""
    greatness = [*ROADS].index(highway) if highway in ROADS else len(ROADS)
    return (not assumed, -greatness)


def window_of(plots: gpd.GeoDataFrame, frame: Frame) -> Window:
    """Window onto a town's plots with some ground around them."""
    aspect = ASPECT + FLATTER * max(0, min(len(plots), MOST_ROWS) - ROOMY_ROWS)
    left, bottom, right, top = in_mercator(plots).total_bounds
    (x, y), (to_x, to_y) = frame.units([[left, top], [right, bottom]])
    width = max(NARROWEST, (to_x - x) * 1.24, (to_y - y) * 1.3 * aspect)
    height = width / aspect
    return Window(round((x + to_x - width) / 2), round((y + to_y - height) / 2), round(width), round(height))


def window_picture(window: Window, title: Words, scribe: Scribe, reliefs: int) -> Element:
    """Start a picture with the shared ground that a window shows.

    Parameters
    ----------
    window : Window
    title : tuple of str
        In each language.
    scribe : Scribe
    reliefs : int
        How many hillshades :func:`ground_picture` defines.
    """
    box = f"{window.left:g} {window.top:g} {window.width:g} {window.height:g}"
    picture = root("svg", klass="picture", viewBox=box, role="img")
    scribe.add(picture, "title", title)
    paper = {"x": window.left, "y": window.top, "width": window.width, "height": window.height}
    scribe.add(picture, "rect", fill=PALETTE["ink"]["paper"], **paper)
    for index in range(reliefs):
        scribe.add(picture, "use", href=f"#relief-{index}")
    scribe.add(picture, "use", href="#ground")
    return picture


def town_picture(findings: Findings, town: str, scribe: Scribe, reliefs: int) -> Element:
    """Draw one town's map.

    Parameters
    ----------
    findings : Findings
    town : hashable
        Town id.
    scribe : Scribe
    reliefs : int
        How many hillshades :func:`ground_picture` defines.

    Returns
    -------
    Element
        An ``svg`` that uses the shared ground.
    """
    frame = frame_of(findings)
    ranking = ordered(findings, town, in_detail=True)
    plots = findings.plots.loc[ranking.index]
    window = window_of(plots, frame)
    picture = window_picture(window, town_name(findings, town), scribe, reliefs)
    size = window.width / 62
    looks = _looks(findings, ranking)
    taken = _badges(findings, looks, window, size)
    write_places(findings, scribe, picture, window, [(x, y) for _, _, _, x, y in taken])
    _draw_plots(plots, looks, scribe, picture, frame)
    _draw_badges(taken, scribe, picture, size)
    draw_scale(scribe, picture, window, frame)
    return picture


class Look(NamedTuple):
    """How a plot and its badge are drawn."""

    sign: str
    fill: str
    ink: str
    rim: str
    outline: str = DARK


def _looks(findings: Findings, ranking: pd.DataFrame) -> dict[Hashable, Look]:
    """Look of each plot of a ranking: its rank's, or that of a plot without rank, or of one that a rule excludes."""
    ranked, struck = int(ranking["rank"].notna().sum()), excluded(findings)
    rank_look = PALETTE["rank"]
    no_rank = {
        True: Look(CROSS, rank_look["excluded"], *3 * [rank_look["excluded-ink"]]),
        False: Look(DASH, *rank_colours(None, ranked), rank_look["none-rim"]),
    }
    return {
        plot: no_rank[plot in struck]
        if pd.isna(rank)
        else Look(str(int(rank)), *rank_colours(int(rank), ranked), "#ffffff")
        for plot, rank in ranking["rank"].items()
    }


def _draw_plots(
    plots: gpd.GeoDataFrame, looks: Mapping[Hashable, Look], scribe: Scribe, picture: Element, frame: Frame
) -> None:
    for plot, geometry in in_mercator(plots).geometry.items():
        rings = [ring for part in polygons(geometry) for ring in part]
        shape = scribe.add(
            picture,
            "path",
            d=_path(rings, frame, closed=True),
            fill=looks[plot].fill,
            stroke=looks[plot].outline,
            stroke_width=1,
            vector_effect="non-scaling-stroke",
        )
        if len(plots) <= MOST_NUMBERS:
            scribe.add(shape, "title", names(plots.loc[plot].drop(plots.geometry.name).to_dict(), plot))


Badge = tuple[Look, float, float, float, float]
"""Look, the plot's own place, and where its number is written."""


def _badges(findings: Findings, looks: Mapping[Hashable, Look], window: Window, size: float) -> list[Badge]:
    shown = list(looks)[:MOST_NUMBERS]
    points = in_mercator(findings.plots.loc[shown]).geometry.representative_point()
    own_places = frame_of(findings).units(shapely.get_coordinates(points))
    places = spread(own_places, 2.3 * size)
    return [
        (looks[plot], float(at[0]), float(at[1]), float(to[0]), float(to[1]))
        for plot, at, to in zip(shown, own_places, places, strict=True)
        if window.holds(float(at[0]), float(at[1]))
    ]


def spread(places: npt.NDArray[np.float64], apart: float) -> npt.NDArray[np.float64]:
    """Push points apart that lie closer than a distance, a little at a time and always the same way.

    Parameters
    ----------
    places : ndarray, shape (n, 2)
    apart : float
        In the places' unit.

    Returns
    -------
    ndarray, shape (n, 2)

    Examples
    --------
    >>> moved = spread(np.array([[0.0, 0.0], [1.0, 0.0], [50.0, 0.0]]), 10.0)
    >>> bool(np.hypot(*(moved[1] - moved[0])) > 9.9), moved[2].tolist()
    (True, [50.0, 0.0])
    """
    moved = places.astype(np.float64).copy()
    turn = np.arange(len(moved)) * 2.399963  # the golden angle parts what lies in one point
    moved += 1e-6 * apart * np.column_stack([np.cos(turn), np.sin(turn)])
    for _ in range(80):
        gap = moved[:, None, :] - moved[None, :, :]
        distance = np.hypot(gap[..., 0], gap[..., 1])
        np.fill_diagonal(distance, np.inf)
        short = np.clip(apart - distance, 0.0, None)
        if not short.any():
            break
        moved += (gap / distance[..., None] * short[..., None] * 0.5).sum(axis=1)
    still = np.hypot(*(moved - places).T) < 1e-3 * apart
    moved[still] = places[still]
    return moved


def _draw_badges(badges: list[Badge], scribe: Scribe, picture: Element, size: float) -> None:
    for look, x, y, to_x, to_y in reversed(badges):  # the first rank last, on top
        if (x, y) != (to_x, to_y):
            line = {"x1": round(x, 1), "y1": round(y, 1), "x2": round(to_x, 1), "y2": round(to_y, 1)}
            scribe.add(picture, "line", stroke=DARK, stroke_width=1, vector_effect="non-scaling-stroke", **line)
        circle = {"cx": round(to_x, 1), "cy": round(to_y, 1), "r": round(size * 0.95, 1)}
        edge = {"stroke": look.rim, "stroke_width": 1.5, "vector_effect": "non-scaling-stroke"}
        scribe.add(picture, "circle", fill=look.fill, **circle, **edge)
        number = {"x": round(to_x, 1), "y": round(to_y + size * 0.4, 1), "font_size": round(size * 1.15, 1)}
        style = {"text_anchor": "middle", "font_weight": 700, "fill": look.ink}
        scribe.add(picture, "text", look.sign, **number, **style)


Box = tuple[float, float, float, float]


def write_places(
    findings: Findings, scribe: Scribe, picture: Element, window: Window, taken: list[tuple[float, float]]
) -> None:
    """Signs of gateways, then names of the largest settlements that find room, road numbers and countries.

    Parameters
    ----------
    findings : Findings
    scribe : Scribe
    picture : Element
        Drawn into.
    window : Window
    taken : list of (x, y)
        Places in units that are kept clear.
    """
    size = window.letter
    boxes = [(x - 1.4 * size, y - 1.4 * size, x + 1.4 * size, y + 1.4 * size) for x, y in taken]
    boxes += _draw_signs(findings, scribe, picture, window, size)
    fewer = len(boxes) + MOST_NAMES
    shown = [one for one in _settlements(findings) if window.holds(*one[1:3], window.width / 60)]
    for label, x, y, people in shown:
        if len(boxes) >= fewer:
            break
        height = size * (1.25 if people > TOWN else 1.0 if people > VILLAGE else 0.85)
        wide = 0.56 * height * max(len(text) for text in label)
        room = _room(x, y, height, wide, boxes, window)
        if room is None and people > CITY:
            room = _room(x, y, height, wide, boxes[: len(taken)], window)
        if room is None:
            continue
        box, anchor, at = room
        boxes.append(box)
        scribe.add(picture, "circle", cx=round(x, 1), cy=round(y, 1), r=round(height * 0.22, 1), fill=SIGNS["places"])
        style = {"fill": DARK, "font_weight": 650 if people > TOWN else 400, "text_anchor": anchor}
        _halo(scribe, picture, label, at, font_size=round(height, 1), **style)
    _write_shields(findings, scribe, picture, window, boxes)
    _write_countries(findings, scribe, picture, window, boxes)


def _room(
    x: float, y: float, height: float, wide: float, boxes: list[Box], window: Window
) -> tuple[Box, str, tuple[float, float]] | None:
    """Find room for a label to the right, left, above or below a place."""
    h = height
    tries: tuple[tuple[Box, str, tuple[float, float]], ...] = (
        ((x - 0.4 * h, y - 0.6 * h, x + 0.8 * h + wide, y + 0.6 * h), "start", (x + 0.45 * h, y + 0.32 * h)),
        ((x - 0.8 * h - wide, y - 0.6 * h, x + 0.4 * h, y + 0.6 * h), "end", (x - 0.45 * h, y + 0.32 * h)),
        ((x - wide / 2, y - 1.5 * h, x + wide / 2, y + 0.2 * h), "middle", (x, y - 0.5 * h)),
        ((x - wide / 2, y - 0.2 * h, x + wide / 2, y + 1.5 * h), "middle", (x, y + 1.15 * h)),
    )
    for box, anchor, at in tries:
        inside = window.holds(box[0], box[1]) and window.holds(box[2], box[3])
        if inside and not any(_overlap(box, other) for other in boxes):
            return box, anchor, at
    return None


def _draw_signs(findings: Findings, scribe: Scribe, picture: Element, window: Window, size: float) -> list[Box]:
    """Small squares for gateways, discs for utilities, as on the page's map; returns what they cover."""
    boxes = []
    for layer, called, x, y in _signs(findings):
        if not window.holds(x, y, size):
            continue
        side = round(0.9 * size, 1)
        place = {"x": round(x - side / 2, 1), "y": round(y - side / 2, 1), "width": side, "height": side}
        look = {"rx": round(side * CORNERS[layer], 1), "fill": SIGNS[layer], "stroke": "#ffffff"}
        edge = {"stroke_width": 1, "vector_effect": "non-scaling-stroke"}
        sign = scribe.add(picture, "rect", **place, **look, **edge)
        scribe.add(sign, "title", called)
        boxes.append((x - side / 2, y - side / 2, x + side / 2, y + side / 2))
    return boxes


@told_once
def _signs(findings: Findings) -> list[tuple[str, Words, float, float]]:
    """Layer, name and place of all signs."""
    return [
        (layer, names(row, row.get("id")), *frame_of(findings).at(geometry))
        for layer in CORNERS
        for row, geometry in records(in_mercator(layer_of(findings, layer)))
    ]


def _write_shields(findings: Findings, scribe: Scribe, picture: Element, window: Window, boxes: list[Box]) -> None:
    size = window.letter
    for ref, x, y in _shields(findings):
        box = (x - 2 * size, y - size, x + 2 * size, y + size)
        if window.holds(x, y, 3 * size) and not any(_overlap(box, other) for other in boxes):
            boxes.append(box)
            style = {"text_anchor": "middle", "fill": SIGNS["shield"], "font_size": round(size * 0.8, 1)}
            _halo(scribe, picture, as_is(ref), (x, y + 0.3 * size), **style)


@told_once
def _shields(findings: Findings) -> list[tuple[str, float, float]]:
    """Give number and place of each road's shield."""
    roads = layer_of(findings, "roads")
    shields = road_shields(roads)
    places = gpd.GeoSeries([point for _, point in shields], crs=roads.crs).to_crs(WEB_MERCATOR)
    return [(ref, *frame_of(findings).at(at)) for (ref, _), at in zip(shields, places, strict=True)]


def _write_countries(findings: Findings, scribe: Scribe, picture: Element, window: Window, boxes: list[Box]) -> None:
    size = 1.16 * window.letter
    for label, spots in _countries(findings):
        half = 0.42 * size * max(len(text) for text in label)
        for x, y in spots:
            box = (x - half, y - size, x + half, y + size)
            inside = window.holds(box[0], box[1], size) and window.holds(box[2], box[3], size)
            if inside and not any(_overlap(box, other) for other in boxes):
                style = {"text_anchor": "middle", "fill": SIGNS["border"], "letter_spacing": round(0.2 * size, 1)}
                _halo(scribe, picture, label, (x, y + 0.3 * size), font_size=round(size, 1), **style)
                boxes.append(box)
                break


@told_once
def _countries(findings: Findings) -> list[tuple[Words, list[tuple[float, float]]]]:
    """Name of each country, and the places where it may stand."""
    around = tuple(findings.plots.to_crs(GEOGRAPHIC).total_bounds)
    return [
        (label, [frame_of(findings).at(at) for at in gpd.GeoSeries(spots, crs=GEOGRAPHIC).to_crs(WEB_MERCATOR)])
        for label, spots in country_spots(layer_of(findings, "border").to_crs(GEOGRAPHIC), around)
    ]


def _halo(scribe: Scribe, picture: Element, label: Words | str, at: tuple[float, float], **style: object) -> None:
    """Text with a pale rim, readable on any ground."""
    scribe.add(picture, "text", label, x=round(at[0], 1), y=round(at[1], 1), klass="halo", **style)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@told_once
def _settlements(findings: Findings) -> list[tuple[Words, float, float, float]]:
    """Name, place and people of the settlements, the largest first."""
    found = [
        (names(row, ""), *frame_of(findings).at(geometry), population(row))
        for row, geometry in records(in_mercator(places_of(findings)))
    ]
    return sorted(found, key=lambda place: (-place[3], place[1], place[2]))


def draw_scale(scribe: Scribe, picture: Element, window: Window, frame: Frame) -> None:
    """Draw a bar of a round number of kilometres, true at the picture's middle."""
    northing = frame.top - (window.top + window.height / 2) * UNIT_M
    units_per_km = 1000.0 * float(np.cosh(northing / 6_378_137.0)) / UNIT_M
    longest = window.width * 0.18 / units_per_km
    km = max(step for step in (1, 2, 5, 10, 20, 50, 100) if step <= max(longest, 1))
    x, y = window.left + window.width * 0.025, window.top + window.height * 0.955
    size = 0.9 * window.letter
    path = f"M{x:.1f} {y - size / 2:.1f}v{size / 2:.1f}h{km * units_per_km:.1f}v{-size / 2:.1f}"
    _stroke(scribe, picture, path, DARK, 1.4)
    above = (x + size * 0.4, y - size * 0.35)
    _halo(scribe, picture, own("km", figure=km), above, fill=DARK, font_size=round(size, 1))
