"""Shift times and the late bus: who gets to work in time, and home again."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Shift:
    """A shift, in minutes after midnight.

    Parameters
    ----------
    start_min, end_min : float
        An end past midnight is above 1440.
    """

    start_min: float
    end_min: float

    def __post_init__(self) -> None:
        """Refuse figures out of order."""
        if not 0 <= self.start_min < self.end_min:
            raise ValueError(f"a shift ends after it starts, but {self.start_min:g} is followed by {self.end_min:g}")


@dataclass(frozen=True)
class Hours:
    """When a mode runs, in minutes after midnight.

    Parameters
    ----------
    first_min, last_min : float
        First and last departure; who has left by the last comes home.
    """

    first_min: float
    last_min: float


def there_and_back(
    to_work_s: pd.DataFrame, to_home_s: pd.DataFrame, shift: Shift | None = None, hours: Hours | None = None
) -> pd.DataFrame:
    """Travel times to work, of those alone who also get home.

    The way home is a way of its own: one-way streets and the last bus make it another than the way to work.

    Parameters
    ----------
    to_work_s : DataFrame of float, settlements x plots
        Seconds from home to work; NaN where there is no way.
    to_home_s : DataFrame of float, plots x settlements
        Seconds from work to home.
    shift : Shift, optional
        Without it, only a way home is asked for.
    hours : Hours, optional
        When the mode runs; None for one that always does (car, walk, company bus).

    Returns
    -------
    DataFrame of float, settlements x plots
        ``to_work_s``, NaN where the shift cannot be worked from there: no way home, no departure early enough, or the
        last one gone at the shift's end.

    Examples
    --------
    >>> to_work = pd.DataFrame({"plot": [1800.0, 1800.0, 5400.0]}, index=["near", "trap", "far"])
    >>> to_home = pd.DataFrame([[1800.0, float("nan"), 5400.0]], index=["plot"], columns=["near", "trap", "far"])
    >>> early, bus = Shift(start_min=7 * 60, end_min=16 * 60), Hours(first_min=6 * 60, last_min=22 * 60)
    >>> there_and_back(to_work, to_home, early, bus)["plot"].tolist()  # far leaves at 5:30, before the first bus
    [1800.0, nan, nan]
    >>> there_and_back(to_work, to_home, Shift(14 * 60, 22 * 60 + 30), bus)["plot"].count()  # none: no bus
    np.int64(0)
    """
    home = to_home_s.T.reindex(index=to_work_s.index, columns=to_work_s.columns)
    able = home.notna()
    if shift is not None and hours is not None:
        able &= (shift.start_min - to_work_s / 60 >= hours.first_min) & (shift.end_min <= hours.last_min)
    return to_work_s.where(able)
