"""How well each cell of a screened grid would do, as a picture over the map."""

import base64
import io
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from affine import Affine
from PIL import Image
from rasterio.enums import Resampling
from rasterio.warp import calculate_default_transform, transform_bounds

from sitesel.findings import Findings, Suitability
from sitesel.layers.grid import Grid, warped
from sitesel.outputs.map.relief import WEB_MERCATOR
from sitesel.report.palette import PALETTE, along

RAMP: Final[list[str]] = PALETTE["suitability"]["ramp"]
STEPS: Final = 20
"""Colours: five points each."""

LONGEST_SIDE: Final = 1200
"""Pixels: finer grids are thinned out, to travel by mail."""


def _warped(given: Suitability) -> tuple[npt.NDArray[np.float64], Affine]:
    """Scores on a grid of the web map's projection; each cell keeps its own score, none is blended."""
    rows, columns = given.grid.shape
    transform, width, height = calculate_default_transform(
        given.grid.crs, WEB_MERCATOR, columns, rows, *given.grid.bounds
    )
    thinner = max(1.0, max(width, height) / LONGEST_SIDE)
    width, height = max(1, round(width / thinner)), max(1, round(height / thinner))
    transform = transform * Affine.scale(thinner)
    onto = Grid(transform, (height, width), WEB_MERCATOR)
    scores = np.asarray(given.score, dtype=np.float64)
    return warped(scores, given.grid.transform, given.grid.crs, onto, Resampling.nearest), transform


def _png(scores: npt.NDArray[np.float64]) -> str:
    known = np.isfinite(scores)
    steps = np.clip(np.where(known, scores, 0.0) / 100.0 * STEPS, 0, STEPS - 1).astype(np.uint8)
    picture = Image.fromarray(np.where(known, steps, STEPS).astype(np.uint8), "P")
    colours = [channel for step in range(STEPS) for channel in along(RAMP, step / (STEPS - 1))]
    picture.putpalette([*colours, 255, 255, 255])
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True, bits=5, transparency=STEPS)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def suitability(findings: Findings) -> list[dict[str, Any]] | None:
    """Pictures of screened grids' scores, one an area.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    list of dict or None
        ``None`` where no grid was screened. Else ``town`` (its place among the study's; null: all), ``href`` (PNG as a
        data URI, clear where no score is), ``corners`` (south-west and north-east as [latitude, longitude] in
        EPSG:4326), ``colours`` of a few scores, ``cell_m``.
    """
    places = {str(town): place for place, town in enumerate(findings.towns.index)}
    return [{"town": places.get(area.town), **_picture(area)} for area in findings.suitability] or None


def _picture(given: Suitability) -> dict[str, Any]:
    scores, transform = _warped(given)
    rows, columns = scores.shape
    right, bottom = transform.c + transform.a * columns, transform.f + transform.e * rows
    west, south, east, north = transform_bounds(WEB_MERCATOR, "EPSG:4326", transform.c, bottom, right, transform.f)
    return {
        "href": _png(scores),
        "corners": [[round(south, 6), round(west, 6)], [round(north, 6), round(east, 6)]],
        "colours": [[points, "rgb({},{},{})".format(*along(RAMP, points / 100))] for points in (0, 25, 50, 75, 100)],
        "cell_m": round(max(given.grid.cell_m)),
    }
