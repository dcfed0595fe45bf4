"""Who can come to work in a study: the pool with its doubt, who would travel where, and the ground within reach."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.criteria import labour
from sitesel.criteria.labour.decay import piecewise_linear
from sitesel.criteria.labour.pool import CASES
from sitesel.errors import LayerError
from sitesel.i18n import LANGUAGES, Message
from sitesel.layers import share_population
from sitesel.network import marshrutka_fixed_minutes
from sitesel.routing.isochrones import isochrones
from sitesel.study.measuring import Terrain, names
from sitesel.study.models import Labour, Mode, Range

BANDS: Final = (30, 45, 60)  # minutes
BESIDE_M: Final = 500.0  # ground beside a road that counts as reached: three minutes at off-road speed
DRAWN_TO_M: Final = 50.0  # an outline drawn at the scale of a country need not be finer


@dataclass(frozen=True)
class Workforce:
    """Workers, and their ways to work.

    Parameters
    ----------
    pool : DataFrame of float, index settlement
        Workers ``low mid high``.
    willing, rivals_willing : DataFrame of float, settlements x plots or rivals
        Share (0..1) of the workers who would travel there; NaN where there is no way.
    minutes, rival_minutes : DataFrame of float, settlements x plots or rivals
        From home to work, waiting included; NaN where there is no way.
    rival_jobs : Series of float, index rival
        Of rivals whose jobs are known.
    """

    pool: pd.DataFrame
    willing: pd.DataFrame
    rivals_willing: pd.DataFrame
    minutes: pd.DataFrame
    rival_minutes: pd.DataFrame
    rival_jobs: pd.Series


def workforce(terrain: Terrain, wanted: Labour) -> Workforce:
    """Work out who can come to work.

    Parameters
    ----------
    terrain : Terrain
    wanted : Labour

    Returns
    -------
    Workforce

    Raises
    ------
    LayerError
        The settlements or the population raster cannot be used.
    """
    jobs = _rival_jobs(terrain)
    decay = partial(piecewise_linear, points=terrain.study.decay)
    plots = _ways(terrain, wanted, "plots")
    rivals = {mode: seconds[list(jobs.index)] for mode, seconds in _ways(terrain, wanted, "rivals").items()}
    shares: dict[str, float] = {str(mode): share for mode, share in wanted.modes.items()}
    return Workforce(
        pool=_pool(terrain, wanted),
        willing=labour.willing(plots, shares, decay, wanted.how),
        rivals_willing=labour.willing(rivals, shares, decay, wanted.how),
        minutes=labour.seconds_of(plots, shares, wanted.how) / 60,
        rival_minutes=labour.seconds_of(rivals, shares, wanted.how) / 60,
        rival_jobs=jobs,
    )


def _rival_jobs(terrain: Terrain) -> pd.Series:
    rivals = terrain.inputs.frames["rivals"]
    silent = rivals[rivals["jobs"].isna()]
    if not silent.empty:
        named = [names(row) for _, row in silent.iterrows()]
        by_language = {lang: ", ".join(name.get(lang, name["en"]) for name in named) for lang in LANGUAGES}
        notice = Message("notice.rivals_without_jobs", {"count": len(silent), "names": by_language})
        terrain.notices.append(notice)
    known: pd.Series = rivals["jobs"].dropna().astype(np.float64)
    return known


def _ways(terrain: Terrain, wanted: Labour, layer: str) -> dict[str, pd.DataFrame]:
    """Seconds from home to work by each mode with a share; with a shift, of those alone who get home again."""
    return {mode: _way(terrain, wanted, mode, layer) for mode, share in wanted.modes.items() if share > 0}


def _way(terrain: Terrain, wanted: Labour, mode: Mode, layer: str) -> pd.DataFrame:
    to_work = terrain.seconds(mode, "settlements", layer)
    if wanted.shift is None:
        return to_work
    given = wanted.shift
    hours = labour.Hours(given.first_marshrutka_min, given.last_marshrutka_min) if mode == "marshrutka" else None
    to_home = terrain.seconds(mode, layer, "settlements")
    return labour.there_and_back(to_work, to_home, labour.Shift(given.start_min, given.end_min), hours)


def _pool(terrain: Terrain, wanted: Labour) -> pd.DataFrame:
    settlements = terrain.inputs.frames["settlements"]
    population, doubt = _people(terrain, wanted)
    age = settlements["working_age_share"].astype(np.float64)
    if (wrong := settlements.index[age > 1]).size:
        raise LayerError(
            [
                f"{terrain.study.layers.settlements}: working_age_share of {name} is {age[name]:g}; "
                "give a part of the people, 0 to 1"
                for name in wrong
            ]
        )
    shares: dict[str, labour.Estimate | pd.DataFrame] = {"working_age": pd.DataFrame(dict.fromkeys(CASES, age))}
    for name in ("participation", "skill", "women"):
        given: Range | None = getattr(wanted, name)
        if given is not None:
            shares[name] = labour.Estimate(given.low, given.mid, given.high)
    return labour.pool(population, doubt, shares)


def _people(terrain: Terrain, wanted: Labour) -> tuple[pd.Series, pd.Series]:
    """People of each settlement and the part by which they may be wrong; a raster's are given to the nearest one."""
    settlements = terrain.inputs.frames["settlements"]
    if wanted.population is None:
        return settlements["population"].astype(np.float64), _doubt(terrain, wanted)
    places = pd.DataFrame({"x": settlements.geometry.x, "y": settlements.geometry.y})
    about, cap_m = terrain.study.study, terrain.study.off_road.cap_km * 1000
    path = terrain.inputs.files["population"]
    found = share_population(path, places, crs=about.crs, cap_m=cap_m, area=about.area)
    if len(found.stranded):
        people = float(found.stranded["people"].sum())
        terrain.notices.append(
            Message(
                "notice.people_stranded",
                {"file": path.name, "count": len(found.stranded), "people": people, "km": cap_m / 1000},
            )
        )
    return found.people, pd.Series(wanted.doubt.unrated, index=settlements.index)


def _doubt(terrain: Terrain, wanted: Labour) -> pd.Series:
    told = terrain.inputs.frames["settlements"]["population_confidence"].fillna("unrated").astype(str)
    parts = {word.replace("_", " "): part for word, part in wanted.doubt.model_dump().items()}
    strange = told[~told.isin(list(parts))]
    if not strange.empty:
        raise LayerError(
            [
                f"{terrain.study.layers.settlements}: population_confidence of {name} is {word!r}; "
                f"write one of {', '.join(parts)}"
                for name, word in strange.items()
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
        As :attr:`sitesel.findings.Findings.labour`.
    """
    rivals, all_jobs = _apart(work), pd.concat([jobs, work.rival_jobs.add_prefix("rival ")])
    reach = {case: labour.people_reached(work.willing, work.pool[case]) for case in CASES}
    after = {case: labour.after_rivals(work.willing, rivals, work.pool[case], all_jobs) for case in CASES}
    return pd.DataFrame(
        {
            **{f"reach_{case}": reach[case] for case in CASES},
            **{f"after_{case}": after[case] for case in CASES},
            **{f"per_job_{case}": after[case] / jobs for case in CASES},
        },
        index=jobs.index,
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
        case: _balance(labour.competitive_catchment(share, work.pool[case], all_jobs), work, case, len(jobs))
        for case in CASES
    }


def _balance(found: labour.Shared, work: Workforce, case: str, plots: int) -> dict[str, float]:
    pool, people, left = float(work.pool[case].sum()), found.people.to_numpy(), float(found.unassigned.sum())
    missed = float(people.sum()) + left - pool
    if abs(missed) > 1e-6 * max(1.0, pool):
        raise ArithmeticError(f"employers and unassigned miss the pool of {pool} by {missed}")
    plots_get, rivals_get = float(people[:plots].sum()), float(people[plots:].sum())
    return {"pool": pool, "plots": plots_get, "rivals": rivals_get, "unassigned": left, "balance": missed}


def bands(terrain: Terrain) -> gpd.GeoDataFrame:
    """Outline the ground from which workers reach each plot in time by marshrutka.

    Returns
    -------
    GeoDataFrame
        As :attr:`sitesel.findings.Findings.bands`.
    """
    wait = marshrutka_fixed_minutes()
    places = terrain.places("marshrutka", "plots")
    riding = {minutes - wait: minutes for minutes in BANDS}
    found = isochrones(
        terrain.road_network("marshrutka"), places, minutes=list(riding), direction="to", buffer_m=BESIDE_M
    )
    drawn: Any = found.geometry.simplify(DRAWN_TO_M)
    columns = {"plot": found["place"], "minutes": found["minutes"].map(riding).astype(int)}
    return gpd.GeoDataFrame(columns, geometry=drawn, crs=terrain.study.study.crs)
