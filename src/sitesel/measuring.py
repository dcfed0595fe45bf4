"""Measures of a study's plots, as things are and in its scenarios."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from sitesel.country import in_words_of
from sitesel.crew import ALONE, Crew
from sitesel.findings import Decision, decide
from sitesel.region import Outlines, Region
from sitesel.scenarios import Scenario, region_in, roads_differ
from sitesel.study import Study
from sitesel.sureness import Displaced, displaced, over_places
from sitesel.text import Message

Progress = Callable[[Message], None]


def silent(_: Message) -> None:
    """Say nothing."""


def measure(
    study: Study,
    region: Region,
    outlines: Outlines,
    progress: Progress,
    places: Displaced | None = None,
    *,
    told: bool = True,
) -> Decision:
    """Measure every indicator of a study on outlines.

    Parameters
    ----------
    study : Study
    region : Region
    outlines : Outlines
    progress : callable of Message
    places : Displaced, optional
        Of the same outlines: then they are measured over these.
    told : bool
        Whether to say what each was measured to, and why it is not known: of plots, not of all cells of a grid.
    """
    found = {}
    for part in study.indicators:
        progress(in_words_of(study.words, Message("progress.measuring", {"indicator": part.label})))
        found[part.id] = part.measured(outlines, region)
        if places:
            found[part.id] = over_places(found[part.id], part.measured(places.outlines, region), places)
    nothing = pd.DataFrame(index=outlines.index)

    def worded(reason: object) -> object:
        return in_words_of(study.words, reason) if isinstance(reason, Message) else reason

    return Decision(
        indicators=nothing,
        measures=pd.DataFrame({name: one.amount for name, one in found.items()}),
        low=pd.DataFrame({name: one.bounds[0] for name, one in found.items()}),
        high=pd.DataFrame({name: one.bounds[1] for name, one in found.items()}),
        reasons=pd.DataFrame({name: one.reason.map(worded) for name, one in found.items()}) if told else nothing,
        details=pd.DataFrame({name: one.detail for name, one in found.items()}) if told else nothing,
        worth=nothing,
        ranking=nothing,
    )


class Base(NamedTuple):
    """What scenarios are held against.

    Attributes
    ----------
    decision : Decision
        Of the study itself.
    barred : Series of bool, index plot
        Plots that a rule excludes, whatever the scenario.
    places : Displaced or None
        That the study's plots are measured over.
    """

    decision: Decision
    barred: "pd.Series[bool]"
    places: Displaced | None


def in_scenarios(
    study: Study, region: Region, plots: Outlines, base: Base, progress: Progress, crew: Crew = ALONE
) -> tuple[pd.DataFrame, list[Message]]:
    """Rank the same plots in each scenario of a study.

    Parameters
    ----------
    study : Study
    region : Region
    plots : Outlines
    base : Base
    progress : callable of Message
    crew : Crew

    Returns
    -------
    scenarios : DataFrame, index plot
        As :attr:`~sitesel.findings.Findings.scenarios`; without rows where the study has none.
    notices : list of Message

    Raises
    ------
    SiteselError
        What a scenario names cannot be used.
    """
    notices: list[Message] = []
    if not study.scenarios:
        return pd.DataFrame(), notices

    def told(done: int) -> None:
        progress(Message("progress.scenarios", {"done": done, "of": len(study.scenarios)}))

    found = [_standing(base.decision, "study")]
    shared = (study, region, plots, base)
    for one, (standing, warned) in zip(
        study.scenarios, crew.each(_in_scenario, shared, study.scenarios, told), strict=True
    ):
        found.append(standing)
        notices += warned
        if found[0].equals(standing.set_axis(found[0].columns, axis=1)):
            notices.append(Message("notice.idle_scenario", {"name": one.name.by_language()}))
    return pd.concat([base.decision.ranking["town"], *found], axis=1), notices


def _in_scenario(
    shared: tuple[Study, Region, Outlines, Base], one: Scenario
) -> tuple[pd.DataFrame, tuple[Message, ...]]:
    """Rank the plots in one scenario, and say what it warns of."""
    study, region, plots, base = shared
    asked = study.under(one)
    world = region_in(region, asked.asked, one)
    jobs = plots.frame["town"].map({town.id: float(town.jobs) for town in asked.towns})
    frame = plots.frame.assign(jobs=jobs, need_ha=jobs / asked.programme.jobs_per_ha)
    there, places = replace(plots, frame=frame), base.places and base.places.asking(frame)
    if roads_differ(region, world):
        there = world.outlines(frame, asked.modes, all_reached=False)
        places = places and displaced(world, there, len(places.east))
    there.on_the_ground_of(plots)
    if places and base.places:
        places.outlines.on_the_ground_of(base.places.outlines)
    decision = decide(asked, measure(asked, world, there, silent, places), frame, base.barred)
    return _standing(decision, one.id), world.notices


def _standing(decision: Decision, scenario: str) -> pd.DataFrame:
    return decision.ranking[["score", "rank"]].add_prefix(f"{scenario}_")
