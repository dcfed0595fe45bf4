"""What a run found: tables only, all on stated indices, ready for any output."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from importlib import import_module
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import pandas as pd

from sitesel.arrays import Bools
from sitesel.connections.connecting import Connected
from sitesel.decision import Panel, counted_worth, failed_gates, known_weight, panel_of, rank, ranks_by_method, score
from sitesel.ground import Land
from sitesel.indicators import Criterion
from sitesel.labour import Workers
from sitesel.layers.grid import Grid, Grid2D
from sitesel.layers.raster import Relief
from sitesel.programme import Question, with_scores
from sitesel.programme.together import Together, choose_together, record
from sitesel.rules import Verdicts
from sitesel.study import Study
from sitesel.sureness import Sure
from sitesel.text import LANGUAGES, Message, say

RANKING: Final = ("town", "score", "low", "high", "known_weight", "gate", "detail", "rankable", "rank")

__all__ = ["Decision", "Findings", "Relief", "Suitability", "decide", "told_once"]

About = ParamSpec("About")
Told = TypeVar("Told")


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
        ``criterion`` (``road labour utilities ground conformity``), ``measure`` (kind of measure), ``label`` and
        ``unit`` (:class:`~sitesel.text.Message`), ``decimals``, ``weight`` (of the whole: all add up to 1),
        ``weight_within`` (within its criterion), ``value`` (list of ``[x, points 0..100]``), ``source``,
        ``confidence``.
    measures : DataFrame, plots x indicators
        In the indicator's unit; NaN where not known.
    low, high : DataFrame, plots x indicators
        Between which the truth lies; NaN where nothing bounds it.
    reasons : DataFrame of Message or None, plots x indicators
        Why a measure is NaN.
    details : DataFrame of Message or None, plots x indicators
        What a measure was measured to, such as the nearest border crossing and how exactly its place is known.
    worth : DataFrame, plots x indicators
        0..1; where the measure is not known, the worst that it can be worth.
    ranking : DataFrame, index plot id, sorted by town and rank
        ``town``, ``score`` (0..100), ``low high`` (scores between which the truth lies), ``known_weight`` (0..1),
        ``gate detail`` (the first gate that it fails, as from :func:`~sitesel.decision.failed_gates`), ``rankable``
        (bool), ``rank`` (``Int64``; ``<NA>`` where not rankable).
    """

    indicators: pd.DataFrame
    measures: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    reasons: pd.DataFrame
    details: pd.DataFrame
    worth: pd.DataFrame
    ranking: pd.DataFrame

    def second_opinions(self) -> pd.DataFrame:
        """Rank by other methods, as :meth:`Findings.second_opinions`."""
        ranked = self.ranking[self.ranking["rankable"]]
        others = ranks_by_method(self.worth.loc[ranked.index], self.indicators["weight"], ranked["town"])
        return ranked[["town", "rank"]].join(others)

    def panel(self, people: pd.DataFrame) -> Panel:
        """Rank by the weights of several people, as :meth:`Findings.panel`."""
        ranked = self.ranking[self.ranking["rankable"]]
        return panel_of(people, self.indicators, self.worth.loc[ranked.index], ranked["town"])


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
    sites : DataFrame, index plot
        ``town jobs need_ha usable_ha``.
    sureness : Sure
    scenarios : DataFrame, index plot, in the order of the ranking
        ``town``, and ``<scenario>_score <scenario>_rank`` of each scenario, first ``study``, the study itself; without
        rows where the study has no scenario.
    detailed : Index or None
        Plots that can still matter: the others have measures, scores and ranks, and no routes, bands or ways to work.
        None: all.
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
    sites: pd.DataFrame
    sureness: Sure
    layers: Mapping[str, gpd.GeoDataFrame]
    sources: pd.DataFrame
    relief: Mapping[str, Relief]
    notices: tuple[Message, ...]
    run: Mapping[str, Any] = field(default_factory=dict)
    suitability: tuple[Suitability, ...] = ()
    scenarios: pd.DataFrame = field(default_factory=pd.DataFrame)
    detailed: pd.Index | None = None

    def in_detail(self, plots: pd.Index) -> Bools:
        """Tell which of some plots are told in detail.

        Parameters
        ----------
        plots : Index
        """
        return np.ones(len(plots), dtype=np.bool_) if self.detailed is None else plots.isin(self.detailed)

    @property
    def title(self) -> Mapping[str, str]:
        """Title of the study by language, with the season in which its roads are driven."""
        season = Message(f"season.{self.study.study.season}")
        titled = Message("title.season", {"title": self.study.study.title.by_language(), "season": season})
        return {lang: say(titled, lang) for lang in LANGUAGES}

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
            As from :func:`sitesel.outputs.map.notebook_map`.
        """
        return import_module("sitesel.outputs.map").notebook_map(self, lang)

    def _repr_html_(self) -> str:
        """Tell each town's answer and ranking, for a notebook."""
        return str(import_module("sitesel.outputs").notebook_html(self))

    def second_opinions(self) -> pd.DataFrame:
        """Rank the same worth by the same weights as other methods do: a check, none of them is the ranking.

        Returns
        -------
        DataFrame, index plot, as ranked
            ``town``, ``rank`` (the study's own) and the ranks by ``topsis promethee_2 weighted_product``.

        Raises
        ------
        ImportError
            ``pymcdm`` is not installed: it comes with the extra ``sitesel[opinions]``.
        """
        return self.decision.second_opinions()

    def panel(self, people: pd.DataFrame) -> Panel:
        """Rank the same measures by the weights of each of several people.

        Parameters
        ----------
        people : DataFrame of float, people x criteria
            Not negative; each person's of any sum above 0.

        Returns
        -------
        Panel
            Ranks by person, how far the weights lie apart, and how far the people agree in each town.

        Raises
        ------
        ValueError
            A criterion without a column, or weights that cannot be.
        """
        return self.decision.panel(people)

    @property
    def weighed(self) -> list[str]:
        """Ids of the indicators that weigh; the others are told, and are no part of why a plot stands where it does."""
        return [part.id for part in self.study.weighed]

    @property
    def criteria(self) -> list[Criterion]:
        """Criteria that weigh, in the study's order."""
        return list(dict.fromkeys(part.criterion for part in self.study.weighed))

    def with_weights(self, criteria: Mapping[str, float]) -> "Findings":
        """Rank the same measures by other weights, and choose the plots together anew.

        Where only some plots are told in detail, these alone are chosen among, and a notice says so: what the networks
        can serve together is not worked out for the others.

        Parameters
        ----------
        criteria : mapping of criterion to weight
            Adding up to 1.

        Returns
        -------
        Findings
            Without sureness and scenarios, which are of the weights that they were drawn with: ask
            ``run(findings.study.replace(weights=...))`` for these.

        Raises
        ------
        pydantic.ValidationError
            Weights that do not add up, or of no indicator.
        """
        study = self.study.replace(weights=dict(criteria))
        decision = decide(study, self.decision, self.sites, self.rules.barred)
        before = self.programme
        among, notices = self._in_detail_alone(decision.ranking)
        questions = scored(before.questions, replace(decision, ranking=among))
        chosen = choose_together(study.programme, questions, among, before.overdrawn)
        run = {**self.run, "parameters": study.model_dump(mode="json"), **record(chosen.answers)}
        return replace(
            self,
            study=study,
            decision=decision,
            programme=chosen,
            sureness=Sure(),
            scenarios=pd.DataFrame(),
            notices=(*self.notices, *(notice for notice in notices if notice not in self.notices)),
            run=run,
        )

    def _in_detail_alone(self, ranking: pd.DataFrame) -> tuple[pd.DataFrame, list[Message]]:
        """Leave out of what is chosen among the plots that are not told in detail, and say so."""
        told, able = self.in_detail(ranking.index), ranking["rankable"].astype(bool)
        if (told | ~able).all():
            return ranking, []
        params = {"told": int((told & able).sum()), "of": int(able.sum())}
        return ranking.assign(rankable=told & able), [Message("notice.chosen_in_detail", params)]


def decide(study: Study, measured: Decision, sites: pd.DataFrame, barred: "pd.Series[bool]") -> Decision:
    """Say what measures are worth by a study's value functions and weights, and rank the plots that pass every gate.

    Parameters
    ----------
    study : Study
    measured : Decision
        Of which ``measures low high reasons details`` are taken.
    sites : DataFrame, index plot
        ``town usable_ha need_ha``.
    barred : Series of bool, index plot
        Plots that a rule excludes.
    """
    table = study.indicator_table()
    counted, score_range, gates = valued(study, measured, sites, barred)
    towns = pd.CategoricalDtype([part.id for part in study.towns], ordered=True)  # in the study's order, not the file's
    in_order = sites["town"].astype(towns).sort_values().astype("str")
    ranking = rank(score(counted, table["weight"]), in_order, gates["gate"].isna())
    known = known_weight(measured.measures.notna(), table["weight"])
    told = pd.concat([score_range, known, gates], axis=1).reindex(ranking.index)
    return replace(measured, indicators=table, worth=counted, ranking=ranking.join(told)[list(RANKING)])


def valued(
    study: Study, measured: Decision, sites: pd.DataFrame, barred: "pd.Series[bool]"
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Say what measures are worth, between which scores the truth lies, and which gate each outline fails.

    Returns
    -------
    counted : DataFrame of float, outlines x indicators
        0..1: what is not known counts as the worst that it can be.
    score_range : DataFrame of float
        ``low high``: scores if all that is not known were at its worst, and at its best.
    gates : DataFrame
        As from :func:`~sitesel.decision.failed_gates`; ``known`` is the gate of ``rankable_from``.
    """
    table, found = study.indicator_table(), {}
    for part in study.indicators:
        columns = (measured.measures[part.id], measured.low[part.id], measured.high[part.id])
        found[part.id] = counted_worth(*columns, part.value)
    counted, least, most = (
        pd.DataFrame({name: one[which] for name, one in found.items()}) for which in ("counted", "least", "most")
    )
    weight = table["weight"]
    ends = {part.id: [y / 100 for _, y in part.value] for part in study.indicators}
    anything = pd.DataFrame(
        {name: (least[name] <= min(ys)) & (most[name] >= max(ys)) & (max(ys) > min(ys)) for name, ys in ends.items()}
    )
    by_bound = [part.by_bound for part in study.indicators]
    gates = failed_gates(
        barred.reindex(counted.index, fill_value=False),
        sites["usable_ha"] / sites["need_ha"],
        measured.measures.notna() | (~anything & by_bound),
        criterion=table["criterion"],
        weights=weight,
        least_ground=study.study.least_ground,
    )
    little = known_weight(measured.measures.notna(), weight) < study.study.rankable_from - 1e-9
    gates.loc[little & gates["gate"].isna(), "gate"] = "known"
    return counted, pd.DataFrame({"low": score(least, weight), "high": score(most, weight)}), gates


def told_once(tell: Callable[Concatenate[Findings, About], Told]) -> Callable[Concatenate[Findings, About], Told]:
    """Work out once what many outputs ask of the same findings; it is kept as long as they are, and no longer.

    Parameters
    ----------
    tell : callable of (findings, ...)
        What it gives is shared: nobody may change it.
    """
    kept: WeakKeyDictionary[Findings, dict[Hashable, Told]] = WeakKeyDictionary()

    @wraps(tell)
    def told(findings: Findings, /, *args: About.args, **kwargs: About.kwargs) -> Told:
        of_these = kept.setdefault(findings, {})
        asked = (args, tuple(kwargs.items()))
        if asked not in of_these:
            of_these[asked] = tell(findings, *args, **kwargs)
        return of_these[asked]

    return told


def scored(questions: Mapping[str, Question], decision: Decision) -> dict[str, Question]:
    """Put the scores and weights of a ranking into what is asked of the programme; plots without a rank do not stand.

    Parameters
    ----------
    questions : mapping of estimate to Question
    decision : Decision
    """
    score = decision.ranking["score"].where(decision.ranking["rankable"])
    told = {case: _weighed(asked, decision.indicators) for case, asked in questions.items()}
    # The ranking goes by the middle estimate: what its scores hold apart from workers is the same in the others.
    base = with_scores(told["mid"], score).plots["base"] if "mid" in told else score
    return {case: replace(asked, plots=asked.plots.assign(base=base)) for case, asked in told.items()}


def _weighed(asked: Question, indicators: pd.DataFrame) -> Question:
    """Give what depends on the other towns the weights of a ranking."""
    if asked.joint is None:
        return asked
    weight = indicators.drop_duplicates("measure").set_index("measure")["weight"]
    minutes, home = (float(weight.get(kind, 0.0)) for kind in ("minutes_to_staff", "jobs_near_home"))
    return replace(asked, joint=replace(asked.joint, weight_minutes=minutes, weight_home=home))
