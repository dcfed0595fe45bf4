"""Words of the map in three languages at once: the page carries them all and switches between them."""

import math
import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from sitesel.report.figures import shown
from sitesel.schema import column
from sitesel.text import LANGUAGES, NAMES, NOTES, Message, catalogue, day, names_of, number, plain_words, quoted, say

Words: TypeAlias = tuple[str, ...]
"""One text a language, in the order of :data:`sitesel.text.LANGUAGES`."""

_UNSHOWABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that neither HTML nor XML can carry."""


def plain(value: object) -> str:
    """Text of a table's cell, empty where there is none.

    Parameters
    ----------
    value : object
        ``None`` and NaN are no text.

    Returns
    -------
    str
        Without control characters.

    Examples
    --------
    >>> plain(None), plain(float("nan")), plain(" Kant ")
    ('', '', 'Kant')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", str(value)).strip()


def words(message: Message) -> Words:
    """Put a message into words of each language."""
    return tuple(plain(say(message, lang)) for lang in LANGUAGES)


def own(key: str, **params: str | float | Message | Mapping[str, str]) -> Words:
    """Words of the map's own messages, ``map.<key>``."""
    return words(Message(f"map.{key}", params))


def known(key: str, otherwise: str) -> Words:
    """Words of ``map.<key>`` where there are such, else the given text as it is.

    For what a layer's author may extend: a new kind of gateway is shown by its own name.
    """
    return own(key) if f"map.{key}" in catalogue("en") else as_is(otherwise)


def as_is(text: object) -> Words:
    """Text that data state, such as a source: in each language where its words are known."""
    return tuple(quoted(plain(text), lang) for lang in LANGUAGES)


def dated(date: object) -> Words:
    """Write a day in each language, or two with ``to`` between; what is not a whole date as it is.

    Examples
    --------
    >>> dated("2026-11-05 to 2026-12")[0]
    '5 November 2026–2026-12'
    """
    return tuple("–".join(day(one, lang) for one in plain(date).split(" to ")) for lang in LANGUAGES)


def numbers(value: float, decimals: int = 0) -> Words:
    """Write a number in each language; a dash where it is not known."""
    if not math.isfinite(value):
        return as_is("–")
    return tuple(number(value, lang, decimals) for lang in LANGUAGES)


def figure(table: str, name: str, value: Any) -> Words:  # noqa: ANN401 - cells of any number type
    """Write a figure of a column, with the decimals that its table shows, in each language."""
    told = shown(table, name, value)
    return numbers(math.nan if told is None else told, column(table, name).shown or 0)


def fill(template: str, **params: Words | str) -> Words:
    """Words of ``map.<template>`` whose placeholders take words of the same language."""
    return tuple(
        catalogue(lang)[f"map.{template}"].format(
            **dict(plain_words(lang))
            | {name: value if isinstance(value, str) else value[index] for name, value in params.items()}
        )
        for index, lang in enumerate(LANGUAGES)
    )


def of_country(words: Mapping[str, Mapping[str, str]]) -> dict[str, Words]:
    """Words of a country for :func:`fill`."""
    return {name: tuple(word.get(lang) or word["en"] for lang in LANGUAGES) for name, word in words.items()}


def names(row: Mapping[Hashable, Any], otherwise: object) -> Words:
    """Name of a feature in each language.

    Parameters
    ----------
    row : mapping
        With ``name_en``, ``name_ru``, ``name_ky``; any of them may be missing.
    otherwise : object
        Shown where there is no name at all, such as the feature's id.

    Returns
    -------
    tuple of str
        For a missing name another stands in by the rule of :func:`sitesel.text.names_of`.

    Examples
    --------
    >>> names({"name_en": "Kant", "name_ru": "Кант", "name_ky": None}, "s1")
    ('Kant', 'Кант', 'Кант')
    """
    found = names_of({column: plain(row.get(column)) for column in NAMES})
    return tuple(found.values()) or as_is(otherwise)


def note(row: Mapping[Hashable, Any]) -> Words:
    """Note on a plot in each language.

    Parameters
    ----------
    row : mapping
        With ``note`` (English), ``note_ru``, ``note_ky``; any of them may be missing.

    Returns
    -------
    tuple of str
        The English note stands in for a missing one; empty where there is none either.

    Examples
    --------
    >>> note({"note": "by the station", "note_ru": "у станции", "note_ky": None})
    ('by the station', 'у станции', 'by the station')
    """
    english, *others = (plain(row.get(column)) for column in NOTES)
    return (english, *(other or english for other in others))


def capital(text: Words) -> Words:
    """Words that begin with a capital, as a heading or a label does.

    Examples
    --------
    >>> capital(("road access", "дороги", "жолдор"))
    ('Road access', 'Дороги', 'Жолдор')
    """
    return tuple(words[:1].upper() + words[1:] for words in text)


def short(text: Words) -> str | list[str]:
    """Words for the page's data: one string where all languages agree."""
    return text[0] if len(set(text)) == 1 else list(text)


def confidence(value: object) -> Words:
    """Words for a degree of confidence (high, medium, low), or the text as it is."""
    return known(f"confidence.{plain(value)}", plain(value))


def quality(value: object) -> Words:
    """Words for a layer's quality (red, amber, green), or the text as it is."""
    return known(f"quality.{plain(value)}", plain(value))


def joined(parts: Iterable[Words], between: str) -> Words:
    """Put words after one another in each language, empty ones left out.

    Examples
    --------
    >>> joined([("a", "b", "c"), ("", "", ""), ("d", "e", "f")], " + ")
    ('a + d', 'b + e', 'c + f')
    """
    return tuple(between.join(filter(None, texts)) for texts in zip(*parts, strict=True))


def least_decimals(value: float | None, whole_from: float = math.inf) -> Words:
    """Write a number with a decimal only where it has one, and is not so great that it does not matter."""
    if value is None:
        return numbers(math.nan)
    return numbers(value, 0 if value % 1 == 0 or value >= whole_from else 1)


def worded(prefix: str, value: object) -> Words:
    """Words of ``<prefix>.<value>`` where there are such, else the text as it is."""
    key = f"{prefix}.{plain(value)}"
    return words(Message(key)) if key in catalogue("en") else as_is(plain(value).replace("_", " "))
