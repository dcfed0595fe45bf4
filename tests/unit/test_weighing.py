"""Whose weights: swings, pairs, second opinions and a panel, in Python and by command."""

import io
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import tomlkit
from typer.testing import CliRunner, Result

import sitesel
from sitesel import cli, weighing
from sitesel.errors import OutputError, StudyError
from sitesel.outputs import tables
from sitesel.study.writing import text_with_weights
from sitesel.weighing.ranked import Ranked
from sitesel.weighing.telling import opinion_parts
from small_study import default_document, small_layers, write_heights

SWINGS = "labour=100,road=75,utilities=75,ground=30"
ANSWERS = "2\n80\n40\n20\nstaff\n50\n1\n25\n"  # road first; staff before near_home, freight before main_road
PEOPLE = "person,road,labour,utilities,ground\nAida,6,2,1,1\nBek,1,1,7,1\n"


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """The small study, for a module that changes none of it."""
    folder = tmp_path_factory.mktemp("weighing")
    for name, frame in small_layers().items():
        frame.to_file(folder / f"{name}.gpkg", layer=name, driver="GPKG")
    write_heights(folder / "heights.tif")
    document = default_document(small_layers())
    for name, jobs in (("one", 5000), ("two", 6000)):
        document["towns"].append(tomlkit.item({"id": name, "name": {"en": f"{name.title()} [1]"}, "jobs": jobs}))
    document["layers"]["elevation"] = ["heights.tif"]
    path = folder / "study.toml"
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def findings(study) -> sitesel.Findings:
    return sitesel.run(study)


@pytest.fixture(scope="module")
def results(findings, tmp_path_factory) -> Path:
    """What the commands read of a run's folder."""
    folder = tmp_path_factory.mktemp("results")
    tables.ranking_table(findings).to_csv(folder / "ranking.csv", encoding="utf-8-sig")
    tables.write_run(findings, folder / "run.json")
    return folder


def said(*words: object, answers: str = "") -> Result:
    return CliRunner().invoke(cli.app, [str(word) for word in words], input=answers)


def refused(monkeypatch, capsys, *words: object, code: int = 2) -> list[str]:
    """Lines that a command ends with, as from a terminal."""
    monkeypatch.setattr(sys, "argv", ["sitesel", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    return [line for line in capsys.readouterr().err.splitlines() if line.startswith("sitesel: ")]


def test_swings_by_hand(study):
    held = sitesel.load_study(study)
    points = weighing.swings_by_group(held, weighing.read_swings(f"{SWINGS}, staff=100, near_home=25"))
    weighed = weighing.by_swings(held, points)
    assert weighed.criteria == {"labour": 0.357, "road": 0.268, "utilities": 0.268, "ground": 0.107}
    assert (weighed.within["staff"], weighed.within["near_home"]) == (0.8, 0.2)
    assert weighed.within["freight"] == 0.6  # not asked: as the study has it


@pytest.mark.parametrize(
    ("swings", "told"),
    [
        ("labour=100,roads=5", "has no roads; its criteria and indicators are"),
        ("labour=100", "nothing for road, utilities, ground; give points to all of"),
        (SWINGS.replace("100", "90"), "the swing that matters most gets 100 points, not 90"),
        (SWINGS + ",labour=3", "labour stands more than once"),
        ("labour", "'labour' is no name=points"),
        (SWINGS.replace("30", "nan"), "points go from 0 to 100, not nan (ground)"),
        (" , ", "no points; write them as"),
    ],
)
def test_swings_that_cannot_be_are_refused(study, monkeypatch, capsys, swings, told):
    (line,) = refused(monkeypatch, capsys, "weights", study, "--swing", swings)
    assert told in line


@pytest.mark.parametrize("lang", ["en", "ru", "ky"])
def test_the_dialogue_asks_for_criteria_then_within_each(study, lang):
    done = said("weights", study, "--lang", lang, answers=ANSWERS)
    assert done.exit_code == 0, done.output
    assert "staff" in done.stderr
    pasted = tomllib.loads(done.stdout.partition("\n\n")[0])
    assert pasted["weights"] == {"labour": 0.333, "road": 0.417, "utilities": 0.167, "ground": 0.083}
    assert "weight = 0.667  # staff (labour)" in done.stdout
    assert "weight = 0.2  # main_road (road)" in done.stdout


def test_the_dialogue_asks_again_until_an_answer_can_be(study):
    done = said("weights", study, answers="9\nLabour\nmuch\n101\n80\n40\n20\n1\n50\n1\n25\n")
    assert done.exit_code == 0, done.output
    assert done.stderr.count("That is none of labour, road, utilities, ground.") == 1
    assert done.stderr.count("Give a number from 0 to 100.") == 2
    assert "labour = 0.417" in done.stdout


def test_a_copy_of_the_study_has_the_weights_and_keeps_its_comments(study, tmp_path, monkeypatch, capsys):
    mine = tmp_path / "mine.toml"
    done = said("weights", study, "--swing", SWINGS, "--out", mine)
    assert done.exit_code == 0, done.output
    assert "are looked for beside it" in done.stderr.replace("\n", " ")
    before, after = (path.read_text(encoding="utf-8").splitlines() for path in (study, mine))
    changed = [line for line, was in zip(after, before, strict=True) if line != was]
    assert [line.partition(" =")[0] for line in changed if "weight" not in line] == [
        "labour",
        "road",
        "utilities",
        "ground",
    ]
    assert sum(line.count("#") for line in after) == sum(line.count("#") for line in before)
    assert sitesel.load_study(mine).weights["labour"] == 0.357
    again = refused(monkeypatch, capsys, "weights", study, "--swing", SWINGS, "--out", mine, code=3)
    assert "is there already" in again[0]


def test_a_dialogue_broken_off_is_one_line(study, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("labour\n"))
    assert "no answer; answer each question, or give --swing" in refused(monkeypatch, capsys, "weights", study)[0]


def test_a_copy_that_cannot_be_written_is_refused(study, tmp_path):
    held = sitesel.load_study(study)
    weighed = weighing.by_swings(held, {"labour": {"staff": 100.0, "near_home": 100.0}})
    with pytest.raises(OutputError, match="cannot be written"):
        weighing.write_weighed(study, weighed, tmp_path / "none" / "mine.toml")


def test_indicators_written_in_one_line_are_edited_too():
    text = 'indicators = [{ id = "km", weight = 1.0 }, { id = "pool", weight = 1.0 }]\nweights = { road = 1.0 }\n'
    told = tomllib.loads(text_with_weights(text, {"road": 0.5}, {"pool": 0.3}))
    assert told == {
        "indicators": [{"id": "km", "weight": 1.0}, {"id": "pool", "weight": 0.3}],
        "weights": {"road": 0.5},
    }


def test_pairs_half_filled_in_as_a_spreadsheet_here_writes_them(study, tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(
        "\ufeff;road;labour;utilities;ground\nlabour;2;;2;4\nroad;1;;1;2\nutilities;;1/2;;2\nground;;0,25;;\n", "utf-8"
    )
    within = tmp_path / "labour.csv"
    within.write_text(",staff,near_home\nstaff,1,3\nnear_home,1/3,1\n", encoding="utf-8")
    done = said("weights", study, "--pairs", pairs, "--pairs", within)
    assert done.exit_code == 0, done.output
    weights = tomllib.loads(done.stdout.partition("\n\n")[0])["weights"]
    assert weights == {"labour": 0.445, "road": 0.222, "utilities": 0.222, "ground": 0.111}
    assert "weight = 0.75  # staff (labour)" in done.stdout
    assert "Comparisons of the criteria agree with one another: consistency ratio 0.00." in done.stderr


def test_pairs_that_contradict_one_another_are_told(study, tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(
        ",labour,road,utilities,ground\nlabour,,5,1/5,1\nroad,,,5,1\nutilities,,,,1\nground,,,,\n", encoding="utf-8"
    )
    assert "above 0.10. Look at them again" in said("weights", study, "--pairs", pairs).stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (",labour,road\nlabour,1,2\nroad,1/2,1\n", "compares labour, road; compare all of"),
        (",staff,near_home\nstaff,1,3\nnear_home,3,1\n", "so near_home over staff must be"),
        (",staff,near_home\nstaff,1,\nnear_home,,1\n", "every comparison must be a number above 0"),
        (",staff,near_home\nstaff,1,many\nnear_home,1/0,1\n", "column near_home: 'many' is no number"),
        (",staff,near_home\nstaff,1,2\nhome,,1\n", "rows and columns must name the same things"),
        (",staff,near_home\nstaff,1\n", "row staff has 2 cells, the headings 3"),
        (",staff\n", "no rows"),
    ],
)
def test_pairs_that_cannot_be_are_refused(study, tmp_path, monkeypatch, capsys, text, told):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(text, encoding="utf-8")
    assert told in refused(monkeypatch, capsys, "weights", study, "--pairs", pairs)[0]


def test_two_ways_at_once_twice_the_same_or_no_file_are_refused(study, tmp_path, monkeypatch, capsys):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(",staff,near_home\nstaff,1,3\nnear_home,,1\n", encoding="utf-8")
    assert "give one of them" in refused(monkeypatch, capsys, "weights", study, "--swing", SWINGS, "--pairs", pairs)[0]
    again = tmp_path / "again.csv"
    again.write_bytes(pairs.read_bytes())
    twice = refused(monkeypatch, capsys, "weights", study, "--pairs", pairs, "--pairs", again)
    assert "labour compared twice" in twice[0]
    again.write_bytes("персона".encode("cp1251"))
    assert "not UTF-8" in refused(monkeypatch, capsys, "weights", study, "--pairs", again)[0]
    assert "no such file" in refused(monkeypatch, capsys, "opinions", study, "--panel", tmp_path / "none.csv")[0]


def test_second_opinions_stand_beside_the_own_rank(findings):
    told = findings.second_opinions()
    assert list(told.columns) == ["town", "rank", "topsis", "promethee_2", "weighted_product"]
    pd.testing.assert_series_equal(told["rank"], findings.decision.ranking["rank"].loc[told.index])
    assert told.loc["gamma"].to_list() == ["two", 1, 1, 1, 1]
    assert sorted(told.loc[["alpha", "beta"], "topsis"]) == [1, 2]


def test_a_town_without_a_plot_that_passes_is_named(findings):
    decision = findings.decision
    ranking = decision.ranking.assign(rankable=decision.ranking["rankable"] & (decision.ranking["town"] != "two"))
    ranked = Ranked(findings.study, findings.plots, replace(decision, ranking=ranking))
    told = [part for part in opinion_parts(ranked, "en") if isinstance(part, str)]
    assert [line for line in told if "no plot can be ranked" in line] == ["Two [1]: no plot can be ranked."]


def test_a_panel_of_one_with_the_studys_weights_ranks_as_the_study(findings):
    people = pd.DataFrame([findings.study.weights], index=["Aida"])
    found = findings.panel(people)
    pd.testing.assert_series_equal(
        found.ranks["Aida"],
        findings.decision.ranking["rank"].loc[found.ranks.index].astype("int64"),
        check_names=False,
    )
    assert found.agreement.isna().all()
    assert found.spread["mean"].sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="no column ground"):
        findings.panel(people.drop(columns="ground"))


def test_opinions_of_a_study_and_of_a_run_say_the_same(study, results, tmp_path):
    panel = tmp_path / "panel.csv"
    panel.write_text(PEOPLE, encoding="utf-8")
    for lang in ("en", "ru", "ky"):
        done = said("opinions", results, "--panel", panel, "--lang", lang)
        assert done.exit_code == 0, done.output
        assert "One [1]" in done.stdout
        assert "Aida" in done.stdout
    by_study = said("opinions", study, "--panel", panel)
    assert by_study.exit_code == 0, by_study.output
    assert by_study.stdout == said("opinions", results, "--panel", panel).stdout
    assert "Kendall" in by_study.stdout
    assert "Only one plot is ranked here" in by_study.stdout


def test_more_people_than_fit_are_told_in_sum(results, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymcdm", None)
    rows = "".join(f"P{number},1,1,1,{number}\n" for number in range(9))
    panel = tmp_path / "panel.csv"
    panel.write_text("person,road,labour,utilities,ground\n" + rows, encoding="utf-8")
    done = said("opinions", results, "--panel", panel)
    assert done.exit_code == 0, done.output
    assert "sitesel[opinions]" in done.stderr  # a panel is shown without pymcdm
    assert "worst rank" in done.stdout
    assert "P3" not in done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PEOPLE.replace("ground", "soil"), "no column ground; give a column for each of"),
        (PEOPLE.replace("ground\n", "ground,soil\n").replace(",1\n", ",1,1\n"), "soil is no criterion"),
        (PEOPLE.replace("Bek", "Aida"), "Aida stands more than once"),
        (PEOPLE.replace("7", ""), "weights of Bek: none may be missing or below 0"),
        (PEOPLE.replace("7", "inf"), "weights of Bek: none may be missing or below 0"),
    ],
)
def test_a_panel_that_cannot_be_is_refused_before_the_run(study, tmp_path, monkeypatch, capsys, text, told):
    panel = tmp_path / "panel.csv"
    panel.write_text(text, encoding="utf-8")
    monkeypatch.setattr("sitesel.weighing.ranked.run", None)
    assert told in refused(monkeypatch, capsys, "opinions", study, "--panel", panel)[0]


def test_a_missing_pymcdm_is_one_line_before_the_run(study, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pymcdm", None)
    monkeypatch.setattr("sitesel.weighing.ranked.run", None)
    assert refused(monkeypatch, capsys, "opinions", study) == [
        "sitesel: second opinions need pymcdm: pip install 'sitesel[opinions]'"
    ]


def test_a_folder_that_is_no_run_is_refused(results, tmp_path):
    with pytest.raises(StudyError, match=r"no run\.json and ranking\.csv"):
        weighing.read_ranked(tmp_path)
    for name in ("run.json", "ranking.csv"):
        (tmp_path / name).write_bytes((results / name).read_bytes())
    ranking = pd.read_csv(tmp_path / "ranking.csv")
    ranking.drop(columns="fit_value").to_csv(tmp_path / "ranking.csv", index=False)
    with pytest.raises(StudyError, match="no column fit_value"):
        weighing.read_ranked(tmp_path)
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StudyError, match="not as sitesel run writes it"):
        weighing.read_ranked(tmp_path)
    (tmp_path / "run.json").write_text('{"parameters": {"towns": 1, "pots": []}}', encoding="utf-8")
    with pytest.raises(StudyError, match="of another version or program") as refused:
        weighing.read_ranked(tmp_path)
    assert len(refused.value.faults) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04\x14\x00", "a spreadsheet; save it as CSV"),
        (b"person,road,labour,utilities,ground\n,6,2,1,1\nBek,1,1,7,1\n", "row 2 has no name"),
        (None, "is a folder"),
    ],
)
def test_what_is_no_table_of_people_is_told(tmp_path, content, told):
    file = tmp_path / "panel.csv"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(StudyError, match=told):
        weighing.read_panel(file)


def test_two_tables_of_one_name_are_both_read(study, tmp_path, monkeypatch, capsys):
    for folder, table in (
        ("a", ",labour,road,utilities,ground\nlabour,1,2,2,2\nroad,,1,1,1\nutilities,,,1,1\nground,,,,1\n"),
        ("b", ",staff,near_home\nstaff,1,3\nnear_home,,1\n"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "c.csv").write_text(table, encoding="utf-8")
    one, other = tmp_path / "a" / "c.csv", tmp_path / "b" / "c.csv"
    done = said("weights", study, "--pairs", one, "--pairs", other)
    assert done.exit_code == 0
    assert "labour = 0.4" in done.output
    assert "0.75" in done.output
    assert "given twice" in refused(monkeypatch, capsys, "weights", study, "--pairs", one, "--pairs", one)[0]
