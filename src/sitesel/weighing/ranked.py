"""A ranking to ask others about: of a study, carried out without its draws, or of a run's folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sitesel.decision import fault_in_panel
from sitesel.errors import StudyError
from sitesel.findings import Decision, Findings
from sitesel.measuring import silent
from sitesel.outputs.tables import read_ranking
from sitesel.stages import run
from sitesel.study import Study, load_study
from sitesel.study.reading import study_from
from sitesel.study.record import read_record, towns_of
from sitesel.text import NAMES, Message
from sitesel.weighing.weighed import CRITERIA, groups


@dataclass(frozen=True, eq=False)
class Ranked:
    """A study, what its plots are called, and how they rank.

    Parameters
    ----------
    study : Study
    names : DataFrame, index plot
        ``name_en name_ru name_ky``.
    decision : Decision
        Read from a folder it has ``indicators worth ranking`` alone.
    """

    study: Study
    names: pd.DataFrame
    decision: Decision

    @classmethod
    def of(cls, findings: Findings) -> "Ranked":
        """Take what a run found."""
        return cls(findings.study, pd.DataFrame(findings.plots[list(NAMES)]), findings.decision)


def read_ranked(
    where: Path, progress: Callable[[Message], None] = silent, people: pd.DataFrame | None = None
) -> Ranked:
    """Carry a study out, without what is drawn to find out how sure it is, or read the ranking of a run.

    Parameters
    ----------
    where : Path
        A study file, or a folder that ``sitesel run`` wrote.
    progress : callable of Message
    people : DataFrame of float, people x criteria, optional
        Weights that it is to be ranked by; looked at before anything slow is done.

    Returns
    -------
    Ranked

    Raises
    ------
    SiteselError
        The study, the folder or the weights cannot be used.
    """
    held = _of_folder(where) if where.is_dir() else None
    study = load_study(where) if held is None else held.study
    if people is not None and (fault := fault_in_panel(people, groups(study)[CRITERIA])):
        raise StudyError(f"panel: {fault}")
    if held is not None:
        return held
    return Ranked.of(run(study, progress, sure=False))


def _of_folder(folder: Path) -> Ranked:
    record, table = folder / "run.json", folder / "ranking.csv"
    if not (record.is_file() and table.is_file()):
        raise StudyError(f"{folder}: no run.json and ranking.csv in it; give a study file or a folder of sitesel run")
    torn = f"{folder}: run.json or ranking.csv is not as sitesel run writes it; run it again"
    try:
        told = read_record(record)
        parameters: dict[str, Any] = told["parameters"]
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise StudyError(torn) from cause
    try:
        study = study_from(parameters, record.name)
    except StudyError as cause:
        raise StudyError(
            f"{folder}: its run.json is of another version or program ({cause.faults[0]}); run its study anew"
        ) from cause
    try:
        ranking = read_ranking(table, towns_of(told))
    except (OSError, ValueError, KeyError) as cause:
        raise StudyError(torn) from cause
    worth = [f"{part.id}_value" for part in study.indicators]
    if lacking := [name for name in ("town", "rank", *NAMES, *worth) if name not in ranking]:
        raise StudyError(f"{table}: no column {lacking[0]}; run the study again")
    ranking = ranking.assign(rank=ranking["rank"].astype("Int64"), rankable=ranking["rank"].notna())
    nothing = pd.DataFrame(index=ranking.index)
    decision = Decision(
        indicators=study.indicator_table(),
        measures=nothing,
        low=nothing,
        high=nothing,
        reasons=nothing,
        details=nothing,
        worth=ranking[worth].set_axis([part.id for part in study.indicators], axis=1),
        ranking=ranking[["town", "rank", "rankable"]],
    )
    return Ranked(study, ranking[list(NAMES)], decision)
