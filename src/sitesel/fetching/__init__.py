"""Public ground data of any country, by its ISO code or a box: listed, asked for, fetched, checked and credited."""

from sitesel.fetching.fetch import bring_all, fetch
from sitesel.fetching.listing import Asked, Listed, Listing, Wanted, listing
from sitesel.fetching.manifest import Attribution, Held, attributions, held
from sitesel.fetching.places import Box
from sitesel.fetching.sources import Source, sources
from sitesel.fetching.telling import after, before
from sitesel.fetching.web import Head, Patience, Web

__all__ = [
    "Asked",
    "Attribution",
    "Box",
    "Head",
    "Held",
    "Listed",
    "Listing",
    "Patience",
    "Source",
    "Wanted",
    "Web",
    "after",
    "attributions",
    "before",
    "bring_all",
    "fetch",
    "held",
    "listing",
    "sources",
]
