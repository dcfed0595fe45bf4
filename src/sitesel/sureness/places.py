"""Plots whose place is known to so many kilometres, measured at many places within them."""

from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.affinity import translate

from sitesel.arrays import Floats, Ints
from sitesel.decision.drawing import GOLDEN, displacement
from sitesel.indicators import Measured
from sitesel.region import Outlines, Region

METRES: Final = 1000.0
GATE_M: Final = 250.0
"""Distance of the points along a moved plot's boundary that are tried as ways in: its place is not known to that."""
RANGE: Final = (0.05, 0.95)
"""Shares of a plot's places below which its low lies, and its high."""


@dataclass(frozen=True, eq=False)
class Displaced:
    """Every plot at each of its places.

    Parameters
    ----------
    outlines : Outlines
        Each of them once: a plot whose place is exact has one.
    plots : Index
    east, north : ndarray of float, places x plots
        Metres that each is moved by.
    rows : ndarray of int, places x plots
        Which of the outlines it then is.
    """

    outlines: Outlines
    plots: pd.Index
    east: Floats
    north: Floats
    rows: Ints

    def only(self, plots: pd.Index) -> "Displaced":
        """Take some of the plots."""
        at = self.plots.get_indexer(plots)
        kept, rows = np.unique(self.rows[:, at], return_inverse=True)
        rows = rows.reshape(-1, len(plots))
        return Displaced(self.outlines.some(kept), plots, self.east[:, at], self.north[:, at], rows)

    def asking(self, frame: gpd.GeoDataFrame) -> "Displaced":
        """Let the plots ask for other ``jobs`` and ``need_ha``, as a frame of them says."""
        plot = np.empty(len(self.outlines.index), dtype=np.int64)
        plot[self.rows] = np.arange(len(self.plots))
        asked = {name: frame[name].reindex(self.plots).to_numpy()[plot] for name in ("jobs", "need_ha")}
        return replace(self, outlines=replace(self.outlines, frame=self.outlines.frame.assign(**asked)))

    def by_place(self, amount: pd.Series) -> Floats:
        """Lay an amount of the outlines out as places x plots."""
        table: Floats = amount.to_numpy(np.float64)[self.rows]
        return table


def displaced(region: Region, plots: Outlines, positions: int) -> Displaced:
    """Move plots within the circle that their place is known to: every spot of it is as likely.

    The places of a plot fill its circle evenly, one golden angle after the other (Vogel, 1979). They lie alike for all
    plots and seeds: no plot's measures hang on chance, nor on which others are candidates.

    Parameters
    ----------
    region : Region
    plots : Outlines
        With ``precision_km`` in their frame (empty: exact).
    positions : int

    Returns
    -------
    Displaced
        Places that no road reaches have no gate.
    """
    frame = plots.frame
    number = np.arange(positions)[:, None]
    radius = METRES * frame["precision_km"].fillna(0.0).to_numpy(np.float64)
    # From one place to the next it is the golden part of a full turn.
    east, north = displacement((number + 0.5) / positions, GOLDEN * number, radius)
    own = (radius > 0) | (number == 0)  # all are at the first place; one whose place is exact stays there
    rows = np.where(own, own.cumsum().reshape(own.shape) - 1, np.arange(len(frame)))
    place, plot = np.nonzero(own)
    names = pd.Index([f"{name} {nth}" for name, nth in zip(frame.index[plot], place, strict=True)])
    there = frame.iloc[plot].set_axis(names, axis=0)
    moved = there.set_geometry(shifted(there.geometry, east[own], north[own]))
    every = region.outlines(moved, list(plots.places), GATE_M, all_reached=False)
    return Displaced(every, plots.index, east, north, rows)


def shifted(shapes: gpd.GeoSeries, east: Floats, north: Floats) -> gpd.GeoSeries:
    """Move each shape by its own metres."""
    moved = [translate(shape, *by) for shape, by in zip(shapes, np.column_stack([east, north]), strict=True)]
    return gpd.GeoSeries(moved, index=shapes.index, crs=shapes.crs)


def over_places(here: Measured, there: Measured, places: Displaced) -> Measured:
    """Measure plots over all their places: to tell metres where kilometres are known would be a false exactness.

    Parameters
    ----------
    here : Measured
        Of the plots as they are drawn.
    there : Measured
        Of the same indicator, at their places.
    places : Displaced

    Returns
    -------
    Measured
        ``amount`` the mean over the places where it is known, not known where the plot's own is not; ``low`` and
        ``high`` bound the amount and all but the outermost twentieths of the places.
    """
    own = here.amount.reindex(places.plots)
    low, high = (bound.reindex(places.plots).to_numpy(np.float64) for bound in here.bounds)
    moved = [places.by_place(bound) for bound in there.bounds]
    with np.errstate(invalid="ignore"):
        known = ~np.isnan(places.by_place(there.amount))
        sums = np.where(known, places.by_place(there.amount), 0.0).sum(axis=0)
        mean = np.divide(sums, known.sum(axis=0), out=own.to_numpy(np.float64).copy(), where=known.any(axis=0))
    least, most = _quantile(moved[0], RANGE[0]), _quantile(moved[1], RANGE[1])
    still = (places.east == 0).all(axis=0) & (places.north == 0).all(axis=0)
    amount = pd.Series(np.where(still, own, mean), index=places.plots).where(own.notna())
    least, most = np.where(still, low, least), np.where(still, high, most)
    return replace(
        here,
        amount=amount,
        low=pd.Series(np.where(amount < least, amount, least), index=places.plots),
        high=pd.Series(np.where(amount > most, amount, most), index=places.plots),
    )


def _quantile(table: Floats, share: float) -> Floats:
    """Quantile over the places; what one place does not bound, nothing bounds."""
    found: Floats = np.where(np.isnan(table).any(axis=0), np.nan, np.quantile(np.nan_to_num(table), share, axis=0))
    return found
