"""What a study file may say. Unknown keys are refused; nothing has a hidden default that moves a ranking."""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import pandas as pd
from pydantic import Field, PrivateAttr, model_validator

from sitesel.connections.laying import road_mode
from sitesel.connections.settings import Connection, Demand, Demands, Production
from sitesel.country import Word, countries, in_words_of
from sitesel.decision import weights
from sitesel.errors import LayerError, StudyError
from sitesel.ground.settings import Ground
from sitesel.indicators import AnyIndicator, Criterion, first_decay
from sitesel.labour.settings import Labour
from sitesel.programme.settings import Programme
from sitesel.region import Asked
from sitesel.region.settings import Layers, OffRoad, Spread, Way, Where, country_of
from sitesel.rules.settings import Rules
from sitesel.scenarios import Scenario
from sitesel.schema import RoadMode, table
from sitesel.settings import TOGETHER_ONE, Identifier, Names, Part, Points, Share
from sitesel.study.page import MapPage
from sitesel.study.screening import Screening
from sitesel.sureness import Sureness
from sitesel.text import LANGUAGES, Message, say

OF_AN_INDICATOR: Final = ("low", "high", "value", "points", "missing", "change", "lead", "weight", "first_at")
"""What columns call figures of an indicator, after its id and an underscore."""


def called_anew(given: Any) -> Any:  # noqa: ANN401 -- whatever stands in a study file
    """Call keys and modes of studies written before by their names of today; a key that is there under both stays."""
    old = {before: now for each in countries() for before, now in each.old_names.items()}
    if isinstance(given, list | tuple):
        return [called_anew(one) for one in given]
    if not isinstance(given, dict):
        return given
    keys = {key: now if (now := old.get(key, key)) == key or now not in given else key for key in given}
    told = {keys[key]: called_anew(value) for key, value in given.items()}
    return told | {"mode": old.get(told["mode"], told["mode"])} if isinstance(told.get("mode"), str) else told


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def reserved(*tables: str) -> frozenset[str]:
    """Names of columns that stand in tables of every study."""
    return frozenset(column.name for name in tables for column in table(name).columns())


class About(Where):
    """What a study is called, where it lies, in what season, and when a plot is ranked."""

    title: Names
    """What stands above tables and map."""
    seed: Annotated[int, Field(ge=0, strict=True)] = 0
    """What draws start from: the same seed gives the same bytes."""
    rankable_from: Share = 0.0
    """Least share of the weight that must be known of a plot for it to be ranked; below it is listed, not ranked."""
    least_ground: Annotated[float, Field(ge=0, le=10)] = 0.8
    """Least usable ground of a ranked plot, as a share of what its town needs."""
    detailed: Annotated[int, Field(gt=0, strict=True)] | None = 60
    """Plots of each town that are told in detail: routes to the networks, the ground workers come from, ways to work,
    and draws of how sure their place is. Taken in turns by rank and by the most that a plot can score; those chosen
    together are always among them. All others are measured, scored and ranked alike.
    """


class Town(Part):
    """A town that is to be built, and what it needs."""

    id: Identifier
    """What layers, tables and other sections call it by."""
    name: Names
    """Its name."""
    jobs: Annotated[int, Field(gt=0, le=1_000_000)]
    """Planned jobs."""
    enterprises: Annotated[int, Field(gt=0)] | None = None
    """Planned enterprises; left out: not known."""
    production: Production = "sewing"
    """What is made there; says what the town asks of the networks and which distances a rule keeps."""
    assumed: tuple[Literal["jobs", "enterprises"], ...] = ()
    """Which of these figures are assumed, not published."""
    source: str = ""
    """Where its figures come from."""


class Study(Part):
    """A whole study file."""

    _folder: Path = PrivateAttr(default_factory=Path)
    _name: str = PrivateAttr("(in memory)")

    study: About
    """The whole: its title, where it lies, when a plot is ranked."""
    layers: Layers
    """Which layer is read for what."""
    columns: dict[
        Annotated[str, Field(description="layer")], dict[Annotated[str, Field(description="column")], str]
    ] = Field(default_factory=dict)
    """What a layer calls our columns: ``[columns.plots]`` with ``id = "номер"``. ``"=osh"`` stands for osh in all rows;
    ``crs`` is that of coordinates in a table; without it, their degrees are of WGS 84.
    """
    programme: Programme
    """Land that jobs need, and rules of the towns' choice."""
    labour: Labour | None = None
    """Who can come to work."""
    connection: Connection | None = None
    """What it costs to join each plot to the networks; an indicator may count it. Left out: not worked out."""
    demand: Demand = Field(default_factory=dict)
    """What jobs ask of the networks, instead of the package's figures."""
    rules: Rules = Rules()
    """Modes other than the package's own. The rules: ``irrigated_arable fault_zone_1 mudflow_severe mudflow_moderate
    flood_severe flood_moderate protected_area sanitary_distance airport_heights border_strip flood_modelled
    fault_near``.
    """
    ground: Ground | None = None
    """What is kept free on a plot and what shape is looked for; without this section ground is not measured."""
    off_road: OffRoad
    """From a place to the nearest road."""
    weights: Annotated[dict[Annotated[Criterion, Field(description="criterion")], Share], TOGETHER_ONE]
    """How much each criterion counts; they add up to 1, and one with a weight above 0 has an indicator."""
    sureness: Sureness | None = None
    """What is drawn to find out how sure the ranking is. Left out: not asked."""
    towns: Annotated[tuple[Town, ...], Field(min_length=1)]
    """The towns; each ranks its own plots."""
    screening: Screening | None = None
    """How plots are proposed where there is no list; read by ``sitesel screen`` alone."""
    indicators: Annotated[tuple[AnyIndicator, ...], Field(min_length=1)]
    """What is measured of a plot, and what each measure is worth."""
    scenarios: tuple[Scenario, ...] = ()
    """What if: the same plots ranked as things may turn out; see *What if*."""
    map: MapPage = MapPage()
    """What the map's page offers beside the results."""

    @model_validator(mode="before")
    @classmethod
    def _of_its_country(cls, given: Any) -> Any:  # noqa: ANN401 -- as pydantic calls it
        """Call keys by their names of today, and give a study the embedded layers of its country that it leaves out."""
        if not isinstance(given, dict):
            return given
        given = called_anew(given)
        about, layers = given.get("study", {}), given.get("layers", {})
        about = about if isinstance(about, dict) else {"country": getattr(about, "country", None)}
        return given | {"layers": {**country_of(about).layers, **layers}} if isinstance(layers, dict) else given

    @model_validator(mode="after")
    def _consistent(self) -> "Study":
        faults = [
            *self._repeated(),
            *self._namesakes(),
            *self._reserved(),
            *self._unbalanced(),
            *self._out_of_range(),
            *self._unstaffed(),
            *self._unjoined(),
            *self._unheard_of(),
        ]
        if self.screening is not None:
            faults += self.screening.faults([town.id for town in self.towns], self.study.area)
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _repeated(self) -> list[str]:
        faults = []
        sections = {"towns": self.towns, "indicators": self.indicators, "scenarios": self.scenarios}
        for section, parts in sections.items():
            ids = [part.id for part in parts]
            twice = sorted({name for name in ids if ids.count(name) > 1})
            faults += [f"{section}: id {name} stands more than once; give each its own" for name in twice]
        return faults

    def _namesakes(self) -> list[str]:
        """Find parts of one name in any language: tables and the map tell them apart by nothing else."""
        faults = []
        sections: dict[str, tuple[Town | Scenario, ...]] = {"towns": self.towns, "scenarios": self.scenarios}
        for section, parts in sections.items():
            for one, other in itertools.combinations(parts, 2):
                names, others = one.name.by_language(), other.name.by_language()
                alike = [names[lang] for lang in LANGUAGES if _plain(names[lang]) == _plain(others[lang])]
                if alike and one.id != other.id:
                    faults.append(f"{section}: {one.id} and {other.id} are both called {alike[0]!r}; name them apart")
        return faults

    def _reserved(self) -> list[str]:
        """Name ids whose columns would stand where the tables have others."""
        indicators = {part.id for part in self.indicators}
        taken = {"indicators": reserved("ranking.csv", "plots.gpkg/plots"), "towns": reserved("programme.csv")}
        faults = [
            f"{section}: id {part.id} is a column's name in the results; choose another"
            for section, parts in (("indicators", self.indicators), ("towns", self.towns))
            for part in parts
            if part.id in taken[section]
        ]
        return faults + [
            f"indicators: id {one} is what the results call a figure of {other}; choose another"
            for one in sorted(indicators)
            for other in sorted(indicators)
            if one != other and one.startswith(f"{other}_") and one.removeprefix(f"{other}_") in OF_AN_INDICATOR
        ]

    def _unbalanced(self) -> list[str]:
        faults = [fault for called, given in self._all_weights() for fault in self._unmeasured(given, called)]
        for criterion in self.weights:
            within = {part.id: part.weight for part in self.indicators if part.criterion == criterion}
            if within and (fault := weights.fault_in(within)):
                faults.append(f"indicators of {criterion}: {fault}")
        return faults

    def _all_weights(self) -> Iterator[tuple[str, dict[Criterion, float]]]:
        yield "weights", self.weights
        for one in self.scenarios:
            if one.weights is not None:
                yield f"scenarios.{one.id}.weights", one.weights

    def _unmeasured(self, given: dict[Criterion, float], called: str) -> list[str]:
        used = {part.criterion for part in self.indicators}
        counts = {part.criterion for part in self.indicators if part.weight > 0}
        faults = [
            f"{called}.{criterion}: {weight:g} but no indicator of it; add one or set the weight to 0"
            for criterion, weight in given.items()
            if criterion not in used and weight > 0
        ]
        unweighted = sorted(counts - set(given))
        faults += [f"{called}: nothing for {name}, which has indicators; give it a weight" for name in unweighted]
        return faults

    def _out_of_range(self) -> list[str]:
        """Find ranges of weights that are missing, or of nothing that is measured."""
        ranges = {} if self.sureness is None else self.sureness.weights
        used = {one.criterion for one in self.indicators if one.weight > 0}
        missing = sorted(name for name in used - set(ranges) if self.weights.get(name, 0.0) > 0) if ranges else []
        faults = [
            f"sureness.weights: nothing for {name}, which has indicators; give its low and high" for name in missing
        ]
        return faults + [
            f"sureness.weights.{name}: up to {one.high:g} but no indicator of it; add one or leave the range out"
            for name, one in ranges.items()
            if name not in used
        ]

    def _unheard_of(self) -> list[str]:
        towns = [town.id for town in self.towns]
        faults = [
            f"scenarios.{one.id}.jobs: no town {town}; the study's towns are {', '.join(towns)}"
            for one in self.scenarios
            for town in one.jobs
            if town not in towns
        ]
        unbalanced = ((one.id, weights.fault_in(one.weights)) for one in self.scenarios if one.weights is not None)
        return faults + [f"scenarios.{name}.weights: {fault}" for name, fault in unbalanced if fault]

    def _unstaffed(self) -> list[str]:
        if self.labour is None:
            asking = [f"indicators.{part.id}: nothing says" for part in self.indicators if part.by_labour]
            return [f"{line} who can come to work; add [labour]" for line in asking]
        if not self.decay:
            return ["labour: nothing says who would travel how long; add decay, or an indicator people_per_job"]
        return []

    def _unjoined(self) -> list[str]:
        asking = [part.id for part in self.indicators if part.by_connection and self.connection is None]
        return [f"indicators.{name}: nothing says what connections cost; add [connection]" for name in asking]

    @property
    def weighed(self) -> "tuple[AnyIndicator, ...]":
        """Indicators that weigh, be it within the ranges of what is drawn; the others are measured and told alone."""
        ranges = {} if self.sureness is None else self.sureness.weights
        most = {
            name: max(weight, ranges[name].high if name in ranges else 0.0) for name, weight in self.weights.items()
        }
        return tuple(part for part in self.indicators if part.weight * most.get(part.criterion, 0.0) > 0)

    @property
    def words(self) -> Mapping[str, Word]:
        """Words of its country for placeholders of messages; its own currency's name where it gives a rate of one."""
        rate = None if self.connection is None else self.connection.rate
        if rate is None or not rate.currency:
            return self.study.pack.words
        return {**self.study.pack.words} | dict.fromkeys(
            ("money", "money_of_rate"), dict.fromkeys(LANGUAGES, rate.currency)
        )

    @property
    def folder(self) -> Path:
        """Where relative file names in it start."""
        return self._folder

    @property
    def name(self) -> str:
        """Name of its file."""
        return self._name

    def at(self, file: Path) -> Self:
        """Say from which file it was read.

        Parameters
        ----------
        file : Path
        """
        self._folder, self._name = file.resolve().parent, file.name
        return self

    def replace(self, **sections: Any) -> "Study":  # noqa: ANN401 -- whatever a section takes
        """Make a study with other sections; each is checked as if it were read from a file.

        Parameters
        ----------
        **sections
            By name, as models, lists or dicts. A dict changes the keys that it names (``study={"season": "winter"}``);
            shares, such as ``weights``, are given whole.

        Raises
        ------
        pydantic.ValidationError
            What is wrong with them.
        """
        before = self.model_dump()
        for name, given in sections.items():
            part = getattr(self, name, None)
            before[name] = part.model_dump() | given if isinstance(part, Part) and isinstance(given, dict) else given
        changed = type(self).model_validate(before)
        changed._folder, changed._name = self._folder, self._name  # noqa: SLF001 -- of the same class
        return changed

    def under(self, scenario: Scenario) -> "Study":
        """Make the study that a scenario asks: its season, jobs and weights, and its name in the title.

        What a scenario says of roads and rivals is no matter of a study: see
        :func:`sitesel.scenarios.region_in`.

        Parameters
        ----------
        scenario : Scenario
        """
        towns = [town.model_dump() | {"jobs": scenario.jobs.get(town.id, town.jobs)} for town in self.towns]
        told = {"title": self.study.title.by_language(), "scenario": scenario.name.by_language()}
        titled = {lang: say(Message("title.scenario", told), lang) for lang in LANGUAGES}
        return self.replace(
            study={"season": scenario.season or self.study.season, "title": titled},
            towns=towns,
            weights=scenario.weights or self.weights,
            scenarios=(),
        )

    def scenario(self, name: str) -> Scenario:
        """Find a scenario by its id.

        Parameters
        ----------
        name : str

        Raises
        ------
        StudyError
            The study has no such.
        """
        found = {one.id: one for one in self.scenarios}
        if name not in found:
            has = f"has {', '.join(found)}" if found else "has none"
            raise StudyError(f"{self.name}: no scenario {name!r}; the study {has}")
        return found[name]

    def refuse_strange_towns(self, towns: "pd.Series[str]") -> None:
        """Refuse plots of towns that the study does not have, and towns without a plot.

        Parameters
        ----------
        towns : Series of str, index plot

        Raises
        ------
        LayerError
            One line each.
        """
        known, called = {town.id for town in self.towns}, self.layers.plots_called
        faults = [
            f"{called}: plot {plot} is for town {town!r}, which the study does not have; "
            f"its towns are {', '.join(sorted(known))}"
            for plot, town in towns[~towns.isin(list(known))].items()
        ]
        empty = sorted(known - set(towns))
        faults += [f"{called}: no plot for town {town}; add one or take the town out" for town in empty]
        if faults:
            raise LayerError(faults)

    @property
    def decay(self) -> Points:
        """Share who would travel so many minutes: as labour says, else that of the first ``people_per_job``."""
        own = None if self.labour is None else self.labour.decay
        return own or first_decay(self.indicators) or ()

    @property
    def modes(self) -> list[RoadMode]:
        """Modes by which the study asks for ways to its plots."""
        asked = {mode for part in self.indicators for mode in part.modes}
        if self.labour is not None:
            asked |= self.labour.road_modes
        if self.connection is not None:
            asked |= {road_mode(asked)}
        return sorted(asked)

    @property
    def ways(self) -> list[Way]:
        """Layers whose features are joined to the roads of a mode, each once."""
        labour = [] if self.labour is None else self.labour.ways
        return list(dict.fromkeys([*labour, *(way for part in self.indicators for way in sorted(part.ways))]))

    @property
    def asked(self) -> Asked:
        """What it asks of its region."""
        labour = self.labour
        return Asked(
            where=self.study,
            layers=self.layers,
            off_road=self.off_road,
            modes=self.modes,
            ways=self.ways,
            people_on=labour.roads_of_homes if labour is not None and labour.population else None,
            spread=Spread() if labour is None else labour.spread,
            sections=tuple(part for part in (labour, self.connection, Demands(given=self.demand)) if part is not None),
        )

    @property
    def tables(self) -> dict[str, str]:
        """Name files beside the layers."""
        given = {
            "population": self.labour.population if self.labour else None,
            "prices": self.connection.prices if self.connection else None,
        }
        given |= {file: file for one in self.scenarios for file in one.files}
        return {name: file for name, file in given.items() if file}

    @property
    def files(self) -> list[Path]:
        """Files that it names, layers and others."""
        named = [*(file for _, file in self.layers.vectors()), *self.layers.elevation, *self.tables.values()]
        return [self.folder / file.partition("|")[0] for file in named if Path(file).suffix]

    def town_table(self) -> pd.DataFrame:
        """Lay the towns out as findings hold them."""
        rows = {
            town.id: {
                **{f"name_{lang}": name for lang, name in town.name.by_language().items()},
                "enterprises": town.enterprises,
                "jobs": town.jobs,
                "area_need_ha": town.jobs / self.programme.jobs_per_ha,
                "assumed": list(town.assumed),
                "source": town.source,
            }
            for town in self.towns
        }
        return pd.DataFrame.from_dict(rows, orient="index").astype({"enterprises": "Int64"}).rename_axis("town")

    def indicator_table(self) -> pd.DataFrame:
        """Lay the indicators out as findings hold them."""
        rows = {
            part.id: {
                "criterion": part.criterion,
                "measure": part.kind,
                "label": in_words_of(self.words, part.label),
                "unit": Message(part.unit),
                "decimals": part.decimals,
                "weight_within": part.weight,
                "value": [list(point) for point in part.value],
                "source": part.source,
                "confidence": part.confidence,
            }
            for part in self.indicators
        }
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")
        whole = weights.of_the_whole(self.weights, table["weight_within"], table["criterion"])
        return table.assign(weight=whole)
