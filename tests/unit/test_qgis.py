"""The GeoPackage and its project as QGIS opens them."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pyogrio
import pytest
from PIL import Image

from sitesel.findings import Findings
from sitesel.layers import ROLES
from sitesel.outputs.geopackage import write_layers
from sitesel.outputs.qgis import write_project
from sitesel.outputs.qgis.project import GROUPS
from sitesel.report.palette import PALETTE
from varied import hostile

SYSTEM = Path("/usr/bin/python3")
READING = Path(__file__).parents[1] / "qgis_reading.py"


def write(findings: Findings, folder: Path, lang: str) -> Path:
    folder.mkdir(exist_ok=True)
    write_layers(findings, folder / "plots.gpkg", lang)
    write_project(findings, folder / "study.qgs", lang)
    return folder / "study.qgs"


def in_qgis(project: Path) -> dict:
    """Open a project in the system's QGIS, without a screen."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    there = [SYSTEM, "-c", "import qgis.core"]
    if not SYSTEM.exists() or subprocess.run(there, env=environment, capture_output=True, check=False).returncode:
        pytest.skip("no QGIS here: apt install qgis python3-qgis")
    command = [SYSTEM, READING, project, project.with_suffix(".png")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("lang", ["en", "ru", "ky"])
def test_qgis_opens_the_project_coloured_and_labelled_in_each_language(whole, tmp_path, lang):
    told = in_qgis(write(whole, tmp_path, lang))
    assert told["read"]
    assert told["title"] == whole.title[lang]
    assert told["crs"] == "EPSG:32643"
    layers = told["layers"]
    assert set(layers) == {str(name) for name, _ in pyogrio.list_layers(tmp_path / "plots.gpkg")} - {"layer_styles"}
    assert {"plots", "usable", "connections", "roads", "bands", "homes", "ways", "settlements", "seismic"} <= set(
        layers
    )
    assert [name for name, one in layers.items() if not one["valid"] or not one["features"]] == []
    assert [name for name, one in layers.items() if one["undrawn"]] == []
    assert len(told["groups"]) == len(GROUPS) - 1
    assert "plots" in told["shown"]
    assert "bands" not in told["shown"]
    assert told["errors"] == []
    first = {"en": "rank 1", "ru": "место 1", "ky": "1-орун"}[lang]
    for one in (layers["plots"], told["alone"]):
        assert one["legend"][0] == first
        assert one["labelled"]
        assert one["aliases"]["score"] == {"en": "Score", "ru": "Балл", "ky": "Упай"}[lang]
    assert len(set(layers["plots"]["aliases"].values())) == len(layers["plots"]["aliases"])
    picture = np.asarray(Image.open(tmp_path / "study.png").convert("RGB"))
    for colour in (PALETTE["rank"]["ramp"][0], PALETTE["roads"]["trunk"]["colour"], PALETTE["ink"]["paper"]):
        there = (picture == list(bytes.fromhex(colour[1:]))).all(axis=2)
        assert there.sum() > 100, colour


def test_a_folder_that_is_moved_still_opens(whole, tmp_path):
    write(whole, tmp_path / "out", "en")
    (tmp_path / "out").rename(tmp_path / "moved")
    told = in_qgis(tmp_path / "moved" / "study.qgs")
    assert all(one["valid"] for one in told["layers"].values())
    assert str(tmp_path) not in (tmp_path / "moved" / "study.qgs").read_text(encoding="utf-8")


def test_hostile_names_stay_text_in_qgis(whole, tmp_path):
    found = hostile(whole)
    told = in_qgis(write(found, tmp_path, "en"))
    assert all(one["valid"] for one in told["layers"].values())
    assert told["title"] == " ".join(told["title"].split(" "))


def test_every_layer_has_a_style_names_of_columns_and_a_credit(whole, tmp_path):
    write(whole, tmp_path, "ru")
    with closing(sqlite3.connect(tmp_path / "plots.gpkg")) as file:
        styles = dict(file.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault").fetchall())
        columns = file.execute("SELECT table_name, column_name, title FROM gpkg_data_columns").fetchall()
        contents = file.execute("SELECT table_name, identifier, description FROM gpkg_contents").fetchall()
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    layers = {name for name, *_ in contents} - {"layer_styles"}
    assert set(styles) == layers
    assert {name for name, *_ in columns} == layers - set(ROLES) | {"plots"}
    assert ("plots", "rank", "Место") in columns
    for name, identifier, description in contents:
        if name in layers:
            assert identifier != name
            assert whole.title["ru"] in description
            assert pyogrio.read_info(tmp_path / "plots.gpkg", layer=name)["layer_metadata"]["ATTRIBUTION"]
    for qml in styles.values():
        assert ET.fromstring(qml).tag == "qgis"  # noqa: S314 -- of our own writing


def test_sentences_in_the_layers_are_of_the_language(whole, tmp_path):
    write(whole, tmp_path, "ru")
    reasons = pyogrio.read_dataframe(tmp_path / "plots.gpkg", layer="plots")["gate_reason"].dropna()
    assert len(reasons)
    assert reasons.str.contains("[а-я]").all()


def test_the_same_findings_give_the_same_bytes(whole, tmp_path):
    first, second = (write(whole, tmp_path / name, "ky") for name in ("a", "b"))
    for name in ("study.qgs", "plots.gpkg"):
        assert first.with_name(name).read_bytes() == second.with_name(name).read_bytes()


def test_a_study_without_ranks_or_sections_is_drawn_too(whole, tmp_path):
    ranking = whole.decision.ranking.assign(
        rank=pd.array([pd.NA] * len(whole.decision.ranking), dtype="Int64"), gate="known"
    )
    told = in_qgis(write(replace(whole, decision=replace(whole.decision, ranking=ranking)), tmp_path, "en"))
    assert told["layers"]["plots"]["undrawn"] == 0
    assert told["layers"]["plots"]["legend"] == ["excluded by a rule", "Not ranked"]
