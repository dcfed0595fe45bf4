"""What the record of a run keeps of connections: all that their money can be worked out from again."""

from typing import Any

import pandas as pd

from sitesel.connections.connecting import Connected
from sitesel.connections.prices import power_factor


def connection_record(joined: Connected) -> dict[str, Any]:
    """Tell what was asked, at what prices, and what is shared.

    Parameters
    ----------
    joined : Connected

    Returns
    -------
    dict
        Empty where the study does not ask for connections; else one key ``connection`` with ``exchange``; ``figures``
        (demand of 1,000 jobs) and ``power_factor``; ``demand`` (by town and quantity); ``items`` (unit costs, USD);
        ``ways`` (which items each way of joining takes); ``bounds`` (which items stand in where no
        known source serves); ``shared``; ``overdrawn`` (sets of plots that known
        capacity cannot serve together); and ``not_given`` (obstacles that routes take no account of).
    """
    if joined.terms is None:
        return {}
    prices, overdrawn = joined.terms.prices, joined.overdrawn
    told = {
        "exchange": dict(joined.exchange),
        "figures": _rows(joined.terms.figures.reset_index()),
        "power_factor": power_factor(),
        "demand": _rows(joined.demand.reset_index()),
        "items": _rows(prices.items.rename_axis("id").reset_index()),
        "bounds": _rows(prices.bounds.rename_axis("id").reset_index()),
        "ways": _rows(prices.ways.rename_axis("id").reset_index()[["id", "network", "line", "plant", "spare"]]),
        "shared": _rows(joined.shared),
        "overdrawn": _rows(overdrawn),
        "not_given": list(joined.not_given),
    }
    return {"connection": told}


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Put a table as rows that JSON can hold: unknown as null, tuples as lists."""
    return [{str(name): _plain(cell) for name, cell in row.items()} for row in table.to_dict("records")]


def _plain(cell: Any) -> Any:  # noqa: ANN401 -- cells of any table
    if isinstance(cell, tuple):
        return list(cell)
    return None if cell is None or pd.isna(cell) else cell
