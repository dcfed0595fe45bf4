"""How the doors of layers are asked: the small study's layers, changed, through a file or from memory."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from bad_input.cases import Put
from sitesel.layers import ROLES, read_vector
from sitesel.layers.vector import checked
from sitesel.text import Message
from small_study import CRS, small_layers

AREA = (69.0, 39.0, 80.5, 43.5)
NAME = "Сокулук"
CITIES = ["Bishkek city", "Osh city"]


def named(layer: str = "plots") -> gpd.GeoDataFrame:
    return small_layers()[layer].assign(name_ru=NAME)


def read(path: Path, role: str = "plots", layer: str | None = None) -> list[Message]:
    """Read a file of plots (or of another layer); what comes back must be the small study's own."""
    frame, notices = read_vector(path, ROLES[role], crs=CRS, area=AREA, layer=layer)
    same(frame, role)
    return notices


def same(frame: gpd.GeoDataFrame, role: str, within_m: float = 2.0) -> None:
    truth = named(role)
    truth = truth.set_index("id") if ROLES[role].identified else truth
    assert sorted(frame.index) == sorted(truth.index)
    off = np.abs(frame.bounds.loc[truth.index] - truth.bounds).to_numpy().max()
    assert off < within_m, f"{off} m off"
    assert set(frame["name_ru"]) == {NAME} or "name_ru" not in ROLES[role].columns, set(frame["name_ru"])


def file(write: Callable[[Path], Path | None], called: str = "plots.gpkg", role: str = "plots") -> Put:
    """Ask for a file that a function writes into a folder."""

    def put(folder: Path) -> list[Message]:
        return read(write(folder) or folder / called, role)

    return put


def held(layer: str, truth: Mapping[str, Any] | None = None, /, **columns: Any) -> Put:
    """Hold a layer with other columns against its role; what comes back must be the truth, where that is given."""

    def put(_: Path) -> list[Message]:
        frame, notices = checked(
            small_layers()[layer].assign(**columns), f"{layer}.gpkg", ROLES[layer], crs=CRS, area=AREA
        )
        for column, values in (truth or {}).items():
            read_as = frame[column].reindex(small_layers()[layer]["id"]).to_list()
            assert read_as == list(values), read_as
        return notices

    return put


def drawn(layer: str, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Put:
    """Hold a layer changed as a whole against its role; places must be the small study's own, or be refused."""

    def put(_: Path) -> list[Message]:
        given = change(named(layer))
        frame, notices = checked(given, f"{layer}.gpkg", ROLES[layer], crs=CRS, area=AREA)
        same(frame, layer)
        return notices

    return put
