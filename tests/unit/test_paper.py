"""The report on paper: it says what terminal and page say, whatever a plot is called, in the same bytes each time."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sitesel.findings import Findings
from sitesel.outputs.paper import write_report
from sitesel.outputs.paper.parts import MOST_PLOTS, OF_TOWN
from sitesel.outputs.paper.writing import laid_out, report_pdf
from sitesel.report.answer import answers
from sitesel.report.assumptions import assumed_sheet
from sitesel.report.connections import joining_sheet
from sitesel.report.one_plot import foremost, measure_sheet, plot_title, sure_lines
from sitesel.report.sheet import Sheet
from sitesel.report.words import names, words
from sitesel.text import LANGUAGES, Message, say
from varied import bare, many, vary

READER = shutil.which("pdftotext")
needs_reader = pytest.mark.skipif(READER is None, reason="no pdftotext here")
STRANGE = (
    '#panic("x")',
    "*bold* _thin_ `raw`",
    "$x^2$ @note <label>",
    "\\u{41} \\ // /* #{",
    "\x1b[2J\x00",
    "东区 🙂 \ufffe",
    ']] #import "@preview/x:1.0.0": *',
)


def texts(told: object) -> list[str]:
    """Every text within plain data."""
    if isinstance(told, str):
        return [told]
    parts = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    return [text for part in parts for text in texts(part)]


def read(pdf: bytes, folder: Path) -> str:
    (folder / "read.pdf").write_bytes(pdf)
    done = subprocess.run([READER, "-layout", folder / "read.pdf", "-"], check=True, capture_output=True, text=True)
    return done.stdout


def strange(findings: Findings) -> Findings:
    """Call plots and the study what would run or break in a careless template."""
    called = {plot: STRANGE[place % len(STRANGE)] for place, plot in enumerate(findings.plots.index)}
    plots = findings.plots.assign(**{f"name_{lang}": list(called.values()) for lang in LANGUAGES}, note=STRANGE[0])
    return vary(findings, plots=plots, sources=findings.sources.assign(source=STRANGE[0], licence=STRANGE[6]))


@pytest.fixture(scope="module", params=LANGUAGES)
def told(request, whole) -> tuple[str, bytes]:
    """Language and report; titled, tagged, each picture told and each letter in its font, or Typst would refuse it."""
    return request.param, report_pdf(whole, request.param, pdf_standards="ua-1")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_the_answer_word_for_word(whole, lang):
    said = texts(laid_out(whole, lang))
    for answer in answers(whole).values():
        assert {say(sentence, lang) for sentence in answer.sentences()} <= set(said)
    assert words(Message("report.assumptions"))[LANGUAGES.index(lang)] in said


@needs_reader
def test_every_page_says_of_which_run_it_is_in_letters_that_can_be_read(whole, told, tmp_path):
    lang, pdf = told
    pages = read(pdf, tmp_path).split("\f")[:-1]
    assert all(whole.title[lang] in page and whole.run["id"] in page for page in pages)
    if lang == "ky":
        assert all(letter in pages[0] for letter in "ңөүҮ")


def test_it_is_accessible_and_its_fonts_are_within(told):
    lang, pdf = told
    assert f"/Lang({lang})".encode() in pdf
    fonts = set(re.findall(rb"/FontName/[A-Z]{6}\+([A-Za-z-]+)", pdf))
    assert {b"LibertinusSerif-Regular"} <= fonts <= {b"LibertinusSerif-Regular", b"LibertinusSerif-Bold"}


def test_the_same_findings_give_the_same_bytes(whole, tmp_path):
    for name in ("one", "other"):
        write_report(whole, tmp_path / name, "ru")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    undated = replace(whole, run={**whole.run, "date": "2026"})
    assert report_pdf(undated, "en") == report_pdf(undated, "en")


def test_names_are_text_whatever_they_look_like(whole, tmp_path):
    findings = strange(whole)
    told = set(texts(laid_out(findings, "en")))
    assert {STRANGE[0], STRANGE[1], STRANGE[2]} <= told
    assert not any("\x1b" in text or "\x00" in text for text in told)
    pdf = report_pdf(findings, "en")
    if READER:
        text = read(pdf, tmp_path)
        assert '#panic("x")' in text
        assert "*bold* _thin_ `raw`" in text


def test_a_study_that_asks_for_a_ranking_alone_has_its_report(whole):
    findings = replace(bare(whole), notices=())
    assert report_pdf(findings, "en").startswith(b"%PDF")
    ranking = findings.decision.ranking
    nobody = ranking.assign(rankable=False, rank=ranking["rank"].where(ranking["score"] > 100))
    assert report_pdf(vary(findings, ranking=nobody), "en").startswith(b"%PDF")


def test_only_plots_that_could_be_first_have_a_page(whole):
    told, left = foremost(whole, OF_TOWN, MOST_PLOTS)
    town = whole.decision.ranking["town"]
    assert town[told].value_counts().max() <= OF_TOWN
    assert {answer.plot for answer in answers(whole).values()} <= set(told)
    assert not set(told) & set(left)
    few, more = foremost(whole, OF_TOWN, 3)
    assert few == [answer.plot for answer in answers(whole).values()]  # each town's first before any town's second
    assert set(few) | set(more) == set(told) | set(left)
    text = texts(laid_out(whole, "en"))
    named = [" ".join(names(whole.plots.loc[plot].to_dict(), plot)[0].split()) for plot in left]
    text = [" ".join(line.split()) for line in text]
    assert not left or any(all(name in line for name in named) for line in text)


def test_pages_stay_few_where_plots_are_many(whole):
    blocks = laid_out(many(whole, 20), "en")["blocks"]
    assert sum(block["kind"] == "fit" for block in blocks) <= MOST_PLOTS
    assert max(len(block["rows"]) for block in blocks if block["kind"] == "sheet") < 200


def test_points_of_a_plot_add_up_to_its_score(whole):
    plot = answers(whole)["osh"].plot
    sheet = measure_sheet(whole, plot)
    brought = [int(said) for row in sheet.rows if (said := row.cells[-1].text[0])]  # what has no weight brings nothing
    assert len(brought) == len(whole.weighed) + 1
    assert sum(brought[:-1]) == brought[-1]
    assert f"Score {brought[-1]} of 100" in plot_title(whole, plot)[0]
    assert any(line[0].startswith("First in") for line in sure_lines(whole, plot))


def test_what_is_not_known_of_a_plot_says_why(whole):
    measures, reasons = whole.decision.measures.copy(), whole.decision.reasons.copy()
    plot, one = whole.decision.ranking.index[0], whole.decision.measures.columns[0]
    measures.loc[plot, one] = np.nan
    reasons.loc[plot, one] = Message("reason.no_road", {"classes": "motorway"})
    cell = measure_sheet(vary(whole, measures=measures, reasons=reasons), plot).rows[0].cells[1]
    assert cell.text[0] == "no data"
    assert cell.remarks[-1][0][0] == "the layer of roads has none of class motorway"


def lacking(findings: Findings, plot: str, **columns: list[str]) -> Sheet:
    totals = findings.connections.totals.copy()
    for name, value in columns.items():
        totals[name] = [value if key[0] == plot else old for key, old in totals[name].items()]
    return joining_sheet(vary(findings, connection_totals=totals), plot)


def test_a_total_names_the_networks_that_it_lacks(whole):
    plot = answers(whole)["osh"].plot
    sheet = lacking(whole, plot, missing=["water"], bounded=[])
    assert [cell.text[0][:2] for cell in sheet.rows[-1].cells[2:]] == ["≥ ", "≥ "]
    assert sheet.notes[0][0][0] == "Total without: water. Nothing is known of their cost."
    at_most = lacking(whole, plot, missing=[], bounded=["gas"])
    assert [cell.text[0][:2] for cell in at_most.rows[-1].cells[2:]] == ["≤ ", "≤ "]
    assert "gas" in at_most.notes[0][0][0]


def test_assumed_figures_stand_among_the_assumptions(whole):
    rows = [[cell.text[0] for cell in row.cells] for row in assumed_sheet(whole).rows]
    assert all(all(row) for row in rows)
    assumed = whole.towns.index[whole.towns["assumed"].map(len) > 0]
    assert all(any(whole.towns["name_en"][town] in row[0] for row in rows) for town in assumed)
