"""What a run found: tables only, all on stated indices, ready for any output."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from sitesel.i18n import Message
from sitesel.layers.raster import Relief
from sitesel.programme import Answer

__all__ = ["Findings", "Relief"]


def no_bands() -> gpd.GeoDataFrame:
    """Make the table of bands of a study that asks for none."""
    return gpd.GeoDataFrame({"plot": [], "minutes": []}, geometry=[])


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
        Workers: ``reach_low reach_mid reach_high`` (decayed by their way), ``after_low after_mid after_high`` (what
        rivals leave of them, by the competitive catchment), ``per_job_low per_job_mid per_job_high`` (after rivals, for
        each planned job). Empty where the study has no section ``labour``.
    bands : GeoDataFrame
        ``plot``, ``minutes`` (30, 45, 60), geometry: the ground from which workers reach the plot within so many
        minutes by marshrutka, waiting included, in the study's CRS. Empty where ``labour`` is.
    programme : mapping of {"low", "mid", "high"} to Answer
        The towns' plots chosen together, by estimate of the supply. Empty where the study does not ask.
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
    bands: gpd.GeoDataFrame = field(default_factory=no_bands)
    programme: Mapping[str, Answer] = field(default_factory=dict)
