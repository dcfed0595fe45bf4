"""Who can come to work at each plot, and from where in what time, as plain data for the cards and the map."""

from collections.abc import Hashable
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sitesel.findings import Findings
from sitesel.outputs.map.ground import GEOGRAPHIC, lighter, polygons
from sitesel.outputs.map.islands import named
from sitesel.report.figures import per_job, whole_people
from sitesel.report.ranking import ordered
from sitesel.schema import ESTIMATES

FINE: Final = 10_000
"""Band corners are kept in whole parts of a degree this small: about ten metres, where a band is good to some 500."""

FIRST_TOLERANCE_M: Final = 50.0
LAST_TOLERANCE_M: Final = 800.0
MOST_CORNERS: Final = 60_000
"""Corners of all bands together, some 400 kB: bands are drawn more coarsely until they fit."""

MOST_PLOTS: Final = 60
"""Plots of a town, the best-ranked first, whose bands the page carries."""

MEASURES: Final = {"reach": whole_people, "after": whole_people, "per_job": per_job}
"""What is told of a plot's workers, and how it is rounded."""


def catchments(findings: Findings) -> dict[str, list[Any]] | None:
    """Tell workers in reach, left after rivals, and for each job of every plot, in the order of the plots.

    Returns
    -------
    dict or None
        Rows of ``reach after per_job``, each a list of low, middle, high, a row a plot; ``None`` for a plot without
        figures, and where the study has no labour at all.
    """
    if findings.labour.catchments.empty:
        return None
    return named(
        _catchment(findings.labour.catchments.loc[plot]) if plot in findings.labour.catchments.index else None
        for plot in findings.plots.index
    )


def _catchment(row: pd.Series) -> dict[str, list[float | int | None]]:
    return {
        measure: [rounding(row[f"{measure}_{estimate}"]) for estimate in ESTIMATES]
        for measure, rounding in MEASURES.items()
    }


def bands(findings: Findings) -> dict[str, list[list[Any]]] | None:
    """Outline the ground within reach of each plot.

    Returns
    -------
    dict or None
        By plot id a list of ``[minutes, rings]``, the widest first. A ring is a flat list of whole numbers, ten
        thousandths of a degree: longitude and latitude of its first corner, then the steps from corner to corner.
        ``None`` where the study has none.
    """
    shown = findings.labour.bands[findings.labour.bands["plot"].isin(_foremost(findings))]
    if shown.empty:
        return None
    told: dict[str, list[list[Any]]] = {}
    drawn = shown.set_geometry(lighter(shown.geometry, FIRST_TOLERANCE_M, LAST_TOLERANCE_M, MOST_CORNERS))
    widest_first = drawn.to_crs(GEOGRAPHIC).sort_values(["plot", "minutes"], ascending=[True, False])
    for plot, minutes, area in zip(widest_first["plot"], widest_first["minutes"], widest_first.geometry, strict=True):
        if outline := rings(area):
            told.setdefault(str(plot), []).append([int(minutes), outline])
    return told or None


def _foremost(findings: Findings) -> set[Hashable]:
    return {plot for town in findings.towns.index for plot in ordered(findings, str(town)).index[:MOST_PLOTS]}


def rings(area: BaseGeometry) -> list[list[int]]:
    """Rings of an area in degrees, as steps of ten thousandths.

    Parameters
    ----------
    area : Polygon or MultiPolygon
        In EPSG:4326; none of an empty one, nor of one too small to be seen.

    Returns
    -------
    list of list of int
        Outlines and holes alike: they are told apart by the even-odd rule.

    Examples
    --------
    >>> rings(shapely.box(74.0, 42.0, 74.001, 42.0005))
    [[740010, 420000, 0, 5, -10, 0, 0, -5]]
    """
    lines = (ring for rings in polygons(area) for ring in rings)
    return [steps for line in lines if len(steps := _steps(shapely.get_coordinates(line)[:-1])) > 2 * 2]


def _steps(corners: np.ndarray[Any, Any]) -> list[int]:
    whole = np.rint(corners[:, :2] * FINE).astype(np.int64)
    moved = np.diff(whole, axis=0)
    moved = moved[np.any(moved != 0, axis=1)]
    flat: list[int] = np.concatenate([whole[:1], moved]).ravel().tolist()
    return flat
