"""A recorded run carried out again: which files come out otherwise, and why."""

import filecmp
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from pydantic import BaseModel, ValidationError

from sitesel import __version__
from sitesel.comparing.differences import differing
from sitesel.comparing.sides import flat
from sitesel.crew import ALONE, Crew
from sitesel.errors import StudyError
from sitesel.findings import Findings
from sitesel.layers import embedded_study
from sitesel.layers.door import why_no_file
from sitesel.measuring import silent
from sitesel.outputs import WRITES, write_all
from sitesel.outputs.folder import MANIFEST, written_before
from sitesel.region import IN_MEMORY
from sitesel.screening import screen
from sitesel.stages import run
from sitesel.study import Study, study_of
from sitesel.study.record import read_record
from sitesel.text import LANGUAGES, Message

__all__ = ["Replayed", "replay", "replay_lines"]

RECORD: Final = "run.json"
NO_RECORD: Final = "not the record of a run that can be run again"
MOST_TOLD: Final = 10


@dataclass(frozen=True)
class Replayed:
    """What came of it.

    Parameters
    ----------
    files : mapping of str to str
        By file: ``same``, ``differs``, ``gone`` (the run wrote it, and it is not there), ``new`` or ``no_more`` (only
        one of the runs writes it).
    reasons : tuple of Message
        What is not as it was: inputs, the version of sitesel, settings, libraries. Empty: nothing that is recorded.
    """

    files: Mapping[str, str]
    reasons: tuple[Message, ...]

    @property
    def same(self) -> bool:
        """Whether every file came out the same, byte for byte."""
        return set(self.files.values()) == {"same"}


def replay(path: Path | str, progress: Callable[[Message], None] = silent, crew: Crew = ALONE) -> Replayed:
    """Carry the study of a record out again, in a temporary folder, and hold its files against those beside the record.

    Parameters
    ----------
    path : Path or str
        ``run.json``, or the folder that it is in.
    progress : callable of Message, optional
        Told what is being done.
    crew : Crew, optional
        As of :func:`sitesel.stages.run`.

    Raises
    ------
    StudyError
        No record, one that cannot be run again, or an input that is gone.
    SiteselError
        The study cannot be carried out today.
    """
    path = Path(path)
    path = path / RECORD if path.is_dir() else path
    record = _read(path)
    study = _study(record, path)
    if gone := [file for file in study.files if not file.exists()]:
        raise StudyError([f"{file}: is gone, and the run of {path} read it; put it back" for file in gone])
    made = record["made"]
    if made["command"] == "screen":
        found = screen(study, progress).findings
        if found is None:
            raise StudyError(f"{path}: the screening proposes no plot today; its files are those of another ground")
    else:
        found = run(study, progress, scenario=record.get("scenario"), crew=crew)
    again = replace(found, run={**found.run, "date": record["date"], "made": made})
    progress(Message("replay.comparing", {"folder": str(path.parent)}))
    with TemporaryDirectory(prefix="sitesel-replay-") as folder:
        write_all(again, Path(folder) / "out", made["lang"], made["csv"])
        files = _held(path.parent, Path(folder) / "out")
    return Replayed(files, tuple(_reasons(record, again)))


def replay_lines(found: Replayed) -> Iterator[Message]:
    """Say which files differ, and why.

    Examples
    --------
    >>> from sitesel.text import say
    >>> found = Replayed({"map.html": "same", "ranking.csv": "differs"}, ())
    >>> [say(line, "en") for line in replay_lines(found)][:2]
    ['Other than before: ranking.csv', 'The same, byte for byte: 1 file']
    """
    if found.same:
        yield Message("replay.same", {"count": len(found.files)})
        return
    for what in ("differs", "gone", "new", "no_more"):
        if names := [name for name, told in found.files.items() if told == what]:
            yield Message(f"replay.{what}", {"names": ", ".join(names)})
    if same := sum(told == "same" for told in found.files.values()):
        yield Message("replay.others", {"count": same})
    yield from found.reasons or [Message("replay.unexplained")]


class _Made(BaseModel):
    command: Literal["run", "screen"]
    lang: Literal[LANGUAGES]  # type: ignore[valid-type]
    csv: Literal["plain", "excel"]
    folder: str | None


class _Read(BaseModel):
    file: str
    sha256: str


class _Record(BaseModel):
    """What of a record must be as a run writes it for the run to be done again."""

    made: _Made
    inputs: dict[str, _Read]
    date: str
    study: str
    version: str
    parameters: dict[str, Any]
    asked: dict[str, Any] = {}
    scenario: str | None = None
    versions: dict[str, str] = {}


def _read(path: Path) -> dict[str, Any]:
    fault = why_no_file(path)
    if fault is not None:
        fault = fault.replace("file", "record")
        raise StudyError(f"{path}: {fault}; give the run.json that `sitesel run` has written")
    try:
        record = read_record(path)
        _Record.model_validate(record)
    except ValidationError as cause:
        raise StudyError(f"{path}: {_unlike_a_record(cause)}; run its study anew") from cause
    except (OSError, ValueError) as cause:
        raise StudyError(f"{path}: {NO_RECORD}; run its study anew") from cause
    held = sorted(name for name, read in record["inputs"].items() if read["file"] == IN_MEMORY)
    if held:
        raise StudyError(f"{path}: {', '.join(held)} was held in memory and cannot be read again; run it where it was")
    return record


def _unlike_a_record(cause: ValidationError) -> str:
    """Say what a record lacks, or the first of its parts that no run writes."""
    faults = cause.errors()
    missing = sorted(str(fault["loc"][-1]) for fault in faults if fault["type"] == "missing")
    if {"made", "inputs"} & set(missing):
        return NO_RECORD
    if missing:
        return f"does not tell {', '.join(missing)}"
    return f"its {'.'.join(map(str, faults[0]['loc']))} is not as a run writes it"


def _study(record: Mapping[str, Any], path: Path) -> Study:
    folder = record["made"]["folder"]
    file = embedded_study() if folder is None else path.parent / folder / record["study"]
    return study_of(_asked(record)).at(file)


def _asked(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give the study as it was asked, before a scenario or a screening changed it."""
    return dict(record.get("asked", record["parameters"]))


def _held(before: Path, after: Path) -> dict[str, str]:
    """Hold the files of two folders against one another."""
    wrote = written_before(before) or {name for name in WRITES if (before / name).exists()}
    writes, told = {file.name for file in after.iterdir()}, {}
    for name in sorted((wrote | writes) - {MANIFEST}):
        if name not in writes:
            told[name] = "no_more"
        elif not (before / name).exists():
            told[name] = "gone" if name in wrote else "new"
        else:
            told[name] = "same" if filecmp.cmp(before / name, after / name, shallow=False) else "differs"
    return told


def _reasons(record: Mapping[str, Any], again: Findings) -> Iterator[Message]:
    hashes = ({name: read["sha256"] for name, read in told["inputs"].items()} for told in (record, again.run))
    for name in differing(*hashes).index:
        read = (record["inputs"] | again.run["inputs"])[name]["file"]
        yield Message("replay.input", {"name": str(name), "file": read})
    if record["version"] != __version__:
        yield Message("replay.version", {"before": record["version"], "after": __version__})
    settings = (dict(flat(_asked(told), "")) for told in (record, again.run))
    if keys := [str(key) for key in differing(*settings).index]:
        yield Message("replay.settings", {"names": ", ".join(keys[:MOST_TOLD]), "count": len(keys)})
    versions = differing(record.get("versions", {}), again.run["versions"])
    if len(versions):
        told = [f"{name} {row['before']} → {row['after']}" for name, row in versions.iterrows()]
        yield Message("replay.libraries", {"names": ", ".join(told)})
