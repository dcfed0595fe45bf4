"""What each plot's ground allows, and which rules strike it, for the cards and the map."""

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from sitesel.findings import Findings
from sitesel.outputs.map.ground import GEOGRAPHIC, flat_rings, records
from sitesel.outputs.map.islands import Texts, cells, named
from sitesel.report.figures import rounded
from sitesel.report.ground import has_ground, slope_class
from sitesel.report.rules import Rulings, rule_name, rulings_by_plot, rulings_by_rule
from sitesel.report.words import dated, plain, short
from sitesel.schema import table

OUTLINE_TOLERANCE_M: Final = 1.0
COARSE_M: Final = 100.0
"""Cells greater than this are told to ten metres."""

ALL_OF_IT: Final = 0.995
"""Share of a plot from which a part of it is the whole plot, and is not drawn again."""


def _ground(row: Mapping[Hashable, Any], texts: Texts) -> dict[str, Any]:
    told = cells("land.table", row, (one.name for one in table("land.table").columns()), texts)
    cell = rounded(row.get("cell_m"), -1 if row.get("cell_m", 0) > COARSE_M else 0)
    return told | {"class": slope_class(row.get("slope_mean")), "cell_m": cell}


def _rulings(told: Rulings, places: Mapping[str, int], texts: Texts) -> dict[str, Any]:
    struck = [
        {"rule": places[rule], **cells("rules.rulings", row, ["mode", "hectares", "reason"], texts)}
        for kind in ("exclude", "flag")
        for rule, row in told[kind]
    ]
    return {
        "struck": struck,
        "open": [
            {"rule": places[rule], **cells("rules.rulings", row, ["reason"], texts)} for rule, row in told["open"]
        ],
        "unchecked": [places[rule] for rule, _ in told["unchecked"]],
        "clear": [places[rule] for rule, _ in told["clear"]],
    }


def _outlines(findings: Findings) -> dict[str, dict[str, list[list[list[float]]]]]:
    """Usable part and largest rectangle by plot: rings in degrees as flat lists."""
    outlines: dict[str, dict[str, list[list[list[float]]]]] = {}
    usable = findings.land.usable
    if usable.empty:
        return outlines
    whole = usable["plot"].map(findings.plots.area).to_numpy(float)
    told = findings.in_detail(pd.Index(usable["plot"]))
    parts_only = usable[told & (usable.area.to_numpy() < ALL_OF_IT * whole)]
    simple = parts_only.set_geometry(parts_only.geometry.simplify(OUTLINE_TOLERANCE_M)).to_crs(GEOGRAPHIC)
    for row, geometry in records(simple):
        if rings := flat_rings(geometry):
            outlines.setdefault(plain(row["plot"]), {}).setdefault(row["kind"], []).extend(rings)
    return outlines


def land(findings: Findings) -> dict[str, Any] | None:
    """All that the page tells of ground and rules.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    dict or None
        ``None`` where the study asks for neither. Else ready for JSON: ``rules``; in the order of the findings' plots
        ``ground`` and ``rulings`` (null where not told in detail); ``outlines`` by plot; ``texts``.
    """
    if not has_ground(findings):
        return None
    texts = Texts()
    rules = {rule: rows[0] for rule, rows in rulings_by_rule(findings).items()}
    places = {rule: place for place, rule in enumerate(rules)}
    rows: dict[Hashable, dict[Hashable, Any]] = findings.land.table.to_dict("index")
    in_detail = set(findings.plots.index[findings.in_detail(findings.plots.index)])
    measured = {plot: _ground(row, texts) for plot, row in rows.items() if plot in in_detail}
    told = rulings_by_plot(findings)
    return {
        "rules": [
            {"id": rule, "name": short(rule_name(findings, rule)), "date": short(dated(row.get("date")))}
            for rule, row in rules.items()
        ],
        "ground": named(measured.get(plot) for plot in findings.plots.index),
        "rulings": [
            _rulings(told[plot], places, texts)
            if rules and (plot in in_detail or any(told[plot][kind] for kind in ("exclude", "flag")))
            else None
            for plot in findings.plots.index
        ],
        "outlines": _outlines(findings),
        "texts": texts.data,
    }
