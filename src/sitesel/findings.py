"""What a run found: tables only, all on stated indices, ready for any output."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from sitesel.i18n import Message
from sitesel.layers.grid import Grid, Grid2D
from sitesel.layers.raster import Relief
from sitesel.programme import Answer

__all__ = ["Findings", "Relief", "Suitability"]


def no_bands() -> gpd.GeoDataFrame:
    """Make the table of bands of a study that asks for none."""
    return gpd.GeoDataFrame({"plot": [], "minutes": []}, geometry=[])


def no_homes() -> gpd.GeoDataFrame:
    """Make the table of homes of a study that does not ask who works."""
    return gpd.GeoDataFrame({"settlement": []}, geometry=[])


def no_connections() -> gpd.GeoDataFrame:
    """Make the table of connections of a study that asks for none."""
    return gpd.GeoDataFrame({"plot": [], "network": [], "view": []}, geometry=[])


def no_usable() -> gpd.GeoDataFrame:
    """Make the table of usable ground of a study that asks for none."""
    return gpd.GeoDataFrame({"plot": [], "kind": []}, geometry=[])


@dataclass(frozen=True)
class Suitability:
    """How well each cell of a grid would do.

    Parameters
    ----------
    grid : Grid
    score : ndarray of float, rows x columns
        0..100; NaN where a rule excludes the cell or no road reaches it.
    town : str
        For which it was asked.
    """

    grid: Grid
    score: Grid2D
    town: str = ""


@dataclass(frozen=True)
class Findings:
    """All that a run found.

    Parameters
    ----------
    title : mapping of str to str
        The study's title by language.
    towns : DataFrame, index town id
        ``name_en name_ru name_ky enterprises jobs area_need_ha`` and ``assumed`` (list of the names of the
        figures among these that are assumed, not published).
    indicators : DataFrame, index indicator id, in the study's order
        ``criterion`` (``road labour utilities ground``), ``measure`` (kind of measure), ``label`` and ``unit``
        (:class:`~sitesel.i18n.Message`), ``weight`` (of the whole: all add up to 1), ``weight_within`` (within its
        criterion), ``value`` (list of ``[x, points 0..100]``), ``source``, ``confidence``.
    plots : GeoDataFrame, index plot id, Polygon in the study's CRS
        ``town name_en name_ru name_ky area_ha outline precision_km note note_ru note_ky source confidence``.
    measures : DataFrame, plots x indicators
        In the indicator's unit; NaN where not known.
    reasons : DataFrame of Message or None, plots x indicators
        Why a measure is NaN.
    details : DataFrame of Message or None, plots x indicators
        What a measure was measured to, such as the nearest border crossing and how exactly its place is known.
    worth : DataFrame, plots x indicators
        0..1; NaN where the measure is.
    ranking : DataFrame, index plot id, sorted by town and rank
        ``town``, ``score`` (0..100 over the known weights; NaN where nothing is known), ``known_weight`` (0..1),
        ``rankable`` (bool), ``rank`` (``Int64``; ``<NA>`` where not rankable).
    layers : mapping of str to GeoDataFrame
        ``settlements roads gateways utilities utility_lines rivals border`` in the study's CRS, as read.
    sources : DataFrame, index layer name
        ``what source licence date quality why`` of each layer read.
    relief : mapping of str to Relief
        Heights around the plots, by elevation layer.
    notices : tuple of Message
        What was repaired, moved or left out on the way.
    run : mapping
        ``id`` (of inputs and parameters: the same inputs give the same id), ``date`` (ISO), ``version``,
        ``seed``, ``inputs`` (name -> file, sha256), ``parameters`` (the study as read), ``versions``; where the
        study asks for them, ``labour`` (the pool, and by how much employers and unassigned miss it) and ``programme``
        (chosen plots, gap, balance, proof).
    labour : DataFrame, index plot id
        Workers: ``within_30_low`` to ``within_60_high`` (within 30, 45 and 60 minutes),
        ``reach_low reach_mid reach_high`` (decayed by their way), ``after_low after_mid after_high`` (what
        rivals leave of them, by the competitive catchment), ``per_job_low per_job_mid per_job_high`` (after rivals, for
        each planned job). Empty where the study has no section ``labour``.
    homes : GeoDataFrame of Point, index home, the study's CRS
        Where workers live: ``settlement`` that they count to, workers ``low mid high``. Empty where ``labour`` is.
    ways : DataFrame
        ``home place kind`` (``plot`` or ``rival``) ``minutes willing`` (0..1) wherever anyone would travel or the way
        takes an hour at most.
    bands : GeoDataFrame
        ``plot``, ``minutes`` (30, 45, 60), geometry: the ground from which workers reach the plot within so many
        minutes by marshrutka, waiting included, in the study's CRS. Empty where ``labour`` is.
    programme : mapping of {"low", "mid", "high"} to Answer
        The towns' plots chosen together, by estimate of the supply. Empty where the study does not ask.
    stranded : DataFrame
        Cells of a raster of population that reach no road: ``row column`` in it, ``x y`` in the study's CRS and
        ``people``. Empty without one.
    demand : DataFrame, index (town, quantity)
        What a town asks of the networks: ``low mid high unit basis source confidence``; quantities ``power_mw
        water_m3_day wastewater_m3_day heating_mw gas_m3_h``.
    connections : GeoDataFrame, a row a plot, network and view, in the study's CRS
        ``plot network view`` (``optimistic``: unknown spare capacity counts as enough; ``pessimistic``: as none),
        ``lay`` (``roads`` or ``terrain``), ``way source source_en source_ru source_ky metres straight_m precision_km
        need unit spare usd_low usd_mid usd_high kgs_low kgs_mid kgs_high other_lay_metres other_lay_usd_mid``,
        ``crosses`` (list of Message), ``reason`` (Message or None: why there is none), the route as geometry.
    estimate : DataFrame, a row a line of a plot's estimate
        ``plot network view item name quantity unit terrain unit_cost``, money as above, ``basis source_of_cost
        confidence``.
    connection_totals : DataFrame, index (plot, view)
        Money over the networks whose cost is known, and ``missing``: tuple of the others.
    exchange : mapping
        ``som_per_usd date source``.
    shared_sources : DataFrame
        ``view network source source_en source_ru source_ky capacity asked served unit plots``: sources on which two or
        more of the plots chosen together draw; capacity NaN where not known.
    rulings : DataFrame, index (rule, plot)
        As from :func:`sitesel.constraints.judge`.
    rule_costs : DataFrame, index rule
        As from :func:`sitesel.constraints.cost_of_rules`.
    ground : DataFrame, index plot
        ``slope_mean slope_max`` (%), ``over_8 over_15`` (0..1), ``cell_m``, ``regional``, ``cut_m3 usable_ha largest_ha
        need_ha fits rectangle_length_m rectangle_width_m compactness frontage_m``, factors on building cost ``seismic_*
        groundwater_*`` (low, mid, high), and Messages ``usable_reason`` (what could not be taken
        off: the area is then the most it can be) ``cut_reason seismic_reason groundwater_reason``.
    usable : GeoDataFrame
        ``plot kind`` (``usable``, ``rectangle``), in the study's CRS.
    suitability : tuple of Suitability
        Of screened grids, one an area; empty where nothing was screened.
    """

    title: Mapping[str, str]
    towns: pd.DataFrame
    indicators: pd.DataFrame
    plots: gpd.GeoDataFrame
    measures: pd.DataFrame
    reasons: pd.DataFrame
    details: pd.DataFrame
    worth: pd.DataFrame
    ranking: pd.DataFrame
    layers: Mapping[str, gpd.GeoDataFrame]
    sources: pd.DataFrame
    relief: Mapping[str, Relief]
    notices: tuple[Message, ...]
    run: Mapping[str, Any]
    labour: pd.DataFrame = field(default_factory=pd.DataFrame)
    homes: gpd.GeoDataFrame = field(default_factory=no_homes)
    ways: pd.DataFrame = field(default_factory=pd.DataFrame)
    bands: gpd.GeoDataFrame = field(default_factory=no_bands)
    programme: Mapping[str, Answer] = field(default_factory=dict)
    stranded: pd.DataFrame = field(default_factory=pd.DataFrame)
    demand: pd.DataFrame = field(default_factory=pd.DataFrame)
    connections: gpd.GeoDataFrame = field(default_factory=no_connections)
    estimate: pd.DataFrame = field(default_factory=pd.DataFrame)
    connection_totals: pd.DataFrame = field(default_factory=pd.DataFrame)
    exchange: Mapping[str, Any] = field(default_factory=dict)
    shared_sources: pd.DataFrame = field(default_factory=pd.DataFrame)
    rulings: pd.DataFrame = field(default_factory=pd.DataFrame)
    rule_costs: pd.DataFrame = field(default_factory=pd.DataFrame)
    ground: pd.DataFrame = field(default_factory=pd.DataFrame)
    usable: gpd.GeoDataFrame = field(default_factory=no_usable)
    suitability: tuple[Suitability, ...] = ()


def on_the_atlas(findings: Findings) -> bool:
    """Tell whether times come from the embedded screening network, not from roads of the user's own.

    Parameters
    ----------
    findings : Findings
    """
    return "roads" in findings.sources.index
