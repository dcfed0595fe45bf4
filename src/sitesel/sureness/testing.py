"""A study's ranking put to the test: scores in many draws, what they say of each plot, and what drives them."""

import itertools
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.arrays import Floats, Ints, Objects
from sitesel.crew import ALONE, Crew
from sitesel.decision import (
    acceptability,
    brackets,
    central_weights,
    first_order,
    pairwise,
    programme_plots,
    programmes,
    value_of_knowing,
    verdicts,
    word,
)
from sitesel.decision.drivers import CELLS
from sitesel.indicators import AnyIndicator
from sitesel.region import Region
from sitesel.sureness.draws import AXES, Drawn, Tested, by_criterion, drawn
from sitesel.sureness.places import Displaced
from sitesel.sureness.settings import Sureness
from sitesel.sureness.worlds import MOVED, figures_of, inputs_of
from sitesel.text import Message, names_of, say

DRIVEN: Final = ("share", "total")
SAVED: Final = ("points",)
LEAST_TOLD: Final = {"share": 0.05, "total": 0.05, "points": 0.25}
"""Shares and points below this are not told: they change nothing, or chance alone makes them."""
STEADY: Final = 0.01
"""Points; a lead that spreads by less is driven by nothing."""
WRONG_PAIRS: Final = 31
"""Ways at most in which draws are paired wrongly, to see what chance alone does."""
BEARS_M: Final = 60_000.0
"""A gateway or a source farther off than this bears on none of a town's plots."""
OF_WORLDS: Final = 4
"""Cells of what all plots of a world share: worlds are few."""


@dataclass(frozen=True, eq=False)
class Sure:
    """How sure a ranking is; every table is empty where the study does not ask.

    Parameters
    ----------
    plots : DataFrame, index plot (ranked ones)
        ``first first_three expected low high bracket`` (shares 0..1 and points, see
        :func:`~sitesel.decision.acceptability`), and ``programme``: in what share of the draws it is chosen together
        with the other towns' plots.
    ahead : DataFrame of float, plots x plots
        As from :func:`~sitesel.decision.pairwise`.
    towns : DataFrame, index town
        ``plot`` (rank 1), ``sureness first ahead``, ``shortlist`` and ``most_often`` (the plot with most first places).
    central : DataFrame of float, plots x criteria
        Mean weights of the draws in which the plot is first (Lahdelma and Salminen, 2001); NaN where it never is.
    programmes : DataFrame
        A column of plots for each town and ``share`` of the draws.
    drivers : DataFrame
        ``town subject share total``: of the variance of the first's lead over the runner-up, what goes with the subject
        alone (NaN: next to nothing), and with all that it does alone or together with others (NaN: not told; of what
        the plots of a world share it is told of all together, for worlds are few).
    knowing : DataFrame
        ``town subject points``: by how much the expected regret would fall if it were known.
    draws : int
    """

    plots: pd.DataFrame = field(default_factory=pd.DataFrame)
    ahead: pd.DataFrame = field(default_factory=pd.DataFrame)
    towns: pd.DataFrame = field(default_factory=pd.DataFrame)
    central: pd.DataFrame = field(default_factory=pd.DataFrame)
    programmes: pd.DataFrame = field(default_factory=pd.DataFrame)
    drivers: pd.DataFrame = field(default_factory=pd.DataFrame)
    knowing: pd.DataFrame = field(default_factory=pd.DataFrame)
    draws: int = 0


def put_to_the_test(
    region: Region,
    places: Displaced | None,
    wanted: Sureness | None,
    tested: Tested,
    progress: Callable[[int, int], None],
    crew: Crew = ALONE,
) -> Sure:
    """Carry the ranking out in many drawn worlds.

    Parameters
    ----------
    region : Region
    places : Displaced or None
        Of all plots.
    wanted : Sureness or None
        Both None where the study does not ask.
    tested : Tested
    progress : callable of (worlds done, worlds in all)
    crew : Crew

    Returns
    -------
    Sure
    """
    ranked = tested.ranking[tested.ranking["rank"].notna()]
    if wanted is None or places is None or ranked.empty:
        return Sure()
    places = places.only(ranked.index)
    plots = places.outlines.frame.iloc[places.rows[0]].set_axis(ranked.index, axis=0)
    found = drawn(region, places, wanted, tested, progress, crew)
    town, towns = ranked["town"], list(ranked["town"].unique())
    accepted, ahead = acceptability(found.scores, town), pairwise(found.scores, town)
    together = chosen_together(found.scores, town, tested.excluded)
    shares = programme_plots(together, towns).droplevel("town")
    told = [driven(found, ranked, name, _subjects(region, plots, tested, name)) for name in towns]
    return Sure(
        plots=accepted.assign(
            bracket=brackets(ahead, -ranked["rank"].astype(float), town),
            programme=shares.reindex(accepted.index).fillna(0.0),
        ),
        ahead=ahead,
        towns=_verdicts(accepted, ahead, ranked),
        central=central_weights(found.scores, by_criterion(found.own, tested), town),
        programmes=programmes(together, towns),
        drivers=pd.concat([drivers for drivers, _ in told], ignore_index=True),
        knowing=pd.concat([knowing for _, knowing in told], ignore_index=True),
        draws=len(found.scores),
    )


def _verdicts(accepted: pd.DataFrame, ahead: pd.DataFrame, ranked: pd.DataFrame) -> pd.DataFrame:
    """Give each town's verdict on the plot of rank 1: see :attr:`Sure.towns`."""
    town = ranked["town"]
    found = verdicts(accepted, ahead, town).rename(columns={"plot": "most_often"})
    best = ranked.sort_values("rank", kind="stable").drop_duplicates("town").reset_index(names="plot").set_index("town")
    first = accepted["first"].reindex(best["plot"]).set_axis(best.index)
    least = ahead.min(axis=1).fillna(1.0).reindex(best["plot"]).set_axis(best.index)
    sure = {name: word(first[name], least[name]) for name in best.index}
    return found.assign(plot=best["plot"], first=first, ahead=least, sureness=pd.Series(sure))


def chosen_together(scores: Floats, town: pd.Series, excluded: Sequence[tuple[str, ...]]) -> Objects:
    """Choose one plot a town in each draw: the highest sum of scores that no excluded set stands against.

    Parameters
    ----------
    scores : ndarray of float, draws x plots
    town : Series of str, index plot
    excluded : sequence of tuple of plot

    Returns
    -------
    ndarray of object, draws x towns
        Plots, towns in order of first appearance; None where every combination is excluded.

    Examples
    --------
    >>> scores = np.array([[70.0, 60.0, 50.0], [70.0, 60.0, 50.0]])
    >>> town = pd.Series({"a": "osh", "b": "osh", "x": "chui"})
    >>> chosen_together(scores, town, [("a", "x")]).tolist()
    [['b', 'x'], ['b', 'x']]
    """
    here = [np.flatnonzero(town.to_numpy() == name) for name in town.unique()]
    names: Objects = town.index.to_numpy(object)
    sets = [set(together) for together in excluded]
    best = np.column_stack([columns[scores[:, columns].argmax(axis=1)] for columns in here])
    chosen: Objects = names[best]
    if sets:
        for draw in range(len(scores)):
            if any(together <= set(chosen[draw]) for together in sets):
                chosen[draw] = _next_best(scores[draw], here, names, sets)
    return chosen


def _next_best(scores: Floats, here: list[Ints], names: Objects, sets: list[set[str]]) -> list[Any]:
    combinations = itertools.product(*here)
    allowed = [tuple_ for tuple_ in combinations if not any(one <= set(names[list(tuple_)]) for one in sets)]
    best = max(allowed, key=lambda plots: scores[list(plots)].sum(), default=None)
    return [None] * len(here) if best is None else list(names[list(best)])


@dataclass(frozen=True)
class Subject:
    """One thing that could be found out.

    Parameters
    ----------
    label : Message
    columns : tuple of str
        Of what was drawn.
    shared : bool
        Whether it is drawn once for all plots of a world.
    known : bool
        Whether somebody could know it. Weights are a choice: they drive an order, and nobody finds them out.
    """

    label: Message
    columns: tuple[str, ...]
    shared: bool
    known: bool = True


def _subjects(region: Region, plots: gpd.GeoDataFrame, tested: Tested, town: str) -> list[Subject]:
    """List what bears on the order of a town's plots."""
    inputs = inputs_of(region, tested.indicators)
    found = _of_all_places(inputs, tested.indicators)
    own = plots[plots["town"] == town]
    for layer in MOVED:
        frame = region.frames[layer]
        for place, row in frame[frame.dwithin(own.union_all(), BEARS_M)].iterrows():
            called = {"what": names_of(row) or str(place)}
            moved = tuple(f"{axis} of {layer} {place}" for axis in AXES)
            if f"distance of {layer} {place}" in inputs:
                found.append(Subject(Message("subject.place", called), moved, shared=True))
            if layer == "utilities" and f"spare {place}" in inputs:
                found.append(Subject(Message("subject.spare", called), (f"spare {place}",), shared=True))
    for plot, row in own.iterrows():
        called = {"what": names_of(row) or str(plot)}
        moved = tuple(f"{axis} of {plot}" for axis in AXES)
        found.append(Subject(Message("subject.place", called), moved, shared=False))
        for part in (one for one in tested.indicators if tested.open.loc[plot, one.id]):
            said = Message("subject.measure", {**called, "measure": part.label})
            found.append(Subject(said, (f"{part.id} of {plot}",), shared=False))
    weights = tuple(str(name) for name in tested.weights.index)
    return _told_apart([*found, Subject(Message("subject.weights"), weights, shared=False, known=False)])


def _of_all_places(inputs: Collection[str], indicators: Sequence[AnyIndicator]) -> list[Subject]:
    """List what is drawn for a world and is of no place."""
    subjects = [
        ("speeds", [name for name in inputs if name.startswith("speed")]),
        ("workers", ["participation", "working age", "people"]),
        ("draw_cap", ["draw cap"]),
        ("costs", ["line costs", "plant costs"]),
    ]
    for part in indicators:
        subjects += [
            (subject, figures_of(part, [name for name in settings if name in part.unsure]))
            for subject, settings in part.left_open.items()
        ]
    return [
        Subject(Message(f"subject.{subject}"), tuple(columns), shared=True)
        for subject, columns in subjects
        if columns and set(columns) <= set(inputs)
    ]


def _told_apart(subjects: Sequence[Subject]) -> list[Subject]:
    """Add what was drawn to subjects that are called alike, as those of plots of one name are."""
    called = [say(one.label, "en") for one in subjects]
    return [
        replace(one, label=Message("subject.alike", {"subject": one.label, "drawn": one.columns[0]}))
        if called.count(name) > 1
        else one
        for one, name in zip(subjects, called, strict=True)
    ]


def driven(
    found: Drawn, ranked: pd.DataFrame, town: str, subjects: Sequence[Subject]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Say what drives the order of a town's plots, and what is worth finding out first.

    Returns
    -------
    drivers, knowing : DataFrame
        As :attr:`Sure.drivers` and :attr:`Sure.knowing`, without what brings nothing.
    """
    columns = np.flatnonzero(ranked["town"].to_numpy() == town)
    scores = found.scores[:, columns]
    if len(columns) < 2:  # noqa: PLR2004 -- one plot has nobody to lead
        return _told(town, DRIVEN, []), _told(town, SAVED, [])
    order = np.argsort(-scores.mean(axis=0), kind="stable")
    pair = columns[order[:2]]
    lead = found.scores[:, pair[0]] - found.scores[:, pair[1]]
    worlds = len(found.shared)
    means = lead.reshape(worlds, -1).mean(axis=1)
    driven_at_all = lead.std() >= STEADY
    of_worlds = float(means.var() / lead.var()) if driven_at_all else 0.0
    by_world = scores.reshape(worlds, -1, len(columns)).mean(axis=1)
    shares: list[tuple[Message, float, float]] = []
    points: list[tuple[Message, float]] = []
    for one in subjects:
        drawn_for, leads, valued = (found.shared, means, by_world) if one.shared else (found.own, lead, scores)
        table, cells = drawn_for[list(one.columns)], OF_WORLDS if one.shared else CELLS
        subject = {"it": list(one.columns)}
        share = float(first_order(table, leads, subject, cells)["it"]) * (of_worlds if one.shared else 1.0)
        # Few worlds, or a fit of many weights, find something in whatever is drawn; places and measures have few terms.
        doubtful = one.shared or not one.known
        told = driven_at_all and share >= LEAST_TOLD["share"] and not (doubtful and _by_chance(table, leads, cells))
        if one.shared and not told:
            continue
        total = found.total(pair, one.columns) if driven_at_all and not one.shared else math.nan
        shares.append((one.label, share if told else 0.0, total))
        if one.known:
            points.append((one.label, float(value_of_knowing(table, valued, subject, cells)["it"])))
    # What worlds differ in is told alone only where it bears on the lead: means of few draws differ by chance.
    if driven_at_all and (total := found.total(pair, [])) >= LEAST_TOLD["total"]:
        shares.append((Message("subject.shared"), of_worlds, total))
    return _told(town, DRIVEN, shares), _told(town, SAVED, points)


def _by_chance(table: pd.DataFrame, leads: Floats, cells: int) -> bool:
    """Whether what seems to drive the leads does so no better than if paired with those of the wrong draws."""
    subject = {"it": [str(column) for column in table.columns]}
    # In any order: even draws lie in steps, so that each stands as far on from another that is all but the same.
    pairs = np.random.default_rng(0)
    wrong = (float(first_order(table, pairs.permutation(leads), subject, cells)["it"]) for _ in range(WRONG_PAIRS))
    return float(first_order(table, leads, subject, cells)["it"]) <= max(wrong)


def _told(town: str, what: Sequence[str], found: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Keep what any figure is large enough of, the largest first; smaller figures beside it are not told."""
    table = pd.DataFrame(found, columns=["subject", *what]).astype(dict.fromkeys(what, float))
    figures = table[list(what)].where(lambda told: told >= pd.Series({name: LEAST_TOLD[name] for name in what}))
    kept = table.assign(**figures, town=town)[["town", "subject", *what]][figures.notna().any(axis=1)]
    return kept.sort_values(list(what), ascending=False, kind="stable", na_position="last", ignore_index=True)
