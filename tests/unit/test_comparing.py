"""Two runs held against one another."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sitesel import cli
from sitesel.comparing import Side, difference_lines, write_differences
from sitesel.comparing.differences import compared
from sitesel.comparing.sides import side_of
from sitesel.comparing.telling import difference_sheets
from sitesel.errors import StudyError
from sitesel.measuring import silent
from sitesel.outputs import write_all
from sitesel.schema import check
from sitesel.stages import run

INDICATORS = [("staff", "labour", 1.0), ("freight", "road", 0.25), ("main_road", "road", 0.75)]
SCENARIOS = {"pass_shut": "The pass is shut", "snow": "Snow"}
VALUES = {"a": (0.8, 0.4, 0.6), "b": (0.7, 0.9, 0.5), "c": (0.1, 0.2, 0.3)}


def write_run(
    folder: Path, values: dict = VALUES, *, labour: float = 0.6, season: str = "summer", roads: str = "1"
) -> Path:
    """Write what a run leaves, as far as a comparison reads it."""
    folder.mkdir()
    weights = {"labour": labour, "road": 1 - labour}
    study = {
        "study": {"title": {"en": "Towns"}, "season": season},
        "towns": [{"id": "one", "name": {"en": "First town"}}],
        "weights": weights,
        "indicators": [{"id": name, "criterion": of, "weight": weight} for name, of, weight in INDICATORS],
    }
    named = {name: {"en": f"The {name}"} for name, *_ in INDICATORS}
    record = {
        "version": "0",
        "parameters": study,
        "indicators": named,
        "inputs": {"roads": {"file": "roads.gpkg", "sha256": roads * 64}},
    }
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    rows = []
    for plot, worth in values.items():
        score = 100 * sum(weights[of] * weight * one for (_, of, weight), one in zip(INDICATORS, worth, strict=True))
        told = {f"{name}_value": one for (name, *_), one in zip(INDICATORS, worth, strict=True)}
        rows.append(
            {
                "plot": plot,
                "town": "one",
                "name_en": plot.upper(),
                "name_ru": None,
                "name_ky": None,
                "score": score,
                "gate": None,
            }
            | told
        )
    frame = pd.DataFrame(rows)
    frame["rank"] = frame["score"].rank(ascending=False).astype(int)
    frame.to_csv(folder / "ranking.csv", index=False, encoding="utf-8-sig")
    return folder


def sides(*folders: Path) -> list[Side]:
    return [side_of(folder, silent) for folder in folders]


def test_a_run_against_itself_moves_nothing(tmp_path):
    one, other = sides(write_run(tmp_path / "a"), write_run(tmp_path / "b"))
    found = compared(one, other)
    assert found.moved.empty
    assert found.inputs.empty
    assert found.parameters.empty
    assert "No plot moved." in list(difference_lines(found, "en"))


def test_what_moved_a_plot_is_told_and_adds_up(tmp_path):
    worse = VALUES | {"a": (0.5, 0.4, 0.7)}
    found = compared(*sides(write_run(tmp_path / "a"), write_run(tmp_path / "b", worse, roads="2")))
    row = found.plots.loc["a"]
    assert (row["rank_before"], row["rank_after"], row["rank_change"]) == (1, 2, 1)
    assert row["score_change"] == pytest.approx(-0.3 * 60 + 0.1 * 30)
    assert (row["indicator"], row["points"]) == ("staff", pytest.approx(-18))
    pd.testing.assert_series_equal(found.points.sum(axis=1), found.plots["score_change"], check_names=False)
    assert list(found.moved.index) == ["b", "a"]
    assert list(found.inputs.index) == ["roads"]
    assert found.parameters.empty


def test_parameters_are_told_key_by_key(tmp_path):
    found = compared(*sides(write_run(tmp_path / "a"), write_run(tmp_path / "b", labour=0.5, season="winter")))
    assert found.parameters.loc["weights.labour"].tolist() == ["0.6", "0.5"]
    assert found.parameters.loc["study.season"].tolist() == ['"summer"', '"winter"']
    assert "winter" in str(next(difference_lines(found, "en")))


def in_scenario(folder: Path, name: str, **study: object) -> Path:
    """Make a run that of a scenario, as its record tells of one."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    scenarios = [{"id": one, "name": {"en": called}, "closed": [{"ref": one}]} for one, called in SCENARIOS.items()]
    record["parameters"]["scenarios"] = scenarios
    if name:
        record["asked"] = json.loads(json.dumps(record["parameters"]))
        titled = {"title": {"en": f"Towns – {SCENARIOS[name]}"}}
        record["parameters"]["study"] |= titled | study
        record["parameters"]["scenarios"] = []
        record["scenario"] = name
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def test_a_run_in_a_scenario_is_told_by_the_scenario_alone(tmp_path):
    study = in_scenario(write_run(tmp_path / "a"), "")
    shut = in_scenario(write_run(tmp_path / "b"), "pass_shut")
    found = compared(*sides(study, shut))
    assert found.parameters.loc["scenario"].tolist() == [None, '"pass_shut"']
    assert list(found.parameters.index) == ["scenario"]
    told = str(next(difference_lines(found, "en")))
    assert told == f"{study} – As in the study – summer against {shut} – The pass is shut – summer"


def test_a_study_against_its_own_scenario_differs_by_it_alone(write_study, study_text, tmp_path):
    study_text["scenarios"] = [{"id": "fewer", "name": {"en": "Fewer jobs"}, "jobs": {"one": 4000}}]
    study = write_study()
    write_all(run(study, scenario="fewer"), tmp_path / "fewer", "en")
    found = compared(*sides(study, tmp_path / "fewer"))
    assert set(found.parameters.index) == {"scenario", "towns.one.jobs"}
    assert "– Fewer jobs – summer" in str(next(difference_lines(found, "en")))


def test_what_a_scenario_changes_of_the_study_is_told_beside_it(tmp_path):
    snow = in_scenario(write_run(tmp_path / "a"), "snow", season="winter")
    shut = in_scenario(write_run(tmp_path / "b"), "pass_shut")
    found = compared(*sides(snow, shut))
    assert set(found.parameters.index) == {"scenario", "study.season"}
    assert "Snow – winter against" in str(next(difference_lines(found, "en")))


def test_a_plot_of_one_run_alone_is_told(tmp_path):
    fewer = {name: VALUES[name] for name in ("a", "b")}
    found = compared(*sides(write_run(tmp_path / "a"), write_run(tmp_path / "b", fewer)))
    assert list(found.moved.index) == ["c"]
    assert pd.isna(found.plots.loc["c", "score_change"])


def test_a_plot_that_a_gate_shuts_out_is_told_with_the_gate(tmp_path):
    one, other = write_run(tmp_path / "a"), write_run(tmp_path / "b")
    ranking = pd.read_csv(other / "ranking.csv", encoding="utf-8-sig")
    shut = ranking["plot"] == "b"
    ranking = ranking.assign(rank=ranking["rank"].mask(shut), gate=pd.Series("ground", ranking.index).where(shut))
    ranking.to_csv(other / "ranking.csv", index=False, encoding="utf-8-sig")
    found = compared(*sides(one, other))
    assert list(found.moved.index) == ["b"]
    by = next(difference_sheets(found)).rows[0].cells[-1].text
    assert by[0] == "no longer ranked: too little ground"


def test_indicators_go_by_their_names(tmp_path):
    found = compared(*sides(write_run(tmp_path / "a"), write_run(tmp_path / "b", labour=0.4)))
    assert "The staff" in next(difference_sheets(found)).rows[0].cells[-1].text[0]


def test_the_file_is_as_declared(tmp_path):
    found = compared(*sides(write_run(tmp_path / "a"), write_run(tmp_path / "b", labour=0.4)))
    write_differences(found, tmp_path / "moved.csv")
    frame = pd.read_csv(tmp_path / "moved.csv", encoding="utf-8-sig")
    names = {"indicator": [name for name, *_ in INDICATORS]}
    assert [fault for fault in check(frame, "compared.csv", names) if "name_" not in fault] == []


@pytest.mark.parametrize("missing", ["run.json", "ranking.csv"])
def test_a_folder_that_holds_no_run_is_one_line(tmp_path, missing):
    folder = write_run(tmp_path / "a")
    (folder / missing).unlink()
    with pytest.raises(StudyError, match=f"no {missing} in it") as found:
        side_of(folder, silent)
    assert len(found.value.faults) == 1


def test_neither_folder_nor_study_is_one_line(tmp_path):
    with pytest.raises(StudyError, match="neither the folder of a run nor a study file"):
        side_of(tmp_path / "nothing", silent)


def test_a_record_that_is_none_is_one_line(tmp_path):
    folder = write_run(tmp_path / "a")
    (folder / "run.json").write_text("[]", encoding="utf-8")
    with pytest.raises(StudyError, match="not as a run writes it"):
        side_of(folder, silent)


@pytest.mark.parametrize("lang", ["en", "ru", "ky"])
def test_the_command(tmp_path, lang):
    one, other = write_run(tmp_path / "a"), write_run(tmp_path / "b", labour=0.3)
    told = CliRunner().invoke(
        cli.app, ["compare", str(one), str(other), "--lang", lang, "--csv", str(tmp_path / "m.csv")]
    )
    assert told.exit_code == 0, told.output
    assert "weights.labour" in told.output
    assert (tmp_path / "m.csv").is_file()
