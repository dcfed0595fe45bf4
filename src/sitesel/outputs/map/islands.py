"""Data islands: JSON that cannot leave its ``<script>`` element, whatever a layer's author called a plot."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

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
