"""One word for one thing: the locales hold to the glossary."""

import csv
from importlib import resources

import pytest

from sitesel.report.assumptions import RATED_RED
from sitesel.text import catalogue

GLOSSARY = resources.files("sitesel.data").joinpath("locales", "glossary.csv").read_text(encoding="utf-8")
QUOTES = resources.files("sitesel.data").joinpath("locales", "quotes.csv").read_text(encoding="utf-8")
TERMS = list(csv.DictReader(GLOSSARY.splitlines()))


@pytest.mark.parametrize("lang", ["ru", "ky"])
def test_words_that_the_glossary_rules_out_stand_nowhere(lang: str) -> None:
    ruled_out = [word for term in TERMS for word in term[f"not_{lang}"].split("|") if word]
    assert ruled_out
    said = [*catalogue(lang).items(), *((row["en"], row[lang]) for row in csv.DictReader(QUOTES.splitlines()))]
    assert [(word, key) for key, text in said for word in ruled_out if word in text.lower()] == []


def test_what_the_page_calls_red_is_rated_red(pytestconfig: pytest.Config) -> None:
    rows = (pytestconfig.rootpath / "docs" / "assumptions.md").read_text(encoding="utf-8").splitlines()
    for name in RATED_RED.values():
        assert any(f"{name}" in row.split("|")[1] and "| red |" in row for row in rows if row.startswith("|")), name
