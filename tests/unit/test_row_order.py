"""However the rows of the inputs stand, no byte of a result is another."""

import dataclasses
import filecmp

import numpy as np
import pytest

from sitesel.outputs import write_all
from sitesel.stages import run
from small_study import small_layers


def written(study, layers, folder):
    """Write a run, but for what tells of the very bytes of its inputs."""
    findings = run(study, layers=layers)
    write_all(dataclasses.replace(findings, run={**findings.run, "id": "", "inputs": {}}), folder, "en")
    return {path.name for path in folder.iterdir() if path.is_file()}


def test_rows_in_another_order_give_the_same_bytes(write_study, study_text, tmp_path):
    study_text["towns"][0]["jobs"], study_text["towns"][1]["jobs"] = 4000, 5000
    study_text["sureness"] = {"worlds": 4, "positions": 4, "draws": 16}
    layers, mixed = small_layers(), np.random.default_rng(1)
    study = write_study()
    names = written(study, layers, tmp_path / "as_given")
    shuffled = {name: layer.iloc[mixed.permutation(len(layer))] for name, layer in layers.items()}
    assert written(study, shuffled, tmp_path / "shuffled") == names
    for name in sorted(names):
        assert filecmp.cmp(tmp_path / "as_given" / name, tmp_path / "shuffled" / name, shallow=False), name


def test_a_row_is_told_by_its_place_in_the_file(write_study):
    roads = small_layers()["roads"]
    roads.loc[roads.index[-1], "highway"] = "lane"
    with pytest.raises(Exception, match=rf"no speed for class 'lane' \(row {len(roads)}, 1 in all\)"):
        run(write_study(roads=roads))
