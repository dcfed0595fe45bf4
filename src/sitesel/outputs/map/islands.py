"""Data islands: JSON that cannot leave its ``<script>`` element, whatever a layer's author called a plot."""

import json
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
