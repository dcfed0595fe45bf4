"""Why a town cannot be staffed: its binding constraint, by name."""

import itertools
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sitesel.arrays import Floats
from sitesel.programme.case import TOO_MANY, Case, compiled
from sitesel.programme.question import NO_RULES
from sitesel.programme.search import search

Kind = Literal["no_plot", "reach", "cap", "pool", "rivals", "towns", "rules", "phases", "capacity"]


@dataclass(frozen=True)
class Binding:
    """What keeps a town from being staffed: the first of these that does.

    - ``no_plot``: it has no candidate;
    - ``reach``: too few workers within the limit of any of its plots, even alone;
    - ``cap``: enough within the limit, too few of them under the cap; for it alone or together with ``others``;
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
        ``reach``: in reach of its best plot. ``cap``: of these, as many as it may draw, alone. ``pool``: left by rivals
        in all. NaN for other kinds.
    others : tuple of str
        Towns that want the same workers.
    """

    town: str
    kind: Kind
    jobs: float
    workers: float = float("nan")
    others: tuple[str, ...] = ()


def bindings(case: Case, short: Collection[str]) -> tuple[Binding, ...]:
    """Name what keeps each town from being staffed.

    Parameters
    ----------
    case : Case
        That cannot be staffed.
    short : collection of str
        Towns with unfilled jobs in the best that can be had.

    Returns
    -------
    tuple of Binding
        At least one; none for a town that could be staffed whatever the others do.
    """
    at_once = replace(case, in_turn=False)
    alone = [one for town in case.towns if (one := _alone(at_once.of_towns([town]))) is not None]
    found = [*alone, *_together(at_once, {one.town for one in alone})]
    if not found:
        return tuple(_binding(case, town, "phases") for town in short)
    if case.overdrawn and _staffable(replace(at_once, overdrawn=())):
        return tuple(_binding(case, one.town, "capacity") for one in found)
    if _staffable(compiled(case.question, NO_RULES)):
        return tuple(_binding(case, one.town, "rules") for one in found)
    return tuple(found)


def _staffable(case: Case) -> bool:
    return search(case, 1).staffable


def _alone(case: Case) -> Binding | None:
    """Name why a town cannot be staffed even if no other is built."""
    (town,), (positions,) = case.towns, case.candidates
    if not positions.size:
        return _binding(case, town, "no_plot")
    within = ~np.isnan(case.minutes[:, positions])

    def reached(workers: Floats) -> float:
        return float((within * workers[:, None]).sum(axis=0).max())

    found = _binding(case, town, "reach")
    pool, capped = reached(case.supply), reached(case.cap * case.supply)
    if pool < found.jobs - TOO_MANY:
        return replace(found, workers=pool)
    if capped < found.jobs - TOO_MANY:
        return replace(found, kind="cap", workers=capped)
    return replace(found, kind="rivals") if reached(case.most) < found.jobs - TOO_MANY else None


def _together(case: Case, settled: set[str]) -> list[Binding]:
    """Name the towns that cannot be staffed at once, in the smallest groups first."""
    found: dict[str, Binding] = {}
    open_towns = [town for town in case.towns if town not in settled]
    for size in range(2, len(open_towns) + 1):
        for group in itertools.combinations(open_towns, size):
            here = case.of_towns(group)
            if any(town in found for town in group) or _staffable(here):
                continue
            kind, workers = _shared(here)
            for town in group:
                others = tuple(other for other in group if other != town)
                found[town] = replace(_binding(case, town, kind), workers=workers, others=others)
    return list(found.values())


def _shared(case: Case) -> tuple[Kind, float]:
    """Say what towns that cannot be staffed at once have too little of, and how many workers that leaves."""
    left = float(case.left.sum())
    if left < case.question.jobs[list(case.towns)].sum():
        return "pool", left
    return ("cap" if case.cap < 1 and _staffable(replace(case, cap=1.0)) else "towns"), float("nan")


def _binding(case: Case, town: str, kind: Kind) -> Binding:
    return Binding(town, kind, float(case.question.jobs[town]))
