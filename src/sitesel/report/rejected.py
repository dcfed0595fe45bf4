"""Rows of the layers that count for nothing, each with its reason."""

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from sitesel.findings import Findings
from sitesel.text import NAMES, SetAside


def rejected(findings: Findings) -> pd.DataFrame:
    """List what was read and is not used.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    DataFrame
        As :mod:`sitesel.schema` has ``rejected.csv``: a row a feature, by layer, in the layer's order.
    """
    found = pd.DataFrame(_rows(findings), columns=["layer", "feature", *NAMES, "reason"])
    return found.drop_duplicates(["layer", "feature"], ignore_index=True)  # one reason is enough


def _rows(findings: Findings) -> Iterator[dict[Hashable, Any]]:
    for notice in findings.notices:
        if isinstance(notice, SetAside):
            layer = findings.layers.get(notice.layer, pd.DataFrame(columns=list(NAMES)))
            named = layer.reindex(index=list(notice.rows), columns=list(NAMES))
            for feature, names in zip(notice.rows, named.to_dict("records"), strict=True):
                yield {"layer": notice.layer, "feature": feature, **names, "reason": notice.why}
