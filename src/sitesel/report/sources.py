"""Where a result comes from: the run that made it, the layers that it read, and how good they are."""

from typing import Final

from sitesel.findings import Findings
from sitesel.report.sheet import Cell, Mark, Row, Sheet, declared
from sitesel.report.words import Words, as_is, dated, fill, joined, known, own, plain, quality
from sitesel.text import quoted

GRADES: Final = frozenset({"red", "amber", "green"})


def credits_of(findings: Findings, lang: str = "en", *, manifest: bool = False) -> list[str]:
    """Give what is owed for the layers read, each once, with its licence.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}
    manifest : bool
        Those alone that a map has to show: of layers that were fetched, or made of what was, and of OpenStreetMap's.
    """
    rows = findings.sources[["source", "licence", "quality"]].map(plain)
    if manifest:
        fetched = rows["quality"].eq("unrated") & rows["licence"].ne("")
        rows = rows[fetched | rows["licence"].str.startswith("ODbL")]
    pairs = (
        (quoted(source, lang), quoted(licence, lang))
        for source, licence in zip(rows["source"], rows["licence"], strict=True)
    )
    told = (f"{source} ({licence})" if licence else source for source, licence in pairs)
    return [credit for credit in dict.fromkeys(told) if credit]


def stamp(findings: Findings) -> Words:
    """Tell of which day, run and version a result is."""
    run = findings.run
    return fill("stamp", date=dated(run.get("date")), run=plain(run.get("id")), version=plain(run.get("version")))


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
