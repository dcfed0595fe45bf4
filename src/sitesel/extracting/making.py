"""Layers of a study made of a fetched folder, and written: all of them or none."""

import math
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.errors import LayerError, OutputError
from sitesel.extracting.fields import FIELDS, IRRIGATED, with_fields
from sitesel.extracting.hazards import hazards_in
from sitesel.extracting.official import DISTRICTS, Official, official_totals
from sitesel.extracting.passing import Extract, extract_in, read_extract
from sitesel.extracting.rasters import FROM_COVER, cover_of, credited, rasters_in, with_cover, write_people
from sitesel.extracting.shaping import layers_of
from sitesel.extracting.tagging import tagging
from sitesel.fetching import MANIFEST, Box, Held, day_of, entry_of, held, published_as, sources, write_manifest
from sitesel.fetching.disk import digest
from sitesel.fetching.places import checked_box
from sitesel.outputs.folder import whole_folder
from sitesel.outputs.layer_file import write_geopackage
from sitesel.text import Message

PEOPLE: Final = "population.tif"
_MADE_OF: Final = frozenset({"osm", "population", "heights", "cover", "flood", "faults", "seismic"})
_HEAD: Final = (
    "# Written by `sitesel layers`: what each layer was made of and what is owed for it. Keep it beside the files:\n"
    "# maps made of them take their credits from here.\n"
)


@dataclass(frozen=True)
class Wish:
    """What layers are made of, beside the folder.

    Parameters
    ----------
    box : tuple of float or None
        West, south, east, north in degrees; None: what the extract says that it holds.
    tags : Path or None
        A mapping of tags to layers; None for the package's own.
    working_age_share : float
        Of the settlements' people, 0 to 1; NaN for not known.
    people : Path or None
        Official totals by area, which the raster of people is scaled to.
    """

    box: Box | None = None
    tags: Path | None = None
    working_age_share: float = math.nan
    people: Path | None = None


@dataclass(frozen=True)
class Made:
    """Layers, in memory.

    Parameters
    ----------
    extract : Path
        Of OpenStreetMap: the roads of a study.
    frames : dict of layer to GeoDataFrame
        In degrees; of a layer without rows nothing was found.
    left_out : Counter of (layer, reason)
        What fitted and was not taken.
    box : tuple of float or None
        West, south, east, north in degrees to which all was cut; None where nobody said.
    day : str
        Of the extract's data; empty where it does not tell.
    people : Path or None
        Raster of population that covers the area.
    official : Official or None
        Totals that it is scaled to.
    heights, cover : tuple of Path
        Tiles under it.
    of : dict of layer to Path
        What layers are made of that are of neither the extract nor land cover.
    told : tuple of Message
        What else a planner reads of them.
    unused : tuple of str
        Sources, as ``data/sources.toml`` names them, that lie in the folder and that no layer is made of.
    """

    extract: Path
    frames: dict[str, gpd.GeoDataFrame]
    left_out: "Counter[tuple[str, str]]" = field(default_factory=Counter)
    box: Box | None = None
    day: str = ""
    people: Path | None = None
    official: Official | None = None
    heights: tuple[Path, ...] = ()
    cover: tuple[Path, ...] = ()
    of: dict[str, Path] = field(default_factory=dict)
    told: tuple[Message, ...] = ()
    unused: tuple[str, ...] = ()


def make_layers(folder: Path, wish: Wish | None = None) -> Made:
    """Make every layer that a study can use of a folder that `sitesel fetch` filled.

    Parameters
    ----------
    folder : Path
        Or an extract of OpenStreetMap itself: then of it alone.
    wish : Wish, optional

    Returns
    -------
    Made

    Raises
    ------
    SiteselError
        No extract, several, one that is cut short, or nothing of it in the box.
    """
    wish = wish or Wish()
    if wish.box is not None:
        checked_box(wish.box)
    if not math.isnan(wish.working_age_share) and not 0 <= wish.working_age_share <= 1:
        raise LayerError(f"--working-age-share {wish.working_age_share:g}: give a part of the people, 0 to 1")
    path, mapping = extract_in(folder), tagging(wish.tags)
    extract = read_extract(path, mapping)
    box = wish.box or extract.box
    frames, left_out = layers_of(extract, mapping, box, wish.working_age_share)
    if not any(len(frame) for frame in frames.values()):
        raise LayerError(f"{path.name}: nothing of it lies in the area; see --box and the study's area")
    people, heights, cover = (rasters_in(folder, source, box) for source in ("population", "heights", "cover"))
    if len(people) > 1:
        raise LayerError(f"{folder}: several rasters of people ({', '.join(p.name for p in people)}); leave one there")
    around = box or _around(frames)
    told = _covered(frames, cover, around)
    hazards = hazards_in(folder, around)
    frames |= hazards.frames
    one = people[0] if people else None
    return Made(
        extract=path,
        frames=frames,
        left_out=left_out,
        box=box,
        day=extract.day,
        people=one,
        official=_official(wish.people, extract, one),
        heights=heights,
        cover=cover,
        of=hazards.of,
        told=(*told, *hazards.told),
        unused=tuple(_unused(folder)),
    )


def _around(frames: Mapping[str, gpd.GeoDataFrame]) -> Box:
    """Bounds of all features: the area, where nobody says what it is."""
    bounds = np.array([frame.total_bounds for frame in frames.values() if len(frame)])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _covered(frames: dict[str, gpd.GeoDataFrame], cover: tuple[Path, ...], box: Box) -> list[Message]:
    """Put into the frames what land cover sees, and fields among the ground that may be irrigated."""
    fields = [frames[FIELDS]] if FIELDS in frames else []
    if cover:
        seen = cover_of(cover, box)
        fields.append(seen[FIELDS])
        frames |= {layer: with_cover(layer, frames[layer], seen[layer]) for layer in seen if layer in frames}
    if IRRIGATED not in frames:
        return []
    frames[IRRIGATED], told = with_fields(frames[IRRIGATED], fields, cover, box)
    return told


def _official(table: Path | None, extract: Extract, people: Path | None) -> Official | None:
    if table is None:
        return None
    if people is None:
        raise LayerError(f"{table.name}: totals of people, and no raster to scale to them; fetch it: --only population")
    return official_totals(table, extract.features.get(DISTRICTS), people)


def _unused(folder: Path) -> Iterator[str]:
    listed = {entry.file: entry.source for entry in held(folder)}
    there = set()
    for path in folder.iterdir() if folder.is_dir() else ():
        source = published_as(path.name)
        there.add(listed.get(path.name) or (source.id if source else ""))
    return (source for source in sources() if source in there - _MADE_OF)


def write_layers(made: Made, into: Path) -> list[Path]:
    """Write a GeoPackage a layer, the people's raster and a manifest; a layer without a feature is not written.

    Parameters
    ----------
    made : Made
    into : Path
        Not the fetched folder itself: its manifest stays as it is.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    OutputError
        The folder cannot be written, or is the extract's.
    """
    if into.resolve() == made.extract.parent.resolve():
        raise OutputError(
            f"{into}: holds the extract and its manifest; give another folder, such as --into {into}/layers"
        )
    with whole_folder(into) as staging:  # what an earlier run found goes: it would be taken for today's
        entries = [*_written(made, staging), *_referred(made, into)]
        write_manifest(staging, entries, _HEAD)
    return [*(into / entry.file for entry in entries if "/" not in entry.file), into / MANIFEST]


def _written(made: Made, staging: Path) -> Iterator[Held]:
    of = _entry(made.extract)
    for layer, frame in made.frames.items():
        if len(frame):
            path = staging / f"{layer}.gpkg"
            own = made.of.get(layer)
            origin = _entry(own) if own else _origin(made, frame["id"].str.startswith(FROM_COVER), of)
            owed = {"ATTRIBUTION": f"{origin.attribution} ({origin.licence})"}
            write_geopackage(frame, path, layer=layer, about=owed)
            yield _beside(origin, path)
    if made.people is not None:
        write_people(made.people, made.box, staging / PEOPLE, made.official)
        told = _entry(made.people)
        yield _beside(replace(told, attribution=credited(told, made.official)), staging / PEOPLE)


def _origin(made: Made, seen: pd.Series, of: Held) -> Held:
    """Tell what a layer was made of: the extract, land cover where its rows are seen there, or both."""
    mapped = replace(of, modified=made.day or of.modified)
    if not seen.any():
        return mapped
    cover = _entry(made.cover[0])
    if seen.all():
        return cover
    return replace(
        mapped,
        attribution=f"{mapped.attribution}; {cover.attribution}",
        licence=f"{mapped.licence}; {cover.licence}",
    )


def _beside(origin: Held, path: Path) -> Held:
    """Describe a file made of another: its own name and hash, the other's address and credit."""
    size, content = path.stat().st_size, digest(path, "sha256")
    day = day_of(origin)
    return replace(origin, file=path.name, bytes=size, sha256=content, md5="", etag="", modified=day)


def _referred(made: Made, into: Path) -> Iterator[Held]:
    """Name the files that a study reads where they are: the extract's roads, tiles of heights."""
    for path in (made.extract, *made.heights):
        told = _entry(path)
        day = made.day if path == made.extract else told.modified
        file = Path(os.path.relpath(path.resolve(), into.resolve())).as_posix()
        yield replace(told, file=file, modified=day or told.modified)


def _entry(path: Path) -> Held:
    told = entry_of(path)
    if told is None:  # an extract under a name of its own
        raise LayerError(f"{path.name}: is not named as OpenStreetMap's extracts are; name it {path.stem}.osm.pbf")
    return told
