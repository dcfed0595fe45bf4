"""CONTRIBUTING's steps do what they say: carried out on a copy of the package."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+) ([^\n]+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MOST_FILES = {
    "indicator": (8, {"technology_towns.toml", "assumptions.md", "test_study_run.py"}),
    "network": (8, {"palette.toml", "test_works_data.py", "utilities.csv"}),
    "language": (3, {"test_words.py", "planners.md"}),
}


def steps(section: str = "") -> list[tuple[str, str, str]]:
    """Blocks of one section, as "indicator", or of all."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    wanted = [part for part in text.split("\n## ") if re.match(rf"Add an? {section}", part)]
    return [step for part in wanted for step in BLOCK.findall(part)]


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
        if path.parent.name == "locales" and not path.exists():
            shutil.copy(path.with_name("en.toml"), path)
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


@pytest.fixture(scope="module")
def study(copy, tmp_path_factory) -> Path:
    """Write a study that asks for what was added: the indicator, and a boiler house to be joined to."""
    mine = tmp_path_factory.mktemp("mine") / "mine.toml"
    (section,) = [text for _, where, text in steps("indicator") if where == "a study"]
    towns = (copy / "scripts" / "technology_towns.toml").read_text(encoding="utf-8")
    small = '[[screening.areas]]\ntown = "bishkek"\narea = [74.55, 42.90, 74.60, 42.93]\n\n[weights]'
    text = towns.partition("[[screening.areas]]")[0] + small + towns.partition("[weights]")[2] + section
    for was, now in {'utilities = "utilities"': 'utilities = "utilities.gpkg"', "worlds = 32": "worlds = 4"}.items():
        assert was in text
        text = text.replace(was, now)  # how sure the ranking is, other tests ask
    mine.write_text(text, encoding="utf-8")
    utilities = gpd.read_file(copy / "layers" / "utilities.gpkg")
    boilers = utilities[utilities["kind"] == "power_plant"].assign(kind="boiler_house", spare_mw=1000.0)
    boilers = boilers.assign(id="boilers-" + boilers["id"], name_kk="Қазандық")
    pd.concat([utilities, boilers]).to_file(mine.with_name("utilities.gpkg"))
    return mine


def told(copy: Path, *command: str | Path) -> str:
    return python(copy, "-m", "sitesel", *command)


def python(copy: Path, *command: str | Path) -> str:
    done = subprocess.run([sys.executable, *command], cwd=copy / "src", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("section", MOST_FILES)
def test_few_files_are_touched(section):
    files = {where for _, where, _ in steps(section) if where != "a study"}
    most, beside = MOST_FILES[section]
    assert files
    assert len(files | beside) <= most


def test_a_new_network_stands_wherever_networks_are_listed(copy):
    there = f"pythonpath={copy / 'src'} {ROOT / 'tests'} {ROOT / 'scripts'}"
    test = "test_networks_are_those_of_the_prices_and_utilities_those_with_units"
    module = ROOT / "tests" / "unit" / "test_schema.py"
    python(
        copy, "-m", "pytest", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml", "-o", there, f"{module}::{test}"
    )
    python(copy, "-c", "from sitesel.sureness import worlds; assert 'spare_mw' in worlds.SPARE")


def test_a_new_indicator_network_and_language_are_checked_run_and_screened(copy, study, tmp_path):
    told(copy, "check", study)
    lines = told(copy, "run", study, "--lang", "kk", "--out", tmp_path / "run")
    told(copy, "screen", study, "--lang", "kk", "--out", tmp_path / "screen")
    for folder in ("run", "screen"):
        table = pd.read_csv(tmp_path / folder / "ranking.csv", index_col="plot")
        assert table["airfield"].between(0, 120).all()
        assert table["airfield_value"].to_numpy() == pytest.approx(1 - table["airfield"].clip(0, 100) / 100, abs=1e-6)
        joined = pd.read_csv(tmp_path / folder / "connections.csv").query("network == 'heat' and way == 'heat_main'")
        assert len(joined) > 0
        assert (joined["spare"] == 1000).all()
        assert joined["need"].gt(0).all()
        assert joined["usd_mid"].gt(0).all()
        assert set(joined["source_kk"]) == {"Қазандық"}
    assert "учаске" in lines
    page = (tmp_path / "run" / "map.html").read_text(encoding="utf-8")
    assert '<html lang="kk">' in page
    assert "Қазақша" in page
