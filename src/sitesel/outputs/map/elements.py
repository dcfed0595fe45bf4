"""HTML and SVG elements of the static sheets, escaped by the standard library's serialiser."""

from typing import Final
from xml.etree import ElementTree as ET  # builds elements, parses nothing

from sitesel.outputs.map.words import Words
from sitesel.text import LANGUAGES

Element = ET.Element

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
