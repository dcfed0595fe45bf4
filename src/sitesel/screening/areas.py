"""Plots proposed where there is no list: a study's areas screened, and the study carried out on what they offer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.decision import score
from sitesel.errors import StudyError
from sitesel.findings import Findings, Suitability, valued
from sitesel.layers import ROLES, Grid
from sitesel.layers.grid import Grid2D, Mask
from sitesel.measuring import Progress, measure, silent
from sitesel.region import Inputs, Outlines, Region, read_inputs, survey
from sitesel.region.homes import home_country
from sitesel.region.reading import DRAWN, Given
from sitesel.rules import cells_judged, layers_listed, reach_of, rule_layers
from sitesel.screening.growing import Wanted, candidates, grid_of_degrees
from sitesel.stages import carried_out, source_of
from sitesel.study import ScreenedArea, Screening, Study, Town, study_of
from sitesel.text import LANGUAGES, Message, name_column, names_of, say

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


def screen(
    study: Study | Path | str | dict[str, Any],
    progress: Progress = silent,
    *,
    layers: Mapping[str, Given] | None = None,
) -> Screened:
    """Propose plots in the areas of a study's section ``[screening]``, and rank them as the study ranks its own.

    Parameters
    ----------
    study : Study, Path, str or dict
        As :func:`sitesel.stages.run` takes it; its layer of plots is not read.
    progress : callable of Message, optional
        Told what is being done.
    layers : mapping of str to GeoDataFrame or MultiDiGraph, optional
        Layers held in memory, in place of files.

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
    asked = study_of(study)
    if asked.screening is None:
        raise StudyError(
            f"{asked.name}: no section [screening]; add one with cell_m, count, apart_km, compact and areas"
        )
    grids = {part.town: _grid(part, asked.screening, asked) for part in asked.screening.areas}
    inputs = read_inputs(asked.study, asked.layers, source_of(asked, layers), progress, without={"plots"})
    ground = _Ground(asked, asked.screening, survey(asked.asked, inputs))
    towns = {town.id: town for town in asked.towns}
    found = {town: _screened(ground, grid, towns[town], progress) for town, grid in grids.items()}
    suitability = tuple(area.suitability for area in found.values())
    told = _told(asked, found.values())
    offered = {town: area.plots for town, area in found.items() if len(area.plots)}
    if not offered:
        return Screened(None, suitability, told)
    plots = gpd.GeoDataFrame(pd.concat(offered.values()), crs=asked.study.crs)
    narrowed = _only(asked, tuple(town for town in asked.towns if town.id in offered))
    carried = carried_out(narrowed, _with_plots(inputs, plots), progress)
    whole = {"asked": asked.model_dump(mode="json")}
    record = {**carried.run, **whole, "screening": {town: area.record for town, area in found.items()}}
    notices = (*told, *carried.notices)
    return Screened(replace(carried, suitability=suitability, run=record, notices=notices), suitability, told)


@dataclass(frozen=True)
class _Ground:
    """On what plots are looked for, and how."""

    study: Study
    wanted: Screening
    region: Region


def _with_plots(inputs: Inputs, plots: gpd.GeoDataFrame) -> Inputs:
    return replace(inputs, frames=inputs.frames | {"plots": plots})


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
    open_ = (
        (Message("screen.unchecked", {"layers": layers_listed(unchecked, study.rules.all(study.study.country))}),)
        if unchecked
        else ()
    )
    named = (Message("screen.rules_by_name"),) if study.programme.fixed or study.programme.excluded else ()
    return (*(area.told for area in areas), *open_, *named)


def _only(study: Study, towns: tuple[Town, ...]) -> Study:
    """Keep the towns that something was found for; what a study says of its own plots by name is not said of these."""
    kept = {town.id for town in towns}
    phases = study.programme.phases and tuple(town for town in study.programme.phases if town in kept)
    programme = study.programme.model_copy(update={"fixed": {}, "excluded": (), "phases": phases})
    return study.model_copy(update={"towns": towns, "programme": programme})  # keeps its file's name


def _screened(ground: _Ground, grid: Grid, town: Town, progress: Progress) -> _Found:
    study, wanted = ground.study, ground.wanted
    name = town.name.by_language()
    progress(Message("screen.rules", {"town": name, "count": grid.shape[0] * grid.shape[1]}))
    passes, unchecked = _allowed(ground, grid, town)
    progress(Message("screen.roads", {"town": name, "count": int(passes.sum())}))
    need_ha = town.jobs / study.programme.jobs_per_ha
    cells = _cells(ground, grid, passes, town)
    passes = passes.copy()
    reached = _reached(cells)
    passes[passes] = reached
    points: Grid2D = np.full(grid.shape, np.nan)
    if passes.any():
        points[passes] = _scored(ground, cells, progress)[reached]
    grown = candidates(grid, points, passes, Wanted(need_ha, wanted.count, 1000 * wanted.apart_km, wanted.compact))
    counted = {
        "cells": int(passes.size),
        "passing": int(passes.sum()),
        "scored": int(np.isfinite(points).sum()),
        "proposed": len(grown),
    }
    told = Message("screen.found" if len(grown) else "screen.nothing", {"town": name, **counted})
    record = {**counted, "not_checked": list(unchecked), "scores": grown["score"].round(6).tolist()}
    plots = _as_layer(grown, ground.region, town, wanted)
    return _Found(Suitability(grid, points, town.id), plots, told, unchecked, record)


def _cells(ground: _Ground, grid: Grid, chosen: Mask, town: Town) -> Outlines:
    """Cells as plots of their own outline, with a gate at each corner, at the nearest road and where a road crosses.

    What is left to build on is that of the plot which is grown until it is large enough: so many whole cells.
    """
    need_ha = town.jobs / ground.study.programme.jobs_per_ha
    grown_ha = np.ceil(need_ha / grid.cell_ha - 1e-9) * grid.cell_ha
    frame = gpd.GeoDataFrame(geometry=grid.boxes(chosen), crs=grid.crs).assign(
        town=town.id,
        jobs=float(town.jobs),
        need_ha=need_ha,
        production=town.production,
        usable_ha=grown_ha,
        rectangle_ha=grown_ha,
    )
    return ground.region.outlines(frame, ground.study.modes, max(grid.cell_m), all_reached=False)


def _reached(cells: Outlines) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Cells that the roads of every mode of the study reach: a plot there can be measured."""
    there = np.ones(len(cells.frame), dtype=bool)
    for places in cells.places.values():
        there &= np.isin(np.arange(len(there)), np.asarray(places.ids)[np.unique(places.place)])
    return there


def _scored(ground: _Ground, cells: Outlines, progress: Progress) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Score cells as plots are scored; NaN where too little is known of one to rank it."""
    study = ground.study
    measured = measure(study, ground.region, cells, progress, told=False)
    nowhere = pd.Series(np.zeros(len(cells.index)), index=cells.index).astype(bool)
    counted, _, gates = valued(study, measured, cells.frame, nowhere)
    points = score(counted, study.indicator_table()["weight"])
    return np.asarray(points.where(gates["gate"].isna()), dtype=np.float64)


def _allowed(ground: _Ground, grid: Grid, town: Town) -> tuple[Mask, tuple[str, ...]]:
    """Hold the cells against rules, border, and ground that is taken; and name the layers that were not given."""
    frames, rules = ground.region.frames, ground.study.rules.all(ground.study.study.country)
    passes, _, open_rules = cells_judged(grid, rule_layers(frames), rules, town.production)
    passes = passes & _at_home(grid, frames["border"], frames["settlements"])
    crossing = frames["roads"]["highway"].isin(list(DRAWN))  # no plot lies on both sides of a main road
    passes &= ~grid.touched(frames["roads"].geometry[crossing])
    for name in OCCUPIED:
        if name in frames:
            passes &= ~reach_of(frames[name], 0.0).certain.cells(grid)
    missing = [rules[rule].layer for rule in open_rules] + [name for name in OCCUPIED if name not in frames]
    return passes, tuple(dict.fromkeys(missing))


def _at_home(grid: Grid, border: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame) -> Mask:
    """Cells wholly in the settlements' country."""
    home = home_country(border, settlements)
    if home.empty:
        return np.ones(grid.shape, dtype=bool)
    return grid.touched(home, wholly=False) & ~grid.touched(home.boundary)


def _as_layer(grown: gpd.GeoDataFrame, region: Region, town: Town, wanted: Screening) -> gpd.GeoDataFrame:
    """Give what was grown the columns that a layer of plots has."""
    settlements = region.frames["settlements"]
    nearest = settlements.sindex.nearest(grown.geometry.centroid, return_all=False)[1] if len(grown) else []
    called = [
        Message("screen.plot", {"number": rank, "place": names_of(settlements.iloc[place])})
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
