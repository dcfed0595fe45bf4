"""HTML and SVG elements of the static sheets, escaped by the standard library's serialiser."""

from typing import Final
from xml.etree import ElementTree as ET  # builds elements, parses nothing

from sitesel.outputs.map.words import Words
from sitesel.text import LANGUAGES

Element = ET.Element

RAMP: Final = ((11, 60, 93), (30, 104, 133), (88, 155, 160), (165, 201, 178), (228, 224, 170))
"""From the first rank to the last: darkness falls steadily, so that it reads without any sense of hue."""

UNRANKED: Final = "#ffffff"
EXCLUDED: Final = "#f6cfc6"
EXCLUDED_INK: Final = "#8a1d10"
"""Of plots that a rule excludes, and of the cross on them: a sign and a tint that no rank has."""

CROSS: Final = "×"
DASH: Final = "–"


class Scribe:
    """Writes elements whose text is in the starting language and can be switched by the page's script.

    Parameters
    ----------
    lang : {"en", "ru", "ky"}
        Language in which the text stands before, or without, any script.
    switchable : bool
        Whether the other languages are carried along, for the page's script to switch to.
    """

    def __init__(self, lang: str, *, switchable: bool = True) -> None:
        self.lang = lang
        self.switchable = switchable
        self._place = LANGUAGES.index(lang)

    def add(self, parent: Element, tag: str, text: Words | str | None = None, /, **attributes: object) -> Element:
        """Add an element to a parent.

        Parameters
        ----------
        parent : Element
        tag : str
        text : words, str or None
            Words that differ between languages are carried along as ``data-en``, ``data-ru``, ``data-ky``.
        **attributes : object
            ``klass`` stands for ``class``; an underscore for a hyphen.

        Returns
        -------
        Element
        """
        names = {"class" if key == "klass" else key.replace("_", "-"): str(value) for key, value in attributes.items()}
        element = ET.SubElement(parent, tag, names)
        if isinstance(text, str):
            element.text = text
        elif text is not None:
            element.text = text[self._place]
            if self.switchable and len(set(text)) > 1:
                element.attrib.update({f"data-{lang}": words for lang, words in zip(LANGUAGES, text, strict=True)})
        return element


def root(tag: str, **attributes: object) -> Element:
    """Start a tree of elements."""
    return ET.Element(
        tag, {"class" if key == "klass" else key.replace("_", "-"): str(value) for key, value in attributes.items()}
    )


def markup(element: Element) -> str:
    """Serialise with every element closed, so that it reads the same as HTML and as XML."""
    return ET.tostring(element, encoding="unicode", short_empty_elements=False)


def rank_colour(rank: int | None, ranked: int) -> str:
    """Colour of a rank among so many.

    Examples
    --------
    >>> rank_colour(1, 10), rank_colour(10, 10), rank_colour(None, 10)
    ('#0b3c5d', '#e4e0aa', '#ffffff')
    """
    if rank is None:
        return UNRANKED
    along = (rank - 1) / max(1, ranked - 1) * (len(RAMP) - 1)
    low = min(int(along), len(RAMP) - 2)
    mixed = (round(a + (b - a) * (along - low)) for a, b in zip(RAMP[low], RAMP[low + 1], strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def ink_on(rank: int | None, ranked: int) -> str:
    """Colour of a number that stands on a rank's colour: the one of black and white with more contrast.

    Examples
    --------
    >>> ink_on(1, 10), ink_on(10, 10)
    ('#ffffff', '#0a0f14')
    """
    channels = bytes.fromhex(rank_colour(rank, ranked)[1:])
    return INKS[0] if luminance(channels) < EVEN_LUMINANCE else INKS[1]


INKS: Final = ("#ffffff", "#0a0f14")
EVEN_LUMINANCE: Final = 0.19
"""Relative luminance on which both inks stand out about alike, 4.4 to 1."""


def luminance(channels: bytes) -> float:
    """Relative luminance of red, green, blue, 0..1, as WCAG 2 defines it."""
    shares = (channel / 255 for channel in channels)
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]  # noqa: PLR2004 - the standard's
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
