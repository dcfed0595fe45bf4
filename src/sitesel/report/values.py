"""What counts in the score: indicators with their weights, value functions and what these rest on."""

from sitesel.findings import Findings
from sitesel.report.ranking import criterion_name
from sitesel.report.sheet import Cell, Column, Row, Sheet
from sitesel.report.words import as_is, capital, confidence, figure, fill, joined, least_decimals, own, words
from sitesel.text import Message


def value_sheet(findings: Findings) -> Sheet:
    """Lay out the indicators.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    Sheet
        ``indicator weight curve source confidence``.
    """
    rows = []
    for one, about in findings.decision.indicators.to_dict("index").items():
        told = () if one in findings.weighed else ((own("told"), ""),)
        corners = (
            fill("curve.point", x=least_decimals(float(x)), points=least_decimals(float(points)))
            for x, points in about["value"]
        )
        rows.append(
            Row(
                (
                    Cell(capital(words(about["label"])), remarks=((criterion_name(about["criterion"]), ""), *told)),
                    Cell(figure("decision.indicators", "weight", about["weight"])),
                    Cell(joined(list(corners), " · "), remarks=((words(about["unit"]), ""),)),
                    Cell(as_is(about["source"])),
                    Cell(confidence(about["confidence"])),
                )
            )
        )
    columns = (
        Column("indicator", own("indicator"), "l", names=True),
        Column("weight", own("weight.percent")),
        Column("curve", own("curve"), "l"),
        Column("source", own("source"), "l"),
        Column("confidence", own("confidence"), "l"),
    )
    return Sheet(words(Message("report.values")), columns, tuple(rows))
