"""The workbook: text stays text, formulas say in LibreOffice what Python says, and follow what a planner changes."""

import dataclasses
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from sitesel.findings import Findings, decide
from sitesel.outputs.workbook import write_workbook
from sitesel.text import Message, catalogue, say
from whole_study import HOSTILE

LANGS = ("en", "ru", "ky")
OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="no LibreOffice here")


def sheet(book, name: str, lang: str = "en"):
    return book[say(Message(f"workbook.{name}"), lang)]


def written(findings: Findings, folder: Path, lang: str = "en") -> Path:
    path = folder / f"{lang}.xlsx"
    write_workbook(findings, path, lang)
    return path


def ranking(book, lang: str = "en") -> pd.DataFrame:
    """Rank and score by plot."""
    rows = [row for row in sheet(book, "ranking", lang).iter_rows(min_row=2, values_only=True) if row[4] is not None]
    ranks = [row[2] if row[2] not in ("", None) else np.nan for row in rows]
    return pd.DataFrame({"rank": ranks, "score": [row[5] for row in rows]}, index=[row[4] for row in rows], dtype=float)


def recomputed(book, folder: Path, lang: str = "en") -> pd.DataFrame:
    """Save a workbook as a planner would (its results go), and let LibreOffice calculate it."""
    path = folder / "edited.xlsx"
    book.save(path)
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    told = [OFFICE, home, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"), str(path)]
    subprocess.run(told, check=True, capture_output=True, timeout=300)
    return ranking(openpyxl.load_workbook(folder / "out" / "edited.xlsx", data_only=True), lang)


def assert_same(found: pd.DataFrame, decision) -> None:
    due = decision.ranking[["rank", "score"]].astype(float)
    assert set(found.index) == set(due.index)
    pd.testing.assert_frame_equal(found.loc[due.index], due, rtol=0, atol=1e-9, check_names=False)


@needs_office
@pytest.mark.parametrize("lang", LANGS)
def test_libreoffice_says_what_python_says(whole, tmp_path, lang):
    book = openpyxl.load_workbook(written(whole, tmp_path, lang))
    assert_same(recomputed(book, tmp_path, lang), whole.decision)


@needs_office
def test_scores_and_ranks_follow_changed_weights(whole, tmp_path):
    weights = dict.fromkeys(whole.study.weights, 0.1)
    weights |= {next(iter(weights)): 1 - 0.1 * (len(weights) - 1)}
    named = {catalogue("en")[f"criterion.{one}"].capitalize(): one for one in weights}
    book = openpyxl.load_workbook(written(whole, tmp_path))
    for row in sheet(book, "weights").iter_rows(min_row=2):
        if not row[1].value and (of := named.get(row[0].value)):
            row[3].value = weights[of]
    changed = whole.with_weights(weights)
    assert not changed.decision.ranking["rank"].equals(whole.decision.ranking["rank"])
    assert_same(recomputed(book, tmp_path), changed.decision)


@needs_office
def test_scores_and_ranks_follow_a_changed_measure_and_one_that_is_not_known(whole, tmp_path):
    first, second = whole.decision.ranking.index[:2]
    one, other = whole.decision.measures.columns[:2]
    book = openpyxl.load_workbook(written(whole, tmp_path))
    heads = {plot: row for row in sheet(book, "measures").iter_rows(min_row=2) if (plot := row[2].value)}
    heads[first][3].value, heads[second][4].value = 10 * whole.decision.measures[one].max(), None
    measures = whole.decision.measures.copy()
    measures.loc[first, one], measures.loc[second, other] = 10 * measures[one].max(), np.nan
    changed = dataclasses.replace(whole.decision, measures=measures)
    found = decide(whole.study, changed, whole.sites, whole.rules.barred)
    assert not found.ranking["score"].equals(whole.decision.ranking["score"])
    assert_same(recomputed(book, tmp_path), found)


@pytest.mark.parametrize("lang", LANGS)
def test_viewers_that_do_not_calculate_show_results(whole, tmp_path, lang):
    book = openpyxl.load_workbook(written(whole, tmp_path, lang), data_only=True)
    assert_same(ranking(book, lang), whole.decision)
    for page in book.worksheets:
        assert page.freeze_panes
        assert page.auto_filter.ref
        assert len({cell.value for cell in page[1]}) == page.max_column, page.title


@pytest.mark.parametrize("lang", ["ru", "ky"])
def test_words_are_said_and_minus_signs_are_those_of_a_keyboard(whole, tmp_path, lang):
    book = openpyxl.load_workbook(written(whole, tmp_path, lang))
    pages = [page for page in book if page.title != catalogue(lang)["workbook.columns"]]
    cells = {
        cell for page in pages for row in page.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
    }
    assert not cells & {"optimistic", "pessimistic", "rival", "mid", "True", "False"}
    assert catalogue(lang)["view.optimistic"] in cells
    assert not [cell for cell in cells if re.search("−\\d", cell)]
    assert [cell for cell in cells if re.search("(?<!\\w)-\\d", cell)]


@pytest.mark.parametrize("lang", LANGS)
def test_weights_name_each_criterion_and_each_measure_once_a_row(whole, tmp_path, lang):
    rows = list(sheet(openpyxl.load_workbook(written(whole, tmp_path, lang)), "weights", lang).values)
    rows = [row for row in rows[1:] if isinstance(row[3], (int, float))]
    assert len(rows) == len({part.criterion for part in whole.study.indicators}) + len(whole.decision.indicators)
    for row in rows:
        said = [cell for cell in row[:3] if cell]
        assert len(set(said)) == len(said)
    assert {row[2] for row in rows} - {None} == set(whole.decision.indicators.index)


def test_names_stand_in_the_place_of_ids(whole, tmp_path):
    book = openpyxl.load_workbook(written(whole, tmp_path, "ru"))
    ids = {*map(str, whole.towns.index), *map(str, whole.layers["rivals"].index)}
    plots = {str(plot) for plot in whole.decision.ranking.index}
    for page in book:
        rows = list(page.values)
        if page.title != catalogue("ru")["workbook.columns"]:
            assert not {cell for row in rows for cell in row if isinstance(cell, str)} & ids, page.title
        for place, head in enumerate(rows[0]):
            if plots & {row[place] for row in rows[1:]}:
                assert head == "Код участка", page.title
                assert rows[0][place - 1] == "Участок", page.title


def test_central_weights_are_figures(whole, tmp_path):
    rows = list(sheet(openpyxl.load_workbook(written(whole, tmp_path, "ru")), "central", "ru").values)
    told = [row for row in rows[1:] if row[1] is not None]
    assert told
    first = whole.sureness.plots["first"]
    assert sorted(row[2] for row in told) == sorted(first[first > 0])
    assert all(sum(row[3:]) == pytest.approx(1) for row in told)


def test_text_is_never_a_formula(whole, tmp_path):
    plots = whole.plots.copy()
    plots["name_en"] = "=1+1"
    book = openpyxl.load_workbook(written(dataclasses.replace(whole, plots=plots), tmp_path))
    cells = [row[3] for row in sheet(book, "ranking").iter_rows(min_row=2, max_row=len(plots) + 1)]
    assert {(cell.value, cell.data_type) for cell in cells} == {("=1+1", "s")}


def test_names_that_break_careless_files_stay_whole(whole, tmp_path):
    book = openpyxl.load_workbook(written(whole, tmp_path))
    names = {row[3] for row in sheet(book, "ranking").iter_rows(min_row=2, values_only=True)}
    assert set(HOSTILE[:5]) <= names


def test_the_same_findings_give_the_same_bytes(whole, tmp_path):
    one, other = (written(whole, tmp_path / name) for name in ("a", "b") if not (tmp_path / name).mkdir())
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {1980}
