"""The ranking as a workbook whose formulas go from measures through value functions and weights to score and rank.

What a planner may change is blue: a weight, a measure, a corner of a value function. Each sheet is made as a
:class:`~sitesel.outputs.tab.Tab`, by a function without side effects.
"""

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from sitesel.decision import Gate, known_weight, worth_range
from sitesel.errors import OutputError
from sitesel.findings import Findings
from sitesel.outputs.heads import spoken, word
from sitesel.outputs.layer_file import GEOPACKAGE_DATE
from sitesel.outputs.named import names_of_ids
from sitesel.outputs.tab import Live, Tab, Value, write_tab
from sitesel.outputs.tables import column_table, connection_table, laid_out
from sitesel.report.answer import answer_line, answers
from sitesel.report.assumptions import assumed_sheet, figure_sheet
from sitesel.report.central import central_sheet, central_weights
from sitesel.report.connections import bound, lacking
from sitesel.report.gates import gate_reasons
from sitesel.report.programme import town_name
from sitesel.report.ranking import contributions, plot_names
from sitesel.report.rules import cost_sheet, unchecked_sheet
from sitesel.report.sheet import Cell, Sheet
from sitesel.report.sources import source_sheet
from sitesel.report.words import plain
from sitesel.schema import VIEWS, column
from sitesel.text import LANGUAGES, Message, catalogue, name_column, say

SURE: Final = 1e-6  # weights typed with three decimals add up to 1 within this, as in sitesel.decision.weights


def write_workbook(findings: Findings, path: Path, lang: str) -> None:
    """Write ``ranking.xlsx``: the same findings give the same bytes.

    Parameters
    ----------
    findings : Findings
    path : Path
    lang : {"en", "ru", "ky"}
        Of the names of sheets, the heads and the sentences.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), never)
    book.set_properties({"title": findings.title[lang], "created": dt.datetime.fromisoformat(GEOPACKAGE_DATE)})
    for tab in tabs(findings, lang):
        write_tab(book, tab, _sheet(tab.name, lang))
    try:
        book.close()
    except (OSError, xlsxwriter.exceptions.FileCreateError) as cause:
        raise OutputError(f"{path}: cannot be written ({cause}); make room or choose another folder") from cause


def tabs(findings: Findings, lang: str) -> list[Tab]:
    """Make the sheets.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}
    """
    values, weights = _Values(findings, lang), _Weights(findings, lang)
    measures = _Measures(findings, lang, values, weights)
    made = [
        _answer(findings, lang),
        _ranking(findings, lang, measures, weights),
        measures.tab(),
        values.tab(),
        weights.tab(),
        *([_central(findings, lang)] if findings.sureness.draws else []),
        *([_workers(findings, lang)] if findings.programme.answers else []),
        *([_connections(findings, lang)] if len(findings.connections.joined) else []),
        *([_rules(findings, lang)] if len(findings.rules.rulings) else []),
        _assumptions(findings, lang),
        _of_sheets("sources", [source_sheet(findings)], lang),
        _columns(findings, lang),
    ]
    return [tab for tab in made if tab.rows]


def _head(label: Message | str, lang: str, unit: str = "") -> str:
    text = say(label if isinstance(label, Message) else Message(label), lang)
    return f"{_capital(text)}{f' ({unit})' if unit else ''}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _heads(lang: str, *keys: str) -> list[str]:
    return [_head(key if "." in key else f"workbook.head.{key}", lang) for key in keys]


def _sheet(name: str, lang: str) -> str:
    return say(Message(f"workbook.{name}"), lang)


def _at(name: str, lang: str, place: str) -> str:
    """Address a range of a sheet."""
    return f"'{_sheet(name, lang)}'!{place}"


def _figures(decimals: int) -> str:
    return f"#,##0{'.' if decimals else ''}{'0' * decimals}"


def _known(value: Any) -> Value:  # noqa: ANN401 -- cells of any type
    return None if pd.isna(value) else value


def _indicators(findings: Findings, lang: str) -> list[tuple[str, str, dict[Any, Any]]]:
    """Give each indicator's id, its name with the unit, and what is said of it."""
    table = findings.decision.indicators
    return [
        (str(one), _head(row["label"], lang, say(row["unit"], lang)), row)
        for one, row in zip(table.index, table.to_dict("records"), strict=True)
    ]


class _Values:
    """Corners of the value functions, a row each, and the formulas that go by them."""

    def __init__(self, findings: Findings, lang: str) -> None:
        self.of, self.lang = _indicators(findings, lang), lang
        counts = [len(row["value"]) for _, _, row in self.of]
        firsts = [2, *(2 + total for total in accumulate(counts))]
        self.rows = {
            one: (first, first + n - 1) for (one, _, _), first, n in zip(self.of, firsts, counts, strict=False)
        }

    def tab(self) -> Tab:
        rows: list[list[Value]] = [
            [label, one, float(x), float(y)] for one, label, row in self.of for x, y in row["value"]
        ]
        notes = [say(Message("workbook.note.values"), self.lang)]
        heads = _heads(self.lang, "column.indicator", "indicator", "measure", "worth")
        return Tab("values", heads, rows, {2: "#,##0.###", 3: "0"}, frozenset({2, 3}), 2, notes)

    def _range(self, letter: str, first: int, last: int) -> str:
        return _at("values", self.lang, f"${letter}${first}:${letter}${last}")

    def at(self, indicator: str, x: str) -> str:
        """Points at ``x``: those of the first corner and the parts of each rise that lie before ``x``."""
        first, last = self.rows[indicator]
        (left, right), (low, high) = (
            (self._range(letter, first, last - 1), self._range(letter, first + 1, last)) for letter in "CD"
        )
        along = f"({x}>{left})*({x}<{right})*({x}-{left})/({right}-{left})+({x}>={right})"
        return f"{self._range('D', first, first).partition(':')[0]}+SUMPRODUCT(({high}-{low})*({along}))"

    def worst(self, indicator: str, low: str, high: str) -> str:
        """Points of the worst between two ends, or of the whole function where an end is not given."""
        first, last = self.rows[indicator]
        x, y = (self._range(letter, first, last) for letter in "CD")
        from_, to = f"IF(ISNUMBER({low}),{low},-1E+99)", f"IF(ISNUMBER({high}),{high},1E+99)"
        corners = f"100-SUMPRODUCT(MAX(({x}>{from_})*({x}<{to})*(100-{y})))"
        return f"MIN({self.at(indicator, from_)},{self.at(indicator, to)},{corners})"


class _Weights:
    """Weights: a row a criterion and, below it, a row each of its indicators."""

    def __init__(self, findings: Findings, lang: str) -> None:
        self.lang, self.table = lang, findings.decision.indicators
        self.of, self.criteria = (
            _indicators(findings, lang),
            {str(one): float(part) for one, part in findings.study.weights.items()},
        )
        self.row: dict[str, int] = {}  # of an indicator
        self.rows_of: dict[str, tuple[int, int, int]] = {}  # of a criterion, its first and its last indicator
        row = 2
        for criterion in self.table["criterion"].unique():
            mine = [str(one) for one in self.table.index[self.table["criterion"] == criterion]]
            self.rows_of[str(criterion)] = (row, row + 1, row + len(mine))
            self.row.update({one: row + 1 + place for place, one in enumerate(mine)})
            row += 1 + len(mine)
        self.sum_row = row

    def tab(self) -> Tab:
        named, rows = {one: label for one, label, _ in self.of}, list[list[Value]]()
        total = f"IF(ABS($D${self.sum_row}-1)>{SURE},$D${self.sum_row},1)"
        for criterion, (own, first, last) in self.rows_of.items():
            weight, within = self.criteria.get(criterion, 0.0), f"SUM($D${first}:$D${last})"
            part = Live(f"=D{own}/{total}", weight)
            spoken_of = _head(f"criterion.{criterion}", self.lang)
            rows.append([spoken_of, "", "", weight, part])
            for row in range(first, last + 1):
                one = next(name for name, at in self.row.items() if at == row)
                about = self.table.loc[[one], ["weight_within", "weight"]].iloc[0]
                share = f"=$E${own}*D{row}/IF({within}=0,1,IF(ABS({within}-1)>{SURE},{within},1))"
                rows.append(
                    [spoken_of, named[one], one, float(about["weight_within"]), Live(share, float(about["weight"]))]
                )
        adds = "+".join(f"D{own}" for own, _, _ in self.rows_of.values())
        rows.append([_head("workbook.sum", self.lang), "", "", Live(f"={adds}", sum(self.criteria.values()))])
        heads = _heads(self.lang, "criterion", "column.indicator", "indicator", "weight", "whole")
        notes = [say(Message("workbook.note.weights"), self.lang)]
        return Tab("weights", heads, rows, {3: "0.0%", 4: "0.0%"}, frozenset({3}), 3, notes)

    def at(self, indicator: str) -> str:
        return _at("weights", self.lang, f"$E${self.row[indicator]}")


class _Measures:
    """Measures with their bounds, what they are worth, and whether a plot passes the gates."""

    def __init__(self, findings: Findings, lang: str, values: _Values, weights: _Weights) -> None:
        self.findings, self.lang, self.values, self.weights = findings, lang, values, weights
        self.of = _indicators(findings, lang)
        self.plots = list(findings.decision.ranking.index)
        self.last = len(self.plots) + 1
        self.open = {one: _nothing_known(findings, one, about["value"]) for one, _, about in self.of}
        self.number = {plot: place for place, plot in enumerate(self.plots, 1)}

    def letter(self, block: int, place: int = 0) -> str:
        """Column of an indicator: 0 as measured, 1 and 2 its ends, 3 what it is worth; 4: known weight, then passes."""
        return str(xl_col_to_name(3 + block * len(self.of) + place))

    def column(self, block: int, place: int = 0) -> str:
        letter = self.letter(block, place)
        return _at("measures", self.lang, f"${letter}$2:${letter}${self.last}")

    def looked_up(self, block: int, place: int, row: int) -> str:
        """Look a plot's cell up by its number, so that either sheet may be sorted."""
        return (
            f"INDEX({self.column(block, place)},MATCH($A{row},{_at('measures', self.lang, f'$A$2:$A${self.last}')},0))"
        )

    def tab(self) -> Tab:
        found, named, at = self.findings.decision, plot_names(self.findings), LANGUAGES.index(self.lang)
        parts = [frame.loc[self.plots].to_numpy(np.float64) for frame in (found.measures, found.low, found.high)]
        worth = 100 * found.worth.loc[self.plots].to_numpy(np.float64)
        known = known_weight(found.measures.notna(), found.indicators["weight"])
        rows: list[list[Value]] = []
        for place, plot in enumerate(self.plots):
            row = place + 2
            rows.append(
                [
                    self.number[plot],
                    named[plot][at],
                    str(plot),
                    *(_known(one) for part in parts for one in part[place].tolist()),
                    *(Live(self._worth(i, row), float(worth[place, i])) for i in range(len(self.of))),
                    Live(self._share(row), float(known[plot])),
                    Live(self._passes(plot, row), int(found.ranking["rankable"][plot])),
                ]
            )
        words = [say(Message(f"workbook.head.{one}"), self.lang) for one in ("least", "most", "worth")]
        heads = [
            *_heads(self.lang, "number", "map.plot", "plot"),
            *(label for _, label, _ in self.of),
            *(f"{label}: {word}" for word in words for _, label, _ in self.of),
            *_heads(self.lang, "known", "passes"),
        ]
        count, formats = len(self.of), {3 + 4 * len(self.of): "0%"}
        for place, (_, _, about) in enumerate(self.of):
            formats |= {3 + place + block * count: _figures(int(about["decimals"])) for block in range(3)}
            formats[3 + place + 3 * count] = "0.0"
        notes = [say(Message("workbook.note.measures"), self.lang)]
        return Tab("measures", heads, rows, formats, frozenset(range(3, 3 + 3 * count)), 3, notes)

    def _worth(self, place: int, row: int) -> str:
        one = self.of[place][0]
        measure, low, high = (f"{self.letter(block, place)}{row}" for block in range(3))
        return f"=IF(ISNUMBER({measure}),{self.values.at(one, measure)},{self.values.worst(one, low, high)})"

    def _share(self, row: int) -> str:
        terms = (f"{self.weights.at(one)}*ISNUMBER({self.letter(0, i)}{row})" for i, (one, _, _) in enumerate(self.of))
        return f"={'+'.join(terms)}"

    def _passes(self, plot: Any, row: int) -> str:  # noqa: ANN401 -- an index label
        """Rules and ground as the run found them; what is known by the weights and measures that stand there."""
        if self.findings.decision.ranking["gate"][plot] in (Gate.RULE, Gate.GROUND):
            return "=0"
        terms = [f"({self.letter(4)}{row}>={self.findings.study.study.rankable_from}-0.000000001)"]
        for criterion in self.weights.rows_of:
            mine = [(i, one) for i, (one, _, about) in enumerate(self.of) if about["criterion"] == criterion]
            told = "+".join(f"({self.weights.at(one)}>0)*{self._something(plot, i, row)}" for i, one in mine)
            weight = "+".join(self.weights.at(one) for _, one in mine)
            terms.append(f"(({weight}<=0)+({told})>0)")
        return f"=1*{'*'.join(terms)}"

    def _something(self, plot: Any, place: int, row: int) -> str:  # noqa: ANN401 -- an index label
        """Tell whether something is known of an indicator: a measure, or ends that leave not the whole function."""
        return f"ISNUMBER({self.letter(0, place)}{row})" if plot in self.open[self.of[place][0]] else "1"


def _nothing_known(findings: Findings, one: str, value: Sequence[tuple[float, float]]) -> frozenset[Hashable]:
    """List the plots whose ends of a measure leave the whole of its value function open."""
    least, most = worth_range(findings.decision.low[one], findings.decision.high[one], value)
    ys = [points / 100 for _, points in value]
    return frozenset(least.index[(least <= min(ys)) & (max(ys) <= most) & (min(ys) < max(ys))])


def _ranking(findings: Findings, lang: str, measures: _Measures, weights: _Weights) -> Tab:
    ranking, named = findings.decision.ranking, plot_names(findings)
    points, reasons = contributions(findings), gate_reasons(findings)
    known = known_weight(findings.decision.measures.notna(), findings.decision.indicators["weight"])
    count, at, last = len(measures.of), LANGUAGES.index(lang), measures.last
    first, end = xl_col_to_name(7), xl_col_to_name(6 + count)
    towns = names_of_ids(findings, "town", lang)
    rows: list[list[Value]] = []
    for place, (plot, row) in enumerate(zip(ranking.index, ranking.to_dict("records"), strict=True)):
        here = place + 2
        ahead = f"($B$2:$B${last}=B{here})*($G$2:$G${last}=1)*(ROUND($F$2:$F${last},9)>ROUND(F{here},9))"
        score = f"=SUM({first}{here}:{end}{here})"
        rows.append(
            [
                measures.number[plot],
                towns[str(row["town"])],
                Live(f'=IF(G{here}=1,1+SUMPRODUCT({ahead}),"")', _rank(row["rank"])),
                named[plot][at],
                str(plot),
                Live(score, float(row["score"])),
                Live(f"={measures.looked_up(4, 1, here)}", int(row["rankable"])),
                *(
                    Live(f"={measures.looked_up(3, i, here)}*{weights.at(one)}", float(points[one][plot]))
                    for i, (one, _, _) in enumerate(measures.of)
                ),
                Live(f"={measures.looked_up(4, 0, here)}", float(known[plot])),
                say(reasons[plot], lang) if plot in reasons else "",
            ]
        )
    heads = [
        *_heads(lang, "number", "programme.town", "map.rank.short", "map.plot", "plot", "map.score", "passes"),
        *(_head(about["label"], lang, say(Message("workbook.points"), lang)) for _, _, about in measures.of),
        *_heads(lang, "known", "gate"),
    ]
    decimals = column("ranking.csv", "score").shown or 0
    formats = {2: "0", 5: _figures(decimals), **dict.fromkeys(range(7, 7 + count), "0.0"), 7 + count: "0%"}
    return Tab("ranking", heads, rows, formats, still=5, notes=[say(Message("workbook.note.ranking"), lang)])


def _rank(rank: Any) -> float | str:  # noqa: ANN401 -- a nullable number
    return "" if pd.isna(rank) else int(rank)


def _answer(findings: Findings, lang: str) -> Tab:
    rows: list[list[Value]] = []
    named, at = plot_names(findings), LANGUAGES.index(lang)
    for town, answer in answers(findings).items():
        told = (answer_line(findings, answer), *answer.sentences())
        whose = [town_name(findings, town)[at], named[answer.plot][at] if answer.plot else ""]
        rows += [[*whose, say(one, lang)] for one in told]
    about = [findings.title[lang], f"{findings.run.get('date', '')} {findings.run.get('id', '')}".strip()]
    return Tab("answer", _heads(lang, "programme.town", "table.plot", "answer"), rows, notes=about)


def _central(findings: Findings, lang: str) -> Tab:
    """Give the mean weights with which each plot is the first of its town, as figures."""
    at, told, found = LANGUAGES.index(lang), central_sheet(findings), central_weights(findings)
    found = found[found["first"] > 0] if len(found) else found
    figures = found.reindex(columns=[column.key for column in told.columns[2:]]).to_numpy(float).tolist()
    rows: list[list[Value]] = [
        [*(cell.text[at] for cell in row.cells[:2]), *map(_known, shares)]
        for row, shares in zip(told.rows, figures, strict=True)
    ]
    heads = [_capital(column.head[at]) for column in told.columns]
    formats = {2: "0%", **dict.fromkeys(range(3, len(heads)), "0.0%")}
    return Tab("central", heads, rows, formats, still=2, notes=[note[at] for note, _ in told.notes])


def _workers(findings: Findings, lang: str) -> Tab:
    told = spoken(findings, laid_out(findings, "workers.csv", lang), "workers.csv", lang)
    rows = [
        [
            row[name_column(lang)],
            plain(row["district"]),
            row["kind"],
            plain(row["town"]) or plain(row["rival"]),
            plain(row["plot"]),
            _known(row["workers"]),
            _known(row["minutes"]),
        ]
        for row in told.to_dict("records")
    ]
    keys = ("map.programme.settlement", "district", "kind", "employer", "map.plot", "map.programme.workers", "minutes")
    return Tab("workers", _heads(lang, *keys), rows, {5: "#,##0", 6: "0"})


def _connections(findings: Findings, lang: str) -> Tab:
    """Tell of each plot, network and view, then of each plot's networks together, with what their sum lacks."""
    named, at, words = plot_names(findings), LANGUAGES.index(lang), catalogue(lang)
    views = {view: word(findings, column("connections.csv", "view"), view, lang) for view in VIEWS}

    def line(row: dict[Hashable, Any], network: str, told: Sequence[str], reason: str) -> list[Value]:
        figures = (_known(row.get(one)) for one in ("metres", "usd_low", "usd_mid", "usd_high"))
        return [named[row["plot"]][at], row["plot"], network, views[row["view"]], *told, *figures, reason]

    rows = []
    ways = connection_table(findings, lang)
    as_read = spoken(findings, ways, "connections.csv", lang)
    for row in as_read.assign(plot=ways["plot"], view=ways["view"]).to_dict("records"):
        told, reason = (plain(row["way"]), plain(row[f"source_{lang}"])), plain(row["reason"])
        rows.append(line(row, row["network"], told, reason))
    for row in findings.connections.totals.reset_index().to_dict("records"):
        reason = " ".join(one[at] for one in lacking([row, row]))
        rows.append(line(row, words["map.connections.total"], ("", ""), f"{bound(row)} {reason}".strip()))
    keys = ("map.plot", "plot", "map.connections.network", "view", "way", "map.source", "metres", "usd_low", "usd_mid")
    heads = _heads(lang, *keys, "usd_high", "reason")
    return Tab("connections", heads, rows, dict.fromkeys(range(6, 10), "#,##0"), still=2)


def _rules(findings: Findings, lang: str) -> Tab:
    return _of_sheets("rules", [cost_sheet(findings), unchecked_sheet(findings)], lang)


def _of_sheets(name: str, sheets: Sequence[Sheet], lang: str) -> Tab:
    """Write neutral sheets one below the other, with the heads of the first."""
    at = LANGUAGES.index(lang)
    rows: list[list[Value]] = []
    for place, sheet in enumerate(sheets):
        if place and sheet.rows:
            rows.append([sheet.title[at]])
        rows += [[_text(cell, at) for cell in row.cells] for row in sheet.rows]
    heads = [_capital(column.head[at]) for column in sheets[0].columns]
    return Tab(name, heads, rows, notes=[note[at] for sheet in sheets for note, _ in sheet.notes])


def _text(cell: Cell, at: int) -> str:
    return " · ".join(text for text in (cell.text[at], *(remark[at] for remark, _ in cell.remarks)) if text)


def _assumptions(findings: Findings, lang: str) -> Tab:
    """Name figures that rest on little, what nobody checked, and below what was noticed on the way."""
    tab = _of_sheets("assumptions", [figure_sheet(findings), assumed_sheet(findings)], lang)
    return replace(tab, notes=[*tab.notes, *(say(notice, lang) for notice in findings.notices)])


def _columns(findings: Findings, lang: str) -> Tab:
    told = column_table(findings, lang)
    keys = ("table", "column", "label", "unit", "meaning")
    rows = [[plain(row[key]) for key in keys] for row in told.to_dict("records")]
    return Tab("columns", _heads(lang, "table", "column", "label", "unit", "meaning"), rows, still=2)
