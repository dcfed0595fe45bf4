"""Why a town cannot be staffed: its binding constraint, by name."""

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sitesel.programme.question import Case
from sitesel.programme.search import search

Kind = Literal["no_plot", "reach", "pool", "rivals", "towns", "rules", "phases", "capacity"]


@dataclass(frozen=True)
class Binding:
    """What keeps a town from being staffed: the first of these that does.

    - ``no_plot``: it has no candidate;
    - ``reach``: too few workers within the limit of any of its plots, even alone;
    - ``rivals``: enough alone, too few once existing jobs are filled;
    - ``pool``: fewer workers in all than jobs of it and of ``others``, once existing jobs are filled;
    - ``towns``: enough in all, but in reach of ``others`` too, who need them;
    - ``rules``: only the fixed plots or excluded sets stand in the way;
    - ``capacity``: only sets of plots that something shared does not suffice for stand in the way;
    - ``phases``: all could be staffed together, but those built first take the nearest.

    Parameters
    ----------
    town : str
    kind : str
    jobs : float
        Of the town.
    workers : float
        ``reach``: in reach of its best plot. ``pool``: left by rivals in all. NaN for other kinds.
    others : tuple of str
        Towns that want the same workers.
    """

    town: str
    kind: Kind
    jobs: float
    workers: float = float("nan")
    others: tuple[str, ...] = ()


def bindings(case: Case, unbound: Case, unruled: Case, short: Collection[str]) -> tuple[Binding, ...]:
    """Name what keeps each town from being staffed.

    Parameters
    ----------
    case : Case
        That cannot be staffed.
    unbound : Case
        The same without overdrawn sets.
    unruled : Case
        The same without fixed plots, excluded and overdrawn sets and phases.
    short : collection of str
        Towns with unfilled jobs in the best that can be had.

    Returns
    -------
    tuple of Binding
        At least one; none for a town that could be staffed whatever the others do.
    """
    alone = [one for town in case.towns if (one := _alone(case.of_towns([town]))) is not None]
    found = [*alone, *_together(case, {one.town for one in alone})]
    if not found:
        return tuple(_binding(case, town, "phases") for town in short)
    if len(unbound.excluded) < len(case.excluded) and search(unbound, 1).staffable:
        return tuple(_binding(case, one.town, "capacity") for one in found)
    if search(unruled, 1).staffable:
        return tuple(_binding(case, one.town, "rules") for one in found)
    return tuple(found)


def _alone(case: Case) -> Binding | None:
    """Name why a town cannot be staffed even if no other is built."""
    (town,), (jobs,) = case.towns, case.jobs
    reach = [float(case.supply[np.isfinite(case.loss[:, plot])].sum()) for plot in case.candidates[0]]
    if not reach:
        return _binding(case, town, "no_plot")
    if max(reach) < jobs:
        return Binding(town, "reach", float(jobs), max(reach))
    return None if search(case, 1).staffable else _binding(case, town, "rivals")


def _together(case: Case, settled: set[str]) -> list[Binding]:
    """Name the towns that cannot be staffed at once, in the smallest groups first."""
    found: dict[str, Binding] = {}
    open_towns = [town for town in case.towns if town not in settled]
    for size in range(2, len(open_towns) + 1):
        for group in itertools.combinations(open_towns, size):
            if any(town in found for town in group) or search(case.of_towns(group), 1).staffable:
                continue
            left = float(case.supply.sum() - case.rival_jobs.sum())
            wanted = float(case.of_towns(group).jobs.sum())
            for town in group:
                others = tuple(other for other in group if other != town)
                kind: Kind = "pool" if left < wanted else "towns"
                workers = left if left < wanted else float("nan")
                jobs = float(case.jobs[case.towns.index(town)])
                found[town] = Binding(town, kind, jobs, workers, others)
    return list(found.values())


def _binding(case: Case, town: str, kind: Kind) -> Binding:
    return Binding(town, kind, float(case.jobs[case.towns.index(town)]))
