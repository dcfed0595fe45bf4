"""The labour side of a run: catchments, bands, and the towns' plots chosen together."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.criteria.labour.pool import CASES
from sitesel.errors import StudyError
from sitesel.findings import no_bands, no_homes
from sitesel.i18n import Message
from sitesel.programme import Answer, Question, choose
from sitesel.study.measuring import Terrain
from sitesel.study.models import Study
from sitesel.study.workforce import Workforce, bands, catchments, shared_out, ways_to_work, workforce


@dataclass(frozen=True)
class Staffed:
    """What findings hold of labour and programme.

    Parameters
    ----------
    labour, homes, ways, bands, programme, stranded
        As in :class:`~sitesel.findings.Findings`.
    record : mapping
        For the record of the run.
    together : tuple of str
        The plots that are chosen together, or else each town's first.
    unbound : tuple of str
        The plots that would be chosen if every network sufficed; empty where that rules nothing out.
    """

    labour: pd.DataFrame = field(default_factory=pd.DataFrame)
    homes: gpd.GeoDataFrame = field(default_factory=no_homes)
    ways: pd.DataFrame = field(default_factory=pd.DataFrame)
    bands: gpd.GeoDataFrame = field(default_factory=no_bands)
    programme: Mapping[str, Answer] = field(default_factory=dict)
    stranded: pd.DataFrame = field(default_factory=pd.DataFrame)
    record: dict[str, Any] = field(default_factory=dict)
    together: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()


def staff_at_hand(terrain: Terrain) -> Workforce | None:
    """Work out who can come, and refuse a programme that cannot be asked before anything slow is done.

    Parameters
    ----------
    terrain : Terrain

    Returns
    -------
    Workforce or None
        None where the study has no section ``labour``.

    Raises
    ------
    StudyError
        Numbers that cannot be, or names that nothing bears.
    LayerError
        The settlements or the population raster cannot be used.
    """
    study = terrain.study
    if study.labour is None:
        return None
    work = workforce(terrain, study.labour)
    asked = question(terrain, work, "mid", pd.Series(np.nan, index=terrain.plots.index))
    if study.programme.aim and (faults := asked.faults(study.programme.rules())):
        raise StudyError(faults)
    return work


def staffing(
    terrain: Terrain,
    work: Workforce | None,
    ranking: pd.DataFrame,
    progress: Callable[[Message], None],
    overdrawn: Sequence[tuple[str, ...]] = (),
) -> Staffed:
    """Work out all that a study asks of labour.

    Parameters
    ----------
    terrain : Terrain
    work : Workforce or None
        None where the study does not ask.
    ranking : DataFrame
        As in :class:`~sitesel.findings.Findings`.
    progress : callable of Message
    overdrawn : sequence of tuple of plot
        Sets that the networks cannot serve together.

    Returns
    -------
    Staffed
        Without tables where ``work`` is None.
    """
    score = ranking["score"].where(ranking["rankable"])
    if work is None:
        return Staffed(together=tuple(_one_a_town({}, score, ranking["town"])))
    progress(Message("progress.labour"))
    jobs = terrain.per_town["jobs"]
    answers = _answers(terrain, work, score, progress, overdrawn)
    plots = _one_a_town(answers, score, ranking["town"])
    return Staffed(
        labour=catchments(work, jobs),
        homes=terrain.homes.places[["settlement", "geometry"]].join(work.pool),
        ways=ways_to_work(work),
        bands=bands(terrain),
        programme=answers,
        stranded=terrain.homes.stranded,
        record={
            "labour": {
                "shared_among": plots,
                "rival_jobs": work.rival_jobs.to_dict(),
                "shared_out": shared_out(work, jobs.loc[plots]),
                "population": terrain.homes.record,
            },
            **({"programme": {case: _record(answer) for case, answer in answers.items()}} if answers else {}),
        },
        together=tuple(plots),
        unbound=_unbound(terrain, work, score) if answers and overdrawn else (),
    )


def _answers(
    terrain: Terrain,
    work: Workforce,
    score: pd.Series,
    progress: Callable[[Message], None],
    overdrawn: Sequence[tuple[str, ...]],
) -> dict[str, Answer]:
    wanted = terrain.study.programme
    if wanted.aim is None:
        return {}
    progress(Message("progress.programme"))
    aim, rules = wanted.aim.asked(), replace(wanted.rules(), overdrawn=tuple(overdrawn))
    return {case: choose(question(terrain, work, case, score), aim, rules) for case in CASES}


def _unbound(terrain: Terrain, work: Workforce, score: pd.Series) -> tuple[str, ...]:
    """Choose as if every network sufficed."""
    wanted = terrain.study.programme
    if wanted.aim is None:
        return ()
    answer = choose(question(terrain, work, "mid", score), wanted.aim.asked(), wanted.rules(), wanted=1)
    return tuple(str(plot) for plot in answer.towns["plot"]) if len(answer.combinations) else ()


def question(terrain: Terrain, work: Workforce, case: str, score: pd.Series) -> Question:
    """Put the programme of a study as a question.

    Parameters
    ----------
    terrain : Terrain
    work : Workforce
    case : {"low", "mid", "high"}
        Estimate of the supply.
    score : Series of float, index plot
        0..100; NaN where a plot is no candidate.

    Returns
    -------
    Question
    """
    raion = terrain.inputs.frames["settlements"]["raion"].fillna("").astype(str)
    return Question(
        jobs=_jobs(terrain.study),
        plots=pd.DataFrame({"town": terrain.plots["town"], "score": score.reindex(terrain.plots.index)}),
        supply=pd.DataFrame({"workers": work.supply[case], "raion": raion}),
        minutes=work.minutes,
        rivals=work.rival_jobs,
        rival_minutes=work.rival_minutes,
    )


def _jobs(study: Study) -> pd.Series:
    return pd.Series({town.id: float(town.jobs) for town in study.towns})


def _one_a_town(answers: Mapping[str, Answer], score: pd.Series, town: pd.Series) -> list[str]:
    """Name the plots that are chosen together, or else each town's first."""
    if answers and len(answers["mid"].combinations):
        return [str(plot) for plot in answers["mid"].towns["plot"]]
    return [str(plot) for plot in score.dropna().groupby(town, sort=False).idxmax()]


def _record(answer: Answer) -> dict[str, Any]:
    chosen = answer.towns["plot"].to_dict() if len(answer.combinations) else {}
    bindings = [{"town": one.town, "kind": one.kind, "others": list(one.others)} for one in answer.bindings]
    told = {
        name: None if isinstance(part, float) and not math.isfinite(part) else part
        for name, part in answer.proof.items()
    }
    return {"staffable": answer.staffable, "chosen": chosen, "bindings": bindings, **told}
