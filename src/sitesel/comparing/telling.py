"""A comparison as sheets for the terminal, and as a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd
from rich.table import Table

from sitesel.comparing.differences import LEAST_POINTS, Compared
from sitesel.comparing.sides import Side
from sitesel.errors import OutputError
from sitesel.outputs.tables import save_csv
from sitesel.outputs.terminal import table_of
from sitesel.report.sheet import DASH, Cell, Column, Row, Sheet
from sitesel.report.words import Words, as_is, joined, names, numbers, plain, words
from sitesel.schema import table as declared
from sitesel.text import LANGUAGES, Message, say

MOST_TOLD: Final = 30
"""More inputs or parameters than this are counted, not listed."""
MOST_INDICATORS: Final = 2


def title(found: Compared) -> Words:
    """Say what is compared, each with its scenario and season."""
    return words(Message("compare.title", {"one": _titled(found.one), "other": _titled(found.other)}))


def _titled(side: Side) -> Message:
    scenario = side.scenario or Message("scenarios.study")
    title = Message("title.scenario", {"title": side.name, "scenario": scenario})
    return Message("title.season", {"title": title, "season": Message(f"season.{side.season}")})


def difference_lines(found: Compared, lang: str) -> Iterator[Table | str]:
    """Tell a comparison on a terminal.

    Parameters
    ----------
    found : Compared
    lang : {"en", "ru", "ky"}

    Yields
    ------
    rich.table.Table or str
    """
    yield title(found)[LANGUAGES.index(lang)]
    if found.moved.empty:
        yield say(Message("compare.nothing"), lang)
    for sheet in difference_sheets(found):
        yield table_of(sheet, lang)


def difference_sheets(found: Compared) -> Iterator[Sheet]:
    """Give a sheet of plots for each town in which any moved, one of inputs and one of parameters that differ."""
    moved = found.moved
    for town in moved["town"].unique():
        yield _plots(found, str(town), moved[moved["town"] == town])
    for what, frame in (("inputs", found.inputs), ("parameters", found.parameters)):
        if len(frame):
            yield _differing(what, frame)


def _plots(found: Compared, town: str, moved: pd.DataFrame) -> Sheet:
    columns = (
        Column("plot", words(Message("table.plot")), "l", names=True),
        Column("rank", words(Message("table.rank"))),
        Column("score", words(Message("table.score"))),
        Column("change", words(Message("compare.change"))),
        Column("by", words(Message("compare.by")), "l"),
    )
    rows = []
    for plot, row in moved.iterrows():
        ranks = "→".join(DASH if pd.isna(row[end]) else str(int(row[end])) for end in ("rank_before", "rank_after"))
        scores = joined([numbers(float(row[end]), 1) for end in ("score_before", "score_after")], "→")
        by = _by(found, str(plot), row)
        told = (names(row.to_dict(), plot), as_is(ranks), scores, _signed(float(row["score_change"])), by)
        rows.append(Row(tuple(Cell(text) for text in told)))
    return Sheet(words(Message("compare.town", {"town": found.towns.get(town) or town})), columns, tuple(rows))


def _by(found: Compared, plot: str, row: "pd.Series[Any]") -> Words:
    """Name the indicators that moved a plot most, or the run that has it alone."""
    if pd.isna(row["score_change"]):
        alone = found.one if pd.isna(row["score_after"]) else found.other
        return words(Message("compare.only", {"side": alone.name}))
    brought = {str(name): float(more) for name, more in found.points.loc[plot].to_dict().items()}
    largest = sorted(
        (name for name in brought if abs(brought[name]) >= LEAST_POINTS), key=lambda name: -abs(brought[name])
    )
    named = {
        name: words(Message("compare.indicator", {"name": found.indicators.get(name) or name})) for name in largest
    }
    told = [joined([named[name], _signed(brought[name])], " ") for name in largest[:MOST_INDICATORS]]
    return joined([*_gates(row), *told], ", ")


def _gates(row: "pd.Series[Any]") -> Iterator[Words]:
    """Say of a plot that only one of the runs ranks which gate the other shut."""
    for end, key in (("before", "compare.shut_before"), ("after", "compare.shut_after")):
        if pd.isna(row[f"rank_{end}"]) and not pd.isna(row[f"gate_{end}"]):
            yield words(Message(key, {"gate": Message(f"compare.gate.{row[f'gate_{end}']}")}))


def _signed(points: float) -> Words:
    return joined([as_is("+" if points > 0 else ""), numbers(points, 1)], "")


def _differing(what: str, frame: pd.DataFrame) -> Sheet:
    columns = (
        Column("key", words(Message("compare.key")), "l", names=True),
        Column("before", words(Message("compare.before")), "l"),
        Column("after", words(Message("compare.after")), "l"),
    )
    rows = [
        Row(tuple(Cell(as_is(plain(text) or DASH)) for text in (key, row["before"], row["after"])))
        for key, row in frame.head(MOST_TOLD).iterrows()
    ]
    if more := len(frame) - len(rows):
        rows.append(Row((Cell(words(Message("scenarios.more", {"count": more}))), Cell(as_is("")), Cell(as_is("")))))
    return Sheet(words(Message(f"compare.{what}")), columns, tuple(rows))


def write_differences(found: Compared, path: Path) -> None:
    """Write the plots of a comparison as CSV, whether they moved or not.

    Parameters
    ----------
    found : Compared
    path : Path

    Raises
    ------
    OutputError
        It cannot be written.
    """
    frame = found.plots.join(found.points.add_suffix("_change")).reset_index()
    laid_out = declared("compared.csv").laid_out(frame, {"indicator": [str(name) for name in found.points]})
    try:
        save_csv(laid_out, path)
    except OSError as cause:
        raise OutputError(f"{path}: cannot be written ({cause.strerror or cause}); give another file") from cause
