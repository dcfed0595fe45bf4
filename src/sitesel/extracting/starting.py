"""A study on the ground of a folder of layers: begun such that it runs, and says what its planner has to fill in."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from string import Template
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from sitesel.connections.prices import default_prices
from sitesel.errors import LayerError, OutputError
from sitesel.extracting.making import PEOPLE
from sitesel.fetching import Box, Held, held
from sitesel.layers import ROLES
from sitesel.outputs.folder import whole_folder
from sitesel.outputs.geopackage import write_geopackage
from sitesel.region.settings import Layers, in_kyrgyzstan
from sitesel.text import NAMES, Message, say

CANDIDATES: Final = "industrial"
MOST_PLOTS: Final = 30
LEAST_HA: Final = 1.0
EXAMPLES: Final = 3
EXAMPLE_M: Final = 250.0
JOBS_PER_HA: Final = 200
LEAST_JOBS, MOST_JOBS = 100, 5000
MARGIN: Final = 0.01  # degrees: an area is written with two decimals
BASE: Final = {"labour": 0.36, "road": 0.27, "utilities": 0.27, "ground": 0.10}
SHARES: Final = {"border_freight": 0.5, "market": 0.3, "rail_freight": 0.1, "airport": 0.1}
STUDIED: Final = tuple(name for name in ROLES if name not in {"plots", "roads", "city_parts"})


@dataclass(frozen=True)
class _Ground:
    """What a folder of layers holds.

    Parameters
    ----------
    folder : Path
    entries : tuple of Held
    frames : mapping of layer to GeoDataFrame
        Those that decide what a study asks.
    box : tuple of float
        West, south, east, north in degrees.
    """

    folder: Path
    entries: tuple[Held, ...]
    frames: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    box: Box = (0.0, 0.0, 0.0, 0.0)

    def has(self, layer: str) -> bool:
        return any(entry.file == f"{layer}.gpkg" for entry in self.entries)

    def files(self, source: str) -> Iterator[Path]:
        for entry in self.entries:
            if entry.source == source and "/" in entry.file:
                yield self.folder / entry.file


def write_study(study: Path, ground: Path, crs: str | None = None) -> tuple[list[Path], list[Message]]:
    """Write a study that runs on the layers of a folder, and plots beside it.

    Plots are the largest pieces of industrial land, as candidates to look at; where there are none, examples by the
    largest settlements.

    Parameters
    ----------
    study : Path
        A new TOML file.
    ground : Path
        What `sitesel layers` wrote, or the fetched folder that it lies in.
    crs : str, optional
        Projected, in metres; None: the UTM zone of the area's middle.

    Returns
    -------
    written : list of Path
        The study and its plots.
    told : list of Message
        What stands for an example, and what the ground does not tell.

    Raises
    ------
    OutputError
        The study, or the plots beside it, are there already.
    LayerError
        The folder holds no layers.
    """
    plots_file = study.with_name(f"{study.stem}_plots.gpkg")
    for path in (study, plots_file):
        if path.exists():
            raise OutputError(f"{path}: is there already; give the name of a new file, nothing is written over")
    if study.suffix != ".toml":
        raise OutputError(f"{study}: a study is a .toml file; give a name such as {study.stem or 'chui'}.toml")
    found = _ground_in(ground)
    crs = crs or utm_of(found.box)
    _refuse_other_than_metres(crs)
    plots, told = _plots(found, crs)
    text, missing = _text(study, plots_file, found, plots, crs)
    with whole_folder(study.parent) as staging:
        write_geopackage(plots.to_crs("EPSG:4326"), staging / plots_file.name, layer="plots")
        (staging / study.name).write_text(text, encoding="utf-8")
    return [study, plots_file], [told, *missing]


def utm_of(box: Box) -> str:
    """Choose the UTM zone that holds the middle of a box.

    Parameters
    ----------
    box : tuple of float
        West, south, east, north in degrees.

    Examples
    --------
    >>> utm_of((73.0, 42.0, 76.0, 43.5)), utm_of((1.4, 42.4, 1.8, 42.7)), utm_of((18.3, -34.4, 19.0, -33.5))
    ('EPSG:32643', 'EPSG:32631', 'EPSG:32734')
    """
    west, south, east, north = box
    lon, lat = (west + east) / 2, (south + north) / 2
    zones = query_utm_crs_info("WGS 84", AreaOfInterest(lon, lat, lon, lat))
    if not zones:
        raise LayerError(f"no UTM zone holds {lon:.2f}, {lat:.2f}; name a system in metres with --crs")
    return f"EPSG:{zones[0].code}"


def _refuse_other_than_metres(crs: str) -> None:
    try:
        given = pyproj.CRS(crs)
    except pyproj.exceptions.CRSError:
        raise LayerError(f"--crs {crs}: is no coordinate system; write one such as EPSG:32643") from None
    if not given.is_projected or given.axis_info[0].unit_conversion_factor != 1:
        raise LayerError(f"--crs {crs}: does not count in metres; write one that does, such as EPSG:32643")


def _ground_in(folder: Path) -> _Ground:
    for each in (folder / "layers", folder):
        entries = held(each)
        if any(entry.file == "settlements.gpkg" for entry in entries):
            bare = _Ground(each, entries)
            wanted = ("settlements", "gateways", "utilities", "utility_lines", CANDIDATES)
            frames = {name: gpd.read_file(each / f"{name}.gpkg") for name in wanted if bare.has(name)}
            return _Ground(each, entries, frames, _box(each, entries))
    raise LayerError(f"{folder}: no layers with settlements in it; make them first: sitesel layers {folder}")


def _box(folder: Path, entries: Iterable[Held]) -> Box:
    """Bounds of all layers, a little larger: features whose middle lies outside a study's area are refused."""
    files = [entry.file for entry in entries if entry.file.endswith(".gpkg")]
    bounds = np.array([pyogrio.read_info(folder / file, force_total_bounds=True)["total_bounds"] for file in files])
    west, south = np.floor(bounds[:, :2].min(axis=0) * 100) / 100 - MARGIN
    east, north = np.ceil(bounds[:, 2:].max(axis=0) * 100) / 100 + MARGIN
    return round(float(west), 2), round(float(south), 2), round(float(east), 2), round(float(north), 2)


def _plots(ground: _Ground, crs: str) -> tuple[gpd.GeoDataFrame, Message]:
    """Take industrial land as candidates; else draw squares by the largest settlements, and say so."""
    found = ground.frames.get(CANDIDATES)
    if found is not None:
        land = found.to_crs(crs)
        land = land.assign(area_ha=land.area / 1e4)
        land = land[land["area_ha"] >= LEAST_HA].sort_values("area_ha", ascending=False).head(MOST_PLOTS)
        if len(land):
            note = "a candidate to look at, taken from OpenStreetMap; nobody has offered it"
            names = land[[name for name in NAMES if name in land]]
            table = names.assign(id=land["id"], area_ha=land["area_ha"], source=land["source"], note=note)
            return _as_plots(table, land.geometry), Message("init.candidates", {"count": len(land)})
    towns = ground.frames["settlements"].to_crs(crs).sort_values("population", ascending=False).head(EXAMPLES)
    corner = towns.geometry.centroid
    squares = shapely.box(corner.x, corner.y, corner.x + EXAMPLE_M, corner.y + EXAMPLE_M)
    table = pd.DataFrame({"id": [f"example-{n}" for n in range(1, len(towns) + 1)]}, index=towns.index).assign(
        name_en="Example by " + towns["name_en"].astype(str),
        area_ha=EXAMPLE_M**2 / 1e4,
        source="drawn by sitesel init",
        note="an example that stands for nothing: draw your own",
    )
    return _as_plots(table, gpd.GeoSeries(squares, index=towns.index, crs=crs)), Message(
        "init.examples", {"count": len(table)}
    )


def _as_plots(table: pd.DataFrame, outlines: gpd.GeoSeries) -> gpd.GeoDataFrame:
    told = table.assign(town="town", outline="indicative", confidence="low")
    return gpd.GeoDataFrame(told.reset_index(drop=True), geometry=outlines.to_numpy(), crs=outlines.crs)


def _text(
    study: Path, plots_file: Path, ground: _Ground, plots: gpd.GeoDataFrame, crs: str
) -> tuple[str, list[Message]]:
    """Fill the template: sections that the ground can answer stay, the others are named in a comment."""
    answered, missing = _answered(ground)
    abroad = not in_kyrgyzstan(ground.box)
    blocks = answered | {"abroad"} if abroad else answered
    criteria = {"road", "ground"} | ({"labour"} & answered) | ({"utilities"} if "connection" in answered else set())
    jobs = float(np.clip(plots["area_ha"].median() * JOBS_PER_HA / 2, LEAST_JOBS, MOST_JOBS))
    has_people = any(entry.file == PEOPLE for entry in ground.entries)
    examples = plots["source"].eq("drawn by sitesel init").all()
    template = Template(_blocks(resources.files("sitesel.data").joinpath("study_of_ground.toml").read_text("utf-8"), blocks))
    filled = template.substitute(
        file=study.name,
        missing="\n".join(f"# - {say(line, 'en')}" for line in missing) or "# - nothing",
        crs=crs,
        crs_name=pyproj.CRS(crs).name,
        area=json.dumps(list(ground.box)),
        plots=plots_file.name,
        plots_told="squares that stand for nothing" if examples else "industrial land of OpenStreetMap, offered by nobody",
        layers="\n".join(_layer_lines(study, ground, abroad=abroad)) + "\n",
        jobs=round(jobs, -2) if jobs >= LEAST_JOBS else LEAST_JOBS,
        commute="car" if abroad else "marshrutka",
        population=f'population = "{_beside(study, ground.folder / PEOPLE)}"\n' if has_people else "",
        weights="\n".join(f"{name} = {weight:g}" for name, weight in _shared(BASE, criteria).items()),
        main_road="0.40" if "freight" in answered else "1.0",
        destinations=", ".join(f"{kind} = {share:g}" for kind, share in _shared(SHARES, _gateways(ground)).items()),
    )
    return filled.replace(".0\nassumed", "\nassumed"), missing


def _blocks(text: str, kept: Iterable[str]) -> str:
    """Drop the blocks of a template that are not wanted: from ``#[name]`` to ``#[end]``."""
    wanted = set(kept)
    return re.sub(
        r"^#\[(\w+)\]\n(.*?)^#\[end\]\n",
        lambda block: block[2] if block[1] in wanted else "",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )


def _answered(ground: _Ground) -> tuple[set[str], list[Message]]:
    """Say which parts of a study the ground can answer, and why not the others."""
    people = ground.frames["settlements"]
    has_raster = any(entry.file == PEOPLE for entry in ground.entries)
    peopled = has_raster or people["population"].notna().any()
    ready = {
        "labour": bool(peopled and people["working_age_share"].notna().any()),
        "freight": bool(_gateways(ground)),
        "connection": bool(_sources(ground)),
        "heights": any(True for _ in ground.files("heights")),
    }
    answered = {name for name, known in ready.items() if known}
    missing = [Message(f"init.missing.{name}") for name, known in ready.items() if not known]
    return answered | (set() if "heights" in answered else {"flat"}), [*missing, Message("init.missing.never")]


def _gateways(ground: _Ground) -> list[str]:
    found = ground.frames.get("gateways")
    there = set() if found is None else set(found["kind"])
    return [kind for kind in SHARES if kind in there]


def _sources(ground: _Ground) -> set[str]:
    """Kinds of utilities that a connection may start from."""
    kinds: set[str] = set()
    for name in ("utilities", "utility_lines"):
        if name in ground.frames:
            kinds |= set(ground.frames[name]["kind"])
    return kinds & {kind for way in default_prices().ways["kinds"] for kind in way}


def _shared(base: Mapping[str, float], names: Iterable[str]) -> dict[str, float]:
    """Bring some of several shares to a sum of 1, in whole hundredths; the others go."""
    wanted = [name for name in base if name in set(names)]
    if not wanted:
        return {}
    whole = sum(base[name] for name in wanted)
    shares = {name: round(base[name] / whole, 2) for name in wanted}
    first = wanted[0]
    return shares | {first: round(shares[first] + 1 - sum(shares.values()), 2)}


def _layer_lines(study: Path, ground: _Ground, *, abroad: bool) -> Iterator[str]:
    roads = next(ground.files("osm"), None)
    if roads is not None:
        yield f'roads = "{_beside(study, roads)}"'
    for name in STUDIED:
        if ground.has(name):
            yield f'{name} = "{_beside(study, ground.folder / f"{name}.gpkg")}"'
        elif name in Layers.none_embedded() and (abroad or name != "border"):
            yield f'{name} = ""'
    tiles = [f'"{_beside(study, tile)}"' for tile in ground.files("heights")]
    yield f"elevation = [{', '.join(tiles)}]"


def _beside(study: Path, file: Path) -> str:
    """Name a file as a study beside it would: relative where it can be."""
    return Path(os.path.relpath(file.resolve(), study.resolve().parent)).as_posix()
