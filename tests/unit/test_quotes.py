"""What layers, prices, rules and columns state in English has words in every language."""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sitesel.schema import table, tables
from sitesel.text import LANGUAGES, quoted

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src" / "sitesel" / "data"
FILES = (
    *(DATA / f"{name}.toml" for name in ("unit_costs", "demand", "rules", "ground_factors", "sources", "osm_layers")),
    *sorted((DATA / "countries").glob("*.toml")),
    ROOT / "layers" / "catalogue.toml",
    ROOT / "scripts" / "technology_towns.toml",
)
SHOWN = {"basis", "source", "clause", "why", "what", "licence", "guessed"}
ENGLISH = re.compile(r"(?<![\w.])(?!npm )[a-z]{3,} [a-z]{3,}(?![\w=.-])")


def _texts(told: Any, key: str = "") -> Iterator[str]:
    if isinstance(told, dict):
        for name, part in told.items():
            if name != "columns":  # what a layer's columns are is told in the data log alone
                yield from _texts(part, name)
    elif isinstance(told, list):
        for part in told:
            yield from _texts(part, key)
    elif isinstance(told, str) and key in SHOWN:
        yield told


@pytest.mark.parametrize("lang", LANGUAGES[1:])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_a_data_file_states_is_said_in_every_language(file, lang):
    texts = list(_texts(tomllib.loads(file.read_text(encoding="utf-8"))))
    assert [said for text in texts if ENGLISH.search(said := quoted(text, lang))] == []


@pytest.mark.parametrize("lang", LANGUAGES[1:])
def test_where_plots_come_from_is_said_in_every_language(lang):
    rows = csv.DictReader((ROOT / "layers" / "sources" / "plots.csv").read_text(encoding="utf-8").splitlines())
    said = [quoted(row["source"], lang) for row in rows]
    assert said
    assert [text for text in said if ENGLISH.search(text)] == []


@pytest.mark.parametrize("lang", LANGUAGES[1:])
def test_what_a_column_means_is_said_in_every_language(lang):
    # Columns that a study names, too.
    of_study = {key: ["some"] for key in ("indicator", "rule", "town", "scenario", "plot")} | {"criterion": ["road"]}
    written = [one for name in tables() if (told := table(name)).written for one in told.columns(of_study)]
    assert {"some_low", "rule_some", "some_lost", "some_first_at"} <= {one.name for one in written}
    texts = {text for one in written for text in (one.meaning, one.empty) if text}
    assert [text for text in sorted(texts) if quoted(text, lang) == text] == []
    assert [text for text in sorted(texts) if not re.search("[а-я]", quoted(text, lang))] == []


@pytest.mark.parametrize("lang", LANGUAGES[1:])
def test_districts_and_numbers_of_roads_are_called_in_every_language(lang):
    layers = ROOT / "layers" / "sources"
    rows = csv.DictReader((layers / "settlements.csv").read_text(encoding="utf-8").splitlines())
    roads = tomllib.loads((layers / "roads.toml").read_text(encoding="utf-8"))["road"]
    called = {row["raion"] for row in rows} | {road["ref"] for road in roads if "ref" in road}
    assert [name for name in sorted(called) if quoted(name, lang) == name] == []


def test_words_are_kept_for_nothing_twice():
    rows = list(csv.DictReader((DATA / "locales" / "quotes.csv").read_text(encoding="utf-8").splitlines()))
    assert len({row["en"] for row in rows}) == len(rows)
    assert all(all(row.values()) for row in rows)
