"""What a programme answers: tables."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sitesel.arrays import Floats, Objects
from sitesel.programme.case import TOO_MANY, Case, Places, Scores
from sitesel.programme.reasons import Binding
from sitesel.programme.search import Found

TOWN_COLUMNS: Final = (
    *("plot", "jobs", "staffed", "score", "minutes", "home_share", "alone_score", "alone_minutes"),
    *("best_plot", "best_score", "best_minutes", "score_lost"),
)


@dataclass(frozen=True, eq=False)
class Answer:
    """The best combination, who works where, and what it costs each town.

    Parameters
    ----------
    staffable : bool
        Whether any combination fills all jobs. If not, the tables show the one that leaves fewest unfilled, and
        ``bindings`` says why.
    combinations : DataFrame, index rank (1 is best)
        Fewest unfilled jobs first, then most points. A column of plots for each town, then ``points`` (mean of the
        towns' scores, each measured with the others drawing too), ``score`` (the same, were each town alone),
        ``minutes`` (mean of the towns' workers), ``home_share`` (part of the planned jobs that people near home can
        hold; NaN where the question does not ask), ``short`` (jobs unfilled).
    towns : DataFrame, index town
        ``plot jobs staffed score minutes home_share`` with the others drawing too; ``alone_score alone_minutes`` of the
        same plot, were no other town planned; the town's own first by score alone: ``best_plot best_score
        best_minutes``; and ``score_lost`` against it. All NaN where no combination is left.
    workers : DataFrame
        ``settlement district employer kind`` (``town`` or ``rival``) ``workers minutes``, where anyone goes.
    districts : DataFrame, index (district, town)
        ``workers``.
    left : Series of float, index settlement
        Workers without one of these jobs.
    rivals : DataFrame, index rival
        ``jobs staffed``: existing jobs, and those that the pool fills before any town draws.
    bindings : tuple of Binding
        Empty where ``staffable``.
    proof : dict
        ``gap`` (points by which a combination not looked at could at most be better), ``proven`` (how many of the
        combinations are proven to be the best in this order), ``bound`` (points that no other exceeds, None where there
        is no other), ``combinations`` (in all), ``staffed`` (looked at), ``method`` and ``balance``: workers that the
        parts miss of the pool.
    """

    staffable: bool
    combinations: pd.DataFrame
    towns: pd.DataFrame
    workers: pd.DataFrame
    districts: pd.DataFrame
    left: pd.Series
    rivals: pd.DataFrame
    bindings: tuple[Binding, ...]
    proof: dict[str, Any]


def row(case: Case, plots: Places, scores: Scores) -> dict[str, Any]:
    """Describe one combination: a row of :attr:`Answer.combinations`."""
    at = list(plots)
    jobs = case.jobs[at]
    staffed = jobs - scores.short
    return {
        **dict(zip(case.towns, case.question.plots.index[at], strict=True)),
        "points": scores.score.mean(),
        "score": case.alone.score[at].mean(),
        "minutes": np.nansum(scores.minutes * staffed) / staffed.sum() if staffed.sum() > 0 else np.nan,
        "home_share": (scores.home_share * jobs).sum() / jobs.sum(),
        "short": scores.short.sum(),
    }


def town_table(case: Case, plots: Places, scores: Scores) -> pd.DataFrame:
    """Describe each town under one combination: see :attr:`Answer.towns`."""
    at, alone, names = list(plots), case.alone, case.question.plots.index
    score = pd.Series(alone.score, names)
    best = names.get_indexer(pd.Index([score[case.question.plots["town"] == town].idxmax() for town in case.towns]))
    table = {
        "plot": names[at],
        "jobs": case.jobs[at],
        "staffed": case.jobs[at] - scores.short,
        **scores._asdict(),
        "alone_score": alone.score[at],
        "alone_minutes": alone.minutes[at],
        "best_plot": names[best],
        "best_score": alone.score[best],
        "best_minutes": alone.minutes[best],
        "score_lost": alone.score[best] - scores.score,
    }
    return pd.DataFrame(table, index=pd.Index(case.towns, name="town"))[list(TOWN_COLUMNS)]


def no_towns(towns: tuple[str, ...]) -> pd.DataFrame:
    """Make :attr:`Answer.towns` where no combination is left: rows for all, nothing known."""
    return pd.DataFrame(index=pd.Index(towns, name="town"), columns=list(TOWN_COLUMNS))


def worker_table(case: Case, plots: Places, drawn: Floats) -> pd.DataFrame:
    """List who goes where: see :attr:`Answer.workers`; nobody to a town where no plots are chosen."""
    question, towns = case.question, case.towns[: len(plots)]
    rivals = question.rival_minutes.reindex(index=question.supply.index, columns=question.rivals.index)
    minutes = np.column_stack([case.minutes[:, list(plots)], rivals.to_numpy(np.float64)])
    employers = np.array([*towns, *question.rivals.index], dtype=object)
    workers = np.column_stack([drawn, case.rival_workers])
    home, work = np.nonzero(workers > TOO_MANY)
    there = workers[home, work]
    by_home = pd.DataFrame(
        {
            "settlement": _settlements(case)[home],
            "district": question.supply["district"].to_numpy()[home],
            "employer": employers[work],
            "kind": np.where(work < len(towns), "town", "rival").astype(object),
            "workers": there,
            "minutes": there * minutes[home, work],
        }
    )
    table = by_home.groupby(["settlement", "district", "employer", "kind"], sort=False, as_index=False).sum()
    return table.assign(minutes=table["minutes"] / table["workers"])


def district_table(workers: pd.DataFrame) -> pd.DataFrame:
    """Say from which district how many go to each town: see :attr:`Answer.districts`."""
    in_towns = workers[workers["kind"] == "town"].rename(columns={"employer": "town"})
    return in_towns.groupby(["district", "town"], sort=True)[["workers"]].sum()


def left_over(case: Case, drawn: Floats) -> tuple[pd.Series, float]:
    """Workers without a job, and by how much the parts miss the pool.

    Raises
    ------
    ArithmeticError
        By more than the tolerance: a fault of ours.
    """
    assigned = drawn.sum(axis=1) + case.rival_workers.sum(axis=1)
    left, pool = np.maximum(case.supply - assigned, 0.0), float(case.supply.sum())
    balance = float(assigned.sum() + left.sum() - pool)
    if abs(balance) > TOO_MANY * max(1.0, pool):
        raise ArithmeticError(f"workers assigned and left miss the pool of {pool} by {balance}")
    index = pd.Index(_settlements(case), name="settlement")
    return pd.Series(left, index=index, name="left").groupby(level=0, sort=False).sum(), balance


def _settlements(case: Case) -> Objects:
    """Settlement of each home: its own id where the homes are the settlements."""
    supply = case.question.supply
    return supply.get("settlement", supply.index.to_series()).to_numpy(object)


def proof(case: Case, found: Found, balance: float) -> dict[str, Any]:
    """Say how sure the order of combinations is: see :attr:`Answer.proof`."""
    towns, (_, less) = len(case.towns), found.bound
    bound = -less / towns if np.isfinite(less) else None
    proven = sum(one[:2] <= found.bound for one in found.best)
    return {
        "gap": 0.0 if proven or not found.best else max(0.0, (found.best[0].less - less) / towns),
        "proven": proven,
        "bound": bound,
        "combinations": int(np.prod([len(at) for at in case.candidates], dtype=object)),
        "staffed": found.tried,
        "method": "phases" if case.in_turn else "search",
        "balance": balance,
    }
