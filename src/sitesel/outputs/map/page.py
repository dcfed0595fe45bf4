"""The map that travels: findings in, one HTML file out."""

from html import escape
from pathlib import Path
from typing import Any

from sitesel.errors import OutputError
from sitesel.findings import Findings
from sitesel.outputs.map.answer import answer
from sitesel.outputs.map.asked import asked
from sitesel.outputs.map.cards import study, title
from sitesel.outputs.map.connections import connections
from sitesel.outputs.map.ground import ground
from sitesel.outputs.map.islands import island
from sitesel.outputs.map.labour import bands, catchments
from sitesel.outputs.map.land import land
from sitesel.outputs.map.online import hosts, online
from sitesel.outputs.map.relief import hillshade
from sitesel.outputs.map.scenarios import scenarios
from sitesel.outputs.map.sheets import sheets
from sitesel.outputs.map.skeleton import PageMap, Slots, scripted
from sitesel.outputs.map.suitability import suitability
from sitesel.outputs.map.together import together
from sitesel.report.palette import PALETTE
from sitesel.study import Study
from sitesel.text import LANGUAGES, catalogue


def write_map(findings: Findings, path: Path, lang: str) -> None:
    """Write the map as one HTML file that asks for nothing from outside, unless the study offers a switch for it.

    Parameters
    ----------
    findings : Findings
    path : Path
    lang : {"en", "ru", "ky"}
        Language in which the page opens; it can be switched in the page.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    page = map_html(findings, lang)
    try:
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose another --out folder") from error


def map_html(findings: Findings, lang: str) -> str:
    """Make the map's page.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Returns
    -------
    str
        HTML; the same findings give the same text.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no map in language {lang!r}; languages are {', '.join(LANGUAGES)}")
    shades = {name: hillshade(relief) for name, relief in findings.relief.items()}
    slots = Slots()
    data = {
        "lang": lang,
        "title": escape(title(findings)[LANGUAGES.index(lang)]),
        "sheets": sheets(findings, shades, lang),
        "palette": island(PALETTE),
        "words": island(_words(findings.study, lang)),
        "study": island(study(findings) | {"scenarios": scenarios(findings)}),
        "answer": island(answer(findings)),
        "ground": island(ground(findings, shades) | {"online": online(findings.study.map.online)}),
        "workers": island(_workers(findings)),
        "site": island(_site(findings)),
    }
    return slots.fill(scripted(slots, hosts(findings.study.map.online)), data)


class NotebookMap(PageMap):
    """The map as folium's, for a notebook: it shows, and saves, the whole page.

    Parameters
    ----------
    page : str
        As from :func:`map_html`. It stays outside of folium, which would run names of plots through its templates.
    """

    def __init__(self, page: str) -> None:
        super().__init__(Slots())
        self._page = page

    def _repr_html_(self, **_: object) -> str:
        style = "width:100%;height:640px;border:0"
        return f'<iframe srcdoc="{escape(self._page)}" style="{style}" title="sitesel"></iframe>'

    def save(self, outfile: str | Path, **_: object) -> None:  # type: ignore[override]
        """Write the page."""
        Path(outfile).write_text(self._page, encoding="utf-8", newline="\n")


def notebook_map(findings: Findings, lang: str = "en") -> NotebookMap:
    """Make the map for a notebook.

    Parameters
    ----------
    findings : Findings
    lang : {"en", "ru", "ky"}

    Returns
    -------
    folium.Map
        Shown by a notebook in a frame; ``save(path)`` writes the page.
    """
    return NotebookMap(map_html(findings, lang))


def _workers(findings: Findings) -> dict[str, Any]:
    """Collect all that is told of workers; a part that the study does not ask for is null."""
    return {"labour": catchments(findings), "bands": bands(findings), "together": together(findings)}


def _site(findings: Findings) -> dict[str, Any]:
    """Collect all that is told of networks and land; a part that the study does not ask for is null."""
    return {
        "connections": connections(findings),
        "land": land(findings),
        "asked": asked(findings),
        "suitability": suitability(findings),
    }


def _words(asked: Study, opened: str) -> dict[str, dict[str, str]]:
    """Collect the map's own messages by language, for the page's script, with the words of the country in them.

    Names of layers stand in the sheets alone.
    """
    told = {
        lang: {
            key.removeprefix("map."): text
            for key, text in catalogue(lang).items()
            if key.startswith("map.") and not key.startswith("map.layer.")
        }
        for lang in LANGUAGES
        if lang in (*asked.study.pack.languages, opened)
    }
    for name, word in asked.words.items():
        told = {
            lang: {key: text.replace(f"{{{name}}}", word.get(lang) or word["en"]) for key, text in texts.items()}
            for lang, texts in told.items()
        }
    return told
