"""From a study file to findings."""

import hashlib
import json
import os
import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sitesel import __version__, aggregation, value, weights
from sitesel.errors import SiteselError
from sitesel.findings import Findings
from sitesel.i18n import Message
from sitesel.study.connecting import connecting, ruled_out, shared_sources, terms_of_connection
from sitesel.study.connection_record import connection_record
from sitesel.study.inputs import digests, read_inputs, sources
from sitesel.study.land import land, land_record
from sitesel.study.measuring import UNITS, Measured, Terrain, label, measure
from sitesel.study.models import Names, Study
from sitesel.study.reading import load_study
from sitesel.study.staffing import staff_at_hand, staffing
from sitesel.study.usable import study_rules

Progress = Callable[[Message], None]
LIBRARIES: Final = ("geopandas", "networkx", "numpy", "pandas", "pyproj", "rasterio", "scipy", "shapely")


def silent(_: Message) -> None:
    """Say nothing."""


def run(study_file: Path, progress: Progress = silent) -> Findings:
    """Carry a study out.

    Parameters
    ----------
    study_file : Path
        TOML; see ``docs/study.md``. Relative file names in it start from its folder.
    progress : callable of Message, optional
        Told what is being done.

    Returns
    -------
    Findings

    Raises
    ------
    SiteselError
        The study or a layer cannot be used; one line a fault.
    """
    study = load_study(study_file)
    inputs = read_inputs(study, study_file.resolve().parent, progress)
    return carried_out(Terrain(study, inputs), study_file, progress)


def carried_out(terrain: Terrain, study_file: Path, progress: Progress) -> Findings:
    """Carry a study out on layers already read, whoever proposed the plots among them.

    Parameters
    ----------
    terrain : Terrain
    study_file : Path
        Named in the record.
    progress : callable of Message

    Returns
    -------
    Findings

    Raises
    ------
    SiteselError
        As from :func:`run`.
    """
    study, inputs = terrain.study, terrain.inputs
    work, terms = staff_at_hand(terrain), terms_of_connection(terrain)
    measured: dict[str, Measured] = {}
    for indicator in study.indicators:
        progress(Message("progress.measuring", {"indicator": label(indicator)}))
        measured[indicator.id] = measure(indicator, terrain)
    indicators = _indicators(study)
    measures = pd.DataFrame({name: found.amount for name, found in measured.items()})
    worth = pd.DataFrame({part.id: value.worth(measures[part.id], part.value) for part in study.indicators})
    plots = terrain.plots
    scores = aggregation.score(worth, indicators["weight"])
    progress(Message("progress.land"))
    found = land(terrain)
    ranking = aggregation.rank(scores, _town_order(study, plots["town"]), study.study.rankable_from, found.barred)
    joined = connecting(terrain, terms, progress)
    staffed = staffing(terrain, work, ranking, progress, joined.sets)
    shared, out_of_reach = shared_sources(joined, staffed.together), ruled_out(joined, staffed.unbound, plots)
    records = staffed.record | connection_record(joined, shared) | land_record(found, study_rules(study))
    return Findings(
        title=by_language(study.study.title),
        towns=_towns(study),
        indicators=indicators,
        plots=plots,
        measures=measures,
        reasons=pd.DataFrame({name: found.reason for name, found in measured.items()}),
        details=pd.DataFrame({name: found.detail for name, found in measured.items()}),
        worth=worth,
        ranking=ranking,
        layers={name: frame for name, frame in inputs.frames.items() if name != "plots"},
        sources=sources(inputs.files),
        relief=inputs.relief,
        notices=(*inputs.notices, *terrain.notices, *out_of_reach),
        run=_record(study, study_file, digests(inputs.files)) | records,
        labour=staffed.labour,
        homes=staffed.homes,
        ways=staffed.ways,
        bands=staffed.bands,
        programme=staffed.programme,
        stranded=staffed.stranded,
        demand=joined.demand,
        connections=joined.connections,
        estimate=joined.estimate,
        connection_totals=joined.totals,
        exchange=joined.exchange,
        shared_sources=shared,
        rulings=found.rulings,
        rule_costs=found.rule_costs,
        ground=found.ground,
        usable=found.usable,
    )


def check(study_file: Path, progress: Progress = silent) -> tuple[str, ...]:
    """List every fault of a study and its layers at once.

    Parameters
    ----------
    study_file : Path
    progress : callable of Message, optional

    Returns
    -------
    tuple of str
        One line a fault; empty where the study can be run.
    """
    try:
        study = load_study(study_file)
        terrain = Terrain(study, read_inputs(study, study_file.resolve().parent, progress))
        modes = sorted({mode for indicator in study.indicators if (mode := getattr(indicator, "mode", None))})
        for mode in modes:
            terrain.places(mode, "plots")
        staff_at_hand(terrain)
        terms_of_connection(terrain)
    except SiteselError as found:
        return found.faults
    return ()


def by_language(names: Names) -> Mapping[str, str]:
    """Spell a name out in every language."""
    return {"en": names.en, "ru": names.ru or names.en, "ky": names.ky or names.en}


def _towns(study: Study) -> pd.DataFrame:
    rows = {
        town.id: {
            **{f"name_{lang}": name for lang, name in by_language(town.name).items()},
            "enterprises": town.enterprises,
            "jobs": town.jobs,
            "area_need_ha": town.jobs / study.programme.jobs_per_ha,
            "assumed": list(town.assumed),
            "source": town.source,
        }
        for town in study.towns
    }
    return pd.DataFrame.from_dict(rows, orient="index").astype({"enterprises": "Int64"}).rename_axis("town")


def _indicators(study: Study) -> pd.DataFrame:
    rows = {
        indicator.id: {
            "criterion": indicator.criterion,
            "measure": indicator.measure,
            "label": label(indicator),
            "unit": Message(UNITS[indicator.measure]),
            "weight_within": indicator.weight,
            "value": [list(point) for point in indicator.value],
            "source": indicator.source,
            "confidence": indicator.confidence,
        }
        for indicator in study.indicators
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")
    whole = weights.of_the_whole(study.weights, table["weight_within"], table["criterion"])
    return table.assign(weight=whole)


def _town_order(study: Study, town: pd.Series) -> pd.Series:
    """Towns in the study's order, whatever the order of the plots' file."""
    return town.astype(pd.CategoricalDtype([part.id for part in study.towns], ordered=True)).sort_values().astype("str")


def _record(study: Study, study_file: Path, inputs: dict[str, dict[str, str]]) -> dict[str, Any]:
    parameters = study.model_dump(mode="json")
    told = {"version": __version__, "inputs": inputs, "parameters": parameters}
    identity = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return {
        "id": identity[:12],
        "date": _today(),
        "version": __version__,
        "study": study_file.name,
        "seed": study.study.seed,
        "inputs": inputs,
        "parameters": parameters,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }


def _today() -> str:
    """Date of the run, or the one that SOURCE_DATE_EPOCH sets, as for any reproducible build."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(given), UTC) if given.isdigit() else datetime.now(UTC)
    return moment.date().isoformat()
