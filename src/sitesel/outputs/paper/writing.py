"""The report as PDF: parts in, one file out, set by Typst.

All that is said goes to Typst as data, never as source: no name of a plot can be taken for a command.
"""

import datetime as dt
import json
import unicodedata
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst

from sitesel.errors import OutputError
from sitesel.findings import Findings
from sitesel.outputs.paper.parts import Block, report
from sitesel.report.palette import PALETTE
from sitesel.report.sheet import Cell, Sheet
from sitesel.report.sources import stamp
from sitesel.report.words import capital, plain
from sitesel.text import LANGUAGES, Message, say

_UNSEEN: Final = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})
TEMPLATE: Final = resources.files("sitesel.outputs.paper").joinpath("report.typ").read_bytes()


def write_report(findings: Findings, path: Path, lang: str) -> None:
    """Write ``report.pdf``: the same findings give the same bytes.

    Parameters
    ----------
    findings : Findings
    path : Path
    lang : {"en", "ru", "ky"}

    Raises
    ------
    OutputError
        It cannot be written.
    """
    told = report_pdf(findings, lang)
    try:
        path.write_bytes(told)
    except OSError as cause:
        raise OutputError(f"{path}: cannot be written ({cause}); make room or choose another folder") from cause


def report_pdf(findings: Findings, lang: str, **asked: Any) -> bytes:  # noqa: ANN401 -- as Typst takes them
    """Set the report.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}
    **asked
        To :func:`typst.compile`, such as ``pdf_standards``.
    """
    data = json.dumps(laid_out(findings, lang), ensure_ascii=False)
    fonts = typst.Fonts(include_system_fonts=False)  # the same on every machine
    made = typst.compile(TEMPLATE, font_paths=fonts, sys_inputs={"report": data}, format="pdf", **asked)
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no bytes")
    return made


def laid_out(findings: Findings, lang: str) -> dict[str, Any]:
    """Put the report into plain data of one language, as the template reads it."""
    at, run = LANGUAGES.index(lang), findings.run
    date = plain(run.get("date"))[:10]
    return {
        "lang": lang,
        "title": _text(findings.title[lang]),
        "stamp": stamp(findings)[at],
        "page": say(Message("report.page"), lang),
        "date": _day(date),
        "palette": {name: PALETTE[name] for name in ("ink", "rank", "grades")},
        "blocks": [_block(block, at) for block in report(findings, lang)],
    }


def _text(text: str) -> str:
    """Put a blank for what no font can show: control characters, separators of lines, halves of letters."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in text)


def _day(date: str) -> list[int]:
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        return []
    return [day.year, day.month, day.day]


def _block(block: Block | Sheet, at: int) -> dict[str, Any]:
    if isinstance(block, Sheet):
        return {"kind": "sheet", **_sheet(block, at)}
    texts = [_text(text[at]) for text in block.texts if text[at]]
    parts = [[_block(one, at) for one in part] for part in block.parts]
    about = {"kind": block.kind, "look": block.look, "svg": block.svg, "level": block.level}
    return {**about, "texts": texts, "parts": parts}


def _sheet(sheet: Sheet, at: int) -> dict[str, Any]:
    rows = [row for row in sheet.rows if not row.beyond]
    return {
        "title": _text(sheet.title[at]),
        "columns": [
            {"head": _text(capital(column.head)[at]), "side": column.side[:1], "names": column.names}
            | _room(sheet, place, column.head[at], at)
            for place, column in enumerate(sheet.columns)
        ],
        "rows": [{"look": row.look, "cells": [_cell(cell, at) for cell in row.cells]} for row in rows],
        "notes": [{"text": _text(text[at]), "look": look} for text, look in sheet.notes],
    }


def _room(sheet: Sheet, place: int, head: str, at: int) -> dict[str, int]:
    """Say how much a column holds, in letters: its longest text, and its longest word, which must not break."""
    cells = [row.cells[place] for row in sheet.rows if len(row.cells) == len(sheet.columns) and not row.beyond]
    marked = 2 * any(cell.mark is not None for cell in cells)
    texts = [text[at] for cell in cells for text in (cell.text, *(remark for remark, _ in cell.remarks))]
    words = [word for text in [*texts, head] for word in text.split(" ")]
    return {"most": max(map(len, texts), default=0) + marked, "word": max(map(len, words), default=0) + marked}


def _cell(cell: Cell, at: int) -> dict[str, Any]:
    mark = None if cell.mark is None else asdict(cell.mark)
    remarks = [{"text": _text(text[at]), "look": look} for text, look in cell.remarks if text[at]]
    return {"text": _text(cell.text[at]), "look": cell.look, "span": cell.span, "mark": mark, "remarks": remarks}
