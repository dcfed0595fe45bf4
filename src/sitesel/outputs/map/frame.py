"""Where things stand in still pictures: units on the ground, and the window that a picture shows of it."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from sitesel.findings import Findings, told_once
from sitesel.outputs.map.relief import WEB_MERCATOR

UNIT_M: Final = 50.0
"""Map metres (EPSG:3857) to a unit of the pictures: numbers stay short, a unit stays under a pixel."""


@dataclass(frozen=True)
class Frame:
    """Where ground units begin: the map's north-western corner in EPSG:3857."""

    left: float
    top: float

    def units(self, coordinates: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Coordinates of shape (n, 2) in EPSG:3857 as units right and down."""
        xy = np.asarray(coordinates, dtype=np.float64)[:, :2]
        scaled: npt.NDArray[np.float64] = np.column_stack([xy[:, 0] - self.left, self.top - xy[:, 1]]) / UNIT_M
        return scaled

    def at(self, geometry: BaseGeometry) -> tuple[float, float]:
        """Place of a geometry in EPSG:3857, as units right and down."""
        point = geometry.representative_point()
        ((x, y),) = self.units([[point.x, point.y]]).tolist()
        return x, y


@dataclass(frozen=True)
class Window:
    """Part of the ground that a picture shows, in units; its writing is as high as the width over ``letters``."""

    left: float
    top: float
    width: float
    height: float
    letters: float = 72.0

    @property
    def letter(self) -> float:
        """Height of the writing, in units."""
        return self.width / self.letters

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a point lies inside, by a margin in units."""
        inside_across = self.left + margin <= x <= self.left + self.width - margin
        return inside_across and self.top + margin <= y <= self.top + self.height - margin


@told_once  # each line of every picture asks for it
def frame_of(findings: Findings) -> Frame:
    """Frame whose origin keeps the units of the plots small."""
    left, _, _, top = in_mercator(findings.plots).total_bounds
    return Frame(float(np.floor(left / 1e4) * 1e4), float(np.ceil(top / 1e4) * 1e4))


def in_mercator(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put a layer into the pictures' projection."""
    return layer.to_crs(WEB_MERCATOR)
