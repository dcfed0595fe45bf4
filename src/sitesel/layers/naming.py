"""What a user's columns are called, and what they are here: by the study's own word, else by a list of synonyms."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import Final, TypeVar

import pandas as pd

from sitesel.data import data
from sitesel.errors import LayerError
from sitesel.text import Message

CRS: Final = "crs"
"""Key of a study's ``[columns.<layer>]`` that names no column but the CRS of a table's coordinates."""

NEARLY: Final = 0.8
"""Words as alike as this are one, misspelt."""

Frame = TypeVar("Frame", bound=pd.DataFrame)


def mapped(frame: Frame, columns: Mapping[str, str], name: str, known: Collection[str] = ()) -> Frame:
    """Give columns our names as a study says; one may stand for two of ours, and text after ``=`` for all rows.

    Parameters
    ----------
    frame : DataFrame
    columns : mapping of our name to theirs
    name : str
        What to call the layer in a fault.
    known : collection of str
        Columns of ours: no other may be nearly one of these.

    Raises
    ------
    LayerError
        A column is not there, or is misspelt.
    """
    new = {}
    for ours, theirs in columns.items():
        if close := difflib.get_close_matches(ours, [] if ours in known else list(known), n=1, cutoff=NEARLY):
            raise LayerError(f"{name}: no column of ours is called {ours}, as the study says; did you mean {close[0]}?")
        if ours == CRS:
            continue
        if theirs.startswith("="):
            new[ours] = pd.Series(theirs[1:], index=frame.index, dtype=object)
        elif theirs in frame:
            new[ours] = frame[theirs]
        elif ours not in frame:
            there = ", ".join(str(column) for column in frame.columns if column != "geometry") or "none"
            raise LayerError(f"{name}: no column {theirs}, which the study takes for {ours} (there are: {there})")
    told: Frame = frame.assign(**new)
    return told


def read_by_own_name(frame: pd.DataFrame, columns: Mapping[str, str], name: str) -> list[Message]:
    """Tell of columns that a study calls otherwise, and that a file has by our name alone: one of several may.

    Parameters
    ----------
    frame : DataFrame
        Before :func:`mapped`.
    columns, name
        As of :func:`mapped`.
    """
    missing = {ours: theirs for ours, theirs in columns.items() if theirs not in frame and theirs[:1] != "="}
    return [
        Message("notice.own_column", {"file": name, "ours": ours, "theirs": theirs})
        for ours, theirs in missing.items()
        if ours in frame
    ]


def by_synonyms(frame: Frame, wanted: Iterable[str], name: str) -> Frame:
    """Call columns by our names that are called by a synonym, in whatever case.

    Parameters
    ----------
    frame : DataFrame
    wanted : iterable of str
        Our names; those that the frame has stay.
    name : str
        What to call the layer in a fault.

    Raises
    ------
    LayerError
        Two columns could be one of ours.

    Examples
    --------
    >>> list(by_synonyms(pd.DataFrame(columns=["Номер", "town"]), ["id", "town"], "plots.csv"))
    ['id', 'town']
    """
    synonyms = data("synonyms.toml")
    heads = {str(column): str(column).strip().casefold() for column in frame.columns}
    new: dict[str, str] = {}
    for ours in wanted:
        called = {ours.casefold(), *synonyms.get(ours, ())}
        found = [] if ours in frame else [column for column, head in heads.items() if head in called]
        if len(found) > 1:
            raise LayerError(
                f"{name}: {' and '.join(found)} may both be {ours}; say which in the study: [columns.plots] "
                f'{ours} = "{found[0]}"'
            )
        new |= {column: ours for column in found if column not in new}
    return frame.rename(columns=new)
