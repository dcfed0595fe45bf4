"""A study file in: every fault at once, one line each."""

import difflib
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sitesel.errors import StudyError
from sitesel.layers.door import why_no_file
from sitesel.settings import Part
from sitesel.study.models import Study

LONG_NAME: Final = re.compile(r"(?:[\w-]+\.){100}")
"""Parts of a key, joined by points: no section is so deep."""


def load_study(path: Path | str) -> Study:
    """Read a study file.

    Parameters
    ----------
    path : Path or str
        TOML in UTF-8.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        Every fault of the file, one line each.
    """
    path = Path(path)
    if fault := why_no_file(path):
        raise StudyError(f"{path}: {fault.replace('such', 'such study')}; give the path of a .toml file")
    try:
        text = path.read_text(encoding="utf-8-sig")  # with the mark that Notepad puts before it
        given = tomllib.loads(text) if not LONG_NAME.search(text) else None
    except UnicodeDecodeError as cause:
        raise StudyError(f"{path.name}: text that is not UTF-8 (byte {cause.start}); save it again in UTF-8") from cause
    except tomllib.TOMLDecodeError as cause:
        if comma := re.search(r"^[^#\n\"']*=\s*(-?\d+),(\d+)\s*(?:#.*)?$", text, re.MULTILINE):
            line, number = text.count("\n", 0, comma.end()) + 1, f"{comma[1]}.{comma[2]}"
            raise StudyError(f"{path.name}: line {line}: a decimal comma; write {number} with a point") from cause
        raise StudyError(f"{path.name}: not TOML: {cause}; quote all text and close every bracket") from cause
    except RecursionError:
        given = None
    if given is None:
        raise StudyError(
            f"{path.name}: brackets in brackets, or names of names, without end; write it as docs/study.md has it"
        )
    return study_from(given, path.name).at(path)


def study_from(given: dict[str, Any], called: str = "study") -> Study:
    """Make a study of sections held in memory.

    Parameters
    ----------
    given : dict
        As a study file has it.
    called : str
        What to call it in a fault.

    Raises
    ------
    StudyError
        Every fault, one line each.
    """
    try:
        return Study.model_validate(given)
    except ValidationError as cause:
        faults = [f"{called}: {line}" for error in cause.errors() for line in _lines(error, given)]
        raise StudyError(list(dict.fromkeys(faults))) from cause


def study_of(given: "Study | Path | str | dict[str, Any]") -> Study:
    """Take a study as it is, or read it from a file, or make it of a dict."""
    if isinstance(given, Study):
        return given
    return study_from(given) if isinstance(given, dict) else load_study(given)


def _lines(error: ErrorDetails, given: dict[str, Any]) -> Iterable[str]:
    where = _where(error, given)
    if error["type"] == "extra_forbidden":
        yield f"{where}: unknown key{_nearest(str(error['loc'][-1]), _known_keys())}"
    elif error["type"] == "missing":
        yield f"{where}: missing; add it"
    elif error["type"] == "value_error":
        text = str(error["ctx"]["error"])
        yield from (f"{where}: {line}" if where else line for line in text.splitlines())
    elif error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        expected = str(error["ctx"].get("expected_tags", "")).replace("'", "")
        yield (
            f"{where}.measure: not known; write one of {expected}" if expected else f"{where}.measure: missing; add it"
        )
    elif error["type"] == "string_too_short":
        yield f"{where}: empty; write something"
    elif error["type"] == "too_short":
        least, there = error["ctx"]["min_length"], len(error["input"])
        yield f"{where}: {f'{there} given, {least} are needed; add some' if there else 'empty; give one or more'}"
    else:
        shown = error["input"]
        yield f"{where}: {error['msg'][:1].lower()}{error['msg'][1:]}, not {shown!r}"


def _where(error: ErrorDetails, given: dict[str, Any]) -> str:
    """Say where a fault is as a planner would: ``indicators.border.weight``, not ``indicators.3.border.weight``."""
    words: list[str] = []
    place: Any = given
    for step in error["loc"]:
        if isinstance(step, int):
            place = place[step] if isinstance(place, list) and step < len(place) else None
            named = (place.get("id") or place.get("town")) if isinstance(place, dict) else None
            words.append(str(named or f"number {step + 1}"))
        elif not (isinstance(place, dict) and step == place.get("measure") and step not in place):
            place = place.get(step) if isinstance(place, dict) else None
            words.append(step)
    return ".".join(words)


def _known_keys() -> list[str]:
    parts = [Part]
    for part in parts:  # grows on the way: the sections, and what they are made of
        parts += part.__subclasses__()
    return sorted({name for part in parts for name in part.model_fields})


def _nearest(word: str, known: list[str]) -> str:
    if word in known:
        return "; it belongs to another section"
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.7)
    return f"; did you mean {close[0]}?" if close else "; remove it"
