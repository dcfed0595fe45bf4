"""Districts and states of employers that a study names: what no layer has moves nothing, and nobody sees it."""

import difflib
from collections.abc import Collection, Iterator, Mapping

import geopandas as gpd

from sitesel.errors import StudyError
from sitesel.labour.settings import Labour
from sitesel.layers.roles import RIVAL_STATES
from sitesel.text import Message

LIKE = 0.8  # words as alike as this are one, misspelt


def words_unknown(
    frames: Mapping[str, gpd.GeoDataFrame], labour: Labour, districts: Mapping[str, Collection[str]]
) -> tuple[Message, ...]:
    """Tell which districts and states of employers no layer has.

    Parameters
    ----------
    frames : mapping of str to GeoDataFrame
        ``settlements`` with ``district``, ``rivals`` with ``state``.
    labour : Labour
    districts : mapping of str to collection of str
        Districts that are named besides ``by_district``, by the key that names them.

    Returns
    -------
    tuple of Message
        Of words like none that are known.

    Raises
    ------
    StudyError
        A word is nearly one that is known; one line each.
    """
    shares = {name: getattr(labour, name) for name in ("participation", "skill", "women")}
    named = {f"labour.{name}.by_district": list(given.by_district) for name, given in shares.items() if given} | dict(
        districts
    )
    there = sorted(set(frames["settlements"]["district"].dropna().astype(str)))
    asked = [(key, words, there) for key, words in named.items() if there]
    states = sorted({*RIVAL_STATES, *frames["rivals"]["state"].dropna().astype(str)})
    asked.append(("labour.rival_states", labour.rival_states, states))
    faults = [line for part in asked for line in _misspelt(*part)]
    if faults:
        raise StudyError(faults)
    return tuple(
        Message("notice.word_unknown", {"key": key, "word": word, "known": ", ".join(known)})
        for key, words, known in asked
        for word in words
        if word not in known
    )


def _misspelt(key: str, words: Collection[str], known: Collection[str]) -> Iterator[str]:
    by_case = {one.casefold(): one for one in known}
    for word in words:
        if word not in known and (close := difflib.get_close_matches(word.casefold(), by_case, n=1, cutoff=LIKE)):
            yield f"{key}: no layer has {word!r}; did you mean {by_case[close[0]]}?"
