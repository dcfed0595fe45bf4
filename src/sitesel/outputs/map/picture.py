"""Still pictures of each town's map as SVG: for readers without JavaScript and for paper.

The ground is drawn once; each town's picture is a window onto it.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from sitesel.findings import Findings
from sitesel.outputs.map.cards import ordered
from sitesel.outputs.map.elements import Element, Scribe, ink_on, rank_colour, root
from sitesel.outputs.map.ground import layer_of, population, records, road_groups, road_shields
from sitesel.outputs.map.relief import WEB_MERCATOR, Shade
from sitesel.outputs.map.words import Words, names, numbers, own

UNIT_M: Final = 50.0
"""Map metres (EPSG:3857) to a unit of the pictures: numbers stay short, a unit stays under a pixel."""

ASPECT: Final = 1.62
NARROWEST: Final = 480.0
"""Units: a single plot is not shown larger than in some 24 km of map."""

MOST_NUMBERS: Final = 60
"""Numbers on one picture; plots beyond are drawn without theirs."""

ROADS: Final[Mapping[str, tuple[str, float]]] = {
    "motorway": ("#b5642f", 2.6),
    "trunk": ("#b5642f", 2.4),
    "primary": ("#c98f55", 1.8),
    "secondary": ("#a79678", 1.2),
}
ROAD_ELSE: Final = ("#a8a294", 0.7)
ASSUMED: Final = ("#8d8a80", 0.6)


@dataclass(frozen=True)
class Frame:
    """Where ground units begin: the map's north-western corner in EPSG:3857."""

    left: float
    top: float

    def units(self, coordinates: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Coordinates of shape (n, 2) in EPSG:3857 as units right and down."""
        xy = np.asarray(coordinates, dtype=np.float64)[:, :2]
        scaled: npt.NDArray[np.float64] = np.column_stack([xy[:, 0] - self.left, self.top - xy[:, 1]]) / UNIT_M
        return scaled


@dataclass(frozen=True)
class Window:
    """Part of the ground that a picture shows, in units."""

    left: float
    top: float
    width: float
    height: float

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a point lies inside, by a margin in units."""
        inside_across = self.left + margin <= x <= self.left + self.width - margin
        return inside_across and self.top + margin <= y <= self.top + self.height - margin


def frame_of(findings: Findings) -> Frame:
    """Frame whose origin keeps the units of the plots small."""
    left, _, _, top = findings.plots.to_crs(WEB_MERCATOR).total_bounds
    return Frame(float(np.floor(left / 1e4) * 1e4), float(np.ceil(top / 1e4) * 1e4))


def _path(lines: list[shapely.LineString], frame: Frame, *, closed: bool = False) -> str:
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


def _projected(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer.to_crs(WEB_MERCATOR)


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
        colour, width = ASSUMED if assumed else ROADS.get(highway.removesuffix("_link"), ROAD_ELSE)
        dashes = {"stroke_dasharray": "2 3"} if assumed else {}
        _stroke(scribe, lines, _path(projected, frame), colour, width, **dashes)
    border = _projected(layer_of(findings, "border"))
    outlines = [part for geometry in border.geometry for part in _outline(geometry)]
    _stroke(scribe, lines, _path(outlines, frame), "#7a4a6b", 1.2, stroke_dasharray="7 3 1.5 3")
    return holder


def _outline(geometry: shapely.Geometry) -> list[shapely.LineString]:
    line = geometry.boundary if geometry.geom_type.endswith("Polygon") else geometry
    return [part for part in shapely.get_parts(line).tolist() if part.geom_type == "LineString"]


def _draw_order(highway: str, *, assumed: bool) -> tuple[bool, int]:
    """Minor roads first, so that the great ones lie on top."""
    greatness = [*ROADS].index(highway) if highway in ROADS else len(ROADS)
    return (not assumed, -greatness)


def window_of(plots: gpd.GeoDataFrame, frame: Frame) -> Window:
    """Window onto a town's plots with some ground around them."""
    left, bottom, right, top = plots.to_crs(WEB_MERCATOR).total_bounds
    (x, y), (to_x, to_y) = frame.units([[left, top], [right, bottom]])
    width = max(NARROWEST, (to_x - x) * 1.24, (to_y - y) * 1.3 * ASPECT)
    height = width / ASPECT
    return Window(round((x + to_x - width) / 2), round((y + to_y - height) / 2), round(width), round(height))


def town_picture(findings: Findings, town: Hashable, scribe: Scribe, reliefs: int) -> Element:
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
    ranking = ordered(findings, town)
    plots = findings.plots.loc[ranking.index]
    window = window_of(plots, frame)
    box = f"{window.left:g} {window.top:g} {window.width:g} {window.height:g}"
    picture = root("svg", klass="picture", viewBox=box, role="img")
    row = findings.towns.loc[town].to_dict()
    scribe.add(picture, "title", names(row, town))
    paper = {"x": window.left, "y": window.top, "width": window.width, "height": window.height}
    scribe.add(picture, "rect", fill="#efeee8", **paper)
    for index in range(reliefs):
        scribe.add(picture, "use", href=f"#relief-{index}")
    scribe.add(picture, "use", href="#ground")
    size = window.width / 62
    taken = _badges(findings, ranking, window, size)
    _write_places(findings, scribe, picture, window, [(x, y) for _, _, _, x, y in taken])
    _draw_plots(plots, ranking, scribe, picture, frame)
    _draw_badges(taken, int(ranking["rank"].notna().sum()), scribe, picture, size)
    _draw_scale(scribe, picture, window, frame)
    return picture


def _draw_plots(plots: gpd.GeoDataFrame, ranking: pd.DataFrame, scribe: Scribe, picture: Element, frame: Frame) -> None:
    ranked = int(ranking["rank"].notna().sum())
    for (plot, geometry), rank in zip(_projected(plots).geometry.items(), ranking["rank"], strict=True):
        rings = [ring for part in shapely.get_parts(geometry).tolist() for ring in (part.exterior, *part.interiors)]
        position = None if pd.isna(rank) else int(rank)
        shape = scribe.add(
            picture,
            "path",
            d=_path(rings, frame, closed=True),
            fill=rank_colour(position, ranked),
            stroke="#1c2730",
            stroke_width=1,
            vector_effect="non-scaling-stroke",
        )
        scribe.add(shape, "title", names(plots.loc[plot].drop(plots.geometry.name).to_dict(), plot))


Badge = tuple[int | None, float, float, float, float]
"""Rank, the plot's own place, and where its number is written."""


def _badges(findings: Findings, ranking: pd.DataFrame, window: Window, size: float) -> list[Badge]:
    shown = ranking.index[:MOST_NUMBERS]
    points = _projected(findings.plots.loc[shown]).geometry.representative_point()
    own_places = frame_of(findings).units(np.column_stack([points.x, points.y])) if len(shown) else np.empty((0, 2))
    places = spread(own_places, 2.3 * size)
    return [
        (None if pd.isna(rank) else int(rank), float(at[0]), float(at[1]), float(to[0]), float(to[1]))
        for rank, at, to in zip(ranking["rank"].iloc[:MOST_NUMBERS], own_places, places, strict=True)
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


def _draw_badges(badges: list[Badge], ranked: int, scribe: Scribe, picture: Element, size: float) -> None:
    for rank, x, y, to_x, to_y in reversed(badges):  # the first rank last, on top
        if (x, y) != (to_x, to_y):
            line = {"x1": round(x, 1), "y1": round(y, 1), "x2": round(to_x, 1), "y2": round(to_y, 1)}
            scribe.add(picture, "line", stroke="#1c2730", stroke_width=1, vector_effect="non-scaling-stroke", **line)
        circle = {"cx": round(to_x, 1), "cy": round(to_y, 1), "r": round(size * 0.95, 1)}
        edge = {"stroke": "#ffffff" if rank else "#5b6770", "stroke_width": 1.5, "vector_effect": "non-scaling-stroke"}
        scribe.add(picture, "circle", fill=rank_colour(rank, ranked), **circle, **edge)
        number = {"x": round(to_x, 1), "y": round(to_y + size * 0.4, 1), "font_size": round(size * 1.15, 1)}
        text = str(rank) if rank else "–"
        style = {"text_anchor": "middle", "font_weight": 700, "fill": ink_on(rank, ranked)}
        scribe.add(picture, "text", text, **number, **style)


def _write_places(
    findings: Findings, scribe: Scribe, picture: Element, window: Window, taken: list[tuple[float, float]]
) -> None:
    """Names of the largest settlements that find room, and road numbers."""
    frame = frame_of(findings)
    size = window.width / 72
    boxes = [(x - 1.4 * size, y - 1.4 * size, x + 1.4 * size, y + 1.4 * size) for x, y in taken]
    for label, x, y, people in _settlements(findings, frame, window):
        height = size * (1.25 if people > 50_000 else 1.0 if people > 10_000 else 0.85)
        wide = 0.56 * height * max(len(text) for text in label)
        box = (x - 0.5 * height, y - height, x + 0.8 * height + wide, y + 0.7 * height)
        if box[2] > window.left + window.width or any(_overlap(box, other) for other in boxes):
            continue
        boxes.append(box)
        scribe.add(picture, "circle", cx=round(x, 1), cy=round(y, 1), r=round(height * 0.22, 1), fill="#39434c")
        _halo(scribe, picture, label, round(x + 0.45 * height, 1), round(y + 0.32 * height, 1), height, people > 50_000)
    for ref, point in road_shields(layer_of(findings, "roads")):
        at = gpd.GeoSeries([point], crs=layer_of(findings, "roads").crs).to_crs(WEB_MERCATOR).iloc[0]
        ((x, y),) = frame.units([[at.x, at.y]]).tolist()
        box = (x - 2 * size, y - size, x + 2 * size, y + size)
        if window.holds(x, y, 3 * size) and not any(_overlap(box, other) for other in boxes):
            boxes.append(box)
            style = {"text_anchor": "middle", "fill": "#8a4a1f", "font_size": round(size * 0.8, 1), "klass": "halo"}
            scribe.add(picture, "text", ref, x=round(x, 1), y=round(y + 0.3 * size, 1), **style)


def _halo(scribe: Scribe, picture: Element, label: Words, x: float, y: float, height: float, bold: bool) -> None:  # noqa: FBT001, PLR0913
    style = {"fill": "#1c2730", "font_weight": 650 if bold else 400, "klass": "halo"}
    scribe.add(picture, "text", label, x=x, y=y, font_size=round(height, 1), **style)


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _settlements(findings: Findings, frame: Frame, window: Window) -> list[tuple[Words, float, float, float]]:
    found = []
    for row, geometry in records(_projected(layer_of(findings, "settlements"))):
        point = geometry.representative_point()
        ((x, y),) = frame.units([[point.x, point.y]]).tolist()
        if window.holds(x, y, window.width / 60):
            found.append((names(row, ""), x, y, population(row)))
    return sorted(found, key=lambda place: (-place[3], place[1], place[2]))


def _draw_scale(scribe: Scribe, picture: Element, window: Window, frame: Frame) -> None:
    """A bar of a round number of kilometres, true at the picture's middle."""
    northing = frame.top - (window.top + window.height / 2) * UNIT_M
    units_per_km = 1000.0 * float(np.cosh(northing / 6_378_137.0)) / UNIT_M
    longest = window.width * 0.18 / units_per_km
    km = max(step for step in (1, 2, 5, 10, 20, 50, 100) if step <= max(longest, 1))
    x, y = window.left + window.width * 0.025, window.top + window.height * 0.955
    size = window.width / 80
    path = f"M{x:.1f} {y - size / 2:.1f}v{size / 2:.1f}h{km * units_per_km:.1f}v{-size / 2:.1f}"
    _stroke(scribe, picture, path, "#1c2730", 1.4)
    label: Any = own("km", figure=str(km)) if km < 1000 else numbers(km)
    text = {"x": round(x + size * 0.4, 1), "y": round(y - size * 0.35, 1), "font_size": round(size, 1), "klass": "halo"}
    scribe.add(picture, "text", label, fill="#1c2730", **text)
