"""What the documents say is what the code does."""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import sitesel
from sitesel.layers import embedded_study
from sitesel.rules.judging import default_rules
from sitesel.settings import Part
from sitesel.study import load_study

ROOT = Path(__file__).parents[2]
NOT_ASSUMPTIONS = {"id", "title", "name", "source", "confidence", "measure", "criterion", "mode", "gateway", "utility"}
NOT_ASSUMPTIONS |= {
    "kinds",
    "classes",
    "only_110kv",
    "assumed",
    "layers",
    "town",
    "tile_cells",  # no answer depends on it
    "scenarios",  # what if: the ranking itself rests on none of them
}  # what is measured, not how much it counts


def settings() -> Iterator[str]:
    def walk(path: str, part: object) -> Iterator[str]:
        if isinstance(part, dict):
            for key, value in part.items():
                if key not in NOT_ASSUMPTIONS:
                    yield from walk(f"{path}.{key}" if path else key, value)
        elif isinstance(part, list) and part and isinstance(part[0], dict):
            for value in part:
                yield from walk(f"{path}.{value.get('id') or value['town']}", value)
        elif part is not None:
            yield path

    yield from walk("", load_study(embedded_study()).model_dump(mode="json"))


def rated() -> dict[str, str]:
    text = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")
    table = text.partition("## ")[0]
    return dict(re.findall(r"^\| `?([^|`]+?)`? \|[^|]*\| (\w+) \|", table, flags=re.MULTILINE))


def test_every_setting_of_the_default_study_is_rated():
    names = set(settings())
    assert len(names) > 40
    assert names - set(rated()) == set()
    assert set(rated().values()) <= {"red", "amber", "green", "rated"}


def test_no_rated_setting_is_one_that_is_gone():
    dotted = {name for name in rated() if "." in name}
    assert dotted - set(settings()) == set()


@pytest.mark.parametrize("script", ["proof_of_sense.py", "data_log.py", "study_keys.py"])
def test_written_tables_are_up_to_date(script):
    command = [sys.executable, ROOT / "scripts" / script, "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_has_a_docstring():
    parts = [Part]
    for part in parts:  # grows on the way
        parts += [below for below in part.__subclasses__() if below.__module__.startswith("sitesel.")]
    bare = {
        f"{part.__name__}.{name}" for part in parts for name, key in part.model_fields.items() if not key.description
    }
    assert len(parts) > 25
    assert {name for name in bare if not name.endswith(".measure")} == set()  # that is what its kind's docstring says
    assert [part for part in parts if not part.__doc__] == []


def test_what_settings_name_in_the_study_s_document_is_there():
    text = (ROOT / "docs" / "study.md").read_text(encoding="utf-8")
    named = re.findall(r"see \*([^*]+)\*", text)
    assert len(named) > 3
    assert [name for name in named if f"\n## {name}\n" not in text] == []
    (rules,) = re.findall(r"The rules: `([^`]+)`", text)
    assert set(rules.split()) == set(default_rules("kg"))


def test_the_atlas_holds_against_twelve_published_distances():
    text = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")
    close, known = map(int, re.search(r"(\d+) of (\d+) distances not used to scale are within 10 %", text).groups())
    assert close >= 12
    assert close >= 0.8 * known


def test_the_readme_s_notebook_lines_run(tmp_path, monkeypatch):
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sitesel, "run", partial(sitesel.run, sure=False))  # draws take the most time and print nothing
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102 -- our own lines, as a reader would run them
    assert (tmp_path / "plots_scored.gpkg").exists()
