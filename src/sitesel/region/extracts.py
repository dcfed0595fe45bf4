"""What a run tells of an OpenStreetMap extract: what was cut, mended, not understood or not modelled."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sitesel.network import FAR_NODES, MISSING_NODES, NOT_KEPT, user_cache_folder
from sitesel.text import Message, listed

_WORDS: Final = {
    FAR_NODES: "far_nodes",
    "no relation in the file: filtered, or cut short": "no_relations",
    "maxspeed not understood": "maxspeed",
    "oneway not understood, taken as two-way": "oneway",
    "size not understood": "size",
    "barrier of unknown kind, taken as open": "barrier",
    "access not understood, taken as open": "access",
    "class of road not understood": "class",
    "construction of a road in use, taken as open": "planned",
    "ground not understood": "ground",
    "busway not understood": "busway",
    "trailers or axles not modelled": "train",
    "turn restriction not understood": "turn",
    "condition on a turn not modelled": "turn_condition",
    "turn restriction via a way (not modelled)": "turn_via_way",
    "reversible or alternating, taken as two-way": "reversible",
    "condition on access not modelled": "access_condition",
    "condition on maxspeed not modelled": "maxspeed_condition",
    "condition on oneway not modelled": "oneway_condition",
}
"""Words of the message files for what the reader counts; all else that it counts is roads that a mode may not use."""


def notices_of_extract(abouts: Iterable[Mapping[str, Any]], called: str) -> Iterator[Message]:
    """Tell what of an extract is to be known.

    Parameters
    ----------
    abouts : iterable of mapping
        Attributes of its networks, one a mode, as of :func:`sitesel.network.from_osm`: ``dropped`` and ``notices``.
        Most of what is told of one is so of others: the most counts.
    called : str
        What notices call the extract.

    Yields
    ------
    Message
    """
    counted: Counter[str] = Counter()
    for about in abouts:
        counted |= Counter({**about["dropped"], **about["notices"]})
    if counted.get(NOT_KEPT):
        yield Message("notice.roads_not_kept", {"layer": called, "folder": str(user_cache_folder())})
    if counted.get(MISSING_NODES):
        yield Message("notice.roads_cut", {"layer": called, "count": counted[MISSING_NODES]})
    told = [Message(f"extract.{word}", {"count": counted[kind]}) for kind, word in _WORDS.items() if counted.get(kind)]
    if told:
        yield Message("notice.extract", {"layer": called, "what": listed(told, "; ")})
