"""What a run found: tables only, all on stated indices, ready for any output."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

import geopandas as gpd
import pandas as pd

from sitesel.connections.connecting import Connected
from sitesel.decision import rank, score, worth
from sitesel.ground import Land
from sitesel.labour import Workers
from sitesel.layers.grid import Grid, Grid2D
from sitesel.layers.raster import Relief
from sitesel.programme import Question
from sitesel.programme.together import Together, choose_together, record
from sitesel.rules import Verdicts
from sitesel.study import Study
from sitesel.text import Message

__all__ = ["Decision", "Findings", "Relief", "Suitability", "decide"]


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
class Decision:
    """What was measured, what it is worth, and the ranking that follows.

    Parameters
    ----------
    indicators : DataFrame, index indicator id, in the study's order
        ``criterion`` (``road labour utilities ground``), ``measure`` (kind of measure), ``label`` and ``unit``
        (:class:`~sitesel.text.Message`), ``decimals``, ``weight`` (of the whole: all add up to 1), ``weight_within``
        (within its criterion), ``value`` (list of ``[x, points 0..100]``), ``source``, ``confidence``.
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
    """

    indicators: pd.DataFrame
    measures: pd.DataFrame
    reasons: pd.DataFrame
    details: pd.DataFrame
    worth: pd.DataFrame
    ranking: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Findings:
    """All that a run found.

    Parameters
    ----------
    study : Study
    towns : DataFrame, index town id
        ``name_en name_ru name_ky enterprises jobs area_need_ha`` and ``assumed`` (list of the names of the
        figures among these that are assumed, not published).
    plots : GeoDataFrame, index plot id, Polygon in the study's CRS
        ``town name_en name_ru name_ky area_ha outline precision_km note note_ru note_ky source confidence``.
    decision : Decision
    rules : Verdicts
    land : Land
    labour : Workers
    connections : Connected
    programme : Together
        The towns' plots chosen together.
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
    suitability : tuple of Suitability
        Of screened grids, one an area; empty where nothing was screened.
    """

    study: Study
    towns: pd.DataFrame
    plots: gpd.GeoDataFrame
    decision: Decision
    rules: Verdicts
    land: Land
    labour: Workers
    connections: Connected
    programme: Together
    layers: Mapping[str, gpd.GeoDataFrame]
    sources: pd.DataFrame
    relief: Mapping[str, Relief]
    notices: tuple[Message, ...]
    run: Mapping[str, Any] = field(default_factory=dict)
    suitability: tuple[Suitability, ...] = ()

    @property
    def title(self) -> Mapping[str, str]:
        """Title of the study by language."""
        return self.study.study.title.by_language()

    @property
    def on_the_atlas(self) -> bool:
        """Whether times come from the embedded screening network, not from roads of the user's own."""
        return "roads" in self.sources.index

    def map(self, lang: str = "en") -> Any:  # noqa: ANN401 -- outputs are above findings, which name no type of theirs
        """Make the map, as folium's, for a notebook.

        Parameters
        ----------
        lang : {"en", "ru", "ky"}

        Returns
        -------
        folium.Map
            As from :func:`sitesel.outputs.notebook_map`.
        """
        return import_module("sitesel.outputs").notebook_map(self, lang)

    def with_weights(self, criteria: Mapping[str, float]) -> "Findings":
        """Rank the same measures by other weights, and choose the plots together anew.

        Parameters
        ----------
        criteria : mapping of criterion to weight
            Adding up to 1.

        Returns
        -------
        Findings

        Raises
        ------
        pydantic.ValidationError
            Weights that do not add up, or of no indicator.
        """
        study = self.study.replace(weights=dict(criteria))
        decision = decide(study, self.decision, self.plots["town"], self.rules.barred)
        before = self.programme
        questions = scored(before.questions, decision.ranking)
        chosen = choose_together(study.programme, questions, decision.ranking, before.overdrawn)
        run = {**self.run, "parameters": study.model_dump(mode="json"), **record(chosen.answers)}
        return replace(self, study=study, decision=decision, programme=chosen, run=run)


def decide(study: Study, measured: Decision, town: "pd.Series[str]", barred: "pd.Series[bool]") -> Decision:
    """Say what measures are worth by a study's value functions and weights, and rank the plots.

    Parameters
    ----------
    study : Study
    measured : Decision
        Of which ``measures reasons details`` are taken.
    town : Series of str, index plot
    barred : Series of bool, index plot
        Plots that are out whatever their score.
    """
    table = study.indicator_table()
    values = pd.DataFrame({part.id: worth(measured.measures[part.id], part.value) for part in study.indicators})
    towns = pd.CategoricalDtype([part.id for part in study.towns], ordered=True)  # in the study's order, not the file's
    in_order = town.astype(towns).sort_values().astype("str")
    ranking = rank(score(values, table["weight"]), in_order, study.study.rankable_from, barred)
    return replace(measured, indicators=table, worth=values, ranking=ranking)


def scored(questions: Mapping[str, Question], ranking: pd.DataFrame) -> dict[str, Question]:
    """Put the scores of a ranking into what is asked of the programme; plots without a rank are no candidates.

    Parameters
    ----------
    questions : mapping of estimate to Question
    ranking : DataFrame, index plot
        ``score rankable``.
    """
    base = ranking["score"].where(ranking["rankable"])
    return {
        case: replace(asked, plots=asked.plots.assign(base=base.reindex(asked.plots.index)))
        for case, asked in questions.items()
    }
