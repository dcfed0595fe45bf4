"""Scores of the ranked plots in many draws: of worlds that they share, and of what each has for itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.decision.drawing import dirichlet, displacement, quasi_random
from sitesel.indicators import AnyIndicator
from sitesel.region import Outlines, Region
from sitesel.schema import RoadMode
from sitesel.sureness.settings import Sureness
from sitesel.sureness.worlds import METRES, FloatArray, drawn_world, inputs_of, shifted

IntArray = np.ndarray[Any, np.dtype[np.intp]]
GATE_M: Final = 250.0
"""Distance of the points along a displaced plot's boundary that are tried as ways in: its place is not known to that."""


@dataclass(frozen=True, eq=False)
class Tested:
    """What is put to the test.

    Parameters
    ----------
    indicators : sequence of Indicator
    weights : Series of float, index indicator
        Of the whole.
    ranking : DataFrame, index plot
        ``town`` and ``rank``; only plots with a rank are drawn.
    excluded : sequence of tuple of plot
        Sets that cannot all be chosen together.
    seed : int
    """

    indicators: Sequence[AnyIndicator]
    weights: pd.Series
    ranking: pd.DataFrame
    excluded: Sequence[tuple[str, ...]] = ()
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Drawn:
    """Scores, and what was drawn for them. Draws of one world stand together, worlds one after the other.

    Parameters
    ----------
    scores : ndarray of float, draws x plots
        0..100.
    shared : DataFrame of float, worlds x inputs
        Drawn once for all plots of a world, each between 0 and 1.
    own : DataFrame of float, draws x inputs
        Drawn for each plot: ``east of <plot>``, ``north of <plot>`` (metres that it is moved by),
        ``<indicator> of <plot>`` (0..1, where between its bounds the truth lies), and the weights by indicator.
    """

    scores: FloatArray
    shared: pd.DataFrame
    own: pd.DataFrame


def drawn(
    region: Region, plots: gpd.GeoDataFrame, wanted: Sureness, tested: Tested, progress: Callable[[int, int], None]
) -> Drawn:
    """Score the plots in many draws.

    Parameters
    ----------
    region : Region
    plots : GeoDataFrame of Polygon, index plot
        As :class:`~sitesel.region.Outlines` has them, with ``precision_km``.
    wanted : Sureness
    tested : Tested
    progress : callable of (worlds done, worlds in all)

    Returns
    -------
    Drawn
    """
    shared = quasi_random(wanted.worlds, inputs_of(region), tested.seed)
    unknown = [f"{part.id} of {plot}" for part in tested.indicators for plot in plots.index]
    names = [*(f"place of {plot}" for plot in plots.index), *unknown, *tested.weights.index]
    own = quasi_random(wanted.worlds * wanted.draws, names, tested.seed + 1)
    moved = _moves(plots, wanted.positions, tested.seed + 2)
    copies = _copies(region, plots, moved, [mode for mode in region.networks])
    weights = dirichlet(own, tested.weights, wanted.concentration)
    at = (own[[f"place of {plot}" for plot in plots.index]].to_numpy() * wanted.positions).astype(int)
    scores = np.empty((len(own), len(plots)))
    for number, (_, world) in enumerate(shared.iterrows()):
        there = drawn_world(region, wanted, world)
        rows = slice(number * wanted.draws, (number + 1) * wanted.draws)
        scores[rows] = 0.0
        for part in tested.indicators:
            between = own[[f"{part.id} of {plot}" for plot in plots.index]].to_numpy()[rows]
            worth = _worth(part, copies, there, at[rows], between)
            scores[rows] += 100 * weights[part.id].to_numpy()[rows, None] * worth
        progress(number + 1, wanted.worlds)
    places = {
        f"{axis} of {plot}": moved[way, at[:, column], column]
        for column, plot in enumerate(plots.index)
        for way, axis in enumerate(("east", "north"))
    }
    return Drawn(scores, shared, pd.concat([pd.DataFrame(places), own[unknown], weights], axis=1))


def _moves(plots: gpd.GeoDataFrame, positions: int, seed: int) -> FloatArray:
    """Metres east and north by which each plot is moved: 2 x positions x plots."""
    ends = [f"{end} {plot}" for end in ("distance", "direction") for plot in plots.index]
    u = quasi_random(1 << (positions - 1).bit_length(), ends, seed).to_numpy()[:positions]
    radius = METRES * plots["precision_km"].fillna(0.0).to_numpy(np.float64)
    return np.stack(displacement(u[:, : len(plots)], u[:, len(plots) :], radius))


def _copies(region: Region, plots: gpd.GeoDataFrame, moved: FloatArray, modes: Sequence[RoadMode]) -> Outlines:
    """Every plot at each of its places: position by position, plots in their order."""
    parts = [
        plots.set_geometry(shifted(plots.geometry, *moved[:, position])).set_axis(
            pd.Index([f"{plot} {position}" for plot in plots.index]), axis=0
        )
        for position in range(moved.shape[1])
    ]
    frame = gpd.GeoDataFrame(pd.concat(parts), crs=plots.crs)
    return region.outlines(frame, modes, GATE_M, all_reached=False)


def _worth(
    part: AnyIndicator, copies: Outlines, world: Region, at: IntArray, between: FloatArray
) -> FloatArray:
    """Worth (0..1) of one indicator in the draws of a world: draws x plots."""
    found = part.measured(copies, world)
    x, points = np.asarray(part.value, dtype=np.float64).T
    low, high = (bound.to_numpy(np.float64).reshape(-1, at.shape[1]) for bound in found.bounds)
    low, high = np.where(np.isnan(low), x[0], low), np.where(np.isnan(high), x[-1], high)
    plot = np.arange(at.shape[1])
    low, high = low[at, plot], high[at, plot]
    return np.interp(low + between * (high - low), x, points) / 100
