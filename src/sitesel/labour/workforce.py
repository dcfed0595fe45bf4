"""Who can come to work in a study: the pool with its doubt, who would travel where, and the ground within reach."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.errors import LayerError
from sitesel.labour.catchment import people_by_band, people_reached
from sitesel.labour.competitive import Shared, after_rivals, competitive_catchment
from sitesel.labour.decay import piecewise_linear
from sitesel.labour.modes import seconds_of, willing
from sitesel.labour.pool import Estimate, pool
from sitesel.labour.settings import BANDS_BY, ROADS_OF, Commute, Labour, Shares
from sitesel.labour.shifts import Hours, Shift, there_and_back
from sitesel.region import Outlines, Region, waiting_minutes
from sitesel.routing.isochrones import isochrones
from sitesel.schema import BANDS, ESTIMATES
from sitesel.settings import Points
from sitesel.text import Message, SetAside, listed, names_of

BESIDE_M: Final = 500.0  # ground beside a road that counts as reached: three minutes at off-road speed
DRAWN_TO_M: Final = 50.0  # an outline drawn at the scale of a country need not be finer


@dataclass(frozen=True)
class Workforce:
    """Workers, and their ways to work.

    Parameters
    ----------
    pool : DataFrame of float, index home
        Workers ``low mid high``, where they live: settlements, or road nodes where a raster tells of people.
    willing, rivals_willing : DataFrame of float, homes x plots or rivals
        Share (0..1) of the workers who would travel there; NaN where there is no way.
    home_minutes, home_rival_minutes : DataFrame of float, homes x plots or rivals
        From home to work, waiting included; NaN where there is no way.
    supply : DataFrame of float, index settlement
        The pool, counted by settlement.
    minutes, rival_minutes : DataFrame of float, settlements x plots or rivals
        From the settlement to work, waiting included; NaN where there is no way.
    rival_jobs : Series of float, index rival
        Of rivals that draw workers: whose state the study counts and whose jobs are known.
    """

    pool: pd.DataFrame
    willing: pd.DataFrame
    rivals_willing: pd.DataFrame
    home_minutes: pd.DataFrame
    home_rival_minutes: pd.DataFrame
    supply: pd.DataFrame
    minutes: pd.DataFrame
    rival_minutes: pd.DataFrame
    rival_jobs: pd.Series


def workforce(region: Region, plots: Outlines, wanted: Labour, decay: Points) -> Workforce:
    """Work out who can come to work.

    Parameters
    ----------
    region : Region
    plots : Outlines
    wanted : Labour
    decay : sequence of (minutes, share)
        Share who would travel so long.

    Returns
    -------
    Workforce

    Raises
    ------
    LayerError
        The settlements or the population raster cannot be used.
    """
    jobs = rival_jobs(region, wanted)
    share_by_time = partial(piecewise_linear, points=decay)
    shares: dict[str, float] = {str(mode): share for mode, share in wanted.modes.items()}
    supply, settlement = pool_of(region, wanted), region.homes.places["settlement"]

    def ways(living: str, work: str | Outlines) -> dict[str, pd.DataFrame]:
        found = ways_by_mode(region, wanted, living, work)
        return {mode: table[list(jobs.index)] if work == "rivals" else table for mode, table in found.items()}

    to_plots, to_rivals = ways("homes", plots), ways("homes", "rivals")
    return Workforce(
        pool=supply,
        willing=willing(to_plots, shares, share_by_time, wanted.how),
        home_minutes=seconds_of(to_plots, shares, wanted.how) / 60,
        home_rival_minutes=seconds_of(to_rivals, shares, wanted.how) / 60,
        rivals_willing=willing(to_rivals, shares, share_by_time, wanted.how),
        supply=supply.groupby(settlement).sum(min_count=1).reindex(region.frames["settlements"].index),
        minutes=seconds_of(ways("settlements", plots), shares, wanted.how) / 60,
        rival_minutes=seconds_of(ways("settlements", "rivals"), shares, wanted.how) / 60,
        rival_jobs=jobs,
    )


def ways_by_mode(region: Region, wanted: Labour, living: str, work: str | Outlines) -> dict[str, pd.DataFrame]:
    """Seconds from home to work by each mode that anyone travels by."""
    return {mode: _way(region, wanted, mode, (living, work)) for mode, share in wanted.modes.items() if share}


def minutes_to_work(region: Region, wanted: Labour, work: str | Outlines) -> pd.DataFrame:
    """Minutes from each home to work, over the modes that people travel by.

    Parameters
    ----------
    region : Region
    wanted : Labour
    work : str or Outlines
        A layer joined to the roads, or outlines.

    Returns
    -------
    DataFrame of float, homes x work
        Waiting included; NaN where there is no way.
    """
    shares: dict[str, float] = {str(mode): share for mode, share in wanted.modes.items()}
    return seconds_of(ways_by_mode(region, wanted, "homes", work), shares, wanted.how) / 60


def rival_jobs(region: Region, wanted: Labour) -> "pd.Series[float]":
    """Jobs of the rivals that draw workers: whose state the study counts and whose jobs are known."""
    rivals, counted = _counted(region, wanted)
    known: pd.Series[float] = rivals.loc[counted, "jobs"].dropna().astype(np.float64)
    return known


def rivals_told(region: Region, wanted: Labour) -> tuple[Message, ...]:
    """Name the rivals that do not draw workers, and why."""
    rivals, counted = _counted(region, wanted)
    apart = {
        "rivals_in_other_states": rivals[~counted],
        "rivals_without_jobs": rivals[counted & rivals["jobs"].isna()],
    }
    return tuple(
        SetAside(
            f"notice.{what}",
            {"count": len(left), "names": listed(names_of(row) for _, row in left.iterrows())},
            "rivals",
            tuple(map(str, left.index)),
            Message(f"rejected.{what}"),
        )
        for what, left in apart.items()
        if len(left)
    )


def _counted(region: Region, wanted: Labour) -> tuple[gpd.GeoDataFrame, "pd.Series[bool]"]:
    rivals = region.frames["rivals"]
    return rivals, rivals["state"].isna() | rivals["state"].isin(list(wanted.rival_states))


def _way(region: Region, wanted: Labour, mode: Commute, ends: tuple[str, str | Outlines]) -> pd.DataFrame:
    """Seconds from home to work; with a shift, of those alone who get home again."""
    living, work = ends
    to_work = _seconds(region, wanted, mode, living, work)
    if wanted.shift is None:
        return to_work
    given = wanted.shift
    hours = Hours(given.first_bus_min, given.last_bus_min) if mode == "bus" else None
    to_home = _seconds(region, wanted, mode, work, living)
    return there_and_back(to_work, to_home, Shift(given.start_min, given.end_min), hours)


def _seconds(
    region: Region, wanted: Labour, mode: Commute, origins: str | Outlines, destinations: str | Outlines
) -> pd.DataFrame:
    table = region.seconds(ROADS_OF[mode], origins, destinations)
    if mode == "company_bus":
        return table + 60 * ((wanted.company_bus_fixed_minutes or 0.0) - waiting_minutes(ROADS_OF[mode]))
    return table


def pool_of(region: Region, wanted: Labour) -> pd.DataFrame:
    """Workers ``low mid high`` by home: all who work or want to, whoever employs them today."""
    homes = region.homes
    if len(homes.places) and bool((homes.places["population"] == 0).all()):
        raise LayerError(f"{region.asked.layers.settlements}: nobody lives in any settlement; give their population")
    age = homes.places["working_age_share"].astype(np.float64)
    either = {"low": -wanted.doubt.working_age, "mid": 0.0, "high": wanted.doubt.working_age}
    shares: dict[str, Estimate | pd.DataFrame] = {
        "working_age": pd.DataFrame({case: (age + more).clip(0, 1) for case, more in either.items()})
    }
    district = homes.places["settlement"].map(region.frames["settlements"]["district"])
    for name in ("participation", "skill", "women"):
        given: Shares | None = getattr(wanted, name)
        if given is not None:
            shares[name] = _by_district(given, district)
    return pool(homes.places["population"].astype(np.float64), _doubt(region, wanted), shares)


def _by_district(given: Shares, district: pd.Series) -> pd.DataFrame:
    """Spread a share over homes: its own figure for a district that has one, else that of all."""
    return pd.DataFrame(
        {
            case: district.map({name: getattr(own, case) for name, own in given.by_district.items()})
            .astype(np.float64)
            .fillna(getattr(given, case))
            for case in ESTIMATES
        }
    )


def _doubt(region: Region, wanted: Labour) -> pd.Series:
    """By which part each home's people may be wrong."""
    homes = region.homes.places
    told = homes["population_confidence"]
    parts = {word.replace("_", " "): part for word, part in wanted.doubt.model_dump(exclude={"working_age"}).items()}
    strange = homes.loc[~told.isin(list(parts)), "settlement"]
    if not strange.empty:
        raise LayerError(
            [
                f"{region.asked.layers.settlements}: population_confidence of {name} is {told[home]!r}; "
                f"write one of {', '.join(parts)}"
                for home, name in strange.items()
            ]
        )
    doubt: pd.Series = told.map(parts).astype(np.float64)
    return doubt


def catchments(work: Workforce, jobs: pd.Series) -> pd.DataFrame:
    """Workers in reach of each plot, and what rivals leave of them.

    Parameters
    ----------
    work : Workforce
    jobs : Series of float, index plot
        Planned.

    Returns
    -------
    DataFrame of float, index plot
        As :attr:`sitesel.labour.Workers.catchments`.
    """
    rivals, all_jobs = _apart(work), pd.concat([jobs, work.rival_jobs.add_prefix("rival ")])
    reach = {case: people_reached(work.willing, work.pool[case]) for case in ESTIMATES}
    after = {case: after_rivals(work.willing, rivals, work.pool[case], all_jobs) for case in ESTIMATES}
    within = {case: people_by_band(work.home_minutes * 60, work.pool[case], BANDS) for case in ESTIMATES}
    return pd.DataFrame(
        {
            **{f"within_{minutes}_{case}": within[case][minutes] for minutes in BANDS for case in ESTIMATES},
            **{f"reach_{case}": reach[case] for case in ESTIMATES},
            **{f"after_{case}": after[case] for case in ESTIMATES},
            **{f"per_job_{case}": after[case] / jobs for case in ESTIMATES},
        },
        index=jobs.index,
    )


def ways_to_work(work: Workforce, plots: pd.Index) -> pd.DataFrame:
    """List who would travel where, and how long.

    Parameters
    ----------
    work : Workforce
    plots : Index
        To which plots.

    Returns
    -------
    DataFrame
        As :attr:`sitesel.labour.Workers.ways`.
    """
    tables = {
        "plot": (work.home_minutes[plots], work.willing),
        "rival": (work.home_rival_minutes, work.rivals_willing),
    }
    parts = [_listed(kind, minutes, willing) for kind, (minutes, willing) in tables.items()]
    return pd.concat(parts, ignore_index=True)


def _listed(kind: str, minutes: pd.DataFrame, willing: pd.DataFrame) -> pd.DataFrame:
    there = willing.reindex(index=minutes.index, columns=minutes.columns).fillna(0.0).to_numpy(np.float64)
    taken = minutes.to_numpy(np.float64)
    home, place = np.nonzero((there > 0) | (taken <= max(BANDS)))
    return pd.DataFrame(
        {
            "home": minutes.index[home].astype(str),
            "place": minutes.columns[place].astype(str),
            "kind": kind,
            "minutes": taken[home, place],
            "willing": there[home, place],
        }
    )


def _apart(work: Workforce) -> pd.DataFrame:
    """Rivals' shares under names that no plot bears."""
    return work.rivals_willing.add_prefix("rival ")


def shared_out(work: Workforce, jobs: pd.Series) -> dict[str, dict[str, float]]:
    """Share the pool out among some plots and all rivals, as a record of the balance.

    Parameters
    ----------
    work : Workforce
    jobs : Series of float, index plot
        Of the plots, one a town.

    Returns
    -------
    mapping of estimate to {"pool", "plots", "rivals", "unassigned", "balance"}
        Workers.

    Raises
    ------
    ArithmeticError
        Employers and unassigned do not add up to the pool: a fault of ours.
    """
    share = pd.concat([work.willing[list(jobs.index)], _apart(work)], axis=1)
    all_jobs = pd.concat([jobs, work.rival_jobs.add_prefix("rival ")])
    return {
        case: _balance(competitive_catchment(share, work.pool[case], all_jobs), work, case, len(jobs))
        for case in ESTIMATES
    }


def _balance(found: Shared, work: Workforce, case: str, plots: int) -> dict[str, float]:
    pool, people, left = float(work.pool[case].sum()), found.people.to_numpy(), float(found.unassigned.sum())
    missed = float(people.sum()) + left - pool
    if abs(missed) > 1e-6 * max(1.0, pool):
        raise ArithmeticError(f"employers and unassigned miss the pool of {pool} by {missed}")
    plots_get, rivals_get = float(people[:plots].sum()), float(people[plots:].sum())
    return {"pool": pool, "plots": plots_get, "rivals": rivals_get, "unassigned": left, "balance": missed}


def bands(region: Region, plots: Outlines) -> gpd.GeoDataFrame:
    """Outline the ground from which workers reach each plot in time by bus.

    Returns
    -------
    GeoDataFrame
        As :attr:`sitesel.labour.Workers.bands`.
    """
    wait = waiting_minutes(BANDS_BY)
    riding = {minutes - wait: minutes for minutes in BANDS}
    found = isochrones(
        region.networks[BANDS_BY], plots.places[BANDS_BY], minutes=list(riding), direction="to", buffer_m=BESIDE_M
    )
    drawn: Any = found.geometry.simplify(DRAWN_TO_M)
    columns = {"plot": found["place"], "minutes": found["minutes"].map(riding).astype(int)}
    return gpd.GeoDataFrame(columns, geometry=drawn, crs=region.crs)
