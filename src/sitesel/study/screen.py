"""Plots proposed where there is no list: a study's areas screened, and the study carried out on what they offer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sitesel import weights
from sitesel.errors import StudyError
from sitesel.findings import Findings, Suitability
from sitesel.i18n import LANGUAGES, Message, name_column, say
from sitesel.layers import ROLES, Grid
from sitesel.layers.grid import Grid2D, Mask
from sitesel.screening import Wanted, candidates, cells_judged, grid_of_degrees, score_cells
from sitesel.study.cells import Cells, measure_cells
from sitesel.study.homes import home_country
from sitesel.study.inputs import DRAWN, read_inputs
from sitesel.study.measuring import Terrain, label, names
from sitesel.study.models import ScreenedArea, Screening, Study, Town
from sitesel.study.reading import load_study
from sitesel.study.run import Progress, by_language, carried_out, silent
from sitesel.study.usable import layers_listed, rule_layers, study_rules

MOST_CELLS: Final = 2_000_000  # of one area: beyond, memory runs short before time does
OCCUPIED: Final = ("built_up", "rivers")  # layers whose ground is no plot, whatever the rules say


@dataclass(frozen=True)
class Screened:
    """What a screening found.

    Parameters
    ----------
    findings : Findings or None
        The study carried out on the plots proposed; None where no area offers any.
    suitability : tuple of Suitability
        One an area.
    told : tuple of Message
        What was found in each area, and what could not be checked.
    """

    findings: Findings | None
    suitability: tuple[Suitability, ...]
    told: tuple[Message, ...]


@dataclass(frozen=True)
class _Found:
    """One area screened; ``plots`` as the layer of plots has them."""

    suitability: Suitability
    plots: gpd.GeoDataFrame
    told: Message
    unchecked: tuple[str, ...]
    record: dict[str, Any]


def screen(study_file: Path, progress: Progress = silent) -> Screened:
    """Propose plots in the areas of a study's section ``[screening]``, and rank them as the study ranks its own.

    Parameters
    ----------
    study_file : Path
        TOML; its layer of plots is not read.
    progress : callable of Message, optional
        Told what is being done.

    Returns
    -------
    Screened

    Raises
    ------
    StudyError
        No section ``[screening]``, or more cells than can be held.
    SiteselError
        The study or a layer cannot be used; one line a fault.
    """
    study = load_study(study_file)
    if study.screening is None:
        raise StudyError(
            f"{study_file.name}: no section [screening]; add one with cell_m, count, apart_km, compact and areas"
        )
    grids = {part.town: _grid(part, study.screening, study) for part in study.screening.areas}
    inputs = read_inputs(study, study_file.resolve().parent, progress, without={"plots"})
    terrain = Terrain(study, inputs)
    towns = {town.id: town for town in study.towns}
    found = {town: _screened(terrain, grid, towns[town], progress) for town, grid in grids.items()}
    suitability = tuple(area.suitability for area in found.values())
    told = _told(study, found.values())
    offered = {town: area.plots for town, area in found.items() if len(area.plots)}
    if not offered:
        return Screened(None, suitability, told)
    plots = gpd.GeoDataFrame(pd.concat(offered.values()), crs=study.study.crs)
    narrowed = _only(study, tuple(town for town in study.towns if town.id in offered), _in_conflict(plots))
    carried = carried_out(
        Terrain(narrowed, replace(inputs, frames=inputs.frames | {"plots": plots})), study_file, progress
    )
    record = {**carried.run, "screening": {town: area.record for town, area in found.items()}}
    notices = (*told, *carried.notices)
    return Screened(replace(carried, suitability=suitability, run=record, notices=notices), suitability, told)


def _grid(part: ScreenedArea, wanted: Screening, study: Study) -> Grid:
    grid = grid_of_degrees(part.area, study.study.crs, wanted.cell_m)
    cells = grid.shape[0] * grid.shape[1]
    if cells > MOST_CELLS:
        raise StudyError(
            f"screening.areas.{part.town}: {cells:,} cells of {wanted.cell_m:g} m, more than {MOST_CELLS:,}; "
            "make cell_m larger or the area smaller"
        )
    return grid


def _told(study: Study, found: Iterable[_Found]) -> tuple[Message, ...]:
    areas = tuple(found)
    unchecked = dict.fromkeys(layer for area in areas for layer in area.unchecked)
    open_ = (Message("screen.unchecked", {"layers": layers_listed(unchecked)}),) if unchecked else ()
    named = (Message("screen.rules_by_name"),) if study.programme.fixed or study.programme.excluded else ()
    return (*(area.told for area in areas), *open_, *named)


def _in_conflict(plots: gpd.GeoDataFrame) -> tuple[tuple[str, str], ...]:
    """Name pairs of plots that share ground: areas of two towns may overlap, and each takes the best there is."""
    one, other = plots.sindex.query(plots.geometry, predicate="intersects")
    outlines = plots.geometry.to_numpy()
    both = (one < other) & (shapely.area(shapely.intersection(outlines[one], outlines[other])) > 0)
    return tuple(
        (str(plots.index[a]), str(plots.index[b])) for a, b in sorted(zip(one[both], other[both], strict=True))
    )


def _only(study: Study, towns: tuple[Town, ...], excluded: tuple[tuple[str, str], ...]) -> Study:
    """Keep the towns that something was found for; what a study says of its own plots by name is not said of these."""
    kept = {town.id for town in towns}
    phases = study.programme.phases and tuple(town for town in study.programme.phases if town in kept)
    programme = study.programme.model_copy(update={"fixed": {}, "excluded": excluded, "phases": phases})
    return study.model_copy(update={"towns": towns, "programme": programme})


def _screened(terrain: Terrain, grid: Grid, town: Town, progress: Progress) -> _Found:
    study, wanted = terrain.study, terrain.study.screening
    assert wanted is not None  # noqa: S101 -- asked for by screen()
    name = by_language(town.name)
    progress(Message("screen.rules", {"town": name, "count": grid.shape[0] * grid.shape[1]}))
    passes, unchecked = _allowed(terrain, grid, town)
    progress(Message("screen.roads", {"town": name, "count": int(passes.sum())}))
    cells = Cells(terrain, grid, passes, town)
    passes = cells.reached()
    score: Grid2D = np.full(grid.shape, np.nan)
    if passes.any():
        found, _ = score_cells(*_measured(cells, progress), known_from=study.study.rankable_from)
        score[passes] = found[passes]
    grown = candidates(grid, score, passes, Wanted(cells.need_ha, wanted.count, 1000 * wanted.apart_km, wanted.compact))
    counted = {
        "cells": int(passes.size),
        "passing": int(passes.sum()),
        "scored": int(np.isfinite(score).sum()),
        "proposed": len(grown),
    }
    told = Message("screen.found" if len(grown) else "screen.nothing", {"town": name, **counted})
    record = {**counted, "not_checked": list(unchecked), "scores": grown["score"].round(6).tolist()}
    plots = _as_layer(grown, terrain, town, wanted)
    return _Found(Suitability(grid, score, town.id), plots, told, unchecked, record)


def _allowed(terrain: Terrain, grid: Grid, town: Town) -> tuple[Mask, tuple[str, ...]]:
    """Hold the cells against rules, border, and ground that is taken; and name the layers that were not given."""
    frames = terrain.inputs.frames
    rules = study_rules(terrain.study)
    passes, _, open_rules = cells_judged(grid, rule_layers(frames), rules, town.production)
    passes = passes & _at_home(grid, frames["border"], frames["settlements"])
    crossing = frames["roads"]["highway"].isin(list(DRAWN))  # no plot lies on both sides of a main road
    passes &= ~grid.touched(frames["roads"].geometry[crossing])
    for name in OCCUPIED:
        if name in frames:
            passes &= ~grid.touched(frames[name].geometry)
    missing = [rules[rule].layer for rule in open_rules] + [name for name in OCCUPIED if name not in frames]
    return passes, tuple(dict.fromkeys(missing))


def _at_home(grid: Grid, border: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame) -> Mask:
    """Cells wholly in the settlements' country."""
    home = home_country(border, settlements)
    if home.empty:
        return np.ones(grid.shape, dtype=bool)
    return grid.touched(home, wholly=False) & ~grid.touched(home.boundary)


def _measured(cells: Cells, progress: Progress) -> tuple[dict[str, Any], dict[str, Any], Mapping[str, float]]:
    """Measure all indicators; with their value functions and weights, as the score takes them."""
    study = cells.terrain.study
    measures = {}
    for indicator in study.indicators:
        progress(Message("progress.measuring", {"indicator": label(indicator)}))
        measures[indicator.id] = measure_cells(indicator, cells)
    within = pd.Series({part.id: part.weight for part in study.indicators})
    criterion = pd.Series({part.id: part.criterion for part in study.indicators})
    whole = weights.of_the_whole(study.weights, within, criterion)
    return measures, {part.id: part.value for part in study.indicators}, {str(name): w for name, w in whole.items()}


def _as_layer(grown: gpd.GeoDataFrame, terrain: Terrain, town: Town, wanted: Screening) -> gpd.GeoDataFrame:
    """Give what was grown the columns that a layer of plots has."""
    settlements = terrain.inputs.frames["settlements"]
    nearest = settlements.sindex.nearest(grown.geometry.centroid, return_all=False)[1] if len(grown) else []
    called = [
        Message("screen.plot", {"number": rank, "place": names(settlements.iloc[place])})
        for rank, place in zip(grown["rank"], nearest, strict=True)
    ]
    note = Message("screen.note", {"cell": wanted.cell_m})
    told = {
        **{name_column(lang): [say(name, lang) for name in called] for lang in LANGUAGES},
        **{"note" if lang == "en" else f"note_{lang}": say(note, lang) for lang in LANGUAGES},
        "town": town.id,
        "area_ha": grown["area_ha"].to_numpy(),
        "outline": "indicative",
        "source": f"proposed by screening: cells of {wanted.cell_m:g} m scored by this study, no offer of land",
        "confidence": "low",
    }
    ids = pd.Index([f"{town.id}-s{rank:02d}" for rank in grown["rank"]], name="id")
    empty = {
        column: np.nan if kind.kind == "number" else None
        for column, kind in ROLES["plots"].columns.items()
        if column not in told
    }
    return gpd.GeoDataFrame(told | empty, index=ids, geometry=grown.geometry.to_numpy(), crs=grown.crs)
