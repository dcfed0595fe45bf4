"""Rows of the layers that count for nothing are listed, none without a reason."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from sitesel import cli
from sitesel.outputs import write_all
from sitesel.report.rejected import rejected
from sitesel.stages import run
from small_study import layer, place, small_layers

FAR = place(60, -40)


def with_one_far(name: str, **columns: object):
    here = small_layers()[name]
    there = layer(
        ["far"], [FAR], **{column: here[column].iloc[0] for column in here if column not in {"id", "geometry"}}
    )
    return pd.concat([here, there.assign(**columns)], ignore_index=True)


@pytest.mark.parametrize("name", ["settlements", "gateways", "rivals"])
def test_what_no_road_reaches_is_listed(write_study, name):
    study = write_study(**{name: with_one_far(name)})
    found = rejected(run(study))
    assert found.loc[found["layer"] == name, "feature"].tolist() == ["far"]
    assert {reason.key for reason in found["reason"]} == {"rejected.unjoined"}


def test_used_and_unused_rows_are_all_rows(write_study):
    given = with_one_far("rivals", state="planned")
    findings = run(write_study(rivals=given))
    unused = rejected(findings).query("layer == 'rivals'")["feature"]
    assert unused.is_unique
    assert len(given) - len(unused) == int((findings.layers["rivals"]["state"] != "planned").sum())


def test_strict_ends_with_one_and_a_table(write_study, tmp_path):
    study = write_study(settlements=with_one_far("settlements"))
    for strict, code in (["--strict"], 1), ([], 0):
        told = CliRunner().invoke(cli.app, ["run", str(study), "--out", str(tmp_path / "out"), *strict])
        assert told.exit_code == code, told.output
    table = pd.read_csv(tmp_path / "out" / "rejected.csv", encoding="utf-8-sig")
    assert table[["layer", "feature", "reason"]].to_numpy().tolist() == [
        ["settlements", "far", "it lies too far from every road"]
    ]


def test_without_such_rows_there_is_no_table_and_strict_is_content(write_study, tmp_path):
    findings = run(write_study())
    assert rejected(findings).empty
    assert tmp_path / "out" / "rejected.csv" not in write_all(findings, tmp_path / "out", "en")
