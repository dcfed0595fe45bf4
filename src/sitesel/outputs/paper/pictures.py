"""Pictures of the report: each an SVG of its own, drawn as the page's still pictures are."""

import re
from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Final

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from sitesel.findings import Findings, Relief
from sitesel.layers.grid import Grid2D
from sitesel.outputs.map.elements import Element, Scribe, markup, root
from sitesel.outputs.map.frame import UNIT_M, Window, frame_of, in_mercator
from sitesel.outputs.map.ground import layer_of, lines_of, polygons
from sitesel.outputs.map.picture import (
    draw_scale,
    ground_picture,
    spread,
    town_picture,
    window_of,
    window_picture,
    write_places,
)
from sitesel.outputs.map.relief import WEB_MERCATOR, hillshade
from sitesel.report.answer import Answer
from sitesel.report.palette import PALETTE, rank_colours
from sitesel.report.programme import town_name
from sitesel.report.ranking import ordered, plot_names
from sitesel.report.words import Words, as_is
from sitesel.schema import VIEWS

FONT: Final = "Libertinus Serif"
NARROWEST: Final = 240.0
"""Units: the ground about a plot is shown no larger than some 12 km of map across."""

_UNSEEN: Final = re.compile("[\u2028\u2029\ufffe\uffff]")
"""What XML or no font can hold."""
_STYLE: Final = (
    f"text{{font-family:'{FONT}'}}"
    f".halo{{paint-order:stroke;stroke:{PALETTE['ink']['halo']};stroke-width:.26em;stroke-linejoin:round}}"
)


def of_answer(findings: Findings, answer: Answer, lang: str, aspect: float) -> str:
    """Draw where a town's first plot and those lie that could be first instead, each with its rank.

    Parameters
    ----------
    findings : Findings
    answer : Answer
        With a plot.
    lang : {"en", "ru", "ky"}
    aspect : float
        Width to height.

    Returns
    -------
    str
        SVG.
    """
    named = dict.fromkeys(filter(None, [answer.plot, answer.runner_up, *answer.others, answer.together]))
    plots = findings.plots.loc[list(named)]
    window = replace(_about(findings, plots.geometry.tolist(), aspect), letters=25.0)
    drawn, size = _Picture(findings, window, town_name(findings, answer.town), lang, 220.0), window.letter
    spots = shapely.get_coordinates(in_mercator(plots).representative_point())
    places = frame_of(drawn.near).units(spots)
    moved = spread(places, 1.7 * size)
    drawn.places([(x, y) for x, y in moved.tolist()])
    ranks = findings.decision.ranking["rank"].reindex(plots.index)
    ranked = int(findings.decision.ranking.loc[findings.decision.ranking["town"] == answer.town, "rank"].count())
    for rank, (x, y), (x0, y0) in reversed(list(zip(ranks, moved.tolist(), places.tolist(), strict=True))):
        fill, ink = rank_colours(int(rank), ranked)
        if (x, y) != (x0, y0):
            drawn.add("line", x1=x0, y1=y0, x2=x, y2=y, stroke=PALETTE["ink"]["dark"], stroke_width=drawn.pixel)
        drawn.add("circle", cx=x, cy=y, r=0.75 * size, fill=fill, stroke="#ffffff", stroke_width=drawn.pixel)
        at = {"x": x, "y": y + 0.34 * size, "font_size": 0.95 * size, "text_anchor": "middle"}
        drawn.add("text", as_is(int(rank)), fill=ink, font_weight=700, **at)
    return drawn.text()


def of_town(findings: Findings, town: str, lang: str) -> str:
    """Draw the plots of a town with their ranks, as the page's still picture does."""
    plots = findings.plots.loc[ordered(findings, town, in_detail=True).index]
    drawn = _Picture(findings, window_of(plots, frame_of(findings)), town_name(findings, town), lang)
    drawn.svg.extend(list(town_picture(findings, town, drawn.scribe, 0))[3:])  # its title, paper and ground are there
    return drawn.text()


def of_plot(findings: Findings, plot: str, lang: str, aspect: float) -> str:
    """Draw a plot with the routes that would join it to the networks."""
    outline = findings.plots.geometry.to_dict()[plot]
    routes = list(_routes(findings, plot))
    window = replace(_about(findings, [outline, *(line for _, line in routes)], aspect, NARROWEST), letters=30.0)
    drawn = _Picture(findings, window, plot_names(findings)[plot], lang, 330.0)
    frame = frame_of(drawn.near)
    crs, scale = findings.plots.crs, drawn.pixel
    for network, line in routes:
        look = PALETTE["networks"].get(network, PALETTE["networks"]["other"])
        dashes = " ".join(f"{float(one) * scale:.1f}" for one in look.get("dashes", "").split())
        for part in lines_of(gpd.GeoSeries([line], crs=crs).to_crs(WEB_MERCATOR).iloc[0]):
            path = _path(frame.units(shapely.get_coordinates(part)))
            fixed = {"d": path, "fill": "none", "stroke_linejoin": "round"}
            drawn.add("path", stroke="#ffffff", stroke_width=(float(look["width"]) + 2) * scale, **fixed)
            more = {"stroke_dasharray": dashes} if dashes else {}
            drawn.add("path", stroke=look["colour"], stroke_width=float(look["width"]) * scale, **fixed, **more)
    for rings in polygons(gpd.GeoSeries([outline], crs=crs).to_crs(WEB_MERCATOR).iloc[0]):
        path = "".join(f"{_path(frame.units(shapely.get_coordinates(ring)))}z" for ring in rings)
        fill = {"fill": PALETTE["rank"]["ramp"][0], "fill_opacity": 0.75, "stroke": PALETTE["rank"]["inks"][1]}
        drawn.add("path", d=path, stroke_width=1.5 * scale, **fill)
    at = frame.at(gpd.GeoSeries([outline], crs=crs).to_crs(WEB_MERCATOR).iloc[0])
    drawn.places([at])
    return drawn.text()


def of_range(
    possible: tuple[float, float] | None, likely: tuple[float, float] | None, score: float, label: Words, lang: str
) -> str:
    """Draw of 100 points all that is possible, nine draws of ten, and the score."""
    scribe, gauge = Scribe(lang, switchable=False), PALETTE["gauge"]
    svg = root("svg", viewBox="-3 0 106 8", xmlns="http://www.w3.org/2000/svg")
    scribe.add(svg, "title", label)
    for ends, width, colour in (((0.0, 100.0), 0.4, "track"), (possible, 0.8, "possible"), (likely, 2.6, "likely")):
        if ends is not None:
            line = {"x1": ends[0], "x2": ends[1], "y1": 4, "y2": 4}
            scribe.add(svg, "line", stroke=gauge[colour], stroke_width=width, **line)
    dot = {"fill": PALETTE["ink"]["dark"], "stroke": "#ffffff", "stroke_width": 0.5}
    scribe.add(svg, "circle", cx=score, cy=4, r=1.7, **dot)
    return markup(svg)


class _Picture:
    """A picture that has its own ground within."""

    def __init__(self, findings: Findings, window: Window, title: Words, lang: str, wide: float = 660.0) -> None:
        self.scribe, self.pixel = Scribe(lang, switchable=False), window.width / wide
        self.window, self.near = window, _within(findings, window)
        shades = {name: hillshade(relief) for name, relief in self.near.relief.items()}
        ground = ground_picture(self.near, shades, self.scribe)
        self.svg = window_picture(window, title, self.scribe, len(shades))
        self.svg.set("xmlns", "http://www.w3.org/2000/svg")
        self.svg.insert(0, ground[0])
        self.scribe.add(self.svg, "style", _STYLE)

    def add(self, tag: str, text: Words | None = None, /, **attributes: object) -> None:
        """Add an element, numbers with a decimal."""
        told = {name: f"{one:.1f}" if isinstance(one, float) else one for name, one in attributes.items()}
        self.scribe.add(self.svg, tag, text, **told)

    def places(self, taken: list[tuple[float, float]]) -> None:
        """Write names of places and the scale; places that are taken stay clear."""
        write_places(self.near, self.scribe, self.svg, self.window, taken)
        draw_scale(self.scribe, self.svg, self.window, frame_of(self.near))

    def text(self) -> str:
        """Write it, lines as wide as they would be in the page: paper knows no pixels."""
        for element in self.svg.iter():
            if element.attrib.pop("vector-effect", None):
                _widen(element, self.pixel)
        return _UNSEEN.sub(" ", markup(self.svg))


def _widen(element: Element, by: float) -> None:
    for name in ("stroke-width", "stroke-dasharray"):
        if name in element.attrib:
            widths = (float(one) * by for one in element.attrib[name].split())
            element.set(name, " ".join(f"{one:.2f}" for one in widths))


def _path(units: Grid2D) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in units.tolist())


def _about(findings: Findings, shapes: list[BaseGeometry], aspect: float, narrowest: float = 480.0) -> Window:
    """Make a window onto shapes in the study's CRS, with some ground around them."""
    bounds = gpd.GeoSeries(shapes, crs=findings.plots.crs).to_crs(WEB_MERCATOR).total_bounds
    (x, y), (to_x, to_y) = frame_of(findings).units([[bounds[0], bounds[3]], [bounds[2], bounds[1]]]).tolist()
    width = max(narrowest, (to_x - x) * 1.3, (to_y - y) * 1.3 * aspect)
    height = width / aspect
    return Window(round((x + to_x - width) / 2), round((y + to_y - height) / 2), round(width), round(height))


def _routes(findings: Findings, plot: str) -> Iterable[tuple[str, BaseGeometry]]:
    """Give a plot's routes as they are where unknown spare capacity is enough, else as they are where it is none."""
    joined = findings.connections.joined
    mine = joined[joined["plot"] == plot] if len(joined) else joined
    seen: set[Hashable] = set()
    for view in VIEWS if len(mine) else ():
        there = mine[mine["view"] == view]
        for network, line in zip(there["network"], there.geometry, strict=True):
            if network not in seen and line is not None and line.length:
                seen.add(network)
                yield str(network), line


def _within(findings: Findings, window: Window) -> Findings:
    """Leave of the layers and of heights what a window shows."""
    frame = frame_of(findings)
    left, top = frame.left + UNIT_M * window.left, frame.top - UNIT_M * window.top
    box = shapely.box(left, top - UNIT_M * window.height, left + UNIT_M * window.width, top)
    seen = gpd.GeoSeries([box], crs=WEB_MERCATOR)
    bounds, layers = seen.to_crs(findings.plots.crs).total_bounds, {}
    for name in ("roads", "border", "settlements", "gateways", "utilities"):
        layer = layer_of(findings, name)
        near = layer.iloc[layer.sindex.query(shapely.box(*bounds))] if len(layer) else layer
        layers[name] = near.set_geometry(near.geometry.clip_by_rect(*bounds)) if name == "roads" else near
    heights = ((name, _cut(relief, seen.to_crs(relief.crs).total_bounds)) for name, relief in findings.relief.items())
    relief = {name: cut for name, cut in heights if cut is not None}
    return replace(findings, layers={**findings.layers, **layers}, relief=relief)


def _cut(relief: Relief, bounds: Iterable[float]) -> Relief | None:
    """Leave the cells of a relief within bounds of its CRS; None where there are none."""
    west, south, east, north = bounds
    rows, columns = relief.metres.shape
    (left, top), (right, bottom) = (~relief.transform * corner for corner in ((west, north), (east, south)))
    first, last = max(0, int(left) - 1), min(columns, int(right) + 2)
    upper, lower = max(0, int(top) - 1), min(rows, int(bottom) + 2)
    if min(last - first, lower - upper) < 2:  # noqa: PLR2004 -- a slope takes two cells
        return None
    shifted = relief.transform * relief.transform.translation(first, upper)
    return Relief(relief.metres[upper:lower, first:last], shifted, relief.crs)
