"""Pictures of the ground from servers on the internet, which a reader may switch on where the study says so."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from sitesel.data import data
from sitesel.report.words import as_is, capital, own, short


def sources() -> dict[str, dict[str, Any]]:
    """Give the pictures that a study may ask for, as ``data/tiles.toml`` has them."""
    return dict(data("tiles.toml"))


def online(names: Iterable[str]) -> list[dict[str, Any]]:
    """Tell the page what it may load, and from where.

    Parameters
    ----------
    names : iterable of str
        As the study names them.

    Returns
    -------
    list of dict
        Ready for JSON: ``id name host address credit home max_zoom referer``.
    """
    told = sources()
    return [
        {
            "id": name,
            "name": short(capital(own(f"online.{name}"))),
            "host": urlsplit(told[name]["address"]).hostname,
            "credit": short(as_is(told[name]["credit"])),
            **{key: told[name][key] for key in ("address", "home", "max_zoom", "referer")},
        }
        for name in names
    ]


def hosts(names: Iterable[str]) -> list[str]:
    """Name the servers that the page may load pictures from, as a content security policy does.

    Examples
    --------
    >>> hosts(["osm"])
    ['https://tile.openstreetmap.org']
    """
    addresses = (urlsplit(sources()[name]["address"]) for name in names)
    return list(dict.fromkeys(f"{address.scheme}://{address.netloc}" for address in addresses))
