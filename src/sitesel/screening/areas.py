"""Plots proposed where there is no list: a study's areas screened, and the study carried out on what they offer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.crew import ALONE, Crew
from sitesel.errors import StudyError
from sitesel.findings import Findings, Suitability
from sitesel.layers import ROLES, Grid
from sitesel.measuring import Progress, silent
from sitesel.region import Inputs, Region, read_inputs, survey
from sitesel.region.reading import Given
from sitesel.rules import layers_listed
from sitesel.screening.growing import Wanted, candidates, grid_of_degrees
from sitesel.screening.tiles import Search, scored, search_of, tiles_of
from sitesel.stages import carried_out, source_of
from sitesel.study import ScreenedArea, Screening, Study, Town, study_of
from sitesel.text import LANGUAGES, Message, name_column, names_of, note_in_columns, say

MOST_CELLS: Final = 60_000_000  # of one area: beyond, memory runs short before time does
TOLD: Final = 20
"""Times that is said how many tiles are done."""


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
    crew: Crew = ALONE,
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
    crew : Crew, optional
        Who does what can be done in pieces; what comes out is the same.

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
    wanted = screening_of(asked)
    grids = {part.town: _grid(part, wanted, asked) for part in wanted.areas}
    inputs = read_inputs(asked.study, asked.layers, source_of(asked, layers), progress, without={"plots"})
    region, towns = survey(asked.asked, inputs), {town.id: town for town in asked.towns}
    found = {
        town: _screened(search_of(asked, region, grid, towns[town]), progress, crew) for town, grid in grids.items()
    }
    suitability = tuple(area.suitability for area in found.values())
    told = _told(asked, found.values())
    offered = {town: area.plots for town, area in found.items() if len(area.plots)}
    if not offered:
        return Screened(None, suitability, told)
    plots = gpd.GeoDataFrame(pd.concat(offered.values()), crs=asked.study.crs)
    narrowed = _only(asked, tuple(town for town in asked.towns if town.id in offered))
    carried = carried_out(narrowed, _with_plots(inputs, plots), progress, crew=crew)
    whole = {"asked": asked.model_dump(mode="json")}
    record = {**carried.run, **whole, "screening": {town: area.record for town, area in found.items()}}
    notices = (*told, *carried.notices)
    return Screened(replace(carried, suitability=suitability, run=record, notices=notices), suitability, told)


def screening_of(study: Study) -> Screening:
    """Give what a study asks of a screening.

    Raises
    ------
    StudyError
        Nothing.
    """
    if study.screening is None:
        raise StudyError(
            f"{study.name}: no section [screening]; add one with cell_m, count, apart_km, compact and areas"
        )
    return study.screening


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


def _screened(search: Search, progress: Progress, crew: Crew) -> _Found:
    study, grid, town = search.study, search.grid, search.town
    wanted = screening_of(study)
    name, tiles = town.name.by_language(), tiles_of(grid, wanted.tile_cells)
    progress(Message("screen.rules", {"town": name, "count": grid.shape[0] * grid.shape[1]}))

    def done(count: int) -> None:
        if count * TOLD // len(tiles) > (count - 1) * TOLD // len(tiles):
            progress(Message("screen.tiles", {"town": name, "done": count, "of": len(tiles)}))

    points = np.full(grid.shape, np.nan)
    passing = 0
    for tile, found in zip(tiles, crew.each(scored, search, tiles, done), strict=True):
        passing += found.passing
        found.lay(points, tile)
    need_ha = town.jobs / study.programme.jobs_per_ha
    grown = candidates(grid, points, Wanted(need_ha, wanted.count, 1000 * wanted.apart_km, wanted.compact))
    counted = {
        "cells": int(points.size),
        "passing": passing,
        "scored": int(np.isfinite(points).sum()),
        "proposed": len(grown),
    }
    told = Message("screen.found" if len(grown) else "screen.nothing", {"town": name, **counted})
    record = {**counted, "not_checked": list(search.unchecked), "scores": grown["score"].round(6).tolist()}
    plots = _as_layer(grown, search.region, town, wanted)
    return _Found(Suitability(grid, points, town.id), plots, told, search.unchecked, record)


def _as_layer(grown: gpd.GeoDataFrame, region: Region, town: Town, wanted: Screening) -> gpd.GeoDataFrame:
    """Give what was grown the columns that a layer of plots has."""
    settlements = region.frames["settlements"]
    nearest = settlements.sindex.nearest(grown.geometry.centroid, return_all=False)[1] if len(grown) else []
    called = [
        Message("screen.plot", {"number": rank, "place": names_of(settlements.iloc[place])})
        for rank, place in zip(grown["rank"], nearest, strict=True)
    ]
    told = {
        **{name_column(lang): [say(name, lang) for name in called] for lang in LANGUAGES},
        **note_in_columns(Message("screen.note", {"cell": wanted.cell_m})),
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
