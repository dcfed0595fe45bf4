"""The competitive catchment: each worker counted once among all employers who want them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sitesel.arrays import Floats

TOLERANCE: Final = 1e-6  # people by which the parts may miss the pool, for each person in it or one, whichever is more


@dataclass(frozen=True)
class Shared:
    """A pool shared out among employers.

    Parameters
    ----------
    assigned : DataFrame of float, settlements x employers
        People.
    unassigned : Series of float, index settlement
        People that no employer gets.
    """

    assigned: pd.DataFrame
    unassigned: pd.Series

    @property
    def people(self) -> pd.Series:
        """People that each employer gets: Series of float, index employer."""
        return self.assigned.sum(axis=0).rename("people")


def spatial_availability(share: pd.DataFrame, people: pd.Series, jobs: pd.Series) -> Shared:
    """Share each settlement's people out among the employers in reach, by jobs and by decay.

    Spatial availability (Soukhov, Paez, Higgins and Mohamed, 2023, PLOS ONE 18(1) e0278468), a singly constrained
    accessibility, with workers as what is wanted and employers as those who want: employer e gets
    W_s J_e f_se / sum over k of J_k f_sk of settlement s. The whole of a settlement is shared out as soon as anyone can
    come at all, however far: an employer may get more people than would travel to it. :func:`competitive_catchment`
    does not do that.

    Parameters
    ----------
    share : DataFrame of float, settlements x employers
        0..1, who would come; NaN counts as 0.
    people : Series of float, index settlement
        NaN counts nobody.
    jobs : Series of float, index employer

    Returns
    -------
    Shared
        Assigned and unassigned add up to the pool.

    Raises
    ------
    ArithmeticError
        They do not: a fault of ours.

    Examples
    --------
    >>> share = pd.DataFrame({"mill": [1.0, 0.5], "park": [0.0, 1.0]}, index=["west", "east"])
    >>> people, jobs = pd.Series({"west": 100.0, "east": 100.0}), pd.Series({"mill": 50.0, "park": 75.0})
    >>> spatial_availability(share, people, jobs).people.tolist()  # of east the mill has 25 parts, the park 75
    [125.0, 75.0]
    """
    wanted = share.fillna(0.0) * jobs.reindex(share.columns).fillna(0.0)
    whole = wanted.sum(axis=1)
    return _checked(wanted.div(whole.where(whole > 0, np.inf), axis=0).mul(_known(people, share), axis=0), people)


def competitive_catchment(share: pd.DataFrame, people: pd.Series, jobs: pd.Series) -> Shared:
    """Share people out among the employers that each of them would travel to, by jobs.

    Spatial availability within bands of tolerance. A decay of 0.3 says that three in ten would bear so long a way; the
    three also bear every shorter one. So a settlement falls into bands, each of people who would come to the same
    employers, and each band is shared among these in proportion to jobs. Then no employer gets more than its decayed
    reach (Hansen, 1959), gets just that where it is alone, and nobody is counted twice.

    Parameters
    ----------
    share : DataFrame of float, settlements x employers
        0..1, who would come; NaN counts as 0.
    people : Series of float, index settlement
        NaN counts nobody.
    jobs : Series of float, index employer

    Returns
    -------
    Shared
        Assigned and unassigned (would travel to no employer) add up to the pool.

    Raises
    ------
    ArithmeticError
        They do not: a fault of ours.

    Examples
    --------
    >>> share = pd.DataFrame({"mill": [1.0, 0.5], "park": [0.0, 0.8]}, index=["west", "east"])
    >>> people, jobs = pd.Series({"west": 100.0, "east": 100.0}), pd.Series({"mill": 50.0, "park": 75.0})
    >>> found = competitive_catchment(share, people, jobs)  # of east 50 go to either (20 : 30), 30 to the park alone
    >>> found.people.tolist(), found.unassigned.tolist()
    ([120.0, 60.0], [0.0, 20.0])
    """
    wanted = jobs.reindex(share.columns).fillna(0.0).to_numpy(np.float64)
    parts = bands_of_tolerance(share.fillna(0.0).to_numpy(np.float64), wanted)
    assigned = pd.DataFrame(parts, index=share.index, columns=share.columns).mul(_known(people, share), axis=0)
    return _checked(assigned, people)


def bands_of_tolerance(share: Floats, jobs: Floats) -> Floats:
    """Part of each settlement that each employer gets.

    Parameters
    ----------
    share : ndarray, shape (settlements, employers)
        0..1, no NaN.
    jobs : ndarray, shape (employers,)

    Returns
    -------
    ndarray, shape (settlements, employers)
        Each row adds up to its greatest share among employers with jobs.

    Examples
    --------
    >>> bands_of_tolerance(np.array([[0.5, 0.8]]), np.array([50.0, 75.0])).round(9).tolist()
    [[0.2, 0.6]]
    """
    share = np.where(jobs > 0, share, 0.0)
    order = np.argsort(-share, axis=1, kind="stable")
    falling = np.take_along_axis(share, order, axis=1)
    wanted = jobs[order]
    band = falling - np.column_stack([falling[:, 1:], np.zeros(len(share))])
    in_band = np.cumsum(wanted, axis=1)
    for_each_job = np.divide(band, in_band, out=np.zeros_like(band), where=in_band > 0)
    got = wanted * np.cumsum(for_each_job[:, ::-1], axis=1)[:, ::-1]
    parts = np.empty_like(share)
    np.put_along_axis(parts, order, got, axis=1)
    return parts


def after_rivals(share: pd.DataFrame, rivals: pd.DataFrame, people: pd.Series, jobs: pd.Series) -> pd.Series:
    """People that each plot would get, were it alone built, with all rivals taking theirs.

    Parameters
    ----------
    share : DataFrame of float, settlements x plots
        0..1, who would come; NaN counts as 0.
    rivals : DataFrame of float, settlements x rivals
        The same for existing employers.
    people : Series of float, index settlement
    jobs : Series of float, index plots and rivals
        Planned and existing jobs.

    Returns
    -------
    Series of float, index plot
        NaN where not one settlement is connected.

    Examples
    --------
    >>> share, rivals = pd.DataFrame({"plot": [0.5]}, index=["east"]), pd.DataFrame({"mill": [0.8]}, index=["east"])
    >>> after_rivals(share, rivals, pd.Series({"east": 100.0}), pd.Series({"plot": 50.0, "mill": 75.0})).tolist()
    [20.0]
    """
    theirs = rivals.reindex(share.index).fillna(0.0).to_numpy(np.float64)
    existing = jobs.reindex(rivals.columns).fillna(0.0).to_numpy(np.float64)
    known = _known(people, share).to_numpy(np.float64)
    planned = jobs.reindex(share.columns).fillna(0.0).to_numpy(np.float64)
    coming = share.fillna(0.0).to_numpy(np.float64)
    found = [
        known @ bands_of_tolerance(np.column_stack([coming[:, plot], theirs]), np.append(planned[plot], existing))[:, 0]
        for plot in range(len(planned))
    ]
    return pd.Series(found, index=share.columns, dtype=np.float64, name="people").where(share.notna().any())


def _known(people: pd.Series, share: pd.DataFrame) -> pd.Series:
    return people.reindex(share.index).fillna(0.0)


def _checked(assigned: pd.DataFrame, people: pd.Series) -> Shared:
    known = _known(people, assigned)
    got = assigned.sum(axis=1)
    left = known - got
    bearable = TOLERANCE * np.maximum(1.0, known)
    if (assigned < 0).any(axis=None) or (left < -bearable).any() or not np.isfinite(got).all():
        raise ArithmeticError(f"employers get {got.sum()} people of a pool of {known.sum()}")
    return Shared(assigned=assigned, unassigned=left.clip(lower=0.0).rename("unassigned"))
