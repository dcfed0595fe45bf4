"""The sheet of the plots chosen together: who comes from where in still pictures, and the tables, for paper."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from sitesel.findings import Findings
from sitesel.outputs.map.cards import title
from sitesel.outputs.map.elements import Element, Scribe, open_sheet, write_sheet, write_table
from sitesel.outputs.map.frame import Window, frame_of, in_mercator
from sitesel.outputs.map.ground import places_of, whole_places
from sitesel.outputs.map.picture import draw_scale, window_picture, write_places
from sitesel.report import programme
from sitesel.report.palette import PALETTE
from sitesel.report.words import Words, fill, numbers, own, words
from sitesel.text import Message

ASPECT: Final = 1.45
LETTERS: Final = 25.0
NARROWEST: Final = 300.0
"""Units: a town whose workers live next door is not shown larger than in some 15 km of map."""

LARGEST: Final = 0.075
"""Radius of the circle of most workers, of a picture's width; the same in all pictures."""

STAR: Final = "M0-9 2.6-3.2 9-2.6 4.2 1.7 5.6 8 0 4.7-5.6 8-4.2 1.7-9-2.6-2.6-3.2Z"


def together_sheet(findings: Findings, scribe: Scribe, reliefs: int) -> Element:
    """Write the sheet.

    Parameters
    ----------
    findings : Findings
        With a programme.
    scribe : Scribe
    reliefs : int
        How many hillshades the shared ground defines.

    Returns
    -------
    Element
    """
    sheet, head = open_sheet(scribe, title(findings), words(Message("programme.title")), "together-sheet")
    for sentence in programme.sureness_of_choice(findings):
        scribe.add(head, "p", words(sentence), klass="sure")
    _pool(findings, scribe, sheet)
    if programme.chosen(findings):
        _pictures(findings, scribe, sheet, reliefs)
        scribe.add(sheet, "p", own("programme.circles"), klass="note")
        write_sheet(programme.town_sheet(findings), scribe, sheet, "chosen")
        for told, klass in (
            (programme.district_sheet(findings), "districts"),
            (programme.combination_sheet(findings), "combinations"),
        ):
            if told.rows:
                scribe.add(sheet, "h3", told.title)
                write_table(told, scribe, sheet, klass)
    return sheet


def _pool(findings: Findings, scribe: Scribe, sheet: Element) -> None:
    facts = scribe.add(sheet, "p", klass="facts")
    for part, figures in programme.pool(findings).items():
        fact = scribe.add(facts, "span")
        scribe.add(fact, "span", own(f"programme.pool.{part}")).tail = " "
        scribe.add(fact, "b", _people(figures[len(figures) // 2])).tail = " "
        if figures[0] != figures[-1]:
            scribe.add(fact, "small", fill("labour.range", low=_people(figures[0]), high=_people(figures[-1])))
        fact.tail = " "


def _people(figure: float | None) -> Words:
    return numbers(float("nan") if figure is None else figure)


def _pictures(findings: Findings, scribe: Scribe, sheet: Element, reliefs: int) -> None:
    whole = scribe.add(sheet, "div", klass="gatherings")
    homes = _homes(findings)
    for town, plot in programme.chosen(findings).items():
        figure = scribe.add(whole, "figure")
        figure.append(_picture(findings, homes, town, scribe, reliefs))
        caption = scribe.add(figure, "figcaption")
        scribe.add(caption, "b", programme.town_name(findings, town))
        scribe.add(caption, "span", programme.plot_name(findings, plot))


def _homes(findings: Findings) -> pd.DataFrame:
    """Who works where, with the place of each home on the ground, most workers first."""
    places = in_mercator(places_of(findings)).geometry.representative_point()
    xy = frame_of(findings).units(shapely.get_coordinates(places))
    at = pd.DataFrame(xy, index=places.index, columns=["x", "y"])
    homes = whole_places(findings, programme.middle(findings).workers).join(at, on="settlement", how="inner")
    return homes.sort_values(["workers", "settlement"], ascending=[False, True])


def _window(places: npt.NDArray[np.float64]) -> Window:
    (left, top), (right, bottom) = places.min(axis=0), places.max(axis=0)
    width = max(NARROWEST, 1.35 * (right - left), 1.4 * (bottom - top) * ASPECT)
    height = width / ASPECT
    corner = round((left + right - width) / 2), round((top + bottom - height) / 2)
    return Window(*corner, round(width), round(height), LETTERS)


def _picture(findings: Findings, homes: pd.DataFrame, town: str, scribe: Scribe, reliefs: int) -> Element:
    frame = frame_of(findings)
    here = homes[(homes["kind"] == "town") & (homes["employer"] == town)]
    x, y = frame.at(in_mercator(findings.plots).geometry[programme.chosen(findings)[town]])
    window = _window(np.vstack([here[["x", "y"]].to_numpy(), [[x, y]]]))
    picture = window_picture(window, programme.town_name(findings, town), scribe, reliefs)
    colour = programme.colour_of(findings, town)
    style = {"stroke": colour, "stroke_width": 1.6, "vector_effect": "non-scaling-stroke"}
    for at_x, at_y in here[["x", "y"]].itertuples(index=False):
        line = {"x1": round(at_x, 1), "y1": round(at_y, 1), "x2": round(x, 1), "y2": round(y, 1)}
        scribe.add(picture, "line", **line, **style)
    for circle in _circles(findings, homes, window):
        rim = {"stroke": "#ffffff", "stroke_width": round(window.width / 300, 2)}
        scribe.add(picture, "circle", fill_opacity=0.78, **rim, **circle)
    write_places(findings, scribe, picture, window, [(x, y)])
    scale = window.letter / 8
    mark = scribe.add(picture, "g", transform=f"translate({x:.1f} {y:.1f}) scale({scale:.3f})")
    scribe.add(mark, "circle", r=13, fill=colour, stroke="#ffffff", stroke_width=2.5)
    scribe.add(mark, "path", d=STAR, fill="#ffffff")
    draw_scale(scribe, picture, window, frame)
    return picture


def _circles(findings: Findings, homes: pd.DataFrame, window: Window) -> Iterator[dict[str, object]]:
    """Circles of those who live in a window, for each employer; the smaller lie on the larger."""
    most = float(homes.groupby("settlement")["workers"].sum().max()) if len(homes) else 1.0
    for kind, employer, workers, x, y in homes[["kind", "employer", "workers", "x", "y"]].itertuples(index=False):
        if window.holds(x, y):
            colour = programme.colour_of(findings, employer) if kind == "town" else PALETTE["towns"]["others"]
            radius = max(LARGEST * float(np.sqrt(workers / most)), 0.012) * window.width
            yield {"cx": round(x, 1), "cy": round(y, 1), "r": round(radius, 1), "fill": colour}
