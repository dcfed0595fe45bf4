"""Words in each language, by identifier; names, lists, numbers and dates as each language writes them.

A message file is flat TOML (``key = "text with {placeholders}"``), one a language, in ``data/locales``. A word that
goes with a number is ``{count:plot|plots}``: its forms in the order of the language's plural categories.
The code never carries a sentence for a reader: it carries a :class:`Message`.
"""

import csv
import datetime as dt
import re
import string
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, format_decimal, parse_pattern

from sitesel.data import data

_PLACES: Final = {
    file.name.removesuffix(".toml"): int(data(f"locales/{file.name}")["language.place"])
    for file in resources.files("sitesel.data").joinpath("locales").iterdir()
    if file.name.endswith(".toml")
}
LANGUAGES: Final = tuple(sorted(_PLACES, key=_PLACES.__getitem__))
"""Those that have a message file, in the order that the files state; English, first, stands in for what others lack."""
LOCALES: Final = {lang: Locale(lang, "GB") if lang == "en" else Locale(lang) for lang in LANGUAGES}
MINUS: Final = "\N{MINUS SIGN}"
_BEFORE_A_DIGIT: Final = re.compile(rf"(?<!\w){MINUS}(?=\d)")
PLURALS: Final[tuple[str, ...]] = ("one", "few", "many", "other")
"""Categories of plural in the order of forms in a text; a language has some of them."""


@dataclass(frozen=True)
class Message:
    """A sentence not yet in any language.

    Parameters
    ----------
    key : str
        Key in the message files.
    params : mapping of str to (str, int, float, Message or mapping)
        Values of its placeholders. Numbers are written as the language writes them, a ``Message`` is translated too,
        and a mapping of language to name gives the name in the language, else in English.

    Examples
    --------
    >>> Message("unit.minutes").key
    'unit.minutes'
    """

    key: str
    params: Mapping[str, "str | int | float | Message | Mapping[str, str]"] = field(default_factory=dict)


@dataclass(frozen=True)
class SetAside(Message):
    """Tells of rows of a layer that count for nothing.

    Parameters
    ----------
    key, params
        As of :class:`Message`.
    layer : str
    rows : tuple of str
        Ids of the features.
    why : Message, optional
        The reason of each, for a table of them.
    """

    layer: str = ""
    rows: tuple[str, ...] = ()
    why: Message | None = None


def catalogue(lang: str) -> Mapping[str, str]:
    """Read all messages of one language.

    Parameters
    ----------
    lang : {"en", "ru", "ky"}

    Returns
    -------
    mapping of str to str
        Message texts by key, with ``{placeholders}``.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no messages in language {lang!r}; languages are {', '.join(LANGUAGES)}")
    return data(f"locales/{lang}.toml")


def placeholders(text: str) -> frozenset[str]:
    """Names of the ``{placeholders}`` in a text.

    Examples
    --------
    >>> sorted(placeholders("{km} km to {name}"))
    ['km', 'name']
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def number(value: float, lang: str, decimals: int = 0) -> str:
    r"""Write a number as a reader of the language expects it.

    Parameters
    ----------
    value : float
    lang : {"en", "ru", "ky"}
        English has a comma between thousands and a decimal point, the others a no-break space and a comma.
    decimals : int
        Digits after the decimal sign.

    Returns
    -------
    str

    Examples
    --------
    >>> number(7500, "en"), number(-0.04, "en", 1)
    ('7,500', '0.0')
    >>> number(-1.3, "ru", 1)
    '−1,3'
    >>> number(1228661.25, "ky", 1) == "1\N{NO-BREAK SPACE}228\N{NO-BREAK SPACE}661,2"
    True
    """
    rounded = Decimal(f"{value:.{decimals}f}")  # Babel would round the shortest decimal that stands for the float
    plain = abs(rounded) if rounded.is_zero() else rounded  # minus zero is zero
    return format_decimal(plain, _pattern(decimals), LOCALES[lang]).replace("-", MINUS)


def typed(text: str) -> str:
    """Write minus signs, and spaces before a percent sign, as a keyboard has them, for what a spreadsheet reads.

    Page and paper have the true sign, as long as a plus, and a space that breaks no line; spreadsheets and consoles of
    old code pages do not know them.

    Examples
    --------
    >>> typed("ground −1,3; plot A−1")
    'ground -1,3; plot A−1'
    """
    return _BEFORE_A_DIGIT.sub("-", text).replace("\u00a0%", " %")


@cache
def _pattern(decimals: int) -> NumberPattern:
    return parse_pattern(f"#,##0.{'0' * decimals}")


def day(date: str, lang: str) -> str:
    """Write a day as a reader of the language expects it; what is not a whole date stays as it is.

    Examples
    --------
    >>> day("2026-11-05T08:00:00Z", "en"), day("2026-11", "en")
    ('5 November 2026', '2026-11')
    """
    try:
        return format_date(dt.date.fromisoformat(date[:10]), "long", LOCALES[lang])
    except ValueError:
        return date


class _Counted(str):
    """A number in words, which a text may ask for the form of the word that goes with it."""

    __slots__ = ("form",)
    form: int

    def __format__(self, forms: str) -> str:
        return forms.split("|")[self.form] if forms else str(self)


def _counted(value: float, lang: str) -> _Counted:
    counted = _Counted(number(value, lang, 0 if float(f"{value:.1f}").is_integer() else 1))
    rule = LOCALES[lang].plural_form
    counted.form = [one for one in PLURALS if one in (*rule.tags, "other")].index(rule(value))
    return counted


def say(message: Message, lang: str) -> str:
    """Put a message into words.

    Parameters
    ----------
    message : Message
    lang : {"en", "ru", "ky"}

    Returns
    -------
    str

    Raises
    ------
    KeyError
        The message file has no such key, or the message lacks a placeholder: a fault of ours, never the user's.

    Examples
    --------
    >>> say(Message("programme.proven", {"combinations": 1}), "en")
    'Proven best of 1 combination.'
    """
    told = dict(plain_words(lang)) | {name: _worded(value, lang) for name, value in message.params.items()}
    return _quoted_within(plain_text(catalogue(lang)[message.key].format(**told)), lang)


def _quoted_within(text: str, lang: str) -> str:
    """Give what is quoted within a quotation, such as a name that has quotes of its own, the inner marks."""
    opens, closes, *inner = list(catalogue(lang)["map.quotes"])
    if opens not in text.partition(opens)[2]:
        return text
    marks, depth = [], 0
    for mark in text:
        depth -= mark == closes
        marks.append(inner[mark == closes] if depth > 0 and mark in (opens, closes) else mark)
        depth += mark == opens
    return "".join(marks)


@cache
def plain_words(lang: str) -> Mapping[str, str]:
    """Words for placeholders that stand for the same in all messages, where no country's own are given."""
    return {name: str(word.get(lang) or word["en"]) for name, word in data("countries/default.toml")["words"].items()}


def _worded(value: "str | float | Message | Mapping[str, str]", lang: str) -> str:
    if isinstance(value, Message):
        return say(value, lang)
    if isinstance(value, Mapping):
        return value.get(lang) or value["en"]
    return value if isinstance(value, str) else _counted(value, lang)


def name_column(lang: str) -> str:
    """Column of a layer that carries the name in a language.

    Examples
    --------
    >>> name_column("ky")
    'name_ky'
    """
    return f"name_{lang}"


NAMES: Final = tuple(name_column(lang) for lang in LANGUAGES)
IN_PLACE: Final = {
    lang: tuple(dict.fromkeys((lang, data(f"locales/{lang}.toml")["language.instead"], *LANGUAGES)))
    for lang in LANGUAGES
}
"""In which languages a name is looked for, the reader's own first: readers of Cyrillic stumble over Latin letters."""


NOTES: Final = ("note", *(f"note_{lang}" for lang in LANGUAGES[1:]))
"""Columns of a layer that carry a note in each language, in the order of :data:`LANGUAGES`."""


def note_in_columns(note: Message) -> dict[str, str]:
    """Say a note in each language, by the column that carries it.

    Examples
    --------
    >>> note_in_columns(Message("unit.minutes"))["note"]
    'min'
    """
    return {column: say(note, lang) for column, lang in zip(NOTES, LANGUAGES, strict=True)}


def names_of(row: Any, columns: Sequence[str] = NAMES) -> dict[str, str]:  # noqa: ANN401 -- a mapping or a Series
    """Name of a feature in each language; for a missing one that of a language of the same letters, then English.

    Parameters
    ----------
    row : mapping or Series
        With some of the columns; None, NaN and blanks are no name.
    columns : sequence of str
        One a language, in the order of :data:`LANGUAGES`.

    Returns
    -------
    dict of language to str
        Empty where there is no name at all.

    Examples
    --------
    >>> names_of({"name_en": "Kant", "name_ru": "Кант", "name_ky": float("nan")})
    {'en': 'Kant', 'ru': 'Кант', 'ky': 'Кант'}
    >>> names_of({"name_en": None})
    {}
    """
    cells = [row.get(column) for column in columns]
    told = zip(LANGUAGES, (cell.strip() if isinstance(cell, str) else "" for cell in cells), strict=True)
    given = {lang: name for lang, name in told if name}
    return {lang: next(given[one] for one in IN_PLACE[lang] if one in given) for lang in LANGUAGES} if given else {}


def name_of(row: Any, lang: str, otherwise: object = "") -> str:  # noqa: ANN401 -- a mapping or a Series
    """Name of a feature in one language, by the rule of :func:`names_of`.

    Examples
    --------
    >>> name_of({"name_en": "Kant"}, "ru"), name_of({}, "ru", "s1")
    ('Kant', 's1')
    """
    return names_of(row).get(lang, str(otherwise))


def listed(parts: Iterable[Message | Mapping[str, str]], between: str = ", ") -> dict[str, str]:
    """List some names or messages in each language.

    Examples
    --------
    >>> listed([{"en": "Kant", "ru": "Кант", "ky": "Кант"}, {"en": "Osh", "ru": "Ош", "ky": "Ош"}])["ru"]
    'Кант, Ош'
    """
    told = list(parts)
    return {lang: between.join(_worded(part, lang) for part in told) for lang in LANGUAGES}


@cache
def _quotes() -> Mapping[str, Mapping[str, str]]:
    table = resources.files("sitesel.data").joinpath("locales", "quotes.csv").read_text(encoding="utf-8")
    return {row["en"]: row for row in csv.DictReader(table.splitlines())}


def quoted(text: str, lang: str) -> str:
    """Put what a layer, a price or a study states into a language: as a whole, else each part between semicolons.

    What ``data/locales/quotes.csv`` has no words for stays as it is.

    Examples
    --------
    >>> quoted("24.kg 56261; judgement", "ru")
    '24.kg 56261; суждение'
    """
    if text in _quotes():
        return _quotes()[text].get(lang) or text
    return "; ".join(_quotes().get(part, {}).get(lang) or part for part in text.split("; "))


def plain_text(text: str) -> str:
    r"""Put a blank for each control character: in names of layers they would clean a screen or break a row.

    Examples
    --------
    >>> plain_text("Plot\x1b[2J 5\r\n")
    'Plot [2J 5  '
    """
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
