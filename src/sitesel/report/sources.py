"""The layers that a run read: where they are from, and how good they are."""

from typing import Final

from sitesel.findings import Findings
from sitesel.report.sheet import Cell, Mark, Row, Sheet, declared
from sitesel.report.words import as_is, dated, joined, known, own, plain, quality

GRADES: Final = frozenset({"red", "amber", "green"})


def source_sheet(findings: Findings) -> Sheet:
    """Tell of each layer read: ``layer source licence date quality``, with its grade and why it has that."""
    rows = []
    for name, row in zip(findings.sources.index, findings.sources.to_dict("records"), strict=True):
        grade = plain(row.get("quality"))
        why = ((as_is(row.get("why")), ""),) if plain(row.get("why")) else ()
        told = (
            Cell(known(f"layer.{plain(name)}", plain(name).replace("_", " "))),
            Cell(joined([as_is(row.get("what")), as_is(row.get("source"))], " · ")),
            Cell(as_is(row.get("licence"))),
            Cell(dated(row.get("date")), "when"),
            Cell(quality(grade), remarks=why, mark=Mark(f"grade {grade if grade in GRADES else 'none'}")),
        )
        rows.append(Row(told))
    names = ("layer", "source", "licence", "date", "quality")
    columns = tuple(declared("sources", name, names=name == "layer") for name in names)
    return Sheet(own("sources"), columns, tuple(rows))
