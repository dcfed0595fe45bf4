"""What a run tells of labour."""

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from sitesel.labour.workforce import Workforce, bands, catchments, ways_to_work
from sitesel.region import Outlines, Region


def _no_bands() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"plot": [], "minutes": []}, geometry=[])


def _no_homes() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"settlement": []}, geometry=[])


@dataclass(frozen=True, eq=False)
class Workers:
    """Who can come to work; every table is empty where the study has no section ``labour``.

    Parameters
    ----------
    catchments : DataFrame, index plot id
        Workers: ``within_30_low`` to ``within_60_high`` (within 30, 45 and 60 minutes),
        ``reach_low reach_mid reach_high`` (decayed by their way), ``after_low after_mid after_high`` (what
        rivals leave of them, by the competitive catchment), ``per_job_low per_job_mid per_job_high`` (after rivals, for
        each planned job).
    homes : GeoDataFrame of Point, index home, the study's CRS
        Where workers live: ``settlement`` that they count to, workers ``low mid high``.
    ways : DataFrame
        ``home place kind`` (``plot`` or ``rival``) ``minutes willing`` (0..1) wherever anyone would travel or the way
        takes an hour at most.
    bands : GeoDataFrame
        ``plot``, ``minutes`` (30, 45, 60), geometry: the ground from which workers reach the plot within so many
        minutes by bus, waiting included, in the study's CRS.
    stranded : DataFrame
        Cells of a raster of population that reach no road: ``row column`` in it, ``x y`` in the study's CRS and
        ``people``. Empty without one.
    """

    catchments: pd.DataFrame = field(default_factory=pd.DataFrame)
    homes: gpd.GeoDataFrame = field(default_factory=_no_homes)
    ways: pd.DataFrame = field(default_factory=pd.DataFrame)
    bands: gpd.GeoDataFrame = field(default_factory=_no_bands)
    stranded: pd.DataFrame = field(default_factory=pd.DataFrame)


def workers(region: Region, plots: Outlines, work: Workforce | None, told: Outlines) -> Workers:
    """Tell who can come to work at each plot.

    Parameters
    ----------
    region : Region
    plots : Outlines
    work : Workforce or None
        None where the study has no section ``labour``.
    told : Outlines
        Those of the plots whose ways and bands are told.
    """
    if work is None:
        return Workers()
    return Workers(
        catchments=catchments(work, plots.frame["jobs"]),
        homes=region.homes.places[["settlement", "geometry"]].join(work.pool),
        ways=ways_to_work(work, told.index),
        bands=bands(region, told),
        stranded=region.homes.stranded,
    )
