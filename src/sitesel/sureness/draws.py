"""Scores of the ranked plots in many draws: of worlds that they share, and of what each has for itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sitesel.arrays import Floats, Ints
from sitesel.crew import ALONE, Crew
from sitesel.decision import tightened, total_order, uniform_within
from sitesel.decision.drawing import dirichlet, displacement, quasi_random
from sitesel.indicators import AnyIndicator
from sitesel.region import Region
from sitesel.sureness.places import Displaced
from sitesel.sureness.settings import Sureness
from sitesel.sureness.worlds import drawn_indicator, drawn_world, inputs_of

AXES: Final = ("east", "north")


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

    @property
    def criterion(self) -> "pd.Series[str]":
        """Criterion of each indicator, in the study's order."""
        return pd.Series({part.id: part.criterion for part in self.indicators})


@dataclass(frozen=True, eq=False)
class Model:
    """What was drawn, and how the scores follow from it: any part of it can be drawn anew without measuring again.

    Parameters
    ----------
    curves : sequence of (ndarray, ndarray)
        Value function of each indicator.
    ends : ndarray, worlds x ends (low, high) x indicators x places x plots
        Bounds of every measure.
    world : ndarray of int, draws
    at : ndarray of int, draws x plots
        Which of its places a plot is at.
    between : ndarray, indicators x draws x plots
        Where between its bounds the truth lies, 0..1.
    weights : ndarray, draws x indicators
    order : ndarray of int, draws
        Another draw for each draw, that has nothing to do with it: what is drawn anew is taken from there.
    columns : mapping of str to (int, int)
        The number of an indicator (-1: the place) and of a plot that a name in :attr:`Drawn.own` stands for.
    """

    curves: Sequence[tuple[Floats, Floats]]
    ends: Floats
    world: Ints
    at: Ints
    between: Floats
    weights: Floats
    order: Ints
    columns: Mapping[str, tuple[int, int]]

    def scores(self) -> Floats:
        """Score all plots: draws x plots."""
        return self._scored(np.arange(self.at.shape[1]), self.at, self.between, self.weights, self.world)

    def leads_anew(self, pair: Ints, names: Sequence[str]) -> Iterator[Floats]:
        """Give the lead of one plot over another with something drawn anew, all else as it was.

        Parameters
        ----------
        pair : ndarray of int
            Two plots.
        names : sequence of str
            In :attr:`Drawn.own`; none: all that the plots of a world share, which is taken from each other world.
        """
        at, between, weights = self.at[:, pair], self.between[:, :, pair], self.weights
        for part, plot in {self.columns[name] for name in names if name in self.columns}:
            mine = np.flatnonzero(pair == plot)
            if part < 0:
                at[:, mine] = at[self.order][:, mine]
            else:
                between[part][:, mine] = between[part][self.order][:, mine]
        if any(name not in self.columns for name in names):
            weights = weights[self.order]
        worlds = len(self.ends)
        for shift in [0] if names else range(1, worlds):
            scores = self._scored(pair, at, between, weights, (self.world + shift) % worlds)
            yield scores[:, 0] - scores[:, 1]

    def _scored(self, plots: Ints, at: Ints, between: Floats, weights: Floats, world: Ints) -> Floats:
        scores = np.zeros(at.shape)
        for part, (x, points) in enumerate(self.curves):
            low, high = (self.ends[world[:, None], end, part, at, plots] for end in (0, 1))
            worth = np.interp(low + between[part] * (high - low), x, points) / 100
            scores += 100 * weights[:, part, None] * worth
        return scores


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
    model : Model, optional
        By which the scores followed.
    """

    scores: Floats
    shared: pd.DataFrame
    own: pd.DataFrame
    model: Model | None = None

    def total(self, pair: Ints, names: Sequence[str]) -> float:
        """Share of the variance of the lead of a plot over another that goes with something, alone or not.

        Parameters
        ----------
        pair, names
            As of :meth:`Model.leads_anew`.

        Returns
        -------
        float
            NaN where it cannot be told: one world has no other.
        """
        if self.model is None or (not names and len(self.shared) == 1):
            return float("nan")
        lead = self.scores[:, pair[0]] - self.scores[:, pair[1]]
        anew = [total_order(lead, one) for one in self.model.leads_anew(pair, names)]
        return float(np.mean(anew))


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
    shared = quasi_random(wanted.worlds, inputs_of(region, tested.indicators), tested.seed)
    unknown = [f"{part.id} of {plot}" for part in tested.indicators for plot in plots]
    criteria = [f"weight of {criterion}" for criterion in wanted.weights]
    names = [*(f"place of {plot}" for plot in plots), *unknown, *tested.weights.index, *criteria]
    own = quasi_random(wanted.worlds * wanted.draws, names, tested.seed + 1)
    weights = drawn_weights(own, wanted, tested)
    at = (own[[f"place of {plot}" for plot in plots]].to_numpy() * len(places.east)).astype(np.int64)
    pieces = [world for _, world in shared.iterrows()]
    ends = crew.each(_measured, (region, places, wanted, tested), pieces, lambda done: progress(done, wanted.worlds))
    model = Model(
        curves=[
            (x, points) for x, points in (np.asarray(part.value, dtype=np.float64).T for part in tested.indicators)
        ],
        ends=np.stack(ends),
        world=np.repeat(np.arange(wanted.worlds), wanted.draws),
        at=at,
        between=own[unknown].to_numpy().reshape(len(own), len(tested.indicators), len(plots)).swapaxes(0, 1).copy(),
        weights=weights[[part.id for part in tested.indicators]].to_numpy(),
        order=np.random.default_rng(tested.seed).permutation(len(own)),
        columns={
            **{f"{axis} of {plot}": (-1, column) for column, plot in enumerate(plots) for axis in AXES},
            **{name: divmod(number, len(plots)) for number, name in enumerate(unknown)},
        },
    )
    moved = {
        f"{axis} of {plot}": by[at[:, column], column]
        for column, plot in enumerate(plots)
        for axis, by in zip(AXES, (places.east, places.north), strict=True)
    }
    own = pd.concat([pd.DataFrame(moved), own[unknown], weights], axis=1)
    return Drawn(model.scores(), _as_moves(shared), own, model)


def drawn_weights(u: pd.DataFrame, wanted: Sureness, tested: Tested) -> pd.DataFrame:
    """Draw the weights of the indicators: around the study's, or within its ranges.

    Within ranges, how a criterion's weight is split among its indicators is drawn apart from how much the criterion
    weighs, as it is in a Dirichlet distribution (Connor and Mosimann, 1969).

    Parameters
    ----------
    u : DataFrame of float, draws x (indicators, ``weight of <criterion>``)
        Above 0 and below 1.
    wanted : Sureness
    tested : Tested

    Returns
    -------
    DataFrame of float, draws x indicators
        Rows add up to 1.
    """
    if not wanted.weights:
        return dirichlet(u, tested.weights, wanted.concentration)
    names = list(wanted.weights)
    low, high = wanted.weight_ends
    whole = uniform_within(u[[f"weight of {name}" for name in names]].set_axis(names, axis=1), low, high)
    middle = pd.Series(np.add(*tightened(low, high)) / 2, names)
    within = pd.Series({part.id: part.weight for part in tested.indicators})
    split = dirichlet(u, within * tested.criterion.map(middle).astype(np.float64), wanted.concentration)
    sums = by_criterion(split, tested)[tested.criterion].to_numpy()
    # Where the weights of a criterion are too small to be drawn, it is split as the study says.
    shares = np.where(sums > 0, split / np.where(sums > 0, sums, 1.0), within) * whole[tested.criterion].to_numpy()
    return pd.DataFrame(shares, index=u.index, columns=split.columns)[list(tested.weights.index)]


def by_criterion(weights: pd.DataFrame, tested: Tested) -> pd.DataFrame:
    """Sum weights of indicators by criterion, in the study's order: draws x criteria."""
    criterion = tested.criterion
    summed: pd.DataFrame = weights[list(criterion.index)].T.groupby(criterion, sort=False).sum().T
    return summed


def _measured(ground: tuple[Region, Displaced, Sureness, Tested], world: "pd.Series[float]") -> Floats:
    """Bound every measure of the plots at their places in a world: ends x indicators x places x plots."""
    region, places, wanted, tested = ground
    there = drawn_world(region, wanted, world)
    return np.stack([_ends(drawn_indicator(part, world), places, there) for part in tested.indicators], axis=1)


def _ends(part: AnyIndicator, places: Displaced, world: Region) -> Floats:
    """Bound one measure: what nothing bounds is anything that its value function tells apart."""
    low, high = (places.by_place(bound) for bound in part.measured(places.outlines, world).bounds)
    return np.stack([np.where(np.isnan(low), part.value[0][0], low), np.where(np.isnan(high), part.value[-1][0], high)])


def _as_moves(shared: pd.DataFrame) -> pd.DataFrame:
    """Tell of moved places how far east and north they are moved, in parts of their precision."""
    names = [str(name) for name in shared]
    moved = [name.removeprefix("distance of ") for name in names if name.startswith("distance of ")]
    far, way = (shared[[f"{end} of {place}" for place in moved]].to_numpy() for end in ("distance", "direction"))
    by = displacement(far, way, 1.0)
    found = {f"{axis} of {place}": by[n][:, at] for at, place in enumerate(moved) for n, axis in enumerate(AXES)}
    rest = shared[[name for name in names if not name.startswith(("distance of ", "direction of "))]]
    return pd.concat([rest, pd.DataFrame(found, index=shared.index)], axis=1)
