"""Hillshade of the relief grids, as small PNG pictures in the web map's projection."""

import base64
import io
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from affine import Affine
from PIL import Image
from rasterio.warp import transform_bounds

from sitesel.findings import Relief
from sitesel.layers.grid import Grid, warped

WEB_MERCATOR: Final = "EPSG:3857"
COLOURS: Final = 32
LONGEST_SIDE: Final = 720
"""Pixels: enough for a valley on a screen, few enough to travel by mail."""

SHADOW: Final = np.array([120.0, 134.0, 158.0])
FLAT: Final = np.array([239.0, 238.0, 232.0])
LIGHT: Final = np.array([255.0, 254.0, 250.0])
"""Cool shadows and warm light, near enough to paper for dark lines and text to read on all of it."""

SUNS: Final = ((225.0, 0.1), (270.0, 0.2), (315.0, 0.5), (360.0, 0.2))
"""Azimuths in degrees with their shares: one sun leaves ridges along its own direction without shade."""

SUN_HEIGHT: Final = 40.0
EXAGGERATION: Final = 1.6
EDGE_SHARE: Final = 0.06


@dataclass(frozen=True)
class Shade:
    """A hillshade picture.

    Parameters
    ----------
    href : str
        PNG as a data URI.
    bounds : tuple of float
        left, bottom, right, top in EPSG:3857 metres.
    """

    href: str
    bounds: tuple[float, float, float, float]

    @property
    def corners(self) -> list[list[float]]:
        """South-west and north-east corner as [latitude, longitude] in EPSG:4326."""
        west, south, east, north = transform_bounds(WEB_MERCATOR, "EPSG:4326", *self.bounds)
        return [[round(south, 6), round(west, 6)], [round(north, 6), round(east, 6)]]


def hillshade(relief: Relief) -> Shade:
    """Shade a relief.

    Parameters
    ----------
    relief : Relief
        In any CRS.

    Returns
    -------
    Shade
        In EPSG:3857, at most 720 pixels a side and 32 colours; clear where no height is known. Shading fades at the
        edges, so that the picture has no rim on the map.
    """
    metres, transform = _web_mercator(relief)
    shade = _shade(metres, transform) * _fade(*metres.shape)
    colour = FLAT + np.where(shade[..., None] < 0, (FLAT - SHADOW), (LIGHT - FLAT)) * shade[..., None]
    return Shade(_png(colour, np.isfinite(metres)), _bounds(metres.shape, transform))


def _bounds(shape: tuple[int, int], transform: Affine) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of a north-up grid."""
    rows, columns = shape
    right, bottom = transform.c + transform.a * columns, transform.f + transform.e * rows
    return float(transform.c), float(bottom), float(right), float(transform.f)


def _web_mercator(relief: Relief) -> tuple[npt.NDArray[np.float32], Affine]:
    rows, columns = relief.metres.shape
    left, bottom, right, top = transform_bounds(relief.crs, WEB_MERCATOR, *_bounds((rows, columns), relief.transform))
    size = max(right - left, top - bottom) / min(LONGEST_SIDE, max(rows, columns))
    width, height = max(2, round((right - left) / size)), max(2, round((top - bottom) / size))
    transform = Affine((right - left) / width, 0.0, left, 0.0, (bottom - top) / height, top)
    onto = Grid(transform, (height, width), WEB_MERCATOR)
    return warped(relief.metres.astype(np.float32), relief.transform, relief.crs, onto), transform


def _shade(metres: npt.NDArray[np.float32], transform: Affine) -> npt.NDArray[np.float64]:
    """Lambert's cosine from several suns, -1 (shadow) over 0 (level ground) to 1 (light)."""
    rows = metres.shape[0]
    northings = transform.f + transform.e * (np.arange(rows) + 0.5)
    true_size = 1.0 / np.cosh(northings / 6_378_137.0)  # Mercator stretches: ground metres a map metre by row
    filled = np.where(np.isfinite(metres), metres, np.nanmean(metres) if np.isfinite(metres).any() else 0.0)
    down, right = np.gradient(filled.astype(np.float64) * EXAGGERATION)
    east = right / (transform.a * true_size)[:, None]
    north = down / (transform.e * true_size)[:, None]
    height = np.radians(SUN_HEIGHT)
    light = np.zeros_like(east)
    for azimuth, share in SUNS:
        towards_east, towards_north = np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))
        slope_light = np.sin(height) - np.cos(height) * (east * towards_east + north * towards_north)
        light += share * np.clip(slope_light / np.sqrt(1.0 + east**2 + north**2), 0.0, 1.0)
    level = np.sin(height)
    shade: npt.NDArray[np.float64] = np.where(light < level, (light - level) / level, (light - level) / (1.0 - level))
    return shade


def _fade(rows: int, columns: int) -> npt.NDArray[np.float64]:
    down = np.minimum(np.arange(rows), np.arange(rows)[::-1]) / max(1.0, rows * EDGE_SHARE)
    across = np.minimum(np.arange(columns), np.arange(columns)[::-1]) / max(1.0, columns * EDGE_SHARE)
    fade: npt.NDArray[np.float64] = np.clip(np.minimum(down[:, None], across[None, :]), 0.0, 1.0)
    return fade


def _png(colour: npt.NDArray[np.float64], known: npt.NDArray[np.bool_]) -> str:
    picture = Image.fromarray(np.clip(np.rint(colour), 0, 255).astype(np.uint8), "RGB")
    indexed = picture.quantize(COLOURS - 1, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    indices = np.where(known, np.asarray(indexed), COLOURS - 1).astype(np.uint8)
    final = Image.fromarray(indices, "P")
    palette = (indexed.getpalette() or [])[: 3 * (COLOURS - 1)]
    final.putpalette(palette + [255] * (3 * COLOURS - len(palette)))
    buffer = io.BytesIO()
    final.save(buffer, "PNG", optimize=True, bits=5, transparency=COLOURS - 1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
