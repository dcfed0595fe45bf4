"""Tables, layer, record: whole or not at all, and the same again."""

import csv
import gc
import hashlib
import io
import re
import weakref
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from sitesel import cli
from sitesel.errors import OutputError
from sitesel.findings import told_once
from sitesel.outputs import connection_tables, ranking_tables
from sitesel.outputs.folder import whole_folder
from sitesel.outputs.geopackage import write_layers
from sitesel.outputs.heads import heads, labelled, spoken
from sitesel.outputs.named import for_people, names_beside, told_apart, with_names_first
from sitesel.outputs.tables import SAID_OF, laid_out, ranking_table, read_ranking, write_csv, write_run
from sitesel.schema import table, tables
from sitesel.text import LANGUAGES, Message, catalogue, names_of, say
from small_study import read_json


@pytest.fixture
def findings(run_once):
    return run_once()


def test_ranking_opens_in_a_spreadsheet_with_ranges_and_gates(findings, tmp_path):
    write_csv(findings, tmp_path / "ranking.csv")
    text = (tmp_path / "ranking.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    assert [row["town"] for row in rows] == ["one", "one", "two"]
    assert float(rows[0]["low"]) <= float(rows[0]["score"]) <= float(rows[0]["high"])
    left_out = [row for row in rows if not row["rank"]]
    assert all(row["gate"] and row["gate_reason"] for row in left_out)


def test_every_row_of_the_ranking_says_of_which_scenario_and_season_it_is(findings):
    study, snow = (replace(findings, run={**findings.run, **told}) for told in ({}, {"scenario": "snow"}))
    assert set(ranking_table(study)["scenario"]) == {"study"}
    assert set(ranking_table(study)["season"]) == {"summer"}
    assert set(ranking_table(snow)["scenario"]) == {"snow"}


def test_plots_open_in_gis_with_scores(findings, tmp_path):
    write_layers(findings, tmp_path / "plots.gpkg")
    plots = gpd.read_file(tmp_path / "plots.gpkg", layer="plots")
    assert plots.crs == findings.plots.crs
    assert set(plots["plot"]) == {"alpha", "beta", "gamma"}
    assert plots.set_index("plot").loc["alpha", "score"] == pytest.approx(
        findings.decision.ranking.loc["alpha", "score"]
    )


def test_a_second_run_changes_no_byte(findings, tmp_path):
    digests = []
    for attempt in ("first", "second"):
        (tmp_path / attempt).mkdir()
        write_csv(findings, tmp_path / attempt / "ranking.csv")
        write_layers(findings, tmp_path / attempt / "plots.gpkg")
        digests.append(
            [hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted((tmp_path / attempt).iterdir())]
        )
    assert digests[0] == digests[1]


def test_the_record_holds_inputs_with_hashes_versions_parameters_and_seed(findings, tmp_path):
    write_run(findings, tmp_path / "run.json")
    record = read_json(tmp_path / "run.json")
    assert len(record["inputs"]["plots"]["sha256"]) == 64
    assert record["seed"] == 0
    assert record["parameters"]["weights"]["labour"] == 0.36
    assert {"python", "networkx"} <= set(record["versions"])


@pytest.mark.parametrize(("lang", "word"), [("en", "utilities"), ("ru", "участок"), ("ky", "упай")])
def test_terminal_tables_speak_each_language(findings, lang, word):
    console = Console(width=80, record=True, file=io.StringIO())
    for part in ranking_tables(findings, lang):
        console.print(part)
    text = console.export_text()
    assert word in text
    assert "1" in text


def test_the_terminal_sums_each_plots_connections_and_says_what_the_sum_lacks(findings):
    console = Console(width=120, record=True, file=io.StringIO())
    for part in connection_tables(findings, "en"):
        console.print(part)
    text = console.export_text()
    for (plot, _), row in findings.connections.totals.iterrows():
        assert findings.plots.loc[plot, "name_en"].split()[0] in text
        for network in (*row["missing"], *row["bounded"]):
            assert network in text
    assert ("≤" in text) or ("≥" in text)


def test_the_terminal_says_of_each_town_what_each_weight_does_in_fact(findings):
    titles = [part.title for part in ranking_tables(findings, "en") if not isinstance(part, str)]
    effects = [part for part in ranking_tables(findings, "en") if getattr(part, "title", "") == titles[1]]
    assert titles[1] == "What each weight does in fact"
    assert len(effects) == findings.decision.ranking["town"].nunique()
    assert effects[0].row_count == len(findings.weighed)
    assert [column.header for column in effects[0].columns] == ["Indicator", "Weight, %", "range", "share, %"]


def test_a_failed_write_changes_nothing(tmp_path):
    target = tmp_path / "out"
    target.mkdir()
    (target / "ranking.csv").write_text("old", encoding="utf-8")

    def fail_halfway() -> None:
        with whole_folder(target) as staging:
            (staging / "ranking.csv").write_text("new", encoding="utf-8")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert (target / "ranking.csv").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"), whole_folder(tmp_path / "file" / "out"):
        pass


def test_the_command_writes_all_files(write_study, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    monkeypatch.setattr("sys.argv", ["sitesel", "run", str(write_study()), "--lang", "ru", "--out", str(out)])
    with pytest.raises(SystemExit) as done:
        cli.main()
    assert done.value.code == 0
    written = [
        ".sitesel.json",
        "map.html",
        "plots.gpkg",
        "columns.csv",
        "ranking.csv",
        "ranking.xlsx",
        "report.pdf",
        "run.json",
        "study.qgs",
    ]  # and of the sections that the study has:
    written += [
        "weights.csv",
        "why.csv",
        "programme.csv",
        "workers.csv",
        "connections.csv",
        "connection_totals.csv",
        "estimate.csv",
        "shared_sources.csv",
        "sources.csv",
    ]
    assert sorted(path.name for path in out.iterdir()) == sorted(written)
    assert "участок" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["en", "ru", "ky"])
def test_a_table_for_a_russian_excel_says_the_same(whole, tmp_path, lang):
    for excel in (False, True):
        (tmp_path / str(excel)).mkdir()
        for name in SAID_OF:
            if len(SAID_OF[name](whole)):
                write_csv(whole, tmp_path / str(excel) / name, lang, excel=excel)
    for plain in (tmp_path / "False").glob("*.csv"):
        comma = tmp_path / "True" / plain.name
        assert comma.read_bytes().startswith("\N{BYTE ORDER MARK}".encode())
        told = pd.read_csv(comma, sep=";", decimal=",", encoding="utf-8-sig")
        as_programs = pd.read_csv(plain, encoding="utf-8-sig")
        words = heads(whole, plain.name, lang, list(as_programs))
        as_people = spoken(whole, as_programs, plain.name, lang)
        assert sorted(as_people) == sorted(as_programs)
        assert list(told) == [words[column] for column in as_people]
        found = told.set_axis(list(as_people), axis=1)
        pd.testing.assert_frame_equal(found, as_people.astype(found.dtypes), check_dtype=False)
        if lang != "en":
            assert [head for head in told if not re.search("[а-я]", head)] == []


@pytest.mark.parametrize("lang", ["ru", "ky"])
def test_tables_for_people_have_no_codes_and_those_for_programs_have_them(whole, tmp_path, lang):
    codes = {one for name in tables() for column in table(name).columns() for one in column.words if one.islower()}
    codes -= {one.id for one in whole.study.scenarios}
    codes |= {"True", "False", *(str(one) for one in whole.decision.indicators.index)}
    found = {True: set(), False: set()}
    for excel in (False, True):
        for name in (one for one in SAID_OF if one != "columns.csv" and len(SAID_OF[one](whole))):
            write_csv(whole, tmp_path / name, lang, excel=excel)
            told = pd.read_csv(tmp_path / name, sep=";" if excel else ",", dtype=str, encoding="utf-8-sig")
            found[excel] |= {cell for head in told for cell in told[head].dropna()} & codes
    assert found[True] == set()
    assert {"optimistic", "power", "mid", "rival", "True"} <= found[False]


def towns(findings):
    return {str(one): names_of(row) for one, row in findings.towns.iterrows()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_for_people_have_names_for_ids_and_no_figure_as_of_a_machine(whole, tmp_path, lang):
    ids = {
        "plot": set(map(str, whole.decision.ranking.index)),
        "town": set(map(str, whole.towns.index)),
        "rival": set(map(str, whole.layers["rivals"].index)),
        "settlement": set(map(str, whole.layers["settlements"].index)),
    }
    tiny = whole.decision.worth * 0 + 4.4e-05
    findings = replace(whole, decision=replace(whole.decision, worth=tiny))
    for name in (one for one in SAID_OF if one != "columns.csv" and len(SAID_OF[one](findings))):
        write_csv(findings, tmp_path / name, lang, excel=True)
        told = pd.read_csv(tmp_path / name, sep=";", dtype=str, encoding="utf-8-sig")
        for head in told:
            cells = set(told[head].dropna())
            assert not [cell for cell in cells if re.fullmatch(r"-?[\d,]+[eE]-?\d+", cell)], (name, head)
            code = say(Message("column.code", {"of": ""}), lang).strip()
            if not head.endswith(code):
                assert not [what for what, some in ids.items() if cells & some], (name, head)
    ranking = pd.read_csv(tmp_path / "ranking.csv", sep=";", dtype=str, encoding="utf-8-sig")
    first = whole.decision.ranking.index[0]
    assert ranking.iloc[0, 0] == names_of(whole.plots.loc[first])[lang]
    assert ranking.iloc[0, -1] == first
    write_csv(findings, tmp_path / "ranking.csv", lang)  # those for programs are as they were
    exact = pd.read_csv(tmp_path / "ranking.csv", encoding="utf-8-sig").set_index("plot")
    assert exact.filter(like="_value").eq(4.4e-05).all().all()


def test_who_has_no_name_in_the_language_is_called_by_another_and_of_two_alike_each_has_its_id():
    frame = pd.DataFrame({"plot": ["a", "b", "c"], "name_en": ["A", None, None], "name_ru": [None, "Б", None]})
    columns = {one.name: one for one in table("ranking.csv").columns()}
    beside = names_beside("ranking.csv", {}, list(frame), "ky")
    assert beside == {"plot": "name_ru"}  # of the same letters
    told = with_names_first(frame, beside, columns, "ky")
    assert list(told) == ["name_ru", "name_en", "plot"]
    assert list(told["name_ru"]) == ["A", "Б", "c"]
    assert told_apart({"a": "A", "b": "A"}) == {"a": "A (a)", "b": "A (b)"}


def test_figures_for_people_have_a_digit_more_than_a_page_shows():
    columns = {one.name: one for one in table("ranking.csv").columns({"indicator": ["pool"]})}
    columns |= {one.name: one for one in table("connections.csv").columns()}
    told = {"score": 66.666092, "pool_value": 0.932525, "first": 0.416992, "metres": 4934.227, "usd_mid": 246711.35}
    found = for_people(pd.DataFrame([told | {"pool": 3.2e-05}]), columns, {"pool": 1}).iloc[0]
    due = {"score": 66.67, "pool_value": 0.9325, "first": 0.417, "metres": 4934.2, "usd_mid": 246711, "pool": 0}
    assert found.to_dict() == due


def test_every_word_of_a_table_for_people_is_said_in_every_language():
    files = [name for name in tables() if name.endswith(".csv") and name != "columns.csv"]
    columns = {one for name in files for one in table(name).columns() if one.words and one.name != "bound"}
    assert len(columns) > 8
    for one in columns:
        assert one.said, one.name
        keys = {one.said.replace("*", word) for word in one.words}
        assert all(keys <= set(catalogue(lang)) for lang in LANGUAGES), (one.name, keys)


def test_heads_have_units_and_tell_columns_apart(whole):
    for name in (one for one in SAID_OF if len(SAID_OF[one](whole))):
        for lang in LANGUAGES:
            called = heads(whole, name, lang, list(laid_out(whole, name, lang)))
            assert len(set(called.values())) == len(called)
    for layer in (name for name in tables() if name.startswith("plots.gpkg/")):
        labels = [label for _, label, _ in labelled(whole, layer, "ru") if label]
        assert len(set(labels)) == len(labels)
    called = heads(whole, "ranking.csv", "ru", ["plot", "name_en", "name_ru"])
    assert called["area_ha"] == "Площадь (га)"
    assert called["first"] == "Первый (доля)"
    assert called["name_ru"] == "Участок"
    assert called["plot"] == "Участок, код"
    assert called["name_en"] == "Название (en)"
    assert heads(whole, "programme.csv", "ru", ["osh"])["osh"] == "Участок (Ош)"
    assert heads(whole, "ranking.csv", "ru", ["plot", "name_en"])["name_en"] == "Участок"  # no other names are there


def test_an_id_of_digits_keeps_its_noughts(whole, tmp_path):
    plot = str(whole.decision.ranking.index[0])
    for excel in (False, True):
        for name in ("ranking.csv", "columns.csv"):
            write_csv(whole, tmp_path / name, "ru", excel=excel)
        path = tmp_path / "ranking.csv"
        between = ";" if excel else ","
        head, *lines = path.read_text(encoding="utf-8-sig").splitlines()
        (line,) = (line for line in lines if plot in line.split(between))
        path.write_text(f"{head}\n{line.replace(plot, '007', 1)}\n", encoding="utf-8-sig")
        assert list(read_ranking(path, towns(whole)).index) == ["007"]


def test_a_table_for_people_is_read_by_its_heads_whatever_their_order(whole, tmp_path):
    for name in ("ranking.csv", "columns.csv"):
        write_csv(whole, tmp_path / name, "ru", excel=True)
    told = read_ranking(tmp_path / "ranking.csv", towns(whole))
    table = pd.read_csv(tmp_path / "ranking.csv", sep=";", dtype=str, encoding="utf-8-sig")
    table[list(reversed(table.columns))].to_csv(tmp_path / "ranking.csv", sep=";", index=False, encoding="utf-8-sig")
    pd.testing.assert_frame_equal(read_ranking(tmp_path / "ranking.csv", towns(whole))[list(told)], told)
    table.rename(columns={"Балл": "Мой балл"}).to_csv(tmp_path / "ranking.csv", sep=";", index=False)
    with pytest.raises(ValueError, match="Мой балл"):
        read_ranking(tmp_path / "ranking.csv", towns(whole))


def test_columns_without_anything_in_them_are_left_out_and_listed(whole, tmp_path):
    for name in ("ranking.csv", "columns.csv"):
        write_csv(whole, tmp_path / name, "ru")
    ranking, told = (pd.read_csv(tmp_path / name, encoding="utf-8-sig") for name in ("ranking.csv", "columns.csv"))
    listed = told[told["table"] == "ranking.csv"].set_index("column")
    assert ranking.notna().any().all()
    assert list(listed.index[listed["written"]]) == list(ranking)
    assert not listed["written"].all()
    assert listed.loc["score", "label"] == "Балл"
    assert listed.loc[list(whole.decision.measures), "unit"].notna().all()
    reasons = ranking["gate_reason"].dropna()
    assert len(reasons)
    assert reasons.str.contains("[а-я]").all()


def test_a_ranking_is_read_in_either_form_with_what_was_left_out(whole, tmp_path):
    read = []
    for excel in (False, True):
        for name in ("ranking.csv", "columns.csv"):
            write_csv(whole, tmp_path / name, "ky", excel=excel)
        read.append(read_ranking(tmp_path / "ranking.csv", towns(whole)))
    by_id, by_name = (told.pop("excluded_by").dropna() for told in read)
    assert set(by_id) == {"fault_zone_1"}
    assert by_name.str.contains("1-зона").all()
    exact, rounded = (told.reindex(columns=sorted(told)) for told in read)
    assert list(exact["town"]) == list(rounded["town"])
    figures = exact.select_dtypes("number").columns
    assert rounded["name_ky"].notna().all()  # people read another name where there is none in their language
    called = exact["name_ky"].fillna(exact["name_ru"]).fillna(exact["name_en"])
    assert list(called[called.notna()]) == list(rounded["name_ky"][called.notna()])
    assert set(rounded["scenario"]) == {say(Message("scenarios.study"), "ky")}
    apart = [*figures, "name_ky", "scenario"]
    pd.testing.assert_frame_equal(exact.drop(columns=apart), rounded.drop(columns=apart))
    np.testing.assert_allclose(exact["score"], rounded["score"], atol=0.005)  # less than a comparison tells
    values = [name for name in figures if name.endswith("_value")]
    np.testing.assert_allclose(exact[values], rounded[values], atol=0.00005)
    assert {"rank", "gate", "name_en", "name_ru", "name_ky"} <= set(read[0])
    np.testing.assert_allclose(read[0]["score"], whole.decision.ranking["score"], atol=1e-6)


def test_what_many_outputs_ask_is_worked_out_once_and_kept_no_longer_than_the_findings():
    class Few:
        """In place of findings."""

    asked = []

    @told_once
    def told(few, lang):
        asked.append((few.name, lang))
        return [lang]

    one, other = Few(), Few()
    one.name, other.name = "one", "other"
    assert told(one, "en") is told(one, "en")
    told(one, "ky"), told(other, "en")
    assert asked == [("one", "en"), ("one", "ky"), ("other", "en")]
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None
