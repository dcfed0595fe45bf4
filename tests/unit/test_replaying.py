"""A recorded run carried out again."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import sitesel
from sitesel import cli, replaying
from sitesel.errors import StudyError
from sitesel.measuring import silent
from sitesel.outputs import write_all
from sitesel.stages import run
from small_study import read_json, small_layers
from varied import screened


def replayed(record: Path, lang: str = "en") -> Result:
    return CliRunner().invoke(cli.app, ["replay", str(record), "--lang", lang])


@pytest.fixture
def out(write_study, tmp_path) -> Path:
    """A run in Russian beside its study, as the command writes it."""
    study = write_study()
    done = CliRunner().invoke(
        cli.app, ["run", str(study), "--lang", "ru", "--csv", "excel", "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 0, done.output
    return tmp_path / "out"


def edit(out: Path, **changed: object) -> None:
    told = read_json(out / "run.json") | changed
    (out / "run.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def test_a_run_done_again_is_the_same_on_another_day_and_in_another_place(out, tmp_path, monkeypatch):
    record = read_json(out / "run.json")
    assert record["made"] == {"command": "run", "lang": "ru", "csv": "excel", "folder": ".."}
    assert str(tmp_path) not in json.dumps(record)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    shutil.copytree(tmp_path, tmp_path.with_name("moved"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    found = replaying.replay(tmp_path.with_name("moved") / "out", silent)
    assert found.same
    assert set(found.files) == set(before) - {".sitesel.json"}
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_the_command_says_so_in_one_line(out):
    done = replayed(out / "run.json", "ru")
    assert (done.exit_code, done.stdout.count("\n")) == (0, 1), done.output
    assert "без изменений" in done.stdout


def test_a_changed_input_is_named_with_the_files_that_differ(out, tmp_path):
    roads = small_layers()["gateways"]
    roads.assign(kind=["border_freight", "rail_freight", "airport", "airport"]).to_file(tmp_path / "gateways.gpkg")
    done = replayed(out)
    assert done.exit_code == 1
    assert "Changed input: gateways (gateways.gpkg)" in done.stdout
    assert "run.json" in done.stdout.splitlines()[0]


def test_a_changed_file_is_told_from_a_changed_run(out):
    (out / "ranking.csv").write_text("mine", encoding="utf-8")
    (out / "why.csv").unlink()
    done = replayed(out)
    assert done.exit_code == 1
    told = done.stdout.splitlines()
    assert told[:2] == ["Other than before: ranking.csv", "Written then, and not there now: why.csv"]
    assert "a file was changed after the run" in told[-1]


def test_another_version_other_settings_and_other_libraries_are_told(out):
    record = read_json(out / "run.json")
    record["parameters"]["study"].pop("seed")  # as a version wrote it that had no such key
    versions = record["versions"] | {"numpy": "1.0"}
    edit(out, version="0.0", parameters=record["parameters"], versions=versions)
    told = replayed(out).stdout
    assert "Another sitesel: 0.0 then" in told
    assert "Other settings, 1 in all: study.seed" in told
    assert "Other libraries: numpy 1.0 →" in told


def test_an_input_that_is_gone_is_refused_in_one_line(out, tmp_path):
    (tmp_path / "rivals.gpkg").unlink()
    with pytest.raises(StudyError) as refused:
        replaying.replay(out, silent)
    assert len(refused.value.faults) == 1
    assert "rivals.gpkg: is gone" in refused.value.faults[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "no such record"),
        ("[]", "not the record"),
        ("{", "not the record"),
        ('{"made": {}, "inputs": {}}', "does not tell"),
        ('{"inputs": {}}', "not the record"),
    ],
)
def test_what_is_no_record_is_refused(tmp_path, text, said):
    if text is not None:
        (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=said):
        replaying.replay(tmp_path, silent)


def test_layers_held_in_memory_cannot_be_read_again(write_study, tmp_path):
    write_all(run(write_study(), layers={"plots": small_layers()["plots"]}), tmp_path / "out", "en")
    with pytest.raises(StudyError, match="plots was held in memory"):
        replaying.replay(tmp_path / "out", silent)


def test_a_scenario_is_replayed_as_it_was_asked(write_study, study_text, tmp_path):
    study_text["scenarios"] = [{"id": "winter", "name": {"en": "Winter"}, "season": "winter"}]
    write_all(sitesel.run(write_study(), scenario="winter"), tmp_path / "out", "en")
    record = read_json(tmp_path / "out" / "run.json")
    assert (record["scenario"], record["parameters"]["study"]["season"]) == ("winter", "winter")
    assert record["asked"]["study"]["season"] == "summer"
    assert replaying.replay(tmp_path / "out", silent).same


def test_a_screening_is_replayed_as_one(whole, tmp_path):
    write_all(screened(whole), tmp_path / "out", "en")
    assert read_json(tmp_path / "out" / "run.json")["made"]["command"] == "screen"
