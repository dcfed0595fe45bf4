"""What the ground of a plot allows, in words."""

from typing import Any, Final

import pandas as pd

CLASSES: Final = ((3.0, "flat"), (8.0, "gentle"), (15.0, "sloping"))
"""Mean slope in %, below which ground is of a class; steeper ground is steep."""


def slope_class(slope_mean: Any) -> str | None:  # noqa: ANN401 - cells of any type
    """Class of a mean slope: ``flat`` (under 3 %), ``gentle`` (8), ``sloping`` (15), ``steep``; ``None`` if not known.

    Examples
    --------
    >>> slope_class(2.9), slope_class(3.0), slope_class(40.0), slope_class(float("nan"))
    ('flat', 'gentle', 'steep', None)
    """
    if slope_mean is None or pd.isna(slope_mean):
        return None
    return next((name for below, name in CLASSES if float(slope_mean) < below), "steep")
