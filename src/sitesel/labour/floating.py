"""Floating catchments: workers per job, each worker shared among the employers in reach.

Kept as cross-checks of the competitive catchment. Employers are the demand and settlements the supply, so the result is
read as workers for each job. The measures agree with PySAL's ``access`` (a test holds them to it).
"""

from typing import Final

import numpy as np
import pandas as pd

NEGLIGIBLE: Final = 1e-12  # a smaller share is nobody: divided by, it would make multitudes


def two_step(share: pd.DataFrame, people: pd.Series, jobs: pd.Series) -> pd.Series:
    """Workers per job by the two-step floating catchment.

    With shares of 1 within a limit and 0 beyond it is 2SFCA (Luo and Wang, 2003); with any decay it is the enhanced
    E2SFCA (Luo and Qi, 2009). First each settlement's people are divided by the jobs in its reach, then each employer
    adds up these ratios over the settlements in its own.

    Parameters
    ----------
    share : DataFrame of float, settlements x employers
        0..1; NaN, and less than one in a trillion, counts as 0.
    people : Series of float, index settlement
    jobs : Series of float, index employer

    Returns
    -------
    Series of float, index employer
        Workers per job. Over all employers, jobs times this add up to the people in reach of any.

    Examples
    --------
    >>> share = pd.DataFrame({"mill": [1.0, 1.0], "park": [0.0, 1.0]}, index=["west", "east"])
    >>> people, jobs = pd.Series({"west": 60.0, "east": 90.0}), pd.Series({"mill": 10.0, "park": 20.0})
    >>> two_step(share, people, jobs).tolist()  # west 60 / 10 = 6; east 90 / (10 + 20) = 3
    [9.0, 3.0]
    """
    weight = share.where(share >= NEGLIGIBLE, 0.0)
    asked = weight.mul(jobs.reindex(weight.columns).fillna(0), axis=1).sum(axis=1)
    ratio = (people.reindex(weight.index).fillna(0) / asked.where(asked > 0)).fillna(0)
    return weight.mul(ratio, axis=0).sum(axis=0).rename("workers_per_job")


def three_step(share: pd.DataFrame, people: pd.Series, jobs: pd.Series) -> pd.Series:
    """Workers per job by the three-step floating catchment (Wan, Zou and Sternberg, 2012).

    Before the two steps, each employer's demand is spread over the settlements in its reach in proportion to their
    shares, so that it is not asked in full of each.

    Parameters
    ----------
    share : DataFrame of float, settlements x employers
        0..1; NaN counts as 0.
    people : Series of float, index settlement
    jobs : Series of float, index employer

    Returns
    -------
    Series of float, index employer
        Workers per job.

    Examples
    --------
    >>> share = pd.DataFrame({"mill": [1.0, 1.0], "park": [0.0, 1.0]}, index=["west", "east"])
    >>> people, jobs = pd.Series({"west": 60.0, "east": 90.0}), pd.Series({"mill": 10.0, "park": 20.0})
    >>> three_step(share, people, jobs).round(9).tolist()  # the mill asks 5 of each: 60 / 5 = 12; 90 / (5 + 20) = 3.6
    [7.8, 3.6]
    """
    weight = share.fillna(0.0)
    whole = weight.sum(axis=0)
    return two_step(weight * weight.div(whole.where(whole > 0, np.inf), axis=1), people, jobs)
