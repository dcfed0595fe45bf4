"""What is of a country alone: its pack in ``data/countries``, and a plain one for any country that has none.

Nothing else in the code knows a country. A new one is a new file, named by its code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any, Final

from sitesel.data import data
from sitesel.text import LANGUAGES, Message, catalogue, placeholders

PLAIN: Final = "default"
WORLD: Final = (-180.0, -90.0, 180.0, 90.0)
Word = Mapping[str, str]
"""By language."""


@dataclass(frozen=True)
class Country:
    """A country's pack.

    Parameters
    ----------
    code : str
        ISO code in small letters; ``default`` for any country without a pack.
    languages : tuple of str
        In which its maps can be read: all where its file names none.
    commute : str
        By what people come to work, in a study that is begun.
    box : tuple of float or None
        West, south, east, north in degrees.
    district : str
        Column of layers that names the district of a place; empty: as it is called here.
    layers : mapping of str to str or list
        Embedded layers that a study has where it leaves them out.
    currency : mapping
        ``per_usd date source`` of the money that costs are told in beside US dollars; empty: in no other.
    words : mapping of placeholder to words by language
        For messages of ``data/locales``.
    costs, rules : mapping of id to mapping
        What is known here of items of ``unit_costs.toml`` and of rules of ``rules.toml``.
    maxspeed : mapping of str to float
        What words in OpenStreetMap's ``maxspeed`` mean, km/h.
    old_names : mapping of str to str
        Keys and words of studies written before, and what they are called now.
    """

    code: str
    languages: tuple[str, ...]
    commute: str
    words: Mapping[str, Word]
    box: tuple[float, float, float, float] | None = None
    district: str = ""
    layers: Mapping[str, Any] = field(default_factory=dict)
    currency: Mapping[str, Any] = field(default_factory=dict)
    costs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    maxspeed: Mapping[str, float] = field(default_factory=dict)
    old_names: Mapping[str, str] = field(default_factory=dict)


@cache
def country(code: str = PLAIN) -> Country:
    """Read a country's pack; what it leaves out is as in the plain one.

    Raises
    ------
    ValueError
        There is no such pack.

    Examples
    --------
    >>> country().words["bus"]["en"], country().box
    ('bus', None)
    """
    if code not in country_codes():
        raise ValueError(f"no pack of a country {code!r}; there are {', '.join(country_codes())}: or leave it out")
    plain, own = data(f"countries/{PLAIN}.toml"), data(f"countries/{code}.toml")
    told: dict[str, Any] = {**plain, **own, "words": plain["words"] | own["words"]}
    told |= {"box": tuple(own["box"]) if "box" in own else None, "languages": tuple(own.get("languages", LANGUAGES))}
    return Country(code=code, **told)


@cache
def country_codes() -> tuple[str, ...]:
    """Codes of the countries that have a pack, the plain one among them."""
    files = resources.files("sitesel.data").joinpath("countries").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def countries() -> tuple[Country, ...]:
    """Read every pack."""
    return tuple(map(country, country_codes()))


def country_at(area: Sequence[float] | None) -> Country:
    """Choose the country that an area meets; the plain pack where it meets none.

    Parameters
    ----------
    area : sequence of float or None
        West, south, east, north in degrees. None, or what is no area: that of the embedded layers.

    Examples
    --------
    >>> country_at((1.4, 42.4, 1.8, 42.7)).code
    'default'
    """
    try:
        west, south, east, north = area or ()
        met = [
            each
            for each in countries()
            if (box := each.box) and west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1]
        ]
    except (TypeError, ValueError):
        met = [each for each in countries() if each.layers]
    return met[0] if met else country()


def in_words_of(words: Mapping[str, Word], message: Message) -> Message:
    """Give a message, and those in it, the words of a country that its text asks for.

    Parameters
    ----------
    words : mapping of placeholder to words by language
    message : Message

    Examples
    --------
    >>> in_words_of({"bus": {"en": "tram"}}, Message("mode.bus")).params["bus"]["en"]
    'tram'
    """
    asked = placeholders(catalogue(LANGUAGES[0]).get(message.key, "")) & words.keys()
    own = {name: in_words_of(words, one) if isinstance(one, Message) else one for name, one in message.params.items()}
    return replace(message, params={name: words[name] for name in sorted(asked)} | own)
