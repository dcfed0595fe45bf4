"""The rankings, the programme and the rules on a terminal."""

from collections.abc import Iterator
from dataclasses import replace

from rich.box import SIMPLE_HEAD
from rich.table import Table

from sitesel.findings import Findings
from sitesel.report.answer import answer_line, answers
from sitesel.report.connections import has_connections, total_sheet
from sitesel.report.effects import effect_lines, effect_sheet
from sitesel.report.gates import gate_lines
from sitesel.report.programme import sureness_of_choice, town_sheet
from sitesel.report.ranking import ranking_sheet
from sitesel.report.scenarios import scenario_sheets
from sitesel.report.shared import not_given, shared_lines
from sitesel.report.sheet import Cell, Sheet
from sitesel.text import LANGUAGES, plain_text, say


def title_line(findings: Findings, lang: str) -> str:
    """Title of the study with its season.

    Examples
    --------
    >>> title_line(findings, "en")  # as a run found them
    'Technology towns for the sewing industry: where? – summer'
    """
    return findings.title[lang]


def scenario_tables(findings: Findings, lang: str) -> Iterator[Table]:
    """Make one table for each town: who is first in each scenario, and who moves.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Yields
    ------
    rich.table.Table
        Nothing where the study has no scenarios.

    Examples
    --------
    >>> list(scenario_tables(findings, "en"))  # the study has none
    []
    """
    for sheet in scenario_sheets(findings):
        yield table_of(sheet, lang)


def answer_lines(findings: Findings, lang: str) -> Iterator[str]:
    """Say each town's answer in one line, before all else.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Yields
    ------
    str

    Examples
    --------
    >>> list(answer_lines(findings, "en"))  # of a run that did not ask how sure it is
    ['One: Beta – not tested.', 'Two: Gamma – not tested.']
    """
    for answer in answers(findings).values():
        yield say(answer_line(findings, answer), lang)


def ranking_tables(findings: Findings, lang: str) -> Iterator[Table | str]:
    """Make one table for each town; below it what is not ranked, with its reason, and what each weight does in fact.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Yields
    ------
    rich.table.Table or str
        Rank, plot, score with its range, share of first places, bracket, and the points of each criterion; then of each
        indicator its weight, the range of its points and its share of the variance.

    Examples
    --------
    >>> from rich.console import Console
    >>> table, *_ = ranking_tables(findings, "en")
    >>> Console(width=80).print(table)
    One: 5,000 jobs, 25 ha needed
    <BLANKLINE>
     rank plot  score range labour roads utilities ground
     ────────────────────────────────────────────────────
        1 Beta     65 65–65     93    91         0     70
        2 Alpha    60 60–81     79    78        13     70
    <BLANKLINE>
    """
    for town in map(str, findings.decision.ranking["town"].unique()):
        yield table_of(told_ranking(findings, town), lang)
        yield from (say(line, lang) for line in gate_lines(findings, town))
        effects = effect_sheet(findings, town).only(["indicator", "weight", "range", "share"])
        if effects.rows:
            yield table_of(effects, lang)
        yield from (say(line, lang) for line in effect_lines(findings, town))


def told_ranking(findings: Findings, town: str) -> Sheet:
    """Give the ranking of a town's ranked plots without what a narrow place has no room for."""
    sheet = ranking_sheet(findings, town)
    points = [column.key for column in sheet.columns if column.key.startswith("points_")]
    sure = [column.key for column in sheet.columns if column.key in ("first", "bracket")]
    told = sheet.only(["rank", "plot", "score", "range", *sure, *points])
    return replace(told, rows=tuple(row for row in told.rows if row.look != "dim"))


def connection_tables(findings: Findings, lang: str) -> Iterator[Table | str]:
    """Make one table for each town: what it costs to join each plot to all networks, with what the sum lacks.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Yields
    ------
    rich.table.Table or str
        Nothing where the study does not ask for connections; after the last table, what its signs mean.

    Examples
    --------
    >>> one, two, note = connection_tables(findings, "en")
    >>> one.title
    'One: Connections, cost in million USD'
    >>> print(note)
    “≤”: the most it can cost; “≥”: without networks of unknown cost; “≈”: both.
    """
    sheets = [total_sheet(findings, str(town)) for town in findings.towns.index] if has_connections(findings) else []
    for sheet in sheets:
        yield table_of(sheet, lang)
    for note, _ in sheets[-1].notes if sheets else ():
        yield note[LANGUAGES.index(lang)]


def programme_lines(findings: Findings, lang: str) -> Iterator[Table | str]:
    """Tell of the plots chosen together.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Yields
    ------
    rich.table.Table or str
        Nothing where the study does not ask for it; sources that the plots share are told where it asks for
        connections.

    Examples
    --------
    >>> table, line, *_ = programme_lines(findings, "en")
    >>> table.title
    'Chosen together, each worker counted once'
    >>> print(line)
    No combination of plots fills all jobs; the one shown leaves 2,500 jobs empty.
    """
    if findings.programme.answers:
        sheet = town_sheet(findings)
        if sheet.rows:
            yield table_of(sheet.only(column.key for column in sheet.columns), lang)
        for line in sureness_of_choice(findings):
            yield say(line, lang)
    for line in [*shared_lines(findings), *not_given(findings)]:
        yield say(line, lang)


def table_of(sheet: Sheet, lang: str) -> Table:
    """Write a sheet as a table for the terminal, with the short headings and without remarks."""
    at = LANGUAGES.index(lang)
    table = Table(
        title=plain_text(sheet.title[at]), title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=0
    )
    for column in sheet.columns:
        head = column.brief or column.head
        table.add_column(head[at], justify="right" if column.side == "n" else "left", overflow="fold")
    for row in sheet.rows:
        table.add_row(*(_text(cell, at) for cell in row.cells), style=row.look)
    return table


def _text(cell: Cell, at: int) -> str:
    return plain_text(cell.text[at]) or (cell.mark.sign if cell.mark else "")
