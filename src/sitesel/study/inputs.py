"""Everything a study reads, brought in at one door."""

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import geopandas as gpd
import networkx as nx
import pandas as pd

from sitesel.errors import LayerError, SiteselError
from sitesel.i18n import Message
from sitesel.layers import ROLES, Relief, embedded_catalogue, embedded_file, read_relief, read_vector, refuse_unlike
from sitesel.network import from_osm, to_lines, user_cache_folder
from sitesel.study.models import RoadMode, Study

VECTORS: Final = tuple(ROLES)
DRAWN: Final = ("motorway", "trunk", "primary", "secondary")  # of an extract; all its streets would drown a map


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
    notices : list of Message
    """

    frames: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    relief: dict[str, Relief] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    notices: list[Message] = field(default_factory=list)


def read_inputs(
    study: Study, folder: Path, progress: Callable[[Message], None], *, without: Collection[str] = ()
) -> Inputs:
    """Read every layer of a study.

    Parameters
    ----------
    study : Study
    folder : Path
        Where relative file names start: the study file's folder.
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
    inputs = Inputs()
    faults: list[str] = []
    for name, given in _named(study):
        if name in without:
            continue
        progress(Message("progress.reading", {"layer": given}))
        try:
            _read(inputs, study, name, *_file_and_layer(given, folder))
        except SiteselError as found:
            faults += found.faults
    if study.labour and study.labour.population:
        inputs.files["population"] = folder / study.labour.population
    if study.connection and study.connection.prices:
        inputs.files["prices"] = folder / study.connection.prices
    if "plots" in inputs.frames:
        faults += _town_faults(inputs.frames["plots"], study)
    if faults:
        raise LayerError(faults)
    return inputs


def _named(study: Study) -> Iterator[tuple[str, str]]:
    for name in VECTORS:
        given = getattr(study.layers, name)
        if given is not None:  # a layer that is not given stays absent: what needs it is "not checked"
            yield name, str(given)
    for given in study.layers.elevation:
        yield f"elevation {given}", given


def _file_and_layer(given: str, folder: Path) -> tuple[Path, str | None]:
    """Find a layer: a bare name is embedded; ``file.gpkg|layer`` names a layer within a file, as QGIS writes it."""
    file, _, layer = given.partition("|")
    path = folder / file if Path(file).suffix else embedded_file(file)
    return path, layer or None


def _read(inputs: Inputs, study: Study, name: str, path: Path, layer: str | None) -> None:
    inputs.files[name] = path
    if name == "roads" and is_osm(path):
        inputs.frames[name] = to_lines(osm_graph(study, path, "car"), DRAWN)
    elif name in ROLES:
        frame, notices = read_vector(path, ROLES[name], crs=study.study.crs, area=study.study.area, layer=layer)
        inputs.frames[name] = frame
        inputs.notices.extend(notices)
    else:
        inputs.relief[path.stem] = read_relief(path)
        _refuse_strange_heights(inputs.relief[path.stem], path)


def _refuse_strange_heights(relief: Relief, path: Path) -> None:
    """Hold heights of the user's own against the embedded ones, where both lie: feet alone look plausible."""
    embedded = [embedded_file(str(name)) for name, entry in embedded_catalogue().iterrows() if ".tif" in entry["file"]]
    if path not in embedded:
        for known in embedded:
            refuse_unlike(relief, read_relief(known), path.name)


def is_osm(path: Path) -> bool:
    """Tell OpenStreetMap's own formats from layers of lines."""
    return path.name.endswith((".pbf", ".osm"))


def osm_graph(study: Study, path: Path, mode: RoadMode) -> nx.MultiDiGraph:
    """Read the roads of an OpenStreetMap extract for a mode, in the study's CRS and season; keep it."""
    return from_osm(path, mode, season=study.study.season, crs=study.study.crs, cache=user_cache_folder())


def _town_faults(plots: gpd.GeoDataFrame, study: Study) -> list[str]:
    towns = {town.id for town in study.towns}
    strangers = plots[~plots["town"].isin(towns)]
    faults = [
        f"{study.layers.plots}: plot {plot} is for town {town!r}, which the study does not have; "
        f"its towns are {', '.join(sorted(towns))}"
        for plot, town in strangers["town"].items()
    ]
    empty = sorted(towns - set(plots["town"]))
    return faults + [f"{study.layers.plots}: no plot for town {town}; add one or take the town out" for town in empty]


def digests(files: dict[str, Path]) -> dict[str, dict[str, str]]:
    """Name and SHA-256 of each file read, so that a result can be traced to its inputs.

    Returns
    -------
    mapping of str to {"file", "sha256"}
    """
    return {name: {"file": path.name, "sha256": _sha256(path)} for name, path in sorted(files.items())}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:  # not at once: a raster of population may be larger than memory
        return hashlib.file_digest(file, "sha256").hexdigest()


def sources(files: dict[str, Path]) -> pd.DataFrame:
    """Tell what is said of each layer read.

    Returns
    -------
    DataFrame, index layer
        ``what source licence date quality why``; for a file of the user's own only its name is known, and it is not
        rated.
    """
    catalogue = embedded_catalogue()
    by_file = {str(embedded_file(str(name))): name for name in catalogue.index}
    columns = ["what", "source", "licence", "date", "quality", "why"]
    rows = {}
    for path in files.values():
        entry = by_file.get(str(path))
        own = {"what": path.name, "source": path.name, "licence": "", "date": "", "quality": "unrated", "why": ""}
        rows[str(entry or path.name)] = own if entry is None else catalogue.loc[entry, columns].to_dict()
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
