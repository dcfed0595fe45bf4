"""The text of a study that is begun: a template with comments that teach, filled with what the ground can answer."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template
from typing import Final

import geopandas as gpd
import numpy as np
import pyproj

from sitesel.country import country_at
from sitesel.extracting.ground import LayersFolder
from sitesel.layers import ROLES
from sitesel.region.settings import BARE
from sitesel.rules import default_rules
from sitesel.text import LANGUAGES, Message, say

JOBS_PER_HA: Final = 200
LEAST_JOBS, MOST_JOBS = 100, 5000
CRITERIA: Final = {"labour": 0.36, "road": 0.27, "utilities": 0.27, "ground": 0.10}
DESTINATIONS: Final = {"border_freight": 0.5, "market": 0.3, "rail_freight": 0.1, "airport": 0.1}
ASKS: Final = (
    *("sanitary_distance", "flood_severe", "flood_moderate", "flood_modelled"),
    *("mudflow_severe", "mudflow_moderate", "fault_zone_1", "fault_near", "protected_area"),
)
"""Rules that buyers ask a site by."""
STUDIED: Final = tuple(name for name in ROLES if name not in {"plots", "roads", "city_parts"})
_BLOCK: Final = re.compile(r"^#\[(\w+)\]\n(.*?)^#\[end\]\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Begun:
    """A study to be written.

    Parameters
    ----------
    study, plots_file : Path
        The file itself, and the plots beside it.
    ground : LayersFolder
    crs : str
    plots : GeoDataFrame
        With ``area_ha``.
    examples : bool
        Whether the plots stand for nothing.
    """

    study: Path
    plots_file: Path
    ground: LayersFolder
    crs: str
    plots: gpd.GeoDataFrame
    examples: bool

    def beside(self, file: Path) -> str:
        """Name a file as the study does, from its own folder."""
        return Path(os.path.relpath(file.resolve(), self.study.resolve().parent)).as_posix()


def study_text(begun: Begun) -> tuple[str, list[Message]]:
    """Fill the template: what the ground can answer is asked, what it cannot is named in a comment.

    Parameters
    ----------
    begun : Begun

    Returns
    -------
    text : str
        TOML.
    missing : list of Message
        What is not asked, and what would tell it.
    """
    ground, rules = begun.ground, default_rules()
    asks = [name for name in ASKS if ground.file(rules[name].layer)]
    answers = ground.answers | {"conformity": bool(asks)}
    country = country_at(ground.box)
    missing = [Message(f"init.missing.{name}") for name, known in answers.items() if not known]
    missing.append(Message("init.missing.never"))
    blocks = {name for name, known in (answers | {"flat": not answers["heights"]}).items() if known}
    criteria = {"road": True, "ground": True, "labour": answers["labour"], "utilities": answers["connection"]}
    gateways = ground.kinds("gateways")
    text = Template(_with_blocks(blocks)).substitute(
        file=begun.study.name,
        missing="\n".join(f"# - {say(line, LANGUAGES[0])}" for line in missing),
        country=country.code,
        crs=begun.crs,
        crs_name=pyproj.CRS(begun.crs).name,
        area=json.dumps(list(ground.box)),
        plots=begun.plots_file.name,
        plots_told="squares that stand for nothing" if begun.examples else "industrial land, offered by nobody",
        layers="\n".join(_layer_lines(begun)),
        jobs=_jobs(begun.plots),
        jobs_per_ha=JOBS_PER_HA,
        commute=country.commute,
        population=f'population = "{begun.beside(ground.people)}"\n' if ground.people else "",
        weights="\n".join(f"{name} = {share:g}" for name, share in _shared(CRITERIA, criteria).items()),
        asks=json.dumps(asks)[1:-1],
        main_road="0.4" if answers["freight"] else "1.0",
        destinations=", ".join(
            f"{kind} = {share:g}"
            for kind, share in _shared(DESTINATIONS, {kind: kind in gateways for kind in DESTINATIONS}).items()
        ),
    )
    return text, missing


def _with_blocks(kept: Iterable[str]) -> str:
    """Read the template without the blocks, ``#[name]`` to ``#[end]``, that are not wanted."""
    whole = resources.files("sitesel.data").joinpath("study_of_ground.toml").read_text(encoding="utf-8")
    wanted = set(kept)
    return _BLOCK.sub(lambda block: block[2] if block[1] in wanted else "", whole)


def _jobs(plots: gpd.GeoDataFrame) -> int:
    """Size the example to its plots: jobs that half of the middle one holds, in whole hundreds."""
    jobs = float(plots["area_ha"].median()) * JOBS_PER_HA / 2
    return int(np.clip(round(jobs, -2), LEAST_JOBS, MOST_JOBS))


def _shared(base: Mapping[str, float], wanted: Mapping[str, bool]) -> dict[str, float]:
    """Bring those of several shares that are wanted to a sum of 1, in whole hundredths."""
    whole = sum(share for name, share in base.items() if wanted[name])
    shares = {name: round(share / whole, 2) for name, share in base.items() if wanted[name]}
    rest = 1 - sum(shares.values())
    return {name: round(share + (rest if place == 0 else 0), 2) for place, (name, share) in enumerate(shares.items())}


def _layer_lines(begun: Begun) -> Iterator[str]:
    for roads in begun.ground.elsewhere("osm"):
        yield f'roads = "{begun.beside(roads)}"'
    for name in STUDIED:
        file = begun.ground.file(name)
        if file is not None:
            yield f'{name} = "{begun.beside(file)}"'
        elif name in BARE:
            yield f'{name} = ""'
    tiles = ", ".join(f'"{begun.beside(tile)}"' for tile in begun.ground.elsewhere("heights"))
    yield f"elevation = [{tiles}]"
