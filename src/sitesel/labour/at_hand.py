"""Workers that a town may still draw on, and how its jobs would be filled: for plots, cells and moved plots alike."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from sitesel.arrays import Floats
from sitesel.errors import StudyError
from sitesel.labour.settings import Labour
from sitesel.labour.staffing import drawn_by_rivals, staffing_alone
from sitesel.labour.workforce import minutes_to_work, pool_of, rival_jobs
from sitesel.region import Outlines, Region

AT_ONCE: Final = 4096
"""Outlines whose ways are held in memory together."""


def labour_of(region: Region) -> Labour:
    """Give the study's section on labour.

    Raises
    ------
    StudyError
        It has none.
    """
    wanted = region.asked.section(Labour)
    if wanted is None:
        raise StudyError("indicators: one asks who can come to work, and nothing says so; add [labour]")
    return wanted


@lru_cache(maxsize=2)
def at_hand(region: Region) -> pd.DataFrame:
    """Count workers by home: all of them, those that today's employers leave, and the most that one town may draw.

    Today's employers come first, all together at least total minutes, under the same cap.

    Parameters
    ----------
    region : Region

    Returns
    -------
    DataFrame of float, index home
        ``pool left most``; people that are not known count nobody.
    """
    wanted = labour_of(region)
    pool = pool_of(region, wanted)["mid"].fillna(0.0)
    workers: Floats = pool.to_numpy(np.float64)
    jobs = rival_jobs(region, wanted)
    minutes = minutes_to_work(region, wanted, "rivals")[list(jobs.index)].to_numpy(np.float64)
    cap, existing = wanted.draw_cap.mid, np.asarray(jobs, dtype=np.float64)
    theirs = drawn_by_rivals(within(minutes, wanted), workers, existing, cap).sum(axis=1)
    left = np.maximum(workers - theirs, 0.0)
    return pd.DataFrame({"pool": pool, "left": left, "most": np.minimum(cap * workers, left)})


def within(minutes: Floats, wanted: Labour) -> Floats:
    """Leave out ways longer than anyone travels."""
    return minutes if wanted.limit_minutes is None else np.where(minutes <= wanted.limit_minutes, minutes, np.nan)


@lru_cache(maxsize=2)
def staffed(outlines: Outlines, region: Region) -> pd.DataFrame:
    """Tell how the jobs of each outline's town would be filled there, were it built alone.

    Parameters
    ----------
    outlines : Outlines
    region : Region

    Returns
    -------
    DataFrame of float, index outline
        ``minutes`` (mean of those who fill jobs; NaN where nobody can come) and ``unfilled`` jobs.
    """
    most = at_hand(region)["most"].to_numpy(np.float64)
    parts = [
        np.column_stack(staffing_alone(minutes, most, part.frame["jobs"].to_numpy(np.float64)))
        for part, minutes in ways_in_blocks(outlines, region)
    ]
    return pd.DataFrame(np.vstack(parts), columns=["minutes", "unfilled"], index=outlines.index)


def ways_in_blocks(outlines: Outlines, region: Region) -> Iterator[tuple[Outlines, Floats]]:
    """Give outlines some at a time, with minutes from every home to each: homes x outlines.

    NaN where there is no way, or none that anyone would travel.
    """
    for start in range(0, len(outlines.index), AT_ONCE):
        part = outlines if len(outlines.index) <= AT_ONCE else outlines.some(slice(start, start + AT_ONCE))
        yield part, _minutes(part, region)


@lru_cache(maxsize=2)
def _minutes(outlines: Outlines, region: Region) -> Floats:
    table = minutes_to_work(region, labour_of(region), outlines)
    return within(table.reindex(columns=outlines.index).to_numpy(np.float64), labour_of(region))
