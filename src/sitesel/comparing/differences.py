"""What differs between two runs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sitesel.comparing.sides import Side
from sitesel.text import NAMES

LEAST_POINTS = 0.05
"""A smaller change of a score is not seen where scores have one decimal."""


@dataclass(frozen=True, eq=False)
class Compared:
    """What differs between two runs.

    Parameters
    ----------
    one, other : Side
    plots : DataFrame, index plot, by town and rank after
        ``town name_en name_ru name_ky``, ``rank_before rank_after rank_change`` (``Int64``), ``score_before score_after
        score_change``, ``gate_before gate_after`` (that each failed), ``indicator`` and ``points`` (which moved the
        score most, and by how much). Plots that only one of the runs has lack the other's figures.
    points : DataFrame, plots x indicators
        Points more than before; they add up to the change of the score.
    inputs, parameters : DataFrame, index layer or key
        ``before after`` of those that differ; missing where only one of the runs has it.
    """

    one: Side
    other: Side
    plots: pd.DataFrame
    points: pd.DataFrame
    inputs: pd.DataFrame
    parameters: pd.DataFrame

    @property
    def towns(self) -> Mapping[str, Mapping[str, str]]:
        """Names of the towns of both runs."""
        return {**self.one.towns, **self.other.towns}

    @property
    def indicators(self) -> Mapping[str, Mapping[str, str]]:
        """Names of the indicators of both runs."""
        return {**self.one.indicators, **self.other.indicators}

    @property
    def moved(self) -> pd.DataFrame:
        """Plots whose rank or score changes, and those that only one of the runs has."""
        before, after = self.plots["rank_before"].fillna(0), self.plots["rank_after"].fillna(0)
        change = self.plots["score_change"]
        return self.plots[(before != after) | ~(change.abs() < LEAST_POINTS)]


def compared(one: Side, other: Side) -> Compared:
    """Say what differs between two runs.

    Parameters
    ----------
    one, other : Side
        Before and after.
    """
    plots = other.ranking.index.union(one.ranking.index, sort=False)
    before, after = one.ranking.reindex(plots), other.ranking.reindex(plots)
    indicators = list(dict.fromkeys([*one.points, *other.points]))
    # An indicator that only one side has brings nothing on the other; a plot that only one has cannot be compared.
    both = plots.isin(one.ranking.index) & plots.isin(other.ranking.index)
    there, here = (side.points.reindex(columns=indicators).fillna(0.0).reindex(plots[both]) for side in (other, one))
    points = (there - here).reindex(plots)
    most = points.loc[both].abs().idxmax(axis=1).reindex(plots) if indicators and both.any() else None
    ranks = {"rank_before": before["rank"], "rank_after": after["rank"]}
    whole = pd.DataFrame({name: column.astype("Int64") for name, column in ranks.items()})
    told = after[["town", *NAMES]].combine_first(before[["town", *NAMES]]).reindex(plots)
    frame = told.assign(
        **whole,
        rank_change=whole["rank_after"] - whole["rank_before"],
        score_before=before["score"],
        score_after=after["score"],
        score_change=after["score"] - before["score"],
        gate_before=before["gate"],
        gate_after=after["gate"],
        indicator=most,
    )
    named = zip(frame.index, frame["indicator"], strict=True)
    largest = [float(points.loc[plot, name]) if isinstance(name, str) else np.nan for plot, name in named]
    frame = frame.assign(points=pd.Series(largest, index=frame.index))
    frame.loc[~(frame["points"].abs() >= LEAST_POINTS), ["indicator", "points"]] = [None, np.nan]
    order = (
        frame.assign(place=frame["rank_after"].fillna(len(frame))).sort_values(["town", "place"], kind="stable").index
    )
    return Compared(
        one,
        other,
        frame.loc[order],
        points.loc[order],
        differing(one.inputs, other.inputs),
        differing(one.parameters, other.parameters),
    )


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> pd.DataFrame:
    """Give ``before after`` of the keys that differ; missing where only one has it."""
    keys = [key for key in dict.fromkeys([*one, *other]) if one.get(key) != other.get(key)]
    rows = {key: (one.get(key), other.get(key)) for key in keys}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["before", "after"], dtype=object)
