"""HTML and SVG elements of the static sheets, escaped by the standard library's serialiser."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET  # builds elements, parses nothing

from sitesel.report.sheet import Cell, Column, Sheet
from sitesel.report.words import Words, capital, joined, own
from sitesel.text import LANGUAGES

Element = ET.Element


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
        element = ET.SubElement(parent, tag, _named(attributes))
        if isinstance(text, str):
            element.text = text
        elif text is not None:
            element.text = text[self._place]
            if self.switchable and len(set(text)) > 1:
                element.attrib.update({f"data-{lang}": words for lang, words in zip(LANGUAGES, text, strict=True)})
        return element


def root(tag: str, **attributes: object) -> Element:
    """Start a tree of elements."""
    return ET.Element(tag, _named(attributes))


def _named(attributes: Mapping[str, object]) -> dict[str, str]:
    return {"class" if key == "klass" else key.replace("_", "-"): str(value) for key, value in attributes.items()}


def open_sheet(scribe: Scribe, over: Words, heading: Words, klass: str = "") -> tuple[Element, Element]:
    """Start a sheet of paper with its header.

    Returns
    -------
    sheet, header : Element
    """
    sheet = root("section", klass=f"sheet {klass}".strip())
    head = scribe.add(sheet, "header")
    scribe.add(head, "p", over, klass="over")
    scribe.add(head, "h2", heading).tail = " "
    return sheet, head


def fold(sheet: Element, scribe: Scribe, called: str) -> None:
    """Fold all of a sheet but its head, under the titles of its parts: a reader without script opens what is asked for.

    A box to tick does it, and no ``<details>``: what that hides stays hidden on the paper of all browsers that do not
    know ``::details-content``.

    Parameters
    ----------
    sheet : Element
    scribe : Scribe
    called : str
        Id of the box in the page.
    """
    rest = list(sheet)[1:]
    titles = [_said(title) for title in sheet.iter("h3")]
    scribe.add(sheet, "input", type="checkbox", id=called, klass="unfolds")
    scribe.add(sheet, "label", joined(titles, " · ") if titles else own("more.fold"), klass="opener", **{"for": called})
    folded = scribe.add(sheet, "div", klass="rest")
    for part in rest:
        sheet.remove(part)
        folded.append(part)


def _said(element: Element) -> Words:
    return tuple(element.get(f"data-{lang}", element.text or "") for lang in LANGUAGES)


def markup(element: Element) -> str:
    """Serialise with every element closed, so that it reads the same as HTML and as XML."""
    return ET.tostring(element, encoding="unicode", short_empty_elements=False)


def write_sheet(sheet: Sheet, scribe: Scribe, parent: Element, klass: str = "") -> None:
    """Write a sheet as a table, or as a list where its columns have no headings, and its notes below it."""
    if any(any(column.head) for column in sheet.columns):
        write_table(sheet, scribe, parent, klass)
    else:
        listed = scribe.add(parent, "ul")
        for row in sheet.rows:
            item = scribe.add(listed, "li")
            for column, cell in zip(sheet.columns, row.cells, strict=True):
                style = {"klass": cell.look} if cell.look else {}
                scribe.add(item, "b" if column.names else "span", cell.text, **style).tail = " "
    for text, look in sheet.notes:
        scribe.add(parent, "p", text, klass=f"note {look}".strip())


def write_table(sheet: Sheet, scribe: Scribe, parent: Element, klass: str) -> Element:
    """Write a sheet's columns and rows as a table.

    Parameters
    ----------
    sheet : Sheet
    scribe : Scribe
    parent : Element
    klass : str
        Class of the table.
    """
    table = scribe.add(parent, "table", **({"klass": klass} if klass else {}))
    if any(any(column.head) for column in sheet.columns):
        head = scribe.add(scribe.add(table, "thead"), "tr")
        for column in sheet.columns:
            scribe.add(head, "th", capital(column.head), klass=column.side, scope="col")
    body = scribe.add(table, "tbody")
    plain_scribe = Scribe(scribe.lang, switchable=False)  # for rows that only a reader without script sees
    for row in sheet.rows:
        look = "beyond" if row.beyond else row.look
        line = scribe.add(body, "tr", **({"klass": look} if look else {}))
        for column, cell in zip(sheet.columns, row.cells, strict=False):
            write_cell(column, cell, plain_scribe if row.beyond else scribe, line)
    return table


def write_cell(column: Column, cell: Cell, scribe: Scribe, line: Element) -> None:
    """Write a cell; a text that something follows stands in an element of its own, for its language to be switched."""
    span = {"colspan": cell.span} if cell.span > 1 else {}
    tag, scope = ("th", {"scope": "row"}) if column.names and cell.span == 1 else ("td", {})
    alone = not cell.remarks and cell.mark is None
    written = scribe.add(
        line, tag, cell.text if alone else None, klass=f"{column.side} {cell.look}".strip(), **span, **scope
    )
    if alone:
        return
    if cell.mark is not None:
        properties = zip(("background", "color"), cell.mark.colours, strict=False)
        style = ";".join(f"{name}:{colour}" for name, colour in properties)
        scribe.add(written, "span", cell.mark.sign or None, klass=cell.mark.kind, **({"style": style} if style else {}))
    if any(cell.text):
        scribe.add(written, "span", cell.text)
    for text, look in cell.remarks:
        if look == "soft" and len(written):
            written[-1].tail = " "
        scribe.add(written, "span" if look == "soft" else "small", text, **({"klass": look} if look else {}))
