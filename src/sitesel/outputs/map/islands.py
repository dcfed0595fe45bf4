"""Data islands: JSON that cannot leave its ``<script>`` element, whatever a layer's author called a plot."""

import json
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

from sitesel.report.figures import shown, truth
from sitesel.report.words import Words, plain, short, words
from sitesel.schema import column
from sitesel.text import Message

_DANGEROUS: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
"""In JSON these stand in strings only, where the escaped form means the same."""


def island(data: Any) -> str:  # noqa: ANN401 - any JSON
    r"""Write data as JSON for the inside of a ``<script type="application/json">``.

    Parameters
    ----------
    data : JSON-like
        Dicts, lists, strings, finite numbers, booleans, None.

    Returns
    -------
    str
        JSON without ``<``, ``>``, ``&`` and the two line separators.

    Raises
    ------
    ValueError
        A number is not finite: JSON has no such numbers.

    Examples
    --------
    >>> print(island({"name": "</script>"}))
    {"name":"\u003c/script\u003e"}
    """
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_DANGEROUS)


def named(records: Iterable[Mapping[str, Any] | None]) -> dict[str, list[Any]]:
    """Write records that share their fields with the fields' names once; the page's script reads them by name.

    Parameters
    ----------
    records : iterable of mapping or None
        All with the same fields in the same order; ``None`` stays a gap.

    Examples
    --------
    >>> named([{"low": 1, "high": 2}, None, {"low": 3, "high": 4}])
    {'fields': ['low', 'high'], 'rows': [[1, 2], None, [3, 4]]}
    """
    rows = list(records)
    fields = list(next((row for row in rows if row is not None), {}))
    return {"fields": fields, "rows": [None if row is None else [row[field] for field in fields] for row in rows]}


class Texts:
    """Texts that many cards share, each kept once and referred to by its place.

    Examples
    --------
    >>> texts = Texts()
    >>> texts.place(("far", "далеко", "алыс")), texts.place(("far", "далеко", "алыс"))
    (0, 0)
    """

    def __init__(self) -> None:
        self._places: dict[Words, int] = {}

    def place(self, text: Words) -> int:
        """Place of a text, which is kept if it is new."""
        return self._places.setdefault(text, len(self._places))

    def message(self, cell: object) -> int | None:
        """Place of a message; ``None`` for a cell without one."""
        return self.place(words(cell)) if isinstance(cell, Message) else None

    @property
    def data(self) -> list[str | list[str]]:
        """Texts by place, ready for JSON."""
        return [short(text) for text in self._places]


class Pool:
    """Records, each kept once and referred to by its place.

    Examples
    --------
    >>> pool = Pool()
    >>> pool.place({"a": [1]}), pool.place({"a": [2]}), pool.place({"a": [1]})
    (0, 1, 0)
    """

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}

    def place(self, record: dict[str, Any]) -> int:
        """Place of a record, which is kept if it is new."""
        place = self._places.setdefault(repr(record), len(self.records))
        if place == len(self.records):
            self.records.append(record)
        return place


def cells(
    table: str, row: Mapping[Hashable, Any], names: Iterable[str], texts: Texts | None = None
) -> dict[str, float | bool | str | None]:
    """Give cells of a table's row as a reader is shown them, by the columns' names.

    Parameters
    ----------
    table : str
        As :mod:`sitesel.schema` has it.
    row : mapping
        What is missing in it is not known.
    names : iterable of str
        Of the columns wanted.
    texts : Texts, optional
        Where sentences are kept.

    Examples
    --------
    >>> cells("land.table", {"usable_ha": 12.345, "over_8": 0.254}, ["usable_ha", "over_8", "cut_m3"])
    {'usable_ha': 12.3, 'over_8': 25, 'cut_m3': None}
    """
    told: dict[str, float | bool | str | None] = {}
    for name in names:
        kind = column(table, name).kind
        if kind == "flag":
            told[name] = truth(row.get(name))
        elif kind == "message":
            told[name] = None if texts is None else texts.message(row.get(name))
        elif kind in ("number", "whole"):
            told[name] = shown(table, name, row.get(name))
        else:
            told[name] = plain(row.get(name)) or None
    return told
