"""One side of a comparison: a run of which the folder is read, or a study that is run."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sitesel.decision import weights
from sitesel.errors import StudyError
from sitesel.layers.door import why_no_file
from sitesel.outputs.tables import ranking_table, read_ranking
from sitesel.stages import run
from sitesel.study.record import read_record, towns_of
from sitesel.text import LANGUAGES, NAMES, Message, names_of


@dataclass(frozen=True, eq=False)
class Side:
    """What is compared of a run.

    Parameters
    ----------
    name : str
        Folder or study file as it was given.
    title : mapping of language to str
    season : str
    scenario : mapping of language to str, or None
        Name of the scenario that it was run in.
    towns : mapping of town to name by language
    ranking : DataFrame, index plot
        ``town name_en name_ru name_ky rank score gate``.
    indicators : mapping of indicator to name by language
    points : DataFrame, plots x indicators
        That each indicator brings to the score: they add up to it.
    inputs : mapping of layer to str
        File and the start of its hash.
    parameters : mapping of str to str
        The study, key by key: ``weights.labour``, ``indicators.staff.weight``; and the ``scenario`` that it was run in.
    """

    name: str
    title: Mapping[str, str]
    season: str
    scenario: Mapping[str, str] | None
    towns: Mapping[str, Mapping[str, str]]
    ranking: pd.DataFrame
    indicators: Mapping[str, Mapping[str, str]]
    points: pd.DataFrame
    inputs: Mapping[str, str]
    parameters: Mapping[str, str]


def side_of(given: Path, progress: Callable[[Message], None]) -> Side:
    """Read the folder of a run, or run a study file.

    Raises
    ------
    StudyError
        Neither of them.
    SiteselError
        The study cannot be run.
    """
    if given.is_dir():
        return _of_folder(given)
    fault = why_no_file(given)
    if fault is not None or given.suffix != ".toml":
        why = "" if fault is None else f"{fault}, "
        raise StudyError(
            f"{given}: {why}neither the folder of a run nor a study file; give one that `sitesel run` has written"
        )
    found = run(given, progress)
    return _side(str(given), dict(found.run), ranking_table(found))


def _of_folder(folder: Path) -> Side:
    for name in ("run.json", "ranking.csv"):
        if not (folder / name).is_file():
            raise StudyError(
                f"{folder}: no {name} in it; give a folder that `sitesel run` has written, or a study file"
            )
    try:
        record = read_record(folder / "run.json")
        return _side(str(folder), record, read_ranking(folder / "ranking.csv", towns_of(record)))
    except OSError as cause:
        file = Path(cause.filename or "run.json").name
        raise StudyError(f"{folder}: its {file} cannot be read ({cause.strerror})") from cause
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise StudyError(f"{folder}: its run.json or ranking.csv is not as a run writes it; run it again") from cause


def _side(name: str, record: dict[str, Any], ranking: pd.DataFrame) -> Side:
    study = record["parameters"]
    parts = pd.DataFrame(study["indicators"]).set_index("id")
    whole = weights.of_the_whole(study["weights"], parts["weight"], parts["criterion"])
    worth = pd.DataFrame({part: ranking[f"{part}_value"].astype(float) for part in parts.index})
    told = {"sitesel": record["version"], **dict(flat(_as_asked(record), ""))}
    return Side(
        name=name,
        title=names_of(study["study"]["title"], LANGUAGES),
        season=study["study"]["season"],
        scenario=_scenario(record),
        towns=towns_of(record),
        ranking=ranking[["town", *NAMES, "rank", "score", "gate"]].rename_axis("plot"),
        indicators=record.get("indicators", {}),
        points=(worth.fillna(0.0) * whole * 100).rename_axis("plot"),
        inputs={layer: f"{read['file']} {read['sha256'][:12]}" for layer, read in record["inputs"].items()},
        parameters=told,
    )


def _scenario(record: dict[str, Any]) -> dict[str, str] | None:
    """Name the scenario of a run in each language; None where it was run as in the study."""
    if record.get("scenario") is None:
        return None
    names = {one["id"]: one["name"] for one in record["asked"]["scenarios"]}
    return names_of(names[record["scenario"]], LANGUAGES)


def _as_asked(record: dict[str, Any]) -> dict[str, Any]:
    """Give the parameters of a run; of one in a scenario with title and scenarios as they were asked, and its id."""
    study: dict[str, Any] = record["parameters"]
    if record.get("scenario") is None:
        return study
    asked = record["asked"]
    titled = study["study"] | {"title": asked["study"]["title"]}
    return {"scenario": record["scenario"], **study, "study": titled, "scenarios": asked["scenarios"]}


def flat(given: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 -- what JSON holds
    """Lay a study out key by key, as JSON has it; parts of a list are called by their ids."""
    if isinstance(given, dict) and given:
        for key, value in given.items():
            yield from flat(value, f"{path}.{key}" if path else str(key))
    elif isinstance(given, list) and given and all(isinstance(part, dict) and "id" in part for part in given):
        for part in given:
            yield from flat({key: value for key, value in part.items() if key != "id"}, f"{path}.{part['id']}")
    else:
        yield path, json.dumps(given, ensure_ascii=False)
