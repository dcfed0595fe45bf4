"""What a programme answers: tables."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sitesel.programme.question import UNFILLED, Aim, Case, FloatArray, IntArray, Question
from sitesel.programme.reasons import Binding
from sitesel.programme.search import Found
from sitesel.programme.transport import KEPT, Staffing

TOLERANCE: Final = 1e-6  # workers by which the parts may miss the pool, for each worker in it or one, whichever is more


@dataclass(frozen=True)
class Answer:
    """The best combination, who works where, and what it costs each town.

    Parameters
    ----------
    staffable : bool
        Whether any combination fills all jobs. If not, the tables show the one that leaves fewest unfilled, and
        ``bindings`` says why.
    combinations : DataFrame, index rank (1 is best)
        Fewest unfilled jobs first, then least loss. A column of plots for each town, then ``points`` (100 less 100
        times the loss, in which an unfilled job counts as the longest way and as not held), ``score`` (mean over jobs),
        ``minutes`` (mean of the towns' workers), ``rival_minutes`` (by how much longer a rival's worker travels than
        without the programme, mean), ``home_share`` (part of planned jobs held without moving house, by raion weights),
        ``short`` (jobs unfilled).
    towns : DataFrame, index town
        ``plot jobs staffed score minutes``, its own best plot by score ``best_plot`` with ``best_score``, what is lost
        against it ``score_lost``, and ``minutes_first_pick``: mean minutes at the best plot if the town had first pick
        of the pool. All NaN where no combination is left.
    workers : DataFrame
        ``settlement raion employer kind`` (``town`` or ``rival``) ``workers minutes``, where anyone goes.
    raions : DataFrame, index (raion, town)
        ``workers``, ``home`` (those within ``home_minutes``) and ``home_share`` of the town's jobs.
    left : Series of float, index settlement
        Workers without one of these jobs.
    rivals : DataFrame, index rival
        ``jobs staffed``: existing jobs, and those that the pool fills with nothing planned.
    bindings : tuple of Binding
        Empty where ``staffable``.
    proof : dict
        ``gap`` (relative, of the best), ``proven`` (how many of the combinations are proven to be the best in this
        order), ``bound``, ``combinations`` (in all), ``transport_problems``, ``method`` and ``balance``: workers that
        the parts miss of the pool.
    """

    staffable: bool
    combinations: pd.DataFrame
    towns: pd.DataFrame
    workers: pd.DataFrame
    raions: pd.DataFrame
    left: pd.Series
    rivals: pd.DataFrame
    bindings: tuple[Binding, ...]
    proof: dict[str, Any]


@dataclass(frozen=True)
class Tables:
    """A question with what is needed to word an answer.

    Parameters
    ----------
    question : Question
    aim : Aim
    case : Case
    rivals_before : ndarray, shape (settlements, rivals)
        Who works at a rival with nothing planned.
    """

    question: Question
    aim: Aim
    case: Case
    rivals_before: FloatArray

    @property
    def minutes(self) -> FloatArray:
        """Minutes from settlements to plots; 0 where there is no way, for nobody goes."""
        return self._filled(self.question.minutes, self.case.plots)

    @property
    def rival_minutes(self) -> FloatArray:
        """Minutes from settlements to rivals; 0 where there is no way, for nobody goes."""
        return self._filled(self.question.rival_minutes, self.question.rivals.index)

    def _filled(self, table: pd.DataFrame, columns: pd.Index) -> FloatArray:
        return table.reindex(index=self.case.settlements, columns=columns).fillna(0.0).to_numpy(np.float64)

    def home(self, plots: IntArray) -> FloatArray:
        """1 where a worker keeps their home, else 0: settlements x chosen plots."""
        return (self.minutes[:, plots] <= self.aim.home_minutes).astype(np.float64)


def row(tables: Tables, plots: IntArray, staffing: Staffing, loss: float) -> dict[str, Any]:
    """Describe one combination.

    Parameters
    ----------
    tables : Tables
    plots : ndarray of int, one a town
    staffing : Staffing
        Employers are the towns, then the rivals.
    loss : float
        Per planned job.

    Returns
    -------
    dict
        A row of :attr:`Answer.combinations`.
    """
    case, towns = tables.case, len(plots)
    there, rivals = staffing.workers[:, :towns], staffing.workers[:, towns:]
    weight = tables.question.supply["raion"].map(dict(tables.aim.raion_weights)).astype(np.float64).fillna(1.0)
    score = tables.question.plots["score"].to_numpy(np.float64)[plots]
    longer = ((rivals - tables.rivals_before) * tables.rival_minutes).sum()
    unfilled = staffing.short / case.jobs.sum()
    penalty = UNFILLED * unfilled[:towns].sum() + KEPT * unfilled[towns:].sum()
    empty = (tables.aim.minutes + tables.aim.regional) * unfilled.sum()
    return {
        **dict(zip(case.towns, case.plots[plots], strict=True)),
        "points": 100 * (1 - (loss - penalty + empty)),
        "score": float(score @ case.jobs / case.jobs.sum()),
        "minutes": _mean((there * tables.minutes[:, plots]).sum(), there.sum()),
        "rival_minutes": _mean(longer, rivals.sum()),
        "home_share": float((weight.to_numpy()[:, None] * there * tables.home(plots)).sum() / case.jobs.sum()),
        "short": float(staffing.short.sum()),
    }


def town_table(tables: Tables, plots: IntArray, staffing: Staffing) -> pd.DataFrame:
    """Describe each town under one combination: see :attr:`Answer.towns`."""
    case, every = tables.case, tables.question.plots
    there = staffing.workers[:, : len(plots)]
    best = [every["score"][every["town"] == town].idxmax() for town in case.towns]
    return pd.DataFrame(
        {
            "plot": case.plots[plots],
            "jobs": case.jobs,
            "staffed": there.sum(axis=0),
            "score": every["score"].to_numpy(np.float64)[plots],
            "minutes": [
                _mean(spent, people)
                for spent, people in zip((there * tables.minutes[:, plots]).sum(axis=0), there.sum(axis=0), strict=True)
            ],
            "best_plot": best,
            "best_score": every.loc[best, "score"].to_numpy(np.float64),
            "score_lost": every.loc[best, "score"].to_numpy(np.float64) - every["score"].to_numpy(np.float64)[plots],
            "minutes_first_pick": [_first_pick(tables, plot, jobs) for plot, jobs in zip(best, case.jobs, strict=True)],
        },
        index=pd.Index(case.towns, name="town"),
    )


def no_towns(towns: tuple[str, ...]) -> pd.DataFrame:
    """Make :attr:`Answer.towns` where no combination is left: rows for all, nothing known."""
    columns = ["plot", "jobs", "staffed", "score", "minutes", "best_plot", "best_score", "score_lost"]
    return pd.DataFrame(index=pd.Index(towns, name="town"), columns=[*columns, "minutes_first_pick"])


def _first_pick(tables: Tables, plot: Hashable, jobs: float) -> float:
    """Mean minutes of the nearest workers of a plot, were they all free."""
    minutes = tables.question.minutes[plot].reindex(tables.case.settlements).to_numpy(np.float64)
    order = np.argsort(minutes, kind="stable")
    order = order[minutes[order] <= tables.aim.limit_minutes]
    people = tables.case.supply[order]
    taken = np.clip(jobs - (np.cumsum(people) - people), 0.0, people)
    return _mean(float(taken @ minutes[order]), float(taken.sum()))


def worker_table(tables: Tables, plots: IntArray, staffing: Staffing) -> pd.DataFrame:
    """List who goes where: see :attr:`Answer.workers`."""
    case = tables.case
    minutes = np.column_stack([tables.minutes[:, plots], tables.rival_minutes])
    employers = [*case.towns, *tables.question.rivals.index]
    kind = np.repeat(["town", "rival"], [len(case.towns), len(employers) - len(case.towns)])
    home, work = np.nonzero(staffing.workers > TOLERANCE)
    return pd.DataFrame(
        {
            "settlement": case.settlements[home],
            "raion": tables.question.supply["raion"].to_numpy()[home],
            "employer": np.array(employers, dtype=object)[work],
            "kind": kind[work],
            "workers": staffing.workers[home, work],
            "minutes": minutes[home, work],
        }
    )


def raion_table(tables: Tables, workers: pd.DataFrame) -> pd.DataFrame:
    """Say which raion holds how much of each town's jobs: see :attr:`Answer.raions`."""
    in_towns = workers[workers["kind"] == "town"].rename(columns={"employer": "town"})
    home = in_towns["workers"].where(in_towns["minutes"] <= tables.aim.home_minutes, 0.0)
    table = in_towns.assign(home=home).groupby(["raion", "town"], sort=True)[["workers", "home"]].sum()
    jobs = table.index.get_level_values("town").map(dict(zip(tables.case.towns, tables.case.jobs, strict=True)))
    return table.assign(home_share=table["home"] / jobs.to_numpy(np.float64))


def left_over(case: Case, staffing: Staffing) -> tuple[pd.Series, float]:
    """Workers without a job, and by how much the parts miss the pool.

    Raises
    ------
    ArithmeticError
        By more than the tolerance: a fault of ours.
    """
    left = case.supply - staffing.workers.sum(axis=1)
    pool = float(case.supply.sum())
    balance = float(staffing.workers.sum() + np.maximum(left, 0.0).sum() - pool)
    if abs(balance) > TOLERANCE * max(1.0, pool):
        raise ArithmeticError(f"workers assigned and left miss the pool of {pool} by {balance}")
    return pd.Series(np.maximum(left, 0.0), index=case.settlements, name="left"), balance


def proof(found: Found, method: str, total: int, balance: float) -> dict[str, Any]:
    """Say how sure the order of combinations is: see :attr:`Answer.proof`."""
    best = found.losses[0] if found.losses else np.nan
    return {
        "gap": max(0.0, best - found.bound) / best if best > 0 else 0.0,
        "proven": sum(loss <= found.bound + TOLERANCE for loss in found.losses),
        "bound": found.bound,
        "combinations": total,
        "transport_problems": found.tried,
        "method": method,
        "balance": balance,
    }


def _mean(whole: float, people: float) -> float:
    return float(whole / people) if people > 0 else float("nan")
