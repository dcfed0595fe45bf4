"""Scores of the ranked plots in many draws: of worlds that they share, and of what each has for itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sitesel.arrays import Floats, Ints
from sitesel.crew import ALONE, Crew
from sitesel.decision.drawing import dirichlet, displacement, quasi_random
from sitesel.indicators import AnyIndicator
from sitesel.region import Region
from sitesel.sureness.places import Displaced
from sitesel.sureness.settings import Sureness
from sitesel.sureness.worlds import drawn_world, inputs_of

AXES: Final = ("east", "north")
_World = tuple["pd.Series[float]", Ints, list[tuple[Floats, Floats]]]
"""Drawn for a world, and for its draws: places of plots; by indicator what is between its bounds, and its weight."""


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
    open : DataFrame of bool, plots x indicators
        Where the bounds of a measure lie apart, or there are none.
    excluded : sequence of tuple of plot
        Sets that cannot all be chosen together.
    seed : int
    """

    indicators: Sequence[AnyIndicator]
    weights: pd.Series
    ranking: pd.DataFrame
    open: pd.DataFrame
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
        Drawn once for all plots of a world, each between 0 and 1; of moved places ``east of <layer> <place>`` and
        ``north of ...``, in parts of their precision.
    own : DataFrame of float, draws x inputs
        Drawn for each plot: ``east of <plot>``, ``north of <plot>`` (metres that it is moved by),
        ``<indicator> of <plot>`` (0..1, where between its bounds the truth lies), and the weights by indicator.
    """

    scores: Floats
    shared: pd.DataFrame
    own: pd.DataFrame


def drawn(
    region: Region,
    places: Displaced,
    wanted: Sureness,
    tested: Tested,
    progress: Callable[[int, int], None],
    crew: Crew = ALONE,
) -> Drawn:
    """Score the plots in many draws.

    Parameters
    ----------
    region : Region
    places : Displaced
        Of the plots.
    wanted : Sureness
    tested : Tested
    progress : callable of (worlds done, worlds in all)
    crew : Crew

    Returns
    -------
    Drawn
    """
    plots = places.plots
    shared = quasi_random(wanted.worlds, inputs_of(region), tested.seed)
    unknown = [f"{part.id} of {plot}" for part in tested.indicators for plot in plots]
    names = [*(f"place of {plot}" for plot in plots), *unknown, *tested.weights.index]
    own = quasi_random(wanted.worlds * wanted.draws, names, tested.seed + 1)
    weights = dirichlet(own, tested.weights, wanted.concentration)
    at = (own[[f"place of {plot}" for plot in plots]].to_numpy() * len(places.east)).astype(np.int64)
    between = [own[[f"{part.id} of {plot}" for plot in plots]].to_numpy() for part in tested.indicators]
    pieces = []
    for number, (_, world) in enumerate(shared.iterrows()):
        rows = slice(number * wanted.draws, (number + 1) * wanted.draws)
        by_part = [
            (one[rows], weights[part.id].to_numpy()[rows]) for one, part in zip(between, tested.indicators, strict=True)
        ]
        pieces.append((world, at[rows], by_part))
    found = crew.each(_scores, (region, places, wanted, tested), pieces, lambda done: progress(done, wanted.worlds))
    moved = {
        f"{axis} of {plot}": by[at[:, column], column]
        for column, plot in enumerate(plots)
        for axis, by in zip(AXES, (places.east, places.north), strict=True)
    }
    return Drawn(
        np.concatenate(found), _as_moves(shared), pd.concat([pd.DataFrame(moved), own[unknown], weights], axis=1)
    )


def _scores(ground: tuple[Region, Displaced, Sureness, Tested], piece: _World) -> Floats:
    """Score the plots in the draws of one world: draws x plots."""
    (region, places, wanted, tested), (world, at, by_part) = ground, piece
    there, scores = drawn_world(region, wanted, world), np.zeros(at.shape)
    for part, (between, weight) in zip(tested.indicators, by_part, strict=True):
        scores += 100 * weight[:, None] * _worth(part, places, there, at, between)
    return scores


def _as_moves(shared: pd.DataFrame) -> pd.DataFrame:
    """Tell of moved places how far east and north they are moved, in parts of their precision."""
    names = [str(name) for name in shared]
    moved = [name.removeprefix("distance of ") for name in names if name.startswith("distance of ")]
    far, way = (shared[[f"{end} of {place}" for place in moved]].to_numpy() for end in ("distance", "direction"))
    by = displacement(far, way, 1.0)
    found = {f"{axis} of {place}": by[n][:, at] for at, place in enumerate(moved) for n, axis in enumerate(AXES)}
    rest = shared[[name for name in names if not name.startswith(("distance of ", "direction of "))]]
    return pd.concat([rest, pd.DataFrame(found, index=shared.index)], axis=1)


def _worth(part: AnyIndicator, places: Displaced, world: Region, at: Ints, between: Floats) -> Floats:
    """Worth (0..1) of one indicator in the draws of a world: draws x plots."""
    x, points = np.asarray(part.value, dtype=np.float64).T
    low, high = (places.by_place(bound) for bound in part.measured(places.outlines, world).bounds)
    low, high = np.where(np.isnan(low), x[0], low), np.where(np.isnan(high), x[-1], high)
    plot = np.arange(at.shape[1])
    low, high = low[at, plot], high[at, plot]
    worth: Floats = np.interp(low + between * (high - low), x, points) / 100
    return worth
