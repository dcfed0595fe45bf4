"""The record of an earlier run, ``run.json``."""

import json
from pathlib import Path
from typing import Any

from sitesel.text import LANGUAGES, names_of


def read_record(path: Path) -> dict[str, Any]:
    """Read the record that a run has written.

    Raises
    ------
    ValueError
        It is none, whatever else it holds.
    OSError
        It cannot be read.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as cause:
        raise ValueError("brackets in brackets without end") from cause
    if not isinstance(told, dict):
        raise ValueError("no object of JSON")  # noqa: TRY004 -- a fault of the file, not of the caller
    return told


def towns_of(record: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Name the towns of a run in each language.

    Parameters
    ----------
    record : dict
        As :func:`read_record` gives it.
    """
    return {town["id"]: names_of(town["name"], LANGUAGES) for town in record["parameters"]["towns"]}
