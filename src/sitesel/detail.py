"""What is worked out in detail, for the plots that can still matter: their connections, and the choice among all."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sitesel.connections.connecting import Connected, Terms, connecting, shared_sources
from sitesel.crew import ALONE, Crew
from sitesel.decision import foremost
from sitesel.programme import Question
from sitesel.programme.settings import Programme
from sitesel.programme.together import Together, choose_together
from sitesel.region import Outlines, Region
from sitesel.text import Message


class Choice(NamedTuple):
    """What is chosen among.

    Attributes
    ----------
    programme : Programme
    questions : mapping of estimate to Question
        With the scores of the ranking.
    ranking : DataFrame
        As :attr:`sitesel.findings.Decision.ranking`.
    terms : Terms or None
        Of the connections of all plots.
    barred : tuple of (plot, plot)
        Pairs that cannot both be chosen, whatever the networks have to spare.
    """

    programme: Programme
    questions: Mapping[str, Question]
    ranking: pd.DataFrame
    terms: Terms | None
    barred: tuple[tuple[str, ...], ...]


class Detail(NamedTuple):
    """What was found: the plots told in detail, their connections, the plots chosen among all, and barred sets."""

    plots: Outlines
    joined: Connected
    chosen: Together
    barred: tuple[tuple[str, ...], ...]


def in_detail(
    region: Region,
    plots: Outlines,
    choice: Choice,
    count: int | None,
    progress: Callable[[Message], None],
    crew: Crew = ALONE,
) -> Detail:
    """Join the plots that can still matter to the networks, and choose among all plots.

    A plot that is chosen, in whatever combination is told, is joined too, and the choice made again if that bars it: so
    no answer is other than if all plots were joined.

    Parameters
    ----------
    region : Region
    plots : Outlines
    choice : Choice
    count : int or None
        Plots of each town that are told in detail; None: all.
    progress : callable of Message
    crew : Crew
    """
    names, barred, begun = plots.index, choice.barred, lambda: progress(Message("progress.programme"))

    def choose() -> Together:
        return choose_together(choice.programme, choice.questions, choice.ranking, barred, begun)

    if count is not None and len(first := foremost(choice.ranking, count)) < len(names):
        names = first.union(sorted(_named(choose())), sort=False)
    while True:
        told = plots.some(np.flatnonzero(plots.index.isin(names)))
        terms = choice.terms and replace(choice.terms, need=choice.terms.need.loc[told.index])
        joined = connecting(region, told, terms, progress, crew)
        barred = (*joined.sets, *choice.barred)
        chosen = choose()
        if _named(chosen) <= set(names):
            return Detail(told, replace(joined, shared=shared_sources(joined, chosen.plots)), chosen, barred)
        names = names.union(sorted(_named(chosen)), sort=False)


def _named(chosen: Together) -> set[str]:
    """Name the plots of every combination that is told."""
    parts: list[Any] = [chosen.plots, chosen.unbound]
    for answer in chosen.answers.values():
        combinations = answer.combinations.reindex(columns=answer.towns.index)  # without a column where none is left
        parts += [combinations[town] for town in combinations]
        parts += [answer.towns["plot"], answer.towns["best_plot"]]
    return set(pd.Series([plot for part in parts for plot in part], dtype=object).dropna().astype(str))
