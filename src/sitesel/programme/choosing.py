"""Choose one plot a town, each worker counted once."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from sitesel.programme.answer import (
    Answer,
    Tables,
    left_over,
    no_towns,
    proof,
    raion_table,
    row,
    town_table,
    worker_table,
)
from sitesel.programme.milp import optimum
from sitesel.programme.question import Aim, Case, FloatArray, IntArray, Question, Rules, compiled
from sitesel.programme.reasons import bindings
from sitesel.programme.search import TOO_SHORT, Found, by_phases, phased, search, staffed
from sitesel.programme.transport import KEPT, Staffing, staff

LISTED: Final = 5_000_000  # combinations up to which all are listed (40 MB); beyond, HiGHS searches them
WANTED: Final = 11  # the best and the next ten


@dataclass(frozen=True)
class _Method:
    """How combinations are found, and how one is staffed."""

    name: str
    case: Case
    already: FloatArray  # workers of rivals that are served before all towns

    def find(self, wanted: int) -> Found:
        if self.name == "phases":
            return by_phases(self.case, wanted)
        return search(self.case, wanted) if self.name == "search" else by_milp(self.case, wanted)

    def staff(self, plots: IntArray) -> Staffing:
        if self.name != "phases":
            return staffed(self.case, plots)
        found = phased(self.case, plots)
        kept = np.zeros(self.already.shape[1])
        return replace(
            found, workers=np.column_stack([found.workers, self.already]), short=np.append(found.short, kept)
        )


def choose(question: Question, aim: Aim, rules: Rules | None = None, wanted: int = WANTED) -> Answer:
    """Choose one plot a town so that the loss is least, and say who works where.

    For each combination a transport problem gives every worker to one job at most, existing jobs included, at least
    loss. The best combination and the next are proven (:func:`~sitesel.programme.search.search`).

    Parameters
    ----------
    question : Question
    aim : Aim
    rules : Rules, optional
    wanted : int
        How many combinations to rank.

    Returns
    -------
    Answer
        Also where no combination can be staffed: then with the reasons.

    Raises
    ------
    StudyError
        Numbers that cannot be, weights that do not add up, names that nothing bears.
    ArithmeticError
        Assigned and left workers do not add up to the pool: a fault of ours.
    """
    rules = rules or Rules()
    case = compiled(question, aim, rules)
    today = staff(case.supply, case.rival_jobs, case.rival_loss, np.full(len(case.rival_jobs), KEPT))
    case = replace(case, rival_jobs=case.rival_jobs - today.short)
    method = _method(case, today, phases=rules.phases is not None)
    found = method.find(wanted)
    unchanged = float((today.workers * np.where(today.workers > 0, case.rival_loss, 0.0)).sum() / case.jobs.sum())
    before = 0.0 if method.name == "phases" else unchanged
    tables = Tables(question, aim, case, today.workers)
    plots = [case.combination(place) for place in found.places]
    staffings = [method.staff(chosen) for chosen in plots]
    rows = [
        row(tables, chosen, staffing, loss - before)
        for chosen, staffing, loss in zip(plots, staffings, found.losses, strict=True)
    ]
    first = (plots[0], staffings[0]) if plots else (np.empty(0, dtype=np.int64), _nobody(today, case))
    workers = worker_table(tables if plots else replace(tables, case=replace(case, towns=())), *first)
    left, balance = left_over(case, first[1])
    short = [town for town, jobs in zip(case.towns, first[1].short, strict=False) if jobs > TOO_SHORT]
    return Answer(
        staffable=found.staffable,
        combinations=pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="rank")),
        towns=town_table(tables, *first) if plots else no_towns(case.towns),
        workers=workers,
        raions=raion_table(tables, workers),
        left=left,
        rivals=pd.DataFrame({"jobs": question.rivals, "staffed": case.rival_jobs}, index=question.rivals.index),
        bindings=() if found.staffable else bindings(case, *_without(question, aim, rules, case), short),
        proof=proof(found, method.name, int(np.prod(case.shape, dtype=object)), balance),
    )


def by_milp(case: Case, wanted: int) -> Found:
    """Find the best combinations one after another by HiGHS, cutting off those known.

    Parameters
    ----------
    case : Case
    wanted : int

    Returns
    -------
    Found
        Without places where nothing can be staffed.
    """
    places: list[tuple[int, ...]] = []
    losses: list[float] = []
    while len(places) < wanted and (best := optimum(case, places)) is not None:
        places.append(best.place)
        losses.append(best.loss)
    bound = losses[-1] if len(places) == wanted else np.inf
    return Found(places, losses, [0.0] * len(places), staffable=bool(places), bound=bound, tried=len(places))


def _method(case: Case, today: Staffing, *, phases: bool) -> _Method:
    if phases:
        left = np.maximum(case.supply - today.workers.sum(axis=1), 0.0)
        return _Method("phases", replace(case.without_rivals(), supply=left), today.workers)
    name = "search" if np.prod(case.shape, dtype=object) <= LISTED else "milp"
    return _Method(name, case, today.workers)


def _nobody(today: Staffing, case: Case) -> Staffing:
    return replace(today, short=np.zeros_like(case.rival_jobs))


def _without(question: Question, aim: Aim, rules: Rules, case: Case) -> tuple[Case, Case]:
    """Take the sets that share too little from a case, and all rules."""
    kept = [compiled(question, aim, replace(rules, overdrawn=())), compiled(question, aim, Rules())]
    unbound, unruled = (replace(free, rival_jobs=case.rival_jobs) for free in kept)
    return unbound, unruled
