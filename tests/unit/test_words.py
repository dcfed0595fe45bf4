"""English, Russian and Kyrgyz say the same things."""

import ast
import string
from pathlib import Path

import pytest

import sitesel
from sitesel.text import LANGUAGES, LOCALES, Message, catalogue, day, name_column, number, placeholders, say

SOURCE = Path(sitesel.__file__).parent


@pytest.mark.parametrize("lang", LANGUAGES[1:])
def test_every_language_has_the_same_keys_and_placeholders(lang):
    english, other = catalogue("en"), catalogue(lang)
    assert set(english) == set(other)
    assert {key: placeholders(text) for key, text in english.items()} == {
        key: placeholders(text) for key, text in other.items()
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_or_holds_markup(lang):
    assert [key for key, text in catalogue(lang).items() if not text.strip() or "<" in text] == []


def test_every_message_that_the_code_names_has_words():
    named = {
        call.args[0].value
        for file in SOURCE.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Message"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(named) > 20
    assert named - set(catalogue("en")) == set()


def test_numbers_names_and_messages_inside_a_message_follow_the_language():
    nested = Message("detail.place_within", {"name": {"en": "Osh", "ru": "Ош"}, "km": 2.5})
    assert say(nested, "en") == "Osh; its place is known to ±2.5 km"
    assert "Ош" in say(nested, "ru")
    assert "2,5" in say(nested, "ru")
    assert say(Message("reason.no_gateway", {}), "ky")
    assert say(Message("indicator.minutes_to_airport", {"mode": Message("mode.truck")}), "en").endswith("by truck")


def test_a_name_not_given_falls_back_on_english():
    assert say(Message("detail.place", {"name": {"en": "Osh"}}), "ky") == "Osh"


@pytest.mark.parametrize(
    ("value", "lang", "text"),
    [(0, "en", "0.0"), (1234567, "en", "1,234,567.0"), (100, "ru", "100,0"), (-2.25, "ky", "−2,2")],
)
def test_numbers(value, lang, text):
    assert number(value, lang, 1) == text


def test_unknown_language_is_refused():
    with pytest.raises(ValueError, match="languages are en, ru, ky"):
        catalogue("de")
    assert name_column("ru") == "name_ru"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_that_goes_with_a_number_has_the_forms_of_its_language(lang):
    categories = {*LOCALES[lang].plural_form.tags, "other"}
    for key, text in catalogue(lang).items():
        forms = [spec for _, _, spec, _ in string.Formatter().parse(text) if spec]
        assert [spec for spec in forms if len(spec.split("|")) != len(categories)] == [], key


def test_a_word_goes_with_its_number():
    def told(count, lang):
        return say(Message("screen.rules", {"town": "A", "count": count}), lang)

    assert "1 cell " in told(1, "en")
    assert "0 cells " in told(0, "en")
    assert all("ячейки" in told(count, "ru") for count in (1, 21, 2.5))
    assert all("ячеек" in told(count, "ru") for count in (2, 5, 11))
    assert told(1, "ky") == told(2, "ky").replace("2", "1")


def test_days_are_written_as_in_each_language_and_what_is_no_day_as_it_is():
    assert [day("2026-11-05", lang) for lang in LANGUAGES] == [
        "5 November 2026",
        "5 ноября 2026\N{NARROW NO-BREAK SPACE}г.",
        "2026-ж., 5-ноябрь",
    ]
    assert day("2026", "ru") == "2026"


@pytest.mark.parametrize(
    ("lang", "name", "told"),
    [
        ("ru", "Парк «Silk Way»", "где именно находится «Парк „Silk Way“»"),
        ("en", "the “Silk Way” park", "where exactly “the ‘Silk Way’ park” lies"),
        ("ru", "Ош", "где именно находится «Ош»"),
        ("ru", "5» трубы", "где именно находится «5» трубы»"),  # no quotation: it stays as it is
    ],
)
def test_what_is_quoted_within_a_quotation_has_the_inner_marks(lang, name, told):
    assert say(Message("subject.place", {"what": name}), lang) == told
