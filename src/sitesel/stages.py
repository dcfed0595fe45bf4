"""From a study to findings: the stages of a run, one under the other."""

import hashlib
import json
import os
import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sitesel import __version__
from sitesel.connections.connecting import Terms, ruled_out, terms_of_connection, voltage_unknown
from sitesel.connections.record import connection_record
from sitesel.crew import ALONE, Crew
from sitesel.decision import could_be_first
from sitesel.detail import Choice, in_detail
from sitesel.errors import SiteselError
from sitesel.findings import Findings, decide, scored
from sitesel.ground import land, usable
from sitesel.indicators import JobsNearHome, MinutesToStaff
from sitesel.labour.named import words_unknown
from sitesel.labour.workers import workers
from sitesel.labour.workforce import Workforce, rivals_told, shared_out, workforce
from sitesel.measuring import Base, Progress, in_scenarios, measure, silent
from sitesel.programme import Joint, Question
from sitesel.programme.together import record, refuse_impossible
from sitesel.region import Inputs, Outlines, Region, Source, read_inputs, sources, survey
from sitesel.region.reading import Given
from sitesel.rules.verdicts import rule_record, verdicts
from sitesel.scenarios import refuse_strange_roads, region_in
from sitesel.schema import ESTIMATES
from sitesel.study import Study, study_of
from sitesel.sureness import Tested, displaced, put_to_the_test
from sitesel.text import LANGUAGES, Message, listed, say

LIBRARIES: Final = ("geopandas", "networkx", "numpy", "pandas", "pyproj", "rasterio", "scipy", "shapely")


def run(
    study: Study | Path | str | dict[str, Any],
    progress: Progress = silent,
    *,
    layers: Mapping[str, Given] | None = None,
    sure: bool = True,
    scenario: str | None = None,
    crew: Crew = ALONE,
) -> Findings:
    """Carry a study out.

    Parameters
    ----------
    study : Study, Path, str or dict
        A study, or its TOML file (see ``docs/study.md``), from whose folder relative file names start.
    progress : callable of Message, optional
        Told what is being done.
    layers : mapping of str to GeoDataFrame or MultiDiGraph, optional
        Layers held in memory, in place of files: features, or for ``roads`` also a network in OSMnx's conventions.
    sure : bool
        Whether to find out how sure the ranking is, where the study asks. Without it the ranking is the same, and
        there sooner.
    scenario : str, optional
        Id of one of the study's scenarios: all is found out as it would be then.
    crew : Crew, optional
        Who does what can be done in pieces; what comes out is the same.

    Returns
    -------
    Findings

    Raises
    ------
    SiteselError
        The study or a layer cannot be used; one line a fault.
    """
    asked = study_of(study)
    if scenario is not None:
        asked.scenario(scenario)
    inputs = read_inputs(asked.study, asked.layers, source_of(asked, layers), progress)
    return carried_out(asked, inputs, progress, sure=sure, scenario=scenario, crew=crew)


def source_of(study: Study, layers: Mapping[str, Given] | None = None) -> Source:
    """Say from where a study's layers are read."""
    return Source(study.folder, layers or {}, study.tables, study.columns)


def check(
    study: Study | Path | str | dict[str, Any],
    progress: Progress = silent,
    *,
    layers: Mapping[str, Given] | None = None,
) -> tuple[str, ...]:
    """List every fault of a study and its layers at once; arguments as of :func:`run`.

    Returns
    -------
    tuple of str
        One line a fault; empty where the study can be run.
    """
    try:
        asked = study_of(study)
        inputs = read_inputs(asked.study, asked.layers, source_of(asked, layers), progress)
        region = survey(asked.asked, inputs)
        plots = region.outlines(sites(asked, inputs), asked.modes)
        staff_at_hand(asked, region, plots)
        connection_terms(asked, region, plots)
        refuse_strange_roads(region, asked.scenarios)
    except SiteselError as found:
        return found.faults
    return ()


def carried_out(
    study: Study,
    inputs: Inputs,
    progress: Progress,
    *,
    sure: bool = True,
    scenario: str | None = None,
    crew: Crew = ALONE,
) -> Findings:
    """Carry a study out on layers already read, whoever proposed the plots among them.

    Parameters
    ----------
    study : Study
    inputs : Inputs
    progress : callable of Message
    sure : bool
    scenario : str, optional
    crew : Crew
        As of :func:`run`.

    Returns
    -------
    Findings

    Raises
    ------
    SiteselError
        As from :func:`run`.
    """
    region, asked = survey(study.asked, inputs), study
    if scenario is not None:
        one = study.scenario(scenario)
        refuse_strange_roads(region, [one])
        study = study.under(one)
        region = region_in(region, study.asked, one)
    frames, frame, rules = inputs.frames, sites(study, inputs), study.rules.all(study.study.country)
    parts = usable(study.ground, rules, frames, frame)
    if parts is not None:
        frame = frame.assign(usable_ha=parts["usable_ha"], rectangle_ha=parts["rectangle"].area / 1e4)
    plots = region.outlines(frame, study.modes, all_reached=scenario is None)
    work = staff_at_hand(study, region, plots)
    terms = connection_terms(study, region, plots)
    refuse_strange_roads(region, study.scenarios)
    wanted = study.sureness
    places = None if wanted is None else displaced(region, plots, wanted.positions)
    measured = measure(study, region, plots, progress, places)
    progress(Message("progress.land"))
    ruled = verdicts(frame, frames, rules)
    ground = land(region, plots, study.ground, parts)
    decision = decide(study, measured, frame, ruled.barred)
    what_if, warned = in_scenarios(study, region, plots, Base(decision, ruled.barred, places), progress, crew)
    questions = asked_together(study, region, plots, work)
    choice = Choice(study.programme, scored(questions, decision), decision.ranking, terms, shared_ground(frame))
    detail = in_detail(region, plots, choice, study.study.detailed, progress, crew)
    joined, chosen = detail.joined, detail.chosen
    if work is not None:
        progress(Message("progress.labour"))
    staff = workers(region, plots, work, detail.plots)
    tested = Tested(
        study.weighed,
        decision.indicators.loc[[part.id for part in study.weighed], "weight"],
        decision.ranking[decision.ranking.index.isin(detail.plots.index)],
        decision.low.ne(decision.high),  # what nothing bounds is open, too
        (*study.programme.excluded, *detail.barred),
        study.study.seed,
    )
    sureness = put_to_the_test(region, places, wanted if sure else None, tested, told_of(progress), crew)
    told = () if study.labour is None else (*words_told(study, region), *rivals_told(region, study.labour))
    return Findings(
        study=study,
        towns=study.town_table(),
        plots=frames["plots"],
        decision=decision,
        rules=ruled,
        land=ground,
        labour=staff,
        connections=joined,
        programme=chosen,
        sites=pd.DataFrame(frame[["town", "jobs", "need_ha", "usable_ha"]]),
        sureness=sureness,
        scenarios=what_if,
        detailed=detail.plots.index,
        layers={name: layer for name, layer in region.frames.items() if name != "plots"},
        sources=sources(inputs),
        relief=inputs.relief,
        notices=(
            *inputs.notices,
            *told,
            *region.notices,
            *warned,
            *voltage_unknown(terms),
            *ruled_out(joined, chosen.unbound, frame),
            *_not_detailed(detail.plots, plots, decision.ranking),
            *weights_outside(study),
        ),
        run=_record(study, inputs.digests)
        | _labour_record(work, region, plots, list(chosen.plots))
        | record(chosen.answers)
        | connection_record(joined)
        | rule_record(ruled, rules)
        | ({} if scenario is None else {"scenario": scenario, "asked": asked.model_dump(mode="json")}),
    )


def sites(study: Study, inputs: Inputs) -> gpd.GeoDataFrame:
    """Give the plots with what their towns ask of them: ``jobs need_ha production``, and what can be built on.

    All of a plot is ``usable_ha`` and ``rectangle_ha`` until the ground is measured.

    Raises
    ------
    LayerError
        Plots of towns that the study does not have, or towns without a plot.
    """
    plots = inputs.frames["plots"]
    study.refuse_strange_towns(plots["town"])
    by_id = {town.id: town for town in study.towns}
    jobs = plots["town"].map({name: float(town.jobs) for name, town in by_id.items()})
    return plots.assign(
        jobs=jobs,
        need_ha=jobs / study.programme.jobs_per_ha,
        production=plots["town"].map({name: town.production for name, town in by_id.items()}),
        usable_ha=plots.area / 1e4,
        rectangle_ha=plots.area / 1e4,
    )


def shared_ground(sites: gpd.GeoDataFrame) -> tuple[tuple[str, str], ...]:
    """Name pairs of plots of two towns that share ground: they cannot both be chosen.

    Returns
    -------
    tuple of (plot, plot)
    """
    outlines, town = sites.geometry.to_numpy(), sites["town"].to_numpy()
    one, other = sites.sindex.query(sites.geometry, predicate="intersects")
    both = (one < other) & (town[one] != town[other])
    one, other = one[both], other[both]
    share = shapely.area(shapely.intersection(outlines[one], outlines[other])) > 0
    return tuple((str(sites.index[a]), str(sites.index[b])) for a, b in zip(one[share], other[share], strict=True))


def _not_detailed(told: Outlines, plots: Outlines, ranking: pd.DataFrame) -> list[Message]:
    """Say that some plots have a score and no detail, and how many of these could still be first of their town."""
    if len(told.index) == len(plots.index):
        return []
    notices = [Message("notice.detailed", {"told": len(told.index), "of": len(plots.index)})]
    if count := len(could_be_first(ranking).difference(told.index)):
        notices.append(Message("notice.first_not_detailed", {"count": count}))
    return notices


def weights_outside(study: Study) -> tuple[Message, ...]:
    """Tell where the weights that are drawn leave out the study's own: ranking and sureness then go by other ones."""
    outside = study.sureness.outside(pd.Series(study.weights, dtype=float)) if study.sureness else []
    names = listed(Message(f"criterion.{name}") for name in outside)
    return (Message("notice.weights_outside", {"criteria": names}),) if outside else ()


def told_of(progress: Progress) -> Callable[[int, int], None]:
    """Tell of worlds that are drawn, a quarter of them at a time."""

    def tell(done: int, of: int) -> None:
        if done * 4 // of > (done - 1) * 4 // of:
            progress(Message("progress.sureness", {"done": done, "of": of}))

    return tell


def staff_at_hand(study: Study, region: Region, plots: Outlines) -> Workforce | None:
    """Work out who can come, and refuse a programme that cannot be asked before anything slow is done.

    Raises
    ------
    StudyError
        Numbers that cannot be, or names that nothing bears.
    LayerError
        The settlements or the population raster cannot be used.
    """
    if study.labour is None:
        return None
    words_told(study, region)
    work = workforce(region, plots, study.labour, study.decay)
    refuse_impossible(study.programme, asked_together(study, region, plots, work))
    return work


def words_told(study: Study, region: Region) -> tuple[Message, ...]:
    """Hold districts and states of employers that a study names against its layers.

    Raises
    ------
    StudyError
        One is misspelt.
    """
    if study.labour is None:
        return ()
    near_home = (part for part in study.indicators if isinstance(part, JobsNearHome))
    named = {f"indicators.{part.id}.district_weights": list(part.district_weights) for part in near_home}
    return words_unknown(region.frames, study.labour, named)


def asked_together(study: Study, region: Region, plots: Outlines, work: Workforce | None) -> dict[str, Question]:
    """Put the programme of a study as questions, scores left open, by estimate of the workers.

    Parameters
    ----------
    study : Study
    region : Region
    plots : Outlines
    work : Workforce or None

    Returns
    -------
    dict of {"low", "mid", "high"} to Question
        Empty where the study does not ask.
    """
    limit = None if study.labour is None else study.labour.limit_minutes
    if work is None or study.labour is None or limit is None:
        return {}
    joint = _joint(study)
    settlement = region.homes.places["settlement"]
    district = settlement.map(region.frames["settlements"]["district"]).astype(object).fillna("").astype(str)
    homes = pd.DataFrame({"settlement": settlement, "district": district})
    return {
        case: Question(
            jobs=pd.Series({town.id: float(town.jobs) for town in study.towns}),
            plots=pd.DataFrame({"town": plots.frame["town"], "base": np.nan}),
            supply=homes.assign(workers=work.pool[case]),
            minutes=work.home_minutes,
            rivals=work.rival_jobs,
            rival_minutes=work.home_rival_minutes,
            limit_minutes=limit,
            cap=getattr(study.labour.draw_cap, case),
            joint=joint,
        )
        for case in ESTIMATES
    }


def _joint(study: Study) -> Joint | None:
    """Say how the indicators count that depend on the other towns; None where the study has neither."""
    weight = study.indicator_table()["weight"]
    staff = next((part for part in study.indicators if isinstance(part, MinutesToStaff)), None)
    home = next((part for part in study.indicators if isinstance(part, JobsNearHome)), None)
    if staff is None and home is None:
        return None
    flat = ((0.0, 0.0), (1.0, 0.0))
    return Joint(
        weight_minutes=float(weight[staff.id]) if staff else 0.0,
        minutes_points=staff.value if staff else flat,
        weight_home=float(weight[home.id]) if home else 0.0,
        home_points=tuple((percent / 100, points) for percent, points in home.value) if home else flat,
        home_minutes=home.home_minutes if home else 0.0,
        district_weight=home.district_weights if home else {},
    )


def connection_terms(study: Study, region: Region, plots: Outlines) -> Terms | None:
    """Put together what the study asks of its connections."""
    towns = pd.DataFrame({town.id: {"jobs": town.jobs, "production": town.production} for town in study.towns}).T
    return terms_of_connection(region, plots, study.connection, study.demand, towns)


def _labour_record(work: Workforce | None, region: Region, plots: Outlines, chosen: list[str]) -> dict[str, Any]:
    if work is None:
        return {}
    return {
        "labour": {
            "shared_among": chosen,
            "rival_jobs": work.rival_jobs.to_dict(),
            "shared_out": shared_out(work, plots.frame["jobs"].loc[chosen]),
            "population": region.homes.record,
            "spread": list(region.spread),
        }
    }


def _record(study: Study, inputs: Mapping[str, Any]) -> dict[str, Any]:
    parameters = study.model_dump(mode="json")
    told = {"version": __version__, "inputs": inputs, "parameters": parameters}
    identity = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return {
        "id": identity[:12],
        "date": _today(),
        "version": __version__,
        "study": study.name,
        "seed": study.study.seed,
        "inputs": inputs,
        "parameters": parameters,
        "indicators": {part.id: {lang: say(part.label, lang) for lang in LANGUAGES} for part in study.indicators},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }


def _today() -> str:
    """Date of the run, or the one that SOURCE_DATE_EPOCH sets, as for any reproducible build."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(given), UTC) if given.isdigit() else datetime.now(UTC)
    return moment.date().isoformat()
