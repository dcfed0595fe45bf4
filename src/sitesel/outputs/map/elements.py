"""HTML and SVG elements of the static sheets, escaped by the standard library's serialiser."""

from typing import Final
from xml.etree import ElementTree as ET  # builds elements, parses nothing

from sitesel.i18n import LANGUAGES
from sitesel.outputs.map.words import Words

Element = ET.Element

RAMP: Final = ((11, 60, 93), (30, 104, 133), (88, 155, 160), (165, 201, 178), (228, 224, 170))
"""From the first rank to the last: darkness falls steadily, so that it reads without any sense of hue."""

UNRANKED: Final = "#ffffff"


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
    """Colour of a number that stands on a rank's colour, with a contrast of 4.5 to 1 or more."""
    on_dark = rank is not None and (rank - 1) / max(1, ranked - 1) < DARK_SHARE
    return "#ffffff" if on_dark else "#1c2730"


DARK_SHARE: Final = 0.33
