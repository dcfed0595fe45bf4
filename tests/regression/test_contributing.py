"""CONTRIBUTING's steps do what they say: carried out on a copy of the package."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+) ([^\n]+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MOST_FILES = 8


def steps() -> list[tuple[str, str, str]]:
    return BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """Copy what the steps change, and change it as they say."""
    home = tmp_path_factory.mktemp("copy")
    for part in ("src", "layers", "scripts"):
        shutil.copytree(ROOT / part, home / part)  # with what numba compiled: that takes half a minute
    for kind, where, text in steps():
        if where == "a study":
            continue
        path = home / where
        if kind == "diff":
            path.write_text(patched(path.read_text(encoding="utf-8"), text), encoding="utf-8")
        else:
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(before + text, encoding="utf-8")
    return home


def patched(text: str, diff: str) -> str:
    for old, new in re.findall(r"((?:^-[^\n]*\n)+)((?:^\+[^\n]*\n)+)", diff, re.MULTILINE):
        before, after = (re.sub(r"^[+-]", "", part, flags=re.MULTILINE) for part in (old, new))
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def test_few_files_are_touched():
    files = {where for _, where, _ in steps() if where != "a study"}
    assert len(files) + len({"technology_towns.toml", "assumptions.md", "test_study_run.py"}) <= MOST_FILES


def test_the_new_indicator_is_checked_run_and_screened(copy, tmp_path):
    (section,) = [text for _, where, text in steps() if where == "a study"]
    study = (copy / "scripts" / "technology_towns.toml").read_text(encoding="utf-8")
    towns = study.partition("[[screening.areas]]")
    small = '[[screening.areas]]\ntown = "bishkek"\narea = [74.55, 42.90, 74.60, 42.93]\n\n[weights]'
    mine = tmp_path / "mine.toml"
    mine.write_text(towns[0] + small + study.partition("[weights]")[2] + section, encoding="utf-8")
    for command in (["check"], ["run", "--out", str(tmp_path / "run")], ["screen", "--out", str(tmp_path / "screen")]):
        done = subprocess.run(
            [sys.executable, "-m", "sitesel", command[0], str(mine), *command[1:]],
            cwd=copy / "src",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    for folder in ("run", "screen"):
        table = pd.read_csv(tmp_path / folder / "ranking.csv", index_col="plot")
        assert table["airfield"].between(0, 120).all()
        assert table["airfield_value"].to_numpy() == pytest.approx(1 - table["airfield"].clip(0, 100) / 100, abs=1e-6)
