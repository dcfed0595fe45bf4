"""The layers of a study, brought in at one door."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely import box

from sitesel.errors import LayerError, SiteselError
from sitesel.fetching import day_of, entry_of, published_as
from sitesel.layers import (
    ROLES,
    Relief,
    embedded_catalogue,
    embedded_file,
    heights_at,
    read_relief,
    read_vector,
)
from sitesel.layers.door import why_no_file
from sitesel.layers.precision import as_drawn
from sitesel.layers.raster import refuse_unlike
from sitesel.layers.vector import checked
from sitesel.network import Extract, to_lines, user_cache_folder
from sitesel.network.lines import overlong, row_of, single_parts, stretch
from sitesel.network.noding import noded, unmet
from sitesel.region.settings import BARE, Layers, Where
from sitesel.region.twice import held_twice
from sitesel.text import Message

DRAWN: Final = ("motorway", "trunk", "primary", "secondary")  # of an extract; all its streets would drown a map
SPEEDS: Final = ("maxspeed", "max_speed", "speed", "speed_kph", "speed_kmh")  # columns that a layer of lines may have
TRUE_TO: Final = 0.001  # metres of the study's CRS to metres on the ground
STRETCHED: Final = 2.0  # as long as drawn, in the middle of all roads; drawn simply, those of mountains stay below
FAR_KM: Final = 300.0  # a layer that begins so far from every plot is of another place
IN_MEMORY: Final = "(in memory)"
"""What a record says in place of the file of a layer that had none."""
Given: TypeAlias = gpd.GeoDataFrame | nx.MultiDiGraph
"""A layer held in memory: features, or a road network in OSMnx's conventions."""
_UNRATED: Final = {"quality": "unrated", "why": ""}


@dataclass(frozen=True)
class Inputs:
    """The layers of a study, checked and projected.

    Parameters
    ----------
    frames : mapping of str to GeoDataFrame
        By layer, in the study's CRS.
    relief : mapping of str to Relief
        By elevation layer.
    files : mapping of str to Path
        By layer.
    graphs : mapping of str to MultiDiGraph
        ``roads``, where they were given as a network.
    extracts : mapping of str to Extract
        ``roads``, where they are an OpenStreetMap file.
    digests : mapping of str to {"file", "sha256"}
        By layer: its name and what was read, so that a result can be traced to its inputs.
    notices : tuple of Message
    """

    frames: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    relief: dict[str, Relief] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    graphs: dict[str, nx.MultiDiGraph] = field(default_factory=dict)
    extracts: dict[str, Extract] = field(default_factory=dict)
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    notices: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """From where layers are read.

    Parameters
    ----------
    folder : Path
        Where relative file names start: the study file's folder.
    given : mapping of str to GeoDataFrame or MultiDiGraph
        Layers held in memory, in place of files.
    tables : mapping of str to str
        Other files that are read later, by name, such as a price list.
    columns : mapping of str to mapping of str to str
        By layer: what it calls our columns.
    """

    folder: Path
    given: Mapping[str, Given] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_inputs(
    where: Where,
    layers: Layers,
    source: Source,
    progress: Callable[[Message], None],
    *,
    without: Collection[str] = (),
) -> Inputs:
    """Read every layer of a study.

    Parameters
    ----------
    where : Where
    layers : Layers
    source : Source
    progress : callable of Message
        Told before each layer.
    without : collection of str
        Layers that are not wanted.

    Returns
    -------
    Inputs

    Raises
    ------
    LayerError
        Every fault of every layer, one line each.
    """
    strange = sorted(set(source.given) - set(ROLES))
    faults = [f"layers: {name} is no layer; they are {', '.join(ROLES)}" for name in strange]
    strange = sorted(set(source.columns) - set(ROLES))
    faults += [f"columns: {name} is no layer; they are {', '.join(ROLES)}" for name in strange]
    inputs = Inputs()
    seen: dict[str, tuple[int, int] | None] = {}
    asked = dict(layers.vectors()) | {name: f"{name} (in memory)" for name in source.given if name in ROLES}
    reliefs = {f"elevation {given}": given for given in layers.elevation}
    for name, called in (asked | reliefs).items():
        if _role_of(name) in without or (name != "plots" and _role_of(name) == "plots" and "plots" in source.given):
            continue
        progress(Message("progress.reading", {"layer": called}))
        try:
            if name not in source.given:
                path, _ = _file_and_layer(called, source.folder)
                seen[name] = _state(path)
            _read(inputs, where, name, called, source)
        except SiteselError as found:
            faults += found.faults
    inputs.notices.extend(as_drawn(inputs.frames))
    faults += _joined(inputs)
    inputs.files.update({name: source.folder / file for name, file in source.tables.items()})
    if "plots" in inputs.frames and not faults:
        faults = [*_untrue(where, inputs), *_far_off(inputs)]
    if faults:
        raise LayerError(faults)
    inputs.digests.update(_digests(inputs))
    if changed := [name for name, path in inputs.files.items() if name in seen and _state(path) != seen[name]]:
        raise LayerError([f"{inputs.files[name].name}: changed while it was read; run again" for name in changed])
    _fill_in(inputs, where, without)
    inputs.notices.extend(held_twice(inputs.frames))
    return inputs


def _under_no_plot(inputs: Inputs) -> Iterator[Message]:
    """Tell of heights that no plot stands on, if a plot can be seen by its corners and a point within."""
    plots = inputs.frames["plots"].geometry if "plots" in inputs.frames else gpd.GeoSeries()
    corners = shapely.points(shapely.get_coordinates(plots.array))
    points = gpd.GeoSeries(np.concatenate([corners, plots.representative_point()]), crs=plots.crs)
    for stem, relief in inputs.relief.items() if len(points) else ():
        there = points.to_crs(relief.crs)
        if not np.isfinite(heights_at(relief, there.x.to_numpy(), there.y.to_numpy())).any():
            yield Message("notice.heights_under_no_plot", {"file": stem})


def _role_of(name: str) -> str:
    """Tell what a layer is for: ``plots 2`` are plots, too."""
    return name.partition(" ")[0]


def _joined(inputs: Inputs) -> Iterator[str]:
    """Join plots of several files; an id stands in one of them."""
    parts = {name: inputs.frames.pop(name) for name in list(inputs.frames) if _role_of(name) == "plots"}
    called = {name: inputs.files[name].name if name in inputs.files else name for name in parts}
    where: dict[str, str] = {}
    for name, frame in parts.items():
        for plot in frame.index.intersection(list(where)):
            yield f"{called[name]}: id {plot} stands in {called[where[plot]]}, too; give each plot its own"
        where |= dict.fromkeys(frame.index, name)
    if parts:
        whole = pd.concat(parts.values()) if len(parts) > 1 else next(iter(parts.values()))
        inputs.frames["plots"] = whole.sort_index(kind="stable")


def _fill_in(inputs: Inputs, where: Where, without: Collection[str]) -> None:
    """Put a layer without a row where a study has none: what it would tell is then not known, and that is said."""
    none = [name for name in BARE if name not in {*inputs.frames, *without}]
    for name in none:
        bare = gpd.GeoDataFrame(columns=["id", *ROLES[name].columns, "geometry"], geometry="geometry", crs=where.crs)
        inputs.frames[name], _ = checked(bare, name, ROLES[name], crs=where.crs, area=where.area)
    none += [] if inputs.relief else ["elevation"]
    if bare_ones := [name for name, frame in inputs.frames.items() if frame.empty and name not in none]:
        inputs.notices.append(Message("notice.layers_empty", {"layers": ", ".join(bare_ones)}))
    inputs.notices.extend(_under_no_plot(inputs))
    if none:
        inputs.notices.append(Message("notice.layers_not_given", {"layers": ", ".join(none)}))


def _state(path: Path) -> tuple[int, int] | None:
    """When a file was written, and how long it is; None where there is none."""
    if why_no_file(path):
        return None
    told = path.stat()
    return told.st_mtime_ns, told.st_size


def _untrue(where: Where, inputs: Inputs) -> Iterator[str]:
    """Refuse a CRS in which metres are not metres where the plots lie."""
    plots = inputs.frames["plots"]
    west, south, east, north = plots.to_crs("EPSG:4326").total_bounds
    lon, lat = np.meshgrid(np.linspace(west, east, 3), np.linspace(south, north, 3))
    factors = pyproj.Proj(where.crs).get_factors(lon, lat)
    scales = np.concatenate([np.ravel(factors.meridional_scale), np.ravel(factors.parallel_scale)])
    worst = float(scales[np.argmax(np.abs(scales - 1))])
    if not abs(worst - 1) <= TRUE_TO:
        best = plots.estimate_utm_crs()
        yield (
            f"study.crs: in {where.crs} a metre is {worst:.4g} m long where the plots lie, and no area or time would "
            f"be right; write one that is true to length there, such as EPSG:{best.to_epsg()}"
        )


def _far_off(inputs: Inputs) -> Iterator[str]:
    """Name layers that lie beyond the reach of every plot: in another zone of the grid, or in another country."""
    plots = box(*inputs.frames["plots"].total_bounds)
    for name, frame in inputs.frames.items():
        if len(frame) and name != "plots" and (km := plots.distance(box(*frame.total_bounds)) / 1000) > FAR_KM:
            called = inputs.files[name].name if name in inputs.files else name
            yield f"{called}: lies {km:.0f} km from the plots; check the CRS that it says it is in, or leave it out"


def _read(inputs: Inputs, where: Where, name: str, called: str, source: Source) -> None:
    if name in source.given:
        _take(inputs, where, name, source)
        return
    path, layer = _file_and_layer(called, source.folder)
    inputs.files[name] = path
    if name == "roads" and is_osm(path):
        extract = Extract(path, crs=where.crs, cache=user_cache_folder(), missing_nodes=where.missing_nodes)
        roads = extract.roads("car", where.season)
        inputs.extracts[name] = extract
        inputs.frames[name] = to_lines(roads, DRAWN)
    elif (role := _role_of(name)) in ROLES:
        columns = source.columns.get(role)
        frame, notices = read_vector(path, ROLES[role], crs=where.crs, area=where.area, layer=layer, columns=columns)
        inputs.notices.extend(notices)
        inputs.frames[name] = frame if name != "roads" else _met(inputs, where, frame, called)
    else:
        inputs.relief[path.stem] = read_relief(path)
        _refuse_strange_heights(inputs.relief[path.stem], path)


def _take(inputs: Inputs, where: Where, name: str, source: Source) -> None:
    """Hold a layer in memory against its role, as a file's is."""
    given = source.given[name]
    if isinstance(given, nx.MultiDiGraph):
        if name != "roads":
            raise LayerError(f"{name}: a network is given; only roads can be one")
        inputs.graphs[name] = given
        inputs.frames[name] = to_lines(given, DRAWN).to_crs(where.crs)
        return
    frame, notices = checked(given, name, ROLES[name], crs=where.crs, area=where.area, columns=source.columns.get(name))
    inputs.notices.extend(notices)
    inputs.frames[name] = frame if name != "roads" else _met(inputs, where, frame, name)


def _met(inputs: Inputs, where: Where, roads: gpd.GeoDataFrame, called: str) -> gpd.GeoDataFrame:
    """Join roads where they come together, or tell where they do and are not joined."""
    if unread := [str(name) for name in roads if str(name).lower() in SPEEDS]:
        inputs.notices.append(Message("notice.speeds_unread", {"file": called, "column": unread[0]}))
    unsaid = int(roads["setting"].isna().sum()) if "setting" in roads else len(roads)
    if unsaid:
        inputs.notices.append(Message("notice.roads_no_setting", {"file": called, "count": unsaid, "of": len(roads)}))
    single = single_parts(roads)
    inputs.notices.extend(_overlong(single, called))
    lines, found = noded(single) if where.node_roads else (single, unmet(single))
    for what, places in (("ends", found.ends), ("crossings", found.crossings)):
        if len(places):
            key = f"notice.roads_{'joined' if where.node_roads else 'unmet'}_{what}"
            row, x, y = (float(places[name].iloc[0]) for name in ("row", "x", "y"))
            told: dict[str, str | float] = {
                "file": called,
                "count": float(len(places)),
                "row": row_of(single, int(row)),
            }
            inputs.notices.append(Message(key, {**told, "x": round(x), "y": round(y)}))
    return lines


def _overlong(roads: gpd.GeoDataFrame, called: str) -> Iterator[Message]:
    """Tell of roads that are much longer than their lines."""
    long = overlong(roads)
    if bool(long.any()):
        first = roads[long].iloc[0]
        told: dict[str, str | float] = {"file": called, "count": float(long.sum()), "row": float(np.argmax(long)) + 1}
        lengths = {"own": round(first["length_m"]), "drawn": round(first.geometry.length)}
        yield Message("notice.roads_overlong", told | lengths)
    elif (times := stretch(roads)) > STRETCHED:
        yield Message("notice.roads_stretched", {"file": called, "times": round(times, 2)})


def _file_and_layer(given: str, folder: Path) -> tuple[Path, str | None]:
    """Find a layer: a bare name is embedded; ``file.gpkg|layer`` names a layer within a file, as QGIS writes it."""
    file, _, layer = given.partition("|")
    path = folder / file if Path(file).suffix else embedded_file(file)
    return path, layer or None


def _refuse_strange_heights(relief: Relief, path: Path) -> None:
    """Hold heights of the user's own against the embedded ones, where both lie: feet alone look plausible."""
    embedded = [embedded_file(str(name)) for name, entry in embedded_catalogue().iterrows() if ".tif" in entry["file"]]
    if path not in embedded:
        for known in embedded:
            refuse_unlike(relief, read_relief(known), path.name)


def is_osm(path: Path) -> bool:
    """Tell OpenStreetMap's own formats from layers of lines."""
    source = published_as(path.name)
    return source is not None and source.id == "osm"


def _digests(inputs: Inputs) -> dict[str, dict[str, str]]:
    files = {
        name: path for name, path in inputs.files.items() if not why_no_file(path)
    }  # who needs a missing one says so
    told = {name: {"file": path.name, "sha256": _sha256(path)} for name, path in files.items()}
    held = {name: frame for name, frame in inputs.frames.items() if name not in told}
    told |= {name: {"file": IN_MEMORY, "sha256": _sha256_of(frame)} for name, frame in held.items()}
    return dict(sorted(told.items()))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:  # not at once: a raster of population may be larger than memory
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256_of(frame: gpd.GeoDataFrame) -> str:
    return hashlib.sha256(frame.to_wkt().to_csv().encode()).hexdigest()


def sources(inputs: Inputs) -> pd.DataFrame:
    """Tell what is said of each layer read.

    Parameters
    ----------
    inputs : Inputs

    Returns
    -------
    DataFrame, index layer
        ``what source licence date quality why``; of a layer of the user's own its name is known, and what is owed for
        it where it was fetched or made of what was; it is not rated.
    """
    catalogue = embedded_catalogue()
    by_file = {str(embedded_file(str(name))): name for name in catalogue.index}
    columns = ["what", "source", "licence", "date", "quality", "why"]
    held = [name for name in inputs.digests if name not in inputs.files]
    rows = {}
    for path in [*inputs.files.values(), *map(Path, held)]:
        entry = by_file.get(str(path))
        rows[str(entry or path.name)] = _own(path) if entry is None else catalogue.loc[entry, columns].to_dict()
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("layer")


def _own(path: Path) -> dict[str, str]:
    """Say of a file of the user's own what the manifest beside it says, such as that of `sitesel layers`."""
    told = entry_of(path)
    owed = ("", "", "") if told is None else (told.attribution, told.licence, day_of(told))
    source, licence, date = owed
    return {"what": path.name, "source": source or path.name, "licence": licence, "date": date} | _UNRATED
