"""The page's skeleton, built by folium out of constant strings and slots.

folium passes every string that it is given through Jinja, twice: a name in a shapefile could run a command. So
folium and Jinja see this package's own files only. Whatever comes from a user goes into a slot, an unguessable
token that is replaced after rendering.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Final

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from sitesel.report.palette import as_styles

MAP_NAME: Final = "map_of_towns"
ASSETS: Final = resources.files("sitesel.outputs.map").joinpath("assets")
LEAFLET: Final = resources.files("js_lib_leaflet").joinpath("static", "js_lib_leaflet")
SCRIPTS: Final = (
    *(
        "words.js",
        "ground.js",
        "online.js",
        "furniture.js",
        "plots.js",
        "labour.js",
        "connections.js",
        "land.js",
        "asked.js",
    ),
    *(
        "together.js",
        "card.js",
        "answer.js",
        "weighing.js",
        "saving.js",
        "compare.js",
        "address.js",
        "panel.js",
        "start.js",
    ),
)
STYLES: Final = ("reader.css", "answer.css", "workers.css", "site.css", "looks.css")
_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def asset(name: str) -> str:
    """Text of one of this package's own files."""
    return ASSETS.joinpath(name).read_text(encoding="utf-8")


class Slots:
    """Marks that stand for text until the skeleton is rendered.

    The token is new for every page, so that no plot's name can pose as a slot.
    """

    def __init__(self) -> None:
        self._token = secrets.token_hex(16)

    def mark(self, name: str) -> str:
        """Mark to be put into the skeleton."""
        return f"{self._token}-{name}-"

    def fill(self, page: str, texts: Mapping[str, str]) -> str:
        """Replace marks by their texts in one pass: what is put in is not searched again.

        Parameters
        ----------
        page : str
        texts : mapping of str to str
            By slot; marks of slots that are not named stay.
        """
        return re.sub(rf"{self._token}-(\w+)-", lambda mark: texts.get(mark[1], mark[0]), page)


class PageFigure(Figure):
    """The HTML document, without anything that a browser would fetch."""

    def __init__(self, slots: Slots) -> None:
        super().__init__()
        self._template = Template(asset("figure.html"))
        self.slot = slots.mark
        self.header = Element()  # without folium's own meta: the template has it, before all else
        self.header._parent = self  # noqa: SLF001 - as branca does


class PageMap(folium.Map):
    """A Leaflet map that asks no server for scripts, styles or tiles."""

    _template = Template(asset("map.html"))

    def __init__(self, slots: Slots, **options: Any) -> None:  # noqa: ANN401 - passed on to Leaflet
        super().__init__(location=(0.0, 0.0), tiles=None, **options)
        self.default_js: list[tuple[str, str]] = []
        self.default_css: list[tuple[str, str]] = []
        self.slot = slots.mark

    def get_name(self) -> str:
        """Name of the map's element and variable, the same in every run."""
        return MAP_NAME


class Reader(MacroElement):
    """What surrounds the map: header, tabs, ranking, card. All of it is empty until the page's script fills it."""

    _template = Template(asset("reader.html"))
    map_name = MAP_NAME

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]


def skeleton(slots: Slots) -> str:
    """Render the page with its slots still open."""
    figure = PageFigure(slots)
    page_map = PageMap(
        slots,
        zoom_start=8,
        prefer_canvas=True,
        attribution_control=False,
        zoom_snap=0.25,
        fade_animation=False,
        wheel_px_per_zoom_level=90,
        max_bounds_viscosity=0.8,
    )
    figure.add_child(page_map)
    page_map.add_child(Reader())
    page: str = figure.render()
    return page


def _leaflet_css() -> str:
    """Leaflet's styles without its pictures: a relative address in a page that is all there is leads nowhere."""
    css = LEAFLET.joinpath("leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\([^)]*\)", "none", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


def _leaflet_js() -> str:
    js = LEAFLET.joinpath("leaflet.js").read_text(encoding="utf-8")
    return f"/*!\n{asset('leaflet-licence.txt')}*/\n" + re.sub(r"\n//# sourceMappingURL=.*", "", js)


def content_policy(page: str, hosts: Iterable[str] = ()) -> str:
    """Content security policy for a page: no address at all, and no script but those that stand in it.

    Parameters
    ----------
    page : str
        With its scripts, before any data are put in.
    hosts : iterable of str
        Servers whose pictures it may show, as ``https://host``: those that the study asks for.
    """
    digests = (hashlib.sha256(script.encode("utf-8")).digest() for script in _INLINE_SCRIPT.findall(page))
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)
    return (
        f"default-src 'none'; img-src {' '.join(('data:', 'blob:', *hosts))}; style-src 'unsafe-inline'; "
        f"script-src {hashes}; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def scripted(slots: Slots, hosts: Iterable[str] = ()) -> str:
    """Render the skeleton with styles, scripts and their policy in place; only the slots for data stay open.

    Parameters
    ----------
    slots : Slots
    hosts : iterable of str
        As of :func:`content_policy`.
    """
    constants = {
        "leaflet_css": _leaflet_css(),
        "leaflet_js": _leaflet_js(),
        "page_css": "\n".join([as_styles(), *(asset(name) for name in STYLES)]),
        "page_js": "\n".join(asset(name) for name in SCRIPTS),
    }
    page = slots.fill(skeleton(slots), constants)
    return slots.fill(page, {"policy": content_policy(page, hosts)})
