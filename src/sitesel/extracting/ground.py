"""What a folder of layers holds: asked when a study is begun on it."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from sitesel.connections.offers import able
from sitesel.connections.prices import default_prices
from sitesel.errors import LayerError
from sitesel.extracting.making import PEOPLE
from sitesel.fetching import Box, Held, held

CANDIDATES: Final = "industrial"
MARGIN: Final = 0.01  # degrees: an area is written with two decimals
_DECIDING: Final = ("settlements", "gateways", "utilities", "utility_lines", CANDIDATES)


@dataclass(frozen=True)
class LayersFolder:
    """A folder that `sitesel layers` has written.

    Parameters
    ----------
    folder : Path
    entries : tuple of Held
        Of its manifest.
    frames : mapping of layer to GeoDataFrame
        In degrees: those that decide what a study can ask.
    box : tuple of float
        West, south, east, north in degrees: around all layers.
    """

    folder: Path
    entries: tuple[Held, ...]
    frames: Mapping[str, gpd.GeoDataFrame]
    box: Box

    def file(self, layer: str) -> Path | None:
        """Find the file of a layer; None where nothing of it was found."""
        return self._here(f"{layer}.gpkg")

    def owed(self, layer: str) -> str:
        """Give the credit for a layer, with its licence."""
        return next(
            (f"{each.attribution} ({each.licence})" for each in self.entries if each.file == f"{layer}.gpkg"), ""
        )

    @property
    def people(self) -> Path | None:
        """Raster of people."""
        return self._here(PEOPLE)

    def _here(self, name: str) -> Path | None:
        return self.folder / name if any(entry.file == name for entry in self.entries) else None

    def elsewhere(self, source: str) -> tuple[Path, ...]:
        """Find files of a source that are read where they lie: the extract, tiles of heights."""
        return tuple(self.folder / each.file for each in self.entries if each.source == source and "/" in each.file)

    def kinds(self, *layers: str) -> set[str]:
        """Kinds of the features of some layers."""
        return {kind for name in layers if name in self.frames for kind in self.frames[name]["kind"]}

    @property
    def answers(self) -> dict[str, bool]:
        """Whether parts of a study can be asked: ``labour``, ``freight``, ``connection``, ``heights``."""
        homes = self.frames["settlements"]
        peopled = self.people is not None or bool(homes["population"].notna().any())
        return {
            "labour": peopled and bool(homes["working_age_share"].notna().any()),
            "freight": bool(self.kinds("gateways")),
            "connection": self._powered,
            "heights": bool(self.elsewhere("heights")),
        }

    @property
    def _powered(self) -> bool:
        """Whether a line of power can start anywhere: without one, most of the money would be an upper bound's."""
        if "utilities" not in self.frames:
            return False
        ways = default_prices().ways
        power = ways[ways["network"] == "power"].to_dict("records")
        return any(bool(able(way, self.frames["utilities"]).any()) for way in power)


def layers_folder(folder: Path) -> LayersFolder:
    """Open a folder of layers.

    Parameters
    ----------
    folder : Path
        What `sitesel layers` wrote, or the fetched folder that it lies in as ``layers``.

    Raises
    ------
    LayerError
        There are no layers.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise LayerError(f"{folder}: is no folder; give the one that `sitesel layers` wrote")
    for each in (folder / "layers", folder):
        entries = held(each)
        names = [entry.file for entry in entries]
        if "settlements.gpkg" in names:
            return _read(each, entries)
    raise LayerError(f"{folder}: no layers with settlements in it; make them first: sitesel layers {folder}")


def _read(folder: Path, entries: tuple[Held, ...]) -> LayersFolder:
    names = [entry.file for entry in entries if entry.file.endswith(".gpkg")]
    try:
        frames = {name: gpd.read_file(folder / f"{name}.gpkg") for name in _DECIDING if f"{name}.gpkg" in names}
        return LayersFolder(folder, entries, frames, _around(folder / name for name in names))
    except (DataSourceError, DataLayerError) as cause:
        raise LayerError(
            f"{folder}: a layer in it is gone or broken ({cause}); make them again by `sitesel layers`"
        ) from cause


def _around(files: Iterable[Path]) -> Box:
    """Bounds of all layers, a little larger: features whose middle lies outside a study's area are refused."""
    bounds = np.array([pyogrio.read_info(file, force_total_bounds=True)["total_bounds"] for file in files])
    west, south = np.floor(bounds[:, :2].min(axis=0) * 100) / 100 - MARGIN
    east, north = np.ceil(bounds[:, 2:].max(axis=0) * 100) / 100 + MARGIN
    return round(float(west), 2), round(float(south), 2), round(float(east), 2), round(float(north), 2)
