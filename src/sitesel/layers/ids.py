"""What features are called: their ids, written one way, and each told from the others by a reader's eye."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import pandas as pd

SHOWN: Final = 3
"""Features named in one message."""
_ALIKE: Final = str.maketrans("АВЕКМНОРСТУХІЈЅаеорсухіјѕ‐‑‒–—−", "ABEKMHOPCTYXIJSaeopcyxijs------")
"""Letters of the Cyrillic alphabet that look like Latin ones, and dashes that look like a hyphen."""
_UNSEEN: Final = "Cf"  # signs that are not seen: marks of direction, joiners, blanks of no width


def tidy(ids: pd.Series) -> pd.Series:
    """Take blanks round ids away, and write letters and whole numbers one way: two that look alike are the same."""

    def one_way(given: object) -> object:
        if isinstance(given, str):
            return unicodedata.normalize("NFC", given).strip() or None
        return int(given) if isinstance(given, float) and given.is_integer() else given

    dates = ids.dtype.kind == "M"
    given = ids.astype("str").where(ids.notna(), None) if dates else ids
    return pd.Series([one_way(one) for one in given], index=ids.index, dtype="object")


def id_faults(ids: pd.Series) -> Iterator[str]:
    """Find ids that are missing, that stand twice, and that differ by nothing that is seen.

    Parameters
    ----------
    ids : Series
        As of :func:`tidy`.
    """
    if empty := int((ids.isna() | (ids.astype("str").str.strip() == "")).sum()):
        yield f"{empty} features without an id; give each its own"
    told = ids[ids.notna()].astype("str")
    if twice := list(told[told.duplicated()].unique()):
        yield f"id {listed(twice)} stands more than once; give each feature its own"
    apart = told.drop_duplicates()
    looks = apart.map(_looks)
    for _, alike in apart[looks.duplicated(keep=False)].groupby(looks, sort=False):
        yield (
            f"ids {' and '.join(alike)} look alike, and differ by letters of another alphabet, blanks, dashes or signs "
            "not seen; write one feature once, and two so that they are told apart"
        )


def _looks(name: str) -> str:
    """Write a name as a reader sees it.

    Examples
    --------
    >>> _looks("А–1") == _looks("A-1")  # Cyrillic and a dash; Latin and a hyphen
    True
    """
    seen = "".join(letter for letter in name if unicodedata.category(letter) != _UNSEEN)
    return re.sub(r"\s+", " ", seen).strip().translate(_ALIKE)


def listed(labels: Iterable[object]) -> str:
    """Name the first few of many features.

    Examples
    --------
    >>> listed(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    names = [str(label) for label in labels]
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
